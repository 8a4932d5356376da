// int: 50 bits inline in the Value, larger ones as heap objects on GMP's mpn functions.
// Instances of subclasses of int are always heap objects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct Int : Object {
  static constexpr Kind kKind = Kind::Int;
  int64_t signed_size;  // number of limbs, negative for a negative int; 0 is zero
  // 64-bit limbs follow, least significant first, the last one nonzero.
  uint64_t* limbs() { return reinterpret_cast<uint64_t*>(this + 1); }
  const uint64_t* limbs() const { return reinterpret_cast<const uint64_t*>(this + 1); }
  size_t size() const { return static_cast<size_t>(signed_size < 0 ? -signed_size : signed_size); }
  bool is_negative() const { return signed_size < 0; }
};

inline bool is_heap_int(Value v) { return has_kind(v, Kind::Int); }
inline bool is_any_int(Value v) { return v.is_int() || v.is_bool() || is_heap_int(v); }  // isinstance(v, int)
inline bool is_exact_int(Value v) { return v.is_int() || is_exact(v, Kind::Int); }       // type(v) is int

Value make_big_int(int64_t i);  // for those that do not fit inline
inline Value make_int(int64_t i) { return Value::fits_int(i) ? Value::from_int(i) : make_big_int(i); }
Value make_uint(uint64_t i);
// An exact int from limbs (any number of leading zeros), normalised to inline form where it fits.
Value make_int_from_limbs(const uint64_t* limbs, size_t size, bool is_negative);
// A plain int of the same value: strips bool and subclasses.
Value exact_int(Value any_int);

bool int_is_zero(Value any_int);
int int_sign(Value any_int);
std::optional<int64_t> int_to_int64(Value any_int);    // nullopt if out of range
std::optional<uint64_t> int_to_uint64(Value any_int);
double int_to_double_unchecked(Value any_int);         // +-inf if too large; correctly rounded
Result<double> int_to_double(Thread&, Value any_int);  // "int too large to convert to float"
Value int_from_double(Thread&, double d);              // truncates; errors for inf and nan
int int_compare(Value left, Value right);              // -1, 0, 1
int64_t int_hash(Value any_int);                       // modulo 2^61 - 1
size_t int_bit_length(Value any_int);

// Arithmetic of any ints; results are exact ints. The ones that fail take a Thread.
Value int_add(Value, Value);
Value int_subtract(Value, Value);
Value int_multiply(Thread&, Value, Value);             // MemoryError when absurdly large
Value int_floor_divide(Thread&, Value, Value);         // "integer division or modulo by zero"
Value int_remainder(Thread&, Value, Value);
Value int_divmod(Thread&, Value, Value);
Value int_true_divide(Thread&, Value, Value);
Value int_power(Thread&, Value base, Value exponent, Value modulus);  // modulus None: plain
Value int_left_shift(Thread&, Value, Value);
Value int_right_shift(Thread&, Value, Value);
Value int_and(Value, Value);
Value int_or(Value, Value);
Value int_xor(Value, Value);
Value int_invert(Value);
Value int_negate(Value);

Result<Str*> int_to_text(Thread&, Value any_int, int base, bool prefix = false);  // digit limit for base 10
// int(text, base): whitespace, sign, underscores, prefixes; "invalid literal for int() with base ..."
Value int_from_text(Thread&, std::string_view ascii, int base, Value shown);
Value int_from_hex_digits(std::string_view digits, bool is_negative);   // from the compiler's constants
Value int_from_bytes(const uint8_t* bytes, size_t count, bool little_endian, bool is_signed);
Status int_to_bytes(Thread&, Value any_int, uint8_t* bytes, size_t count, bool little_endian, bool is_signed);
extern int64_t int_max_str_digits;

}  // namespace minipy
