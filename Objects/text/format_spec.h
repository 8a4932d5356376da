#pragma once

// The format specification mini-language (library reference, string: formatspec), and how numbers
// are laid out by it. Nothing here knows an object: what goes wrong comes back as the text of the
// ValueError.

#include <cstdint>
#include <string>
#include <string_view>

namespace minipy {

// [[fill]align][sign][z][#][0][width][grouping][.precision][type]
struct FormatSpec {
  char32_t fill = ' ';
  char align = '>';          // < > = ^
  bool has_align = false;    // An alignment was written.
  bool has_fill = false;     // A fill was, also by the 0 in front of the width.
  char sign = '-';           // - + blank
  bool has_sign = false;
  bool no_negative_zero = false;  // z
  bool alternate = false;         // #
  int64_t width = -1;
  char grouping = 0;  // , _ or nothing
  int64_t precision = -1;
  char32_t type = 0;  // 0: none was written.
};

// Empty when there is no error. The text is UTF-8, lone surrogates included.
using FormatError = std::string;

// What is not written takes its value from the defaults of str ('<') or numbers ('>').
FormatError parse_format_spec(std::u32string_view text, char default_align,
                              std::string_view type_name, FormatSpec& spec);

FormatError unknown_format_code(char32_t type, std::string_view type_name);

// A number with its padding taken out: left * fill, head, middle * fill, body, right * fill. Head
// (sign and base prefix) is ASCII; body is ASCII too unless the locale has its own separators, and
// UTF-8 then.
struct NumberLayout {
  char32_t fill = ' ';
  size_t left = 0;
  std::string head;
  size_t middle = 0;
  std::string body;
  size_t right = 0;
  bool is_ascii = true;
};

// Types b o x X d n, and none. `digits` are those of the magnitude in the base that the type says.
FormatError check_int_spec(const FormatSpec& spec);
NumberLayout layout_int(const FormatSpec& spec, bool is_negative, std::string_view digits);

// Types e E f F g G n %, and none.
bool is_float_format(char32_t type);
FormatError layout_float(const FormatSpec& spec, double value, std::string_view type_name,
                         NumberLayout& layout);
FormatError layout_complex(const FormatSpec& spec, double real, double imaginary,
                           std::string_view type_name, NumberLayout& layout);

// How much fill goes to the left; the rest goes to the right.
struct Padding {
  size_t left;
  size_t right;
};
Padding padding_for(const FormatSpec& spec, size_t length);

}  // namespace minipy
