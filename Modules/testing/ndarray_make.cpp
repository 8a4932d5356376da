// _testbuffer.ndarray: from items and a structure, or from another exporter.
#include <cstring>
#include <new>

#include "Modules/testing/ndarray.h"
#include "Objects/codecs.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

constexpr int64_t kPointerSize = sizeof(char*);

ArrayBase* new_base() {
  return new (gc_allocate_scanned_buffer(sizeof(ArrayBase))) ArrayBase{};
}

template <typename T>
T* new_numbers(int64_t count) {
  return static_cast<T*>(gc_allocate_leaf_buffer(static_cast<size_t>(count + 1) * sizeof(T)));
}

// The items of a list or tuple; of anything else an empty span and false.
bool items_of(Value sequence, std::span<const Value>& items) {
  if (is_tuple(sequence)) {
    items = {sequence.as<Tuple>()->items, sequence.as<Tuple>()->size};
  } else if (is_list(sequence)) {
    items = {sequence.as<List>()->begin(), sequence.as<List>()->size};
  } else {
    return false;
  }
  return true;
}

Result<int64_t*> read_numbers(Thread& thread, Value sequence, const char* name, bool is_signed,
                              int& count) {
  std::span<const Value> items;
  if (!items_of(sequence, items)) {
    return raise(thread, TypeError, "{} must be a list or a tuple", name);
  }
  if (items.size() > kNdMaxDimensions) {
    return raise(thread, ValueError, "ndim must not exceed {}", kNdMaxDimensions);
  }
  count = static_cast<int>(items.size());
  auto* numbers = new_numbers<int64_t>(count);
  for (int i = 0; i < count; ++i) {
    const Value item = items[static_cast<size_t>(i)];
    if (!is_any_int(item)) {
      return raise(thread, ValueError, "elements of {} must be integers", name);
    }
    numbers[i] = TRY(index_as_int64(thread, item, &OverflowError));
    if (!is_signed && numbers[i] < 0) {
      return raise(thread, ValueError, "elements of {} must be integers >= 0", name);
    }
  }
  return numbers;
}

// The text of a format, for a Buffer to point at.
Result<const char*> read_format(Thread& thread, Value format) {
  if (!is_str(format)) {
    return raise(thread, TypeError, "Struct() argument 1 must be a str or bytes object, not {}",
                 type_of(format));
  }
  const Value encoded = TRY(encode_ascii(thread, format.as<Str>()));
  const std::string_view text = encoded.as<Bytes>()->view();
  auto* copy = new_numbers<char>(static_cast<int64_t>(text.size()));
  copy_bytes(copy, text);
  copy[text.size()] = '\0';
  return copy;
}

void set_strides(Buffer& buffer, bool is_fortran) {
  buffer.strides = new_numbers<int64_t>(buffer.dimensions);
  int64_t stride = buffer.item_size;
  for (int i = 0; i < buffer.dimensions; ++i) {
    const int axis = is_fortran ? i : buffer.dimensions - 1 - i;
    buffer.strides[axis] = stride;
    if (__builtin_mul_overflow(stride, buffer.shape[axis], &stride))
      stride = 0;  // does not fit: refused
  }
}

