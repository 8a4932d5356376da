// The running interpreter: its configuration, sys and builtins, start-up and shutdown.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "Objects/dict.h"
#include "Objects/module.h"
#include "Objects/result.h"
#include "Objects/str.h"
#include "Objects/thread.h"

namespace minipy {

// What the command line and the environment ask for. The names are those of sys.flags and of
// "Python Initialization Configuration".
struct Configuration {
  int debug = 0, inspect = 0, interactive = 0, optimize = 0, dont_write_bytecode = 0, no_user_site = 0,
      no_site = 0, ignore_environment = 0, verbose = 0, bytes_warning = 0, quiet = 0, hash_randomization = 1,
      isolated = 0, utf8_mode = 0, warn_default_encoding = 0;
  bool dev_mode = false, safe_path = false, unbuffered = false, skip_first_line = false, randomizes_hashes = false;
  int int_max_str_digits = -1;
  int jit_threshold = -1;  // compile_threshold (jit/jit.h), where it was given
  int frozen_modules = 1;
  int import_time = 0;
  int fault_handler = 0;
  bool code_debug_ranges = true;
  int trace_malloc = 0;
  std::string check_hash_pycs = "default";
  std::string pycache_prefix;        // empty: none
  std::vector<std::string> warn_options;
  std::vector<std::string> x_options;
  std::string stdio_encoding, stdio_errors;  // PYTHONIOENCODING
  std::string filesystem_encoding = "utf-8", filesystem_errors = "surrogateescape";

  // What to run: at most one of the first three.
  bool has_command = false, has_module = false, has_script = false;
  std::string command, module, script;
  std::vector<std::string> arguments;           // sys.argv
  std::vector<std::string> original_arguments;  // sys.orig_argv
  std::string executable;

  const char* environment(const char* name) const;  // nullptr if unset, empty or under -E
};

using NativeModuleFinder = const ModuleSpec* (*)(std::string_view name);
using NativeModuleNames = Tuple* (*)();

struct Runtime {
  Configuration configuration;
  NativeModuleFinder find_native_module = nullptr;
  NativeModuleNames native_module_names = nullptr;
  Module* sys = nullptr;
  Module* builtins = nullptr;
  Value modules;           // sys.modules
  Value import_machinery;  // the module _frozen_importlib
  bool is_finalizing = false;
  Value audit_hooks;       // a Tuple, or empty
};
extern Runtime runtime;

// sys.NAME: Unbound if it is not there.
Value system_attribute(std::string_view name);
void set_system_attribute(std::string_view name, Value value);

// sys.audit(event, *arguments)
Status audit(Thread& thread, std::string_view event, std::initializer_list<Value> arguments);
Status call_audit_hooks(Thread& thread, Value event, Value arguments);  // where there are any

// What sys.exit(), an uncaught exception and the end of the program come to.
int exit_status_of_pending_exception(Thread& thread);  // prints it, unless it is SystemExit(number)
// Prints the pending exception through sys.excepthook and takes it away.
void print_pending_exception(Thread& thread);
// Hands an exception that cannot be raised to sys.unraisablehook. `message` (empty: none) is what the hook shows
// in place of "Exception ignored in".
void report_unraisable(Thread& thread, Value exception, std::string_view message, Value where);
void flush_standard_files(Thread& thread, bool& failed);

extern void (*run_exit_functions_hook)(Thread& thread);  // atexit's; filled by that module
extern void (*flush_open_files_hook)(Thread& thread);    // _io's: buffers of files nobody has closed

// sys.stdin, stdout and stderr (standard_streams.cpp).
Status create_standard_streams(Thread& thread);
// Runs what the configuration says in __main__ (run_program.cpp); the exit status.
int run_program(Thread& thread);
Module* main_module(Thread& thread);
// Prompts until the end of the input (repl.cpp); the exit status.
enum class Session { Fresh, AfterProgram };  // a fresh one shows a banner and runs PYTHONSTARTUP
int run_interactive(Thread& thread, Session session);
// An uncaught KeyboardInterrupt ends the process by the signal itself, once all is shut down.
extern bool ended_by_interrupt;

// A program's whole life; returns the exit status.
int run_main(int argument_count, char** arguments, NativeModuleFinder finder, NativeModuleNames names);

}  // namespace minipy
