// BLAKE2b and BLAKE2s. RFC 7693.
#include <algorithm>
#include <bit>
#include <cstring>

#include "Modules/hash/digests.h"

namespace minipy::digest {
namespace {

// The initial state is SHA-512's; BLAKE2s takes SHA-256's, which are the upper halves.
constexpr uint64_t initial_state[8] = {0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
                                       0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179};
template <typename Word>
constexpr Word initial(int i) {
  return static_cast<Word>(initial_state[i] >> (64 - 8 * sizeof(Word)));
}

// Which word of the message goes where in each round.
constexpr uint8_t permutations[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};
template <typename Word>
struct Rounds;
template <>
struct Rounds<uint64_t> {
  static constexpr int count = 12, shifts[4] = {32, 24, 16, 63};
};
template <>
struct Rounds<uint32_t> {
  static constexpr int count = 10, shifts[4] = {16, 12, 8, 7};
};

template <typename Word>
void mix(Word& a, Word& b, Word& c, Word& d, Word x, Word y) {
  constexpr const int* shifts = Rounds<Word>::shifts;
  a = a + b + x;
  d = std::rotr(d ^ a, shifts[0]);
  c += d;
  b = std::rotr(b ^ c, shifts[1]);
  a = a + b + y;
  d = std::rotr(d ^ a, shifts[2]);
  c += d;
  b = std::rotr(b ^ c, shifts[3]);
}

template <typename Integer>
void put(uint8_t* to, Integer value) {
  std::memcpy(to, &value, sizeof value);
}

// The parameter block as it is laid out in memory.
void lay_out(const Blake2Parameters& p, uint8_t* out, bool is_big) {
  out[0] = p.digest_size;
  out[1] = p.key_size;
  out[2] = p.fanout;
  out[3] = p.depth;
  put(out + 4, p.leaf_size);
  put(out + 8, p.node_offset);  // BLAKE2s: the two bytes after the 48 bits follow now
  const size_t next = is_big ? 16 : 14;
  out[next] = p.node_depth;
  out[next + 1] = p.inner_size;
  const size_t salt = is_big ? 32 : 16, size = is_big ? 16 : 8;
  std::memcpy(out + salt, p.salt, size);
  std::memcpy(out + salt + size, p.person, size);
}

}  // namespace

template <typename Word>
void Blake2<Word>::start(const Blake2Parameters& parameters, const uint8_t* key) {
  uint8_t layout[kLongest] = {};
  lay_out(parameters, layout, sizeof(Word) == 8);
  for (int i = 0; i < 8; ++i) {
    Word word;
    std::memcpy(&word, layout + i * sizeof(Word), sizeof word);
    state[i] = initial<Word>(i) ^ word;
  }
  total = 0;
  buffered = 0;
  digest_size = parameters.digest_size;
  last_node = parameters.last_node;
  if (parameters.key_size > 0) {
    uint8_t padded[kBlock] = {};
    std::memcpy(padded, key, parameters.key_size);
    update(padded, kBlock);
  }
}

template <typename Word>
void Blake2<Word>::compress(bool is_last) {
  Word words[16], v[16];
  std::memcpy(words, block, sizeof words);
  for (int i = 0; i < 8; ++i) {
    v[i] = state[i];
    v[i + 8] = initial<Word>(i);
  }
  v[12] ^= static_cast<Word>(total);
  if constexpr (sizeof(Word) == 4) v[13] ^= static_cast<Word>(total >> 32);
  if (is_last) v[14] = ~v[14];
  if (is_last && last_node) v[15] = ~v[15];
  for (int round = 0; round < Rounds<Word>::count; ++round) {
    const uint8_t* s = permutations[round % 10];
    for (int i = 0; i < 4; ++i) mix(v[i], v[i + 4], v[i + 8], v[i + 12], words[s[2 * i]], words[s[2 * i + 1]]);
    for (int i = 0; i < 4; ++i) {
      mix(v[i], v[4 + (i + 1) % 4], v[8 + (i + 2) % 4], v[12 + (i + 3) % 4], words[s[8 + 2 * i]], words[s[9 + 2 * i]]);
    }
  }
  for (int i = 0; i < 8; ++i) state[i] ^= v[i] ^ v[i + 8];
}

// A full block waits in the buffer until there is more: the last one is compressed differently.
template <typename Word>
void Blake2<Word>::update(const uint8_t* data, size_t size) {
  while (size > 0) {
    if (buffered == kBlock) {
      total += kBlock;
      compress(false);
      buffered = 0;
    }
    const size_t taken = std::min<size_t>(size, kBlock - buffered);
    std::memcpy(block + buffered, data, taken);
    buffered += static_cast<uint32_t>(taken);
    data += taken;
    size -= taken;
  }
}

template <typename Word>
void Blake2<Word>::finish(uint8_t* out) {
  total += buffered;
  std::memset(block + buffered, 0, kBlock - buffered);
  compress(true);
  std::memcpy(out, state, digest_size);
}

template struct Blake2<uint64_t>;
template struct Blake2<uint32_t>;

}  // namespace minipy::digest
