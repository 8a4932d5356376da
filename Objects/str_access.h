// How the files of str look at characters: code that is written once for the three widths.
#pragma once

#include <cstring>

#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {

// Calls `f` with a pointer to the characters: uint8_t, uint16_t or uint32_t.
template <typename F>
decltype(auto) with_characters(const Str& text, F&& f) {
  switch (text.width_shift()) {
    case 0: return f(text.latin1());
    case 1: return f(text.ucs2());
    default: return f(text.ucs4());
  }
}

// The same for a new string that is being filled.
template <typename F>
decltype(auto) with_mutable_characters(Str& text, F&& f) {
  switch (text.width_shift()) {
    case 0: return f(static_cast<uint8_t*>(text.mutable_data()));
    case 1: return f(static_cast<uint16_t*>(text.mutable_data()));
    default: return f(static_cast<uint32_t*>(text.mutable_data()));
  }
}

// The largest character that a string of this flag and width may hold, for allocate_str.
inline char32_t largest_for(const Str& text) {
  if (text.is_ascii()) return 0x7F;
  return text.width() == 1 ? 0xFF : text.width() == 2 ? 0xFFFF : 0x10FFFF;
}

inline constexpr char32_t kMaxCharacter = 0x10FFFF;

// Copies characters from one width to another that holds them.
template <typename To, typename From>
void copy_characters(To* to, const From* from, size_t count) {
  if constexpr (sizeof(To) == sizeof(From)) {
    if (count > 0) memcpy(to, from, count * sizeof(To));
  } else {
    for (size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  }
}

// Copies text[start, start + count) into the new string `to` at `position`; it is wide enough.
void copy_into(Str& to, size_t position, const Str& text, size_t start, size_t count);

// An upper bound by or-ing: exact in the sense that matters, which width and whether ASCII.
char32_t max_character(const Str& text, size_t start, size_t end);

// A string that may have been too large to make.
inline Value checked(Thread& thread, const Str* text) {
  return text == nullptr ? Value(raise_memory_error(thread)) : Value(text);
}

// The same text as an exact str: what methods return that change nothing.
inline Str* exact_str(const Str& text) { return substring(&text, 0, text.length()); }

// A new exact string from characters of any width.
Str* make_str_ucs1(const uint8_t* text, size_t length);
Str* make_str_ucs2(const uint16_t* text, size_t length);
Str* make_str_ucs4(const uint32_t* text, size_t length);
inline Str* make_str_from(const uint8_t* text, size_t length) { return make_str_ucs1(text, length); }
inline Str* make_str_from(const uint16_t* text, size_t length) { return make_str_ucs2(text, length); }
inline Str* make_str_from(const uint32_t* text, size_t length) { return make_str_ucs4(text, length); }

}  // namespace minipy
