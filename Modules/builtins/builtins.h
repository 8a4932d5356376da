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

// The _ast module's part in compile(): code, or checked tree objects, from a tree object (Unbound if
// `source` is none), and tree objects from text (PyCF_ONLY_AST).
struct CompileRequest;
extern Value (*compile_tree_objects_hook)(Thread& thread, Value source, const CompileRequest& request);
extern Value (*parse_objects_hook)(Thread& thread, const CompileRequest& request);

// Of VM/: anext(iterator, default).
Value make_anext_awaitable(Value awaitable, Value fallback);

}  // namespace minipy
