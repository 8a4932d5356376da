// fcntl: control of open files.
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vector>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

constexpr size_t kLimit = 1024;

Value control(Thread& thread, Value file, int command, Value argument) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "fcntl.fcntl", {make_int(descriptor), make_int(command), argument}));
  if (is_str(argument) || supports_buffer(argument)) {
    BufferLease buffer(thread);
    std::string text;
    if (is_str(argument)) {
      text = to_utf8(argument.as<Str>());
    } else {
      TRY(buffer.acquire(argument));
      text = buffer.view();
    }
    if (text.size() > kLimit) return raise(thread, ValueError, "fcntl string arg too long");
    std::vector<char> place(kLimit);
    std::memcpy(place.data(), text.data(), text.size());
    TRY(checked_call(thread, [&] { return fcntl(descriptor, command, place.data()); }));
    return make_bytes({place.data(), text.size()});
  }
  const auto number = int_to_int64(TRY(number_index(thread, argument)));
  if (!number) return raise(thread, OverflowError, "Python int too large to convert to C long");
  return integer(TRY(checked_call(thread, [&] { return fcntl(descriptor, command, static_cast<int>(*number)); })));
}

Value device_control(Thread& thread, Value file, int64_t request, Value argument, bool mutate) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const auto code = static_cast<unsigned long>(request) & 0xFFFFFFFFUL;
  TRY(audit(thread, "fcntl.ioctl", {make_int(descriptor), make_int(request), argument}));
  if (is_any_int(argument)) {
    const auto number = int_to_int64(argument);
    return integer(TRY(checked_call(thread, [&] { return ioctl(descriptor, code, static_cast<int>(number.value_or(0))); })));
  }
  // A buffer that can be written is changed in place; of another one a changed copy comes back.
  BufferLease buffer(thread);
  if (mutate && !has_kind(argument, Kind::Bytes) && supports_buffer(argument)) {
    TRY(buffer.acquire(argument, Buffer::kWritable));
    return integer(TRY(checked_call(thread, [&] { return ioctl(descriptor, code, buffer.data()); })));
  }
  TRY(buffer.acquire(argument));
  if (buffer.size() > kLimit) return raise(thread, ValueError, "ioctl string arg too long");
  std::vector<char> place(kLimit);
  std::memcpy(place.data(), buffer.data(), buffer.size());
  TRY(checked_call(thread, [&] { return ioctl(descriptor, code, place.data()); }));
  return make_bytes({place.data(), buffer.size()});
}

Status lock_whole(Thread& thread, Value file, int operation) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "fcntl.flock", {make_int(descriptor), make_int(operation)}));
  return done_call(thread, [&] { return flock(descriptor, operation); });
}

Status lock_part(Thread& thread, Value file, int command, Value size, Value start, int whence) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  struct flock lock {};
  if (command == LOCK_UN) {
    lock.l_type = F_UNLCK;
  } else if (command & LOCK_SH) {
    lock.l_type = F_RDLCK;
  } else if (command & LOCK_EX) {
    lock.l_type = F_WRLCK;
  } else {
    return raise(thread, ValueError, "unrecognized lockf argument");
  }
  lock.l_start = TRY(index_as_int64(thread, start, &OverflowError));
  lock.l_len = TRY(index_as_int64(thread, size, &OverflowError));
  lock.l_whence = static_cast<short>(whence);
  return done_call(thread, [&] { return fcntl(descriptor, command & LOCK_NB ? F_SETLK : F_SETLKW, &lock); });
}

const MethodRow functions[] = {
    function<control>("fcntl($module, fd, cmd, arg=0, /)", "The system call fcntl()."),
    function<device_control>("ioctl($module, fd, request, arg=0, mutate_flag=True, /)", "The system call ioctl()."),
    function<lock_whole>("flock($module, fd, operation, /)", "Lock a whole file."),
    function<lock_part>("lockf($module, fd, cmd, len=0, start=0, whence=0, /)", "Lock a part of a file."),
};

struct ConstantRow {
  const char* name;
  int64_t value;
};
#define ROW(name) {#name, static_cast<int64_t>(name)}
const ConstantRow constants[] = {
    ROW(LOCK_SH), ROW(LOCK_EX), ROW(LOCK_NB), ROW(LOCK_UN), ROW(LOCK_MAND), ROW(LOCK_READ), ROW(LOCK_WRITE),
    ROW(LOCK_RW), ROW(F_DUPFD), ROW(F_DUPFD_CLOEXEC), ROW(F_GETFD), ROW(F_SETFD), ROW(F_GETFL), ROW(F_SETFL),
    ROW(F_GETLK), ROW(F_SETLK), ROW(F_SETLKW), ROW(F_OFD_GETLK), ROW(F_OFD_SETLK), ROW(F_OFD_SETLKW), ROW(F_GETOWN),
    ROW(F_SETOWN), ROW(F_GETSIG), ROW(F_SETSIG), ROW(F_RDLCK), ROW(F_WRLCK), ROW(F_UNLCK), ROW(F_EXLCK),
    ROW(F_SHLCK), ROW(F_GETLK64), ROW(F_SETLK64), ROW(F_SETLKW64), ROW(F_SETLEASE), ROW(F_GETLEASE), ROW(F_NOTIFY),
    ROW(F_GETPIPE_SZ), ROW(F_SETPIPE_SZ), ROW(F_ADD_SEALS), ROW(F_GET_SEALS), ROW(F_SEAL_SEAL), ROW(F_SEAL_SHRINK),
    ROW(F_SEAL_GROW), ROW(F_SEAL_WRITE), ROW(FD_CLOEXEC), ROW(FASYNC), ROW(DN_ACCESS), ROW(DN_MODIFY),
    ROW(DN_CREATE), ROW(DN_DELETE), ROW(DN_RENAME), ROW(DN_ATTRIB), ROW(DN_MULTISHOT)};
#undef ROW

Status initialize(Thread&, Module& module) {
  for (const ConstantRow& row : constants) module_add(module, row.name, make_int(row.value));
  return nothing;
}

}  // namespace

const ModuleSpec fcntl_module = {
    .name = "fcntl",
    .doc = "Control of open files: fcntl(), ioctl(), locks.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
