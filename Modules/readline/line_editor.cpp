// Reading lines with GNU readline, and the Python functions that it calls meanwhile.
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "Modules/module_support.h"
#include "Modules/readline/library.h"
#include "Objects/list.h"
#include "Objects/static_objects.h"
#include "VM/threads.h"

namespace minipy {

Readline editor;
EditorHooks editor_hooks;

namespace {

// All characters that end a word in Python, but not the dot: attributes are completed too.
constexpr char kWordBreaks[] = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?";

char* finished_line = nullptr;
bool is_finished = false;
volatile sig_atomic_t has_new_size = 0;
struct sigaction former_size_action;

void take_line(char* line) {
  finished_line = line;
  is_finished = true;
  editor.rl_callback_handler_remove();
}

void note_new_size(int signal_number) {
  has_new_size = 1;
  const auto former = former_size_action.sa_handler;
  if (!(former_size_action.sa_flags & SA_SIGINFO) && former != SIG_DFL && former != SIG_IGN)
    former(signal_number);
}

bool is_set(Value hook) {
  return !hook.is_empty() && !hook.is_none();
}

// --- what readline calls: errors of the Python functions do not reach the prompt ---

int call_hook(Value hook) {
  if (!is_set(hook)) return 0;
  Thread& thread = current_thread();
  const Value result = call(thread, hook);
  if (result.is_empty() || result.is_none()) {
    thread.exception = Value();
    return 0;
  }
  const Result<int64_t> number = index_as_int64(thread, result, &OverflowError);
  if (!number.failed()) return static_cast<int>(number.value());
  thread.exception = Value();
  return 0;
}
int on_startup() {
  return call_hook(editor_hooks.startup);
}
int on_pre_input() {
  return call_hook(editor_hooks.pre_input);
}

char* next_match(const char* text, int state) {
  *editor.rl_attempted_completion_over = 1;  // no file names when there is no match
  Thread& thread = current_thread();
  const Value match =
      call(thread, editor_hooks.completer, {from_filename(text), Value::from_int(state)});
  if (!match.is_empty() && is_str(match)) {
    const Result<std::string> bytes = to_filename(thread, match);
    if (!bytes.failed()) return strdup(bytes.value().c_str());
  }
  thread.exception = Value();
  return nullptr;
}

char** complete(const char* text, int begin, int end) {
  if (!is_set(editor_hooks.completer)) return nullptr;
  *editor.rl_completion_append_character = '\0';
  *editor.rl_completion_suppress_append = 0;
  const std::string_view line = *editor.rl_line_buffer;
  editor_hooks.completion_begin =
      static_cast<int>(from_filename(line.substr(0, static_cast<size_t>(begin)))->length());
  editor_hooks.completion_end =
      static_cast<int>(from_filename(line.substr(0, static_cast<size_t>(end)))->length());
  return editor.rl_completion_matches(text, next_match);
}

// --- loading ---

Status load_library(Thread& thread) {
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
  void* library = dlopen("libreadline.so." TEXT(RL_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
#undef TEXT
#undef TEXT_OF
  if (!library) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
#define X(name)                                                                 \
  editor.name = reinterpret_cast<decltype(editor.name)>(dlsym(library, #name)); \
  if (!editor.name) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  READLINE_FUNCTIONS(X)
  READLINE_VARIABLES(X)
#undef X
  return nothing;
}

// Settings that .inputrc may change are made before rl_initialize() reads it.
void prepare_library() {
  *editor.rl_readline_name = "python";
  *editor.rl_catch_signals = 0;
  *editor.rl_catch_sigwinch = 0;
  struct sigaction action = {};
  action.sa_handler = note_new_size;
  sigaction(SIGWINCH, &action, &former_size_action);
  editor.using_history();
  editor.rl_bind_key('\t', editor.rl_insert);
  editor.rl_bind_key_in_map('\t', editor.rl_complete, *editor.emacs_meta_keymap);
  editor.rl_bind_key_in_map('\033', editor.rl_complete, *editor.emacs_meta_keymap);
  *editor.rl_startup_hook = on_startup;
  *editor.rl_pre_input_hook = on_pre_input;
  *editor.rl_attempted_completion_function = complete;
  *editor.rl_completer_word_break_characters = strdup(kWordBreaks);
  // Into a pipe readline would write a sequence that turns meta keys on.
  if (!isatty(STDOUT_FILENO)) editor.rl_variable_bind("enable-meta-key", "off");
  editor.rl_variable_bind("enable-bracketed-paste", "off");
  editor.rl_initialize();
}

void abandon_line() {
  editor.rl_free_line_state();
  editor.rl_callback_sigcleanup();
  editor.rl_cleanup_after_signal();
  editor.rl_callback_handler_remove();
}

// Readline's callback interface: the wait is ours, so that a signal is seen at once.
Result<LineInput> edit_line(Thread& thread, const char* prompt) {
  *editor.rl_instream = stdin;
  *editor.rl_outstream = stdout;
  is_finished = false;
  finished_line = nullptr;
  editor.rl_callback_handler_install(prompt, take_line);
  while (!is_finished) {
    fd_set input;
    FD_ZERO(&input);
    FD_SET(STDIN_FILENO, &input);
    int ready;
    {
      const WithoutGil guard(thread);
      ready = select(STDIN_FILENO + 1, &input, nullptr, nullptr, nullptr);
    }
    if (ready > 0) {
      editor.rl_callback_read_char();
      continue;
    }
    if (ready < 0 && errno != EINTR) {
      abandon_line();
      return LineInput{"", true};
    }
    if (has_new_size) {
      has_new_size = 0;
      editor.rl_resize_terminal();
    }
    if (run_pending(thread).failed()) {
      abandon_line();
      return error;
    }
  }
  if (!finished_line) return LineInput{"", true};
  LineInput line{std::string(finished_line) + "\n", false};
  if (editor_hooks.adds_history && *finished_line != '\0') {
    const HIST_ENTRY* last =
        *editor.history_length ? editor.history_get(*editor.history_length) : nullptr;
    if (!last || strcmp(last->line, finished_line) != 0) editor.add_history(finished_line);
  }
  free(finished_line);
  return line;
}

}  // namespace

void display_matches(char** matches, int count, int longest) {
  Thread& thread = current_thread();
  List* found = make_list();
  for (int i = 1; i <= count; ++i) {
    if (list_append(thread, *found, from_filename(matches[i])).failed()) break;
  }
  call(thread, editor_hooks.display_matches,
       {from_filename(matches[0]), found, Value::from_int(longest)});
  thread.exception = Value();
}

Status start_line_editor(Thread& thread) {
  if (line_editor) return nothing;
  TRY(load_library(thread));
  prepare_library();
  include_in_roots(&editor_hooks, &editor_hooks + 1);
  line_editor = edit_line;
  return nothing;
}

}  // namespace minipy
