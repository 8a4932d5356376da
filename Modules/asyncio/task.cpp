// A task is a coroutine that the loop runs step by step, from one future that it waits for to the
// next.
#include "Modules/asyncio/future.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "VM/generators.h"

namespace minipy::asyncio {
namespace {

Import task_repr("asyncio.base_tasks", "_task_repr");
Import task_stack("asyncio.base_tasks", "_task_get_stack");
Import task_print_stack("asyncio.base_tasks", "_task_print_stack");
Import is_coroutine("asyncio.coroutines", "iscoroutine");
Import loop_of_future("asyncio.futures", "_get_loop");
uint64_t last_number = 0;  // of the tasks without a name of their own

Value step_function(Task& self);
Value wakeup_function(Task& self);

Status schedule_step(Thread& thread, Task& self, Value exception = Value()) {
  return call_soon(thread, self.loop, step_function(self), exception, self.context);
}

// The coroutine did something wrong: it gets to know at the next step.
template <typename... Arguments>
Status fail_soon(Thread& thread, Task& self, const char* format, const Arguments&... arguments) {
  const Value message = TRY(format_message(thread, format, {MessageArgument(arguments)...}));
  return schedule_step(thread, self, TRY(call(thread, &RuntimeError, {message})));
}

Result<bool> cancel_other(Thread& thread, Value future, Value message) {
  static Str* const name = intern("cancel");
  static Tuple* const names = make_tuple({Value(intern("msg"))});
  const Value method = TRY(get_attribute(thread, future, name));
  const Value argument = or_none(message);
  return truth(thread, TRY(call(thread, method, &argument, 0, names)));
}

Status wait_for(Thread& thread, Task& self, Value future) {
  self.waits_for = future;
  if (!self.must_cancel) return nothing;
  if (TRY(cancel_other(thread, future, self.cancel_message))) self.must_cancel = false;
  return nothing;
}

// The coroutine has yielded what is no future of ours, but perhaps one all the same.
Status wait_for_foreign(Thread& thread, Task& self, Value yielded) {
  static Str* const blocking_name = intern("_asyncio_future_blocking");
  const Value blocking = TRY(get_attribute_or_unbound(thread, yielded, blocking_name));
  if (blocking.is_unbound() || blocking.is_none()) {
    if (has_kind(yielded, Kind::Generator)) {
      return fail_soon(thread, self,
                       "yield was used instead of yield from for generator in task {} with {}",
                       Repr{&self}, Repr{yielded});
    }
    return fail_soon(thread, self, "Task got bad yield: {}", Repr{yielded});
  }
  if (TRY(call(thread, TRY(loop_of_future.get(thread)), {yielded})) != self.loop) {
    return fail_soon(thread, self, "Task {} got Future {} attached to a different loop",
                     Repr{&self}, Repr{yielded});
  }
  if (!TRY(truth(thread, blocking))) {
    return fail_soon(thread, self, "yield was used instead of yield from in task {} with {}",
                     Repr{&self}, Repr{yielded});
  }
  TRY(set_attribute(thread, yielded, blocking_name, False));
  static Tuple* const names = make_tuple({Value(intern("context"))});
  const Value add = TRY(get_attribute(thread, yielded, "add_done_callback"));
  const Value arguments[] = {wakeup_function(self), self.context};
  TRY(call(thread, add, arguments, 1, names));
  return wait_for(thread, self, yielded);
}

Status handle_yield(Thread& thread, Task& self, Value yielded) {
  if (yielded == Value(&self))
    return fail_soon(thread, self, "Task cannot await on itself: {}", Repr{&self});
  if (yielded.is_none()) return schedule_step(thread, self);
  if (!is_exact_future(yielded)) return wait_for_foreign(thread, self, yielded);
  Future& future = as_future(yielded);
  if (future.loop != self.loop) {
    return fail_soon(thread, self, "Task {} got Future {} attached to a different loop",
                     Repr{&self}, Repr{yielded});
  }
  if (!future.is_blocking) {
    return fail_soon(thread, self, "yield was used instead of yield from in task {} with {}",
                     Repr{&self}, Repr{yielded});
  }
  future.is_blocking = false;
  TRY(add_done_callback(thread, future, wakeup_function(self), self.context));
  return wait_for(thread, self, yielded);
}

Status handle_return(Thread& thread, Task& self, Value result) {
  if (!self.must_cancel) return set_result(thread, self, result);
  // Cancelled right before the coroutine ended.
  self.must_cancel = false;
  TRY(cancel(thread, self, self.cancel_message));
  return nothing;
}

Status handle_failure(Thread& thread, Task& self) {
  const Value exception = take_exception(thread);
  if (is_instance(exception, *TRY(cancelled_error_class.get(thread)).as<Type>())) {
    self.cancelled_error = exception;
    TRY(cancel(thread, self, Value()));
    return nothing;
  }
  TRY(set_exception(thread, self, exception));
  if (!is_instance(exception, KeyboardInterrupt) && !is_instance(exception, SystemExit))
    return nothing;
  return raise_exception(thread, exception);
}

SendResult throw_into(Thread& thread, Value coroutine, Value exception, Value* result) {
  *result = call_method(thread, coroutine, "throw", {exception});
  if (!result->is_empty()) return SendResult::Yielded;
  if (!exception_matches(thread, StopIteration)) return SendResult::Failed;
  *result = take_exception(thread).as<StopIterationObject>()->value;
  return SendResult::Returned;
}

Status run_step(Thread& thread, Task& self, Value exception) {
  if (self.state != Future::State::Pending) {
    return raise(thread, *TRY(invalid_state_class.get(thread)).as<Type>(),
                 "__step(): already done: {} {}", Repr{&self}, Repr{or_none(exception)});
  }
  if (self.must_cancel) {
    const Type& cancelled = *TRY(cancelled_error_class.get(thread)).as<Type>();
    if (exception.is_empty() || !is_instance(exception, cancelled)) {
      exception = TRY(make_cancelled_error(thread, self));
    }
    self.must_cancel = false;
  }
  self.waits_for = Value();
  if (self.coroutine.is_empty()) return raise(thread, RuntimeError, "uninitialized Task object");
  Value result;
  const SendResult outcome = exception.is_empty()
                                 ? send_value(thread, self.coroutine, None, &result)
                                 : throw_into(thread, self.coroutine, exception, &result);
  switch (outcome) {
    case SendResult::Yielded:
      return handle_yield(thread, self, result);
    case SendResult::Returned:
      return handle_return(thread, self, result);
    case SendResult::Failed:
      break;
  }
  return handle_failure(thread, self);
}

Status step(Thread& thread, Task& self, Value exception) {
  TRY(check_initialized(thread, self));
  TRY(enter_task(thread, self.loop, &self));
  const Status status = run_step(thread, self, exception);
  const Value failure = take_exception(thread);
  TRY(leave_task(thread, self.loop, &self));
  thread.exception = failure;
  return status;
}

Status step_method(Thread& thread, Task& self, Value exception) {
  return step(thread, self, exception.is_none() ? Value() : exception);
}

Status wakeup(Thread& thread, Task& self, Value future) {
  const Value result = is_exact_future(future) ? result_of(thread, as_future(future))
                                               : call_method(thread, future, "result");
  if (!result.is_empty()) return step(thread, self, Value());
  return step(thread, self, take_exception(thread));
}

const MethodRow step_row = method<step_method>("task_step($self, exc=None, /)", "Go on.");
const MethodRow wakeup_row =
    method<wakeup>("task_wakeup($self, fut, /)", "What the task has waited for is done.");

Value step_function(Task& self) {
  return make_builtin_function(step_row, &self, None);
}
Value wakeup_function(Task& self) {
  return make_builtin_function(wakeup_row, &self, None);
}

// --- methods ---

Value make_task(Thread&, Type& type, const Value*, size_t, Value) {
  Task* self = allocate_instance_as<Task>(type);
  if (!self) return error;
  self->logs_destruction = false;
  return Value(self);
}

const MethodRow task_row = constructor("Task(coro, *, loop=None, name=None, context=None)");

Status init_task(Thread& thread, Value value, const Value* arguments, size_t count,
                 Value keyword_names) {
  Value values[4];
  TRY(bind(thread, task_row, arguments, count, keyword_names, values));
  const Value coroutine = values[0], name = values[2], context = values[3];
  Task& self = as_task(value);
  TRY(initialize_future(thread, self, values[1]));
  self.logs_destruction = false;
  if (!has_kind(coroutine, Kind::Coroutine) &&
      !TRY(truth(thread, TRY(call(thread, TRY(is_coroutine.get(thread)), {coroutine}))))) {
    return raise(thread, TypeError, "a coroutine was expected, got {}", Repr{coroutine});
  }
  self.context = context.is_none() ? TRY(copy_context(thread)) : context;
  self.waits_for = Value();
  self.must_cancel = false;
  self.cancel_requests = 0;
  self.coroutine = coroutine;
  if (name.is_none()) {
    self.name = make_str("Task-" + std::to_string(++last_number));
  } else {
    self.name = TRY(str(thread, name));
  }
  self.logs_destruction = true;
  TRY(schedule_step(thread, self));
  return register_task(thread, value);
}

Value repr_task(Thread& thread, Value self) {
  return call(thread, TRY(task_repr.get(thread)), {self});
}

Status refuse_result(Thread& thread, Task&, Value) {
  return raise(thread, RuntimeError, "Task does not support set_result operation");
}
Status refuse_exception(Thread& thread, Task&, Value) {
  return raise(thread, RuntimeError, "Task does not support set_exception operation");
}

// The future that the task waits for is cancelled; if it is in the middle of a step, so will the
// next one be.
Result<bool> cancel_task(Thread& thread, Task& self, Value message) {
  self.logs_traceback = false;
  if (self.state != Future::State::Pending) return false;
  ++self.cancel_requests;
  if (!self.waits_for.is_empty() && TRY(cancel_other(thread, self.waits_for, message))) return true;
  self.must_cancel = true;
  self.cancel_message = message.is_none() ? Value() : message;
  return true;
}
int count_cancel_requests(Task& self) {
  return self.cancel_requests;
}
int withdraw_cancel_request(Task& self) {
  if (self.cancel_requests > 0) --self.cancel_requests;
  return self.cancel_requests;
}

Value get_stack(Thread& thread, Task& self, Value limit) {
  return call(thread, TRY(task_stack.get(thread)), {&self, limit});
}
Value print_stack(Thread& thread, Task& self, Value limit, Value file) {
  return call(thread, TRY(task_print_stack.get(thread)), {&self, limit, file});
}
Value get_name(Task& self) {
  return or_none(self.name);
}
Status set_name(Thread& thread, Task& self, Value name) {
  self.name = TRY(str(thread, name));
  return nothing;
}
Value get_coroutine(Task& self) {
  return or_none(self.coroutine);
}
Value get_waits_for(Task& self) {
  return or_none(self.waits_for);
}
bool get_must_cancel(Task& self) {
  return self.must_cancel;
}
bool get_logs_destruction(Task& self) {
  return self.logs_destruction;
}
Status set_logs_destruction(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  as_task(self).logs_destruction = TRY(truth(thread, value));
  return nothing;
}

void finalize_task(Thread& thread, Value value) {
  Task& self = as_task(value);
  if (self.state == Future::State::Pending && self.logs_destruction) {
    report_to_loop(thread, self, "task", "Task was destroyed but it is pending!");
  }
  finalize_future(thread, value);
}

const MethodRow task_methods[] = {
    method<refuse_result>("set_result($self, result, /)", "The coroutine gives the result."),
    method<refuse_exception>("set_exception($self, exception, /)",
                             "The coroutine raises the exception."),
    method<cancel_task>("cancel($self, /, msg=None)",
                        "Have CancelledError raised in the coroutine, unless it has ended."),
    method<count_cancel_requests>("cancelling($self, /)",
                                  "How many calls of cancel() have not been taken back."),
    method<withdraw_cancel_request>("uncancel($self, /)",
                                    "Take one call of cancel() back; how many there still are."),
    method<get_stack>("get_stack($self, /, *, limit=None)",
                      "The frames of the coroutine, or of its traceback."),
    method<print_stack>("print_stack($self, /, *, limit=None, file=None)",
                        "Show these frames as a traceback."),
    method<get_name>("get_name($self, /)", "The name of the task."),
    method<set_name>("set_name($self, value, /)", "Call the task something else."),
    method<get_coroutine>("get_coro($self, /)", "The coroutine."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    getter<get_logs_destruction>("_log_destroy_pending", nullptr, set_logs_destruction),
    getter<get_must_cancel>("_must_cancel", nullptr),
    getter<get_coroutine>("_coro", nullptr),
    getter<get_waits_for>("_fut_waiter", nullptr),
};

}  // namespace

void define_task_type() {
  TypeSlots task{};
  task.make = make_task;
  task.init = init_task;
  task.repr = repr_task;
  task.finalize = finalize_task;
  define_type(
      ModuleKind::AsyncioTask,
      {.doc = "Task(coro, *, loop=None, name=None, context=None)\n--\n\nA coroutine that the loop "
              "runs.",
       .instance_bytes = sizeof(Task),
       .flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences | Type::kHasFinalizer,
       .slots = task,
       .methods = task_methods,
       .attributes_word = WORD_OF(Task, attributes)});
}

}  // namespace minipy::asyncio
