// Operations on the exponent, and the neighbours of a number.
#include <algorithm>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

void quantize(Number& result, const View& value, const View& pattern, const Settings& settings,
              uint32_t& status) {
  if (!value.is_finite() || !pattern.is_finite()) {
    if (pass_nans(result, value, pattern, settings, status)) return;
    if (value.is_infinite() && pattern.is_infinite()) return result.set(value);
    return set_invalid(result, kInvalidOperation, status);
  }
  const int64_t wanted = pattern.exponent;
  if (wanted > settings.max_exponent || wanted < settings.tiny()) {
    return set_invalid(result, kInvalidOperation, status);
  }
  if (value.is_zero()) {
    result.set_zero(value.is_negative, wanted);
    return finalize(result, settings, status);
  }
  const int64_t places = value.exponent - wanted;
  if (value.digits + places > settings.precision) {
    return set_invalid(result, kInvalidOperation, status);
  }
  uint32_t rounding_status = 0;
  rescale(result, value, wanted, settings, rounding_status);
  if (result.digits > settings.precision || result.view().adjusted() > settings.max_exponent) {
    return set_invalid(result, kInvalidOperation, status);
  }
  status |= rounding_status;
  finalize(result, settings, status);
}

void rescale(Number& result, const View& value, int64_t exponent, const Settings& settings,
             uint32_t& status) {
  result.set(value);
  if (!value.is_finite()) return;
  if (value.exponent >= exponent) {
    if (!result.pad(value.exponent - exponent)) set_invalid(result, kOutOfMemory, status);
    return;
  }
  const Rest rest = round_off(result, exponent - value.exponent, settings.rounding);
  status |= kRounded;
  if (rest != Rest::Zero) status |= kInexact;
}

void round_to_integral(Number& result, const View& value, Report report, const Settings& settings,
                       uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  if (value.is_infinite() || value.exponent >= 0) return result.set(value);
  if (value.is_zero()) return result.set_zero(value.is_negative, 0);
  uint32_t ignored = 0;
  rescale(result, value, 0, settings, report == Report::Rounding ? status : ignored);
}

// Without trailing zeros.
void normalize(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  result.set(value);
  finalize(result, settings, status);
  if (result.special != Special::None) return;
  if (result.coefficient.is_zero()) return result.set_zero(value.is_negative, 0);
  const int64_t highest = settings.clamp ? settings.top() : settings.max_exponent;
  const int64_t zeros =
      trailing_zeros(result.coefficient, std::min(result.digits, highest - result.exponent));
  divide_by_power(result.coefficient, zeros);
  result.digits -= zeros;
  result.exponent += zeros;
}

bool as_int64(const View& value, int64_t& result) {
  result = 0;
  if (value.is_zero()) return true;
  if (!value.is_finite() || value.adjusted() > 18 || !value.is_integer()) return false;
  Natural whole(value.coefficient);
  if (value.exponent >= 0) {
    multiply_by_power(whole, value.exponent);
  } else {
    divide_by_power(whole, -value.exponent);
  }
  if (whole.size() > 1 || whole.low() > static_cast<uint64_t>(INT64_MAX)) return false;
  const auto magnitude = static_cast<int64_t>(whole.low());
  result = value.is_negative ? -magnitude : magnitude;
  return true;
}

void scale_by(Number& result, const View& value, const View& places, const Settings& settings,
              uint32_t& status) {
  if (pass_nans(result, value, places, settings, status)) return;
  int64_t count;
  const int64_t limit = 2 * (settings.max_exponent + settings.precision);
  if (!places.is_finite() || places.exponent != 0 || !as_int64(places, count) || count > limit ||
      count < -limit) {
    return set_invalid(result, kInvalidOperation, status);
  }
  result.set(value);
  if (value.is_infinite()) return;
  result.exponent = std::clamp(value.exponent + count, -kHugeExponent * 2, kHugeExponent);
  finalize(result, settings, status);
}

void log_b(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  if (value.is_infinite()) return result.set_special(Special::Infinity, false);
  if (value.is_zero()) {
    result.set_special(Special::Infinity, true);
    status |= kDivisionByZero;
    return;
  }
  const int64_t adjusted = value.adjusted();
  const auto magnitude = static_cast<uint64_t>(adjusted < 0 ? -adjusted : adjusted);
  result.set_small(adjusted < 0, magnitude, 0);
  finalize(result, settings, status);
}

// --- neighbours ---

namespace {

enum class Direction : uint8_t { Down, Up };

void largest_finite(Number& result, bool is_negative, const Settings& settings, uint32_t& status) {
  Settings truncating = settings;
  truncating.rounding = Rounding::Down;
  uint32_t work_status = 0;
  result.set_small(is_negative, 1, kHugeExponent);
  finalize(result, truncating, work_status);
  status |= work_status & kErrors;
}

void next_number(Number& result, const View& value, Direction direction, const Settings& settings,
                 uint32_t& status) {
  if (pass_nan(result, value, settings, status)) return;
  const bool goes_down = direction == Direction::Down;
  if (value.is_infinite()) {
    if (value.is_negative == goes_down) return result.set(value);
    return largest_finite(result, value.is_negative, settings, status);
  }
  Settings directed = settings;
  directed.rounding = goes_down ? Rounding::Floor : Rounding::Ceiling;
  uint32_t work_status = 0;
  result.set(value);
  finalize(result, directed, work_status);
  status |= work_status & kErrors;
  if (work_status & (kInexact | kErrors)) return;
  work_status = 0;
  const mp_limb_t one = 1;
  View tiny;
  tiny.coefficient = {&one, 1};
  tiny.exponent = settings.tiny() - 1;
  tiny.is_negative = goes_down;
  add(result, value, tiny, directed, work_status);
  status |= work_status & kErrors;
}

}  // namespace

void next_minus(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  next_number(result, value, Direction::Down, settings, status);
}
void next_plus(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  next_number(result, value, Direction::Up, settings, status);
}

void next_toward(Number& result, const View& value, const View& target, const Settings& settings,
                 uint32_t& status) {
  if (pass_nans(result, value, target, settings, status)) return;
  const int order = compare_values(value, target);
  if (order == 0) {
    result.set(value);
    result.is_negative = target.is_negative;
    return;
  }
  next_number(result, value, order < 0 ? Direction::Up : Direction::Down, settings, status);
  if (result.special == Special::Infinity) {
    status |= kOverflow | kRounded | kInexact;
  } else if (result.view().adjusted() < settings.min_exponent) {
    status |= kUnderflow | kSubnormal | kRounded | kInexact;
    if (result.coefficient.is_zero()) status |= kClamped;
  }
}

}  // namespace minipy::decimal
