#include "Objects/str_search.h"

#include <cwchar>
#include <string>
#include <type_traits>
#include <vector>

#include "Objects/str_access.h"

namespace minipy {
namespace {

size_t find_one(const uint8_t* text, size_t length, char32_t wanted) {
  const void* const found = memchr(text, static_cast<int>(wanted), length);
  return found == nullptr ? npos : static_cast<size_t>(static_cast<const uint8_t*>(found) - text);
}

size_t find_one(const uint16_t* text, size_t length, char32_t wanted) {
  for (size_t i = 0; i < length; ++i) {
    if (text[i] == wanted) return i;
  }
  return npos;
}

size_t find_one(const uint32_t* text, size_t length, char32_t wanted) {
  static_assert(sizeof(wchar_t) == sizeof(uint32_t));
  const auto* const wide = reinterpret_cast<const wchar_t*>(text);
  const wchar_t* const found = wmemchr(wide, static_cast<wchar_t>(wanted), length);
  return found == nullptr ? npos : static_cast<size_t>(found - wide);
}

// memmem is linear; a hit between two characters is no hit.
template <typename Character>
size_t find_many(const Character* text, size_t length, const Character* needle, size_t count) {
  const char* const base = reinterpret_cast<const char*>(text);
  const char* at = base;
  const char* const end = base + length * sizeof(Character);
  for (;;) {
    const void* const found =
        memmem(at, static_cast<size_t>(end - at), needle, count * sizeof(Character));
    if (found == nullptr) return npos;
    const auto offset = static_cast<size_t>(static_cast<const char*>(found) - base);
    if (offset % sizeof(Character) == 0) return offset / sizeof(Character);
    at = static_cast<const char*>(found) + 1;
  }
}

// Horspool from the right, with a table over the low byte of a character: the one under the
// needle's first place says how far to move left.
template <typename Character>
size_t find_last_many(const Character* text, size_t length, const Character* needle, size_t count) {
  size_t shift[256];
  for (size_t& each : shift) each = count;
  for (size_t i = count - 1; i > 0; --i) shift[needle[i] & 0xFF] = i;
  for (size_t place = length - count;;) {
    if (text[place] == needle[0] && memcmp(text + place, needle, count * sizeof(Character)) == 0) {
      return place;
    }
    const size_t step = shift[text[place] & 0xFF];
    if (step > place) return npos;
    place -= step;
  }
}

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
    return find_one(characters + start, end - start, wanted);
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
    result = find_last_many(characters + start, end - start, wanted, count);
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
