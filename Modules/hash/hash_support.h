// What the modules of digests share.
#pragma once

#include "Modules/hash/digests.h"
#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"

namespace minipy {

// The bytes to be digested. Text has to be encoded first.
inline Status acquire_hashed(Thread& thread, BufferLease& lease, Value data) {
  if (is_str(data)) return raise(thread, TypeError, "Strings must be encoded before hashing");
  if (!supports_buffer(data)) return raise(thread, TypeError, "object supporting the buffer API required");
  TRY(lease.acquire(data));
  if (lease->dimensions > 1) return raise(thread, BufferError, "Buffer must be single dimension");
  return nothing;
}

inline Value hexadecimal(const uint8_t* digest, size_t size) {
  Str* text = allocate_str(size * 2, 127);
  if (!text) return raise_memory_error(current_thread());
  auto* to = static_cast<char*>(text->mutable_data());
  for (size_t i = 0; i < size; ++i) {
    to[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    to[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}
inline Value hexadecimal(const GrowingBytes& digest) {
  return hexadecimal(reinterpret_cast<const uint8_t*>(digest.data()), digest.size());
}
inline Value digest_bytes(Thread& thread, const uint8_t* digest, size_t size) {
  return bytes_result(thread, {reinterpret_cast<const char*>(digest), size});
}

// Objects that hold nothing but the state of a digest.
template <typename T>
T* new_hash(Kind kind) {
  return initialize_header<T>(gc_allocate_leaf(sizeof(T)), shape_of_kind(kind), kind, 0);
}

}  // namespace minipy
