// PickleBuffer (PEP 574): memory of an object that may be pickled beside the pickle.
#include "Modules/pickle/pickle.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/memoryview.h"
#include "Objects/module_kinds.h"

namespace minipy::pickle {

struct PickleBuffer : Object {
  static constexpr Kind kKind = ModuleKind::PickleBuffer;
  Buffer* buffer;  // a lease of the object's memory; null once released
};

Result<Buffer*> buffer_of(Thread& thread, Value pickle_buffer) {
  PickleBuffer& self = *pickle_buffer.as<PickleBuffer>();
  if (self.buffer) return self.buffer;
  return raise(thread, ValueError, "operation forbidden on released PickleBuffer object");
}

namespace {

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const size_t given = count + (keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size);
  if (given > 1)
    return raise(thread, TypeError, "PickleBuffer() takes at most 1 argument ({} given)", given);
  if (count != 1) {
    return raise(thread, TypeError, "PickleBuffer() takes exactly 1 positional argument ({} given)",
                 count);
  }
  PickleBuffer* self = allocate_instance_as<PickleBuffer>(type);
  if (!self) return error;
  auto* buffer = static_cast<Buffer*>(gc_allocate_scanned_buffer(sizeof(Buffer)));
  new (buffer) Buffer();
  TRY(get_buffer(thread, arguments[0], *buffer, Buffer::kFullReadOnly));
  self->buffer = buffer;
  return Value(self);
}

void release(Thread& thread, PickleBuffer& self) {
  if (!self.buffer) return;
  Buffer* buffer = self.buffer;
  self.buffer = nullptr;
  release_buffer(thread, *buffer);
}

void finalize(Thread& thread, Value self) {
  release(thread, *self.as<PickleBuffer>());
}

// The memory as a memoryview of bytes, whatever its shape was.
Value raw(Thread& thread, PickleBuffer& self) {
  const Buffer* buffer = TRY(buffer_of(thread, &self));
  if (buffer->suboffsets || !is_contiguous(*buffer, 'A')) {
    return raise(thread, BufferError, "cannot extract raw buffer from non-contiguous buffer");
  }
  const Value whole = TRY(make_memoryview(thread, buffer->owner));
  Memoryview* flat = allocate_view(*whole.as<Memoryview>()->managed, 1);
  flat->data = static_cast<char*>(buffer->data);
  flat->size = flat->shape[0] = buffer->size;
  flat->item_size = flat->strides[0] = 1;
  flat->format = "B";
  flat->is_read_only = buffer->is_read_only;
  TRY(memoryview_release(thread, whole));
  return Value(flat);
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  const Buffer* held = TRY(buffer_of(thread, self));
  return get_buffer(thread, held->owner, buffer, flags);
}

const MethodRow methods[] = {
    method<raw>(
        "raw($self, /)",
        "A memoryview of the bytes behind the buffer, with one dimension and format 'B'.\n\n"
        "BufferError unless the buffer is contiguous."),
    method<release>("release($self, /)",
                    "Give the underlying memory back; the buffer cannot be used any more."),
};

}  // namespace

void define_pickle_buffer() {
  define_type(ModuleKind::PickleBuffer,
              {.doc = "A buffer that may be pickled beside the pickle",
               .instance_bytes = sizeof(PickleBuffer),
               .flags = Type::kHasWeakReferences | Type::kHasFinalizer | Type::kReleasesResource,
               .slots = {.make = make, .finalize = finalize, .get_buffer = get_buffer_slot},
               .methods = methods});
}

}  // namespace minipy::pickle
