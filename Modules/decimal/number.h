// Decimal numbers and what an operation needs to know of a context. General Decimal Arithmetic
// Specification, version 1.70. No Python objects here.
#pragma once

#include "Modules/decimal/natural.h"

namespace minipy::decimal {

constexpr int64_t kMaxPrecision = 999999999999999999;
constexpr int64_t kMaxExponent = 999999999999999999;
constexpr int64_t kMinExponent = -999999999999999999;
constexpr int64_t kMinTiny = kMinExponent - (kMaxPrecision - 1);
// Beyond all that a context allows; finalize() makes an overflow or an underflow of it.
constexpr int64_t kHugeExponent = 2000000000000000001;
constexpr int64_t kTinyExponent = -4611686018427387903;

// In the order of the names in rounding_names.
enum class Rounding : uint8_t { Up, Down, Ceiling, Floor, HalfUp, HalfDown, HalfEven, ZeroFiveUp };

// What can happen in an operation. Several of them are the signal InvalidOperation.
namespace Condition {
constexpr uint32_t kClamped = 1, kConversionSyntax = 2, kDivisionByZero = 4,
                   kDivisionImpossible = 8, kDivisionUndefined = 16, kInexact = 32,
                   kInvalidContext = 64, kInvalidOperation = 128, kOutOfMemory = 256,
                   kFloatOperation = 512, kOverflow = 1024, kRounded = 2048, kSubnormal = 4096,
                   kUnderflow = 8192;
constexpr uint32_t kAnyInvalid = kConversionSyntax | kDivisionImpossible | kDivisionUndefined |
                                 kInvalidContext | kInvalidOperation | kOutOfMemory;
constexpr uint32_t kErrors = kAnyInvalid | kDivisionByZero;
}  // namespace Condition

struct Settings {
  int64_t precision = 28;
  int64_t max_exponent = 999999, min_exponent = -999999;
  Rounding rounding = Rounding::HalfEven;
  bool clamp = false;

  int64_t tiny() const { return min_exponent - (precision - 1); }  // Etiny
  int64_t top() const { return max_exponent - (precision - 1); }   // Etop
};
// The largest of everything: what it cannot hold exactly cannot be a Decimal.
constexpr Settings kWidest{kMaxPrecision, kMaxExponent, kMinExponent, Rounding::HalfEven, false};

enum class Special : uint8_t { None, Infinity, QuietNaN, SignalingNaN };

// A number to look at. A NaN's coefficient is its payload, with 0 digits if there is none.
struct View {
  LimbView coefficient;
  int64_t digits = 1;
  int64_t exponent = 0;
  bool is_negative = false;
  Special special = Special::None;

  bool is_finite() const { return special == Special::None; }
  bool is_infinite() const { return special == Special::Infinity; }
  bool is_nan() const { return special >= Special::QuietNaN; }
  bool is_signaling() const { return special == Special::SignalingNaN; }
  bool is_zero() const { return is_finite() && coefficient.is_zero(); }
  int64_t adjusted() const { return exponent + digits - 1; }
  int sign() const { return is_negative ? -1 : 1; }
  bool is_integer() const;  // finite, and a whole number
  View magnitude() const {
    View copy = *this;
    copy.is_negative = false;
    return copy;
  }
};

// A result being made.
struct Number {
  Natural coefficient;
  int64_t digits = 1;
  int64_t exponent = 0;
  bool is_negative = false;
  Special special = Special::None;

