// Processes: fork, exec, spawn, wait, kill. Library reference, "os": Process Management.
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

struct ForkHooks {
  Value before, in_parent, in_child;  // Lists, or empty
} hooks;

void run_hooks(Thread& thread, Value list, bool backwards) {
  if (list.is_empty()) return;
  List* functions = list_of(thread, list).value();
  for (size_t i = 0; i < functions->size; ++i) {
    const Value function = functions->at(backwards ? functions->size - 1 - i : i);
    if (call(thread, function).is_empty()) write_unraisable(thread, function);
  }
}

Status register_hook(Thread& thread, Value& list, Value function) {
  if (function.is_empty()) return nothing;
  if (list.is_empty()) list = make_list();
  return list_append(thread, *list.as<List>(), function);
}

Status register_at_fork(Thread& thread, Value before, Value after_in_child, Value after_in_parent) {
  if (before.is_empty() && after_in_child.is_empty() && after_in_parent.is_empty()) {
    return raise(thread, TypeError, "At least one argument is required.");
  }
  for (const auto& [value, name] : {std::pair{before, "before"}, std::pair{after_in_child, "after_in_child"},
                                    std::pair{after_in_parent, "after_in_parent"}}) {
    if (!value.is_empty() && !is_callable(value)) {
      return raise(thread, TypeError, "'{}' must be callable, not {}", name, type_of(value));
    }
  }
  TRY(register_hook(thread, hooks.before, before));
  TRY(register_hook(thread, hooks.in_child, after_in_child));
  return register_hook(thread, hooks.in_parent, after_in_parent);
}

Value fork_function(Thread& thread) {
  TRY(audit(thread, "os.fork", {}));
  return make_int(TRY(fork_process(thread)));
}

Value fork_with_terminal(Thread& thread) {
  TRY(audit(thread, "os.forkpty", {}));
  int master = -1;
  run_before_fork(thread);
  const int pid = forkpty(&master, nullptr, nullptr, nullptr);
  const int failure = errno;
  run_after_fork(thread, pid == 0);
  if (pid < 0) return raise_os_error(thread, failure);
  return make_tuple({make_int(pid), make_int(master)});
}

// --- exec ---

struct TextArray {
  std::vector<std::string> texts;
  std::vector<char*> pointers() {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }
};

// `callee` tells messages whose argument this is.
Result<TextArray> read_arguments(Thread& thread, Value value, const std::string& callee) {
  if (!is_list(value) && !is_tuple(value)) {
    return raise(thread, TypeError, "{} must be a tuple or list", callee);
  }
  List* items = TRY(list_of(thread, value));
  if (items->size == 0) return raise(thread, ValueError, "{} must not be empty", callee);
  TextArray array;
  for (size_t i = 0; i < items->size; ++i) array.texts.push_back(TRY(to_filename(thread, items->at(i))));
  if (array.texts[0].empty()) {
    return raise(thread, ValueError, "{} first element cannot be empty", callee);
  }
  return array;
}

Result<TextArray> read_environment(Thread& thread, Value value) {
  if (!is_mapping(value)) return raise(thread, TypeError, "execve: environment must be a mapping object");
  List* keys = TRY(list_of(thread, TRY(call_method(thread, value, "keys"))));
  List* values = TRY(list_of(thread, TRY(call_method(thread, value, "values"))));
  TextArray array;
  for (size_t i = 0; i < keys->size && i < values->size; ++i) {
    const std::string key = TRY(to_filename(thread, keys->at(i)));
    if (key.find('=', 1) != std::string::npos || key.empty() || key[0] == '=') {
      return raise(thread, ValueError, "illegal environment variable name");
    }
    array.texts.push_back(key + "=" + TRY(to_filename(thread, values->at(i))));
  }
  return array;
}

Status execute(Thread& thread, Value path_value, Value arguments) {
  const Path path = TRY(path_argument(thread, path_value, "execv"));
  TextArray array = TRY(read_arguments(thread, arguments, "execv() arg 2"));
  TRY(audit(thread, "os.exec", {path.shown, arguments, None}));
  execv(path.c_str(), array.pointers().data());
  return raise_os_error(thread, errno, path.shown);
}

