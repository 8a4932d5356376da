// The layout of memoryview. Several views (slices, casts) share one lease of the exporter's memory,
// which ends with the last of them.
#pragma once

#include <cstdint>

#include "Objects/bytes.h"
#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct ManagedBuffer {
  Buffer buffer;       // what the exporter gave
  size_t view_count;   // live memoryviews
};

struct Memoryview : Object {
  static constexpr Kind kKind = Kind::Memoryview;
  ManagedBuffer* managed;
  char* data;
  int64_t size;        // in bytes
  int64_t item_size;
  const char* format;  // never null
  int64_t* shape;      // the three arrays lie behind the struct
  int64_t* strides;
  int64_t* suboffsets; // null if there are none
  int64_t cached_hash; // 0: not computed
  size_t exports;      // live buffers of this view
  int32_t dimensions;
  bool is_read_only, is_released;

  // The view as a Buffer, for the functions that take one. It is no lease.
  Buffer as_buffer() const {
    Buffer buffer;
    buffer.data = data;
    buffer.size = size;
    buffer.item_size = item_size;
    buffer.is_read_only = is_read_only;
    buffer.dimensions = dimensions;
    buffer.format = format;
    buffer.shape = shape;
    buffer.strides = strides;
    buffer.suboffsets = suboffsets;
    return buffer;
  }
};

// Of a buffer that is given back (if it has an owner) with the last view.
Value make_memoryview_of_buffer(Thread&, const Buffer& buffer);
Status check_released(Thread&, const Memoryview& view);

// --- items (memoryview_items.cpp) ---
// The letter of a native format of one letter, '@' in front or not; 0 for any other.
char native_letter(const char* format);
int64_t native_item_size(char letter);  // -1: no such format
// "memoryview: format X not supported"; the letter.
Result<char> supported_letter(Thread&, const Memoryview& view);
Value unpack_item(Thread&, const char* data, char letter);
Status pack_item(Thread&, Memoryview& view, char* data, char letter, Value value);
// Same shape and equal items.
Result<bool> buffers_equal(Thread&, const Buffer& left, const Buffer& right);

// --- subscripts (memoryview_subscript.cpp) ---
Value memoryview_get(Thread&, Value self, Value key);
Value memoryview_sequence_item(Thread&, Value self, int64_t index);
Status memoryview_set(Thread&, Value self, Value key, Value value);
// The address of item `index` of the first dimension.
Result<char*> item_address(Thread&, const Memoryview& view, int64_t index);

// A further view of the same memory with as many dimensions.
Memoryview* share_view(const Memoryview& view);
Memoryview* allocate_view(ManagedBuffer& managed, int dimensions);  // the arrays are to be filled

Value memoryview_cast(Thread&, Value self, Value format, Value shape);

}  // namespace minipy
