// Machine code for forms that run often. docs/jit.md
//
// Machine code keeps nothing but copies in the machine's registers: after each instruction the frame is as the
// interpreter would have left it. So it can leave at any instruction to that one's handler (jit/handlers.cpp), which
// does it in full and goes on at the next one's entry: Form::entries has the address for every word.
#pragma once

#include "VM/form.h"

#if defined(__clang__) && __clang_major__ >= 19 && defined(__x86_64__) && !defined(MINIPY_COMPUTED_GOTO)
#define MINIPY_TAIL_CALLS 1
#define PRESERVE_NONE __attribute__((preserve_none))
#else
#define MINIPY_TAIL_CALLS 0
#endif

namespace minipy {

struct Frame;

#if MINIPY_TAIL_CALLS

typedef PRESERVE_NONE Value (*OpFunction)(Word* pc, Value* fp, const Value* k, Thread* thread);

// Machine code has constants in further registers (jit/machine.h). Its handlers give them to it when they go on in it.
typedef PRESERVE_NONE Value (*MachineFunction)(Word* pc, Value* fp, const Value* k, Thread* thread,
                                               uint64_t pointer_mask, uint64_t first_int, uint64_t double_offset,
                                               uint64_t double_limit, uint64_t int_bias);
constexpr uint64_t kPointerMask = 0xFFFF'0000'0000'000F;
constexpr uint64_t kDoubleLimit = Value::kFirstInt - Value::kDoubleOffset;

// By operation: the interpreter's handlers, and those that go on in machine code.
extern const OpFunction* const interpreter_handlers;
extern const MachineFunction* const machine_code_handlers;

// Unwinds from the instruction at pc, which has raised, and goes on at the handler.
extern const MachineFunction machine_code_error;

// Goes on at pc: in the machine code of the frame's form, or in the interpreter if it has none. Made of machine code
// itself; nobody comes here before anything has been compiled.
extern OpFunction continue_in_machine_code;
// The same, for handlers of machine code.
extern MachineFunction continue_anywhere;

// `form` has become hot: machine code is made of it, if that can be and has not been done. It is hot again when it is
// entered by the interpreter the next time.
// `frame` runs it.
void make_machine_code(Frame& frame);

// Does so again, with what has been learnt, once the code has left too often for the instruction at pc.
PRESERVE_NONE Value compile_again(Word* pc, Value* fp, const Value* k, Thread* thread, uint64_t, uint64_t, uint64_t,
                                  uint64_t, uint64_t);

namespace jit {
void make_again(Frame& frame, const Word* word);
}

inline void note(Form& form, const Word* word, Met met) {
  form.met[word - form.words] = met;
}
// Something else than what was noted before is not forgotten for it.
inline void note_if_first(Form& form, const Word* word, Met met) {
  if (form.met[word - form.words] == Met::Nothing) note(form, word, met);
}

#endif

// How often a form is entered, and its loops go round, before it is compiled. 0: never.
constexpr uint32_t kUsualThreshold = 2000;
extern uint32_t compile_threshold;

}  // namespace minipy
