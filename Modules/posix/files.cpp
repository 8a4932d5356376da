// Open files by their descriptors. Library reference, "os": File Descriptor Operations.
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utmp.h>

#include <langinfo.h>

#include <algorithm>
#include <climits>
#include <vector>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Value open_file(Thread& thread, Value path_value, int flags, int mode, Value folder) {
  const Path path = TRY(path_argument(thread, path_value, "open"));
  const int base = TRY(folder_descriptor(thread, folder));
  flags |= O_CLOEXEC;
  TRY(audit(thread, "open", {path.shown, None, make_int(flags)}));
  return integer(TRY(checked_call(thread, [&] { return openat(base, path.c_str(), flags, mode); }, path.shown)));
}
// The descriptor is gone even if the call was interrupted.
Status close_file(Thread& thread, int descriptor) {
  int result;
  {
    const WithoutGil guard(thread);
    result = close(descriptor);
  }
  if (result < 0 && errno != EINTR) return raise_os_error(thread, errno);
  return nothing;
}
void close_range_of(Thread& thread, int low, int high) {
  const WithoutGil guard(thread);
  for (int descriptor = std::max(low, 0); descriptor < high; ++descriptor) close(descriptor);
}

Value read_file(Thread& thread, int descriptor, int64_t length) {
  if (length < 0) return raise_os_error(thread, EINVAL);
  Bytes* bytes = allocate_bytes(std::min<size_t>(static_cast<size_t>(length), 0x7ffff000));
  if (!bytes) return raise_memory_error(thread);
  const int64_t count = TRY(checked_call(thread, [&] { return read(descriptor, bytes->data(), bytes->size); }));
  return make_bytes(bytes->view().substr(0, static_cast<size_t>(count)));
}
Value read_at(Thread& thread, int descriptor, int64_t length, int64_t offset) {
  if (length < 0) return raise_os_error(thread, EINVAL);
  Bytes* bytes = allocate_bytes(static_cast<size_t>(length));
  if (!bytes) return raise_memory_error(thread);
  const int64_t count =
      TRY(checked_call(thread, [&] { return pread(descriptor, bytes->data(), bytes->size, offset); }));
  return make_bytes(bytes->view().substr(0, static_cast<size_t>(count)));
}
Value write_file(Thread& thread, int descriptor, Value data) {
  BufferLease buffer(thread);
  TRY(buffer.acquire(data));
  const size_t size = std::min<size_t>(buffer.size(), 0x7ffff000);
  return integer(TRY(checked_call(thread, [&] { return write(descriptor, buffer.data(), size); })));
}
Value write_at(Thread& thread, int descriptor, Value data, int64_t offset) {
  BufferLease buffer(thread);
  TRY(buffer.acquire(data));
  return integer(
      TRY(checked_call(thread, [&] { return pwrite(descriptor, buffer.data(), buffer.size(), offset); })));
}

// Several buffers at once; the leases live as long as the vector.
struct Vectors {
  std::vector<iovec> parts;
  std::vector<Buffer*> held;
  Thread& thread;
  explicit Vectors(Thread& t) : thread(t) {}
  ~Vectors() {
    for (Buffer* buffer : held) {
      release_buffer(thread, *buffer);
      gc_free_buffer(buffer);
    }
  }
  Status acquire(Value sequence, int flags, const char* function) {
    if (!is_sequence(sequence)) return raise(thread, TypeError, "{}() arg 2 must be a sequence", function);
    List* items = TRY(list_of(thread, sequence));
    for (size_t i = 0; i < items->size; ++i) {
      auto* buffer = new (gc_allocate_scanned_buffer(sizeof(Buffer))) Buffer;
      held_guard_.push_back(Value(reinterpret_cast<uint64_t>(buffer)));
      TRY(get_buffer(thread, items->at(i), *buffer, flags));
      held.push_back(buffer);
      parts.push_back({buffer->data, static_cast<size_t>(buffer->size)});
    }
    return nothing;
  }

