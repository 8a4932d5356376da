// _testbuffer.ndarray[...]: items, parts and assignments.
#include <algorithm>
#include <cstring>

#include "Modules/testing/ndarray.h"
#include "Objects/bytearray.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Status parse_format(Thread& thread, ArrayBase& base) {
  if (base.has_parsed_format) return nothing;
  const char* format = base.buffer.format ? base.buffer.format : "B";
  base.parsed_format = TRY(parse_struct_format(thread, format, std::strlen(format)));
  if (base.parsed_format.size > base.buffer.item_size) {
    return raise(thread, ValueError, "an item is smaller than its format");
  }
  base.has_parsed_format = true;
  return nothing;
}

Failure raise_mismatch(Thread& thread) {
  return raise(thread, ValueError, "mismatch between initializer element and format string");
}

// The values that an item is made of: a list or tuple has one for each code of the format.
Result<const Tuple*> values_of(Thread& thread, Value item) {
  if (is_tuple(item)) return item.as<Tuple>();
  if (is_list(item)) return make_tuple(item.as<List>()->begin(), item.as<List>()->size);
  if (is_any_int(item) || item.is_double() || item.is_bool() || has_kind(item, Kind::Bytes)) {
    return make_tuple({item});
  }
  return raise_mismatch(thread);
}

bool is_empty_tuple(Value key) {
  return is_tuple(key) && key.as<Tuple>()->size == 0;
}

bool is_scalar_key(Value key) {
  return key == Ellipsis || is_empty_tuple(key);
}

Failure raise_invalid_key(Thread& thread, Value key) {
  return raise(thread, TypeError, "cannot index memory using \"{}\"", type_of(key));
}

Result<int64_t> inside(Thread& thread, int64_t index, int64_t count) {
  if (index < 0) index += count;
  if (index < 0 || index >= count) return raise(thread, IndexError, "index out of bounds");
  return index;
}

// A consumer's description of memory becomes its own: others' arrays are not written to.
void own_arrays(Buffer& buffer) {
  const auto bytes = static_cast<size_t>(buffer.dimensions) * sizeof(int64_t);
  const auto copy = [bytes](int64_t*& numbers) {
    if (!numbers) return;
    void* made = gc_allocate_leaf_buffer(bytes + sizeof(int64_t));
    std::memcpy(made, numbers, bytes);
    numbers = static_cast<int64_t*>(made);
  };
  copy(buffer.shape);
  copy(buffer.strides);
  copy(buffer.suboffsets);
}

void update_size(Buffer& buffer) {
  const int64_t* begin = buffer.shape;
  const int64_t* end = begin + buffer.dimensions;
  buffer.size = std::find(begin, end, 0) != end ? 0 : buffer.item_size;
  for (int i = 0; buffer.size > 0 && i < buffer.dimensions; ++i) buffer.size *= buffer.shape[i];
}

// One part along the first dimension, which has more than one.
Value part_at(Thread& thread, Value self, int64_t index) {
  NdArray* part = TRY(make_consumer(thread, self, Buffer::kFullReadOnly, 0));
  Buffer& buffer = part->top->buffer;
  index = TRY(inside(thread, index, buffer.shape[0]));
  buffer.data = array_address(buffer, static_cast<char*>(buffer.data), 0, index);
  own_arrays(buffer);
  --buffer.dimensions;
  ++buffer.shape;
  ++buffer.strides;
  bool has_suboffsets = false;
  if (buffer.suboffsets) {
    ++buffer.suboffsets;
    for (int i = 0; i < buffer.dimensions; ++i) has_suboffsets |= buffer.suboffsets[i] >= 0;
  }
  if (!has_suboffsets) buffer.suboffsets = nullptr;
  update_size(buffer);
  own_arrays(buffer);  // a block lives by a pointer to its start
  return part;
}

