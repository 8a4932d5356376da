#include "Objects/text/float_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace minipy {
namespace {

// No double has more decimal digits after the point, or significant ones, than this.
constexpr int kMaxExactDigits = 1100;

// The decimal digits of a finite value (without sign) and where the point is: 0.DIGITS * 10**point.
struct Decimal {
  std::string digits;
  int point;
};

// Takes a number apart that std::to_chars wrote in scientific notation.
Decimal from_scientific(std::string_view text) {
  const size_t e = text.find('e');
  Decimal result;
  result.digits.reserve(e);
  result.digits += text[0];
  if (e > 2) result.digits.append(text.substr(2, e - 2));
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(),
                  exponent);
  result.point = exponent + 1;
  return result;
}

Decimal shortest_digits(double magnitude) {
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific);
  Decimal result = from_scientific({buffer, static_cast<size_t>(end.ptr - buffer)});
  if (magnitude == 0) result.point = 1;
  return result;
}

// `count` significant digits, correctly rounded; trailing zeros are kept.
Decimal significant_digits(double magnitude, int count) {
  const int exact = std::min(count, kMaxExactDigits);
  std::string buffer(static_cast<size_t>(exact) + 32, '\0');
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                 std::chars_format::scientific, exact - 1);
  Decimal result =
      from_scientific({buffer.data(), static_cast<size_t>(end.ptr - buffer.data())});
  result.digits.append(static_cast<size_t>(count - exact), '0');
  if (magnitude == 0) result.point = 1;
  return result;
}

constexpr uint64_t kPowersOfTen[] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000,
                                     10000000000000000,
                                     100000000000000000};
constexpr size_t kQuickFixedLength = 24;

// magnitude * 10**precision, rounded half to even, where that fits 64 bits: the product is exact in 128.
std::optional<uint64_t> scaled_exactly(double magnitude, int precision) {
  if (precision >= static_cast<int>(std::size(kPowersOfTen))) return std::nullopt;
  const uint64_t power = kPowersOfTen[precision];
  if (!(magnitude * static_cast<double>(power) < 9e18)) return std::nullopt;
  const uint64_t bits = std::bit_cast<uint64_t>(magnitude);
  const int exponent = static_cast<int>(bits >> 52);
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  const uint64_t mantissa = exponent == 0 ? fraction : fraction | uint64_t{1} << 52;
  const int shift = 1075 - std::max(exponent, 1);  // magnitude is mantissa / 2**shift
  using Wide = unsigned __int128;
  const Wide product = Wide{mantissa} * power;
  if (shift <= 0) return static_cast<uint64_t>(product << -shift);
  if (shift >= 128) return 0;  // the product has 110 bits
  const uint64_t whole = static_cast<uint64_t>(product >> shift);
  const Wide rest = product & ((Wide{1} << shift) - 1);
  const Wide half = Wide{1} << (shift - 1);
  return whole + (rest > half || (rest == half && (whole & 1)));
}

// A number in units of 10**-precision as text with a point.
std::string_view place_point(uint64_t scaled, int precision, char (&buffer)[kQuickFixedLength]) {
  char* const end = buffer + kQuickFixedLength;
  char* position = end;
  for (int written = 0; scaled > 0 || written <= precision; ++written) {
    if (written == precision && precision > 0) *--position = '.';
    *--position = static_cast<char>('0' + scaled % 10);
    scaled /= 10;
  }
  return {position, static_cast<size_t>(end - position)};
}

std::string fixed_text(double magnitude, int precision) {
  if (const std::optional<uint64_t> scaled = scaled_exactly(magnitude, precision)) {
    char quick[kQuickFixedLength];
    return std::string(place_point(*scaled, precision, quick));
  }
  const int exact = std::min(precision, kMaxExactDigits);
  std::string buffer(static_cast<size_t>(exact) + 340, '\0');
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                 std::chars_format::fixed, exact);
  buffer.resize(static_cast<size_t>(end.ptr - buffer.data()));
  buffer.append(static_cast<size_t>(precision - exact), '0');
  return buffer;
}

void append_exponent(std::string& text, int exponent, char letter) {
  text += letter;
  text += exponent < 0 ? '-' : '+';
  const std::string digits = std::to_string(std::abs(exponent));
  if (digits.size() < 2) text += '0';
  text += digits;
}

