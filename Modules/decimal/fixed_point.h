// Binary fixed-point numbers for the transcendental functions: an integer times 2**-bits.
#pragma once

#include <gmp.h>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

// An mpz_t that gives its memory back.
class Integer {
 public:
  Integer() { mpz_init(value_); }
  ~Integer() { mpz_clear(value_); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  operator mpz_ptr() { return value_; }           // NOLINT: meant to be implicit
  operator mpz_srcptr() const { return value_; }  // NOLINT: meant to be implicit

 private:
  mpz_t value_;
};

inline size_t bits_for_digits(int64_t digits) {
  return static_cast<size_t>(static_cast<double>(digits) * 3.3219280948873627) + 8;
}

void to_integer(Integer& result, LimbView value);
// |value| * 10**places in fixed point, one unit too small at most.
void to_fixed(Integer& result, const View& value, int64_t places, size_t bits);
// The logarithm of ten, with an error of less than two units.
void logarithm_of_ten(Integer& result, size_t bits);
// exp(x) for 0 <= x < 3, and ln(x) for 0.05 < x < 20, with an error of less than four units, if
// x has one of at most a unit.
void exponential_fixed(Integer& result, const Integer& x, size_t bits);
void logarithm_fixed(Integer& result, const Integer& x, size_t bits);

// Rounds an approximation half-even: `value` units of 10**exponent, off by `error` units at most.
// False if the error leaves it open how to round.
bool round_approximation(Number& result, const Integer& value, unsigned error, int64_t exponent,
                         const Settings& settings, uint32_t& status);

}  // namespace minipy::decimal
