// What opcodes.def says, as an enumeration and as tables.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace minipy {

enum class Opcode : uint8_t {
#define OPCODE(number, name, operand, needs, effect, effect_on_jump, caches, direction, raises, \
               what)                                                                            \
  name = number,
#include "Compiler/opcodes.def"
};

enum class OperandKind : uint8_t {
  None,
  Constant,
  Name,
  Global,
  Local,
  Cell,
  Jump,
  Comparison,
  Operator,
  Count,
  Flag
};
enum class JumpDirection : uint8_t { None, Forward, Backward };

struct OpcodeInfo {
  const char* name = nullptr;  // null: there is no such instruction
  const char* what = nullptr;
  OperandKind operand = OperandKind::None;
  JumpDirection direction = JumpDirection::None;
  uint8_t caches = 0;
  bool raises = false;
  bool is_pseudo = false;
};

extern const std::array<OpcodeInfo, 256> opcode_table;

inline const OpcodeInfo& info(Opcode opcode) {
  return opcode_table[static_cast<uint8_t>(opcode)];
}
inline bool is_opcode(int number) {
  return number >= 0 && number < 256 && opcode_table[number].name &&
         !opcode_table[number].is_pseudo;
}

constexpr int kFirstOpcodeWithArgument = 90;
inline bool has_argument(Opcode opcode) {
  return static_cast<uint8_t>(opcode) >= kFirstOpcodeWithArgument;
}

// As dis.stack_effect counts it. PRECALL and CALL together give the true effect of a call.
int stack_effect(Opcode opcode, int arg, bool jumps);
// How many items the instruction finds on the stack at least; those of a call are counted in CALL.
uint64_t items_needed(Opcode opcode, int64_t arg);

// The operators of COMPARE_OP and BINARY_OP by argument. In-place operators follow the plain ones.
enum class Comparison : uint8_t { Less, LessEqual, Equal, NotEqual, Greater, GreaterEqual };
extern const std::array<const char*, 6> comparison_symbols;

enum class BinaryOperator : uint8_t {
  Add,
  And,
  FloorDivide,
  LeftShift,
  MatrixMultiply,
  Multiply,
  Remainder,
  Or,
  Power,
  RightShift,
  Subtract,
  TrueDivide,
  Xor,
};
constexpr int kBinaryOperatorCount = 13;
extern const std::array<const char*, 2 * kBinaryOperatorCount> binary_operator_symbols;

// Flags of a code object that only the compiler gives; the others are in Objects/code.h.
enum CodeFlag : uint32_t {
  kCodeOptimized = 0x1,
  kCodeNewLocals = 0x2,
  kCodeVarArguments = 0x4,
  kCodeVarKeywords = 0x8,
  kCodeNested = 0x10,
  kCodeGenerator = 0x20,
  kCodeCoroutine = 0x80,
  kCodeIterableCoroutine = 0x100,
  kCodeAsyncGenerator = 0x200,
};

// Kinds of the slots of a frame (localsplus); a parameter that is captured is both local and cell.
enum SlotKind : uint8_t { kSlotLocal = 0x20, kSlotCell = 0x40, kSlotFree = 0x80 };

}  // namespace minipy
