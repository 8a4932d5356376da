// Generators as objects: send(), throw(), close(), delegation. PEP 342, 380; language reference 6.2.9.
#include "Objects/audit.h"
#include "Objects/exception.h"
#include "Objects/address_text.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"
#include "VM/interface.h"
#include "VM/run.h"

namespace minipy {
namespace {

const char* word_for(const Generator& generator) {
  return generator.kind == Kind::Coroutine        ? "coroutine"
         : generator.kind == Kind::AsyncGenerator ? "async generator"
                                                  : "generator";
}

// The value of the pending StopIteration, which is taken away; empty if another exception is pending.
Value take_stop_value(Thread& thread) {
  if (!exception_matches(thread, StopIteration)) return Value();
  const Value exception = take_exception(thread);
  if (!has_kind(exception, Kind::StopIteration)) return None;
  const Value value = exception.as<StopIterationObject>()->value;
  return value.is_empty() ? None : value;
}

// The generator leaves its `yield from`: as if SEND had come to its end with `value`.
void complete_delegation(Frame& frame, Value value) {
  const uint16_t receiver = frame.pc->b;
  for (int back = 2; back <= 5; ++back) {
    Word* send = frame.pc - back;
    if (send->op != static_cast<uint16_t>(Op::SEND) || send->a != receiver) continue;
    frame.registers()[receiver] = value;
    frame.pc = send + static_cast<int64_t>(send[1].bits);
    return;
  }
  MP_UNREACHABLE();
}

// While the delegate works, the generator counts as running and is seen in the chain of frames.
class Delegating {
 public:
  Delegating(Thread& thread, Generator& generator) : thread_(thread), generator_(generator), caller_(thread.frame) {
    generator.state = Generator::State::Running;
    Frame& frame = activation_of(generator)->frame;
    frame.previous = caller_;
    frame.top = thread.stack_top;
    thread.frame = &frame;
  }
  ~Delegating() {
    thread_.frame = caller_;
    activation_of(generator_)->frame.previous = nullptr;
    generator_.state = Generator::State::Suspended;
  }
  Delegating(const Delegating&) = delete;
  Delegating& operator=(const Delegating&) = delete;

