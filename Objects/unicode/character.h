#pragma once

// What the methods of str and the tokenizer ask about one code point (Unicode 14.0.0).
// Any char32_t may be asked about; those beyond U+10FFFF have no properties.

#include <string_view>

#include "Objects/unicode/tables.h"

namespace minipy::unicode {

inline const tables::CharacterRecord& character_record(char32_t c) {
  using namespace tables;
  if (c >= kCodePointCount) c = 0xE000;  // A private character: no properties either.
  const unsigned block = character_blocks[c >> character_shift];
  const unsigned offset = c & ((1u << character_shift) - 1);
  return character_records[character_entries[(block << character_shift) + offset]];
}

inline uint16_t flags(char32_t c) { return character_record(c).flags; }

inline bool is_alphabetic(char32_t c) { return flags(c) & tables::kAlphabetic; }
inline bool is_decimal(char32_t c) { return flags(c) & tables::kDecimal; }
inline bool is_digit(char32_t c) { return flags(c) & tables::kDigit; }
inline bool is_numeric(char32_t c) { return flags(c) & tables::kNumeric; }
inline bool is_lower(char32_t c) { return flags(c) & tables::kLower; }
inline bool is_upper(char32_t c) { return flags(c) & tables::kUpper; }
inline bool is_title(char32_t c) { return flags(c) & tables::kTitle; }
inline bool is_space(char32_t c) { return flags(c) & tables::kSpace; }
inline bool is_printable(char32_t c) { return flags(c) & tables::kPrintable; }
inline bool is_cased(char32_t c) { return flags(c) & tables::kCased; }
inline bool is_case_ignorable(char32_t c) { return flags(c) & tables::kCaseIgnorable; }
inline bool is_line_break(char32_t c) { return flags(c) & tables::kLineBreak; }
inline bool is_alphanumeric(char32_t c) {
  using namespace tables;
  return flags(c) & (kAlphabetic | kDecimal | kDigit | kNumeric);
}

// Language reference 2.3. An identifier may also start with an underscore, which is no XID_Start.
inline bool is_xid_start(char32_t c) { return flags(c) & tables::kXidStart; }
inline bool is_xid_continue(char32_t c) { return flags(c) & tables::kXidContinue; }

// The value of a digit, or -1.
inline int decimal_value(char32_t c) {
  const uint8_t value = character_record(c).decimal;
  return value == 255 ? -1 : value;
}
inline int digit_value(char32_t c) {
  const uint8_t value = character_record(c).digit;
  return value == 255 ? -1 : value;
}

// Mappings to one character.
inline char32_t simple_upper(char32_t c) { return c + character_record(c).upper; }
inline char32_t simple_lower(char32_t c) { return c + character_record(c).lower; }
inline char32_t simple_title(char32_t c) { return c + character_record(c).title; }

// Mappings to one, two or three characters, written to `out`; the count is returned.
int full_upper(char32_t c, char32_t out[3]);
int full_lower(char32_t c, char32_t out[3]);
int full_title(char32_t c, char32_t out[3]);
int case_fold(char32_t c, char32_t out[3]);

}  // namespace minipy::unicode
