// FileIO: a file descriptor as a raw stream.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "Modules/descriptors.h"
#include "Modules/io/io.h"
#include "Objects/copy_bytes.h"
#include "Objects/growing_text.h"
#include "Objects/module_kinds.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

constexpr size_t kMaxTransfer = 0x7ffff000;  // what Linux moves in one call

Failure raise_closed(Thread& thread) { return raise(thread, ValueError, "I/O operation on closed file"); }

std::string mode_of(const FileIO& file) {
  if (file.is_created) return file.is_readable ? "xb+" : "xb";
  if (file.is_appending) return file.is_readable ? "ab+" : "ab";
  if (file.is_readable && file.is_writable) return "rb+";
  return file.is_readable ? "rb" : "wb";
}

Failure raise_mode(Thread& thread, const char* action) {
  return raise_formatted(thread, *unsupported_operation, "File not open for {}", {MessageArgument(action)});
}

// --- construction ---

Result<int> read_mode(Thread& thread, FileIO& self, const Str& mode) {
  int flags = 0;
  bool has_action = false, has_plus = false;
  for (size_t i = 0; i < mode.length(); ++i) {
    const char32_t letter = mode.at(i);
    if (letter == 'r' || letter == 'w' || letter == 'x' || letter == 'a') {
      if (has_action) {
        return raise(thread, ValueError,
                     "Must have exactly one of create/read/write/append mode and at most one plus");
      }
      has_action = true;
      self.is_readable = letter == 'r';
      self.is_writable = letter != 'r';
      self.is_created = letter == 'x';
      self.is_appending = letter == 'a';
      flags = letter == 'r' ? 0 : O_CREAT | (letter == 'w' ? O_TRUNC : letter == 'x' ? O_EXCL : O_APPEND);
    } else if (letter == '+') {
      if (has_plus) {
        return raise(thread, ValueError,
                     "Must have exactly one of create/read/write/append mode and at most one plus");
      }
      has_plus = true;
    } else if (letter != 'b') {
      return raise(thread, ValueError, "invalid mode: {}", Value(&mode));
    }
  }
  if (!has_action) {
    return raise(thread, ValueError,
                 "Must have exactly one of create/read/write/append mode and at most one plus");
  }
  if (has_plus) self.is_readable = self.is_writable = true;
  return flags | (self.is_readable && self.is_writable ? O_RDWR : self.is_readable ? O_RDONLY : O_WRONLY) | O_CLOEXEC;
}

Result<int> open_path(Thread& thread, Value name, const std::string& path, int flags) {
  for (;;) {
    const int descriptor = make_descriptor(thread, [&] {
      const WithoutGil guard(thread);
      return ::open(path.c_str(), flags, 0666);
    });
    if (descriptor >= 0) return descriptor;
    if (errno != EINTR) return raise_os_error(thread, errno, name);
    TRY(run_pending(thread));
  }
}

Result<int> open_with(Thread& thread, Value opener, Value name, int flags) {
  const Value result = TRY(call(thread, opener, {name, make_int(flags)}));
  const Result<int64_t> number =
      is_index(result) ? index_as_int64(thread, result, &OverflowError)
                       : Result<int64_t>(raise(thread, TypeError, "expected integer from opener"));
  if (number.failed()) return error;
  if (number.value() < 0) return raise(thread, ValueError, "opener returned {}", number.value());
  if (fcntl(static_cast<int>(number.value()), F_SETFD, FD_CLOEXEC) < 0) return raise_os_error(thread, errno);
  return static_cast<int>(number.value());
}

// A descriptor may be given instead of a name; it is not ours to close if opening fails.
Status examine(Thread& thread, FileIO& self, Value name, bool is_given) {
  struct stat status;
  if (fstat(self.descriptor, &status) < 0) {
    if (errno == EBADF) {
      const int number = errno;
      self.descriptor = -1;
      return raise_os_error(thread, number);
    }
  } else {
    if (S_ISDIR(status.st_mode)) {
      if (is_given) {
        self.descriptor = -1;
      }
      return raise_os_error(thread, EISDIR, name);
    }
    if (status.st_blksize > 1) self.block_size = static_cast<int>(status.st_blksize);
  }
  TRY(set_attribute(thread, Value(&self), "name", name));
  if (!self.is_appending || lseek(self.descriptor, 0, SEEK_END) >= 0 || errno == ESPIPE) return nothing;
  const int number = errno;
  if (is_given) self.descriptor = -1;
  return raise_os_error(thread, number);
}

