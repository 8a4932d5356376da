#include "Modules/decimal/number.h"

#include <algorithm>

#include "Objects/result.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

bool View::is_integer() const {
  if (!is_finite()) return false;
  if (exponent >= 0 || coefficient.is_zero()) return true;
  if (-exponent >= digits) return false;
  return trailing_zeros(coefficient, -exponent) == -exponent;
}

void Number::set(const View& value) {
  coefficient.set(value.coefficient);
  digits = value.digits;
  exponent = value.exponent;
  is_negative = value.is_negative;
  special = value.special;
}

void Number::set_small(bool negative, uint64_t value, int64_t new_exponent) {
  coefficient.set(value);
  digits = count_digits(value);
  exponent = new_exponent;
  is_negative = negative;
  special = Special::None;
}

void Number::set_special(Special kind, bool negative) {
  set_zero(negative, 0);
  digits = 0;
  special = kind;
}

void Number::swap(Number& other) {
  coefficient.swap(other.coefficient);
  std::swap(digits, other.digits);
  std::swap(exponent, other.exponent);
  std::swap(is_negative, other.is_negative);
  std::swap(special, other.special);
}

bool Number::pad(int64_t places) {
  if (!coefficient.is_zero()) {
    if (!can_hold(digits + places)) return false;
    multiply_by_power(coefficient, places);
    digits += places;
  }
  exponent -= places;
  return true;
}

void set_invalid(Number& result, uint32_t condition, uint32_t& status) {
  result.set_special(Special::QuietNaN, false);
  status |= condition;
}

// --- rounding ---

bool rounds_up(Rounding rounding, bool is_negative, int last, Rest rest) {
  if (rest == Rest::Zero) return false;
  switch (rounding) {
    case Rounding::Up:
      return true;
    case Rounding::Down:
      return false;
    case Rounding::Ceiling:
      return !is_negative;
    case Rounding::Floor:
      return is_negative;
    case Rounding::HalfUp:
      return rest >= Rest::Half;
    case Rounding::HalfDown:
      return rest == Rest::AboveHalf;
    case Rounding::HalfEven:
      return rest == Rest::AboveHalf || (rest == Rest::Half && last % 2 == 1);
    case Rounding::ZeroFiveUp:
      return last == 0 || last == 5;
  }
  MP_UNREACHABLE();
}

Rest round_off(Number& number, int64_t places, Rounding rounding) {
  Natural& coefficient = number.coefficient;
  const Rest rest = divide_by_power(coefficient, places);
  number.exponent += places;
  if (rest != Rest::Zero) {
    // Only one way of rounding asks for more than whether the last digit is even.
    const int last = rounding == Rounding::ZeroFiveUp ? digit_at(coefficient, 0)
                                                      : static_cast<int>(coefficient.low() & 1);
    if (rounds_up(rounding, number.is_negative, last, rest)) {
      coefficient.add(uint64_t{1});
      number.count();
      return rest;
    }
  }
  number.digits = std::max<int64_t>(number.digits - places, 1);
  return rest;
}

