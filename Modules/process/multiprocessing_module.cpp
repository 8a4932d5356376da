// _multiprocessing: semaphores that processes share; _posixshmem: memory that they share.
// Library reference, "multiprocessing".
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <ctime>

#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/module_kinds.h"
#include "VM/threads.h"

namespace minipy {
namespace {

// --- SemLock ---

enum SemaphoreKind : int { kRecursiveMutex, kSemaphore };

struct SemaphoreLock : Object {
  static constexpr Kind kKind = ModuleKind::SemaphoreLock;
  sem_t* handle;
  Value name;                // a str, or None for one without
  unsigned long last_owner;  // the thread that acquired it last
  int kind, maximum;
  int count;  // how often this process holds it
};

bool is_mine(const Thread& thread, const SemaphoreLock& self) {
  return self.count > 0 && self.last_owner == thread.identifier;
}

Result<std::string> name_argument(Thread& thread, Value value) {
  std::string name = TRY(to_utf8_strict(thread, value.as<Str>()));
  if (name.find('\0') == std::string::npos) return name;
  return raise(thread, ValueError, "embedded null character");
}

Value new_semaphore(Type& type, sem_t* handle, int kind, int maximum, Value name) {
  SemaphoreLock* self = allocate_instance_as<SemaphoreLock>(type);
  if (!self) return error;
  self->handle = handle;
  self->kind = kind;
  self->maximum = maximum;
  self->name = name;
  return Value(self);
}

const MethodRow semaphore_row = constructor("SemLock(kind, value, maxvalue, name, unlink)");

Value make_semaphore(Thread& thread, Type& type, const Value* arguments, size_t count,
                     Value keyword_names) {
  Value values[5];
  TRY(bind(thread, semaphore_row, arguments, count, keyword_names, values));
  const int kind = TRY(argument_int(thread, values[0]));
  const int value = TRY(argument_int(thread, values[1]));
  const int maximum = TRY(argument_int(thread, values[2]));
  if (!is_str(values[3])) {
    return raise(thread, TypeError, "SemLock() argument 'name' must be str, not {}",
                 argument_kind(values[3]));
  }
  const std::string name = TRY(name_argument(thread, values[3]));
  const bool unlinks = TRY(truth(thread, values[4]));
  if (kind != kRecursiveMutex && kind != kSemaphore)
    return raise(thread, ValueError, "unrecognized kind");
  sem_t* handle = sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value));
  if (handle == SEM_FAILED) return raise_os_error(thread, errno);
  if (unlinks && sem_unlink(name.c_str()) < 0) {
    const int error_number = errno;
    sem_close(handle);
    return raise_os_error(thread, error_number);
  }
  return new_semaphore(type, handle, kind, maximum, unlinks ? None : values[3]);
}

void close_semaphore(Thread&, Value self) {
  SemaphoreLock& lock = *self.as<SemaphoreLock>();
  if (lock.handle) sem_close(lock.handle);
  lock.handle = nullptr;
}

// Of a process that has it open already, by its name.
Value rebuild(Thread& thread, Type& type, Value handle, int kind, int maximum, Value name) {
  if (name.is_none()) {
    const std::optional<int64_t> address = is_any_int(handle) ? int_to_int64(handle) : std::nullopt;
    if (!address)
      return raise(thread, TypeError, "an integer is required (got type {})", type_of(handle));
    // Only forked processes pass handles: theirs is the memory it points into.
    return new_semaphore(type, reinterpret_cast<sem_t*>(*address), kind, maximum, None);
  }
  if (!is_str(name)) {
    return raise(thread, TypeError, "_rebuild() argument 4 must be str or None, not {}",
                 argument_kind(name));
  }
  sem_t* opened = sem_open(TRY(name_argument(thread, name)).c_str(), 0);
  if (opened == SEM_FAILED) return raise_os_error(thread, errno);
  return new_semaphore(type, opened, kind, maximum, name);
}

