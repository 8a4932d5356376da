// readline: history, completion and settings of GNU readline. Importing it makes terminals use it.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Modules/readline/library.h"

namespace minipy {
namespace {

// How many lines history files are cut down to when they are written; negative: no limit.
int saved_lines = -1;

// --- text ---

Result<std::string> to_bytes(Thread& thread, Value text) {
  if (!is_str(text)) return raise(thread, TypeError, "bad argument type for built-in operation");
  if (find(text.as<Str>(), make_character(0), 0, text.as<Str>()->length()) != npos) {
    return raise(thread, ValueError, "embedded null character");
  }
  return to_filename(thread, text);
}

Value text_of(const char* bytes) {
  return from_filename(bytes ? bytes : "");
}

// A file name; nothing for None, which means the library's own choice.
struct OptionalPath {
  std::string text;
  bool is_given = false;
  const char* value() const { return is_given ? text.c_str() : nullptr; }
};
Result<OptionalPath> to_path(Thread& thread, Value path) {
  if (path.is_none()) return OptionalPath{};
  return OptionalPath{TRY(to_filename(thread, path)), true};
}

Status check_done(Thread& thread, int error_number) {
  if (error_number) return raise_os_error(thread, error_number);
  return nothing;
}

// --- settings ---

Status parse_and_bind(Thread& thread, Value line) {
  std::string text = TRY(to_bytes(thread, line));
  editor.rl_parse_and_bind(text.data());
  return nothing;
}

Status read_init_file(Thread& thread, Value filename) {
  const OptionalPath path = TRY(to_path(thread, filename));
  return check_done(thread, editor.rl_read_init_file(path.value()));
}

// --- the line being edited ---

Value get_line_buffer() {
  return text_of(*editor.rl_line_buffer);
}

Status insert_text(Thread& thread, Value text) {
  editor.rl_insert_text(TRY(to_bytes(thread, text)).c_str());
  return nothing;
}

void redisplay() {
  editor.rl_redisplay();
}

// --- history ---

Status add_line(Thread& thread, Value line) {
  editor.add_history(TRY(to_bytes(thread, line)).c_str());
  return nothing;
}

void clear_lines() {
  editor.clear_history();
}
int current_length() {
  return *editor.history_length;
}
int get_saved_lines() {
  return saved_lines;
}
void set_saved_lines(int length) {
  saved_lines = length;
}
void set_auto_history(bool enabled) {
  editor_hooks.adds_history = enabled;
}

Value get_item(int index) {
  const HIST_ENTRY* entry = editor.history_get(index);
  return entry ? text_of(entry->line) : None;
}

void free_entry(HIST_ENTRY* entry) {
  free(editor.free_history_entry(entry));
}

Status remove_item(Thread& thread, int place) {
  if (place < 0) return raise(thread, ValueError, "History index cannot be negative");
  HIST_ENTRY* entry = editor.remove_history(place);
  if (!entry) return raise(thread, ValueError, "No history item at position {}", place);
  free_entry(entry);
  return nothing;
}

Status replace_item(Thread& thread, int place, Value line) {
  const std::string text = TRY(to_bytes(thread, line));
  if (place < 0) return raise(thread, ValueError, "History index cannot be negative");
  HIST_ENTRY* entry = editor.replace_history_entry(place, text.c_str(), nullptr);
  if (!entry) return raise(thread, ValueError, "No history item at position {}", place);
  free_entry(entry);
  return nothing;
}

Status read_file(Thread& thread, Value filename) {
  const OptionalPath path = TRY(to_path(thread, filename));
  return check_done(thread, editor.read_history(path.value()));
}

Status write_lines(Thread& thread, Value filename, int count, bool appends) {
  const OptionalPath path = TRY(to_path(thread, filename));
  TRY(check_done(thread, appends ? editor.append_history(count, path.value())
                                 : editor.write_history(path.value())));
  if (saved_lines >= 0) editor.history_truncate_file(path.value(), saved_lines);
  return nothing;
}
Status write_file(Thread& thread, Value filename) {
  return write_lines(thread, filename, 0, false);
}
Status append_file(Thread& thread, int count, Value filename) {
  return write_lines(thread, filename, count, true);
}

// --- completion and hooks ---

Value get_completer() {
  return editor_hooks.completer.is_empty() ? None : editor_hooks.completer;
}
int get_completion_type() {
  return *editor.rl_completion_type;
}
int get_begin() {
  return editor_hooks.completion_begin;
}
int get_end() {
  return editor_hooks.completion_end;
}
Value get_delimiters() {
  return text_of(*editor.rl_completer_word_break_characters);
}

Status set_delimiters(Thread& thread, Value text) {
  const std::string bytes = TRY(to_bytes(thread, text));
  free(const_cast<char*>(*editor.rl_completer_word_break_characters));
  *editor.rl_completer_word_break_characters = strdup(bytes.c_str());
  return nothing;
}

Status set_hook(Thread& thread, Value& hook, Value callable, const char* function_name) {
  if (!callable.is_none() && !is_callable(callable)) {
    return raise(thread, TypeError, "{}(func): argument not callable", function_name);
  }
  hook = callable;
  return nothing;
}
Status set_completer(Thread& thread, Value callable) {
  return set_hook(thread, editor_hooks.completer, callable, "set_completer");
}
Status set_startup_hook(Thread& thread, Value callable) {
  return set_hook(thread, editor_hooks.startup, callable, "set_startup_hook");
}
Status set_pre_input_hook(Thread& thread, Value callable) {
  return set_hook(thread, editor_hooks.pre_input, callable, "set_pre_input_hook");
}
Status set_display_hook(Thread& thread, Value callable) {
  TRY(set_hook(thread, editor_hooks.display_matches, callable,
               "set_completion_display_matches_hook"));
  *editor.rl_completion_display_matches_hook = callable.is_none() ? nullptr : display_matches;
  return nothing;
}

const MethodRow functions[] = {
    function<add_line>("add_history($module, string, /)", "Add a line to the history."),
    function<append_file>("append_history_file($module, nelements, filename=None, /)",
                          "Append the newest lines to a history file, ~/.history by default."),
    function<clear_lines>("clear_history($module, /)", "Forget the history."),
    function<get_begin>("get_begidx($module, /)",
                        "Where the text being completed begins in the line."),
    function<get_completer>("get_completer($module, /)", "The function that completes."),
    function<get_delimiters>("get_completer_delims($module, /)",
                             "The characters between words of a line."),
    function<get_completion_type>("get_completion_type($module, /)",
                                  "The kind of completion that is tried."),
    function<current_length>("get_current_history_length($module, /)",
                             "How many lines the history has."),
    function<get_end>("get_endidx($module, /)", "Where the text being completed ends in the line."),
    function<get_item>("get_history_item($module, index, /)",
                       "A line of the history, counted from 1."),
    function<get_saved_lines>("get_history_length($module, /)",
                              "How many lines a history file may have."),
    function<get_line_buffer>("get_line_buffer($module, /)",
                              "The line as it has been edited so far."),
    function<insert_text>("insert_text($module, string, /)", "Insert text where the cursor is."),
    function<parse_and_bind>("parse_and_bind($module, string, /)",
                             "Execute a line of an .inputrc file."),
    function<read_file>("read_history_file($module, filename=None, /)",
                        "Add the lines of a history file, ~/.history by default."),
    function<read_init_file>("read_init_file($module, filename=None, /)",
                             "Execute an .inputrc file, by default the last one used."),
    function<redisplay>("redisplay($module, /)", "Show the line as it is in the buffer."),
    function<remove_item>("remove_history_item($module, pos, /)",
                          "Remove a line of the history, counted from 0."),
    function<replace_item>("replace_history_item($module, pos, line, /)",
                           "Replace a line of the history, counted from 0."),
    function<set_auto_history>("set_auto_history($module, enabled, /)",
                               "Say whether lines that are read enter the history by themselves."),
    function<set_completer>(
        "set_completer($module, function=None, /)",
        "Set the function that completes: it is called with the text and 0, 1, 2, ...\n"
        "and returns a completion, until it returns something else than a string."),
    function<set_delimiters>("set_completer_delims($module, string, /)",
                             "Set the characters between words."),
    function<set_display_hook>(
        "set_completion_display_matches_hook($module, function=None, /)",
        "Set the function that shows completions: it is called with what they have in\n"
        "common, the list of them and the length of the longest."),
    function<set_saved_lines>(
        "set_history_length($module, length, /)",
        "Set how many lines a history file may have; negative for any number."),
    function<set_pre_input_hook>("set_pre_input_hook($module, function=None, /)",
                                 "Set a function to be called when the prompt has been shown."),
    function<set_startup_hook>("set_startup_hook($module, function=None, /)",
                               "Set a function to be called before the prompt is shown."),
    function<write_file>("write_history_file($module, filename=None, /)",
                         "Write the history to a file, ~/.history by default."),
};

Status initialize(Thread& thread, Module& module) {
  TRY(start_line_editor(thread));
  module_add(module, "_READLINE_VERSION", Value::from_int(RL_READLINE_VERSION));
  module_add(module, "_READLINE_RUNTIME_VERSION", Value::from_int(*editor.rl_readline_version));
  module_add(module, "_READLINE_LIBRARY_VERSION", make_str(*editor.rl_library_version));
  return nothing;
}

}  // namespace

extern const ModuleSpec readline_module = {
    "readline", "Importing this module makes the prompt use GNU readline.", functions, initialize};

}  // namespace minipy
