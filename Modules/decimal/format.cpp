// format(decimal, specification). Library reference, string: formatspec; with the small differences
// that the decimal module has.
#include <algorithm>
#include <clocale>
#include <cwchar>

#include "Modules/decimal/decimal.h"
#include "Objects/dict.h"

namespace minipy::decimal {

namespace {

// Where the separators stand and what they are, in UTF-8.
struct Separators {
  std::string point = ".", thousands, grouping;
};

struct Specification {
  std::string fill = " ";
  char align = '>';
  bool pads_with_zeros = false;
  char sign = '-';
  int64_t width = 0, precision = -1;
  char type = 'g';
  bool is_capital = false;
  Separators separators;
};

// --- parsing ---

class SpecificationParser {
 public:
  SpecificationParser(std::string_view text, bool capitals) : text_(text) {
    result_.is_capital = capitals;
  }
  bool parse();
  Specification& result() { return result_; }

 private:
  char peek(size_t offset = 0) const {
    return at_ + offset < text_.size() ? text_[at_ + offset] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take_alignment();
  bool take_number(int64_t& number);
  bool take_type();

  std::string_view text_;
  size_t at_ = 0;
  Specification result_;
};

bool is_alignment(char c) {
  return c == '<' || c == '>' || c == '=' || c == '^';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The z behind the fill, the alignment and the sign is taken out before the rest is read, which may
// begin with a fill again.
bool take_out_z(std::string& text) {
  size_t at = 0, length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    ++length;
  }
  if (length < text.size() && is_alignment(text[length])) {
    at = length + 1;
  } else if (!text.empty() && is_alignment(text[0])) {
    at = 1;
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-' || text[at] == ' ')) ++at;
  if (at >= text.size() || text[at] != 'z') return false;
  text.erase(at, 1);
  return true;
}

// A fill may be any character of UTF-8.
bool SpecificationParser::take_alignment() {
  size_t length = 1;
  while ((static_cast<unsigned char>(peek(length)) & 0xC0) == 0x80) ++length;
  if (at_ + length < text_.size() && is_alignment(peek(length))) {
    result_.fill = text_.substr(at_, length);
    at_ += length;
  } else if (!is_alignment(peek())) {
    return false;
  }
  result_.align = peek();
  ++at_;
  return true;
}

bool SpecificationParser::take_number(int64_t& number) {
  number = 0;
  while (is_digit(peek())) {
    number = number * 10 + (peek() - '0');
    if (number > kMaxPrecision) return false;
    ++at_;
  }
  return true;
}

bool SpecificationParser::take_type() {
  const char letter = peek();
  switch (letter) {
    case 'E':
    case 'F':
    case 'G':
    case 'N':
      result_.is_capital = true;
      break;
    case 'e':
    case 'f':
    case 'g':
    case 'n':
      result_.is_capital = false;
      break;
    case '%':
      break;
    default:
      return true;
  }
  ++at_;
  result_.type = letter == '%' ? '%' : static_cast<char>(letter | 0x20);
  return true;
}

void use_locale(Separators& separators);

bool SpecificationParser::parse() {
  const bool has_alignment = take_alignment();
  if (peek() == '+' || peek() == '-' || peek() == ' ') {
    result_.sign = peek();
    ++at_;
  }
  if (peek() == '0') {
    if (has_alignment) return false;
    result_.pads_with_zeros = true;
    ++at_;
    if (peek() == '0') return false;
  }
  if (!take_number(result_.width)) return false;
  const bool has_comma = take(',');
  if (has_comma) result_.separators = {".", ",", "\3"};
  if (take('.')) {
    if (!is_digit(peek()) || !take_number(result_.precision)) return false;
  }
  take_type();
  if (result_.type == 'n') {
    if (has_comma) return false;
    result_.type = 'g';
    use_locale(result_.separators);
  }
  return at_ == text_.size();
}

// --- the locale ---

std::string utf8_of_locale_text(const char* text) {
  std::string result;
  mbstate_t state{};
  const char* end = text + std::strlen(text);
  while (text < end) {
    wchar_t character;
    const size_t used = std::mbrtowc(&character, text, static_cast<size_t>(end - text), &state);
    if (used == 0 || used > static_cast<size_t>(end - text)) break;
    text += used;
    result += to_utf8(make_character(static_cast<char32_t>(character)));
  }
  return result;
}

void use_locale(Separators& separators) {
  const lconv* locale = std::localeconv();
  separators = {utf8_of_locale_text(locale->decimal_point),
                utf8_of_locale_text(locale->thousands_sep), locale->grouping};
}

// An entry of the dict that stands in for the locale.
Status take_entry(Thread& thread, Dict& dict, const char* name, std::string& text) {
  const Value value = TRY(dict_get(thread, dict, Value(intern(name))));
  if (value.is_unbound()) return nothing;
  if (!is_str(value)) {
    return raise(thread, TypeError, "bad argument type for built-in operation");
  }
  text = TRY(to_utf8_strict(thread, value.as<Str>()));
  return nothing;
}

Status use_dict(Thread& thread, Value value, Separators& separators) {
  if (!is_dict(value)) return raise(thread, TypeError, "optional argument must be a dict");
  Dict& dict = *value.as<Dict>();
  TRY(take_entry(thread, dict, "decimal_point", separators.point));
  TRY(take_entry(thread, dict, "thousands_sep", separators.thousands));
  TRY(take_entry(thread, dict, "grouping", separators.grouping));
  const bool has_negative_size = std::any_of(separators.grouping.begin(), separators.grouping.end(),
                                             [](char c) { return c < 0; });
  if (separators.point.empty() || separators.point.size() > 4 || separators.thousands.size() > 4 ||
      has_negative_size) {
    return raise(thread, ValueError, "invalid override dict");
  }
  return nothing;
}

// --- layout ---

size_t length_of_utf8(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The digits before the point in groups from the right, with zeros in front up to `width`.
std::string group_digits(std::string digits, int64_t width, const Separators& separators) {
  const std::string_view grouping = separators.grouping;
  const auto mark = static_cast<int64_t>(length_of_utf8(separators.thousands));
  if (mark == 0 || grouping.empty()) {
    const int64_t zeros = width - static_cast<int64_t>(digits.size());
    return zeros > 0 ? std::string(static_cast<size_t>(zeros), '0') + digits : digits;
  }
  std::string result;
  size_t place = 0;
  while (true) {
    auto group = static_cast<int64_t>(static_cast<unsigned char>(grouping[place]));
    const auto left = static_cast<int64_t>(digits.size());
    const int64_t wanted = std::max({left, width, int64_t{1}});
    // The last size counts for all further groups; 0 ends the sizes so too, 127 ends the grouping.
    group = group == 127 || group == 0 ? wanted : std::min(group, wanted);
    const int64_t taken = std::min(group, left);
    const std::string piece = std::string(static_cast<size_t>(group - taken), '0') +
                              digits.substr(static_cast<size_t>(left - taken));
    digits.resize(static_cast<size_t>(left - taken));
    result = result.empty() ? piece : piece + separators.thousands + result;
    width -= group + mark;
    if (digits.empty() && width + mark <= 0) return result;
    if (place + 1 < grouping.size() && grouping[place + 1] != 0) ++place;
  }
}

std::string pad(const Specification& specification, const std::string& sign,
                const std::string& body) {
  const auto length = static_cast<int64_t>(length_of_utf8(sign) + length_of_utf8(body));
  const int64_t missing = std::max<int64_t>(specification.width - length, 0);
  const auto fill = [&](int64_t count) {
    std::string text;
    for (int64_t i = 0; i < count; ++i) text += specification.fill;
    return text;
  };
  switch (specification.align) {
    case '<':
      return sign + body + fill(missing);
    case '=':
      return sign + fill(missing) + body;
    case '^':
      return fill(missing / 2) + sign + body + fill(missing - missing / 2);
    default:
      return fill(missing) + sign + body;
  }
}

// Rounds to so many digits.
void round_to_digits(Number& number, int64_t digits, Rounding rounding) {
  if (number.digits <= digits) return;
  round_off(number, number.digits - digits, rounding);
  if (number.digits > digits) round_off(number, 1, rounding);
}

// As many digits, also if that takes zeros. False if there is no memory for them.
bool round_to_exactly(Number& number, int64_t digits, Rounding rounding) {
  if (number.digits < digits) return number.pad(digits - number.digits);
  round_to_digits(number, digits, rounding);
  return true;
}

// Rounds as the type and the precision ask. False if there is no memory for the digits.
bool prepare_digits(Number& number, const Specification& specification, Rounding rounding) {
  Settings settings = kWidest;
  settings.rounding = rounding;
  uint32_t status = 0;
  Number copy;
  copy.set(number);
  if (specification.type == '%') copy.exponent += 2;
  number.exponent = copy.exponent;
  const int64_t precision = specification.precision;
  const bool is_fixed = specification.type == 'f' || specification.type == '%';
  if (precision >= 0) {
    if (specification.type == 'g') {
      round_to_digits(number, std::max<int64_t>(precision, 1), rounding);
    } else if (specification.type == 'e') {
      if (!number.coefficient.is_zero() && !round_to_exactly(number, precision + 1, rounding)) {
        return false;
      }
    } else {
      rescale(number, copy, -precision, settings, status);
    }
  }
  if (is_fixed && number.exponent > 0) {
    if (number.coefficient.is_zero()) {
      number.exponent = 0;
    } else if (!can_hold(number.digits + number.exponent)) {
      return false;
    }
  }
  return (status & Condition::kOutOfMemory) == 0;
}

// The digits around the point, and what follows them.
std::string layout(const Number& number, const Specification& specification,
                   const std::string& sign) {
  const bool is_zero = number.coefficient.is_zero();
  std::string digits = digits_of(number.coefficient);
  const auto length = static_cast<int64_t>(digits.size());
  const int64_t left_digits = number.exponent + length;
  int64_t point = 1;
  if (specification.type == 'e') {
    if (is_zero && specification.precision >= 0) point = 1 - specification.precision;
  } else if (specification.type != 'g' || (number.exponent <= 0 && left_digits > -6)) {
    point = left_digits;
  }
  std::string whole, fraction;
  if (point <= 0) {
    whole = "0";
    fraction = std::string(static_cast<size_t>(-point), '0') + digits;
  } else if (point >= length) {
    whole = digits + std::string(static_cast<size_t>(point - length), '0');
  } else {
    whole = digits.substr(0, static_cast<size_t>(point));
    fraction = digits.substr(static_cast<size_t>(point));
  }
  const int64_t exponent = left_digits - point;
  std::string tail = fraction.empty() ? "" : specification.separators.point + fraction;
  if (exponent != 0 || specification.type == 'e') {
    tail += specification.is_capital ? 'E' : 'e';
    tail += (exponent < 0 ? "" : "+") + std::to_string(exponent);
  }
  if (specification.type == '%') tail += '%';
  const int64_t width =
      specification.pads_with_zeros
          ? specification.width - static_cast<int64_t>(length_of_utf8(tail) + sign.size())
          : 0;
  return group_digits(whole, width, specification.separators) + tail;
}

std::string sign_text(const Specification& specification, bool is_negative) {
  if (is_negative) return "-";
  return specification.sign == '-' ? "" : std::string(1, specification.sign);
}

Value finish_text(Thread& thread, const std::string& text) {
  Str* made = make_str(text);
  return made ? Value(made) : Value(raise_memory_error(thread));
}

}  // namespace

Value format_decimal(Thread& thread, Decimal& self, Value specification, Value locale) {
  ContextObject& context = *TRY(current_context(thread));
  if (!is_str(specification)) return raise(thread, TypeError, "format arg must be str");
  std::string text = TRY(to_utf8_strict(thread, specification.as<Str>()));
  // A NUL may be the fill; elsewhere it ends the specification.
  text.resize(std::min(text.find('\0', 1), text.size()));
  const bool no_negative_zero = take_out_z(text);
  SpecificationParser parser(text, context.capitals);
  if (!parser.parse()) return raise(thread, ValueError, "invalid format string");
  Specification& parsed = parser.result();
  if (!locale.is_empty()) TRY(use_dict(thread, locale, parsed.separators));
  if (!can_hold(parsed.width) || !can_hold(parsed.precision)) return raise_memory_error(thread);
  const View view = self.view();
  if (!view.is_finite()) {
    const std::string sign = sign_text(parsed, view.is_negative);
    std::string body = to_text(view.magnitude(), Notation::Scientific, true);
    if (parsed.type == '%') body += '%';
    return finish_text(thread, pad(parsed, sign, body));
  }
  Number number;
  number.set(view);
  if (!prepare_digits(number, parsed, context.settings.rounding)) {
    return raise_memory_error(thread);
  }
  const bool is_negative =
      number.is_negative && !(no_negative_zero && number.coefficient.is_zero());
  const std::string sign = sign_text(parsed, is_negative);
  return finish_text(thread, pad(parsed, sign, layout(number, parsed, sign)));
}

}  // namespace minipy::decimal
