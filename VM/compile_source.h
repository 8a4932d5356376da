// Compiling source text for the runtime: the command line, frozen modules, the prompt.
#pragma once

#include <cstdint>
#include <string_view>

#include "Objects/code.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

enum class CompileMode { File, Script, Interactive, Expression };  // interactive: at the prompt
// `flags` as compile() takes them.
Result<Code*> compile_text(Thread& thread, std::string_view source, std::string_view filename, CompileMode mode,
                           uint32_t flags = 0);
void set_compiler_optimization(int level);  // -O

}  // namespace minipy
