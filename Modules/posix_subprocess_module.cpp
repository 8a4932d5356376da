// _posixsubprocess: fork_exec, what subprocess starts programs with. Between fork and exec only
// what is safe there is called, and no Python unless there is a preexec_fn.
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <vector>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

struct Plan {
  std::vector<std::string> texts;  // owns what the arrays point to
  std::vector<char*> arguments, environment, executables;
  std::vector<int> kept;           // descriptors that stay open, sorted
  std::vector<gid_t> groups;
  std::string folder;
  Value prepare;                   // preexec_fn, or None
  bool closes = false, restores_signals = false, new_session = false, has_folder = false, has_environment = false,
       has_groups = false, has_group = false, has_user = false;
  int to_read = -1, to_write = -1, from_read = -1, from_write = -1, error_read = -1, error_write = -1,
      report_read = -1, report_write = -1;
  int process_group = -1, mask = -1;
  uint32_t user = 0, group = 0;
};

bool make_inheritable(const Plan& plan) {
  for (const int descriptor : plan.kept) {
    if (descriptor == plan.report_write) continue;
    const int flags = fcntl(descriptor, F_GETFD);
    if (flags >= 0) fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC);
  }
  return true;
}

bool is_kept(const Plan& plan, int descriptor) {
  for (const int kept : plan.kept) {
    if (kept == descriptor) return true;
  }
  return false;
}

// close_range() leaves out the kept ones by going from gap to gap.
void close_others(const Plan& plan) {
  unsigned next = 3;
  for (const int kept : plan.kept) {
    if (kept < 3) continue;
    if (static_cast<unsigned>(kept) > next) syscall(SYS_close_range, next, static_cast<unsigned>(kept) - 1, 0);
    next = static_cast<unsigned>(kept) + 1;
  }
  if (syscall(SYS_close_range, next, ~0U, 0) == 0) return;
  for (int descriptor = 3; descriptor < 65536; ++descriptor) {
    if (!is_kept(plan, descriptor)) close(descriptor);
  }
}

bool place_descriptors(Plan& plan) {
  // A descriptor in the way of the standard ones is moved first.
  for (int* moved : {&plan.from_write, &plan.error_write}) {
    const int place = moved == &plan.from_write ? 0 : 1;
    if (*moved == 0 || (place == 1 && *moved == 1)) {
      *moved = dup(*moved);
      if (*moved < 0) return false;
    }
  }
  const int sources[] = {plan.to_read, plan.from_write, plan.error_write};
  for (int target = 0; target < 3; ++target) {
    const int source = sources[target];
    if (source == target) {
      const int flags = fcntl(source, F_GETFD);
      if (flags < 0 || fcntl(source, F_SETFD, flags & ~FD_CLOEXEC) < 0) return false;
    } else if (source >= 0 && dup2(source, target) < 0) {
      return false;
    }
  }
  return true;
}

bool become_user(const Plan& plan) {
  if (plan.has_groups && setgroups(plan.groups.size(), plan.groups.data()) < 0) return false;
  if (plan.has_group && setregid(plan.group, plan.group) < 0) return false;
  if (plan.has_user && setreuid(plan.user, plan.user) < 0) return false;
  return true;
}

// In the child. Returns only if something failed; `stage` is what subprocess tells from.
void run_child(Thread& thread, Plan& plan, const char*& stage) {
  stage = "noexec";
  if (!make_inheritable(plan)) return;
  for (const int descriptor : {plan.to_write, plan.from_read, plan.error_read, plan.report_read}) {
    if (descriptor >= 0) close(descriptor);
  }
  if (!place_descriptors(plan)) return;
  if (plan.has_folder && chdir(plan.folder.c_str()) < 0) return;
  if (plan.mask >= 0) umask(static_cast<mode_t>(plan.mask));
  if (plan.restores_signals) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
  }
  if (plan.new_session) setsid();
  if (plan.process_group >= 0 && setpgid(0, plan.process_group) < 0) return;
  if (!become_user(plan)) return;
  stage = "";
  if (!plan.prepare.is_none()) {
    run_after_fork(thread, true);
    if (call(thread, plan.prepare).is_empty()) {
      thread.exception = Value();
      errno = 0;
      stage = "Exception occurred in preexec_fn.";
      return;
    }
  }
  if (plan.closes) close_others(plan);
  int failure = ENOENT;
  for (char* executable : plan.executables) {
    if (plan.has_environment) {
      execve(executable, plan.arguments.data(), plan.environment.data());
    } else {
      execv(executable, plan.arguments.data());
    }
    if (errno != ENOENT && errno != ENOTDIR) failure = errno;
  }
  errno = failure;
}

[[noreturn]] void report_and_leave(const Plan& plan, const char* stage, int failure) {
  char text[128];
  const bool is_python = stage[0] == 'E';
  const int size = is_python ? std::snprintf(text, sizeof text, "SubprocessError:0:%s", stage)
                             : std::snprintf(text, sizeof text, "OSError:%X:%s", failure, stage);
  [[maybe_unused]] const ssize_t written = write(plan.report_write, text, static_cast<size_t>(size));
  _exit(255);
}

