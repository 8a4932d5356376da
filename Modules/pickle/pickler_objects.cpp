// Pickling what is found by its name, and all that says itself how it is made again (PEP 307).
#include "Modules/pickle/pickler.h"
#include "Objects/codecs.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/reduction.h"
#include "Objects/slot_trampolines.h"
#include "VM/runtime.h"

namespace minipy::pickle {

namespace {

// The module in whose dict `path` leads to `object`; "__main__" if there is none.
Value module_of(Thread& thread, Value object, Value path) {
  const Value own = TRY(get_attribute_or_unbound(thread, object, special_name<"__module__">()));
  if (!own.is_unbound() && !own.is_none()) return own;
  if (is_local_path(path)) return make_str("__main__");
  const Value modules = system_attribute("modules");
  if (!is_dict(modules)) return make_str("__main__");
  Dict* snapshot = dict_copy(*modules.as<Dict>());  // looking at attributes may import
  size_t position = 0;
  for (Value name, module; dict_next(*snapshot, position, name, module);) {
    if (module.is_none() || (is_str(name) && equal(name.as<Str>(), "__main__"))) continue;
    const Value found = TRY(follow_path(thread, module, path));
    if (found == object) return name;
  }
  return make_str("__main__");
}

Value last_part(Value path) {
  const Str* text = path.as<Str>();
  size_t start = text->length();
  while (start > 0 && text->at(start - 1) != '.') --start;
  return substring(text, start, text->length());
}

bool is_named(Value callable_name, const char* wanted) {
  return is_str(callable_name) && equal(callable_name.as<Str>(), wanted);
}

Value name_of_callable(Thread& thread, Value callable) {
  if (is_exact(callable, Kind::Function)) return callable.as<Function>()->name();
  return get_attribute_or_unbound(thread, callable, special_name<"__name__">());
}

}  // namespace

// --- by name ---

Status Saver::save_type(Value type) {
  for (const Value only : {None, Ellipsis, NotImplemented}) {
    if (type == Value(&type_of(only))) {
      return save_reduce(*make_tuple({&type_of_kind(Kind::Type), make_tuple({only})}), type);
    }
  }
  return save_global(type);
}

Status Saver::save_global(Value object, Value name) {
  if (name.is_empty()) {
    name = TRY(get_attribute_or_unbound(thread_, object, special_name<"__qualname__">()));
    if (name.is_unbound()) name = TRY(get_attribute(thread_, object, special_name<"__name__">()));
  }
  if (!is_str(name)) return raise(thread_, TypeError, "must be str, not {}", type_of(name));
  if (is_local_path(name))
    return raise(thread_, AttributeError, "Can't pickle local object {}", Repr{name});
  GlobalName global{TRY(module_of(thread_, object, name)), name};
  const Value module =
      is_str(global.module) ? import_module(thread_, to_utf8(global.module.as<Str>())) : Value();
  if (module.is_empty()) {
    take_exception(thread_);
    return raise(thread_, pickling_error(), "Can't pickle {}: import of module {} failed",
                 Repr{object}, Repr{global.module});
  }
  Value parent;
  const Value found = TRY(follow_path(thread_, module, name, &parent));
  if (found.is_unbound()) {
    return raise(thread_, pickling_error(), "Can't pickle {}: attribute lookup {} on {} failed",
                 Repr{object}, name, global.module);
  }
  if (!(found == object)) {
    return raise(thread_, pickling_error(), "Can't pickle {}: it's not the same object as {}.{}",
                 Repr{object}, global.module, name);
  }
  if (p_.protocol >= 2 && TRY(put_extension(object, global))) return nothing;
  if (parent == module) global.name = last_part(name);
  if (p_.protocol >= 4) {
    TRY(save(global.module));
    TRY(save(global.name));
    TRY(put(Op::StackGlobal));
  } else if (!(parent == module)) {
    const Value getattr = TRY(import_attribute(thread_, "builtins", "getattr"));
    return save_reduce(*make_tuple({getattr, make_tuple({parent, last_part(name)})}), object);
  } else {
    TRY(put_global_lines(global));
  }
  return put_memo(object);
}

// A number from copyreg's registry of extensions stands for the name.
Result<bool> Saver::put_extension(Value object, const GlobalName& global) {
  const Value key = make_tuple({global.module, global.name});
  const Value code = TRY(dict_get(thread_, *shared.extension_registry.as<Dict>(), key));
  if (code.is_unbound()) return false;
  if (!is_any_int(code)) {
    return raise(thread_, pickling_error(), "Can't pickle {}: extension code {} isn't an integer",
                 Repr{object}, Repr{code});
  }
  const std::optional<int64_t> number = int_to_int64(code);
  if (!number) return raise(thread_, OverflowError, "Python int too large to convert to C long");
  if (*number <= 0 || *number > INT32_MAX) {
    return raise(thread_, pickling_error(), "Can't pickle {}: extension code {} is out of range",
                 Repr{object}, *number);
  }
  const auto bits = static_cast<uint64_t>(*number);
  if (bits < 256) {
    TRY(put(Op::Extension1, bits, 1));
  } else if (bits < 65536) {
    TRY(put(Op::Extension2, bits, 2));
  } else {
    TRY(put(Op::Extension4, bits, 4));
  }
  return true;
}

Result<std::string> Saver::encode_identifier(Value name, const char* what) {
  const Value encoded = p_.protocol == 3 ? encode_utf8(thread_, name.as<Str>())
                                         : encode_ascii(thread_, name.as<Str>());
  if (!encoded.is_empty()) return std::string(encoded.as<Bytes>()->view());
  if (!catch_exception(thread_, UnicodeEncodeError)) return error;
  return raise(thread_, pickling_error(),
               "can't pickle {} identifier '{}' using pickle protocol {}", what, name, p_.protocol);
}

Status Saver::put_global_lines(GlobalName global) {
  if (p_.protocol < 3 && p_.fix_imports) TRY(rename_global(thread_, global, Direction::ToPython2));
  const std::string module = TRY(encode_identifier(global.module, "module"));
  const std::string name = TRY(encode_identifier(global.name, "global"));
  TRY(put_line(Op::Global, module));
  TRY(put(name));
  return put("\n");
}

Result<bool> Saver::save_persistent(Value object) {
  const Value id = TRY(call(thread_, p_.persistent_id, {object}));
  if (id.is_none()) return false;
  if (p_.binary) {
    TRY(save(id, Saving::PersistentId));
    TRY(put(Op::BinPersistentId));
    return true;
  }
  const Str* text = TRY(str(thread_, id));
  if (!text->is_ascii()) {
    return raise(thread_, pickling_error(), "persistent IDs in protocol 0 must be ASCII strings");
  }
  TRY(put_line(Op::PersistentId, text->ascii_view()));
  return true;
}

// --- by reduction ---

// What dispatch tables and __reduce_ex__ say; None if the object is to be found by its name,
// Unbound if it is a plain instance.
Value Saver::reduction_of(Value object) {
  Type& type = type_of(object);
  const Value type_value(&type);
  Value reducer = Unbound;
  if (p_.dispatch_table.is_empty()) {
    reducer = TRY(dict_get(thread_, *shared.dispatch_table.as<Dict>(), type_value));
  } else {
    reducer = get_item(thread_, p_.dispatch_table, type_value);
    if (reducer.is_empty()) {
      if (!catch_exception(thread_, KeyError)) return error;
      reducer = Unbound;
    }
  }
  if (!reducer.is_unbound()) return call(thread_, reducer, {object});
  if (p_.protocol >= 2 && reduces_by_default(object)) return Unbound;
  if (is_subtype(type, type_of_kind(Kind::Type))) return None;
  const Value extended =
      TRY(get_attribute_or_unbound(thread_, object, special_name<"__reduce_ex__">()));
  if (!extended.is_unbound()) return call(thread_, extended, {Value::from_int(p_.protocol)});
  const Value plain = TRY(get_attribute_or_unbound(thread_, object, special_name<"__reduce__">()));
  if (!plain.is_unbound()) return call(thread_, plain);
  return raise(thread_, pickling_error(), "can't pickle '{}' object: {}", type, Repr{object});
}

Status Saver::save_by_reduction(Value object) {
  Value reduction = NotImplemented;
  if (!p_.reducer_override.is_empty())
    reduction = TRY(call(thread_, p_.reducer_override, {object}));
  if (reduction == NotImplemented) {
    const Value type(&type_of(object));
    if (type == Value(&type_of_kind(Kind::Type))) return save_type(object);
    if (type == Value(&type_of_kind(Kind::Function))) return save_global(object);
    reduction = TRY(reduction_of(object));
    if (reduction.is_unbound()) return save_plain_instance(object);
    if (reduction.is_none() && is_type(object)) return save_global(object);
  }
  if (is_str(reduction)) return save_global(object, reduction);
  if (!is_tuple(reduction)) {
    return raise(thread_, pickling_error(), "__reduce__ must return a string or tuple");
  }
  return save_reduce(*reduction.as<Tuple>(), object);
}

// As save_reduce() does with what object.__reduce_ex__() gives, without making that.
Status Saver::save_plain_instance(Value object) {
  const Value state = attributes_copy(object);
  TRY(save(Value(&type_of(object))));
  TRY(put(Op::EmptyTuple));
  TRY(put(Op::NewObject));
  // Saving the class may have led back here.
  if (const Memo::Entry* entry = p_.memo.find(object)) {
    TRY(put(Op::Pop));
    return put_memo_reference(*entry);
  }
  TRY(put_memo(object));
  if (state.is_none()) return nothing;
  TRY(save(state));
  return put(Op::Build);
}

// copyreg.__newobj__(class, *arguments): `object`, where given, must be of that class.
Status Saver::put_new_object(Tuple& arguments, Value object) {
  if (arguments.size < 1) return raise(thread_, pickling_error(), "__newobj__ arglist is empty");
  const Value type = arguments.items[0];
  if (!is_type(type))
    return raise(thread_, pickling_error(), "args[0] from __newobj__ args is not a type");
  if (!object.is_empty() &&
      !(TRY(get_attribute(thread_, object, special_name<"__class__">())) == type)) {
    return raise(thread_, pickling_error(), "args[0] from __newobj__ args has the wrong class");
  }
  TRY(save(type));
  TRY(save(tuple_slice(arguments, 1, arguments.size)));
  return put(Op::NewObject);
}

// copyreg.__newobj_ex__(class, arguments, keywords): before protocol 4 a partial call of __new__.
Status Saver::put_new_object_extended(Tuple& arguments) {
  if (arguments.size != 3) {
    return raise(thread_, pickling_error(),
                 "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}",
                 arguments.size);
  }
  const Value type = arguments.items[0], positional = arguments.items[1],
              keywords = arguments.items[2];
  if (!is_type(type)) {
    return raise(thread_, pickling_error(),
                 "first item from NEWOBJ_EX argument tuple must be a class, not {}", type_of(type));
  }
  if (!is_tuple(positional)) {
    return raise(thread_, pickling_error(),
                 "second item from NEWOBJ_EX argument tuple must be a tuple, not {}",
                 type_of(positional));
  }
  if (!is_dict(keywords)) {
    return raise(thread_, pickling_error(),
                 "third item from NEWOBJ_EX argument tuple must be a dict, not {}",
                 type_of(keywords));
  }
  if (p_.protocol >= 4) {
    TRY(save(type));
    TRY(save(positional));
    TRY(save(keywords));
    return put(Op::NewObjectExtended);
  }
  const Tuple& given = *positional.as<Tuple>();
  Tuple* all = allocate_tuple(given.size + 2);
  if (!all) return raise_memory_error(thread_);
  all->items[0] = TRY(get_attribute(thread_, type, "__new__"));
  all->items[1] = type;
  std::copy(given.begin(), given.end(), all->items + 2);
  TRY(save(TRY(call_with(thread_, shared.partial, *all, keywords.as<Dict>()))));
  TRY(save(empty_tuple()));
  return put(Op::Reduce);
}

Status Saver::save_reduce(Tuple& reduction, Value object) {
  const size_t size = reduction.size;
  if (size < 2 || size > 6) {
    return raise(thread_, pickling_error(),
                 "tuple returned by __reduce__ must contain 2 through 6 elements");
  }
  const auto part = [&](size_t i) { return i < size ? reduction.items[i] : None; };
  const Value callable = part(0), arguments = part(1), state = part(2);
  const Value items = part(3), pairs = part(4), state_setter = part(5);
  if (!is_callable(callable)) {
    return raise(thread_, pickling_error(),
                 "first item of the tuple returned by __reduce__ must be callable");
  }
  if (!is_tuple(arguments)) {
    return raise(thread_, pickling_error(),
                 "second item of the tuple returned by __reduce__ must be a tuple");
  }
  if (!items.is_none() && !is_iterator(items)) {
    return raise(thread_, pickling_error(),
                 "fourth element of the tuple returned by __reduce__ must be an iterator, not {}",
                 type_of(items));
  }
  if (!pairs.is_none() && !is_iterator(pairs)) {
    return raise(thread_, pickling_error(),
                 "fifth element of the tuple returned by __reduce__ must be an iterator, not {}",
                 type_of(pairs));
  }
  if (!state_setter.is_none() && !is_callable(state_setter)) {
    return raise(thread_, pickling_error(),
                 "sixth element of the tuple returned by __reduce__ must be a function, not {}",
                 type_of(state_setter));
  }
  const Value name = p_.protocol >= 2 ? TRY(name_of_callable(thread_, callable)) : Unbound;
  if (is_named(name, "__newobj_ex__")) {
    TRY(put_new_object_extended(*arguments.as<Tuple>()));
  } else if (is_named(name, "__newobj__")) {
    TRY(put_new_object(*arguments.as<Tuple>(), object));
  } else {
    TRY(save(callable));
    TRY(save(arguments));
    TRY(put(Op::Reduce));
  }
  if (!object.is_empty()) {
    // Its own parts contained it: what was made last is dropped for what the memo has.
    if (const Memo::Entry* entry = p_.memo.find(object)) {
      TRY(put(Op::Pop));
      return put_memo_reference(*entry);
    }
    TRY(put_memo(object));
  }
  if (!items.is_none()) TRY(put_items(items));
  if (!pairs.is_none()) TRY(put_pairs(pairs));
  if (state.is_none()) return nothing;
  if (state_setter.is_none()) {
    TRY(save(state));
    return put(Op::Build);
  }
  TRY(save(state_setter));
  TRY(save(object));
  TRY(save(state));
  TRY(put(Op::Tuple2));
  TRY(put(Op::Reduce));
  return put(Op::Pop);
}

}  // namespace minipy::pickle
