#pragma once

// What the module unicodedata tells about one code point, in Unicode 14.0.0 and in 3.2.0 (which
// IDNA asks for).

#include <optional>
#include <string>

#include "Objects/unicode/tables.h"

namespace minipy::unicode {

enum class Version { Current, Old };  // 14.0.0, 3.2.0

inline const tables::DatabaseRecord& database_record(char32_t c) {
  using namespace tables;
  if (c >= kCodePointCount) c = 0xFFFF;  // Never assigned.
  const unsigned block = database_blocks[c >> database_shift];
  const unsigned offset = c & ((1u << database_shift) - 1);
  return database_records[database_entries[(block << database_shift) + offset]];
}

const char* category(char32_t c, Version version = Version::Current);
const char* bidirectional(char32_t c, Version version = Version::Current);
const char* east_asian_width(char32_t c, Version version = Version::Current);
bool is_mirrored(char32_t c, Version version = Version::Current);
inline int combining(char32_t c) { return database_record(c).combining; }

std::optional<int> decimal(char32_t c, Version version = Version::Current);
std::optional<double> numeric(char32_t c, Version version = Version::Current);

bool is_assigned(char32_t c, Version version);

// As unicodedata.decomposition: "<compat> 0020 0308".
std::string decomposition(char32_t c, Version version = Version::Current);

// The decomposition itself: `length` codes at `codes`, if there is one.
struct Decomposition {
  const uint32_t* codes;
  unsigned length;
  unsigned prefix;  // 0: canonical, otherwise an index in kPrefixNames.
};
Decomposition decomposition_of(char32_t c);

}  // namespace minipy::unicode
