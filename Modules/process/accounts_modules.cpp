// pwd and grp: the databases of users and groups.
#include <grp.h>
#include <pwd.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Type* user_type;   // pwd.struct_passwd
Type* group_type;  // grp.struct_group

Value text_or_none(const char* text) { return text ? Value(from_filename(text)) : None; }

// Numbers are shown as they come in: -1 for "nobody in particular".
Value account_number(uint32_t id) { return id == UINT32_MAX ? Value::from_int(-1) : make_int(id); }

Value make_user(const passwd& user) {
  const Value fields[] = {text_or_none(user.pw_name),  text_or_none(user.pw_passwd), account_number(user.pw_uid),
                          account_number(user.pw_gid), text_or_none(user.pw_gecos),  text_or_none(user.pw_dir),
                          text_or_none(user.pw_shell)};
  return make_struct_sequence(*user_type, fields);
}

Value make_group(Thread& thread, const group& entry) {
  List* members = make_list();
  for (char** member = entry.gr_mem; member && *member; ++member) {
    TRY(list_append(thread, *members, from_filename(*member)));
  }
  const Value fields[] = {text_or_none(entry.gr_name), text_or_none(entry.gr_passwd), account_number(entry.gr_gid), members};
  return make_struct_sequence(*group_type, fields);
}

// Calls one of the _r functions with more and more room for the texts; null if there is no such entry.
template <typename Entry, typename F>
Result<const Entry*> look_up(Thread& thread, Entry& entry, std::vector<char>& room, F&& get) {
  room.resize(1024);
  for (;;) {
    Entry* found = nullptr;
    int status;
    {
      const WithoutGil guard(thread);
      status = get(&entry, room.data(), room.size(), &found);
    }
    if (status != ERANGE) return found;
    if (room.size() > (1u << 28)) return raise_memory_error(thread);
    room.resize(room.size() * 2);
  }
}

Value user_by_number(Thread& thread, Value number) {
  const Result<uint32_t> id = user_id(thread, number);
  if (id.failed()) {
    if (!catch_exception(thread, OverflowError)) return error;
    return raise(thread, KeyError, "getpwuid(): uid not found");
  }
  passwd entry;
  std::vector<char> room;
  const passwd* found = TRY(look_up(thread, entry, room, [&](passwd* to, char* buffer, size_t size, passwd** result) {
    return getpwuid_r(id.value(), to, buffer, size, result);
  }));
  if (!found) return raise(thread, KeyError, "getpwuid(): uid not found: {}", account_number(id.value()));
  return make_user(*found);
}

Value user_by_name(Thread& thread, Module&, Str& name) {
  const std::string text = TRY(to_filename(thread, &name));
  passwd entry;
  std::vector<char> room;
  const passwd* found = TRY(look_up(thread, entry, room, [&](passwd* to, char* buffer, size_t size, passwd** result) {
    return getpwnam_r(text.c_str(), to, buffer, size, result);
  }));
  if (!found) return raise(thread, KeyError, "getpwnam(): name not found: {}", Repr{&name});
  return make_user(*found);
}

Value all_users(Thread& thread) {
  List* users = make_list();
  setpwent();
  while (const passwd* entry = getpwent()) TRY(list_append(thread, *users, make_user(*entry)));
  endpwent();
  return users;
}

Value group_by_number(Thread& thread, Value number) {
  const uint32_t id = TRY(user_id(thread, number, "gid"));
  group entry;
  std::vector<char> room;
  const group* found = TRY(look_up(thread, entry, room, [&](group* to, char* buffer, size_t size, group** result) {
    return getgrgid_r(id, to, buffer, size, result);
  }));
  if (!found) return raise(thread, KeyError, "getgrgid(): gid not found: {}", account_number(id));
  return make_group(thread, *found);
}

Value group_by_name(Thread& thread, Module&, Str& name) {
  const std::string text = TRY(to_filename(thread, &name));
  group entry;
  std::vector<char> room;
  const group* found = TRY(look_up(thread, entry, room, [&](group* to, char* buffer, size_t size, group** result) {
    return getgrnam_r(text.c_str(), to, buffer, size, result);
  }));
  if (!found) return raise(thread, KeyError, "getgrnam(): name not found: {}", Repr{&name});
  return make_group(thread, *found);
}

Value all_groups(Thread& thread) {
  List* groups = make_list();
  setgrent();
  while (const group* entry = getgrent()) TRY(list_append(thread, *groups, TRY(make_group(thread, *entry))));
  endgrent();
  return groups;
}

const MethodRow user_functions[] = {
    function<all_users>("getpwall($module, /)", "All entries of the user database, in any order."),
    function<user_by_name>("getpwnam($module, name, /)", "The entry of the user with that name."),
    function<user_by_number>("getpwuid($module, uidobj, /)", "The entry of the user with that number."),
};
const MethodRow group_functions[] = {
    function<all_groups>("getgrall($module, /)", "All entries of the group database, in any order."),
    function<group_by_number>("getgrgid($module, /, id)", "The entry of the group with that number."),
    function<group_by_name>("getgrnam($module, /, name)", "The entry of the group with that name."),
};

Status initialize_users(Thread&, Module& module) {
  user_type = &make_struct_sequence_type("pwd.struct_passwd", "An entry of the user database: a tuple with names.",
                                         {{"pw_name", "user name"},
                                          {"pw_passwd", "password"},
                                          {"pw_uid", "user id"},
                                          {"pw_gid", "group id"},
                                          {"pw_gecos", "real name"},
                                          {"pw_dir", "home directory"},
                                          {"pw_shell", "shell program"}},
                                         7);
  module_add_type(module, *user_type);
  return nothing;
}
Status initialize_groups(Thread&, Module& module) {
  group_type = &make_struct_sequence_type("grp.struct_group", "An entry of the group database: a tuple with names.",
                                          {{"gr_name", "group name"},
                                           {"gr_passwd", "password"},
                                           {"gr_gid", "group id"},
                                           {"gr_mem", "group members"}},
                                          4);
  module_add_type(module, *group_type);
  return nothing;
}

}  // namespace

extern const ModuleSpec pwd_module = {"pwd", "The database of users.", user_functions, initialize_users};
extern const ModuleSpec grp_module = {"grp", "The database of groups.", group_functions, initialize_groups};

}  // namespace minipy
