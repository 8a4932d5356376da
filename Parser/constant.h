// The value of a literal, without Python objects.
#pragma once

#include <cstdint>

#include "Parser/arena.h"

namespace minipy::ast {

enum class ConstantKind : uint8_t {
  None,
  True,
  False,
  Ellipsis,
  Int,      // fits in 64 bits: `integer`
  BigInt,   // `text` holds its lower-case hexadecimal digits, without prefix or leading zeros, '-'
            // in front if negative
  Float,    // `real`
  Complex,  // `real` and `imaginary`
  Str,      // `text`
  Bytes,    // `text`
  Tuple,    // `items`; tuples and frozensets come from the constant folder or from Python `ast`
            // objects,
  FrozenSet,  // `items`; never from the parser
};

struct ConstantValue {
  ConstantKind kind = ConstantKind::None;
  union {
    int64_t integer;
    struct {
      double real;
      double imaginary;
    };
    Text text;
    Sequence<ConstantValue> items;
  };

  constexpr ConstantValue() : integer(0) {}
  constexpr explicit ConstantValue(ConstantKind simple) : kind(simple), integer(0) {}

  static ConstantValue of_int(int64_t integer) {
    ConstantValue result(ConstantKind::Int);
    result.integer = integer;
    return result;
  }
  static ConstantValue of_big_int(Text hexadecimal) {
    return of_text(ConstantKind::BigInt, hexadecimal);
  }
  static ConstantValue of_float(double real) {
    ConstantValue result(ConstantKind::Float);
    result.real = real;
    return result;
  }
  static ConstantValue of_complex(double real, double imaginary) {
    ConstantValue result(ConstantKind::Complex);
    result.real = real;
    result.imaginary = imaginary;
    return result;
  }
  static ConstantValue of_str(Text text) { return of_text(ConstantKind::Str, text); }
  static ConstantValue of_bytes(Text text) { return of_text(ConstantKind::Bytes, text); }
  static ConstantValue of_items(ConstantKind kind, Sequence<ConstantValue> items) {
    ConstantValue result(kind);
    result.items = items;
    return result;
  }

  bool is_number() const {
    return kind == ConstantKind::Int || kind == ConstantKind::BigInt ||
           kind == ConstantKind::Float || kind == ConstantKind::Complex;
  }

 private:
  static ConstantValue of_text(ConstantKind kind, Text text) {
    ConstantValue result(kind);
    result.text = text;
    return result;
  }
};

}  // namespace minipy::ast
