// The methods of str that look for a part: find, count, startswith, replace and their kin.
#include <algorithm>

#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/slice.h"
#include "Objects/str_access.h"
#include "Objects/str_search.h"
#include "Objects/str_tables.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// The arguments (sub[, start[, end]]) that six methods share, fitted to the text.
struct FindArguments {
  const Str* text;
  Value wanted;
  size_t start;
  size_t end;
};

Result<FindArguments> find_arguments(Thread& thread, const char* name, const Value* arguments,
                                     size_t count, Value keywords) {
  if (!keywords.is_empty() && keywords.as<Tuple>()->size > 0) {
    return raise(thread, TypeError, "str.{}() takes no keyword arguments", name);
  }
  if (count < 2 || count > 4) {
    return raise(thread, TypeError, "{}() takes at {} argument{} ({} given)", name,
                 count < 2 ? "least 1" : "most 3", count < 2 ? "" : "s", count - 1);
  }
  const Str* const text = arguments[0].as<Str>();
  const auto length = static_cast<int64_t>(text->length());
  int64_t start = count > 2 ? TRY(slice_bound(thread, arguments[2], 0)) : 0;
  int64_t end = count > 3 ? TRY(slice_bound(thread, arguments[3], length)) : length;
  if (end > length) end = length;
  if (end < 0) end = std::max<int64_t>(end + length, 0);
  if (start < 0) start = std::max<int64_t>(start + length, 0);
  return FindArguments{text, arguments[1], static_cast<size_t>(start), static_cast<size_t>(end)};
}

Result<const Str*> wanted_str(Thread& thread, Value wanted) {
  if (!is_str(wanted)) return raise(thread, TypeError, "must be str, not {}", type_of(wanted));
  return static_cast<const Str*>(wanted.as<Str>());
}

enum class Missing { MinusOne, Error };
using Finder = size_t (*)(const Str*, const Str*, size_t, size_t);

Value find_with(Thread& thread, const char* name, Finder finder, Missing missing,
                const Value* arguments, size_t count, Value keywords) {
  const FindArguments found = TRY(find_arguments(thread, name, arguments, count, keywords));
  const Str* const wanted = TRY(wanted_str(thread, found.wanted));
  const size_t place = finder(found.text, wanted, found.start, found.end);
  if (place != npos) return Value::from_int(static_cast<int64_t>(place));
  if (missing == Missing::Error) return raise(thread, ValueError, "substring not found");
  return Value::from_int(-1);
}

Value find_method(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return find_with(thread, "find", find, Missing::MinusOne, arguments, count, keywords);
}

Value rfind(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return find_with(thread, "rfind", find_last, Missing::MinusOne, arguments, count, keywords);
}

Value index_of(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return find_with(thread, "index", find, Missing::Error, arguments, count, keywords);
}

Value rindex(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return find_with(thread, "rindex", find_last, Missing::Error, arguments, count, keywords);
}

Value count_method(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  const FindArguments found = TRY(find_arguments(thread, "count", arguments, count, keywords));
  const Str* const wanted = TRY(wanted_str(thread, found.wanted));
  return Value::from_int(
      static_cast<int64_t>(count_occurrences(found.text, wanted, found.start, found.end)));
}

bool starts(const FindArguments& in, const Str* part) {
  return in.start + part->length() <= in.end && has_at(in.text, in.start, part);
}

bool ends(const FindArguments& in, const Str* part) {
  return in.start + part->length() <= in.end && has_at(in.text, in.end - part->length(), part);
}

Value test_with(Thread& thread, const char* name, bool (*test)(const FindArguments&, const Str*),
                const Value* arguments, size_t count, Value keywords) {
  const FindArguments in = TRY(find_arguments(thread, name, arguments, count, keywords));
  if (is_str(in.wanted)) return Value::from_bool(test(in, in.wanted.as<Str>()));
  if (!is_tuple(in.wanted)) {
    return raise(thread, TypeError, "{} first arg must be str or a tuple of str, not {}", name,
                 type_of(in.wanted));
  }
  for (const Value part : *in.wanted.as<Tuple>()) {
    if (!is_str(part)) {
      return raise(thread, TypeError, "tuple for {} must only contain str, not {}", name,
                   type_of(part));
    }
    if (test(in, part.as<Str>())) return True;
  }
  return False;
}

Value startswith(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return test_with(thread, "startswith", starts, arguments, count, keywords);
}

Value endswith(Thread& thread, const Value* arguments, size_t count, Value keywords) {
  return test_with(thread, "endswith", ends, arguments, count, keywords);
}

Value removeprefix(Thread& thread, Str& self, Str& prefix) {
  if (prefix.length() == 0 || !has_at(&self, 0, &prefix)) return checked(thread, exact_str(self));
  return checked(thread, substring(&self, prefix.length(), self.length()));
}

Value removesuffix(Thread& thread, Str& self, Str& suffix) {
  const size_t length = self.length();
  if (suffix.length() == 0 || suffix.length() > length ||
      !has_at(&self, length - suffix.length(), &suffix)) {
    return checked(thread, exact_str(self));
  }
  return checked(thread, substring(&self, 0, length - suffix.length()));
}

