// Comparison, truth and hashes of any objects. Language reference 6.10 and 3.3.1.
#include <array>

#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/simple_key.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"

namespace minipy {
namespace {

// a < b is b > a.
CompareOp reflected(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return CompareOp::Greater;
    case CompareOp::LessEqual: return CompareOp::GreaterEqual;
    case CompareOp::Equal: return CompareOp::Equal;
    case CompareOp::NotEqual: return CompareOp::NotEqual;
    case CompareOp::Greater: return CompareOp::Less;
    case CompareOp::GreaterEqual: return CompareOp::LessEqual;
  }
  MP_UNREACHABLE();
}

template <typename T>
bool holds(T left, T right, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return left < right;
    case CompareOp::LessEqual: return left <= right;
    case CompareOp::Equal: return left == right;
    case CompareOp::NotEqual: return left != right;
    case CompareOp::Greater: return left > right;
    case CompareOp::GreaterEqual: return left >= right;
  }
  MP_UNREACHABLE();
}

Value neither_compares(Thread& thread, Value left, Value right, CompareOp op) {
  if (op == CompareOp::Equal) return Value::from_bool(left == right);
  if (op == CompareOp::NotEqual) return Value::from_bool(left != right);
  return raise(thread, TypeError, "'{}' not supported between instances of '{}' and '{}'",
               operator_text(op), type_of(left), type_of(right));
}

// The right operand goes first if its type is a subclass of the left one's.
Value compare_by_slots(Thread& thread, Value left, Value right, CompareOp op) {
  const Type &left_type = type_of(left), &right_type = type_of(right);
  bool right_tried = false;
  if (&left_type != &right_type && right_type.slots.compare && is_subtype(right_type, left_type)) {
    right_tried = true;
    const Value result = right_type.slots.compare(thread, right, left, reflected(op));
    if (result != NotImplemented) return result;
  }
  if (left_type.slots.compare) {
    const Value result = left_type.slots.compare(thread, left, right, op);
    if (result != NotImplemented) return result;
  }
  return right_tried ? neither_compares(thread, left, right, op) : compare_by_right(thread, left, right, op);
}

}  // namespace

Value compare_by_right(Thread& thread, Value left, Value right, CompareOp op) {
  if (const CompareSlot slot = type_of(right).slots.compare) {
    const Value result = slot(thread, right, left, reflected(op));
    if (result != NotImplemented) return result;
  }
  return neither_compares(thread, left, right, op);
}

const char* operator_text(CompareOp op) {
  static constexpr std::array<const char*, 6> texts = {"<", "<=", "==", "!=", ">", ">="};
  return texts[static_cast<size_t>(op)];
}

Value compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (both_ints(left, right)) return Value::from_bool(holds(left.bits(), right.bits(), op));
  if (both_doubles(left, right)) return Value::from_bool(holds(left.as_double(), right.as_double(), op));
  if (is_exact_str(left) && is_exact_str(right)) {
    if (op == CompareOp::Equal) return Value::from_bool(equal(left.as<Str>(), right.as<Str>()));
    if (op == CompareOp::NotEqual) return Value::from_bool(!equal(left.as<Str>(), right.as<Str>()));
    return Value::from_bool(holds(order(left.as<Str>(), right.as<Str>()), 0, op));
  }
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in comparison")) return error;
  return compare_by_slots(thread, left, right, op);
}

Result<bool> compare_truth(Thread& thread, Value left, Value right, CompareOp op) {
  const Value result = TRY(compare(thread, left, right, op));
  return result.is_bool() ? Result<bool>(result.as_bool()) : truth(thread, result);
}

Result<bool> is_equal(Thread& thread, Value left, Value right) {
  if (left == right) return true;
  if (both_ints(left, right)) return false;
  if (is_exact_str(left) && is_exact_str(right)) return equal(left.as<Str>(), right.as<Str>());
  return compare_truth(thread, left, right, CompareOp::Equal);
}

// Data model, object.__bool__: else the length, else true.
Result<bool> truth(Thread& thread, Value value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int() != 0;
  if (value.is_double()) return value.as_double() != 0;
  if (value.is_none()) return false;
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const TypeSlots& slots = type_of(value).slots;
  if (slots.truth) return slots.truth(thread, value);
  if (slots.map_length) return TRY(slots.map_length(thread, value)) != 0;
  if (slots.sequence_length) return TRY(slots.sequence_length(thread, value)) != 0;
  return true;
}

Result<int64_t> hash(Thread& thread, Value value) {
  if (is_simple_key(value)) return simple_hash(value);
  const Type& type = type_of(value);
  if (!type.slots.hash) return hash_not_implemented(thread, value);
  if (is_stack_exhausted(thread)) return error;
  return type.slots.hash(thread, value);
}

Result<int64_t> hash_not_implemented(Thread& thread, Value self) {
  return raise(thread, TypeError, "unhashable type: '{}'", type_of(self));
}

}  // namespace minipy
