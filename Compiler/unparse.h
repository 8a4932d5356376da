// Expressions as source text, for annotations under `from __future__ import annotations`.
#pragma once

#include <string>

#include "Parser/tree.h"

namespace minipy {

// Parenthesised where needed and spaced as CPython does it.
std::string unparse(const ast::ExprNode& expression);

}  // namespace minipy