std::string with_exponent(const Decimal& number, bool alternate, char letter) {
  std::string text(1, number.digits[0]);
  if (number.digits.size() > 1 || alternate) text += '.';
  text.append(number.digits, 1);
  append_exponent(text, number.point - 1, letter);
  return text;
}

std::string without_exponent(const Decimal& number, const FloatStyle& style) {
  const int length = static_cast<int>(number.digits.size());
  std::string text;
  if (number.point <= 0) {
    text = "0." + std::string(static_cast<size_t>(-number.point), '0') + number.digits;
  } else if (number.point >= length) {
    text = number.digits + std::string(static_cast<size_t>(number.point - length), '0');
    if (style.add_point_zero) {
      text += ".0";
    } else if (style.alternate) {
      text += '.';
    }
  } else {
    const auto point = static_cast<size_t>(number.point);
    text = number.digits.substr(0, point) + '.' + number.digits.substr(point);
  }
  return text;
}

// Codes g and r: with an exponent if the point would be far from the digits.
std::string general_text(double magnitude, bool is_repr, int precision, const FloatStyle& style,
                         char letter) {
  constexpr int kReprPrecision = 16;
  if (is_repr) precision = kReprPrecision;
  if (precision == 0) precision = 1;
  Decimal number =
      is_repr ? shortest_digits(magnitude) : significant_digits(magnitude, precision);
  if (is_repr || !style.alternate) {
    const size_t last = number.digits.find_last_not_of('0');
    number.digits.resize(last == std::string::npos ? 1 : last + 1);
  }
  const int limit = style.add_point_zero && !is_repr ? precision - 1 : precision;
  if (number.point <= -4 || number.point > limit) {
    return with_exponent(number, style.alternate, letter);
  }
  return without_exponent(number, style);
}

std::string magnitude_text(double magnitude, char code, int precision, const FloatStyle& style) {
  switch (code) {
    case 'r':
      return general_text(magnitude, true, 0, style, 'e');
    case 'g':
    case 'G':
      return general_text(magnitude, false, precision, style, code == 'g' ? 'e' : 'E');
    case 'e':
    case 'E':
      return with_exponent(significant_digits(magnitude, precision + 1), style.alternate, code);
    default: {
      std::string text = fixed_text(magnitude, precision);
      if (precision == 0 && style.alternate) text += '.';
      return text;
    }
  }
}

bool is_zero_text(const std::string& text) {
  return text.find_first_of("123456789") >= std::min(text.find_first_of("eE"), text.size());
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

// The length of "inf", "infinity" or "nan" at the start of the text, and its value.
std::optional<FloatPrefix> special_prefix(std::string_view text) {
  if (starts_with_word(text, "infinity")) return FloatPrefix{HUGE_VAL, 8};
  if (starts_with_word(text, "inf")) return FloatPrefix{HUGE_VAL, 3};
  if (starts_with_word(text, "nan")) return FloatPrefix{std::nan(""), 3};
  return std::nullopt;
}

// The length of [digits][.digits][e[sign]digits] with a digit before the exponent, 0 if none.
size_t decimal_length(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && is_ascii_digit(text[i])) ++i;
  size_t digits = i;
  if (i < text.size() && text[i] == '.') {
    ++i;
    while (i < text.size() && is_ascii_digit(text[i])) ++i, ++digits;
  }
  if (digits == 0) return 0;
  if (i < text.size() && lower(text[i]) == 'e') {
    size_t k = i + 1;
    if (k < text.size() && (text[k] == '+' || text[k] == '-')) ++k;
    if (k < text.size() && is_ascii_digit(text[k])) {
      while (k < text.size() && is_ascii_digit(text[k])) ++k;
      i = k;
    }
  }
  return i;
}

// from_chars does not say whether a value is out of range because it is too large or too small.
double out_of_range_value(std::string_view text) {
  const size_t e = std::min(text.find_first_of("eE"), text.size());
  long long exponent = 0;
  if (e < text.size()) {
    const bool is_negative = text[e + 1] == '-';
    const size_t start = e + 1 + (is_negative || text[e + 1] == '+');
    const auto read = std::from_chars(text.data() + start, text.data() + text.size(), exponent);
    if (read.ec != std::errc()) exponent = std::numeric_limits<long long>::max() / 2;
    if (is_negative) exponent = -exponent;
  }
  const size_t point = std::min(text.substr(0, e).find('.'), e);
  const size_t first = text.find_first_of("123456789");
  const long long position = first < point ? static_cast<long long>(point - first)
                                           : -static_cast<long long>(first - point);
  return exponent + position > 0 ? HUGE_VAL : 0.0;
}

