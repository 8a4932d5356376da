// Where the tokenizer and the parsers leave their error and warnings. The first error stays, as in
// CPython.
#pragma once

#include "Parser/parser.h"

namespace minipy {

struct Report {
  explicit Report(ast::Arena& arena) : arena(arena) {}

  ast::Arena& arena;
  bool has_error = false;
  SyntaxError error;
  std::vector<ParseWarning> warnings;

  void clear_error() {
    has_error = false;
    error = {};
  }
  void raise(const SyntaxError& raised) {
    has_error = true;
    error = raised;
  }
  // A string is parsed again after backtracking; its warning counts once.
  void warn(WarningKind kind, ast::Text message, const ast::Location& location);
};

// printf into the arena. `%.*s` takes texts.
ast::Text format_text(ast::Arena& arena, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

}  // namespace minipy
