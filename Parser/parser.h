// The one entrance of the parser: source text in, tree or SyntaxError out.
#pragma once

#include <vector>

#include "Parser/tree.h"

namespace minipy {

enum class ParseMode : uint8_t {
  File,          // "exec": ast::Module
  Interactive,   // "single": ast::Interactive, one statement
  Expression,    // "eval": ast::Expression
  FunctionType,  // "func_type": ast::FunctionType, a signature type comment
};

struct ParseOptions {
  ParseMode mode = ParseMode::File;
  // The minor version of the grammar to accept.
  int feature_version = 11;
  // PyCF_TYPE_COMMENTS
  bool type_comments = false;
  // PyCF_IGNORE_COOKIE: `source` came from a str, where a coding comment means nothing.
  bool source_is_text = false;
  // PyCF_DONT_IMPLY_DEDENT
  bool dont_imply_dedent = false;
  // PyCF_ALLOW_INCOMPLETE_INPUT: running out of input is ErrorKind::Incomplete.
  bool allow_incomplete_input = false;
  // Lines are typed one by one: what may be wrong further down has not been typed yet.
  bool is_prompt = false;
  // `from __future__ import barry_as_FLUFL` is in force already.
  bool barry_as_FLUFL = false;
  // sys.get_int_max_str_digits(), 0 for no limit.
  size_t max_decimal_digits = 4300;
  // Absent unless `source` is the file that is run: its decoding errors are other ones.
  ast::Text script_name = {};
  // The lowest address that recursion may reach; null: 4 MB below the caller.
  const void* stack_limit = nullptr;
};

// What Python raises for a source that does not parse.
enum class ErrorKind : uint8_t {
  SyntaxError,
  IndentationError,
  TabError,
  Incomplete,          // SyntaxError "incomplete input", asked for by `codeop`
  MemoryError,         // nested too deeply, no message
  RecursionError,      // nested too deeply while an f-string or the tree is checked
  ValueError,          // null bytes in a text
  UnicodeDecodeError,  // its arguments are 'utf-8', text (as bytes), line, end_line, message
  HookFailed,          // a hook has already set an exception of its own
};

// Offsets count characters from 1, as SyntaxError.offset does; 0 or -1 where CPython gives those.
struct SyntaxError {
  ErrorKind kind = ErrorKind::SyntaxError;
  ast::Text message;
  int line = 0;
  int offset = 0;
  int end_line = 0;
  int end_offset = 0;
  ast::Text text;            // the source line, absent (data() == nullptr) if there is none
  bool has_location = true;  // false: raise kind(message) without details
  bool has_end = true;       // false: end_lineno and end_offset are None
  bool sets_attributes_only = false;  // CPython leaves the details out of `args`
  bool may_read_file = false;  // `text` is line `line` of the named file instead, if it can be read
};

// The same, where `SyntaxError` names the exception's type.
using SourceError = SyntaxError;

enum class WarningKind : uint8_t { DeprecationWarning, SyntaxWarning };

// A warning to issue, in source order, through warnings.warn_explicit. If the filter turns it into
// an exception, CPython raises SyntaxError(message) instead, located at `location`.
struct ParseWarning {
  WarningKind kind;
  ast::Text message;
  ast::Location location;
};

struct ParseResult {
  ast::ModNode* tree = nullptr;  // null: see `error`
  SyntaxError error;
  std::vector<ParseWarning> warnings;  // also those in front of an error
  ast::Text encoding;      // name found in the coding comment or by the byte order mark, absent if
                           // there is none
  ast::Text decoded_text;  // the source in UTF-8, in the arena or the caller's own bytes
};

// `source` must stay alive as long as the tree, which points into it.
ParseResult parse(ast::Arena& arena, ast::Text source, const ParseOptions& options = {});

// What the parser cannot know by itself.
struct ParserHooks {
  // Decodes `source` from an `encoding` that is not built in into UTF-8 in the arena. False: could
  // not; `message` says why, or is absent if the hook has set an exception.
  bool (*decode)(ast::Arena& arena, ast::Text encoding, ast::Text source, ast::Text& decoded,
                 ast::Text& message) = nullptr;
};
extern ParserHooks parser_hooks;

}  // namespace minipy
