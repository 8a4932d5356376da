// The type float. Library reference, "Numeric types".
#include <cmath>
#include <utility>

#include "Objects/format.h"
#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/float_arithmetic.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/text/float_text.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// An operand as a double; `unknown` if it is no number.
enum class Operand { Known, Unknown, Failed };

Operand operand(Thread& thread, Value v, double& number) {
  if (v.is_double()) {
    number = v.as_double();
  } else if (v.is_int()) {
    number = static_cast<double>(v.as_int());
  } else if (is_float(v)) {
    number = float_number(v);
  } else if (is_any_int(v)) {
    const Result<double> converted = int_to_double(thread, v);
    if (converted.failed()) return Operand::Failed;
    number = converted.value();
  } else {
    return Operand::Unknown;
  }
  return Operand::Known;
}

#define OPERANDS(x, y)                                                       \
  double x, y;                                                               \
  for (const auto& [value, number] : {std::pair(left, &x), std::pair(right, &y)}) { \
    const Operand kind = operand(thread, value, *number);                    \
    if (kind == Operand::Unknown) return NotImplemented;                     \
    if (kind == Operand::Failed) return error;                               \
  }

Value add(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  return Value::from_double(x + y);
}
Value subtract(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  return Value::from_double(x - y);
}
Value multiply(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  return Value::from_double(x * y);
}
Value true_divide(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  if (y == 0) return raise(thread, ZeroDivisionError, "float division by zero");
  return Value::from_double(x / y);
}
Value floor_divide(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  if (y == 0) return raise(thread, ZeroDivisionError, "float floor division by zero");
  return Value::from_double(float_divide(x, y).quotient);
}
Value remainder(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  if (y == 0) return raise(thread, ZeroDivisionError, "float modulo");
  double rest = std::fmod(x, y);
  if (rest == 0) rest = std::copysign(0.0, y);
  else if ((y < 0) != (rest < 0)) rest += y;
  return Value::from_double(rest);
}
Value divmod(Thread& thread, Value left, Value right) {
  OPERANDS(x, y);
  if (y == 0) return raise(thread, ZeroDivisionError, "float divmod()");
  const FloatDivision division = float_divide(x, y);
  return make_tuple({Value::from_double(division.quotient), Value::from_double(division.remainder)});
}
Value power(Thread& thread, Value left, Value right, Value modulus) {
  if (!modulus.is_none()) {
    return raise(thread, TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  }
  OPERANDS(x, y);
  return float_power(thread, x, y);
}
#undef OPERANDS

template <typename T>
Value compare_by(T order, T zero, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return Value::from_bool(order < zero);
    case CompareOp::LessEqual: return Value::from_bool(order <= zero);
    case CompareOp::Equal: return Value::from_bool(order == zero);
    case CompareOp::NotEqual: return Value::from_bool(order != zero);
    case CompareOp::Greater: return Value::from_bool(order > zero);
    case CompareOp::GreaterEqual: return Value::from_bool(order >= zero);
  }
  MP_UNREACHABLE();
}

Value compare_floats(Thread&, Value left, Value right, CompareOp op) {
  if (!is_float(left)) return NotImplemented;
  const double number = float_number(left);
  if (is_float(right)) return compare_by(number, float_number(right), op);
  if (!is_any_int(right)) return NotImplemented;
  const int order = compare_double_int(number, right);
  if (order == 2) return Value::from_bool(op == CompareOp::NotEqual);  // nan
  return compare_by(order, 0, op);
}

Value repr_slot(Thread& thread, Value self) { return TRY(float_repr(thread, float_number(self))); }
Result<int64_t> hash_slot(Thread&, Value self) {
  const double number = float_number(self);
  if (std::isnan(number)) return static_cast<int64_t>(self.bits() >> 4);  // by identity
  return hash_double(number);
}
Result<bool> truth_slot(Thread&, Value self) { return float_number(self) != 0; }
Value negative(Thread&, Value self) { return Value::from_double(-float_number(self)); }
Value absolute(Thread&, Value self) { return Value::from_double(std::fabs(float_number(self))); }
Value plain(Thread&, Value self) { return Value::from_double(float_number(self)); }
Value to_int(Thread& thread, Value self) { return int_from_double(thread, float_number(self)); }

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  // Keywords are for a subclass's own __init__.
  if (type.slots.init == type_of_kind(Kind::Float).slots.init) TRY(refuse_keywords(thread, "float", keyword_names));
  TRY(check_count(thread, "float", count, 0, 1));
  Value number = Value::from_double(0.0);
  if (count) {
    number = is_exact_str(arguments[0]) ? TRY(float_from_text_object(thread, arguments[0]))
                                        : TRY(number_to_float(thread, arguments[0]));
  }
  if (&type == &type_of_kind(Kind::Float)) return number;
  FloatObject* instance = allocate_instance_as<FloatObject>(type);
  if (!instance) return raise_memory_error(thread);
  instance->number = number.as_double();
  return instance;
}

// --- methods ---

Value floor_method(Thread& thread, Value self) { return int_from_double(thread, std::floor(float_number(self))); }
Value ceil_method(Thread& thread, Value self) { return int_from_double(thread, std::ceil(float_number(self))); }

