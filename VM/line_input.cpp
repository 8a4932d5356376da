#include "VM/line_input.h"

#include <errno.h>
#include <stdio.h>

#include "VM/threads.h"

namespace minipy {

Result<LineInput> (*line_editor)(Thread& thread, const char* prompt) = nullptr;

Result<LineInput> read_terminal_line(Thread& thread, const char* prompt) {
  return line_editor ? line_editor(thread, prompt) : read_plain_line(thread, prompt);
}

Result<LineInput> read_plain_line(Thread& thread, const char* prompt) {
  fputs(prompt, stderr);
  fflush(stderr);
  LineInput line;
  for (;;) {
    int c;
    {
      const WithoutGil guard(thread);
      do {
        c = getc(stdin);
        if (c != EOF) line.text += static_cast<char>(c);
      } while (c != EOF && c != '\n');
    }
    if (c != EOF || !ferror(stdin) || errno != EINTR) break;
    clearerr(stdin);
    TRY(run_pending(thread));
  }
  // A terminal goes on after Ctrl-D.
  clearerr(stdin);
  line.is_end = line.text.empty();
  return line;
}

}  // namespace minipy
