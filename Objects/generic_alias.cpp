// types.GenericAlias: list[int], tuple[*Ts], ... (PEP 585, 646).
#include "Objects/generic_alias.h"

#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct GenericAliasIterator : Object {
  static constexpr Kind kKind = Kind::GenericAliasIterator;
  Value alias;  // empty once exhausted
};

// An attribute that is a non-empty tuple, or nullptr.
Result<Tuple*> tuple_attribute(Thread& thread, Value object, const char* name) {
  const Value value = TRY(get_attribute_or_unbound(thread, object, name));
  if (value.is_unbound() || !is_tuple(value) || value.as<Tuple>()->size == 0) return nullptr;
  return value.as<Tuple>();
}

bool contains_identical(const List& list, Value value) {
  for (Value item : list) {
    if (item == value) return true;
  }
  return false;
}

Status add_parameter(Thread& thread, List& list, Value parameter) {
  if (contains_identical(list, parameter)) return nothing;
  return list_append(thread, list, parameter);
}

// Unpacked tuples among the arguments (*tuple[int, str]) are replaced by their contents.
Result<Tuple*> unpack_arguments(Thread& thread, Value item) {
  const Tuple& given = is_tuple(item) ? *item.as<Tuple>() : *make_tuple({item});
  List& result = *make_list();
  for (size_t i = 0; i < given.size; ++i) {
    const Value argument = given.items[i];
    const Value unpacked =
        is_type(argument) ? Unbound : TRY(get_attribute_or_unbound(thread, argument, "__typing_unpacked_tuple_args__"));
    const Tuple* inner = is_tuple(unpacked) ? unpacked.as<Tuple>() : nullptr;
    if (inner && (inner->size == 0 || inner->items[inner->size - 1] != Ellipsis)) {
      for (Value part : inner->view()) TRY(list_append(thread, result, part));
    } else {
      TRY(list_append(thread, result, argument));
    }
  }
  return list_to_tuple(result);
}

int64_t position_of(const Tuple& parameters, Value parameter) {
  for (size_t i = 0; i < parameters.size; ++i) {
    if (parameters.items[i] == parameter) return static_cast<int64_t>(i);
  }
  return -1;
}

// list[T] within dict[str, list[T]]: its own parameters replaced.
Value substitute_inside(Thread& thread, Value argument, const Tuple& parameters, const Tuple& items) {
  const Tuple* inner = TRY(tuple_attribute(thread, argument, "__parameters__"));
  if (!inner) return argument;
  List& replaced = *make_list();
  for (Value parameter : inner->view()) {
    const int64_t at = position_of(parameters, parameter);
    if (at < 0) {
      TRY(list_append(thread, replaced, parameter));
      continue;
    }
    const Value item = items.items[at];
    if (type_of(parameter).slots.iterate && is_tuple(item)) {  // a TypeVarTuple
      for (Value part : item.as<Tuple>()->view()) TRY(list_append(thread, replaced, part));
    } else {
      TRY(list_append(thread, replaced, item));
    }
  }
  return get_item(thread, argument, list_to_tuple(replaced));
}

Result<bool> is_unpacked_variable(Thread& thread, Value argument) {
  if (is_type(argument)) return false;
  const Value mark = TRY(get_attribute_or_unbound(thread, argument, "__typing_is_unpacked_typevartuple__"));
  return mark.is_unbound() ? false : truth(thread, mark);
}

Status substitute_one(Thread& thread, Value argument, const Tuple& parameters, const Tuple& items, List& result) {
  if (is_type(argument)) return list_append(thread, result, argument);
  const bool unpack = TRY(is_unpacked_variable(thread, argument));
  const Value substitute = TRY(get_attribute_or_unbound(thread, argument, "__typing_subst__"));
  Value replaced;
  if (!substitute.is_unbound()) {
    const int64_t at = position_of(parameters, argument);
    MP_ASSERT(at >= 0);
    replaced = TRY(call(thread, substitute, {items.items[at]}));
  } else {
    replaced = TRY(substitute_inside(thread, argument, parameters, items));
  }
  if (!unpack || !is_tuple(replaced)) return list_append(thread, result, replaced);
  for (Value part : replaced.as<Tuple>()->view()) TRY(list_append(thread, result, part));
  return nothing;
}

}  // namespace

