// BufferedReader, BufferedWriter, BufferedRandom: what they share, and writing.
#include "Modules/io/buffered.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "Objects/copy_bytes.h"
#include "Objects/exception.h"
#include "Objects/module_kinds.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {

Status BufferLock::acquire() {
  TRY(acquire_whatever_state());
  return check_buffered_state(thread_, self_);  // somebody may have detached it in the meantime
}

Status BufferLock::acquire_whatever_state() {
  if (self_.owner == &thread_) {
    return raise(thread_, RuntimeError, "reentrant call inside {}", Repr{Value(&self_)});
  }
  while (self_.owner) {
    const WithoutGil guard(thread_);
    const timespec pause{0, 200000};
    nanosleep(&pause, nullptr);
  }
  self_.owner = &thread_;
  held_ = true;
  return nothing;
}

Status check_buffered_state(Thread& thread, const Buffered& self) {
  if (!self.raw.is_empty()) return nothing;
  if (self.is_detached) return raise(thread, ValueError, "raw stream has been detached");
  return raise(thread, ValueError, "I/O operation on uninitialized object");
}

Status check_buffered_open(Thread& thread, Buffered& self, const char* message) {
  TRY(check_buffered_state(thread, self));
  if (is_plain_file(self.raw)) {
    if (self.raw.as<FileIO>()->descriptor >= 0) return nothing;
  } else if (!TRY(is_closed(thread, self.raw))) {
    return nothing;
  }
  return raise(thread, ValueError, "{}", message);
}

bool prepare_read_buffer(Buffered& self) {
  if (self.read_buffer && self.read_capacity >= self.buffer_size) return true;
  void* memory = gc_allocate_leaf_buffer(self.buffer_size);
  if (!memory) return false;
  self.read_buffer = static_cast<uint8_t*>(memory);
  self.read_capacity = self.buffer_size;
  return true;
}

ssize_t raw_read_into(Thread& thread, Buffered& self, uint8_t* target, size_t size) {
  ssize_t count;
  if (is_plain_file(self.raw) && self.raw.as<FileIO>()->descriptor >= 0) {
    count = file_read(thread, *self.raw.as<FileIO>(), target, size);
  } else {
    const Value array = call(thread, &type_of_kind(Kind::Bytearray), {make_int(static_cast<int64_t>(size))});
    if (array.is_empty()) return -2;
    const Value view = call(thread, &type_of_kind(Kind::Memoryview), {array});
    if (view.is_empty()) return -2;
    const Value result = call_method(thread, self.raw, "readinto", {view});
    if (result.is_empty()) return -2;
    if (result.is_none()) return -1;
    const Result<int64_t> number = index_as_int64(thread, result, &ValueError);
    if (number.failed()) {
      const Value cause = take_exception(thread);
      raise(thread, OSError, "raw readinto() failed");
      exception_object(thread.exception).cause = cause;
      return -2;
    }
    count = number.value();
    if (count < 0 || static_cast<size_t>(count) > size) {
      raise(thread, OSError, "raw readinto() returned invalid length {} (should have been between 0 and {})", count,
            size);
      return -2;
    }
    std::memcpy(target, array.as<Bytearray>()->data(), static_cast<size_t>(count));
  }
  if (count > 0 && self.position >= 0) self.position += count;
  return count;
}

ssize_t raw_write_from(Thread& thread, Buffered& self, const uint8_t* data, size_t size) {
  ssize_t count;
  if (is_plain_file(self.raw) && self.raw.as<FileIO>()->descriptor >= 0) {
    count = file_write(thread, *self.raw.as<FileIO>(), data, size);
  } else {
    const Value bytes = make_bytes({reinterpret_cast<const char*>(data), size});
    const Value view = call(thread, &type_of_kind(Kind::Memoryview), {bytes});
    if (view.is_empty()) return -2;
    const Value result = call_method(thread, self.raw, "write", {view});
    if (result.is_empty()) return -2;
    if (result.is_none()) return -1;
    const Result<int64_t> number = index_as_int64(thread, result, &ValueError);
    if (number.failed()) return -2;
    count = number.value();
    if (count < 0 || static_cast<size_t>(count) > size) {
      raise(thread, OSError, "raw write() returned invalid length {} (should have been between 0 and {})", count, size);
      return -2;
    }
  }
  if (count > 0 && self.position >= 0) self.position += count;
  return count;
}

