// Unpickling what is found by its name or made by a call.
#include "Modules/pickle/unpickler.h"
#include "Objects/codecs.h"
#include "Objects/int.h"
#include "Objects/shape.h"
#include "Objects/slot_trampolines.h"
#include "VM/runtime.h"

namespace minipy::pickle {

namespace {

std::string_view without_newline(std::string_view line) {
  return line.substr(0, line.size() - 1);
}

// The attribute of a module; with dots from protocol 4 on.
Value attribute_of(Thread& thread, Value module, Value name, bool allows_dots) {
  Value found;
  if (allows_dots) {
    if (is_local_path(name)) {
      return raise(thread, AttributeError, "Can't pickle local attribute {} on {}", Repr{name},
                   Repr{module});
    }
    found = TRY(follow_path(thread, module, name));
  } else {
    found = TRY(get_attribute_or_unbound(thread, module, name.as<Str>()));
  }
  if (!found.is_unbound()) return found;
  return raise(thread, AttributeError, "Can't get attribute {} on {}", Repr{name}, Repr{module});
}

}  // namespace

Value find_class_of(Thread& thread, Unpickler& unpickler, Value module_name, Value name) {
  if (!runtime.audit_hooks.is_empty()) TRY(audit(thread, "pickle.find_class", {module_name, name}));
  GlobalName global{module_name, name};
  if (unpickler.protocol < 3 && unpickler.fix_imports)
    TRY(rename_global(thread, global, Direction::ToPython3));
  if (!is_str(global.module) || !is_str(global.name)) {
    return raise(thread, TypeError, "attribute name must be string, not '{}'",
                 type_of(is_str(global.module) ? global.name : global.module));
  }
  const Value module = TRY(import_module(thread, to_utf8(global.module.as<Str>())));
  return attribute_of(thread, module, global.name, unpickler.protocol >= 4);
}

Value Loader::find_class(Value module, Value name) {
  if (is_exact(&u_, ModuleKind::Unpickler)) return find_class_of(thread_, u_, module, name);
  return call_method(thread_, &u_, "find_class", {module, name});
}

Status Loader::load_global() {
  // The second line may come in another chunk, so the first one is taken out at once.
  const Value module = TRY(decode_utf8(thread_, without_newline(TRY(read_line(2)))));
  const Value name = TRY(decode_utf8(thread_, without_newline(TRY(read_line(2)))));
  return push(TRY(find_class(module, name)));
}

Status Loader::load_stack_global() {
  const Value name = TRY(pop()), module = TRY(pop());
  if (!is_exact_str(name) || !is_exact_str(module)) {
    return raise(thread_, unpickling_error(), "STACK_GLOBAL requires str");
  }
  return push(TRY(find_class(module, name)));
}

Status Loader::load_extension(size_t width) {
  const uint64_t bits = TRY(read_number(width));
  const int64_t code = width == 4 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
  if (code <= 0) return raise(thread_, unpickling_error(), "EXT specifies code <= 0");
  const Value key = make_int(code);
  Dict& cache = *shared.extension_cache.as<Dict>();
  const Value cached = TRY(dict_get(thread_, cache, key));
  if (!cached.is_unbound()) return push(cached);
  const Value pair = TRY(dict_get(thread_, *shared.inverted_registry.as<Dict>(), key));
  if (pair.is_unbound()) return raise(thread_, ValueError, "unregistered extension code {}", code);
  const Tuple* names = is_tuple(pair) ? pair.as<Tuple>() : nullptr;
  if (!names || names->size != 2 || !is_str(names->items[0]) || !is_str(names->items[1])) {
    return raise(thread_, ValueError, "_inverted_registry[{}] isn't a 2-tuple of strings", code);
  }
  const Value found = TRY(find_class(names->items[0], names->items[1]));
  TRY(dict_set(thread_, cache, key, found));
  return push(found);
}

// --- persistent ids ---

Status Loader::push_persistent(Value id) {
  return push(TRY(call(thread_, u_.persistent_load, {id})));
}

constexpr const char* kNoPersistentLoad =
    "A load persistent id instruction was encountered,\nbut no persistent_load function was "
    "specified.";

Status Loader::load_persistent_id() {
  if (u_.persistent_load.is_empty()) return raise(thread_, unpickling_error(), kNoPersistentLoad);
  const Result<Str*> id = decode_ascii(thread_, without_newline(TRY(read_line(1))), {});
  if (!id.failed()) return push_persistent(id.value());
  if (!catch_exception(thread_, UnicodeDecodeError)) return error;
  return raise(thread_, unpickling_error(), "persistent IDs in protocol 0 must be ASCII strings");
}

Status Loader::load_binary_persistent_id() {
  if (u_.persistent_load.is_empty()) return raise(thread_, unpickling_error(), kNoPersistentLoad);
  return push_persistent(TRY(pop()));
}

// --- calls ---

Status Loader::load_reduce() {
  const Value arguments = TRY(pop()), callable = TRY(pop());
  if (!is_tuple(arguments)) return raise(thread_, TypeError, "argument list must be a tuple");
  const Tuple& tuple = *arguments.as<Tuple>();
  return push(TRY(call(thread_, callable, tuple.items, tuple.size)));
}

// As protocol 0 makes instances: a class without arguments is not initialised.
Value Loader::instantiate(Value callable, Tuple& arguments) {
  if (arguments.size == 0 && is_type(callable)) {
    const Value has_arguments = TRY(get_attribute_or_unbound(thread_, callable, "__getinitargs__"));
    if (has_arguments.is_unbound()) return call_method(thread_, callable, "__new__", {callable});
  }
  return call(thread_, callable, arguments.items, arguments.size);
}

Status Loader::load_object() {
  const size_t start = TRY(take_mark());
  if (u_.stack_size < start + 1) return underflow();
  Tuple* arguments = TRY(pop_tuple(start + 1));
  const Value callable = TRY(pop());
  return push(TRY(instantiate(callable, *arguments)));
}

Status Loader::load_instance() {
  const size_t start = TRY(take_mark());
  const Value module = TRY(decode_ascii(thread_, without_newline(TRY(read_line(2))), {}));
  const Value name = TRY(decode_ascii(thread_, without_newline(TRY(read_line(2))), {}));
  const Value callable = TRY(find_class(module, name));
  return push(TRY(instantiate(callable, *TRY(pop_tuple(start)))));
}

Status Loader::load_new_object(bool has_keywords) {
  const char* what = has_keywords ? "NEWOBJ_EX" : "NEWOBJ";
  const Value keywords = has_keywords ? TRY(pop()) : None;
  const Value arguments = TRY(pop()), type = TRY(pop());
  if (!is_type(type)) {
    return raise(thread_, unpickling_error(), "{} class argument must be a type, not {}", what,
                 type_of(type));
  }
  Type& made = *type.as<Type>();
  if (!made.slots.make || made.has(Type::kDisallowInstantiation)) {
    return raise(thread_, unpickling_error(), "{} class argument '{}' has NULL tp_new", what, made);
  }
  if (!is_tuple(arguments)) {
    return raise(thread_, unpickling_error(), "{} args argument must be a tuple, not {}", what,
                 type_of(arguments));
  }
  const Tuple& positional = *arguments.as<Tuple>();
  if (!has_keywords)
    return push(TRY(made.slots.make(thread_, made, positional.items, positional.size, Value())));
  if (!is_dict(keywords)) {
    return raise(thread_, unpickling_error(), "{} kwargs argument must be a dict, not {}", what,
                 type_of(keywords));
  }
  GcVector all;
  for (const Value argument : positional.view()) all.push_back(argument);
  GcVector names;
  size_t position = 0;
  for (Value key, value; dict_next(*keywords.as<Dict>(), position, key, value);) {
    if (!is_str(key)) return raise(thread_, TypeError, "keywords must be strings");
    names.push_back(key);
    all.push_back(value);
  }
  const Value keyword_names =
      names.is_empty() ? Value() : Value(make_tuple(names.data(), names.size()));
  return push(TRY(made.slots.make(thread_, made, all.data(), positional.size, keyword_names)));
}

// --- state ---

// Attributes go past descriptors and __setattr__, straight into the instance.
Status Loader::build_from_dict(Value object, Value state) {
  if (!is_dict(state)) return raise(thread_, unpickling_error(), "state is not a dictionary");
  const Dict& contents = *state.as<Dict>();
  Type& type = type_of(object);
  const bool has_plain_attributes =
      type.instance_kind == Kind::Object && type.attributes_word != 0 &&
      type.slots.get_attribute == generic_get_attribute &&
      has_kind(lookup_in_type(type, special_name<"__dict__">()), Kind::GetSetDescriptor);
  Value dict;
  size_t position = 0;
  for (Value key, value; dict_next(contents, position, key, value);) {
    if (has_plain_attributes && is_exact_str(key)) {
      set_own_attribute(*object.object(), intern_name(key.as<Str>()), value);
      continue;
    }
    if (dict.is_empty()) dict = TRY(get_attribute(thread_, object, special_name<"__dict__">()));
    if (is_exact_str(key)) key = intern_name(key.as<Str>());
    TRY(set_item(thread_, dict, key, value));
  }
  if (dict.is_empty() && !has_plain_attributes)
    TRY(get_attribute(thread_, object, special_name<"__dict__">()));
  return nothing;
}

Status Loader::build_slots(Value object, Value state) {
  if (!is_dict(state)) return raise(thread_, unpickling_error(), "slot state is not a dictionary");
  size_t position = 0;
  for (Value key, value; dict_next(*state.as<Dict>(), position, key, value);) {
    if (!is_str(key))
      return raise(thread_, TypeError, "attribute name must be string, not '{}'", type_of(key));
    TRY(set_attribute(thread_, object, key.as<Str>(), value));
  }
  return nothing;
}

Status Loader::load_build() {
  if (u_.stack_size < u_.fence + 2) return underflow();
  Value state = TRY(pop());
  const Value object = top();
  const Value set_state =
      TRY(get_attribute_or_unbound(thread_, object, special_name<"__setstate__">()));
  if (!set_state.is_unbound()) {
    TRY(call(thread_, set_state, {state}));
    return nothing;
  }
  Value slots;
  if (is_tuple(state) && state.as<Tuple>()->size == 2) {
    slots = state.as<Tuple>()->items[1];
    state = state.as<Tuple>()->items[0];
  }
  if (!state.is_none()) TRY(build_from_dict(object, state));
  // CPython only leaves out a missing slot state: None is one that is no dict.
  return slots.is_empty() ? Status(nothing) : build_slots(object, slots);
}

}  // namespace minipy::pickle
