// Calls of C++ functions by instructions, which are specialised to them.
#pragma once

#include "Objects/native.h"
#include "VM/form.h"

namespace minipy {

// Calls the builtin function or, in CALL_METHOD with a bound method, the method descriptor before `arguments`,
// and specialises the instruction at `pc` where the function takes just these arguments.
Value call_native(Thread& thread, Word* pc, Value* arguments, size_t count);

// Calls the row's function on just its parameters, where they lie.
inline Value call_in_place(Thread& thread, const MethodRow& row, const Value* arguments) {
  const BoundArguments bound{arguments, {}, nullptr};
  return row.binder(thread, bound, row);
}

}  // namespace minipy
