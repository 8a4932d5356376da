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

// It stands in the table of finalizers.cpp, where it stays while it lives.
constexpr uint8_t kHasTableEntry = Object::kOwnFlagA;

Kind kind_of(const Code& code) {
  if (code.flags & Code::kAsyncGenerator) return Kind::AsyncGenerator;
  return code.flags & Code::kCoroutine ? Kind::Coroutine : Kind::Generator;
}

// (filename, line, function) of the callers, for sys.set_coroutine_origin_tracking_depth.
Value origin_of(Thread& thread, Frame* frame) {
  GcVector entries;
  for (int depth = 0; frame && depth < thread.coroutine_origin_depth; frame = frame->previous, ++depth) {
    entries.push_back(make_tuple({frame->code().filename(), Value::from_int(line_of(*frame)), frame->code().name()}));
  }
  return make_tuple(entries.data(), entries.size());
}

}  // namespace

// Is the generator that `frame` is about to return for its caller's `for`, `await` or `yield from`
// only? Then nobody holds it any more once that has come to the generator's end.
bool is_sole_user(const Frame& frame) {
  if ((frame.flags && frame.flags != Frame::kIterate) || frame.form->is_traced) return false;
  const Frame& caller = *frame.previous;
  const Word* next = caller.pc;
  if (!frame.flags) {
    const Word* call = next;
    next += 2;
    if (!is_call(static_cast<Op>(call->op)) || next->b != call->a ||
        call->a < caller.form->local_count) {
      return false;
    }
  }
  const Kind kind = kind_of(frame.code());
  switch (static_cast<Op>(next->op)) {
    case Op::GET_ITERATOR:
      return kind == Kind::Generator && is_for_iterator(static_cast<Op>(next[1].op)) &&
             next[1].b == next->a && next->a >= caller.form->local_count;
    case Op::GET_AWAITABLE:
    case Op::GET_YIELD_FROM_ITER: {
      const Kind expected =
          next->op == static_cast<uint16_t>(Op::GET_AWAITABLE) ? Kind::Coroutine : Kind::Generator;
      return kind == expected && next[1].op == static_cast<uint16_t>(Op::LOAD_CONST) &&
             next[2].op == static_cast<uint16_t>(Op::SEND) && next[2].a == next->a;
    }
    default:
      return false;
  }
}

namespace {

constexpr uint32_t kMostSpares = 32;

// A block for a generator of `form`: one that has served, or a new one. A private coroutine needs
// no finaliser: it is closed by what awaits it.
Activation* allocate_generator(Form& form, bool is_private) {
  const Kind kind = kind_of(*form.code);
  while (is_private && form.spare_count) {
    auto spare = form.spare_generators.as<Activation>();
    form.spare_generators = spare->frame.locals;
    --form.spare_count;
    if (!spare->has_flag(Object::kNeverEscaped))
      continue;  // gc.get_objects() has shown it to somebody
    if (spare->has_flag(kHasTableEntry)) spare->flags |= Object::kFinalizable;
    return spare;
  }
  const bool is_finalizable = kind == Kind::Generator ? form.notices_close : !is_private;
  const size_t bytes = sizeof(Activation) + form.register_count * sizeof(Value);
  void* cell = is_finalizable ? gc_allocate_finalizable(bytes) : gc_allocate_object(bytes);
  if (!cell) return nullptr;
  uint8_t flags = is_finalizable ? Object::kFinalizable | kHasTableEntry : 0;
  if (is_private) flags |= Object::kNeverEscaped;
  return initialize_header<Activation>(cell, shape_of_kind(kind), kind,
                                       (bytes - sizeof(Object)) / sizeof(Value), flags);
}

}  // namespace

void keep_spare(Generator* generator) {
  Activation* activation = activation_of(*generator);
  Form& form = *activation->frame.form;
  if (form.is_traced || form.spare_count >= kMostSpares) return;
  ++form.spare_count;
  activation->frame.locals = form.spare_generators;
  form.spare_generators = activation;
}

