#pragma once

#include <cstddef>
#include <cstdint>

namespace minipy {

struct HashKey {
  uint64_t first;
  uint64_t second;
};

// SipHash with one compression and three finalisation rounds.
uint64_t siphash13(const HashKey& key, const void* data, size_t size);

// The key that CPython derives from PYTHONHASHSEED; zero for seed 0.
HashKey hash_key_from_seed(uint32_t seed);

}  // namespace minipy
