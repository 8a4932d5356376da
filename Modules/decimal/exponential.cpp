// exp, ln and log10. All are correctly rounded, half-even: an approximation with some more digits
// decides how to round, or one with more digits still.
#include "Modules/decimal/fixed_point.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

constexpr int64_t kFirstGuard = 8;

Settings half_even(const Settings& settings) {
  Settings copy = settings;
  copy.rounding = Rounding::HalfEven;
  return copy;
}

// |value| <= 9 * 10**(-precision - 4): the result is one, as exact as the precision allows. It is
// never subnormal then, although it may be less than one.
bool is_negligible(const View& value, const Settings& settings) {
  const mp_limb_t nine = 9;
  View bound;
  bound.coefficient = {&nine, 1};
  bound.exponent = -settings.precision - 4;
  return compare_values(value.magnitude(), bound) <= 0;
}

void set_nearly_one(Number& result, const Settings& settings, uint32_t& status) {
  result.set_small(false, 1, 0);
  if (!result.pad(settings.precision - 1)) return set_invalid(result, kOutOfMemory, status);
  status |= kInexact | kRounded;
  finalize(result, settings, status);
}

// exp(value) = 10**power * exp(rest), where 0 <= rest < ln 10.
void split_off_power(Integer& rest, int64_t& power, const View& value, size_t bits) {
  // The power has up to 66 bits; the error of the logarithm is multiplied by it.
  const size_t work = bits + 72;
  Integer ten, quotient;
  to_fixed(rest, value, 0, work);
  if (value.is_negative) mpz_neg(rest, rest);
  logarithm_of_ten(ten, work);
  mpz_fdiv_qr(quotient, rest, rest, ten);
  power = mpz_get_si(quotient);
  mpz_fdiv_q_2exp(rest, rest, 72);
}

}  // namespace

void exponential(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  if (value.is_infinite()) {
    if (value.is_negative) return result.set_zero(false, 0);
    return result.set_special(Special::Infinity, false);
  }
  if (value.is_zero()) return result.set_small(false, 1, 0);
  if (is_negligible(value, settings)) return set_nearly_one(result, settings, status);
  if (value.adjusted() > 18) {
    result.set_small(false, 1, value.is_negative ? kTinyExponent : kHugeExponent);
    return finalize(result, half_even(settings), status);
  }
  if (!can_hold(8 * settings.precision)) return set_invalid(result, kOutOfMemory, status);
  for (int64_t guard = kFirstGuard;; guard *= 2) {
    const int64_t places = settings.precision + guard;
    const size_t bits = bits_for_digits(places);
    Integer rest, power;
    int64_t exponent;
    split_off_power(rest, exponent, value, bits);
    Integer approximation;
    exponential_fixed(approximation, rest, bits);
    to_integer(power, power_of_ten(places));
    mpz_mul(approximation, approximation, power);
    mpz_fdiv_q_2exp(approximation, approximation, bits);
    if (round_approximation(result, approximation, 4, exponent - places, settings, status)) return;
  }
}

namespace {

// Arguments of ln and log10 of which the result is known. True if so.
bool logarithm_specials(Number& result, const View& value, const Settings& settings,
                        uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return true;
  if (value.is_zero()) {
    result.set_special(Special::Infinity, true);
  } else if (value.is_negative) {
    set_invalid(result, kInvalidOperation, status);
  } else if (value.is_infinite()) {
    result.set_special(Special::Infinity, false);
  } else {
    return false;
  }
  return true;
}

bool is_power_of_ten(const View& value) {
  return trailing_zeros(value.coefficient, value.digits) == value.digits - 1 &&
         digit_at(value.coefficient, value.digits - 1) == 1;
}

// value = mantissa * 10**power, where a value around one is its own mantissa.
int64_t power_apart(const View& value) {
  const int64_t adjusted = value.adjusted();
  return adjusted == 0 || adjusted == -1 ? 0 : adjusted;
}

// How many zeros the logarithm has behind the point: as many as the difference to one.
int64_t zeros_of_logarithm(const View& value) {
  const mp_limb_t unit = 1;
  View one;
  one.coefficient = {&unit, 1};
  Number difference;
  uint32_t ignored = 0;
  subtract(difference, value, one, kWidest, ignored);
  const int64_t adjusted = difference.view().adjusted();
  return adjusted < 0 ? -adjusted : 0;
}

enum class Base : uint8_t { E, Ten };

void compute_logarithm(Number& result, const View& value, Base base, const Settings& settings,
                       uint32_t& status) {
  const int64_t power = power_apart(value);
  const int64_t zeros = power == 0 ? zeros_of_logarithm(value) : 0;
  if (!can_hold(8 * (settings.precision + zeros))) {
    return set_invalid(result, kOutOfMemory, status);
  }
  for (int64_t guard = kFirstGuard;; guard *= 2) {
    const int64_t places = settings.precision + zeros + guard;
    // The power has up to 61 bits, by which the error of the logarithm of ten is multiplied.
    const size_t extra = power == 0 ? 4 : 64, bits = bits_for_digits(places) + extra;
    Integer mantissa, sum, ten;
    to_fixed(mantissa, value, -power, bits);
    logarithm_fixed(sum, mantissa, bits);
    logarithm_of_ten(ten, bits);
    if (base == Base::Ten) {
      mpz_mul_2exp(sum, sum, bits);
      mpz_fdiv_q(sum, sum, ten);
      mpz_set_ui(ten, 1);
      mpz_mul_2exp(ten, ten, bits);
    }
    mpz_mul_si(ten, ten, power);
    mpz_add(sum, sum, ten);
    to_integer(ten, power_of_ten(places));
    mpz_mul(sum, sum, ten);
    mpz_fdiv_q_2exp(sum, sum, bits);
    if (round_approximation(result, sum, 4, -places, settings, status)) return;
  }
}

}  // namespace

void logarithm(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (logarithm_specials(result, value, settings, status)) return;
  if (is_power_of_ten(value) && value.adjusted() == 0) return result.set_zero(false, 0);
  compute_logarithm(result, value, Base::E, settings, status);
}

void logarithm10(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (logarithm_specials(result, value, settings, status)) return;
  if (is_power_of_ten(value)) {
    const int64_t adjusted = value.adjusted();
    const auto magnitude = static_cast<uint64_t>(adjusted < 0 ? -adjusted : adjusted);
    result.set_small(adjusted < 0, magnitude, 0);
    return finalize(result, half_even(settings), status);
  }
  compute_logarithm(result, value, Base::Ten, settings, status);
}

}  // namespace minipy::decimal