// Every item must lie within the `size` bytes of memory.
Status check_structure(Thread& thread, const Buffer& buffer, int64_t offset, int64_t size) {
  if (offset % buffer.item_size) {
    return raise(thread, ValueError, "offset must be a multiple of itemsize");
  }
  int64_t end = 0;
  if (offset < 0 || __builtin_add_overflow(offset, buffer.item_size, &end) || end > size) {
    return raise(thread, ValueError, "offset out of bounds");
  }
  for (int i = 0; i < buffer.dimensions; ++i) {
    if (buffer.strides[i] % buffer.item_size) {
      return raise(thread, ValueError, "strides must be a multiple of itemsize");
    }
  }
  for (int i = 0; i < buffer.dimensions; ++i) {
    if (buffer.shape[i] == 0) return nothing;
  }
  __int128 lowest = offset, highest = end;
  for (int i = 0; i < buffer.dimensions; ++i) {
    const __int128 reach = static_cast<__int128>(buffer.shape[i] - 1) * buffer.strides[i];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (lowest < 0 || highest > size) {
    return raise(thread, ValueError, "invalid combination of buffer, shape and strides");
  }
  return nothing;
}

Status set_size(Thread& thread, Buffer& buffer) {
  buffer.size = buffer.item_size;
  for (int i = 0; i < buffer.dimensions; ++i) {
    if (buffer.shape[i] == 0) {
      buffer.size = 0;
      return nothing;
    }
  }
  for (int i = 0; i < buffer.dimensions; ++i) {
    if (__builtin_mul_overflow(buffer.size, buffer.shape[i], &buffer.size)) {
      return raise(thread, ValueError, "product of shape and itemsize is too large");
    }
  }
  return nothing;
}

// Reads format and structure; `item_count` items will follow.
Status read_structure(Thread& thread, ArrayBase& base, const NdArguments& arguments,
                      int64_t item_count) {
  Buffer& buffer = base.buffer;
  buffer.format = arguments.format.is_empty() ? "B" : TRY(read_format(thread, arguments.format));
  base.parsed_format = TRY(
      parse_struct_format(thread, buffer.format,
                          arguments.format.is_empty() ? 1 : arguments.format.as<Str>()->length()));
  base.has_parsed_format = true;
  buffer.item_size = base.parsed_format.size;
  if (buffer.item_size == 0) return raise(thread, ValueError, "itemsize must not be zero");
  int stride_count = 0;
  if (!arguments.strides.is_empty()) {
    buffer.strides = TRY(read_numbers(thread, arguments.strides, "strides", true, stride_count));
  }
  if (buffer.dimensions == 0 && (base.flags & kNdPil)) {
    return raise(thread, TypeError, "ndim = 0 cannot be used in conjunction with ND_PIL");
  }
  if (stride_count > 0) {
    if (base.flags & kNdFortran) {
      return raise(thread, TypeError, "ND_FORTRAN cannot be used together with strides");
    }
    if (stride_count != buffer.dimensions) {
      return raise(thread, ValueError, "len(shape) != len(strides)");
    }
  } else {
    set_strides(buffer, base.flags & kNdFortran);
  }
  int64_t size;
  if (__builtin_mul_overflow(item_count, buffer.item_size, &size))
    return raise_memory_error(thread);
  TRY(check_structure(thread, buffer, arguments.offset, size));
  return set_size(thread, buffer);
}

// Moves the items behind an array of pointers, one for each index of the first dimension.
Status make_pil_style(Thread& thread, ArrayBase& base, int64_t size) {
  Buffer& buffer = base.buffer;
  const int64_t count = buffer.shape[0];
  int64_t table_size;
  if (__builtin_mul_overflow(count, kPointerSize, &table_size) || table_size > INT64_MAX - size) {
    return raise_memory_error(thread);
  }
  auto* block = new_numbers<char>(table_size + size);
  if (!block) return raise_memory_error(thread);
  std::memcpy(block + table_size, base.data, static_cast<size_t>(size));
  // A pointer points to the lowest address of its part, the suboffset leads to the first item.
  int64_t suboffset = 0;
  for (int i = 1; i < buffer.dimensions && buffer.shape[i] > 0; ++i) {
    if (buffer.strides[i] < 0) suboffset -= buffer.strides[i] * (buffer.shape[i] - 1);
  }
  const bool is_backwards = buffer.strides[0] < 0;
  for (int64_t i = 0; i < count; ++i) {
    char* part = block + table_size + base.offset + buffer.strides[0] * i - suboffset;
    const int64_t place = is_backwards ? count - 1 - i : i;
    std::memcpy(block + place * kPointerSize, &part, sizeof part);
  }
  base.data = block;
  buffer.data = is_backwards && count > 0 ? block + (count - 1) * kPointerSize : block;
  buffer.strides[0] = is_backwards ? -kPointerSize : kPointerSize;
  buffer.suboffsets = new_numbers<int64_t>(buffer.dimensions);
  buffer.suboffsets[0] = suboffset;
  for (int i = 1; i < buffer.dimensions; ++i) buffer.suboffsets[i] = -1;
  return nothing;
}

}  // namespace

Result<ArrayBase*> make_original(Thread& thread, const NdArguments& arguments) {
  ArrayBase* base = new_base();
  Buffer& buffer = base->buffer;
  base->flags = arguments.flags;
  base->offset = arguments.offset;
  buffer.is_read_only = !(arguments.flags & kNdWritable);
  buffer.shape = TRY(read_numbers(thread, arguments.shape, "shape", false, buffer.dimensions));
  Value items = arguments.items;
  if (buffer.dimensions == 0) items = make_tuple({items});  // the only item
  std::span<const Value> values;
  if (!items_of(items, values)) return raise(thread, TypeError, "items must be a list or a tuple");
  if (values.empty()) {
    return raise(thread, ValueError, "initializer list or tuple must not be empty");
  }
  // A list may change while its items are packed.
  const Tuple* fixed = make_tuple(values.data(), values.size());
  TRY(read_structure(thread, *base, arguments, static_cast<int64_t>(fixed->size)));
  const int64_t size = static_cast<int64_t>(fixed->size) * buffer.item_size;
  base->data = new_numbers<char>(size);
  if (!base->data) return raise_memory_error(thread);
  for (size_t i = 0; i < fixed->size; ++i) {
    char* place = base->data + static_cast<int64_t>(i) * buffer.item_size;
    TRY(pack_array_item(thread, *base, place, fixed->items[i]));
  }
  buffer.data = base->data + base->offset;
  if (base->flags & kNdPil) TRY(make_pil_style(thread, *base, size));
  return base;
}

Result<NdArray*> make_consumer(Thread& thread, Value exporter, int request, int flags) {
  NdArray* array = allocate_finalizable<NdArray>();
  ArrayBase* base = new_base();
  base->is_consumer = true;
  base->offset = -1;
  base->flags = flags;
  TRY(get_buffer(thread, exporter, base->buffer, request));
  array->top = base;
  return array;
}

Status add_suboffsets(Thread& thread, NdArray& array) {
  Buffer& buffer = array.top->buffer;
  if (buffer.suboffsets) {
    return raise(thread, TypeError, "cannot add suboffsets to PIL-style array");
  }
  if (!buffer.strides || buffer.dimensions == 0) {
    return raise(thread, TypeError, "cannot add suboffsets to array without strides");
  }
  auto* suboffsets = new_numbers<int64_t>(buffer.dimensions);
  for (int i = 0; i < buffer.dimensions; ++i) suboffsets[i] = -1;
  buffer.suboffsets = suboffsets;
  return nothing;
}

Buffer complete(const Buffer& buffer) {
  Buffer whole = buffer;
  if (!whole.shape && whole.dimensions > 0) {
    whole.dimensions = 1;
    if (!whole.format) whole.item_size = 1;  // as plain bytes
    whole.shape = new_numbers<int64_t>(1);
    whole.shape[0] = whole.size / whole.item_size;
  }
  if (!whole.strides) set_strides(whole, false);
  return whole;
}

}  // namespace minipy
