// Allocation on the Boehm collector: one kind of memory for objects, whose mark procedure reads the
// header, and one for pointer-free data. Objects with a finaliser also stand in a table (finalizers.cpp).
//
// Small allocations never fail: when memory runs out, a reserve is spent and a MemoryError is left
// pending for the next safe point. Large ones (over kLargeAllocation) return nullptr, and the
// caller raises MemoryError.
#pragma once

#include <cstddef>
#include <cstring>

#include "Objects/object.h"

namespace minipy {

struct Thread;

constexpr size_t kLargeAllocation = 64 * 1024;

// Once, before anything else. Reads MINIPY_GC_EVERY.
void gc_initialize();

// Around the code of a module that is being imported: a collection is put off, for a while, by what it makes.
void gc_begin_import();
void gc_end_import();

// Cells of cleared memory, `bytes` rounded up to 16. The header is filled in by allocate<T>.
void* gc_allocate_object(size_t bytes);       // scanned as the header says
void* gc_allocate_leaf(size_t bytes);         // never scanned; NOT cleared
void* gc_allocate_finalizable(size_t bytes);  // like object; its finaliser is run once unreachable
// Raw memory that is no object. Only the start of a block keeps it alive. nullptr if too large.
void* gc_allocate_scanned_buffer(size_t bytes);  // cleared, scanned conservatively
void* gc_allocate_leaf_buffer(size_t bytes);     // not cleared, never scanned
void gc_free_buffer(void* buffer);               // explicit, when nobody else can know the buffer

// A new object of layout T with `extra_bytes` behind it, all words zero, its shape `shape`.
// `scanned_words`: how many words after the header may hold pointers.
template <typename T>
T* initialize_header(void* cell, ShapeId shape, Kind kind, size_t scanned_words, uint8_t flags = 0) {
  Object* object = static_cast<Object*>(cell);
  object->kind = kind;
  object->flags = flags;
  object->slots = scanned_words < Object::kScanAll ? static_cast<uint8_t>(scanned_words) : Object::kScanAll;
  object->shape = shape;
  return static_cast<T*>(object);
}

// Instances of exactly the builtin type T::kKind. The whole struct is scanned.
template <typename T>
T* allocate(size_t extra_bytes = 0) {
  const size_t bytes = sizeof(T) + extra_bytes;
  return initialize_header<T>(gc_allocate_object(bytes), shape_of_kind(T::kKind), T::kKind,
                              (bytes - sizeof(Object)) / sizeof(Value));
}

// The same without pointers inside: text, digits. Memory after the header is NOT cleared.
template <typename T>
T* allocate_leaf(size_t extra_bytes = 0) {
  return initialize_header<T>(gc_allocate_leaf(sizeof(T) + extra_bytes), shape_of_kind(T::kKind),
                              T::kKind, 0);
}

template <typename T>
T* allocate_finalizable(size_t extra_bytes = 0) {
  const size_t bytes = sizeof(T) + extra_bytes;
  return initialize_header<T>(gc_allocate_finalizable(bytes), shape_of_kind(T::kKind), T::kKind,
                              (bytes - sizeof(Object)) / sizeof(Value), Object::kFinalizable);
}

// An instance of `type` (any subclass of T's): with room for its __slots__ and attributes.
// Empty, with MemoryError, if `extra_bytes` is too large.
Object* allocate_instance(Type& type, size_t extra_bytes = 0);
template <typename T>
T* allocate_instance_as(Type& type, size_t extra_bytes = 0) {
  return static_cast<T*>(allocate_instance(type, extra_bytes));
}

// An array of Values on the collected heap which starts unscanned and becomes scanned when the
// first pointer is stored: numbers cost the collector nothing.
struct ValueBuffer {
  uint64_t capacity_and_scanned;  // capacity * 2 + is_scanned
  Value items[];

  size_t capacity() const { return capacity_and_scanned >> 1; }
  bool is_scanned() const { return capacity_and_scanned & 1; }
};
// nullptr if too large. Items are uninitialised if unscanned and empty Values if scanned.
ValueBuffer* make_value_buffer(size_t capacity, bool scanned);
// A copy of the first `count` items with another capacity; nullptr if too large.
ValueBuffer* resized(ValueBuffer* buffer, size_t count, size_t capacity, bool scanned);

// Finalisers of unreachable objects run here, and weak reference callbacks: at safe points only.
bool has_pending_finalizers();
void run_pending_finalizers(Thread& thread);

size_t gc_collect(Thread& thread);  // a full collection, then the finalisers

// A growable array of Values that the collector sees; lives on the C++ stack or in objects.
class GcVector {
 public:
  size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }
  Value operator[](size_t i) const { return buffer_->items[i]; }
  Value& operator[](size_t i) { return buffer_->items[i]; }
  Value back() const { return buffer_->items[size_ - 1]; }
  Value* data() { return buffer_ ? buffer_->items : nullptr; }
  const Value* begin() const { return buffer_ ? buffer_->items : nullptr; }
  const Value* end() const { return begin() + size_; }
  void push_back(Value value);
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  void resize(size_t size);  // new items are empty Values

 private:
  ValueBuffer* buffer_ = nullptr;
  size_t size_ = 0;
};

}  // namespace minipy