// An empty old text stands before each character and at the end.
Value interleave(Thread& thread, const Str* text, const Str* with, size_t limit) {
  const size_t count = std::min(text->length() + 1, limit);
  StrBuilder builder;
  for (size_t i = 0; i < count; ++i) {
    builder.append(with);
    if (i < text->length()) builder.append(text->at(i));
  }
  builder.append(text, std::min(count, text->length()), text->length());
  return Value(TRY(builder.finish(thread)));
}

// One character by another of a string that stays as wide as it is.
Str* replace_character(const Str* text, char32_t old, char32_t with, size_t first, size_t limit) {
  Str* const result = allocate_str(text->length(), largest_for(*text));
  if (result == nullptr) return nullptr;
  memcpy(result->mutable_data(), text->data(), text->byte_size());
  with_mutable_characters(*result, [&](auto* characters) {
    using Character = std::remove_reference_t<decltype(*characters)>;
    const size_t length = text->length();
    if (limit >= length) {  // Without branches, so that whole vectors are replaced at once.
      const auto from = static_cast<Character>(old), to = static_cast<Character>(with);
      for (size_t i = first; i < length; ++i) characters[i] = characters[i] == from ? to : characters[i];
      return;
    }
    for (size_t i = first; i < length && limit > 0; ++i) {
      if (characters[i] != old) continue;
      characters[i] = static_cast<Character>(with);
      --limit;
    }
  });
  return result;
}

// All of `count` places at once, where the result is known to be as wide as its widest part.
Str* replace_counted(const Str* text, const Str* old, const Str* with, size_t count) {
  const size_t kept = text->length() - count * old->length();
  size_t added;
  if (__builtin_mul_overflow(count, with->length(), &added)) return nullptr;
  Str* const result = allocate_str(kept + added, std::max(largest_for(*text), largest_for(*with)));
  if (result == nullptr) return nullptr;
  size_t position = 0;
  size_t copied = 0;
  const bool is_narrow = result->width() == 1;  // Then so are the parts.
  const auto copy = [&](const Str& from, size_t start, size_t end) {
    if (is_narrow) {
      memcpy(static_cast<uint8_t*>(result->mutable_data()) + position, from.latin1() + start, end - start);
    } else if (end > start) {
      copy_into(*result, position, from, start, end - start);
    }
    position += end - start;
  };
  for_each_occurrence(text, old, count, [&](size_t place) {
    copy(*text, copied, place);
    copy(*with, 0, with->length());
    copied = place + old->length();
  });
  copy(*text, copied, text->length());
  return result;
}

Value replace(Thread& thread, Str& self, Str& old, Str& with, int64_t limit) {
  return str_replace(thread, &self, &old, &with, limit);
}

const MethodRow find_rows[] = {
    raw_method(find_method, "find", "find(sub[, start[, end]]): the first place of sub, or -1."),
    raw_method(rfind, "rfind", "rfind(sub[, start[, end]]): the last place of sub, or -1."),
    raw_method(index_of, "index", "index(sub[, start[, end]]): as find, but ValueError if absent."),
    raw_method(rindex, "rindex", "rindex(sub[, start[, end]]): as rfind, but ValueError if absent."),
    raw_method(count_method, "count", "count(sub[, start[, end]]): occurrences without overlap."),
    raw_method(startswith, "startswith",
               "startswith(prefix[, start[, end]]): also takes a tuple of prefixes."),
    raw_method(endswith, "endswith",
               "endswith(suffix[, start[, end]]): also takes a tuple of suffixes."),
    method<removeprefix>("removeprefix($self, prefix, /)", "The text without this prefix."),
    method<removesuffix>("removesuffix($self, suffix, /)", "The text without this suffix."),
    method<replace>("replace($self, old, new, count=-1, /)",
                    "Put new in place of old, everywhere or count times."),
};

}  // namespace

const std::span<const MethodRow> str_find_methods = find_rows;

Value str_replace(Thread& thread, const Str* text, const Str* old, const Str* with, int64_t limit) {
  const size_t most = limit < 0 ? npos : static_cast<size_t>(limit);
  if (most == 0 || text->length() < old->length() || old == with) return checked(thread, exact_str(*text));
  if (old->length() == 0) return interleave(thread, text, with, most);
  const size_t first = find(text, old, 0, text->length());
  if (first == npos) return checked(thread, exact_str(*text));
  // The result is as wide as the text if that is ASCII, or else might become narrower.
  if (old->length() == 1 && with->length() == 1 && text->is_ascii() && with->is_ascii()) {
    return checked(thread, replace_character(text, old->at(0), with->at(0), first, most));
  }
  if (text->is_ascii() || largest_for(*old) < largest_for(*text)) {
    const size_t count = count_occurrences(text, old, first, text->length(), most);
    if (text->length() - count * old->length() + count * with->length() > 1) {
      return checked(thread, replace_counted(text, old, with, count));
    }
  }
  StrBuilder builder;
  size_t copied = 0;
  for_each_occurrence(text, old, most, [&](size_t place) {
    builder.append(text, copied, place);
    builder.append(with);
    copied = place + old->length();
  });
  builder.append(text, copied, text->length());
  return Value(TRY(builder.finish(thread)));
}

}  // namespace minipy
