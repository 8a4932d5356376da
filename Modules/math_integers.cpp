#include "Modules/math_integers.h"

#include <cmath>
#include <numeric>

#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy {
namespace {

Value absolute(Value number) { return int_sign(number) < 0 ? int_negate(number) : number; }

Value gcd(Thread& thread, Value a, Value b) {
  if (a.is_int() && b.is_int()) return make_int(std::gcd(a.as_int(), b.as_int()));
  const IntView left(a), right(b);
  mpz_t left_number, right_number;
  BigNumber result;
  const bool done = gmp_succeeds(std::max(left.size(), right.size()), [&] {
    mpz_gcd(result.number, borrow(left, left_number), borrow(right, right_number));
  }, result.number);
  return done ? to_value(result) : Value(raise_memory_error(thread));
}

constexpr int64_t kLastSmallFactorial = 20;  // the last below 2**64

}  // namespace

Value math_factorial(Thread& thread, Value n) {
  const Value number = TRY(number_index(thread, n));
  const std::optional<int64_t> count = int_to_int64(number);
  if (int_sign(number) < 0) return raise(thread, ValueError, "factorial() not defined for negative values");
  if (!count) {
    return raise(thread, OverflowError, "factorial() argument should not exceed {}", INT64_MAX);
  }
  if (*count > int64_t{1} << 34) return raise_memory_error(thread);
  if (*count <= kLastSmallFactorial) {
    uint64_t product = 1;
    for (int64_t factor = 2; factor <= *count; ++factor) product *= static_cast<uint64_t>(factor);
    return make_uint(product);
  }
  BigNumber result;
  const bool done = gmp_succeeds(
      static_cast<size_t>(*count), [&] { mpz_fac_ui(result.number, static_cast<unsigned long>(*count)); }, result.number);
  return done ? to_value(result) : Value(raise_memory_error(thread));
}

Value math_gcd(Thread& thread, std::span<const Value> integers) {
  Value result = Value::from_int(0);
  for (Value integer : integers) result = TRY(gcd(thread, result, TRY(number_index(thread, integer))));
  return result;
}

Value math_lcm(Thread& thread, std::span<const Value> integers) {
  Value result = Value::from_int(1);
  for (Value integer : integers) {
    const Value number = TRY(number_index(thread, integer));
    if (int_is_zero(number) || int_is_zero(result)) {
      result = Value::from_int(0);
      continue;
    }
    const Value factor = TRY(int_floor_divide(thread, number, TRY(gcd(thread, result, number))));
    result = absolute(TRY(int_multiply(thread, result, factor)));
  }
  return result;
}

Value math_isqrt(Thread& thread, Value n) {
  const Value number = TRY(number_index(thread, n));
  if (int_sign(number) < 0) return raise(thread, ValueError, "isqrt() argument must be nonnegative");
  if (number.is_int()) {  // 50 bits: the double is exact, its root at most one off
    int64_t root = static_cast<int64_t>(std::sqrt(static_cast<double>(number.as_int())));
    while (root * root > number.as_int()) --root;
    while ((root + 1) * (root + 1) <= number.as_int()) ++root;
    return make_int(root);
  }
  const IntView view(number);
  mpz_t borrowed;
  BigNumber result;
  const bool done =
      gmp_succeeds(view.size(), [&] { mpz_sqrt(result.number, borrow(view, borrowed)); }, result.number);
  return done ? to_value(result) : Value(raise_memory_error(thread));
}

namespace {

Status check_non_negative(Thread& thread, Value number, const char* name) {
  if (int_sign(number) >= 0) return nothing;
  return raise(thread, ValueError, "{} must be a non-negative integer", name);
}

// The left halves of the rows of Pascal's triangle whose numbers all fit 64 bits.
struct Binomials {
  static constexpr int kRows = 68;
  uint64_t rows[kRows][kRows / 2];

  constexpr Binomials() : rows{} {
    for (int n = 0; n < kRows; ++n) {
      for (int k = 0; k <= n / 2; ++k) rows[n][k] = k == 0 ? 1 : at(n - 1, k - 1) + at(n - 1, k);
    }
  }
  constexpr uint64_t at(int n, int k) const { return rows[n][k <= n / 2 ? k : n - k]; }
};
constexpr Binomials binomials;

// Where everything on the way fits 64 bits; k is at most half of n.
std::optional<uint64_t> small_comb(Value n, int64_t k) {
  if (!n.is_int()) return std::nullopt;
  if (n.as_int() < Binomials::kRows) return binomials.at(static_cast<int>(n.as_int()), static_cast<int>(k));
  uint64_t result = 1;
  for (int64_t i = 0; i < k; ++i) {
    if (__builtin_mul_overflow(result, static_cast<uint64_t>(n.as_int() - i), &result)) return std::nullopt;
    result /= static_cast<uint64_t>(i + 1);
  }
  return result;
}

// n * (n - 1) * ... : `count` factors, halves multiplied so that both sides are about as long.
Value falling_product(Thread& thread, Value n, int64_t first, int64_t count) {
  if (count == 0) return Value::from_int(1);
  if (count == 1) return int_subtract(n, make_int(first));
  const int64_t half = count / 2;
  const Value left = TRY(falling_product(thread, n, first, half));
  return int_multiply(thread, left, TRY(falling_product(thread, n, first + half, count - half)));
}

}  // namespace

Value math_perm(Thread& thread, Value n_value, Value k_value) {
  if (k_value.is_none()) return math_factorial(thread, n_value);
  const Value n = TRY(number_index(thread, n_value));
  const Value k = TRY(number_index(thread, k_value));
  TRY(check_non_negative(thread, n, "n"));
  TRY(check_non_negative(thread, k, "k"));
  if (int_compare(n, k) < 0) return Value::from_int(0);
  const std::optional<int64_t> count = int_to_int64(k);
  if (!count) return raise(thread, OverflowError, "k must not exceed {}", INT64_MAX);
  return falling_product(thread, n, 0, *count);
}

Value math_comb(Thread& thread, Value n_value, Value k_value) {
  const Value n = TRY(number_index(thread, n_value));
  Value k = TRY(number_index(thread, k_value));
  TRY(check_non_negative(thread, n, "n"));
  TRY(check_non_negative(thread, k, "k"));
  const Value rest = int_subtract(n, k);
  if (int_sign(rest) < 0) return Value::from_int(0);
  if (int_compare(rest, k) < 0) k = rest;
  const std::optional<int64_t> count = int_to_int64(k);
  if (!count) return raise(thread, OverflowError, "min(n - k, k) must not exceed {}", INT64_MAX);
  if (const std::optional<uint64_t> result = small_comb(n, *count)) return make_uint(*result);
  const IntView view(n);
  mpz_t borrowed;
  BigNumber result;
  const bool done = gmp_succeeds(static_cast<size_t>(*count) * view.size(), [&] {
    mpz_bin_ui(result.number, borrow(view, borrowed), static_cast<unsigned long>(*count));
  }, result.number);
  return done ? to_value(result) : Value(raise_memory_error(thread));
}

}  // namespace minipy
