// Whether importlib still is as the library has it. C++ imports modules in its place only as long
// as no program can have meant its Python code to do something else. See docs/import.md.
#pragma once

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;
struct Str;
struct Type;

// What C++ needs of importlib; filled by watch_importlib().
struct ImportlibParts {
  Value load_unlocked, get_module_lock, find_spec_legacy;  // functions of _bootstrap
  Type *module_spec, *builtin_importer, *frozen_importer, *path_finder, *file_finder,
      *source_loader, *sourceless_loader;
  Str* cache_tag;  // sys.implementation.cache_tag
};
extern ImportlibParts importlib;

// Remembers what importlib consists of, once it is installed.
Status watch_importlib(Thread& thread);
// False if any of that was replaced since, or somebody listens to what importlib does (-v, audit
// hooks, tracing).
bool is_importlib_untouched(const Thread& thread);

}  // namespace minipy
