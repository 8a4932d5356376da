#include "Modules/asyncio/future.h"

#include "Objects/exception.h"
#include "VM/generators.h"

namespace minipy::asyncio {

Import cancelled_error_class("asyncio.exceptions", "CancelledError");
Import invalid_state_class("asyncio.exceptions", "InvalidStateError");

namespace {

Import future_repr("asyncio.base_futures", "_future_repr");
Import extract_stack("traceback", "extract_stack");
Import copy_current_context("contextvars", "copy_context");

Failure raise_invalid_state(Thread& thread, const char* message) {
  return raise(thread, *TRY(invalid_state_class.get(thread)).as<Type>(), "{}", message);
}

// Language reference 8.4 for the traceback: each call of result() begins at the one that the
// exception had.
Failure raise_own_exception(Thread& thread, Future& self) {
  const Value exception = self.exception;
  exception_object(exception).traceback = or_none(self.traceback);
  self.traceback = Value();
  return raise_exception(thread, exception);
}

Status schedule_callbacks(Thread& thread, Future& self) {
  List* callbacks = self.callbacks;
  self.callbacks = nullptr;
  if (!callbacks) return nothing;
  for (size_t i = 0; i < callbacks->size; ++i) {
    const Tuple& pair = *callbacks->at(i).as<Tuple>();
    TRY(call_soon(thread, self.loop, pair.items[0], &self, pair.items[1]));
  }
  return nothing;
}

// Done, cancelled or not there: what result() and exception() raise.
Status check_finished(Thread& thread, Future& self, const char* message) {
  if (self.state == Future::State::Cancelled)
    return raise_exception(thread, TRY(make_cancelled_error(thread, self)));
  if (self.loop.is_empty()) return raise_invalid_state(thread, "Future object is not initialized.");
  if (self.state == Future::State::Pending) return raise_invalid_state(thread, message);
  self.logs_traceback = false;
  return nothing;
}

// --- methods ---

const MethodRow future_row = constructor("Future(*, loop=None)");

Value make_future(Thread&, Type& type, const Value*, size_t, Value) {
  Future* self = allocate_instance_as<Future>(type);
  return self ? Value(self) : error;
}
Status init_future(Thread& thread, Value self, const Value* arguments, size_t count,
                   Value keyword_names) {
  Value loop;
  TRY(bind(thread, future_row, arguments, count, keyword_names, &loop));
  return initialize_future(thread, as_future(self), loop);
}

Value repr_future(Thread& thread, Value self) {
  TRY(check_initialized(thread, as_future(self)));
  return call(thread, TRY(future_repr.get(thread)), {self});
}

Value exception_of(Thread& thread, Future& self) {
  TRY(check_finished(thread, self, "Exception is not set."));
  return or_none(self.exception);
}
Status set_result_method(Thread& thread, Future& self, Value result) {
  TRY(check_initialized(thread, self));
  return set_result(thread, self, result);
}
Status set_exception_method(Thread& thread, Future& self, Value exception) {
  TRY(check_initialized(thread, self));
  return set_exception(thread, self, exception);
}

Status add_done_callback_method(Thread& thread, Future& self, Value callback, Value context) {
  if (self.loop.is_empty()) return raise(thread, RuntimeError, "uninitialized Future object");
  return add_done_callback(thread, self, callback, context);
}

Value remove_done_callback(Thread& thread, Future& self, Value callback) {
  TRY(check_initialized(thread, self));
  if (!self.callbacks) return Value::from_int(0);
  List* const before = self.callbacks;
  List* kept = make_list();
  // Comparing may run anything.
  for (size_t i = 0; i < before->size; ++i) {
    const Value pair = before->at(i);
    if (!TRY(is_equal(thread, pair.as<Tuple>()->items[0], callback)))
      TRY(list_append(thread, *kept, pair));
  }
  const size_t removed = before->size - std::min(before->size, kept->size);
  if (self.callbacks == before && removed) self.callbacks = kept->size ? kept : nullptr;
  return Value::from_int(static_cast<int64_t>(removed));
}

Result<bool> cancel_method(Thread& thread, Future& self, Value message) {
  TRY(check_initialized(thread, self));
  return cancel(thread, self, message.is_none() ? Value() : message);
}
bool is_cancelled(Future& self) {
  return self.state == Future::State::Cancelled;
}
bool is_done(Future& self) {
  return self.state != Future::State::Pending;
}
Value get_loop(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  return self.loop;
}

// --- attributes ---

Value state_name(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  static Str* const names[] = {intern("PENDING"), intern("CANCELLED"), intern("FINISHED")};
  return names[static_cast<size_t>(self.state)];
}
Value loop_or_none(Future& self) {
  return or_none(self.loop);
}
Value callbacks_or_none(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  return self.callbacks ? Value(TRY(list_of(thread, self.callbacks))) : None;
}
Value result_or_none(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  return or_none(self.result);
}
Value exception_or_none(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  return or_none(self.exception);
}
Value source_traceback_or_none(Future& self) {
  return or_none(self.source_traceback);
}
Value cancel_message_or_none(Future& self) {
  return or_none(self.cancel_message);
}
bool get_blocking(Future& self) {
  return self.is_blocking;
}
Value get_logs_traceback(Thread& thread, Future& self) {
  TRY(check_initialized(thread, self));
  return Value::from_bool(self.logs_traceback);
}

Status check_no_deletion(Thread& thread, Value value) {
  if (!value.is_empty()) return nothing;
  return raise(thread, AttributeError, "cannot delete attribute");
}
Status set_blocking(Thread& thread, Value self, Value value) {
  TRY(check_initialized(thread, as_future(self)));
  TRY(check_no_deletion(thread, value));
  as_future(self).is_blocking = TRY(truth(thread, value));
  return nothing;
}
Status set_logs_traceback(Thread& thread, Value self, Value value) {
  TRY(check_no_deletion(thread, value));
  if (TRY(truth(thread, value)))
    return raise(thread, ValueError, "_log_traceback can only be set to False");
  as_future(self).logs_traceback = false;
  return nothing;
}
Status set_cancel_message(Thread& thread, Value self, Value value) {
  TRY(check_no_deletion(thread, value));
  as_future(self).cancel_message = value;
  return nothing;
}

// --- the iterator behind `await` ---

struct FutureIterator : Object {
  static constexpr Kind kKind = ModuleKind::AsyncioFutureIterator;
  Value future;  // empty: it has ended
};

Value iterate_future(Thread& thread, Value self) {
  TRY(check_initialized(thread, as_future(self)));
  FutureIterator* iterator = allocate<FutureIterator>();
  iterator->future = self;
  return iterator;
}

// Yields the future once, for the task to wait for it; then its result is the result.
SendResult send_to_iterator(Thread& thread, Value value, Value, Value* result) {
  FutureIterator& self = *value.as<FutureIterator>();
  if (self.future.is_empty()) {
    *result = None;
    return SendResult::Returned;
  }
  Future& future = as_future(self.future);
  if (future.state == Future::State::Pending) {
    if (!future.is_blocking) {
      future.is_blocking = true;
      *result = &future;
      return SendResult::Yielded;
    }
    (void)raise(thread, RuntimeError, "await wasn't used with future");
    return SendResult::Failed;
  }
  self.future = Value();
  *result = result_of(thread, future);
  return result->is_empty() ? SendResult::Failed : SendResult::Returned;
}

Value next_of_iterator(Thread& thread, Value self) {
  Value result;
  switch (send_to_iterator(thread, self, None, &result)) {
    case SendResult::Yielded:
      return result;
    case SendResult::Failed:
      return error;
    case SendResult::Returned:
      break;
  }
  thread.stop_value = result;
  return Unbound;
}

Value send_method(Thread& thread, FutureIterator& self, Value sent) {
  Value result;
  switch (send_to_iterator(thread, &self, sent, &result)) {
    case SendResult::Yielded:
      return result;
    case SendResult::Failed:
      return error;
    case SendResult::Returned:
      break;
  }
  return raise_stop_iteration(thread, result);
}

Value throw_method(Thread& thread, FutureIterator& self, Value type, Value value, Value traceback) {
  if (!traceback.is_empty() && !traceback.is_none() && !has_kind(traceback, Kind::Traceback)) {
    return raise(thread, TypeError, "throw() third argument must be a traceback");
  }
  if (!is_exception(type) && !is_exception_class(type)) {
    return raise(thread, TypeError,
                 "exceptions must be classes deriving BaseException or instances of such a class");
  }
  const Value exception = TRY(exception_from_throw(thread, type, value, traceback));
  self.future = Value();
  return raise_exception(thread, exception);
}
Status close_iterator(Thread&, FutureIterator& self) {
  self.future = Value();
  return nothing;
}

const MethodRow iterator_methods[] = {
    method<send_method>("!send($self, value, /)", "Go on."),
    method<throw_method>("!throw($self, type, value=<none>, traceback=<none>, /)",
                         "Raise an exception."),
    method<close_iterator>("!close($self)", "Forget the future."),
};

const MethodRow future_methods[] = {
    method<result_of>("result($self, /)", "What the future has come to; an exception is raised."),
    method<exception_of>("exception($self, /)", "The exception that was set, or None."),
    method<set_result_method>("set_result($self, result, /)",
                              "The future is done, and this has come of it."),
    method<set_exception_method>("set_exception($self, exception, /)",
                                 "The future is done, and has failed."),
    method<add_done_callback_method>(
        "add_done_callback($self, fn, /, *, context=<unrepresentable>)",
        "Have the loop call fn(future) once the future is done."),
    method<remove_done_callback>("remove_done_callback($self, fn, /)",
                                 "Forget a callback; how often it was there."),
    method<cancel_method>("cancel($self, /, msg=None)",
                          "Cancel the future, unless it is done: whether it was not."),
    method<is_cancelled>("cancelled($self, /)", "Whether the future was cancelled."),
    method<is_done>("done($self, /)",
                    "Whether there is a result or an exception, or the future was cancelled."),
    method<get_loop>("get_loop($self, /)", "The loop that the future belongs to."),
    method<make_cancelled_error>("_make_cancelled_error($self, /)",
                                 "What is raised where the future is awaited."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    getter<state_name>("_state", nullptr),
    getter<get_blocking>("_asyncio_future_blocking", nullptr, set_blocking),
    getter<loop_or_none>("_loop", nullptr),
    getter<callbacks_or_none>("_callbacks", nullptr),
    getter<result_or_none>("_result", nullptr),
    getter<exception_or_none>("_exception", nullptr),
    getter<get_logs_traceback>("_log_traceback", nullptr, set_logs_traceback),
    getter<source_traceback_or_none>("_source_traceback", nullptr),
    getter<cancel_message_or_none>("_cancel_message", nullptr, set_cancel_message),
};

}  // namespace

Status check_initialized(Thread& thread, const Future& self) {
  if (!self.loop.is_empty()) return nothing;
  return raise(thread, RuntimeError, "Future object is not initialized.");
}

Value copy_context(Thread& thread) {
  return call(thread, TRY(copy_current_context.get(thread)));
}

// loop.call_soon(callback[, argument], context=context)
Status call_soon(Thread& thread, Value loop, Value callback, Value argument, Value context) {
  static Str* const name = intern("call_soon");
  static Tuple* const names = make_tuple({Value(intern("context"))});
  const Value method = TRY(get_attribute(thread, loop, name));
  Value arguments[3] = {callback};
  size_t count = 1;
  if (!argument.is_empty()) arguments[count++] = argument;
  arguments[count] = context;
  TRY(call(thread, method, arguments, count, names));
  return nothing;
}

Status initialize_future(Thread& thread, Future& self, Value loop) {
  if (loop.is_none()) loop = TRY(current_loop(thread));
  self.state = Future::State::Pending;
  self.logs_traceback = self.is_blocking = false;
  self.callbacks = nullptr;
  self.exception = self.traceback = self.result = Value();
  self.source_traceback = self.cancel_message = self.cancelled_error = Value();
  self.loop = loop;
  if (TRY(truth(thread, TRY(call_method(thread, loop, "get_debug"))))) {
    self.source_traceback = TRY(call(thread, TRY(extract_stack.get(thread))));
  }
  return nothing;
}

Value result_of(Thread& thread, Future& self) {
  TRY(check_finished(thread, self, "Result is not set."));
  if (!self.exception.is_empty()) return raise_own_exception(thread, self);
  return self.result;
}

Status set_result(Thread& thread, Future& self, Value result) {
  if (self.state != Future::State::Pending) return raise_invalid_state(thread, "invalid state");
  self.result = result;
  self.state = Future::State::Finished;
  return schedule_callbacks(thread, self);
}

Status set_exception(Thread& thread, Future& self, Value exception) {
  if (self.state != Future::State::Pending) return raise_invalid_state(thread, "invalid state");
  if (is_exception_class(exception)) {
    exception = TRY(call(thread, exception));
    if (self.state != Future::State::Pending) return raise_invalid_state(thread, "invalid state");
  }
  if (!is_exception(exception)) return raise(thread, TypeError, "invalid exception object");
  if (&type_of(exception) == &StopIteration) {
    return raise(
        thread, TypeError,
        "StopIteration interacts badly with generators and cannot be raised into a Future");
  }
  self.exception = exception;
  self.traceback = exception_object(exception).traceback;
  self.state = Future::State::Finished;
  TRY(schedule_callbacks(thread, self));
  self.logs_traceback = true;
  return nothing;
}

Result<bool> cancel(Thread& thread, Future& self, Value message) {
  self.logs_traceback = false;
  if (self.state != Future::State::Pending) return false;
  self.state = Future::State::Cancelled;
  self.cancel_message = message;
  TRY(schedule_callbacks(thread, self));
  return true;
}

Status add_done_callback(Thread& thread, Future& self, Value callback, Value context) {
  if (context.is_empty()) context = TRY(copy_context(thread));
  if (self.state != Future::State::Pending)
    return call_soon(thread, self.loop, callback, &self, context);
  if (!self.callbacks) self.callbacks = make_list();
  return list_append(thread, *self.callbacks, make_tuple({callback, context}));
}

// The error that a task has ended with is raised as it is, once.
Value make_cancelled_error(Thread& thread, Future& self) {
  if (!self.cancelled_error.is_empty()) {
    const Value known = self.cancelled_error;
    self.cancelled_error = Value();
    return known;
  }
  const Value type = TRY(cancelled_error_class.get(thread));
  if (self.cancel_message.is_empty() || self.cancel_message.is_none()) return call(thread, type);
  return call(thread, type, {self.cancel_message});
}

void report_to_loop(Thread& thread, Future& self, const char* key, const char* message) {
  const Value saved = take_exception(thread);
  Dict* context = make_dict();
  dict_set_str(*context, "message", make_str(message));
  if (!self.exception.is_empty()) dict_set_str(*context, "exception", self.exception);
  dict_set_str(*context, key, &self);
  if (!self.source_traceback.is_empty())
    dict_set_str(*context, "source_traceback", self.source_traceback);
  if (call_method(thread, self.loop, "call_exception_handler", {context}).is_empty())
    write_unraisable(thread, &self);
  thread.exception = saved;
}

void finalize_future(Thread& thread, Value value) {
  Future& self = as_future(value);
  if (!self.logs_traceback) return;
  self.logs_traceback = false;
  const std::string message = to_utf8(type_of(value).name) + " exception was never retrieved";
  report_to_loop(thread, self, "future", message.c_str());
}

void define_future_types() {
  TypeSlots future{};
  future.make = make_future;
  future.init = init_future;
  future.repr = repr_future;
  future.iterate = iterate_future;
  future.await = iterate_future;
  future.finalize = finalize_future;
  define_type(ModuleKind::AsyncioFuture, {.doc = "Future(*, loop=None)\n--\n\nA result that is "
                                                 "still to come, for coroutines to wait for.",
                                          .instance_bytes = sizeof(Future),
                                          .flags = Type::kBaseType | Type::kHasDict |
                                                   Type::kHasWeakReferences | Type::kHasFinalizer,
                                          .slots = future,
                                          .methods = future_methods,
                                          .attributes_word = WORD_OF(Future, attributes)});
  TypeSlots iterator{};
  iterator.iterate = [](Thread&, Value self) { return self; };
  iterator.next = next_of_iterator;
  iterator.send = send_to_iterator;
  define_type(
      ModuleKind::AsyncioFutureIterator,
      {.instance_bytes = sizeof(FutureIterator), .slots = iterator, .methods = iterator_methods});
}

}  // namespace minipy::asyncio
