// The values of hexadecimal digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace minipy {

inline constexpr std::array<int8_t, 256> kHexDigits = [] {
  std::array<int8_t, 256> table;
  table.fill(-1);
  for (int i = 0; i < 10; ++i) table[static_cast<size_t>('0' + i)] = static_cast<int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    table[static_cast<size_t>('a' + i)] = table[static_cast<size_t>('A' + i)] = static_cast<int8_t>(10 + i);
  }
  return table;
}();

// The digit, or -1.
template <typename Byte>
int hex_digit(Byte c) {
  static_assert(sizeof(Byte) == 1);
  return kHexDigits[static_cast<uint8_t>(c)];
}

}  // namespace minipy
