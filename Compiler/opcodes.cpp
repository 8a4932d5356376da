#include "Compiler/opcodes.h"

namespace minipy {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

constexpr std::array<OpcodeInfo, 256> make_table() {
  std::array<OpcodeInfo, 256> table{};
#define OPCODE(number, name, operand, needs, effect, effect_on_jump, caches, direction, raises, \
               what)                                                                            \
  table[number] = {#name,  what, OperandKind::operand, JumpDirection::direction, caches,        \
                   raises, false};
#define PSEUDO(number, name, operand, needs, effect, effect_on_jump, caches, direction, raises, \
               what)                                                                            \
  table[number] = {#name,  what, OperandKind::operand, JumpDirection::direction, caches,        \
                   raises, true};
#include "Compiler/opcodes.def"
  return table;
}

}  // namespace

constinit const std::array<OpcodeInfo, 256> opcode_table = make_table();

int stack_effect(Opcode opcode, int arg, bool jumps) {
  switch (opcode) {
#define OPCODE(number, name, operand, needs, effect, effect_on_jump, caches, direction, raises, \
               what)                                                                            \
  case Opcode::name: {                                                                          \
    const int same = effect;                                                                    \
    return jumps ? effect_on_jump : same;                                                       \
  }
#include "Compiler/opcodes.def"
  }
  return 0;
}

uint64_t items_needed(Opcode opcode, int64_t arg) {
  switch (opcode) {
#define OPCODE(number, name, operand, needs, effect, effect_on_jump, caches, direction, raises, \
               what)                                                                            \
  case Opcode::name:                                                                            \
    return static_cast<uint64_t>(needs);
#include "Compiler/opcodes.def"
  }
  return 0;
}

const std::array<const char*, 6> comparison_symbols = {"<", "<=", "==", "!=", ">", ">="};

const std::array<const char*, 2 * kBinaryOperatorCount> binary_operator_symbols = {
    "+",  "&",  "//",  "<<",  "@",  "*",  "%",  "|",  "**",  ">>",  "-",  "/",  "^",
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="};

}  // namespace minipy
