// For the files of int only: any int seen as sign and limbs, and new ints from limbs.
#pragma once

#include <cstdlib>

#include <gmp.h>

#include "Objects/gmp_memory.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/raise.h"

namespace minipy {

static_assert(sizeof(mp_limb_t) == 8 && GMP_NUMB_BITS == 64);

inline const mp_limb_t* as_limbs(const uint64_t* limbs) { return reinterpret_cast<const mp_limb_t*>(limbs); }

// Sign and limbs of an inline or a heap int; a bool counts as 0 or 1.
class IntView {
 public:
  explicit IntView(Value any_int) {
    if (is_heap_int(any_int)) {
      const Int* heap = any_int.as<Int>();
      limbs_ = as_limbs(heap->limbs());
      size_ = heap->size();
      is_negative_ = heap->is_negative();
      return;
    }
    const int64_t i = any_int.is_int() ? any_int.as_int() : any_int.as_bool();
    is_negative_ = i < 0;
    own_ = is_negative_ ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    size_ = i != 0;
    limbs_ = &own_;
  }
  IntView(const IntView&) = delete;
  IntView& operator=(const IntView&) = delete;

  const mp_limb_t* limbs() const { return limbs_; }
  mp_limb_t limb(size_t i) const { return i < size_ ? limbs_[i] : 0; }
  size_t size() const { return size_; }
  bool is_negative() const { return is_negative_; }
  bool is_zero() const { return size_ == 0; }
  size_t bit_length() const { return size_ == 0 ? 0 : size_ * 64 - static_cast<size_t>(__builtin_clzll(limbs_[size_ - 1])); }
  // Magnitudes only.
  int compare_magnitude(const IntView& other) const {
    if (size_ != other.size_) return size_ < other.size_ ? -1 : 1;
    return size_ == 0 ? 0 : mpn_cmp(limbs_, other.limbs_, static_cast<mp_size_t>(size_));
  }

 private:
  const mp_limb_t* limbs_;
  size_t size_;
  mp_limb_t own_ = 0;
  bool is_negative_;
};

// An int being made: limbs to be filled in, then `finish` gives the normalised Value.
class NewInt {
 public:
  explicit NewInt(size_t capacity) {
    const size_t bytes = sizeof(Int) + capacity * 8;
    void* cell = capacity >> 56 ? nullptr : gc_allocate_leaf(bytes);
    if (cell) int_ = initialize_header<Int>(cell, shape_of_kind(Kind::Int), Kind::Int, 0);
  }
  bool failed() const { return !int_; }
  mp_limb_t* limbs() { return reinterpret_cast<mp_limb_t*>(int_->limbs()); }
  Value finish(size_t size, bool is_negative) {
    const mp_limb_t* digits = limbs();
    while (size && digits[size - 1] == 0) --size;
    if (size <= 1) {
      const uint64_t magnitude = size ? digits[0] : 0;
      const int64_t number = static_cast<int64_t>(is_negative ? uint64_t{0} - magnitude : magnitude);
      if (magnitude <= uint64_t{1} << 49 && Value::fits_int(number)) return Value::from_int(number);
    }
    int_->signed_size = is_negative ? -static_cast<int64_t>(size) : static_cast<int64_t>(size);
    return int_;
  }

 private:
  Int* int_ = nullptr;
};

// Room for passing results: on the stack if small, else malloc'd and freed at the end of the scope.
template <typename T, size_t kInline>
class Scratch {
 public:
  explicit Scratch(size_t count)
      : data_(count <= kInline ? own_ : static_cast<T*>(std::malloc(count * sizeof(T)))) {}
  ~Scratch() { if (data_ != own_) std::free(data_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  bool failed() const { return !data_; }
  T* data() { return data_; }
  T& operator[](size_t i) { return data_[i]; }

 private:
  T own_[kInline];
  T* data_;
};
using LimbScratch = Scratch<mp_limb_t, 64>;

using Int128 = __int128;
using UInt128 = unsigned __int128;

inline Value make_int128(Int128 i) {
  if (i >= Value::kMinInt && i <= Value::kMaxInt) return Value::from_int(static_cast<int64_t>(i));
  const bool is_negative = i < 0;
  const UInt128 magnitude = is_negative ? UInt128{0} - static_cast<UInt128>(i) : static_cast<UInt128>(i);
  NewInt result(2);
  result.limbs()[0] = static_cast<uint64_t>(magnitude);
  result.limbs()[1] = static_cast<uint64_t>(magnitude >> 64);
  return result.finish(2, is_negative);
}

// The value of an inline int or a bool.
inline int64_t small_int(Value v) { return v.is_int() ? v.as_int() : v.as_bool(); }
inline bool is_small_int(Value v) { return v.is_int() || v.is_bool(); }

// The value of an int that has at most one limb; false for larger ones.
inline bool as_one_limb(Value any_int, Int128& number) {
  if (is_small_int(any_int)) {
    number = small_int(any_int);
    return true;
  }
  const Int* heap = any_int.as<Int>();
  if (heap->size() > 1) return false;
  const Int128 magnitude = heap->size() ? heap->limbs()[0] : 0;
  number = heap->is_negative() ? -magnitude : magnitude;
  return true;
}

// An mpz_t for the functions that GMP offers for these only.
struct BigNumber {
  BigNumber() { mpz_init(number); }
  ~BigNumber() { mpz_clear(number); }
  BigNumber(const BigNumber&) = delete;
  BigNumber& operator=(const BigNumber&) = delete;
  mpz_t number;
};

// A read-only mpz_t on the limbs of `view`.
inline mpz_srcptr borrow(const IntView& view, mpz_t& number) {
  const auto size = static_cast<mp_size_t>(view.size());
  return mpz_roinit_n(number, view.limbs(), view.is_negative() ? -size : size);
}

inline Value to_value(const BigNumber& big) {
  return make_int_from_limbs(reinterpret_cast<const uint64_t*>(mpz_limbs_read(big.number)), mpz_size(big.number),
                             mpz_sgn(big.number) < 0);
}

// top * 2^exponent, `top` having its highest bit set and `is_inexact` standing for something nonzero
// below it; rounded half to even once, subnormal results included. Infinite if too large.
double round_scaled(uint64_t top, bool is_inexact, int64_t exponent);

}  // namespace minipy
