// A fast hash of the bytes of a cache file: it finds damage. Any change confined to one word
// changes it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace minipy {

inline uint64_t content_hash(std::string_view data) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15;
  uint64_t lanes[4] = {data.size(), 1, 2, 3};
  const auto word_at = [](const char* at) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    return word;
  };
  // Odd factors and rotations lose nothing: each step can be undone.
  const auto absorb = [](uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * kFactor;
    return lane << 29 | lane >> 35;
  };
  for (; data.size() >= 32; data.remove_prefix(32)) {
    for (size_t i = 0; i < 4; ++i) lanes[i] = absorb(lanes[i], word_at(data.data() + i * 8));
  }
  char rest[32] = {};
  std::memcpy(rest, data.data(), data.size());
  for (size_t i = 0; i < 4; ++i) lanes[i] = absorb(lanes[i], word_at(rest + i * 8));
  uint64_t hash = 0;
  for (const uint64_t lane : lanes) hash = absorb(hash, lane ^ lane >> 32);
  return hash ^ hash >> 29;
}

}  // namespace minipy
