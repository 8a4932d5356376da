// Operations on the digits of a coefficient: logic, shift and rotate.
#include <algorithm>

#include "Modules/decimal/number.h"
#include "Objects/result.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

// Digits of a logical operand, `length` of them from the last one on; false if it is none.
bool logical_digits(const View& value, int64_t length, std::string& digits) {
  if (!value.is_finite() || value.is_negative || value.exponent != 0) return false;
  digits = digits_of(value.coefficient);
  if (digits.find_first_not_of("01") != std::string::npos) return false;
  const auto size = static_cast<size_t>(length);
  if (digits.size() > size) digits.erase(0, digits.size() - size);
  return true;
}

void set_from_digits(Number& result, std::string_view digits) {
  set_digits(result.coefficient, digits);
  result.exponent = 0;
  result.is_negative = false;
  result.special = Special::None;
  result.count();
}

char combine(Logic logic, char left, char right) {
  switch (logic) {
    case Logic::And:
      return left & right;
    case Logic::Or:
      return left | right;
    case Logic::Xor:
      return left == right ? '0' : '1';
  }
  MP_UNREACHABLE();
}

}  // namespace

void logical(Number& result, const View& left, const View& right, Logic logic,
             const Settings& settings, uint32_t& status) {
  std::string x, y;
  if (!logical_digits(left, settings.precision, x) ||
      !logical_digits(right, settings.precision, y)) {
    return set_invalid(result, kInvalidOperation, status);
  }
  const size_t length = std::max(x.size(), y.size());
  x.insert(0, length - x.size(), '0');
  y.insert(0, length - y.size(), '0');
  for (size_t i = 0; i < length; ++i) x[i] = combine(logic, x[i], y[i]);
  set_from_digits(result, x);
}

void logical_invert(Number& result, const View& value, const Settings& settings, uint32_t& status) {
  std::string digits;
  if (!logical_digits(value, settings.precision, digits)) {
    return set_invalid(result, kInvalidOperation, status);
  }
  if (!can_hold(settings.precision)) return set_invalid(result, kOutOfMemory, status);
  digits.insert(0, static_cast<size_t>(settings.precision) - digits.size(), '0');
  for (char& digit : digits) digit = digit == '0' ? '1' : '0';
  set_from_digits(result, digits);
}

namespace {

// The places to shift or rotate by; false with the result set if that is decided already.
bool places_to_move(Number& result, const View& value, const View& places, const Settings& settings,
                    uint32_t& status, int64_t& count) {
  if (pass_nans(result, value, places, settings, status)) return false;
  if (places.exponent != 0 || !as_int64(places, count) || count > settings.precision ||
      count < -settings.precision) {
    set_invalid(result, kInvalidOperation, status);
    return false;
  }
  result.set(value);
  if (value.is_infinite()) return false;
  keep_low_digits(result.coefficient, settings.precision);
  result.count();
  return true;
}

}  // namespace

void shift(Number& result, const View& value, const View& places, const Settings& settings,
           uint32_t& status) {
  int64_t count;
  if (!places_to_move(result, value, places, settings, status, count)) return;
  if (count < 0) {
    divide_by_power(result.coefficient, -count);
  } else {
    const int64_t kept = settings.precision - count;
    if (!result.coefficient.is_zero() && !can_hold(std::min(kept, result.digits) + count)) {
      return set_invalid(result, kOutOfMemory, status);
    }
    keep_low_digits(result.coefficient, kept);
    multiply_by_power(result.coefficient, count);
  }
  result.count();
}

void rotate(Number& result, const View& value, const View& places, const Settings& settings,
            uint32_t& status) {
  int64_t count;
  if (!places_to_move(result, value, places, settings, status, count)) return;
  if (count < 0) count += settings.precision;
  const int64_t kept = settings.precision - count;
  if (!result.coefficient.is_zero() && !can_hold(std::min(kept, result.digits) + count)) {
    return set_invalid(result, kOutOfMemory, status);
  }
  Natural head(result.coefficient.view());  // what comes in again at the other end
  divide_by_power(head, kept);
  keep_low_digits(result.coefficient, kept);
  multiply_by_power(result.coefficient, count);
  result.coefficient.add(head);
  result.count();
}

}  // namespace minipy::decimal
