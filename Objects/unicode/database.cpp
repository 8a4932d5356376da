#include "Objects/unicode/database.h"

#include <cstdio>

#include "Objects/unicode/character.h"

namespace minipy::unicode {
namespace {

constexpr uint8_t kUnchanged = 255;

const tables::OldRecord& old_record(char32_t c) {
  using namespace tables;
  if (c >= kCodePointCount) c = 0xFFFF;
  const unsigned block = old_blocks[c >> old_shift];
  const unsigned offset = c & ((1u << old_shift) - 1);
  return old_records[old_entries[(block << old_shift) + offset]];
}

unsigned choose(Version version, unsigned old, unsigned current) {
  return version == Version::Old && old != kUnchanged ? old : current;
}

}  // namespace

const char* category(char32_t c, Version version) {
  return tables::kCategoryNames[choose(version, old_record(c).category,
                                       database_record(c).category)];
}

const char* bidirectional(char32_t c, Version version) {
  return tables::kBidirectionalNames[choose(version, old_record(c).bidirectional,
                                            database_record(c).bidirectional)];
}

const char* east_asian_width(char32_t c, Version version) {
  return tables::kWidthNames[choose(version, old_record(c).width, database_record(c).width)];
}

bool is_mirrored(char32_t c, Version version) {
  return choose(version, old_record(c).mirrored, database_record(c).mirrored);
}

bool is_assigned(char32_t c, Version version) {
  return choose(version, old_record(c).category, database_record(c).category) != 0;
}

std::optional<int> decimal(char32_t c, Version version) {
  constexpr uint8_t kNone = 254;
  const uint8_t old = old_record(c).decimal;
  if (version == Version::Old && old != kUnchanged) {
    return old == kNone ? std::nullopt : std::optional<int>(old);
  }
  const int value = decimal_value(c);
  return value < 0 ? std::nullopt : std::optional<int>(value);
}

std::optional<double> numeric(char32_t c, Version version) {
  unsigned index = database_record(c).numeric;
  if (version == Version::Old) {
    if (!is_assigned(c, version)) return std::nullopt;
    if (old_record(c).numeric != 65535) index = old_record(c).numeric;
  }
  if (index == 0) return std::nullopt;
  return tables::numeric_values[index - 1];
}

Decomposition decomposition_of(char32_t c) {
  using namespace tables;
  if (c >= kCodePointCount) return {nullptr, 0, 0};
  const unsigned block = decomposition_blocks[c >> decomposition_shift];
  const unsigned offset = c & ((1u << decomposition_shift) - 1);
  const unsigned index = decomposition_entries[(block << decomposition_shift) + offset];
  if (index == 0) return {nullptr, 0, 0};
  const uint32_t* const data = decomposition_data + index;
  return {data + 1, data[0] >> 8, data[0] & 0xFF};
}

std::string decomposition(char32_t c, Version version) {
  if (version == Version::Old && !is_assigned(c, version)) return {};
  const Decomposition found = decomposition_of(c);
  std::string text = tables::kPrefixNames[found.prefix];
  for (unsigned i = 0; i < found.length; ++i) {
    char code[12];
    snprintf(code, sizeof code, "%s%04X", text.empty() ? "" : " ", found.codes[i]);
    text += code;
  }
  return text;
}

}  // namespace minipy::unicode
