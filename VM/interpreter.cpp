// The interpreter loop. Handlers are written once, in handlers/*.inc, with the macros of handlers/convention.h, and
// become functions that end in tail calls (clang: the machine's registers hold pc, fp, k and thread all the
// time) or labels of one function with computed gotos (g++).
//
// Two rules keep handlers fast: a call in a handler would make it save registers at its entry, so whatever
// is not a few machine instructions is a SLOW path of its own; and nothing is tested twice.
#include "VM/handlers/convention.h"

namespace minipy {

#if MINIPY_TAIL_CALLS

namespace {

extern const OpFunction op_table[static_cast<size_t>(Op::kCount)];
#define INSTRUCTION(name, words, destination, what) OP(name);
#include "VM/instructions.def"
DECLARE_HANDLERS();

#include "VM/handlers/all.inc"

const OpFunction op_table[static_cast<size_t>(Op::kCount)] = {
#define INSTRUCTION(name, words, destination, what) op_##name,
#include "VM/instructions.def"
};

}  // namespace

const OpFunction* const interpreter_handlers = op_table;

Value run(Thread& thread) {
  Frame* frame = thread.frame;
  if (!frame->form->entries && --frame->form->heat == 0) make_machine_code(*frame);
  const OpFunction start = frame->form->entries ? continue_in_machine_code : op_table[frame->pc->op];
  return start(frame->pc, frame->registers(), frame->form->constants, &thread);
}

#else

Value run(Thread& thread_reference) {
  static const void* const op_table[] = {
#define INSTRUCTION(name, words, destination, what) &&op_##name,
#include "VM/instructions.def"
  };
  Thread* thread = &thread_reference;
  Word* pc = thread->frame->pc;
  Value* fp = thread->frame->registers();
  const Value* k = thread->frame->form->constants;
  NEXT(0);
#include "VM/handlers/all.inc"
}

#endif

}  // namespace minipy
