// Tracebacks and exceptions as the interpreter shows them on stderr.
#pragma once

#include <string>

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;

// sys.excepthook: to sys.stderr. Never fails: what goes wrong on the way is swallowed.
void display_exception(Thread& thread, Value exception, Value traceback);
// The same as text.
Result<std::string> exception_text(Thread& thread, Value exception, Value traceback);
// sys.unraisablehook
Status display_unraisable(Thread& thread, Value unraisable);
// "Traceback (most recent call last):" and its entries.
Result<std::string> traceback_text(Thread& thread, Value traceback);
// Finds what the programmer may have meant: "Did you mean"; None if nothing is near.
Value suggestion_for(Thread& thread, Value exception);

}  // namespace minipy
