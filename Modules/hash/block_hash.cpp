// MD5, SHA-1 and SHA-2.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "Modules/hash/digests.h"

namespace minipy::digest {
namespace {

uint32_t load_big32(const uint8_t* p) {
  uint32_t word;
  std::memcpy(&word, p, 4);
  return __builtin_bswap32(word);
}
uint64_t load_big64(const uint8_t* p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  return __builtin_bswap64(word);
}
uint32_t load_little32(const uint8_t* p) {
  uint32_t word;
  std::memcpy(&word, p, 4);
  return word;
}

// ---- MD5: the constants are floor(2^32 * |sin(i + 1)|) ----

std::array<uint32_t, 64> md5_constants() {
  std::array<uint32_t, 64> table;
  for (int i = 0; i < 64; ++i) table[i] = static_cast<uint32_t>(std::floor(std::ldexp(std::fabs(std::sin(i + 1.0)), 32)));
  return table;
}
constexpr uint8_t md5_shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

void md5_block(uint64_t* state, const uint8_t* block) {
  static const std::array<uint32_t, 64> constants = md5_constants();
  uint32_t words[16];
  for (int i = 0; i < 16; ++i) words[i] = load_little32(block + 4 * i);
  auto a = static_cast<uint32_t>(state[0]), b = static_cast<uint32_t>(state[1]);
  auto c = static_cast<uint32_t>(state[2]), d = static_cast<uint32_t>(state[3]);
  for (int i = 0; i < 64; ++i) {
    uint32_t mixed;
    int word;
    switch (i / 16) {
      case 0: mixed = (b & c) | (~b & d); word = i; break;
      case 1: mixed = (d & b) | (~d & c); word = (5 * i + 1) % 16; break;
      case 2: mixed = b ^ c ^ d; word = (3 * i + 5) % 16; break;
      default: mixed = c ^ (b | ~d); word = (7 * i) % 16; break;
    }
    const uint32_t sum = a + mixed + constants[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, md5_shifts[i / 16][i % 4]);
  }
  const uint32_t added[] = {a, b, c, d};
  for (int i = 0; i < 4; ++i) state[i] = static_cast<uint32_t>(state[i] + added[i]);
}

// ---- SHA-1 ----

void sha1_block(uint64_t* state, const uint8_t* block) {
  uint32_t words[80];
  for (int i = 0; i < 16; ++i) words[i] = load_big32(block + 4 * i);
  for (int i = 16; i < 80; ++i) words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  uint32_t v[5];
  for (int i = 0; i < 5; ++i) v[i] = static_cast<uint32_t>(state[i]);
  for (int i = 0; i < 80; ++i) {
    uint32_t mixed, constant;
    switch (i / 20) {
      case 0: mixed = (v[1] & v[2]) | (~v[1] & v[3]); constant = 0x5A827999; break;
      case 1: mixed = v[1] ^ v[2] ^ v[3]; constant = 0x6ED9EBA1; break;
      case 2: mixed = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]); constant = 0x8F1BBCDC; break;
      default: mixed = v[1] ^ v[2] ^ v[3]; constant = 0xCA62C1D6; break;
    }
    const uint32_t sum = std::rotl(v[0], 5) + mixed + v[4] + constant + words[i];
    v[4] = v[3];
    v[3] = v[2];
    v[2] = std::rotl(v[1], 30);
    v[1] = v[0];
    v[0] = sum;
  }
  for (int i = 0; i < 5; ++i) state[i] = static_cast<uint32_t>(state[i] + v[i]);
}

// ---- SHA-2: constants are the first bits of the fractions of cube roots of the first primes ----

// floor(cuberoot(p) * 2^64) modulo 2^64, by bisection on x^3 <= p * 2^192 in 64-bit limbs.
uint64_t cube_root_fraction(uint64_t prime) {
  using Wide = unsigned __int128;
  uint64_t whole = 1;
  while ((whole + 1) * (whole + 1) * (whole + 1) <= prime) ++whole;
  uint64_t fraction = 0;
  // x = whole + fraction/2^64 < 8: cubed in three steps, keeping 192 bits below the point.
  const auto too_large = [&](uint64_t low) {
    const uint64_t x[2] = {low, whole};
    uint64_t square[4] = {}, cube[6] = {};
    for (int i = 0; i < 2; ++i) {
      Wide carry = 0;
      for (int j = 0; j < 2; ++j) {
        carry += Wide{x[i]} * x[j] + square[i + j];
        square[i + j] = static_cast<uint64_t>(carry);
        carry >>= 64;
      }
      square[i + 2] += static_cast<uint64_t>(carry);
    }
    for (int i = 0; i < 4; ++i) {
      Wide carry = 0;
      for (int j = 0; j < 2; ++j) {
        carry += Wide{square[i]} * x[j] + cube[i + j];
        cube[i + j] = static_cast<uint64_t>(carry);
        carry >>= 64;
      }
      if (i + 2 < 6) cube[i + 2] += static_cast<uint64_t>(carry);
    }
    return cube[3] >= prime && (cube[3] > prime || cube[0] || cube[1] || cube[2]);
  };
  for (int bit = 63; bit >= 0; --bit) {
    const uint64_t candidate = fraction | (uint64_t{1} << bit);
    if (!too_large(candidate)) fraction = candidate;
  }
  return fraction;
}

