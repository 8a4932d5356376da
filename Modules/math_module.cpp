// math: the C library's functions with Python's errors. Library reference, "math".
#include <cmath>
#include <utility>
#include <vector>

#include "Modules/native_modules.h"
#include "Modules/math_integers.h"
#include "Objects/float.h"
#include "Objects/float_arithmetic.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Failure raise_domain_error(Thread& thread) { return raise(thread, ValueError, "math domain error"); }
Failure raise_overflow(Thread& thread) { return raise(thread, OverflowError, "math range error"); }

enum class Infinite { DomainError, RangeError };

// A nan from a number is a domain error; an infinity from a finite number is what `infinite` says.
template <double (*function)(double), Infinite infinite>
Result<double> unary(Thread& thread, double x) {
  const double result = function(x);
  if (std::isnan(result) && !std::isnan(x)) return raise_domain_error(thread);
  if (std::isinf(result) && std::isfinite(x)) {
    if (infinite == Infinite::RangeError) return raise_overflow(thread);
    return raise_domain_error(thread);
  }
  return result;
}

double gamma_of(double x) {
  if (x == std::floor(x) && (x < 0 || std::isinf(x))) return x > 0 ? x : std::nan("");
  return std::tgamma(x);
}

Result<double> gamma(Thread& thread, double x) {
  if (x == 0) return raise_domain_error(thread);
  return unary<gamma_of, Infinite::RangeError>(thread, x);
}
Result<double> lgamma(Thread& thread, double x) {
  if (std::isinf(x)) return HUGE_VAL;
  if (x <= 0 && x == std::floor(x)) return raise_domain_error(thread);
  if (x == 1 || x == 2) return 0.0;
  int sign;
  const double result = ::lgamma_r(x, &sign);
  if (std::isinf(result)) return raise_overflow(thread);
  return result;
}

double copysign(double x, double y) { return std::copysign(x, y); }
double atan2(double y, double x) { return std::atan2(y, x); }
double nextafter(double x, double y) { return std::nextafter(x, y); }
double degrees(double x) { return x * (180.0 / M_PI); }
double radians(double x) { return x * (M_PI / 180.0); }
bool isfinite(double x) { return std::isfinite(x); }
bool isinf(double x) { return std::isinf(x); }
bool isnan(double x) { return std::isnan(x); }

double ulp(double x) {
  if (std::isnan(x)) return x;
  x = std::fabs(x);
  if (std::isinf(x)) return x;
  const double above = std::nextafter(x, HUGE_VAL);
  return std::isinf(above) ? x - std::nextafter(x, -HUGE_VAL) : above - x;
}

Result<double> fmod(Thread& thread, double x, double y) {
  if (std::isinf(y) && std::isfinite(x)) return x;
  const double result = std::fmod(x, y);
  if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return raise_domain_error(thread);
  return result;
}
Result<double> remainder(Thread& thread, double x, double y) {
  const double result = std::remainder(x, y);
  if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return raise_domain_error(thread);
  return result;
}
Result<double> pow(Thread& thread, double x, double y) {
  const double result = std::pow(x, y);
  if (std::isfinite(x) && std::isfinite(y)) {
    if (std::isnan(result)) return raise_domain_error(thread);
    if (std::isinf(result)) {
      if (x == 0) return raise_domain_error(thread);
      return raise_overflow(thread);
    }
  }
  return result;
}

Value frexp(double x) {
  int exponent = 0;
  const double mantissa = std::isfinite(x) ? std::frexp(x, &exponent) : x;
  return make_tuple({make_float(mantissa), Value::from_int(exponent)});
}
Value modf(double x) {
  if (std::isinf(x)) return make_tuple({Value::from_double(std::copysign(0.0, x)), Value::from_double(x)});
  double whole;
  const double fraction = std::modf(x, &whole);
  return make_tuple({make_float(fraction), make_float(whole)});
}
Result<double> ldexp(Thread& thread, double x, Value exponent) {
  if (!is_any_int(exponent)) return raise(thread, TypeError, "Expected an int as second argument to ldexp.");
  if (x == 0 || !std::isfinite(x)) return x;
  const std::optional<int64_t> count = int_to_int64(exponent);
  const bool is_huge = !count || *count > 100000 || *count < -100000;
  if (is_huge && int_sign(exponent) < 0) return std::copysign(0.0, x);
  const double result = is_huge ? HUGE_VAL : std::ldexp(x, static_cast<int>(*count));
  if (std::isinf(result)) return raise_overflow(thread);
  return result;
}

