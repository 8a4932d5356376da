// Constants as repr() shows them.
#pragma once

#include <string>

#include "Parser/tree.h"

namespace minipy {

std::string repr_of_text(ast::Text text);
std::string repr_of_constant(const ast::ConstantValue& value);

}  // namespace minipy
