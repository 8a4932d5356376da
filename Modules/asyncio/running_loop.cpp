// Which loop runs in this thread, and which task in which loop.
#include <unistd.h>

#include "Modules/arguments.h"
#include "Modules/asyncio/future.h"

namespace minipy::asyncio {
namespace {

// In the thread's dict: (loop, process). A child after fork() runs no loop.
constexpr const char* kRunningLoop = "__asyncio_running_event_loop__";

Dict* current_tasks;  // loop -> task
Value all_tasks;      // a WeakSet
Import get_policy("asyncio.events", "get_event_loop_policy");

Value get_running_loop(Thread& thread) {
  const Value loop = running_loop(thread);
  return loop.is_none() ? Value(raise(thread, RuntimeError, "no running event loop")) : loop;
}

Value get_running_loop_or_none(Thread& thread) {
  return running_loop(thread);
}

Status set_running_loop(Thread& thread, Value loop) {
  if (thread.dictionary.is_empty()) thread.dictionary = make_dict();
  dict_set_str(*thread.dictionary.as<Dict>(), kRunningLoop,
               make_tuple({loop, Value::from_int(getpid())}));
  return nothing;
}

Value get_event_loop(Thread& thread) {
  return current_loop(thread);
}
Value get_event_loop_internal(Thread& thread, Value) {
  return current_loop(thread);
}

Status unregister_task(Thread& thread, Value task) {
  TRY(call_method(thread, all_tasks, "discard", {task}));
  return nothing;
}
Status register_task_function(Thread& thread, Value task) {
  return register_task(thread, task);
}
Status enter_task_function(Thread& thread, Value loop, Value task) {
  return enter_task(thread, loop, task);
}
Status leave_task_function(Thread& thread, Value loop, Value task) {
  return leave_task(thread, loop, task);
}

const MethodRow functions[] = {
    function<get_running_loop>("get_running_loop($module, /)",
                               "The loop that runs in this thread; RuntimeError without one."),
    function<get_running_loop_or_none>("_get_running_loop($module, /)",
                                       "The loop that runs in this thread, or None."),
    function<set_running_loop>("_set_running_loop($module, loop, /)",
                               "For event loops: what runs in this thread from now on."),
    function<get_event_loop>("get_event_loop($module, /)",
                             "The loop that runs, or the one that the policy gives."),
    function<get_event_loop_internal>("_get_event_loop($module, /, stacklevel=3)", "The same."),
    function<register_task_function>("_register_task($module, /, task)",
                                     "For kinds of tasks: there is one more."),
    function<unregister_task>("_unregister_task($module, /, task)",
                              "For kinds of tasks: there is one less."),
    function<enter_task_function>("_enter_task($module, /, loop, task)",
                                  "For kinds of tasks: a step begins."),
    function<leave_task_function>("_leave_task($module, /, loop, task)",
                                  "For kinds of tasks: a step has ended."),
};

}  // namespace

Value running_loop(Thread& thread) {
  if (thread.dictionary.is_empty()) return None;
  const Value known = dict_get_str(*thread.dictionary.as<Dict>(), kRunningLoop);
  if (!is_tuple(known)) return None;
  const Tuple& pair = *known.as<Tuple>();
  return pair.items[1].as_int() == getpid() ? pair.items[0] : None;
}

Value current_loop(Thread& thread) {
  const Value loop = running_loop(thread);
  if (!loop.is_none()) return loop;
  const Value policy = TRY(call(thread, TRY(get_policy.get(thread))));
  return call_method(thread, policy, "get_event_loop");
}

Status enter_task(Thread& thread, Value loop, Value task) {
  const Value current = TRY(dict_get(thread, *current_tasks, loop));
  if (current.is_unbound()) return dict_set(thread, *current_tasks, loop, task);
  return raise(thread, RuntimeError,
               "Cannot enter into task {} while another task {} is being executed.", Repr{task},
               Repr{current});
}

Status leave_task(Thread& thread, Value loop, Value task) {
  const Value current = TRY(dict_get(thread, *current_tasks, loop));
  if (current != task) {
    return raise(thread, RuntimeError, "Leaving task {} does not match the current task {}.",
                 Repr{task}, Repr{current.is_unbound() ? None : current});
  }
  TRY(dict_delete(thread, *current_tasks, loop));
  return nothing;
}

Status register_task(Thread& thread, Value task) {
  static Str* const add = intern("add");
  TRY(call_method(thread, all_tasks, add, &task, 1));
  return nothing;
}

Status add_loop_functions(Thread& thread, Module& module) {
  module_add_functions(module, functions);
  current_tasks = make_dict();
  all_tasks = TRY(call(thread, TRY(import_attribute(thread, "weakref", "WeakSet"))));
  module_add(module, "_current_tasks", current_tasks);
  module_add(module, "_all_tasks", all_tasks);
  return nothing;
}

}  // namespace minipy::asyncio
