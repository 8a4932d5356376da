// One text to parse: a whole source, or the expression in a replacement field of an f-string.
#pragma once

#include "Parser/report.h"
#include "Parser/source.h"
#include "Parser/tokenizer.h"

namespace minipy {

enum class StartRule : uint8_t { File, Interactive, Expression, FunctionType, Fragment };

struct Run {
  ast::Arena& arena;
  Report& report;
  const ParseOptions& options;
  StartRule start;
  ast::Text text;
  Tokenizer::Options tokenizer_options;
  bool is_located_in_characters;
  bool is_diagnosis = false;  // errors are wanted, not only failure
};

// The tree of a run (a ModNode, or an ExprNode for a fragment); null: it failed, and unless this is
// a fragment of a run that needs no error, the report says why.
ast::Node* parse_run(Run& run);

}  // namespace minipy
