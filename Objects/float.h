// float and complex. Floats are always inline in the Value; a FloatObject is an instance of a subclass.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct FloatObject : Object {
  static constexpr Kind kKind = Kind::Float;
  double number;
};

struct Complex : Object {
  static constexpr Kind kKind = Kind::Complex;
  double real, imag;
};

// NaN payloads are not kept: a foreign one could look like an int once boxed.
inline Value make_float(double d) { return Value::from_double(d == d ? d : (std::signbit(d) ? -__builtin_nan("") : __builtin_nan(""))); }
inline bool is_float(Value v) { return v.is_double() || has_kind(v, Kind::Float); }  // isinstance(v, float)
inline double float_number(Value v) { return v.is_double() ? v.as_double() : v.as<FloatObject>()->number; }
Value make_complex(double real, double imag);
int64_t hash_double(double d);
Result<Str*> float_repr(Thread&, double d);
std::optional<double> parse_float(std::string_view ascii);  // float(text)'s grammar, without surrounding space
// Compares a float with any int exactly: -1, 0, 1; 2 if unordered.
int compare_double_int(double d, Value any_int);
Value float_power(Thread&, double base, double exponent);  // complex for a negative base where needed


}  // namespace minipy
