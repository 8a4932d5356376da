// The methods of str that pad, and translate.
#include <algorithm>

#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"
#include "Objects/str_tables.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Value padded(Thread& thread, const Str& text, size_t left, size_t right, char32_t fill) {
  if (left == 0 && right == 0) return checked(thread, exact_str(text));
  const size_t length = text.length();
  size_t whole;
  if (__builtin_add_overflow(left + length, right, &whole)) return raise_memory_error(thread);
  if (whole == 1) return make_character(fill);
  Str* const result = allocate_str(whole, std::max(largest_for(text), fill));
  if (result == nullptr) return raise_memory_error(thread);
  with_mutable_characters(*result, [&](auto* to) {
    using Character = std::remove_reference_t<decltype(*to)>;
    std::fill_n(to, left, static_cast<Character>(fill));
    std::fill_n(to + left + length, right, static_cast<Character>(fill));
  });
  copy_into(*result, left, text, 0, length);
  return result;
}

Result<char32_t> fill_character(Thread& thread, Value fill) {
  if (!is_str(fill)) {
    return raise(thread, TypeError, "The fill character must be a unicode character, not {}",
                 type_of(fill));
  }
  if (fill.as<Str>()->length() != 1) {
    return raise(thread, TypeError, "The fill character must be exactly one character long");
  }
  return fill.as<Str>()->at(0);
}

size_t missing_width(const Str& text, int64_t width) {
  const auto length = static_cast<int64_t>(text.length());
  return width > length ? static_cast<size_t>(width - length) : 0;
}

// An odd blank goes to the left if the width is odd, to the right if it is even.
Value center(Thread& thread, Str& self, int64_t width, Value fill) {
  const char32_t character = TRY(fill_character(thread, fill));
  const size_t missing = missing_width(self, width);
  const size_t left = missing / 2 + (missing & static_cast<size_t>(width) & 1);
  return padded(thread, self, left, missing - left, character);
}

Value ljust(Thread& thread, Str& self, int64_t width, Value fill) {
  const char32_t character = TRY(fill_character(thread, fill));
  return padded(thread, self, 0, missing_width(self, width), character);
}

Value rjust(Thread& thread, Str& self, int64_t width, Value fill) {
  const char32_t character = TRY(fill_character(thread, fill));
  return padded(thread, self, missing_width(self, width), 0, character);
}

// The zeros go behind a sign.
Value zfill(Thread& thread, Str& self, int64_t width) {
  const size_t missing = missing_width(self, width);
  if (missing == 0) return checked(thread, exact_str(self));
  const bool has_sign = self.length() > 0 && (self.at(0) == '+' || self.at(0) == '-');
  const Value result = TRY(padded(thread, self, missing, 0, '0'));
  if (!has_sign) return result;
  with_mutable_characters(*result.as<Str>(), [&](auto* to) { std::swap(to[0], to[missing]); });
  return result;
}

Value expandtabs(Thread& thread, Str& self, int tab_size) {
  if (self.is_ascii() && self.ascii_view().find('\t') == npos) return checked(thread, exact_str(self));
  StrBuilder builder;
  size_t column = 0;
  for (size_t i = 0; i < self.length(); ++i) {
    const char32_t c = self.at(i);
    if (c == '\t') {
      if (tab_size > 0) {
        const auto size = static_cast<size_t>(tab_size);
        const size_t blanks = size - column % size;
        builder.append_repeated(' ', blanks);
        column += blanks;
      }
      continue;
    }
    builder.append(c);
    column = c == '\n' || c == '\r' ? 0 : column + 1;
  }
  Str* const result = TRY(builder.finish(thread));
  return result;
}

// Adds what a translation table says of `c`: an int, a str, None; unchanged if it says LookupError.
Status append_translated(Thread& thread, StrBuilder& builder, Value table, char32_t c) {
  const Value key = Value::from_int(c);
  Value found = is_exact_dict(table) ? dict_get(thread, *table.as<Dict>(), key)
                                     : get_item(thread, table, key);
  if (found.is_unbound()) {
    builder.append(c);
  } else if (found.is_empty()) {
    if (!catch_exception(thread, LookupError)) return error;
    builder.append(c);
  } else if (is_str(found)) {
    builder.append(found.as<Str>());
  } else if (is_any_int(found)) {
    const std::optional<int64_t> code = int_to_int64(found);
    if (!code || *code < 0 || *code > kMaxCharacter) {
      return raise(thread, ValueError, "character mapping must be in range(0x110000)");
    }
    builder.append(static_cast<char32_t>(*code));
  } else if (!found.is_none()) {
    return raise(thread, TypeError, "character mapping must return integer, None or str");
  }
  return nothing;
}

// What an exact dict of simple keys says of ASCII characters, which cannot change meanwhile.
class AsciiAnswers {
 public:
  static constexpr uint8_t kAsk = 0xFE;  // the answer is not one ASCII character

