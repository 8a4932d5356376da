// From source text to code objects, with Python's exceptions.
#pragma once

#include "Compiler/compile.h"
#include "Objects/code.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

// The flags of compile() beside the future features.
enum CompileFlag : uint32_t {
  kDontImplyDedent = 0x200,
  kOnlyAst = 0x400,
  kIgnoreCookie = 0x800,
  kTypeComments = 0x1000,
  kAllowTopLevelAwait = 0x2000,
  kAllowIncompleteInput = 0x4000,
};

struct CompileRequest {
  std::string_view source;  // UTF-8 with kIgnoreCookie, otherwise bytes as in a file
  Str* filename = nullptr;
  ParseMode mode = ParseMode::File;
  uint32_t flags = 0;  // CompileFlags and future features
  int optimize = -1;   // -1: as the interpreter runs
  int feature_version = 11;
  bool is_script = false;  // what is run: told differently what is wrong with its encoding
  bool is_prompt = false;  // as in ParseOptions
};

// What optimize=-1 means; set by -O.
extern int interpreter_optimization;
// How many warnings the compiler has issued so far.
extern uint64_t compiler_warning_count;

Result<Code*> compile_to_code(Thread& thread, const CompileRequest& request);
// Changes the tree.
Result<Code*> compile_tree_to_code(Thread& thread, ast::Arena& arena, ast::ModNode& tree,
                                   const CompileRequest& request);
// Null with the exception raised.
ast::ModNode* parse_to_tree(Thread& thread, ast::Arena& arena, const CompileRequest& request);

// What the passes have to know about the thread, and a callback that issues warnings.
struct CompileSetting {
  CompileSetting(Thread& thread, const CompileRequest& request);
  Thread& thread;
  Str* filename;
  std::string filename_text;
  CompileOptions options;
};

// The heap objects of a compiled unit; `constant_count` is the CompileResult's.
Result<Code*> make_code_object(Thread& thread, const CodeUnit& unit, size_t constant_count,
                               Str* filename);
Value make_constant(Thread& thread, const ast::ConstantValue& value);
Failure raise_syntax_error(Thread& thread, const SourceError& error, Str* filename);

}  // namespace minipy