 private:
  Thread& thread_;
  Generator& generator_;
  Frame* caller_;
};

Status close_delegate(Thread& thread, Value delegate) {
  if (is_exact(delegate, Kind::Generator) || is_exact(delegate, Kind::Coroutine)) {
    TRY(close_generator(thread, *delegate.as<Generator>()));
    return nothing;
  }
  const Value close = get_attribute_or_unbound(thread, delegate, "close");
  if (close.is_empty()) {
    write_unraisable(thread, delegate);
    return nothing;
  }
  if (close.is_unbound()) return nothing;
  TRY(call(thread, close));
  return nothing;
}

SendResult raise_in(Thread& thread, Generator& generator, Value exception, Value* result) {
  thread.exception = exception;
  return resume_generator(thread, generator, Value(), result);
}

}  // namespace

Value delegate_of(const Generator& generator) {
  if (generator.state != Generator::State::Suspended) return Value();
  const Frame& frame = static_cast<const Activation&>(generator).frame;
  const uint16_t receiver = frame.pc->b;  // of the YIELD where it waits
  return receiver == kNoRegister ? Value() : frame.registers()[receiver];
}

SendResult send_value(Thread& thread, Value receiver, Value sent, Value* result) {
  const TypeSlots& slots = type_of(receiver).slots;
  if (slots.send) return slots.send(thread, receiver, sent, result);
  if (sent.is_none() && slots.next) {
    thread.stop_value = Value();
    *result = slots.next(thread, receiver);
    if (!result->is_unbound()) return result->is_empty() ? SendResult::Failed : SendResult::Yielded;
    *result = thread.stop_value.is_empty() ? None : thread.stop_value;
    thread.stop_value = Value();
    return SendResult::Returned;
  }
  *result = call_method(thread, receiver, "send", {sent});
  if (!result->is_empty()) return SendResult::Yielded;
  *result = take_stop_value(thread);
  return result->is_empty() ? SendResult::Failed : SendResult::Returned;
}

SendResult throw_into_generator(Thread& thread, Generator& generator, Value exception, bool close_on_exit, Value* result) {
  const Value delegate = delegate_of(generator);
  if (delegate.is_empty()) return raise_in(thread, generator, exception, result);
  // What cannot be closed for want of stack is told to the one that waits for it.
  if (is_stack_exhausted(thread)) return raise_in(thread, generator, take_exception(thread), result);
  if (is_instance(exception, GeneratorExit) && close_on_exit) {
    // The delegate is closed first; its own exception, if any, goes on instead.
    Status closed = nothing;
    {
      const Delegating delegating(thread, generator);
      closed = close_delegate(thread, delegate);
    }
    return raise_in(thread, generator, closed.failed() ? take_exception(thread) : exception, result);
  }
  Value thrown;
  {
    const Delegating delegating(thread, generator);
    if (is_exact(delegate, Kind::Generator) || is_exact(delegate, Kind::Coroutine)) {
      const SendResult outcome = throw_into_generator(thread, *delegate.as<Generator>(), exception, close_on_exit, &thrown);
      if (outcome == SendResult::Returned) {
        raise_stop_iteration(thread, thrown);
        thrown = Value();
      }
    } else {
      const Value method = get_attribute_or_unbound(thread, delegate, "throw");
      if (method.is_unbound()) {
        thrown = Unbound;
      } else if (!method.is_empty()) {
        thrown = call(thread, method, {exception});
      }
    }
  }
  if (thrown.is_unbound()) return raise_in(thread, generator, exception, result);
  if (!thrown.is_empty()) {
    *result = thrown;
    return SendResult::Yielded;
  }
  const Value value = take_stop_value(thread);
  if (value.is_empty()) return raise_in(thread, generator, take_exception(thread), result);
  complete_delegation(activation_of(generator)->frame, value);
  return continue_generator(thread, generator, result);
}

Value close_generator(Thread& thread, Generator& generator) {
  if (generator.state == Generator::State::Finished) return None;
  if (generator.state == Generator::State::Created) {
    end_generator(generator);
    return None;
  }
  if (generator.state == Generator::State::Suspended) {
    raise_bare(thread, GeneratorExit);
    const Value exit = take_exception(thread);
    Value result;
    switch (throw_into_generator(thread, generator, exit, true, &result)) {
      case SendResult::Returned: return None;
      case SendResult::Yielded: return raise(thread, RuntimeError, "{} ignored GeneratorExit", word_for(generator));
      case SendResult::Failed: break;
    }
    if (catch_exception(thread, StopIteration) || catch_exception(thread, GeneratorExit)) return None;
    return error;
  }
  push_generator(thread, generator, None, 0);  // raises: it is running
  return error;
}

namespace {

// The exception that throw(type, value) describes.
Value make_thrown(Thread& thread, Value type, Value value) {
  if (is_exception(value) && is_instance(value, *type.as<Type>())) return value;
  Value exception;
  if (value.is_empty() || value.is_none()) {
    exception = TRY(call(thread, type));
  } else if (is_tuple(value)) {
    exception = TRY(call(thread, type, value.as<Tuple>()->items, value.as<Tuple>()->size));
  } else {
    exception = TRY(call(thread, type, {value}));
  }
  if (is_exception(exception)) return exception;
  return raise(thread, TypeError, "calling {} should have returned an instance of BaseException, not {}", Repr{type},
               type_of(exception));
}

}  // namespace

Value exception_from_throw(Thread& thread, Value type, Value value, Value traceback) {
  if (traceback.is_none()) traceback = Value();
  if (!traceback.is_empty() && !is_exact(traceback, Kind::Traceback)) {
    return raise(thread, TypeError, "throw() third argument must be a traceback object");
  }
  Value exception = type;
  if (is_exception_class(type)) {
    exception = make_thrown(thread, type, value);
    // What goes wrong while it is being made is thrown instead.
    if (exception.is_empty()) return take_exception(thread);
  } else if (!is_exception(type)) {
    return raise(thread, TypeError, "exceptions must be classes or instances deriving from BaseException, not {}", type_of(type));
  } else if (!value.is_empty() && !value.is_none()) {
    return raise(thread, TypeError, "instance exception may not have a separate value");
  }
  if (!traceback.is_empty()) exception_object(exception).traceback = traceback;
  return exception;
}

// --- what Python sees ---

Value generator_step(Thread& thread, Generator& generator, SendResult outcome, Value result) {
  if (outcome == SendResult::Yielded) return result;
  if (outcome == SendResult::Failed) return error;
  if (generator.kind == Kind::AsyncGenerator) return raise_bare(thread, StopAsyncIteration);
  return raise_stop_iteration(thread, result);
}

namespace {

SendResult generator_send_slot(Thread& thread, Value self, Value sent, Value* result) {
  return resume_generator(thread, *self.as<Generator>(), sent, result);
}

Value itself(Thread&, Value self) { return self; }

}  // namespace

Value generator_send(Thread& thread, Generator& generator, Value sent) {
  Value result;
  const SendResult outcome = resume_generator(thread, generator, sent, &result);
  return generator_step(thread, generator, outcome, result);
}

Value generator_throw(Thread& thread, Generator& generator, const Value* arguments, size_t count) {
  const Value exception = TRY(
      exception_from_throw(thread, arguments[0], count > 1 ? arguments[1] : Value(), count > 2 ? arguments[2] : Value()));
  Value result;
  const SendResult outcome = throw_into_generator(thread, generator, exception, true, &result);
  return generator_step(thread, generator, outcome, result);
}

Status check_throw_arguments(Thread& thread, size_t count, Value keyword_names) {
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size > 0) {
    return raise(thread, TypeError, "throw() takes no keyword arguments");
  }
  if (count < 1) return raise(thread, TypeError, "throw expected at least 1 argument, got 0");
  if (count > 3) return raise(thread, TypeError, "throw expected at most 3 arguments, got {}", count);
  return nothing;
}