ssize_t fill_read_buffer(Thread& thread, Buffered& self) {
  if (!prepare_read_buffer(self)) {
    raise_memory_error(thread);
    return -2;
  }
  if (self.read_position == self.read_end) drop_read_ahead(self);
  const ssize_t count =
      raw_read_into(thread, self, self.read_buffer + self.read_end, self.read_capacity - self.read_end);
  if (count > 0) self.read_end += static_cast<size_t>(count);
  return count;
}

namespace {

Result<int64_t> raw_position(Thread& thread, Buffered& self, Value result) {
  const int64_t position = TRY(index_as_int64(thread, result, &ValueError));
  if (position < 0) return raise(thread, OSError, "Raw stream returned invalid position {}", position);
  self.position = position;
  return position;
}

}  // namespace

Result<int64_t> raw_seek(Thread& thread, Buffered& self, int64_t offset, int whence) {
  const Value result = TRY(call_method(thread, self.raw, "seek", {make_int(offset), make_int(whence)}));
  return raw_position(thread, self, result);
}
Result<int64_t> raw_tell(Thread& thread, Buffered& self) {
  self.position = -1;
  const Value result = TRY(call_method(thread, self.raw, "tell"));
  return raw_position(thread, self, result);
}

namespace {

Failure raise_would_block(Thread& thread, size_t written) {
  return raise_exception(
      thread, TRY(call(thread, &BlockingIOError,
                       {make_int(EAGAIN), make_str("write could not complete without blocking"),
                        make_int(static_cast<int64_t>(written))})));
}

}  // namespace

Status flush_writes(Thread& thread, Buffered& self) {
  if (self.write_size == 0) return nothing;
  size_t done = 0;
  Status result = nothing;
  while (done < self.write_size) {
    const ssize_t count = raw_write_from(thread, self, self.write_buffer + done, self.write_size - done);
    if (count == -1) {
      (void)raise_would_block(thread, 0);
      result = error;
      break;
    }
    if (count < 0) {
      result = error;
      break;
    }
    done += static_cast<size_t>(count);
    // A signal handler may want to stop a long write.
    if (thread.pending.load() && run_pending(thread).failed()) {
      result = error;
      break;
    }
  }
  std::memmove(self.write_buffer, self.write_buffer + done, self.write_size - done);
  self.write_size -= done;
  return result;
}

Status flush_and_rewind(Thread& thread, Buffered& self) {
  if (self.write_size > 0) TRY(flush_writes(thread, self));
  if (self.is_readable && read_ahead(self) > 0) {
    const int64_t back = static_cast<int64_t>(read_ahead(self));
    drop_read_ahead(self);
    TRY(raw_seek(thread, self, -back, 1));
  }
  drop_read_ahead(self);
  return nothing;
}

namespace {

bool prepare_write_buffer(Buffered& self) {
  if (self.write_buffer && self.write_capacity >= self.buffer_size) return true;
  void* memory = gc_allocate_leaf_buffer(self.buffer_size);
  if (!memory) return false;
  self.write_buffer = static_cast<uint8_t*>(memory);
  self.write_capacity = self.buffer_size;
  return true;
}

void store(Buffered& self, std::string_view data) {
  copy_bytes(self.write_buffer + self.write_size, data);
  self.write_size += data.size();
}

// The buffer could not be emptied: what still fits is taken, the rest is reported.
Status store_partly(Thread& thread, Buffered& self, std::string_view data, size_t written_before) {
  const size_t room = self.write_capacity - self.write_size;
  if (data.size() <= room) {
    thread.exception = Value();
    store(self, data);
    return nothing;
  }
  store(self, data.substr(0, room));
  thread.exception = Value();
  return raise_would_block(thread, written_before + room);
}

}  // namespace

Status buffered_write(Thread& thread, Buffered& self, std::string_view data) {
  if (!prepare_write_buffer(self)) return raise_memory_error(thread);
  if (!self.is_registered) {
    self.is_registered = true;
    flush_at_exit(thread, &self);
  }
  if (self.is_readable && read_ahead(self) > 0) TRY(flush_and_rewind(thread, self));
  if (data.size() <= self.write_capacity - self.write_size) {
    store(self, data);
    return nothing;
  }
  if (flush_writes(thread, self).failed()) {
    if (!exception_matches(thread, BlockingIOError)) return error;
    return store_partly(thread, self, data, 0);
  }
  size_t written = 0;
  while (data.size() > self.write_capacity) {
    const ssize_t count =
        raw_write_from(thread, self, reinterpret_cast<const uint8_t*>(data.data()), data.size());
    if (count == -2) return error;
    if (count == -1) return store_partly(thread, self, data, written);
    data.remove_prefix(static_cast<size_t>(count));
    written += static_cast<size_t>(count);
    // A signal may have cut the write short; its handler may want to stop it.
    if (thread.pending.load()) TRY(run_pending(thread));
  }
  store(self, data);
  return nothing;
}

