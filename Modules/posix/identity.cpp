// Who runs the program: users, groups, sessions, priorities.
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

int get_pid() { return getpid(); }
int get_parent() { return getppid(); }
int64_t get_user() { return getuid(); }
int64_t get_effective_user() { return geteuid(); }
int64_t get_group() { return getgid(); }
int64_t get_effective_group() { return getegid(); }
int get_process_group() { return getpgrp(); }
Value get_group_of(Thread& thread, int pid) { return integer(TRY(checked_call(thread, [&] { return getpgid(pid); }))); }
Value get_session(Thread& thread, int pid) { return integer(TRY(checked_call(thread, [&] { return getsid(pid); }))); }
Status new_session(Thread& thread) {
  return done_call(thread, [&] { return setsid(); });
}
Status new_process_group(Thread& thread) {
  return done_call(thread, [&] { return setpgid(0, 0); });
}
Status set_process_group(Thread& thread, int pid, int group) {
  return done_call(thread, [&] { return setpgid(pid, group); });
}

#define SET_ONE(function, call, what)                                \
  Status function(Thread& thread, Value value) {                     \
    const uint32_t id = TRY(user_id(thread, value, what));           \
    return done_call(thread, [&] { return call(id); });              \
  }
SET_ONE(set_user, setuid, "uid")
SET_ONE(set_effective_user, seteuid, "uid")
SET_ONE(set_group, setgid, "gid")
SET_ONE(set_effective_group, setegid, "gid")
#undef SET_ONE
#define SET_TWO(function, call, what)                                \
  Status function(Thread& thread, Value real, Value effective) {     \
    const uint32_t first = TRY(user_id(thread, real, what));         \
    const uint32_t second = TRY(user_id(thread, effective, what));   \
    return done_call(thread, [&] { return call(first, second); });   \
  }
SET_TWO(set_users, setreuid, "uid")
SET_TWO(set_groups_pair, setregid, "gid")
#undef SET_TWO
#define SET_THREE(function, call, what)                                     \
  Status function(Thread& thread, Value real, Value effective, Value saved) { \
    const uint32_t first = TRY(user_id(thread, real, what));                \
    const uint32_t second = TRY(user_id(thread, effective, what));          \
    const uint32_t third = TRY(user_id(thread, saved, what));               \
    return done_call(thread, [&] { return call(first, second, third); });   \
  }
SET_THREE(set_three_users, setresuid, "uid")
SET_THREE(set_three_groups, setresgid, "gid")
#undef SET_THREE

Value get_three_users(Thread& thread) {
  uid_t real, effective, saved;
  if (getresuid(&real, &effective, &saved) != 0) return raise_os_error(thread, errno);
  return make_tuple({make_int(real), make_int(effective), make_int(saved)});
}
Value get_three_groups(Thread& thread) {
  gid_t real, effective, saved;
  if (getresgid(&real, &effective, &saved) != 0) return raise_os_error(thread, errno);
  return make_tuple({make_int(real), make_int(effective), make_int(saved)});
}