// --- logarithms: ints may be beyond the floats ---

template <double (*function)(double)>
Result<double> logarithm(Thread& thread, Value x) {
  if (is_any_int(x)) {
    if (int_sign(x) <= 0) return raise_domain_error(thread);
    const double number = int_to_double_unchecked(x);
    if (std::isfinite(number)) return function(number);
    const int64_t shift = static_cast<int64_t>(int_bit_length(x)) - 64;
    const double top = int_to_double_unchecked(TRY(int_right_shift(thread, x, make_int(shift))));
    return function(top) + function(2.0) * static_cast<double>(shift);
  }
  const double number = TRY(as_double(thread, x));
  if (std::isnan(number)) return number;
  if (number <= 0) return raise_domain_error(thread);
  return function(number);
}

double natural_log(double x) { return std::log(x); }
double binary_log(double x) { return std::log2(x); }
double decimal_log(double x) { return std::log10(x); }

Value log(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "math.log", keyword_names));
  if (count < 1 || count > 2) return raise(thread, TypeError, "math.log requires 1 to 2 arguments");
  const double numerator = TRY(logarithm<natural_log>(thread, arguments[0]));
  if (count == 1) return make_float(numerator);
  const double denominator = TRY(logarithm<natural_log>(thread, arguments[1]));
  if (denominator == 0) return raise(thread, ZeroDivisionError, "float division by zero");
  return make_float(numerator / denominator);
}
Result<double> log2(Thread& thread, Value x) { return logarithm<binary_log>(thread, x); }
Result<double> log10(Thread& thread, Value x) { return logarithm<decimal_log>(thread, x); }

// --- rounding ---

Value round_by(Thread& thread, Value x, const char* method, double (*function)(double)) {
  if (x.is_double()) return int_from_double(thread, function(x.as_double()));
  if (is_exact_int(x)) return x;
  const Value special = TRY(lookup_special(thread, x, method));
  if (!special.is_unbound()) return call(thread, special);
  return int_from_double(thread, function(TRY(as_double(thread, x))));
}
double floor_of(double x) { return std::floor(x); }
double ceil_of(double x) { return std::ceil(x); }
Value floor(Thread& thread, Value x) { return round_by(thread, x, "__floor__", floor_of); }
Value ceil(Thread& thread, Value x) { return round_by(thread, x, "__ceil__", ceil_of); }
Value trunc(Thread& thread, Value x) {
  if (x.is_double()) return int_from_double(thread, x.as_double());
  const Value special = TRY(lookup_special(thread, x, "__trunc__"));
  if (special.is_unbound()) {
    return raise(thread, TypeError, "type {} doesn't define __trunc__ method", type_of(x));
  }
  return call(thread, special);
}

// --- sums and norms ---

// Shewchuk's exact sum: `partials` do not overlap and grow in magnitude.
class ExactSum {
 public:
  void add(double x) {
    size_t kept = 0;
    for (size_t i = 0; i < partials_.size(); ++i) {
      double y = partials_[i];
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0) partials_[kept++] = low;
      x = high;
    }
    partials_.resize(kept);
    if (x == 0) return;
    if (!std::isfinite(x)) {
      overflowed = true;
      return;
    }
    partials_.push_back(x);
  }

  double total() const {
    if (partials_.empty()) return 0.0;
    size_t i = partials_.size() - 1;
    double high = partials_[i], low = 0;
    while (i > 0) {
      const double x = high;
      const double y = partials_[--i];
      high = x + y;
      low = y - (high - x);
      if (low != 0) break;
    }
    // Half-way cases are decided by what lies below.
    if (i > 0 && ((low < 0 && partials_[i - 1] < 0) || (low > 0 && partials_[i - 1] > 0))) {
      const double y = low * 2;
      const double x = high + y;
      if (y == x - high) high = x;
    }
    return high;
  }
  bool overflowed = false;

 private:
  std::vector<double> partials_;
};

Value fsum(Thread& thread, Value sequence) {
  ExactSum sum;
  double special = 0, infinities = 0;
  TRY(for_each(thread, sequence, [&](Value item) -> Status {
    const double x = TRY(as_double(thread, item));
    if (!std::isfinite(x)) {
      if (std::isinf(x)) infinities += x;
      special += x;
      return nothing;
    }
    sum.add(x);
    if (sum.overflowed) return raise(thread, OverflowError, "intermediate overflow in fsum");
    return nothing;
  }));
  if (std::isnan(infinities)) return raise(thread, ValueError, "-inf + inf in fsum");
  if (special != 0) return make_float(special);
  return Value::from_double(sum.total());
}

