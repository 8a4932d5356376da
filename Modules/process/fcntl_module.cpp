// fcntl: control of file descriptors.
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"
#include "Objects/copy_bytes.h"

namespace minipy {
namespace {

constexpr size_t kLargestArgument = 1024;

Result<uint32_t> wrapped_argument(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  return static_cast<uint32_t>(int_and(number, Value::from_int(0xFFFFFFFF)).as_int());
}

// A str or bytes-like argument is copied in and its changed copy is the result.
Result<bool> copied_argument(Thread& thread, Value argument, char* buffer, size_t& size, const char* too_long,
                             bool takes_writable) {
  BufferLease lease(thread);
  std::string text;
  std::string_view contents;
  if (is_str(argument)) {
    text = TRY(to_utf8_strict(thread, argument.as<Str>()));
    contents = text;
  } else if (supports_buffer(argument)) {
    TRY(lease.acquire(argument));
    if (!lease->is_read_only && !takes_writable) return false;
    contents = lease.view();
  } else {
    return false;
  }
  if (contents.size() > kLargestArgument) return raise(thread, ValueError, "{}", too_long);
  copy_bytes(buffer, contents);
  buffer[contents.size()] = 0;
  size = contents.size();
  return true;
}

Value or_zero(Value argument) { return argument.is_empty() ? make_int(0) : argument; }

Value control_file(Thread& thread, Value file, int command, Value argument) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "fcntl.fcntl", {make_int(descriptor), make_int(command), argument.is_empty() ? None : argument}));
  char buffer[kLargestArgument + 1];
  size_t size = 0;
  if (!argument.is_empty() && TRY(copied_argument(thread, argument, buffer, size, "fcntl string arg too long", false))) {
    TRY(checked_call(thread, [&] { return fcntl(descriptor, command, buffer); }));
    return make_bytes({buffer, size});
  }
  const uint32_t number = argument.is_empty() ? 0 : TRY(wrapped_argument(thread, argument));
  return make_int(TRY(checked_call(thread, [&] { return fcntl(descriptor, command, static_cast<int>(number)); })));
}

// A writable buffer is changed in place (through a copy if it is small, with room behind it).
Value control_in_place(Thread& thread, int descriptor, unsigned request, BufferLease& lease) {
  char copy[kLargestArgument + 1];
  const size_t size = lease.size();
  char* place = reinterpret_cast<char*>(lease.data());
  if (size <= kLargestArgument) {
    std::memcpy(copy, place, size);
    copy[size] = 0;
    place = copy;
  }
  int64_t result;
  if (place == copy) {
    result = TRY(system_call(thread, [&] { return ioctl(descriptor, request, place); }));
    std::memcpy(lease.data(), copy, size);
  } else {
    result = ioctl(descriptor, request, place);
  }
  if (result < 0) return raise_os_error(thread, errno);
  return make_int(result);
}

Value control_device(Thread& thread, Value file, Value request_value, Value argument, bool may_change) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const uint32_t request = TRY(wrapped_argument(thread, request_value));
  TRY(audit(thread, "fcntl.ioctl", {make_int(descriptor), make_int(request), argument.is_empty() ? None : argument}));
  if (!argument.is_empty() && !is_any_int(argument) && !is_str(argument) && supports_buffer(argument)) {
    BufferLease writable(thread);
    if (!writable.acquire(argument, Buffer::kWritable).failed()) {
      if (may_change) return control_in_place(thread, descriptor, request, writable);
    } else {
      take_exception(thread);
    }
  }
  char buffer[kLargestArgument + 1];
  size_t size = 0;
  if (!argument.is_empty() && !is_any_int(argument) &&
      TRY(copied_argument(thread, argument, buffer, size, "ioctl string arg too long", true))) {
    TRY(checked_call(thread, [&] { return ioctl(descriptor, request, buffer); }));
    return make_bytes({buffer, size});
  }
  const uint32_t number = argument.is_empty() ? 0 : TRY(wrapped_argument(thread, argument));
  return make_int(TRY(checked_call(thread, [&] { return ioctl(descriptor, request, static_cast<int>(number)); })));
}

