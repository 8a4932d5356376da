// complex: arithmetic, text, methods. Library reference, "Numeric types".
#include <cerrno>
#include <cmath>
#include <utility>

#include "Objects/format.h"
#include "Objects/float.h"
#include "Objects/float_arithmetic.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/memory_reserve.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/text/float_text.h"
#include "Objects/tuple.h"

namespace minipy {

Value make_complex(double real, double imag) {
  Complex* result = allocate_leaf<Complex>();
  result->real = real;
  result->imag = imag;
  return result;
}

namespace {

struct Pair {
  double real, imag;
};

Pair product(Pair a, Pair b) { return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real}; }

// Smith's method: scaled by the larger part of the divisor, which is not zero.
Pair quotient(Pair a, Pair b) {
  if (std::fabs(b.real) >= std::fabs(b.imag)) {
    const double ratio = b.imag / b.real;
    const double scale = b.real + b.imag * ratio;
    return {(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
  }
  if (std::fabs(b.imag) >= std::fabs(b.real)) {
    const double ratio = b.real / b.imag;
    const double scale = b.real * ratio + b.imag;
    return {(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
  }
  return {std::nan(""), std::nan("")};
}

bool is_zero(Pair a) { return a.real == 0 && a.imag == 0; }

Pair power_of_integer(Pair x, long n) {
  Pair result{1, 0}, square = x;
  for (long mask = 1; mask > 0 && n >= mask; mask <<= 1) {
    if (n & mask) result = product(result, square);
    square = product(square, square);
  }
  return result;
}

Pair general_power(Pair a, Pair b) {
  const double size = std::hypot(a.real, a.imag);
  double length = std::pow(size, b.real);
  const double angle = std::atan2(a.imag, a.real);
  double phase = angle * b.real;
  if (b.imag != 0) {
    length /= std::exp(angle * b.imag);
    phase += b.imag * std::log(size);
  }
  return {length * std::cos(phase), length * std::sin(phase)};
}

enum class Operand { Known, Unknown, Failed };

Operand operand(Thread& thread, Value v, Pair& number) {
  number.imag = 0;
  if (has_kind(v, Kind::Complex)) {
    number = {v.as<Complex>()->real, v.as<Complex>()->imag};
  } else if (is_float(v)) {
    number.real = float_number(v);
  } else if (is_any_int(v)) {
    const Result<double> converted = int_to_double(thread, v);
    if (converted.failed()) return Operand::Failed;
    number.real = converted.value();
  } else {
    return Operand::Unknown;
  }
  return Operand::Known;
}

#define OPERANDS(a, b)                                                       \
  Pair a, b;                                                                 \
  for (const auto& [value, number] : {std::pair(left, &a), std::pair(right, &b)}) { \
    const Operand kind = operand(thread, value, *number);                    \
    if (kind == Operand::Unknown) return NotImplemented;                     \
    if (kind == Operand::Failed) return error;                               \
  }

Value boxed(Pair p) { return make_complex(p.real, p.imag); }

Value add(Thread& thread, Value left, Value right) {
  OPERANDS(a, b);
  return make_complex(a.real + b.real, a.imag + b.imag);
}
Value subtract(Thread& thread, Value left, Value right) {
  OPERANDS(a, b);
  return make_complex(a.real - b.real, a.imag - b.imag);
}
Value multiply(Thread& thread, Value left, Value right) {
  OPERANDS(a, b);
  return boxed(product(a, b));
}
Value true_divide(Thread& thread, Value left, Value right) {
  OPERANDS(a, b);
  if (is_zero(b)) return raise(thread, ZeroDivisionError, "complex division by zero");
  return boxed(quotient(a, b));
}
Value power(Thread& thread, Value left, Value right, Value modulus) {
  OPERANDS(a, b);
  if (!modulus.is_none()) return raise(thread, ValueError, "complex modulo");
  return complex_power(thread, a.real, a.imag, b.real, b.imag);
}

Value compare_complex(Thread&, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  if (!has_kind(left, Kind::Complex)) return NotImplemented;
  const Complex& a = *left.as<Complex>();
  bool is_equal;
  if (is_any_int(right)) {
    is_equal = a.imag == 0 && compare_double_int(a.real, right) == 0;
  } else if (is_float(right)) {
    is_equal = a.imag == 0 && a.real == float_number(right);
  } else if (has_kind(right, Kind::Complex)) {
    is_equal = a.real == right.as<Complex>()->real && a.imag == right.as<Complex>()->imag;
  } else {
    return NotImplemented;
  }
  return Value::from_bool(is_equal == (op == CompareOp::Equal));
}

Result<int64_t> hash_slot(Thread&, Value self) {
  const Complex& a = *self.as<Complex>();
  const uint64_t combined = static_cast<uint64_t>(hash_double(a.real)) + 1000003u * static_cast<uint64_t>(hash_double(a.imag));
  return combined == static_cast<uint64_t>(-1) ? -2 : static_cast<int64_t>(combined);
}

Result<bool> truth_slot(Thread&, Value self) {
  return self.as<Complex>()->real != 0 || self.as<Complex>()->imag != 0;
}
Value negative(Thread&, Value self) { return make_complex(-self.as<Complex>()->real, -self.as<Complex>()->imag); }
Value plain(Complex& self) { return make_complex(self.real, self.imag); }
Value positive(Thread&, Value self) {
  return is_exact(self, Kind::Complex) ? self : plain(*self.as<Complex>());
}
Value absolute(Thread& thread, Value self) {
  const Complex& a = *self.as<Complex>();
  const double size = std::hypot(a.real, a.imag);
  if (std::isinf(size) && std::isfinite(a.real) && std::isfinite(a.imag)) {
    return raise(thread, OverflowError, "absolute value too large");
  }
  return Value::from_double(size);
}

Value repr_slot(Thread&, Value self) {
  const Complex& a = *self.as<Complex>();
  if (a.real == 0 && !std::signbit(a.real)) return make_str_latin1(format_float(a.imag, 'r', 0) + "j");
  return make_str_latin1("(" + format_float(a.real, 'r', 0) + format_float(a.imag, 'r', 0, {.add_sign = true}) + "j)");
}

// --- from text ---

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Underscores between digits are taken out; false if one stands elsewhere.
bool remove_underscores(std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      result += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return false;
    }
  }
  text = result;
  return true;
}

// real | [sign] number? j | real sign number? j, in parentheses or not.
class ComplexParser {
 public:
  explicit ComplexParser(std::string_view text) : rest_(text) {}

  bool parse(Pair& result) {
    skip_blanks();
    const bool in_parentheses = take('(');
    if (in_parentheses) skip_blanks();
    if (!parse_parts(result)) return false;
    skip_blanks();
    if (in_parentheses) {
      if (!take(')')) return false;
      skip_blanks();
    }
    return rest_.empty();
  }

 private:
  bool parse_parts(Pair& result) {
    result = {0, 0};
    if (const std::optional<FloatPrefix> first = number()) {
      if (!rest_.empty() && (rest_[0] == '+' || rest_[0] == '-')) {
        result.real = first->value;
        if (const std::optional<FloatPrefix> second = number()) result.imag = second->value;
        else result.imag = take('+') ? 1.0 : (take('-'), -1.0);
        return take('j') || take('J');
      }
      if (take('j') || take('J')) result.imag = first->value;
      else result.real = first->value;
      return true;
    }
    result.imag = take('-') ? -1.0 : (take('+'), 1.0);
    return take('j') || take('J');
  }
  std::optional<FloatPrefix> number() {
    const std::optional<FloatPrefix> found = parse_float_prefix(rest_);
    if (!found || found->length == 0) return std::nullopt;
    rest_.remove_prefix(found->length);
    return found;
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || (rest_[0] >= '\t' && rest_[0] <= '\r'))) rest_.remove_prefix(1);
  }
  std::string_view rest_;
};

Value new_complex(Thread& thread, Type& type, Pair number) {
  if (&type == &type_of_kind(Kind::Complex)) return boxed(number);
  Complex* instance = allocate_instance_as<Complex>(type);
  if (!instance) return raise_memory_error(thread);
  instance->real = number.real;
  instance->imag = number.imag;
  return instance;
}

Value from_text(Thread& thread, Type& type, const Str& text) {
  if (!may_take(text.length() * 4)) return raise_memory_error(thread);
  std::string ascii = decimal_ascii(&text);
  Pair number;
  if (!remove_underscores(ascii) || !ComplexParser(ascii).parse(number)) {
    return raise(thread, ValueError, "complex() arg is a malformed string");
  }
  return new_complex(thread, type, number);
}

// x.__complex__(), or Unbound if there is no such method.
Value ask_complex_method(Thread& thread, Value x) {
  if (x.is_int() || x.is_double() || is_exact(x, Kind::Complex)) return Unbound;
  const Value method = TRY(lookup_special(thread, x, "__complex__"));
  if (method.is_unbound()) return Unbound;
  const Value result = TRY(call(thread, method));
  if (!has_kind(result, Kind::Complex)) {
    return raise(thread, TypeError, "__complex__ returned non-complex (type {})", type_of(result));
  }
  if (!is_exact(result, Kind::Complex)) {
    TRY(warn(thread, DeprecationWarning,
             "__complex__ returned non-complex (type " + std::string(type_of(result).name_view()) +
                 ").  The ability to return an instance of a strict subclass of complex is deprecated, and may not be "
                 "supported in a future version of Python."));
  }
  return result;
}

bool is_real_number(Value x) {
  const TypeSlots& slots = type_of(x).slots;
  return slots.to_float || slots.index || has_kind(x, Kind::Complex);
}

struct Part {
  Pair number{0, 0};
  bool is_complex = false;
};

Result<Part> part_of(Thread& thread, Value x) {
  Part part;
  if (has_kind(x, Kind::Complex)) {
    part.number = {x.as<Complex>()->real, x.as<Complex>()->imag};
    part.is_complex = true;
  } else {
    part.number.real = TRY(number_to_float(thread, x)).as_double();
  }
  return part;
}

const MethodRow make_row = raw_function(nullptr, "complex(real=<absent>, imag=<absent>)", "");

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value bound[2];
  BoundArguments result;
  TRY(bind_arguments(thread, signature_of(make_row), Value(), arguments, count, keyword_names, bound, result));
  Value real = bound[0].is_empty() ? Value::from_int(0) : bound[0];
  const Value imag = bound[1];
  if (is_exact(real, Kind::Complex) && imag.is_empty() && &type == &type_of_kind(Kind::Complex)) return real;
  if (is_str(real)) {
    if (!imag.is_empty()) {
      return raise(thread, TypeError, "complex() can't take second arg if first is a string");
    }
    return from_text(thread, type, *real.as<Str>());
  }
  if (!imag.is_empty() && is_str(imag)) return raise(thread, TypeError, "complex() second arg can't be a string");
  const Value converted = TRY(ask_complex_method(thread, real));
  if (!converted.is_unbound()) real = converted;
  if (!is_real_number(real)) {
    return raise(thread, TypeError, "complex() first argument must be a string or a number, not '{}'", type_of(real));
  }
  if (!imag.is_empty() && !is_real_number(imag)) {
    return raise(thread, TypeError, "complex() second argument must be a number, not '{}'", type_of(imag));
  }
  // real + imag * 1j, where either may be complex itself.
  const Part first = TRY(part_of(thread, real));
  if (imag.is_empty()) return new_complex(thread, type, first.number);
  const Part second = TRY(part_of(thread, imag));
  Pair number{first.number.real, second.number.real};
  if (second.is_complex) number.real -= second.number.imag;
  if (first.is_complex) number.imag += first.number.imag;
  return new_complex(thread, type, number);
}

