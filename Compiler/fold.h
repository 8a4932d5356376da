// Simplifies the tree before code is made of it: computes operations on constants, turns literals
// that are only iterated over or searched into constants, and simple `%` formats into f-strings.
#pragma once

#include "Compiler/compile_context.h"
#include "Parser/tree.h"

namespace minipy {

struct FoldOptions {
  int optimize = 0;                 // __debug__ is True at level 0 only
  bool future_annotations = false;  // annotations stay as they were written
};

// Changes the tree in place; false if the context holds an error.
bool fold_tree(CompileContext& context, ast::ModNode& module, const FoldOptions& options);

// The docstring of a body, or null.
ast::Constant* find_docstring(ast::Sequence<ast::StmtNode*> body);

}  // namespace minipy
