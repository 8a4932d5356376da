// The modules written in C++, by name.
#pragma once

#include <string_view>

#include "Objects/module.h"

namespace minipy {

// nullptr if there is none of this name.
const ModuleSpec* find_native_module(std::string_view name);
Tuple* native_module_names();  // sys.builtin_module_names

}  // namespace minipy
