// The interactive prompt: statements are read line by line until they are complete, run in
// __main__, and what goes wrong is shown without ending the session.
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "Objects/exception.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "VM/compile_source.h"
#include "VM/importer.h"
#include "VM/interface.h"
#include "VM/line_input.h"
#include "VM/runtime.h"
#include "VM/source_lines.h"

namespace minipy {
namespace {

constexpr uint32_t kDontImplyDedent = 0x200;
constexpr uint32_t kAllowIncompleteInput = 0x4000;

std::string prompt_text(Thread& thread, const char* name, const char* fallback) {
  const Value prompt = system_attribute(name);
  if (prompt.is_unbound()) return fallback;
  const Result<Str*> text = str(thread, prompt);
  if (!text.failed()) return to_utf8(text.value());
  thread.exception = Value();
  return "";
}

void set_default_prompts() {
  if (system_attribute("ps1").is_unbound()) set_system_attribute("ps1", make_str(">>> "));
  if (system_attribute("ps2").is_unbound()) set_system_attribute("ps2", make_str("... "));
}

// Where stdin is no terminal (-i < file) the prompt goes to stderr, as CPython has it.
Result<LineInput> read_line(Thread& thread, const std::string& prompt) {
  bool failed = false;
  flush_standard_files(thread, failed);
  if (isatty(0) && isatty(1)) return read_terminal_line(thread, prompt.c_str());
  return read_plain_line(thread, prompt.c_str());
}

// Whether a SyntaxError is pending whose message has this part.
bool has_message(Thread& thread, std::string_view part) {
  if (!exception_matches(thread, SyntaxError)) return false;
  const Value exception = take_exception(thread);
  const Value message = get_attribute(thread, exception, "msg");
  const bool found =
      is_str(message) && to_utf8(message.as<Str>()).find(part) != std::string::npos;
  thread.exception = exception;
  return found;
}

bool is_incomplete(Thread& thread) { return has_message(thread, "incomplete input"); }

bool is_comment_or_blank(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\f\r\n");
  return first == std::string::npos || text[first] == '#';
}

// After "incomplete input": a line like `1 +` only looks so without its newline, and an empty line
// ends what is open unless that is a bracket or a string. Otherwise the error is left pending.
bool may_go_on(Thread& thread, const std::string& source, bool is_empty_line, uint32_t options) {
  thread.exception = Value();
  if (is_empty_line) options &= ~kAllowIncompleteInput;
  if (!compile_text(thread, source, "<stdin>", CompileMode::Interactive, options).failed()) {
    return true;
  }
  if (!is_empty_line) return is_incomplete(thread);
  return has_message(thread, "was never closed") ||
         has_message(thread, "unterminated triple-quoted string");
}

enum class Reading { Complete, End, Failed };

// Lines up to the end of one statement. A compound statement ends at an empty line.
Reading read_statement(Thread& thread, uint32_t flags, std::string& source, Code*& code) {
  source.clear();
  for (bool first = true;; first = false) {
    const std::string prompt = prompt_text(thread, first ? "ps1" : "ps2", first ? ">>> " : "... ");
    const Result<LineInput> line = read_line(thread, prompt);
    if (line.failed()) return Reading::Failed;
    const bool is_end = line.value().is_end;
    if (is_end && source.empty()) return Reading::End;
    source += line.value().text;
    if (source.empty() || source.back() != '\n') source += '\n';
    if (is_comment_or_blank(source)) {
      source.clear();
      first = true;
      if (is_end) return Reading::End;
      first = false;
      source.clear();
      code = nullptr;
      return Reading::Complete;
    }
    const bool ends_block = is_end || line.value().text == "\n";
    uint32_t options = flags;
    if (!ends_block) options |= kDontImplyDedent;
    if (!is_end) options |= kAllowIncompleteInput;
    // Without its last newline an open block counts as incomplete.
    const bool strips_newline = !ends_block && !source.ends_with("\\\n");
    const std::string_view text(source.data(), source.size() - strips_newline);
    const Result<Code*> compiled =
        compile_text(thread, text, "<stdin>", CompileMode::Interactive, options);
    if (!compiled.failed()) {
      code = compiled.value();
      return Reading::Complete;
    }
    if (!is_incomplete(thread) || !may_go_on(thread, source, ends_block, options)) {
      return Reading::Failed;
    }
    thread.exception = Value();
  }
}

void run_startup_file(Thread& thread) {
  const char* name = runtime.configuration.environment("PYTHONSTARTUP");
  if (!name) return;
  std::ifstream file(name, std::ios::binary);
  if (!file.is_open()) {
    fprintf(stderr, "Could not open PYTHONSTARTUP\n");
    raise_os_error(thread, errno, from_filename(name));
    print_pending_exception(thread);
    return;
  }
  const std::string source((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
  const Result<Code*> code = compile_text(thread, source, name, CompileMode::File);
  Module* module = main_module(thread);
  if (code.failed() || run_code(thread, *code.value(), *module->dict, module->dict).is_empty()) {
    print_pending_exception(thread);
  }
}

void run_interactive_hook(Thread& thread) {
  const Value hook = system_attribute("__interactivehook__");
  if (hook.is_unbound()) return;
  if (call(thread, hook).is_empty()) {
    fputs("Failed calling sys.__interactivehook__\n", stderr);
    print_pending_exception(thread);
  }
}

// Without GNU readline the prompt works all the same.
void load_line_editor(Thread& thread) {
  if (runtime.configuration.isolated) return;
  if (import_module(thread, "readline").is_empty()) thread.exception = Value();
}

void show_banner() {
  const Value version = system_attribute("version");
  fprintf(stderr, "Python %s on linux\n",
          is_str(version) ? to_utf8(version.as<Str>()).c_str() : "3.11");
  if (!runtime.configuration.no_site) {
    fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
          stderr);
  }
}

}  // namespace

int run_interactive(Thread& thread, Session session) {
  const bool is_fresh = session == Session::Fresh;
  if (is_fresh && !runtime.configuration.quiet) show_banner();
  load_line_editor(thread);
  if (is_fresh) run_startup_file(thread);
  run_interactive_hook(thread);
  Module* module = main_module(thread);
  set_default_prompts();
  uint32_t flags = 0;
  std::string source;
  for (;;) {
    Code* code = nullptr;
    const Reading reading = read_statement(thread, flags, source, code);
    if (reading == Reading::End) {
      if (isatty(0)) fputs("\n", stderr);
      return 0;
    }
    if (reading == Reading::Complete) {
      if (!code) continue;
      // What comes through a pipe was typed by nobody: programs read such tracebacks, without lines.
      if (isatty(0)) remember_typed_source(thread, *code, source);
      flags |= static_cast<uint32_t>(code->flags) & 0x1FF0000;  // __future__ imports stay in force
      if (!run_code(thread, *code, *module->dict, module->dict).is_empty()) continue;
    }
    if (exception_matches(thread, SystemExit)) return exit_status_of_pending_exception(thread);
    if (exception_matches(thread, KeyboardInterrupt) && reading == Reading::Failed) {
      thread.exception = Value();
      fputs("\nKeyboardInterrupt\n", stderr);
      continue;
    }
    print_pending_exception(thread);
  }
}

}  // namespace minipy