double decimal_value(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc::result_out_of_range ? out_of_range_value(text) : value;
}

// Takes out underscores, each of which must stand between two digits.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      result += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_ascii_digit(text[i - 1]) ||
               !is_ascii_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return result;
}

// Rounding up at a position can carry into a new digit, so the work is done on decimal text.
double round_before_point(double magnitude, int position) {
  std::string text = fixed_text(magnitude, 60);  // Exact from 1 upwards.
  const size_t point = text.find('.');
  std::string digits = text.substr(0, point);
  if (static_cast<size_t>(position) > digits.size()) return 0;
  const size_t kept = digits.size() - static_cast<size_t>(position);
  const std::string rest = digits.substr(kept) + text.substr(point + 1);
  digits.resize(kept);
  const std::string half = "5" + std::string(rest.size() - 1, '0');
  const bool is_odd = kept > 0 && (digits.back() - '0') % 2 == 1;
  if (rest > half || (rest == half && is_odd)) {
    digits.insert(digits.begin(), '0');
    size_t i = digits.size() - 1;
    while (digits[i] == '9') digits[i--] = '0';
    ++digits[i];
  }
  return digits.empty() ? 0 : decimal_value(digits + "e" + std::to_string(position));
}

}  // namespace

std::string format_float(double value, char code, int precision, FloatStyle style) {
  std::string text;
  bool is_negative = std::signbit(value);
  if (std::isnan(value)) {
    text = "nan";
    is_negative = false;
  } else if (std::isinf(value)) {
    text = "inf";
  } else {
    text = magnitude_text(std::fabs(value), code, precision, style);
    if (style.no_negative_zero && is_negative && is_zero_text(text)) is_negative = false;
  }
  if (code < 'a') {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  if (is_negative) {
    text.insert(text.begin(), '-');
  } else if (style.add_sign) {
    text.insert(text.begin(), '+');
  }
  return text;
}

namespace {

// The shortest text of a number that needs no exponent: sign, digits and a point among or behind them.
std::optional<std::string> quick_repr(double value) {
  const double magnitude = std::fabs(value);
  if (!(magnitude >= 1e-4 && magnitude < 1e16)) return std::nullopt;
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text - 2, value, std::chars_format::fixed);
  char* last = end.ptr;
  if (std::find(text, last, '.') == last) {
    *last++ = '.';
    *last++ = '0';
  }
  return std::string(text, last);
}

}  // namespace

std::string float_repr(double value) {
  if (auto quick = quick_repr(value)) return *quick;
  FloatStyle style;
  style.add_point_zero = true;
  return format_float(value, 'r', 0, style);
}

std::optional<FloatPrefix> parse_float_prefix(std::string_view text) {
  const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  const std::string_view rest = text.substr(sign);
  FloatPrefix result{0, 0};
  if (const auto special = special_prefix(rest)) {
    result = *special;
  } else {
    const size_t length = decimal_length(rest);
    if (length == 0) return std::nullopt;
    result = {decimal_value(rest.substr(0, length)), length};
  }
  result.length += sign;
  if (sign && text[0] == '-') result.value = -result.value;
  return result;
}

std::optional<double> parse_float(std::string_view text) {
  std::string plain;
  if (text.find('_') != std::string_view::npos) {
    const auto found = without_underscores(text);
    if (!found) return std::nullopt;
    plain = *found;
    text = plain;
  }
  const auto prefix = parse_float_prefix(text);
  if (!prefix || prefix->length != text.size()) return std::nullopt;
  return prefix->value;
}

double round_to_digits(double value, int64_t digits) {
  constexpr int64_t kLastDigit = 323;    // Beyond, every double is its own rounding;
  constexpr int64_t kFirstDigit = -308;  // before, every double rounds to zero.
  if (!std::isfinite(value) || value == 0 || digits > kLastDigit) return value;
  if (digits < kFirstDigit) return 0.0 * value;
  const double magnitude = std::fabs(value);
  double result;
  if (digits < 0) {
    result = magnitude < 1 ? 0 : round_before_point(magnitude, static_cast<int>(-digits));
  } else {
    result = decimal_value(fixed_text(magnitude, static_cast<int>(digits)));
  }
  return std::copysign(result, value);
}

}  // namespace minipy
