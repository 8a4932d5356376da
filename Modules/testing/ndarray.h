// _testbuffer.ndarray: an exporter of buffers of every shape, for the tests of the buffer protocol.
// It is made of items and a structure (an original), or of another exporter's buffer (a consumer).
#pragma once

#include "Modules/struct_format.h"
#include "Objects/bytes.h"
#include "Objects/module_kinds.h"

namespace minipy {

// One structure of an ndarray, in scanned memory. push() and pop() make a list of them.
struct ArrayBase {
  Buffer buffer;   // all that an exporter can tell; `owner` is what a consumer asked
  char* data;      // of an original: the block that buffer.data points into
  int64_t offset;  // of an original's first item in `data`; of a consumer -1
  int flags;       // as given
  size_t exports;  // buffers of this structure that are in use
  ArrayBase *below, *above;
  bool is_consumer;
  bool has_parsed_format;
  StructFormat parsed_format;
};

struct NdArray : Object {
  static constexpr Kind kKind = ModuleKind::TestNdArray;
  ArrayBase* top;
};

enum NdFlags {
  kNdVariableExport = 1,  // push() and pop() although buffers are in use
  kNdWritable = 2,
  kNdFortran = 4,
  kNdScalar = 8,
  kNdPil = 0x10,  // the first dimension is an array of pointers, as in the Python Imaging Library
  kNdRedirect = 0x20,  // a consumer lets those who ask it ask its owner
  kNdGetBufferFails = 0x40,
  kNdGetBufferUndefined = 0x80,
  kNdCContiguous = 0x100,
};
constexpr int kNdMaxDimensions = 128;

// --- ndarray_make.cpp ---
struct NdArguments {
  Value items, shape, strides, format;  // the last two may be empty
  int64_t offset;
  int flags;
};
Result<ArrayBase*> make_original(Thread&, const NdArguments& arguments);
Result<NdArray*> make_consumer(Thread&, Value exporter, int request, int flags);
// PIL style for an array with strides, without moving an item: suboffsets that say nothing.
Status add_suboffsets(Thread&, NdArray& array);
// With shape and strides even if the buffer came without.
Buffer complete(const Buffer& buffer);

// --- ndarray_items.cpp ---
// `base` may be without a format of its own: items are bytes then.
Value unpack_array_item(Thread&, ArrayBase& base, const char* data);
Status pack_array_item(Thread&, ArrayBase& base, char* data, Value item);
char* array_address(const Buffer& buffer, char* data, int axis, int64_t index);  // index is inside
Value ndarray_sequence_item(Thread&, Value self, int64_t index);
Value ndarray_get(Thread&, Value self, Value key);
Status ndarray_set(Thread&, Value self, Value key, Value value);

// --- ndarray_type.cpp ---
void define_ndarray_type();

}  // namespace minipy
