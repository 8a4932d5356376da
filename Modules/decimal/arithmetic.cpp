// Sums and products.
#include <algorithm>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

// A sum of nothing but zeros is negative only if both are, or when rounding down.
bool sign_of_zero(bool left, bool right, Rounding rounding) {
  return left == right ? left : rounding == Rounding::Floor;
}

// Both fit a word, and have the same exponent.
void add_words(Number& result, const View& left, const View& right, bool right_negative,
               const Settings& settings) {
  const uint64_t x = left.coefficient.low(), y = right.coefficient.low();
  if (left.is_negative == right_negative) {
    result.coefficient.set_wide(static_cast<Wide>(x) + y);
    result.is_negative = left.is_negative;
  } else if (x == y) {
    result.coefficient.set(uint64_t{0});
    result.is_negative = sign_of_zero(left.is_negative, right_negative, settings.rounding);
  } else {
    result.coefficient.set(x > y ? x - y : y - x);
    result.is_negative = x > y ? left.is_negative : right_negative;
  }
  result.exponent = left.exponent;
  result.special = Special::None;
  result.count();
}

void add_infinities(Number& result, const View& left, const View& right, bool right_negative,
                    uint32_t& status) {
  if (left.is_infinite() && right.is_infinite() && left.is_negative != right_negative) {
    return set_invalid(result, kInvalidOperation, status);
  }
  result.set_special(Special::Infinity, left.is_infinite() ? left.is_negative : right_negative);
}

// Is the smaller number so far below the last digit that can count that only its sign matters?
bool is_negligible(const View& large, const View& small, const Settings& settings) {
  if (large.coefficient.is_zero() || small.coefficient.is_zero()) return false;
  const int64_t kept = std::max(large.digits, settings.precision) + 2;
  return small.adjusted() < large.exponent + large.digits - kept - 1;
}

// Cuts off the digits of the smaller number that lie far below the last place of the sum; a last
// digit that is neither 0 nor 5 tells of them. The larger one has zeros there, and the first digit
// of the sum is at most one place further right.
void cut_tail(Natural& kept, const View& large, View& small, const Settings& settings) {
  if (large.coefficient.is_zero() || large.adjusted() - small.adjusted() < 2) return;
  const int64_t lowest = large.adjusted() - settings.precision - 3;
  const int64_t places = lowest - small.exponent;
  if (places <= 0 || large.exponent <= lowest) return;
  kept.set(small.coefficient);
  if (divide_by_power(kept, places) != Rest::Zero && digit_at(kept, 0) % 5 == 0) {
    kept.add(uint64_t{1});
  }
  small.coefficient = kept;
  small.exponent = lowest;
}

// The exact sum, except that what does not count of an operand is replaced by something simpler.
void add_finite(Number& result, View left, View right, bool right_negative,
                const Settings& settings, uint32_t& status) {
  bool left_negative = left.is_negative;
  if (left.exponent < right.exponent) {
    std::swap(left, right);
    std::swap(left_negative, right_negative);
  }
  // The exponent of the right one is the smaller one now.
  const mp_limb_t one = 1;
  if (left.exponent != right.exponent && is_negligible(left, right, settings)) {
    right.coefficient = {&one, 1};
    right.digits = 1;
    right.exponent = std::min(left.exponent, left.adjusted() - settings.precision) - 2;
  }
  // Of a zero only the exponent matters, and not where no digit can be kept.
  if (right.coefficient.is_zero() && !left.coefficient.is_zero()) {
    const int64_t lowest = std::min(left.exponent, left.adjusted() - settings.precision) - 1;
    right.exponent = std::max(right.exponent, lowest);
  }
  Natural kept;
  cut_tail(kept, left, right, settings);
  const int64_t places = left.exponent - right.exponent;
  result.special = Special::None;
  result.exponent = right.exponent;
  if (places > 0 && !left.coefficient.is_zero()) {
    if (!can_hold(left.digits + places)) return set_invalid(result, kOutOfMemory, status);
    multiply(result.coefficient, left.coefficient, power_of_ten(places));
  } else {
    result.coefficient.set(left.coefficient);
  }
  if (left_negative == right_negative) {
    result.coefficient.add(right.coefficient);
    result.is_negative = left_negative;
  } else {
    const int order = compare(result.coefficient, right.coefficient);
    if (order >= 0) {
      result.coefficient.subtract(right.coefficient);
    } else {
      result.coefficient.subtract_from(right.coefficient);
    }
    result.is_negative = order > 0 ? left_negative
                         : order < 0
                             ? right_negative
                             : sign_of_zero(left_negative, right_negative, settings.rounding);
  }
  result.count();
}

