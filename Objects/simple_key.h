// Keys whose hash and equality run no user code: exact str, bytes, int, float, and bool and None.
#pragma once

#include <optional>

#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/object.h"
#include "Objects/str.h"

namespace minipy {

constexpr int64_t kNoneHash = 0x1ca5e;

inline bool is_simple_key(Value key) {
  if (!key.is_object()) return key.is_int() || key.is_double() || key.is_bool() || key.is_none();
  const ShapeId shape = key.object()->shape;
  if (shape == shape_of_kind(Kind::Str) || shape == shape_of_kind(Kind::Int)) return true;
  return shape == shape_of_kind(Kind::Bytes) && bytes_warning_level == 0;  // comparing them with text warns with -b
}

inline int64_t str_hash(const Str* text) {
  return text->cached_hash != 0 ? text->cached_hash : hash_of(text);
}

// -1 is never a hash. An inline int is smaller than the modulus of int hashes.
inline int64_t inline_int_hash(int64_t i) { return i == -1 ? -2 : i; }

// The hash of a simple key.
inline int64_t simple_hash(Value key) {
  if (key.is_int()) return inline_int_hash(key.as_int());
  if (key.is_object()) {
    if (key.object()->kind == Kind::Str) return str_hash(key.as<Str>());
    return key.object()->kind == Kind::Bytes ? hash_of(key.as<Bytes>()) : int_hash(key);
  }
  if (key.is_double()) return hash_double(key.as_double());
  if (key.is_bool()) return key.as_bool();
  return kNoneHash;
}

// Equality of two simple keys that are not identical.
bool simple_equal(Value left, Value right);
// The same for two tuples; nothing if they hold other keys too, or are no tuples.
std::optional<bool> equal_tuples_of_simple_keys(Value left, Value right);

}  // namespace minipy
