#include "Modules/decimal/fixed_point.h"

#include <cmath>

namespace minipy::decimal {

void to_integer(Integer& result, LimbView value) {
  mpz_t view;
  mpz_set(result, mpz_roinit_n(view, value.limbs, static_cast<mp_size_t>(value.size)));
}

void to_fixed(Integer& result, const View& value, int64_t places, size_t bits) {
  to_integer(result, value.coefficient);
  mpz_mul_2exp(result, result, bits);
  const int64_t exponent = value.exponent + places;
  if (exponent == 0) return;
  Integer power;
  to_integer(power, power_of_ten(exponent < 0 ? -exponent : exponent));
  if (exponent > 0) {
    mpz_mul(result, result, power);
  } else {
    mpz_tdiv_q(result, result, power);
  }
}

// --- the logarithm of ten ---

namespace {

// A part of the series atanh(1/n) = sum of 1 / ((2k+1) n**(2k+1)), for k from `first` to `last`:
// p / (q * b), where b is the product of the odd numbers and q of the squares of n.
struct SeriesPart {
  Integer p, q, b;
};

void sum_series(SeriesPart& part, unsigned long first, unsigned long last, unsigned long square) {
  if (last - first == 1) {
    mpz_set_ui(part.p, 1);
    mpz_set_ui(part.q, square);
    mpz_set_ui(part.b, 2 * first + 1);
    return;
  }
  SeriesPart right;
  const unsigned long middle = first + (last - first) / 2;
  sum_series(part, first, middle, square);
  sum_series(right, middle, last, square);
  // p = p1 * b2 * q2 + b1 * p2
  mpz_mul(part.p, part.p, right.b);
  mpz_mul(part.p, part.p, right.q);
  mpz_mul(right.p, right.p, part.b);
  mpz_add(part.p, part.p, right.p);
  mpz_mul(part.b, part.b, right.b);
  mpz_mul(part.q, part.q, right.q);
}

// result += factor * atanh(1/n)
void add_atanh(Integer& result, unsigned long factor, unsigned long n, size_t bits) {
  const auto terms = static_cast<unsigned long>(static_cast<double>(bits) /
                                                (2 * std::log2(static_cast<double>(n)))) +
                     2;
  SeriesPart sum;
  sum_series(sum, 0, terms, n * n);
  mpz_mul_ui(sum.p, sum.p, factor * n);
  mpz_mul_2exp(sum.p, sum.p, bits);
  mpz_mul(sum.q, sum.q, sum.b);
  mpz_tdiv_q(sum.p, sum.p, sum.q);
  mpz_add(result, result, sum.p);
}

}  // namespace

// ln 10 = 46 atanh(1/31) + 34 atanh(1/49) + 20 atanh(1/161). The most exact one is kept.
void logarithm_of_ten(Integer& result, size_t bits) {
  static Integer kept;
  static size_t kept_bits = 0;
  if (kept_bits < bits) {
    const size_t wanted = bits + bits / 4 + 64;
    mpz_set_ui(kept, 0);
    add_atanh(kept, 46, 31, wanted + 16);
    add_atanh(kept, 34, 49, wanted + 16);
    add_atanh(kept, 20, 161, wanted + 16);
    mpz_fdiv_q_2exp(kept, kept, 16);
    kept_bits = wanted;
  }
  mpz_fdiv_q_2exp(result, kept, kept_bits - bits);
}

// --- exp and ln ---

namespace {

// How often to halve the argument (or take its root) before the series: what comes to about as many
// multiplications as the series then needs.
unsigned reductions(size_t bits) {
  return static_cast<unsigned>(std::sqrt(static_cast<double>(bits)) * 0.7) + 2;
}

void multiply_fixed(Integer& result, const Integer& left, const Integer& right, size_t bits) {
  mpz_mul(result, left, right);
  mpz_fdiv_q_2exp(result, result, bits);
}

}  // namespace

// exp(x) = exp(x / 2**n) ** (2**n). Squaring doubles the relative error each time.
void exponential_fixed(Integer& result, const Integer& x, size_t bits) {
  const unsigned halvings = reductions(bits);
  const size_t guard = halvings + 24, work = bits + guard;
  Integer small, term;
  mpz_mul_2exp(small, x, guard);
  mpz_fdiv_q_2exp(small, small, halvings);
  mpz_set_ui(result, 1);
  mpz_mul_2exp(result, result, work);
  mpz_set(term, result);
  for (unsigned long n = 1;; ++n) {
    multiply_fixed(term, term, small, work);
    mpz_fdiv_q_ui(term, term, n);
    if (mpz_sgn(static_cast<mpz_srcptr>(term)) == 0) break;
    mpz_add(result, result, term);
  }
  for (unsigned i = 0; i < halvings; ++i) multiply_fixed(result, result, result, work);
  mpz_fdiv_q_2exp(result, result, guard);
}

// ln(x) = 2**n * ln(x ** (1 / 2**n)), and ln(y) = 2 atanh((y-1) / (y+1)).
void logarithm_fixed(Integer& result, const Integer& x, size_t bits) {
  const unsigned roots = reductions(bits);
  const size_t guard = roots + 24, work = bits + guard;
  Integer root, one, term, square;
  mpz_mul_2exp(root, x, guard);
  for (unsigned i = 0; i < roots; ++i) {
    mpz_mul_2exp(root, root, work);
    mpz_sqrt(root, root);
  }
  mpz_set_ui(one, 1);
  mpz_mul_2exp(one, one, work);
  mpz_sub(term, root, one);
  mpz_add(root, root, one);
  mpz_mul_2exp(term, term, work);
  mpz_tdiv_q(term, term, root);
  multiply_fixed(square, term, term, work);
  mpz_set(result, term);
  Integer quotient;
  for (unsigned long n = 3;; n += 2) {
    mpz_mul(term, term, square);
    mpz_tdiv_q_2exp(term, term, work);
    mpz_tdiv_q_ui(quotient, term, n);
    if (mpz_sgn(static_cast<mpz_srcptr>(quotient)) == 0) break;
    mpz_add(result, result, quotient);
  }
  mpz_mul_2exp(result, result, roots + 1);
  mpz_fdiv_q_2exp(result, result, guard);
}

// --- back to base ten ---

namespace {

void set_magnitude(Number& result, const Integer& value, int64_t exponent) {
  result.coefficient.set(LimbView{mpz_limbs_read(value), mpz_size(value)});
  result.exponent = exponent;
  result.is_negative = mpz_sgn(static_cast<mpz_srcptr>(value)) < 0;
  result.special = Special::None;
  result.count();
}

}  // namespace

bool round_approximation(Number& result, const Integer& value, unsigned error, int64_t exponent,
                         const Settings& settings, uint32_t& status) {
  Settings half_even = settings;
  half_even.rounding = Rounding::HalfEven;
  half_even.clamp = false;
  Integer bound;
  Number high;
  uint32_t low_status = 0, high_status = 0;
  mpz_sub_ui(bound, value, error);
  set_magnitude(result, bound, exponent);
  const bool low_sign = result.is_negative;
  finalize(result, half_even, low_status);
  mpz_add_ui(bound, value, error);
  set_magnitude(high, bound, exponent);
  finalize(high, half_even, high_status);
  if (low_sign != high.is_negative || result.special != high.special ||
      result.exponent != high.exponent || low_status != high_status ||
      compare(result.coefficient, high.coefficient) != 0) {
    return false;
  }
  half_even.clamp = settings.clamp;
  finalize(result, half_even, low_status);
  status |= low_status | Condition::kInexact | Condition::kRounded;
  return true;
}

}  // namespace minipy::decimal
