// Instructions that are not worth a handler of their own. Each finds its operands at `base`, in the order of
// the bytecode's stack, and leaves its results there.
#pragma once

#include "Objects/result.h"
#include "VM/frame.h"

namespace minipy {

#define INSTRUCTION(name, words, destination, what)
#define RARE(name) Status rare_##name(Thread& thread, Frame& frame, Value* base, uint32_t argument);
#include "VM/instructions.def"

}  // namespace minipy
