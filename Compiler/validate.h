// Checks a tree that was made by hand: what the parser guarantees, Python `ast` objects need not fulfil.
#pragma once

#include <string>

#include "Parser/tree.h"

namespace minipy {

struct TreeProblem {
  enum class Kind : uint8_t { None, ValueError, TypeError, RecursionError };
  Kind kind = Kind::None;
  std::string message;
};

TreeProblem validate_tree(const ast::ModNode& tree, int max_depth, uintptr_t stack_limit);

}  // namespace minipy