// The frame moves from the stack into the generator's block.
Value make_generator(Thread& thread, Frame& frame, bool is_private) {
  const Form& form = *frame.form;
  Activation* generator = allocate_generator(*frame.form, is_private);
  if (!generator) return raise_memory_error(thread);
  const Function& function = frame.python_function();
  generator->name = function.name();
  generator->qualified_name = function.qualified_name();
  generator->origin = None;
  generator->state = Generator::State::Created;
  generator->exception_state.handled = None;
  generator->frame = frame;
  generator->frame.previous = nullptr;
  generator->frame.flags = Frame::kHeap;
  generator->frame.object = Value();
  std::copy_n(frame.registers(), form.local_count, generator->registers);
  if (frame.has(Frame::kHasObject)) {
    // Whoever holds the frame object sees the generator's frame from now on.
    FrameObject* object = frame.object.as<FrameObject>();
    object->frame = &generator->frame;
    object->owner = generator;
    generator->frame.object = object;
    generator->frame.flags |= Frame::kHasObject;
    frame.flags &= ~static_cast<uint64_t>(Frame::kHasObject);
    frame.object = Value();
  }
  if (generator->kind == Kind::Coroutine && thread.coroutine_origin_depth > 0) {
    generator->origin = origin_of(thread, frame.previous);
  }
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

namespace {

bool has_room(const Thread& thread) {
  return thread.recursion_depth < thread.recursion_limit &&
         reinterpret_cast<char*>(__builtin_frame_address(0)) >= thread.stack_limit;
}

// What push_generator() does once nothing stands against it.
inline void enter(Thread& thread, Generator& generator, Value sent, uint64_t flags) {
  ++thread.recursion_depth;
  Activation* activation = activation_of(generator);
  Frame& frame = activation->frame;
  frame.previous = thread.frame;
  frame.top = thread.stack_top;
  frame.flags = (frame.flags & Frame::kHasObject) | Frame::kHeap | flags;
  if (frame.form->handler_count) {
    activation->exception_state.previous = thread.exception_state;
    thread.exception_state = &activation->exception_state;
  }
  generator.state = Generator::State::Running;
  thread.frame = &frame;
  if (is_tracing(thread)) [[unlikely]]
    choose_form(thread, frame, true);
  if (sent.is_empty()) return;
  frame.registers()[frame.pc->a] = sent;
  ++frame.pc;
}

}  // namespace

bool push_generator(Thread& thread, Generator& generator, Value sent, uint64_t flags) {
  const bool is_created = generator.state == Generator::State::Created;
  if (generator.state > Generator::State::Suspended ||
      (is_created && !sent.is_none() && !sent.is_empty())) [[unlikely]] {
    refuse(thread, generator);
    return false;
  }
  if (!has_room(thread)) {
    raise(thread, RecursionError, "maximum recursion depth exceeded");
    return false;
  }
  enter(thread, generator, sent, flags);
  return true;
}

Value next_of_generator(Thread& thread, Value self) {
  Generator& generator = *self.as<Generator>();
  if (generator.state > Generator::State::Suspended || !has_room(thread)) [[unlikely]] {
    if (generator.state == Generator::State::Finished) return Unbound;
    push_generator(thread, generator, None, Frame::kEntry);  // says why it cannot be
    return error;
  }
  enter(thread, generator, None, Frame::kEntry);
  const Value result = run(thread);
  if (generator.state != Generator::State::Finished || result.is_empty()) [[likely]]
    return result;
  thread.stop_value = result.is_none() ? Value() : result;
  return Unbound;
}

namespace {

void unlink(Thread& thread, Frame& frame) {
  if (frame.form->handler_count)
    thread.exception_state = activation_of(&frame)->exception_state.previous;
  thread.frame = frame.previous;
  thread.stack_top = frame.top;
  frame.previous = nullptr;
  --thread.recursion_depth;
}

}  // namespace

void finish_generator(Thread& thread, Frame& frame) {
  unlink(thread, frame);
  end_generator(*activation_of(&frame));
}

// Nothing is left to close, and nothing is kept alive.
void end_generator(Generator& generator) {
  Frame& frame = activation_of(generator)->frame;
  if (frame.has(Frame::kHasObject)) detach_frame_object(frame);
  generator.state = Generator::State::Finished;
  generator.flags &= static_cast<uint8_t>(~Object::kFinalizable);
  std::fill_n(frame.registers(), frame.form->register_count, Value());
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
    // The exception of a tracer that fails takes the place of the thrown one.
    if (!trace_call(thread, *thread.frame).failed()) thread.exception = exception;
    if (!unwind(thread)) return SendResult::Failed;
  }
  return outcome_of(generator, run(thread), result);
}

SendResult continue_generator(Thread& thread, Generator& generator, Value* result) {
  if (!push_generator(thread, generator, Value(), Frame::kEntry)) return SendResult::Failed;
  return outcome_of(generator, run(thread), result);
}

}  // namespace minipy
