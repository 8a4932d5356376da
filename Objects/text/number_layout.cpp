#include <algorithm>
#include <clocale>
#include <climits>
#include <cmath>

#include "Objects/text/float_text.h"
#include "Objects/text/format_spec.h"

namespace minipy {
namespace {

// What separates digits. The grouping is localeconv()'s: sizes from the right, the last one
// repeating, CHAR_MAX for "no more".
struct Separators {
  std::string point = ".";
  std::string thousands;
  std::string grouping;
};

Separators separators_for(const FormatSpec& spec) {
  if (spec.type == 'n') {
    const lconv* const locale = localeconv();
    return {locale->decimal_point, locale->thousands_sep, locale->grouping};
  }
  if (spec.grouping == 0) return {};
  const bool by_four = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
  return {".", std::string(1, spec.grouping), by_four ? "\4" : "\3"};
}

size_t character_count(std::string_view utf8) {
  size_t count = 0;
  for (const char c : utf8) count += (c & 0xC0) != 0x80;
  return count;
}

// Yields the sizes of the groups from the right; 0 when there are no more.
class GroupSizes {
 public:
  explicit GroupSizes(const std::string& grouping) : grouping_(grouping) {}

  size_t next() {
    if (at_ < grouping_.size()) previous_ = grouping_[at_++];
    return previous_ == CHAR_MAX || previous_ <= 0 ? 0 : static_cast<size_t>(previous_);
  }

 private:
  const std::string& grouping_;
  size_t at_ = 0;
  char previous_ = 0;
};

// The digits with separators, and with zeros in front as part of the grouping until the result has
// at least `min_width` characters: format(1234, '09,') is '0,001,234'.
std::string grouped(std::string_view digits, const Separators& separators, size_t min_width) {
  const size_t separator_width = character_count(separators.thousands);
  std::string reversed;
  const std::string reversed_separator(separators.thousands.rbegin(), separators.thousands.rend());
  size_t left = digits.size();
  auto missing = static_cast<int64_t>(min_width);
  GroupSizes sizes(separators.grouping);
  for (bool is_first = true; is_first || left > 0 || missing > 0; is_first = false) {
    if (!is_first) {
      // A separator may itself fill the width, but some digit must then be in front of it.
      missing -= static_cast<int64_t>(separator_width);
      reversed += reversed_separator;
    }
    const size_t needed = std::max<size_t>(left, missing > 0 ? static_cast<size_t>(missing) : 1);
    const size_t size = sizes.next();
    const size_t count = size == 0 ? needed : std::min(size, std::max<size_t>(needed, 1));
    for (size_t i = 0; i < count; ++i) reversed += left > 0 ? digits[--left] : '0';
    missing -= static_cast<int64_t>(count);
    if (size == 0) break;
  }
  return {reversed.rbegin(), reversed.rend()};
}

std::string sign_text(const FormatSpec& spec, bool is_negative) {
  if (is_negative) return "-";
  return spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (c & 0x80) return false;
  }
  return true;
}

// The body where separators of digits are asked for, perhaps the locale's.
std::string separated_body(const FormatSpec& spec, size_t head_size, std::string_view digits, std::string_view rest) {
  const Separators separators = separators_for(spec);
  std::string tail(rest);
  if (!tail.empty() && tail[0] == '.') tail.replace(0, 1, separators.point);
  if (digits.empty() || separators.grouping.empty()) return std::string(digits) + tail;
  const size_t fixed = head_size + character_count(tail);
  const size_t width = spec.width > 0 ? static_cast<size_t>(spec.width) : 0;
  const bool zeros = spec.fill == '0' && spec.align == '=';
  return grouped(digits, separators, zeros && width > fixed ? width - fixed : 0) + tail;
}

// Puts head, digits and what follows them together. `rest` starts at the decimal point, if any.
NumberLayout lay_out(const FormatSpec& spec, std::string head, std::string_view digits,
                     std::string_view rest) {
  NumberLayout layout;
  layout.fill = spec.fill;
  layout.head = std::move(head);
  if (spec.grouping == 0 && spec.type != 'n') {
    layout.body.reserve(digits.size() + rest.size());
    layout.body.append(digits).append(rest);
  } else {
    layout.body = separated_body(spec, layout.head.size(), digits, rest);
  }
  const size_t length = layout.head.size() + character_count(layout.body);
  const Padding padding = padding_for(spec, length);
  if (spec.align == '=') {
    layout.middle = padding.left;
  } else {
    layout.left = padding.left;
    layout.right = padding.right;
  }
  layout.is_ascii = is_ascii(layout.body) && layout.fill < 0x80;
  return layout;
}

// The digits before the point, exponent, '%' or "inf" of a float's text without its sign.
size_t integer_length(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  return length;
}

struct FloatRules {
  char code;
  int precision;
  FloatStyle style;
};

FloatRules rules_for(const FormatSpec& spec, bool add_point_zero) {
  constexpr int kDefaultPrecision = 6;
  FloatRules rules{'r', 0, {}};
  rules.style.alternate = spec.alternate;
  rules.style.no_negative_zero = spec.no_negative_zero;
  const int precision = static_cast<int>(spec.precision);
  if (spec.type == 0) {
    rules.style.add_point_zero = add_point_zero;
    rules.code = precision < 0 ? 'r' : 'g';
    rules.precision = precision;
    return rules;
  }
  rules.code = spec.type == 'n' ? 'g' : spec.type == '%' ? 'f' : static_cast<char>(spec.type);
  rules.precision = precision < 0 ? kDefaultPrecision : precision;
  return rules;
}

}  // namespace

