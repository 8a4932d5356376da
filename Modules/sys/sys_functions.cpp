// The functions of sys, but for the hooks. Library reference, "sys".
#include <dlfcn.h>

#include "Modules/arguments.h"
#include "Modules/sys/sys.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "VM/interface.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

// --- exceptions and leaving ---

Value handled_exception(Thread& thread) {
  for (ExceptionState* state = thread.exception_state; state; state = state->previous) {
    if (!state->handled.is_empty() && !state->handled.is_none()) return state->handled;
  }
  return None;
}

Value exc_info(Thread& thread) {
  const Value exception = handled_exception(thread);
  if (exception.is_none()) return make_tuple({None, None, None});
  return make_tuple({&type_of(exception), exception, exception_object(exception).traceback});
}

Value leave(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "exit", keyword_names));
  TRY(check_positional(thread, "exit", count, 0, 1));
  if (count == 0 || arguments[0].is_none()) return raise_bare(thread, SystemExit);
  if (is_exact_tuple(arguments[0])) {
    const Tuple* items = arguments[0].as<Tuple>();
    return raise_exception(thread, TRY(call(thread, &SystemExit, items->items, items->size)));
  }
  return raise_value(thread, SystemExit, arguments[0]);
}

// --- frames and tracing ---

Value get_frame(Thread& thread, int depth) {
  Frame* frame = thread.frame;
  for (; frame && depth > 0; --depth) frame = caller_of(frame);
  if (!frame) return raise(thread, ValueError, "call stack is not deep enough");
  TRY(audit(thread, "sys._getframe", {frame_object(thread, frame)}));
  return frame_object(thread, frame);
}

Value current_frames(Thread& thread) {
  TRY(audit(thread, "sys._current_frames", {}));
  Dict* frames = make_dict();
  for (Thread* each = first_thread; each; each = each->next) {
    if (!each->frame) continue;
    const Value frame = TRY(frame_object(*each, each->frame));
    TRY(dict_set(thread, *frames, make_uint(each->identifier), frame));
  }
  return frames;
}

Value current_exceptions(Thread& thread) {
  TRY(audit(thread, "sys._current_exceptions", {}));
  Dict* exceptions = make_dict();
  for (Thread* each = first_thread; each; each = each->next) {
    const Value handled = handled_exception(*each);
    const Value traceback = handled.is_none() ? None : exception_object(handled).traceback;
    const Value row = handled.is_none() ? Value(make_tuple({None, None, None}))
                                        : Value(make_tuple({&type_of(handled), handled, traceback}));
    TRY(dict_set(thread, *exceptions, make_uint(each->identifier), row));
  }
  return exceptions;
}

Value one_argument(Thread& thread, const char* name, const Value* arguments, size_t count, Value names) {
  TRY(check_no_keywords(thread, name, names));
  if (count == 1) return arguments[0];
  return raise(thread, TypeError, "{}() takes exactly one argument ({} given)", name, count);
}

Value set_trace(Thread& thread, const Value* arguments, size_t count, Value names) {
  const Value function = TRY(one_argument(thread, "sys.settrace", arguments, count, names));
  TRY(audit(thread, "sys.settrace", {}));
  set_trace_function(thread, function.is_none() ? Value() : function);
  return None;
}
Value set_profile(Thread& thread, const Value* arguments, size_t count, Value names) {
  const Value function = TRY(one_argument(thread, "sys.setprofile", arguments, count, names));
  TRY(audit(thread, "sys.setprofile", {}));
  set_profile_function(thread, function.is_none() ? Value() : function);
  return None;
}
Value get_trace(Thread& thread) {
  return thread.trace_function.is_empty() ? None : thread.trace_function;
}
Value get_profile(Thread& thread) {
  return thread.profile_function.is_empty() ? None : thread.profile_function;
}
Value call_tracing(Thread& thread, Value function, Tuple& arguments) {
  return call_with_tracing(thread, function, {arguments.items, arguments.size});
}

