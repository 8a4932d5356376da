// Where a module is: the search that importlib's finders do, on their own caches of folders.
#pragma once

#include <string>

#include "Objects/module.h"
#include "VM/importer.h"

namespace minipy {

struct FoundModule {
  enum class Where { Nowhere, Native, Frozen, Source, Spec };
  Where where = Where::Nowhere;
  const ModuleSpec* native = nullptr;
  const FrozenModule* frozen = nullptr;
  std::string file;    // of Source
  std::string folder;  // of a package; empty: it is none
  Value spec;          // by Python code: another finder's, or importlib's for what is no plain file
};

// Asks the finders of sys.meta_path. `name` is the full name, `path` the __path__ of its parent, or
// None. Only while importlib is untouched.
Result<FoundModule> find_module(Thread& thread, const Str* name, Value path);

}  // namespace minipy
