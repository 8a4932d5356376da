#include "Parser/parser.h"

#include "Parser/diagnosis.h"
#include "Parser/tree_parser.h"

namespace minipy {

ParserHooks parser_hooks;

namespace {

StartRule start_rule(ParseMode mode) {
  switch (mode) {
    case ParseMode::File:
      return StartRule::File;
    case ParseMode::Interactive:
      return StartRule::Interactive;
    case ParseMode::Expression:
      return StartRule::Expression;
    case ParseMode::FunctionType:
      return StartRule::FunctionType;
  }
  return StartRule::File;
}

// Enough for all that the depth limits allow, in a release build.
constexpr size_t kDefaultStack = 4 * 1024 * 1024;

void raise_without_location(Report& report, ErrorKind kind, ast::Text message) {
  SyntaxError error;
  error.kind = kind;
  error.message = message;
  error.has_location = false;
  report.raise(error);
}

}  // namespace

// The quick parser first. If it fails, the diagnosis reads the text again to find out why.
ast::Node* parse_run(Run& run) {
  const size_t warnings_before = run.report.warnings.size();
  bool ran_out_of_stack;
  {
    TreeParser parser(run);
    ast::Node* tree = parser.parse();
    if (tree && !(run.start == StartRule::Interactive && parser.has_more_statements())) return tree;
    ran_out_of_stack = parser.ran_out_of_stack();
  }
  const bool is_fragment = run.start == StartRule::Fragment;
  if (is_fragment && !run.is_diagnosis && !ran_out_of_stack) return nullptr;
  run.report.clear_error();
  if (ran_out_of_stack) {
    raise_without_location(run.report, ErrorKind::MemoryError, {});
    return nullptr;
  }
  run.report.warnings.resize(warnings_before);
  diagnose(run);
  return nullptr;
}

namespace {

ParseResult parse_in_memory(ast::Arena& arena, ast::Text source, const ParseOptions& asked) {
  ParseOptions options = asked;
  if (!options.stack_limit)
    options.stack_limit = static_cast<const char*>(__builtin_frame_address(0)) - kDefaultStack;
  ParseResult result;
  Report report(arena);
  // A script is looked at as a file: its encoding comes first.
  const bool is_script = options.script_name.data() != nullptr;
  Source prepared;
  if (is_script && !prepare_source(source, options, report, prepared)) {
    result.error = report.error;
    return result;
  }
  if (source.find('\0') != ast::Text::npos) {
    raise_without_location(report, ErrorKind::ValueError,
                           "source code string cannot contain null bytes");
    result.error = report.error;
    return result;
  }
  if (is_script || prepare_source(source, options, report, prepared)) {
    result.encoding = prepared.encoding;
    result.decoded_text = prepared.text;
    Tokenizer::Options tokenizer_options;
    tokenizer_options.type_comments = options.type_comments;
    tokenizer_options.async_is_a_name = options.feature_version < 7;
    Run run{arena,
            report,
            options,
            start_rule(options.mode),
            prepared.text,
            tokenizer_options,
            prepared.is_located_in_characters};
    result.tree = static_cast<ast::ModNode*>(parse_run(run));
  }
  result.error = report.error;
  result.warnings = std::move(report.warnings);
  return result;
}

}  // namespace

ParseResult parse(ast::Arena& arena, ast::Text source, const ParseOptions& options) {
  ParseResult result;
  if (!arena.complete([&] { result = parse_in_memory(arena, source, options); })) {
    result = {};
    result.error.kind = ErrorKind::MemoryError;
  }
  return result;
}

}  // namespace minipy
