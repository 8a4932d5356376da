// Text to tokens. Language reference 2, with the errors of CPython's tokenizer.
#pragma once

#include "Parser/report.h"
#include "Parser/token.h"

namespace minipy {

class Tokenizer {
 public:
  enum class State : uint8_t {
    Ok,
    EndOfFile,    // the end has been seen, perhaps while peeking
    SyntaxError,  // the report has the error
    BadDedent,    // the others wait for the parser to report them
    MixedTabs,
    TooManyIndents,
    BadContinuation,
    Undecodable,  // a name that is not UTF-8
    EndInTripleQuotes,
    EndInQuotes,
  };

  struct Bracket {
    char character;
    int line;
    int column;
  };

  struct Options {
    bool type_comments = false;
    bool async_is_a_name = false;  // before 3.7: `async` is a keyword only in front of `def`
    int line = 0;                  // of the text before `text`
    int shifted_line = 0;  // the columns of this line are shifted: `text` is a part of an f-string
    int column_shift = 0;
  };

  // `text` is followed by '\0', which ends it, and has '\n' as its only line end.
  Tokenizer(ast::Text text, Report& report, const Options& options);

  void next(Token& token);

  // The text of "single" mode has ended: close its blocks.
  void close_blocks() {
    pending_ = -indent_;
    indent_ = 0;
  }

  State state() const { return state_; }
  int level() const { return level_; }
  int line() const { return line_; }
  int indent() const { return indent_; }
  const Bracket& innermost_bracket() const { return brackets_[level_ - 1]; }
  ast::Text undecodable() const { return undecodable_; }
  bool is_in_order() const { return state_ == State::Ok; }
  const Options& options() const { return options_; }

  const char* text_start() const { return text_start_; }
  const char* cursor() const { return cursor_; }
  const char* line_start() const { return line_start_; }
  const char* buffer_start() const { return buffer_start_; }  // first line of the token at hand
  const char* read_end() const;  // end of the line at hand, behind its '\n'

 private:
  static constexpr int kMaxIndent = 100;
  static constexpr int kMaxLevel = 200;

  // One character; 0 at the end of the text.
  char get() {
    if (*cursor_) return *cursor_++;
    see_end();
    return '\0';
  }
  void see_end() {
    if (state_ == State::Ok) state_ = State::EndOfFile;
  }
  void back(char c) {
    if (c) --cursor_;
  }
  void enter_line() {
    ++line_;
    line_start_ = cursor_;
    if (!token_start_) buffer_start_ = cursor_;
  }

  TokenType scan();
  TokenType scan_line_start();
  bool set_indentation(int column, int tab_column);
  TokenType scan_comment(bool is_alone);
  TokenType scan_name(char c);
  TokenType async_or_name();
  TokenType scan_number(char c);
  TokenType scan_after_zero();
  TokenType scan_radix(const char* kind, int radix);
  TokenType scan_fraction(char c);
  TokenType scan_exponent(char e);
  TokenType finish_number(char c, const char* kind);
  bool scan_decimal_tail(char& c);
  bool check_number_end(char c, const char* kind);
  TokenType scan_string(char quote);
  TokenType unterminated_string(int quotes, char c);
  TokenType scan_operator(char c);
  TokenType open_bracket(char c, TokenType type);
  TokenType close_bracket(char c, TokenType type);
  bool check_identifier();
  bool continue_line();
  TokenType fail(State state);
  TokenType syntax_error(ast::Text message, int offset = -1, int end_offset = -1);
  TokenType finish(TokenType type) {
    start_ = token_start_;
    end_ = cursor_;
    return type;
  }

  Report* report_;
  Options options_;
  State state_ = State::Ok;
  bool at_line_start_ = true;
  bool is_blank_line_ = false;
  bool is_ascii_ = true;
  const char* text_start_;
  const char* cursor_;
  const char* token_start_ = nullptr;
  const char* line_start_;
  const char* buffer_start_;
  const char* string_line_start_ = nullptr;
  const char* failed_end_ = nullptr;  // how far an unterminated string has been read
  const char* start_ = nullptr;       // extent of the finished token, null for tokens without text
  const char* end_ = nullptr;
  ast::Text undecodable_;
  int line_;
  int string_line_ = 0;
  int level_ = 0;
  int indent_ = 0;
  int pending_ = 0;  // indents to hand out, dedents if negative
  bool in_async_def_ = false;
  bool is_past_async_signature_ = false;
  int async_def_indent_ = 0;
  int indents_[kMaxIndent] = {};
  int tab_indents_[kMaxIndent] = {};  // the same with tabs one column wide: both must agree
  Bracket brackets_[kMaxLevel];
};

}  // namespace minipy