 private:
  GcVector held_guard_;
};
Value read_vector(Thread& thread, int descriptor, Value buffers) {
  Vectors vectors(thread);
  TRY(vectors.acquire(buffers, Buffer::kWritable, "readv"));
  return integer(TRY(checked_call(
      thread, [&] { return readv(descriptor, vectors.parts.data(), static_cast<int>(vectors.parts.size())); })));
}
Value write_vector(Thread& thread, int descriptor, Value buffers) {
  Vectors vectors(thread);
  TRY(vectors.acquire(buffers, Buffer::kSimple, "writev"));
  return integer(TRY(checked_call(
      thread, [&] { return writev(descriptor, vectors.parts.data(), static_cast<int>(vectors.parts.size())); })));
}
Value read_vector_at(Thread& thread, int descriptor, Value buffers, int64_t offset, int flags) {
  Vectors vectors(thread);
  TRY(vectors.acquire(buffers, Buffer::kWritable, "preadv"));
  return integer(TRY(checked_call(thread, [&] {
    return preadv2(descriptor, vectors.parts.data(), static_cast<int>(vectors.parts.size()), offset, flags);
  })));
}
Value write_vector_at(Thread& thread, int descriptor, Value buffers, int64_t offset, int flags) {
  Vectors vectors(thread);
  TRY(vectors.acquire(buffers, Buffer::kSimple, "pwritev"));
  return integer(TRY(checked_call(thread, [&] {
    return pwritev2(descriptor, vectors.parts.data(), static_cast<int>(vectors.parts.size()), offset, flags);
  })));
}

Value seek(Thread& thread, int descriptor, int64_t position, int how) {
  return integer(TRY(checked_call(thread, [&] { return lseek(descriptor, position, how); })));
}
Value duplicate(Thread& thread, int descriptor) {
  return integer(TRY(checked_call(thread, [&] { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); })));
}
Value duplicate_to(Thread& thread, int descriptor, int target, bool inheritable) {
  if (descriptor < 0 || target < 0) return raise_os_error(thread, EBADF);
  return integer(TRY(checked_call(thread, [&] {
    return inheritable || descriptor == target ? dup2(descriptor, target) : dup3(descriptor, target, O_CLOEXEC);
  })));
}
bool is_terminal(int descriptor) { return isatty(descriptor) != 0; }

Value make_pipe_with(Thread& thread, int flags) {
  int ends[2];
  TRY(checked_call(thread, [&] { return pipe2(ends, flags); }));
  return make_tuple({make_int(ends[0]), make_int(ends[1])});
}
Value make_pipe(Thread& thread) { return make_pipe_with(thread, O_CLOEXEC); }

Value sync_file(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(checked_call(thread, [&] { return fsync(descriptor); }));
  return None;
}
Value sync_data(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(checked_call(thread, [&] { return fdatasync(descriptor); }));
  return None;
}
Status cut_file(Thread& thread, int descriptor, int64_t length) {
  return done_call(thread, [&] { return ftruncate(descriptor, length); });
}
Status allocate_file(Thread& thread, int descriptor, int64_t offset, int64_t length) {
  int result;
  {
    const WithoutGil guard(thread);
    do {
      result = posix_fallocate(descriptor, offset, length);
    } while (result == EINTR);
  }
  if (result != 0) return raise_os_error(thread, result);
  return nothing;
}
Status advise(Thread& thread, int descriptor, int64_t offset, int64_t length, int advice) {
  const int result = posix_fadvise(descriptor, offset, length, advice);
  if (result != 0) return raise_os_error(thread, result);
  return nothing;
}
Status lock_file(Thread& thread, int descriptor, int command, int64_t length) {
  TRY(audit(thread, "os.lockf", {make_int(descriptor), make_int(command), make_int(length)}));
  return done_call(thread, [&] { return lockf(descriptor, command, length); });
}

Result<bool> get_blocking(Thread& thread, int descriptor) {
  const int64_t flags = TRY(checked_call(thread, [&] { return fcntl(descriptor, F_GETFL); }));
  return (flags & O_NONBLOCK) == 0;
}
Status set_blocking(Thread& thread, int descriptor, bool blocking) {
  const int flags = static_cast<int>(TRY(checked_call(thread, [&] { return fcntl(descriptor, F_GETFL); })));
  const int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return done_call(thread, [&] { return fcntl(descriptor, F_SETFL, wanted); });
}
Result<bool> get_inheritable(Thread& thread, int descriptor) {
  const int64_t flags = TRY(checked_call(thread, [&] { return fcntl(descriptor, F_GETFD); }));
  return (flags & FD_CLOEXEC) == 0;
}
Status set_inheritable(Thread& thread, int descriptor, int inheritable) {
  const int flags = static_cast<int>(TRY(checked_call(thread, [&] { return fcntl(descriptor, F_GETFD); })));
  const int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
  return done_call(thread, [&] { return fcntl(descriptor, F_SETFD, wanted); });
}
Value device_encoding(int descriptor) {
  if (!isatty(descriptor)) return None;
  if (runtime.configuration.utf8_mode) return make_str("utf-8");
  return make_str(nl_langinfo(CODESET));
}
Value terminal_name(Thread& thread, int descriptor) {
  const char* name = ttyname(descriptor);
  if (!name) return raise_os_error(thread, errno);
  return from_filename(name);
}
Value terminal_process_group(Thread& thread, int descriptor) {
  return integer(TRY(checked_call(thread, [&] { return tcgetpgrp(descriptor); })));
}
Status set_terminal_process_group(Thread& thread, int descriptor, int group) {
  return done_call(thread, [&] { return tcsetpgrp(descriptor, group); });
}
Value open_terminal_pair(Thread& thread) {
  int master, slave;
  if (openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) return raise_os_error(thread, errno);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(slave, F_SETFD, FD_CLOEXEC);
  return make_tuple({make_int(master), make_int(slave)});
}
Status log_in(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  return done_call(thread, [&] { return login_tty(descriptor); });
}

