// Quotients, remainders and the square root.
#include <algorithm>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

// Operands that are not both finite, or a divisor of zero.
void divide_specials(Number& result, const View& left, const View& right, const Settings& settings,
                     uint32_t& status) {
  const bool is_negative = left.is_negative != right.is_negative;
  if (pass_nans(result, left, right, settings, status)) return;
  if (left.is_infinite()) {
    if (right.is_infinite()) return set_invalid(result, kInvalidOperation, status);
    return result.set_special(Special::Infinity, is_negative);
  }
  if (right.is_infinite()) {
    result.set_zero(is_negative, settings.tiny());
    status |= kClamped;
    return;
  }
  if (left.is_zero()) return set_invalid(result, kDivisionUndefined, status);
  result.set_special(Special::Infinity, is_negative);
  status |= kDivisionByZero;
}

// The last digit tells that something follows it, so that rounding comes out right.
void mark_inexact(Natural& coefficient) {
  if (digit_at(coefficient, 0) % 5 == 0) coefficient.add(uint64_t{1});
}

}  // namespace

namespace {

// The quotient gets a digit or two more than the precision. An exact one gets the exponent nearest
// to the difference of the exponents.
void divide_finite(Number& result, const View& left, const View& right, const Settings& settings,
                   uint32_t& status) {
  const int64_t places = right.digits - left.digits + settings.precision + 1;
  Natural rest, divisor;
  LimbView by = right.coefficient;
  if (places > 0) {
    multiply(result.coefficient, left.coefficient, power_of_ten(places));
  } else {
    result.coefficient.set(left.coefficient);
    if (places < 0) {
      multiply(divisor, right.coefficient, power_of_ten(-places));
      by = divisor;
    }
  }
  result.coefficient.divide(by, rest);
  result.exponent = left.exponent - right.exponent - places;
  result.is_negative = left.is_negative != right.is_negative;
  result.special = Special::None;
  if (!rest.is_zero()) {
    mark_inexact(result.coefficient);
  } else if (places > 0) {
    const int64_t zeros = trailing_zeros(result.coefficient, places);
    divide_by_power(result.coefficient, zeros);
    result.exponent += zeros;
  }
  result.count();
  finalize(result, settings, status);
}

// At a precision that no memory holds an exact result is possible still: its digits are bounded.
template <typename Compute>
void compute_if_exact(Number& result, int64_t digits, const Settings& settings, uint32_t& status,
                      Compute compute) {
  Settings narrow = settings;
  narrow.precision = digits;
  uint32_t work_status = 0;
  if (can_hold(digits)) compute(result, narrow, work_status);
  if (!can_hold(digits) || (work_status & kInexact)) {
    return set_invalid(result, kOutOfMemory, status);
  }
  finalize(result, settings, work_status);
  status |= work_status;
}

}  // namespace

void divide(Number& result, const View& left, const View& right, const Settings& settings,
            uint32_t& status) {
  if (!left.is_finite() || !right.is_finite() || right.is_zero()) [[unlikely]] {
    return divide_specials(result, left, right, settings, status);
  }
  if (left.is_zero()) {
    result.set_zero(left.is_negative != right.is_negative, left.exponent - right.exponent);
    return finalize(result, settings, status);
  }
  if (can_hold(settings.precision + right.digits)) [[likely]] {
    return divide_finite(result, left, right, settings, status);
  }
  compute_if_exact(result, left.digits + 4 * right.digits, settings, status,
                   [&](Number& quotient, const Settings& narrow, uint32_t& work_status) {
                     divide_finite(quotient, left, right, narrow, work_status);
                   });
}

// --- integer division ---

