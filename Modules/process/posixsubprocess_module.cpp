// _posixsubprocess: fork and exec in one step, for the library's subprocess.
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <string>
#include <vector>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

// Texts as exec wants them: pointers, the last of them null.
struct TextArray {
  std::vector<std::string> texts;
  std::vector<char*> pointers;
  bool is_given = false;
  void close() {
    pointers.clear();
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    is_given = true;
  }
  char* const* data() { return is_given ? pointers.data() : nullptr; }
};

// Everything that the child needs, made ready before the fork: after it only functions may be called
// that are safe in signal handlers, because another thread may have held any lock.
struct Plan {
  TextArray arguments, executables, environment;
  std::vector<int> kept;  // descriptors, ascending
  std::string folder;
  bool has_folder = false, close_others, restore_signals, new_session;
  int to_child_read, to_child_write, from_child_read, from_child_write, error_read, error_write, report_read, report_write;
  int group_to_set, umask;
  bool has_groups = false, has_group = false, has_user = false;
  std::vector<gid_t> groups;
  gid_t group = 0;
  uid_t user = 0;
  Value before_exec;  // preexec_fn, or None
};

bool set_inheritable(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFD);
  return flags >= 0 && fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC) == 0;
}

// Moves `from` to the standard descriptor `to`.
bool install(int from, int to) {
  if (from == to) return set_inheritable(from);
  return from == -1 || dup2(from, to) >= 0;
}

void close_others(const Plan& plan) {
  unsigned start = 3;
  for (const int kept : plan.kept) {
    if (kept < static_cast<int>(start)) continue;
    if (kept > static_cast<int>(start)) close_range(start, static_cast<unsigned>(kept) - 1, 0);
    start = static_cast<unsigned>(kept) + 1;
  }
  if (close_range(start, ~0u, 0) == 0) return;
  const long limit = sysconf(_SC_OPEN_MAX);
  for (long descriptor = start; descriptor < limit; ++descriptor) close(static_cast<int>(descriptor));
}

// The pipes become descriptors 0 to 2. Ends that lie there already are moved out of the way first.
bool install_pipes(Plan& plan) {
  for (const int descriptor : plan.kept) {
    if (descriptor != plan.report_write && !set_inheritable(descriptor)) return false;
  }
  for (const int end : {plan.to_child_write, plan.from_child_read, plan.error_read}) {
    if (end >= 0) close(end);
  }
  close(plan.report_read);
  if (plan.from_child_write == 0 && (plan.from_child_write = dup(plan.from_child_write)) < 0) return false;
  while (plan.error_write == 0 || plan.error_write == 1) {
    if ((plan.error_write = dup(plan.error_write)) < 0) return false;
  }
  return install(plan.to_child_read, 0) && install(plan.from_child_write, 1) && install(plan.error_write, 2);
}

bool become_who_is_wanted(const Plan& plan) {
  if (plan.has_folder && chdir(plan.folder.c_str()) < 0) return false;
  if (plan.umask >= 0) umask(static_cast<mode_t>(plan.umask));
  if (plan.restore_signals) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
  }
  if (plan.new_session && setsid() < 0) return false;
  if (plan.group_to_set >= 0 && setpgid(0, plan.group_to_set) < 0) return false;
  if (plan.has_groups && setgroups(plan.groups.size(), plan.groups.data()) < 0) return false;
  if (plan.has_group && setregid(plan.group, plan.group) < 0) return false;
  return !plan.has_user || setreuid(plan.user, plan.user) == 0;
}

// Tells the parent by the words that subprocess.py expects: "OSError:HEX:" and "noexec" if it was not exec.
void report(int to, int error_number, const char* words) {
  char text[128] = "SubprocessError:0:";
  if (error_number) {
    char digits[16], *digit = digits + sizeof digits;
    for (unsigned rest = static_cast<unsigned>(error_number); rest; rest >>= 4) *--digit = "0123456789ABCDEF"[rest & 15];
    std::strcpy(text, "OSError:");
    std::strncat(text, digit, static_cast<size_t>(digits + sizeof digits - digit));
    std::strcat(text, ":");
  }
  std::strcat(text, words);
  [[maybe_unused]] const ssize_t written = write(to, text, std::strlen(text));
}

[[noreturn]] void run_child(Thread& thread, Plan& plan) {
  if (!install_pipes(plan) || !become_who_is_wanted(plan)) {
    report(plan.report_write, errno, "noexec");
    _exit(255);
  }
  if (!plan.before_exec.is_none() && failed(call(thread, plan.before_exec))) {
    report(plan.report_write, 0, "Exception occurred in preexec_fn.");
    _exit(255);
  }
  if (plan.close_others) close_others(plan);
  int error_number = 0;
  for (const std::string& path : plan.executables.texts) {
    if (plan.environment.is_given) execve(path.c_str(), plan.arguments.data(), plan.environment.data());
    else execv(path.c_str(), plan.arguments.data());
    if (errno != ENOENT && errno != ENOTDIR && error_number == 0) error_number = errno;
  }
  report(plan.report_write, error_number ? error_number : errno, "");
  _exit(255);
}

// ---- reading the arguments ----

Status read_bytes_array(Thread& thread, Value sequence, TextArray& array) {
  const size_t count = TRY(length(thread, sequence));
  for (size_t i = 0; i < count; ++i) {
    const Value item = TRY(sequence_item(thread, sequence, static_cast<int64_t>(i)));
    if (!is_bytes(item)) return raise(thread, TypeError, "expected bytes, {} found", type_of(item));
    if (item.as<Bytes>()->view().find('\0') != std::string_view::npos) return raise(thread, ValueError, "embedded null byte");
    array.texts.emplace_back(item.as<Bytes>()->view());
  }
  array.close();
  return nothing;
}