bool is_float_format(char32_t type) {
  switch (type) {
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%':
      return true;
    default:
      return false;
  }
}

FormatError check_int_spec(const FormatSpec& spec) {
  if (spec.precision >= 0) return "Precision not allowed in integer format specifier";
  if (spec.no_negative_zero) {
    return "Negative zero coercion (z) not allowed in integer format specifier";
  }
  if (spec.type == 'c') {
    if (spec.has_sign) return "Sign not allowed with integer format specifier 'c'";
    if (spec.alternate) return "Alternate form (#) not allowed with integer format specifier 'c'";
  }
  return {};
}

NumberLayout layout_int(const FormatSpec& spec, bool is_negative, std::string_view digits) {
  std::string head = sign_text(spec, is_negative);
  if (spec.alternate && (spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X')) {
    head += '0';
    head += static_cast<char>(spec.type);
  }
  return lay_out(spec, std::move(head), digits, {});
}

FormatError layout_float(const FormatSpec& spec, double value, std::string_view type_name,
                         NumberLayout& layout) {
  if (spec.type != 0 && spec.type != 'n' && !is_float_format(spec.type)) {
    return unknown_format_code(spec.type, type_name);
  }
  if (spec.precision > INT_MAX) return "precision too big";
  const FloatRules rules = rules_for(spec, true);
  if (spec.type == '%') value *= 100;
  std::string text = format_float(value, rules.code, rules.precision, rules.style);
  if (spec.type == '%') text += '%';
  const bool is_negative = text[0] == '-';
  const std::string_view rest = std::string_view(text).substr(is_negative);
  const size_t length = integer_length(rest);
  layout = lay_out(spec, sign_text(spec, is_negative), rest.substr(0, length), rest.substr(length));
  return {};
}

// Both parts are laid out on their own, without width; the whole is then padded.
FormatError layout_complex(const FormatSpec& spec, double real, double imaginary,
                           std::string_view type_name, NumberLayout& layout) {
  if (spec.type == '%' || (spec.type != 0 && spec.type != 'n' && !is_float_format(spec.type))) {
    return unknown_format_code(spec.type, type_name);
  }
  if (spec.precision > INT_MAX) return "precision too big";
  if (spec.fill == '0') return "Zero padding is not allowed in complex format specifier";
  if (spec.align == '=') return "'=' alignment flag is not allowed in complex format specifier";
  const FloatRules rules = rules_for(spec, false);
  const bool without_real = spec.type == 0 && real == 0 && !std::signbit(real);
  const bool in_parentheses = spec.type == 0 && !without_real;

  FormatSpec part = spec;
  part.width = -1;
  std::string text = in_parentheses ? "(" : "";
  for (const bool is_imaginary : {false, true}) {
    if (!is_imaginary && without_real) continue;
    if (is_imaginary && !without_real) part.sign = '+';
    const std::string digits = format_float(is_imaginary ? imaginary : real, rules.code,
                                            rules.precision, rules.style);
    const bool is_negative = digits[0] == '-';
    const std::string_view rest = std::string_view(digits).substr(is_negative);
    const size_t length = integer_length(rest);
    const NumberLayout laid_out = lay_out(part, sign_text(part, is_negative),
                                          rest.substr(0, length), rest.substr(length));
    text += laid_out.head + laid_out.body;
  }
  text += in_parentheses ? "j)" : "j";
  const Padding padding = padding_for(spec, character_count(text));
  layout = {};
  layout.fill = spec.fill;
  layout.left = padding.left;
  layout.right = padding.right;
  layout.is_ascii = is_ascii(text) && spec.fill < 0x80;
  layout.body = std::move(text);
  return {};
}

}  // namespace minipy
