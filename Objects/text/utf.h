#pragma once

// The shapes of UTF-8, UTF-16 and UTF-32: where a sequence goes wrong, as CPython reports it.

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace minipy {

// What stopped a decoder at `start`: nothing is wrong with data[0, start).
struct UtfProblem {
  size_t start = 0;
  size_t end = 0;
  const char* reason = nullptr;  // nullptr: nothing did
  bool is_incomplete = false;    // more input might make it good
};

// The number of leading ASCII bytes.
size_t ascii_prefix(const uint8_t* data, size_t size);

// Looks through well-formed UTF-8 from `start` on: counts characters and or-s them together.
struct Utf8Scan {
  size_t count = 0;
  char32_t combined = 0;
  UtfProblem problem;  // problem.start is where the scan ended
};
Utf8Scan scan_utf8(const uint8_t* data, size_t size, size_t start);

inline bool starts_with_8_ascii(const uint8_t* data) {
  uint64_t word;
  std::memcpy(&word, data, 8);
  return (word & 0x8080808080808080) == 0;
}

// Decodes `count` characters that scan_utf8 found good.
template <typename Character>
const uint8_t* decode_good_utf8(const uint8_t* data, size_t count, Character* out) {
  for (size_t i = 0; i < count; ++i) {
    // Most of most texts. Eight characters are eight bytes at least.
    while (count - i > 8 && starts_with_8_ascii(data)) {
      for (int k = 0; k < 8; ++k) out[i + k] = data[k];
      data += 8;
      i += 8;
    }
    char32_t c = *data++;
    if (c >= 0xF0) {
      c = (c & 7) << 18 | static_cast<char32_t>(data[0] & 0x3F) << 12 | (data[1] & 0x3F) << 6 |
          (data[2] & 0x3F);
      data += 3;
    } else if (c >= 0xE0) {
      c = (c & 15) << 12 | (data[0] & 0x3F) << 6 | (data[1] & 0x3F);
      data += 2;
      // The next ones are likely to be of the same script.
      for (; i + 1 < count && data[0] >= 0xE0 && data[0] < 0xF0; data += 3) {
        out[i++] = static_cast<Character>(c);
        c = (data[0] & 15u) << 12 | (data[1] & 0x3Fu) << 6 | (data[2] & 0x3F);
      }
    } else if (c >= 0xC0) {
      c = (c & 31) << 6 | (data[0] & 0x3F);
      data += 1;
      for (; i + 1 < count && data[0] >= 0xC0 && data[0] < 0xE0; data += 2) {
        out[i++] = static_cast<Character>(c);
        c = (data[0] & 31u) << 6 | (data[1] & 0x3F);
      }
    }
    out[i] = static_cast<Character>(c);
  }
  return data;
}

inline bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }
inline bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c < 0xDC00; }
inline bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c < 0xE000; }

}  // namespace minipy