Value terminal_size(Thread& thread, Value descriptor_value) {
  const int descriptor =
      descriptor_value.is_empty() ? 1 : static_cast<int>(TRY(index_as_int64(thread, descriptor_value, &OverflowError)));
  winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return raise_os_error(thread, errno);
  const Value values[] = {make_int(size.ws_col), make_int(size.ws_row)};
  return make_struct_sequence(terminal_size_type(), values);
}

// --- moving data between files ---

Result<int64_t*> offset_argument(Thread& thread, Value value, int64_t& place) {
  if (value.is_none()) return static_cast<int64_t*>(nullptr);
  place = TRY(index_as_int64(thread, value, &OverflowError));
  return &place;
}
Value copy_range(Thread& thread, int source, int target, int64_t count, Value source_offset, Value target_offset) {
  if (count < 0) return raise(thread, ValueError, "negative value for 'count' not allowed");
  int64_t source_place, target_place;
  int64_t* from = TRY(offset_argument(thread, source_offset, source_place));
  int64_t* to = TRY(offset_argument(thread, target_offset, target_place));
  return integer(TRY(checked_call(
      thread, [&] { return copy_file_range(source, from, target, to, static_cast<size_t>(count), 0); })));
}
Value splice_files(Thread& thread, int source, int target, int64_t count, Value source_offset, Value target_offset,
                   int flags) {
  if (count < 0) return raise(thread, ValueError, "negative value for 'count' not allowed");
  int64_t source_place, target_place;
  int64_t* from = TRY(offset_argument(thread, source_offset, source_place));
  int64_t* to = TRY(offset_argument(thread, target_offset, target_place));
  return integer(TRY(checked_call(
      thread, [&] { return splice(source, from, target, to, static_cast<size_t>(count), static_cast<unsigned>(flags)); })));
}
Value send_file(Thread& thread, int target, int source, Value offset, int64_t count) {
  int64_t place;
  int64_t* from = TRY(offset_argument(thread, offset, place));
  return integer(TRY(checked_call(thread, [&] { return sendfile(target, source, from, static_cast<size_t>(count)); })));
}

// --- event counters and files in memory ---

Value make_event(Thread& thread, int64_t initial, int flags) {
  return integer(TRY(checked_call(thread, [&] { return eventfd(static_cast<unsigned>(initial), flags); })));
}
Value read_event(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  eventfd_t value = 0;
  TRY(checked_call(thread, [&] { return eventfd_read(descriptor, &value); }));
  return make_uint(value);
}
Status write_event(Thread& thread, Value file, Value value) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const auto number = int_to_uint64(TRY(number_index(thread, value)));
  if (!number) return raise(thread, OverflowError, "int too big to convert");
  return done_call(thread, [&] { return eventfd_write(descriptor, *number); });
}
Value create_memory_file(Thread& thread, Value name, int64_t flags) {
  const std::string text = TRY(to_filename(thread, name));
  return integer(TRY(checked_call(thread, [&] { return memfd_create(text.c_str(), static_cast<unsigned>(flags)); })));
}

Value random_bytes(Thread& thread, int64_t size) {
  if (size < 0) return raise(thread, ValueError, "negative argument not allowed");
  Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
  if (!bytes) return raise_memory_error(thread);
  for (size_t filled = 0; filled < bytes->size;) {
    filled += static_cast<size_t>(
        TRY(checked_call(thread, [&] { return getrandom(bytes->data() + filled, bytes->size - filled, 0); })));
  }
  return bytes;
}
Value get_random(Thread& thread, int64_t size, int flags) {
  if (size < 0) return raise_os_error(thread, EINVAL);
  Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
  if (!bytes) return raise_memory_error(thread);
  const int64_t count = TRY(
      checked_call(thread, [&] { return getrandom(bytes->data(), bytes->size, static_cast<unsigned>(flags)); }));
  return make_bytes(bytes->view().substr(0, static_cast<size_t>(count)));
}

