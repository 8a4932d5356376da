// Operators on any objects: which operand's method is asked, in which order, and what is said when
// none knows an answer. Language reference 3.3.8. Ints and floats are handled first of all.
#include <cmath>

#include "Objects/bytes.h"
#include "Objects/bytes_methods.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

using BinaryField = BinarySlot TypeSlots::*;
using TernaryField = TernarySlot TypeSlots::*;

Value ask_one(Thread& thread, UnarySlot slot, Value operand) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  return slot(thread, operand);
}

// The left operand first, unless the right one's type is a subclass that has its own method.
template <BinaryField field>
Value ask_both(Thread& thread, Value left, Value right) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const Type& left_type = type_of(left);
  const Type& right_type = type_of(right);
  BinarySlot left_slot = left_type.slots.*field;
  BinarySlot right_slot = &left_type == &right_type ? nullptr : right_type.slots.*field;
  if (left_slot == right_slot) right_slot = nullptr;
  if (left_slot) {
    if (right_slot && is_subtype(right_type, left_type)) {
      const Value result = right_slot(thread, left, right);
      if (result != NotImplemented) return result;
      right_slot = nullptr;
    }
    const Value result = left_slot(thread, left, right);
    if (result != NotImplemented) return result;
  }
  return right_slot ? right_slot(thread, left, right) : NotImplemented;
}

template <BinaryField inplace, BinaryField field>
Value ask_inplace(Thread& thread, Value left, Value right) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  if (const BinarySlot slot = type_of(left).slots.*inplace) {
    const Value result = slot(thread, left, right);
    if (result != NotImplemented) return result;
  }
  return ask_both<field>(thread, left, right);
}

Failure unsupported(Thread& thread, Value left, Value right, const char* symbol) {
  return raise_unsupported_operands(thread, left, right, symbol);
}

template <BinaryField field>
Value binary(Thread& thread, Value left, Value right, const char* symbol) {
  const Value result = ask_both<field>(thread, left, right);
  return result == NotImplemented ? Value(unsupported(thread, left, right, symbol)) : result;
}

template <BinaryField inplace, BinaryField field>
Value binary_inplace(Thread& thread, Value left, Value right, const char* symbol) {
  const Value result = ask_inplace<inplace, field>(thread, left, right);
  return result == NotImplemented ? Value(unsupported(thread, left, right, symbol)) : result;
}

Value repeat(Thread& thread, ItemSlot slot, Value sequence, Value count) {
  if (!is_index(count)) {
    return raise(thread, TypeError, "can't multiply sequence by non-int of type '{}'", type_of(count));
  }
  return slot(thread, sequence, TRY(index_as_int64(thread, count, &OverflowError)));
}

// Bools and instances of subclasses do not count.
bool both_exact_ints(Value left, Value right) {
  return is_exact_int(left) && is_exact_int(right);
}
bool is_number(Value v) {
  return v.is_int() || v.is_double();
}
double small_double(Value v) {
  return v.is_int() ? static_cast<double>(v.as_int()) : v.as_double();
}

// Both are inline and at least one is a float.
bool both_real(Value left, Value right) {
  return (left.is_double() && is_number(right)) || (right.is_double() && left.is_int());
}

}  // namespace

[[gnu::cold]] Failure raise_unsupported_operands(Thread& thread, Value left, Value right, const char* symbol) {
  // print >> file is what Python 2 programs say.
  if (symbol[0] == '>' && symbol[1] == '>' && symbol[2] == 0 && is_exact(left, Kind::BuiltinFunction) &&
      name_of(*left.as<BuiltinFunction>()->row) == "print") {
    return raise(thread, TypeError,
                 "unsupported operand type(s) for {}: '{}' and '{}'. Did you mean \"print(<message>, "
                 "file=<output_stream>)\"?", symbol, type_of(left), type_of(right));
  }
  return raise(thread, TypeError, "unsupported operand type(s) for {}: '{}' and '{}'", symbol, type_of(left),
               type_of(right));
}

