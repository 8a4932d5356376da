// The value of adjacent string tokens, language reference 2.4.1 to 2.4.3.
#pragma once

#include "Parser/run.h"

namespace minipy {

struct LiteralProblem {
  ast::Text message;  // absent if the report has the error already
};

using Tokens = ast::Sequence<Token>;

// A Constant or, if one of them is an f-string, a JoinedStr. Null: see `problem`.
ast::ExprNode* concatenate_strings(Run& run, Tokens tokens, LiteralProblem& problem);

// The text between the quotes of one token.
struct StringToken {
  const Token* token;
  ast::Text body;
  bool is_bytes = false;
  bool is_raw = false;
  bool is_formatted = false;
};

StringToken open_string_token(const Token& token);

// What the body means: escapes replaced. An absent text is an error. `body` is a part of the body
// of `token`.
ast::Text decode_str_body(Run& run, const Token& token, ast::Text body, bool is_raw,
                          LiteralProblem& problem);

void warn_invalid_escape(Run& run, const Token& token, char escaped);

// Puts the pieces of neighbouring literals together; copies only if there are several.
class TextBuilder {
 public:
  explicit TextBuilder(ast::Arena& arena) : arena_(arena) {}

  bool is_empty() const { return size_ == 0; }
  void append(ast::Text piece) {
    if (piece.empty()) return;
    pieces_.push_back(piece);
    size_ += piece.size();
  }
  ast::Text take();

 private:
  ast::Arena& arena_;
  std::vector<ast::Text> pieces_;
  size_t size_ = 0;
};

}  // namespace minipy
