// The arithmetic of ints. What fits 63 bits is done in machine words, the rest by GMP's mpn functions
// straight into the new object.
#include <cmath>

#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/tuple.h"
#include "Objects/raise.h"

namespace minipy {
namespace {

Value out_of_memory() { return raise_memory_error(current_thread()); }

// |a| + |b| with the given sign.
Value add_magnitudes(const IntView& a, const IntView& b, bool is_negative) {
  const IntView& longer = a.size() >= b.size() ? a : b;
  const IntView& shorter = a.size() >= b.size() ? b : a;
  const size_t size = longer.size();
  NewInt result(size + 1);
  if (result.failed()) return out_of_memory();
  mp_limb_t carry = 0;
  if (shorter.is_zero()) {
    if (size) mpn_copyi(result.limbs(), longer.limbs(), static_cast<mp_size_t>(size));
  } else {
    carry = mpn_add(result.limbs(), longer.limbs(), static_cast<mp_size_t>(size), shorter.limbs(),
                    static_cast<mp_size_t>(shorter.size()));
  }
  result.limbs()[size] = carry;
  return result.finish(size + 1, is_negative);
}

// |a| - |b|, negated if `is_negative`.
Value subtract_magnitudes(const IntView& a, const IntView& b, bool is_negative) {
  const int order = a.compare_magnitude(b);
  if (order == 0) return Value::from_int(0);
  const IntView& larger = order > 0 ? a : b;
  const IntView& smaller = order > 0 ? b : a;
  const size_t size = larger.size();
  NewInt result(size);
  if (result.failed()) return out_of_memory();
  if (smaller.is_zero()) {
    mpn_copyi(result.limbs(), larger.limbs(), static_cast<mp_size_t>(size));
  } else {
    mpn_sub(result.limbs(), larger.limbs(), static_cast<mp_size_t>(size), smaller.limbs(),
            static_cast<mp_size_t>(smaller.size()));
  }
  return result.finish(size, is_negative != (order < 0));
}

// The two's complement of `view` in `size` limbs.
void twos_complement(const IntView& view, mp_limb_t* out, size_t size) {
  if (view.size()) mpn_copyi(out, view.limbs(), static_cast<mp_size_t>(view.size()));
  for (size_t i = view.size(); i < size; ++i) out[i] = 0;
  if (view.is_negative()) mpn_neg(out, out, static_cast<mp_size_t>(size));
}

enum class BitOperation { And, Or, Xor };

template <BitOperation operation>
mp_limb_t bitwise(mp_limb_t a, mp_limb_t b) {
  if constexpr (operation == BitOperation::And) return a & b;
  if constexpr (operation == BitOperation::Or) return a | b;
  return a ^ b;
}

// Negative operands behave as if their sign bits went on forever.
template <BitOperation operation>
Value bitwise(Value left, Value right) {
  if (is_small_int(left) && is_small_int(right)) {
    return Value::from_int(static_cast<int64_t>(bitwise<operation>(
        static_cast<mp_limb_t>(small_int(left)), static_cast<mp_limb_t>(small_int(right)))));
  }
  Int128 x, y;
  if (as_one_limb(left, x) && as_one_limb(right, y)) {
    if constexpr (operation == BitOperation::And) return make_int128(x & y);
    if constexpr (operation == BitOperation::Or) return make_int128(x | y);
    return make_int128(x ^ y);
  }
  const IntView a(left), b(right);
  size_t size = a.size() > b.size() ? a.size() : b.size();
  if (!a.is_negative() && !b.is_negative()) {
    if (operation == BitOperation::And) size = a.size() < b.size() ? a.size() : b.size();
    NewInt result(size);
    if (result.failed()) return out_of_memory();
    for (size_t i = 0; i < size; ++i) result.limbs()[i] = bitwise<operation>(a.limb(i), b.limb(i));
    return result.finish(size, false);
  }
  ++size;  // room for the sign
  LimbScratch other(size);
  NewInt result(size);
  if (result.failed() || other.failed()) return out_of_memory();
  twos_complement(a, result.limbs(), size);
  twos_complement(b, other.data(), size);
  for (size_t i = 0; i < size; ++i) result.limbs()[i] = bitwise<operation>(result.limbs()[i], other[i]);
  const bool is_negative = result.limbs()[size - 1] >> 63;
  if (is_negative) mpn_neg(result.limbs(), result.limbs(), static_cast<mp_size_t>(size));
  return result.finish(size, is_negative);
}

// Quotient and remainder of floor division.
struct Division {
  Value quotient, remainder;
};

Division divide_small(int64_t a, int64_t b) {
  int64_t quotient = a / b, remainder = a % b;
  if (remainder != 0 && (remainder ^ b) < 0) {
    --quotient;
    remainder += b;
  }
  return {make_int(quotient), Value::from_int(remainder)};
}

// What the caller wants; the other part is computed in passing memory, if at all.
enum class Wanted { Quotient, Remainder, Both };

Result<Division> divide_large(Thread& thread, const IntView& a, const IntView& b, Wanted wanted) {
  const bool is_negative = a.is_negative() != b.is_negative();
  const size_t quotient_size = a.size() - b.size() + 1;
  const bool keep_quotient = wanted != Wanted::Remainder, keep_remainder = wanted != Wanted::Quotient;
  NewInt quotient(keep_quotient ? quotient_size + 1 : 1), remainder(keep_remainder ? b.size() : 1);
  LimbScratch passing(keep_quotient ? b.size() : quotient_size + 1);
  if (quotient.failed() || remainder.failed() || passing.failed()) return raise_memory_error(thread);
  mp_limb_t* q = keep_quotient ? quotient.limbs() : passing.data();
  mp_limb_t* r = keep_remainder ? remainder.limbs() : passing.data();
  const bool done = gmp_succeeds(a.size(), [&] {
    mpn_tdiv_qr(q, r, 0, a.limbs(), static_cast<mp_size_t>(a.size()), b.limbs(), static_cast<mp_size_t>(b.size()));
  });
  if (!done) return raise_memory_error(thread);
  q[quotient_size] = 0;
  const auto size = static_cast<mp_size_t>(b.size());
  if (is_negative && !mpn_zero_p(r, size)) {  // round down, not towards zero
    mpn_add_1(q, q, static_cast<mp_size_t>(quotient_size + 1), 1);
    mpn_sub_n(r, b.limbs(), r, size);
  }
  return Division{keep_quotient ? quotient.finish(quotient_size + 1, is_negative) : None,
                  keep_remainder ? remainder.finish(b.size(), b.is_negative()) : None};
}

Result<Division> divide(Thread& thread, Value left, Value right, Wanted wanted) {
  if (is_small_int(left) && is_small_int(right)) return divide_small(small_int(left), small_int(right));
  const IntView a(left), b(right);
  const bool is_negative = a.is_negative() != b.is_negative();
  if (a.compare_magnitude(b) < 0) {  // quotient 0, or -1 if the signs differ
    if (!is_negative || a.is_zero()) return Division{Value::from_int(0), exact_int(left)};
    return Division{Value::from_int(-1), TRY(int_add(left, right))};
  }
  return divide_large(thread, a, b, wanted);
}

Value shift_left(Thread& thread, Value value, uint64_t count) {
  const IntView view(value);
  if (view.is_zero()) return Value::from_int(0);
  const size_t words = count / 64;
  const unsigned bits = count % 64;
  const size_t size = view.size() + words + 1;
  NewInt result(size);
  if (result.failed()) return raise_memory_error(thread);
  if (words) mpn_zero(result.limbs(), static_cast<mp_size_t>(words));
  mp_limb_t* high = result.limbs() + words;
  if (bits) {
    high[view.size()] = mpn_lshift(high, view.limbs(), static_cast<mp_size_t>(view.size()), bits);
  } else {
    mpn_copyi(high, view.limbs(), static_cast<mp_size_t>(view.size()));
    high[view.size()] = 0;
  }
  return result.finish(size, view.is_negative());
}

Value shift_right(Value value, uint64_t count) {
  const IntView view(value);
  const size_t words = count / 64;
  const unsigned bits = count % 64;
  if (words >= view.size()) return Value::from_int(view.is_negative() ? -1 : 0);
  const size_t size = view.size() - words;
  NewInt result(size + 1);
  if (result.failed()) return out_of_memory();
  bool lost = false;  // set bits that were shifted out: a negative result goes down by one
  if (view.is_negative()) {
    for (size_t i = 0; i < words && !lost; ++i) lost = view.limb(i) != 0;
  }
  if (bits) {
    const mp_limb_t out = mpn_rshift(result.limbs(), view.limbs() + words, static_cast<mp_size_t>(size), bits);
    lost = lost || out != 0;
  } else {
    mpn_copyi(result.limbs(), view.limbs() + words, static_cast<mp_size_t>(size));
  }
  result.limbs()[size] = 0;
  if (view.is_negative() && lost) {
    mpn_add_1(result.limbs(), result.limbs(), static_cast<mp_size_t>(size + 1), 1);
  }
  return result.finish(size + 1, view.is_negative());
}

}  // namespace

Value int_add(Value left, Value right) {
  if (is_small_int(left) && is_small_int(right))
    return make_int(small_int(left) + small_int(right));
  Int128 x, y;
  if (as_one_limb(left, x) && as_one_limb(right, y)) return make_int128(x + y);
  const IntView a(left), b(right);
  if (a.is_negative() == b.is_negative()) return add_magnitudes(a, b, a.is_negative());
  return subtract_magnitudes(a, b, a.is_negative());
}

Value int_subtract(Value left, Value right) {
  if (is_small_int(left) && is_small_int(right))
    return make_int(small_int(left) - small_int(right));
  Int128 x, y;
  if (as_one_limb(left, x) && as_one_limb(right, y)) return make_int128(x - y);
  const IntView a(left), b(right);
  if (a.is_negative() != b.is_negative()) return add_magnitudes(a, b, a.is_negative());
  return subtract_magnitudes(a, b, a.is_negative());
}

Value int_multiply(Thread& thread, Value left, Value right) {
  if (is_small_int(left) && is_small_int(right)) {
    return make_int128(static_cast<Int128>(small_int(left)) * small_int(right));
  }
  const IntView a(left), b(right);
  if (a.is_zero() || b.is_zero()) return Value::from_int(0);
  const IntView& longer = a.size() >= b.size() ? a : b;
  const IntView& shorter = a.size() >= b.size() ? b : a;
  const size_t size = a.size() + b.size();
  NewInt result(size);
  if (result.failed()) return raise_memory_error(thread);
  const auto longer_size = static_cast<mp_size_t>(longer.size()), shorter_size = static_cast<mp_size_t>(shorter.size());
  const bool done = gmp_succeeds(longer.size(), [&] {
    if (shorter.size() == 1) {
      result.limbs()[longer.size()] = mpn_mul_1(result.limbs(), longer.limbs(), longer_size, shorter.limb(0));
    } else if (a.limbs() == b.limbs() && a.size() == b.size()) {
      mpn_sqr(result.limbs(), a.limbs(), longer_size);
    } else {
      mpn_mul(result.limbs(), longer.limbs(), longer_size, shorter.limbs(), shorter_size);
    }
  });
  if (!done) return raise_memory_error(thread);
  return result.finish(size, a.is_negative() != b.is_negative());
}

Value int_floor_divide(Thread& thread, Value left, Value right) {
  if (int_is_zero(right)) return raise(thread, ZeroDivisionError, "integer division or modulo by zero");
  return TRY(divide(thread, left, right, Wanted::Quotient)).quotient;
}

Value int_remainder(Thread& thread, Value left, Value right) {
  if (int_is_zero(right)) return raise(thread, ZeroDivisionError, "integer modulo by zero");
  if (is_small_int(left) && is_small_int(right)) return divide_small(small_int(left), small_int(right)).remainder;
  const IntView a(left), b(right);
  if (b.size() == 1 && a.size() > 1) {  // x % small: no quotient needed
    uint64_t rest = mpn_mod_1(a.limbs(), static_cast<mp_size_t>(a.size()), b.limb(0));
    if (rest && a.is_negative() != b.is_negative()) rest = b.limb(0) - rest;
    const Int128 signed_rest = b.is_negative() ? -static_cast<Int128>(rest) : static_cast<Int128>(rest);
    return make_int128(signed_rest);
  }
  return TRY(divide(thread, left, right, Wanted::Remainder)).remainder;
}

Value int_divmod(Thread& thread, Value left, Value right) {
  if (int_is_zero(right)) return raise(thread, ZeroDivisionError, "integer division or modulo by zero");
  const Division division = TRY(divide(thread, left, right, Wanted::Both));
  return make_tuple({division.quotient, division.remainder});
}

// Correctly rounded: a quotient of 64 bits or more and whether anything remains decide.
Value int_true_divide(Thread& thread, Value left, Value right) {
  if (int_is_zero(right)) return raise(thread, ZeroDivisionError, "division by zero");
  if (is_small_int(left) && is_small_int(right)) {  // 50 bits: both are exact as doubles
    return Value::from_double(static_cast<double>(small_int(left)) / static_cast<double>(small_int(right)));
  }
  const IntView a(left), b(right);
  const bool is_negative = a.is_negative() != b.is_negative();
  if (a.is_zero()) return Value::from_double(is_negative ? -0.0 : 0.0);
  const int64_t bits = static_cast<int64_t>(a.bit_length()) - static_cast<int64_t>(b.bit_length());
  if (bits > 1025) return raise(thread, OverflowError, "integer division result too large for a float");
  if (bits < -1080) return Value::from_double(is_negative ? -0.0 : 0.0);
  const int64_t shift = bits - 65;  // the quotient of a / 2^shift by b has 65 or 66 bits
  bool is_inexact = false;
  // numerator = |a| shifted left by -shift, or b shifted left by shift
  const size_t numerator_size = a.size() + (shift < 0 ? static_cast<size_t>(-shift) / 64 + 1 : 0);
  const size_t divisor_size = b.size() + (shift > 0 ? static_cast<size_t>(shift) / 64 + 1 : 0);
  LimbScratch numerator(numerator_size + 1), divisor(divisor_size + 1);
  if (numerator.failed() || divisor.failed()) return raise_memory_error(thread);
  auto fill = [](const IntView& view, mp_limb_t* out, size_t size, uint64_t count) {
    mpn_zero(out, static_cast<mp_size_t>(size));
    mp_limb_t* high = out + count / 64;
    if (count % 64) {
      const mp_limb_t carry = mpn_lshift(high, view.limbs(), static_cast<mp_size_t>(view.size()), count % 64);
      if (carry) high[view.size()] = carry;
    } else {
      mpn_copyi(high, view.limbs(), static_cast<mp_size_t>(view.size()));
    }
    while (size && out[size - 1] == 0) --size;
    return size;
  };
  const size_t n = fill(a, numerator.data(), numerator_size, shift < 0 ? static_cast<uint64_t>(-shift) : 0);
  const size_t d = fill(b, divisor.data(), divisor_size, shift > 0 ? static_cast<uint64_t>(shift) : 0);
  LimbScratch quotient(n - d + 1), remainder(d);
  if (quotient.failed() || remainder.failed()) return raise_memory_error(thread);
  const bool done = gmp_succeeds(n, [&] {
    mpn_tdiv_qr(quotient.data(), remainder.data(), 0, numerator.data(), static_cast<mp_size_t>(n), divisor.data(),
                static_cast<mp_size_t>(d));
  });
  if (!done) return raise_memory_error(thread);
  is_inexact = !mpn_zero_p(remainder.data(), static_cast<mp_size_t>(d));
  // 65 or 66 bits: two limbs
  const uint64_t low = quotient[0], high = quotient[1];
  const int extra = 64 - __builtin_clzll(high);
  const uint64_t top = (high << (64 - extra)) | (low >> extra);
  is_inexact = is_inexact || (low << (64 - extra)) != 0;
  const double result = round_scaled(top, is_inexact, shift + extra);
  if (std::isinf(result)) return raise(thread, OverflowError, "integer division result too large for a float");
  return Value::from_double(is_negative ? -result : result);
}

Value int_left_shift(Thread& thread, Value left, Value right) {
  if (is_small_int(left) && is_small_int(right) && static_cast<uint64_t>(small_int(right)) < 64) {
    return make_int128(static_cast<Int128>(small_int(left)) << small_int(right));
  }
  if (int_sign(right) < 0) return raise(thread, ValueError, "negative shift count");
  if (int_is_zero(left)) return Value::from_int(0);
  const std::optional<int64_t> count = int_to_int64(right);
  if (!count) return raise(thread, OverflowError, "too many digits in integer");
  return shift_left(thread, left, static_cast<uint64_t>(*count));
}

Value int_right_shift(Thread& thread, Value left, Value right) {
  if (int_sign(right) < 0) return raise(thread, ValueError, "negative shift count");
  const std::optional<int64_t> count = int_to_int64(right);
  if (is_small_int(left)) {
    const int64_t shift = !count || *count > 63 ? 63 : *count;
    return Value::from_int(small_int(left) >> shift);
  }
  if (!count) return Value::from_int(int_sign(left) < 0 ? -1 : 0);
  return shift_right(left, static_cast<uint64_t>(*count));
}

Value int_and(Value left, Value right) { return bitwise<BitOperation::And>(left, right); }
Value int_or(Value left, Value right) { return bitwise<BitOperation::Or>(left, right); }
Value int_xor(Value left, Value right) { return bitwise<BitOperation::Xor>(left, right); }

Value int_negate(Value v) {
  if (is_small_int(v)) return make_int(-small_int(v));
  const IntView view(v);
  NewInt result(view.size() ? view.size() : 1);
  if (result.failed()) return out_of_memory();
  if (view.size()) mpn_copyi(result.limbs(), view.limbs(), static_cast<mp_size_t>(view.size()));
  return result.finish(view.size(), !view.is_negative());
}

Value int_invert(Value v) {
  if (is_small_int(v)) return Value::from_int(~small_int(v));
  return int_subtract(Value::from_int(-1), v);
}

}  // namespace minipy
