// bytearray: a mutable sequence of bytes. Library "Bytearray Objects". While someone holds a buffer
// of it (a memoryview, a running read) its memory may not move, so its size cannot change.
#include <algorithm>
#include <cstring>

#include "Objects/bytearray.h"
#include "Objects/bytes_methods.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"
#include "Objects/gc_large.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Status bytearray_may_resize(Thread& thread, Bytearray& array) {
  if (array.exports == 0) return nothing;
  // Memoryviews that nobody uses any more still count until they are collected.
  gc_collect(thread);
  if (array.exports == 0) return nothing;
  return raise(thread, BufferError, "Existing exports of data: object cannot be re-sized");
}

namespace {

// Moves the contents to a block of `capacity` bytes.
Status move_to(Thread& thread, Bytearray& array, size_t capacity) {
  auto* block = static_cast<uint8_t*>(gc_allocate_leaf_buffer(capacity));
  if (!block) return raise_memory_error(thread);
  const size_t kept = std::min(array.size, capacity - 1);
  if (kept) std::memcpy(block, array.data(), kept);
  if (array.buffer) gc_free_large(array.buffer, array.capacity);
  array.buffer = block;
  array.offset = 0;
  array.capacity = capacity;
  return nothing;
}

}  // namespace

Status bytearray_resize(Thread& thread, Bytearray& array, size_t size) {
  if (size == array.size) return nothing;
  TRY(bytearray_may_resize(thread, array));
  if (size > INT64_MAX - 64) return raise_memory_error(thread);
  const size_t room = array.capacity - array.offset;  // 0 while there is no block
  if (size + 1 > room) {
    // In place from empty: exactly; growing again: by an eighth, so that appending is cheap.
    const size_t spare = array.size == 0 ? 0 : (size >> 3) + (size < 9 ? 3 : 6);
    TRY(move_to(thread, array, size + spare + 1));
  } else if (size + 1 < array.capacity / 2) {
    TRY(move_to(thread, array, size + 1));
  }
  array.size = size;
  array.buffer[array.offset + size] = 0;
  return nothing;
}

Bytearray* make_bytearray(std::string_view contents) {
  auto* array = allocate<Bytearray>();
  if (contents.empty()) return array;
  auto* block = static_cast<uint8_t*>(gc_allocate_leaf_buffer(contents.size() + 1));
  if (!block) return nullptr;
  copy_bytes(block, contents);
  block[contents.size()] = 0;
  array->buffer = block;
  array->size = contents.size();
  array->capacity = contents.size() + 1;
  return array;
}

Status bytearray_replace(Thread& thread, Bytearray& array, size_t start, size_t end, std::string_view contents) {
  const size_t removed = end - start;
  if (contents.size() < removed) {
    TRY(bytearray_may_resize(thread, array));
    const size_t shrink = removed - contents.size();
    if (start == 0) {
      array.offset += shrink;  // bytes at the front are only stepped over
      array.size -= shrink;
      if (array.size + 1 < array.capacity / 2) TRY(move_to(thread, array, array.size + 1));
      array.data()[array.size] = 0;
    } else {
      std::memmove(array.data() + start + contents.size(), array.data() + end, array.size - end);
      TRY(bytearray_resize(thread, array, array.size - shrink));
    }
  } else if (contents.size() > removed) {
    const size_t tail = array.size - end;
    TRY(bytearray_resize(thread, array, array.size + contents.size() - removed));
    std::memmove(array.data() + start + contents.size(), array.data() + end, tail);
  }
  copy_bytes(array.data() + start, contents);
  return nothing;
}

Status bytearray_append(Thread& thread, Bytearray& array, uint8_t byte) {
  TRY(bytearray_resize(thread, array, array.size + 1));
  array.data()[array.size - 1] = byte;
  return nothing;
}

