// Numbers as text. Specification, "Conversions".
#include <algorithm>

#include "Modules/decimal/number.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// `word` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char x, char y) { return (x | 0x20) == y; });
}

bool parse_special(Number& result, std::string_view text, bool is_negative) {
  if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
    result.set_special(Special::Infinity, is_negative);
    return true;
  }
  const bool is_signaling = !text.empty() && (text[0] | 0x20) == 's';
  if (is_signaling) text.remove_prefix(1);
  if (!equals_ignoring_case(text.substr(0, 3), "nan")) return false;
  text.remove_prefix(3);
  if (skip_digits(text, 0) != text.size()) return false;
  result.set_special(is_signaling ? Special::SignalingNaN : Special::QuietNaN, is_negative);
  set_digits(result.coefficient, text);
  if (!result.coefficient.is_zero()) result.count();
  return true;
}

// The number behind the E; one that is too large for any exponent stays so. False if malformed.
bool parse_exponent(std::string_view text, int64_t& exponent) {
  const bool is_negative = !text.empty() && text[0] == '-';
  if (is_negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || skip_digits(text, 0) != text.size()) return false;
  exponent = 0;
  for (const char c : text) {
    if (exponent < kHugeExponent) exponent = exponent * 10 + (c - '0');
    if (exponent < 0) exponent = kHugeExponent;
  }
  exponent = std::min(exponent, kHugeExponent);
  if (is_negative) exponent = -exponent;
  return true;
}

}  // namespace

bool parse(Number& result, std::string_view text, uint32_t& status) {
  const bool is_negative = !text.empty() && text[0] == '-';
  if (is_negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const size_t whole = skip_digits(text, 0);
  const bool has_point = whole < text.size() && text[whole] == '.';
  const size_t end = has_point ? skip_digits(text, whole + 1) : whole;
  const size_t fraction = has_point ? end - whole - 1 : 0;
  if (whole + fraction == 0) return parse_special(result, text, is_negative);
  int64_t exponent = 0;
  if (end < text.size()) {
    if ((text[end] | 0x20) != 'e' || !parse_exponent(text.substr(end + 1), exponent)) return false;
  }
  if (!can_hold(static_cast<int64_t>(whole + fraction))) {
    set_invalid(result, kOutOfMemory, status);
    return true;
  }
  if (fraction == 0) {
    set_digits(result.coefficient, text.substr(0, whole));
  } else if (whole + fraction <= 64) {
    char digits[64];
    std::copy_n(text.data(), whole, digits);
    std::copy_n(text.data() + whole + 1, fraction, digits + whole);
    set_digits(result.coefficient, std::string_view(digits, whole + fraction));
  } else {
    std::string digits(text.substr(0, end));
    digits.erase(whole, 1);
    set_digits(result.coefficient, digits);
  }
  result.exponent = exponent - static_cast<int64_t>(fraction);
  result.is_negative = is_negative;
  result.special = Special::None;
  result.count();
  return true;
}

namespace {

std::string special_text(const View& value) {
  std::string text = value.is_negative ? "-" : "";
  if (value.is_infinite()) return text + "Infinity";
  text += value.is_signaling() ? "sNaN" : "NaN";
  if (!value.coefficient.is_zero()) text += digits_of(value.coefficient);
  return text;
}

// How many digits stand before the point in engineering notation.
int64_t engineering_point(const View& value, int64_t left_digits) {
  if (value.is_zero()) return ((left_digits + 1) % 3 + 3) % 3 - 1;
  return ((left_digits - 1) % 3 + 3) % 3 + 1;
}

}  // namespace

std::string to_text(const View& value, Notation notation, bool capitals) {
  if (!value.is_finite()) return special_text(value);
  std::string text = digits_of(value.coefficient);
  const auto length = static_cast<int64_t>(text.size());
  const int64_t left_digits = value.exponent + length;  // before the point
  int64_t point = 1;
  if (value.exponent <= 0 && left_digits > -6) {
    point = left_digits;  // no exponent
  } else if (notation == Notation::Engineering) {
    point = engineering_point(value, left_digits);
  }
  if (point <= 0) {
    text.insert(0, static_cast<size_t>(2 - point), '0');
    text[1] = '.';
  } else if (point >= length) {
    text.append(static_cast<size_t>(point - length), '0');
  } else {
    text.insert(static_cast<size_t>(point), 1, '.');
  }
  if (value.is_negative) text.insert(0, 1, '-');
  if (left_digits == point) return text;
  text += capitals ? 'E' : 'e';
  const int64_t exponent = left_digits - point;
  if (exponent >= 0) text += '+';
  return text + std::to_string(exponent);
}

}  // namespace minipy::decimal
