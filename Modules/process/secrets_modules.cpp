// _crypt and spwd: passwords. Library reference, "crypt", "spwd".
#include <crypt.h>
#include <dlfcn.h>
#include <shadow.h>

#include <cerrno>
#include <cstring>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/list.h"

namespace minipy {
namespace {

// ---- _crypt: libcrypt is loaded with it ----

decltype(&::crypt_r) hash_password;

Value crypt(Thread& thread, Str& word, Str& salt) {
  const std::string word_text = TRY(to_utf8_strict(thread, &word)),
                    salt_text = TRY(to_utf8_strict(thread, &salt));
  for (const std::string& text : {word_text, salt_text}) {
    if (text.find('\0') != std::string::npos)
      return raise(thread, ValueError, "embedded null character");
  }
  // Some ten kilobytes, which the function wants cleared.
  auto* room = static_cast<crypt_data*>(gc_allocate_leaf_buffer(sizeof(crypt_data)));
  std::memset(room, 0, sizeof *room);
  errno = 0;
  const char* hashed = hash_password(word_text.c_str(), salt_text.c_str(), room);
  if (!hashed) return raise_os_error(thread, errno);
  return from_filename(hashed);
}
const MethodRow crypt_functions[] = {
    function<crypt>("crypt($module, word, salt, /)",
                    "The hash of a password; the salt says how it is made."),
};
Status initialize_crypt(Thread& thread, Module&) {
  void* library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library) hash_password = reinterpret_cast<decltype(hash_password)>(dlsym(library, "crypt_r"));
  if (!library || !hash_password)
    return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  return nothing;
}

// ---- spwd ----

Type* entry_type;

Value entry_value(const spwd& entry) {
  const auto text = [](const char* chars) { return chars ? Value(from_filename(chars)) : None; };
  const Value name = text(entry.sp_namp), password = text(entry.sp_pwdp);
  const Value fields[] = {name,
                          password,
                          make_int(entry.sp_lstchg),
                          make_int(entry.sp_min),
                          make_int(entry.sp_max),
                          make_int(entry.sp_warn),
                          make_int(entry.sp_inact),
                          make_int(entry.sp_expire),
                          make_int(static_cast<int64_t>(entry.sp_flag)),
                          name,
                          password};
  return make_struct_sequence(*entry_type, fields);
}

Value entry_by_name(Thread& thread, Str& name) {
  const std::string text = TRY(to_filename(thread, &name));
  errno = 0;
  const spwd* entry = getspnam(text.c_str());
  if (entry) return entry_value(*entry);
  if (errno != 0) return raise_os_error(thread, errno);
  return raise(thread, KeyError, "getspnam(): name not found");
}
Value all_entries(Thread& thread) {
  List* list = make_list();
  setspent();
  while (const spwd* entry = getspent()) {
    if (list_append(thread, *list, entry_value(*entry)).failed()) break;
  }
  endspent();
  return has_exception(thread) ? Value() : list;
}
const MethodRow spwd_functions[] = {
    function<all_entries>("getspall($module, /)", "All entries of the shadow password database."),
    function<entry_by_name>("getspnam($module, arg, /)",
                            "The entry of a user in the shadow password database."),
};
Status initialize_spwd(Thread& thread, Module& module) {
  TRY(warn(thread, DeprecationWarning,
           "'spwd' is deprecated and slated for removal in Python 3.13"));
  if (!entry_type) {
    entry_type =
        &make_struct_sequence_type("spwd.struct_spwd", "An entry of the shadow password database.",
                                   {{"sp_namp", "name"},
                                    {"sp_pwdp", "hashed password"},
                                    {"sp_lstchg", "day of the last change"},
                                    {"sp_min", "days between changes, at least"},
                                    {"sp_max", "days between changes, at most"},
                                    {"sp_warn", "days of warning"},
                                    {"sp_inact", "days until the account is closed"},
                                    {"sp_expire", "day on which it ends"},
                                    {"sp_flag", "reserved"},
                                    {"sp_nam", "sp_namp of old"},
                                    {"sp_pwd", "sp_pwdp of old"}},
                                   9);
  }
  module_add_type(module, *entry_type);
  return nothing;
}

}  // namespace

extern const ModuleSpec crypt_module = {"_crypt", nullptr, crypt_functions, initialize_crypt};
extern const ModuleSpec spwd_module = {
    "spwd", "The shadow password database, for the system's administrator.", spwd_functions,
    initialize_spwd};

}  // namespace minipy
