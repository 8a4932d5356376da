// Calls of C++ functions by instructions, which are specialised to them.
#pragma once

#include <string_view>

#include "Objects/function.h"
#include "Objects/native_defaults.h"
#include "VM/form.h"

namespace minipy {

// Calls the builtin function or, in CALL_METHOD with a bound method, the method descriptor before `arguments`,
// and specialises the instruction at `pc` where the function takes that many arguments by position.
Value call_native(Thread& thread, Word* pc, Value* arguments, size_t count);

// Whether it is the one of that name in the module `builtins`.
bool is_builtin_function(const BuiltinFunction& function, std::string_view name);

// Calls the row's function, of which the instruction is a special form, on arguments where they lie.
inline Value call_in_place(Thread& thread, const MethodRow& row, const Value* arguments, size_t count) {
  if (static_cast<size_t>(row.parsed->count) != count) return call_with_defaults(thread, row, arguments, count);
  const BoundArguments bound{arguments, {}, nullptr};
  return row.binder(thread, bound, row);
}

}  // namespace minipy
