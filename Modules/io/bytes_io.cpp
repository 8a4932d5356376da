// BytesIO: a binary file in memory, and the buffer that getbuffer() shows.
#include <algorithm>

#include "Modules/io/io.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc_large.h"
#include "Objects/memoryview.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct BytesIOBuffer : Object {
  static constexpr Kind kKind = ModuleKind::BytesIOBuffer;
  Value source;
};

Failure raise_closed(Thread& thread) { return raise(thread, ValueError, "I/O operation on closed file."); }
Status check(Thread& thread, const BytesIO& self) {
  if (self.is_closed) return raise_closed(thread);
  return nothing;
}
Status check_exports(Thread& thread, const BytesIO& self) {
  if (self.exports == 0) return nothing;
  return raise(thread, BufferError, "Existing exports of data: object cannot be re-sized");
}

std::string_view contents(const BytesIO& self) { return {reinterpret_cast<const char*>(self.data), self.size}; }

// Room for `needed` bytes that are the file's own. One that was made from a bytes object reads that, and has no capacity.
Status reserve(Thread& thread, BytesIO& self, size_t needed) {
  if (needed <= self.capacity) return nothing;
  const size_t capacity = std::max({needed, self.size, self.capacity + self.capacity / 2 + 64});
  auto* data = static_cast<uint8_t*>(gc_allocate_leaf_buffer(capacity));
  if (!data) return raise_memory_error(thread);
  if (self.size > 0) std::memcpy(data, self.data, self.size);
  gc_free_large(self.data, self.capacity);
  self.data = data;
  self.capacity = capacity;
  return nothing;
}

Status store(Thread& thread, BytesIO& self, std::string_view bytes) {
  if (bytes.empty()) return nothing;
  const size_t end = self.position + bytes.size();
  if (end < bytes.size()) return raise(thread, OverflowError, "new buffer size too large");
  TRY(reserve(thread, self, end));
  if (self.position > self.size) std::memset(self.data + self.size, 0, self.position - self.size);
  copy_bytes(self.data + self.position, bytes);
  self.position = end;
  self.size = std::max(self.size, end);
  self.shared = Value();
  return nothing;
}