// --- limits ---

int recursion_limit(Thread& thread) { return thread.recursion_limit; }
Status set_recursion_limit(Thread& thread, int limit) {
  if (limit < 1) return raise(thread, ValueError, "recursion limit must be greater or equal than 1");
  if (thread.recursion_depth >= limit) {
    return raise(thread, RecursionError,
                 "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low", limit,
                 thread.recursion_depth);
  }
  for (Thread* each = first_thread; each; each = each->next) each->recursion_limit = limit;
  return nothing;
}

int64_t get_int_digits() { return int_max_str_digits; }
Status set_int_digits(Thread& thread, int digits) {
  if (digits != 0 && digits < 640) return raise(thread, ValueError, "maxdigits must be 0 or larger than 640");
  int_max_str_digits = digits;
  return nothing;
}

double switch_interval() { return get_switch_interval(); }
Status set_interval(Thread& thread, double seconds) {
  if (!(seconds > 0)) return raise(thread, ValueError, "switch interval must be strictly positive");
  set_switch_interval(seconds);
  return nothing;
}

// --- asynchronous generators ---

Value get_async_hooks(Thread& thread) {
  const auto shown = [](Value hook) { return hook.is_empty() ? None : hook; };
  const Value hooks[] = {shown(thread.async_generator_first_iteration), shown(thread.async_generator_finalizer)};
  return make_struct_sequence(async_generator_hooks_type(), hooks);
}

Status set_async_hooks(Thread& thread, Value first_iteration, Value finalizer) {
  if (!finalizer.is_empty() && !finalizer.is_none() && !is_callable(finalizer)) {
    return raise(thread, TypeError, "callable finalizer expected, got {}", type_of(finalizer));
  }
  if (!first_iteration.is_empty() && !first_iteration.is_none() && !is_callable(first_iteration)) {
    return raise(thread, TypeError, "callable firstiter expected, got {}", type_of(first_iteration));
  }
  if (!finalizer.is_empty()) {
    TRY(audit(thread, "sys.set_asyncgen_hook_finalizer", {}));
    thread.async_generator_finalizer = finalizer.is_none() ? Value() : finalizer;
  }
  if (!first_iteration.is_empty()) {
    TRY(audit(thread, "sys.set_asyncgen_hook_firstiter", {}));
    thread.async_generator_first_iteration = first_iteration.is_none() ? Value() : first_iteration;
  }
  return nothing;
}

int origin_depth(Thread& thread) { return thread.coroutine_origin_depth; }
Status set_origin_depth(Thread& thread, int depth) {
  if (depth < 0) return raise(thread, ValueError, "depth must be >= 0");
  thread.coroutine_origin_depth = depth;
  return nothing;
}

// --- the rest ---

Value intern_text(Thread& thread, Module&, Str& text) {
  if (!is_exact_str(&text)) return raise(thread, TypeError, "can't intern {}", type_of(&text));
  return intern(&text);
}

Value size_of(Thread& thread, Value object, Value fallback) {
  const Value method = TRY(lookup_special(thread, object, "__sizeof__"));
  Value size;
  if (method.is_unbound()) {
    raise(thread, TypeError, "Type {} doesn't define __sizeof__", type_of(object));
  } else {
    size = call(thread, method);
    if (!size.is_empty() && !is_any_int(size)) {
      raise(thread, TypeError, "an integer is required");
      size = Value();
    }
  }
  if (size.is_empty()) {
    if (!fallback.is_empty() && catch_exception(thread, TypeError)) return fallback;
    return error;
  }
  if (int_sign(size) < 0) return raise(thread, ValueError, "__sizeof__() should return >= 0");
  return size;
}

Value default_encoding() { return make_str("utf-8"); }
Value filesystem_encoding() { return make_str(runtime.configuration.filesystem_encoding); }
Value filesystem_errors() { return make_str(runtime.configuration.filesystem_errors); }
bool is_finalizing() { return runtime.is_finalizing; }

