// stat() and its kind: what is known about files. Library reference, "os".
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <climits>
#include <cmath>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Type& stat_type() {
  static Type& type = make_struct_sequence_type(
      "os.stat_result", "What stat() tells about a file.",
      {{"st_mode", "protection bits"}, {"st_ino", "inode"}, {"st_dev", "device"}, {"st_nlink", "number of hard links"},
       {"st_uid", "user ID of owner"}, {"st_gid", "group ID of owner"}, {"st_size", "total size, in bytes"}, {"", ""},
       {"", ""}, {"", ""}, {"st_atime", "time of last access"}, {"st_mtime", "time of last modification"},
       {"st_ctime", "time of last change"}, {"st_atime_ns", "time of last access in nanoseconds"},
       {"st_mtime_ns", "time of last modification in nanoseconds"},
       {"st_ctime_ns", "time of last change in nanoseconds"}, {"st_blksize", "blocksize for filesystem I/O"},
       {"st_blocks", "number of blocks allocated"}, {"st_rdev", "device type (if inode device)"}},
      10);
  return type;
}
Type& statvfs_type() {
  static Type& type = make_struct_sequence_type(
      "os.statvfs_result", "What statvfs() tells about a file system.",
      {{"f_bsize", ""}, {"f_frsize", ""}, {"f_blocks", ""}, {"f_bfree", ""}, {"f_bavail", ""}, {"f_files", ""},
       {"f_ffree", ""}, {"f_favail", ""}, {"f_flag", ""}, {"f_namemax", ""}, {"f_fsid", ""}},
      10);
  return type;
}

Value nanoseconds(const timespec& time) {
  return int_add(MUST(int_multiply(current_thread(), make_int(time.tv_sec), make_int(1000000000)), "small"),
                 make_int(time.tv_nsec));
}
Value seconds(const timespec& time) {
  return make_float(static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec));
}

Result<Path> stat_path(Thread& thread, Value value, const char* function, Value folder, int& base) {
  Path path = TRY(path_argument(thread, value, function, kOrDescriptor));
  base = TRY(folder_descriptor(thread, folder));
  if (path.has_descriptor && base != AT_FDCWD) {
    return raise(thread, ValueError, "{}: can't specify dir_fd without matching path", function);
  }
  return path;
}

Value stat_file(Thread& thread, Value value, Value folder, bool follow_symlinks) {
  int base;
  const Path path = TRY(stat_path(thread, value, "stat", folder, base));
  if (path.has_descriptor && !follow_symlinks) {
    return raise(thread, ValueError, "stat: cannot use fd and follow_symlinks together");
  }
  struct stat status;
  TRY(checked_call(
      thread,
      [&] {
        if (path.has_descriptor) return fstat(path.descriptor, &status);
        return fstatat(base, path.c_str(), &status, follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
      },
      path.shown));
  return make_stat_result(status);
}
Value stat_link(Thread& thread, Value value, Value folder) {
  const Path path = TRY(path_argument(thread, value, "lstat"));
  const int base = TRY(folder_descriptor(thread, folder));
  struct stat status;
  TRY(checked_call(thread, [&] { return fstatat(base, path.c_str(), &status, AT_SYMLINK_NOFOLLOW); }, path.shown));
  return make_stat_result(status);
}
Value stat_descriptor(Thread& thread, int descriptor) {
  struct stat status;
  TRY(checked_call(thread, [&] { return fstat(descriptor, &status); }));
  return make_stat_result(status);
}

Value make_statvfs(const struct statvfs& s) {
  const auto number = [](uint64_t n) { return make_uint(n); };
  const Value values[] = {number(s.f_bsize),  number(s.f_frsize), number(s.f_blocks), number(s.f_bfree),
                          number(s.f_bavail), number(s.f_files),  number(s.f_ffree),  number(s.f_favail),
                          number(s.f_flag),   number(s.f_namemax), number(s.f_fsid)};
  return make_struct_sequence(statvfs_type(), values);
}
Value stat_file_system(Thread& thread, Value value) {
  const Path path = TRY(path_argument(thread, value, "statvfs", kOrDescriptor));
  struct statvfs status;
  TRY(checked_call(
      thread,
      [&] { return path.has_descriptor ? fstatvfs(path.descriptor, &status) : statvfs(path.c_str(), &status); },
      path.shown));
  return make_statvfs(status);
}
Value stat_file_system_of(Thread& thread, int descriptor) {
  struct statvfs status;
  TRY(checked_call(thread, [&] { return fstatvfs(descriptor, &status); }));
  return make_statvfs(status);
}

Result<bool> may_access(Thread& thread, Value value, int mode, Value folder, bool effective_ids,
                        bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "access"));
  const int base = TRY(folder_descriptor(thread, folder));
  const int flags = (effective_ids ? AT_EACCESS : 0) | (follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
  const WithoutGil guard(thread);
  return faccessat(base, path.c_str(), mode, flags) == 0;
}

