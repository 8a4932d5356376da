// What instructions that call C++ functions are specialised to.
#pragma once

#include "Objects/function.h"
#include "Objects/native.h"
#include "VM/form.h"

namespace minipy {

// Are that many arguments, self included, all that the binder wants, so that they can stay where
// they are?
bool takes_exactly(const MethodRow& row, size_t count);
// The form of CALL for a function that takes no self.
Op special_call(const BuiltinFunction& function);

}  // namespace minipy
