// _thread: threads of the operating system and the functions around them.
#define GC_THREADS
#include <gc/gc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Modules/native_modules.h"
#include "Modules/thread/thread.h"
#include "Objects/exception.h"
#include "Objects/finalizers.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/thread_states.h"
#include "VM/interface.h"
#include "VM/native_import.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

constexpr double kTimeoutMax = 9223372036.0;  // seconds whose nanoseconds fit 64 bits
size_t stack_size_wanted = 0;
// What a stack of a wanted size has besides: CPython's smallest one of 32 KB is enough for a program there.
constexpr size_t kRoomBesides = 2 * kStackMargin;
int64_t running_threads = 0;
bool has_finished_threads = false;  // since the last count

// What a new thread is told; on the collected heap, for it is the only thing that keeps the values.
struct Start {
  Value function, arguments, keywords;
  Thread* thread;
};

void report_thread_exception(Thread& thread, Value function) {
  if (catch_exception(thread, SystemExit)) return;
  report_unraisable(thread, take_exception(thread), "Exception ignored in thread started by", function);
}

// In a frame of its own, which leaves nothing behind.
[[gnu::noinline]] void call_thread_function(Thread& thread, Start* start) {
  const Value function = start->function;
  Dict* keywords = start->keywords.is_empty() ? nullptr : start->keywords.as<Dict>();
  const Value arguments = start->arguments;
  GC_free(start);
  if (call_with(thread, function, *arguments.as<Tuple>(), keywords).is_empty()) {
    report_thread_exception(thread, function);
  }
}

void* run_thread(void* argument) {
  auto* start = static_cast<Start*>(argument);
  Thread& thread = *start->thread;
  enter_thread(thread);
  ++running_threads;
  call_thread_function(thread, start);
  release_thread_locals(thread);
  --running_threads;
  has_finished_threads = true;
  release_sentinel(thread);
  // The collector looks at this stack until the thread is gone for the system, too.
  gc_scrub_stack();
  leave_thread(thread);
  return nullptr;
}

Value start_new_thread(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "start_new_thread", keyword_names));
  TRY(check_positional(thread, "start_new_thread", count, 2, 3));
  if (!is_callable(arguments[0])) return raise(thread, TypeError, "first arg must be callable");
  if (!is_tuple(arguments[1])) return raise(thread, TypeError, "2nd arg must be a tuple");
  if (count == 3 && !is_dict(arguments[2]))
    return raise(thread, TypeError, "optional 3rd arg must be a dictionary");
  TRY(lock_imports_in_progress(thread));
  Thread* const state = allocate_thread();
  if (!state) return raise(thread, RuntimeError, "can't start new thread");
  auto* start = static_cast<Start*>(GC_malloc_uncollectable(sizeof(Start)));
  *start = {arguments[0], arguments[1], count == 3 ? arguments[2] : Value(), state};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size_wanted ? stack_size_wanted + kRoomBesides : 16 * 1024 * 1024);
  pthread_t identifier;
  const int failed = GC_pthread_create(&identifier, &attributes, run_thread, start);
  pthread_attr_destroy(&attributes);
  if (failed) {
    free_thread(*start->thread);
    GC_free(start);
    return raise(thread, RuntimeError, "can't start new thread");
  }
  return make_uint(static_cast<uint64_t>(identifier));
}

Value get_ident() {
  return make_uint(static_cast<uint64_t>(pthread_self()));
}
int64_t get_native_id() {
  return syscall(SYS_gettid);
}

// Counting threads is for those who look for threads left over, next in a WeakSet of Thread
// objects, say. The objects of threads that have finished are not to be found there any more,
// although nobody counts references.
int64_t count_threads(Thread& thread) {
  if (has_finished_threads) {
    has_finished_threads = false;
    clear_dead_registers(thread);
    gc_collect(thread);
  }
  return running_threads;
}
Status exit_thread(Thread& thread) {
  return raise_bare(thread, SystemExit);
}

Status interrupt_main(Thread& thread, Value signal_number) {
  int64_t number = SIGINT;
  if (!signal_number.is_empty())
    number = TRY(index_as_int64(thread, signal_number, &OverflowError));
  if (number < 1 || number >= NSIG) return raise(thread, ValueError, "signal number out of range");
  simulate_signal(static_cast<int>(number));
  return is_main_thread(thread) ? run_pending(thread) : nothing;
}

