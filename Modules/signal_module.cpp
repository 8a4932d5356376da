// _signal. The C handler only notes a signal; its Python handler runs at the main thread's next
// safe point. Library reference, "signal".
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cmath>

#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Modules/thread/thread.h"
#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/set.h"
#include "VM/interface.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

constexpr int kSignals = NSIG;
Value handlers[kSignals];              // as signal.getsignal() shows them; empty: not known to Python
std::atomic<bool> arrived[kSignals];
std::atomic<bool> any_arrived{false};
std::atomic<int> wakeup_descriptor{-1};
std::atomic<int> wakeup_failure{0};  // the error number of a write that failed
bool warns_on_full_buffer = true;
Type* timer_error = nullptr;

void note_signal(int number) {
  arrived[number].store(true);
  any_arrived.store(true);
  request_signal_handling();
}

void handle_in_c(int number) {
  const int saved_errno = errno;
  note_signal(number);
  const int descriptor = wakeup_descriptor.load();
  if (descriptor >= 0) {
    const unsigned char byte = static_cast<unsigned char>(number);
    const bool has_failed = write(descriptor, &byte, 1) < 0;
    if (has_failed && (errno != EAGAIN || warns_on_full_buffer)) wakeup_failure.store(errno);
  }
  errno = saved_errno;
}

// The hook gets no message: that has been written before.
void report_wakeup_failure(Thread& thread, int error_number) {
  const Value stream = system_attribute("stderr");
  const Value text = make_str("Exception ignored when trying to write to the signal wakeup fd:\n");
  if (!stream.is_unbound() && call_method(thread, stream, "write", {text}).is_empty()) take_exception(thread);
  raise_os_error(thread, error_number);
  report_unraisable(thread, take_exception(thread), "", Value());
}

Status run_handlers(Thread& thread) {
  if (!any_arrived.exchange(false)) return nothing;
  if (const int failure = wakeup_failure.exchange(0)) report_wakeup_failure(thread, failure);
  for (int number = 1; number < kSignals; ++number) {
    if (!arrived[number].exchange(false)) continue;
    const Value handler = handlers[number];
    if (handler.is_empty() || handler.is_none() || handler.is_int() || !is_callable(handler)) continue;
    const Value frame = thread.frame ? TRY(frame_object(thread, thread.frame)) : None;
    if (call(thread, handler, {make_int(number), frame}).is_empty()) {
      // Others that have come stay noted.
      any_arrived.store(true);
      request_signal_handling();
      return error;
    }
  }
  return nothing;
}

Status check_number(Thread& thread, int number) {
  if (number >= 1 && number < kSignals) return nothing;
  return raise(thread, ValueError, "signal number out of range");
}
Status check_main_thread(Thread& thread, const char* message) {
  if (is_main_thread(thread)) return nothing;
  return raise(thread, ValueError, "{}", message);
}

Value default_interrupt(Thread& thread, int, Value) { return raise_bare(thread, KeyboardInterrupt); }

