// Lines of source files, for tracebacks.
#pragma once

#include <optional>
#include <string>

#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

struct Thread;

// Line `number` (from 1) of a file as UTF-8, without its newline; looked for along sys.path if the
// name itself cannot be opened. Nothing if it is not there.
std::optional<std::string> source_line(Thread& thread, const Str& filename, int number);
// What was typed at the prompt under this name, "<stdin>": tracebacks show it.
void remember_typed_source(const std::string& filename, const std::string& text);

// ^ and ~ under the part of `line` between two columns (in bytes), "" if there is nothing to point out.
struct MarkedRange {
  int start_line, end_line, start_column, end_column;
};
std::string marks_under(const std::string& line, size_t stripped, const MarkedRange& range);

}  // namespace minipy
