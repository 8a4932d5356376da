// faulthandler: tracebacks of Python code when the process gets a deadly signal. Library "faulthandler".
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

constexpr int kMaxFrames = 100;

// --- writing, from signal handlers too: no allocation, no stdio ---

void put(int fd, const char* text, size_t size) {
  while (size) {
    const ssize_t written = write(fd, text, size);
    if (written <= 0) return;
    text += written;
    size -= static_cast<size_t>(written);
  }
}
void put(int fd, const char* text) { put(fd, text, std::strlen(text)); }

void put_number(int fd, uint64_t number, unsigned base, unsigned width) {
  char digits[24];
  size_t at = sizeof(digits);
  do {
    digits[--at] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number || sizeof(digits) - at < width);
  put(fd, digits + at, sizeof(digits) - at);
}

void put_text(int fd, const Str* text) {
  const size_t length = text->length() < 500 ? text->length() : 500;
  for (size_t i = 0; i < length; ++i) {
    const char32_t c = text->at(i);
    if (c >= ' ' && c < 127) {
      const char byte = static_cast<char>(c);
      put(fd, &byte, 1);
    } else {
      put(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
      put_number(fd, c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
    }
  }
  if (length < text->length()) put(fd, "...");
}

void put_frames(int fd, const Thread& thread) {
  if (!thread.frame) return put(fd, "  <no Python frame>\n");
  int count = 0;
  for (Frame* frame = thread.frame; frame; frame = caller_of(frame)) {
    if (++count > kMaxFrames) return put(fd, "  ...\n");
    const Code& code = frame_code(frame);
    put(fd, "  File \"");
    put_text(fd, code.filename());
    put(fd, "\", line ");
    const int line = frame_line(frame);
    if (line >= 0) {
      put_number(fd, static_cast<uint64_t>(line), 10, 1);
    } else {
      put(fd, "???");
    }
    put(fd, " in ");
    put_text(fd, code.name());
    put(fd, "\n");
  }
}

void put_thread(int fd, const Thread& thread, bool is_current, bool alone) {
  if (alone) {
    put(fd, "Stack (most recent call first):\n");
  } else {
    put(fd, is_current ? "Current thread 0x" : "Thread 0x");
    put_number(fd, thread.identifier, 16, 16);
    put(fd, " (most recent call first):\n");
  }
  put_frames(fd, thread);
}

void put_tracebacks(int fd, bool all_threads, const Thread* current) {
  if (!all_threads) {
    if (current) put_thread(fd, *current, true, true);
    return;
  }
  bool is_first = true;
  for (const Thread* thread = first_thread; thread; thread = thread->next) {
    if (!is_first) put(fd, "\n");
    is_first = false;
    put_thread(fd, *thread, thread == current, false);
  }
}

// --- deadly signals ---

struct DeadlySignal {
  int number;
  const char* name;
  struct sigaction previous;
  bool is_installed;
};
DeadlySignal deadly[] = {
    {SIGBUS, "Bus error", {}, false},
    {SIGILL, "Illegal instruction", {}, false},
    {SIGFPE, "Floating point exception", {}, false},
    {SIGABRT, "Aborted", {}, false},
    {SIGSEGV, "Segmentation fault", {}, false},
};
int fatal_fd = -1;
bool fatal_all_threads = true, is_on = false;
Value fatal_file;
stack_t alternate_stack;

void on_deadly_signal(int number) {
  const int saved_errno = errno;
  for (DeadlySignal& signal_row : deadly) {
    if (signal_row.number != number) continue;
    sigaction(number, &signal_row.previous, nullptr);
    signal_row.is_installed = false;
    put(fatal_fd, "Fatal Python error: ");
    put(fatal_fd, signal_row.name);
    put(fatal_fd, "\n\n");
    put_tracebacks(fatal_fd, fatal_all_threads, current_thread_pointer);
  }
  errno = saved_errno;
  ::raise(number);
}

Status install() {
  if (is_on) return nothing;
  is_on = true;
  for (DeadlySignal& signal_row : deadly) {
    struct sigaction action = {};
    action.sa_handler = on_deadly_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_NODEFER | (alternate_stack.ss_sp ? SA_ONSTACK : 0);
    signal_row.is_installed = sigaction(signal_row.number, &action, &signal_row.previous) == 0;
  }
  return nothing;
}

void uninstall() {
  for (DeadlySignal& signal_row : deadly) {
    if (signal_row.is_installed) sigaction(signal_row.number, &signal_row.previous, nullptr);
    signal_row.is_installed = false;
  }
  is_on = false;
  fatal_file = Value();
}

void prepare_alternate_stack() {
  if (alternate_stack.ss_sp) return;
  alternate_stack.ss_size = static_cast<size_t>(SIGSTKSZ) * 4;
  alternate_stack.ss_sp = std::malloc(alternate_stack.ss_size);
  if (!alternate_stack.ss_sp || sigaltstack(&alternate_stack, nullptr) != 0) alternate_stack.ss_sp = nullptr;
}

// --- arguments ---

// The descriptor of `file`: a number, something with fileno(), or sys.stderr. Flushes it first.
Result<int> descriptor_of(Thread& thread, Value& file) {
  if (file.is_empty() || file.is_none()) {
    file = system_attribute("stderr");
    if (file.is_unbound()) return raise(thread, RuntimeError, "unable to get sys.stderr");
    if (file.is_none()) return raise(thread, RuntimeError, "sys.stderr is None");
  } else if (is_any_int(file)) {
    const int fd = TRY(argument_int(thread, file));
    if (fd < 0) return raise(thread, ValueError, "file is not a valid file descripter");
    file = Value();
    return fd;
  }
  const Value number = TRY(call_method(thread, file, "fileno"));
  if (!number.is_int() || number.as_int() < 0) return raise(thread, RuntimeError, "file.fileno() is not a valid file descriptor");
  if (call_method(thread, file, "flush").is_empty()) take_exception(thread);
  return static_cast<int>(number.as_int());
}

Status dump_traceback(Thread& thread, Value file, bool all_threads) {
  const int fd = TRY(descriptor_of(thread, file));
  put_tracebacks(fd, all_threads, &thread);
  return nothing;
}

Status enable(Thread& thread, Value file, bool all_threads) {
  const int fd = TRY(descriptor_of(thread, file));
  prepare_alternate_stack();
  fatal_fd = fd;
  fatal_file = file;
  fatal_all_threads = all_threads;
  return install();
}

bool disable() {
  const bool was_on = is_on;
  if (was_on) uninstall();
  return was_on;
}
bool is_enabled() { return is_on; }

// --- after a time: a thread of its own waits, and writes ---

struct Later {
  pthread_t thread;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wakes = PTHREAD_COND_INITIALIZER;
  bool is_running = false, is_cancelled = false;
  double seconds;
  bool repeats, exits;
  int fd;
  char header[64];
};
Later later;

// The thread that waits is not there in a forked child.
void forget_later() {
  pthread_mutex_init(&later.lock, nullptr);
  pthread_cond_init(&later.wakes, nullptr);
  later.is_running = false;
}
Value later_file;

timespec deadline_in(double seconds) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const double whole = std::floor(seconds);
  now.tv_sec += static_cast<time_t>(whole);
  now.tv_nsec += static_cast<long>((seconds - whole) * 1e9);
  if (now.tv_nsec >= 1000000000) {
    ++now.tv_sec;
    now.tv_nsec -= 1000000000;
  }
  return now;
}

void* wait_and_dump(void*) {
  pthread_mutex_lock(&later.lock);
  do {
    const timespec deadline = deadline_in(later.seconds);
    int result = 0;
    while (!later.is_cancelled && result != ETIMEDOUT) {
      result = pthread_cond_timedwait(&later.wakes, &later.lock, &deadline);
    }
    if (later.is_cancelled) break;
    put(later.fd, later.header);
    put_tracebacks(later.fd, true, nullptr);
    if (later.exits) _exit(1);
  } while (later.repeats);
  pthread_mutex_unlock(&later.lock);
  return nullptr;
}

void cancel_later() {
  if (!later.is_running) return;
  pthread_mutex_lock(&later.lock);
  later.is_cancelled = true;
  pthread_cond_signal(&later.wakes);
  pthread_mutex_unlock(&later.lock);
  pthread_join(later.thread, nullptr);
  later.is_running = false;
  later_file = Value();
}

Status dump_later(Thread& thread, double timeout, bool repeat, Value file, bool exit) {
  if (!(timeout > 0)) return raise(thread, ValueError, "timeout must be greater than 0");
  if (timeout > 9.2e9) return raise(thread, OverflowError, "timeout value is too large");
  const int fd = TRY(descriptor_of(thread, file));
  cancel_later();
  later.seconds = timeout;
  later.repeats = repeat;
  later.exits = exit;
  later.fd = fd;
  later.is_cancelled = false;
  later_file = file;
  const auto whole = static_cast<unsigned long>(timeout);
  const auto micro = static_cast<unsigned long>((timeout - static_cast<double>(whole)) * 1e6);
  char fraction[24] = "";
  if (micro) std::snprintf(fraction, sizeof(fraction), ".%06lu", micro);
  std::snprintf(later.header, sizeof(later.header), "Timeout (%lu:%02lu:%02lu%s)!\n", whole / 3600, whole / 60 % 60, whole % 60, fraction);
  static const int registered = pthread_atfork(nullptr, nullptr, forget_later);
  (void)registered;
  if (pthread_create(&later.thread, nullptr, wait_and_dump, nullptr) != 0) {
    return raise(thread, RuntimeError, "unable to start watchdog thread");
  }
  later.is_running = true;
  return nothing;
}

// --- on a signal of the user's choice ---

struct UserSignal {
  bool is_enabled, all_threads, chains;
  int fd;
  struct sigaction previous;
  Value file;
};
UserSignal user_signals[NSIG];

void install_user_signal(int number);

void on_user_signal(int number) {
  UserSignal& user = user_signals[number];
  if (!user.is_enabled) return;
  const int saved_errno = errno;
  put_tracebacks(user.fd, user.all_threads, current_thread_pointer);
  if (user.chains) {
    sigaction(number, &user.previous, nullptr);
    errno = saved_errno;
    ::raise(number);
    install_user_signal(number);
  }
  errno = saved_errno;
}

void install_user_signal(int number) {
  struct sigaction action = {};
  action.sa_handler = on_user_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | (user_signals[number].chains ? SA_NODEFER : 0);
  sigaction(number, &action, nullptr);
}

Status check_signal(Thread& thread, int number) {
  for (const DeadlySignal& signal_row : deadly) {
    if (signal_row.number == number) {
      return raise(thread, RuntimeError, "signal {} cannot be registered, use enable() instead", number);
    }
  }
  if (number < 1 || number >= NSIG) return raise(thread, ValueError, "signal number out of range");
  return nothing;
}

Status register_signal(Thread& thread, int number, Value file, bool all_threads, bool chain) {
  TRY(check_signal(thread, number));
  const int fd = TRY(descriptor_of(thread, file));
  UserSignal& user = user_signals[number];
  if (!user.is_enabled && sigaction(number, nullptr, &user.previous) != 0) return raise_os_error(thread, errno);
  user.is_enabled = true;
  user.all_threads = all_threads;
  user.chains = chain;
  user.fd = fd;
  user.file = file;
  install_user_signal(number);
  return nothing;
}

Value unregister_signal(Thread& thread, int number) {
  TRY(check_signal(thread, number));
  UserSignal& user = user_signals[number];
  if (!user.is_enabled) return False;
  sigaction(number, &user.previous, nullptr);
  user.is_enabled = false;
  user.file = Value();
  return True;
}

// --- for tests: real crashes ---

void without_core_dump() {
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}
void crash_by_signal(int number) {
  without_core_dump();
  ::raise(number);
}
void crash_segmentation(bool) { crash_by_signal(SIGSEGV); }
void crash_read_null() { crash_by_signal(SIGSEGV); }
void crash_floating_point() { crash_by_signal(SIGFPE); }
void crash_abort() {
  without_core_dump();
  std::abort();
}

const MethodRow functions[] = {
    function<enable>("!enable($module, file=None, all_threads=True)", "Write tracebacks when the process crashes."),
    function<disable>("!disable($module)", "Undo enable(); tell whether it was on."),
    function<is_enabled>("!is_enabled($module)", "Tell whether enable() is in force."),
    function<dump_traceback>("!dump_traceback($module, file=None, all_threads=True)", "Write tracebacks now."),
    function<dump_later>("!dump_traceback_later($module, timeout, repeat=False, file=None, exit=False)", "Write tracebacks after some seconds."),
    function<cancel_later>("!cancel_dump_traceback_later($module)", "Undo dump_traceback_later()."),
    function<register_signal>("!register($module, signum, file=None, all_threads=True, chain=False)", "Write tracebacks when a signal comes."),
    function<unregister_signal>("!unregister($module, signum, /)", "Undo register()."),
    function<crash_read_null>("!_read_null($module)", "Crash, for tests."),
    function<crash_segmentation>("!_sigsegv($module, release_gil=False, /)", "Crash, for tests."),
    function<crash_floating_point>("!_sigfpe($module)", "Crash, for tests."),
    function<crash_abort>("!_sigabrt($module)", "Crash, for tests."),
};

}  // namespace

extern const ModuleSpec faulthandler_module = {"faulthandler", "Tracebacks when the process crashes.", functions};

}  // namespace minipy