Value number_add(Thread& thread, Value left, Value right) {
  if (both_ints(left, right)) return make_int(left.as_int() + right.as_int());
  if (both_real(left, right)) return Value::from_double(small_double(left) + small_double(right));
  if (both_exact_ints(left, right)) return int_add(left, right);
  if (is_exact_str(left) && is_exact_str(right)) return checked(thread, concatenate(left.as<Str>(), right.as<Str>()));
  const Value result = ask_both<&TypeSlots::add>(thread, left, right);
  if (result != NotImplemented) return result;
  if (const BinarySlot concatenate = type_of(left).slots.concatenate) return concatenate(thread, left, right);
  return unsupported(thread, left, right, "+");
}

// operator.concat() and iconcat(): + and += for sequences only.
Value sequence_concatenate(Thread& thread, Value left, Value right) {
  if (const BinarySlot slot = type_of(left).slots.concatenate) return slot(thread, left, right);
  const Value result =
      is_sequence(left) && is_sequence(right) ? ask_both<&TypeSlots::add>(thread, left, right) : NotImplemented;
  if (result != NotImplemented) return result;
  return raise(thread, TypeError, "'{}' object can't be concatenated", type_of(left));
}

Value sequence_inplace_concatenate(Thread& thread, Value left, Value right) {
  const TypeSlots& slots = type_of(left).slots;
  if (slots.inplace_concatenate) return slots.inplace_concatenate(thread, left, right);
  if (!slots.concatenate && is_sequence(left) && is_sequence(right)) {
    const Value result = ask_inplace<&TypeSlots::inplace_add, &TypeSlots::add>(thread, left, right);
    if (result != NotImplemented) return result;
  }
  return sequence_concatenate(thread, left, right);
}

Value sequence_repeat(Thread& thread, Value sequence, int64_t count) {
  if (const ItemSlot slot = type_of(sequence).slots.repeat) return slot(thread, sequence, count);
  const Value result =
      is_sequence(sequence) ? ask_both<&TypeSlots::multiply>(thread, sequence, make_int(count)) : NotImplemented;
  if (result != NotImplemented) return result;
  return raise(thread, TypeError, "'{}' object can't be repeated", type_of(sequence));
}

Value number_subtract(Thread& thread, Value left, Value right) {
  if (both_ints(left, right)) return make_int(left.as_int() - right.as_int());
  if (both_real(left, right)) return Value::from_double(small_double(left) - small_double(right));
  if (both_exact_ints(left, right)) return int_subtract(left, right);
  return binary<&TypeSlots::subtract>(thread, left, right, "-");
}

Value number_multiply(Thread& thread, Value left, Value right) {
  if (both_ints(left, right)) return make_int128(static_cast<Int128>(left.as_int()) * right.as_int());
  if (both_real(left, right)) return Value::from_double(small_double(left) * small_double(right));
  if (both_exact_ints(left, right)) return int_multiply(thread, left, right);
  const Value result = ask_both<&TypeSlots::multiply>(thread, left, right);
  if (result != NotImplemented) return result;
  if (const ItemSlot slot = type_of(left).slots.repeat) return repeat(thread, slot, left, right);
  if (const ItemSlot slot = type_of(right).slots.repeat) return repeat(thread, slot, right, left);
  return unsupported(thread, left, right, "*");
}

Value number_true_divide(Thread& thread, Value left, Value right) {
  if (is_number(left) && is_number(right) && small_double(right) != 0) {
    return Value::from_double(small_double(left) / small_double(right));
  }
  return binary<&TypeSlots::true_divide>(thread, left, right, "/");
}

Value number_remainder(Thread& thread, Value left, Value right) {
  if (both_exact_ints(left, right)) return int_remainder(thread, left, right);
  return binary<&TypeSlots::remainder>(thread, left, right, "%");
}

Value number_matrix_multiply(Thread& thread, Value left, Value right) {
  return binary<&TypeSlots::matrix_multiply>(thread, left, right, "@");
}

