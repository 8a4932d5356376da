#include "Parser/tokenizer.h"

#include "Objects/unicode/character.h"
#include "Parser/utf8.h"

namespace minipy {
namespace {

enum CharacterClass : uint8_t { kOther = 0, kNameStart = 1, kDigit = 2, kQuote = 4 };

struct CharacterTable {
  uint8_t classes[256] = {};
};

constexpr CharacterTable make_character_table() {
  CharacterTable table;
  for (int c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128)
      table.classes[c] = kNameStart;
    if (c >= '0' && c <= '9') table.classes[c] = kDigit;
  }
  table.classes[static_cast<int>('"')] = kQuote;
  table.classes[static_cast<int>('\'')] = kQuote;
  return table;
}

constexpr CharacterTable kCharacters = make_character_table();

uint8_t class_of(char c) {
  return kCharacters.classes[static_cast<unsigned char>(c)];
}
bool is_name_character(char c) {
  return class_of(c) & (kNameStart | kDigit);
}

}  // namespace

Tokenizer::Tokenizer(ast::Text text, Report& report, const Options& options)
    : report_(&report),
      options_(options),
      text_start_(text.data()),
      cursor_(text.data()),
      line_start_(text.data()),
      buffer_start_(text.data()),
      line_(options.line) {}

const char* Tokenizer::read_end() const {
  if (failed_end_) return failed_end_;
  if (cursor_ == text_start_ && line_ == options_.line) return cursor_;
  const char* newline = std::strchr(line_start_, '\n');
  return newline ? newline + 1 : line_start_ + std::strlen(line_start_);
}

void Tokenizer::next(Token& token) {
  start_ = end_ = nullptr;
  is_ascii_ = true;
  const TokenType type = scan();
  const bool is_string = type == TokenType::String;
  const char* const first_line = is_string ? string_line_start_ : line_start_;
  token.type = type;
  token.level = static_cast<uint8_t>(level_);
  token.is_ascii = is_ascii_;
  token.start = start_;
  token.size = static_cast<uint32_t>(end_ - start_);
  token.location.line = is_string ? string_line_ : line_;
  token.location.end_line = line_;
  token.location.column =
      start_ && start_ >= first_line ? static_cast<int32_t>(start_ - first_line) : -1;
  token.location.end_column =
      end_ && end_ >= line_start_ ? static_cast<int32_t>(end_ - line_start_) : -1;
  if (line_ == options_.shifted_line) {
    token.location.column += options_.column_shift;
    token.location.end_column += options_.column_shift;
  }
}

TokenType Tokenizer::scan() {
next_line:
  token_start_ = nullptr;
  is_blank_line_ = false;
  if (at_line_start_) {
    const TokenType problem = scan_line_start();
    if (problem == TokenType::Error) return problem;
  }
  token_start_ = cursor_;
  if (pending_ != 0) {
    const bool is_dedent = pending_ < 0;
    pending_ += is_dedent ? 1 : -1;
    return is_dedent ? TokenType::Dedent : TokenType::Indent;
  }
  // Language reference 2.1.7 did not have async functions as keywords before 3.7: leaving the block
  // of one ends them.
  if (in_async_def_ && !is_blank_line_ && *cursor_ != '\n' && level_ == 0 &&
      is_past_async_signature_ && async_def_indent_ >= indent_) {
    in_async_def_ = is_past_async_signature_ = false;
    async_def_indent_ = 0;
  }
again:
  token_start_ = nullptr;
  while (*cursor_ == ' ' || *cursor_ == '\t' || *cursor_ == '\f') ++cursor_;
  token_start_ = cursor_;
  char c = get();
  if (class_of(c) & kNameStart) return scan_name(c);
  if (c == '#') {
    const TokenType comment = scan_comment(is_blank_line_);
    if (comment != TokenType::Unknown) return comment;
    c = get();
  }
  switch (c) {
    case '\0':
      return level_ || state_ != State::EndOfFile ? TokenType::Error : TokenType::EndMarker;
    case '\n':
      at_line_start_ = true;
      if (is_blank_line_ || level_ > 0) goto next_line;
      start_ = token_start_;
      end_ = cursor_ - 1;
      if (in_async_def_) is_past_async_signature_ = true;
      return TokenType::Newline;
    case '"':
    case '\'':
      return scan_string(c);
    case '\\':
      if (!continue_line()) return TokenType::Error;
      goto again;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return scan_number(c);
    default:
      return scan_operator(c);
  }
}

