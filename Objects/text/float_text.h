#pragma once

// Text of floats and back, with exactly CPython's results. Digits come from <charconv>, which is
// shortest and correctly rounded; where the point goes and when an exponent appears is Python's.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace minipy {

struct FloatStyle {
  bool add_sign = false;          // '+' in front of what is not negative.
  bool add_point_zero = false;    // "1.0" rather than "1", as in repr.
  bool alternate = false;         // Keeps the point and trailing zeros ('#').
  bool no_negative_zero = false;  // What rounds to zero has no sign ('z').
};

// Format codes e E f F g G, and r for the shortest text that reads back as the same value (the
// precision is not used then).
std::string format_float(double value, char code, int precision, FloatStyle style = {});

std::string float_repr(double value);

// Reads an ASCII decimal number as float() does: sign, digits with single underscores between
// them, exponent, "inf", "infinity", "nan" in any case. Blanks around it are the caller's business.
std::optional<double> parse_float(std::string_view text);

// As before, of the longest prefix that is a number and without underscores; tells its length.
struct FloatPrefix {
  double value;
  size_t length;
};
std::optional<FloatPrefix> parse_float_prefix(std::string_view text);

// float.hex and float.fromhex.
std::string float_hex(double value);
enum class HexFloatError { None, Invalid, TooLarge, TooLong };
struct HexFloat {
  double value;
  HexFloatError error;
};
HexFloat parse_float_hex(std::string_view text);

// round(value, digits), half to even on the exact value. Infinite if the result is too large.
double round_to_digits(double value, int64_t digits);

}  // namespace minipy