Status execute_with(Thread& thread, Value path_value, Value arguments, Value environment) {
  const Path path = TRY(path_argument(thread, path_value, "execve", kOrDescriptor));
  TextArray array = TRY(read_arguments(thread, arguments, "execve: argv"));
  TextArray variables = TRY(read_environment(thread, environment));
  TRY(audit(thread, "os.exec", {path.shown, arguments, environment}));
  if (path.has_descriptor) {
    fexecve(path.descriptor, array.pointers().data(), variables.pointers().data());
  } else {
    execve(path.c_str(), array.pointers().data(), variables.pointers().data());
  }
  return raise_os_error(thread, errno, path.shown);
}

// --- posix_spawn ---

Status add_file_action(Thread& thread, posix_spawn_file_actions_t& actions, const Tuple& action) {
  const auto number = [&](size_t i) { return argument_int(thread, action.items[i]); };
  int result;
  switch (TRY(number(0))) {
    case 0: {  // POSIX_SPAWN_OPEN
      if (action.size != 5) return raise(thread, TypeError, "A open file_action tuple must have 5 elements");
      const int descriptor = TRY(number(1));
      const std::string path = TRY(to_filename(thread, action.items[2]));
      const int flags = TRY(number(3));
      const auto mode = static_cast<mode_t>(TRY(number(4)));
      result = posix_spawn_file_actions_addopen(&actions, descriptor, path.c_str(), flags, mode);
      break;
    }
    case 1:  // POSIX_SPAWN_CLOSE
      if (action.size != 2) return raise(thread, TypeError, "A close file_action tuple must have 2 elements");
      result = posix_spawn_file_actions_addclose(&actions, TRY(number(1)));
      break;
    case 2: {  // POSIX_SPAWN_DUP2
      if (action.size != 3) return raise(thread, TypeError, "A dup2 file_action tuple must have 3 elements");
      const int source = TRY(number(1));
      result = posix_spawn_file_actions_adddup2(&actions, source, TRY(number(2)));
      break;
    }
    default:
      return raise(thread, TypeError, "Unknown file_actions identifier");
  }
  if (result != 0) return raise_os_error(thread, result);
  return nothing;
}

Status add_file_actions(Thread& thread, posix_spawn_file_actions_t& actions, Value sequence) {
  const Value iterator = TRY(iterate(thread, sequence, "file_actions must be a sequence or None"));
  List* items = TRY(list_of(thread, iterator));
  for (const Value item : *items) {
    if (!is_tuple(item) || item.as<Tuple>()->size == 0) {
      return raise(thread, TypeError, "Each file_actions element must be a non-empty tuple");
    }
    TRY(add_file_action(thread, actions, *item.as<Tuple>()));
  }
  return nothing;
}

Result<sigset_t> signal_set(Thread& thread, Value iterable) {
  sigset_t set;
  sigemptyset(&set);
  List* numbers = TRY(list_of(thread, iterable));
  for (const Value number : *numbers) {
    const int64_t signal = TRY(index_as_int64(thread, number, &ValueError));
    if (signal < 1 || signal >= NSIG) {
      return raise(thread, ValueError, "signal number {} out of range [1; {}]", signal, NSIG - 1);
    }
    sigaddset(&set, static_cast<int>(signal));
  }
  return set;
}

struct SpawnOptions {
  Value file_actions, process_group, scheduler;
  bool resets_ids, new_session;
  Value signal_mask, default_signals;
};

// `scheduler` is empty or a tuple: a policy or None, and its parameter. Gives the flags.
Result<short> set_scheduler(Thread& thread, posix_spawnattr_t& attributes, Value scheduler) {
  if (scheduler.is_empty() || scheduler.is_none()) return 0;
  if (!is_tuple(scheduler)) {
    return raise(thread, SystemError, "new style getargs format but argument is not a tuple");
  }
  const Tuple& parts = *scheduler.as<Tuple>();
  if (parts.size != 2) return raise(thread, TypeError, "A scheduler tuple must have two elements");
  short flags = POSIX_SPAWN_SETSCHEDPARAM;
  if (!parts.items[0].is_none()) {
    posix_spawnattr_setschedpolicy(&attributes, TRY(argument_int(thread, parts.items[0])));
    flags |= POSIX_SPAWN_SETSCHEDULER;
  }
  const sched_param parameter = TRY(scheduling_parameter(thread, parts.items[1]));
  posix_spawnattr_setschedparam(&attributes, &parameter);
  return flags;
}