// Half to even, in both forms.
Value round_method(Thread& thread, Value self, Value digits) {
  const double number = float_number(self);
  if (digits.is_none()) {
    double rounded = std::round(number);
    if (std::fabs(number - rounded) == 0.5) rounded = 2.0 * std::round(number / 2.0);
    return int_from_double(thread, rounded);
  }
  const int64_t places = TRY(index_as_int64(thread, digits, nullptr));
  if (!std::isfinite(number) || places > 323) return Value::from_double(number);
  if (places < -308) return Value::from_double(0.0 * number);
  const double rounded = round_to_digits(number, places);
  if (std::isinf(rounded)) return raise(thread, OverflowError, "rounded value too large to represent");
  return Value::from_double(rounded);
}

Value as_integer_ratio(Thread& thread, Value self) {
  const double number = float_number(self);
  if (std::isinf(number)) return raise(thread, OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(number)) return raise(thread, ValueError, "cannot convert NaN to integer ratio");
  int exponent;
  double fraction = std::frexp(number, &exponent);
  for (int i = 0; i < 300 && fraction != std::floor(fraction); ++i, --exponent) fraction *= 2.0;
  Value numerator = TRY(int_from_double(thread, fraction));
  Value denominator = Value::from_int(1);
  const Value shift = Value::from_int(exponent < 0 ? -exponent : exponent);
  if (exponent > 0) numerator = TRY(int_left_shift(thread, numerator, shift));
  else denominator = TRY(int_left_shift(thread, denominator, shift));
  return make_tuple({numerator, denominator});
}

Value from_hex(Thread& thread, Type& type, Value text) {
  if (!is_str(text)) return raise(thread, TypeError, "bad argument type for built-in operation");
  const HexFloat parsed = parse_float_hex(TRY(to_utf8_strict(thread, text.as<Str>())));
  switch (parsed.error) {
    case HexFloatError::None: break;
    case HexFloatError::Invalid:
      return raise(thread, ValueError, "invalid hexadecimal floating-point string");
    case HexFloatError::TooLarge:
      return raise(thread, OverflowError, "hexadecimal value too large to represent as a float");
    case HexFloatError::TooLong: return raise(thread, ValueError, "hexadecimal string too long to convert");
  }
  const Value number = make_float(parsed.value);
  return &type == &type_of_kind(Kind::Float) ? number : call(thread, &type, {number});
}

Value hex_method(Value self) { return make_str_latin1(float_hex(float_number(self))); }
bool is_integer(Value self) {
  const double number = float_number(self);
  return std::isfinite(number) && std::floor(number) == number;
}
Value get_new_arguments(Value self) { return make_tuple({Value::from_double(float_number(self))}); }

Value get_format(Thread& thread, Type&, Str& name) {
  if (!equal(&name, "double") && !equal(&name, "float")) {
    return raise(thread, ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
  }
  return make_str("IEEE, little-endian");
}

Value format_method(Thread& thread, Value self, Str& text) { return format_float(thread, self, &text); }

Value itself(Value self) { return Value::from_double(float_number(self)); }
double zero(Value) { return 0.0; }

const MethodRow methods[] = {
    method<itself>("conjugate($self, /)", "Return self, the complex conjugate of any float."),
    method<to_int>("__trunc__($self, /)", "The integer next to the number, towards zero."),
    method<floor_method>("__floor__($self, /)", "Return the floor as an Integral."),
    method<ceil_method>("__ceil__($self, /)", "Return the ceiling as an Integral."),
    method<round_method>("__round__($self, ndigits=None, /)",
                         "The nearest number with ndigits decimals, half to even; an integer if ndigits is None."),
    method<as_integer_ratio>("as_integer_ratio($self, /)",
                             "Return a pair of integers in lowest terms whose ratio is exactly the number.\n\n"
                             ">>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)"),
    class_method<from_hex>("fromhex($type, string, /)",
                           "Make a float from hexadecimal text.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375"),
    method<hex_method>("hex($self, /)", "The number as hexadecimal text.\n\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'"),
    method<is_integer>("is_integer($self, /)", "Whether the number is an integer."),
    method<get_new_arguments>("__getnewargs__($self, /)", ""),
    class_method<get_format>("__getformat__($type, typestr, /)",
                             "How C doubles ('double') or floats ('float') are laid out; for Python's own tests."),
    method<format_method>("__format__($self, format_spec, /)", "Formats the float according to format_spec."),
    getter<itself>("real", "the real part of a complex number"),
    getter<zero>("imag", "the imaginary part of a complex number"),
};

}  // namespace

void define_float_types() {
  TypeSlots slots = {};
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_floats;
  slots.make = make;
  slots.add = add;
  slots.subtract = subtract;
  slots.multiply = multiply;
  slots.remainder = remainder;
  slots.divmod = divmod;
  slots.power = power;
  slots.negative = negative;
  slots.positive = plain;
  slots.absolute = absolute;
  slots.truth = truth_slot;
  slots.to_int = to_int;
  slots.to_float = plain;
  slots.floor_divide = floor_divide;
  slots.true_divide = true_divide;
  static const TypeSpec float_spec = {
      .doc = "float(x=0, /)\n--\n\nA floating point number from a number or from text.",
      .instance_bytes = sizeof(FloatObject),
      .flags = Type::kBaseType | Type::kLeaf | Type::kSelfPattern,
      .slots = slots,
      .methods = methods};
  define_type(Kind::Float, float_spec);
}

}  // namespace minipy
