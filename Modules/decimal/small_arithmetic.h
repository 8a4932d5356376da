// Sums, products and quotients of numbers of one or two limbs, where nothing is to be reported but
// that a result was rounded. What they leave undone the operations of number.h do.
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

// Finite, not zero, and of digits that two limbs hold.
inline bool is_middling(const View& x) {
  return x.digits <= 38 && x.is_finite() && !x.coefficient.is_zero();
}

inline Wide wide_of(LimbView limbs) {
  return static_cast<Wide>(limbs.size > 1 ? limbs.limbs[1] : 0) << 64 | limbs.limbs[0];
}

inline bool add_small(SmallNumber& result, const View& x, const View& y, bool y_negative,
                      const Settings& settings) {
  if (!is_middling(x) || !is_middling(y)) return false;
  Wide left = wide_of(x.coefficient), right = wide_of(y.coefficient);
  const int64_t places = x.exponent - y.exponent;
  if (places > 0) {
    if (places > 19 || x.digits + places > 38) return false;
    left *= kPowersOfTen[places];
  } else if (places < 0) {
    if (places < -19 || y.digits - places > 38) return false;
    right *= kPowersOfTen[-places];
  }
  const int64_t exponent = places > 0 ? y.exponent : x.exponent;
  if (x.is_negative == y_negative) {
    return result.set(left + right, exponent, x.is_negative, settings);
  }
  if (left == right) return false;  // the sign of the zero depends on the rounding
  if (left > right) return result.set(left - right, exponent, x.is_negative, settings);
  return result.set(right - left, exponent, y_negative, settings);
}

// The product of two limbs each, in four, without the digits that are too many.
inline bool multiply_middling(SmallNumber& result, const View& x, const View& y,
                              const Settings& settings, uint32_t& status) {
  mp_limb_t product[4], quotient[4], rest[4];
  const bool swaps = x.coefficient.size < y.coefficient.size;
  const LimbView left = swaps ? y.coefficient : x.coefficient;
  const LimbView right = swaps ? x.coefficient : y.coefficient;
  mpn_mul(product, left.limbs, static_cast<mp_size_t>(left.size), right.limbs,
          static_cast<mp_size_t>(right.size));
  size_t size = left.size + right.size;
  size -= product[size - 1] == 0;
  const bool is_negative = x.is_negative != y.is_negative;
  const int64_t exponent = x.exponent + y.exponent;
  const int64_t places = count_digits(LimbView{product, size}) - settings.precision;
  if (places <= 0) {
    return size <= 2 && result.set(wide_of({product, size}), exponent, is_negative, settings);
  }
  const LimbView divisor = power_of_ten(places);
  if (settings.rounding == Rounding::ZeroFiveUp || divisor.size > size ||
      size - divisor.size + 1 > 3) {
    return false;
  }
  mpn_tdiv_qr(quotient, rest, 0, product, static_cast<mp_size_t>(size), divisor.limbs,
              static_cast<mp_size_t>(divisor.size));
  const size_t quotient_size = size - divisor.size + 1;
  if (quotient_size > 2 && quotient[2] != 0) return false;
  size_t rest_size = divisor.size;
  while (rest_size && rest[rest_size - 1] == 0) --rest_size;
  const Rest kind = rest_of_power({rest, rest_size}, divisor);
  Wide kept = wide_of({quotient, quotient_size > 1 ? size_t{2} : size_t{1}});
  kept += rounds_up(settings.rounding, is_negative, static_cast<int>(kept & 1), kind);
  if (!result.set(kept, exponent + places, is_negative, settings)) return false;
  status |= Condition::kRounded | (kind == Rest::Zero ? 0 : Condition::kInexact);
  return true;
}

inline bool multiply_small(SmallNumber& result, const View& x, const View& y,
                           const Settings& settings, uint32_t& status) {
  if (are_small(x, y) &&
      result.set(static_cast<Wide>(x.coefficient.limbs[0]) * y.coefficient.limbs[0],
                 x.exponent + y.exponent, x.is_negative != y.is_negative, settings)) {
    return true;
  }
  if (settings.precision > 37 || !is_middling(x) || !is_middling(y)) return false;
  return multiply_middling(result, x, y, settings, status);
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
