// How handlers are written: the macros that handlers/*.inc use, in two flavours. Those of the interpreter go on with
// the next instruction's handler; those for machine code (MINIPY_FOR_MACHINE_CODE, see jit/jit.h) go on in it.
#pragma once

#include <algorithm>
#include <cstring>

#include "Objects/exception_types.h"
#include "Objects/float.h"
#include "Objects/float_arithmetic.h"
#include "Objects/function.h"
#include "Objects/generator.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/range.h"
#include "Objects/slice.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/attribute_cache.h"
#include "VM/fast_paths.h"
#include "VM/generators.h"
#include "VM/jit/jit.h"
#include "VM/loop_iterators.h"
#include "VM/native_calls.h"
#include "VM/operators.h"
#include "VM/rare.h"
#include "VM/run.h"

#define R(x) fp[x]
#define K(x) k[x]
#define FRAME (*frame_of(fp))
#define SAVE() (FRAME.pc = pc)
#define IS_PENDING() __builtin_expect(thread->pending.load(std::memory_order_relaxed) != 0, 0)
// Of a value that is there.
#define IS_POINTER(value) ((((value).bits() & 0xFFFF'0000'0000'000F)) == 0)
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
// The result of a slow operation into R(a), and on.
#define FINISH(value, words)                   \
  do {                                         \
    const Value finished_ = (value);           \
    if (UNLIKELY(finished_.is_empty())) FAIL(); \
    R(pc->a) = finished_;                      \
    NEXT(words);                               \
  } while (0)
#define FAIL() GOTO(error)
// Continues with thread->frame, whatever it is.
#define RELOAD()                       \
  do {                                 \
    Frame* frame_ = thread->frame;     \
    fp = frame_->registers();          \
    k = frame_->form->constants;       \
    pc = frame_->pc;                   \
  } while (0)
// Goes on in the frame that has been pushed.
#define GO_ON_IN_CALLEE()        \
  do {                           \
    RELOAD();                    \
    COUNT_ENTRY(FRAME.form);     \
    GO_ON(0);                    \
  } while (0)
// Jumping is where loops can be interrupted, and where it shows that they are worth compiling.
#define TAKE_JUMP(distance)                                         \
  do {                                                              \
    const int64_t distance_ = static_cast<int64_t>(distance);       \
    pc += distance_;                                                \
    if (IS_PENDING()) GOTO(safe_point);                             \
    if (distance_ < 0) COUNT_ROUND(FRAME.form);                     \
    NEXT(0);                                                        \
  } while (0)

#if MINIPY_TAIL_CALLS
#define INTERPRETER_PARAMETERS                                                           \
  [[maybe_unused]] Word *pc, [[maybe_unused]] Value *fp, [[maybe_unused]] const Value *k, \
      [[maybe_unused]] Thread *thread
#ifdef MINIPY_FOR_MACHINE_CODE
// Handlers get what they leave in the further registers of machine code, and use nothing of it.
#define PARAMETERS INTERPRETER_PARAMETERS, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t
#define WHATEVER()              \
  ({                            \
    uint64_t whatever_;         \
    asm("" : "=r"(whatever_));  \
    whatever_;                  \
  })
#define ARGUMENTS pc, fp, k, thread, WHATEVER(), WHATEVER(), WHATEVER(), WHATEVER(), WHATEVER()
#else
#define PARAMETERS INTERPRETER_PARAMETERS
#define ARGUMENTS pc, fp, k, thread
#endif
#define OP(name) PRESERVE_NONE static Value op_##name(PARAMETERS)
#define SLOW(name) PRESERVE_NONE __attribute__((noinline)) static Value slow_##name(PARAMETERS)
#define GOTO(name) [[clang::musttail]] return slow_##name(ARGUMENTS)
#define GOTO_OP(name) [[clang::musttail]] return op_##name(ARGUMENTS)

#ifdef MINIPY_FOR_MACHINE_CODE

// As continue_in_machine_code, but with a jump of its own, which the processor learns to predict.
#define NEXT(ahead)                                                                                             \
  do {                                                                                                          \
    pc += (ahead);                                                                                              \
    const Form* form_to_go_on_ = FRAME.form;                                                                    \
    if (UNLIKELY(!form_to_go_on_->entries)) [[clang::musttail]] return continue_anywhere(ARGUMENTS);            \
    const void* entry_ = form_to_go_on_->entries[pc - form_to_go_on_->words];                                   \
    pc = form_to_go_on_->words;                                                                                 \
    [[clang::musttail]] return reinterpret_cast<MachineFunction>(reinterpret_cast<uintptr_t>(entry_))(          \
        pc, fp, k, thread, kPointerMask, Value::kFirstInt, Value::kDoubleOffset, kDoubleLimit, Value::kIntBias); \
  } while (0)
#define GO_ON(words) NEXT(words)
#define COUNT_ROUND(form) ((void)0)
#define COUNT_ENTRY(form)                                        \
  do {                                                           \
    if (UNLIKELY(!(form)->entries && --(form)->heat == 0)) GOTO(hot); \
  } while (0)

#else

#define NEXT(words)                                              \
  do {                                                           \
    pc += (words);                                               \
    [[clang::musttail]] return op_table[pc->op](ARGUMENTS);      \
  } while (0)
// NEXT where the frame may be another one than before.
#define GO_ON(words)                                             \
  do {                                                           \
    pc += (words);                                               \
    if (FRAME.form->entries) {                                   \
      [[clang::musttail]] return continue_in_machine_code(ARGUMENTS); \
    }                                                            \
    [[clang::musttail]] return op_table[pc->op](ARGUMENTS);      \
  } while (0)
// `form`, which is about to go on at pc, becomes machine code once this has happened often enough.
#define COUNT_ENTRY(form)                                        \
  do {                                                           \
    if (UNLIKELY(--(form)->heat == 0)) GOTO(hot);                \
  } while (0)
#define COUNT_ROUND(form) COUNT_ENTRY(form)

#endif

// What the instruction at pc has met, which its machine code will expect.
#define NOTE(what) (note(*FRAME.form, pc, Met::what))
#define NOTE_IF_FIRST(what) (note_if_first(*FRAME.form, pc, Met::what))

// Handlers of one flavour by operation, with the slow paths that are used before they are defined.
#define DECLARE_HANDLERS()          \
  SLOW(error);                      \
  SLOW(safe_point);                 \
  SLOW(hot);                        \
  SLOW(operator_result);            \
  SLOW(instance_arithmetic);        \
  SLOW(instance_comparison);        \
  SLOW(return_from_generator)

#else

#define OP(name) op_##name:
#define SLOW(name) slow_##name:
#define GOTO(name) goto slow_##name
#define GOTO_OP(name) goto op_##name
#define NEXT(words)              \
  do {                           \
    pc += (words);               \
    goto* op_table[pc->op];      \
  } while (0)
#define GO_ON(words) NEXT(words)
#define COUNT_ROUND(form) ((void)(form))
#define COUNT_ENTRY(form) ((void)(form))
#define NOTE(what) ((void)0)
#define NOTE_IF_FIRST(what) ((void)0)

#endif
