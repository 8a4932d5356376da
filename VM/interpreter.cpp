// The interpreter loop. Handlers are written once, in handlers/*.inc, with the macros below, and become
// functions that end in tail calls (clang: the machine's registers hold pc, fp, k and thread all the
// time) or labels of one function with computed gotos (g++).
//
// Two rules keep handlers fast: a call in a handler would make it save registers at its entry, so whatever
// is not a few machine instructions is a SLOW path of its own; and nothing is tested twice.
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
// Jumping is where loops can be interrupted.
#define TAKE_JUMP(distance)                  \
  do {                                       \
    pc += static_cast<int64_t>(distance);    \
    if (IS_PENDING()) GOTO(safe_point);      \
    NEXT(0);                                 \
  } while (0)

namespace minipy {

#if defined(__clang__) && __clang_major__ >= 19 && !defined(MINIPY_COMPUTED_GOTO)

#define PARAMETERS                                                                       \
  [[maybe_unused]] Word *pc, [[maybe_unused]] Value *fp, [[maybe_unused]] const Value *k, \
      [[maybe_unused]] Thread *thread
#define ARGUMENTS pc, fp, k, thread
#define PRESERVE_NONE __attribute__((preserve_none))
#define OP(name) PRESERVE_NONE static Value op_##name(PARAMETERS)
#define SLOW(name) PRESERVE_NONE __attribute__((noinline)) static Value slow_##name(PARAMETERS)
#define GOTO(name) [[clang::musttail]] return slow_##name(ARGUMENTS)
#define GOTO_OP(name) [[clang::musttail]] return op_##name(ARGUMENTS)
#define NEXT(words)                                                \
  do {                                                             \
    pc += (words);                                                 \
    [[clang::musttail]] return op_table[pc->op](ARGUMENTS);        \
  } while (0)

namespace {

typedef PRESERVE_NONE Value (*OpFunction)(Word*, Value*, const Value*, Thread*);
extern const OpFunction op_table[static_cast<size_t>(Op::kCount)];
#define INSTRUCTION(name, words, destination, what) OP(name);
#include "VM/instructions.def"
SLOW(error);
SLOW(safe_point);
SLOW(operator_result);
SLOW(instance_arithmetic);
SLOW(instance_comparison);
SLOW(return_from_generator);

#include "VM/handlers/all.inc"

const OpFunction op_table[static_cast<size_t>(Op::kCount)] = {
#define INSTRUCTION(name, words, destination, what) op_##name,
#include "VM/instructions.def"
};

}  // namespace

Value run(Thread& thread) {
  Frame* frame = thread.frame;
  return op_table[frame->pc->op](frame->pc, frame->registers(), frame->form->constants, &thread);
}

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
