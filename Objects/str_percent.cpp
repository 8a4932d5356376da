// text % arguments (library reference, "printf-style String Formatting").
#include <climits>

#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/format_output.h"
#include "Objects/int.h"
#include "Objects/item_repr.h"
#include "Objects/memory_reserve.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"
#include "Objects/text/float_text.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// One conversion: %[(key)][flags][width][.precision][h l L]letter
struct Conversion {
  bool left = false, sign = false, blank = false, alternate = false, zero = false;
  int64_t width = -1;
  int64_t precision = -1;
  char32_t letter = 0;
};

// What a number looks like before it is padded: zeros go between head and body.
struct NumberText {
  std::string head;
  std::string body;
};

class PercentFormatter {
 public:
  PercentFormatter(Thread& thread, const Str* text, Value arguments)
      : thread_(thread), text_(text), arguments_(arguments) {
    if (is_tuple(arguments)) {
      items_ = arguments.as<Tuple>()->view();
    } else {
      items_ = {&arguments_, 1};
      if (is_mapping(arguments) && !is_str(arguments)) mapping_ = arguments;
    }
  }

  Value format() {
    while (at_ < text_->length()) {
      const size_t start = at_;
      at_ = with_characters(*text_, [&](const auto* characters) {
        size_t i = start;
        while (i < text_->length() && characters[i] != '%') ++i;
        return i;
      });
      output_.append(text_, start, at_);
      if (at_ == text_->length()) break;
      ++at_;
      TRY(convert());
    }
    if (used_ < items_.size() && mapping_.is_empty()) {
      return raise(thread_, TypeError, "not all arguments converted during string formatting");
    }
    return Value(TRY(output_.finish(thread_)));
  }

 private:
  Result<char32_t> next_character() {
    if (at_ >= text_->length()) return raise(thread_, ValueError, "incomplete format");
    return text_->at(at_++);
  }

  Value next_argument() {
    if (used_ >= items_.size()) {
      return raise(thread_, TypeError, "not enough arguments for format string");
    }
    return items_[used_++];
  }

