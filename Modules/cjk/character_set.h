// Character sets of East Asian encodings: tables between codes of one or two bytes and characters.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <optional>
#include <span>

namespace minipy::cjk {

// What a generated table says of consecutive codes: their characters as text, or the first of consecutive ones.
struct CharacterRow {
  enum Kind : uint8_t {
    Both,
    DecodeOnly,
    EncodeOnly,
    Remove,  // the layer below has it, this set has not
    Refuse,  // the same, and the error is about the whole code instead of its first byte
    Deny,    // no other set of the encoding is asked for this character
  };
  Kind kind;
  uint16_t code;
  uint16_t count;
  char32_t first;
  const char8_t* text;
};

// A code that stands for two characters.
struct CharacterPair {
  uint16_t code;
  char32_t first, second;
};

// Where an encoding has the codes of a set of 94 x 94 characters, 0x2121 to 0x7E7E.
enum class Move : uint8_t { Same, High, ShiftJis };

struct CharacterSource;
struct CharacterLayer {
  const CharacterSource* base;
  Move move;
};
// A set as it is written down: smaller sets, and what is different from them.
struct CharacterSource {
  std::span<const CharacterLayer> layers;
  std::span<const CharacterRow> rows;
  std::span<const CharacterPair> pairs;
};

// Memory that costs nothing until it is used, and that the collector does not look at. It is never given back.
template <typename T>
T* map_table(size_t count) {
  void* memory = mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<T*>(memory);
}

// A set as it is used. Its tables are made when an encoding first wants them and stay.
class CharacterSet {
 public:
  explicit constexpr CharacterSet(const CharacterSource& source) : source_(source) {}

  bool prepare();  // false: no memory

  enum class Match : uint8_t { None, Refused, One, Two };
  struct Characters {
    Match match;
    char32_t first, second;
  };
  Characters decode(uint16_t code) const;
  std::optional<uint16_t> encode(char32_t character) const;
  bool denies(char32_t character) const { return character < kCharacters && codes_[character] == kDenied; }
  bool begins_pair(char32_t character) const;
  std::optional<uint16_t> encode_pair(char32_t first, char32_t second) const;

 private:
  static constexpr size_t kCodes = 0x10000;
  static constexpr size_t kCharacters = 0x30000;  // higher planes are in no set
  static constexpr size_t kMaxPairs = 32;
  static constexpr uint16_t kDenied = 0xFFFF;
  static constexpr uint32_t kRefused = 0x200000;
  static constexpr uint32_t kPair = 0x400000;  // and its number

  void apply(const CharacterSource& source, Move move);
  void apply(const CharacterRow& row, Move move);
  void set(CharacterRow::Kind kind, uint16_t code, char32_t character);

  const CharacterSource& source_;
  uint32_t* characters_ = nullptr;  // by code: the character + 1, 0 for none
  uint16_t* codes_ = nullptr;       // by character: 0 for none
  CharacterPair pairs_[kMaxPairs] = {};
  size_t pair_count_ = 0;
};

namespace sets {
extern const CharacterSource ascii, gb2312_94, ksx1001_94, jisx0208_94, jisx0212_94, jisx0213_94, jisx0213_2000_94,
    jisx0213_plane2_94, jisx0213_2000_plane2_94, gb2312, gbk, gb18030, big5, cp950, big5hkscs, euc_kr, cp949, johab,
    euc_jp, shift_jis, cp932, shift_jis_2004, shift_jisx0213, euc_jis_2004, euc_jisx0213;
}  // namespace sets

}  // namespace minipy::cjk