Value set_handler(Thread& thread, int number, Value handler) {
  TRY(check_main_thread(thread, "signal only works in main thread of the main interpreter"));
  TRY(check_number(thread, number));
  struct sigaction action {};
  if (handler.is_int() && handler.as_int() == 0) {
    action.sa_handler = SIG_DFL;
  } else if (handler.is_int() && handler.as_int() == 1) {
    action.sa_handler = SIG_IGN;
  } else if (is_callable(handler)) {
    action.sa_handler = handle_in_c;
  } else if (is_any_int(handler) && int_to_int64(handler).value_or(2) <= 1 && int_sign(handler) >= 0) {
    action.sa_handler = int_is_zero(handler) ? SIG_DFL : SIG_IGN;
    handler = exact_int(handler);
  } else {
    return raise(thread, TypeError,
                 "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
  }
  TRY(run_pending(thread));
  sigemptyset(&action.sa_mask);
  // Signal handlers run on the alternate stack when there is one.
  action.sa_flags = action.sa_handler == handle_in_c ? SA_ONSTACK : 0;
  if (sigaction(number, &action, nullptr) < 0) return raise_os_error(thread, errno);
  const Value old = handlers[number];
  handlers[number] = handler;
  return old.is_empty() ? None : old;
}

Value get_handler(Thread& thread, int number) {
  TRY(check_number(thread, number));
  return handlers[number].is_empty() ? None : handlers[number];
}

Value set_alarm(int seconds) { return make_int(alarm(static_cast<unsigned>(seconds))); }
Status wait_for_signal(Thread& thread) {
  {
    const WithoutGil guard(thread);
    pause();
  }
  return run_pending(thread);
}
Status raise_signal_function(Thread& thread, int number) {
  int result;
  {
    const WithoutGil guard(thread);
    result = ::raise(number);
  }
  if (result != 0) return raise_os_error(thread, errno);
  return run_pending(thread);
}
Value describe(Thread& thread, int number) {
  TRY(check_number(thread, number));
  const char* text = sigdescr_np(number);
  return text ? Value(make_str(text)) : None;
}
Status set_interruption(Thread& thread, int number, bool interrupts) {
  TRY(check_number(thread, number));
  struct sigaction action;
  sigaction(number, nullptr, &action);
  action.sa_flags = interrupts ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
  if (sigaction(number, &action, nullptr) < 0) return raise_os_error(thread, errno);
  return nothing;
}

Value set_wakeup(Thread& thread, int descriptor, bool warn_on_full_buffer) {
  TRY(check_main_thread(thread, "set_wakeup_fd only works in main thread of the main interpreter"));
  if (descriptor != -1) {
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) {
      if (errno == EBADF) return raise(thread, ValueError, "invalid fd");
      return raise_os_error(thread, errno);
    }
    if (!(flags & O_NONBLOCK)) return raise(thread, ValueError, "the fd {} must be in non-blocking mode", descriptor);
  }
  warns_on_full_buffer = warn_on_full_buffer;
  return make_int(wakeup_descriptor.exchange(descriptor));
}

// --- timers ---

Result<timeval> duration(Thread& thread, Value value) {
  const double seconds = TRY(as_double(thread, value));
  const double whole = std::floor(seconds);
  timeval time;
  time.tv_sec = static_cast<time_t>(whole);
  time.tv_usec = static_cast<suseconds_t>(std::ceil((seconds - whole) * 1e6));
  if (time.tv_usec >= 1000000) {
    time.tv_usec -= 1000000;
    ++time.tv_sec;
  }
  return time;
}
double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}
Value timer_result(const itimerval& timer) {
  return make_tuple({make_float(in_seconds(timer.it_value)), make_float(in_seconds(timer.it_interval))});
}
Failure raise_timer_error(Thread& thread) {
  const int number = errno;
  return raise_exception(thread, TRY(call(thread, timer_error, {make_int(number), make_str(strerror(number))})));
}
Value set_timer(Thread& thread, int which, Value seconds, Value interval) {
  itimerval wanted, old;
  wanted.it_value = TRY(duration(thread, seconds));
  wanted.it_interval = TRY(duration(thread, interval.is_empty() ? make_float(0) : interval));
  if (setitimer(static_cast<__itimer_which_t>(which), &wanted, &old) != 0) return raise_timer_error(thread);
  return timer_result(old);
}
Value get_timer(Thread& thread, int which) {
  itimerval timer;
  if (getitimer(static_cast<__itimer_which_t>(which), &timer) != 0) return raise_timer_error(thread);
  return timer_result(timer);
}

// --- sets of signals ---

Result<sigset_t> read_set(Thread& thread, Value iterable) {
  sigset_t set;
  sigemptyset(&set);
  const Value iterator = TRY(iterate(thread, iterable));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return set;
    const int64_t number = TRY(index_as_int64(thread, item, nullptr));
    if (number < 1 || number >= kSignals) {
      return raise(thread, ValueError, "signal number {} out of range [1; {}]", number, kSignals - 1);
    }
    if (sigaddset(&set, static_cast<int>(number)) != 0 && errno != EINVAL) return raise_os_error(thread, errno);
  }
}
Value show_set(Thread& thread, const sigset_t& set) {
  Set* numbers = make_set();
  for (int number = 1; number < kSignals; ++number) {
    if (sigismember(&set, number) == 1) TRY(set_add(thread, *numbers, make_int(number)));
  }
  return numbers;
}
Value change_mask(Thread& thread, int how, Value mask) {
  const sigset_t wanted = TRY(read_set(thread, mask));
  sigset_t old;
  const int failure = pthread_sigmask(how, &wanted, &old);
  if (failure != 0) return raise_os_error(thread, failure);
  TRY(run_pending(thread));
  return show_set(thread, old);
}
Value pending_signals(Thread& thread) {
  sigset_t set;
  if (sigpending(&set) != 0) return raise_os_error(thread, errno);
  return show_set(thread, set);
}
Value valid_signals(Thread& thread) {
  sigset_t set;
  sigfillset(&set);
  return show_set(thread, set);
}
Value wait_for_one(Thread& thread, Value iterable) {
  const sigset_t set = TRY(read_set(thread, iterable));
  int number = 0, failure;
  {
    const WithoutGil guard(thread);
    failure = sigwait(&set, &number);
  }
  if (failure != 0) return raise_os_error(thread, failure);
  return make_int(number);
}

