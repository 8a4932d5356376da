// The buffer protocol (PEP 3118): how an object lends its memory.
#include "Objects/bytes.h"

#include <cstring>

#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy {

Status get_buffer(Thread& thread, Value object, Buffer& buffer, int flags) {
  const GetBufferSlot slot = type_of(object).slots.get_buffer;
  if (!slot) {
    return raise(thread, TypeError, "a bytes-like object is required, not '{}'", type_of(object));
  }
  return slot(thread, object, buffer, flags);
}

void release_buffer(Thread& thread, Buffer& buffer) {
  if (buffer.owner.is_empty()) return;
  const ReleaseBufferSlot slot = type_of(buffer.owner).slots.release_buffer;
  if (slot) slot(thread, buffer.owner, buffer);
  buffer.owner = Value();
}

bool supports_buffer(Value object) { return type_of(object).slots.get_buffer != nullptr; }

Status fill_buffer(Thread& thread, Buffer& buffer, Value owner, void* data, int64_t size,
                   bool is_read_only, int flags) {
  if ((flags & Buffer::kWritable) && is_read_only) {
    return raise(thread, BufferError, "Object is not writable.");
  }
  buffer.data = data;
  buffer.owner = owner;
  buffer.size = size;
  buffer.item_size = 1;
  buffer.is_read_only = is_read_only;
  buffer.dimensions = 1;
  buffer.format = (flags & Buffer::kFormat) ? "B" : nullptr;
  buffer.inline_shape[0] = size;
  buffer.inline_strides[0] = 1;
  buffer.shape = (flags & Buffer::kNd) == Buffer::kNd ? buffer.inline_shape : nullptr;
  buffer.strides = (flags & Buffer::kStrides) == Buffer::kStrides ? buffer.inline_strides : nullptr;
  buffer.suboffsets = nullptr;
  buffer.internal = nullptr;
  return nothing;
}

bool is_contiguous(const Buffer& buffer, char order) {
  if (buffer.suboffsets) return false;
  if (!buffer.strides || buffer.size == 0) return true;
  if (order == 'A') return is_contiguous(buffer, 'C') || is_contiguous(buffer, 'F');
  int64_t expected = buffer.item_size;
  for (int i = 0; i < buffer.dimensions; ++i) {
    const int axis = order == 'C' ? buffer.dimensions - 1 - i : i;
    if (buffer.shape[axis] > 1 && buffer.strides[axis] != expected) return false;
    expected *= buffer.shape[axis];
  }
  return true;
}

namespace {

// Copies the items below `axis`; the place to write them moves along.
void copy_axis(const Buffer& buffer, const char* from, int axis, uint8_t*& to) {
  if (axis == buffer.dimensions) {
    std::memcpy(to, from, static_cast<size_t>(buffer.item_size));
    to += buffer.item_size;
    return;
  }
  for (int64_t i = 0; i < buffer.shape[axis]; ++i) {
    const char* item = from + i * buffer.strides[axis];
    if (buffer.suboffsets && buffer.suboffsets[axis] >= 0) {
      item = *reinterpret_cast<char* const*>(item) + buffer.suboffsets[axis];
    }
    copy_axis(buffer, item, axis + 1, to);
  }
}

// Fortran order: the first index runs fastest.
void copy_fortran(const Buffer& buffer, uint8_t* to) {
  int64_t index[Buffer::kMaxDimensions] = {};
  for (int64_t left = buffer.size / buffer.item_size; left > 0; --left) {
    const char* item = static_cast<const char*>(buffer.data);
    for (int axis = 0; axis < buffer.dimensions; ++axis) {
      item += index[axis] * buffer.strides[axis];
      if (buffer.suboffsets && buffer.suboffsets[axis] >= 0) {
        item = *reinterpret_cast<char* const*>(item) + buffer.suboffsets[axis];
      }
    }
    std::memcpy(to, item, static_cast<size_t>(buffer.item_size));
    to += buffer.item_size;
    for (int axis = 0; axis < buffer.dimensions && ++index[axis] == buffer.shape[axis]; ++axis) index[axis] = 0;
  }
}

}  // namespace

void copy_contiguous(const Buffer& buffer, uint8_t* to, char order) {
  if (buffer.size == 0) return;
  if (is_contiguous(buffer, order)) {
    std::memcpy(to, buffer.data, static_cast<size_t>(buffer.size));
  } else if (order == 'F' || (order == 'A' && is_contiguous(buffer, 'F'))) {
    copy_fortran(buffer, to);
  } else {
    copy_axis(buffer, static_cast<const char*>(buffer.data), 0, to);
  }
}

}  // namespace minipy
