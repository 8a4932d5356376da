// Lines typed at a terminal.
#pragma once

#include <string>

#include "Objects/result.h"

namespace minipy {

struct Thread;

struct LineInput {
  std::string text;     // with its newline, as typed
  bool is_end = false;  // end of file
};
// Both fail with KeyboardInterrupt at Ctrl-C. The prompt of a plain line goes to stderr.
Result<LineInput> read_terminal_line(Thread& thread,
                                     const char* prompt);  // with the editor, if there is one
Result<LineInput> read_plain_line(Thread& thread, const char* prompt);
// The readline module puts itself here when it is imported.
extern Result<LineInput> (*line_editor)(Thread& thread, const char* prompt);

}  // namespace minipy