Status set_spawn_attributes(Thread& thread, posix_spawnattr_t& attributes, const SpawnOptions& options) {
  short flags = 0;
  if (!options.process_group.is_empty()) {
    flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setpgroup(&attributes,
                              static_cast<pid_t>(TRY(index_as_int64(thread, options.process_group, &OverflowError))));
  }
  if (options.resets_ids) flags |= POSIX_SPAWN_RESETIDS;
  if (options.new_session) flags |= POSIX_SPAWN_SETSID;
  if (TRY(truth(thread, options.signal_mask))) {
    const sigset_t set = TRY(signal_set(thread, options.signal_mask));
    posix_spawnattr_setsigmask(&attributes, &set);
    flags |= POSIX_SPAWN_SETSIGMASK;
  }
  if (TRY(truth(thread, options.default_signals))) {
    const sigset_t set = TRY(signal_set(thread, options.default_signals));
    posix_spawnattr_setsigdefault(&attributes, &set);
    flags |= POSIX_SPAWN_SETSIGDEF;
  }
  flags |= TRY(set_scheduler(thread, attributes, options.scheduler));
  posix_spawnattr_setflags(&attributes, flags);
  return nothing;
}

Value spawn_with(Thread& thread, Value path_value, Value arguments, Value environment, const SpawnOptions& options,
                 bool searches, const char* function) {
  const Path path = TRY(path_argument(thread, path_value, function));
  TextArray array = TRY(read_arguments(thread, arguments, std::string(function) + ": argv"));
  TextArray variables = TRY(read_environment(thread, environment));
  TRY(audit(thread, "os.posix_spawn", {path.shown, arguments, environment}));
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  Value result;
  if (!add_file_actions(thread, actions, options.file_actions).failed() &&
      !set_spawn_attributes(thread, attributes, options).failed()) {
    pid_t pid;
    const int failure = (searches ? posix_spawnp : posix_spawn)(&pid, path.c_str(), &actions, &attributes,
                                                                array.pointers().data(), variables.pointers().data());
    if (failure) {
      raise_os_error(thread, failure, path.shown);
    } else {
      result = make_int(pid);
    }
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result;
}

Value spawn(Thread& thread, Value path, Value arguments, Value environment, Value file_actions, Value setpgroup,
            int resetids, int setsid_wanted, Value setsigmask, Value setsigdef, Value scheduler) {
  const SpawnOptions options{file_actions.is_none() ? Value(empty_tuple()) : file_actions, setpgroup, scheduler,
                             resetids != 0, setsid_wanted != 0, setsigmask, setsigdef};
  return spawn_with(thread, path, arguments, environment, options, false, "posix_spawn");
}
Value spawn_searching(Thread& thread, Value path, Value arguments, Value environment, Value file_actions,
                      Value setpgroup, int resetids, int setsid_wanted, Value setsigmask, Value setsigdef,
                      Value scheduler) {
  const SpawnOptions options{file_actions.is_none() ? Value(empty_tuple()) : file_actions, setpgroup, scheduler,
                             resetids != 0, setsid_wanted != 0, setsigmask, setsigdef};
  return spawn_with(thread, path, arguments, environment, options, true, "posix_spawnp");
}

// --- waiting ---

Value wait_any(Thread& thread) {
  int status = 0;
  const int64_t pid = TRY(checked_call(thread, [&] { return wait(&status); }));
  return make_tuple({make_int(pid), make_int(status)});
}
Value wait_for(Thread& thread, int pid, int options) {
  int status = 0;
  const int64_t result = TRY(checked_call(thread, [&] { return waitpid(pid, &status, options); }));
  return make_tuple({make_int(result), make_int(status)});
}

Value usage_result(Thread& thread, int64_t pid, int status, const rusage& usage) {
  const Value type = TRY(import_attribute(thread, "resource", "struct_rusage"));
  const auto time = [](const timeval& t) {
    return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6);
  };
  const Value values[] = {time(usage.ru_utime),        time(usage.ru_stime),        make_int(usage.ru_maxrss),
                          make_int(usage.ru_ixrss),    make_int(usage.ru_idrss),    make_int(usage.ru_isrss),
                          make_int(usage.ru_minflt),   make_int(usage.ru_majflt),   make_int(usage.ru_nswap),
                          make_int(usage.ru_inblock),  make_int(usage.ru_oublock),  make_int(usage.ru_msgsnd),
                          make_int(usage.ru_msgrcv),   make_int(usage.ru_nsignals), make_int(usage.ru_nvcsw),
                          make_int(usage.ru_nivcsw)};
  return make_tuple({make_int(pid), make_int(status), make_struct_sequence(*type.as<Type>(), values)});
}
Value wait_any_usage(Thread& thread, int options) {
  int status = 0;
  rusage usage{};
  const int64_t pid = TRY(checked_call(thread, [&] { return wait3(&status, options, &usage); }));
  return usage_result(thread, pid, status, usage);
}
Value wait_for_usage(Thread& thread, int pid, int options) {
  int status = 0;
  rusage usage{};
  const int64_t result = TRY(checked_call(thread, [&] { return wait4(pid, &status, options, &usage); }));
  return usage_result(thread, result, status, usage);
}
}  // namespace

