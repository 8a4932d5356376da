// Turns the flow graph of a unit into the bytes and tables of a code unit.
#pragma once

#include "Compiler/unit.h"

namespace minipy {

// `results` holds what the code unit consists of; `flags` are those of its code object.
const CodeUnit* assemble(Unit& unit, ConstantPool& pool, ast::Arena& results, ast::Text filename,
                         uint32_t flags);

}  // namespace minipy