Value make_generic_alias(Thread&, Value origin, Value arguments) {
  auto* alias = allocate<GenericAlias>();
  alias->origin = origin;
  alias->arguments = is_tuple(arguments) ? arguments.as<Tuple>() : make_tuple({arguments});
  return alias;
}

Result<Tuple*> type_parameters(Thread& thread, const Tuple& arguments) {
  List& parameters = *make_list();
  for (Value argument : arguments.view()) {
    if (is_type(argument)) continue;  // its __parameters__ would be a descriptor
    const Value substitute = TRY(get_attribute_or_unbound(thread, argument, "__typing_subst__"));
    if (!substitute.is_unbound()) {
      TRY(add_parameter(thread, parameters, argument));
      continue;
    }
    if (const Tuple* inner = TRY(tuple_attribute(thread, argument, "__parameters__"))) {
      for (Value parameter : inner->view()) TRY(add_parameter(thread, parameters, parameter));
    }
  }
  return list_to_tuple(parameters);
}

Value substitute_parameters(Thread& thread, Value self, const Tuple& arguments, const Tuple& parameters, Value item) {
  if (parameters.size == 0) return raise(thread, TypeError, "{} is not a generic class", Repr{self});
  Tuple* items = TRY(unpack_arguments(thread, item));
  for (Value parameter : parameters.view()) {
    const Value prepare = TRY(get_attribute_or_unbound(thread, parameter, "__typing_prepare_subst__"));
    if (prepare.is_unbound() || prepare.is_none()) continue;
    const Value prepared = TRY(call(thread, prepare, {self, items}));
    items = is_tuple(prepared) ? prepared.as<Tuple>() : make_tuple({prepared});
  }
  if (items->size != parameters.size) {
    return raise(thread, TypeError, "Too {} arguments for {}; actual {}, expected {}",
                 items->size > parameters.size ? "many" : "few", Repr{self}, items->size, parameters.size);
  }
  List& result = *make_list();
  for (Value argument : arguments.view()) TRY(substitute_one(thread, argument, parameters, *items, result));
  return list_to_tuple(result);
}

Status append_type_repr(Thread& thread, StrBuilder& builder, Value type) {
  if (type == Ellipsis) {
    builder.append("...");
    return nothing;
  }
  const Value origin = TRY(get_attribute_or_unbound(thread, type, "__origin__"));
  const bool is_alias = !origin.is_unbound() && !TRY(get_attribute_or_unbound(thread, type, "__args__")).is_unbound();
  if (!is_alias) {
    const Value name = TRY(get_attribute_or_unbound(thread, type, "__qualname__"));
    const Value module = name.is_unbound() ? Unbound : TRY(get_attribute_or_unbound(thread, type, "__module__"));
    if (!module.is_unbound() && !module.is_none()) {
      if (!is_str(module) || !equal(module.as<Str>(), "builtins")) {
        builder.append(TRY(str(thread, module)));
        builder.append(".");
      }
      builder.append(TRY(str(thread, name)));
      return nothing;
    }
  }
  builder.append(TRY(repr(thread, type)));
  return nothing;
}

namespace {

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "GenericAlias", keyword_names));
  TRY(check_count(thread, "GenericAlias", count, 2, 2));
  auto* alias = allocate_instance_as<GenericAlias>(type);
  if (!alias) return raise_memory_error(thread);
  alias->origin = arguments[0];
  alias->arguments = is_tuple(arguments[1]) ? arguments[1].as<Tuple>() : make_tuple({arguments[1]});
  return alias;
}