#define OF_INTS(name, symbol, with_ints)                          \
  Value number_##name(Thread& thread, Value left, Value right) {  \
    if (both_exact_ints(left, right)) return with_ints;           \
    return binary<&TypeSlots::name>(thread, left, right, symbol); \
  }
OF_INTS(divmod, "divmod()", int_divmod(thread, left, right))
OF_INTS(floor_divide, "//", int_floor_divide(thread, left, right))
OF_INTS(left_shift, "<<", int_left_shift(thread, left, right))
OF_INTS(right_shift, ">>", int_right_shift(thread, left, right))
OF_INTS(bit_and, "&", int_and(left, right))
OF_INTS(bit_xor, "^", int_xor(left, right))
OF_INTS(bit_or, "|", int_or(left, right))
#undef OF_INTS

Value number_inplace_add(Thread& thread, Value left, Value right) {
  if (both_exact_ints(left, right) || both_real(left, right))
    return number_add(thread, left, right);
  if (is_exact_str(left) && is_exact_str(right)) return checked(thread, append(left.as<Str>(), right.as<Str>()));
  if (is_exact(left, Kind::Bytes) && is_exact(right, Kind::Bytes)) return byte_concatenate(thread, left, right);
  const Value result = ask_inplace<&TypeSlots::inplace_add, &TypeSlots::add>(thread, left, right);
  if (result != NotImplemented) return result;
  const TypeSlots& slots = type_of(left).slots;
  if (slots.inplace_concatenate) return slots.inplace_concatenate(thread, left, right);
  if (slots.concatenate) return slots.concatenate(thread, left, right);
  return unsupported(thread, left, right, "+=");
}

Value number_inplace_multiply(Thread& thread, Value left, Value right) {
  if (both_exact_ints(left, right) || both_real(left, right))
    return number_multiply(thread, left, right);
  const Value result =
      ask_inplace<&TypeSlots::inplace_multiply, &TypeSlots::multiply>(thread, left, right);
  if (result != NotImplemented) return result;
  const TypeSlots& slots = type_of(left).slots;
  if (slots.inplace_repeat) return repeat(thread, slots.inplace_repeat, left, right);
  if (slots.repeat) return repeat(thread, slots.repeat, left, right);
  const ItemSlot slot = has_sequence_methods(type_of(left)) ? nullptr : type_of(right).slots.repeat;
  return slot ? repeat(thread, slot, right, left) : Value(unsupported(thread, left, right, "*="));
}

#define SIMPLE(name, field, symbol)                                                          \
  Value number_inplace_##name(Thread& thread, Value left, Value right) {                     \
    if (both_exact_ints(left, right)) return number_##name(thread, left, right);             \
    return binary_inplace<&TypeSlots::field, &TypeSlots::name>(thread, left, right, symbol); \
  }
SIMPLE(subtract, inplace_subtract, "-=")
SIMPLE(remainder, inplace_remainder, "%=")
SIMPLE(left_shift, inplace_left_shift, "<<=")
SIMPLE(right_shift, inplace_right_shift, ">>=")
SIMPLE(bit_and, inplace_and, "&=")
SIMPLE(bit_xor, inplace_xor, "^=")
SIMPLE(bit_or, inplace_or, "|=")
SIMPLE(floor_divide, inplace_floor_divide, "//=")
SIMPLE(true_divide, inplace_true_divide, "/=")
#undef SIMPLE

Value number_inplace_matrix_multiply(Thread& thread, Value left, Value right) {
  return binary_inplace<&TypeSlots::inplace_matrix_multiply, &TypeSlots::matrix_multiply>(
      thread, left, right, "@=");
}