int dlopen_flags = RTLD_NOW;
int get_dlopen_flags() { return dlopen_flags; }
void set_dlopen_flags(int flags) { dlopen_flags = flags; }
// Method caches go by epoch: moving it empties them all.
void clear_type_cache() { ++class_epoch; }

const MethodRow rows[] = {
    function<clear_type_cache>("_clear_type_cache($module, /)", "Empty the method caches."),
    function<current_exceptions>("_current_exceptions($module, /)", "The exception each thread is handling."),
    function<current_frames>("_current_frames($module, /)", "The innermost frame of each thread."),
    function<get_frame>("_getframe($module, depth=0, /)", "The frame of the caller, or of one further out."),
    function<call_tracing>("call_tracing($module, func, args, /)", "Call func(*args) while tracing."),
    function<exc_info>("exc_info($module, /)", "Type, value and traceback of the exception being handled."),
    function<handled_exception>("exception($module, /)", "The exception being handled, or None."),
    raw_function(leave, "exit($module, status=None, /)", "Leave the program by raising SystemExit(status)."),
    function<get_async_hooks>("get_asyncgen_hooks($module, /)", "The hooks of asynchronous generators."),
    function<origin_depth>("get_coroutine_origin_tracking_depth($module, /)",
                           "How many frames new coroutines remember of their origin."),
    function<get_int_digits>("get_int_max_str_digits($module, /)", "The limit of digits of int <-> str."),
    function<default_encoding>("getdefaultencoding($module, /)", "The encoding of str.encode() by default."),
    function<get_dlopen_flags>("getdlopenflags($module, /)", "The flags for dlopen()."),
    function<filesystem_errors>("getfilesystemencodeerrors($module, /)", "The error handler of file names."),
    function<filesystem_encoding>("getfilesystemencoding($module, /)", "The encoding of file names."),
    function<get_profile>("getprofile($module, /)", "The profiling function."),
    function<recursion_limit>("getrecursionlimit($module, /)", "How deep calls may nest."),
    function<size_of>("!getsizeof($module, /, object, default=<none>)",
                      "getsizeof(object [, default]) -> int\n\nThe size of an object in bytes."),
    function<switch_interval>("getswitchinterval($module, /)", "Seconds between switches of threads."),
    function<get_trace>("gettrace($module, /)", "The tracing function."),
    function<intern_text>("intern($module, string, /)", "The one string of this text: compare it with `is`."),
    function<is_finalizing>("is_finalizing($module, /)", "True while the interpreter shuts down."),
    function<set_async_hooks>("!set_asyncgen_hooks($module, /, firstiter=<none>, finalizer=<none>)",
                              "set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\n"
                              "Set the hooks of asynchronous generators."),
    function<set_origin_depth>("set_coroutine_origin_tracking_depth($module, /, depth)",
                               "How many frames new coroutines shall remember; 0 for none."),
    function<set_int_digits>("set_int_max_str_digits($module, /, maxdigits)", "Set the limit of int <-> str."),
    function<set_dlopen_flags>("setdlopenflags($module, flags, /)", "Set the flags for dlopen()."),
    raw_function(set_profile, "setprofile", "setprofile(function)\n\nCalled at each call and return."),
    function<set_recursion_limit>("setrecursionlimit($module, limit, /)", "Set how deep calls may nest."),
    function<set_interval>("setswitchinterval($module, interval, /)", "Set the seconds between switches."),
    raw_function(set_trace, "settrace", "settrace(function)\n\nCalled at each line, call and return."),
};

}  // namespace

Type& async_generator_hooks_type() {
  static Type& type = make_struct_sequence_type(
      "asyncgen_hooks", "Hooks of asynchronous generators.",
      {{"firstiter", "called at the first iteration"}, {"finalizer", "called when one is about to go"}}, 2);
  return type;
}

std::span<const MethodRow> sys_function_rows() { return rows; }

}  // namespace minipy