// The length of a vector: squares are summed in twice the precision, scaled by a power of two.
double norm(const double* x, size_t count) {
  double largest = 0;
  bool has_nan = false;
  for (size_t i = 0; i < count; ++i) {
    const double size = std::fabs(x[i]);
    has_nan = has_nan || std::isnan(size);
    if (size > largest) largest = size;
  }
  if (std::isinf(largest)) return largest;
  if (has_nan) return std::nan("");
  if (largest == 0 || count <= 1) return largest;
  int exponent;
  std::frexp(largest, &exponent);
  double high = 0, low = 0;
  for (size_t i = 0; i < count; ++i) {
    const double y = std::ldexp(x[i], -exponent);
    const double square = y * y, error_of_square = std::fma(y, y, -square);
    const double sum = high + square;
    low += (std::fabs(high) >= square ? (high - sum) + square : (square - sum) + high) + error_of_square;
    high = sum;
  }
  const double root = std::sqrt(high + low);
  const double square = root * root;
  const double rest = ((high - square) - std::fma(root, root, -square)) + low;
  return std::ldexp(root + rest / (2 * root), exponent);
}

Value hypot(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "math.hypot", keyword_names));
  std::vector<double> coordinates(count);
  for (size_t i = 0; i < count; ++i) coordinates[i] = TRY(as_double(thread, arguments[i]));
  return make_float(norm(coordinates.data(), count));
}

Value dist(Thread& thread, Value p, Value q) {
  const Tuple& first = *TRY(tuple_of(thread, p));
  const Tuple& second = *TRY(tuple_of(thread, q));
  if (first.size != second.size) {
    return raise(thread, ValueError, "both points must have the same number of dimensions");
  }
  std::vector<double> differences(first.size);
  for (size_t i = 0; i < first.size; ++i) {
    const double x = TRY(as_double(thread, first.items[i]));
    differences[i] = x - TRY(as_double(thread, second.items[i]));
  }
  return make_float(norm(differences.data(), differences.size()));
}

Value prod(Thread& thread, Value iterable, Value start) {
  Value result = start;
  TRY(for_each(thread, iterable, [&](Value item) -> Status {
    result = TRY(number_multiply(thread, result, item));
    return nothing;
  }));
  return result;
}

Result<bool> isclose(Thread& thread, double a, double b, double relative, double absolute) {
  if (relative < 0 || absolute < 0) return raise(thread, ValueError, "tolerances must be non-negative");
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  const double difference = std::fabs(b - a);
  return difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) || difference <= absolute;
}