namespace {

// The third operand's method is asked last.
Value ask_three(Thread& thread, Value base, Value exponent, Value modulus, const char* symbol) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const Type& base_type = type_of(base);
  const Type& exponent_type = type_of(exponent);
  const TernarySlot base_slot = base_type.slots.power;
  TernarySlot exponent_slot = &base_type == &exponent_type ? nullptr : exponent_type.slots.power;
  if (exponent_slot == base_slot) exponent_slot = nullptr;
  const TernarySlot exponent_asked = exponent_slot;
  if (base_slot) {
    if (exponent_slot && is_subtype(exponent_type, base_type)) {
      const Value result = exponent_slot(thread, base, exponent, modulus);
      if (result != NotImplemented) return result;
      exponent_slot = nullptr;
    }
    const Value result = base_slot(thread, base, exponent, modulus);
    if (result != NotImplemented) return result;
  }
  if (exponent_slot) {
    const Value result = exponent_slot(thread, base, exponent, modulus);
    if (result != NotImplemented) return result;
  }
  const TernarySlot modulus_slot = type_of(modulus).slots.power;
  if (modulus_slot && modulus_slot != base_slot && modulus_slot != exponent_asked) {
    const Value result = modulus_slot(thread, base, exponent, modulus);
    if (result != NotImplemented) return result;
  }
  if (modulus.is_none()) return unsupported(thread, base, exponent, symbol);
  return raise(thread, TypeError, "unsupported operand type(s) for {}: '{}', '{}', '{}'", symbol, base_type,
               exponent_type, type_of(modulus));
}

}  // namespace

Value number_power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (modulus.is_none()) {
    if (both_exact_ints(base, exponent)) return int_power(thread, base, exponent, modulus);
    if (both_real(base, exponent))
      return float_power(thread, small_double(base), small_double(exponent));
  }
  return ask_three(thread, base, exponent, modulus, "** or pow()");
}

Value number_inplace_power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  if (const TernarySlot slot = type_of(base).slots.inplace_power) {
    const Value result = slot(thread, base, exponent, modulus);
    if (result != NotImplemented) return result;
  }
  return ask_three(thread, base, exponent, modulus, "**=");
}

Value number_negative(Thread& thread, Value v) {
  if (v.is_int()) return make_int(-v.as_int());
  if (v.is_double()) return Value::from_double(-v.as_double());
  if (const UnarySlot slot = type_of(v).slots.negative) return ask_one(thread, slot, v);
  return raise(thread, TypeError, "bad operand type for unary -: '{}'", type_of(v));
}

Value number_positive(Thread& thread, Value v) {
  if (is_number(v)) return v;
  if (const UnarySlot slot = type_of(v).slots.positive) return ask_one(thread, slot, v);
  return raise(thread, TypeError, "bad operand type for unary +: '{}'", type_of(v));
}

Value number_absolute(Thread& thread, Value v) {
  if (v.is_int()) return make_int(v.as_int() < 0 ? -v.as_int() : v.as_int());
  if (v.is_double()) return Value::from_double(std::fabs(v.as_double()));
  if (const UnarySlot slot = type_of(v).slots.absolute) return ask_one(thread, slot, v);
  return raise(thread, TypeError, "bad operand type for abs(): '{}'", type_of(v));
}

Value number_invert(Thread& thread, Value v) {
  if (v.is_int()) return Value::from_int(~v.as_int());
  if (const UnarySlot slot = type_of(v).slots.invert) return ask_one(thread, slot, v);
  return raise(thread, TypeError, "bad operand type for unary ~: '{}'", type_of(v));
}

bool is_index(Value v) { return v.is_int() || type_of(v).slots.index != nullptr; }

namespace {

// What __index__, __int__ or __trunc__ gave must be an int; one of a subclass is on its way out.
Value checked_int(Thread& thread, Value result, const char* method) {
  if (is_exact_int(result)) return result;
  if (!is_any_int(result)) {
    return raise(thread, TypeError, "{} returned non-int (type {})", method, type_of(result));
  }
  const std::string message = std::string(method) + " returned non-int (type " +
                              std::string(type_of(result).name_view()) +
                              ").  The ability to return an instance of a strict subclass of int is deprecated, and "
                              "may not be supported in a future version of Python.";
  TRY(warn(thread, DeprecationWarning, message));
  return exact_int(result);
}

}  // namespace

