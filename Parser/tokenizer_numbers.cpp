// Numbers, language reference 2.4.4 to 2.4.7: only their extent; their values are made in
// number_literal.cpp.
#include "Parser/tokenizer.h"

namespace minipy {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_digit_of(int radix, char c) {
  if (radix <= 10) return c >= '0' && c < '0' + radix;
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

bool is_name_character(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 128;
}

}  // namespace

TokenType Tokenizer::scan_number(char c) {
  if (c == '0') return scan_after_zero();
  if (!scan_decimal_tail(c)) return TokenType::Error;
  if (c == '.') return scan_fraction(get());
  if (c == 'e' || c == 'E') return scan_exponent(c);
  return finish_number(c, "decimal");
}

TokenType Tokenizer::scan_after_zero() {
  char c = get();
  if (c == 'x' || c == 'X') return scan_radix("hexadecimal", 16);
  if (c == 'o' || c == 'O') return scan_radix("octal", 8);
  if (c == 'b' || c == 'B') return scan_radix("binary", 2);
  for (;; c = get()) {
    if (c == '_') {
      c = get();
      if (!is_digit(c)) {
        back(c);
        return syntax_error("invalid decimal literal");
      }
    }
    if (c != '0') break;
  }
  const char* const zeros_end = cursor_;
  const bool has_more_digits = is_digit(c);
  if (has_more_digits) {
    if (!scan_decimal_tail(c)) return TokenType::Error;
  }
  if (c == '.') return scan_fraction(get());
  if (c == 'e' || c == 'E') return scan_exponent(c);
  if (has_more_digits && c != 'j' && c != 'J') {
    back(c);
    return syntax_error(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
        "integers",
        static_cast<int>(token_start_ + 1 - line_start_),
        static_cast<int>(zeros_end - line_start_));
  }
  return finish_number(c, "decimal");
}

TokenType Tokenizer::scan_radix(const char* kind, int radix) {
  char c = get();
  do {
    if (c == '_') c = get();
    if (!is_digit_of(radix, c)) {
      if (radix < 10 && is_digit(c)) {
        return syntax_error(
            format_text(report_->arena, "invalid digit '%c' in %s literal", c, kind));
      }
      back(c);
      return syntax_error(format_text(report_->arena, "invalid %s literal", kind));
    }
    do {
      c = get();
    } while (is_digit_of(radix, c));
  } while (c == '_');
  if (radix < 10 && is_digit(c)) {
    return syntax_error(format_text(report_->arena, "invalid digit '%c' in %s literal", c, kind));
  }
  if (!check_number_end(c, kind)) return TokenType::Error;
  back(c);
  return finish(TokenType::Number);
}

// The digits behind the first, and into `c` what stands behind them.
bool Tokenizer::scan_decimal_tail(char& c) {
  for (;;) {
    do {
      c = get();
    } while (is_digit(c));
    if (c != '_') return true;
    c = get();
    if (!is_digit(c)) {
      back(c);
      syntax_error("invalid decimal literal");
      return false;
    }
  }
}

TokenType Tokenizer::scan_fraction(char c) {
  if (is_digit(c)) {
    if (!scan_decimal_tail(c)) return TokenType::Error;
  }
  if (c == 'e' || c == 'E') return scan_exponent(c);
  return finish_number(c, "decimal");
}

// `1else` is the number 1 and a keyword, so an 'e' without digits belongs to what follows.
TokenType Tokenizer::scan_exponent(char e) {
  char c = get();
  if (c == '+' || c == '-') {
    c = get();
    if (!is_digit(c)) {
      back(c);
      return syntax_error("invalid decimal literal");
    }
  } else if (!is_digit(c)) {
    back(c);
    if (!check_number_end(e, "decimal")) return TokenType::Error;
    back(e);
    return finish(TokenType::Number);
  }
  if (!scan_decimal_tail(c)) return TokenType::Error;
  return finish_number(c, "decimal");
}

TokenType Tokenizer::finish_number(char c, const char* kind) {
  if (c == 'j' || c == 'J') {
    c = get();
    kind = "imaginary";
  }
  if (!check_number_end(c, kind)) return TokenType::Error;
  back(c);
  return finish(TokenType::Number);
}

// `c` is the character behind a number and has been read. A keyword there is tolerated with a
// warning.
bool Tokenizer::check_number_end(char c, const char* kind) {
  if (!is_name_character(c)) return true;
  const auto follows = [this](ast::Text rest) {
    return std::strncmp(cursor_, rest.data(), rest.size()) == 0 &&
           !is_name_character(cursor_[rest.size()]);
  };
  const bool is_keyword = (c == 'a' && follows("nd")) || (c == 'e' && follows("lse")) ||
                          (c == 'f' && follows("or")) ||
                          (c == 'i' && (*cursor_ == 'f' || *cursor_ == 'n' || *cursor_ == 's')) ||
                          (c == 'o' && follows("r")) || (c == 'n' && follows("ot"));
  back(c);
  if (!is_keyword) {
    syntax_error(format_text(report_->arena, "invalid %s literal", kind));
    return false;
  }
  const int column = static_cast<int>(cursor_ - line_start_);
  report_->warn(WarningKind::SyntaxWarning, format_text(report_->arena, "invalid %s literal", kind),
                {line_, column, line_, column});
  ++cursor_;
  return true;
}

}  // namespace minipy
