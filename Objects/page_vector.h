// A growable array in pages of its own: for tables that change while the collector has stopped all
// threads, one of which may be inside malloc. The collector does not look into it.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "Objects/memory_reserve.h"

namespace minipy {

template <typename T>
class PageVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  PageVector() = default;
  PageVector(const PageVector&) = delete;
  PageVector& operator=(const PageVector&) = delete;

  size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }
  T& operator[](size_t i) { return items_[i]; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  void push_back(T item) {
    if (size_ == capacity_) grow();
    items_[size_++] = item;
  }
  T take_last() { return items_[--size_]; }
  void shrink(size_t size) { size_ = size; }

 private:
  void grow() {
    if (capacity_ == 0 ? resize(kStep) : resize(capacity_ * 2)) return;
    if (resize(capacity_ + kStep) || (spend_reserved_addresses() && resize(capacity_ + kStep))) return;
    std::fputs("Fatal Python error: out of memory\n", stderr);
    std::_Exit(1);
  }

  bool resize(size_t capacity) {
    const size_t old_bytes = capacity_ * sizeof(T), bytes = capacity * sizeof(T);
    void* const block = items_ == nullptr
                            ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                            : mremap(items_, old_bytes, bytes, MREMAP_MAYMOVE);
    if (block == MAP_FAILED) return false;
    items_ = static_cast<T*>(block);
    capacity_ = capacity;
    return true;
  }

  static constexpr size_t kStep = 4096 / sizeof(T);

  T* items_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace minipy
