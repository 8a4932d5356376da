// Calls of Python functions and classes, and returning; C++ functions; len() and isinstance().
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include <algorithm>
#include <cstring>

#include "Objects/gc_large.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "Objects/type.h"
#include "VM/native_calls.h"
#include "VM/run.h"

namespace minipy::jit {

bool FormCompiler::call_template(Op op) {
  const Value names = has_keyword_names(op) ? constant(static_cast<uint32_t>(pc_[1].bits)) : Value();
  switch (op) {
    case Op::CALL:
    case Op::CALL_KEYWORDS:
      if (has_kind(likely_[pc_->b - 1u], Kind::BuiltinFunction)) return false;
      return call_likely(pc_->b - 1u, pc_->c, names);
    case Op::CALL_METHOD:
    case Op::CALL_METHOD_KEYWORDS:
      if (has_kind(likely_[pc_->b], Kind::MethodDescriptor)) return false;
      if (form_.met[at_] != Met::Bare && form_.met[at_] != Met::Class) return call_likely(pc_->b, pc_->c + 1u, names);
      cmp(load(pc_->b), 0);
      jne(slow(), T_NEAR);
      return call_likely(pc_->b + 1u, pc_->c, names);
    case Op::CALL_NATIVE:
    case Op::CALL_NATIVE_BOUND:
    case Op::CALL_METHOD_NATIVE: return call_native(op);
    case Op::CALL_LEN: return call_length();
    case Op::CALL_ISINSTANCE: return call_isinstance();
    case Op::RETURN: return_value(load(pc_->a)); return true;
    case Op::RETURN_CONST: return_value(load_constant(static_cast<uint32_t>(pc_->wide))); return true;
    default: return false;
  }
}

// --- What is called ---

namespace {

using Parameters = std::vector<Parameter>;
constexpr size_t kMostParameters = 16;  // as many floating registers as there are to move them with

uint32_t shape_of_instances(const Constructor& constructor) {
  Object sample;
  std::memcpy(static_cast<void*>(&sample), &constructor.header, sizeof sample);
  return sample.shape;
}

// Names give values to the parameters that they are the names of, as bind_plainly() has it.
bool bind_names(const Code& code, const Tuple& names, uint32_t first_value, Parameters& parameters) {
  for (size_t i = 0; i < names.size; ++i) {
    const Value* const known = code.localsplus_names()->items;
    const Value* const end = known + parameters.size();
    const Value* const found = std::find(known + code.positional_only_count, end, names.items[i]);
    if (found == end || parameters[static_cast<size_t>(found - known)].from != Parameter::From::Nowhere) return false;
    parameters[static_cast<size_t>(found - known)] = Parameter::in_register(first_value + static_cast<uint32_t>(i));
  }
  return true;
}

bool bind_defaults(const Function& function, const Code& code, Parameters& parameters) {
  const size_t positional = static_cast<size_t>(code.argument_count);
  const Tuple* const defaults = function.defaults.is_none() ? nullptr : function.defaults.as<Tuple>();
  const size_t first = positional - (defaults ? std::min(defaults->size, positional) : 0);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].from != Parameter::From::Nowhere) continue;
    if (i < first || i >= positional) return false;
    parameters[i] = Parameter::constant(defaults->items[i - positional + defaults->size]);
  }
  return true;
}

// Where the parameters of the callee's function get their values from; the first register is that of its first argument.
// False if binding needs more than that, or fails.
bool bind(Callee& callee, uint32_t first, uint32_t count, Value names) {
  const Function& function = *callee.function;
  const Code& code = *function.code;
  const bool has_rest = code.flags & Code::kVarArguments;
  const uint32_t named = names.is_empty() ? 0 : static_cast<uint32_t>(names.as<Tuple>()->size);
  // A **kwargs that is only passed on stays unbound while there is nothing in it.
  if (code.flags & Code::kVarKeywords && (named || !callee.form->forwards_keywords)) return false;
  const bool has_instance = callee.constructor.bytes;
  const uint32_t before = has_instance ? 1 : 0, given = before + count - named;
  const uint32_t in_place = std::min(given, static_cast<uint32_t>(code.argument_count));
  if (given > in_place && !has_rest) return false;
  Parameters& parameters = callee.parameters;
  parameters.resize(static_cast<size_t>(code.argument_count + code.keyword_only_count));
  if (parameters.size() > kMostParameters) return false;
  if (has_instance && (!in_place || given > in_place)) return false;
  if (has_instance) parameters[0] = Parameter::instance();
  for (uint32_t i = before; i < in_place; ++i) parameters[i] = Parameter::in_register(first + i - before);
  if (named && !bind_names(code, *names.as<Tuple>(), first + given - before, parameters)) return false;
  if (!bind_defaults(function, code, parameters)) return false;
  if (has_rest) {
    callee.first_of_rest = first + in_place - before;
    callee.rest_count = given - in_place;
    parameters.push_back(callee.rest_count ? Parameter::rest() : Parameter::constant(empty_tuple()));
  }
  return true;
}

}  // namespace

