// The methods of str that take text apart or put it together: split, partition, strip, join.
#include <algorithm>

#include "Objects/list.h"
#include "Objects/list_builder.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"
#include "Objects/str_search.h"
#include "Objects/str_tables.h"
#include "Objects/tuple.h"
#include "Objects/unicode/character.h"

namespace minipy {
namespace {

// The parts of a text on their way into a list.
class Parts {
 public:
  Parts(Thread& thread, const Str* text) : thread_(thread), text_(text), parts_(thread) {}

  Status add(size_t start, size_t end) { return parts_.add(TRY(checked(thread_, substring(text_, start, end)))); }
  Value finish() { return Value(TRY(parts_.finish())); }

 private:
  Thread& thread_;
  const Str* text_;
  ListBuilder parts_;
};

bool is_space(char32_t c) { return c < 0x80 ? c == ' ' || c - 9 < 5 || c - 28 < 4 : unicode::is_space(c); }

template <typename Character>
Value split_characters_at_space(Thread& thread, const Str* text, const Character* characters, size_t limit) {
  Parts parts(thread, text);
  const size_t length = text->length();
  size_t i = 0;
  for (;;) {
    while (i < length && is_space(characters[i])) ++i;
    if (i == length) return parts.finish();
    const size_t start = i;
    if (limit-- == 0) {
      TRY(parts.add(start, length));
      return parts.finish();
    }
    do ++i;
    while (i < length && !is_space(characters[i]));
    TRY(parts.add(start, i));
  }
}

Value split_at_space(Thread& thread, const Str* text, size_t limit) {
  return with_characters(*text, [&](const auto* characters) { return split_characters_at_space(thread, text, characters, limit); });
}

Value reversed(Value list) {
  if (!list.is_empty()) list_reverse(*list.as<List>());
  return list;
}

Value rsplit_at_space(Thread& thread, const Str* text, size_t limit) {
  Parts parts(thread, text);
  size_t end = text->length();
  for (;;) {
    while (end > 0 && is_space(text->at(end - 1))) --end;
    if (end == 0) break;
    size_t start = end;
    if (limit-- == 0) {
      TRY(parts.add(0, end));
      break;
    }
    while (start > 0 && !is_space(text->at(start - 1))) --start;
    TRY(parts.add(start, end));
    end = start;
  }
  return reversed(parts.finish());
}

// Most parts are short: what is near is looked at here, a call of memchr takes longer.
size_t find_byte(const uint8_t* text, size_t start, size_t end, uint8_t wanted) {
  const size_t near = std::min(end, start + 12);
  for (; start < near; ++start) {
    if (text[start] == wanted) return start;
  }
  const void* const found = memchr(text + start, wanted, end - start);
  return found ? static_cast<size_t>(static_cast<const uint8_t*>(found) - text) : npos;
}

Value split_at_byte(Thread& thread, const Str* text, uint8_t separator, size_t limit) {
  Parts parts(thread, text);
  size_t start = 0;
  while (limit-- > 0) {
    const size_t place = find_byte(text->latin1(), start, text->length(), separator);
    if (place == npos) break;
    TRY(parts.add(start, place));
    start = place + 1;
  }
  TRY(parts.add(start, text->length()));
  return parts.finish();
}

Value split_at(Thread& thread, const Str* text, const Str* separator, size_t limit) {
  if (text->width() == 1 && separator->width() == 1 && separator->length() == 1) {
    return split_at_byte(thread, text, separator->latin1()[0], limit);
  }
  Parts parts(thread, text);
  size_t start = 0;
  while (limit-- > 0) {
    const size_t place = find(text, separator, start, text->length());
    if (place == npos) break;
    TRY(parts.add(start, place));
    start = place + separator->length();
  }
  TRY(parts.add(start, text->length()));
  return parts.finish();
}

Value rsplit_at(Thread& thread, const Str* text, const Str* separator, size_t limit) {
  Parts parts(thread, text);
  size_t end = text->length();
  while (limit-- > 0) {
    const size_t place = find_last(text, separator, 0, end);
    if (place == npos) break;
    TRY(parts.add(place + separator->length(), end));
    end = place;
  }
  TRY(parts.add(0, end));
  return reversed(parts.finish());
}

// nullptr stands for None: whitespace.
Result<const Str*> separator_of(Thread& thread, Value separator) {
  if (separator.is_none()) return static_cast<const Str*>(nullptr);
  if (!is_str(separator)) {
    return raise(thread, TypeError, "must be str or None, not {}", type_of(separator));
  }
  if (separator.as<Str>()->length() == 0) return raise(thread, ValueError, "empty separator");
  return static_cast<const Str*>(separator.as<Str>());
}

Value split(Thread& thread, Str& self, Value separator, int64_t limit) {
  return str_split(thread, &self, TRY(separator_of(thread, separator)), limit);
}

Value rsplit(Thread& thread, Str& self, Value separator, int64_t limit) {
  const Str* const wanted = TRY(separator_of(thread, separator));
  const size_t most = limit < 0 ? npos : static_cast<size_t>(limit);
  return wanted == nullptr ? rsplit_at_space(thread, &self, most)
                           : rsplit_at(thread, &self, wanted, most);
}

bool is_line_break(char32_t c) {
  return c < 0x80 ? c <= '\x1e' && (c - 10 < 4 || c >= '\x1c') : unicode::is_line_break(c);
}

// Language-independent line ends; "\r\n" is one.
Value splitlines(Thread& thread, Str& self, int keep_ends) {
  Parts parts(thread, &self);
  const size_t length = self.length();
  for (size_t start = 0; start < length;) {
    const size_t end = with_characters(self, [&](const auto* text) {
      size_t i = start;
      while (i < length && !is_line_break(text[i])) ++i;
      return i;
    });
    size_t next = end;
    if (next < length) next += self.at(end) == '\r' && end + 1 < length && self.at(end + 1) == '\n' ? 2 : 1;
    TRY(parts.add(start, keep_ends != 0 ? next : end));
    start = next;
  }
  return parts.finish();
}

Value three_parts(Thread& thread, const Str& text, const Str& separator, size_t place) {
  const Value before = TRY(checked(thread, substring(&text, 0, place)));
  const Value after = TRY(checked(thread, substring(&text, place + separator.length(), text.length())));
  return make_tuple({before, &separator, after});
}

Result<const Str*> partition_separator(Thread& thread, Value separator) {
  if (!is_str(separator)) {
    return raise(thread, TypeError, "must be str, not {}", type_of(separator));
  }
  if (separator.as<Str>()->length() == 0) return raise(thread, ValueError, "empty separator");
  return static_cast<const Str*>(separator.as<Str>());
}

Value partition(Thread& thread, Str& self, Value separator) {
  const Str* const wanted = TRY(partition_separator(thread, separator));
  const size_t place = find(&self, wanted, 0, self.length());
  if (place != npos) return three_parts(thread, self, *wanted, place);
  return make_tuple({TRY(checked(thread, exact_str(self))), empty_str(), empty_str()});
}

Value rpartition(Thread& thread, Str& self, Value separator) {
  const Str* const wanted = TRY(partition_separator(thread, separator));
  const size_t place = find_last(&self, wanted, 0, self.length());
  if (place != npos) return three_parts(thread, self, *wanted, place);
  return make_tuple({empty_str(), empty_str(), TRY(checked(thread, exact_str(self)))});
}

enum Side { kLeft = 1, kRight = 2, kBoth = 3 };

template <typename Matches>
Value strip_where(Thread& thread, const Str& text, Side side, Matches matches) {
  size_t start = 0;
  size_t end = text.length();
  if (side & kLeft) {
    while (start < end && matches(text.at(start))) ++start;
  }
  if (side & kRight) {
    while (end > start && matches(text.at(end - 1))) --end;
  }
  return checked(thread, substring(&text, start, end));
}

Value strip_side(Thread& thread, const Str& self, Value characters, Side side, const char* name) {
  if (characters.is_none()) return strip_where(thread, self, side, is_space);
  if (!is_str(characters)) return raise(thread, TypeError, "{} arg must be None or str", name);
  const Str* const set = characters.as<Str>();
  return strip_where(thread, self, side, [&](char32_t c) {
    return find_character(set, c, 0, set->length()) != npos;
  });
}

Value strip(Thread& thread, Str& self, Value characters) {
  return strip_side(thread, self, characters, kBoth, "strip");
}
Value lstrip(Thread& thread, Str& self, Value characters) {
  return strip_side(thread, self, characters, kLeft, "lstrip");
}
Value rstrip(Thread& thread, Str& self, Value characters) {
  return strip_side(thread, self, characters, kRight, "rstrip");
}

// Long lists of strings are seldom in the cache, and the processor does not guess where the next string lies.
void fetch_ahead(const Value* items, size_t i, size_t count) {
  constexpr size_t kAhead = 8;
  if (i + kAhead < count) __builtin_prefetch(items[i + kAhead].object());
}

// Most strings that are joined are short: two copies that may overlap take the place of a call.
void copy_short(uint8_t* to, const uint8_t* from, size_t length) {
  if (length >= 8 && length <= 16) {
    memcpy(to, from, 8);
    memcpy(to + length - 8, from + length - 8, 8);
  } else if (length >= 4 && length < 8) {
    memcpy(to, from, 4);
    memcpy(to + length - 4, from + length - 4, 4);
  } else if (length < 4) {
    for (size_t i = 0; i < length; ++i) to[i] = from[i];
  } else {
    memcpy(to, from, length);
  }
}

template <typename Character>
void copy_joined(Character* to, const Str* separator, const Value* items, size_t count) {
  const auto add = [&](const Str& text) {
    if constexpr (sizeof(Character) == 1) {
      copy_short(to, text.latin1(), text.length());
    } else {
      with_characters(text, [&](const auto* from) {
        if constexpr (sizeof(*from) <= sizeof(Character)) copy_characters(to, from, text.length());
      });
    }
    to += text.length();
  };
  for (size_t i = 0; i < count; ++i) {
    fetch_ahead(items, i, count);
    if (i > 0 && separator != nullptr) add(*separator);
    add(*items[i].as<Str>());
  }
}

// What several strings are together.
struct Extent {
  size_t length = 0;
  char32_t largest = 0x7F;

