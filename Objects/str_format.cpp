// "...".format(...) (library reference, string: formatstrings).
#include <climits>

#include "Objects/dict.h"
#include "Objects/format.h"
#include "Objects/format_output.h"
#include "Objects/int.h"
#include "Objects/item_repr.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"
#include "Objects/str_tables.h"
#include "Objects/tuple.h"
#include "Objects/unicode/character.h"

namespace minipy {
namespace {

// The number that text[start, end) is, -1 if it is none.
Result<int64_t> parse_index(Thread& thread, const Str* text, size_t start, size_t end) {
  if (start == end) return -1;
  int64_t result = 0;
  for (size_t i = start; i < end; ++i) {
    const int digit = unicode::decimal_value(text->at(i));
    if (digit < 0) return -1;
    if (result > (INT64_MAX - digit) / 10) {
      return raise(thread, ValueError, "Too many decimal digits in format string");
    }
    result = result * 10 + digit;
  }
  return result;
}

// An int if it is digits, otherwise a str.
Value parse_key(Thread& thread, const Str* text, size_t start, size_t end) {
  const int64_t index = TRY(parse_index(thread, text, start, end));
  if (index >= 0) return make_int(index);
  return checked(thread, substring(text, start, end));
}

constexpr int kMaxNesting = 2;

class Formatter {
 public:
  Formatter(Thread& thread, const Str* text, std::span<const Value> positional, Value mapping,
            bool has_positional)
      : thread_(thread), text_(text), positional_(positional), mapping_(mapping),
        has_positional_(has_positional) {}

  Value format_all() {
    FormatOutput output;
    TRY(format(output, {0, text_->length()}, kMaxNesting));
    return Value(TRY(output.finish(thread_)));
  }

 private:
  Status format(FormatOutput& output, TextRange range, int nesting) {
    if (nesting == 0) return raise(thread_, ValueError, "Max string recursion exceeded");
    FormatStringParser parser(text_, range);
    FormatPiece piece;
    while (TRY(parser.next(thread_, piece))) {
      output.append(text_, piece.literal.start, piece.literal.end);
      if (piece.has_field) TRY(add_field(output, piece, nesting));
    }
    return nothing;
  }

  enum class Numbering { Unknown, Automatic, Manual };

  Status set_numbering(Numbering wanted) {
    if (numbering_ == Numbering::Unknown) numbering_ = wanted;
    if (numbering_ == wanted) return nothing;
    return raise(thread_, ValueError,
                 wanted == Numbering::Automatic
                     ? "cannot switch from manual field specification to automatic field numbering"
                     : "cannot switch from automatic field numbering to manual field specification");
  }

  Value first_value(Value key) {
    if (is_str(key) && key.as<Str>()->length() > 0) {
      if (mapping_.is_empty()) return raise_key_error(thread_, key);
      if (!is_exact_dict(mapping_)) return get_item(thread_, mapping_, key);
      const Value found = TRY(dict_get(thread_, *mapping_.as<Dict>(), key));
      return found.is_unbound() ? Value(raise_key_error(thread_, key)) : found;
    }
    int64_t index;
    if (is_str(key)) {
      TRY(set_numbering(Numbering::Automatic));
      index = next_index_++;
    } else {
      TRY(set_numbering(Numbering::Manual));
      index = int_to_int64(key).value_or(INT64_MAX);
    }
    if (!has_positional_) {
      return raise(thread_, ValueError, "Format string contains positional fields");
    }
    if (static_cast<size_t>(index) >= positional_.size()) {
      return raise(thread_, IndexError,
                   "Replacement index {} out of range for positional args tuple", index);
    }
    return positional_[static_cast<size_t>(index)];
  }

  Value field_value(TextRange name) {
    FieldNameParser parser(text_, name);
    Value value = TRY(first_value(TRY(parser.first(thread_))));
    FieldNameParser::Part part;
    while (TRY(parser.next(thread_, part))) {
      value = part.is_attribute ? TRY(get_attribute(thread_, value, part.key.as<Str>()))
                                : TRY(get_item(thread_, value, part.key));
    }
    return value;
  }