// --- utime ---

Result<timespec> seconds_argument(Thread& thread, Value value) {
  timespec time;
  if (is_float(value)) {
    const double number = float_number(value);
    if (std::isnan(number)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
    const double whole = std::floor(number);
    if (whole < -9.2e18 || whole > 9.2e18) {
      return raise(thread, OverflowError, "timestamp out of range for platform time_t");
    }
    time.tv_sec = static_cast<time_t>(whole);
    time.tv_nsec = static_cast<long>(std::floor((number - whole) * 1e9));
    return time;
  }
  const auto number = int_to_int64(TRY(number_index(thread, value)));
  if (!number) return raise(thread, OverflowError, "timestamp out of range for platform time_t");
  time.tv_sec = *number;
  time.tv_nsec = 0;
  return time;
}
Result<timespec> nanoseconds_argument(Thread& thread, Value value) {
  const Value pair = TRY(number_divmod(thread, value, make_int(1000000000)));
  if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
    return raise(thread, TypeError, "{}.__divmod__() must return a 2-tuple, not {}", type_of(value), type_of(pair));
  }
  timespec time;
  time.tv_sec = TRY(index_as_int64(thread, pair.as<Tuple>()->items[0], &OverflowError));
  time.tv_nsec = TRY(index_as_int64(thread, pair.as<Tuple>()->items[1], &OverflowError));
  return time;
}

Status set_times(Thread& thread, Value value, Value times, Value ns, Value folder, bool follow_symlinks) {
  if (!times.is_none() && !ns.is_empty()) {
    return raise(thread, ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  }
  timespec both[2];
  const bool is_now = times.is_none() && ns.is_empty();
  if (!is_now) {
    const Value pair = ns.is_empty() ? times : ns;
    if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
      return raise(thread, TypeError, "{}",
                   ns.is_empty() ? "utime: 'times' must be either a tuple of two ints or None"
                                 : "utime: 'ns' must be a tuple of two ints");
    }
    for (size_t i = 0; i < 2; ++i) {
      const Value one = pair.as<Tuple>()->items[i];
      both[i] = TRY(ns.is_empty() ? seconds_argument(thread, one) : nanoseconds_argument(thread, one));
    }
  }
  int base;
  const Path path = TRY(stat_path(thread, value, "utime", folder, base));
  if (path.has_descriptor && !follow_symlinks) {
    return raise(thread, ValueError, "utime: cannot use fd and follow_symlinks together");
  }
  TRY(audit(thread, "os.utime", {path.shown, times, ns.is_empty() ? None : ns, make_int(base == AT_FDCWD ? -1 : base)}));
  const timespec* set = is_now ? nullptr : both;
  return done_call(
      thread,
      [&] {
        if (path.has_descriptor) return futimens(path.descriptor, set);
        return utimensat(base, path.c_str(), set, follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
      },
      path.shown);
}

const MethodRow rows[] = {
    function<stat_file>("stat($module, /, path, *, dir_fd=None, follow_symlinks=True)", "What is known about a file."),
    function<stat_link>("lstat($module, /, path, *, dir_fd=None)", "The same of a link itself."),
    function<stat_descriptor>("fstat($module, /, fd)", "The same by descriptor."),
    function<stat_file_system>("statvfs($module, /, path)", "What is known about a file system."),
    function<stat_file_system_of>("fstatvfs($module, fd, /)", "The same by descriptor."),
    function<may_access>("access($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)",
                         "Whether the user may read, write or run a file."),
    function<set_times>("utime($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)",
                        "Set the times of access and modification."),
};

}  // namespace

Value make_stat_result(const struct stat& s) {
  const Value values[] = {make_int(s.st_mode),       make_uint(s.st_ino),         make_uint(s.st_dev),
                          make_uint(s.st_nlink),     make_int(s.st_uid),          make_int(s.st_gid),
                          make_int(s.st_size),       make_int(s.st_atim.tv_sec),  make_int(s.st_mtim.tv_sec),
                          make_int(s.st_ctim.tv_sec), seconds(s.st_atim),         seconds(s.st_mtim),
                          seconds(s.st_ctim),        nanoseconds(s.st_atim),      nanoseconds(s.st_mtim),
                          nanoseconds(s.st_ctim),    make_int(s.st_blksize),      make_int(s.st_blocks),
                          make_uint(s.st_rdev)};
  return make_struct_sequence(stat_type(), values);
}

void add_posix_types(Module& module) {
  module_add(module, "stat_result", &stat_type());
  module_add(module, "statvfs_result", &statvfs_type());
}

std::span<const MethodRow> posix_status_rows() { return rows; }

}  // namespace minipy