namespace {

// Byte by byte, so that user code of the iterator sees the array grow.
Status fill_from_iterable(Thread& thread, Bytearray& array, Value iterable) {
  const TypeSlots& slots = type_of(iterable).slots;
  if (!slots.iterate && !slots.sequence_item) {
    return raise(thread, TypeError, "cannot convert '{}' object to bytearray", type_of(iterable));
  }
  return for_each(thread, iterable, [&](Value item) -> Status {
    return bytearray_append(thread, array, TRY(byte_argument(thread, item)));
  });
}

Status fill(Thread& thread, Bytearray& array, Value source) {
  if (!supports_buffer(source)) return fill_from_iterable(thread, array, source);
  BufferLease lease(thread);
  TRY(lease.acquire(source, Buffer::kFullReadOnly));
  TRY(bytearray_resize(thread, array, lease.size()));
  copy_contiguous(*lease, array.data());
  return nothing;
}

Status init(Thread& thread, Value self, const Value* arguments, size_t argument_count, Value keyword_names) {
  Bytearray& array = *self.as<Bytearray>();
  const SourceArguments given =
      TRY(source_arguments(thread, type_of_kind(Kind::Bytearray), arguments, argument_count, keyword_names));
  TRY(bytearray_resize(thread, array, 0));
  if (is_str(given.source)) {
    if (given.encoding.is_empty()) return raise(thread, TypeError, "string argument without an encoding");
    return fill(thread, array, TRY(encode_source(thread, given.source, given.encoding, given.errors)));
  }
  if (!given.encoding.is_empty() || !given.errors.is_empty()) {
    return raise(thread, TypeError, given.encoding.is_empty() ? "errors without a string argument"
                                                              : "encoding without a string argument");
  }
  if (given.source.is_empty()) return nothing;
  const int64_t count = TRY(source_count(thread, given.source));
  if (count < 0) return fill(thread, array, given.source);
  TRY(bytearray_resize(thread, array, static_cast<size_t>(count)));
  std::memset(array.data(), 0, static_cast<size_t>(count));
  return nothing;
}

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  if (&type == &type_of_kind(Kind::Bytearray)) return make_bytearray({});
  return allocate_instance_as<Bytearray>(type);
}

// ---- slots ----

Value repr_slot(Thread& thread, Value self) {
  Str* contents = TRY(bytes_repr(thread, contents_of(self), true));
  return format_message(thread, "{}({})", {MessageArgument(type_of(self).name), MessageArgument(contents)});
}

Value str_slot(Thread& thread, Value self) {
  if (bytes_warning_level) TRY(warn(thread, BytesWarning, "str() on a bytearray instance"));
  return repr_slot(thread, self);
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (is_str(left) || is_str(right)) {
    if (bytes_warning_level && (op == CompareOp::Equal || op == CompareOp::NotEqual)) {
      TRY(warn(thread, BytesWarning, "Comparison between bytearray and string"));
    }
    return NotImplemented;
  }
  BufferLease first(thread), second(thread);
  for (BufferLease* lease : {&first, &second}) {
    const Value side = lease == &first ? left : right;
    if (!supports_buffer(side)) return NotImplemented;
    if (lease->acquire(side).failed()) {
      take_exception(thread);
      return NotImplemented;
    }
  }
  return compare_bytes(first.view(), second.view(), op);
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  auto* array = self.as<Bytearray>();
  TRY(fill_buffer(thread, buffer, self, array->data(), static_cast<int64_t>(array->size), false, flags));
  ++array->exports;
  return nothing;
}

void release_buffer_slot(Thread&, Value self, Buffer&) { --self.as<Bytearray>()->exports; }

