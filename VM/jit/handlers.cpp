// The handlers once more, for machine code: it leaves to them what it does not do itself, and they go on in it.
#define MINIPY_FOR_MACHINE_CODE
#include "VM/handlers/convention.h"

#if MINIPY_TAIL_CALLS
namespace minipy {
namespace {

#define INSTRUCTION(name, words, destination, what) OP(name);
#include "VM/instructions.def"
DECLARE_HANDLERS();

#include "VM/handlers/all.inc"

const MachineFunction op_table[static_cast<size_t>(Op::kCount)] = {
#define INSTRUCTION(name, words, destination, what) op_##name,
#include "VM/instructions.def"
};

}  // namespace

const MachineFunction* const machine_code_handlers = op_table;
const MachineFunction machine_code_error = slow_error;

PRESERVE_NONE Value compile_again(PARAMETERS) {
  jit::make_again(FRAME, pc);
  [[clang::musttail]] return op_table[pc->op](ARGUMENTS);
}

}  // namespace minipy
#endif
