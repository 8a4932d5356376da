// Copies whose size a program chooses.
#pragma once

#include "Objects/tuple.h"

namespace minipy {

// make_tuple() for who can report that there is no memory: nullptr then.
Tuple* try_make_tuple(const Value* items, size_t size);

}  // namespace minipy