Status buffered_flush(Thread& thread, Buffered& self) { return flush_and_rewind(thread, self); }

namespace {

// --- construction ---

Status check_raw(Thread& thread, Value raw, const char* method, const char* message) {
  const Value answer = TRY(call_method(thread, raw, method));
  if (answer.is_true()) return nothing;
  return raise_unsupported(thread, message);
}

// Buffers are made when they are needed, but nobody waits until then to hear that there cannot be one.
constexpr int64_t kLargestBuffer = int64_t{1} << 46;

Status set_up(Thread& thread, Buffered& self, Value raw, int64_t buffer_size, bool reads, bool writes) {
  self.is_initialized = self.is_detached = false;
  self.raw = Value();
  if (buffer_size <= 0) return raise(thread, ValueError, "buffer size must be strictly positive");
  if (buffer_size > kLargestBuffer) return raise_memory_error(thread);
  self.raw = raw;
  self.buffer_size = static_cast<size_t>(buffer_size);
  self.is_readable = reads;
  self.is_writable = writes;
  self.read_buffer = self.write_buffer = nullptr;
  self.read_capacity = self.write_capacity = self.write_size = 0;
  drop_read_ahead(self);
  if (raw_tell(thread, self).failed()) {
    if (!exception_matches(thread, Exception)) return error;
    thread.exception = Value();
  }
  self.is_initialized = true;
  return nothing;
}

Status init_reader(Thread& thread, Buffered& self, Value raw, int64_t size) {
  BufferLock lock(thread, self);
  TRY(lock.acquire_whatever_state());
  self.raw = Value();
  TRY(check_raw(thread, raw, "readable", "File or stream is not readable."));
  return set_up(thread, self, raw, size, true, false);
}
Status init_writer(Thread& thread, Buffered& self, Value raw, int64_t size) {
  BufferLock lock(thread, self);
  TRY(lock.acquire_whatever_state());
  self.raw = Value();
  TRY(check_raw(thread, raw, "writable", "File or stream is not writable."));
  return set_up(thread, self, raw, size, false, true);
}
Status init_random(Thread& thread, Buffered& self, Value raw, int64_t size) {
  BufferLock lock(thread, self);
  TRY(lock.acquire_whatever_state());
  self.raw = Value();
  TRY(check_raw(thread, raw, "seekable", "File or stream is not seekable."));
  TRY(check_raw(thread, raw, "readable", "File or stream is not readable."));
  TRY(check_raw(thread, raw, "writable", "File or stream is not writable."));
  return set_up(thread, self, raw, size, true, true);
}
const MethodRow reader_init_row = method<init_reader>("BufferedReader($self, /, raw, buffer_size=8192)", "");
const MethodRow writer_init_row = method<init_writer>("BufferedWriter($self, /, raw, buffer_size=8192)", "");
const MethodRow random_init_row = method<init_random>("BufferedRandom($self, /, raw, buffer_size=8192)", "");
template <const MethodRow& row>
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_init(thread, row, self, arguments, count, keyword_names);
}

// --- methods of all three ---

Value forward(Thread& thread, Buffered& self, const char* method) {
  TRY(check_buffered_state(thread, self));
  return call_method(thread, self.raw, method);
}
Value seekable(Thread& thread, Buffered& self) { return forward(thread, self, "seekable"); }
Value readable(Thread& thread, Buffered& self) { return forward(thread, self, "readable"); }
Value writable(Thread& thread, Buffered& self) { return forward(thread, self, "writable"); }
Value fileno(Thread& thread, Buffered& self) { return forward(thread, self, "fileno"); }
Value isatty(Thread& thread, Buffered& self) { return forward(thread, self, "isatty"); }
Value reader_flush(Thread& thread, Buffered& self) { return forward(thread, self, "flush"); }

Value flush(Thread& thread, Buffered& self) {
  TRY(check_buffered_open(thread, self, "flush of closed file"));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  TRY(flush_and_rewind(thread, self));
  return None;
}

Value get_closed(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  return get_attribute(thread, self.raw, "closed");
}

