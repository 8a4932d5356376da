// Fragments of sound as audioop has them: signed samples of 1, 2, 3 or 4 bytes in the machine's
// order.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/raise.h"

namespace minipy::audio {

inline int get_sample(const uint8_t* place, int width) {
  switch (width) {
    case 1:
      return static_cast<int8_t>(*place);
    case 2: {
      int16_t sample;
      std::memcpy(&sample, place, sizeof(sample));
      return sample;
    }
    case 3:
      return place[0] | place[1] << 8 | static_cast<int8_t>(place[2]) * 0x10000;
    default: {
      int32_t sample;
      std::memcpy(&sample, place, sizeof(sample));
      return sample;
    }
  }
}
inline void set_sample(uint8_t* place, int width, int sample) {
  std::memcpy(place, &sample, static_cast<size_t>(width));  // the low bytes come first
}

// The same sample with 32 bits.
inline int widen(int sample, int width) {
  return static_cast<int>(static_cast<uint32_t>(sample) << (32 - 8 * width));
}
inline int narrow(int sample, int width) {
  return sample >> (32 - 8 * width);
}

inline int largest_sample(int width) {
  return narrow(std::numeric_limits<int>::max(), width);
}
inline int smallest_sample(int width) {
  return narrow(std::numeric_limits<int>::min(), width);
}

// The sample at or below a computed value, within the range.
inline int fit_sample(double value, int width) {
  if (std::isnan(value)) return std::numeric_limits<int>::min();
  if (value > largest_sample(width)) return largest_sample(width);
  if (value < smallest_sample(width) + 1.0) return smallest_sample(width);
  return static_cast<int>(std::floor(value));
}

// The samples of a bytes-like object. Opening checks the width, and that the last one is whole.
class Fragment {
 public:
  Fragment(Thread& thread, int width) : thread_(thread), lease_(thread), width_(width) {}
  Status open(Value object);
  size_t count() const { return lease_.size() / static_cast<size_t>(width_); }
  int at(size_t index) {
    return get_sample(lease_.data() + index * static_cast<size_t>(width_), width_);
  }
  int at_full_width(size_t index) { return widen(at(index), width_); }
  int width() const { return width_; }

 private:
  Thread& thread_;
  BufferLease lease_;
  const int width_;
};

extern Type* audio_error;  // audioop.error

Status check_width(Thread& thread, int width);

// A fragment that is being made: all its samples are set, in any order.
class NewFragment {
 public:
  NewFragment(size_t count, int width) : width_(width) {
    size_t bytes;
    if (!__builtin_mul_overflow(count, static_cast<size_t>(width), &bytes))
      bytes_ = allocate_bytes(bytes);
  }
  bool exists() const { return bytes_; }  // memory may be short
  void set(size_t index, int sample) {
    set_sample(bytes_->data() + index * static_cast<size_t>(width_), width_, sample);
  }
  void set_from_full_width(size_t index, int sample) { set(index, narrow(sample, width_)); }
  Value finish() const { return bytes_; }

 private:
  Bytes* bytes_ = nullptr;
  const int width_;
};

// Each sample of `from`, changed by `change`, in another width perhaps.
template <typename Change>
Value map_samples(Thread& thread, Fragment& from, int new_width, Change change) {
  NewFragment made(from.count(), new_width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < from.count(); ++i) made.set(i, change(from.at(i)));
  return made.finish();
}

}  // namespace minipy::audio
