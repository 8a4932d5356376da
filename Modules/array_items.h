// array.array: its layout, and items in and out of it.
#pragma once

#include "Objects/module_kinds.h"
#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct ArrayType {
  char typecode;
  uint8_t item_size;
  bool is_integer, is_signed;
};
const ArrayType* find_array_type(char32_t typecode);  // nullptr if there is none

struct Array : Object {
  static constexpr Kind kKind = ModuleKind::Array;
  uint8_t* buffer;  // collected, unscanned; null while empty
  int64_t size;     // in items
  int64_t capacity;
  int64_t exports;  // live buffers: no resizing then
  const ArrayType* type_row;

  uint8_t* at(int64_t index) { return buffer + index * type_row->item_size; }
};

// All items at once, if they are ints of up to 32 bits; false if not.
bool load_array_ints(const Array& array, Value* out);
Value array_item(const Array& array, int64_t index);
// Converts `value` into `out`, which has room for one item.
Status convert_array_item(Thread&, const ArrayType& type, Value value, uint8_t* out);
Status resize_array(Thread&, Array& array, int64_t size);
Value make_array(Thread&, Type& type, const ArrayType& row, int64_t size);
Status array_append(Thread&, Array& array, Value value);
Status array_extend_bytes(Thread&, Array& array, const void* bytes, int64_t size);
// _array_reconstructor(): items in a machine's format, other than this one's too.
Value reconstruct_array(Thread&, Value type, Value typecode, int64_t format, Value items);
int64_t array_format_code(const ArrayType& row);

}  // namespace minipy
