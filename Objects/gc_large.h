// Giving large blocks back at once: they count towards the next collection.
#pragma once

#include "Objects/gc.h"

namespace minipy {

constexpr size_t kLargestCell = 2048;  // what libgc calls small

// A block of `bytes` that nobody else can know. Small ones are left to the collector.
inline void gc_free_large(void* buffer, size_t bytes) {
  if (bytes > kLargestCell) gc_free_buffer(buffer);
}

}  // namespace minipy