#define UNARY(name, infinite, doc)                       \
  function<unary<static_cast<double (*)(double)>(::name), Infinite::infinite>>(#name "($module, x, /)", doc)

const MethodRow functions[] = {
    UNARY(acos, DomainError, "The arc cosine of x, in radians; between 0 and pi."),
    UNARY(acosh, DomainError, "The inverse hyperbolic cosine of x."),
    UNARY(asin, DomainError, "The arc sine of x, in radians; between -pi/2 and pi/2."),
    UNARY(asinh, DomainError, "The inverse hyperbolic sine of x."),
    UNARY(atan, DomainError, "The arc tangent of x, in radians; between -pi/2 and pi/2."),
    function<atan2>("atan2($module, y, x, /)", "The arc tangent of y/x in radians, in the quadrant that the signs say."),
    UNARY(atanh, DomainError, "The inverse hyperbolic tangent of x."),
    UNARY(cbrt, DomainError, "The cube root of x."),
    function<ceil>("ceil($module, x, /)", "The smallest integer that is not below x."),
    function<copysign>("copysign($module, x, y, /)", "The magnitude of x with the sign of y; minus zero has one."),
    UNARY(cos, DomainError, "The cosine of x radians."),
    UNARY(cosh, RangeError, "The hyperbolic cosine of x."),
    function<degrees>("degrees($module, x, /)", "The angle of x radians in degrees."),
    function<dist>("dist($module, p, q, /)", "The Euclidean distance of two points, given as sequences of coordinates."),
    UNARY(erf, DomainError, "The error function at x."),
    UNARY(erfc, DomainError, "The complementary error function at x."),
    UNARY(exp, RangeError, "e to the power of x."),
    UNARY(exp2, RangeError, "2 to the power of x."),
    UNARY(expm1, RangeError, "exp(x) - 1, exact also where x is small."),
    UNARY(fabs, DomainError, "The absolute value of x as a float."),
    function<math_factorial>("factorial($module, n, /)", "n!: the product of 1 to n."),
    function<floor>("floor($module, x, /)", "The largest integer that is not above x."),
    function<fmod>("fmod($module, x, y, /)", "The remainder as C has it, with the sign of x; x % y may differ."),
    function<frexp>("frexp($module, x, /)",
                    "Mantissa and exponent (m, e) of x: x == m * 2.**e, and 0.5 <= abs(m) < 1 unless x is 0."),
    function<fsum>("fsum($module, seq, /)", "The sum of the floats without loss of precision on the way."),
    function<gamma>("gamma($module, x, /)", "The gamma function at x."),
    function<math_gcd>("gcd($module, *integers)", "Greatest Common Divisor."),
    raw_function(hypot, "hypot", "hypot(*coordinates) -> value\n\nThe Euclidean length of a vector.\n\n"
                                 ">>> hypot(3.0, 4.0)\n5.0"),
    function<isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                      "Whether two numbers are close to each other.\n\n"
                      "  rel_tol\n    how far apart, in relation to the larger of them\n"
                      "  abs_tol\n    how far apart in any case\n\n"
                      "nan is close to nothing, infinities only to themselves."),
    function<isfinite>("isfinite($module, x, /)", "Whether x is neither an infinity nor nan."),
    function<isinf>("isinf($module, x, /)", "Whether x is an infinity."),
    function<isnan>("isnan($module, x, /)", "Whether x is nan."),
    function<math_isqrt>("isqrt($module, n, /)", "The integer part of the square root of n."),
    function<math_lcm>("lcm($module, *integers)", "Least Common Multiple."),
    function<ldexp>("ldexp($module, x, i, /)", "x * (2**i): the inverse of frexp()."),
    function<lgamma>("lgamma($module, x, /)", "The natural logarithm of the absolute gamma function at x."),
    raw_function(log, "log", "log(x, [base=math.e])\nThe logarithm of x to a base; the natural one if it is left out."),
    UNARY(log1p, DomainError, "The natural logarithm of 1+x, exact also where x is small."),
    function<log10>("log10($module, x, /)", "The logarithm of x to base 10."),
    function<log2>("log2($module, x, /)", "The logarithm of x to base 2."),
    function<modf>("modf($module, x, /)", "The fractional and the integer part of x, both with its sign."),
    function<pow>("pow($module, x, y, /)", "x**y (x to the power of y)."),
    function<radians>("radians($module, x, /)", "The angle of x degrees in radians."),
    function<remainder>("remainder($module, x, y, /)",
                        "The difference of x to the nearest multiple of y; to the even one in the middle."),
    UNARY(sin, DomainError, "The sine of x radians."),
    UNARY(sinh, RangeError, "The hyperbolic sine of x."),
    UNARY(sqrt, DomainError, "The square root of x."),
    UNARY(tan, DomainError, "The tangent of x radians."),
    UNARY(tanh, DomainError, "The hyperbolic tangent of x."),
    function<trunc>("trunc($module, x, /)", "x cut off towards 0, by its __trunc__ method."),
    function<prod>("prod($module, iterable, /, *, start=1)", "The product of the items and of start."),
    function<math_perm>("perm($module, n, k=None, /)",
                        "In how many ways k of n items can be chosen, order mattering; n! without k."),
    function<math_comb>("comb($module, n, k, /)", "In how many ways k of n items can be chosen, order not mattering."),
    function<nextafter>("nextafter($module, x, y, /)", "The float next to x towards y."),
    function<ulp>("ulp($module, x, /)", "The value of the last bit of the float x."),
};
#undef UNARY

Status initialize(Thread&, Module& module) {
  module_add(module, "pi", Value::from_double(M_PI));
  module_add(module, "e", Value::from_double(M_E));
  module_add(module, "tau", Value::from_double(2 * M_PI));
  module_add(module, "inf", Value::from_double(HUGE_VAL));
  module_add(module, "nan", Value::from_double(__builtin_nan("")));
  return nothing;
}

}  // namespace

extern const ModuleSpec math_module = {"math", "The mathematical functions of the C standard.", functions, initialize};

}  // namespace minipy