Value list_of_groups(Thread& thread, const std::vector<gid_t>& groups) {
  List* list = make_list();
  for (const gid_t group : groups) TRY(list_append(thread, *list, make_int(group)));
  return list;
}
Value get_groups(Thread& thread) {
  std::vector<gid_t> groups(65536);
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  if (count < 0) return raise_os_error(thread, errno);
  groups.resize(static_cast<size_t>(count));
  return list_of_groups(thread, groups);
}
Value get_group_list(Thread& thread, Value user, Value group) {
  const std::string name = TRY(to_filename(thread, user));
  const uint32_t base = TRY(user_id(thread, group, "gid"));
  std::vector<gid_t> groups(65536);
  int count = static_cast<int>(groups.size());
  if (getgrouplist(name.c_str(), base, groups.data(), &count) < 0) return raise_os_error(thread, errno);
  groups.resize(static_cast<size_t>(count));
  return list_of_groups(thread, groups);
}
Status set_group_list(Thread& thread, Value sequence) {
  if (!is_sequence(sequence)) return raise(thread, TypeError, "setgroups argument must be a sequence");
  List* items = TRY(list_of(thread, sequence));
  std::vector<gid_t> groups;
  for (size_t i = 0; i < items->size; ++i) {
    if (!is_any_int(items->at(i))) return raise(thread, TypeError, "groups must be integers");
    groups.push_back(TRY(user_id(thread, items->at(i), "gid")));
  }
  return done_call(thread, [&] { return setgroups(groups.size(), groups.data()); });
}
Status initialize_groups(Thread& thread, Value user, Value group) {
  const std::string name = TRY(to_filename(thread, user));
  const uint32_t base = TRY(user_id(thread, group, "gid"));
  return done_call(thread, [&] { return initgroups(name.c_str(), base); });
}
Value get_login(Thread& thread) {
  errno = 0;
  const char* name = getlogin();
  if (name) return from_filename(name);
  if (errno != 0) return raise_os_error(thread, errno);
  return raise(thread, OSError, "unable to determine login name");
}

Value get_priority(Thread& thread, int which, int who) {
  errno = 0;
  const int priority = getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  if (errno != 0) return raise_os_error(thread, errno);
  return make_int(priority);
}
Status set_priority(Thread& thread, int which, int who, int priority) {
  return done_call(
      thread, [&] { return setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority); });
}

const MethodRow rows[] = {
    function<get_pid>("getpid($module, /)", "The number of this process."),
    function<get_parent>("getppid($module, /)", "The number of the parent process."),
    function<get_user>("getuid($module, /)", "The real user."),
    function<get_effective_user>("geteuid($module, /)", "The effective user."),
    function<get_group>("getgid($module, /)", "The real group."),
    function<get_effective_group>("getegid($module, /)", "The effective group."),
    function<get_process_group>("getpgrp($module, /)", "The process group."),
    function<get_group_of>("getpgid($module, /, pid)", "The process group of a process."),
    function<get_session>("getsid($module, pid, /)", "The session of a process."),
    function<new_session>("setsid($module, /)", "Start a session."),
    function<new_process_group>("setpgrp($module, /)", "Start a process group."),
    function<set_process_group>("setpgid($module, pid, pgrp, /)", "Move a process into a group."),
    function<set_user>("setuid($module, uid, /)", "Set the user."),
    function<set_effective_user>("seteuid($module, euid, /)", "Set the effective user."),
    function<set_group>("setgid($module, gid, /)", "Set the group."),
    function<set_effective_group>("setegid($module, egid, /)", "Set the effective group."),
    function<set_users>("setreuid($module, ruid, euid, /)", "Set real and effective user."),
    function<set_groups_pair>("setregid($module, rgid, egid, /)", "Set real and effective group."),
    function<set_three_users>("setresuid($module, ruid, euid, suid, /)", "Set real, effective and saved user."),
    function<set_three_groups>("setresgid($module, rgid, egid, sgid, /)", "Set real, effective and saved group."),
    function<get_three_users>("getresuid($module, /)", "Real, effective and saved user."),
    function<get_three_groups>("getresgid($module, /)", "Real, effective and saved group."),
    function<get_groups>("getgroups($module, /)", "The supplementary groups."),
    function<get_group_list>("getgrouplist($module, user, group, /)", "The groups that a user belongs to."),
    function<set_group_list>("setgroups($module, groups, /)", "Set the supplementary groups."),
    function<initialize_groups>("initgroups($module, username, gid, /)", "Set them to a user's."),
    function<get_login>("getlogin($module, /)", "The name of the user who logged in."),
    function<get_priority>("getpriority($module, /, which, who)", "A scheduling priority."),
    function<set_priority>("setpriority($module, /, which, who, priority)", "Set a scheduling priority."),
};

}  // namespace

std::span<const MethodRow> posix_identity_rows() { return rows; }

}  // namespace minipy
