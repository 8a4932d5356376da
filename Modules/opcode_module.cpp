// _opcode: what the table of opcodes says.
#include <algorithm>

#include "Compiler/opcodes.h"
#include "Modules/native_modules.h"
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy {
namespace {

Value effect(Thread& thread, int opcode, Value argument, Value jump) {
  const bool takes_argument = opcode >= kFirstOpcodeWithArgument;
  if (takes_argument && argument.is_none()) {
    return raise(thread, ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
  }
  if (!takes_argument && !argument.is_none()) {
    return raise(thread, ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
  }
  int64_t number = 0;
  if (!argument.is_none()) number = TRY(index_as_int64(thread, argument, &OverflowError));
  if (!jump.is_none() && !jump.is_bool()) {
    return raise(thread, ValueError, "stack_effect: jump must be False, True or None");
  }
  if (!is_opcode(opcode)) return raise(thread, ValueError, "invalid opcode or oparg");
  const int without_jump = stack_effect(static_cast<Opcode>(opcode), static_cast<int>(number), false);
  const int with_jump = stack_effect(static_cast<Opcode>(opcode), static_cast<int>(number), true);
  if (jump.is_none()) return make_int(std::max(without_jump, with_jump));
  return make_int(jump.is_true() ? with_jump : without_jump);
}

// The interpreter keeps no such statistics.
Value specialization_stats() { return None; }

const MethodRow functions[] = {
    function<effect>("stack_effect($module, opcode, oparg=None, /, *, jump=None)",
                     "Compute the stack effect of the opcode."),
    function<specialization_stats>("get_specialization_stats($module, /)", "Return the specialization stats"),
};

}  // namespace

extern const ModuleSpec opcode_module = {
    .name = "_opcode", .doc = "Opcode support module.", .functions = functions, .initialize = nullptr};

}  // namespace minipy