  View view() const { return {coefficient.view(), digits, exponent, is_negative, special}; }
  operator View() const { return view(); }  // NOLINT: meant to be implicit
  void set(const View& value);
  void set_small(bool negative, uint64_t value, int64_t new_exponent);
  void set_special(Special kind, bool negative);
  void set_zero(bool negative, int64_t new_exponent) { set_small(negative, 0, new_exponent); }
  void count() { digits = count_digits(coefficient); }
  void swap(Number& other);
  // The same value with an exponent that is smaller by `places`. False if it gets too large.
  bool pad(int64_t places);
};

// The result is NaN, with the condition.
void set_invalid(Number& result, uint32_t condition, uint32_t& status);
// Does one more belong to the magnitude after `rest` was cut off? `last` is the last digit left.
bool rounds_up(Rounding rounding, bool is_negative, int last, Rest rest);
// Drops `places` digits and rounds; may carry into a further digit. Reports nothing.
Rest round_off(Number& number, int64_t places, Rounding rounding);
// Makes an exact number fit the context: rounds, overflows, underflows, clamps.
void finalize(Number& result, const Settings& settings, uint32_t& status);

// NaNs among the operands decide the result. True if so.
bool pass_nan(Number& result, const View& value, const Settings& settings, uint32_t& status);
bool pass_nans(Number& result, const View& left, const View& right, const Settings& settings,
               uint32_t& status);

// --- arithmetic (arithmetic.cpp, division.cpp). `result` is none of the operands. ---
void plus(Number& result, const View& value, const Settings&, uint32_t& status);
void minus(Number& result, const View& value, const Settings&, uint32_t& status);
void absolute(Number& result, const View& value, const Settings&, uint32_t& status);
void add(Number& result, const View& left, const View& right, const Settings&, uint32_t& status);
void subtract(Number& result, const View& left, const View& right, const Settings&,
              uint32_t& status);
void multiply(Number& result, const View& left, const View& right, const Settings&,
              uint32_t& status);
void fused_multiply_add(Number& result, const View& left, const View& right, const View& third,
                        const Settings&, uint32_t& status);
void divide(Number& result, const View& left, const View& right, const Settings&, uint32_t& status);
void divide_to_integer(Number& result, const View& left, const View& right, const Settings&,
                       uint32_t& status);
void remainder(Number& result, const View& left, const View& right, const Settings&,
               uint32_t& status);
void divide_with_remainder(Number& quotient, Number& rest, const View& left, const View& right,
                           const Settings&, uint32_t& status);
void remainder_near(Number& result, const View& left, const View& right, const Settings&,
                    uint32_t& status);
void square_root(Number& result, const View& value, const Settings&, uint32_t& status);

// --- rounding and exponents (rounding.cpp) ---
void quantize(Number& result, const View& value, const View& pattern, const Settings&,
              uint32_t& status);
// To the given exponent, however many digits that takes.
void rescale(Number& result, const View& value, int64_t exponent, const Settings&,
             uint32_t& status);
enum class Report : uint8_t { Nothing, Rounding };
void round_to_integral(Number& result, const View& value, Report report, const Settings&,
                       uint32_t& status);
void normalize(Number& result, const View& value, const Settings&, uint32_t& status);
void scale_by(Number& result, const View& value, const View& places, const Settings&,
              uint32_t& status);
void log_b(Number& result, const View& value, const Settings&, uint32_t& status);
void next_minus(Number& result, const View& value, const Settings&, uint32_t& status);
void next_plus(Number& result, const View& value, const Settings&, uint32_t& status);
void next_toward(Number& result, const View& value, const View& target, const Settings&,
                 uint32_t& status);

// --- comparison (comparison.cpp) ---
int compare_values(const View& left, const View& right);  // no NaNs
int compare_total(const View& left, const View& right);
enum class Quiet : uint8_t { No, Yes };
void compare(Number& result, const View& left, const View& right, Quiet quiet, const Settings&,
             uint32_t& status);
enum class Choice : uint8_t { Max, Min };
void choose(Number& result, const View& left, const View& right, Choice choice, bool by_magnitude,
            const Settings&, uint32_t& status);
bool is_normal(const View& value, const Settings&);
bool is_subnormal(const View& value, const Settings&);
const char* number_class(const View& value, const Settings&);
bool same_quantum(const View& left, const View& right);

// --- digits as such (digitwise.cpp) ---
enum class Logic : uint8_t { And, Or, Xor };
void logical(Number& result, const View& left, const View& right, Logic logic, const Settings&,
             uint32_t& status);
void logical_invert(Number& result, const View& value, const Settings&, uint32_t& status);
void shift(Number& result, const View& value, const View& places, const Settings&,
           uint32_t& status);
void rotate(Number& result, const View& value, const View& places, const Settings&,
            uint32_t& status);
// An integer operand as a machine word; false if it is none or too large.
bool as_int64(const View& value, int64_t& result);

// --- functions (exponential.cpp, logarithm.cpp, power.cpp) ---
void exponential(Number& result, const View& value, const Settings&, uint32_t& status);
void logarithm(Number& result, const View& value, const Settings&, uint32_t& status);
void logarithm10(Number& result, const View& value, const Settings&, uint32_t& status);
void power(Number& result, const View& base, const View& exponent, const Settings&,
           uint32_t& status);
void power_modulo(Number& result, const View& base, const View& exponent, const View& modulus,
                  const Settings&, uint32_t& status);

// --- text (text.cpp) ---
// False if it is no number. ASCII without blanks around it.
bool parse(Number& result, std::string_view text, uint32_t& status);
enum class Notation : uint8_t { Scientific, Engineering };
std::string to_text(const View& value, Notation notation, bool capitals);

}  // namespace minipy::decimal
