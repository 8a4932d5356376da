// Arithmetic of numeric constants: int, float and complex, with Python's rounding and errors.
#pragma once

#include <gmp.h>

#include <optional>

#include "Parser/tree.h"

namespace minipy {

// An int of any size while it is being computed with.
class BigInteger {
 public:
  BigInteger() { mpz_init(value_); }
  explicit BigInteger(const ast::ConstantValue& value);
  ~BigInteger() { mpz_clear(value_); }
  BigInteger(const BigInteger&) = delete;
  BigInteger& operator=(const BigInteger&) = delete;

  mpz_ptr get() { return value_; }
  mpz_srcptr get() const { return value_; }
  int sign() const { return mpz_sgn(value_); }
  size_t bit_count() const { return sign() ? mpz_sizeinbase(value_, 2) : 0; }
  ast::ConstantValue to_value(ast::Arena& arena) const;
  // Correctly rounded; absent if it is out of the range of a float.
  std::optional<double> to_double() const;

 private:
  mpz_t value_;
};

inline bool is_bool(const ast::ConstantValue& value) {
  return value.kind == ast::ConstantKind::True || value.kind == ast::ConstantKind::False;
}
// Of type int, bool included.
inline bool is_integer(const ast::ConstantValue& value) {
  return value.kind == ast::ConstantKind::Int || value.kind == ast::ConstantKind::BigInt ||
         is_bool(value);
}
inline bool is_numeric(const ast::ConstantValue& value) {
  return value.is_number() || is_bool(value);
}

std::optional<ast::ConstantValue> fold_number(ast::Arena& arena, ast::Operator op,
                                              const ast::ConstantValue& left,
                                              const ast::ConstantValue& right);
bool are_equal_numbers(const ast::ConstantValue& left, const ast::ConstantValue& right);

}  // namespace minipy
