#pragma once

// The shape of the generated tables: for each property a trie of two levels from a code point to a
// small number, mostly that of a record which many code points share.

#include <cstddef>
#include <cstdint>

namespace minipy::unicode::tables {

constexpr char32_t kCodePointCount = 0x110000;

// What the methods of str ask. The case mappings are distances to the simple mapping.
struct CharacterRecord {
  int32_t upper;
  int32_t lower;
  int32_t title;
  uint16_t flags;
  uint16_t special_case;  // Index of the full mappings, if kSpecialCase is set.
  uint8_t decimal;        // 255: none.
  uint8_t digit;
};

// Full mappings, padded with zeros.
struct SpecialCase {
  char32_t upper[3];
  char32_t lower[3];
  char32_t title[3];
  char32_t fold[3];
};

// What only unicodedata and normalisation ask. Names are in kCategoryNames and so on.
struct DatabaseRecord {
  uint8_t category;
  uint8_t bidirectional;
  uint8_t combining;
  uint8_t width;
  uint8_t mirrored;
  uint8_t quick_checks;  // Two bits for each of NFC, NFD, NFKC, NFKD: 0 yes, 1 maybe, 2 no.
  uint16_t numeric;      // 0: none, otherwise one more than the index in numeric_values.
};

// Where Unicode 3.2.0 differs; 255 (65535 for numeric) says that it does not.
struct OldRecord {
  uint8_t category;
  uint8_t bidirectional;
  uint8_t mirrored;
  uint8_t width;
  uint8_t decimal;  // 254: none in 3.2.0.
  uint16_t numeric;
};

struct Composition {
  char32_t first;
  char32_t second;
  char32_t composite;
};

struct Correction {
  char32_t character;
  char32_t decomposition;
};

struct Range {
  char32_t first;
  char32_t last;
};

struct Alias {
  const char* name;
  char32_t character;
};

struct Sequence {
  const char* name;
  char32_t characters[5];  // Padded with zeros.
};

extern const SpecialCase special_cases[];
extern const double numeric_values[];
extern const uint32_t decomposition_data[];
extern const Composition compositions[];
extern const Correction old_corrections[];
extern const uint32_t name_block_starts[];
extern const uint64_t name_data[];
extern const uint32_t name_word_starts[];  // one more than there are words
extern const uint16_t name_bucket_starts[];
extern const uint32_t name_index[];
extern const char name_words[];
extern const Range ideograph_ranges[];
extern const Alias aliases[];
extern const Sequence sequences[];

}  // namespace minipy::unicode::tables

#include "Objects/unicode/table_declarations.h"