Value repr_slot(Thread& thread, Value self) {
  const auto& alias = *self.as<GenericAlias>();
  StrBuilder builder;
  if (alias.is_unpacked) builder.append("*");
  TRY(append_type_repr(thread, builder, alias.origin));
  builder.append("[");
  for (size_t i = 0; i < alias.arguments->size; ++i) {
    if (i) builder.append(", ");
    TRY(append_type_repr(thread, builder, alias.arguments->items[i]));
  }
  builder.append(alias.arguments->size ? "]" : "()]");
  return TRY(builder.finish(thread));
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  const auto& alias = *self.as<GenericAlias>();
  const int64_t combined = TRY(hash(thread, alias.origin)) ^ TRY(hash(thread, alias.arguments));
  return combined == -1 ? -2 : combined;
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_kind(right, Kind::GenericAlias) || (op != CompareOp::Equal && op != CompareOp::NotEqual)) {
    return NotImplemented;
  }
  const auto &a = *left.as<GenericAlias>(), &b = *right.as<GenericAlias>();
  const bool same = a.is_unpacked == b.is_unpacked && TRY(compare_truth(thread, a.origin, b.origin, CompareOp::Equal)) &&
                    TRY(compare_truth(thread, a.arguments, b.arguments, CompareOp::Equal));
  return Value::from_bool(same == (op == CompareOp::Equal));
}

// list[int](...) makes a list; the object learns of the alias if it can have attributes.
Value call_slot(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Value object = TRY(call(thread, self.as<GenericAlias>()->origin, arguments, count, keyword_names));
  if (set_attribute(thread, object, "__orig_class__", self).failed()) {
    if (!catch_exception(thread, AttributeError) && !catch_exception(thread, TypeError)) return error;
  }
  return object;
}

// These are the alias's own; everything else is its origin's.
constexpr std::string_view own_names[] = {
    "__class__",          "__origin__",     "__args__",      "__unpacked__", "__parameters__",
    "__typing_unpacked_tuple_args__", "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__"};

Value get_attribute_slot(Thread& thread, Value self, Value name) {
  if (is_str(name)) {
    bool is_own = false;
    for (std::string_view own : own_names) is_own = is_own || equal(name.as<Str>(), own);
    if (!is_own) return get_attribute(thread, self.as<GenericAlias>()->origin, name.as<Str>());
  }
  return generic_get_attribute(thread, self, name);
}

Result<Tuple*> parameters_of(Thread& thread, GenericAlias& alias) {
  if (alias.parameters.is_empty()) alias.parameters = TRY(type_parameters(thread, *alias.arguments));
  return alias.parameters.as<Tuple>();
}

Value item_slot(Thread& thread, Value self, Value item) {
  auto& alias = *self.as<GenericAlias>();
  const Tuple* parameters = TRY(parameters_of(thread, alias));
  const Value arguments = TRY(substitute_parameters(thread, self, *alias.arguments, *parameters, item));
  const Value result = make_generic_alias(thread, alias.origin, arguments);
  result.as<GenericAlias>()->is_unpacked = alias.is_unpacked;
  return result;
}

Value or_slot(Thread& thread, Value left, Value right) { return make_union(thread, left, right); }

Value iterate_slot(Thread&, Value self) {
  auto* iterator = allocate<GenericAliasIterator>();
  iterator->alias = self;
  return iterator;
}

// --- methods ---

