// Searching and taking apart plain bytes; shared by bytes, bytearray and whoever has a string_view.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace minipy::byte_search {

inline constexpr size_t kAbsent = static_cast<size_t>(-1);

// The first or last place of `needle` in `text`; an empty needle is found at the near end.
size_t find(std::string_view text, std::string_view needle);
size_t find_last(std::string_view text, std::string_view needle);
// How many times `needle` occurs without overlap, at most `limit` times.
size_t count(std::string_view text, std::string_view needle, size_t limit = kAbsent);

// C locale: what bytes.isspace() and friends ask.
enum CharacterClass : uint8_t { kLower = 1, kUpper = 2, kDigit = 4, kAlnum = 7, kSpace = 8 };
uint8_t class_of(uint8_t byte);
inline bool is_in_class(uint8_t byte, uint8_t classes) { return class_of(byte) & classes; }
inline uint8_t to_lower(uint8_t byte) { return static_cast<uint8_t>(byte - 'A') < 26 ? byte + 32 : byte; }
inline uint8_t to_upper(uint8_t byte) { return static_cast<uint8_t>(byte - 'a') < 26 ? byte - 32 : byte; }

// A set of byte values.
class ByteSet {
 public:
  explicit ByteSet(std::string_view members) {
    for (const char c : members) insert(static_cast<uint8_t>(c));
  }
  void insert(uint8_t byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  bool contains(uint8_t byte) const { return words_[byte >> 6] >> (byte & 63) & 1; }

 private:
  uint64_t words_[4] = {0, 0, 0, 0};
};

}  // namespace minipy::byte_search
