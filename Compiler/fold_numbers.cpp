#include "Compiler/fold_numbers.h"

#include <cerrno>
#include <cmath>
#include <string>

namespace minipy {
namespace {

using ast::Arena;
using ast::ConstantKind;
using ast::ConstantValue;
using ast::Operator;
using Folded = std::optional<ConstantValue>;

// Larger ints are left to run time.
constexpr size_t kMaxIntegerBits = 128;

struct ComplexNumber {
  double real = 0;
  double imaginary = 0;
};

// x / 2**shift rounded to nearest, ties to even; `sticky` says that bits were lost before.
double round_to_double(mpz_srcptr magnitude, long exponent, bool sticky) {
  const long bits = static_cast<long>(mpz_sizeinbase(magnitude, 2));
  // Below the smallest normal number fewer bits remain.
  const long precision = std::min<long>(53, bits + exponent + 1074);
  if (precision < 0) return 0.0;
  const long excess = bits - precision;
  if (excess <= 0) return std::ldexp(mpz_get_d(magnitude), static_cast<int>(exponent));
  mpz_t quotient;
  mpz_init(quotient);
  mpz_tdiv_q_2exp(quotient, magnitude, static_cast<mp_bitcnt_t>(excess));
  const auto half = static_cast<mp_bitcnt_t>(excess - 1);
  const bool at_least_half = mpz_tstbit(magnitude, half);
  const bool above_half = at_least_half && (sticky || mpz_scan1(magnitude, 0) < half);
  if (above_half || (at_least_half && mpz_odd_p(quotient))) mpz_add_ui(quotient, quotient, 1);
  const double result = std::ldexp(mpz_get_d(quotient), static_cast<int>(excess + exponent));
  mpz_clear(quotient);
  return result;
}

// int / int, correctly rounded whatever the sizes.
Folded divide_integers(const BigInteger& left, const BigInteger& right) {
  if (right.sign() == 0) return std::nullopt;
  if (left.sign() == 0) return ConstantValue::of_float(0.0);
  const bool is_negative = (left.sign() < 0) != (right.sign() < 0);
  const long shift =
      static_cast<long>(left.bit_count()) - static_cast<long>(right.bit_count()) - 66;
  if (shift > 1100) return std::nullopt;
  BigInteger numerator, denominator, quotient, remainder;
  mpz_abs(numerator.get(), left.get());
  mpz_abs(denominator.get(), right.get());
  if (shift < 0) {
    mpz_mul_2exp(numerator.get(), numerator.get(), static_cast<mp_bitcnt_t>(-shift));
  } else {
    mpz_mul_2exp(denominator.get(), denominator.get(), static_cast<mp_bitcnt_t>(shift));
  }
  mpz_tdiv_qr(quotient.get(), remainder.get(), numerator.get(), denominator.get());
  const double magnitude = round_to_double(quotient.get(), shift, remainder.sign() != 0);
  if (std::isinf(magnitude)) return std::nullopt;
  return ConstantValue::of_float(is_negative ? -magnitude : magnitude);
}

std::optional<double> to_float(const ConstantValue& value) {
  if (value.kind == ConstantKind::Float) return value.real;
  return BigInteger(value).to_double();
}

// float % float has the sign of the divisor.
double float_modulo(double left, double right) {
  double result = std::fmod(left, right);
  if (result == 0.0) return std::copysign(0.0, right);
  if ((right < 0) != (result < 0)) result += right;
  return result;
}

double float_floor_divide(double left, double right) {
  double modulo = std::fmod(left, right);
  double quotient = (left - modulo) / right;
  if (modulo != 0.0 && (right < 0) != (modulo < 0)) quotient -= 1.0;
  if (quotient == 0.0) return std::copysign(0.0, left / right);
  double floored = std::floor(quotient);
  if (quotient - floored > 0.5) floored += 1.0;
  return floored;
}

Folded complex_power(ComplexNumber base, ComplexNumber exponent);

// A negative number to a fractional power is complex.
Folded float_power(double left, double right) {
  if (std::isfinite(left) && std::isfinite(right)) {
    if (left == 0.0 && right < 0.0) return std::nullopt;
    if (left < 0.0 && right != std::floor(right)) return complex_power({left, 0}, {right, 0});
  }
  const double result = std::pow(left, right);
  if (std::isinf(result) && std::isfinite(left) && std::isfinite(right)) return std::nullopt;
  return ConstantValue::of_float(result);
}

Folded fold_floats(Operator op, double left, double right) {
  switch (op) {
    case Operator::Add:
      return ConstantValue::of_float(left + right);
    case Operator::Sub:
      return ConstantValue::of_float(left - right);
    case Operator::Mult:
      return ConstantValue::of_float(left * right);
    case Operator::Pow:
      return float_power(left, right);
    case Operator::Div:
    case Operator::Mod:
    case Operator::FloorDiv:
      if (right == 0.0) return std::nullopt;
      if (op == Operator::Div) return ConstantValue::of_float(left / right);
      if (op == Operator::Mod) return ConstantValue::of_float(float_modulo(left, right));
      return ConstantValue::of_float(float_floor_divide(left, right));
    default:
      return std::nullopt;
  }
}

ComplexNumber multiply(ComplexNumber left, ComplexNumber right) {
  return {left.real * right.real - left.imaginary * right.imaginary,
          left.real * right.imaginary + left.imaginary * right.real};
}

// Divides by the larger component first, so that nothing overflows on the way.
std::optional<ComplexNumber> divide(ComplexNumber left, ComplexNumber right) {
  const double real_size = std::fabs(right.real);
  const double imaginary_size = std::fabs(right.imaginary);
  if (real_size >= imaginary_size) {
    if (real_size == 0.0) return std::nullopt;
    const double ratio = right.imaginary / right.real;
    const double denominator = right.real + right.imaginary * ratio;
    return ComplexNumber{(left.real + left.imaginary * ratio) / denominator,
                         (left.imaginary - left.real * ratio) / denominator};
  }
  if (imaginary_size >= real_size) {
    const double ratio = right.real / right.imaginary;
    const double denominator = right.real * ratio + right.imaginary;
    return ComplexNumber{(left.real * ratio + left.imaginary) / denominator,
                         (left.imaginary * ratio - left.real) / denominator};
  }
  return ComplexNumber{NAN, NAN};
}

std::optional<ComplexNumber> small_power(ComplexNumber base, long exponent) {
  ComplexNumber result{1, 0};
  for (long bits = std::labs(exponent), mask = 1; mask <= bits; mask <<= 1) {
    if (bits & mask) result = multiply(result, base);
    base = multiply(base, base);
  }
  return exponent >= 0 ? std::optional(result) : divide({1, 0}, result);
}

std::optional<ComplexNumber> general_power(ComplexNumber base, ComplexNumber exponent) {
  if (exponent.real == 0 && exponent.imaginary == 0) return ComplexNumber{1, 0};
  if (base.real == 0 && base.imaginary == 0) {
    if (exponent.imaginary != 0 || exponent.real < 0) return std::nullopt;
    return ComplexNumber{0, 0};
  }
  const double size = std::hypot(base.real, base.imaginary);
  double length = std::pow(size, exponent.real);
  const double angle = std::atan2(base.imaginary, base.real);
  double phase = angle * exponent.real;
  if (exponent.imaginary != 0) {
    length *= std::exp(-angle * exponent.imaginary);
    phase += exponent.imaginary * std::log(size);
  }
  return ComplexNumber{length * std::cos(phase), length * std::sin(phase)};
}

Folded complex_power(ComplexNumber base, ComplexNumber exponent) {
  const bool is_small_integer = exponent.imaginary == 0.0 &&
                                exponent.real == std::floor(exponent.real) &&
                                std::fabs(exponent.real) <= 100.0;
  const std::optional<ComplexNumber> result =
      is_small_integer ? small_power(base, static_cast<long>(exponent.real))
                       : general_power(base, exponent);
  if (!result || std::isinf(result->real) || std::isinf(result->imaginary)) return std::nullopt;
  return ConstantValue::of_complex(result->real, result->imaginary);
}

Folded fold_complex(Operator op, ComplexNumber left, ComplexNumber right) {
  switch (op) {
    case Operator::Add:
      return ConstantValue::of_complex(left.real + right.real, left.imaginary + right.imaginary);
    case Operator::Sub:
      return ConstantValue::of_complex(left.real - right.real, left.imaginary - right.imaginary);
    case Operator::Mult: {
      const ComplexNumber product = multiply(left, right);
      return ConstantValue::of_complex(product.real, product.imaginary);
    }
    case Operator::Div: {
      const std::optional<ComplexNumber> quotient = divide(left, right);
      if (!quotient) return std::nullopt;
      return ConstantValue::of_complex(quotient->real, quotient->imaginary);
    }
    case Operator::Pow:
      return complex_power(left, right);
    default:
      return std::nullopt;
  }
}

Folded power_of_integers(Arena& arena, const BigInteger& left, const BigInteger& right) {
  if (right.sign() < 0) {
    const std::optional<double> base = left.to_double();
    const std::optional<double> exponent = right.to_double();
    if (!base || !exponent) return std::nullopt;
    return float_power(*base, *exponent);
  }
  unsigned long exponent = 0;
  if (left.sign() && right.sign()) {
    if (!mpz_fits_ulong_p(right.get())) return std::nullopt;
    exponent = mpz_get_ui(right.get());
    if (left.bit_count() > kMaxIntegerBits / exponent) return std::nullopt;
  } else {
    exponent = right.sign() ? 1 : 0;  // 0 ** n is 0, n ** 0 is 1
  }
  BigInteger result;
  mpz_pow_ui(result.get(), left.get(), exponent);
  return result.to_value(arena);
}

Folded shift_integers(Arena& arena, Operator op, const BigInteger& left, const BigInteger& right) {
  if (right.sign() < 0) return std::nullopt;
  BigInteger result;
  if (op == Operator::LShift) {
    if (left.sign() && right.sign()) {
      if (!mpz_fits_ulong_p(right.get())) return std::nullopt;
      const unsigned long count = mpz_get_ui(right.get());
      if (count > kMaxIntegerBits || left.bit_count() > kMaxIntegerBits - count)
        return std::nullopt;
      mpz_mul_2exp(result.get(), left.get(), count);
    } else {
      mpz_set(result.get(), left.get());
    }
  } else if (mpz_fits_ulong_p(right.get())) {
    mpz_fdiv_q_2exp(result.get(), left.get(), mpz_get_ui(right.get()));
  } else {
    mpz_set_si(result.get(), left.sign() < 0 ? -1 : 0);
  }
  return result.to_value(arena);
}

Folded fold_integers(Arena& arena, Operator op, const BigInteger& left, const BigInteger& right) {
  BigInteger result;
  switch (op) {
    case Operator::Add:
      mpz_add(result.get(), left.get(), right.get());
      break;
    case Operator::Sub:
      mpz_sub(result.get(), left.get(), right.get());
      break;
    case Operator::Mult:
      if (left.sign() && right.sign() && left.bit_count() + right.bit_count() > kMaxIntegerBits) {
        return std::nullopt;
      }
      mpz_mul(result.get(), left.get(), right.get());
      break;
    case Operator::FloorDiv:
      if (right.sign() == 0) return std::nullopt;
      mpz_fdiv_q(result.get(), left.get(), right.get());
      break;
    case Operator::Mod:
      if (right.sign() == 0) return std::nullopt;
      mpz_fdiv_r(result.get(), left.get(), right.get());
      break;
    case Operator::BitAnd:
      mpz_and(result.get(), left.get(), right.get());
      break;
    case Operator::BitOr:
      mpz_ior(result.get(), left.get(), right.get());
      break;
    case Operator::BitXor:
      mpz_xor(result.get(), left.get(), right.get());
      break;
    case Operator::Div:
      return divide_integers(left, right);
    case Operator::Pow:
      return power_of_integers(arena, left, right);
    case Operator::LShift:
    case Operator::RShift:
      return shift_integers(arena, op, left, right);
    case Operator::MatMult:
      return std::nullopt;
  }
  return result.to_value(arena);
}

std::optional<ComplexNumber> to_complex(const ConstantValue& value) {
  if (value.kind == ConstantKind::Complex) return ComplexNumber{value.real, value.imaginary};
  const std::optional<double> real = to_float(value);
  if (!real) return std::nullopt;
  return ComplexNumber{*real, 0.0};
}

}  // namespace

BigInteger::BigInteger(const ConstantValue& value) {
  mpz_init(value_);
  if (value.kind == ConstantKind::BigInt) {
    mpz_set_str(value_, std::string(value.text).c_str(), 16);
  } else {
    mpz_set_si(value_,
               value.kind == ConstantKind::Int ? value.integer : value.kind == ConstantKind::True);
  }
}

ConstantValue BigInteger::to_value(Arena& arena) const {
  if (mpz_fits_slong_p(value_)) return ConstantValue::of_int(mpz_get_si(value_));
  std::string digits(mpz_sizeinbase(value_, 16) + 2, '\0');
  mpz_get_str(digits.data(), 16, value_);
  return ConstantValue::of_big_int(arena.copy_text(digits.c_str()));
}

std::optional<double> BigInteger::to_double() const {
  if (bit_count() > 1024) return std::nullopt;
  BigInteger magnitude;
  mpz_abs(magnitude.get(), value_);
  const double result = sign() ? round_to_double(magnitude.get(), 0, false) : 0.0;
  if (std::isinf(result)) return std::nullopt;
  return sign() < 0 ? -result : result;
}

Folded fold_number(Arena& arena, Operator op, const ConstantValue& left,
                   const ConstantValue& right) {
  if (is_integer(left) && is_integer(right)) {
    const Folded result = fold_integers(arena, op, BigInteger(left), BigInteger(right));
    const bool is_bitwise =
        op == Operator::BitAnd || op == Operator::BitOr || op == Operator::BitXor;
    if (!is_bitwise || !is_bool(left) || !is_bool(right)) return result;
    return ConstantValue(result->integer ? ConstantKind::True : ConstantKind::False);
  }
  if (left.kind == ConstantKind::Complex || right.kind == ConstantKind::Complex) {
    const std::optional<ComplexNumber> first = to_complex(left);
    const std::optional<ComplexNumber> second = to_complex(right);
    return first && second ? fold_complex(op, *first, *second) : std::nullopt;
  }
  const std::optional<double> first = to_float(left);
  const std::optional<double> second = to_float(right);
  return first && second ? fold_floats(op, *first, *second) : std::nullopt;
}

bool are_equal_numbers(const ConstantValue& left, const ConstantValue& right) {
  if (left.kind == ConstantKind::Int && right.kind == ConstantKind::Int)
    return left.integer == right.integer;
  if (is_integer(left) && is_integer(right)) {
    return mpz_cmp(BigInteger(left).get(), BigInteger(right).get()) == 0;
  }
  if (left.kind == ConstantKind::Complex || right.kind == ConstantKind::Complex) {
    const std::optional<ComplexNumber> first = to_complex(left);
    const std::optional<ComplexNumber> second = to_complex(right);
    return first && second && first->real == second->real && first->imaginary == second->imaginary;
  }
  if (left.kind == ConstantKind::Float && right.kind == ConstantKind::Float)
    return left.real == right.real;
  const ConstantValue& integer = is_integer(left) ? left : right;
  const double other = is_integer(left) ? right.real : left.real;
  return std::isfinite(other) && mpz_cmp_d(BigInteger(integer).get(), other) == 0;
}

}  // namespace minipy
