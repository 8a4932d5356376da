// cmath: functions of complex numbers. C99's annex G says what happens at infinities and nan; the C
// library follows it, except where noted.
#include <cmath>
#include <complex.h>
#undef I

#include "Modules/native_modules.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

using C = _Complex double;

double real_part(C z) { return __real__ z; }
double imag_part(C z) { return __imag__ z; }
C make(double real, double imag) {
  C z;
  __real__ z = real;
  __imag__ z = imag;
  return z;
}
bool is_finite(C z) { return std::isfinite(real_part(z)) && std::isfinite(imag_part(z)); }
bool has_infinity(C z) { return std::isinf(real_part(z)) || std::isinf(imag_part(z)); }
bool has_nan(C z) { return std::isnan(real_part(z)) || std::isnan(imag_part(z)); }

Failure raise_domain_error(Thread& thread) { return raise(thread, ValueError, "math domain error"); }
Failure raise_overflow(Thread& thread) { return raise(thread, OverflowError, "math range error"); }

Value boxed(C z) {
  const auto canonical = [](double d) { return std::isnan(d) ? std::copysign(__builtin_nan(""), d) : d; };
  return make_complex(canonical(real_part(z)), canonical(imag_part(z)));
}

// What Python takes for a complex argument: __complex__, __float__ or __index__.
Result<C> argument(Thread& thread, Value value) {
  if (!has_kind(value, Kind::Complex) && !is_float(value) && !is_any_int(value)) {
    const Value method = TRY(lookup_special(thread, value, "__complex__"));
    if (!method.is_unbound()) {
      const Value result = TRY(call(thread, method));
      if (!has_kind(result, Kind::Complex)) {
        return raise(thread, TypeError, "__complex__ returned non-complex (type {})", type_of(result));
      }
      value = result;
    }
  }
  if (has_kind(value, Kind::Complex)) return make(value.as<Complex>()->real, value.as<Complex>()->imag);
  return make(TRY(as_double(thread, value)), 0.0);
}

using Function = C (*)(C);

// Finite arguments must give finite results: otherwise the result is too large, or there is none.
template <Function function>
Value apply(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  const C result = function(z);
  if (is_finite(z) && !is_finite(result)) {
    if (has_infinity(result)) return raise_overflow(thread);
    return raise_domain_error(thread);
  }
  return boxed(result);
}

// These have no limit at infinity in some directions: annex G raises "invalid" there, and so do we.
template <Function function>
Value apply_trigonometric(Thread& thread, Value value, bool is_invalid) {
  if (is_invalid) return raise_domain_error(thread);
  return apply<function>(thread, value);
}

Value exp(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  const bool invalid = std::isinf(imag_part(z)) && (std::isfinite(real_part(z)) || real_part(z) > 0);
  return apply_trigonometric<cexp>(thread, value, invalid);
}
Value cosh(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  return apply_trigonometric<ccosh>(thread, value, std::isinf(imag_part(z)) && !std::isnan(real_part(z)));
}
Value sinh(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  return apply_trigonometric<csinh>(thread, value, std::isinf(imag_part(z)) && !std::isnan(real_part(z)));
}
Value tanh(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  if (real_part(z) == 0 && std::isnan(imag_part(z))) return boxed(make(__builtin_nan(""), __builtin_nan("")));
  return apply_trigonometric<ctanh>(thread, value, std::isinf(imag_part(z)) && std::isfinite(real_part(z)));
}
Value cos(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  return apply_trigonometric<ccos>(thread, value, std::isinf(real_part(z)) && !std::isnan(imag_part(z)));
}
Value sin(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  return apply_trigonometric<csin>(thread, value, std::isinf(real_part(z)) && !std::isnan(imag_part(z)));
}
Value tan(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  if (imag_part(z) == 0 && std::isnan(real_part(z))) return boxed(make(__builtin_nan(""), __builtin_nan("")));
  return apply_trigonometric<ctan>(thread, value, std::isinf(real_part(z)) && std::isfinite(imag_part(z)));
}
// Annex G of newer libraries knows the angle of acosh(0 + nan i); CPython does not.
Value acosh(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  if (real_part(z) == 0 && std::isnan(imag_part(z))) return boxed(make(__builtin_nan(""), __builtin_nan("")));
  return apply<cacosh>(thread, value);
}
// Poles at +-1 and +-i.
Value atanh(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  if (imag_part(z) == 0 && std::fabs(real_part(z)) == 1) return raise_domain_error(thread);
  return apply<catanh>(thread, value);
}
Value atan(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  if (real_part(z) == 0 && std::fabs(imag_part(z)) == 1) return raise_domain_error(thread);
  return apply<catan>(thread, value);
}