namespace {

// Both finite, the divisor not zero. The quotient of the magnitudes and what is left, of which the
// quotient must not have more digits than the precision.
bool divide_magnitudes(Number& quotient, Number& rest, const View& left, const View& right,
                       const Settings& settings, uint32_t& status) {
  quotient.set_zero(left.is_negative != right.is_negative, 0);
  const int64_t exponent = std::min(left.exponent, right.exponent);
  if (left.is_zero()) {
    rest.set_zero(left.is_negative, exponent);
    return true;
  }
  if (left.adjusted() < right.adjusted()) {
    rest.set(left);
    rest.pad(left.exponent - exponent);  // by less than the divisor has digits
    return true;
  }
  if (left.adjusted() - right.adjusted() > settings.precision) {
    status |= kDivisionImpossible;
    return false;
  }
  const int64_t raised_left = left.exponent - exponent, raised_right = right.exponent - exponent;
  if (!can_hold(left.digits + raised_left) || !can_hold(right.digits + raised_right)) {
    status |= kOutOfMemory;
    return false;
  }
  Natural divisor(right.coefficient);
  multiply_by_power(divisor, raised_right);
  quotient.coefficient.set(left.coefficient);
  multiply_by_power(quotient.coefficient, raised_left);
  quotient.coefficient.divide(divisor, rest.coefficient);
  quotient.count();
  if (quotient.digits > settings.precision) {
    status |= kDivisionImpossible;
    return false;
  }
  rest.count();
  rest.exponent = exponent;
  rest.is_negative = left.is_negative;
  rest.special = Special::None;
  return true;
}

}  // namespace

void divide_to_integer(Number& result, const View& left, const View& right,
                       const Settings& settings, uint32_t& status) {
  if (pass_nans(result, left, right, settings, status)) return;
  const bool is_negative = left.is_negative != right.is_negative;
  if (left.is_infinite()) {
    if (right.is_infinite()) return set_invalid(result, kInvalidOperation, status);
    return result.set_special(Special::Infinity, is_negative);
  }
  if (right.is_infinite()) return result.set_zero(is_negative, 0);
  if (right.is_zero()) {
    if (left.is_zero()) return set_invalid(result, kDivisionUndefined, status);
    result.set_special(Special::Infinity, is_negative);
    status |= kDivisionByZero;
    return;
  }
  Number rest;
  if (!divide_magnitudes(result, rest, left, right, settings, status)) {
    return set_invalid(result, 0, status);
  }
  finalize(result, settings, status);
}

namespace {

// Divides for the rest, not finalized yet; false if `rest` is already the answer: a NaN, or what infinities give.
bool divide_for_rest(Number& quotient, Number& rest, const View& left, const View& right,
                     const Settings& settings, uint32_t& status) {
  if (pass_nans(rest, left, right, settings, status)) return false;
  if (left.is_infinite()) {
    set_invalid(rest, kInvalidOperation, status);
    return false;
  }
  if (right.is_infinite()) {
    rest.set(left);
    finalize(rest, settings, status);
    return false;
  }
  if (right.is_zero()) {
    set_invalid(rest, left.is_zero() ? kDivisionUndefined : kInvalidOperation, status);
    return false;
  }
  if (divide_magnitudes(quotient, rest, left, right, settings, status)) return true;
  set_invalid(rest, 0, status);
  return false;
}

}  // namespace

void remainder(Number& result, const View& left, const View& right, const Settings& settings,
               uint32_t& status) {
  Number quotient;
  if (!divide_for_rest(quotient, result, left, right, settings, status)) return;
  finalize(result, settings, status);
}

void divide_with_remainder(Number& quotient, Number& rest, const View& left, const View& right,
                           const Settings& settings, uint32_t& status) {
  if (pass_nans(quotient, left, right, settings, status)) return rest.set(quotient);
  const bool is_negative = left.is_negative != right.is_negative;
  if (left.is_infinite()) {
    if (right.is_infinite()) {
      set_invalid(quotient, kInvalidOperation, status);
    } else {
      quotient.set_special(Special::Infinity, is_negative);
    }
    return set_invalid(rest, kInvalidOperation, status);
  }
  if (right.is_infinite()) {
    quotient.set_zero(is_negative, 0);
    rest.set(left);
    return finalize(rest, settings, status);
  }
  if (right.is_zero()) {
    if (left.is_zero()) {
      set_invalid(quotient, kDivisionUndefined, status);
      return set_invalid(rest, kDivisionUndefined, status);
    }
    quotient.set_special(Special::Infinity, is_negative);
    return set_invalid(rest, kDivisionByZero | kInvalidOperation, status);
  }
  if (!divide_magnitudes(quotient, rest, left, right, settings, status)) {
    set_invalid(quotient, 0, status);
    return set_invalid(rest, 0, status);
  }
  finalize(quotient, settings, status);
  finalize(rest, settings, status);
}