  // (key): from now on the value of that key is the only argument.
  Status take_key() {
    if (mapping_.is_empty()) return raise(thread_, TypeError, "format requires a mapping");
    const size_t start = at_;
    int depth = 1;
    for (; at_ < text_->length() && depth > 0; ++at_) {
      const char32_t c = text_->at(at_);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (depth > 0) return raise(thread_, ValueError, "incomplete format key");
    const Value key = TRY(checked(thread_, substring(text_, start, at_ - 1)));
    keyed_ = TRY(get_item(thread_, mapping_, key));
    items_ = {&keyed_, 1};
    used_ = 0;
    return nothing;
  }

  // A number written out, or * for the next argument.
  Status take_number(int64_t& number, char32_t& c, bool is_width, Conversion& conversion) {
    if (c == '*') {
      const Value argument = TRY(next_argument());
      if (!is_any_int(argument)) return raise(thread_, TypeError, "* wants int");
      const std::optional<int64_t> value = int_to_int64(argument);
      if (!value || (!is_width && (*value > INT_MAX || *value < INT_MIN))) {
        return raise(thread_, OverflowError, "Python int too large to convert to C {}",
                     is_width ? "ssize_t" : "int");
      }
      number = *value;
      if (is_width && number < 0) {
        conversion.left = true;
        number = -number;
      } else if (number < 0) {
        number = 0;
      }
      c = TRY(next_character());
      return nothing;
    }
    const int64_t largest = is_width ? INT64_MAX : INT_MAX;
    if (c >= '0' && c <= '9') number = 0;
    for (; c >= '0' && c <= '9'; c = TRY(next_character())) {
      const auto digit = static_cast<int64_t>(c - '0');
      if (number > (largest - digit) / 10) {
        return raise(thread_, ValueError, is_width ? "width too big" : "precision too big");
      }
      number = number * 10 + digit;
    }
    return nothing;
  }

  static bool take_flag(char32_t c, Conversion& conversion) {
    switch (c) {
      case '-': return conversion.left = true;
      case '+': return conversion.sign = true;
      case ' ': return conversion.blank = true;
      case '#': return conversion.alternate = true;
      case '0': return conversion.zero = true;
      default: return false;
    }
  }

  Status convert() {
    Conversion conversion;
    char32_t c = TRY(next_character());
    if (c == '%') {
      output_.builder().append(U'%');
      return nothing;
    }
    if (c == 's' || c == 'd' || c == 'r') {
      conversion.letter = c;
      return convert_plain(conversion, TRY(next_argument()));
    }
    if (c == '(') {
      TRY(take_key());
      c = TRY(next_character());
    }
    while (take_flag(c, conversion)) c = TRY(next_character());
    TRY(take_number(conversion.width, c, true, conversion));
    if (c == '.') {
      conversion.precision = 0;
      c = TRY(next_character());
      TRY(take_number(conversion.precision, c, false, conversion));
    }
    if (c == 'h' || c == 'l' || c == 'L') c = TRY(next_character());
    conversion.letter = c;
    const Value argument = TRY(next_argument());
    return convert_argument(conversion, argument);
  }

  // %s, %d and %r, most often of text and of small ints.
  Status convert_plain(const Conversion& conversion, Value argument) {
    if (argument.is_int()) {
      append_int(output_.builder(), argument.as_int());
    } else if (!is_exact_str(argument) || conversion.letter == 'd') {
      return convert_argument(conversion, argument);
    } else if (conversion.letter == 's') {
      output_.append(argument.as<Str>());
    } else {
      append_str_repr(output_.builder(), argument.as<Str>());
    }
    return nothing;
  }

  Status convert_argument(const Conversion& conversion, Value argument) {
    switch (conversion.letter) {
      case 's':
        return add_text(conversion, TRY(str(thread_, argument)));
      case 'r':
        return add_text(conversion, TRY(repr(thread_, argument)));
      case 'a':
        return add_text(conversion, TRY(ascii(thread_, argument)));
      case 'c':
        return add_character(conversion, argument);
      case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
        return add_integer(conversion, argument);
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
        return add_float(conversion, argument);
      default:
        return raise(thread_, ValueError, "unsupported format character '{}' ({}) at index {}",
                     Value(make_character(conversion.letter >= 0x20 && conversion.letter < 0x7F
                                              ? conversion.letter
                                              : U'?')),
                     hex_code(conversion.letter), at_ - 1);
    }
  }

  static Value hex_code(char32_t c) {
    char text[16];
    snprintf(text, sizeof text, "0x%x", static_cast<unsigned>(c));
    return make_str(text);
  }

  Status add_padded(const Conversion& conversion, const Str* text, size_t length) {
    const size_t width = conversion.width > 0 ? static_cast<size_t>(conversion.width) : 0;
    const size_t missing = width > length ? width - length : 0;
    if (missing > 0 && !conversion.left) output_.builder().append_repeated(' ', missing);
    output_.append(text, 0, length);
    if (missing > 0 && conversion.left) output_.builder().append_repeated(' ', missing);
    return nothing;
  }

  Status add_text(const Conversion& conversion, const Str* text) {
    size_t length = text->length();
    if (conversion.precision >= 0) length = std::min(length, static_cast<size_t>(conversion.precision));
    return add_padded(conversion, text, length);
  }

  Status add_character(const Conversion& conversion, Value argument) {
    if (is_str(argument)) {
      if (argument.as<Str>()->length() != 1) {
        return raise(thread_, TypeError, "%c requires int or char");
      }
      return add_padded(conversion, argument.as<Str>(), 1);
    }
    if (!is_index(argument)) return raise(thread_, TypeError, "%c requires int or char");
    const std::optional<int64_t> code = int_to_int64(TRY(number_index(thread_, argument)));
    if (!code || *code < 0 || *code > kMaxCharacter) {
      return raise(thread_, OverflowError, "%c arg not in range(0x110000)");
    }
    return add_padded(conversion, make_character(static_cast<char32_t>(*code)), 1);
  }

  Value integer_argument(const Conversion& conversion, Value argument) {
    if (is_any_int(argument)) return argument;
    const bool is_decimal =
        conversion.letter == 'd' || conversion.letter == 'i' || conversion.letter == 'u';
    const bool is_number = is_decimal
                               ? is_float(argument) || is_index(argument) ||
                                     type_of(argument).slots.to_int != nullptr
                               : is_index(argument);
    Value result;
    if (is_number && !is_decimal) {
      result = number_index(thread_, argument);
    } else if (is_number && !has_kind(argument, Kind::Complex)) {
      result = number_to_int(thread_, argument);
    }
    if (!result.is_empty()) return result;
    if (has_exception(thread_) && !catch_exception(thread_, TypeError)) return error;
    return raise(thread_, TypeError,
                 is_decimal ? "%{} format: a real number is required, not {}"
                            : "%{} format: an integer is required, not {}",
                 Value(make_character(conversion.letter)), type_of(argument));
  }

  Status add_integer(const Conversion& conversion, Value argument) {
    const Value number = TRY(integer_argument(conversion, argument));
    const char32_t letter = conversion.letter;
    const int base = letter == 'o' ? 8 : (letter | 32) == 'x' ? 16 : 10;
    const Str* const digits = TRY(int_to_text(thread_, exact_int(number), base));
    NumberText text;
    if (!may_take(digits->length() + static_cast<size_t>(std::max<int64_t>(conversion.precision, 0)) * 2)) {
      return raise_memory_error(thread_);
    }
    text.body = std::string(digits->ascii_view());
    if (text.body[0] == '-') {
      text.head = "-";
      text.body.erase(0, 1);
    } else {
      text.head = conversion.sign ? "+" : conversion.blank ? " " : "";
    }
    if (conversion.alternate && base != 10) text.head += base == 8 ? "0o" : letter == 'x' ? "0x" : "0X";
    if (letter == 'X') {
      for (char& c : text.body) c = c >= 'a' ? static_cast<char>(c - 32) : c;
    }
    if (conversion.precision > static_cast<int64_t>(text.body.size())) {
      if (conversion.precision > INT_MAX - 3) {
        return raise(thread_, OverflowError, "precision too large");
      }
      text.body.insert(0, static_cast<size_t>(conversion.precision) - text.body.size(), '0');
    }
    return add_number(conversion, text);
  }

  Status add_float(const Conversion& conversion, Value argument) {
    constexpr int kDefaultPrecision = 6;
    const double number = TRY(as_double(thread_, argument));
    const int precision =
        conversion.precision < 0 ? kDefaultPrecision : static_cast<int>(conversion.precision);
    if (!may_take(static_cast<size_t>(precision) * 5)) return raise_memory_error(thread_);
    FloatStyle style;
    style.alternate = conversion.alternate;
    NumberText text;
    text.body = format_float(number, static_cast<char>(conversion.letter), precision, style);
    if (text.body[0] == '-') {
      text.head = "-";
      text.body.erase(0, 1);
    } else {
      text.head = conversion.sign ? "+" : conversion.blank ? " " : "";
    }
    return add_number(conversion, text);
  }

  Status add_number(const Conversion& conversion, const NumberText& text) {
    const size_t length = text.head.size() + text.body.size();
    const size_t width = conversion.width > 0 ? static_cast<size_t>(conversion.width) : 0;
    const size_t missing = width > length ? width - length : 0;
    const bool with_zeros = conversion.zero && !conversion.left;
    StrBuilder& builder = output_.builder();
    if (!conversion.left && !with_zeros) builder.append_repeated(' ', missing);
    builder.append(text.head);
    if (with_zeros) builder.append_repeated('0', missing);
    builder.append(text.body);
    if (conversion.left) builder.append_repeated(' ', missing);
    return nothing;
  }

  Thread& thread_;
  const Str* text_;
  Value arguments_;
  Value mapping_;  // empty: the arguments are no mapping
  Value keyed_;    // the value of the last key
  std::span<const Value> items_;
  size_t used_ = 0;
  size_t at_ = 0;
  FormatOutput output_;
};

}  // namespace

Value str_remainder(Thread& thread, const Str* text, Value arguments) {
  return PercentFormatter(thread, text, arguments).format();
}

}  // namespace minipy