  Value converted(Value value, char32_t conversion) {
    switch (conversion) {
      case 0: return value;
      case 'r': return Value(TRY(repr(thread_, value)));
      case 's': return Value(TRY(str(thread_, value)));
      case 'a': return Value(TRY(ascii(thread_, value)));
      default: break;
    }
    if (conversion > 32 && conversion < 127) {
      return raise(thread_, ValueError, "Unknown conversion specifier {}",
                   Value(make_character(conversion)));
    }
    char code[16];
    snprintf(code, sizeof code, "\\x%x", static_cast<unsigned>(conversion));
    return raise(thread_, ValueError, "Unknown conversion specifier {}", code);
  }

  Status add_field(FormatOutput& output, const FormatPiece& piece, int nesting) {
    const Value value = TRY(converted(TRY(field_value(piece.name)), piece.conversion));
    const bool is_plain = piece.specification.start == piece.specification.end;
    if (is_plain && value.is_int()) {
      append_int(output.builder(), value.as_int());
      return nothing;
    }
    if (is_plain && is_exact_str(value)) {
      output.append(value.as<Str>());
      return nothing;
    }
    Str* specification;
    if (piece.is_nested) {
      FormatOutput inner;
      TRY(format(inner, piece.specification, nesting - 1));
      specification = TRY(inner.finish(thread_));
    } else {
      specification = substring(text_, piece.specification.start, piece.specification.end);
      if (specification == nullptr) return raise_memory_error(thread_);
    }
    const Str* text = specification->length() == 0 ? TRY(minipy::format(thread_, value, specification))
                                                   : TRY(format_value(thread_, value, specification)).as<Str>();
    output.append(text);
    return nothing;
  }

