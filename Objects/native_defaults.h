// Calls of C++ functions by position that leave the last parameters out.
#pragma once

#include "Objects/native.h"

namespace minipy {

// Is it enough to give `count` arguments, self included, by position?
bool may_leave_out_rest(const Signature& signature, size_t count);
// Calls the row's function on them and the defaults of the others.
Value call_with_defaults(Thread& thread, const MethodRow& row, const Value* arguments, size_t count);

}  // namespace minipy
