// SHA-3: the Keccak permutation and the sponge around it. FIPS 202.
#include <algorithm>
#include <bit>
#include <cstring>

#include "Modules/hash/digests.h"

namespace minipy::digest {
namespace {

// Step iota's constants come from a shift register (FIPS 202, 3.2.5).
struct RoundConstants {
  uint64_t words[24];
  constexpr RoundConstants() : words{} {
    uint32_t shift = 1;
    for (int round = 0; round < 24; ++round) {
      for (int j = 0; j < 7; ++j) {
        if (shift & 1) words[round] |= uint64_t{1} << ((1 << j) - 1);
        shift <<= 1;
        if (shift & 0x100) shift ^= 0x171;
      }
    }
  }
};
constexpr RoundConstants round_constants;

void permute(uint64_t* a) {
  for (int round = 0; round < 24; ++round) {
    uint64_t parity[5];
    for (int x = 0; x < 5; ++x) parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; ++x) {
      const uint64_t mixed = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= mixed;
    }
    // Steps rho and pi walk one cycle through all lanes but the first.
    int x = 1, y = 0;
    uint64_t carried = a[1];
    for (int step = 0; step < 24; ++step) {
      const int next_x = y, next_y = (2 * x + 3 * y) % 5;
      x = next_x;
      y = next_y;
      const uint64_t displaced = a[x + 5 * y];
      a[x + 5 * y] = std::rotl(carried, ((step + 1) * (step + 2) / 2) % 64);
      carried = displaced;
    }
    for (int row = 0; row < 25; row += 5) {
      uint64_t old[5];
      std::memcpy(old, a + row, sizeof old);
      for (int i = 0; i < 5; ++i) a[row + i] = old[i] ^ (~old[(i + 1) % 5] & old[(i + 2) % 5]);
    }
    a[0] ^= round_constants.words[round];
  }
}

}  // namespace

void Sponge::start(size_t rate_bytes, uint8_t domain_suffix) {
  std::memset(lanes, 0, sizeof lanes);
  rate = static_cast<uint32_t>(rate_bytes);
  position = 0;
  suffix = domain_suffix;
}

void Sponge::update(const uint8_t* data, size_t size) {
  auto* bytes = reinterpret_cast<uint8_t*>(lanes);
  while (size > 0) {
    const size_t taken = std::min<size_t>(size, rate - position);
    for (size_t i = 0; i < taken; ++i) bytes[position + i] ^= data[i];
    position += static_cast<uint32_t>(taken);
    data += taken;
    size -= taken;
    if (position == rate) {
      permute(lanes);
      position = 0;
    }
  }
}

void Sponge::finish(uint8_t* out, size_t size) {
  auto* bytes = reinterpret_cast<uint8_t*>(lanes);
  bytes[position] ^= suffix;
  bytes[rate - 1] ^= 0x80;
  while (size > 0) {
    permute(lanes);
    const size_t given = std::min<size_t>(size, rate);
    std::memcpy(out, bytes, given);
    out += given;
    size -= given;
  }
}

}  // namespace minipy::digest
