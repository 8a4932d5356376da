// Growing arrays and tables of names whose memory is an arena's.
#pragma once

#include <cstring>
#include <type_traits>

#include "Parser/arena.h"

namespace minipy {

template <typename T>
class ArenaVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t index) { return items_[index]; }
  const T& operator[](size_t index) const { return items_[index]; }
  T& back() { return items_[size_ - 1]; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  ast::Sequence<T> sequence() const { return {items_, size_}; }

  void push_back(ast::Arena& arena, const T& item) {
    if (size_ == capacity_) {
      const T copy = item;
      grow(arena);
      items_[size_++] = copy;
      return;
    }
    items_[size_++] = item;
  }

 private:
  void grow(ast::Arena& arena) {
    capacity_ = capacity_ ? capacity_ * 2 : 4;
    T* larger = arena.allocate_array<T>(capacity_);
    if (size_) std::memcpy(static_cast<void*>(larger), items_, size_ * sizeof(T));
    items_ = larger;
  }

  T* items_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

inline uint32_t hash_of(ast::Identifier name) {
  return name.name()->hash;
}

// Distinct items in the order of their arrival, each with its position. Small sets are searched
// from the front. `hash_of(item)` must be declared for T.
template <typename T>
class IndexedSet {
 public:
  static constexpr int kAbsent = -1;

  size_t size() const { return items_.size(); }
  T operator[](size_t index) const { return items_[index]; }
  const ArenaVector<T>& items() const { return items_; }

  int find(T item) const {
    if (!slots_) {
      for (size_t i = 0; i < items_.size(); ++i) {
        if (items_[i] == item) return static_cast<int>(i);
      }
      return kAbsent;
    }
    for (uint32_t slot = hash_of(item) & mask_;; slot = (slot + 1) & mask_) {
      if (slots_[slot] == 0) return kAbsent;
      if (items_[slots_[slot] - 1] == item) return static_cast<int>(slots_[slot] - 1);
    }
  }

  int find_or_add(ast::Arena& arena, T item) {
    const int found = find(item);
    return found >= 0 ? found : add(arena, item);
  }

  // The item must not be there yet.
  int add(ast::Arena& arena, T item) {
    items_.push_back(arena, item);
    if (items_.size() > kLinearLimit) {
      if (!slots_ || items_.size() * 2 > static_cast<size_t>(mask_) + 1) {
        rebuild(arena);
      } else {
        insert(items_.size() - 1);
      }
    }
    return static_cast<int>(items_.size() - 1);
  }

 private:
  static constexpr size_t kLinearLimit = 8;

  void insert(size_t index) {
    uint32_t slot = hash_of(items_[index]) & mask_;
    while (slots_[slot]) slot = (slot + 1) & mask_;
    slots_[slot] = static_cast<uint32_t>(index + 1);
  }

  void rebuild(ast::Arena& arena) {
    const uint32_t capacity = slots_ ? (mask_ + 1) * 2 : 32;
    mask_ = capacity - 1;
    slots_ = arena.allocate_array<uint32_t>(capacity);
    std::memset(slots_, 0, capacity * sizeof(uint32_t));
    for (size_t i = 0; i < items_.size(); ++i) insert(i);
  }

  ArenaVector<T> items_;
  uint32_t* slots_ = nullptr;  // position + 1, 0 where free
  uint32_t mask_ = 0;
};

using NameTable = IndexedSet<ast::Identifier>;

}  // namespace minipy