// `seconds` from now.
timespec deadline_after(double seconds) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const double whole = std::floor(seconds);
  timespec deadline;
  deadline.tv_sec = now.tv_sec + static_cast<time_t>(std::min(whole, 1e15));
  deadline.tv_nsec = now.tv_nsec + static_cast<long>((seconds - whole) * 1e9);
  if (deadline.tv_nsec >= 1000000000) {
    deadline.tv_nsec -= 1000000000;
    ++deadline.tv_sec;
  }
  return deadline;
}

// The finaliser has closed it; somebody who was unreachable at the same time may still come here.
Status check_open(Thread& thread, const SemaphoreLock& self) {
  if (self.handle) return nothing;
  return raise_os_error(thread, EINVAL);
}

// A system call that a signal may interrupt; its handlers run then, and may raise.
template <typename F>
Result<int> until_done(Thread& thread, F&& system_call) {
  for (;;) {
    if (system_call() == 0) return 0;
    const int error_number = errno;
    if (error_number != EINTR) return error_number;
    TRY(run_pending(thread));
  }
}

Value acquire(Thread& thread, SemaphoreLock& self, bool block, Value timeout) {
  TRY(check_open(thread, self));
  if (self.kind == kRecursiveMutex && is_mine(thread, self)) {
    ++self.count;
    return True;
  }
  timespec deadline{};
  const bool has_deadline = !timeout.is_none();
  if (has_deadline) deadline = deadline_after(std::max(TRY(as_double(thread, timeout)), 0.0));
  int error_number = TRY(until_done(thread, [&] { return sem_trywait(self.handle); }));
  if (error_number == EAGAIN && block) {
    error_number = TRY(until_done(thread, [&] {
      WithoutGil without_gil(thread);
      return has_deadline ? sem_timedwait(self.handle, &deadline) : sem_wait(self.handle);
    }));
  }
  if (error_number == EAGAIN || error_number == ETIMEDOUT) return False;
  if (error_number) return raise_os_error(thread, error_number);
  ++self.count;
  self.last_owner = thread.identifier;
  return True;
}

Status release(Thread& thread, SemaphoreLock& self) {
  TRY(check_open(thread, self));
  if (self.kind == kRecursiveMutex) {
    if (!is_mine(thread, self)) {
      return raise(thread, AssertionError, "attempt to release recursive lock not owned by thread");
    }
    if (self.count > 1) {
      --self.count;
      return nothing;
    }
  } else {
    int value;
    if (sem_getvalue(self.handle, &value) < 0) return raise_os_error(thread, errno);
    if (value >= self.maximum)
      return raise(thread, ValueError, "semaphore or lock released too many times");
  }
  if (sem_post(self.handle) < 0) return raise_os_error(thread, errno);
  --self.count;
  return nothing;
}

Value enter(Thread& thread, SemaphoreLock& self) {
  return acquire(thread, self, true, None);
}
Status leave(Thread& thread, SemaphoreLock& self, Value, Value, Value) {
  return release(thread, self);
}
int count_of(SemaphoreLock& self) {
  return self.count;
}
bool is_mine_method(Thread& thread, SemaphoreLock& self) {
  return is_mine(thread, self);
}
void after_fork(SemaphoreLock& self) {
  self.count = 0;
}

Result<int> value_of(Thread& thread, SemaphoreLock& self) {
  TRY(check_open(thread, self));
  int value;
  if (sem_getvalue(self.handle, &value) < 0) return raise_os_error(thread, errno);
  return std::max(value, 0);
}
Result<bool> is_zero(Thread& thread, SemaphoreLock& self) {
  return TRY(value_of(thread, self)) == 0;
}

Value handle_of(SemaphoreLock& self) {
  return make_uint(reinterpret_cast<uintptr_t>(self.handle));
}
int kind_of(SemaphoreLock& self) {
  return self.kind;
}
int maximum_of(SemaphoreLock& self) {
  return self.maximum;
}
Value name_of_lock(SemaphoreLock& self) {
  return self.name;
}

