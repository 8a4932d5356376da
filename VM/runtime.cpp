// The life of a program: start-up, what is run, shutdown. The order of both ends is CPython's,
// because programs see it: site before sys.path[0], atexit before the last flush.
#include "VM/runtime.h"

#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "Objects/audit.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/exception.h"
#include "Objects/finalizers.h"
#include "Objects/gc.h"
#include "Objects/gc_statistics.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/line_table.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/command_line.h"
#include "VM/compile_source.h"
#include "VM/frame.h"
#include "VM/frozen.h"
#include "VM/importer.h"
#include "VM/jit/jit.h"
#include "VM/interface.h"
#include "VM/start_main.h"
#include "VM/threads.h"
#include "VM/traceback_display.h"
#include "VM/untraced.h"

namespace minipy {

Runtime runtime;
void (*run_exit_functions_hook)(Thread& thread) = nullptr;
void (*flush_open_files_hook)(Thread& thread) = nullptr;
bool ended_by_interrupt = false;

namespace {

constexpr int kFlushFailed = 120;

// PEP 538: the C locale would make text of the system ASCII, so it becomes C.UTF-8.
void set_locale() {
  setlocale(LC_CTYPE, "");
  const char* locale = setlocale(LC_CTYPE, nullptr);
  if (!locale || (std::strcmp(locale, "C") != 0 && std::strcmp(locale, "POSIX") != 0)) return;
  const char* choice = runtime.configuration.environment("PYTHONCOERCECLOCALE");
  const char* all = std::getenv("LC_ALL");
  const bool coerces = !(choice && std::strcmp(choice, "0") == 0) && !(all && *all);
  if (coerces && setlocale(LC_CTYPE, "C.UTF-8")) {
    setenv("LC_CTYPE", "C.UTF-8", 1);
    return;
  }
  runtime.configuration.utf8_mode = 1;  // PEP 540
}

Type& unraisable_type() {
  static Type& type =
      make_struct_sequence_type("UnraisableHookArgs", "What sys.unraisablehook() gets.",
                                {{"exc_type", "Exception type"},
                                 {"exc_value", "Exception value"},
                                 {"exc_traceback", "Exception traceback"},
                                 {"err_msg", "Error message"},
                                 {"object", "Object causing the exception"}},
                                5);
  return type;
}

Status make_core_modules(Thread& thread) {
  runtime.modules = make_dict();
  set_compiler_optimization(runtime.configuration.optimize);
  keeps_columns = runtime.configuration.code_debug_ranges;
  checks_error_handlers = runtime.configuration.dev_mode;
  bytes_warning_level = runtime.configuration.bytes_warning;
  unraisable_hook = [](Thread& each, Value exception, Value where) {
    report_unraisable(each, exception, {}, where);
  };
  runtime.builtins = TRY(import_native_module(thread, "builtins"));
  set_default_builtins(*runtime.builtins->dict);
  runtime.sys = TRY(import_native_module(thread, "sys"));
  if (runtime.configuration.optimize) dict_set_str(*runtime.builtins->dict, "__debug__", False);
  if (runtime.configuration.jit_threshold >= 0)
    compile_threshold = static_cast<uint32_t>(runtime.configuration.jit_threshold);
  if (runtime.configuration.int_max_str_digits >= 0)
    int_max_str_digits = runtime.configuration.int_max_str_digits;
  return nothing;
}

// The filters of -W and PYTHONWARNINGS are read by the library's warnings module.
Status apply_warning_options(Thread& thread) {
  if (runtime.configuration.warn_options.empty()) return nothing;
  if (import_module(thread, "warnings").is_empty()) print_pending_exception(thread);
  return nothing;
}

Status start(Thread& thread) {
  TRY(make_core_modules(thread));
  TRY(compute_module_search_path(thread));
  if (runtime.configuration.verbose)
    TRY(create_standard_streams(thread));  // -v tells from the first import on
  TRY(install_importlib(thread));
  TRY(install_external_importers(thread));
  TRY(create_standard_streams(thread));
  TRY(import_module(thread, "_signal"));
  if (runtime.configuration.fault_handler) {
    const Value enable = import_attribute(thread, "faulthandler", "enable");
    if (enable.is_empty() || call(thread, enable).is_empty()) thread.exception = Value();
  }
  main_module(thread);
  TRY(apply_warning_options(thread));
  if (!runtime.configuration.no_site) TRY(import_module(thread, "site"));
  return nothing;
}

void report_start_failure(Thread& thread) {
  const Value exception = take_exception(thread);
  const Result<std::string> text =
      exception_text(thread, exception, exception_object(exception).traceback);
  std::fputs("Fatal Python error: init_import_site: Failed to start the interpreter\n", stderr);
  if (!text.failed()) std::fputs(text.value().c_str(), stderr);
}

void wait_for_threads(Thread& thread) {
  const Value threading = dict_get_str(*runtime.modules.as<Dict>(), "threading");
  if (threading.is_unbound() || threading.is_none()) return;
  if (call_method(thread, threading, "_shutdown").is_empty()) write_unraisable(thread, threading);
}

bool flush_one(Thread& thread, const char* name) {
  const Value file = system_attribute(name);
  if (file.is_unbound() || file.is_none()) return true;
  const Value closed = get_attribute_or_unbound(thread, file, "closed");
  if (closed.is_empty()) {
    thread.exception = Value();
  } else if (closed.is_true()) {
    return true;
  }
  if (!call_method(thread, file, "flush").is_empty()) return true;
  if (std::strcmp(name, "stdout") == 0) {
    write_unraisable(thread, file);
  } else {
    thread.exception = Value();
  }
  return false;
}

// What __main__ still names goes now, and its __del__ runs, as it would if the last reference went.
void finalize_main_names(Thread& thread) {
  const Value main = dict_get_str(*runtime.modules.as<Dict>(), "__main__");
  if (!has_kind(main, Kind::Module)) return;
  GcVector due;
  size_t position = 0;
  Value key, value;
  Dict& names = *main.as<Module>()->dict;
  while (dict_next(names, position, key, value)) {
    if (!value.is_object() || value.object()->has_flag(Object::kFinalized)) continue;
    const Type& type = type_of(value);
    if (type.has(Type::kHasFinalizer) && type.has(Type::kHeapType)) due.push_back(value);
  }
  for (const Value each : due) {
    if (each.object()->has_flag(Object::kFinalized)) continue;
    each.object()->flags |= Object::kFinalized;
    type_of(each).slots.finalize(thread, each);
    thread.exception = Value();
  }
}

// The standard streams stay open whatever goes: for what other finalisers print, and for whoever
// has the descriptors.
void spare_standard_files(Thread& thread) {
  for (const char* name : {"stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"}) {
    Value file = system_attribute(name);
    for (const char* inner : {"buffer", "raw", ""}) {
      if (!file.is_object()) break;
      file.object()->flags |= Object::kFinalized;
      file = get_attribute_or_unbound(thread, file, inner);
      thread.exception = Value();
    }
  }
}

// Language reference 3.3.1: it is not guaranteed that __del__ runs when the interpreter exits, but
// CPython takes its modules apart, and little is left after that.
void finalize_all(Thread& thread) {
  finalize_main_names(thread);
  spare_standard_files(thread);
  finalize_everything(thread);
}

int shut_down(Thread& thread, int status) {
  wait_for_threads(thread);
  if (run_exit_functions_hook) run_exit_functions_hook(thread);
  bool failed = false;
  flush_standard_files(thread, failed);
  runtime.is_finalizing = true;
  if (has_pending_finalizers()) run_pending_finalizers(thread);
  finalize_all(thread);
  if (flush_open_files_hook) flush_open_files_hook(thread);
  flush_standard_files(thread, failed);
  return failed ? kFlushFailed : status;
}

}  // namespace

// If the hook fails too, its own exception is shown the plain way.
void report_unraisable(Thread& thread, Value exception, std::string_view message, Value where) {
  if (!has_kind(exception_object(exception).traceback, Kind::Traceback) && thread.frame) {
    thread.exception = exception;
    add_traceback(thread, *thread.frame);
    take_exception(thread);
  }
  const Value traceback = exception_object(exception).traceback;
  const Value values[] = {&type_of(exception), exception, traceback.is_empty() ? None : traceback,
                          message.empty() ? None : Value(make_str(message)),
                          where.is_empty() ? None : where};
  const Value arguments = make_struct_sequence(unraisable_type(), values);
  const Value hook = system_attribute("unraisablehook");
  const bool is_refused = audit(thread, "sys.unraisablehook", {hook.is_unbound() ? None : hook, arguments}).failed();
  if (is_refused) {
    display_exception(thread, take_exception(thread), Value());
  } else if (hook.is_unbound() || hook.is_none()) {
    (void)display_unraisable(thread, arguments);
  } else if (call(thread, hook, {arguments}).is_empty()) {
    const Value second = take_exception(thread);
    std::fputs("Exception ignored in sys.unraisablehook: ", stderr);
    const Result<Str*> shown = repr(thread, hook);
    std::fprintf(stderr, "%s\n", shown.failed() ? "?" : to_utf8(shown.value()).c_str());
    thread.exception = Value();
    display_exception(thread, second, exception_object(second).traceback);
  }
  thread.exception = Value();
}

void flush_standard_files(Thread& thread, bool& failed) {
  if (!flush_one(thread, "stdout")) failed = true;
  if (!flush_one(thread, "stderr")) failed = true;
}

Value system_attribute(std::string_view name) {
  return runtime.sys ? dict_get_str(*runtime.sys->dict, name) : Unbound;
}
void set_system_attribute(std::string_view name, Value value) {
  dict_set_str(*runtime.sys->dict, name, value);
}

Status audit(Thread& thread, std::string_view event, std::initializer_list<Value> arguments) {
  if (runtime.audit_hooks.is_empty()) [[likely]]
    return nothing;
  return call_audit_hooks(thread, make_str(event), make_tuple(arguments));
}

static Result<bool> may_be_traced(Thread& thread, Value hook) {
  const Untraced untraced(thread);
  const Value can_trace = TRY(get_attribute_or_unbound(thread, hook, "__cantrace__"));
  return !can_trace.is_unbound() && TRY(truth(thread, can_trace));
}

// Hooks are not traced, except those whose __cantrace__ is true.
static Status call_audit_hook(Thread& thread, Value hook, Value event, Value arguments) {
  std::optional<Untraced> untraced;
  if (!TRY(may_be_traced(thread, hook))) untraced.emplace(thread);
  TRY(call(thread, hook, {event, arguments}));
  return nothing;
}

Status call_audit_hooks(Thread& thread, Value event, Value arguments) {
  for (const Value hook : *runtime.audit_hooks.as<Tuple>()) TRY(call_audit_hook(thread, hook, event, arguments));
  return nothing;
}

void print_pending_exception(Thread& thread) {
  const Value exception = take_exception(thread);
  if (exception.is_empty()) return;
  const Value traceback = exception_object(exception).traceback;
  const Value shown = traceback.is_empty() ? None : traceback;
  set_system_attribute("last_type", &type_of(exception));
  set_system_attribute("last_value", exception);
  set_system_attribute("last_traceback", shown);
  const Value hook = system_attribute("excepthook");
  if (audit(thread, "sys.excepthook", {hook.is_unbound() ? None : hook, &type_of(exception), exception, shown}).failed()) {
    // RuntimeError says that nothing is to be shown.
    const Value refusal = take_exception(thread);
    if (is_instance(refusal, RuntimeError)) return;
    report_unraisable(thread, refusal, "Exception ignored in audit hook", Value());
  }
  if (hook.is_unbound()) {
    std::fputs("sys.excepthook is missing\n", stderr);
    display_exception(thread, exception, shown);
    return;
  }
  if (!call(thread, hook, {&type_of(exception), exception, shown}).is_empty()) return;
  const Value second = take_exception(thread);
  std::fputs("Error in sys.excepthook:\n", stderr);
  display_exception(thread, second, exception_object(second).traceback);
  std::fputs("\nOriginal exception was:\n", stderr);
  display_exception(thread, exception, shown);
}

// SystemExit carries the status: None is 0, an int itself, anything else is a message and 1.
int exit_status_of_pending_exception(Thread& thread) {
  if (!exception_matches(thread, SystemExit)) {
    ended_by_interrupt = exception_matches(thread, KeyboardInterrupt);
    print_pending_exception(thread);
    return 1;
  }
  const Value exception = take_exception(thread);
  Value code = get_attribute(thread, exception, "code");
  if (code.is_empty()) {
    thread.exception = Value();
    code = exception;
  }
  if (code.is_none()) return 0;
  if (is_any_int(code)) return static_cast<int>(int_to_int64(code).value_or(-1));
  const Value file = system_attribute("stderr");
  const Result<Str*> text = str(thread, code);
  if (!text.failed()) {
    const std::string line = to_utf8(text.value()) + "\n";
    if (file.is_unbound() || file.is_none()) {
      std::fputs(line.c_str(), stderr);
    } else if (!call_method(thread, file, "write", {make_str(line)}).is_empty()) {
      (void)call_method(thread, file, "flush");
    }
  }
  thread.exception = Value();
  return 1;
}

// Writing to a pipe that nobody reads is an error of the call, not the end of the process.
static void ignore_signals() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

std::optional<int> start_main(int argument_count, char** arguments, NativeModuleFinder finder,
                              NativeModuleNames names) {
  Configuration& configuration = runtime.configuration;
  if (const auto status = read_command_line(argument_count, arguments, configuration))
    return *status;
  set_locale();
  ignore_signals();
  runtime.find_native_module = finder;
  runtime.native_module_names = names;
  adopt_frozen_objects();
  Thread& thread = initialize_objects();
  include_in_roots(frozen_codes, frozen_codes + frozen_code_count);
  initialize_threads(thread);
  initialize_interpreter(thread);
  if (!start(thread).failed()) return std::nullopt;
  if (exception_matches(thread, SystemExit))
    return shut_down(thread, exit_status_of_pending_exception(thread));
  report_start_failure(thread);
  return 1;
}

int run_main(int argument_count, char** arguments, NativeModuleFinder finder,
             NativeModuleNames names) {
  if (const auto status = start_main(argument_count, arguments, finder, names)) return *status;
  Thread& thread = current_thread();
  const int status = shut_down(thread, run_program(thread));
  std::fflush(stdout);
  const auto& options = runtime.configuration.x_options;
  if (std::find(options.begin(), options.end(), "gcstats") != options.end()) print_gc_statistics();
  if (ended_by_interrupt) {
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
    return 130;
  }
  // No destructors: other threads may still run.
  _exit(status & 0xFF);
}

}  // namespace minipy
