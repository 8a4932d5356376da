// The value of a number token, language reference 2.4.4 to 2.4.7.
#pragma once

#include "Parser/constant.h"

namespace minipy {

enum class NumberProblem : uint8_t { None, TooManyDigits };

// `digit_count` is set if there are more decimal digits than `max_decimal_digits` (0: no limit).
NumberProblem parse_number(ast::Arena& arena, ast::Text literal, size_t max_decimal_digits,
                           ast::ConstantValue& value, size_t& digit_count);

}  // namespace minipy
