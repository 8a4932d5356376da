// The parts of the sys module.
#pragma once

#include <span>

#include "Objects/native.h"

namespace minipy {

struct Module;

extern const char* const stdlib_module_names[];  // stdlib_names.cpp, ends with nullptr
std::span<const MethodRow> sys_function_rows();  // sys_functions.cpp
std::span<const MethodRow> sys_hook_rows();      // sys_hooks.cpp
void add_sys_information(Module& module);        // sys_information.cpp: version, flags, float_info, ...
Type& async_generator_hooks_type();

}  // namespace minipy