Type& information_type() {
  static Type& type = make_struct_sequence_type(
      "signal.struct_siginfo", "What sigwaitinfo() tells.",
      {{"si_signo", "signal number"}, {"si_code", "signal code"}, {"si_errno", "errno associated with this signal"},
       {"si_pid", "sending process ID"}, {"si_uid", "real user ID of sending process"},
       {"si_status", "exit value or signal"}, {"si_band", "band event for SIGPOLL"}},
      7);
  return type;
}
Value show_information(const siginfo_t& info) {
  const Value values[] = {make_int(info.si_signo), make_int(info.si_code), make_int(info.si_errno),
                          make_int(info.si_pid),   make_int(info.si_uid),  make_int(info.si_status),
                          make_int(info.si_band)};
  return make_struct_sequence(information_type(), values);
}
Value wait_information(Thread& thread, Value iterable) {
  const sigset_t set = TRY(read_set(thread, iterable));
  for (;;) {
    siginfo_t info;
    int result;
    {
      const WithoutGil guard(thread);
      result = sigwaitinfo(&set, &info);
    }
    if (result >= 0) return show_information(info);
    if (errno != EINTR) return raise_os_error(thread, errno);
    TRY(run_pending(thread));
  }
}
Value wait_with_timeout(Thread& thread, Value iterable, Value timeout) {
  const double seconds = TRY(as_double(thread, timeout));
  if (seconds < 0) return raise(thread, ValueError, "timeout must be non-negative");
  const sigset_t set = TRY(read_set(thread, iterable));
  timespec limit{static_cast<time_t>(seconds), static_cast<long>((seconds - std::floor(seconds)) * 1e9)};
  for (;;) {
    siginfo_t info;
    int result;
    {
      const WithoutGil guard(thread);
      result = sigtimedwait(&set, &info, &limit);
    }
    if (result >= 0) return show_information(info);
    if (errno == EAGAIN) return None;
    if (errno != EINTR) return raise_os_error(thread, errno);
    TRY(run_pending(thread));
  }
}
Status kill_thread(Thread& thread, Value identifier, int number) {
  TRY(audit(thread, "signal.pthread_kill", {identifier, make_int(number)}));
  const auto target = int_to_uint64(TRY(number_index(thread, identifier)));
  const int failure = pthread_kill(static_cast<pthread_t>(target.value_or(0)), number);
  if (failure != 0) return raise_os_error(thread, failure);
  return run_pending(thread);
}
Status send_to_process(Thread& thread, int descriptor, int number, Value information, int flags) {
  if (!information.is_none()) return raise(thread, TypeError, "siginfo must be None");
  if (syscall(SYS_pidfd_send_signal, descriptor, number, nullptr, flags) < 0) return raise_os_error(thread, errno);
  return run_pending(thread);  // it may have been this one
}

const MethodRow functions[] = {
    function<default_interrupt>("default_int_handler($module, signalnum, frame, /)", "Raises KeyboardInterrupt."),
    function<set_alarm>("alarm($module, seconds, /)", "Send SIGALRM after some seconds."),
    function<set_timer>("setitimer($module, which, seconds, interval=0.0, /)", "Set a timer; its old value."),
    function<get_timer>("getitimer($module, which, /)", "The value of a timer."),
    function<set_handler>("signal($module, signalnum, handler, /)", "Set what a signal does; what it did before."),
    function<get_handler>("getsignal($module, signalnum, /)", "What a signal does."),
    function<raise_signal_function>("raise_signal($module, signalnum, /)", "Send a signal to this process."),
    function<describe>("strsignal($module, signalnum, /)", "The system's description of a signal."),
    function<set_interruption>("siginterrupt($module, signalnum, flag, /)", "Whether a signal interrupts calls."),
    function<set_wakeup>("!set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)",
                         "Have the number of each signal written to a descriptor; the old one."),
    function<wait_for_signal>("pause($module, /)", "Wait for a signal."),
    function<kill_thread>("pthread_kill($module, thread_id, signalnum, /)", "Send a signal to a thread."),
    function<send_to_process>("pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)",
                              "Send a signal to a process by its descriptor."),
    function<change_mask>("pthread_sigmask($module, how, mask, /)", "Change the thread's mask; the old one."),
    function<pending_signals>("sigpending($module, /)", "The signals that wait to be delivered."),
    function<wait_for_one>("sigwait($module, sigset, /)", "Wait for one of some signals."),
    function<wait_information>("sigwaitinfo($module, sigset, /)", "The same, with details."),
    function<wait_with_timeout>("sigtimedwait($module, sigset, timeout, /)", "The same for a limited time."),
    function<valid_signals>("valid_signals($module, /)", "All signals that there are."),
};

