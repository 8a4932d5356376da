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
  fputs(prompt.c_str(), stderr);
  fflush(stderr);
  LineInput line;
  for (;;) {
    const int c = getc(stdin);
    if (c == EOF && ferror(stdin) && errno == EINTR) {
      clearerr(stdin);
      TRY(run_pending(thread));
      continue;
    }
    if (c == EOF) break;
    line.text += static_cast<char>(c);
    if (c == '\n') break;
  }
  line.is_end = line.text.empty();
  return line;
}

bool is_incomplete(Thread& thread) {
  if (!exception_matches(thread, SyntaxError)) return false;
  const Value exception = take_exception(thread);
  const Value message = get_attribute(thread, exception, "msg");
  const bool found = is_str(message) && equal(message.as<Str>(), "incomplete input");
  thread.exception = exception;
  return found;
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\f\r\n") == std::string::npos; }

bool is_comment_or_blank(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\f\r\n");
  return first == std::string::npos || text[first] == '#';
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
    const bool ends_block = is_end || is_blank(line.value().text);
    uint32_t options = flags | kAllowIncompleteInput;
    if (!ends_block) options |= kDontImplyDedent;
    if (is_end) options &= ~kAllowIncompleteInput;
    // Without its last newline an open block counts as incomplete.
    const std::string_view text(source.data(), source.size() - !ends_block);
    const Result<Code*> compiled = compile_text(thread, text, "<stdin>", CompileMode::Interactive, options);
    if (!compiled.failed()) {
      code = compiled.value();
      return Reading::Complete;
    }
    if (!is_incomplete(thread)) return Reading::Failed;
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
  const std::string source((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
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

void show_banner() {
  const Value version = system_attribute("version");
  fprintf(stderr, "Python %s on linux\n", is_str(version) ? to_utf8(version.as<Str>()).c_str() : "3.11");
  if (!runtime.configuration.no_site) {
    fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
  }
}

}  // namespace

int run_interactive(Thread& thread, bool with_banner) {
  if (with_banner) show_banner();
  Module* module = main_module(thread);
  if (with_banner) {
    run_startup_file(thread);
    run_interactive_hook(thread);
  }
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
    remember_typed_source("<stdin>", source);
    if (reading == Reading::Complete) {
      if (!code) continue;
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