// The raw stream is closed even if the flush fails; the first failure becomes the second's context.
Value close(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  const Value closed = TRY(get_closed(thread, self));
  if (TRY(truth(thread, closed))) return None;
  if (self.is_finalizing) {
    if (call_method(thread, &self, "_dealloc_warn", {Value(&self)}).is_empty()) thread.exception = Value();
  }
  const Value flushed = call_method(thread, &self, "flush");
  const Value failure = take_exception(thread);
  Value result;
  {
    // Who writes meanwhile waits, and finds the file closed.
    BufferLock lock(thread, self);
    TRY(lock.acquire());
    result = call_method(thread, self.raw, "close");
  }
  if (result.is_empty()) {
    if (!failure.is_empty()) {
      auto& object = exception_object(thread.exception);
      if (thread.exception != failure && (object.context.is_empty() || object.context.is_none())) {
        object.context = failure;
      }
    }
    return error;
  }
  if (flushed.is_empty()) return restore_exception(thread, failure);
  self.read_buffer = nullptr;
  drop_read_ahead(self);
  return result;
}

Value detach(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  TRY(call_method(thread, &self, "flush"));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  const Value raw = self.raw;
  self.raw = Value();
  self.is_detached = true;
  self.is_initialized = false;
  return raw;
}

Value dealloc_warn(Thread& thread, Buffered& self, Value source) {
  if (self.raw.is_empty()) return None;
  if (call_method(thread, self.raw, "_dealloc_warn", {source}).is_empty()) thread.exception = Value();
  return None;
}

Result<int64_t> tell(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  int64_t position = TRY(raw_tell(thread, self));
  position -= static_cast<int64_t>(read_ahead(self));
  position += static_cast<int64_t>(self.write_size);
  return position;
}

Value seek(Thread& thread, Buffered& self, Value target, int whence) {
  TRY(check_buffered_state(thread, self));
  if (whence < 0 || whence > 4) return raise(thread, ValueError, "whence value {} unsupported", whence);
  TRY(check_buffered_open(thread, self, "seek of closed file"));
  TRY(check_raw(thread, self.raw, "seekable", "File or stream is not seekable."));
  int64_t offset = TRY(index_as_int64(thread, target, &OverflowError));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  // Within what has been read ahead nothing needs to be asked of the system.
  if (whence < 2 && self.is_readable && read_ahead(self) > 0 && self.position >= 0) {
    const int64_t here = self.position - static_cast<int64_t>(read_ahead(self));
    const int64_t move = whence == 0 ? offset - here : offset;
    if (move >= -static_cast<int64_t>(self.read_position) && move <= static_cast<int64_t>(read_ahead(self))) {
      self.read_position = static_cast<size_t>(static_cast<int64_t>(self.read_position) + move);
      return make_int(here + move);
    }
  }
  if (self.is_writable) TRY(flush_writes(thread, self));
  if (whence == 1) offset -= static_cast<int64_t>(read_ahead(self));
  const int64_t position = TRY(raw_seek(thread, self, offset, whence));
  drop_read_ahead(self);
  return make_int(position);
}

Value truncate(Thread& thread, Buffered& self, Value size) {
  TRY(check_buffered_open(thread, self, "truncate of closed file"));
  if (!self.is_writable) return raise_unsupported(thread, "truncate");
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  TRY(flush_and_rewind(thread, self));
  if (size.is_none()) size = make_int(TRY(raw_tell(thread, self)));
  return call_method(thread, self.raw, "truncate", {size});
}

Value write(Thread& thread, Buffered& self, Value data) {
  TRY(check_buffered_state(thread, self));
  BufferLease buffer(thread);
  TRY(buffer.acquire(data));
  BufferLock lock(thread, self);
  TRY(lock.acquire());
  TRY(check_buffered_open(thread, self, "write to closed file"));
  TRY(buffered_write(thread, self, buffer.view()));
  return make_int(static_cast<int64_t>(buffer.size()));
}

Value get_raw(Thread& thread, Buffered& self) {
  if (self.raw.is_empty()) return raise(thread, AttributeError, "raw");
  return self.raw;
}
Value get_name(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  return get_attribute(thread, self.raw, "name");
}
Value get_mode(Thread& thread, Buffered& self) {
  TRY(check_buffered_state(thread, self));
  return get_attribute(thread, self.raw, "mode");
}
bool get_finalizing(Buffered& self) { return self.is_finalizing; }
Status set_finalizing(Thread& thread, Value self, Value value) {
  self.as<Buffered>()->is_finalizing = TRY(truth(thread, value));
  return nothing;
}
size_t size_of(Buffered& self) { return sizeof(Buffered) + self.buffer_size; }

