#include "Modules/cjk/character_set.h"

#include "Objects/result.h"

namespace minipy::cjk {
namespace {

// Rows of a double-byte set come in pairs under one lead byte.
uint16_t shift_jis_code(uint16_t code) {
  const unsigned row = (code >> 8) - 0x21, cell = (code & 0xFF) - 0x21;
  const unsigned lead = row / 2 + (row < 62 ? 0x81 : 0xC1);
  const unsigned trail = cell + (row % 2 != 0 ? 0x9F : cell < 63 ? 0x40 : 0x41);
  return static_cast<uint16_t>(lead << 8 | trail);
}

uint16_t moved(uint16_t code, Move move) {
  switch (move) {
    case Move::Same: return code;
    case Move::High: return code | 0x8080;
    case Move::ShiftJis: return shift_jis_code(code);
  }
  MP_UNREACHABLE();
}

// The tables are valid UTF-8.
char32_t next_character(const char8_t*& text) {
  const uint8_t lead = *text++;
  if (lead < 0x80) return lead;
  int rest = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t character = lead & (0x3F >> rest);
  for (; rest > 0; --rest) character = character << 6 | (*text++ & 0x3F);
  return character;
}

}  // namespace

bool CharacterSet::prepare() {
  if (codes_ != nullptr) return true;
  if (characters_ == nullptr) characters_ = map_table<uint32_t>(kCodes);
  if (characters_ == nullptr) return false;
  codes_ = map_table<uint16_t>(kCharacters);
  if (codes_ == nullptr) return false;
  apply(source_, Move::Same);
  return true;
}

void CharacterSet::apply(const CharacterSource& source, Move move) {
  for (const CharacterLayer& layer : source.layers) {
    MP_ASSERT(move == Move::Same || layer.move == Move::Same);
    apply(*layer.base, move == Move::Same ? layer.move : move);
  }
  for (const CharacterRow& row : source.rows) apply(row, move);
  for (const CharacterPair& pair : source.pairs) {
    MP_ASSERT(pair_count_ < kMaxPairs);
    const uint16_t code = moved(pair.code, move);
    characters_[code] = static_cast<uint32_t>(kPair + pair_count_);
    pairs_[pair_count_++] = {code, pair.first, pair.second};
  }
}

void CharacterSet::apply(const CharacterRow& row, Move move) {
  const char8_t* text = row.text;
  for (unsigned i = 0; i < row.count; ++i) {
    const char32_t character = text != nullptr ? next_character(text) : row.first + i;
    set(row.kind, moved(static_cast<uint16_t>(row.code + i), move), character);
  }
}

void CharacterSet::set(CharacterRow::Kind kind, uint16_t code, char32_t character) {
  if (kind == CharacterRow::Deny) {
    codes_[character] = kDenied;
    return;
  }
  if (kind != CharacterRow::EncodeOnly) {
    uint32_t& place = characters_[code];
    if (place != 0 && place < kRefused && codes_[place - 1] == code) codes_[place - 1] = 0;
    place = kind == CharacterRow::Remove ? 0 : kind == CharacterRow::Refuse ? kRefused : character + 1;
  }
  if (kind == CharacterRow::Both || kind == CharacterRow::EncodeOnly) codes_[character] = code;
}

CharacterSet::Characters CharacterSet::decode(uint16_t code) const {
  const uint32_t found = characters_[code];
  if (found == 0) return {Match::None, 0, 0};
  if (found < kRefused) return {Match::One, found - 1, 0};
  if (found < kPair) return {Match::Refused, 0, 0};
  const CharacterPair& pair = pairs_[found - kPair];
  return {Match::Two, pair.first, pair.second};
}

std::optional<uint16_t> CharacterSet::encode(char32_t character) const {
  if (character >= kCharacters || codes_[character] == kDenied) return std::nullopt;
  const uint16_t code = codes_[character];
  if (code == 0 && (character != 0 || characters_[0] == 0)) return std::nullopt;
  return code;
}

bool CharacterSet::begins_pair(char32_t character) const {
  for (size_t i = 0; i < pair_count_; ++i) {
    if (pairs_[i].first == character) return true;
  }
  return false;
}

std::optional<uint16_t> CharacterSet::encode_pair(char32_t first, char32_t second) const {
  for (size_t i = 0; i < pair_count_; ++i) {
    if (pairs_[i].first == first && pairs_[i].second == second) return pairs_[i].code;
  }
  return std::nullopt;
}

}  // namespace minipy::cjk