Value conjugate(Complex& self) { return make_complex(self.real, -self.imag); }
Value complex_method(Value self) { return is_exact(self, Kind::Complex) ? self : plain(*self.as<Complex>()); }
Value get_new_arguments(Complex& self) {
  return make_tuple({Value::from_double(self.real), Value::from_double(self.imag)});
}
double real_part(Complex& self) { return self.real; }
double imag_part(Complex& self) { return self.imag; }

Value format_method(Thread& thread, Complex& self, Str& text) { return format_complex(thread, &self, &text); }

const MethodRow methods[] = {
    method<conjugate>("conjugate($self, /)", "The number with its imaginary part negated. (3-4j).conjugate() == 3+4j."),
    method<complex_method>("__complex__($self, /)", "Convert this value to exact type complex."),
    method<get_new_arguments>("__getnewargs__($self, /)", ""),
    method<format_method>("__format__($self, format_spec, /)", "Convert to a string according to format_spec."),
    member<real_part>("real", "the real part of a complex number"),
    member<imag_part>("imag", "the imaginary part of a complex number"),
};

}  // namespace

Value complex_power(Thread& thread, double real, double imag, double exponent_real, double exponent_imag) {
  const Pair a{real, imag}, b{exponent_real, exponent_imag};
  Pair result;
  if (b.imag == 0 && b.real == std::floor(b.real) && std::fabs(b.real) <= 100) {
    const long n = static_cast<long>(b.real);
    result = power_of_integer(a, n < 0 ? -n : n);
    if (n <= 0) {
      if (is_zero(result)) return raise(thread, ZeroDivisionError, "0.0 to a negative or complex power");
      result = quotient({1, 0}, result);
    }
  } else if (is_zero(b)) {
    result = {1, 0};
  } else if (is_zero(a)) {
    if (b.imag != 0 || b.real < 0) return raise(thread, ZeroDivisionError, "0.0 to a negative or complex power");
    result = {0, 0};
  } else {
    result = general_power(a, b);
  }
  if (std::isinf(result.real) || std::isinf(result.imag)) {
    return raise(thread, OverflowError, "complex exponentiation");
  }
  return boxed(result);
}

void define_complex_types() {
  TypeSlots slots = {};
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_complex;
  slots.make = make;
  slots.add = add;
  slots.subtract = subtract;
  slots.multiply = multiply;
  slots.true_divide = true_divide;
  slots.power = power;
  slots.negative = negative;
  slots.positive = positive;
  slots.absolute = absolute;
  slots.truth = truth_slot;
  static const TypeSpec complex_spec = {
      .doc = "complex(real=0, imag=0)\n--\n\n"
      "A complex number from its real and imaginary part, or from text such as '1+2j'.",
      .instance_bytes = sizeof(Complex),
      .flags = Type::kBaseType | Type::kLeaf,
      .slots = slots,
      .methods = methods};
  define_type(Kind::Complex, complex_spec);
}

}  // namespace minipy
