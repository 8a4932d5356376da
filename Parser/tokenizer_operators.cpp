// Operators and delimiters, language reference 2.5 and 2.6.
#include "Parser/tokenizer.h"

namespace minipy {
namespace {

TokenType one_character(char c) {
  switch (c) {
    case '(':
      return TokenType::LeftParen;
    case ')':
      return TokenType::RightParen;
    case '[':
      return TokenType::LeftBracket;
    case ']':
      return TokenType::RightBracket;
    case '{':
      return TokenType::LeftBrace;
    case '}':
      return TokenType::RightBrace;
    case ',':
      return TokenType::Comma;
    case ':':
      return TokenType::Colon;
    case ';':
      return TokenType::Semicolon;
    case '.':
      return TokenType::Dot;
    case '=':
      return TokenType::Assign;
    case '<':
      return TokenType::Less;
    case '>':
      return TokenType::Greater;
    case '+':
      return TokenType::Plus;
    case '-':
      return TokenType::Minus;
    case '*':
      return TokenType::Star;
    case '/':
      return TokenType::Slash;
    case '%':
      return TokenType::Percent;
    case '@':
      return TokenType::At;
    case '&':
      return TokenType::Ampersand;
    case '|':
      return TokenType::Bar;
    case '^':
      return TokenType::Caret;
    case '~':
      return TokenType::Tilde;
    default:
      return TokenType::Unknown;
  }
}

// What `c` becomes with '=' behind it, and doubled, and both.
struct Longer {
  TokenType with_assign = TokenType::Unknown;
  TokenType doubled = TokenType::Unknown;
  TokenType doubled_with_assign = TokenType::Unknown;
};

Longer longer_forms(char c) {
  using enum TokenType;
  switch (c) {
    case '=':
      return {Equal, Unknown, Unknown};
    case '!':
      return {NotEqual, Unknown, Unknown};
    case ':':
      return {ColonAssign, Unknown, Unknown};
    case '+':
      return {PlusAssign, Unknown, Unknown};
    case '-':
      return {MinusAssign, Unknown, Unknown};
    case '%':
      return {PercentAssign, Unknown, Unknown};
    case '@':
      return {AtAssign, Unknown, Unknown};
    case '&':
      return {AmpersandAssign, Unknown, Unknown};
    case '|':
      return {BarAssign, Unknown, Unknown};
    case '^':
      return {CaretAssign, Unknown, Unknown};
    case '*':
      return {StarAssign, DoubleStar, DoubleStarAssign};
    case '/':
      return {SlashAssign, DoubleSlash, DoubleSlashAssign};
    case '<':
      return {LessEqual, LeftShift, LeftShiftAssign};
    case '>':
      return {GreaterEqual, RightShift, RightShiftAssign};
    default:
      return {};
  }
}

}  // namespace

TokenType Tokenizer::scan_operator(char c) {
  const TokenType single = one_character(c);
  switch (c) {
    case '(':
    case '[':
    case '{':
      return open_bracket(c, single);
    case ')':
    case ']':
    case '}':
      return close_bracket(c, single);
    case '.':
      if (*cursor_ >= '0' && *cursor_ <= '9') return scan_fraction(get());
      if (cursor_[0] == '.' && cursor_[1] == '.') {
        cursor_ += 2;
        return finish(TokenType::Ellipsis);
      }
      if (!cursor_[*cursor_ == '.']) see_end();
      return finish(TokenType::Dot);
    default:
      break;
  }
  const char following = get();
  const Longer longer = longer_forms(c);
  if (following == '=' && longer.with_assign != TokenType::Unknown) {
    if (!*cursor_) see_end();
    return finish(longer.with_assign);
  }
  if (following == c && longer.doubled != TokenType::Unknown) {
    if (*cursor_ == '=') {
      ++cursor_;
      return finish(longer.doubled_with_assign);
    }
    if (!*cursor_) see_end();
    return finish(longer.doubled);
  }
  if (following == '>' && (c == '-' || c == '<')) {
    if (!*cursor_) see_end();
    return finish(c == '-' ? TokenType::Arrow
                           : TokenType::NotEqual);  // PEP 401: the parser checks that <> is meant
  }
  back(following);
  if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
    return syntax_error(format_text(report_->arena, "invalid non-printable character U+%04X",
                                    static_cast<unsigned>(c)));
  }
  return finish(single);
}

TokenType Tokenizer::open_bracket(char c, TokenType type) {
  if (!*cursor_) see_end();
  if (level_ >= kMaxLevel) return syntax_error("too many nested parentheses");
  brackets_[level_++] = {c, line_, static_cast<int>(token_start_ - line_start_)};
  return finish(type);
}

TokenType Tokenizer::close_bracket(char c, TokenType type) {
  if (!*cursor_) see_end();
  if (level_ == 0) return syntax_error(format_text(report_->arena, "unmatched '%c'", c));
  const Bracket& opening = brackets_[--level_];
  const char expected = opening.character == '(' ? ')' : static_cast<char>(opening.character + 2);
  if (c == expected) return finish(type);
  if (opening.line == line_) {
    return syntax_error(format_text(
        report_->arena, "closing parenthesis '%c' does not match opening parenthesis '%c'", c,
        opening.character));
  }
  return syntax_error(format_text(
      report_->arena, "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d",
      c, opening.character, opening.line));
}

}  // namespace minipy
