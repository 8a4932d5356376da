// Asynchronous generators (PEP 525): the generator and the awaitables of its methods.
//
// A value that such a generator yields to its consumer is wrapped; what it passes on from an `await` is not.
// The awaitables tell the two apart: a wrapped value ends them (StopIteration with the value).
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/generic_alias.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/frame.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"
#include "VM/run.h"

namespace minipy {
namespace {

struct WrappedValue : Object {
  static constexpr Kind kKind = Kind::AsyncGeneratorWrappedValue;
  Value value;
};

enum class Progress : uint64_t { Created, Iterating, Closed };

struct AsyncSend : Object {  // of __anext__() and asend()
  static constexpr Kind kKind = Kind::AsyncGeneratorSend;
  Generator* generator;
  Value sent;
  Progress progress;
};

struct AsyncThrow : Object {  // of athrow() and aclose()
  static constexpr Kind kKind = Kind::AsyncGeneratorThrow;
  Generator* generator;
  Tuple* arguments;  // null: aclose()
  Progress progress;
};

bool is_wrapped(Value value) { return is_exact(value, Kind::AsyncGeneratorWrappedValue); }

Value send_to(Thread& thread, Generator& generator, Value sent) {
  if (generator.state == Generator::State::Finished) return raise_bare(thread, StopAsyncIteration);
  return generator_send(thread, generator, sent);
}

Value throw_to(Thread& thread, Generator& generator, Value exception) {
  if (generator.state == Generator::State::Finished) {
    thread.exception = exception;
    return error;
  }
  Value result;
  const SendResult outcome = throw_into_generator(thread, generator, exception, false, &result);
  return generator_step(thread, generator, outcome, result);
}

// A wrapped value becomes the result of the await; the end closes the generator.
Value unwrap_result(Thread& thread, Generator& generator, Value result) {
  if (result.is_empty()) {
    if (!has_exception(thread)) raise_bare(thread, StopAsyncIteration);
    if (exception_matches(thread, StopAsyncIteration) || exception_matches(thread, GeneratorExit)) generator.is_closed = true;
    generator.running_async = false;
    return error;
  }
  if (is_wrapped(result)) {
    generator.running_async = false;
    return raise_stop_iteration(thread, result.as<WrappedValue>()->value);
  }
  return result;
}

// The first use tells the event loop.
Status start_hooks(Thread& thread, Generator& generator) {
  if (generator.hooks_done) return nothing;
  generator.hooks_done = true;
  if (!thread.async_generator_finalizer.is_empty()) generator.origin = thread.async_generator_finalizer;
  if (!thread.async_generator_first_iteration.is_empty()) {
    TRY(call(thread, thread.async_generator_first_iteration, {&generator}));
  }
  return nothing;
}

Value make_send(Thread& thread, Generator& generator, Value sent) {
  TRY(start_hooks(thread, generator));
  auto result = allocate<AsyncSend>();
  result->generator = &generator;
  result->sent = sent;
  return result;
}

Value make_throw(Thread& thread, Generator& generator, Tuple* arguments) {
  TRY(start_hooks(thread, generator));
  auto result = allocate<AsyncThrow>();
  result->generator = &generator;
  result->arguments = arguments;
  return result;
}

// --- asend() ---

Status start_send(Thread& thread, AsyncSend& self, Value& sent) {
  if (self.progress == Progress::Closed) {
    return raise(thread, RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  }
  if (self.progress == Progress::Created) {
    if (self.generator->running_async) {
      return raise(thread, RuntimeError, "anext(): asynchronous generator is already running");
    }
    if (sent.is_none()) sent = self.sent;
    self.progress = Progress::Iterating;
  }
  self.generator->running_async = true;
  return nothing;
}

// What the generator yields to its consumer is what the awaitable returns: no StopIteration is made for it.
SendResult send_slot(Thread& thread, Value receiver, Value sent, Value* result) {
  AsyncSend& self = *receiver.as<AsyncSend>();
  if (start_send(thread, self, sent).failed()) return SendResult::Failed;
  const Value raw = send_to(thread, *self.generator, sent);
  if (is_wrapped(raw)) {
    self.generator->running_async = false;
    self.progress = Progress::Closed;
    *result = raw.as<WrappedValue>()->value;
    return SendResult::Returned;
  }
  *result = unwrap_result(thread, *self.generator, raw);
  if (!result->is_empty()) return SendResult::Yielded;
  self.progress = Progress::Closed;
  return SendResult::Failed;
}

Value send_step(Thread& thread, AsyncSend& self, Value sent) {
  Value result;
  switch (send_slot(thread, &self, sent, &result)) {
    case SendResult::Yielded: return result;
    case SendResult::Returned: return raise_stop_iteration(thread, result);
    case SendResult::Failed: break;
  }
  return error;
}

Value send_throw(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_throw_arguments(thread, count - 1, keyword_names));
  AsyncSend& self = *arguments[0].as<AsyncSend>();
  if (self.progress == Progress::Closed) {
    return raise(thread, RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  }
  const Value exception = TRY(exception_from_throw(thread, arguments[1], count > 2 ? arguments[2] : Value(), count > 3 ? arguments[3] : Value()));
  Value raw;
  const SendResult outcome = throw_into_generator(thread, *self.generator, exception, true, &raw);
  const Value result = unwrap_result(thread, *self.generator, generator_step(thread, *self.generator, outcome, raw));
  if (result.is_empty()) self.progress = Progress::Closed;
  return result;
}

Value send_close(Thread&, AsyncSend& self) {
  self.progress = Progress::Closed;
  return None;
}

// --- athrow() and aclose() ---

Value end_of_throw(Thread& thread, AsyncThrow& self) {
  self.generator->running_async = false;
  self.progress = Progress::Closed;
  if (!self.arguments && (exception_matches(thread, StopAsyncIteration) || exception_matches(thread, GeneratorExit))) {
    // aclose() succeeds with that.
    take_exception(thread);
    raise_bare(thread, StopIteration);
  }
  return error;
}

Value ignored_exit(Thread& thread, AsyncThrow& self) {
  self.generator->running_async = false;
  self.progress = Progress::Closed;
  return raise(thread, RuntimeError, "async generator ignored GeneratorExit");
}

Value throw_start(Thread& thread, AsyncThrow& self, Value sent) {
  Generator& generator = *self.generator;
  if (generator.running_async) {
    self.progress = Progress::Closed;
    return raise(thread, RuntimeError, "{}(): asynchronous generator is already running", self.arguments ? "athrow" : "aclose");
  }
  if (generator.is_closed) {
    self.progress = Progress::Closed;
    return raise_bare(thread, StopAsyncIteration);
  }
  if (!sent.is_none()) return raise(thread, RuntimeError, "can't send non-None value to a just-started coroutine");
  self.progress = Progress::Iterating;
  generator.running_async = true;
  if (!self.arguments) {
    generator.is_closed = true;
    if (generator.state == Generator::State::Created) end_generator(generator);
    raise_bare(thread, GeneratorExit);
    const Value result = throw_to(thread, generator, take_exception(thread));
    if (is_wrapped(result)) return ignored_exit(thread, self);
    return result.is_empty() ? end_of_throw(thread, self) : result;
  }
  const Tuple& given = *self.arguments;
  const Value exception = exception_from_throw(thread, given.items[0], given.size > 1 ? given.items[1] : Value(),
                                               given.size > 2 ? given.items[2] : Value());
  const Value result =
      exception.is_empty() ? exception : unwrap_result(thread, generator, throw_to(thread, generator, exception));
  return result.is_empty() ? end_of_throw(thread, self) : result;
}

Value throw_step(Thread& thread, AsyncThrow& self, Value sent) {
  if (self.progress == Progress::Closed) {
    return raise(thread, RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  }
  if (self.generator->state == Generator::State::Finished) {
    self.progress = Progress::Closed;
    return raise_bare(thread, StopIteration);
  }
  if (self.progress == Progress::Created) return throw_start(thread, self, sent);
  const Value result = send_to(thread, *self.generator, sent);
  if (self.arguments) {
    const Value unwrapped = unwrap_result(thread, *self.generator, result);
    if (unwrapped.is_empty()) self.progress = Progress::Closed;
    return unwrapped;
  }
  if (is_wrapped(result)) return ignored_exit(thread, self);
  return result.is_empty() ? end_of_throw(thread, self) : result;
}

Value throw_throw(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_throw_arguments(thread, count - 1, keyword_names));
  AsyncThrow& self = *arguments[0].as<AsyncThrow>();
  if (self.progress == Progress::Closed) {
    return raise(thread, RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  }
  const Value exception = TRY(exception_from_throw(thread, arguments[1], count > 2 ? arguments[2] : Value(), count > 3 ? arguments[3] : Value()));
  Value raw;
  const SendResult outcome = throw_into_generator(thread, *self.generator, exception, true, &raw);
  const Value result = generator_step(thread, *self.generator, outcome, raw);
  if (self.arguments) return unwrap_result(thread, *self.generator, result);
  if (is_wrapped(result)) return ignored_exit(thread, self);
  if (result.is_empty() && (exception_matches(thread, StopAsyncIteration) || exception_matches(thread, GeneratorExit))) {
    take_exception(thread);
    return raise_bare(thread, StopIteration);
  }
  return result;
}

Value throw_close(Thread&, AsyncThrow& self) {
  self.progress = Progress::Closed;
  return None;
}

// --- slots ---

Value itself(Thread&, Value self) { return self; }

// A step raised StopIteration or not: as NextSlot wants it.
Value next_result(Thread& thread, Value result) {
  if (!result.is_empty() || !exception_matches(thread, StopIteration)) return result;
  const Value exception = take_exception(thread);
  const Value value = has_kind(exception, Kind::StopIteration) ? exception.as<StopIterationObject>()->value : None;
  thread.stop_value = value.is_none() ? Value() : value;
  return Unbound;
}
Value send_next(Thread& thread, Value self) {
  Value result;
  switch (send_slot(thread, self, None, &result)) {
    case SendResult::Yielded: return result;
    case SendResult::Returned: thread.stop_value = result.is_none() ? Value() : result; return Unbound;
    case SendResult::Failed: break;
  }
  return error;
}
Value throw_next(Thread& thread, Value self) { return next_result(thread, throw_step(thread, *self.as<AsyncThrow>(), None)); }

Value generator_async_next(Thread& thread, Value self) { return make_send(thread, *self.as<Generator>(), None); }
Value generator_asend(Thread& thread, Generator& self, Value sent) { return make_send(thread, self, sent); }
Value generator_aclose(Thread& thread, Generator& self) { return make_throw(thread, self, nullptr); }
Value generator_athrow(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 2 || (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size)) {
    return raise(thread, TypeError, "athrow expected at least 1 argument, got 0");
  }
  return make_throw(thread, *arguments[0].as<Generator>(), make_tuple(arguments + 1, count - 1));
}
Value generator_class_item(Thread& thread, Type& type, Value item) { return make_generic_alias(thread, &type, item); }

bool get_async_running(Thread&, Generator& generator) { return generator.running_async; }

const MethodRow async_generator_methods[] = {
    method<generator_asend>("!asend($self, arg, /)", "asend(v): an awaitable that sends v into the generator."),
    raw_method(generator_athrow, "athrow", "athrow(value): an awaitable that raises the exception in the generator."),
    method<generator_aclose>("!aclose($self, /)", "aclose(): an awaitable that raises GeneratorExit in the generator."),
    class_method<generator_class_item>("!__class_getitem__($type, item, /)", "See PEP 585"),
    getter<get_name>("__name__", "name of the async generator", set_name),
    getter<get_qualified_name>("__qualname__", "qualified name of the async generator", set_qualified_name),
    getter<get_delegate>("ag_await", "object being awaited on, or None"),
    getter<generator_frame>("ag_frame", ""),
    member<get_async_running>("ag_running", ""),
    member<get_code>("ag_code", ""),
    method<generator_size>("!__sizeof__($self, /)", "Size in memory, in bytes."),
};
const MethodRow send_methods[] = {
    method<send_step>("!send($self, arg, /)", "send(arg): one step."),
    raw_method(send_throw, "throw", "throw(value): raise the exception in the generator."),
    method<send_close>("!close($self, /)", "close(): end the awaitable."),
};
const MethodRow throw_methods[] = {
    method<throw_step>("!send($self, arg, /)", "send(arg): one step."),
    raw_method(throw_throw, "throw", "throw(value): raise the exception in the generator."),
    method<throw_close>("!close($self, /)", "close(): end the awaitable."),
};

void define_awaitable(Kind kind, size_t bytes, NextSlot next, SendSlot send, std::span<const MethodRow> methods) {
  TypeSpec spec;
  spec.instance_bytes = bytes;
  spec.flags = Type::kDisallowInstantiation;
  spec.slots.await = itself;
  spec.slots.iterate = itself;
  spec.slots.next = next;
  spec.slots.send = send;
  spec.methods = methods;
  define_type(kind, spec);
}

}  // namespace

Value wrap_async_value(Value value) {
  auto wrapped = allocate<WrappedValue>();
  wrapped->value = value;
  return wrapped;
}

void define_async_generator_types() {
  TypeSpec generator;
  generator.instance_bytes = sizeof(Generator);
  generator.flags = Type::kDisallowInstantiation | Type::kHasWeakReferences;
  generator.slots.repr = generator_repr;
  generator.slots.async_iterate = itself;
  generator.slots.async_next = generator_async_next;
  generator.slots.finalize = finalize_generator;
  generator.methods = async_generator_methods;
  define_type(Kind::AsyncGenerator, generator);
  define_awaitable(Kind::AsyncGeneratorSend, sizeof(AsyncSend), send_next, send_slot, send_methods);
  define_awaitable(Kind::AsyncGeneratorThrow, sizeof(AsyncThrow), throw_next, nullptr, throw_methods);
  TypeSpec wrapped;
  wrapped.instance_bytes = sizeof(WrappedValue);
  wrapped.flags = Type::kDisallowInstantiation;
  define_type(Kind::AsyncGeneratorWrappedValue, wrapped);
}

}  // namespace minipy
