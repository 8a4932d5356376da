// The order of numbers, and what kind a number is.
#include <algorithm>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

int order_of(int64_t left, int64_t right) {
  return left < right ? -1 : left > right;
}

// Finite, and neither zero.
int compare_magnitudes(const View& left, const View& right) {
  if (left.adjusted() != right.adjusted()) return order_of(left.adjusted(), right.adjusted());
  if (left.exponent == right.exponent) return compare(left.coefficient, right.coefficient);
  // As many digits before the point: the one with fewer digits is padded.
  const int64_t places = left.exponent - right.exponent;
  if (left.coefficient.size == 1 && right.coefficient.size == 1 && places < 20 && places > -20) {
    const Wide x =
        left.coefficient.limbs[0] * static_cast<Wide>(kPowersOfTen[std::max<int64_t>(places, 0)]);
    const Wide y =
        right.coefficient.limbs[0] * static_cast<Wide>(kPowersOfTen[std::max<int64_t>(-places, 0)]);
    return x < y ? -1 : x > y;
  }
  const bool pads_left = left.exponent > right.exponent;
  Natural padded(pads_left ? left.coefficient : right.coefficient);
  multiply_by_power(padded,
                    pads_left ? left.exponent - right.exponent : right.exponent - left.exponent);
  return pads_left ? compare(padded, right.coefficient) : compare(left.coefficient, padded);
}

}  // namespace

int compare_values(const View& left, const View& right) {
  const int left_sign = left.is_zero() ? 0 : left.sign();
  const int right_sign = right.is_zero() ? 0 : right.sign();
  if (left_sign != right_sign) return order_of(left_sign, right_sign);
  if (left_sign == 0) return 0;
  if (left.is_infinite() || right.is_infinite()) {
    return left_sign * (int{left.is_infinite()} - int{right.is_infinite()});
  }
  return left_sign * compare_magnitudes(left, right);
}

// -NaN < -sNaN < -Infinity < ... < Infinity < sNaN < NaN. Of equal values the one with the smaller
// exponent comes first, the other way round if negative.
int compare_total(const View& left, const View& right) {
  if (left.is_negative != right.is_negative) return left.is_negative ? -1 : 1;
  const int sign = left.sign();
  const auto rank = [](const View& value) {
    return value.special == Special::QuietNaN ? 2 : value.is_signaling() ? 1 : 0;
  };
  if (left.is_nan() || right.is_nan()) {
    if (rank(left) != rank(right)) return sign * order_of(rank(left), rank(right));
    return sign * compare(left.coefficient, right.coefficient);
  }
  if (const int order = compare_values(left, right)) return order;
  if (left.is_infinite()) return 0;
  return sign * order_of(left.exponent, right.exponent);
}

void compare(Number& result, const View& left, const View& right, Quiet quiet,
             const Settings& settings, uint32_t& status) {
  if (pass_nans(result, left, right, settings, status)) {
    if (quiet == Quiet::No) status |= kInvalidOperation;
    return;
  }
  const int order = compare_values(left, right);
  result.set_small(order < 0, order != 0, 0);
}

// A number is preferred to a quiet NaN.
void choose(Number& result, const View& left, const View& right, Choice choice, bool by_magnitude,
            const Settings& settings, uint32_t& status) {
  const bool left_quiet = left.special == Special::QuietNaN;
  const bool right_quiet = right.special == Special::QuietNaN;
  bool takes_left;
  if (left_quiet && !right.is_nan()) {
    takes_left = false;
  } else if (right_quiet && !left.is_nan()) {
    takes_left = true;
  } else if (pass_nans(result, left, right, settings, status)) {
    return;
  } else {
    int order = by_magnitude ? compare_values(left.magnitude(), right.magnitude())
                             : compare_values(left, right);
    if (order == 0) order = compare_total(left, right);
    takes_left = choice == Choice::Max ? order >= 0 : order < 0;
  }
  result.set(takes_left ? left : right);
  finalize(result, settings, status);
}

bool is_normal(const View& value, const Settings& settings) {
  return value.is_finite() && !value.is_zero() && value.adjusted() >= settings.min_exponent;
}

bool is_subnormal(const View& value, const Settings& settings) {
  return value.is_finite() && !value.is_zero() && value.adjusted() < settings.min_exponent;
}

const char* number_class(const View& value, const Settings& settings) {
  if (value.is_nan()) return value.is_signaling() ? "sNaN" : "NaN";
  const bool is_negative = value.is_negative;
  if (value.is_infinite()) return is_negative ? "-Infinity" : "+Infinity";
  if (value.is_zero()) return is_negative ? "-Zero" : "+Zero";
  if (is_subnormal(value, settings)) return is_negative ? "-Subnormal" : "+Subnormal";
  return is_negative ? "-Normal" : "+Normal";
}

bool same_quantum(const View& left, const View& right) {
  if (left.is_finite() && right.is_finite()) return left.exponent == right.exponent;
  return (left.is_nan() && right.is_nan()) || (left.is_infinite() && right.is_infinite());
}

}  // namespace minipy::decimal
