// Reading from buffered streams.
#include "Modules/io/buffered.h"
#include "Objects/copy_bytes.h"
#include "Objects/growing_text.h"

namespace minipy {
namespace {

std::string_view take(Buffered& self, size_t size) {
  const std::string_view data(reinterpret_cast<const char*>(self.read_buffer + self.read_position), size);
  self.read_position += size;
  return data;
}

// What was asked for before has to be written before anything can be read.
Status prepare(Thread& thread, Buffered& self) {
  if (self.is_writable && self.write_size > 0) TRY(flush_and_rewind(thread, self));
  return nothing;
}

Value read_all(Thread& thread, Buffered& self) {
  GrowingBytes contents;
  contents += take(self, read_ahead(self));
  drop_read_ahead(self);
  TRY(prepare(thread, self));
  const Value readall = TRY(get_attribute_or_unbound(thread, self.raw, "readall"));
  if (!readall.is_unbound()) {
    const Value rest = TRY(call(thread, readall));
    if (!rest.is_none() && !has_kind(rest, Kind::Bytes)) {
      return raise(thread, TypeError, "readall() should return bytes");
    }
    if (rest.is_none()) return contents.empty() ? None : bytes_result(thread, contents);
    if (self.position >= 0) self.position += static_cast<int64_t>(rest.as<Bytes>()->size);
    if (contents.empty()) return rest;
    contents += rest.as<Bytes>()->view();
    return bytes_result(thread, contents);
  }
  for (;;) {
    const Value data = TRY(call_method(thread, self.raw, "read"));
    if (!data.is_none() && !has_kind(data, Kind::Bytes)) {
      return raise(thread, TypeError, "read() should return bytes");
    }
    if (data.is_none() || data.as<Bytes>()->size == 0) {
      if (contents.empty() && data.is_none()) return None;
      return bytes_result(thread, contents);
    }
    contents += data.as<Bytes>()->view();
    if (contents.failed()) return raise_memory_error(thread);
    if (self.position >= 0) self.position += static_cast<int64_t>(data.as<Bytes>()->size);
  }
}

// Reads until `size` bytes are there, the end, or the raw stream has nothing now. -1: nothing at all.
Result<int64_t> read_fully(Thread& thread, Buffered& self, uint8_t* target, size_t size, bool at_most_once) {
  size_t filled = std::min(size, read_ahead(self));
  const std::string_view ahead = take(self, filled);
  copy_bytes(target, ahead);
  // What is there is enough for one call, unless the rest needs no buffer.
  const bool is_enough = at_most_once && filled > 0 && size - filled <= self.buffer_size;
  if (filled == size || is_enough) return static_cast<int64_t>(filled);
  drop_read_ahead(self);
  TRY(prepare(thread, self));
  while (filled < size) {
    ssize_t count;
    if (size - filled >= self.buffer_size) {
      // Whole blocks go past the buffer.
      const size_t whole = at_most_once ? size - filled : (size - filled) / self.buffer_size * self.buffer_size;
      count = raw_read_into(thread, self, target + filled, whole);
      if (count > 0) filled += static_cast<size_t>(count);
    } else {
      count = fill_read_buffer(thread, self);
      if (count > 0) {
        const std::string_view data = take(self, std::min(size - filled, read_ahead(self)));
        copy_bytes(target + filled, data);
        filled += data.size();
      }
    }
    if (count == -2) return error;
    if (count == -1 && filled == 0) return int64_t{-1};
    if (count <= 0 || at_most_once) break;
  }
  return static_cast<int64_t>(filled);
}

Value read(Thread& thread, Buffered& self, Value size_value) {
  TRY(check_buffered_state(thread, self));
  int64_t size = -1;
  if (!size_value.is_none()) {
    if (!is_index(size_value)) {
      return raise(thread, TypeError, "argument should be integer or None, not '{}'", type_of(size_value));
    }
    size = TRY(index_as_int64(thread, size_value, &OverflowError));
  }
  if (size < -1) return raise(thread, ValueError, "read length must be non-negative or -1");
  TRY(check_buffered_open(thread, self, "read of closed file"));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  if (size < 0) return read_all(thread, self);
  if (static_cast<size_t>(size) <= read_ahead(self)) return make_bytes(take(self, static_cast<size_t>(size)));
  Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
  if (!bytes) return raise_memory_error(thread);
  const int64_t count = TRY(read_fully(thread, self, bytes->data(), bytes->size, false));
  if (count < 0) return None;
  if (static_cast<size_t>(count) == bytes->size) return bytes;
  return make_bytes(bytes->view().substr(0, static_cast<size_t>(count)));
}

Value peek(Thread& thread, Buffered& self, int64_t size) {
  (void)size;
  TRY(check_buffered_open(thread, self, "peek of closed file"));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  TRY(prepare(thread, self));
  if (read_ahead(self) == 0) {
    drop_read_ahead(self);
    if (fill_read_buffer(thread, self) == -2) return error;
  }
  return make_bytes({reinterpret_cast<const char*>(self.read_buffer + self.read_position), read_ahead(self)});
}

Value read1(Thread& thread, Buffered& self, int64_t size) {
  TRY(check_buffered_open(thread, self, "read of closed file"));
  return buffered_read1(thread, self, size);
}

Value read_into(Thread& thread, Buffered& self, Value target, bool at_most_once) {
  TRY(check_buffered_open(thread, self, "readinto of closed file"));
  BufferLease buffer(thread);
  TRY(acquire_writable(thread, buffer, target));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  const int64_t count = TRY(read_fully(thread, self, buffer.data(), buffer.size(), at_most_once));
  return count < 0 ? None : make_int(count);
}
Value readinto(Thread& thread, Buffered& self, Value target) { return read_into(thread, self, target, false); }
Value readinto1(Thread& thread, Buffered& self, Value target) { return read_into(thread, self, target, true); }

Value readline(Thread& thread, Buffered& self, Value size) {
  TRY(check_buffered_open(thread, self, "readline of closed file"));
  return buffered_read_line(thread, self, TRY(size_argument(thread, size)));
}

const MethodRow rows[] = {
    method<read>("read($self, size=-1, /)", "Read size bytes, or up to the end."),
    method<read1>("read1($self, size=-1, /)", "Read with at most one call of the raw stream."),
    method<readinto>("readinto($self, buffer, /)", "Fill a buffer; the number of bytes."),
    method<readinto1>("readinto1($self, buffer, /)", "The same with at most one call of the raw stream."),
    method<readline>("readline($self, size=-1, /)", "Read up to and with the next newline."),
    method<peek>("peek($self, size=0, /)", "What is buffered, without moving on."),
};

}  // namespace

Value buffered_read1(Thread& thread, Buffered& self, int64_t size) {
  if (size < 0) size = static_cast<int64_t>(self.buffer_size);
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  if (size == 0) return empty_bytes();
  if (read_ahead(self) > 0) return make_bytes(take(self, std::min(static_cast<size_t>(size), read_ahead(self))));
  drop_read_ahead(self);
  TRY(prepare(thread, self));
  Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
  if (!bytes) return raise_memory_error(thread);
  const ssize_t count = raw_read_into(thread, self, bytes->data(), bytes->size);
  if (count == -2) return error;
  return make_bytes(bytes->view().substr(0, static_cast<size_t>(std::max<ssize_t>(count, 0))));
}

Value buffered_read_line(Thread& thread, Buffered& self, int64_t limit) {
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  TRY(prepare(thread, self));
  GrowingBytes line;
  for (;;) {
    size_t room = read_ahead(self);
    if (limit >= 0) room = std::min(room, static_cast<size_t>(limit) - line.size());
    const char* start = reinterpret_cast<const char*>(self.read_buffer + self.read_position);
    const void* newline = room > 0 ? std::memchr(start, '\n', room) : nullptr;
    if (newline) {
      const size_t size = static_cast<size_t>(static_cast<const char*>(newline) - start) + 1;
      if (line.empty()) return make_bytes(take(self, size));
      line += take(self, size);
      return bytes_result(thread, line);
    }
    line += take(self, room);
    if (line.failed()) break;
    if (limit >= 0 && line.size() >= static_cast<size_t>(limit)) break;
    drop_read_ahead(self);
    const ssize_t count = fill_read_buffer(thread, self);
    if (count == -2) return error;
    if (count <= 0) break;
  }
  return bytes_result(thread, line);
}

std::span<const MethodRow> buffered_read_rows() { return rows; }

}  // namespace minipy
