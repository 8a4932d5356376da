// The arithmetic of floats and what else C++ wants to know about them.
#include "Objects/float.h"

#include <cerrno>
#include <cmath>
#include <cstring>

#include "Objects/float_arithmetic.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/text/float_text.h"
#include "Objects/tuple.h"

namespace minipy {

// Library reference, "Hashing of numeric types": the value modulo 2^61 - 1, so that equal numbers of
// different types hash alike.
int64_t hash_double(double d) {
  constexpr int kBits = 61;
  constexpr uint64_t kPrime = (uint64_t{1} << kBits) - 1;
  if (std::isinf(d)) return d > 0 ? 314159 : -314159;
  if (std::isnan(d)) return static_cast<int64_t>(make_float(d).bits() >> 4);  // by identity
  int exponent;
  double mantissa = std::frexp(d, &exponent);
  const bool is_negative = mantissa < 0;
  if (is_negative) mantissa = -mantissa;
  uint64_t hash = 0;
  while (mantissa != 0) {  // 28 bits at a time
    hash = ((hash << 28) & kPrime) | hash >> (kBits - 28);
    mantissa *= 268435456.0;
    exponent -= 28;
    const uint64_t part = static_cast<uint64_t>(mantissa);
    mantissa -= static_cast<double>(part);
    hash += part;
    if (hash >= kPrime) hash -= kPrime;
  }
  exponent = exponent >= 0 ? exponent % kBits : kBits - 1 - ((-1 - exponent) % kBits);
  hash = ((hash << exponent) & kPrime) | hash >> (kBits - exponent);
  const int64_t result = is_negative ? -static_cast<int64_t>(hash) : static_cast<int64_t>(hash);
  return result == -1 ? -2 : result;
}

Result<Str*> float_repr(Thread&, double d) { return make_str_latin1(float_repr(d)); }

int compare_double_int(double d, Value any_int) {
  if (std::isnan(d)) return 2;
  if (std::isinf(d)) return d > 0 ? 1 : -1;
  if (const std::optional<int64_t> i = int_to_int64(any_int); i && *i > -(int64_t{1} << 53) && *i < int64_t{1} << 53) {
    const double other = static_cast<double>(*i);
    return (d > other) - (d < other);
  }
  const double whole = std::trunc(d);
  const int order = int_compare(MUST(int_from_double(current_thread(), whole), "the number is finite"), any_int);
  if (order) return order;
  return (d > whole) - (d < whole);
}

FloatDivision float_divide(double x, double y) {
  double remainder = std::fmod(x, y);
  double quotient = (x - remainder) / y;
  if (remainder != 0) {
    if ((y < 0) != (remainder < 0)) {
      remainder += y;
      quotient -= 1.0;
    }
  } else {
    remainder = std::copysign(0.0, y);  // fmod gives it the sign of x
  }
  if (quotient == 0) return {std::copysign(0.0, x / y), remainder};
  double whole = std::floor(quotient);
  if (quotient - whole > 0.5) whole += 1.0;
  return {whole, remainder};
}

Failure raise_range_error(Thread& thread) {
  const Value exception =
      TRY(call(thread, &OverflowError, {Value::from_int(ERANGE), make_str(std::strerror(ERANGE))}));
  return raise_exception(thread, exception);
}

Value float_power(Thread& thread, double base, double exponent) {
  if (base == 0 && exponent < 0 && std::isfinite(exponent)) {
    return raise(thread, ZeroDivisionError, "0.0 cannot be raised to a negative power");
  }
  if (base < 0 && std::isfinite(base) && std::isfinite(exponent) && exponent != std::floor(exponent)) {
    return complex_power(thread, base, 0.0, exponent, 0.0);
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) return raise_range_error(thread);
  return Value::from_double(result);
}

}  // namespace minipy
