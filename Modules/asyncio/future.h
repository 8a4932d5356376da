// What the files of the _asyncio module share: futures and tasks. Library reference, "asyncio"; PEP
// 3156.
#pragma once

#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy::asyncio {

struct Future : Object {
  static constexpr Kind kKind = ModuleKind::AsyncioFuture;
  enum class State : uint8_t { Pending, Cancelled, Finished };
  Value attributes;                    // the overflow/__dict__ pointer
  Value loop;                          // empty: __init__ has not run
  List* callbacks;                     // of tuples (callback, context); null: none
  Value exception, traceback, result;  // empty: none
  Value source_traceback;              // empty: not in debug mode
  Value cancel_message;                // empty: none
  Value cancelled_error;               // what a task ended with, to be raised once more
  State state;
  bool logs_traceback;  // the exception has not been looked at
  bool is_blocking;     // a task is to wait for it
};

struct Task : Future {
  static constexpr Kind kKind = ModuleKind::AsyncioTask;
  Value waits_for;                 // a future, or empty: a step is scheduled
  Value coroutine, name, context;  // empty: __init__ has not run
  bool must_cancel, logs_destruction;
  int cancel_requests;
};

inline bool is_exact_future(Value v) {
  return is_exact(v, ModuleKind::AsyncioFuture) || is_exact(v, ModuleKind::AsyncioTask);
}
inline Future& as_future(Value v) {
  return *v.as<Future>();
}
inline Task& as_task(Value v) {
  return *v.as<Task>();
}
inline Value or_none(Value v) {
  return v.is_empty() ? None : v;
}

// Something of another module of the package, looked up once.
class Import {
 public:
  Import(const char* module, const char* name) : module_(module), name_(name) {}
  Value get(Thread& thread) {
    if (value_.is_empty()) value_ = TRY(import_attribute(thread, module_, name_));
    return value_;
  }

 private:
  const char *module_, *name_;
  Value value_;
};
extern Import cancelled_error_class, invalid_state_class;

// --- future.cpp ---
Status initialize_future(Thread& thread, Future& self, Value loop);
Status check_initialized(Thread& thread, const Future& self);
Value result_of(Thread& thread, Future& self);
Status set_result(Thread& thread, Future& self, Value result);
Status set_exception(Thread& thread, Future& self, Value exception);
Result<bool> cancel(Thread& thread, Future& self, Value message);
// An empty context: a copy of the current one.
Status add_done_callback(Thread& thread, Future& self, Value callback, Value context);
Value make_cancelled_error(Thread& thread, Future& self);
Status call_soon(Thread& thread, Value loop, Value callback, Value argument, Value context);
Value copy_context(Thread& thread);
void finalize_future(Thread& thread, Value self);
// The loop hears of something that nobody is there to hear of otherwise.
void report_to_loop(Thread& thread, Future& self, const char* key, const char* message);
void define_future_types();

// --- task.cpp ---
void define_task_type();

// --- running_loop.cpp ---
Value running_loop(Thread& thread);  // or None
Value current_loop(Thread& thread);  // the running one, or the policy's
Status enter_task(Thread& thread, Value loop, Value task);
Status leave_task(Thread& thread, Value loop, Value task);
Status register_task(Thread& thread, Value task);
Status add_loop_functions(Thread& thread, Module& module);

}  // namespace minipy::asyncio
