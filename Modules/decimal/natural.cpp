#include "Modules/decimal/natural.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "Objects/memory_reserve.h"
#include "Objects/result.h"

namespace minipy::decimal {

constexpr int64_t kKeptPowers = 1200;

// --- memory ---

Natural::~Natural() {
  if (limbs_ != own_) std::free(limbs_);
}

mp_limb_t* Natural::prepare(size_t size) {
  size_ = 0;
  reserve(size);
  return limbs_;
}

// can_hold() has looked beforehand whether there is memory for large numbers.
void Natural::reserve(size_t size) {
  if (size <= capacity_) return;
  const size_t capacity = size + size / 8;
  auto* larger = static_cast<mp_limb_t*>(std::malloc(capacity * sizeof(mp_limb_t)));
  MP_ASSERT(larger != nullptr);
  std::copy(limbs_, limbs_ + size_, larger);
  if (limbs_ != own_) std::free(limbs_);
  limbs_ = larger;
  capacity_ = capacity;
}

void Natural::set(LimbView value) {
  if (value.limbs != limbs_) {
    prepare(value.size);
    std::copy(value.limbs, value.limbs + value.size, limbs_);
  }
  size_ = value.size;
}

void Natural::swap(Natural& other) {
  if (limbs_ == own_ && other.limbs_ == other.own_) {
    std::swap_ranges(own_, own_ + std::max(size_, other.size_), other.own_);
    std::swap(size_, other.size_);
    return;
  }
  if (limbs_ != own_ && other.limbs_ != other.own_) {
    std::swap(limbs_, other.limbs_);
    std::swap(capacity_, other.capacity_);
    std::swap(size_, other.size_);
    return;
  }
  Natural copy(view());
  set(other.view());
  other.set(copy.view());
}

bool can_hold(int64_t digits) {
  constexpr size_t kBytesPerDigit = 8;  // twenty numbers of that size: what GMP needs for its transforms, texts, copies
  if (digits > kMaxDigits) return false;
  return digits <= 0 || may_take(static_cast<size_t>(digits) * kBytesPerDigit);
}

// --- arithmetic ---

void Natural::add(LimbView value) {
  if (value.size == 0) return;
  const size_t larger = std::max(size_, value.size);
  reserve(larger + 1);
  mp_limb_t carry;
  if (size_ >= value.size) {
    carry = mpn_add(limbs_, limbs_, static_cast<mp_size_t>(size_), value.limbs,
                    static_cast<mp_size_t>(value.size));
  } else if (size_ == 0) {
    std::copy(value.limbs, value.limbs + value.size, limbs_);
    carry = 0;
  } else {
    carry = mpn_add(limbs_, value.limbs, static_cast<mp_size_t>(value.size), limbs_,
                    static_cast<mp_size_t>(size_));
  }
  limbs_[larger] = carry;
  size_ = larger + (carry != 0);
}

void Natural::add(uint64_t value) {
  const mp_limb_t limb = value;
  add(LimbView{&limb, value != 0});
}

void Natural::subtract(LimbView value) {
  if (value.size == 0) return;
  mpn_sub(limbs_, limbs_, static_cast<mp_size_t>(size_), value.limbs,
          static_cast<mp_size_t>(value.size));
  set_size(size_);
}

void Natural::subtract_from(LimbView value) {
  if (size_ == 0) return set(value);
  reserve(value.size);
  mpn_sub(limbs_, value.limbs, static_cast<mp_size_t>(value.size), limbs_,
          static_cast<mp_size_t>(size_));
  set_size(value.size);
}

void multiply(Natural& result, LimbView left, LimbView right) {
  if (left.size == 0 || right.size == 0) return result.set(uint64_t{0});
  if (left.size == 1 && right.size == 1) {
    return result.set_wide(static_cast<Wide>(left.limbs[0]) * right.limbs[0]);
  }
  if (left.size < right.size) std::swap(left, right);
  mp_limb_t* limbs = result.prepare(left.size + right.size);
  if (left.limbs == right.limbs && left.size == right.size) {
    mpn_sqr(limbs, left.limbs, static_cast<mp_size_t>(left.size));
  } else {
    mpn_mul(limbs, left.limbs, static_cast<mp_size_t>(left.size), right.limbs,
            static_cast<mp_size_t>(right.size));
  }
  result.set_size(left.size + right.size);
}

void Natural::multiply(LimbView value) {
  if (value.size <= 1) {
    if (size_ == 0 || value.size == 0) return set(uint64_t{0});
    reserve(size_ + 1);
    const mp_limb_t carry =
        mpn_mul_1(limbs_, limbs_, static_cast<mp_size_t>(size_), value.limbs[0]);
    limbs_[size_] = carry;
    size_ += carry != 0;
    return;
  }
  Natural product;
  decimal::multiply(product, view(), value);
  swap(product);
}

void Natural::shift_bits_left(size_t bits) {
  if (size_ == 0 || bits == 0) return;
  const size_t words = bits / 64;
  reserve(size_ + words + 1);
  limbs_[size_ + words] = 0;
  if (bits % 64) {
    limbs_[size_ + words] = mpn_lshift(limbs_ + words, limbs_, static_cast<mp_size_t>(size_),
                                       static_cast<unsigned>(bits % 64));
  } else {
    std::memmove(limbs_ + words, limbs_, size_ * sizeof(mp_limb_t));
  }
  std::fill(limbs_, limbs_ + words, 0);
  set_size(size_ + words + 1);
}

void Natural::shift_bits_right(size_t bits) {
  const size_t words = bits / 64;
  if (words >= size_) return set(uint64_t{0});
  const size_t size = size_ - words;
  if (bits % 64) {
    mpn_rshift(limbs_, limbs_ + words, static_cast<mp_size_t>(size),
               static_cast<unsigned>(bits % 64));
  } else {
    std::memmove(limbs_, limbs_ + words, size * sizeof(mp_limb_t));
  }
  set_size(size);
}

void Natural::divide(LimbView divisor, Natural& remainder) {
  if (compare(view(), divisor) < 0) {
    remainder.set(view());
    return set(uint64_t{0});
  }
  if (divisor.size == 1) {
    remainder.set(
        uint64_t{mpn_divrem_1(limbs_, 0, limbs_, static_cast<mp_size_t>(size_), divisor.limbs[0])});
    return set_size(size_);
  }
  Natural quotient;
  const size_t quotient_size = size_ - divisor.size + 1;
  mp_limb_t* quotient_limbs = quotient.prepare(quotient_size);
  mpn_tdiv_qr(quotient_limbs, remainder.prepare(divisor.size), 0, limbs_,
              static_cast<mp_size_t>(size_), divisor.limbs, static_cast<mp_size_t>(divisor.size));
  quotient.set_size(quotient_size);
  remainder.set_size(divisor.size);
  swap(quotient);
}

int compare(LimbView left, LimbView right) {
  if (left.size != right.size) return left.size < right.size ? -1 : 1;
  return left.size ? mpn_cmp(left.limbs, right.limbs, static_cast<mp_size_t>(left.size)) : 0;
}

bool is_odd(LimbView value) {
  return value.low() & 1;
}

size_t bit_length(LimbView value) {
  if (value.size == 0) return 0;
  return value.size * 64 - static_cast<size_t>(__builtin_clzll(value.limbs[value.size - 1]));
}

// --- powers of ten ---

const uint64_t kPowersOfTen[20] = {1u,
                                   10u,
                                   100u,
                                   1000u,
                                   10000u,
                                   100000u,
                                   1000000u,
                                   10000000u,
                                   100000000u,
                                   1000000000u,
                                   10000000000u,
                                   100000000000u,
                                   1000000000000u,
                                   10000000000000u,
                                   100000000000000u,
                                   1000000000000000u,
                                   10000000000000000u,
                                   100000000000000000u,
                                   1000000000000000000u,
                                   10000000000000000000u};

namespace {

void compute_power(Natural& result, int64_t exponent) {
  result.set(uint64_t{1});
  const mp_limb_t five = 5;
  for (int bit = 63 - __builtin_clzll(static_cast<uint64_t>(exponent) | 1); bit >= 0; --bit) {
    Natural square;
    multiply(square, result, result);
    result.swap(square);
    if (exponent >> bit & 1) result.multiply(LimbView{&five, 1});
  }
  result.shift_bits_left(static_cast<size_t>(exponent));
}

}  // namespace

LimbView power_of_ten(int64_t exponent) {
  if (exponent < 20) return {kPowersOfTen + exponent, 1};
  static std::array<LimbView, kKeptPowers> kept{};
  if (exponent < kKeptPowers) {
    LimbView& power = kept[static_cast<size_t>(exponent)];
    if (power.is_zero()) {
      auto* computed = new Natural();
      compute_power(*computed, exponent);
      power = computed->view();
    }
    return power;
  }
  static auto* large = new Natural();
  static int64_t large_exponent = 0;
  if (large_exponent != exponent) {
    compute_power(*large, exponent);
    large_exponent = exponent;
  }
  return large->view();
}

int count_digits(uint64_t value) {
  // 1233 / 4096 is a little more than the logarithm of two.
  const int guess = (64 - __builtin_clzll(value | 1)) * 1233 >> 12;
  return guess + (value >= kPowersOfTen[guess] || guess == 0);
}

int64_t count_digits(LimbView value) {
  if (value.size <= 1) return count_digits(uint64_t{value.low()});
  const size_t bits = bit_length(value);
  if (bits < kKeptPowers * 3) {
    // 2**bits has as many digits or one more: the logarithm of two is 0.30102999566...
    const auto least = static_cast<int64_t>(bits * 0x4D104D42 >> 32);
    return least + (compare(value, power_of_ten(least)) >= 0);
  }
  // The logarithm of the leading 64 bits decides, unless the number is next to a power of ten.
  const mp_limb_t top = value.limbs[value.size - 1], next = value.limbs[value.size - 2];
  const int shift = __builtin_clzll(top);
  const mp_limb_t leading = shift ? (top << shift) | (next >> (64 - shift)) : top;
  const long double logarithm =
      std::log10(static_cast<long double>(leading)) +
      static_cast<long double>(bits - 64) * 0.301029995663981195213738894724493027L;
  const long double whole = std::floor(logarithm);
  const long double error = 1e-17L * (static_cast<long double>(bits) + 16);
  const auto digits = static_cast<int64_t>(whole) + 1;
  if (logarithm - whole > error && whole + 1 - logarithm > error) return digits;
  const auto nearest = static_cast<int64_t>(std::llround(logarithm));
  return compare(value, power_of_ten(nearest)) >= 0 ? nearest + 1 : nearest;
}

void multiply_by_power(Natural& value, int64_t exponent) {
  if (exponent > 0 && !value.is_zero()) value.multiply(power_of_ten(exponent));
}

// --- digits ---

// A power of ten is even: half of it is compared, limb for limb from the top.
Rest rest_of_power(LimbView remainder, LimbView power) {
  if (remainder.is_zero()) return Rest::Zero;
  for (size_t i = power.size; i-- > 0;) {
    const mp_limb_t above = i + 1 < power.size ? power.limbs[i + 1] : 0;
    const mp_limb_t half = power.limbs[i] >> 1 | above << 63;
    const mp_limb_t limb = i < remainder.size ? remainder.limbs[i] : 0;
    if (limb != half) return limb < half ? Rest::BelowHalf : Rest::AboveHalf;
  }
  return Rest::Half;
}

namespace {

Rest rest_of(uint64_t remainder, uint64_t divisor) {
  if (remainder == 0) return Rest::Zero;
  const uint64_t other = divisor - remainder;
  return remainder < other ? Rest::BelowHalf : remainder == other ? Rest::Half : Rest::AboveHalf;
}

}  // namespace

Rest divide_by_power(Natural& value, int64_t exponent) {
  if (exponent <= 0 || value.is_zero()) return Rest::Zero;
  // Far more places than there are digits: the power need not be computed.
  if (exponent > static_cast<int64_t>(bit_length(value))) {
    value.set(uint64_t{0});
    return Rest::BelowHalf;
  }
  if (exponent < 20) {
    const uint64_t divisor = kPowersOfTen[exponent];
    if (value.size() == 1) {
      const uint64_t number = value.low();
      value.set(number / divisor);
      return rest_of(number % divisor, divisor);
    }
    Natural remainder;
    value.divide(LimbView{kPowersOfTen + exponent, 1}, remainder);
    return rest_of(uint64_t{remainder.low()}, divisor);
  }
  const LimbView divisor = power_of_ten(exponent);
  Natural remainder;
  value.divide(divisor, remainder);
  return rest_of_power(remainder, divisor);
}

void keep_low_digits(Natural& value, int64_t count) {
  if (count_digits(value) <= count) return;
  Natural remainder;
  value.divide(power_of_ten(count), remainder);
  value.swap(remainder);
}

// Ever smaller powers are tried: those that divide are taken out.
int64_t trailing_zeros(LimbView value, int64_t limit) {
  if (value.is_zero() || limit <= 0 || is_odd(value)) return 0;
  const auto twos = static_cast<int64_t>(mpn_scan1(value.limbs, 0));
  limit = std::min(limit, twos);
  Natural rest(value);
  int64_t zeros = 0, step = 1;
  while (step * 2 <= limit) step *= 2;
  for (; step > 0; step /= 2) {
    while (zeros + step <= limit) {
      Natural quotient(rest.view()), remainder;
      quotient.divide(power_of_ten(step), remainder);
      if (!remainder.is_zero()) break;
      rest.swap(quotient);
      zeros += step;
    }
  }
  return zeros;
}

int digit_at(LimbView value, int64_t place) {
  if (value.is_zero() || place > static_cast<int64_t>(bit_length(value))) return 0;
  if (place == 0)
    return static_cast<int>(mpn_mod_1(value.limbs, static_cast<mp_size_t>(value.size), 10));
  Natural shifted(value);
  divide_by_power(shifted, place);
  return digit_at(shifted, 0);
}

namespace {

// The digits of `value`, at least `count` of them, in front of `end`.
char* write_digits(char* end, uint64_t value, int count) {
  for (; value != 0 || count > 0; --count) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return end;
}

}  // namespace

std::string digits_of(LimbView value) {
  if (value.size <= 2) {
    char text[40];
    char* const end = text + sizeof text;
    mp_limb_t limbs[3] = {value.low(), value.size > 1 ? value.limbs[1] : 0, 0};
    char* start = end;
    while (limbs[1] != 0)
      start = write_digits(start, mpn_divrem_1(limbs, 0, limbs, 2, kPowersOfTen[19]), 19);
    start = write_digits(start, limbs[0], start == end);
    return std::string(start, static_cast<size_t>(end - start));
  }
  Natural scratch;  // mpn_get_str destroys its argument
  mp_limb_t* limbs = scratch.prepare(value.size + 1);
  std::copy(value.limbs, value.limbs + value.size, limbs);
  std::string text(static_cast<size_t>(count_digits(value)) + 2, '\0');
  const size_t length = mpn_get_str(reinterpret_cast<unsigned char*>(text.data()), 10, limbs,
                                    static_cast<mp_size_t>(value.size));
  text.resize(length);
  for (char& c : text) c = static_cast<char>(c + '0');
  const size_t zeros = std::min(text.find_first_not_of('0'), length - 1);
  return zeros ? text.substr(zeros) : text;
}

void set_digits(Natural& value, std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() <= 19) {
    uint64_t number = 0;
    for (const char c : digits) number = number * 10 + static_cast<uint64_t>(c - '0');
    return value.set(number);
  }
  std::string numbers(digits);
  for (char& c : numbers) c = static_cast<char>(c - '0');
  // A digit has less than 3.33 bits.
  mp_limb_t* limbs = value.prepare(numbers.size() * 333 / 6400 + 2);
  const mp_size_t size = mpn_set_str(limbs, reinterpret_cast<const unsigned char*>(numbers.data()),
                                     numbers.size(), 10);
  value.set_size(static_cast<size_t>(size));
}

}  // namespace minipy::decimal
