// Bytecode taken apart: instructions with their whole arguments, jump targets, the exception table.
#pragma once

#include <cstdint>
#include <vector>

#include "Compiler/opcodes.h"
#include "Objects/code.h"

namespace minipy {

struct Instruction {
  uint32_t start;   // byte offset, EXTENDED_ARG included
  uint32_t offset;  // of the operation itself: what f_lasti shows
  Opcode opcode;
  uint32_t argument;
  int target = -1;  // index of the instruction jumped to
  int row = -1;     // of the exception table
  bool is_label = false;
};

struct ExceptionRow {
  uint32_t start, end;  // byte offsets
  int target;           // index of an instruction
  uint32_t depth;
  bool pushes_last_instruction;
};

struct Bytecode {
  std::vector<Instruction> instructions;
  std::vector<ExceptionRow> rows;
};

// Null if all is well, else what is wrong.
const char* decode(const Code& code, Bytecode& result);

}  // namespace minipy