// What the caches say is called here: a function, or a class whose instances are made in place.
Callee FormCompiler::likely_callee(uint32_t callable, uint32_t count, Value names) const {
  Callee callee;
  const Value value = likely_[callable];
  if (form_.met[at_] == Met::Several || value.is_empty()) return callee;
  if (has_kind(value, Kind::Function)) {
    callee.function = value.as<Function>();
  } else if (has_kind(value, Kind::Type)) {
    const Constructor* constructor = find_constructor(*value.as<minipy::Type>());
    if (!constructor || !constructor->bytes || constructor->bytes > kLargestCell) return callee;
    callee.constructor = *constructor;
    callee.function = constructor->initializer;
    callee.is_known = !callee.function && count == 0;
  }
  if (!callee.function) return callee;
  callee.form = static_cast<Form*>(callee.function->code->translated);
  callee.is_known = callee.form && bind(callee, callable + 1, count, names);
  return callee;
}

// As CALL and its like in handlers/calls.inc, without the rarer ways. What the caches know becomes part of the code: the
// function with its form and defaults, the class with its layout and its __init__.
bool FormCompiler::call_likely(uint32_t callable, uint32_t count, Value names) {
  const Callee callee = likely_callee(callable, count, names);
  if (!callee.is_known) return names.is_empty() && form_.met[at_] != Met::Class && call_function(callable, count);
  const Reg64 called = load(callable);
  expect_same(called, likely_[callable].bits());
  release(called);
  expect_epoch();  // of __code__ and __defaults__ too
  expect_nothing_pending();
  if (!callee.function) {
    store(pc_->a, new_instance(callee.constructor), Fact::Shape, shape_of_instances(callee.constructor));
    return true;
  }
  keep(callee.function);
  if (callee.rest_count) make_rest(callee);
  const Reg64 form = take(), base = take(), scratch = take();
  mov(form, reinterpret_cast<size_t>(callee.form));
  cmp(qword[form + OFFSET(Form, entries)], 0);
  je(elsewhere(), T_NEAR);
  const uint32_t first = callable + (callee.constructor.bytes ? 0 : 1);
  load_base(base, first);
  expect_room(base, callee.form->register_count, scratch);
  const Reg64 instance = callee.constructor.bytes ? new_instance(callee.constructor) : Reg64(form);
  fill_parameters(callee, base, first, instance, scratch);
  push_frame(form, base, callee.constructor.bytes ? &instance : nullptr, scratch);
  if (callee.constructor.bytes || form_.makes_generator) {
    mov(scratch, reinterpret_cast<size_t>(callee.function));
    mov(ptr[fp + FRAME_FIELD(function)], scratch);
  }
  enter(callee.form, form, static_cast<uint32_t>(callee.parameters.size()));
  known_.clear();
  return true;
}

// A function that is not known before; the arguments are just its parameters.
bool FormCompiler::call_function(uint32_t callable, uint32_t count) {
  const Reg64 function = load(callable);
  const Reg64 form = take(), base = take(), scratch = take();
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
  cmp(qword[form + OFFSET(Form, entries)], 0);
  je(elsewhere(), T_NEAR);
  expect_nothing_pending();
  load_base(base, callable + 1);
  mov(scratch.cvt32(), dword[form + OFFSET(Form, register_count)]);
  expect_room(base, 0, scratch);
  if (form_.makes_generator) {
    for (uint32_t i = 0; i < count; ++i) {
      movq(xmm0, register_at(callable + 1 + i));
      movq(ptr[base + static_cast<int>(i * sizeof(Value))], xmm0);
    }
  }
  push_frame(form, base, nullptr, scratch);
  if (form_.makes_generator) mov(ptr[fp + FRAME_FIELD(function)], function);
  enter(nullptr, form, count);
  known_.clear();
  return true;
}

