// format(value, specification) of the builtin types, and the parsing of "{...}" strings.
#pragma once

#include "Objects/result.h"
#include "Objects/str.h"
#include "Objects/text/format_spec.h"

namespace minipy {

struct Thread;

// __format__ of exact instances and of subclasses' (`value` tells the type that messages show).
Value format_str(Thread&, const Str* value, const Str* specification);
Value format_int(Thread&, Value any_int, const Str* specification);
Value format_float(Thread&, Value any_float, const Str* specification);
Value format_complex(Thread&, Value complex, const Str* specification);

// A number's text with its padding.
Value render(Thread&, const NumberLayout& layout);

// A piece of a format string: literal text, then perhaps a replacement field. Places are in the
// text given to the parser.
struct TextRange {
  size_t start = 0, end = 0;
};
struct FormatPiece {
  TextRange literal;
  bool has_field = false;
  TextRange name;
  TextRange specification;
  bool is_nested = false;   // the specification has fields of its own
  char32_t conversion = 0;  // 0: none
};
class FormatStringParser {
 public:
  FormatStringParser(const Str* text, TextRange range) : text_(text), at_(range.start), end_(range.end) {}
  Result<bool> next(Thread&, FormatPiece& piece);  // false at the end; ValueError
  size_t position() const { return at_; }

 private:
  Status read_field(Thread&, FormatPiece& piece);
  Status read_specification(Thread&, FormatPiece& piece);
  const Str* text_;
  size_t at_, end_;
};

// The name of a field, taken apart: first.attribute[item]...
class FieldNameParser {
 public:
  struct Part {
    bool is_attribute;
    Value key;  // a str, or an int for [digits]
  };
  FieldNameParser(const Str* text, TextRange range) : text_(text), at_(range.start), end_(range.end) {}
  Value first(Thread&);                      // a str, an int for digits
  Result<bool> next(Thread&, Part& part);    // false at the end; ValueError
  size_t position() const { return at_; }

 private:
  const Str* text_;
  size_t at_, end_;
};

}  // namespace minipy