Value number_index(Thread& thread, Value v) {
  if (is_any_int(v)) return exact_int(v);
  const UnarySlot slot = type_of(v).slots.index;
  if (!slot) return raise(thread, TypeError, "'{}' object cannot be interpreted as an integer", type_of(v));
  return checked_int(thread, TRY(ask_one(thread, slot, v)), "__index__");
}

Value number_to_int(Thread& thread, Value v) {
  if (is_exact_int(v)) return v;
  if (v.is_double()) return int_from_double(thread, v.as_double());
  if (is_exact_str(v)) return int_from_str(thread, *v.as<Str>(), 10, v);
  const TypeSlots& slots = type_of(v).slots;
  if (slots.to_int) return checked_int(thread, TRY(ask_one(thread, slots.to_int, v)), "__int__");
  if (slots.index) return number_index(thread, v);
  const Value truncate = TRY(lookup_special(thread, v, "__trunc__"));
  if (!truncate.is_unbound()) {
    TRY(warn(thread, DeprecationWarning, "The delegation of int() to __trunc__ is deprecated."));
    const Value result = TRY(call(thread, truncate));
    if (is_any_int(result)) return exact_int(result);
    if (!is_index(result)) {
      return raise(thread, TypeError, "__trunc__ returned non-Integral (type {})", type_of(result));
    }
    return number_index(thread, result);
  }
  if (is_str(v)) return int_from_str(thread, *v.as<Str>(), 10, v);
  if (has_kind(v, Kind::Bytes)) return int_from_text(thread, v.as<Bytes>()->view(), 10, v);
  if (supports_buffer(v)) {
    std::string copy;
    {
      BufferLease lease(thread);
      TRY(lease.acquire(v));
      copy = lease.view();
    }
    return int_from_text(thread, copy, 10, make_bytes(copy));  // an error shows the bytes
  }
  return raise(thread, TypeError, "int() argument must be a string, a bytes-like object or a real number, not '{}'",
               type_of(v));
}

namespace {

Result<double> double_from_slot(Thread& thread, Value v, UnarySlot slot) {
  const Value result = TRY(ask_one(thread, slot, v));
  if (result.is_double()) return result.as_double();
  const std::string name(type_of(v).name_view());
  if (!is_float(result)) {
    return raise(thread, TypeError, "{}.__float__ returned non-float (type {})", name, type_of(result));
  }
  const std::string message = name + ".__float__ returned non-float (type " +
                              std::string(type_of(result).name_view()) +
                              ").  The ability to return an instance of a strict subclass of float is deprecated, and "
                              "may not be supported in a future version of Python.";
  TRY(warn(thread, DeprecationWarning, message));
  return float_number(result);
}

}  // namespace

Value number_to_float(Thread& thread, Value v) {
  if (v.is_double()) return v;
  const TypeSlots& slots = type_of(v).slots;
  if (slots.to_float) return Value::from_double(TRY(double_from_slot(thread, v, slots.to_float)));
  if (slots.index) return Value::from_double(TRY(int_to_double(thread, TRY(number_index(thread, v)))));
  if (is_float(v)) return Value::from_double(float_number(v));
  return float_from_text_object(thread, v);
}

Result<double> as_double(Thread& thread, Value v) {
  if (is_float(v)) return float_number(v);
  if (v.is_int()) return static_cast<double>(v.as_int());
  const TypeSlots& slots = type_of(v).slots;
  if (slots.to_float) return double_from_slot(thread, v, slots.to_float);
  if (slots.index) return int_to_double(thread, TRY(number_index(thread, v)));
  return raise(thread, TypeError, "must be real number, not {}", type_of(v));
}

Result<int64_t> index_as_int64(Thread& thread, Value value, Type* overflow) {
  if (value.is_int()) return value.as_int();
  const Value number = TRY(number_index(thread, value));
  if (const std::optional<int64_t> i = int_to_int64(number)) return *i;
  if (!overflow) return int_sign(number) < 0 ? INT64_MIN : INT64_MAX;
  return raise(thread, *overflow, "cannot fit '{}' into an index-sized integer", type_of(value));
}

}  // namespace minipy
