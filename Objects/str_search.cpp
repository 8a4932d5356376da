#include "Objects/str_search.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "Objects/character_search.h"
#include "Objects/str_access.h"

namespace minipy {

using namespace character_search;

namespace {

// Calls f(characters, needle) with both in the text's width; false if the needle cannot fit in.
template <typename F>
bool with_same_width(const Str* text, const Str* needle, F&& f) {
  if (needle->width() > text->width()) return false;
  with_characters(*text, [&](const auto* characters) {
    using Character = std::remove_cvref_t<decltype(*characters)>;
    if (needle->width() == sizeof(Character)) {
      f(characters, static_cast<const Character*>(needle->data()));
    } else {
      std::vector<Character> widened(needle->length());
      with_characters(*needle, [&](const auto* from) {
        for (size_t i = 0; i < widened.size(); ++i) widened[i] = static_cast<Character>(from[i]);
      });
      f(characters, static_cast<const Character*>(widened.data()));
    }
  });
  return true;
}

}  // namespace

size_t find_character(const Str* text, char32_t wanted, size_t start, size_t end) {
  if (start >= end || (wanted >> (8 * text->width() - 1) >> 1) != 0) return npos;
  const size_t found = with_characters(*text, [&](const auto* characters) {
    using Character = std::remove_cvref_t<decltype(*characters)>;
    return find_one(characters + start, end - start, static_cast<Character>(wanted));
  });
  return found == npos ? npos : found + start;
}

size_t find(const Str* text, const Str* needle, size_t start, size_t end) {
  const size_t count = needle->length();
  if (start > end || end - start < count) return npos;
  if (count == 0) return start;
  if (count == 1) return find_character(text, needle->at(0), start, end);
  size_t result = npos;
  with_same_width(text, needle, [&](const auto* characters, const auto* wanted) {
    result = find_many(characters + start, end - start, wanted, count);
  });
  return result == npos ? npos : result + start;
}

size_t find_last(const Str* text, const Str* needle, size_t start, size_t end) {
  const size_t count = needle->length();
  if (start > end || end - start < count) return npos;
  if (count == 0) return end;
  size_t result = npos;
  with_same_width(text, needle, [&](const auto* characters, const auto* wanted) {
    result = count == 1 ? find_last_one(characters + start, end - start, wanted[0])
                        : find_last_many(characters + start, end - start, wanted, count);
  });
  return result == npos ? npos : result + start;
}

size_t count_occurrences(const Str* text, const Str* needle, size_t start, size_t end,
                         size_t limit) {
  const size_t count = needle->length();
  if (start > end) return 0;
  if (count == 0) return std::min(end - start + 1, limit);
  size_t total = 0;
  with_same_width(text, needle, [&](const auto* characters, const auto* wanted) {
    if (count == 1 && limit >= end - start) {
      total = count_one(characters + start, end - start, wanted[0]);
      return;
    }
    while (total < limit && end - start >= count) {
      const size_t place = count == 1 ? find_one(characters + start, end - start, wanted[0])
                                      : find_many(characters + start, end - start, wanted, count);
      if (place == npos) break;
      start += place + count;
      ++total;
    }
  });
  return total;
}

bool has_at(const Str* text, size_t position, const Str* part) {
  const size_t count = part->length();
  if (position > text->length() || text->length() - position < count) return false;
  if (text->width() == part->width()) {
    const auto* const at = static_cast<const char*>(text->data()) + position * text->width();
    return memcmp(at, part->data(), part->byte_size()) == 0;
  }
  if (part->width() > text->width()) return false;
  for (size_t i = 0; i < count; ++i) {
    if (text->at(position + i) != part->at(i)) return false;
  }
  return true;
}

}  // namespace minipy