Type& waitid_result_type() {
  static Type& type = make_struct_sequence_type(
      "posix.waitid_result", "What waitid() tells.",
      {{"si_pid", ""}, {"si_uid", ""}, {"si_signo", ""}, {"si_status", ""}, {"si_code", ""}}, 5);
  return type;
}

namespace {

Value wait_id(Thread& thread, int kind, int64_t id, int options) {
  siginfo_t info{};
  TRY(checked_call(thread, [&] {
    return waitid(static_cast<idtype_t>(kind), static_cast<id_t>(id), &info, options);
  }));
  if (info.si_pid == 0) return None;
  const Value values[] = {make_int(info.si_pid), make_int(info.si_uid), make_int(info.si_signo),
                          make_int(info.si_status), make_int(info.si_code)};
  return make_struct_sequence(waitid_result_type(), values);
}

bool did_dump(int status) { return WCOREDUMP(status); }
int exit_code(int status) { return WEXITSTATUS(status); }
bool did_continue(int status) { return WIFCONTINUED(status); }
bool did_exit(int status) { return WIFEXITED(status); }
bool was_signalled(int status) { return WIFSIGNALED(status); }
bool was_stopped(int status) { return WIFSTOPPED(status); }
int stop_signal(int status) { return WSTOPSIG(status); }
int end_signal(int status) { return WTERMSIG(status); }
Result<int> exit_code_of(Thread& thread, Value value) {
  if (value.is_double()) return raise(thread, TypeError, "integer argument expected, got float");
  const int status = static_cast<int>(TRY(index_as_int64(thread, value, &OverflowError)));
  if (WIFEXITED(status)) {
    if (WEXITSTATUS(status) < 0) return raise(thread, ValueError, "invalid WEXITSTATUS: {}", WEXITSTATUS(status));
    return WEXITSTATUS(status);
  }
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) <= 0) return raise(thread, ValueError, "invalid WTERMSIG: {}", WTERMSIG(status));
    return -WTERMSIG(status);
  }
  if (WIFSTOPPED(status)) {
    return raise(thread, ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
  }
  return raise(thread, ValueError, "invalid wait status: {}", status);
}

Status send_signal(Thread& thread, int pid, int signal) {
  TRY(audit(thread, "os.kill", {make_int(pid), make_int(signal)}));
  if (kill(pid, signal) != 0) return raise_os_error(thread, errno);
  return run_pending(thread);
}
Status send_group_signal(Thread& thread, int group, int signal) {
  TRY(audit(thread, "os.killpg", {make_int(group), make_int(signal)}));
  if (killpg(group, signal) != 0) return raise_os_error(thread, errno);
  return run_pending(thread);
}
void exit_now(int status) { _exit(status); }
void abort_now() { abort(); }
Value open_process(Thread& thread, int pid, int flags) {
  return integer(TRY(checked_call(thread, [&] { return syscall(SYS_pidfd_open, pid, flags); })));
}
Value run_shell(Thread& thread, Value command) {
  const std::string text = TRY(to_filename(thread, command));
  TRY(audit(thread, "os.system", {make_bytes(text)}));
  const WithoutGil guard(thread);
  return make_int(system(text.c_str()));
}
Value change_niceness(Thread& thread, int increment) {
  errno = 0;
  const int value = nice(increment);
  if (value == -1 && errno != 0) return raise_os_error(thread, errno);
  return make_int(value);
}

