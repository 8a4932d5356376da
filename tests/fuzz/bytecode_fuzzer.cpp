// Unmarshaller, verifier and first execution under libFuzzer: whatever bytes come, an exception at
// worst. `make -f Makefile.wrap fuzz`; the first inputs come from seeds.py.
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "Compiler/marshal.h"
#include "Compiler/verifier.h"
#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/interface.h"
#include "VM/runtime.h"
#include "VM/start_main.h"
#include "VM/threads.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);

namespace minipy {
namespace {

constexpr long kTick = 50'000;     // microseconds
constexpr int kTicksToAsk = 1;     // then an exception is raised at each safe point
constexpr int kTicksToLeave = 20;  // then the run is left, wherever it is
constexpr int kMaxFunctions = 20;

Thread* fuzzed_thread = nullptr;
Dict* allowed_builtins = nullptr;
sigjmp_buf way_out;
volatile sig_atomic_t ticks = 0;
volatile sig_atomic_t is_running = 0;  // libFuzzer's own alarms come at any time

void tick(int) {
  if (!is_running) return;
  ticks = ticks + 1;
  if (ticks >= kTicksToLeave) siglongjmp(way_out, 1);
  if (ticks >= kTicksToAsk) request_pending(*fuzzed_thread, Pending::kCalls);
}

Status stop_when_time_is_up(Thread& thread) {
  thread.pending.store(0);
  if (ticks < kTicksToAsk) return nothing;
  request_pending(thread, Pending::kCalls);
  return raise(thread, KeyboardInterrupt, "time is up");
}

void set_timer(long microseconds) {
  ticks = 0;
  const itimerval timer{{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// Nothing that reaches files, processes or the interpreter's own state.
Dict* harmless_builtins() {
  Dict* names = make_dict();
  for (const char* name : {"abs",
                           "all",
                           "any",
                           "bool",
                           "bytearray",
                           "bytes",
                           "callable",
                           "chr",
                           "classmethod",
                           "complex",
                           "dict",
                           "divmod",
                           "enumerate",
                           "Exception",
                           "filter",
                           "float",
                           "format",
                           "frozenset",
                           "hash",
                           "id",
                           "int",
                           "isinstance",
                           "issubclass",
                           "iter",
                           "len",
                           "list",
                           "map",
                           "max",
                           "min",
                           "next",
                           "object",
                           "ord",
                           "property",
                           "range",
                           "repr",
                           "reversed",
                           "round",
                           "set",
                           "slice",
                           "sorted",
                           "staticmethod",
                           "StopIteration",
                           "str",
                           "sum",
                           "super",
                           "tuple",
                           "type",
                           "TypeError",
                           "ValueError",
                           "zip",
                           "__build_class__",
                           "AssertionError",
                           "KeyError",
                           "IndexError",
                           "BaseException"}) {
    const Value value = dict_get_str(*runtime.builtins->dict, name);
    if (!value.is_unbound()) dict_set_str(*names, name, value);
  }
  return names;
}

Dict* fresh_globals() {
  Dict* globals = make_dict();
  dict_set_str(*globals, "__builtins__", allowed_builtins);
  dict_set_str(*globals, "__name__", make_str("fuzzed"));
  return globals;
}

void forget_exception(Thread& thread) {
  if (!thread.exception.is_empty()) take_exception(thread);
}

void call_function(Thread& thread, Code& code, Dict& globals) {
  Function* function = make_function(thread, code, globals);
  if (code.free_count > 0) {
    Tuple* closure = allocate_tuple(static_cast<size_t>(code.free_count));
    for (Value& cell : *closure) cell = make_cell(None);
    function->closure = closure;
  }
  GcVector arguments;
  for (int i = 0; i < code.argument_count && i < 8; ++i) arguments.push_back(Value::from_int(i));
  const Value result = call(thread, function, arguments.data(), arguments.size());
  forget_exception(thread);
  // A generator runs when it is asked for something.
  if (result.is_object()) call_method(thread, result, "send", {None});
  forget_exception(thread);
}

void run_all(Thread& thread, Code& root) {
  Dict* globals = fresh_globals();
  if (root.free_count == 0) run_code(thread, root, *globals, globals);
  forget_exception(thread);
  GcVector work;
  work.push_back(&root);
  for (int count = 0; !work.is_empty() && count < kMaxFunctions; ++count) {
    Code& code = *work.back().as<Code>();
    work.pop_back();
    call_function(thread, code, *globals);
    for (const Value constant : code.constants()->view()) {
      if (is_exact(constant, Kind::Code)) work.push_back(constant);
    }
  }
}

void load_and_run(Thread& thread, std::string_view data) {
  const Value value = marshal_load(thread, data);
  forget_exception(thread);
  if (!is_exact(value, Kind::Code)) return;
  Code& code = *value.as<Code>();
  if (const auto fault = find_bytecode_fault(code)) describe(*fault);
  run_all(thread, code);
  (void)marshal_dump(thread, value).failed();
  forget_exception(thread);
}

}  // namespace
}  // namespace minipy

int LLVMFuzzerInitialize(int*, char***) {
  using namespace minipy;
  static char name[] = "fuzzer";
  static char isolated[] = "-ISc", program[] = "None";
  char* arguments[] = {name, isolated, program, nullptr};
  start_main(3, arguments, find_native_module, native_module_names);
  fuzzed_thread = &current_thread();
  allowed_builtins = harmless_builtins();
  run_pending_hook = stop_when_time_is_up;
  signal(SIGALRM, tick);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace minipy;
  Thread& thread = *fuzzed_thread;
  Frame* const frame = thread.frame;
  Value* const stack_top = thread.stack_top;
  ExceptionState* const exception_state = thread.exception_state;
  const int depth = thread.recursion_depth;
  if (sigsetjmp(way_out, 1) == 0) {
    is_running = 1;
    set_timer(kTick);
    load_and_run(thread, {reinterpret_cast<const char*>(data), size});
  }
  is_running = 0;
  set_timer(0);
  thread.pending.store(0);
  thread.exception = Value();
  thread.frame = frame;
  thread.stack_top = stack_top;
  thread.exception_state = exception_state;
  thread.recursion_depth = depth;
  return 0;
}