// The quotient goes to the nearest integer, so the remainder may have the other sign.
void remainder_near(Number& result, const View& left, const View& right, const Settings& settings,
                    uint32_t& status) {
  Number quotient;
  if (!divide_for_rest(quotient, result, left, right, settings, status)) return;
  // Is the rest more than half of the divisor? Exact arithmetic on numbers of similar size.
  Number twice;
  uint32_t ignored = 0;
  if (result.view().adjusted() >= right.adjusted() - 1) {
    add(twice, result, result, kWidest, ignored);
    twice.is_negative = false;
    const int order = compare_values(twice, right.magnitude());
    if (order > 0 || (order == 0 && quotient.coefficient.is_odd())) {
      Number other;
      View divisor = right;
      divisor.is_negative = result.is_negative;
      subtract(other, result, divisor, kWidest, ignored);
      quotient.coefficient.add(uint64_t{1});
      if (count_digits(quotient.coefficient) > settings.precision) {
        return set_invalid(result, kDivisionImpossible, status);
      }
      if (other.coefficient.is_zero()) other.is_negative = left.is_negative;
      result.swap(other);
    }
  }
  finalize(result, settings, status);
}

// --- square root ---

namespace {

// The root of an integer of twice the digits, one more than the precision. An exact one gets the
// exponent nearest to half of the exponent.
void positive_root(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  const int64_t odd = value.exponent & 1;
  const int64_t root_digits = (value.digits + odd + 1) / 2;
  const int64_t places = settings.precision + 1 - root_digits;
  Natural radicand(value.coefficient);
  bool is_exact = true;
  if (odd + 2 * places >= 0) {
    multiply_by_power(radicand, odd + 2 * places);
  } else {
    is_exact = divide_by_power(radicand, -(odd + 2 * places)) == Rest::Zero;
  }
  const LimbView limbs = radicand;
  const size_t size = (limbs.size + 1) / 2;
  Natural rest;
  const mp_size_t left = mpn_sqrtrem(result.coefficient.prepare(size), rest.prepare(limbs.size),
                                     limbs.limbs, static_cast<mp_size_t>(limbs.size));
  result.coefficient.set_size(size);
  result.special = Special::None;
  result.is_negative = false;
  result.exponent = (value.exponent - odd) / 2 - places;
  if (!is_exact || left != 0) {
    mark_inexact(result.coefficient);
  } else if (places > 0) {
    const int64_t zeros = trailing_zeros(result.coefficient, places);
    divide_by_power(result.coefficient, zeros);
    result.exponent += zeros;
  }
  result.count();
  finalize(result, settings, status);
}

}  // namespace

// Always rounds half-even.
void square_root(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  if (value.is_zero()) {
    result.set_zero(value.is_negative, (value.exponent - (value.exponent & 1)) / 2);
    return finalize(result, settings, status);
  }
  if (value.is_negative) return set_invalid(result, kInvalidOperation, status);
  if (value.is_infinite()) return result.set_special(Special::Infinity, false);
  Settings half_even = settings;
  half_even.rounding = Rounding::HalfEven;
  if (can_hold(2 * settings.precision)) [[likely]] {
    return positive_root(result, value, half_even, status);
  }
  compute_if_exact(result, value.digits + 1, half_even, status,
                   [&](Number& root, const Settings& narrow, uint32_t& work_status) {
                     positive_root(root, value, narrow, work_status);
                   });
}

}  // namespace minipy::decimal
