// The parts of _testcapi: what CPython's own tests use to reach what no Python code can.
#pragma once

#include "Objects/native.h"

namespace minipy {

struct Module;

std::span<const MethodRow> calling_rows();    // calling.cpp
std::span<const MethodRow> exception_rows();  // exceptions.cpp
std::span<const MethodRow> object_rows();     // objects.cpp
std::span<const MethodRow> docstring_rows();  // docstrings.cpp
std::span<const MethodRow> file_rows();       // marshal_files.cpp

void add_calling_types(Module& module);  // calling.cpp
void add_class_types(Module& module);    // classes.cpp

}  // namespace minipy