Value mro_entries(GenericAlias& self, Value) { return make_tuple({self.origin}); }
Value instance_check(Thread& thread, GenericAlias&, Value) {
  return raise(thread, TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Value subclass_check(Thread& thread, GenericAlias&, Value) {
  return raise(thread, TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}

Value reduce(Thread& thread, GenericAlias& self) {
  if (!self.is_unpacked) return make_tuple({&type_of_kind(Kind::GenericAlias), make_tuple({self.origin, self.arguments})});
  const Value plain = make_generic_alias(thread, self.origin, self.arguments);
  const Value next_function = TRY(import_attribute(thread, "builtins", "next"));
  return make_tuple({next_function, make_tuple({TRY(iterate(thread, plain))})});
}

Value dir_method(Thread& thread, GenericAlias& self) {
  const Value dir_function = TRY(import_attribute(thread, "builtins", "dir"));
  const Value names = TRY(call(thread, dir_function, {self.origin}));
  for (std::string_view own : own_names) {
    const Value name = intern(own);
    const bool is_there = !get_attribute_or_unbound_generic(thread, &self, name.as<Str>()).is_unbound();
    thread.exception = Value();
    if (is_there && !TRY(contains(thread, names, name))) TRY(list_append(thread, *names.as<List>(), name));
  }
  return names;
}

Value get_origin(GenericAlias& self) { return self.origin; }
Value get_arguments(GenericAlias& self) { return self.arguments; }
bool get_unpacked(GenericAlias& self) { return self.is_unpacked; }
Value get_parameters(Thread& thread, GenericAlias& self) { return TRY(parameters_of(thread, self)); }
Value get_unpacked_arguments(GenericAlias& self) {
  const bool is_tuple_type = self.origin == Value(&type_of_kind(Kind::Tuple));
  return self.is_unpacked && is_tuple_type ? Value(self.arguments) : None;
}

const MethodRow methods[] = {
    method<mro_entries>("!__mro_entries__($self, bases, /)", ""),
    method<instance_check>("!__instancecheck__($self, instance, /)", ""),
    method<subclass_check>("!__subclasscheck__($self, subclass, /)", ""),
    method<reduce>("!__reduce__($self, /)", ""),
    method<dir_method>("!__dir__($self, /)", ""),
    member<get_origin>("__origin__", ""),
    member<get_arguments>("__args__", ""),
    member<get_unpacked>("__unpacked__", ""),
    getter<get_parameters>("__parameters__", "Type variables in the GenericAlias."),
    getter<get_unpacked_arguments>("__typing_unpacked_tuple_args__", ""),
};

// iter(alias) gives *alias, once.
Value iterator_next(Thread& thread, Value self) {
  auto& iterator = *self.as<GenericAliasIterator>();
  if (iterator.alias.is_empty()) return Unbound;
  const auto& alias = *iterator.alias.as<GenericAlias>();
  const Value unpacked = make_generic_alias(thread, alias.origin, alias.arguments);
  unpacked.as<GenericAlias>()->is_unpacked = true;
  iterator.alias = Value();
  return unpacked;
}
Value iterator_itself(Thread&, Value self) { return self; }

Value iterator_reduce(Thread& thread, GenericAliasIterator& self) {
  const Value iter = TRY(import_attribute(thread, "builtins", "iter"));
  return make_tuple({iter, make_tuple({self.alias.is_empty() ? Value(empty_tuple()) : self.alias})});
}
const MethodRow iterator_methods[] = {method<iterator_reduce>("!__reduce__($self, /)", "")};

}  // namespace

void define_annotation_types() {
  static TypeSpec spec = {.doc = "A type with arguments (PEP 585): list[int] has list as __origin__ and (int,) as "
                                 "__args__.",
                          .instance_bytes = sizeof(GenericAlias),
                          .flags = Type::kBaseType | Type::kHasWeakReferences,
                          .methods = methods};
  TypeSlots& slots = spec.slots;
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_slot;
  slots.call = call_slot;
  slots.get_attribute = get_attribute_slot;
  slots.make = make;
  slots.bit_or = or_slot;
  slots.map_item = item_slot;
  slots.iterate = iterate_slot;
  define_type(Kind::GenericAlias, spec);

  static TypeSpec iterator_spec = {.instance_bytes = sizeof(GenericAliasIterator),
                                   .flags = Type::kDisallowInstantiation,
                                   .methods = iterator_methods};
  iterator_spec.slots.iterate = iterator_itself;
  iterator_spec.slots.next = iterator_next;
  define_type(Kind::GenericAliasIterator, iterator_spec);
  define_union_type();
}

}  // namespace minipy