// --- reading the arguments ---

Result<std::vector<char*>> read_texts(Thread& thread, Plan& plan, Value sequence) {
  std::vector<char*> pointers;
  List* items = TRY(list_of(thread, sequence));
  for (size_t i = 0; i < items->size; ++i) {
    plan.texts.push_back(TRY(to_filename(thread, items->at(i))));
    pointers.push_back(plan.texts.back().data());
  }
  return pointers;
}

Result<int> small(Thread& thread, Value value) {
  return static_cast<int>(TRY(index_as_int64(thread, value, &OverflowError)));
}

Status read_kept(Thread& thread, Plan& plan, Value sequence) {
  if (!is_tuple(sequence)) {
    return raise(thread, TypeError, "fork_exec() argument 4 must be tuple, not {}", type_of(sequence));
  }
  int previous = -1;
  for (const Value item : sequence.as<Tuple>()->view()) {
    const bool is_valid = is_any_int(item) && int_to_int64(item).value_or(-1) > previous &&
                          int_to_int64(item).value_or(INT64_MAX) <= INT32_MAX;
    if (!is_valid) return raise(thread, ValueError, "bad value(s) in fds_to_keep");
    previous = static_cast<int>(*int_to_int64(item));
    plan.kept.push_back(previous);
  }
  return nothing;
}

Status read_identity(Thread& thread, Plan& plan, Value group, Value groups, Value user) {
  if (!groups.is_none()) {
    if (!is_list(groups)) return raise(thread, TypeError, "setgroups argument must be a list");
    plan.has_groups = true;
    for (const Value item : *groups.as<List>()) plan.groups.push_back(TRY(user_id(thread, item, "gid")));
  }
  if (!group.is_none()) {
    plan.has_group = true;
    plan.group = TRY(user_id(thread, group, "gid"));
  }
  if (!user.is_none()) {
    plan.has_user = true;
    plan.user = TRY(user_id(thread, user, "uid"));
  }
  return nothing;
}

constexpr size_t kArguments = 23;

Status read_plan(Thread& thread, Plan& plan, const Value* a) {
  if (!is_sequence(a[0])) return raise(thread, TypeError, "args must be a tuple");
  plan.texts.reserve(4096 + TRY(length(thread, a[0])) + TRY(length(thread, a[1])) +
                     (a[5].is_none() ? 0 : TRY(length(thread, a[5]))));
  plan.executables = TRY(read_texts(thread, plan, a[1]));
  plan.arguments = TRY(read_texts(thread, plan, a[0]));
  plan.arguments.push_back(nullptr);
  plan.closes = TRY(truth(thread, a[2]));
  TRY(read_kept(thread, plan, a[3]));
  if (plan.closes && TRY(small(thread, a[13])) < 3) return raise(thread, ValueError, "errpipe_write must be >= 3");
  if (!a[4].is_none()) {
    plan.has_folder = true;
    plan.folder = TRY(to_filename(thread, a[4]));
  }
  if (!a[5].is_none()) {
    plan.has_environment = true;
    plan.environment = TRY(read_texts(thread, plan, a[5]));
    plan.environment.push_back(nullptr);
  }
  int* const places[] = {&plan.to_read,    &plan.to_write,    &plan.from_read,   &plan.from_write,
                         &plan.error_read, &plan.error_write, &plan.report_read, &plan.report_write};
  for (size_t i = 0; i < 8; ++i) *places[i] = TRY(small(thread, a[6 + i]));
  plan.restores_signals = TRY(truth(thread, a[14]));
  plan.new_session = TRY(truth(thread, a[15]));
  plan.process_group = TRY(small(thread, a[16]));
  TRY(read_identity(thread, plan, a[17], a[18], a[19]));
  plan.mask = TRY(small(thread, a[20]));
  plan.prepare = a[21];
  return nothing;
}

Value fork_exec(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "fork_exec", keyword_names));
  if (count != kArguments) {
    return raise(thread, TypeError, "fork_exec() takes exactly {} arguments ({} given)", kArguments, count);
  }
  Plan plan;
  TRY(read_plan(thread, plan, arguments));
  const bool runs_python = !plan.prepare.is_none();
  if (runs_python) run_before_fork(thread);
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old);
  const int pid = fork();
  const int failure = errno;
  if (pid == 0) {
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    const char* stage = "";
    run_child(thread, plan, stage);
    report_and_leave(plan, stage, errno);
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  if (runs_python) run_after_fork(thread, false);
  if (pid < 0) return raise_os_error(thread, failure);
  return make_int(pid);
}

const MethodRow functions[] = {
    raw_function(fork_exec, "fork_exec",
                 "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, ...)\n\n"
                 "Start a program in a new process; its pid."),
};

}  // namespace

const ModuleSpec posix_subprocess_module = {
    .name = "_posixsubprocess",
    .doc = "What subprocess starts programs with.",
    .functions = functions,
};

}  // namespace minipy
