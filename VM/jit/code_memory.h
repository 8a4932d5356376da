// Memory that holds machine code: written once, never writable and executable at the same time.
#pragma once

#include <cstddef>

namespace minipy::jit {

// A copy of `code`, which is position independent; null if there is no room left.
const char* place_code(const void* code, size_t size);

}  // namespace minipy::jit