const MethodRow rows[] = {
    function<register_at_fork>(
        "!register_at_fork($module, /, *, before=<none>, after_in_child=<none>, after_in_parent=<none>)",
        "Have functions called before and after fork()."),
    function<fork_function>("fork($module, /)", "Split the process in two; 0 in the new one."),
    function<fork_with_terminal>("forkpty($module, /)", "The same, the new one on a pseudo terminal."),
    function<execute>("execv($module, path, argv, /)", "Become another program."),
    function<execute_with>("execve($module, /, path, argv, env)", "The same with another environment."),
    function<spawn>("!posix_spawn($module, path, argv, env, /, *, file_actions=(), setpgroup=<none>, resetids=False, "
                    "setsid=False, setsigmask=(), setsigdef=(), scheduler=<none>)",
                    "Start a program in a new process."),
    function<spawn_searching>(
        "!posix_spawnp($module, path, argv, env, /, *, file_actions=(), setpgroup=<none>, resetids=False, "
        "setsid=False, setsigmask=(), setsigdef=(), scheduler=<none>)",
        "The same, looking for it along PATH."),
    function<wait_any>("wait($module, /)", "Wait for a child; its pid and status."),
    function<wait_for>("waitpid($module, pid, options, /)", "Wait for a certain child."),
    function<wait_any_usage>("wait3($module, /, options)", "Wait for a child, with what it used."),
    function<wait_for_usage>("wait4($module, /, pid, options)", "Wait for a certain child, with what it used."),
    function<wait_id>("waitid($module, idtype, id, options, /)", "Wait for a change of state."),
    function<did_dump>("WCOREDUMP($module, status, /)", "Whether memory was dumped."),
    function<exit_code>("WEXITSTATUS($module, /, status)", "The exit status."),
    function<did_continue>("WIFCONTINUED($module, /, status)", "Whether it went on."),
    function<did_exit>("WIFEXITED($module, /, status)", "Whether it ended by itself."),
    function<was_signalled>("WIFSIGNALED($module, /, status)", "Whether a signal ended it."),
    function<was_stopped>("WIFSTOPPED($module, /, status)", "Whether it was stopped."),
    function<stop_signal>("WSTOPSIG($module, /, status)", "The signal that stopped it."),
    function<end_signal>("WTERMSIG($module, /, status)", "The signal that ended it."),
    function<exit_code_of>("waitstatus_to_exitcode($module, /, status)", "Exit status, or minus the signal."),
    function<send_signal>("kill($module, pid, signal, /)", "Send a signal to a process."),
    function<send_group_signal>("killpg($module, pgid, signal, /)", "Send a signal to a process group."),
    function<exit_now>("_exit($module, /, status)", "End the process at once."),
    function<abort_now>("abort($module, /)", "End the process by SIGABRT."),
    function<open_process>("pidfd_open($module, /, pid, flags=0)", "A descriptor of a process."),
    function<run_shell>("system($module, /, command)", "Run a command in a shell; its wait status."),
    function<change_niceness>("nice($module, increment, /)", "Lower the priority; the new niceness."),
};

}  // namespace

// No other thread is in the middle of an import then: the child would see what it has begun, and not its end.
void run_before_fork(Thread& thread) {
  run_hooks(thread, hooks.before, true);
  acquire_import_lock(thread);
}
void run_after_fork(Thread& thread, bool in_child) {
  if (in_child) reset_threads_after_fork(thread);
  release_import_lock(thread);
  run_hooks(thread, in_child ? hooks.in_child : hooks.in_parent, false);
}

Result<int> fork_process(Thread& thread) {
  run_before_fork(thread);
  const int pid = fork();
  const int failure = errno;
  run_after_fork(thread, pid == 0);
  if (pid < 0) return raise_os_error(thread, failure);
  return pid;
}

std::span<const MethodRow> posix_process_rows() { return rows; }

}  // namespace minipy