// The real part of the logarithm, exact also near the unit circle and for huge and tiny numbers.
double log_of_size(double x, double y) {
  x = std::fabs(x);
  y = std::fabs(y);
  constexpr double kLarge = 8.9884656743115795e+307 / 2, kTiny = 2.2250738585072014e-308;
  if (x > kLarge || y > kLarge) return std::log(std::hypot(x / 2, y / 2)) + M_LN2;
  if (x < kTiny && y < kTiny) {
    const double size = std::hypot(std::ldexp(x, 53), std::ldexp(y, 53));
    return std::log(size) - 53 * M_LN2;
  }
  const double size = std::hypot(x, y);
  if (0.71 <= size && size <= 1.73) {
    const double larger = x > y ? x : y, smaller = x > y ? y : x;
    return std::log1p((larger - 1) * (larger + 1) + smaller * smaller) / 2;
  }
  return std::log(size);
}

Result<C> logarithm(Thread& thread, C z) {
  const double x = real_part(z), y = imag_part(z);
  if (x == 0 && y == 0) return raise_domain_error(thread);
  if (!is_finite(z)) return clog(z);
  return make(log_of_size(x, y), std::atan2(y, x));
}

Value log(Thread& thread, Value value, Value base) {
  const C z = TRY(argument(thread, value));
  if (base.is_empty()) return boxed(TRY(logarithm(thread, z)));
  const C b = TRY(argument(thread, base));
  const C numerator = TRY(logarithm(thread, z));
  const C denominator = TRY(logarithm(thread, b));
  if (real_part(denominator) == 0 && imag_part(denominator) == 0) {
    return raise(thread, ZeroDivisionError, "complex division by zero");
  }
  return number_true_divide(thread, boxed(numerator), boxed(denominator));
}
Value log10(Thread& thread, Value value) {
  const C z = TRY(logarithm(thread, TRY(argument(thread, value))));
  return boxed(make(real_part(z) / M_LN10, imag_part(z) / M_LN10));
}

Value phase(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  return make_float(std::atan2(imag_part(z), real_part(z)));
}

Value polar(Thread& thread, Value value) {
  const C z = TRY(argument(thread, value));
  const double size = std::hypot(real_part(z), imag_part(z));
  if (std::isinf(size) && is_finite(z)) return raise_overflow(thread);
  return make_tuple({make_float(size), make_float(std::atan2(imag_part(z), real_part(z)))});
}

Value rect(Thread& thread, double size, double angle) {
  if (std::isfinite(size) && std::isfinite(angle)) {
    if (angle == 0) return boxed(make(size, size * angle));  // keeps the sign of a zero
    return boxed(make(size * std::cos(angle), size * std::sin(angle)));
  }
  if (std::isinf(angle) && size != 0 && !std::isnan(size)) return raise_domain_error(thread);
  if (size == 0) return boxed(make(0.0, 0.0));
  if (std::isinf(size) && std::isfinite(angle)) {
    if (angle == 0) return boxed(make(size, size > 0 ? angle : -angle));
    const double sign = size > 0 ? 1 : -1;
    return boxed(make(sign * std::copysign(HUGE_VAL, std::cos(angle)), sign * std::copysign(HUGE_VAL, std::sin(angle))));
  }
  if (std::isinf(size)) return boxed(make(HUGE_VAL, __builtin_nan("")));
  return boxed(make(__builtin_nan(""), angle == 0 ? angle : __builtin_nan("")));
}

