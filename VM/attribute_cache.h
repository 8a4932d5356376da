// What all attribute instructions have learnt, by shape and name: those that see several shapes in turn look here.
#pragma once

#include <span>

#include "Objects/str.h"
#include "Objects/type.h"
#include "VM/form.h"

namespace minipy {

struct SharedCache {
  uint64_t key;  // shape | class epoch << 32
  const Str* name;
  Op family, op;  // of the instruction as the translator makes it, and specialised
  uint64_t place, value;

  bool holds(uint64_t wanted_key, const Str* wanted_name, Op wanted_family) const {
    return key == wanted_key && name == wanted_name && family == wanted_family;
  }
};
inline uint64_t cache_key(const Object& object) {
  return static_cast<uint64_t>(object.shape) | static_cast<uint64_t>(class_epoch) << 32;
}

constexpr size_t kSharedCaches = 2048;
extern std::span<SharedCache> shared_caches;  // so many

inline SharedCache& shared_cache(uint64_t key, const Str* name, Op family) {
  const uint64_t seed = key ^ reinterpret_cast<uint64_t>(name) >> 4 ^ static_cast<uint64_t>(family) << 24;
  const uint64_t mixed = seed * 0x9E37'79B9'7F4A'7C15;
  return shared_caches[(mixed >> 40) % kSharedCaches];
}

// An instruction that is specialised changes only now and then: it may see two shapes in turn, or never the old one
// again.
constexpr uint32_t kPatience = 16;
extern uint32_t shared_uses;

}  // namespace minipy