// Where the first item of a slice of `axis` begins: behind the last pointer that is followed
// before.
void move_start(Buffer& buffer, int axis, int64_t distance) {
  for (int i = axis - 1; buffer.suboffsets && i >= 0; --i) {
    if (buffer.suboffsets[i] >= 0) {
      buffer.suboffsets[i] += distance;
      return;
    }
  }
  buffer.data = static_cast<char*>(buffer.data) + distance;
}

Value sliced(Thread& thread, Value self, Value key) {
  NdArray* part = TRY(make_consumer(thread, self, Buffer::kFullReadOnly, 0));
  Buffer& buffer = part->top->buffer;
  own_arrays(buffer);
  const std::span<const Value> keys =
      is_tuple(key) ? std::span<const Value>(key.as<Tuple>()->items, key.as<Tuple>()->size)
                    : std::span<const Value>(&key, 1);
  int axis = 0;
  for (const Value slice : keys) {
    if (!is_slice(slice)) return raise_invalid_key(thread, slice);
    if (axis == buffer.dimensions) return raise(thread, IndexError, "too many indices");
    const auto count = static_cast<size_t>(buffer.shape[axis]);
    const SliceRange range = TRY(slice_range(thread, *slice.as<Slice>(), count));
    move_start(buffer, axis, buffer.strides[axis] * range.start);
    buffer.shape[axis] = range.count;
    buffer.strides[axis] *= range.step;
    ++axis;
  }
  update_size(buffer);
  return part;
}

