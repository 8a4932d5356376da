// Powers. Integer exponents multiply repeatedly, others go through exp and ln with about 20 digits
// more than the precision: almost always correctly rounded, as the library reference says.
#include <algorithm>

#include "Modules/decimal/fixed_point.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

constexpr mp_limb_t kOneLimb = 1;
const View kOne{{&kOneLimb, 1}, 1, 0, false, Special::None};
constexpr int64_t kExponentDigits = 19;

bool is_odd_integer(const View& value) {
  return value.is_integer() && value.exponent <= 0 &&
         digit_at(value.coefficient, -value.exponent) % 2 == 1;
}

// The result is one, with `places` zeros behind the point.
void set_one(Number& result, bool is_negative, int64_t places, uint32_t& status) {
  result.set_small(is_negative, 1, 0);
  if (!result.pad(places)) set_invalid(result, kOutOfMemory, status);
}

void infinite_exponent(Number& result, const View& base, const View& exponent,
                       const Settings& settings, uint32_t& status) {
  const int order = compare_values(base.magnitude(), kOne);
  if (order == 0) {
    status |= kInexact | kRounded;
    return set_one(result, false, settings.precision - 1, status);
  }
  if ((order > 0) != exponent.is_negative) return result.set_special(Special::Infinity, false);
  result.set_zero(false, 0);
}

// A base of one or minus one. An integer exponent multiplies the number of places.
void power_of_one(Number& result, const View& base, const View& exponent, bool is_negative,
                  const Settings& settings, uint32_t& status) {
  int64_t places = settings.precision - 1;
  if (!exponent.is_integer()) {
    status |= kInexact | kRounded;
  } else if (exponent.is_negative) {
    places = 0;
  } else {
    Number product;
    uint32_t ignored = 0;
    int64_t wanted;
    Number factor;
    factor.set_small(false, static_cast<uint64_t>(-base.exponent), 0);
    multiply(product, exponent, factor, kWidest, ignored);
    if (!as_int64(product, wanted) || wanted > places) {
      status |= kRounded;
    } else {
      places = wanted;
    }
  }
  set_one(result, is_negative, places, status);
}

// The logarithm (to base ten) of the magnitude of the logarithm of `base`, rounded down or less.
int64_t bound_of_logarithm(const View& base) {
  const int64_t adjusted = base.adjusted();
  if (adjusted > 0) return count_digits(static_cast<uint64_t>(adjusted)) - 1;
  if (adjusted < -1) return count_digits(static_cast<uint64_t>(-adjusted - 1)) - 1;
  Number difference;
  uint32_t ignored = 0;
  subtract(difference, base.magnitude(), kOne, kWidest, ignored);
  return difference.view().adjusted() - (adjusted == 0 ? 2 : 1);
}

// Is the result so large or so small that no exponent holds it? Found out by the digits of the
// exponents alone; what that leaves open is computed.
bool exceeds_all_bounds(Number& result, const View& base, const View& exponent, bool is_negative,
                        const Settings& settings) {
  const bool grows = (base.adjusted() >= 0) != exponent.is_negative;
  const int64_t limit = grows ? settings.max_exponent : -settings.tiny();
  if (count_digits(static_cast<uint64_t>(limit)) >=
      bound_of_logarithm(base) + exponent.adjusted()) {
    return false;
  }
  result.set_small(is_negative, 1, grows ? kHugeExponent : kTinyExponent);
  return true;
}

// result = base ** exponent, from the leading bit of the exponent on.
void multiply_repeatedly(Number& result, const View& base, LimbView exponent,
                         const Settings& settings, uint32_t& status) {
  result.set(base);
  for (size_t bit = bit_length(exponent) - 1; bit-- > 0;) {
    uint32_t work_status = 0;
    Number square;
    multiply(square, result, result, settings, work_status);
    result.swap(square);
    if (exponent.limbs[bit / 64] >> (bit % 64) & 1) {
      multiply(square, result, base, settings, work_status);
      result.swap(square);
    }
    status |= work_status;
    if (result.special != Special::None ||
        (result.coefficient.is_zero() && (work_status & kClamped))) {
      return;
    }
  }
}

void integer_power(Number& result, const View& base, const View& exponent, bool is_negative,
                   const Settings& settings, uint32_t& status) {
  Settings work = settings;
  work.precision += exponent.digits + exponent.exponent + 2;
  work.rounding = Rounding::HalfEven;
  work.clamp = false;
  Number inverse;
  View factor = base.magnitude();
  if (exponent.is_negative) {
    work.precision += 1;
    uint32_t work_status = 0;
    divide(inverse, kOne, base.magnitude(), work, work_status);
    status |= work_status;
    if (work_status & kErrors) return set_invalid(result, 0, status);
    factor = inverse;
  }
  Natural count(exponent.coefficient);
  if (exponent.exponent > 0) {
    multiply_by_power(count, exponent.exponent);
  } else {
    divide_by_power(count, -exponent.exponent);
  }
  multiply_repeatedly(result, factor, count, work, status);
  result.is_negative = is_negative;
  if (result.special == Special::QuietNaN) return;
  if (result.special == Special::Infinity) result.set_small(is_negative, 1, kHugeExponent);
  finalize(result, settings, status);
}

