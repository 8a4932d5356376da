// The methods of str, a table for each file that has some; str_type.cpp joins them.
#pragma once

#include <span>

namespace minipy {

struct MethodRow;

extern const std::span<const MethodRow> str_find_methods;
extern const std::span<const MethodRow> str_case_methods;
extern const std::span<const MethodRow> str_split_methods;
extern const std::span<const MethodRow> str_layout_methods;
extern const std::span<const MethodRow> str_format_methods;

}  // namespace minipy