const MethodRow semaphore_methods[] = {
    method<acquire>("acquire($self, /, block=True, timeout=None)", "Acquire the semaphore/lock."),
    method<release>("release($self, /)", "Release the semaphore/lock."),
    method<enter>("__enter__($self, /)", "Enter the semaphore/lock."),
    method<leave>("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)",
                  "Exit the semaphore/lock."),
    method<count_of>("_count($self, /)",
                     "Num of `acquire()`s minus num of `release()`s for this process."),
    method<is_mine_method>("_is_mine($self, /)", "Whether the lock is owned by this thread."),
    method<value_of>("_get_value($self, /)", "Get the value of the semaphore."),
    method<is_zero>("_is_zero($self, /)", "Return whether semaphore has value zero."),
    class_method<rebuild>("_rebuild($type, handle, kind, maxvalue, name, /)", nullptr),
    method<after_fork>("_after_fork($self, /)", "Rezero the net acquisition count after fork()."),
    member<handle_of>("handle", ""),
    member<kind_of>("kind", ""),
    member<maximum_of>("maxvalue", ""),
    member<name_of_lock>("name", ""),
};

Status unlink_semaphore(Thread& thread, Value name) {
  if (!is_str(name))
    return raise(thread, TypeError, "sem_unlink() argument must be str, not {}", argument_kind(name));
  if (sem_unlink(TRY(name_argument(thread, name)).c_str()) < 0)
    return raise_os_error(thread, errno);
  return nothing;
}

const MethodRow multiprocessing_functions[] = {
    function<unlink_semaphore>("sem_unlink($module, name, /)", nullptr),
};

Status initialize_multiprocessing(Thread&, Module& module) {
  Type& type = define_type(ModuleKind::SemaphoreLock,
                           {.doc = "Semaphore/Mutex type",
                            .instance_bytes = sizeof(SemaphoreLock),
                            .flags = Type::kBaseType | Type::kHasFinalizer | Type::kReleasesResource,
                            .slots = {.make = make_semaphore, .finalize = close_semaphore},
                            .methods = semaphore_methods});
  dict_set_str(type_dict(type), "SEM_VALUE_MAX", make_int(SEM_VALUE_MAX));
  module_add_type(module, type);
  Dict* flags = make_dict();
  dict_set_str(*flags, "HAVE_SEM_OPEN", Value::from_int(1));
  dict_set_str(*flags, "HAVE_SEM_TIMEDWAIT", Value::from_int(1));
  module_add(module, "flags", flags);
  return nothing;
}

// --- shared memory ---

Result<std::string> path_argument(Thread& thread, const char* function, Value path) {
  if (!is_str(path)) {
    return raise(thread, TypeError, "{}() argument 'path' must be str, not {}", function,
                 argument_kind(path));
  }
  return to_utf8_strict(thread, path.as<Str>());
}

Result<int> open_memory(Thread& thread, Value path, int flags, int mode) {
  const std::string name = TRY(path_argument(thread, "shm_open", path));
  int descriptor = -1;
  const int error_number = TRY(until_done(thread, [&] {
    WithoutGil without_gil(thread);
    descriptor = shm_open(name.c_str(), flags, static_cast<mode_t>(mode));
    return descriptor < 0 ? -1 : 0;
  }));
  if (error_number) return raise_os_error(thread, error_number, path);
  return descriptor;
}

Status unlink_memory(Thread& thread, Value path) {
  const std::string name = TRY(path_argument(thread, "shm_unlink", path));
  const int error_number = TRY(until_done(thread, [&] {
    WithoutGil without_gil(thread);
    return shm_unlink(name.c_str());
  }));
  return error_number ? Status(raise_os_error(thread, error_number, path)) : Status(nothing);
}

const MethodRow shared_memory_functions[] = {
    function<open_memory>("shm_open($module, /, path, flags, mode=511)",
                          "Open a shared memory object.  Returns a file descriptor (integer)."),
    function<unlink_memory>("shm_unlink($module, /, path)",
                            "Remove a shared memory object (similar to unlink()).\n\n"
                            "Its memory lives on until no process maps it any more."),
};

}  // namespace

extern const ModuleSpec multiprocessing_module{
    "_multiprocessing", nullptr, multiprocessing_functions, initialize_multiprocessing};
extern const ModuleSpec posixshmem_module{"_posixshmem", "POSIX shared memory module",
                                          shared_memory_functions};

}  // namespace minipy
