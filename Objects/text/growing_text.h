// Bytes or characters of which nobody knows beforehand how many there will be: what comes out of a decompressor, a
// codec, marshal. A `std::string` that finds no memory can only end the process; this one drops what it had, takes
// nothing any more, and says so at the end: nobody need ask after each piece.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace minipy {

// As realloc(). The interpreter sets one that leaves others some memory, as the heap does (Objects/memory_reserve.h).
using Reallocate = void* (*)(void* block, size_t size, size_t new_size);
extern Reallocate reallocate_text;

template <typename Character>
class GrowingText {
 public:
  using View = std::basic_string_view<Character>;

  GrowingText() = default;
  ~GrowingText() { std::free(data_); }
  GrowingText(GrowingText&& other) noexcept { swap(other); }
  GrowingText& operator=(GrowingText&& other) noexcept {
    swap(other);
    return *this;
  }

  // Whether there was no memory at some time; it is empty then.
  bool failed() const { return failed_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  View view() const { return View(data_, size_); }
  const Character* data() const { return data_; }
  Character& operator[](size_t i) { return data_[i]; }
  Character operator[](size_t i) const { return data_[i]; }

  // Room behind the end for so many characters, which `grow_by` then counts; nullptr if there is no memory.
  Character* room(size_t count) { return make_room(count ? count : 1) ? data_ + size_ : nullptr; }
  void grow_by(size_t count) { size_ += count; }

  void append(const Character* text, size_t count) {
    if (count == 0 || !make_room(count)) return;
    std::memcpy(data_ + size_, text, count * sizeof(Character));
    size_ += count;
  }
  void append(View text) { append(text.data(), text.size()); }
  GrowingText& operator+=(View text) {
    append(text);
    return *this;
  }
  GrowingText& operator+=(Character character) {
    if (make_room(1)) data_[size_++] = character;
    return *this;
  }
  void push_back(Character character) { *this += character; }
  void append_repeated(Character character, size_t count) {
    if (!make_room(count)) return;
    for (Character* const end = data_ + size_ + count; size_ < static_cast<size_t>(end - data_);) data_[size_++] = character;
  }
  void shorten(size_t size) {
    if (size < size_) size_ = size;
  }
  void clear() { size_ = 0; }

 private:
  bool make_room(size_t count) { return (!failed_ && count <= capacity_ - size_) || enlarge(count); }
  [[gnu::noinline]] bool enlarge(size_t count);
  void swap(GrowingText& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(failed_, other.failed_);
  }

  Character* data_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
  bool failed_ = false;
};

template <typename Character>
bool GrowingText<Character>::enlarge(size_t count) {
  constexpr size_t kFirst = 64, kMost = size_t{1} << 46;
  if (failed_) return false;
  const size_t needed = size_ + count;
  const size_t doubled = capacity_ * 2 > kFirst ? capacity_ * 2 : kFirst;
  void* larger = nullptr;
  // Where doubling is too much, what is needed and a little may still be there.
  for (const size_t capacity : {needed > doubled ? needed : doubled, needed + needed / 8}) {
    if (larger || count > kMost) break;
    larger = reallocate_text(data_, capacity_ * sizeof(Character), capacity * sizeof(Character));
    if (larger) capacity_ = capacity;
  }
  if (!larger) {
    std::free(data_);
    size_ = capacity_ = 0;
    failed_ = true;
  }
  data_ = static_cast<Character*>(larger);
  return larger;
}

using GrowingBytes = GrowingText<char>;
using GrowingCharacters = GrowingText<char32_t>;

}  // namespace minipy
