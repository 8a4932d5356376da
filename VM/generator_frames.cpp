// The frames of generators: making them, entering and leaving them. The objects around them are in
// generator.cpp and its neighbours.
#include <algorithm>

#include "Objects/exception.h"
#include "Objects/gc.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"
#include "VM/run.h"

namespace minipy {
namespace {

Kind kind_of(const Code& code) {
  if (code.flags & Code::kAsyncGenerator) return Kind::AsyncGenerator;
  return code.flags & Code::kCoroutine ? Kind::Coroutine : Kind::Generator;
}

// (filename, line, function) of the callers, for sys.set_coroutine_origin_tracking_depth.
Value origin_of(Thread& thread, Frame* frame) {
  GcVector entries;
  for (int depth = 0; frame && depth < thread.coroutine_origin_depth; frame = frame->previous, ++depth) {
    entries.push_back(make_tuple({frame->code().filename, Value::from_int(line_of(*frame)), frame->code().name}));
  }
  return make_tuple(entries.data(), entries.size());
}

}  // namespace

// The frame moves from the stack into a block of its own.
Value make_generator(Thread& thread, Frame& frame) {
  const Form& form = *frame.form;
  const Kind kind = kind_of(*form.code);
  const bool is_finalizable = kind != Kind::Generator || form.notices_close;
  void* cell = is_finalizable ? gc_allocate_finalizable(sizeof(Generator))
                              : gc_allocate_object(sizeof(Generator));
  auto generator = initialize_header<Generator>(
      cell, shape_of_kind(kind), kind, (sizeof(Generator) - sizeof(Object)) / sizeof(Value),
      is_finalizable ? Object::kFinalizable : 0);
  const Function& function = frame.python_function();
  generator->name = function.name;
  generator->qualified_name = function.qualified_name;
  generator->code = form.code;
  generator->origin = None;
  generator->state = Generator::State::Created;
  const size_t bytes = sizeof(Activation) + form.register_count * sizeof(Value);
  auto activation = static_cast<Activation*>(gc_allocate_scanned_buffer(bytes));
  if (!activation) return raise_memory_error(thread);
  activation->exception_state.handled = None;
  activation->hidden_generator = ~reinterpret_cast<uint64_t>(generator);
  activation->frame = frame;
  activation->frame.previous = nullptr;
  activation->frame.flags = Frame::kHeap;
  activation->frame.object = Value();
  std::copy_n(frame.registers(), form.local_count, activation->registers);
  generator->activation = activation;
  if (frame.has(Frame::kHasObject)) {
    // Whoever holds the frame object sees the generator's frame from now on.
    FrameObject* object = frame.object.as<FrameObject>();
    object->frame = &activation->frame;
    object->owner = generator;
    activation->frame.object = object;
    activation->frame.flags |= Frame::kHasObject;
    frame.flags &= ~static_cast<uint64_t>(Frame::kHasObject);
    frame.object = Value();
  }
  if (kind == Kind::Coroutine && thread.coroutine_origin_depth > 0) generator->origin = origin_of(thread, frame.previous);
  return generator;
}

namespace {

// Why the generator cannot be entered.
[[gnu::cold, gnu::noinline]] Failure refuse(Thread& thread, const Generator& generator) {
  const char* noun = generator.kind == Kind::Coroutine ? "coroutine" : generator.kind == Kind::AsyncGenerator ? "async generator" : "generator";
  switch (generator.state) {
    case Generator::State::Running: return raise(thread, ValueError, "{} already executing", noun);
    case Generator::State::Finished:
      if (generator.kind == Kind::Coroutine) return raise(thread, RuntimeError, "cannot reuse already awaited coroutine");
      raise_bare(thread, StopIteration);
      return error;
    case Generator::State::Created: return raise(thread, TypeError, "can't send non-None value to a just-started {}", noun);
    case Generator::State::Suspended: break;
  }
  MP_UNREACHABLE();
}

}  // namespace

bool push_generator(Thread& thread, Generator& generator, Value sent, uint64_t flags) {
  const bool is_created = generator.state == Generator::State::Created;
  if (generator.state > Generator::State::Suspended || (is_created && !sent.is_none() && !sent.is_empty())) [[unlikely]] {
    refuse(thread, generator);
    return false;
  }
  if (thread.recursion_depth >= thread.recursion_limit ||
      reinterpret_cast<char*>(__builtin_frame_address(0)) < thread.stack_limit) {
    raise(thread, RecursionError, "maximum recursion depth exceeded");
    return false;
  }
  ++thread.recursion_depth;
  Activation* activation = activation_of(generator);
  Frame& frame = activation->frame;
  frame.previous = thread.frame;
  frame.top = thread.stack_top;
  frame.flags = (frame.flags & Frame::kHasObject) | Frame::kHeap | flags;
  activation->exception_state.previous = thread.exception_state;
  thread.exception_state = &activation->exception_state;
  generator.state = Generator::State::Running;
  generator.yield_from = Value();
  thread.frame = &frame;
  if (is_tracing(thread)) choose_form(thread, frame, true);
  if (!sent.is_empty()) {
    frame.registers()[frame.pc->a] = sent;
    ++frame.pc;
  }
  return true;
}

namespace {

void unlink(Thread& thread, Frame& frame) {
  Activation* activation = activation_of(&frame);
  thread.exception_state = activation->exception_state.previous;
  activation->exception_state.previous = nullptr;
  thread.frame = frame.previous;
  thread.stack_top = frame.top;
  frame.previous = nullptr;
  --thread.recursion_depth;
}

}  // namespace

void suspend_generator(Thread& thread, Frame& frame) {
  Generator& generator = *activation_of(&frame)->generator();
  const uint16_t receiver = frame.pc->b;
  generator.yield_from = receiver == kNoRegister ? Value() : frame.registers()[receiver];
  generator.state = Generator::State::Suspended;
  unlink(thread, frame);
}

void finish_generator(Thread& thread, Frame& frame) {
  Generator& generator = *activation_of(&frame)->generator();
  unlink(thread, frame);
  if (frame.has(Frame::kHasObject)) detach_frame_object(frame);
  generator.state = Generator::State::Finished;
  generator.activation = nullptr;
  generator.flags &= static_cast<uint8_t>(~Object::kFinalizable);  // nothing left to close
  generator.yield_from = Value();
}

namespace {

SendResult outcome_of(const Generator& generator, Value value, Value* result) {
  *result = value;
  if (value.is_empty()) return SendResult::Failed;
  return generator.state == Generator::State::Finished ? SendResult::Returned : SendResult::Yielded;
}

}  // namespace

SendResult resume_generator(Thread& thread, Generator& generator, Value sent, Value* result) {
  const bool is_throw = sent.is_empty();
  const Value exception = is_throw ? take_exception(thread) : Value();
  if (is_throw && generator.state == Generator::State::Finished && generator.kind != Kind::Coroutine) {
    thread.exception = exception;
    return SendResult::Failed;
  }
  if (!push_generator(thread, generator, sent, Frame::kEntry)) return SendResult::Failed;
  if (is_throw) {
    // The context is what the generator itself is handling, not its caller.
    const Value handled = activation_of(generator)->exception_state.handled;
    if (is_exception(handled) && !(handled == exception)) set_context(exception, handled);
    thread.exception = exception;
    if (!unwind(thread)) return SendResult::Failed;
  }
  return outcome_of(generator, run(thread), result);
}

SendResult continue_generator(Thread& thread, Generator& generator, Value* result) {
  if (!push_generator(thread, generator, Value(), Frame::kEntry)) return SendResult::Failed;
  return outcome_of(generator, run(thread), result);
}

}  // namespace minipy