// The bytes to be stored by a slice assignment or +=; a copy where the source is no other bytearray.
Value assigned_bytes(Thread& thread, Value self, Value value) {
  if (value != self && is_bytearray(value)) return value;
  const Type& type = type_of(value);
  const bool is_number = type.slots.index || type.slots.to_int || type.slots.to_float;
  if (is_number || is_str(value)) {
    return raise(thread, TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
  }
  Bytearray* copy = make_bytearray({});
  TRY(fill(thread, *copy, value));
  return copy;
}

Status delete_steps(Thread& thread, Bytearray& array, SliceRange range) {
  TRY(bytearray_may_resize(thread, array));
  if (range.count == 0) return nothing;
  if (range.step < 0) {  // the same items, from the left
    range.start += (range.count - 1) * range.step;
    range.step = -range.step;
  }
  uint8_t* const data = array.data();
  size_t to = static_cast<size_t>(range.start), from = to;
  for (int64_t i = 0; i < range.count; ++i) {
    const size_t next = i + 1 < range.count ? from + static_cast<size_t>(range.step) : array.size;
    std::memmove(data + to, data + from + 1, next - from - 1);
    to += next - from - 1;
    from = next;
  }
  return bytearray_resize(thread, array, to);
}

Status set_slice(Thread& thread, Value self, const Slice& slice, Value value) {
  Bytearray& array = *self.as<Bytearray>();
  SliceRange range = TRY(unpack_slice(thread, slice));
  std::string_view contents;
  if (!value.is_empty()) contents = contents_of(TRY(assigned_bytes(thread, self, value)));
  fit_slice(range, array.size);
  if (range.step == 1) {
    const auto start = static_cast<size_t>(range.start);
    return bytearray_replace(thread, array, start, start + static_cast<size_t>(std::max<int64_t>(range.count, 0)), contents);
  }
  range.count = std::max<int64_t>(range.count, 0);
  if (contents.empty()) return delete_steps(thread, array, range);
  if (static_cast<int64_t>(contents.size()) != range.count) {
    return raise(thread, ValueError, "attempt to assign bytes of size {} to extended slice of size {}",
                 contents.size(), range.count);
  }
  for (int64_t i = 0; i < range.count; ++i) {
    array.data()[range.start + i * range.step] = static_cast<uint8_t>(contents[static_cast<size_t>(i)]);
  }
  return nothing;
}

Status set_item_at(Thread& thread, Value self, int64_t index, Value value) {
  Bytearray& array = *self.as<Bytearray>();
  uint8_t byte = 0;
  if (!value.is_empty()) byte = TRY(byte_argument(thread, value));
  const auto size = static_cast<int64_t>(array.size);
  if (index < 0) index += size;
  if (index < 0 || index >= size) return raise(thread, IndexError, "bytearray index out of range");
  if (value.is_empty()) {
    return bytearray_replace(thread, array, static_cast<size_t>(index), static_cast<size_t>(index) + 1, {});
  }
  array.data()[index] = byte;
  return nothing;
}

Status set_item_slot(Thread& thread, Value self, Value key, Value value) {
  if (is_index(key)) return set_item_at(thread, self, TRY(index_as_int64(thread, key, &IndexError)), value);
  if (is_slice(key)) return set_slice(thread, self, *key.as<Slice>(), value);
  return raise(thread, TypeError, "bytearray indices must be integers or slices, not {}", type_of(key));
}

Value inplace_concatenate(Thread& thread, Value self, Value other) {
  Bytearray& array = *self.as<Bytearray>();
  if (!supports_buffer(other)) {
    return raise(thread, TypeError, "can't concat {} to {}", type_of(other), type_of(self));
  }
  BufferLease lease(thread);
  TRY(lease.acquire(other));
  const size_t old_size = array.size;
  TRY(bytearray_resize(thread, array, old_size + lease.size()));
  copy_bytes(array.data() + old_size, lease);
  return self;
}

Value inplace_repeat(Thread& thread, Value self, int64_t count) {
  Bytearray& array = *self.as<Bytearray>();
  const size_t size = array.size;
  size_t wanted;
  if (__builtin_mul_overflow(size, static_cast<size_t>(std::max<int64_t>(count, 0)), &wanted)) {
    return raise_memory_error(thread);
  }
  TRY(bytearray_resize(thread, array, wanted));
  for (size_t done = size; done < wanted; done += size) std::memcpy(array.data() + done, array.data(), size);
  return self;
}

}  // namespace

void define_bytearray_types() {
  static MethodRow all_methods[kMaxByteMethods];
  TypeSpec spec;
  spec.doc =
      "bytearray(iterable_of_ints) -> bytearray\n"
      "bytearray(string, encoding[, errors]) -> bytearray\n"
      "bytearray(bytes_or_buffer) -> a copy that can be changed\n"
      "bytearray(int) -> that many zero bytes\n"
      "bytearray() -> empty bytearray\n\n"
      "A mutable sequence of integers in range(256).";
  spec.instance_bytes = sizeof(Bytearray);
  spec.flags = Type::kBaseType | Type::kSelfPattern;
  spec.slots.repr = repr_slot;
  spec.slots.str = str_slot;
  spec.slots.compare = compare_slot;
  spec.slots.iterate = byte_iterate;
  spec.slots.init = init;
  spec.slots.make = make;
  spec.slots.remainder = byte_remainder;
  spec.slots.map_length = byte_length;
  spec.slots.map_item = byte_item;
  spec.slots.map_set_item = set_item_slot;
  spec.slots.sequence_length = byte_length;
  spec.slots.concatenate = byte_concatenate;
  spec.slots.repeat = byte_repeat;
  spec.slots.sequence_item = byte_sequence_item;
  spec.slots.sequence_set_item = set_item_at;
  spec.slots.contains = byte_contains;
  spec.slots.inplace_concatenate = inplace_concatenate;
  spec.slots.inplace_repeat = inplace_repeat;
  spec.slots.get_buffer = get_buffer_slot;
  spec.slots.release_buffer = release_buffer_slot;
  spec.methods = with_shared_byte_methods(bytearray_methods(), all_methods);
  define_type(Kind::Bytearray, spec);

  TypeSpec iterator;
  iterator.instance_bytes = sizeof(ByteIterator);
  iterator.flags = Type::kDisallowInstantiation;
  iterator.slots.iterate = [](Thread&, Value self) { return self; };
  iterator.slots.next = byte_next;
  iterator.methods = byte_iterator_methods();
  define_type(Kind::BytearrayIterator, iterator);
}

}  // namespace minipy
