// Generators and coroutines: going on in their frames, and leaving these.
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

namespace minipy::jit {
namespace {

// Fields of a generator, from its frame's registers.
#define ACTIVATION_FIELD(name) OFFSET(Activation, name) - OFFSET(Activation, registers)

constexpr int kExceptionState = ACTIVATION_FIELD(exception_state);
constexpr int kState = ACTIVATION_FIELD(state);

}  // namespace

bool FormCompiler::generator_template(Op op) {
  switch (op) {
    case Op::FOR_GENERATOR: {
      const Reg64 generator = expect_shape(pc_->b, shape_of_kind(Kind::Generator));
      cmp(byte[generator + OFFSET(Generator, state)], static_cast<int>(Generator::State::Suspended));
      ja(elsewhere(), T_NEAR);
      const Reg64 sent = take();
      mov(sent.cvt32(), static_cast<int>(None.bits()));
      resume(generator, sent, Frame::kForIterator);
      return true;
    }
    case Op::SEND: return send();
    case Op::YIELD:
      if (!form_.makes_generator) return false;
      yield();
      return true;
    default: return false;
  }
}

// As SEND in handlers/generators.inc.
bool FormCompiler::send() {
  const Reg64 generator = load(pc_->a), sent = load(pc_->a + 1u);
  Label is_ready, is_generator;
  unless_pointer(generator);
  cmp(dword[generator + OFFSET(Object, shape)], shape_of_kind(Kind::Generator));
  je(is_generator);
  cmp(dword[generator + OFFSET(Object, shape)], shape_of_kind(Kind::Coroutine));
  jne(slow(), T_NEAR);
  L(is_generator);
  cmp(byte[generator + OFFSET(Generator, state)], static_cast<int>(Generator::State::Suspended));
  je(is_ready);
  ja(elsewhere(), T_NEAR);
  cmp(sent, static_cast<int>(None.bits()));  // the first time
  jne(elsewhere(), T_NEAR);
  L(is_ready);
  resume(generator, sent, Frame::kSend);
  return true;
}

// As RESUME_GENERATOR there, for a generator that waits or has not begun.
void FormCompiler::resume(Reg64 generator, Reg64 sent, uint64_t how) {
  comes_back_behind_ = true;
  expect_nothing_pending();
  const Reg64 scratch = take(), form = take();
  mov(scratch.cvt32(), dword[thread + OFFSET(Thread, recursion_depth)]);
  cmp(scratch.cvt32(), dword[thread + OFFSET(Thread, recursion_limit)]);
  jge(elsewhere(), T_NEAR);
  inc(scratch.cvt32());
  mov(dword[thread + OFFSET(Thread, recursion_depth)], scratch.cvt32());
  lea(scratch, ptr[words + static_cast<int>(at_ * sizeof(Word))]);
  mov(ptr[fp + FRAME_FIELD(pc)], scratch);
  lea(scratch, ptr[fp - static_cast<int>(sizeof(Frame))]);
  lea(fp, ptr[generator + OFFSET(Activation, registers)]);
  mov(ptr[fp + FRAME_FIELD(previous)], scratch);
  mov(scratch, ptr[thread + OFFSET(Thread, stack_top)]);
  mov(ptr[fp + FRAME_FIELD(top)], scratch);
  mov(scratch, ptr[fp + FRAME_FIELD(flags)]);
  and_(scratch, static_cast<int>(Frame::kHasObject));
  or_(scratch, static_cast<int>(Frame::kHeap | how));
  mov(ptr[fp + FRAME_FIELD(flags)], scratch);
  mov(byte[fp + kState], static_cast<int>(Generator::State::Running));
  mov(form, ptr[fp + FRAME_FIELD(form)]);
  Label has_no_handlers;
  cmp(dword[form + OFFSET(Form, handler_count)], 0);
  je(has_no_handlers);
  mov(scratch, ptr[thread + OFFSET(Thread, exception_state)]);
  mov(ptr[fp + kExceptionState + OFFSET(ExceptionState, previous)], scratch);
  lea(scratch, ptr[fp + kExceptionState]);
  mov(ptr[thread + OFFSET(Thread, exception_state)], scratch);
  L(has_no_handlers);
  lea(scratch, ptr[fp - static_cast<int>(sizeof(Frame))]);
  mov(ptr[thread + OFFSET(Thread, frame)], scratch);
  release(scratch);
  go_on(form, sent, 1);
}

// Suspends this frame, as YIELD does there.
void FormCompiler::yield() {
  comes_back_behind_ = true;
  const Reg64 value = load(pc_->c), scratch = take(), caller = take(), form = take(), flags = take();
  Label is_run_by_python;
  mov(flags, ptr[fp + FRAME_FIELD(flags)]);
  lea(scratch, ptr[words + static_cast<int>(at_ * sizeof(Word))]);
  mov(ptr[fp + FRAME_FIELD(pc)], scratch);
  mov(byte[fp + kState], static_cast<int>(Generator::State::Suspended));
  if (form_.handler_count) {
    mov(scratch, ptr[fp + kExceptionState + OFFSET(ExceptionState, previous)]);
    mov(ptr[thread + OFFSET(Thread, exception_state)], scratch);
  }
  mov(caller, ptr[fp + FRAME_FIELD(previous)]);
  mov(qword[fp + FRAME_FIELD(previous)], 0);
  mov(ptr[thread + OFFSET(Thread, frame)], caller);
  mov(scratch, ptr[fp + FRAME_FIELD(top)]);
  mov(ptr[thread + OFFSET(Thread, stack_top)], scratch);
  dec(dword[thread + OFFSET(Thread, recursion_depth)]);
  test(flags, static_cast<int>(Frame::kEntry));
  je(is_run_by_python);
  mov(rax, value);
  ret();
  L(is_run_by_python);
  lea(fp, ptr[caller + static_cast<int>(sizeof(Frame))]);
  mov(form, ptr[fp + FRAME_FIELD(form)]);
  for (const Reg64 unused : {scratch, caller}) release(unused);
  // SEND leaves the value above the receiver.
  static_assert(Frame::kSend == 16);
  shr(flags.cvt32(), 4);
  and_(flags.cvt32(), 1);
  go_on(form, value, 2, &flags);
}

}  // namespace minipy::jit

#endif