std::array<uint64_t, 80> sha2_constants() {
  std::array<uint64_t, 80> table;
  int found = 0;
  for (uint64_t candidate = 2; found < 80; ++candidate) {
    bool is_prime = true;
    for (uint64_t divisor = 2; divisor * divisor <= candidate; ++divisor) is_prime &= candidate % divisor != 0;
    if (is_prime) table[found++] = cube_root_fraction(candidate);
  }
  return table;
}
const std::array<uint64_t, 80>& constants_of_sha2() {
  static const std::array<uint64_t, 80> table = sha2_constants();
  return table;
}

// The rotations of a member of the family: two large sums, two small ones (the last a shift).
struct Rotations {
  int large0[3], large1[3], small0[3], small1[3];
};
constexpr Rotations rotations256 = {{2, 13, 22}, {6, 11, 25}, {7, 18, 3}, {17, 19, 10}};
constexpr Rotations rotations512 = {{28, 34, 39}, {14, 18, 41}, {1, 8, 7}, {19, 61, 6}};

template <typename Word, int rounds, const Rotations& r>
void sha2_block(uint64_t* state, const uint8_t* block) {
  const std::array<uint64_t, 80>& constants = constants_of_sha2();
  Word words[rounds];
  for (int i = 0; i < 16; ++i) {
    if constexpr (sizeof(Word) == 4) words[i] = load_big32(block + 4 * i);
    else words[i] = load_big64(block + 8 * i);
  }
  const auto large = [](Word x, const int* by) { return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]); };
  const auto small = [](Word x, const int* by) { return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]); };
  for (int i = 16; i < rounds; ++i) {
    words[i] = small(words[i - 2], r.small1) + words[i - 7] + small(words[i - 15], r.small0) + words[i - 16];
  }
  Word v[8];
  for (int i = 0; i < 8; ++i) v[i] = static_cast<Word>(state[i]);
  for (int i = 0; i < rounds; ++i) {
    const Word constant = static_cast<Word>(constants[i] >> (64 - 8 * sizeof(Word)));
    const Word first = v[7] + large(v[4], r.large1) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + constant + words[i];
    const Word second = large(v[0], r.large0) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    for (int j = 7; j > 0; --j) v[j] = v[j - 1];
    v[4] += first;
    v[0] = first + second;
  }
  for (int i = 0; i < 8; ++i) state[i] = static_cast<Word>(static_cast<Word>(state[i]) + v[i]);
}

constexpr uint64_t initial_states[][8] = {
    {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476},
    {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0},
    {0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939, 0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4},
    {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19},
    {0xCBBB9D5DC1059ED8, 0x629A292A367CD507, 0x9159015A3070DD17, 0x152FECD8F70E5939,
     0x67332667FFC00B31, 0x8EB44A8768581511, 0xDB0C2E0D64F98FA7, 0x47B5481DBEFA4FA4},
    {0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
     0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179},
};

void process_block(BlockHash& hash, const uint8_t* block) {
  switch (hash.algorithm) {
    case Algorithm::Md5: return md5_block(hash.state, block);
    case Algorithm::Sha1: return sha1_block(hash.state, block);
    case Algorithm::Sha224:
    case Algorithm::Sha256: return sha2_block<uint32_t, 64, rotations256>(hash.state, block);
    case Algorithm::Sha384:
    case Algorithm::Sha512: return sha2_block<uint64_t, 80, rotations512>(hash.state, block);
  }
}

}  // namespace

size_t BlockHash::digest_size() const {
  static constexpr uint8_t sizes[] = {16, 20, 28, 32, 48, 64};
  return sizes[static_cast<int>(algorithm)];
}

void BlockHash::start(Algorithm wanted) {
  algorithm = wanted;
  buffered = 0;
  total = 0;
  std::memcpy(state, initial_states[static_cast<int>(wanted)], sizeof state);
}

void BlockHash::update(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const size_t whole = block_size();
  total += size;
  if (buffered > 0) {
    const size_t taken = std::min(size, whole - buffered);
    std::memcpy(block + buffered, data, taken);
    buffered += static_cast<uint32_t>(taken);
    data += taken;
    size -= taken;
    if (buffered < whole) return;
    process_block(*this, block);
    buffered = 0;
  }
  for (; size >= whole; data += whole, size -= whole) process_block(*this, data);
  if (size > 0) std::memcpy(block, data, size);
  buffered = static_cast<uint32_t>(size);
}

void BlockHash::finish(uint8_t* out) {
  const size_t whole = block_size(), length_bytes = whole / 8;
  const uint64_t bits = total * 8;
  block[buffered++] = 0x80;
  if (buffered > whole - length_bytes) {
    std::memset(block + buffered, 0, whole - buffered);
    process_block(*this, block);
    buffered = 0;
  }
  std::memset(block + buffered, 0, whole - buffered);
  const uint64_t length = algorithm == Algorithm::Md5 ? bits : __builtin_bswap64(bits);
  std::memcpy(block + whole - 8, &length, 8);
  process_block(*this, block);
  uint8_t all[kLongestDigest];
  for (int i = 0; i < 8; ++i) {
    if (whole == 128) {
      const uint64_t word = __builtin_bswap64(state[i]);
      std::memcpy(all + 8 * i, &word, 8);
    } else {
      const auto plain = static_cast<uint32_t>(state[i]);
      const uint32_t word = algorithm == Algorithm::Md5 ? plain : __builtin_bswap32(plain);
      std::memcpy(all + 4 * i, &word, 4);
    }
  }
  std::memcpy(out, all, digest_size());
}

}  // namespace minipy::digest
