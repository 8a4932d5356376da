#include <cmath>
#include <cstdio>
#include <cstring>

#include "Objects/text/float_text.h"

namespace minipy {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr HexFloat kInvalid{0, HexFloatError::Invalid};
constexpr HexFloat kTooLarge{0, HexFloatError::TooLarge};

// [0x]digits[.digits][p[sign]digits], taken apart. The significand is the first bits of the digits
// as an integer; what is beyond them only counts as "some", for rounding.
struct HexNumber {
  uint64_t significand = 0;
  bool has_more = false;
  int64_t exponent = 0;  // Of two, for the significand's last bit.
};

class HexReader {
 public:
  explicit HexReader(std::string_view text) : text_(text) {}

  bool read(HexNumber& number) {
    if (text_.size() >= 2 && text_[0] == '0' && (text_[1] == 'x' || text_[1] == 'X')) at_ = 2;
    const size_t before = read_digits(number, false);
    size_t after = 0;
    if (peek() == '.') {
      ++at_;
      after = read_digits(number, true);
    }
    if (before + after == 0) return false;
    if (peek() == 'p' || peek() == 'P') {
      ++at_;
      if (!read_exponent(number)) return false;
    }
    return at_ == text_.size();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  size_t read_digits(HexNumber& number, bool is_fraction) {
    const size_t start = at_;
    for (int digit; at_ < text_.size() && (digit = hex_value(text_[at_])) >= 0; ++at_) {
      if (number.significand >> 58 == 0) {
        number.significand = number.significand << 4 | static_cast<uint64_t>(digit);
        if (is_fraction) number.exponent -= 4;
      } else {
        number.has_more |= digit != 0;
        if (!is_fraction) number.exponent += 4;
      }
    }
    return at_ - start;
  }

  bool read_exponent(HexNumber& number) {
    constexpr int64_t kHuge = int64_t{1} << 60;
    const bool is_negative = peek() == '-';
    if (is_negative || peek() == '+') ++at_;
    const size_t start = at_;
    int64_t exponent = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      if (exponent < kHuge / 16) exponent = exponent * 10 + (peek() - '0');
    }
    number.exponent += is_negative ? -exponent : exponent;
    return at_ > start;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Rounds to 53 bits, or fewer for what is subnormal, half to even.
HexFloat to_double(const HexNumber& number) {
  if (number.significand == 0) return {0, HexFloatError::None};
  const int width = 64 - __builtin_clzll(number.significand);
  const int64_t top = number.exponent + width;  // The value is below 2**top.
  if (top > 1024) return kTooLarge;
  if (top < -1080) return {0, HexFloatError::None};
  int kept = 53;
  if (top < -1021) kept = static_cast<int>(53 - (-1021 - top));
  uint64_t significand = number.significand;
  int64_t exponent = number.exponent;
  const int dropped = width - kept;
  if (dropped > 0) {
    // `kept` may be zero or less: all that is left then is the question of rounding up.
    const uint64_t rest = dropped >= 64 ? significand : significand & ((uint64_t{1} << dropped) - 1);
    const uint64_t half = dropped > 64 ? UINT64_MAX : uint64_t{1} << (dropped - 1);
    significand = dropped >= 64 ? 0 : significand >> dropped;
    exponent += dropped;
    if (rest > half || (rest == half && (number.has_more || (significand & 1)))) ++significand;
  }
  const double value = std::ldexp(static_cast<double>(significand), static_cast<int>(exponent));
  return std::isinf(value) ? kTooLarge : HexFloat{value, HexFloatError::None};
}

}  // namespace

std::string float_hex(double value) {
  if (!std::isfinite(value)) return float_repr(value);
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  const char* const sign = bits >> 63 ? "-" : "";
  const unsigned long long fraction = bits & ((uint64_t{1} << 52) - 1);
  const int exponent = static_cast<int>(bits >> 52 & 0x7FF);
  if (exponent == 0 && fraction == 0) return std::string(sign) + "0x0.0p+0";
  char text[40];
  snprintf(text, sizeof text, "%s0x%d.%013llxp%+d", sign, exponent != 0, fraction,
           exponent == 0 ? -1022 : exponent - 1023);
  return text;
}

HexFloat parse_float_hex(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  while (!text.empty() && kBlanks.find(text.front()) != text.npos) text.remove_prefix(1);
  while (!text.empty() && kBlanks.find(text.back()) != text.npos) text.remove_suffix(1);
  const bool is_negative = !text.empty() && text[0] == '-';
  const std::string_view rest = text.substr(is_negative || (!text.empty() && text[0] == '+'));
  HexFloat result{0, HexFloatError::None};
  if (!rest.empty() && (rest[0] == 'i' || rest[0] == 'I' || rest[0] == 'n' || rest[0] == 'N')) {
    const auto special = parse_float(rest);
    if (!special) return kInvalid;
    result.value = *special;
  } else {
    HexNumber number;
    if (!HexReader(rest).read(number)) return kInvalid;
    result = to_double(number);
  }
  if (is_negative) result.value = -result.value;
  return result;
}

}  // namespace minipy
