// The digest algorithms themselves: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), SHA-3 (FIPS 202)
// and BLAKE2 (RFC 7693). Plain C++: no Python object in here. Copying a struct copies the state.
#pragma once

#include <cstddef>
#include <cstdint>

namespace minipy::digest {

constexpr size_t kLongestDigest = 64;

// Algorithms that work on whole blocks of input, with the length of the message at its end.
enum class Algorithm : uint8_t { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };

struct BlockHash {
  Algorithm algorithm;
  uint32_t buffered;      // bytes in `block`
  uint64_t total;         // bytes so far
  uint64_t state[8];      // 32-bit words for all but SHA-384 and SHA-512
  uint8_t block[128];

  void start(Algorithm wanted);
  void update(const uint8_t* data, size_t size);
  void finish(uint8_t* out);  // digest_size() bytes; the state is used up
  size_t digest_size() const;
  size_t block_size() const { return algorithm >= Algorithm::Sha384 ? 128 : 64; }
};

// The sponge of SHA-3 and SHAKE.
struct Sponge {
  uint64_t lanes[25];
  uint32_t rate;      // bytes of a block
  uint32_t position;  // in the block
  uint8_t suffix;     // domain separation with the first bit of padding
  void start(size_t rate_bytes, uint8_t domain_suffix);
  void update(const uint8_t* data, size_t size);
  void finish(uint8_t* out, size_t size);  // any number of bytes; the state is used up
};

// BLAKE2's parameter block (RFC 7693, 2.5, and the tree mode of the BLAKE2 paper).
struct Blake2Parameters {
  uint8_t digest_size, key_size, fanout = 1, depth = 1;
  uint32_t leaf_size = 0;
  uint64_t node_offset = 0;  // BLAKE2s has room for 48 bits
  uint8_t node_depth = 0, inner_size = 0;
  uint8_t salt[16] = {}, person[16] = {};
  bool last_node = false;
};

// Word is uint64_t for BLAKE2b and uint32_t for BLAKE2s.
template <typename Word>
struct Blake2 {
  static constexpr size_t kBlock = sizeof(Word) * 16;
  static constexpr size_t kLongest = sizeof(Word) * 8;  // digest and key
  static constexpr size_t kSalt = sizeof(Word) * 2;     // and person
  Word state[8];
  uint64_t total;
  uint32_t buffered;
  uint8_t digest_size;
  bool last_node;
  uint8_t block[kBlock];

  void start(const Blake2Parameters& parameters, const uint8_t* key);
  void update(const uint8_t* data, size_t size);
  void finish(uint8_t* out);

 private:
  void compress(bool is_last);
};
extern template struct Blake2<uint64_t>;
extern template struct Blake2<uint32_t>;

}  // namespace minipy::digest