Status read_arguments(Thread& thread, Value arguments, TextArray& array) {
  if (arguments.is_none()) return nothing;
  if (!is_list(arguments) && !is_tuple(arguments) && !type_of(arguments).slots.iterate && !is_sequence(arguments)) {
    return raise(thread, TypeError, "argv must be a tuple");
  }
  Tuple* items = TRY(tuple_of(thread, arguments));
  for (const Value item : *items) array.texts.push_back(TRY(to_filename(thread, item)));
  array.close();
  return nothing;
}

Status read_kept(Thread& thread, const Tuple& descriptors, Plan& plan) {
  int64_t previous = -1;
  for (const Value item : descriptors) {
    const std::optional<int64_t> descriptor = is_any_int(item) ? int_to_int64(item) : std::nullopt;
    if (!descriptor || *descriptor <= previous || *descriptor > INT_MAX) {
      return raise(thread, ValueError, "bad value(s) in fds_to_keep");
    }
    plan.kept.push_back(static_cast<int>(*descriptor));
    previous = *descriptor;
  }
  return nothing;
}

Status read_groups(Thread& thread, Value groups, Plan& plan) {
  if (groups.is_none()) return nothing;
  if (!is_list(groups)) return raise(thread, TypeError, "setgroups argument must be a list");
  const List& list = *groups.as<List>();
  if (list.size > 65536) return raise(thread, ValueError, "too many groups");
  for (size_t i = 0; i < list.size; ++i) {
    if (!is_any_int(list.at(i))) return raise(thread, TypeError, "groups must be integers");
    const Result<uint32_t> group = user_id(thread, list.at(i), "gid");
    if (group.failed()) {
      take_exception(thread);
      return raise(thread, ValueError, "invalid group id");
    }
    plan.groups.push_back(group.value());
  }
  plan.has_groups = true;
  return nothing;
}

// The 23 arguments in the order in which subprocess.py passes them.
enum Argument { Args, Executables, CloseFds, PassFds, Folder, Environment, FirstPipe, RestoreSignals = 14, NewSession, Group,
                Gid, Groups, Uid, Umask, BeforeExec, AllowVfork, ArgumentCount };

Status read_simple(Thread& thread, const Value* values, Plan& plan) {
  plan.close_others = TRY(truth(thread, values[CloseFds]));
  if (!is_tuple(values[PassFds])) {
    return raise(thread, TypeError, "fork_exec() argument 4 must be tuple, not {}", argument_kind(values[PassFds]));
  }
  int* const pipes[] = {&plan.to_child_read, &plan.to_child_write, &plan.from_child_read, &plan.from_child_write,
                        &plan.error_read,    &plan.error_write,    &plan.report_read,     &plan.report_write};
  for (int i = 0; i < 8; ++i) *pipes[i] = TRY(argument_int(thread, values[FirstPipe + i]));
  plan.restore_signals = TRY(truth(thread, values[RestoreSignals]));
  plan.new_session = TRY(truth(thread, values[NewSession]));
  plan.group_to_set = TRY(argument_int(thread, values[Group]));
  plan.umask = TRY(argument_int(thread, values[Umask]));
  plan.before_exec = values[BeforeExec];
  TRY(truth(thread, values[AllowVfork]));
  if (plan.close_others && plan.report_write < 3) return raise(thread, ValueError, "errpipe_write must be >= 3");
  return read_kept(thread, *values[PassFds].as<Tuple>(), plan);
}

Status read_plan(Thread& thread, const Value* values, Plan& plan) {
  TRY(read_simple(thread, values, plan));
  TRY(read_bytes_array(thread, values[Executables], plan.executables));
  TRY(read_arguments(thread, values[Args], plan.arguments));
  if (!values[Environment].is_none()) TRY(read_bytes_array(thread, values[Environment], plan.environment));
  if (!values[Folder].is_none()) {
    plan.folder = TRY(to_filename(thread, values[Folder]));
    plan.has_folder = true;
  }
  TRY(read_groups(thread, values[Groups], plan));
  if (!values[Gid].is_none()) {
    plan.group = TRY(user_id(thread, values[Gid], "gid"));
    plan.has_group = true;
  }
  if (!values[Uid].is_none()) {
    plan.user = TRY(user_id(thread, values[Uid], "uid"));
    plan.has_user = true;
  }
  return nothing;
}

Value fork_exec(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "fork_exec", keyword_names));
  if (count != ArgumentCount) {
    return raise(thread, TypeError, "fork_exec() takes exactly {} arguments ({} given)", static_cast<int>(ArgumentCount), count);
  }
  Plan plan;
  TRY(read_plan(thread, arguments, plan));
  const bool runs_python = !plan.before_exec.is_none();
  if (runs_python) run_before_fork(thread);
  const pid_t child = fork();
  if (child == 0) {
    if (runs_python) run_after_fork(thread, true);
    run_child(thread, plan);
  }
  const int error_number = errno;
  if (runs_python) run_after_fork(thread, false);
  if (child < 0) return raise_os_error(thread, error_number);
  return make_int(child);
}

const MethodRow functions[] = {
    raw_function(fork_exec, "fork_exec",
                 "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env,\n"
                 "          p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n"
                 "          errpipe_read, errpipe_write, restore_signals, call_setsid,\n"
                 "          pgid_to_set, gid, extra_groups, uid, umask, preexec_fn, allow_vfork)\n\n"
                 "Fork, make the child what the arguments say, and run the first of the executables there is.\n"
                 "Return the child's process id. What goes wrong in the child is written to errpipe_write."),
};

}  // namespace

extern const ModuleSpec posixsubprocess_module = {"_posixsubprocess", "Fork and exec, for subprocess.", functions};

}  // namespace minipy