const MethodRow rows[] = {
    function<open_file>("open($module, /, path, flags, mode=511, *, dir_fd=None)", "Open a file; its descriptor."),
    function<close_file>("close($module, /, fd)", "Close a descriptor."),
    function<close_range_of>("closerange($module, fd_low, fd_high, /)", "Close a range of descriptors."),
    function<read_file>("read($module, fd, length, /)", "Read at most length bytes."),
    function<read_at>("pread($module, fd, length, offset, /)", "Read at an offset."),
    function<write_file>("write($module, fd, data, /)", "Write bytes; how many were written."),
    function<write_at>("pwrite($module, fd, buffer, offset, /)", "Write at an offset."),
    function<read_vector>("readv($module, fd, buffers, /)", "Fill several buffers."),
    function<write_vector>("writev($module, fd, buffers, /)", "Write several buffers."),
    function<read_vector_at>("preadv($module, fd, buffers, offset, flags=0, /)", "Fill buffers from an offset."),
    function<write_vector_at>("pwritev($module, fd, buffers, offset, flags=0, /)", "Write buffers at an offset."),
    function<seek>("lseek($module, fd, position, how, /)", "Move in a file; the new position."),
    function<duplicate>("dup($module, fd, /)", "A second descriptor of a file."),
    function<duplicate_to>("dup2($module, /, fd, fd2, inheritable=True)", "Make fd2 a descriptor of fd's file."),
    function<is_terminal>("isatty($module, fd, /)", "Whether a descriptor is a terminal."),
    function<make_pipe>("pipe($module, /)", "The two ends of a new pipe."),
    function<make_pipe_with>("pipe2($module, flags, /)", "The same with flags."),
    function<sync_file>("fsync($module, /, fd)", "Force a file onto the disk."),
    function<sync_data>("fdatasync($module, /, fd)", "Force a file's data onto the disk."),
    function<cut_file>("ftruncate($module, fd, length, /)", "Cut a file off."),
    function<allocate_file>("posix_fallocate($module, fd, offset, length, /)", "Reserve room for a file."),
    function<advise>("posix_fadvise($module, fd, offset, length, advice, /)", "Say how a file will be used."),
    function<lock_file>("lockf($module, fd, command, length, /)", "Lock a part of a file."),
    function<get_blocking>("get_blocking($module, fd, /)", "Whether reading and writing wait."),
    function<set_blocking>("set_blocking($module, fd, blocking, /)", "Whether reading and writing shall wait."),
    function<get_inheritable>("get_inheritable($module, fd, /)", "Whether programs that are run get it."),
    function<set_inheritable>("set_inheritable($module, fd, inheritable, /)", "Whether they shall get it."),
    function<device_encoding>("device_encoding($module, /, fd)", "The encoding of a terminal."),
    function<terminal_name>("ttyname($module, fd, /)", "The name of a terminal."),
    function<terminal_process_group>("tcgetpgrp($module, fd, /)", "The process group of a terminal."),
    function<set_terminal_process_group>("tcsetpgrp($module, fd, pgid, /)", "Set it."),
    function<open_terminal_pair>("openpty($module, /)", "A new pseudo terminal: master and slave."),
    function<log_in>("login_tty($module, fd, /)", "Make a terminal the controlling one."),
    function<terminal_size>("!get_terminal_size($module, fd=<stdout>, /)", "Columns and lines of a terminal."),
    function<copy_range>("copy_file_range($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)",
                         "Copy between files within the kernel."),
    function<splice_files>("splice($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)",
                           "Move data between a pipe and a file."),
    function<send_file>("sendfile($module, /, out_fd, in_fd, offset, count)", "Copy between descriptors."),
    function<make_event>("eventfd($module, /, initval, flags=524288)", "A counter to wait for."),
    function<read_event>("eventfd_read($module, /, fd)", "Its value."),
    function<write_event>("eventfd_write($module, /, fd, value)", "Add to it."),
    function<create_memory_file>("memfd_create($module, /, name, flags=1)", "A file in memory."),
    function<random_bytes>("urandom($module, size, /)", "Random bytes fit for keys."),
    function<get_random>("getrandom($module, /, size, flags=0)", "The same as the system call gives them."),
};

}  // namespace

Type& terminal_size_type() {
  static Type& type = make_struct_sequence_type(
      "os.terminal_size", "The size of a terminal.",
      {{"columns", "width of the terminal window in characters"}, {"lines", "height of the terminal window in characters"}},
      2);
  return type;
}

std::span<const MethodRow> posix_file_rows() { return rows; }

}  // namespace minipy