// Language reference 2.1.8. Tabs fill up to a multiple of eight; a second count with tabs one
// column wide must agree with it, else the file looks different in another editor.
TokenType Tokenizer::scan_line_start() {
  at_line_start_ = false;
  if (*cursor_) enter_line();
  int column = 0, tab_column = 0, continued_column = 0;
  char c;
  for (;;) {
    c = get();
    if (c == ' ') {
      ++column, ++tab_column;
    } else if (c == '\t') {
      column = (column / 8 + 1) * 8;
      ++tab_column;
    } else if (c == '\f') {
      column = tab_column = 0;
    } else if (c == '\\') {
      // The first part of a line that is broken inside its indentation decides.
      if (!continued_column) continued_column = column;
      if (!continue_line()) return TokenType::Error;
    } else {
      break;
    }
  }
  back(c);
  if (c == '#' || c == '\n') {
    is_blank_line_ = true;
    return TokenType::Newline;
  }
  if (level_ > 0) return TokenType::Newline;
  if (continued_column) column = tab_column = continued_column;
  return set_indentation(column, tab_column) ? TokenType::Newline : TokenType::Error;
}

bool Tokenizer::set_indentation(int column, int tab_column) {
  if (column == indents_[indent_]) {
    if (tab_column != tab_indents_[indent_]) fail(State::MixedTabs);
  } else if (column > indents_[indent_]) {
    if (indent_ + 1 >= kMaxIndent) {
      fail(State::TooManyIndents);
    } else if (tab_column <= tab_indents_[indent_]) {
      fail(State::MixedTabs);
    } else {
      ++pending_;
      ++indent_;
      indents_[indent_] = column;
      tab_indents_[indent_] = tab_column;
    }
  } else {
    while (indent_ > 0 && column < indents_[indent_]) {
      --pending_;
      --indent_;
    }
    if (column != indents_[indent_]) {
      fail(State::BadDedent);
    } else if (tab_column != tab_indents_[indent_]) {
      fail(State::MixedTabs);
    }
  }
  return state_ == State::Ok || state_ == State::EndOfFile;
}

// Skips a comment up to its line end. PEP 484: "# type: ..." is a token if asked for. Unknown: an
// ordinary comment.
TokenType Tokenizer::scan_comment(bool is_alone) {
  while (*cursor_ && *cursor_ != '\n') ++cursor_;
  if (!options_.type_comments) return TokenType::Unknown;
  const char* at = token_start_;
  for (const char* prefix = "# type: "; *prefix; ++prefix) {
    if (*prefix == ' ') {
      while (*at == ' ' || *at == '\t') ++at;
    } else if (*at == *prefix) {
      ++at;
    } else {
      return TokenType::Unknown;
    }
  }
  end_ = cursor_;
  const char* const ignore_end = at + 6;
  const bool is_ignore =
      cursor_ >= ignore_end && std::memcmp(at, "ignore", 6) == 0 &&
      !(cursor_ > ignore_end && *ignore_end != '_' && is_name_character(*ignore_end));
  if (!is_ignore) {
    start_ = at;
    return TokenType::TypeComment;
  }
  start_ = ignore_end;
  if (is_alone) {
    get();
    at_line_start_ = true;
  }
  return TokenType::TypeIgnore;
}

TokenType Tokenizer::scan_name(char c) {
  bool saw_b = false, saw_r = false, saw_u = false, saw_f = false;
  for (;;) {
    const char lower = static_cast<char>(c | 0x20);
    if (lower == 'b' && !(saw_b || saw_u || saw_f)) {
      saw_b = true;
    } else if (lower == 'u' && !(saw_b || saw_u || saw_r || saw_f)) {
      saw_u = true;
    } else if (lower == 'r' && !(saw_r || saw_u)) {
      saw_r = true;
    } else if (lower == 'f' && !(saw_f || saw_b || saw_u)) {
      saw_f = true;
    } else {
      break;
    }
    c = get();
    if (class_of(c) & kQuote) return scan_string(c);
  }
  back(c);
  signed char all = 0;
  const char* at = cursor_;
  while (is_name_character(*at)) all |= static_cast<signed char>(*at++);
  cursor_ = at;
  is_ascii_ = all >= 0 && *token_start_ >= 0;
  if (!*cursor_) see_end();
  if (!is_ascii_ && !check_identifier()) return TokenType::Error;
  finish(TokenType::Name);
  const TokenType type =
      keyword_or_name({token_start_, static_cast<size_t>(cursor_ - token_start_)});
  if (options_.async_is_a_name && (type == TokenType::Async || type == TokenType::Await))
    return async_or_name();
  return type;
}