void real_power(Number& result, const View& base, const View& exponent, const Settings& settings,
                uint32_t& status) {
  Settings work = kWidest;
  work.precision = std::max(base.digits, settings.precision) + 4 + kExponentDigits;
  Number natural, product;
  uint32_t work_status = 0;
  logarithm(natural, base, work, work_status);
  multiply(product, natural, exponent, work, work_status);
  if (work_status & kErrors) return set_invalid(result, work_status & kErrors, status);
  exponential(result, product, work, status);
  if (result.special == Special::QuietNaN) return;
  if (result.special == Special::Infinity) {
    result.set_small(false, 1, kHugeExponent);
  } else if (compare_values(result, kOne) == 0) {
    set_one(result, false, settings.precision - 1, status);
  }
  status |= kInexact | kRounded;
  finalize(result, settings, status);
}

}  // namespace

void power(Number& result, const View& base, const View& exponent, const Settings& settings,
           uint32_t& status) {
  if (pass_nans(result, base, exponent, settings, status)) return;
  const bool is_negative = base.is_negative && is_odd_integer(exponent);
  if (base.is_zero()) {
    if (exponent.is_zero()) return set_invalid(result, kInvalidOperation, status);
    if (exponent.is_negative) return result.set_special(Special::Infinity, is_negative);
    return result.set_zero(is_negative, 0);
  }
  if (base.is_negative && !exponent.is_integer()) {
    return set_invalid(result, kInvalidOperation, status);
  }
  if (exponent.is_infinite()) return infinite_exponent(result, base, exponent, settings, status);
  if (base.is_infinite()) {
    if (exponent.is_zero()) return result.set_small(false, 1, 0);
    if (exponent.is_negative) return result.set_zero(is_negative, 0);
    return result.set_special(Special::Infinity, is_negative);
  }
  if (exponent.is_zero()) return result.set_small(false, 1, 0);
  if (compare_values(base.magnitude(), kOne) == 0) {
    return power_of_one(result, base, exponent, is_negative, settings, status);
  }
  if (exceeds_all_bounds(result, base, exponent, is_negative, settings)) {
    return finalize(result, settings, status);
  }
  if (exponent.is_integer()) {
    return integer_power(result, base, exponent, is_negative, settings, status);
  }
  real_power(result, base, exponent, settings, status);
}

namespace {

// All three are integers; the modulus is small enough for the precision.
bool are_modulo_operands(const View& base, const View& exponent, const View& modulus,
                         const Settings& settings) {
  return base.is_integer() && exponent.is_integer() && modulus.is_integer() && !modulus.is_zero() &&
         modulus.adjusted() < settings.precision && (!exponent.is_negative || exponent.is_zero()) &&
         !(base.is_zero() && exponent.is_zero());
}

void integer_of(Integer& result, const View& value) {
  to_fixed(result, value.magnitude(), 0, 0);
}

}  // namespace

// The sign is that of base ** exponent.
void power_modulo(Number& result, const View& base, const View& exponent, const View& modulus,
                  const Settings& settings, uint32_t& status) {
  for (const View* operand : {&base, &exponent, &modulus}) {
    if (operand->is_signaling()) {
      pass_nan(result, *operand, settings, status);
      return;
    }
  }
  if (pass_nans(result, base, exponent, settings, status)) return;
  if (pass_nan(result, modulus, settings, status)) return;
  if (!are_modulo_operands(base, exponent, modulus, settings)) {
    return set_invalid(result, kInvalidOperation, status);
  }
  Integer by, value, count;
  integer_of(by, modulus);
  // The coefficients first, then their powers of ten.
  const int64_t base_places = std::max<int64_t>(base.exponent, 0);
  View mantissa = base;
  mantissa.exponent -= base_places;
  integer_of(value, mantissa);
  mpz_set_ui(count, 10);
  Integer places;
  mpz_set_si(places, base_places);
  mpz_powm(count, count, places, by);
  mpz_mul(value, value, count);
  View multiplier = exponent;
  const int64_t exponent_places = std::max<int64_t>(exponent.exponent, 0);
  multiplier.exponent -= exponent_places;
  integer_of(count, multiplier);
  mpz_powm(value, value, count, by);
  for (int64_t i = 0; i < exponent_places; ++i) mpz_powm_ui(value, value, 10, by);
  result.coefficient.set(LimbView{mpz_limbs_read(value), mpz_size(value)});
  result.exponent = 0;
  result.special = Special::None;
  result.is_negative = base.is_negative && is_odd_integer(exponent);
  result.count();
}

}  // namespace minipy::decimal