Status initialize(Thread& thread, FileIO& self, Value name, Str& mode, bool closes, Value opener) {
  if (self.is_initialized && self.descriptor >= 0) {
    if (self.closes_descriptor) {
      ::close(self.descriptor);
    }
    self.descriptor = -1;
  }
  self.is_initialized = true;
  self.descriptor = -1;
  self.seekable = -1;
  self.block_size = static_cast<int>(kDefaultBufferSize);
  if (name.is_double()) return raise(thread, TypeError, "integer argument expected, got float");
  int given = -1;
  if (is_index(name)) {
    const int64_t number = TRY(index_as_int64(thread, name, &OverflowError));
    if (number < 0) return raise(thread, ValueError, "negative file descriptor");
    if (number > INT32_MAX) return raise(thread, OverflowError, "Python int too large to convert to C int");
    given = static_cast<int>(number);
  }
  std::string path;
  if (given < 0) path = TRY(to_filename(thread, name));
  const int flags = TRY(read_mode(thread, self, mode));
  TRY(audit(thread, "open", {name, &mode, make_int(flags)}));
  self.closes_descriptor = closes;
  if (given >= 0) {
    self.descriptor = given;
  } else if (!closes) {
    return raise(thread, ValueError, "Cannot use closefd=False with file name");
  } else if (opener.is_none()) {
    self.descriptor = TRY(open_path(thread, name, path, flags));
  } else {
    self.descriptor = TRY(open_with(thread, opener, name, flags));
  }
  const Status examined = examine(thread, self, name, given >= 0);
  if (examined.failed() && self.descriptor >= 0) {
    if (given < 0) ::close(self.descriptor);  // another one is still the caller's
    self.descriptor = -1;
  }
  return examined;
}

Status initialize_method(Thread& thread, FileIO& self, Value file, Value mode, bool closefd, Value opener) {
  if (mode.is_empty()) mode = make_str("r");
  if (!is_str(mode)) {
    return raise(thread, TypeError, "FileIO() argument 'mode' must be str, not {}", argument_kind(mode));
  }
  return initialize(thread, self, file, *mode.as<Str>(), closefd, opener);
}