Status lock_whole(Thread& thread, Value file, int operation) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "fcntl.flock", {make_int(descriptor), make_int(operation)}));
  return done_call(thread, [&] { return flock(descriptor, operation); });
}

Value lock_range(Thread& thread, Value file, int operation, Value size, Value start, int whence) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "fcntl.lockf",
            {make_int(descriptor), make_int(operation), or_zero(size), or_zero(start), make_int(whence)}));
  struct flock range = {};
  if (operation == LOCK_UN) range.l_type = F_UNLCK;
  else if (operation & LOCK_SH) range.l_type = F_RDLCK;
  else if (operation & LOCK_EX) range.l_type = F_WRLCK;
  else return raise(thread, ValueError, "unrecognized lockf argument");
  range.l_start = start.is_empty() ? 0 : TRY(argument_int64(thread, start));
  range.l_len = size.is_empty() ? 0 : TRY(argument_int64(thread, size));
  range.l_whence = static_cast<short>(whence);
  TRY(checked_call(thread, [&] { return fcntl(descriptor, operation & LOCK_NB ? F_SETLK : F_SETLKW, &range); }));
  return None;
}

const MethodRow functions[] = {
    function<control_file>("fcntl($module, fd, cmd, arg=<0>, /)",
                           "Do cmd to the file descriptor fd (or to an object with fileno()).\n\n"
                           "arg is an int, or bytes (or text) of up to 1024 bytes, a changed copy of which is returned."),
    function<lock_whole>("flock($module, fd, operation, /)", "Lock or unlock a whole file: LOCK_SH, LOCK_EX, LOCK_UN, perhaps | LOCK_NB."),
    function<control_device>("ioctl($module, fd, request, arg=<0>, mutate_flag=True, /)",
                             "Do request to the device behind fd.\n\n"
                             "A writable buffer as arg is changed in place if mutate_flag is true; of bytes or text a\n"
                             "changed copy is returned, otherwise the call's own result."),
    function<lock_range>("lockf($module, fd, cmd, len=<0>, start=<0>, whence=0, /)",
                         "Lock or unlock a part of a file (with fcntl): LOCK_SH, LOCK_EX, LOCK_UN, perhaps | LOCK_NB."),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
#define C(name) {#name, name},
    C(LOCK_SH) C(LOCK_EX) C(LOCK_NB) C(LOCK_UN) C(LOCK_MAND) C(LOCK_READ) C(LOCK_WRITE) C(LOCK_RW)
    C(F_DUPFD) C(F_DUPFD_CLOEXEC) C(F_GETFD) C(F_SETFD) C(F_GETFL) C(F_SETFL) C(F_GETLK) C(F_SETLK) C(F_SETLKW)
    C(F_OFD_GETLK) C(F_OFD_SETLK) C(F_OFD_SETLKW) C(F_GETOWN) C(F_SETOWN) C(F_GETSIG) C(F_SETSIG) C(F_RDLCK) C(F_WRLCK)
    C(F_UNLCK) C(F_EXLCK) C(F_SHLCK) C(F_SETLEASE) C(F_GETLEASE) C(F_NOTIFY) C(F_ADD_SEALS) C(F_GET_SEALS) C(F_SEAL_SEAL)
    C(F_SEAL_SHRINK) C(F_SEAL_GROW) C(F_SEAL_WRITE) C(F_SETPIPE_SZ) C(F_GETPIPE_SZ) C(FD_CLOEXEC) C(FASYNC)
    C(DN_ACCESS) C(DN_MODIFY) C(DN_CREATE) C(DN_DELETE) C(DN_RENAME) C(DN_ATTRIB)
#undef C
    {"DN_MULTISHOT", 0x80000000}, {"F_GETLK64", F_GETLK}, {"F_SETLK64", F_SETLK}, {"F_SETLKW64", F_SETLKW},
};

Status initialize(Thread&, Module& module) {
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec fcntl_module = {"fcntl", "Control of file descriptors: fcntl(), ioctl(), flock(), lockf().", functions,
                                 initialize};

}  // namespace minipy
