// Lines from the terminal, through GNU readline.
#pragma once

#include <string>

#include "Objects/result.h"

namespace minipy {

struct Thread;

struct LineInput {
  std::string text;     // with its newline, as typed
  bool is_end = false;  // end of file
};
// Fails with KeyboardInterrupt at Ctrl-C.
Result<LineInput> read_terminal_line(Thread& thread, const char* prompt);

}  // namespace minipy