// Before 3.7, `async` and `await` are keywords in an async function, and `async` is one in front of
// `def`.
TokenType Tokenizer::async_or_name() {
  const ast::Text text(token_start_, static_cast<size_t>(cursor_ - token_start_));
  if (in_async_def_) return keyword_or_name(text);
  if (text == "async") {
    Report ignored(report_->arena);
    Tokenizer ahead = *this;
    ahead.report_ = &ignored;
    Token token;
    ahead.next(token);
    if (token.type == TokenType::Def) {
      in_async_def_ = true;
      async_def_indent_ = indent_;
      return TokenType::Async;
    }
  }
  return TokenType::Name;
}

// Language reference 2.3, UAX 31: letters and digits by XID_Start and XID_Continue.
bool Tokenizer::check_identifier() {
  const ast::Text text(token_start_, static_cast<size_t>(cursor_ - token_start_));
  if (utf8::find_invalid(text).reason) {
    undecodable_ = text;
    fail(State::Undecodable);
    return false;
  }
  for (const char* at = token_start_; at < cursor_;) {
    const utf8::Decoded decoded = utf8::decode(at, cursor_);
    const bool is_first = at == token_start_;
    at += decoded.size;
    if (decoded.character < 128) continue;
    const char32_t c = decoded.character;
    if (is_first ? unicode::is_xid_start(c) : unicode::is_xid_continue(c)) continue;
    char spelling[5] = {};
    utf8::encode(spelling, c);
    const unsigned number = c;
    cursor_ = at;
    syntax_error(
        unicode::is_printable(c)
            ? format_text(report_->arena, "invalid character '%s' (U+%04X)", spelling, number)
            : format_text(report_->arena, "invalid non-printable character U+%04X", number));
    return false;
  }
  return true;
}

// Language reference 2.4.1. A failing string is reported where it begins.
TokenType Tokenizer::scan_string(char quote) {
  string_line_ = line_;
  string_line_start_ = line_start_;
  int quotes = 1, closing = 0;
  char c = get();
  if (c == quote) {
    c = get();
    if (c == quote) {
      quotes = 3;
    } else {
      closing = 1;
    }
  }
  if (c != quote) back(c);
  while (closing != quotes) {
    c = get();
    if (c == quote) {
      ++closing;
      continue;
    }
    closing = 0;
    if (c == '\0' || (c == '\n' && quotes == 1)) return unterminated_string(quotes, c);
    if (c == '\\') c = get();
    if (c == '\n' && *cursor_) enter_line();
  }
  return finish(TokenType::String);
}

TokenType Tokenizer::unterminated_string(int quotes, char c) {
  failed_end_ = read_end();
  cursor_ = token_start_ + 1;
  line_start_ = string_line_start_;
  const int last_line = line_;
  line_ = string_line_;
  syntax_error(format_text(report_->arena,
                           quotes == 3
                               ? "unterminated triple-quoted string literal (detected at line %d)"
                               : "unterminated string literal (detected at line %d)",
                           last_line));
  if (c != '\n') state_ = quotes == 3 ? State::EndInTripleQuotes : State::EndInQuotes;
  return TokenType::Error;
}

// Behind a backslash there must be the end of a line, and another line.
bool Tokenizer::continue_line() {
  if (get() != '\n') {
    fail(State::BadContinuation);
    return false;
  }
  if (!*cursor_) {
    see_end();
    return false;
  }
  enter_line();
  return true;
}

TokenType Tokenizer::fail(State state) {
  state_ = state;
  if (state != State::BadContinuation && state != State::Undecodable) cursor_ = read_end();
  return TokenType::Error;
}

// Offsets default to the characters of the line that have been read.
TokenType Tokenizer::syntax_error(ast::Text message, int offset, int end_offset) {
  SyntaxError error;
  error.message = message;
  error.line = error.end_line = line_;
  error.offset = offset >= 0 ? offset
                             : static_cast<int>(utf8::count(
                                   {line_start_, static_cast<size_t>(cursor_ - line_start_)}));
  error.end_offset = end_offset >= 0 ? end_offset : error.offset;
  error.text =
      utf8::replace_invalid(report_->arena, {line_start_, std::strcspn(line_start_, "\n")});
  report_->raise(error);
  state_ = State::SyntaxError;
  return TokenType::Error;
}

}  // namespace minipy