bool both_finite(C z) { return is_finite(z); }
template <bool (*test)(C)>
Result<bool> test_parts(Thread& thread, Value value) { return test(TRY(argument(thread, value))); }

Result<bool> isclose(Thread& thread, Value a, Value b, double relative, double absolute) {
  const C x = TRY(argument(thread, a)), y = TRY(argument(thread, b));
  if (relative < 0 || absolute < 0) return raise(thread, ValueError, "tolerances must be non-negative");
  if (real_part(x) == real_part(y) && imag_part(x) == imag_part(y)) return true;
  if (has_infinity(x) || has_infinity(y)) return false;
  const double difference = std::hypot(real_part(x) - real_part(y), imag_part(x) - imag_part(y));
  return difference <= relative * std::hypot(real_part(y), imag_part(y)) ||
         difference <= relative * std::hypot(real_part(x), imag_part(x)) || difference <= absolute;
}

const MethodRow functions[] = {
    function<apply<cacos>>("acos($module, z, /)", "Return the arc cosine of z."),
    function<acosh>("acosh($module, z, /)", "Return the inverse hyperbolic cosine of z."),
    function<apply<casin>>("asin($module, z, /)", "Return the arc sine of z."),
    function<apply<casinh>>("asinh($module, z, /)", "Return the inverse hyperbolic sine of z."),
    function<atan>("atan($module, z, /)", "Return the arc tangent of z."),
    function<atanh>("atanh($module, z, /)", "Return the inverse hyperbolic tangent of z."),
    function<cos>("cos($module, z, /)", "Return the cosine of z."),
    function<cosh>("cosh($module, z, /)", "Return the hyperbolic cosine of z."),
    function<exp>("exp($module, z, /)", "Return the exponential value e**z."),
    function<isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                      "Whether two complex numbers are close to each other; see math.isclose()."),
    function<test_parts<both_finite>>("isfinite($module, z, /)", "Whether both parts of z are finite."),
    function<test_parts<has_infinity>>("isinf($module, z, /)", "Whether a part of z is infinite."),
    function<test_parts<has_nan>>("isnan($module, z, /)", "Whether a part of z is nan."),
    function<log>("log($module, z, base=<unrepresentable>, /)",
                  "The logarithm of z to a base; the natural one if it is left out."),
    function<log10>("log10($module, z, /)", "Return the base-10 logarithm of z."),
    function<phase>("phase($module, z, /)", "Return argument, also known as the phase angle, of a complex."),
    function<polar>("polar($module, z, /)", "z as (r, phi): its distance from 0 and its angle."),
    function<rect>("rect($module, r, phi, /)", "The complex number at distance r from 0 and angle phi."),
    function<sin>("sin($module, z, /)", "Return the sine of z."),
    function<sinh>("sinh($module, z, /)", "Return the hyperbolic sine of z."),
    function<apply<csqrt>>("sqrt($module, z, /)", "Return the square root of z."),
    function<tan>("tan($module, z, /)", "Return the tangent of z."),
    function<tanh>("tanh($module, z, /)", "Return the hyperbolic tangent of z."),
};

Status initialize(Thread&, Module& module) {
  module_add(module, "pi", Value::from_double(M_PI));
  module_add(module, "e", Value::from_double(M_E));
  module_add(module, "tau", Value::from_double(2 * M_PI));
  module_add(module, "inf", Value::from_double(HUGE_VAL));
  module_add(module, "infj", make_complex(0.0, HUGE_VAL));
  module_add(module, "nan", Value::from_double(__builtin_nan("")));
  module_add(module, "nanj", make_complex(0.0, __builtin_nan("")));
  return nothing;
}

}  // namespace

extern const ModuleSpec cmath_module = {"cmath", "Mathematical functions for complex numbers.", functions, initialize};

}  // namespace minipy
