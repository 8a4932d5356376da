#include "Parser/number_literal.h"

#include <charconv>
#include <vector>

#include "Objects/text/float_text.h"

namespace minipy {
namespace {

using ast::ConstantValue;
using ast::Text;

// The literal without underscores, in the arena if it had any.
Text without_underscores(ast::Arena& arena, Text literal) {
  if (literal.find('_') == Text::npos) return literal;
  char* const start = static_cast<char*>(arena.allocate(literal.size(), 1));
  char* out = start;
  for (const char c : literal) {
    if (c != '_') *out++ = c;
  }
  return {start, static_cast<size_t>(out - start)};
}

unsigned digit_value(char c) {
  return c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

ConstantValue from_limbs(ast::Arena& arena, const std::vector<uint32_t>& limbs) {
  char* const start = static_cast<char*>(arena.allocate(limbs.size() * 8 + 1, 1));
  size_t size = 0;
  for (size_t i = limbs.size(); i-- > 0;) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      const char digit = "0123456789abcdef"[(limbs[i] >> shift) & 15];
      if (size > 0 || digit != '0') start[size++] = digit;
    }
  }
  return ConstantValue::of_big_int({start, size});
}

// Schoolbook, nine digits a step: the digit limit keeps literals short.
ConstantValue big_decimal(ast::Arena& arena, Text digits) {
  std::vector<uint32_t> limbs;
  for (size_t i = 0; i < digits.size();) {
    uint64_t carry = 0, scale = 1;
    for (const size_t end = std::min(digits.size(), i + 9); i < end; ++i) {
      carry = carry * 10 + digit_value(digits[i]);
      scale *= 10;
    }
    for (uint32_t& limb : limbs) {
      carry += limb * scale;
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry) limbs.push_back(static_cast<uint32_t>(carry));
  }
  return from_limbs(arena, limbs);
}

ConstantValue big_power_of_two(ast::Arena& arena, Text digits, int bits) {
  std::vector<uint32_t> limbs;
  uint64_t pending = 0;
  int filled = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    pending |= uint64_t{digit_value(digits[i])} << filled;
    filled += bits;
    if (filled < 32) continue;
    limbs.push_back(static_cast<uint32_t>(pending));
    pending >>= 32;
    filled -= 32;
  }
  if (filled > 0) limbs.push_back(static_cast<uint32_t>(pending));
  return from_limbs(arena, limbs);
}

ConstantValue parse_radix(ast::Arena& arena, Text digits, int bits) {
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  if (digits.size() * static_cast<size_t>(bits) > 63) {
    int64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value, 1 << bits).ec ==
        std::errc()) {
      return ConstantValue::of_int(value);
    }
    return big_power_of_two(arena, digits, bits);
  }
  int64_t value = 0;
  for (const char c : digits) value = (value << bits) | digit_value(c);
  return ConstantValue::of_int(value);
}

double float_value(Text text) {
  return parse_float(text).value_or(0.0);
}

}  // namespace

NumberProblem parse_number(ast::Arena& arena, Text literal, size_t max_decimal_digits,
                           ConstantValue& value, size_t& digit_count) {
  if (literal.size() == 1) {
    value = ConstantValue::of_int(literal[0] - '0');
    return NumberProblem::None;
  }
  const Text text = without_underscores(arena, literal);
  if (text[0] == '0' && text.size() > 1) {
    const char radix = static_cast<char>(text[1] | 0x20);
    if (radix == 'x' || radix == 'o' || radix == 'b') {
      value = parse_radix(arena, text.substr(2), radix == 'x' ? 4 : radix == 'o' ? 3 : 1);
      return NumberProblem::None;
    }
  }
  if ((text.back() | 0x20) == 'j') {
    value = ConstantValue::of_complex(0.0, float_value(text.substr(0, text.size() - 1)));
  } else if (text.find_first_of(".eE") != Text::npos) {
    value = ConstantValue::of_float(float_value(text));
  } else if (int64_t small;
             std::from_chars(text.data(), text.data() + text.size(), small).ec == std::errc()) {
    value = ConstantValue::of_int(small);
  } else if (max_decimal_digits && text.size() > max_decimal_digits) {
    digit_count = text.size();
    return NumberProblem::TooManyDigits;
  } else {
    value = big_decimal(arena, text);
  }
  return NumberProblem::None;
}

}  // namespace minipy
