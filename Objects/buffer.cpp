// The buffer protocol (PEP 3118): how an object lends its memory.
#include "Objects/bytes.h"
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

}  // namespace minipy
