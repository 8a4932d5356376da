// Calls of Python functions that get just their parameters, and returning from them; len().
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/native.h"
#include "Objects/str.h"
#include "Objects/type.h"
#include "VM/native_calls.h"

namespace minipy::jit {

bool FormCompiler::call_template(Op op) {
  switch (op) {
    case Op::CALL: return call_function(pc_->b - 1u, pc_->b, pc_->c);
    case Op::CALL_METHOD:
      if (form_.met[at_] != Met::Bare) return call_function(pc_->b, pc_->b + 1u, pc_->c + 1u);
      cmp(load(pc_->b), 0);
      jne(slow(), T_NEAR);
      return call_function(pc_->b + 1u, pc_->b + 2u, pc_->c);
    case Op::CALL_NATIVE:
    case Op::CALL_NATIVE_BOUND:
    case Op::CALL_METHOD_NATIVE: return call_native(op);
    case Op::CALL_LEN: return call_length();
    case Op::RETURN: return_value(load(pc_->a)); return true;
    case Op::RETURN_CONST: return_value(load_constant(static_cast<uint32_t>(pc_->wide))); return true;
    default: return false;
  }
}

// The form of the function that is likely to be called, if that can be entered with so many arguments.
Form* FormCompiler::likely_form(uint32_t callable, uint32_t count) const {
  const Value value = likely_[callable];
  if (form_.met[at_] == Met::Several || !has_kind(value, Kind::Function)) return nullptr;
  Form* form = static_cast<Form*>(value.as<Function>()->code->translated);
  return form && form->simple_arguments == count ? form : nullptr;
}

// As CALL_FUNCTION and ENTER in handlers/calls.inc, without their other ways. Of a function that caches know, the form
// is part of the code.
bool FormCompiler::call_function(uint32_t callable, uint32_t arguments, uint32_t count) {
  // A generator's frame has no room for others above it.
  if (form_.makes_generator) return false;
  Form* likely = likely_form(callable, count);
  const Reg64 function = load(callable);
  const Reg64 form = take(), top = take(), depth = take();
  if (likely) {
    expect_same(function, likely_[callable].bits());
    keep(likely->code);  // which __code__ may have replaced meanwhile
    mov(form, reinterpret_cast<size_t>(likely->code));
    cmp(ptr[function + OFFSET(Function, code)], form);
    jne(slow(), T_NEAR);
    mov(form, reinterpret_cast<size_t>(likely));
  } else {
    test(function, function);
    je(slow(), T_NEAR);
    unless_pointer(function);
    cmp(word[function + OFFSET(Object, kind)], static_cast<int>(Kind::Function));
    jne(slow(), T_NEAR);
    mov(form, ptr[function + OFFSET(Function, code)]);
    mov(form, ptr[form + OFFSET(Code, translated)]);
    test(form, form);
    je(slow(), T_NEAR);
    cmp(dword[form + OFFSET(Form, simple_arguments)], count);
    jne(slow(), T_NEAR);
  }
  cmp(qword[form + OFFSET(Form, entries)], 0);
  je(elsewhere(), T_NEAR);
  expect_nothing_pending();
  if (likely) {
    lea(top, register_at(arguments + likely->register_count));
  } else {
    mov(top.cvt32(), dword[form + OFFSET(Form, register_count)]);
    lea(top, ptr[fp + top * 8 + static_cast<int>(arguments * sizeof(Value))]);
  }
  cmp(top, ptr[thread + OFFSET(Thread, stack_end)]);
  ja(elsewhere(), T_NEAR);
  mov(depth.cvt32(), dword[thread + OFFSET(Thread, recursion_depth)]);
  cmp(depth.cvt32(), dword[thread + OFFSET(Thread, recursion_limit)]);
  jge(elsewhere(), T_NEAR);
  inc(depth.cvt32());
  mov(dword[thread + OFFSET(Thread, recursion_depth)], depth.cvt32());

  lea(depth, ptr[words + static_cast<int>(at_ * sizeof(Word))]);
  mov(ptr[fp + FRAME_FIELD(pc)], depth);
  lea(depth, ptr[fp - static_cast<int>(sizeof(Frame))]);
  add(fp, static_cast<int>(arguments * sizeof(Value)));
  mov(ptr[fp + FRAME_FIELD(previous)], depth);
  mov(ptr[fp + FRAME_FIELD(form)], form);
  mov(ptr[fp + FRAME_FIELD(top)], top);
  xor_(depth.cvt32(), depth.cvt32());
  mov(ptr[fp + FRAME_FIELD(locals)], depth);
  mov(ptr[fp + FRAME_FIELD(object)], depth);
  mov(ptr[fp + FRAME_FIELD(flags)], depth);
  lea(depth, ptr[fp - static_cast<int>(sizeof(Frame))]);
  mov(ptr[thread + OFFSET(Thread, frame)], depth);
  mov(ptr[thread + OFFSET(Thread, stack_top)], top);
  enter(likely, form, count);
  known_.clear();
  return true;
}

// The frame is there; locals that are no parameters are unbound.
void FormCompiler::enter(Form* likely, Reg64 form, uint32_t count) {
  constexpr uint32_t kMostUnrolled = 8;
  const Reg64 number = take();
  if (likely && likely->local_count <= count + kMostUnrolled) {
    for (uint32_t i = count; i < likely->local_count; ++i) {
      mov(qword[fp + static_cast<int>(i * sizeof(Value))], static_cast<int>(Unbound.bits()));
    }
  } else {
    Label unbind, bound;
    mov(number.cvt32(), dword[form + OFFSET(Form, local_count)]);
    L(unbind);
    cmp(number.cvt32(), count);
    jbe(bound);
    mov(qword[fp + number * 8 - static_cast<int>(sizeof(Value))], static_cast<int>(Unbound.bits()));
    dec(number.cvt32());
    jmp(unbind);
    L(bound);
  }
  mov(constants, ptr[form + OFFSET(Form, constants)]);
  mov(words, ptr[form + OFFSET(Form, words)]);
  mov(number, ptr[form + OFFSET(Form, entries)]);
  jmp(ptr[number]);
}

// As RETURN_VALUE in handlers/flow.inc, for frames without flags.
void FormCompiler::return_value(Reg64 value) {
  const Reg64 caller = take(), form = take(), pc = take(), entries = take();
  Label plain, is_special, interpreted;
  cmp(qword[fp + FRAME_FIELD(flags)], 0);
  jne(is_special);
  L(plain);
  mov(caller, ptr[fp + FRAME_FIELD(previous)]);
  mov(ptr[thread + OFFSET(Thread, frame)], caller);
  dec(dword[thread + OFFSET(Thread, recursion_depth)]);
  mov(pc, ptr[caller + OFFSET(Frame, top)]);
  mov(ptr[thread + OFFSET(Thread, stack_top)], pc);
  lea(fp, ptr[caller + static_cast<int>(sizeof(Frame))]);
  mov(form, ptr[caller + OFFSET(Frame, form)]);
  mov(pc, ptr[caller + OFFSET(Frame, pc)]);
  movzx(caller.cvt32(), word[pc + OFFSET(Word, a)]);
  mov(ptr[fp + caller * 8], value);
  mov(constants, ptr[form + OFFSET(Form, constants)]);
  mov(entries, ptr[form + OFFSET(Form, entries)]);
  constexpr int kCallWords = 2;
  test(entries, entries);
  je(interpreted);
  mov(words, ptr[form + OFFSET(Form, words)]);
  sub(pc, words);
  jmp(ptr[entries + pc + kCallWords * static_cast<int>(sizeof(Word))]);
  L(interpreted);
  lea(words, ptr[pc + kCallWords * static_cast<int>(sizeof(Word))]);
  mov(rax, reinterpret_cast<size_t>(continue_in_machine_code));
  jmp(rax);
  // The result of a call with __init__ is the instance.
  L(is_special);
  cmp(qword[fp + FRAME_FIELD(flags)], static_cast<int>(Frame::kInit));
  jne(elsewhere(), T_NEAR);
  cmp(value, static_cast<int>(None.bits()));
  jne(elsewhere(), T_NEAR);
  expect_nothing_pending();
  mov(value, ptr[fp + FRAME_FIELD(locals)]);
  jmp(plain, T_NEAR);
  known_.clear();
}

namespace {

Value call_row(Thread* thread, const Value* arguments, const MethodRow* row) {
  return call_in_place(*thread, *row, arguments);
}

}  // namespace

// The C++ function that was called here last, as in handlers/calls.inc.
bool FormCompiler::call_native(Op op) {
  const bool is_method = op == Op::CALL_METHOD_NATIVE;
  const uint32_t place = is_method ? pc_->b : pc_->b - 1u;
  const Reg64 callable = load(place);
  if (is_method) {
    test(callable, callable);
    je(slow(), T_NEAR);
  }
  expect_native(callable, is_method);
  if (op == Op::CALL_NATIVE_BOUND) {
    const Reg64 self = take();
    mov(self, ptr[callable + OFFSET(BuiltinFunction, self)]);
    test(self, self);
    je(slow(), T_NEAR);
    mov(register_at(place), self);
    known_.forget(place);
  }
  mov(rdx, pc_[1].bits);
  save();
  mov(rdi, thread);
  lea(rsi, register_at(op == Op::CALL_NATIVE_BOUND ? place : place + 1));
  call_cpp(reinterpret_cast<const void*>(call_row), true);
  store_result();
  return true;
}

// The C++ function of the row in word 1, while nothing is pending.
void FormCompiler::expect_native(Reg64 callable, bool is_method) {
  unless_pointer(callable);
  cmp(word[callable + OFFSET(Object, kind)],
      static_cast<int>(is_method ? Kind::MethodDescriptor : Kind::BuiltinFunction));
  jne(slow(), T_NEAR);
  const Reg64 row = take();
  mov(row, pc_[1].bits);
  cmp(ptr[callable + (is_method ? OFFSET(Descriptor, row) : OFFSET(BuiltinFunction, row))], row);
  jne(slow(), T_NEAR);
  release(row);
  expect_nothing_pending();
}

bool FormCompiler::call_length() {
  expect_native(load(pc_->b - 1u), false);
  const Reg64 object = load(pc_->b);
  const Reg64 length = take(), shape = take();
  Label is_list, is_tuple, is_str, done;
  if (const Known* known = known_.find(pc_->b); !known || known->fact != Fact::Shape) unless_pointer(object);
  mov(shape.cvt32(), dword[object + OFFSET(Object, shape)]);
  cmp(shape.cvt32(), shape_of_kind(Kind::List));
  je(is_list);
  cmp(shape.cvt32(), shape_of_kind(Kind::Str));
  je(is_str);
  cmp(shape.cvt32(), shape_of_kind(Kind::Tuple));
  je(is_tuple);
  cmp(shape.cvt32(), shape_of_kind(Kind::Dict));
  jne(slow(), T_NEAR);
  mov(length.cvt32(), dword[object + OFFSET(Dict, count)]);
  jmp(done);
  L(is_str);
  mov(length, ptr[object + OFFSET(Str, length_and_width)]);
  shr(length, 3);
  jmp(done);
  L(is_tuple);
  mov(length, ptr[object + OFFSET(Tuple, size)]);
  jmp(done);
  L(is_list);
  mov(length, ptr[object + OFFSET(List, size)]);
  L(done);
  add(length, int_bias);
  store(pc_->a, length, Fact::Int);
  return true;
}

}  // namespace minipy::jit

#endif