void add_signed(Number& result, const View& left, const View& right, bool right_negative,
                const Settings& settings, uint32_t& status) {
  if (!left.is_finite() || !right.is_finite()) [[unlikely]] {
    if (pass_nans(result, left, right, settings, status)) return;
    return add_infinities(result, left, right, right_negative, status);
  }
  if (left.exponent == right.exponent && left.coefficient.size <= 1 &&
      right.coefficient.size <= 1) {
    add_words(result, left, right, right_negative, settings);
  } else {
    add_finite(result, left, right, right_negative, settings, status);
  }
  finalize(result, settings, status);
}

}  // namespace

void add(Number& result, const View& left, const View& right, const Settings& settings,
         uint32_t& status) {
  add_signed(result, left, right, right.is_negative, settings, status);
}

void subtract(Number& result, const View& left, const View& right, const Settings& settings,
              uint32_t& status) {
  add_signed(result, left, right, !right.is_negative, settings, status);
}

namespace {

void copy_with_sign(Number& result, const View& value, bool is_negative, const Settings& settings,
                    uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  result.set(value);
  // 0 - 0 and 0 + -0: a zero comes out positive, unless rounding down.
  result.is_negative =
      value.is_zero() ? settings.rounding == Rounding::Floor && is_negative : is_negative;
  finalize(result, settings, status);
}

}  // namespace

void plus(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  copy_with_sign(result, value, value.is_negative, settings, status);
}

void minus(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  copy_with_sign(result, value, !value.is_negative, settings, status);
}

void absolute(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (value.is_nan() || !value.is_negative) return plus(result, value, settings, status);
  minus(result, value, settings, status);
}

// --- products ---

namespace {

// The product without rounding. False if the result is special already.
bool multiply_exactly(Number& result, const View& left, const View& right, uint32_t& status) {
  const bool is_negative = left.is_negative != right.is_negative;
  if (!left.is_finite() || !right.is_finite()) [[unlikely]] {
    if (left.is_zero() || right.is_zero()) {
      set_invalid(result, kInvalidOperation, status);
    } else {
      result.set_special(Special::Infinity, is_negative);
    }
    return false;
  }
  if (!can_hold(left.digits + right.digits)) {
    set_invalid(result, kOutOfMemory, status);
    return false;
  }
  multiply(result.coefficient, left.coefficient, right.coefficient);
  result.exponent = left.exponent + right.exponent;
  result.is_negative = is_negative;
  result.special = Special::None;
  result.count();
  return true;
}

}  // namespace

void multiply(Number& result, const View& left, const View& right, const Settings& settings,
              uint32_t& status) {
  if (pass_nans(result, left, right, settings, status)) return;
  if (multiply_exactly(result, left, right, status)) finalize(result, settings, status);
}

void fused_multiply_add(Number& result, const View& left, const View& right, const View& third,
                        const Settings& settings, uint32_t& status) {
  // An invalid product decides even if a NaN is to be added.
  Number product;
  if (!left.is_nan() && !right.is_nan()) {
    multiply_exactly(product, left, right, status);
    if (product.special == Special::QuietNaN) return result.swap(product);
  }
  // A signaling NaN comes first, whichever operand it is.
  const View* nan = nullptr;
  for (const View* operand : {&left, &right, &third}) {
    if (operand->is_nan() && (!nan || (operand->is_signaling() && !nan->is_signaling()))) {
      nan = operand;
    }
  }
  if (nan) {
    pass_nan(result, *nan, settings, status);
    return;
  }
  add_signed(result, product, third, third.is_negative, settings, status);
}

}  // namespace minipy::decimal
