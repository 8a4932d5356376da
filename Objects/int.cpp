// Making ints, comparing them, and converting them to other numbers.
#include "Objects/int.h"

#include <cmath>

#include "Objects/float.h"
#include "Objects/int_limbs.h"
#include "Objects/raise.h"

namespace minipy {

Value make_big_int(int64_t i) {
  NewInt result(1);
  result.limbs()[0] = i < 0 ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
  return result.finish(1, i < 0);
}

Value make_uint(uint64_t i) {
  if (i <= static_cast<uint64_t>(Value::kMaxInt)) return Value::from_int(static_cast<int64_t>(i));
  NewInt result(1);
  result.limbs()[0] = i;
  return result.finish(1, false);
}

Value make_int_from_limbs(const uint64_t* limbs, size_t size, bool is_negative) {
  while (size && limbs[size - 1] == 0) --size;
  NewInt result(size ? size : 1);
  if (result.failed()) return raise_memory_error(current_thread());
  if (size) mpn_copyi(result.limbs(), as_limbs(limbs), static_cast<mp_size_t>(size));
  return result.finish(size, is_negative);
}

Value exact_int(Value any_int) {
  if (any_int.is_int() || is_exact(any_int, Kind::Int)) return any_int;
  if (any_int.is_bool()) return Value::from_int(any_int.as_bool());
  const Int* heap = any_int.as<Int>();
  return make_int_from_limbs(heap->limbs(), heap->size(), heap->is_negative());
}

bool int_is_zero(Value v) { return is_heap_int(v) ? v.as<Int>()->signed_size == 0 : small_int(v) == 0; }

int int_sign(Value v) {
  const int64_t i = is_heap_int(v) ? v.as<Int>()->signed_size : small_int(v);
  return (i > 0) - (i < 0);
}

std::optional<int64_t> int_to_int64(Value v) {
  if (!is_heap_int(v)) return small_int(v);
  const IntView view(v);
  if (view.size() > 1) return std::nullopt;
  const uint64_t magnitude = view.limb(0);
  if (view.is_negative()) {
    if (magnitude > uint64_t{1} << 63) return std::nullopt;
    return static_cast<int64_t>(uint64_t{0} - magnitude);
  }
  if (magnitude >> 63) return std::nullopt;
  return static_cast<int64_t>(magnitude);
}

std::optional<uint64_t> int_to_uint64(Value v) {
  const IntView view(v);
  if (view.size() > 1 || view.is_negative()) return std::nullopt;
  return view.limb(0);
}

double round_scaled(uint64_t top, bool is_inexact, int64_t exponent) {
  const int64_t magnitude = exponent + 63;  // the value is in [2^magnitude, 2^(magnitude + 1))
  if (magnitude > 1023) return HUGE_VAL;
  const int64_t kept = magnitude >= -1022 ? 53 : 53 - (-1022 - magnitude);
  if (kept < 0) return 0.0;
  const int dropped = static_cast<int>(64 - kept);  // 11 to 64
  const uint64_t half = uint64_t{1} << (dropped - 1);
  const uint64_t rest = dropped == 64 ? top : top & ((uint64_t{1} << dropped) - 1);
  uint64_t mantissa = dropped == 64 ? 0 : top >> dropped;
  if (rest > half || (rest == half && (is_inexact || (mantissa & 1)))) ++mantissa;
  return std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent + dropped));
}

double int_to_double_unchecked(Value v) {
  if (!is_heap_int(v)) return static_cast<double>(small_int(v));
  const IntView view(v);
  if (view.size() <= 1) {
    const double magnitude = static_cast<double>(view.limb(0));
    return view.is_negative() ? -magnitude : magnitude;
  }
  const size_t size = view.size();
  const int shift = __builtin_clzll(view.limb(size - 1));
  uint64_t top = view.limb(size - 1) << shift;
  uint64_t below = view.limb(size - 2) << shift;
  if (shift) top |= view.limb(size - 2) >> (64 - shift);
  bool is_inexact = below != 0;
  for (size_t i = 0; i + 2 < size && !is_inexact; ++i) is_inexact = view.limb(i) != 0;
  const double magnitude =
      size > 17 ? HUGE_VAL : round_scaled(top, is_inexact, static_cast<int64_t>(size - 1) * 64 - shift);
  return view.is_negative() ? -magnitude : magnitude;
}

Result<double> int_to_double(Thread& thread, Value v) {
  const double d = int_to_double_unchecked(v);
  if (std::isinf(d)) return raise(thread, OverflowError, "int too large to convert to float");
  return d;
}

Value int_from_double(Thread& thread, double d) {
  if (std::isinf(d)) return raise(thread, OverflowError, "cannot convert float infinity to integer");
  if (std::isnan(d)) return raise(thread, ValueError, "cannot convert float NaN to integer");
  if (std::fabs(d) < 9e18) return make_int(static_cast<int64_t>(d));
  int exponent;
  const double fraction = std::frexp(std::fabs(d), &exponent);  // at least 63
  const uint64_t mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  const int shift = exponent - 53;
  const size_t size = static_cast<size_t>(exponent + 63) / 64;
  NewInt result(size);
  mpn_zero(result.limbs(), static_cast<mp_size_t>(size));
  const size_t word = static_cast<size_t>(shift) / 64;
  const int bit = shift % 64;
  result.limbs()[word] = mantissa << bit;
  if (bit > 11) result.limbs()[word + 1] = mantissa >> (64 - bit);
  return result.finish(size, d < 0);
}

int int_compare(Value left, Value right) {
  if (is_small_int(left) && is_small_int(right)) {
    const int64_t a = small_int(left), b = small_int(right);
    return (a > b) - (a < b);
  }
  const IntView a(left), b(right);
  if (a.is_negative() != b.is_negative()) return a.is_negative() ? -1 : 1;
  const int order = a.compare_magnitude(b);
  return a.is_negative() ? -order : order;
}

// Library reference, "Hashing of numeric types": the value modulo 2^61 - 1, with the sign; never -1.
int64_t int_hash(Value v) {
  constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
  const IntView view(v);
  uint64_t hash = 0;
  for (size_t i = view.size(); i-- > 0;) {
    const UInt128 sum = (static_cast<UInt128>(hash) << 3) + view.limb(i);  // 2^64 is 8 modulo the prime
    hash = static_cast<uint64_t>(sum & kPrime) + static_cast<uint64_t>(sum >> 61);
    if (hash >= kPrime) hash -= kPrime;
  }
  const int64_t signed_hash = view.is_negative() ? -static_cast<int64_t>(hash) : static_cast<int64_t>(hash);
  return signed_hash == -1 ? -2 : signed_hash;
}

size_t int_bit_length(Value v) { return IntView(v).bit_length(); }

}  // namespace minipy
