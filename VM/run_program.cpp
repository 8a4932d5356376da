// Running what the command line names, as __main__: a command, a module, a script, a folder or zip
// with a __main__.py in it, or stdin.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "Objects/bytes.h"
#include "Objects/exception.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/cached_code.h"
#include "VM/compile_source.h"
#include "VM/importer.h"
#include "VM/interface.h"
#include "VM/runtime.h"
#include "VM/source_lines.h"

namespace minipy {
namespace {

const Configuration& configuration() {
  return runtime.configuration;
}

// --- sys.path[0] ---

std::string current_folder() {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) ? buffer : "";
}

// The folder that a script really is in: links are followed first.
std::string folder_of_script(const std::string& script) {
  char resolved[PATH_MAX];
  const std::string path = realpath(script.c_str(), resolved) ? resolved : script;
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status insert_path(Thread& thread, Value entry) {
  const Value path = system_attribute("path");
  if (!is_list(path)) return nothing;
  return list_insert(thread, *path.as<List>(), 0, entry);
}

Status insert_program_folder(Thread& thread) {
  TRY(remember_start_path(thread));
  if (configuration().safe_path) return nothing;
  std::string folder;
  if (configuration().has_module) {
    folder = current_folder();
    if (folder.empty()) return nothing;
  } else if (configuration().has_script) {
    folder = folder_of_script(configuration().script);
  }
  return insert_path(thread, from_filename(folder));
}

// --- running code ---

int run_code_as_main(Thread& thread, Code& code) {
  Module* module = main_module(thread);
  if (!run_code(thread, code, *module->dict, module->dict).is_empty()) return 0;
  return exit_status_of_pending_exception(thread);
}

int run_source(Thread& thread, const std::string& source, const std::string& filename,
               CompileMode mode = CompileMode::Script, uint32_t flags = 0) {
  const Result<Code*> code = compile_text(thread, source, filename, mode, flags);
  if (code.failed()) return exit_status_of_pending_exception(thread);
  return run_code_as_main(thread, *code.value());
}

int run_command(Thread& thread) {
  constexpr uint32_t kSourceIsText = 0x800;  // a coding comment means nothing
  const Str* text = from_filename(configuration().command);
  const Result<std::string> source = to_utf8_strict(thread, text);
  if (source.failed()) {
    std::fputs("Unable to decode the command from the command line:\n", stderr);
    return exit_status_of_pending_exception(thread);
  }
  if (audit(thread, "cpython.run_command", {text}).failed())
    return exit_status_of_pending_exception(thread);
  return run_source(thread, source.value(), "<string>", CompileMode::File, kSourceIsText);
}

int run_module(Thread& thread, const std::string& name, bool set_argument) {
  if (audit(thread, "cpython.run_module", {make_str(name)}).failed()) {
    return exit_status_of_pending_exception(thread);
  }
  const Value run = import_attribute(thread, "runpy", "_run_module_as_main");
  if (run.is_empty()) {
    std::fputs("Could not import runpy._run_module_as_main\n", stderr);
    return exit_status_of_pending_exception(thread);
  }
  if (!call(thread, run, {from_filename(name), Value::from_bool(set_argument)}).is_empty())
    return 0;
  return exit_status_of_pending_exception(thread);
}

// --- files ---

std::string read_descriptor(int descriptor, bool& failed) {
  std::string contents;
  char buffer[65536];
  for (;;) {
    const ssize_t size = read(descriptor, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    failed = size < 0;
    if (size <= 0) return contents;
    contents.append(buffer, static_cast<size_t>(size));
  }
}

void skip_first_line(std::string& source) {
  const size_t end = source.find('\n');
  // The newline stays, so that lines keep their numbers.
  source.erase(0, end == std::string::npos ? source.size() : end);
}

int cannot_open(const std::string& script, int error_number) {
  const Str* shown = from_filename(script);
  const Result<Str*> text = repr(current_thread(), shown);
  std::fprintf(stderr, "%s: can't open file %s: [Errno %d] %s\n",
               configuration().executable.c_str(),
               text.failed() ? script.c_str() : to_utf8(text.value()).c_str(), error_number,
               strerror(error_number));
  return 2;
}

Status set_main_loader(Thread& thread, Module& module, Value filename, const char* loader_name) {
  const Value external = dict_get_str(*runtime.modules.as<Dict>(), "_frozen_importlib_external");
  if (external.is_unbound()) return nothing;
  const Value type = TRY(get_attribute(thread, external, loader_name));
  dict_set_str(*module.dict, "__loader__",
               TRY(call(thread, type, {make_str("__main__"), filename})));
  return nothing;
}

// A .pyc file given as the script: magic number, flags and stamp are skipped.
int run_compiled_file(Thread& thread, const std::string& contents) {
  const Value external = dict_get_str(*runtime.modules.as<Dict>(), "_frozen_importlib_external");
  const Value magic = get_attribute(thread, external, "MAGIC_NUMBER");
  if (magic.is_empty()) return exit_status_of_pending_exception(thread);
  const bool matches = contents.size() >= 16 && contents.starts_with(magic.as<Bytes>()->view());
  if (!matches) {
    raise(thread, RuntimeError, "Bad magic number in .pyc file");
    return exit_status_of_pending_exception(thread);
  }
  const Value load = import_attribute(thread, "marshal", "loads");
  const Value code = load.is_empty() ? load : call(thread, load, {make_bytes(contents.substr(16))});
  if (code.is_empty()) return exit_status_of_pending_exception(thread);
  if (!has_kind(code, Kind::Code)) {
    raise(thread, RuntimeError, "Bad code object in .pyc file");
    return exit_status_of_pending_exception(thread);
  }
  return run_code_as_main(thread, *code.as<Code>());
}

// The name with the current folder in front: __file__ is absolute.
std::string absolute_name(const std::string& script) {
  if (script.starts_with('/')) return script;
  std::string name = script;
  while (name.starts_with("./")) name.erase(0, 2);
  const std::string folder = current_folder();
  return folder.empty() ? script : folder + (folder.ends_with('/') ? "" : "/") + name;
}

int run_script(Thread& thread) {
  const std::string filename = absolute_name(configuration().script);
  if (audit(thread, "cpython.run_file", {from_filename(filename)}).failed()) {
    return exit_status_of_pending_exception(thread);
  }
  const int descriptor = open(filename.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_open(filename, errno);
  struct stat status;
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    std::fprintf(stderr, "%s: '%s' is a directory, cannot continue\n",
                 configuration().executable.c_str(), filename.c_str());
    close(descriptor);
    return 1;
  }
  bool failed = false;
  std::string source = read_descriptor(descriptor, failed);
  const int read_error = errno;
  close(descriptor);
  if (failed) return cannot_open(filename, read_error);
  if (configuration().skip_first_line) skip_first_line(source);
  Module* module = main_module(thread);
  const Value name = from_filename(filename);
  dict_set_str(*module->dict, "__file__", name);
  dict_set_str(*module->dict, "__cached__", None);
  const bool is_compiled = filename.ends_with(".pyc");
  if (set_main_loader(thread, *module, name,
                      is_compiled ? "SourcelessFileLoader" : "SourceFileLoader")
          .failed()) {
    return exit_status_of_pending_exception(thread);
  }
  if (is_compiled) return run_compiled_file(thread, source);
  const Result<Code*> code = cached_code_of_script(thread, source, name.as<Str>());
  return code.failed() ? exit_status_of_pending_exception(thread) : run_code_as_main(thread, *code.value());
}

int run_standard_input(Thread& thread) {
  if (isatty(0) || configuration().interactive) {
    runtime.configuration.inspect = 0;
    return run_interactive(thread, Session::Fresh);
  }
  if (audit(thread, "cpython.run_stdin", {}).failed())
    return exit_status_of_pending_exception(thread);
  bool failed = false;
  std::string source = read_descriptor(0, failed);
  if (configuration().skip_first_line) skip_first_line(source);
  Module* module = main_module(thread);
  dict_set_str(*module->dict, "__file__", make_str("<stdin>"));
  dict_set_str(*module->dict, "__cached__", None);
  return run_source(thread, source, "<stdin>");
}

// A folder or an archive that a path hook knows is run through its __main__ module.
Result<bool> has_importer(Thread& thread, const std::string& script) {
  struct stat status;
  if (stat(script.c_str(), &status) != 0) return false;
  if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) return false;
  const Value hooks = system_attribute("path_hooks");
  if (!is_list(hooks)) return false;
  const Value path = from_filename(script);
  for (size_t i = 0; i < hooks.as<List>()->size; ++i) {
    const Value importer = call(thread, hooks.as<List>()->at(i), {path});
    if (!importer.is_empty()) {
      const Value cache = system_attribute("path_importer_cache");
      if (is_exact_dict(cache)) TRY(dict_set(thread, *cache.as<Dict>(), path, importer));
      return true;
    }
    if (!catch_exception(thread, ImportError)) return error;
  }
  return false;
}

Result<int> run_named(Thread& thread) {
  if (configuration().has_script) {
    if (TRY(has_importer(thread, configuration().script))) {
      TRY(insert_path(thread, from_filename(configuration().script)));
      return run_module(thread, "__main__", false);
    }
  }
  TRY(insert_program_folder(thread));
  if (configuration().has_command) return run_command(thread);
  if (configuration().has_module) return run_module(thread, configuration().module, true);
  if (configuration().has_script) return run_script(thread);
  return run_standard_input(thread);
}

}  // namespace

Module* main_module(Thread& thread) {
  const Value known = dict_get_str(*runtime.modules.as<Dict>(), "__main__");
  if (has_kind(known, Kind::Module)) return known.as<Module>();
  Module* module = make_module(thread, intern("__main__"));
  dict_set_str(*runtime.modules.as<Dict>(), "__main__", module);
  dict_set_str(*module->dict, "__annotations__", make_dict());
  dict_set_str(*module->dict, "__builtins__", runtime.builtins);
  const Value importer =
      get_attribute_or_unbound(thread, runtime.import_machinery, "BuiltinImporter");
  if (!importer.is_empty() && !importer.is_unbound())
    dict_set_str(*module->dict, "__loader__", importer);
  return module;
}

int run_program(Thread& thread) {
  const Result<int> result = run_named(thread);
  int status = result.failed() ? exit_status_of_pending_exception(thread) : result.value();
  if (std::getenv("PYTHONINSPECT") && !configuration().ignore_environment)
    runtime.configuration.inspect = 1;
  if (configuration().inspect && (isatty(0) || configuration().interactive)) {
    runtime.configuration.inspect = 0;
    ended_by_interrupt = false;
    status = run_interactive(thread, Session::AfterProgram);
  }
  return status;
}

}  // namespace minipy