// --- Frames ---

// Where the callee's registers will be: over the arguments. A generator's frame has no room for others above it.
void FormCompiler::load_base(Reg64 base, uint32_t first) {
  if (form_.makes_generator) {
    mov(base, ptr[thread + OFFSET(Thread, stack_top)]);
    add(base, static_cast<int>((kFrameWords + 1) * sizeof(Value)));
  } else {
    lea(base, register_at(first));
  }
}

// Leaves to the handler if the stack or the recursion limit is reached. Afterwards `scratch` is the end of the callee's
// registers: `registers` of them, or as many as it says.
void FormCompiler::expect_room(Reg64 base, uint32_t registers, Reg64 scratch) {
  if (registers) {
    lea(scratch, ptr[base + static_cast<int>(registers * sizeof(Value))]);
  } else {
    lea(scratch, ptr[base + scratch * 8]);
  }
  cmp(scratch, ptr[thread + OFFSET(Thread, stack_end)]);
  ja(elsewhere(), T_NEAR);
  const Reg64 depth = take();
  mov(depth.cvt32(), dword[thread + OFFSET(Thread, recursion_depth)]);
  cmp(depth.cvt32(), dword[thread + OFFSET(Thread, recursion_limit)]);
  jge(elsewhere(), T_NEAR);
  release(depth);
}

namespace {

Value tuple_of_rest(const Value* items, size_t count) { return make_tuple(items, count); }

}  // namespace

// The tuple for *args, in rax, which is taken. Where the handler does the call all the same, it makes its own.
void FormCompiler::make_rest(const Callee& callee) {
  save();
  lea(rdi, register_at(callee.first_of_rest));
  mov(esi, callee.rest_count);
  call_cpp(reinterpret_cast<const void*>(tuple_of_rest), false);
  locked_ = 1u << rax.getIdx();
}

// From here on nothing fails. Values that change places go through the floating registers all at once.
void FormCompiler::fill_parameters(const Callee& callee, Reg64 base, uint32_t first, Reg64 instance, Reg64 scratch) {
  const auto is_moved = [&](size_t i) {
    const Parameter& parameter = callee.parameters[i];
    return parameter.from == Parameter::From::Register && (form_.makes_generator || parameter.number != first + i);
  };
  const auto place = [&](size_t i) { return ptr[base + static_cast<int>(i * sizeof(Value))]; };
  int moved = 0;
  for (size_t i = 0; i < callee.parameters.size(); ++i) {
    if (is_moved(i)) movq(Xmm(moved++), register_at(callee.parameters[i].number));
  }
  moved = 0;
  for (size_t i = 0; i < callee.parameters.size(); ++i) {
    const Parameter& parameter = callee.parameters[i];
    if (is_moved(i)) {
      movq(place(i), Xmm(moved++));
    } else if (parameter.from == Parameter::From::Instance) {
      mov(place(i), instance);
    } else if (parameter.from == Parameter::From::Rest) {
      mov(place(i), rax);
    } else if (parameter.from == Parameter::From::Constant) {
      keep(parameter.value);
      if (fits_32_bits(parameter.value.bits())) {
        mov(qword[base + static_cast<int>(i * sizeof(Value))], static_cast<int>(parameter.value.bits()));
      } else {
        push(scratch);
        mov(scratch, parameter.value.bits());
        mov(place(i), scratch);
        pop(scratch);
      }
    }
  }
}

