// Natural numbers of any size on GMP's mpn functions, seen in base ten. No Python objects here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <gmp.h>

namespace minipy::decimal {

static_assert(sizeof(mp_limb_t) == 8 && GMP_NUMB_BITS == 64);
using Wide = unsigned __int128;

// More digits than this are refused, as if the memory had run out.
constexpr int64_t kMaxDigits = int64_t{2000000000};

// Limbs to look at, least significant first; the last one is not zero.
struct LimbView {
  const mp_limb_t* limbs = nullptr;
  size_t size = 0;
  bool is_zero() const { return size == 0; }
  mp_limb_t low() const { return size ? limbs[0] : 0; }
};

// Small numbers live in the object itself, larger ones in memory of malloc.
class Natural {
 public:
  static constexpr size_t kOwnLimbs = 12;

  Natural() = default;
  explicit Natural(uint64_t value) { set(value); }
  explicit Natural(LimbView value) { set(value); }
  ~Natural();
  Natural(const Natural&) = delete;
  Natural& operator=(const Natural&) = delete;

  LimbView view() const { return {limbs_, size_}; }
  operator LimbView() const { return view(); }  // NOLINT: meant to be implicit
  size_t size() const { return size_; }
  bool is_zero() const { return size_ == 0; }
  bool is_odd() const { return size_ && (limbs_[0] & 1); }
  mp_limb_t low() const { return size_ ? limbs_[0] : 0; }

  void set(uint64_t value) {
    limbs_[0] = value;
    size_ = value != 0;
  }
  void set_wide(Wide value) {
    limbs_[0] = static_cast<mp_limb_t>(value);
    limbs_[1] = static_cast<mp_limb_t>(value >> 64);
    size_ = limbs_[1] ? 2 : limbs_[0] != 0;
  }
  void set(LimbView value);
  void swap(Natural& other);

  void add(LimbView value);
  void add(uint64_t value);
  void subtract(LimbView value);  // not more than this
  void subtract_from(LimbView value);
  void multiply(LimbView value);
  void shift_bits_left(size_t bits);
  void shift_bits_right(size_t bits);
  // This becomes the quotient.
  void divide(LimbView divisor, Natural& remainder);

  // Room for `size` limbs whose contents are not kept; set_size() when they are written.
  mp_limb_t* prepare(size_t size);
  void set_size(size_t size) {
    while (size && limbs_[size - 1] == 0) --size;
    size_ = size;
  }

 private:
  void reserve(size_t size);  // keeps the contents
  mp_limb_t* limbs_ = own_;
  size_t size_ = 0, capacity_ = kOwnLimbs;
  mp_limb_t own_[kOwnLimbs];
};

void multiply(Natural& result, LimbView left, LimbView right);
int compare(LimbView left, LimbView right);
bool is_odd(LimbView value);
size_t bit_length(LimbView value);

// Is there memory for a few numbers of so many digits? GMP would end the process otherwise.
bool can_hold(int64_t digits);

// --- base ten ---

extern const uint64_t kPowersOfTen[20];
LimbView power_of_ten(int64_t exponent);  // valid until the next call for a large one
int64_t count_digits(LimbView value);     // 1 for zero
int count_digits(uint64_t value);
void multiply_by_power(Natural& value, int64_t exponent);

// What a division by a power of ten cut off, compared to half of the last place that is left.
enum class Rest : uint8_t { Zero, BelowHalf, Half, AboveHalf };
Rest rest_of_power(LimbView remainder, LimbView power);  // of a division by a power of ten
// value /= 10**exponent
Rest divide_by_power(Natural& value, int64_t exponent);
void keep_low_digits(Natural& value, int64_t count);  // value %= 10**count
int64_t trailing_zeros(LimbView value, int64_t limit);
int digit_at(LimbView value, int64_t place);  // place 0 is the last digit

std::string digits_of(LimbView value);  // "0" for zero
void set_digits(Natural& value, std::string_view digits);

}  // namespace minipy::decimal
