// What a matcher has to come back to: choices that are still open, and old values to restore.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace minipy::sre {

struct Entry {
  enum Kind : uint32_t {
    // Undone on the way back.
    RestoreMark,   // index, old place, old last index
    RestoreLoop,   // index, old count, old place
    // Choices.
    Choice,        // continue at `instruction`, place
    GreedyRun,     // at `instruction`, one character less, down to `place`; `other` is the current end
    LazyRun,       // run `instruction` takes one character more at `place`; `other` counts
    LazyLoop,      // loop `instruction` tries its body after all
    Barrier,       // of a look ahead or atomic group: nothing to try
    NotBarrier,    // of a negative one: its body failed, so continue at `instruction`, place
  };
  Kind kind;
  uint32_t index;        // of a mark or loop; otherwise the instruction
  const void* place;
  int64_t other;

  bool is_choice() const { return kind >= Choice; }
  bool restores_loop(uint32_t loop) const { return kind == RestoreLoop && index == loop; }
};

// A stack in malloc memory, kept by the thread from match to match while it is small.
class BacktrackStack {
 public:
  BacktrackStack() : entries_(std::exchange(spare_, nullptr)), capacity_(entries_ ? kSpare : 0) {}
  ~BacktrackStack() {
    if (capacity_ == kSpare && !spare_) {
      spare_ = entries_;
    } else {
      std::free(entries_);
    }
  }
  BacktrackStack(const BacktrackStack&) = delete;
  BacktrackStack& operator=(const BacktrackStack&) = delete;

  size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }
  Entry& top() { return entries_[size_ - 1]; }
  Entry& operator[](size_t i) { return entries_[i]; }
  void pop() { --size_; }
  void clear() { size_ = 0; }
  // False if memory has run out.
  [[nodiscard]] bool push(Entry::Kind kind, uint32_t index, const void* place, int64_t other = 0) {
    if (size_ == capacity_ && !grow()) return false;
    entries_[size_++] = {kind, index, place, other};
    return true;
  }
  // Forgets the choices from `height` on, but not what is to be restored.
  void cut(size_t height) {
    size_t kept = height;
    for (size_t i = height; i < size_; ++i) {
      if (!entries_[i].is_choice()) entries_[kept++] = entries_[i];
    }
    size_ = kept;
  }

 private:
  static constexpr size_t kSpare = 1024;

  bool grow() {
    const size_t capacity = capacity_ ? capacity_ * 2 : kSpare;
    auto* entries = static_cast<Entry*>(std::realloc(entries_, capacity * sizeof(Entry)));
    if (!entries) return false;
    entries_ = entries;
    capacity_ = capacity;
    return true;
  }

  static thread_local inline Entry* spare_ = nullptr;
  Entry* entries_;
  size_t capacity_, size_ = 0;
};

}  // namespace minipy::sre
