// What the compiler makes of a scope: everything a code object holds, still without Python objects.
//
// Code units, their constants and their bytes live in the arena of the tree they were compiled
// from.
#pragma once

#include <cstdint>

#include "Parser/arena.h"
#include "Parser/constant.h"

namespace minipy {

struct CodeUnit;

// A constant, unique within one compilation: equal constants of the same type are the same pointer,
// in every unit and inside tuples. 1, 1.0 and True are different, and so are 0.0 and -0.0.
struct PooledConstant {
  uint32_t index = 0;  // counts the constants of the compilation from 0
  uint32_t hash = 0;
  const CodeUnit* code = nullptr;  // set for the code of a nested scope; `value` means nothing then
  ast::ConstantValue value;        // items of tuples and frozensets are in `items` instead
  ast::Sequence<const PooledConstant*> items;
};

struct CodeUnit {
  ast::Text name;
  ast::Text qualified_name;
  ast::Text filename;
  uint32_t flags = 0;
  int argument_count = 0;  // positional ones, positional-only included
  int positional_only_count = 0;
  int keyword_only_count = 0;
  int first_line = 0;
  int stack_size = 0;
  int local_count = 0;  // slots of kind kSlotLocal
  int free_count = 0;
  ast::Text code;
  ast::Text line_table;
  ast::Text exception_table;
  ast::Sequence<const PooledConstant*> constants;
  ast::Sequence<ast::Text> names;
  ast::Sequence<ast::Text> slot_names;  // parameters and locals, then cells, then free variables
  ast::Text slot_kinds;                 // a SlotKind mask for each of slot_names
};

}  // namespace minipy