Value show(Thread& thread, Value value) {
  const std::string type(type_of(value).name_view());
  const Value name = get_attribute_or_unbound(thread, value, "name");
  if (name.is_empty()) {
    if (!catch_exception(thread, ValueError)) return error;
    return make_str("<" + type + ">");
  }
  if (name.is_unbound()) return make_str("<" + type + ">");
  if (TRY(repr_enter(thread, value))) {
    return raise(thread, RuntimeError, "reentrant call inside {}.__repr__", std::string_view(type));
  }
  const Value text = format_message(thread, "<{} name={}>", {std::string_view(type), Repr{name}});
  repr_leave(thread, value);
  return text;
}

#define COMMON_ROWS                                                                                     \
  method<close>("!close($self)", "Flush and close."),                                                   \
      method<detach>("!detach($self)", "Separate the raw stream and return it."),                       \
      method<seekable>("!seekable($self)", "Whether it can seek."),                                     \
      method<fileno>("!fileno($self)", "The descriptor."),                                              \
      method<isatty>("!isatty($self)", "Whether it is a terminal."),                                    \
      method<dealloc_warn>("!_dealloc_warn($self, source, /)", ""),                                     \
      method<seek>("seek($self, target, whence=0, /)", "Move to a position; the new one."),             \
      method<tell>("!tell($self)", "The current position."),                                            \
      method<truncate>("truncate($self, pos=None, /)", "Cut the file off."),                            \
      method<size_of>("!__sizeof__($self)", ""), member<get_raw>("raw", ""),                            \
      member<get_finalizing>("_finalizing", "", set_finalizing), getter<get_closed>("closed", ""),      \
      getter<get_name>("name", ""), getter<get_mode>("mode", "")

const MethodRow reader_rows[] = {COMMON_ROWS, method<reader_flush>("!flush($self)", ""),
                                 method<readable>("!readable($self)", "Whether it can be read.")};
const MethodRow writer_rows[] = {COMMON_ROWS, method<flush>("!flush($self)", "Write out what is buffered."),
                                 method<writable>("!writable($self)", "Whether it can be written."),
                                 method<write>("write($self, buffer, /)", "Write bytes; how many there were.")};
const MethodRow random_rows[] = {COMMON_ROWS, method<flush>("!flush($self)", "Write out what is buffered."),
                                 method<readable>("!readable($self)", "Whether it can be read."),
                                 method<writable>("!writable($self)", "Whether it can be written."),
                                 method<write>("write($self, buffer, /)", "Write bytes; how many there were.")};

// Rows stay where they are: descriptors point to them.
constexpr size_t kMaxRows = 32;
std::span<const MethodRow> joined(MethodRow* rows, std::span<const MethodRow> first,
                                  std::span<const MethodRow> second) {
  MP_ASSERT(first.size() + second.size() <= kMaxRows);
  MethodRow* end = std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), rows));
  return {rows, end};
}
MethodRow all_reader_rows[kMaxRows];
MethodRow all_random_rows[kMaxRows];

Value next_line(Thread& thread, Value self) {
  Buffered& file = *self.as<Buffered>();
  TRY(check_buffered_open(thread, file, "readline of closed file"));
  const bool is_plain = is_exact(self, ModuleKind::BufferedReader) || is_exact(self, ModuleKind::BufferedRandom);
  const Value line = is_plain ? TRY(buffered_read_line(thread, file, -1)) : TRY(call_method(thread, self, "readline"));
  if (!is_plain && !has_kind(line, Kind::Bytes)) {
    return raise(thread, OSError, "readline() should have returned a bytes object, not '{}'", type_of(line));
  }
  return line.as<Bytes>()->size == 0 ? Unbound : line;
}

TypeSpec buffered_spec(const char* doc, std::span<const MethodRow> rows, InitSlot initialize) {
  TypeSpec spec;
  spec.doc = doc;
  spec.instance_bytes = sizeof(Buffered);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(Buffered, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = initialize;
  spec.slots.repr = show;
  spec.slots.finalize = finalize_file;
  return spec;
}

}  // namespace

void define_buffered_types() {
  TypeSpec reader = buffered_spec(
      "BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer in front of a readable raw stream.",
      joined(all_reader_rows, reader_rows, buffered_read_rows()), init<reader_init_row>);
  reader.slots.next = next_line;
  define_type(ModuleKind::BufferedReader, reader);
  define_type(ModuleKind::BufferedWriter,
              buffered_spec("BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
                            "A buffer in front of a writable raw stream.",
                            writer_rows, init<writer_init_row>));
  TypeSpec random = buffered_spec("BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
                                  "A buffer in front of a raw stream that seeks, reads and writes.",
                                  joined(all_random_rows, random_rows, buffered_read_rows()), init<random_init_row>);
  random.slots.next = next_line;
  define_type(ModuleKind::BufferedRandom, random);
}

}  // namespace minipy