// `top` is the end of the new frame's registers. That is the frame of an __init__ if there is an instance.
void FormCompiler::push_frame(Reg64 form, Reg64 base, const Reg64* instance, Reg64 top) {
  comes_back_behind_ = true;
  const Reg64 scratch = take();
  inc(dword[thread + OFFSET(Thread, recursion_depth)]);
  lea(scratch, ptr[words + static_cast<int>(at_ * sizeof(Word))]);
  mov(ptr[fp + FRAME_FIELD(pc)], scratch);
  lea(scratch, ptr[fp - static_cast<int>(sizeof(Frame))]);
  mov(fp, base);
  mov(ptr[fp + FRAME_FIELD(previous)], scratch);
  mov(ptr[fp + FRAME_FIELD(form)], form);
  mov(ptr[fp + FRAME_FIELD(top)], top);
  mov(ptr[thread + OFFSET(Thread, stack_top)], top);
  xor_(scratch.cvt32(), scratch.cvt32());
  mov(ptr[fp + FRAME_FIELD(object)], scratch);
  if (instance) {
    mov(ptr[fp + FRAME_FIELD(locals)], *instance);
    mov(qword[fp + FRAME_FIELD(flags)], static_cast<int>(Frame::kInit));
  } else {
    mov(ptr[fp + FRAME_FIELD(locals)], scratch);
    mov(ptr[fp + FRAME_FIELD(flags)], scratch);
  }
  lea(scratch, ptr[fp - static_cast<int>(sizeof(Frame))]);
  mov(ptr[thread + OFFSET(Thread, frame)], scratch);
  release(scratch);
}

