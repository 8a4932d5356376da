#pragma once

#include "Parser/tree.h"

namespace minipy {

enum class TokenType : uint8_t {
#define TOKEN(Name) Name,
#define KEYWORD(Name, spelling) Name,
#define OPERATOR(Name, spelling) Name,
#include "Parser/tokens.def"
};

struct Token {
  TokenType type = TokenType::Error;
  uint8_t level = 0;  // brackets that are open behind the token
  bool is_ascii = true;
  ast::Location
      location;  // columns are -1 for tokens without text: INDENT, DEDENT, ENDMARKER, errors
  const char* start = nullptr;
  uint32_t size = 0;

  ast::Text text() const { return {start, size}; }

  // NEWLINE, INDENT, DEDENT and ENDMARKER never end a node.
  bool is_layout() const { return type <= TokenType::Dedent; }
};

// The type of the keyword or operator spelled `spelling`; Name or Unknown if there is none.
TokenType keyword_or_name(ast::Text spelling);
TokenType operator_named(ast::Text spelling);

}  // namespace minipy
