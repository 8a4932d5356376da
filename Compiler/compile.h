// The one entrance of the compiler: a tree, or source text, becomes a code unit or a SyntaxError.
#pragma once

#include <memory>

#include "Compiler/code_unit.h"
#include "Compiler/compile_context.h"
#include "Compiler/scopes.h"

namespace minipy {

// Future features, with the bits that code objects carry for them.
enum FutureFeature : uint32_t {
  kFutureNestedScopes = 0x10,
  kFutureGenerators = 0,
  kFutureDivision = 0x20000,
  kFutureAbsoluteImport = 0x40000,
  kFutureWithStatement = 0x80000,
  kFuturePrintFunction = 0x100000,
  kFutureUnicodeLiterals = 0x200000,
  kFutureBarryAsBdfl = 0x400000,
  kFutureGeneratorStop = 0x800000,
  kFutureAnnotations = 0x1000000,
};
constexpr uint32_t kInheritedFlags =
    0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000;

struct CompileOptions {
  ast::Text filename;
  ParseMode mode = ParseMode::File;
  int optimize = 0;
  uint32_t flags = 0;            // future features already in force (FutureFeature)
  bool top_level_await = false;  // PyCF_ALLOW_TOP_LEVEL_AWAIT
  int feature_version = 11;
  bool type_comments = false;
  bool source_is_text = false;
  bool is_script = false;  // see ParseOptions::script_name
  bool dont_imply_dedent = false;
  bool allow_incomplete_input = false;
  bool is_prompt = false;  // as in ParseOptions
  size_t max_decimal_digits = 4300;
  int max_depth = 3000;       // of nesting in the tree: three times the recursion limit
  uintptr_t stack_limit = 0;  // the lowest address that the native stack may reach
  WarningCallback warning_callback = nullptr;
  void* warning_data = nullptr;
};

struct CompileResult {
  const CodeUnit* code = nullptr;  // null: see `error`
  SourceError error;
  size_t constant_count = 0;  // of all units together
};

// What `from __future__ import` says at the top of a module.
struct Future {
  uint32_t features = 0;
  int last_line = -1;
};
bool find_future_features(CompileContext& context, const ast::ModNode& module, Future& future);

// Changes the tree by folding constants. Tree and result live in the arena.
CompileResult compile_tree(ast::Arena& arena, ast::ModNode& tree, const CompileOptions& options);
CompileResult compile_source(ast::Arena& arena, ast::Text source, const CompileOptions& options);

// The scopes alone, for the `symtable` module. Null: see `error`.
std::unique_ptr<ScopeTree> build_symbol_table(ast::Arena& arena, ast::Text source,
                                              const CompileOptions& options, SourceError& error);

// Parses with the options that belong to the parser, and issues its warnings.
ast::ModNode* parse_for_compile(ast::Arena& arena, ast::Text source, const CompileOptions& options,
                                SourceError& error);

}  // namespace minipy