const MethodRow init_row =
    method<initialize_method>("FileIO($self, /, file, mode='r', closefd=True, opener=None)", "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}
Value make(Thread&, Type& type, const Value*, size_t, Value) {
  Object* object = allocate_instance(type);
  if (!object) return error;
  FileIO* self = static_cast<FileIO*>(object);
  self->descriptor = -1;
  self->seekable = -1;
  self->closes_descriptor = true;
  self->block_size = static_cast<int>(kDefaultBufferSize);
  return self;
}

// --- methods ---

Status check_readable(Thread& thread, const FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  if (!self.is_readable) return raise_mode(thread, "reading");
  return nothing;
}

Value read(Thread& thread, FileIO& self, Value size);

// As large as the rest of the file seems to be, then growing.
Value readall(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  size_t capacity = kDefaultBufferSize;
  struct stat status;
  const off_t position = lseek(self.descriptor, 0, SEEK_CUR);
  if (fstat(self.descriptor, &status) == 0 && position >= 0 && status.st_size > position) {
    capacity = static_cast<size_t>(status.st_size - position) + 1;
  }
  GrowingBytes contents;
  for (bool first = true;; first = false) {
    const size_t used = contents.size();
    if (used == capacity) capacity += capacity / 2 + kDefaultBufferSize;
    char* const room = contents.room(capacity - used);
    if (!room) return raise_memory_error(thread);
    const ssize_t count = file_read(thread, self, room, capacity - used);
    contents.grow_by(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == -2) return error;
    if (count == -1) {
      if (first) return None;
      break;
    }
    if (count == 0) break;
  }
  return bytes_result(thread, contents);
}

Value read(Thread& thread, FileIO& self, Value size_value) {
  TRY(check_readable(thread, self));
  const int64_t wanted = TRY(size_argument(thread, size_value));
  if (wanted < 0) return readall(thread, self);
  const size_t size = std::min(static_cast<size_t>(wanted), kMaxTransfer);
  Bytes* bytes = allocate_bytes(size);
  if (!bytes) return raise_memory_error(thread);
  const ssize_t count = file_read(thread, self, bytes->data(), size);
  if (count == -2) return error;
  if (count == -1) return None;
  if (static_cast<size_t>(count) == size) return bytes;
  return make_bytes({reinterpret_cast<const char*>(bytes->data()), static_cast<size_t>(count)});
}

Value readinto(Thread& thread, FileIO& self, Value target) {
  TRY(check_readable(thread, self));
  BufferLease buffer(thread);
  TRY(acquire_writable(thread, buffer, target));
  const ssize_t count = file_read(thread, self, buffer.data(), buffer.size());
  if (count == -2) return error;
  return count == -1 ? None : make_int(count);
}

Value write(Thread& thread, FileIO& self, Value data) {
  if (self.descriptor < 0) return raise_closed(thread);
  if (!self.is_writable) return raise_mode(thread, "writing");
  BufferLease buffer(thread);
  TRY(buffer.acquire(data));
  const ssize_t count = file_write(thread, self, buffer.data(), buffer.size());
  if (count == -2) return error;
  return count == -1 ? None : make_int(count);
}

Value seek(Thread& thread, FileIO& self, Value position, int whence) {
  if (self.descriptor < 0) return raise_closed(thread);
  if (position.is_double()) return raise(thread, TypeError, "an integer is required");
  const int64_t offset = TRY(index_as_int64(thread, position, &OverflowError));
  const off_t result = lseek(self.descriptor, offset, whence);
  if (self.seekable < 0) self.seekable = result >= 0;
  if (result < 0) return raise_os_error(thread, errno);
  return make_int(result);
}
Value tell(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  const off_t position = lseek(self.descriptor, 0, SEEK_CUR);
  if (position < 0) return raise_os_error(thread, errno);
  return make_int(position);
}

Value truncate(Thread& thread, FileIO& self, Value size) {
  if (self.descriptor < 0) return raise_closed(thread);
  if (!self.is_writable) return raise_mode(thread, "writing");
  if (size.is_none()) size = TRY(tell(thread, self));
  const int64_t length = TRY(index_as_int64(thread, size, &OverflowError));
  int result;
  {
    const WithoutGil guard(thread);
    do {
      result = ftruncate(self.descriptor, length);
    } while (result < 0 && errno == EINTR);
  }
  if (result < 0) return raise_os_error(thread, errno);
  return size;
}

Status close_descriptor(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return nothing;
  const int descriptor = self.descriptor;
  self.descriptor = -1;
  int result;
  {
    const WithoutGil guard(thread);
    result = ::close(descriptor);
  }
  if (result < 0 && errno != EINTR) return raise_os_error(thread, errno);
  return nothing;
}

Status warn_unclosed(Thread& thread, FileIO& self, Value source) {
  if (self.descriptor < 0 || !self.closes_descriptor) return nothing;
  const Value saved = take_exception(thread);
  const Result<Str*> shown = repr(thread, source);
  if (shown.failed()) {
    thread.exception = Value();
  } else if (warn(thread, ResourceWarning, "unclosed file " + to_utf8(shown.value())).failed()) {
    if (exception_matches(thread, Warning)) {
      write_unraisable(thread, Value(&self));
    } else {
      thread.exception = Value();
    }
  }
  thread.exception = saved;
  return nothing;
}

// _IOBase's close() marks the object; the descriptor goes even if that fails.
Value close(Thread& thread, FileIO& self) {
  const Value base_close = TRY(get_attribute(thread, &type_of_kind(ModuleKind::RawIOBase), "close"));
  const Value based = call(thread, base_close, {Value(&self)});
  if (!self.closes_descriptor) {
    self.descriptor = -1;
    return based;
  }
  const Value failure = take_exception(thread);
  if (self.is_finalizing) TRY(warn_unclosed(thread, self, Value(&self)));
  const Status closed = close_descriptor(thread, self);
  if (closed.failed()) return error;
  if (based.is_empty()) return restore_exception(thread, failure);
  return based;
}

Result<bool> seekable(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  if (self.seekable < 0) self.seekable = lseek(self.descriptor, 0, SEEK_CUR) >= 0;
  return self.seekable > 0;
}
Result<bool> readable(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  return self.is_readable;
}
Result<bool> writable(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  return self.is_writable;
}
Result<int> fileno(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  return self.descriptor;
}
Result<bool> isatty(Thread& thread, FileIO& self) {
  if (self.descriptor < 0) return raise_closed(thread);
  return ::isatty(self.descriptor) != 0;
}
Status dealloc_warn(Thread& thread, FileIO& self, Value source) { return warn_unclosed(thread, self, source); }

bool get_closed(FileIO& self) { return self.descriptor < 0; }
bool get_closefd(FileIO& self) { return self.closes_descriptor; }
Value get_mode(FileIO& self) { return make_str(mode_of(self)); }
int get_block_size(FileIO& self) { return self.block_size; }
Status set_block_size(Thread& thread, Value self, Value value) {
  const int64_t size = TRY(index_as_int64(thread, value, &OverflowError));
  self.as<FileIO>()->block_size = static_cast<int>(size);
  return nothing;
}
bool get_finalizing(FileIO& self) { return self.is_finalizing; }
Status set_finalizing(Thread& thread, Value self, Value value) {
  self.as<FileIO>()->is_finalizing = TRY(truth(thread, value));
  return nothing;
}

Value show(Thread& thread, Value value) {
  FileIO& self = *value.as<FileIO>();
  if (self.descriptor < 0) return make_str("<_io.FileIO [closed]>");
  const char* closes = self.closes_descriptor ? "True" : "False";
  const Value name = TRY(get_attribute_or_unbound(thread, value, "name"));
  if (name.is_unbound()) {
    return format_message(thread, "<_io.FileIO fd={} mode='{}' closefd={}>",
                          {self.descriptor, std::string_view(mode_of(self)), closes});
  }
  const Result<bool> entered = repr_enter(thread, value);
  if (entered.failed()) return error;
  if (entered.value()) {
    return raise(thread, RuntimeError, "reentrant call inside {}.__repr__", type_of(value));
  }
  const Value text = format_message(thread, "<_io.FileIO name={} mode='{}' closefd={}>",
                                    {Repr{name}, std::string_view(mode_of(self)), closes});
  repr_leave(thread, value);
  return text;
}

const MethodRow rows[] = {
    method<read>("read($self, size=-1, /)", "At most size bytes, with one system call; None if none are there yet."),
    method<readall>("readall($self, /)", "All up to the end of the file."),
    method<readinto>("readinto($self, buffer, /)", "Read into a writable buffer."),
    method<write>("write($self, b, /)", "Write bytes; how many were written."),
    method<seek>("seek($self, pos, whence=0, /)", "Move to a position; the new one."),
    method<tell>("tell($self, /)", "The current position."),
    method<truncate>("truncate($self, size=None, /)", "Cut the file off, by default at the current position."),
    method<close>("close($self, /)", "Close the descriptor, if it is the file's own."),
    method<seekable>("seekable($self, /)", "Whether it can seek."),
    method<readable>("readable($self, /)", "Whether it was opened for reading."),
    method<writable>("writable($self, /)", "Whether it was opened for writing."),
    method<fileno>("fileno($self, /)", "The descriptor."),
    method<isatty>("isatty($self, /)", "Whether it is a terminal."),
    method<dealloc_warn>("!_dealloc_warn($self, source, /)", ""),
    getter<get_closed>("closed", "True if the file is closed"),
    getter<get_closefd>("closefd", "True if close() closes the descriptor"),
    getter<get_mode>("mode", "String giving the file mode"),
    member<get_block_size>("_blksize", "", set_block_size),
    member<get_finalizing>("_finalizing", "", set_finalizing),
};

}  // namespace

