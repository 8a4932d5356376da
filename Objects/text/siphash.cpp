#include "Objects/text/siphash.h"

#include <bit>
#include <cstring>

namespace minipy {
namespace {

struct State {
  uint64_t a, b, c, d;

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }

  void absorb(uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  }
};

}  // namespace

// J.-P. Aumasson, D. J. Bernstein: "SipHash: a fast short-input PRF".
uint64_t siphash13(const HashKey& key, const void* data, size_t size) {
  State state{key.first ^ 0x736f6d6570736575, key.second ^ 0x646f72616e646f6d,
              key.first ^ 0x6c7967656e657261, key.second ^ 0x7465646279746573};
  const char* at = static_cast<const char*>(data);
  uint64_t last = static_cast<uint64_t>(size) << 56;
  for (; size >= 8; at += 8, size -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    state.absorb(word);
  }
  uint64_t rest = 0;
  memcpy(&rest, at, size);
  state.absorb(last | rest);
  state.c ^= 0xFF;
  state.round();
  state.round();
  state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

// Sixteen bytes of a linear congruential generator.
HashKey hash_key_from_seed(uint32_t seed) {
  if (seed == 0) return {0, 0};
  uint64_t words[2] = {0, 0};
  uint32_t x = seed;
  for (unsigned i = 0; i < 16; ++i) {
    x = x * 214013 + 2531011;
    words[i / 8] |= static_cast<uint64_t>(x >> 16 & 0xFF) << i % 8 * 8;
  }
  return {words[0], words[1]};
}

}  // namespace minipy
