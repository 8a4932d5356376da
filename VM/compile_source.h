// Compiling source text for the runtime: the command line, frozen modules, the prompt.
#pragma once

#include <string_view>

#include "Objects/code.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

enum class CompileMode { File, Interactive, Expression };
Result<Code*> compile_text(Thread& thread, std::string_view source, std::string_view filename, CompileMode mode);

}  // namespace minipy
