// The parts of the builtins module: each file brings the rows of its functions.
#pragma once

#include <span>

#include "Objects/native.h"

namespace minipy {

std::span<const MethodRow> number_function_rows();     // number_functions.cpp
std::span<const MethodRow> iteration_function_rows();  // iteration_functions.cpp
std::span<const MethodRow> attribute_function_rows();  // attribute_functions.cpp
std::span<const MethodRow> text_function_rows();       // text_functions.cpp
std::span<const MethodRow> execution_function_rows();  // execution_functions.cpp

// The name of a source file as compile() and symtable() take it.
Value source_filename(Thread& thread, Value filename);

// Of VM/: anext(iterator, default).
Value make_anext_awaitable(Value awaitable, Value fallback);

}  // namespace minipy
