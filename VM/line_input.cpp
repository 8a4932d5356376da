#include "VM/line_input.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/readline.h>
#include <readline/history.h>

#include "Objects/raise.h"
#include "VM/threads.h"

namespace minipy {
namespace {

char* finished_line = nullptr;
bool is_finished = false;

void take_line(char* line) {
  finished_line = line;
  is_finished = true;
  rl_callback_handler_remove();
}

}  // namespace

// Readline's callback interface: the wait is ours, so that a signal is seen at once.
Result<LineInput> read_terminal_line(Thread& thread, const char* prompt) {
  static bool is_initialized = false;
  if (!is_initialized) {
    is_initialized = true;
    rl_readline_name = "python";
    rl_catch_signals = 0;
    using_history();
  }
  is_finished = false;
  finished_line = nullptr;
  rl_callback_handler_install(prompt, take_line);
  while (!is_finished) {
    fd_set input;
    FD_ZERO(&input);
    FD_SET(0, &input);
    int ready;
    {
      const WithoutGil guard(thread);
      ready = select(1, &input, nullptr, nullptr, nullptr);
    }
    if (ready > 0) {
      rl_callback_read_char();
      continue;
    }
    if (run_pending(thread).failed()) {
      rl_free_line_state();
      rl_callback_sigcleanup();
      rl_cleanup_after_signal();
      rl_callback_handler_remove();
      return error;
    }
    if (ready < 0 && errno != EINTR) break;
  }
  if (!finished_line) return LineInput{"", true};
  if (*finished_line != '\0') add_history(finished_line);
  LineInput line{std::string(finished_line) + "\n", false};
  free(finished_line);
  return line;
}

}  // namespace minipy