  Thread& thread_;
  const Str* text_;
  std::span<const Value> positional_;
  Value mapping_;  // empty: no named arguments
  bool has_positional_;
  Numbering numbering_ = Numbering::Unknown;
  int64_t next_index_ = 0;
};

Value format_all(Thread& thread, const Str* text, std::span<const Value> positional, Value mapping,
                 bool has_positional) {
  return Formatter(thread, text, positional, mapping, has_positional).format_all();
}

Value format_method(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  Dict* named = nullptr;
  if (!keywords.is_empty()) {
    named = make_dict();
    const Tuple& names = *keywords.as<Tuple>();
    for (size_t i = 0; i < names.size; ++i) {
      TRY(dict_set(thread, *named, names.items[i], arguments[count + i]));
    }
  }
  return str_format(thread, arguments[0].as<Str>(), {arguments + 1, count - 1},
                    named == nullptr ? Value() : Value(named));
}

Value format_map(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  if (!keywords.is_empty() && keywords.as<Tuple>()->size > 0) {
    return raise(thread, TypeError, "str.format_map() takes no keyword arguments");
  }
  if (count != 2) {
    return raise(thread, TypeError, "str.format_map() takes exactly one argument ({} given)",
                 count - 1);
  }
  return format_all(thread, arguments[0].as<Str>(), {}, arguments[1], false);
}

Value format_special(Thread& thread, Str& self, Str& specification) {
  return format_str(thread, &self, &specification);
}

const MethodRow format_rows[] = {
    raw_method(format_method, "format",
               "format(*args, **kwargs): the text with its {fields} replaced by the arguments."),
    raw_method(format_map, "format_map",
               "format_map(mapping): the text with its {fields} replaced from the mapping."),
    method<format_special>("__format__($self, format_spec, /)",
                           "The text laid out as format_spec says."),
};

}  // namespace

const std::span<const MethodRow> str_format_methods = format_rows;

// --- taking format strings apart ---

Result<bool> FormatStringParser::next(Thread& thread, FormatPiece& piece) {
  piece = {};
  if (at_ >= end_) return false;
  piece.literal.start = at_;
  const size_t brace = with_characters(*text_, [&](const auto* text) {
    size_t i = at_;
    while (i < end_ && text[i] != '{' && text[i] != '}') ++i;
    return i;
  });
  piece.literal.end = brace;
  at_ = brace;
  if (brace == end_) return true;
  const char32_t c = text_->at(brace);
  const bool is_doubled = brace + 1 < end_ && text_->at(brace + 1) == c;
  if (is_doubled) {
    piece.literal.end = brace + 1;
    at_ = brace + 2;
    return true;
  }
  if (c == '}') return raise(thread, ValueError, "Single '}}' encountered in format string");
  if (brace + 1 == end_) {
    return raise(thread, ValueError, "Single '{{' encountered in format string");
  }
  at_ = brace + 1;
  piece.has_field = true;
  TRY(read_field(thread, piece));
  return true;
}

// name[!conversion][:specification]} - brackets in the name hide the other signs.
Status FormatStringParser::read_field(Thread& thread, FormatPiece& piece) {
  piece.name.start = at_;
  char32_t c = 0;
  while (at_ < end_) {
    c = text_->at(at_++);
    if (c == '{') return raise(thread, ValueError, "unexpected '{{' in field name");
    if (c == '}' || c == ':' || c == '!') break;
    if (c == '[') {
      while (at_ < end_ && text_->at(at_) != ']') ++at_;
    }
  }
  piece.name.end = at_ - 1;
  if (c == '}') return nothing;
  if (c != ':' && c != '!') {
    return raise(thread, ValueError, "expected '}}' before end of string");
  }
  if (c == '!') {
    if (at_ >= end_) {
      return raise(thread, ValueError, "end of string while looking for conversion specifier");
    }
    piece.conversion = text_->at(at_++);
    if (at_ < end_) {
      c = text_->at(at_++);
      if (c == '}') return nothing;
      if (c != ':') {
        return raise(thread, ValueError, "expected ':' after conversion specifier");
      }
    }
  }
  return read_specification(thread, piece);
}

Status FormatStringParser::read_specification(Thread& thread, FormatPiece& piece) {
  piece.specification.start = at_;
  for (int depth = 1; at_ < end_; ++at_) {
    const char32_t c = text_->at(at_);
    if (c == '{') {
      piece.is_nested = true;
      ++depth;
    } else if (c == '}' && --depth == 0) {
      piece.specification.end = at_++;
      return nothing;
    }
  }
  return raise(thread, ValueError, "unmatched '{{' in format spec");
}

Value FieldNameParser::first(Thread& thread) {
  const size_t start = at_;
  while (at_ < end_ && text_->at(at_) != '.' && text_->at(at_) != '[') ++at_;
  return parse_key(thread, text_, start, at_);
}

Result<bool> FieldNameParser::next(Thread& thread, Part& part) {
  if (at_ >= end_) return false;
  const char32_t c = text_->at(at_++);
  const size_t start = at_;
  if (c == '.') {
    while (at_ < end_ && text_->at(at_) != '.' && text_->at(at_) != '[') ++at_;
    part.is_attribute = true;
  } else if (c == '[') {
    while (at_ < end_ && text_->at(at_) != ']') ++at_;
    if (at_ >= end_) return raise(thread, ValueError, "Missing ']' in format string");
    part.is_attribute = false;
  } else {
    return raise(thread, ValueError, "Only '.' or '[' may follow ']' in format field specifier");
  }
  if (at_ == start) return raise(thread, ValueError, "Empty attribute in format string");
  if (part.is_attribute) {
    part.key = TRY(checked(thread, substring(text_, start, at_)));
  } else {
    part.key = TRY(parse_key(thread, text_, start, at_));
    ++at_;
  }
  return true;
}

Value str_format(Thread& thread, const Str* text, std::span<const Value> positional, Value mapping) {
  return format_all(thread, text, positional, mapping, true);
}

Value format_value(Thread& thread, Value value, Value specification) {
  if (specification.is_empty()) {
    if (is_exact_str(value)) return value;
    specification = empty_str();
  }
  // The commonest types need no search for their __format__.
  const Str* const text = specification.as<Str>();
  if (is_exact_str(value)) return format_str(thread, value.as<Str>(), text);
  if (value.is_int()) return format_int(thread, value, text);
  if (value.is_double()) return format_float(thread, value, text);
  return Value(TRY(format(thread, value, specification)));
}

}  // namespace minipy
