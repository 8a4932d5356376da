// Giving large blocks back at once: they count towards the next collection.
#pragma once

#include "Objects/gc.h"

namespace minipy {

constexpr size_t kLargestCell = 2048;  // what libgc calls small
// The free cells that gc_allocate_object() and gc_allocate_leaf() take objects of that size from; each begins with the
// address of the next.
void** gc_free_objects(size_t bytes);
void** gc_free_leaves(size_t bytes);

// Makes a cell the next one of its size that is handed out.
void gc_recycle_cell(void* cell);
// The same for an object of a known size.
void gc_recycle_object(Object* object, size_t bytes, bool is_leaf);
void gc_recycle_buffer(ValueBuffer* buffer);

// A block of `bytes` that nobody else can know, not even the C++ code that is running.
inline void gc_give_back(void* buffer, size_t bytes) {
  constexpr size_t kWorthwhile = 64;
  if (bytes > kLargestCell) {
    gc_free_buffer(buffer);
  } else if (bytes >= kWorthwhile) {
    gc_recycle_cell(buffer);
  }
}

// The same where somebody may look at small blocks for a while: they are left to the collector.
inline void gc_free_large(void* buffer, size_t bytes) {
  if (bytes > kLargestCell) gc_free_buffer(buffer);
}

}  // namespace minipy
