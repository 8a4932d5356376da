// Powers of ints.
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/raise.h"

namespace minipy {
namespace {

// Of small ints, by squaring; the result has the sign of the modulus.
Value small_power_modulo(int64_t base, int64_t exponent, int64_t modulus) {
  const auto size = static_cast<uint64_t>(modulus < 0 ? -modulus : modulus);
  const int64_t residue = base % modulus;
  UInt128 factor = residue < 0 ? size - static_cast<uint64_t>(-residue) : static_cast<uint64_t>(residue);
  UInt128 result = 1 % size;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = result * factor % size;
    factor = factor * factor % size;
  }
  const auto positive = static_cast<int64_t>(result);
  return Value::from_int(modulus < 0 && positive ? positive + modulus : positive);
}

Value power_modulo(Thread& thread, Value base, Value exponent, Value modulus) {
  if (int_is_zero(modulus)) return raise(thread, ValueError, "pow() 3rd argument cannot be 0");
  if (both_ints(base, exponent) && modulus.is_int() && exponent.as_int() >= 0) {
    return small_power_modulo(base.as_int(), exponent.as_int(), modulus.as_int());
  }
  const IntView b(base), e(exponent), m(modulus);
  mpz_t base_number, exponent_number, modulus_number;
  borrow(b, base_number);
  borrow(e, exponent_number);
  borrow(m, modulus_number);
  BigNumber result;
  if (m.size() == 1 && m.limb(0) == 1) return Value::from_int(0);
  bool is_invertible = true;
  const bool done = gmp_succeeds(std::max(b.size(), m.size()), [&] {
    if (e.is_negative()) {
      is_invertible = mpz_invert(result.number, base_number, modulus_number) != 0;
      if (!is_invertible) return;
      mpz_t positive;
      mpz_roinit_n(positive, e.limbs(), static_cast<mp_size_t>(e.size()));
      mpz_powm(result.number, result.number, positive, modulus_number);
    } else {
      mpz_powm(result.number, base_number, exponent_number, modulus_number);
    }
  }, result.number);
  if (!done) return raise_memory_error(thread);
  if (!is_invertible) return raise(thread, ValueError, "base is not invertible for the given modulus");
  // GMP's result is never negative; Python's has the sign of the modulus.
  if (m.is_negative() && mpz_sgn(result.number) != 0) mpz_add(result.number, result.number, modulus_number);
  return to_value(result);
}

// base ** exponent while everything fits 128 bits; an empty optional otherwise.
std::optional<Value> power_small(int64_t base, int64_t exponent) {
  if (exponent > 126) return std::nullopt;
  Int128 result = 1, square = base;
  for (;;) {
    if ((exponent & 1) && __builtin_mul_overflow(result, square, &result)) return std::nullopt;
    exponent >>= 1;
    if (!exponent) return make_int128(result);
    if (__builtin_mul_overflow(square, square, &square)) return std::nullopt;
  }
}

}  // namespace

Value int_power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (!modulus.is_none()) return power_modulo(thread, base, exponent, modulus);
  if (int_sign(exponent) < 0) {
    return float_power(thread, TRY(int_to_double(thread, base)), TRY(int_to_double(thread, exponent)));
  }
  const std::optional<int64_t> count = int_to_int64(exponent);
  if (is_small_int(base)) {
    const int64_t b = small_int(base);
    if (int_is_zero(exponent)) return Value::from_int(1);
    if (b == 0 || b == 1) return Value::from_int(b);
    if (b == -1) return Value::from_int(IntView(exponent).limb(0) & 1 ? -1 : 1);
    if (count) {
      if (b == 2) return int_left_shift(thread, Value::from_int(1), exponent);
      if (const std::optional<Value> small = power_small(b, *count)) return *small;
    }
  }
  const IntView b(base);
  if (!count || static_cast<UInt128>(*count) * b.bit_length() > UInt128{1} << 40) return raise_memory_error(thread);
  mpz_t base_number;
  borrow(b, base_number);
  BigNumber result;
  const size_t limbs = static_cast<size_t>(*count) * b.bit_length() / 64;
  const bool done = gmp_succeeds(
      limbs, [&] { mpz_pow_ui(result.number, base_number, static_cast<unsigned long>(*count)); }, result.number);
  return done ? to_value(result) : Value(raise_memory_error(thread));
}

}  // namespace minipy
