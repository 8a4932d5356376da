#include <algorithm>
#include <utility>

#include "Objects/gc.h"
#include "Objects/gc_large.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

unsigned shift_for(char32_t character) {
  return character < 0x100 ? 0 : character < 0x10000 ? 1 : 2;
}

template <typename To, typename From>
void widen(void* to, const void* from, size_t count) {
  copy_characters(static_cast<To*>(to), static_cast<const From*>(from), count);
}

void copy_widened(void* to, unsigned to_shift, const void* from, unsigned from_shift, size_t count) {
  if (to_shift == from_shift) {
    if (count > 0) memcpy(to, from, count << to_shift);
  } else if (to_shift == 1) {
    widen<uint16_t, uint8_t>(to, from, count);
  } else if (from_shift == 0) {
    widen<uint32_t, uint8_t>(to, from, count);
  } else {
    widen<uint32_t, uint16_t>(to, from, count);
  }
}

bool is_all_ascii(std::string_view text) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    memcpy(&word, text.data() + i, 8);
    all |= word;
  }
  for (; i < text.size(); ++i) all |= static_cast<uint8_t>(text[i]);
  return !(all & 0x8080808080808080);
}

// The buffers that most builders get by with: those that were finished leave them to the next. The GIL guards them.
constexpr size_t kSpareBytes = 512, kMostSpare = 4;
void* spare_buffers[kMostSpare];
size_t spare_count;

void* take_buffer(size_t bytes) {
  if (bytes != kSpareBytes || spare_count == 0) return gc_allocate_leaf_buffer(bytes);
  return std::exchange(spare_buffers[--spare_count], nullptr);
}

void give_back(void* buffer, size_t bytes) {
  if (bytes == kSpareBytes && spare_count < kMostSpare) {
    spare_buffers[spare_count++] = buffer;
  } else {
    gc_give_back(buffer, bytes);
  }
}

}  // namespace

// Makes room for `extra` characters of a width.
inline bool StrBuilder::reserve(size_t extra, unsigned shift) {
  if (length_ + extra <= capacity_ && shift <= shift_) return true;
  return grow(extra, shift);
}

bool StrBuilder::grow(size_t extra, unsigned shift) {
  if (failed_) return false;
  const size_t needed = length_ + extra;
  shift = std::max(shift, shift_);
  const size_t capacity = needed <= capacity_ ? capacity_ : std::max<size_t>(needed + needed / 2, kSpareBytes >> shift);
  void* const larger = needed > (size_t{1} << 46) ? nullptr : take_buffer(capacity << shift);
  if (larger == nullptr) {
    failed_ = true;
    return false;
  }
  copy_widened(larger, shift, buffer_, shift_, length_);
  if (buffer_ != nullptr) give_back(buffer_, capacity_ << shift_);
  buffer_ = larger;
  capacity_ = capacity;
  shift_ = shift;
  return true;
}

void StrBuilder::append(char32_t character) {
  if (!reserve(1, shift_for(character))) return;
  if (character >= 0x80) is_ascii_ = false;
  switch (shift_) {
    case 0: static_cast<uint8_t*>(buffer_)[length_++] = static_cast<uint8_t>(character); break;
    case 1: static_cast<uint16_t*>(buffer_)[length_++] = static_cast<uint16_t>(character); break;
    default: static_cast<uint32_t*>(buffer_)[length_++] = character; break;
  }
}

void StrBuilder::append_repeated(char32_t character, size_t count) {
  if (count == 0 || !reserve(count, shift_for(character))) return;
  if (character >= 0x80) is_ascii_ = false;
  switch (shift_) {
    case 0: memset(static_cast<uint8_t*>(buffer_) + length_, static_cast<int>(character), count); break;
    case 1: std::fill_n(static_cast<uint16_t*>(buffer_) + length_, count, static_cast<uint16_t>(character)); break;
    default: std::fill_n(static_cast<uint32_t*>(buffer_) + length_, count, character); break;
  }
  length_ += count;
}

void StrBuilder::append(std::string_view utf8) {
  if (!is_all_ascii(utf8)) return append(make_str(utf8));
  if (utf8.empty() || !reserve(utf8.size(), 0)) return;
  copy_widened(static_cast<char*>(buffer_) + (length_ << shift_), shift_, utf8.data(), 0,
               utf8.size());
  length_ += utf8.size();
}

void StrBuilder::append(const Str* text) { append(text, 0, text->length()); }

void StrBuilder::append(const Str* text, size_t start, size_t end) {
  if (start >= end) return;
  if (text->is_ascii()) {
    if (!reserve(end - start, 0)) return;
    copy_widened(static_cast<char*>(buffer_) + (length_ << shift_), shift_, text->latin1() + start, 0, end - start);
    length_ += end - start;
    return;
  }
  // A part of a wide string may itself be narrow.
  unsigned shift = text->width_shift();
  const char32_t largest = max_character(*text, start, end);
  if (shift > shift_) shift = std::max(shift_, shift_for(largest));
  if (!reserve(end - start, shift)) return;
  if (largest >= 0x80) is_ascii_ = false;
  with_characters(*text, [&](const auto* from) {
    switch (shift_) {
      case 0: copy_characters(static_cast<uint8_t*>(buffer_) + length_, from + start, end - start); break;
      case 1: copy_characters(static_cast<uint16_t*>(buffer_) + length_, from + start, end - start); break;
      default: copy_characters(static_cast<uint32_t*>(buffer_) + length_, from + start, end - start); break;
    }
  });
  length_ += end - start;
}

Result<Str*> StrBuilder::finish(Thread& thread) {
  if (failed_) return raise_memory_error(thread);
  if (length_ == 0) return empty_str();
  constexpr char32_t kLargest[] = {0xFF, 0xFFFF, 0x10FFFF};
  if (length_ == 1) {
    const char32_t only = shift_ == 0   ? static_cast<uint8_t*>(buffer_)[0]
                          : shift_ == 1 ? static_cast<uint16_t*>(buffer_)[0]
                                        : static_cast<uint32_t*>(buffer_)[0];
    release();
    return make_character(only);
  }
  Str* const result = allocate_str(length_, is_ascii_ ? 0x7F : kLargest[shift_]);
  if (result == nullptr) return raise_memory_error(thread);
  memcpy(result->mutable_data(), buffer_, length_ << shift_);
  release();
  return result;
}

// The next builder gets the buffer; this one is empty again.
void StrBuilder::release() {
  give_back(buffer_, capacity_ << shift_);
  buffer_ = nullptr;
  length_ = capacity_ = 0;
  shift_ = 0;
  is_ascii_ = true;
}

}  // namespace minipy