void add_constants(Module& module) {
#define SIGNAL(name) module_add(module, #name, make_int(name));
  SIGNAL(SIGABRT) SIGNAL(SIGALRM) SIGNAL(SIGBUS) SIGNAL(SIGCHLD) SIGNAL(SIGCLD) SIGNAL(SIGCONT) SIGNAL(SIGFPE)
  SIGNAL(SIGHUP) SIGNAL(SIGILL) SIGNAL(SIGINT) SIGNAL(SIGIO) SIGNAL(SIGIOT) SIGNAL(SIGKILL) SIGNAL(SIGPIPE)
  SIGNAL(SIGPOLL) SIGNAL(SIGPROF) SIGNAL(SIGPWR) SIGNAL(SIGQUIT) SIGNAL(SIGSEGV) SIGNAL(SIGSTKFLT) SIGNAL(SIGSTOP)
  SIGNAL(SIGSYS) SIGNAL(SIGTERM) SIGNAL(SIGTRAP) SIGNAL(SIGTSTP) SIGNAL(SIGTTIN) SIGNAL(SIGTTOU) SIGNAL(SIGURG)
  SIGNAL(SIGUSR1) SIGNAL(SIGUSR2) SIGNAL(SIGVTALRM) SIGNAL(SIGWINCH) SIGNAL(SIGXCPU) SIGNAL(SIGXFSZ)
  SIGNAL(SIG_BLOCK) SIGNAL(SIG_UNBLOCK) SIGNAL(SIG_SETMASK) SIGNAL(ITIMER_REAL) SIGNAL(ITIMER_VIRTUAL)
  SIGNAL(ITIMER_PROF)
#undef SIGNAL
  module_add(module, "SIGRTMIN", make_int(SIGRTMIN));
  module_add(module, "SIGRTMAX", make_int(SIGRTMAX));
  module_add(module, "SIG_DFL", make_int(0));
  module_add(module, "SIG_IGN", make_int(1));
  module_add(module, "NSIG", make_int(kSignals));
}

// Handlers as the parent process left them; Ctrl-C becomes KeyboardInterrupt unless it is ignored.
Status read_handlers(Thread& thread, Module& module) {
  for (int number = 1; number < kSignals; ++number) {
    struct sigaction action;
    if (sigaction(number, nullptr, &action) != 0) continue;
    if (action.sa_handler == SIG_DFL) handlers[number] = make_int(0);
    if (action.sa_handler == SIG_IGN) handlers[number] = make_int(1);
  }
  if (handlers[SIGINT].is_int() && handlers[SIGINT].as_int() == 0) {
    TRY(set_handler(thread, SIGINT, dict_get_str(*module.dict, "default_int_handler")));
  }
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  add_constants(module);
  module_add(module, "struct_siginfo", &information_type());
  if (!timer_error) {
    Dict* contents = make_dict();
    dict_set_str(*contents, "__module__", make_str("signal"));
    timer_error = TRY(call(thread, &type_of_kind(Kind::Type),
                           {make_str("itimer_error"), make_tuple({&OSError}), contents}))
                      .as<Type>();
    run_signal_handlers_hook = run_handlers;
    TRY(read_handlers(thread, module));
  }
  module_add(module, "ItimerError", timer_error);
  return nothing;
}

}  // namespace

void simulate_signal(int number) {
  if (handlers[number].is_empty() || handlers[number].is_int()) return;
  note_signal(number);
}

extern const ModuleSpec signal_module = {
    .name = "_signal",
    .doc = "Signals, timers and the functions that they call.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
