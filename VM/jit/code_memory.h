// Memory that holds machine code: written once, where it is not executable.
#pragma once

#include <cstddef>

namespace minipy::jit {

// A copy of `code`, which is position independent; null if there is no room left.
const char* place_code(const void* code, size_t size);

}  // namespace minipy::jit