// Copies the items below `axis`. Rows are what overlapping memory is copied through: `row` has room
// for one.
void copy_items(const Buffer& to, char* target, const Buffer& from, char* source, int axis,
                char* row) {
  const auto size = static_cast<size_t>(to.item_size);
  if (axis == to.dimensions) {
    std::memmove(target, source, size);
    return;
  }
  const int64_t count = to.shape[axis];
  if (axis < to.dimensions - 1) {
    for (int64_t i = 0; i < count; ++i) {
      copy_items(to, array_address(to, target, axis, i), from, array_address(from, source, axis, i),
                 axis + 1, row);
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(row + i * to.item_size, array_address(from, source, axis, i), size);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(array_address(to, target, axis, i), row + i * to.item_size, size);
}

bool have_same_structure(const Buffer& left, const Buffer& right) {
  const auto format = [](const Buffer& buffer) {
    return std::string_view(buffer.format ? buffer.format : "B");
  };
  if (format(left) != format(right) || left.item_size != right.item_size) return false;
  if (left.dimensions != right.dimensions) return false;
  for (int i = 0; i < left.dimensions; ++i) {
    if (left.shape[i] != right.shape[i]) return false;
    if (left.shape[i] == 0) break;
  }
  return true;
}

Status assign_part(Thread& thread, Value self, Value key, Value value) {
  BufferLease source(thread);
  TRY(source.acquire(value, Buffer::kFullReadOnly));
  const Value part = TRY(ndarray_get(thread, self, key));
  if (!has_kind(part, NdArray::kKind)) return raise_invalid_key(thread, key);
  const Buffer& target = part.as<NdArray>()->top->buffer;
  if (!have_same_structure(target, *source)) {
    return raise(thread, ValueError,
                 "ndarray assignment: lvalue and rvalue have different structures");
  }
  if (target.size == 0) return nothing;
  const int64_t row_length = target.dimensions > 0 ? target.shape[target.dimensions - 1] : 1;
  auto* row = static_cast<char*>(
      gc_allocate_leaf_buffer(static_cast<size_t>(row_length * target.item_size)));
  if (!row) return raise_memory_error(thread);
  copy_items(target, static_cast<char*>(target.data), *source, static_cast<char*>(source->data), 0,
             row);
  return nothing;
}

}  // namespace

char* array_address(const Buffer& buffer, char* data, int axis, int64_t index) {
  data += buffer.strides[axis] * index;
  if (buffer.suboffsets && buffer.suboffsets[axis] >= 0) {
    data = *reinterpret_cast<char**>(data) + buffer.suboffsets[axis];
  }
  return data;
}

Value unpack_array_item(Thread& thread, ArrayBase& base, const char* data) {
  TRY(parse_format(thread, base));
  const StructFormat& format = base.parsed_format;
  const auto* bytes = reinterpret_cast<const uint8_t*>(data);
  Tuple* values = allocate_tuple(static_cast<size_t>(format.item_count));
  if (!values) return raise_memory_error(thread);
  size_t count = 0;
  for (size_t i = 0; i < format.code_count; ++i) {
    const StructCode& code = format.codes[i];
    for (int64_t j = 0; j < code.repeat; ++j) {
      values->items[count++] = unpack_item(code, bytes + code.offset + j * code.size);
    }
  }
  if (count == 0) return empty_tuple();
  return count == 1 ? values->items[0] : Value(values);
}

Status pack_array_item(Thread& thread, ArrayBase& base, char* data, Value item) {
  TRY(parse_format(thread, base));
  const StructFormat& format = base.parsed_format;
  const Tuple* values = TRY(values_of(thread, item));
  if (static_cast<int64_t>(values->size) != format.item_count) return raise_mismatch(thread);
  // An item appears whole: packing runs Python code, and may fail in the middle.
  const auto size = static_cast<size_t>(format.size);
  auto* packed = static_cast<uint8_t*>(gc_allocate_leaf_buffer(size + 1));
  if (!packed) return raise_memory_error(thread);
  std::memset(packed, 0, size);
  size_t count = 0;
  for (size_t i = 0; i < format.code_count; ++i) {
    const StructCode& code = format.codes[i];
    for (int64_t j = 0; j < code.repeat; ++j) {
      TRY(pack_item(thread, code, values->items[count++], packed + code.offset + j * code.size));
    }
  }
  std::memcpy(data, packed, size);
  return nothing;
}

Value ndarray_sequence_item(Thread& thread, Value self, int64_t index) {
  ArrayBase& base = *self.as<NdArray>()->top;
  if (base.buffer.dimensions == 0) return raise(thread, TypeError, "invalid indexing of scalar");
  if (base.buffer.dimensions > 1) return part_at(thread, self, index);
  const Buffer whole = complete(base.buffer);
  index = TRY(inside(thread, index, whole.shape[0]));
  return unpack_array_item(thread, base,
                           array_address(whole, static_cast<char*>(whole.data), 0, index));
}

Value ndarray_get(Thread& thread, Value self, Value key) {
  ArrayBase& base = *self.as<NdArray>()->top;
  if (base.buffer.dimensions == 0) {
    if (key == Ellipsis) return self;
    if (!is_empty_tuple(key)) return raise(thread, TypeError, "invalid indexing of scalar");
    return unpack_array_item(thread, base, static_cast<char*>(base.buffer.data));
  }
  if (is_index(key)) {
    return ndarray_sequence_item(thread, self, TRY(index_as_int64(thread, key, &OverflowError)));
  }
  if (!is_slice(key) && !is_tuple(key)) return raise_invalid_key(thread, key);
  return sliced(thread, self, key);
}

Status ndarray_set(Thread& thread, Value self, Value key, Value value) {
  ArrayBase& base = *self.as<NdArray>()->top;
  if (base.buffer.is_read_only) return raise(thread, TypeError, "ndarray is not writable");
  if (value.is_empty()) return raise(thread, TypeError, "ndarray data cannot be deleted");
  if (base.buffer.dimensions == 0) {
    if (!is_scalar_key(key)) return raise(thread, TypeError, "invalid indexing of scalar");
    return pack_array_item(thread, base, static_cast<char*>(base.buffer.data), value);
  }
  if (!is_index(key) || base.buffer.dimensions > 1) return assign_part(thread, self, key, value);
  const int64_t index = TRY(index_as_int64(thread, key, &OverflowError));
  const Buffer whole = complete(base.buffer);
  char* place = array_address(whole, static_cast<char*>(whole.data), 0,
                              TRY(inside(thread, index, whole.shape[0])));
  return pack_array_item(thread, base, place, value);
}

}  // namespace minipy