// The frame is there; locals that are no parameters are unbound.
void FormCompiler::enter(const Form* known, Reg64 form, uint32_t count) {
  constexpr uint32_t kMostUnrolled = 8;
  const Reg64 number = take();
  if (known && known->local_count <= count + kMostUnrolled) {
    for (uint32_t i = count; i < known->local_count; ++i) {
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

Reg64 FormCompiler::new_instance(const Constructor& constructor) {
  const Reg64 cell = take(), scratch = take(), header = take();
  mov(header, constructor.header);
  take_cell(gc_free_objects(constructor.bytes), cell, scratch, header);
  release(scratch);
  release(header);
  return cell;
}

// The collector's next free cell of that list. If there is none, all this is left to the handler.
void FormCompiler::take_cell(void** list, Reg64 cell, Reg64 scratch, Reg64 header) {
  mov(scratch, reinterpret_cast<size_t>(list));
  mov(cell, ptr[scratch]);
  test(cell, cell);
  je(elsewhere(), T_NEAR);
  movq(xmm0, ptr[cell]);
  movq(ptr[scratch], xmm0);
  mov(ptr[cell], header);
}

// Takes this frame off the stack; `caller` is the one below.
void FormCompiler::pop_frame(Reg64 caller, Reg64 top) {
  mov(caller, ptr[fp + FRAME_FIELD(previous)]);
  mov(ptr[thread + OFFSET(Thread, frame)], caller);
  dec(dword[thread + OFFSET(Thread, recursion_depth)]);
  mov(top, ptr[caller + OFFSET(Frame, top)]);
  mov(ptr[thread + OFFSET(Thread, stack_top)], top);
  lea(fp, ptr[caller + static_cast<int>(sizeof(Frame))]);
}

// As RETURN_VALUE in handlers/flow.inc and the most usual of what that calls special.
void FormCompiler::return_value(Reg64 value) {
  const Reg64 caller = take(), top = take(), form = take();
  Label plain, is_special, is_entry, is_property;
  constexpr int kCallWords = 2, kAttributeWords = 4;
  cmp(qword[fp + FRAME_FIELD(flags)], 0);
  jne(is_special);
  L(plain);
  pop_frame(caller, top);
  mov(form, ptr[fp + FRAME_FIELD(form)]);
  const uint32_t locked = locked_;
  for (const Reg64 unused : {caller, top}) release(unused);
  go_on(form, value, kCallWords);
  locked_ = locked;
  L(is_special);
  expect_nothing_pending();
  cmp(qword[fp + FRAME_FIELD(flags)], static_cast<int>(Frame::kEntry));
  je(is_entry);
  cmp(qword[fp + FRAME_FIELD(flags)], static_cast<int>(Frame::kProperty));
  je(is_property);
  // The result of a call with __init__ is the instance.
  cmp(qword[fp + FRAME_FIELD(flags)], static_cast<int>(Frame::kInit));
  jne(slow(), T_NEAR);
  cmp(value, static_cast<int>(None.bits()));
  jne(slow(), T_NEAR);
  mov(value, ptr[fp + FRAME_FIELD(locals)]);
  jmp(plain, T_NEAR);
  // What C++ has called.
  L(is_entry);
  mov(caller, ptr[fp + FRAME_FIELD(previous)]);
  mov(ptr[thread + OFFSET(Thread, frame)], caller);
  lea(top, ptr[fp - static_cast<int>(sizeof(Frame))]);
  mov(ptr[thread + OFFSET(Thread, stack_top)], top);
  dec(dword[thread + OFFSET(Thread, recursion_depth)]);
  mov(rax, value);
  ret();
  L(is_property);
  pop_frame(caller, top);
  mov(form, ptr[fp + FRAME_FIELD(form)]);
  for (const Reg64 unused : {caller, top}) release(unused);
  go_on(form, value, kAttributeWords);
}

// Goes on in the frame at fp, which runs `form`, so many words ahead of its current instruction. `value` becomes what
// that names as R(a), or `*further` registers on.
void FormCompiler::go_on(Reg64 form, Reg64 value, int ahead, const Reg64* further) {
  const Reg64 pc = take(), number = take();
  Label interpreted;
  mov(pc, ptr[fp + FRAME_FIELD(pc)]);
  movzx(number.cvt32(), word[pc + OFFSET(Word, a)]);
  if (further) add(number, *further);
  mov(ptr[fp + number * 8], value);
  release(number);
  const Reg64 entries = take();
  mov(constants, ptr[form + OFFSET(Form, constants)]);
  mov(entries, ptr[form + OFFSET(Form, entries)]);
  test(entries, entries);
  je(interpreted);
  mov(words, ptr[form + OFFSET(Form, words)]);
  sub(pc, words);
  jmp(ptr[entries + pc + ahead * static_cast<int>(sizeof(Word))]);
  L(interpreted);
  lea(words, ptr[pc + ahead * static_cast<int>(sizeof(Word))]);
  mov(rax, reinterpret_cast<size_t>(continue_in_machine_code));
  jmp(rax);
  known_.clear();
}

namespace {

Value call_row(Thread* thread, const Value* arguments, const MethodRow* row, size_t count) {
  return call_in_place(*thread, *row, arguments, count);
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
  mov(ecx, pc_->c + (op == Op::CALL_NATIVE ? 0 : 1));
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

namespace {

Value test_instance(Thread* thread, uint64_t object, uint64_t klass) {
  const Result<bool> answer = is_instance_of(*thread, Value(object), Value(klass));
  return answer.failed() ? Value() : Value::from_bool(answer.value());
}

}  // namespace

bool FormCompiler::call_isinstance() {
  expect_native(load(pc_->b - 1u), false);
  const Reg64 object = load(pc_->b), klass = load(pc_->b + 1u), type = take(), entry = take();
  Label other, done;
  test(object, pointer_mask);
  jne(other);
  load_type(type, object, entry);
  cmp(type, klass);
  jne(other);
  mov(eax, static_cast<int>(True.bits()));
  jmp(done, T_NEAR);
  L(other);
  mov(rsi, object);
  mov(rdx, klass);
  save();
  mov(rdi, thread);
  call_cpp(reinterpret_cast<const void*>(test_instance), true);
  L(done);
  store_result();
  return true;
}

void FormCompiler::load_type(Reg64 type, Reg64 object, Reg64 scratch) {
  mov(scratch.cvt32(), dword[object + OFFSET(Object, shape)]);
  load_type_of_shape(*this, type, scratch);
}

bool FormCompiler::call_length() {
  expect_native(load(pc_->b - 1u), false);
  store(pc_->a, length_of(pc_->b), Fact::Int);
  return true;
}

// Of the container in a register.
Reg64 FormCompiler::length_of(uint32_t number) {
  const Reg64 object = load(number);
  const Reg64 length = take(), shape = take();
  Label is_list, is_tuple, is_str, done;
  if (const Known* known = known_.find(number); !known || known->fact != Fact::Shape) unless_pointer(object);
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
  return length;
}

}  // namespace minipy::jit

#endif