ssize_t file_read(Thread& thread, FileIO& file, void* buffer, size_t size) {
  for (;;) {
    ssize_t count;
    {
      const WithoutGil guard(thread);
      count = ::read(file.descriptor, buffer, std::min(size, kMaxTransfer));
    }
    if (count >= 0) return count;
    if (errno == EAGAIN) return -1;
    if (errno != EINTR) {
      raise_os_error(thread, errno);
      return -2;
    }
    if (run_pending(thread).failed()) return -2;
  }
}

ssize_t file_write(Thread& thread, FileIO& file, const void* buffer, size_t size) {
  for (;;) {
    ssize_t count;
    {
      const WithoutGil guard(thread);
      count = ::write(file.descriptor, buffer, std::min(size, kMaxTransfer));
    }
    if (count >= 0) return count;
    if (errno == EAGAIN) return -1;
    if (errno != EINTR) {
      raise_os_error(thread, errno);
      return -2;
    }
    if (run_pending(thread).failed()) return -2;
  }
}

void define_file_io_type() {
  TypeSpec spec;
  spec.doc = "FileIO(file, mode='r', closefd=True, opener=None)\n--\n\n"
             "A file descriptor as a raw stream of bytes.";
  spec.instance_bytes = sizeof(FileIO);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(FileIO, attributes);
  spec.module = "_io";
  spec.slots.make = make;
  spec.slots.init = init;
  spec.slots.repr = show;
  spec.slots.finalize = finalize_file;
  define_type(ModuleKind::FileIO, spec);
}

}  // namespace minipy
