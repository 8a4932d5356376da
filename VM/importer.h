// Importing: what the C++ side does around importlib, which is the library's own, frozen.
#pragma once

#include <span>
#include <string_view>

#include "Objects/code.h"
#include "Objects/module.h"
#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

// __import__(name, globals, locals, fromlist, level), and the instruction IMPORT_NAME.
Value import_module_level(Thread& thread, Value name, Value globals, Value from_list, int level);

// importlib._bootstrap as _frozen_importlib, with sys and _imp in it; then the importers of files.
Status install_importlib(Thread& thread);
Status install_external_importers(Thread& thread);

// sys.path, before site is imported.
Status compute_module_search_path(Thread& thread);
Status remember_start_path(Thread& thread);  // before the program's folder comes into it
std::string library_folder();  // sys._stdlib_dir

// --- frozen modules (frozen.cpp) ---
struct FrozenModule {
  const char* name;
  const char* file;      // below the library's folder
  const char* original;  // its name in the library; nullptr: it is not from there
  bool is_package;
};
const FrozenModule* find_frozen_module(std::string_view name);
// The same for who imports it: nullptr if -X frozen_modules=off means it, too.
const FrozenModule* find_usable_frozen_module(std::string_view name);
void override_frozen_modules(int value);  // 1 and -1 turn them on and off, 0 does neither
std::span<const FrozenModule> frozen_modules();
Result<Code*> frozen_module_code(Thread& thread, const FrozenModule& module);
// Runs a frozen module's code in a new module of that name.
Result<Module*> initialize_frozen_module(Thread& thread, const FrozenModule& module);

// A native module as `import` makes it: the one in sys.modules is left alone.
Result<Module*> import_native_module(Thread& thread, std::string_view name);

// The import lock, as _imp shows it.
void acquire_import_lock(Thread& thread);
bool release_import_lock(Thread& thread);  // false: the thread does not hold it
bool is_import_lock_held();

}  // namespace minipy
