// Tuples of simple keys (simple_key.h) as keys: hashed and compared without running any user code.
#pragma once

#include <bit>

#include "Objects/simple_key.h"
#include "Objects/tuple.h"

namespace minipy {

// The mixing of xxHash, as CPython does it for tuples.
class TupleHash {
 public:
  void add(int64_t hash) {
    mixed_ += static_cast<uint64_t>(hash) * kPrime2;
    mixed_ = std::rotl(mixed_, 31) * kPrime1;
  }
  int64_t finish(size_t size) const {
    const uint64_t result = mixed_ + (size ^ (kPrime5 ^ 3527539u));
    return result == static_cast<uint64_t>(-1) ? 1546275796 : static_cast<int64_t>(result);
  }

 private:
  static constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u, kPrime5 = 2870177450012600261u;
  uint64_t mixed_ = kPrime5;
};

// False where it is no tuple of simple keys.
inline bool hash_simple_tuple(Value key, int64_t& hash) {
  if (!is_exact_tuple(key)) return false;
  TupleHash result;
  const Tuple& tuple = *key.as<Tuple>();
  for (size_t i = 0; i < tuple.size; ++i) {
    const Value item = tuple.items[i];
    if (!is_simple_key(item)) return false;
    result.add(simple_hash(item));
  }
  hash = result.finish(tuple.size);
  return true;
}

// Whether two tuples hold the same objects, which makes them equal.
inline bool have_same_items(Value left, Value right) {
  if (!is_exact_tuple(left) || !is_exact_tuple(right)) return false;
  const Tuple &a = *left.as<Tuple>(), &b = *right.as<Tuple>();
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; ++i) {
    if (a.items[i] != b.items[i]) return false;
  }
  return true;
}

}  // namespace minipy
