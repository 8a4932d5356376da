#include "Objects/str_search.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
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
size_t find_far(const Character* text, size_t length, const Character* needle, size_t count) {
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

#ifdef __SSE2__
constexpr size_t kNearby = 512;     // characters
constexpr size_t kShortNeedle = 32;

// A short needle among the first characters, where setting up memmem would cost more than the
// search: places where its first and its last character fit are looked at. npos if it is not there.
size_t find_nearby(const uint8_t* text, size_t length, const uint8_t* needle, size_t count) {
  const __m128i first = _mm_set1_epi8(static_cast<char>(needle[0]));
  const __m128i last = _mm_set1_epi8(static_cast<char>(needle[count - 1]));
  const size_t places = length - count + 1;
  size_t place = 0;
  for (; place + 16 <= places; place += 16) {
    const __m128i starts = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + place));
    const __m128i ends = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + place + count - 1));
    const __m128i fits = _mm_and_si128(_mm_cmpeq_epi8(starts, first), _mm_cmpeq_epi8(ends, last));
    for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(fits)); mask != 0; mask &= mask - 1) {
      const size_t found = place + static_cast<size_t>(std::countr_zero(mask));
      if (memcmp(text + found + 1, needle + 1, count - 1) == 0) return found;
    }
  }
  for (; place < places; ++place) {
    if (text[place] == needle[0] && memcmp(text + place + 1, needle + 1, count - 1) == 0) return place;
  }
  return npos;
}
#endif

template <typename Character>
size_t find_many(const Character* text, size_t length, const Character* needle, size_t count) {
#ifdef __SSE2__
  if constexpr (sizeof(Character) == 1) {
    if (count <= kShortNeedle) {
      const size_t found = find_nearby(text, std::min(length, kNearby + count), needle, count);
      if (found != npos || length <= kNearby + count) return found;
      const size_t later = find_far(text + kNearby, length - kNearby, needle, count);
      return later == npos ? npos : later + kNearby;
    }
  }
#endif
  return find_far(text, length, needle, count);
}

// Horspool from the right, with a table over the low byte of a character: the one under the
// needle's first place says how far to move left.
template <typename Character>
size_t find_last_many(const Character* text, size_t length, const Character* needle, size_t count) {
  constexpr size_t kNotWorthATable = 256;
  if (length - count < kNotWorthATable || count == 1) {
    for (size_t place = length - count + 1; place-- > 0;) {
      if (text[place] == needle[0] &&
          memcmp(text + place + 1, needle + 1, (count - 1) * sizeof(Character)) == 0) {
        return place;
      }
    }
    return npos;
  }
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

// In blocks whose count fits the character's type, so that whole vectors are counted at once.
template <typename Character>
size_t count_one(const Character* text, size_t length, Character wanted) {
  constexpr size_t kBlock = 255;
  size_t total = 0;
  for (size_t start = 0; start < length; start += kBlock) {
    const size_t end = std::min(length, start + kBlock);
    Character found = 0;
    for (size_t i = start; i < end; ++i) found = static_cast<Character>(found + (text[i] == wanted));
    total += found;
  }
  return total;
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
