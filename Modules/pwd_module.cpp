// pwd and grp: the databases of users and groups.
#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Value text_or_none(const char* text) { return text ? Value(from_filename(text)) : None; }

Type& user_type() {
  static Type& type = make_struct_sequence_type(
      "pwd.struct_passwd", "An entry of the user database.",
      {{"pw_name", "user name"}, {"pw_passwd", "password"}, {"pw_uid", "user id"}, {"pw_gid", "group id"},
       {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}},
      7);
  return type;
}
Value show_user(const passwd& user) {
  const Value values[] = {text_or_none(user.pw_name),  text_or_none(user.pw_passwd), make_int(user.pw_uid),
                          make_int(user.pw_gid),       text_or_none(user.pw_gecos),  text_or_none(user.pw_dir),
                          text_or_none(user.pw_shell)};
  return make_struct_sequence(user_type(), values);
}

Failure raise_unknown(Thread& thread, const char* function, const char* what, Value key) {
  const Value message = TRY(format_message(thread, "{}(): {} not found: {}",
                                           {function, what, is_str(key) ? MessageArgument(Repr{key}) : MessageArgument(key)}));
  return raise_value(thread, KeyError, message);
}

Value user_by_id(Thread& thread, Value id) {
  if (!is_index(id)) return raise(thread, TypeError, "uid should be integer, not {}", type_of(id));
  const Result<uint32_t> uid = user_id(thread, id, "uid");
  if (uid.failed()) {
    if (!catch_exception(thread, OverflowError)) return error;
    return raise_unknown(thread, "getpwuid", "uid", id);
  }
  const passwd* user = getpwuid(uid.value());
  if (!user) return raise_unknown(thread, "getpwuid", "uid", id);
  return show_user(*user);
}
Value user_by_name(Thread& thread, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "getpwnam() argument must be str, not {}", type_of(name));
  const std::string text = TRY(to_filename(thread, name));
  const passwd* user = getpwnam(text.c_str());
  if (!user) return raise_unknown(thread, "getpwnam", "name", name);
  return show_user(*user);
}
Value all_users(Thread& thread) {
  List* users = make_list();
  setpwent();
  while (const passwd* user = getpwent()) TRY(list_append(thread, *users, show_user(*user)));
  endpwent();
  return users;
}

Type& group_type() {
  static Type& type = make_struct_sequence_type(
      "grp.struct_group", "An entry of the group database.",
      {{"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"}, {"gr_mem", "group members"}}, 4);
  return type;
}
Value show_group(Thread& thread, const group& entry) {
  List* members = make_list();
  for (char** member = entry.gr_mem; *member; ++member) TRY(list_append(thread, *members, from_filename(*member)));
  const Value values[] = {text_or_none(entry.gr_name), text_or_none(entry.gr_passwd), make_int(entry.gr_gid), members};
  return make_struct_sequence(group_type(), values);
}
Value group_by_id(Thread& thread, Value id) {
  if (!is_index(id)) return raise(thread, TypeError, "gid should be integer, not {}", type_of(id));
  const Result<uint32_t> gid = user_id(thread, id, "gid");
  if (gid.failed()) {
    if (!catch_exception(thread, OverflowError)) return error;
    return raise_unknown(thread, "getgrgid", "gid", id);
  }
  const group* entry = getgrgid(gid.value());
  if (!entry) return raise_unknown(thread, "getgrgid", "gid", id);
  return show_group(thread, *entry);
}
Value group_by_name(Thread& thread, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "getgrnam() argument 'name' must be str, not {}", type_of(name));
  const std::string text = TRY(to_filename(thread, name));
  const group* entry = getgrnam(text.c_str());
  if (!entry) return raise_unknown(thread, "getgrnam", "name", name);
  return show_group(thread, *entry);
}
Value all_groups(Thread& thread) {
  List* groups = make_list();
  setgrent();
  while (const group* entry = getgrent()) {
    const Value shown = TRY(show_group(thread, *entry));
    TRY(list_append(thread, *groups, shown));
  }
  endgrent();
  return groups;
}

const MethodRow user_functions[] = {
    function<user_by_id>("getpwuid($module, uidobj, /)", "The entry of a user by number."),
    function<user_by_name>("getpwnam($module, name, /)", "The entry of a user by name."),
    function<all_users>("getpwall($module, /)", "All entries."),
};
const MethodRow group_functions[] = {
    function<group_by_id>("getgrgid($module, /, id)", "The entry of a group by number."),
    function<group_by_name>("getgrnam($module, /, name)", "The entry of a group by name."),
    function<all_groups>("getgrall($module, /)", "All entries."),
};

Status initialize_users(Thread&, Module& module) {
  module_add(module, "struct_passwd", &user_type());
  return nothing;
}
Status initialize_groups(Thread&, Module& module) {
  module_add(module, "struct_group", &group_type());
  return nothing;
}

}  // namespace

const ModuleSpec pwd_module = {
    .name = "pwd",
    .doc = "The user database.",
    .functions = user_functions,
    .initialize = initialize_users,
};
const ModuleSpec grp_module = {
    .name = "grp",
    .doc = "The group database.",
    .functions = group_functions,
    .initialize = initialize_groups,
};

}  // namespace minipy
