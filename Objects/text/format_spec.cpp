#include "Objects/text/format_spec.h"

#include <cstdio>

namespace minipy {
namespace {

bool is_align(char32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned kHeads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kHeads[more] | c >> 6 * more);
  while (more-- > 0) out += static_cast<char>(0x80 | (c >> 6 * more & 0x3F));
}

class SpecParser {
 public:
  SpecParser(std::u32string_view text, std::string_view type_name, FormatSpec& spec)
      : text_(text), type_name_(type_name), spec_(spec) {}

  FormatError parse() {
    read_alignment();
    read_flags();
    if (FormatError error = read_number(spec_.width); !error.empty()) return error;
    if (FormatError error = read_grouping(); !error.empty()) return error;
    if (take('.')) {
      if (FormatError error = read_number(spec_.precision); !error.empty()) return error;
      if (spec_.precision < 0) return "Format specifier missing precision";
    }
    if (text_.size() - at_ > 1) return invalid_specifier();
    if (at_ < text_.size()) spec_.type = text_[at_];
    return spec_.grouping ? check_grouping() : FormatError();
  }

 private:
  char32_t peek() const { return at_ < text_.size() ? text_[at_] : 0; }

  bool take(char32_t c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void read_alignment() {
    if (text_.size() >= 2 && is_align(text_[1])) {
      spec_.fill = text_[0];
      spec_.has_fill = true;
      at_ = 1;
    } else if (text_.empty() || !is_align(text_[0])) {
      return;
    }
    spec_.align = static_cast<char>(text_[at_++]);
    spec_.has_align = true;
  }

  void read_flags() {
    const char32_t sign = peek();
    if (sign == '+' || sign == '-' || sign == ' ') {
      spec_.sign = static_cast<char>(sign);
      spec_.has_sign = true;
      ++at_;
    }
    spec_.no_negative_zero = take('z');
    spec_.alternate = take('#');
    // An explicit fill wins over the 0, which then is only a digit of the width.
    if (!spec_.has_fill && take('0')) {
      spec_.fill = '0';
      spec_.has_fill = true;
      if (!spec_.has_align && default_is_right()) spec_.align = '=';
    }
  }

  bool default_is_right() const { return spec_.align == '>'; }

  // A missing number leaves -1.
  FormatError read_number(int64_t& number) {
    int64_t value = 0;
    const size_t start = at_;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, static_cast<int64_t>(peek() - '0'), &value)) {
        return "Too many decimal digits in format string";
      }
    }
    if (at_ > start) number = value;
    return {};
  }

  FormatError read_grouping() {
    if (take(',')) spec_.grouping = ',';
    if (take('_')) {
      if (spec_.grouping) return "Cannot specify both ',' and '_'.";
      spec_.grouping = '_';
    }
    if (peek() == ',' && spec_.grouping == '_') return "Cannot specify both ',' and '_'.";
    return {};
  }

  FormatError check_grouping() const {
    switch (spec_.type) {
      case 0: case 'd': case 'e': case 'f': case 'g': case 'E': case 'G': case '%': case 'F':
        return {};
      case 'b': case 'o': case 'x': case 'X':
        if (spec_.grouping == '_') return {};
        break;
      default:
        break;
    }
    const std::string start = std::string("Cannot specify '") + spec_.grouping + "' with '";
    if (spec_.type > 32 && spec_.type < 128) {
      return start + static_cast<char>(spec_.type) + "'.";
    }
    char code[16];
    snprintf(code, sizeof code, "\\x%x", static_cast<unsigned>(spec_.type));
    return start + code + "'.";
  }

  FormatError invalid_specifier() const {
    FormatError error = "Invalid format specifier '";
    for (const char32_t c : text_) append_utf8(c, error);
    return error + "' for object of type '" + std::string(type_name_) + "'";
  }

  std::u32string_view text_;
  std::string_view type_name_;
  FormatSpec& spec_;
  size_t at_ = 0;
};

}  // namespace

FormatError parse_format_spec(std::u32string_view text, char default_align,
                              std::string_view type_name, FormatSpec& spec) {
  spec = {};
  spec.align = default_align;
  return SpecParser(text, type_name, spec).parse();
}

FormatError unknown_format_code(char32_t type, std::string_view type_name) {
  char code[16];
  if (type > 32 && type < 128) {
    snprintf(code, sizeof code, "%c", static_cast<char>(type));
  } else {
    snprintf(code, sizeof code, "\\x%x", static_cast<unsigned>(type));
  }
  return std::string("Unknown format code '") + code + "' for object of type '" +
         std::string(type_name) + "'";
}

Padding padding_for(const FormatSpec& spec, size_t length) {
  const size_t width = spec.width > 0 ? static_cast<size_t>(spec.width) : 0;
  const size_t total = width > length ? width - length : 0;
  if (spec.align == '<') return {0, total};
  if (spec.align == '^') return {total / 2, total - total / 2};
  return {total, 0};
}

}  // namespace minipy
