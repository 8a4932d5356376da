// Small inline helpers of the handlers.
#pragma once

#include "Objects/float.h"
#include "Objects/object.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "Objects/value.h"

namespace minipy {

constexpr CompareOp compare_op_LESS = CompareOp::Less, compare_op_LESS_EQUAL = CompareOp::LessEqual,
                    compare_op_EQUAL = CompareOp::Equal, compare_op_NOT_EQUAL = CompareOp::NotEqual,
                    compare_op_GREATER = CompareOp::Greater, compare_op_GREATER_EQUAL = CompareOp::GreaterEqual;

// A small int and a float, in either order (or two floats).
inline bool mixed_doubles(Value left, Value right, double& x, double& y) {
  if (left.is_double()) {
    x = left.as_double();
    if (right.is_int()) {
      y = static_cast<double>(right.as_int());
    } else if (right.is_double()) {
      y = right.as_double();
    } else {
      return false;
    }
    return true;
  }
  if (!left.is_int() || !right.is_double()) return false;
  x = static_cast<double>(left.as_int());
  y = right.as_double();
  return true;
}

// Language reference 6.7: the quotient is rounded down, the remainder has the divisor's sign.
inline int64_t floor_quotient(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return quotient - ((a % b != 0) & ((a ^ b) < 0));
}
inline int64_t floor_remainder(int64_t a, int64_t b) {
  const int64_t remainder = a % b;
  return remainder + (remainder != 0 && (remainder ^ b) < 0 ? b : 0);
}

inline bool both_exact_str(Value left, Value right) { return is_exact_str(left) && is_exact_str(right); }

inline Value compare_values(Thread& thread, Value left, Value right, CompareOp op) {
  if (op == CompareOp::Equal || op == CompareOp::NotEqual) {
    if (both_exact_str(left, right)) {
      const bool same = left == right || equal(left.as<Str>(), right.as<Str>());
      return Value::from_bool(same == (op == CompareOp::Equal));
    }
  }
  return compare(thread, left, right, op);
}

inline Result<bool> compare_condition(Thread& thread, Value left, Value right, CompareOp op) {
  const Value result = compare_values(thread, left, right, op);
  if (result.is_bool()) return result.is_true();
  if (result.is_empty()) return error;
  return truth(thread, result);
}

}  // namespace minipy