  void add(const Str& text) {
    length += text.length();
    if (!text.is_ascii()) largest = std::max(largest, largest_for(text));
  }
};

// Puts strings together whose extent is known. nullptr if too large.
Str* join_measured(const Str* separator, const Value* items, size_t count, Extent extent) {
  if (separator != nullptr && separator->length() > 0 && count > 1) {
    extent.length += separator->length() * (count - 1);
    extent.largest = std::max(extent.largest, largest_for(*separator));
  } else {
    separator = nullptr;
  }
  const size_t length = extent.length;
  if (length == 0) return empty_str();
  if (length == 1) {
    for (size_t i = 0; i < count; ++i) {
      if (items[i].as<Str>()->length() == 1) return make_character(items[i].as<Str>()->at(0));
    }
    return make_character(separator->at(0));  // between two empty strings
  }
  Str* const result = allocate_str(length, extent.largest);
  if (result == nullptr) return nullptr;
  with_mutable_characters(*result, [&](auto* to) { copy_joined(to, separator, items, count); });
  return result;
}

// The strings of a join, seen as one array: no user code runs between here and their copying.
Value join_items(Thread& thread, const Str* separator, const Value* items, size_t count) {
  if (count == 0) return empty_str();
  if (count == 1 && is_exact_str(items[0])) return items[0];
  Extent extent;
  for (size_t i = 0; i < count; ++i) {
    fetch_ahead(items, i, count);
    if (!is_str(items[i])) {
      return raise(thread, TypeError, "sequence item {}: expected str instance, {} found", i,
                   type_of(items[i]));
    }
    extent.add(*items[i].as<Str>());
  }
  return checked(thread, join_measured(separator, items, count, extent));
}

Value join(Thread& thread, Str& self, Value iterable) { return str_join(thread, &self, iterable); }

const MethodRow split_rows[] = {
    method<split>("split($self, /, sep=None, maxsplit=-1)",
                  "The parts between separators (blanks if None), at most maxsplit splits."),
    method<rsplit>("rsplit($self, /, sep=None, maxsplit=-1)",
                   "As split, but splits are counted from the right."),
    method<splitlines>("splitlines($self, /, keepends=False)", "The lines of the text."),
    method<partition>("partition($self, sep, /)",
                      "What stands before the first separator, the separator, what stands after."),
    method<rpartition>("rpartition($self, sep, /)",
                       "What stands before the last separator, the separator, what stands after."),
    method<strip>("strip($self, chars=None, /)", "The text without such characters at its ends."),
    method<lstrip>("lstrip($self, chars=None, /)", "The text without such characters in front."),
    method<rstrip>("rstrip($self, chars=None, /)", "The text without such characters behind."),
    method<join>("join($self, iterable, /)", "The strings of iterable with this one in between."),
};

}  // namespace

const std::span<const MethodRow> str_split_methods = split_rows;

Value str_split(Thread& thread, const Str* text, const Str* separator, int64_t limit) {
  const size_t most = limit < 0 ? npos : static_cast<size_t>(limit);
  return separator == nullptr ? split_at_space(thread, text, most)
                              : split_at(thread, text, separator, most);
}

Str* str_join_pieces(const Value* pieces, size_t count) {
  if (count == 1 && is_exact_str(pieces[0])) return pieces[0].as<Str>();
  Extent extent;
  for (size_t i = 0; i < count; ++i) extent.add(*pieces[i].as<Str>());
  return join_measured(nullptr, pieces, count, extent);
}

Value str_join(Thread& thread, const Str* separator, Value iterable) {
  if (is_exact_list(iterable)) {
    return join_items(thread, separator, iterable.as<List>()->begin(), iterable.as<List>()->size);
  }
  if (!is_exact_tuple(iterable)) {
    if (type_of(iterable).slots.iterate == nullptr && !is_sequence(iterable)) {
      return raise(thread, TypeError, "can only join an iterable");
    }
    List* const list = TRY(list_of(thread, iterable));
    return join_items(thread, separator, list->begin(), list->size);
  }
  return join_items(thread, separator, iterable.as<Tuple>()->begin(), iterable.as<Tuple>()->size);
}

}  // namespace minipy
