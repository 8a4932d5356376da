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

// repr() of a float: the shortest digits that read back the same, in Python's layout.
std::string float_repr(double value, bool add_point_zero = true);

}  // namespace minipy::ast