Value stack_size(Thread& thread, Value size) {
  const size_t before = stack_size_wanted;
  if (!size.is_empty()) {
    const int64_t wanted = TRY(index_as_int64(thread, size, &OverflowError));
    if (wanted < 0) return raise(thread, ValueError, "size must be 0 or a positive value");
    if (wanted > 0 && wanted < 32768)
      return raise(thread, ValueError, "size not valid: {} bytes", wanted);
    stack_size_wanted = static_cast<size_t>(wanted);
  }
  return make_int(static_cast<int64_t>(before));
}

Value exception_hook(Thread& thread, Value arguments) {
  if (!is_instance(arguments, exception_arguments_type())) {
    return raise(thread, TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
  }
  const Tuple& items = *arguments.as<Tuple>();
  if (items.items[0] == Value(&SystemExit)) return None;
  Value file = system_attribute("stderr");
  if (file.is_unbound() || file.is_none()) {
    if (items.items[3].is_none()) return None;
    file = TRY(get_attribute(thread, items.items[3], "_stderr"));
    if (file.is_none()) return None;
  }
  std::string name;
  if (!items.items[3].is_none()) {
    const Value text = TRY(get_attribute_or_unbound(thread, items.items[3], "_name"));
    if (!text.is_unbound()) name = to_utf8(TRY(str(thread, text)));
  }
  if (name.empty()) name = std::to_string(static_cast<uint64_t>(pthread_self()));
  const std::string header = "Exception in thread " + name + ":\n";
  TRY(call_method(thread, file, "write", {make_str(header)}));
  const std::string text = TRY(exception_text(thread, items.items[1], items.items[2]));
  TRY(call_method(thread, file, "write", {make_str(text)}));
  return call_method(thread, file, "flush");
}

const MethodRow functions[] = {
    raw_function(start_new_thread, "start_new_thread",
                 "start_new_thread(function, args[, kwargs])\n\nRun function(*args, **kwargs) in a "
                 "new thread."),
    raw_function(start_new_thread, "start_new",
                 "start_new(function, args[, kwargs])\n\nThe same, an old name."),
    function<allocate_lock>("!allocate_lock($module)", "A new lock."),
    function<allocate_lock>("!allocate($module)", "The same, an old name."),
    function<exit_thread>("!exit($module)", "End the calling thread by raising SystemExit."),
    function<exit_thread>("!exit_thread($module)", "The same, an old name."),
    function<interrupt_main>("!interrupt_main($module, signum=<SIGINT>, /)",
                             "Have the main thread handle a signal as if it had come."),
    function<get_ident>("!get_ident($module)", "A number that no other thread alive has."),
    function<get_native_id>("!get_native_id($module)",
                            "The operating system's number of the calling thread."),
    function<count_threads>("!_count($module)", "How many threads started here are running."),
    function<stack_size>("!stack_size($module, size=<none>, /)",
                         "Stack size of new threads; sets it if given."),
    function<set_sentinel>("!_set_sentinel($module)",
                           "A lock that is released when the calling thread ends."),
    function<exception_hook>("!_excepthook($module, args, /)",
                             "Show an exception that ended a thread."),
};

Status initialize(Thread&, Module& module) {
  define_lock_types();
  module_add(module, "LockType", &type_of_kind(ModuleKind::ThreadLock));
  module_add(module, "RLock", &type_of_kind(ModuleKind::ThreadReentrantLock));
  module_add(module, "_local", &type_of_kind(ModuleKind::ThreadLocal));
  module_add(module, "error", &RuntimeError);
  module_add(module, "TIMEOUT_MAX", make_float(kTimeoutMax));
  module_add(module, "_ExceptHookArgs", &exception_arguments_type());
  return nothing;
}

}  // namespace

Type& exception_arguments_type() {
  static Type& type =
      make_struct_sequence_type("_thread._ExceptHookArgs", "What threading.excepthook gets.",
                                {{"exc_type", "Exception type"},
                                 {"exc_value", "Exception value"},
                                 {"exc_traceback", "Exception traceback"},
                                 {"thread", "Thread"}},
                                4);
  return type;
}

extern const ModuleSpec thread_module = {
    .name = "_thread",
    .doc = "Threads, locks and data of each thread, for the module threading.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
