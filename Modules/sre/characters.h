// Classes and sets of characters of regular expressions.
#pragma once

#include <cstdint>

namespace minipy::sre {

// How case is ignored.
enum class Fold : uint8_t { None, Ascii, Locale, Unicode };

enum class Category : uint32_t {
  Digit, NotDigit, Space, NotSpace, Word, NotWord, LineBreak, NotLineBreak, LocWord, LocNotWord, UniDigit,
  UniNotDigit, UniSpace, UniNotSpace, UniWord, UniNotWord, UniLineBreak, UniNotLineBreak, kCount
};
bool is_in_category(Category category, uint32_t c);

inline uint32_t lower_ascii(uint32_t c) { return c - 'A' < 26 ? c + 32 : c; }
uint32_t lower_unicode(uint32_t c);
uint32_t upper_unicode(uint32_t c);
uint32_t lower_locale(uint32_t c);
uint32_t upper_locale(uint32_t c);
uint32_t lower(Fold fold, uint32_t c);

bool is_word_ascii(uint32_t c);
bool is_word_locale(uint32_t c);
bool is_word_unicode(uint32_t c);

struct CharacterSet {
  enum Kind : uint8_t { Charset, Literal, NotLiteral };

  uint8_t table[256];    // Latin-1; not used if is_dynamic
  uint32_t code;         // Charset: where its words start
  uint32_t literal;
  Kind kind;
  Fold fold;
  bool is_dynamic;       // depends on the locale

  bool contains(uint32_t c, const uint32_t* words) const {
    return c < 256 && !is_dynamic ? table[c] : contains_slowly(c, words);
  }
  bool contains_slowly(uint32_t c, const uint32_t* words) const;
};

}  // namespace minipy::sre
