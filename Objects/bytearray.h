// Changing a bytearray from C++.
#pragma once

#include <span>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/native.h"

namespace minipy {

// "Existing exports of data: object cannot be re-sized"
Status bytearray_may_resize(Thread&, Bytearray& array);
// Puts `contents` (not the array's own) in place of bytes [start, end).
Status bytearray_replace(Thread&, Bytearray& array, size_t start, size_t end, std::string_view contents);
Status bytearray_append(Thread&, Bytearray& array, uint8_t byte);

std::span<const MethodRow> bytearray_methods();  // those that bytes does not have

}  // namespace minipy