Status initialize(Thread& thread, BytesIO& self, Value initial) {
  TRY(check_exports(thread, self));
  self.size = self.position = 0;
  self.shared = Value();
  if (initial.is_empty() || initial.is_none()) return nothing;
  if (is_exact(initial, Kind::Bytes)) {
    Bytes& bytes = *initial.as<Bytes>();
    self.data = reinterpret_cast<uint8_t*>(bytes.data());
    self.size = bytes.size;
    self.capacity = 0;
    self.shared = initial;
    return nothing;
  }
  BufferLease buffer(thread);
  TRY(buffer.acquire(initial));
  TRY(store(thread, self, buffer.view()));
  self.position = 0;
  return nothing;
}
const MethodRow init_row = method<initialize>("BytesIO($self, /, initial_bytes=b'')", "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}

std::string_view take(BytesIO& self, int64_t wanted) {
  const size_t left = self.position < self.size ? self.size - self.position : 0;
  const size_t count = wanted < 0 ? left : std::min(left, static_cast<size_t>(wanted));
  if (count == 0) return {};
  const std::string_view data = contents(self).substr(self.position, count);
  self.position += count;
  return data;
}

std::string_view take_line(BytesIO& self, int64_t limit) {
  if (self.position >= self.size) return {};
  size_t room = self.size - self.position;
  if (limit >= 0) room = std::min(room, static_cast<size_t>(limit));
  const void* newline = room ? std::memchr(self.data + self.position, '\n', room) : nullptr;
  if (newline) room = static_cast<size_t>(static_cast<const uint8_t*>(newline) - (self.data + self.position)) + 1;
  return take(self, static_cast<int64_t>(room));
}

// What was taken from `self`; the whole content may be there as an object already.
Value taken(const BytesIO& self, std::string_view bytes) {
  return bytes.size() == self.size && !self.shared.is_empty() ? self.shared : Value(make_bytes(bytes));
}

Value read(Thread& thread, BytesIO& self, Value size) {
  const int64_t wanted = TRY(size_argument(thread, size));
  TRY(check(thread, self));
  return taken(self, take(self, wanted));
}
Value readline(Thread& thread, BytesIO& self, Value size) {
  const int64_t limit = TRY(size_argument(thread, size));
  TRY(check(thread, self));
  return taken(self, take_line(self, limit));
}
Value readlines(Thread& thread, BytesIO& self, Value hint) {
  const int64_t limit = TRY(size_argument(thread, hint));
  TRY(check(thread, self));
  List* lines = make_list();
  for (int64_t total = 0; limit <= 0 || total < limit;) {
    const std::string_view line = take_line(self, -1);
    if (line.empty()) break;
    total += static_cast<int64_t>(line.size());
    TRY(list_append(thread, *lines, taken(self, line)));
  }
  return lines;
}
Value readinto(Thread& thread, BytesIO& self, Value target) {
  TRY(check(thread, self));
  BufferLease buffer(thread);
  TRY(acquire_writable(thread, buffer, target));
  const std::string_view data = take(self, static_cast<int64_t>(buffer.size()));
  copy_bytes(buffer.data(), data);
  return make_int(static_cast<int64_t>(data.size()));
}
Value write(Thread& thread, BytesIO& self, Value data) {
  TRY(check(thread, self));
  TRY(check_exports(thread, self));
  BufferLease buffer(thread);
  TRY(buffer.acquire(data));
  TRY(check(thread, self));
  TRY(store(thread, self, buffer.view()));
  return make_int(static_cast<int64_t>(buffer.size()));
}
Value writelines(Thread& thread, BytesIO& self, Value lines) {
  TRY(check(thread, self));
  const Value iterator = TRY(iterate(thread, lines));
  for (;;) {
    const Value line = TRY(next(thread, iterator));
    if (line.is_unbound()) return None;
    TRY(write(thread, self, line));
  }
}

Value seek(Thread& thread, BytesIO& self, int64_t position, int whence) {
  TRY(check(thread, self));
  if (position < 0 && whence == 0) return raise(thread, ValueError, "negative seek value {}", position);
  if (whence < 0 || whence > 2) return raise(thread, ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  const int64_t base = whence == 0 ? 0 : whence == 1 ? static_cast<int64_t>(self.position)
                                                     : static_cast<int64_t>(self.size);
  if (position > INT64_MAX - base) return raise(thread, OverflowError, "new position too large");
  self.position = static_cast<size_t>(std::max<int64_t>(base + position, 0));
  return make_int(static_cast<int64_t>(self.position));
}
Value tell(Thread& thread, BytesIO& self) {
  TRY(check(thread, self));
  return make_int(static_cast<int64_t>(self.position));
}
Value truncate(Thread& thread, BytesIO& self, Value size_value) {
  TRY(check(thread, self));
  TRY(check_exports(thread, self));
  int64_t size = static_cast<int64_t>(self.position);
  if (!size_value.is_none()) size = TRY(index_as_int64(thread, size_value, &OverflowError));
  if (size < 0) return raise(thread, ValueError, "negative size value {}", size);
  if (static_cast<size_t>(size) < self.size) {
    TRY(reserve(thread, self, self.size));
    self.size = static_cast<size_t>(size);
    self.shared = Value();
  }
  return make_int(size);
}
Value getvalue(Thread& thread, BytesIO& self) {
  TRY(check(thread, self));
  if (self.shared.is_empty()) {
    Bytes* bytes = allocate_bytes(self.size);
    if (!bytes) return raise_memory_error(thread);
    if (self.size > 0) std::memcpy(bytes->data(), self.data, self.size);
    self.shared = bytes;
  }
  return self.shared;
}
Value getbuffer(Thread& thread, BytesIO& self) {
  TRY(check(thread, self));
  auto* view = allocate<BytesIOBuffer>();
  view->source = &self;
  return call(thread, &type_of_kind(Kind::Memoryview), {Value(view)});
}
Status close(Thread& thread, BytesIO& self) {
  TRY(check_exports(thread, self));
  self.is_closed = true;
  self.data = nullptr;
  self.size = self.capacity = 0;
  self.shared = Value();
  return nothing;
}
Result<bool> is_able(Thread& thread, BytesIO& self) {
  TRY(check(thread, self));
  return true;
}
Result<bool> isatty(Thread& thread, BytesIO& self) {
  TRY(check(thread, self));
  return false;
}
Status flush(Thread& thread, BytesIO& self) { return check(thread, self); }
bool get_closed(BytesIO& self) { return self.is_closed; }
size_t size_of(BytesIO& self) { return sizeof(BytesIO) + self.capacity; }

Value get_state(Thread& thread, BytesIO& self) {
  const Value value = TRY(getvalue(thread, self));
  const Value dict = TRY(instance_dict(thread, &self));
  const Value copy = is_dict(dict) && dict.as<Dict>()->count > 0 ? Value(dict_copy(*dict.as<Dict>())) : None;
  return make_tuple({value, make_int(static_cast<int64_t>(self.position)), copy});
}
Value set_state(Thread& thread, BytesIO& self, Value state) {
  if (!is_tuple(state) || state.as<Tuple>()->size < 3) {
    return raise(thread, TypeError, "{}.__setstate__ argument should be 3-tuple, got {}", type_of(&self), type_of(state));
  }
  TRY(check_exports(thread, self));
  const Tuple& items = *state.as<Tuple>();
  self.size = self.position = 0;
  TRY(write(thread, self, items.items[0]));
  if (!is_any_int(items.items[1])) {
    return raise(thread, TypeError, "second item of state must be an integer, not {}", type_of(items.items[1]));
  }
  const int64_t position = TRY(index_as_int64(thread, items.items[1], &OverflowError));
  if (position < 0) return raise(thread, ValueError, "position value cannot be negative");
  self.position = static_cast<size_t>(position);
  if (items.items[2].is_none()) return None;
  if (!is_dict(items.items[2])) {
    return raise(thread, TypeError, "third item of state should be a dict, got a {}", type_of(items.items[2]));
  }
  const Value dict = TRY(get_attribute(thread, &self, "__dict__"));
  return call_method(thread, dict, "update", {items.items[2]});
}

Value next_line(Thread& thread, Value value) {
  BytesIO& self = *value.as<BytesIO>();
  TRY(check(thread, self));
  const std::string_view line = take_line(self, -1);
  return line.empty() ? Unbound : taken(self, line);
}
Value iterate_self(Thread& thread, Value self) {
  TRY(check(thread, *self.as<BytesIO>()));
  return self;
}

const MethodRow rows[] = {
    method<is_able>("readable($self, /)", "True."),
    method<is_able>("seekable($self, /)", "True."),
    method<is_able>("writable($self, /)", "True."),
    method<close>("close($self, /)", "Drop the contents."),
    method<flush>("flush($self, /)", "Nothing to do."),
    method<isatty>("isatty($self, /)", "False."),
    method<tell>("tell($self, /)", "The current position."),
    method<write>("write($self, b, /)", "Write bytes; how many there were."),
    method<writelines>("writelines($self, lines, /)", "Write all of the lines."),
    method<read>("read1($self, size=-1, /)", "Read at most size bytes."),
    method<readinto>("readinto($self, buffer, /)", "Fill a buffer."),
    method<readline>("readline($self, size=-1, /)", "Read up to and with the next newline."),
    method<readlines>("readlines($self, size=None, /)", "A list of lines."),
    method<read>("read($self, size=-1, /)", "Read at most size bytes."),
    method<getbuffer>("getbuffer($self, /)", "A view of the contents that can be written to."),
    method<getvalue>("getvalue($self, /)", "All of the contents."),
    method<seek>("seek($self, pos, whence=0, /)", "Move to a position; the new one."),
    method<truncate>("truncate($self, size=None, /)", "Cut off, by default at the current position."),
    method<get_state>("!__getstate__($self)", ""),
    method<set_state>("!__setstate__($self, state, /)", ""),
    method<size_of>("!__sizeof__($self)", ""),
    getter<get_closed>("closed", "True if the file is closed."),
};

Status get_view(Thread& thread, Value value, Buffer& buffer, int flags) {
  BytesIO& self = *value.as<BytesIOBuffer>()->source.as<BytesIO>();
  // What is shared as bytes must not change under its other readers.
  TRY(reserve(thread, self, std::max<size_t>(self.size, 1)));
  self.shared = Value();
  TRY(fill_buffer(thread, buffer, value, self.data, static_cast<int64_t>(self.size), false, flags));
  ++self.exports;
  return nothing;
}
void release_view(Thread&, Value value, Buffer&) { --value.as<BytesIOBuffer>()->source.as<BytesIO>()->exports; }

}  // namespace

void define_bytes_io_types() {
  TypeSpec spec;
  spec.doc = "BytesIO(initial_bytes=b'')\n--\n\nA binary file in memory.";
  spec.instance_bytes = sizeof(BytesIO);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(BytesIO, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = init;
  spec.slots.iterate = iterate_self;
  spec.slots.next = next_line;
  define_type(ModuleKind::BytesIO, spec);
  TypeSpec buffer;
  buffer.instance_bytes = sizeof(BytesIOBuffer);
  buffer.module = "_io";
  buffer.flags = Type::kDisallowInstantiation;
  buffer.slots.get_buffer = get_view;
  buffer.slots.release_buffer = release_view;
  define_type(ModuleKind::BytesIOBuffer, buffer);
}

}  // namespace minipy