  explicit AsciiAnswers(Value table) : is_known_(is_exact_dict(table) && !table.as<Dict>()->hashes), table_(table) {
    std::fill(answers_, answers_ + 128, is_known_ ? kUnknown : kAsk);
  }
  uint8_t get(Thread& thread, uint8_t c) {
    if (answers_[c] == kUnknown) answers_[c] = look_up(thread, c);
    return answers_[c];
  }

 private:
  static constexpr uint8_t kUnknown = 0xFF;

  uint8_t look_up(Thread& thread, uint8_t c) {
    const Value found = dict_get(thread, *table_.as<Dict>(), Value::from_int(c));
    if (found.is_unbound()) return c;
    if (found.is_int()) return found.as_int() >= 0 && found.as_int() < 0x80 ? static_cast<uint8_t>(found.as_int()) : kAsk;
    const bool is_character = is_exact_str(found) && found.as<Str>()->length() == 1 && found.as<Str>()->is_ascii();
    return is_character ? found.as<Str>()->latin1()[0] : kAsk;
  }

  const bool is_known_;
  const Value table_;
  uint8_t answers_[128];
};

Value translate(Thread& thread, Str& self, Value table) {
  AsciiAnswers answers(table);
  StrBuilder builder;
  size_t start = 0;
  if (self.is_ascii()) {  // most texts stay as long as they are
    Str* const result = allocate_str(self.length(), 0x7F);
    if (!result) return raise_memory_error(thread);
    auto* const to = static_cast<uint8_t*>(result->mutable_data());
    uint8_t answer = 0;
    for (; start < self.length() && (answer = answers.get(thread, self.latin1()[start])) < 0x80; ++start) to[start] = answer;
    if (start == self.length()) return result;
    builder.append(result, 0, start);
  }
  for (size_t i = start; i < self.length(); ++i) {
    const char32_t c = self.at(i);
    const uint8_t answer = c < 0x80 ? answers.get(thread, static_cast<uint8_t>(c)) : AsciiAnswers::kAsk;
    if (answer != AsciiAnswers::kAsk) {
      builder.append(static_cast<char32_t>(answer));
    } else {
      TRY(append_translated(thread, builder, table, c));
    }
  }
  return Value(TRY(builder.finish(thread)));
}

Value maketrans_from_dict(Thread& thread, Value mapping) {
  if (!is_dict(mapping)) {
    return raise(thread, TypeError, "if you give only one argument to maketrans it must be a dict");
  }
  Dict* const result = make_dict();
  size_t position = 0;
  Value key, value;
  while (dict_next(*mapping.as<Dict>(), position, key, value)) {
    if (is_str(key)) {
      if (key.as<Str>()->length() != 1) {
        return raise(thread, ValueError, "string keys in translate table must be of length 1");
      }
      key = Value::from_int(key.as<Str>()->at(0));
    } else if (!is_any_int(key)) {
      return raise(thread, TypeError, "keys in translate table must be strings or integers");
    }
    TRY(dict_set(thread, *result, key, value));
  }
  return result;
}

Value maketrans(Thread& thread, Value x, Value y, Value z) {
  if (y.is_empty()) return maketrans_from_dict(thread, x);
  for (int i = 0; i < 2; ++i) {
    const Value argument = i == 0 ? y : z;
    if (!argument.is_empty() && !is_str(argument)) {
      return raise(thread, TypeError, "maketrans() argument {} must be str, not {}", i + 2,
                   argument_kind(argument));
    }
  }
  if (!is_str(x)) {
    return raise(thread, TypeError,
                 "first maketrans argument must be a string if there is a second argument");
  }
  const Str& from = *x.as<Str>();
  const Str& to = *y.as<Str>();
  if (from.length() != to.length()) {
    return raise(thread, ValueError, "the first two maketrans arguments must have equal length");
  }
  Dict* const result = make_dict();
  for (size_t i = 0; i < from.length(); ++i) {
    TRY(dict_set(thread, *result, Value::from_int(from.at(i)), Value::from_int(to.at(i))));
  }
  for (size_t i = 0; !z.is_empty() && i < z.as<Str>()->length(); ++i) {
    TRY(dict_set(thread, *result, Value::from_int(z.as<Str>()->at(i)), None));
  }
  return result;
}

const MethodRow layout_rows[] = {
    method<center>("center($self, width, fillchar=' ', /)", "The text in the middle of width characters."),
    method<ljust>("ljust($self, width, fillchar=' ', /)", "The text at the left of width characters."),
    method<rjust>("rjust($self, width, fillchar=' ', /)", "The text at the right of width characters."),
    method<zfill>("zfill($self, width, /)", "A number's text with zeros in front, behind its sign."),
    method<expandtabs>("expandtabs($self, /, tabsize=8)", "The text with blanks in place of tabs."),
    method<translate>("translate($self, table, /)",
                      "Replace each character by what table[its number] is: number, str or None."),
    static_method<maketrans>("maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)",
                             "A table for translate: from a dict, or from equally long strings; the "
                             "characters of z are dropped."),
};

}  // namespace

const std::span<const MethodRow> str_layout_methods = layout_rows;

}  // namespace minipy