namespace {

// A NaN keeps the last digits of its payload.
void fit_payload(Number& result, const Settings& settings) {
  const int64_t room = settings.precision - settings.clamp;
  if (result.digits <= room) return;
  if (room == 0) {
    result.coefficient.set(uint64_t{0});
  } else {
    keep_low_digits(result.coefficient, room);
  }
  result.digits = result.coefficient.is_zero() ? 0 : count_digits(result.coefficient);
}

bool overflows_to_infinity(Rounding rounding, bool is_negative) {
  switch (rounding) {
    case Rounding::Ceiling:
      return !is_negative;
    case Rounding::Floor:
      return is_negative;
    case Rounding::Down:
    case Rounding::ZeroFiveUp:
      return false;
    case Rounding::Up:
    case Rounding::HalfUp:
    case Rounding::HalfDown:
    case Rounding::HalfEven:
      return true;
  }
  MP_UNREACHABLE();
}

void overflow(Number& result, const Settings& settings, uint32_t& status) {
  status |= kOverflow | kInexact | kRounded;
  if (overflows_to_infinity(settings.rounding, result.is_negative)) {
    return result.set_special(Special::Infinity, result.is_negative);
  }
  if (!can_hold(settings.precision)) return set_invalid(result, kOutOfMemory, status);
  result.coefficient.set(power_of_ten(settings.precision));
  const mp_limb_t one = 1;
  result.coefficient.subtract(LimbView{&one, 1});
  result.digits = settings.precision;
  result.exponent = settings.top();
}

// The exponent is as large as clamp allows: zeros make up for it.
void fold_down(Number& result, const Settings& settings, uint32_t& status) {
  const bool is_subnormal =
      !result.coefficient.is_zero() && result.view().adjusted() < settings.min_exponent;
  if (!result.pad(result.exponent - settings.top())) {
    return set_invalid(result, kOutOfMemory, status);
  }
  status |= kClamped;
  if (is_subnormal) status |= kSubnormal;
}

void fit_subnormal(Number& result, const Settings& settings, uint32_t& status) {
  const int64_t tiny = settings.tiny();
  if (result.coefficient.is_zero()) {
    if (result.exponent < tiny) {
      result.exponent = tiny;
      status |= kClamped;
    }
    return;
  }
  status |= kSubnormal;
  if (result.exponent >= tiny) return;
  const Rest rest = round_off(result, tiny - result.exponent, settings.rounding);
  status |= kRounded;
  if (rest == Rest::Zero) return;
  status |= kInexact | kUnderflow;
  if (result.coefficient.is_zero()) status |= kClamped;
}

void fit_exponent(Number& result, const Settings& settings, uint32_t& status) {
  const int64_t adjusted = result.view().adjusted();
  if (adjusted > settings.max_exponent) {
    if (!result.coefficient.is_zero()) return overflow(result, settings, status);
    result.exponent = settings.clamp ? settings.top() : settings.max_exponent;
    status |= kClamped;
  } else if (settings.clamp && result.exponent > settings.top()) {
    fold_down(result, settings, status);
  } else if (adjusted < settings.min_exponent) {
    fit_subnormal(result, settings, status);
  }
}

void fit_digits(Number& result, const Settings& settings, uint32_t& status) {
  const Rest rest = round_off(result, result.digits - settings.precision, settings.rounding);
  status |= kRounded;
  if (rest != Rest::Zero) status |= kInexact;
  if (result.digits <= settings.precision) return;
  round_off(result, 1, settings.rounding);  // 99.9 has become 100
  fit_exponent(result, settings, status);
}

}  // namespace

void finalize(Number& result, const Settings& settings, uint32_t& status) {
  if (!result.view().is_finite()) {
    if (result.view().is_nan()) fit_payload(result, settings);
    return;
  }
  const int64_t adjusted = result.view().adjusted();
  if (adjusted > settings.max_exponent || adjusted < settings.min_exponent || settings.clamp) {
    fit_exponent(result, settings, status);
    if (result.special != Special::None) return;
  }
  if (result.digits > settings.precision) fit_digits(result, settings, status);
}

// --- NaNs ---

bool pass_nan(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (!value.is_nan()) return false;
  if (value.is_signaling()) status |= kInvalidOperation;
  result.set(value);
  result.special = Special::QuietNaN;
  fit_payload(result, settings);
  return true;
}

// A signaling one comes first.
bool pass_nans(Number& result, const View& left, const View& right, const Settings& settings,
               uint32_t& status) {
  if (!left.is_nan() && !right.is_nan()) return false;
  const bool is_right = !left.is_nan() || (right.is_signaling() && !left.is_signaling());
  return pass_nan(result, is_right ? right : left, settings, status);
}

}  // namespace minipy::decimal
