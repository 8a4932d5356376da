// types.UnionType: int | str (PEP 604).
#include "Objects/gc.h"
#include "Objects/generic_alias.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

bool is_member(Value value) {
  return value.is_none() || is_type(value) || has_kind(value, Kind::GenericAlias) || has_kind(value, Kind::UnionType);
}

// Aliases are compared by their contents, everything else by identity.
Status add_member(Thread& thread, List& members, Value type) {
  for (size_t i = 0; i < members.size; ++i) {
    const Value other = members.at(i);
    if (other == type) return nothing;
    const bool both_aliases = has_kind(other, Kind::GenericAlias) && has_kind(type, Kind::GenericAlias);
    if (both_aliases && TRY(is_equal(thread, other, type))) return nothing;
  }
  return list_append(thread, members, type);
}

Status add_members(Thread& thread, List& members, Value value) {
  if (!has_kind(value, Kind::UnionType)) {
    return add_member(thread, members, value.is_none() ? Value(&type_of_kind(Kind::NoneType)) : value);
  }
  for (Value type : value.as<UnionType>()->arguments->view()) TRY(add_member(thread, members, type));
  return nothing;
}

// A union tells its class's module as its own.
Value get_attribute_slot(Thread& thread, Value self, Value name) {
  if (is_str(name) && equal(name.as<Str>(), "__module__")) return get_attribute(thread, &type_of(self), "__module__");
  return generic_get_attribute(thread, self, name);
}

Value or_slot(Thread& thread, Value left, Value right) { return make_union(thread, left, right); }

Value repr_slot(Thread& thread, Value self) {
  StrBuilder builder;
  bool is_first = true;
  for (Value type : self.as<UnionType>()->arguments->view()) {
    if (!is_first) builder.append(" | ");
    is_first = false;
    if (type == Value(&type_of_kind(Kind::NoneType))) builder.append("None");
    else TRY(append_type_repr(thread, builder, type));
  }
  return TRY(builder.finish(thread));
}

Result<Set*> member_set(Thread& thread, Value self) {
  Set* set = make_frozenset();
  for (Value type : self.as<UnionType>()->arguments->view()) TRY(set_add(thread, *set, type));
  return set;
}

// The order of the members does not matter.
Result<int64_t> hash_slot(Thread& thread, Value self) { return hash(thread, TRY(member_set(thread, self))); }
Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_kind(right, Kind::UnionType) || (op != CompareOp::Equal && op != CompareOp::NotEqual)) return NotImplemented;
  const Value members = TRY(member_set(thread, left));
  return compare(thread, members, TRY(member_set(thread, right)), op);
}

Value item_slot(Thread& thread, Value self, Value item) {
  auto& type = *self.as<UnionType>();
  if (type.parameters.is_empty()) type.parameters = TRY(type_parameters(thread, *type.arguments));
  const Value arguments =
      TRY(substitute_parameters(thread, self, *type.arguments, *type.parameters.as<Tuple>(), item));
  Value result;
  for (Value argument : arguments.as<Tuple>()->view()) {
    result = result.is_empty() ? argument : TRY(number_bit_or(thread, result, argument));
  }
  return result;
}

using Check = Result<bool> (*)(Thread&, Value, Value);

// Members in order; an alias among them is refused by its own check.
template <Check check>
Value check_members(Thread& thread, const UnionType& self, Value object) {
  for (Value type : self.arguments->view()) {
    if (TRY(check(thread, object, type))) return True;
  }
  return False;
}

Value instance_check(Thread& thread, UnionType& self, Value object) {
  return check_members<is_instance_of>(thread, self, object);
}
Value subclass_check(Thread& thread, UnionType& self, Value object) {
  if (!is_type(object)) return raise(thread, TypeError, "issubclass() arg 1 must be a class");
  return check_members<is_subclass_of>(thread, self, object);
}

Value get_arguments(UnionType& self) { return self.arguments; }
Value get_parameters(Thread& thread, UnionType& self) {
  if (self.parameters.is_empty()) self.parameters = TRY(type_parameters(thread, *self.arguments));
  return self.parameters;
}

const MethodRow methods[] = {
    method<instance_check>("!__instancecheck__($self, instance, /)", ""),
    method<subclass_check>("!__subclasscheck__($self, subclass, /)", ""),
    member<get_arguments>("__args__", ""),
    getter<get_parameters>("__parameters__", "Type variables in the types.UnionType."),
};

}  // namespace

Value make_union(Thread& thread, Value left, Value right) {
  if (!is_member(left) || !is_member(right)) return NotImplemented;
  List& members = *make_list();
  TRY(add_members(thread, members, left));
  TRY(add_members(thread, members, right));
  if (members.size == 1) return members.at(0);
  auto* type = allocate<UnionType>();
  type->arguments = list_to_tuple(members);
  return type;
}

void define_union_type() {
  static TypeSpec spec = {.doc = "Either of several types (PEP 604), as int | str gives it.",
                          .instance_bytes = sizeof(UnionType),
                          .flags = Type::kDisallowInstantiation,
                          .methods = methods};
  TypeSlots& slots = spec.slots;
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_slot;
  slots.bit_or = or_slot;
  slots.map_item = item_slot;
  slots.get_attribute = get_attribute_slot;
  define_type(Kind::UnionType, spec);
}

}  // namespace minipy
