// Lines of source files, for tracebacks.
#pragma once

#include <optional>
#include <string>

#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

struct Code;
struct Thread;

// Line `number` (from 1) of a file as UTF-8, without its newline; looked for along sys.path if the
// name itself cannot be opened. Nothing if it is not there.
std::optional<std::string> source_line(Thread& thread, const Str& filename, int number);
// The text that was typed at the prompt for this code: tracebacks show it. Each statement's lines count from 1 and all are
// called "<stdin>", so it is the name as an object that tells them apart.
void remember_typed_source(Thread& thread, const Code& code, std::string_view text);

// ^ and ~ under the part of `line` between two columns (in bytes), "" if there is nothing to point out.
struct MarkedRange {
  int start_line, end_line, start_column, end_column;
};
std::string marks_under(const std::string& line, size_t stripped, const MarkedRange& range);

}  // namespace minipy
