// The text that `ast.dump(tree, include_attributes=True)` gives, for comparison with CPython.
#pragma once

#include <string>

#include "Parser/tree.h"

namespace minipy::ast {

struct DumpOptions {
  bool include_attributes = true;
  bool ascii_only = false;  // as if `ascii` took the place of `repr`
};

std::string dump(const Node& node, const DumpOptions& options = {});

}  // namespace minipy::ast
