// memoryview[...]: items, slices and assignments.
#include <algorithm>
#include <cstring>
#include <string>

#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/memoryview.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

Result<char*> address_on_axis(Thread& thread, const Memoryview& view, char* data, int axis, int64_t index) {
  const int64_t count = view.shape[axis];
  if (index < 0) index += count;
  if (index < 0 || index >= count) {
    return raise(thread, IndexError, "index out of bounds on dimension {}", axis + 1);
  }
  data += view.strides[axis] * index;
  if (view.suboffsets && view.suboffsets[axis] >= 0) data = *reinterpret_cast<char**>(data) + view.suboffsets[axis];
  return data;
}

// A tuple with one index for each dimension.
Result<char*> address_of_tuple(Thread& thread, const Memoryview& view, const Tuple& indices) {
  const auto count = static_cast<int64_t>(indices.size);
  if (count < view.dimensions) return raise(thread, NotImplementedError, "sub-views are not implemented");
  if (count > view.dimensions) {
    return raise(thread, TypeError, "cannot index {}-dimension view with {}-element tuple", view.dimensions, count);
  }
  char* data = view.data;
  for (int axis = 0; axis < view.dimensions; ++axis) {
    const int64_t index = TRY(index_as_int64(thread, indices.items[axis], &IndexError));
    TRY(check_released(thread, view));
    data = TRY(address_on_axis(thread, view, data, axis, index));
  }
  return data;
}

bool is_multi_index(Value key) {
  return is_tuple(key) && std::all_of(key.as<Tuple>()->begin(), key.as<Tuple>()->end(), is_index);
}
bool is_multi_slice(Value key) {
  return is_tuple(key) && key.as<Tuple>()->size > 0 &&
         std::all_of(key.as<Tuple>()->begin(), key.as<Tuple>()->end(), is_slice);
}
bool is_empty_tuple(Value key) { return is_tuple(key) && key.as<Tuple>()->size == 0; }

Value slice_view(Thread& thread, Memoryview& view, const Slice& slice) {
  Memoryview* part = share_view(view);  // first of all: __index__ may release `view`
  const Result<SliceRange> range = slice_range(thread, slice, static_cast<size_t>(part->shape[0]));
  if (range.failed()) {
    const Value pending = take_exception(thread);
    TRY(memoryview_release(thread, part));
    return restore_exception(thread, pending);
  }
  part->data += part->strides[0] * range.value().start;
  part->shape[0] = std::max<int64_t>(range.value().count, 0);
  part->strides[0] *= range.value().step;
  part->size = part->item_size;
  for (int i = 0; i < part->dimensions; ++i) part->size *= part->shape[i];
  return part;
}

// The same format and shape, so that items can be copied as they are.
bool same_structure(const Buffer& to, const Buffer& from) {
  const auto plain = [](const char* format) {
    if (!format) format = "B";
    return std::string_view(*format == '@' ? format + 1 : format);
  };
  return plain(to.format) == plain(from.format) && to.item_size == from.item_size && to.dimensions == from.dimensions &&
         to.shape[0] == from.shape[0];
}

Status assign_slice(Thread& thread, Memoryview& view, const Slice& slice, Value value) {
  BufferLease source(thread);
  TRY(source.acquire(value, Buffer::kFullReadOnly));
  const Value part_value = TRY(slice_view(thread, view, slice));
  Memoryview& part = *part_value.as<Memoryview>();
  const Buffer to = part.as_buffer();
  if (view.is_released) {  // by __index__
    TRY(memoryview_release(thread, part_value));
    return check_released(thread, view);
  }
  const bool fits = source->dimensions == 1 && source->shape && same_structure(to, *source);
  if (!fits) {
    TRY(memoryview_release(thread, part_value));
    return raise(thread, ValueError, "memoryview assignment: lvalue and rvalue have different structures");
  }
  // Both may lie in the same memory: through a copy.
  std::string items(static_cast<size_t>(source->size), '\0');
  copy_contiguous(*source, reinterpret_cast<uint8_t*>(items.data()));
  const auto item_size = static_cast<size_t>(part.item_size);
  for (int64_t i = 0; i < part.shape[0]; ++i) {
    char* place = MUST(address_on_axis(thread, part, part.data, 0, i), "i is inside");
    std::memcpy(place, items.data() + static_cast<size_t>(i) * item_size, item_size);
  }
  return memoryview_release(thread, part_value);
}

}  // namespace

Result<char*> item_address(Thread& thread, const Memoryview& view, int64_t index) {
  return address_on_axis(thread, view, view.data, 0, index);
}

Value memoryview_sequence_item(Thread& thread, Value self, int64_t index) {
  Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  const char letter = TRY(supported_letter(thread, view));
  if (view.dimensions == 0) return raise(thread, TypeError, "invalid indexing of 0-dim memory");
  if (view.dimensions > 1) {
    return raise(thread, NotImplementedError, "multi-dimensional sub-views are not implemented");
  }
  return unpack_item(thread, TRY(item_address(thread, view, index)), letter);
}

Value memoryview_get(Thread& thread, Value self, Value key) {
  Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  if (view.dimensions == 0) {
    if (is_empty_tuple(key)) return unpack_item(thread, view.data, TRY(supported_letter(thread, view)));
    if (key == Ellipsis) return self;
    return raise(thread, TypeError, "invalid indexing of 0-dim memory");
  }
  if (is_index(key)) return memoryview_sequence_item(thread, self, TRY(index_as_int64(thread, key, &IndexError)));
  if (is_slice(key)) return slice_view(thread, view, *key.as<Slice>());
  if (is_multi_index(key)) {
    const char letter = TRY(supported_letter(thread, view));
    return unpack_item(thread, TRY(address_of_tuple(thread, view, *key.as<Tuple>())), letter);
  }
  if (is_multi_slice(key)) return raise(thread, NotImplementedError, "multi-dimensional slicing is not implemented");
  return raise(thread, TypeError, "memoryview: invalid slice key");
}

Status memoryview_set(Thread& thread, Value self, Value key, Value value) {
  Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  const char letter = TRY(supported_letter(thread, view));
  if (view.is_read_only) return raise(thread, TypeError, "cannot modify read-only memory");
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete memory");
  if (view.dimensions == 0) {
    if (key == Ellipsis || is_empty_tuple(key)) return pack_item(thread, view, view.data, letter, value);
    return raise(thread, TypeError, "invalid indexing of 0-dim memory");
  }
  if (is_index(key)) {
    if (view.dimensions > 1) return raise(thread, NotImplementedError, "sub-views are not implemented");
    const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    TRY(check_released(thread, view));
    return pack_item(thread, view, TRY(item_address(thread, view, index)), letter, value);
  }
  if (is_slice(key) && view.dimensions == 1) return assign_slice(thread, view, *key.as<Slice>(), value);
  if (is_multi_index(key)) {
    return pack_item(thread, view, TRY(address_of_tuple(thread, view, *key.as<Tuple>())), letter, value);
  }
  if (is_slice(key) || is_multi_slice(key)) {
    return raise(thread, NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
  }
  return raise(thread, TypeError, "memoryview: invalid slice key");
}

}  // namespace minipy