Value generator_throw_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_throw_arguments(thread, count - 1, keyword_names));
  return generator_throw(thread, *arguments[0].as<Generator>(), arguments + 1, count - 1);
}

Value generator_close_method(Thread& thread, Generator& generator) { return close_generator(thread, generator); }

// Unreachable: a suspended one gets a chance to clean up. PEP 442, 525, 492.
void finalize_generator(Thread& thread, Value self) {
  Generator& generator = *self.as<Generator>();
  if (generator.state == Generator::State::Finished || generator.state == Generator::State::Running) return;
  const Value pending = take_exception(thread);
  if (generator.kind == Kind::AsyncGenerator && !generator.origin.is_none() && !generator.origin.is_empty() && !generator.is_closed) {
    if (call(thread, generator.origin, {self}).is_empty()) write_unraisable(thread, self);
  } else if (generator.kind == Kind::Coroutine && generator.state == Generator::State::Created) {
    warn_never_awaited(thread, generator);
    end_generator(generator);
  } else if (close_generator(thread, generator).is_empty()) {
    write_unraisable(thread, self);
  }
  thread.exception = pending;
}

Value generator_repr(Thread& thread, Value self) {
  const Generator& generator = *self.as<Generator>();
  const AddressText address(self);
  const char* kind = generator.kind == Kind::AsyncGenerator ? "async_generator" : word_for(generator);
  return format_message(thread, "<{} object {} at {}>", {kind, generator.qualified_name, address.text()});
}

// gi_code, cr_code, ag_code, ...
std::string attribute_of(const Generator& generator, std::string_view name) {
  const std::string prefix = generator.kind == Kind::Coroutine ? "cr_" : generator.kind == Kind::AsyncGenerator ? "ag_" : "gi_";
  return prefix + std::string(name);
}

Value generator_frame(Thread& thread, Generator& generator) {
  if (audit_hook) TRY(audit_read(thread, &generator, attribute_of(generator, "frame")));
  if (generator.state == Generator::State::Finished) return None;
  FrameObject* object = object_of(activation_of(generator)->frame);
  object->owner = &generator;
  return object;
}

void define_generator_object_types() {
  static const MethodRow generator_methods[] = {
      method<generator_send>("!send($self, arg, /)", "send(arg): resume, with arg as the value of the yield expression."),
      raw_method(generator_throw_method, "throw", "throw(value): raise the exception where the generator is suspended."),
      method<generator_close_method>("!close($self, /)", "close(): raise GeneratorExit where the generator is suspended."),
      getter<get_name>("__name__", "name of the generator", set_name),
      getter<get_qualified_name>("__qualname__", "qualified name of the generator", set_qualified_name),
      getter<get_delegate>("gi_yieldfrom", "object being iterated by yield from, or None"),
      getter<get_running>("gi_running", ""),
      getter<get_suspended>("gi_suspended", ""),
      getter<generator_frame>("gi_frame", ""),
      member<get_code>("gi_code", ""),
      method<generator_size>("!__sizeof__($self, /)", "Size in memory, in bytes."),
  };
  TypeSpec generator_spec;
  generator_spec.instance_bytes = sizeof(Generator);
  generator_spec.flags = Type::kDisallowInstantiation | Type::kHasWeakReferences;
  generator_spec.slots.repr = generator_repr;
  generator_spec.slots.iterate = itself;
  generator_spec.slots.next = next_of_generator;
  generator_spec.slots.send = generator_send_slot;
  generator_spec.slots.finalize = finalize_generator;
  generator_spec.methods = generator_methods;
  define_type(Kind::Generator, generator_spec);
}

}  // namespace minipy
