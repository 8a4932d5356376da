// Checks code that did not come from our own compiler just now: whatever bytes a file held, what
// passes can be translated and run. docs/cache.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "Objects/code.h"

namespace minipy {

struct BytecodeFault {
  const Code* code;
  uint32_t offset;  // in co_code, in bytes
  const char* what;
};

// The first fault in the code or in code among its constants. One pass over each; runs no Python
// code.
std::optional<BytecodeFault> find_bytecode_fault(const Code& code);

// In this code alone.
std::optional<BytecodeFault> find_fault_in(const Code& code);

// "in f (module.py), offset 12: jump to no instruction"
std::string describe(const BytecodeFault& fault);

}  // namespace minipy
