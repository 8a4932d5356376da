#include "VM/importlib_watch.h"

#include <algorithm>

#include "Objects/dict.h"
#include "Objects/list.h"
#include "Objects/module.h"
#include "Objects/protocol.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "VM/run.h"
#include "VM/runtime.h"

namespace minipy {

ImportlibParts importlib;

namespace {

// The entries of a dict as they were: patching a function replaces the value of one.
struct WatchedDict {
  Dict* dict;
  DictEntry* entries;  // a copy, on the collected heap
  uint32_t used;
  uint32_t count;
  bool may_grow;  // modules are given names such as __file__ later on; a new name in a class may
                  // hide another
};

constexpr size_t kMaxWatched = 16;
WatchedDict watched[kMaxWatched];
size_t watched_count = 0;
bool is_watching = false;

bool is_special(Value name) {
  const std::string_view text = name.as<Str>()->ascii_view();
  return text.starts_with("__") && text.ends_with("__");
}

void watch(Dict& dict, bool may_grow) {
  MP_ASSERT(watched_count < kMaxWatched);
  auto* entries =
      static_cast<DictEntry*>(gc_allocate_scanned_buffer(dict.used * sizeof(DictEntry)));
  std::copy_n(dict.entries, dict.used, entries);
  watched[watched_count++] = {&dict, entries, dict.used, dict.count, may_grow};
}

bool is_unchanged(const WatchedDict& row) {
  const Dict& dict = *row.dict;
  if (row.may_grow ? dict.used < row.used : dict.used != row.used || dict.count != row.count)
    return false;
  for (uint32_t i = 0; i < row.used; ++i) {
    if (dict.entries[i].value == row.entries[i].value && dict.entries[i].key == row.entries[i].key)
      continue;
    if (!row.may_grow || !(dict.entries[i].key == row.entries[i].key) ||
        !is_special(row.entries[i].key))
      return false;
  }
  return true;
}

// The names of builtins and modules in C++ that importlib's code calls at each import.
struct WatchedName {
  const char *module, *name;
};
constexpr WatchedName names[] = {
    {"builtins", "__import__"}, {"builtins", "compile"},    {"builtins", "exec"},
    {"builtins", "hasattr"},    {"builtins", "getattr"},    {"marshal", "loads"},
    {"posix", "stat"},          {"posix", "listdir"},       {"posix", "getcwd"},
    {"_io", "open_code"},       {"_io", "FileIO"},          {"_imp", "is_builtin"},
    {"_imp", "find_frozen"},    {"_imp", "create_builtin"}, {"_imp", "get_frozen_object"},
};
constexpr size_t kNameCount = std::size(names);
Dict* name_owners[kNameCount];
Value name_values[kNameCount];
const Str* name_keys[kNameCount];

// Tools set it to None to go without cached bytecode.
bool is_cache_tag_unchanged() {
  const Value implementation = system_attribute("implementation");
  if (!implementation.is_object()) return false;
  return get_own_attribute(implementation, special_name<"cache_tag">()) ==
         Value(importlib.cache_tag);
}

bool are_names_unchanged() {
  for (size_t i = 0; i < kNameCount; ++i) {
    if (name_owners[i] && !(dict_get_str(*name_owners[i], name_keys[i]) == name_values[i]))
      return false;
  }
  return true;
}

Result<Type*> type_in(Dict& names, const char* name) {
  const Value found = dict_get_str(names, name);
  MP_ASSERT(is_type(found));
  watch(type_dict(*found.as<Type>()), false);
  return found.as<Type>();
}

void remember_names() {
  for (size_t i = 0; i < kNameCount; ++i) {
    const Value module = dict_get_str(*runtime.modules.as<Dict>(), names[i].module);
    if (!has_kind(module, Kind::Module)) continue;
    name_owners[i] = module.as<Module>()->dict;
    name_keys[i] = intern(names[i].name);
    name_values[i] = dict_get_str(*name_owners[i], name_keys[i]);
  }
}

}  // namespace

Status watch_importlib(Thread& thread) {
  const Value external = dict_get_str(*runtime.modules.as<Dict>(), "_frozen_importlib_external");
  Dict& inner = *runtime.import_machinery.as<Module>()->dict;
  Dict& outer = *external.as<Module>()->dict;
  importlib.load_unlocked = dict_get_str(inner, "_load_unlocked");
  importlib.find_spec_legacy = dict_get_str(inner, "_find_spec_legacy");
  importlib.get_module_lock = dict_get_str(inner, "_get_module_lock");
  importlib.module_spec = TRY(type_in(inner, "ModuleSpec"));
  importlib.builtin_importer = TRY(type_in(inner, "BuiltinImporter"));
  importlib.frozen_importer = TRY(type_in(inner, "FrozenImporter"));
  importlib.path_finder = TRY(type_in(outer, "PathFinder"));
  importlib.file_finder = TRY(type_in(outer, "FileFinder"));
  importlib.source_loader = TRY(type_in(outer, "SourceFileLoader"));
  importlib.sourceless_loader = TRY(type_in(outer, "SourcelessFileLoader"));
  for (const char* base : {"FileLoader", "SourceLoader", "_LoaderBasics"})
    TRY(type_in(outer, base));
  for (const char* lock : {"_ModuleLock", "_ModuleLockManager", "_ImportLockContext"})
    TRY(type_in(inner, lock));
  watch(inner, true);
  watch(outer, true);
  remember_names();
  const Value implementation = system_attribute("implementation");
  const Value tag = TRY(get_attribute(thread, implementation, "cache_tag"));
  importlib.cache_tag = tag.as<Str>();
  is_watching = true;
  return nothing;
}

bool is_importlib_untouched(const Thread& thread) {
  const Value finders = system_attribute("meta_path");
  if (!is_exact_list(finders) || finders.as<List>()->size == 0) return false;
  if (!is_watching || runtime.configuration.verbose || is_tracing(thread)) return false;
  if (!runtime.audit_hooks.is_empty()) return false;
  if (!are_names_unchanged() || !is_cache_tag_unchanged()) return false;
  for (size_t i = 0; i < watched_count; ++i) {
    if (!is_unchanged(watched[i])) return false;
  }
  return true;
}

}  // namespace minipy
