// Source bytes to the text that the tokenizer reads: decoding (language reference 2.1.4) and line
// ends.
#pragma once

#include "Parser/report.h"

namespace minipy {

struct Source {
  ast::Text text;      // UTF-8 with '\n' line ends, followed by '\0'
  ast::Text encoding;  // normalised name; absent if the source does not declare one
  bool is_located_in_characters =
      false;  // offsets of errors count characters; bytes if the source was undeclared bytes
};

// False: the report has the error.
bool prepare_source(ast::Text bytes, const ParseOptions& options, Report& report, Source& source);

// The encoding that a comment in the first two lines declares, by its normalised name; absent if none does.
ast::Text find_encoding(ast::Arena& arena, ast::Text bytes);

// The same line ends for a part of a text that is already decoded.
ast::Text normalise_lines(ast::Arena& arena, ast::Text text, bool end_with_newline);

}  // namespace minipy
