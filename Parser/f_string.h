// f-strings, language reference 2.4.3, the way of 3.11: the tokenizer sees a plain string, and the
// expressions in it are parsed as texts of their own whose locations are shifted to where they
// stand.
#pragma once

#include "Parser/string_literal.h"

namespace minipy {

// Collects literals and replacement fields of adjacent tokens.
class FormattedString {
 public:
  FormattedString(Run& run, const Token& first, const Token& last, LiteralProblem& problem)
      : run_(run), first_(first), last_(last), problem_(problem), literal_(run.arena) {}

  void add_literal(ast::Text text) { literal_.append(text); }
  bool add_formatted(const StringToken& string);
  ast::ExprNode* finish() { return finish(first_, last_); }

 private:
  // Reads a body, or below it a format specification, from `at` on.
  bool read(const char*& at, int depth);
  enum class Found : uint8_t { Failure, Literal, DoubledBrace };
  Found read_literal(const char*& at, int depth);
  bool read_field(const char*& at, int depth);
  const char* find_expression_end(const char* at);
  ast::ExprNode* parse_expression(const char* start, const char* end);
  ast::ExprNode* read_format_spec(const char*& at, int depth);
  bool read_conversion(const char*& at, int& conversion);
  ast::ExprNode* finish(const Token& first, const Token& last);
  void flush_literal(const Token& first, const Token& last);
  bool fail(ast::Text message) {
    problem_.message = message;
    return false;
  }

  Run& run_;
  const Token& first_;
  const Token& last_;
  LiteralProblem& problem_;
  TextBuilder literal_;
  std::vector<ast::ExprNode*> values_;
  bool is_formatted_ = false;
  const Token* token_ = nullptr;  // the token at hand and the end of its body
  const char* end_ = nullptr;
  bool is_raw_ = false;
};

}  // namespace minipy
