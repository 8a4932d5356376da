// posix: what its files share, above all how paths and descriptors come in.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include <string>

#include "Modules/arguments.h"
#include "Modules/descriptors.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "VM/runtime.h"
#include "VM/importer.h"
#include "VM/threads.h"

namespace minipy {

// A path argument: str, bytes, os.PathLike, and where allowed an open descriptor or None.
struct Path {
  Value shown;          // for messages, as it was given
  std::string text;
  int descriptor = -1;  // >= 0: given instead of a path
  bool has_descriptor = false, is_none = false, is_bytes = false;
  const char* c_str() const { return text.c_str(); }
};
enum PathOption { kPathOnly = 0, kOrDescriptor = 1, kOrNone = 2 };
Result<Path> path_argument(Thread& thread, Value value, const char* function, int options = kPathOnly,
                           const char* argument = "path");
// The same type as the path: bytes or str.
inline Value path_result(const Path& path, std::string_view text) {
  return path.is_bytes ? Value(make_bytes(text)) : Value(from_filename(text));
}
// None: AT_FDCWD. What an `int` descriptor argument or an object with fileno() gives.
Result<int> folder_descriptor(Thread& thread, Value value);
Result<int> descriptor_argument(Thread& thread, Value value);
Result<uint32_t> user_id(Thread& thread, Value value, const char* what = "uid");
inline Value integer(int64_t value) { return make_int(value); }

// Runs a system call while other threads may run; again if a signal came, whose handlers run between, and once
// more if there were no descriptors left.
template <typename F>
Result<int64_t> system_call(Thread& thread, F&& call) {
  for (bool has_collected = false;;) {
    int64_t result;
    {
      const WithoutGil guard(thread);
      result = static_cast<int64_t>(call());
    }
    if (result >= 0) return result;
    const int error_number = errno;
    if (error_number == EINTR) {
      TRY(run_pending(thread));
    } else if (has_collected || !collect_lost_descriptors(thread, error_number)) {
      errno = error_number;
      return result;
    } else {
      has_collected = true;
    }
  }
}
// The same; a negative result raises OSError.
template <typename F>
Result<int64_t> checked_call(Thread& thread, F&& call, Value shown = Value(), Value shown2 = Value()) {
  const int64_t result = TRY(system_call(thread, call));
  if (result < 0) return raise_os_error(thread, errno, shown, shown2);
  return result;
}
template <typename F>
Status done_call(Thread& thread, F&& call, Value shown = Value(), Value shown2 = Value()) {
  TRY(checked_call(thread, call, shown, shown2));
  return nothing;
}

std::span<const MethodRow> posix_file_rows();         // files.cpp: open, read, write, descriptors
std::span<const MethodRow> posix_path_rows();         // paths.cpp: what goes by name
std::span<const MethodRow> posix_status_rows();       // status.cpp: stat, statvfs, access, utime
std::span<const MethodRow> posix_folder_rows();       // folders.cpp: listdir, scandir
std::span<const MethodRow> posix_process_rows();      // processes.cpp: fork, exec, wait, kill
std::span<const MethodRow> posix_identity_rows();     // identity.cpp: users, groups, sessions
std::span<const MethodRow> posix_environment_rows();  // environment.cpp: environment, system, limits
std::span<const MethodRow> posix_scheduling_rows();   // scheduling.cpp
void define_folder_types();
Value make_stat_result(const struct stat& status);
void add_posix_types(Module& module);
void add_configuration_names(Module& module);
void add_scheduling_types(Module& module);
Result<sched_param> scheduling_parameter(Thread&, Value value);  // "must have a sched_param object"
Type& terminal_size_type();
Type& waitid_result_type();

// fork() with the interpreter's own state in order: `before` and the two `after` of register_at_fork.
Result<int> fork_process(Thread& thread);
void run_before_fork(Thread& thread);
void run_after_fork(Thread& thread, bool in_child);

}  // namespace minipy
