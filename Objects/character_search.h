// Searching in arrays of characters of 1, 2 or 4 bytes: what str and bytes share. In namespace minipy::character_search,
// kAbsent is "nowhere".
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <cwchar>

namespace minipy::character_search {

inline constexpr size_t kAbsent = static_cast<size_t>(-1);

#ifdef __SSE2__
// As many characters as a vector holds.
template <typename Character>
struct Lanes {
  static constexpr size_t kCount = 16 / sizeof(Character);

  static __m128i all(Character c) {
    if constexpr (sizeof(Character) == 1) return _mm_set1_epi8(static_cast<char>(c));
    if constexpr (sizeof(Character) == 2) return _mm_set1_epi16(static_cast<short>(c));
    if constexpr (sizeof(Character) == 4) return _mm_set1_epi32(static_cast<int>(c));
  }
  static __m128i equal_to(const Character* text, __m128i wanted) {
    const __m128i characters = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    if constexpr (sizeof(Character) == 1) return _mm_cmpeq_epi8(characters, wanted);
    if constexpr (sizeof(Character) == 2) return _mm_cmpeq_epi16(characters, wanted);
    if constexpr (sizeof(Character) == 4) return _mm_cmpeq_epi32(characters, wanted);
  }
  // A bit for each lane that is set, the others zero: bit `lane * sizeof(Character)`.
  static unsigned bits(__m128i lanes) {
    constexpr unsigned kLowest = sizeof(Character) == 1 ? 0xFFFF : sizeof(Character) == 2 ? 0x5555 : 0x1111;
    return static_cast<unsigned>(_mm_movemask_epi8(lanes)) & kLowest;
  }
  static size_t first(unsigned bits) { return static_cast<size_t>(std::countr_zero(bits)) / sizeof(Character); }
  static size_t last(unsigned bits) { return static_cast<size_t>(std::bit_width(bits) - 1) / sizeof(Character); }
  static unsigned without(unsigned bits, size_t lane) { return bits & ~(1u << lane * sizeof(Character)); }
};
#endif

template <typename Character>
size_t find_one(const Character* text, size_t length, Character wanted) {
  if constexpr (sizeof(Character) == 1) {
    const void* const found = memchr(text, static_cast<int>(wanted), length);
    return found ? static_cast<size_t>(static_cast<const Character*>(found) - text) : kAbsent;
  } else if constexpr (sizeof(Character) == sizeof(wchar_t)) {
    const auto* const wide = reinterpret_cast<const wchar_t*>(text);
    const wchar_t* const found = wmemchr(wide, static_cast<wchar_t>(wanted), length);
    return found ? static_cast<size_t>(found - wide) : kAbsent;
  } else {
    size_t place = 0;
#ifdef __SSE2__
    using L = Lanes<Character>;
    const __m128i all = L::all(wanted);
    for (; place + L::kCount <= length; place += L::kCount) {
      if (const unsigned bits = L::bits(L::equal_to(text + place, all))) return place + L::first(bits);
    }
#endif
    for (; place < length; ++place) {
      if (text[place] == wanted) return place;
    }
    return kAbsent;
  }
}

template <typename Character>
size_t find_last_one(const Character* text, size_t length, Character wanted) {
  if constexpr (sizeof(Character) == 1) {
    const void* const found = memrchr(text, static_cast<int>(wanted), length);
    return found ? static_cast<size_t>(static_cast<const Character*>(found) - text) : kAbsent;
  } else {
    size_t end = length;
#ifdef __SSE2__
    using L = Lanes<Character>;
    const __m128i all = L::all(wanted);
    for (; end >= L::kCount; end -= L::kCount) {
      const size_t start = end - L::kCount;
      if (const unsigned bits = L::bits(L::equal_to(text + start, all))) return start + L::last(bits);
    }
#endif
    while (end-- > 0) {
      if (text[end] == wanted) return end;
    }
    return kAbsent;
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

// memmem is linear; a hit between two characters is no hit.
template <typename Character>
size_t find_linear(const Character* text, size_t length, const Character* needle, size_t count) {
  const char* const base = reinterpret_cast<const char*>(text);
  const char* at = base;
  const char* const end = base + length * sizeof(Character);
  for (;;) {
    const void* const found = memmem(at, static_cast<size_t>(end - at), needle, count * sizeof(Character));
    if (!found) return kAbsent;
    const auto offset = static_cast<size_t>(static_cast<const char*>(found) - base);
    if (offset % sizeof(Character) == 0) return offset / sizeof(Character);
    at = static_cast<const char*>(found) + 1;
  }
}

// How many places may look like the needle's and turn out to be none, before a search that is linear takes over.
inline size_t allowed_disappointments(size_t passed) { return 32 + passed / 16; }

// The first place of a needle of at least two characters. Places where its first and its last character fit are looked
// at: that is faster than memmem in most texts and takes no time to set up.
template <typename Character>
size_t find_many(const Character* text, size_t length, const Character* needle, size_t count) {
  if (length < count) return kAbsent;
  size_t place = 0;
#ifdef __SSE2__
  using L = Lanes<Character>;
  const size_t places = length - count + 1;
  const __m128i first = L::all(needle[0]), last = L::all(needle[count - 1]);
  size_t disappointments = 0;
  for (; place + L::kCount <= places; place += L::kCount) {
    const __m128i fits = _mm_and_si128(L::equal_to(text + place, first), L::equal_to(text + place + count - 1, last));
    for (unsigned bits = L::bits(fits); bits != 0; bits &= bits - 1) {
      const size_t found = place + L::first(bits);
      if (memcmp(text + found + 1, needle + 1, (count - 1) * sizeof(Character)) == 0) return found;
      ++disappointments;
    }
    if (disappointments > allowed_disappointments(place)) break;
  }
  if (places - place < L::kCount) {
    for (; place < places; ++place) {
      if (text[place] == needle[0] && memcmp(text + place + 1, needle + 1, (count - 1) * sizeof(Character)) == 0) return place;
    }
    return kAbsent;
  }
#endif
  const size_t later = find_linear(text + place, length - place, needle, count);
  return later == kAbsent ? kAbsent : later + place;
}

// Horspool from the right, with a table over the low byte of a character: the one under the
// needle's first place says how far to move left.
template <typename Character>
size_t find_last_with_table(const Character* text, size_t length, const Character* needle, size_t count) {
  size_t shift[256];
  std::fill(shift, shift + 256, count);
  for (size_t i = count - 1; i > 0; --i) shift[needle[i] & 0xFF] = i;
  for (size_t place = length - count;;) {
    if (text[place] == needle[0] && memcmp(text + place, needle, count * sizeof(Character)) == 0) return place;
    const size_t step = shift[text[place] & 0xFF];
    if (step > place) return kAbsent;
    place -= step;
  }
}

// The last place of a needle of at least two characters: as find_many, from the right.
template <typename Character>
size_t find_last_many(const Character* text, size_t length, const Character* needle, size_t count) {
  if (length < count) return kAbsent;
  size_t places = length - count + 1;  // that are left
#ifdef __SSE2__
  using L = Lanes<Character>;
  const __m128i first = L::all(needle[0]), last = L::all(needle[count - 1]);
  size_t disappointments = 0;
  for (; places >= L::kCount; places -= L::kCount) {
    const size_t start = places - L::kCount;
    const __m128i fits = _mm_and_si128(L::equal_to(text + start, first), L::equal_to(text + start + count - 1, last));
    for (unsigned bits = L::bits(fits); bits != 0;) {
      const size_t lane = L::last(bits);
      if (memcmp(text + start + lane + 1, needle + 1, (count - 1) * sizeof(Character)) == 0) return start + lane;
      bits = L::without(bits, lane);
      ++disappointments;
    }
    if (disappointments > allowed_disappointments(length - places)) {
      return start == 0 ? kAbsent : find_last_with_table(text, start + count - 1, needle, count);
    }
  }
#endif
  while (places-- > 0) {
    if (text[places] == needle[0] && memcmp(text + places + 1, needle + 1, (count - 1) * sizeof(Character)) == 0) return places;
  }
  return kAbsent;
}

}  // namespace minipy::character_search
