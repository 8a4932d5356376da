// Sums, products and quotients of numbers of a limb each, where nothing is to be reported but that
// a quotient was rounded. What they leave undone the operations of number.h do.
#pragma once

#include "Modules/decimal/number.h"

namespace minipy::decimal {

struct SmallNumber {
  mp_limb_t limbs[2];
  View view;

  // False if the result has to be rounded, or more.
  bool set(Wide coefficient, int64_t exponent, bool is_negative, const Settings& settings) {
    limbs[0] = static_cast<mp_limb_t>(coefficient);
    limbs[1] = static_cast<mp_limb_t>(coefficient >> 64);
    view.coefficient = {limbs, limbs[1] ? size_t{2} : limbs[0] != 0};
    view.digits = limbs[1] ? count_digits(view.coefficient) : count_digits(uint64_t{limbs[0]});
    view.exponent = exponent;
    view.is_negative = is_negative;
    const int64_t adjusted = view.adjusted();
    return view.digits <= settings.precision && adjusted <= settings.max_exponent &&
           adjusted >= settings.min_exponent && !settings.clamp;
  }
};

inline bool are_small(const View& x, const View& y) {
  return x.coefficient.size == 1 && y.coefficient.size == 1 && x.is_finite() && y.is_finite();
}

inline bool add_small(SmallNumber& result, const View& x, const View& y, bool y_negative,
                      const Settings& settings) {
  if (!are_small(x, y)) return false;
  Wide left = x.coefficient.limbs[0], right = y.coefficient.limbs[0];
  const int64_t places = x.exponent - y.exponent;
  if (places != 0) {
    if (places > 19 || places < -19) return false;
    if (places > 0) {
      left *= kPowersOfTen[places];
    } else {
      right *= kPowersOfTen[-places];
    }
  }
  const int64_t exponent = places > 0 ? y.exponent : x.exponent;
  if (x.is_negative == y_negative) {
    return result.set(left + right, exponent, x.is_negative, settings);
  }
  if (left == right) return false;  // the sign of the zero depends on the rounding
  if (left > right) return result.set(left - right, exponent, x.is_negative, settings);
  return result.set(right - left, exponent, y_negative, settings);
}

inline bool multiply_small(SmallNumber& result, const View& x, const View& y,
                           const Settings& settings) {
  if (!are_small(x, y)) return false;
  return result.set(static_cast<Wide>(x.coefficient.limbs[0]) * y.coefficient.limbs[0],
                    x.exponent + y.exponent, x.is_negative != y.is_negative, settings);
}

// The quotient has as many digits as the precision, and what is left decides how to round it.
inline bool divide_small(SmallNumber& result, const View& x, const View& y,
                         const Settings& settings, uint32_t& status) {
  if (!are_small(x, y) || settings.precision > 36) return false;
  const bool is_negative = x.is_negative != y.is_negative;
  const int64_t ideal = x.exponent - y.exponent;
  const uint64_t dividend = x.coefficient.limbs[0], divisor = y.coefficient.limbs[0];
  if (dividend % divisor == 0) return result.set(dividend / divisor, ideal, is_negative, settings);
  // Is the first digit of the quotient one place further left?
  const int64_t shift = y.digits - x.digits;
  const bool is_longer = shift >= 0 ? static_cast<Wide>(dividend) * kPowersOfTen[shift] >= divisor
                                    : dividend >= static_cast<Wide>(divisor) * kPowersOfTen[-shift];
  const int64_t places = settings.precision + shift - is_longer;
  if (places <= 0 || places > 38) return false;
  mp_limb_t scaled[3] = {0, 0, 0};
  const LimbView power = power_of_ten(places);
  const auto size = static_cast<mp_size_t>(power.size);
  scaled[power.size] = mpn_mul_1(scaled, power.limbs, size, dividend);
  const uint64_t rest = mpn_divrem_1(scaled, 0, scaled, size + 1, divisor);
  if (rest == 0) return false;  // exact: zeros are to be taken away
  Wide quotient = static_cast<Wide>(scaled[1]) << 64 | scaled[0];
  const uint64_t other = divisor - rest;
  const Rest kind = rest < other ? Rest::BelowHalf : rest == other ? Rest::Half : Rest::AboveHalf;
  if (settings.rounding == Rounding::ZeroFiveUp) return false;
  quotient += rounds_up(settings.rounding, is_negative, static_cast<int>(quotient & 1), kind);
  if (!result.set(quotient, ideal - places, is_negative, settings)) return false;
  status |= Condition::kInexact | Condition::kRounded;
  return true;
}

}  // namespace minipy::decimal
