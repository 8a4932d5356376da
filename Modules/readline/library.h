// GNU readline, loaded when the module is imported: a program without a prompt does not pay for it.
#pragma once

#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "Objects/result.h"
#include "VM/line_input.h"

namespace minipy {

struct Thread;

#define READLINE_FUNCTIONS(X)                                                                      \
  X(add_history)                                                                                   \
  X(append_history) X(clear_history) X(free_history_entry) X(history_get) X(history_truncate_file) \
      X(read_history) X(remove_history) X(replace_history_entry) X(rl_bind_key)                    \
          X(rl_bind_key_in_map) X(rl_callback_handler_install) X(rl_callback_handler_remove)       \
              X(rl_callback_read_char) X(rl_callback_sigcleanup) X(rl_cleanup_after_signal)        \
                  X(rl_complete) X(rl_completion_matches) X(rl_free_line_state) X(rl_initialize)   \
                      X(rl_insert) X(rl_insert_text) X(rl_parse_and_bind) X(rl_read_init_file)     \
                          X(rl_redisplay) X(rl_resize_terminal) X(rl_variable_bind)                \
                              X(using_history) X(write_history)
#define READLINE_VARIABLES(X)                                                                \
  X(emacs_meta_keymap)                                                                       \
  X(history_length) X(rl_attempted_completion_function) X(rl_attempted_completion_over)      \
      X(rl_catch_signals) X(rl_catch_sigwinch) X(rl_completer_word_break_characters)         \
          X(rl_completion_append_character) X(rl_completion_display_matches_hook)            \
              X(rl_completion_suppress_append) X(rl_completion_type) X(rl_instream)          \
                  X(rl_line_buffer) X(rl_outstream) X(rl_pre_input_hook) X(rl_readline_name) \
                      X(rl_readline_version) X(rl_library_version) X(rl_startup_hook)

// Functions as they are, variables by their address.
struct Readline {
#define X(name) decltype(&::name) name;
  READLINE_FUNCTIONS(X)
  READLINE_VARIABLES(X)
#undef X
};
extern Readline editor;

// What Python code has set; empty or None if nothing.
struct EditorHooks {
  Value completer, startup, pre_input, display_matches;
  int completion_begin = 0, completion_end = 0;  // in characters of the line
  bool adds_history = true;  // lines that were read enter the history by themselves
};
extern EditorHooks editor_hooks;

// Loads the library and makes it the editor of terminal lines. Once.
Status start_line_editor(Thread& thread);
void display_matches(char** matches, int count, int longest);

}  // namespace minipy
