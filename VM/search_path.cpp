// sys.path: what PYTHONPATH, PYTHONHOME and the build say. The folder of the script and
// site-packages come later. Library reference, "Initialization of sys.path".
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "Objects/codecs.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "VM/importer.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

bool is_folder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// sys.path before the program's own folder came into it; empty until then.
Value start_path;

// CPython imports `encodings` when it starts. Here that waits for the first codec that is asked for by name, and a file
// encodings.py beside the script must not come in between.
Value import_encodings(Thread& thread) {
  const Value path = system_attribute("path");
  if (start_path.is_empty() || !is_list(path)) return import_module(thread, "encodings");
  set_system_attribute("path", start_path);
  const Value module = import_module(thread, "encodings");
  set_system_attribute("path", path);
  return module;
}

}  // namespace

Status remember_start_path(Thread& thread) {
  const Value path = system_attribute("path");
  if (!is_list(path)) return nothing;
  start_path = TRY(list_of(thread, path));
  import_encodings_hook = import_encodings;
  return nothing;
}

std::string library_folder() {
  if (const char* home = runtime.configuration.environment("PYTHONHOME")) {
    const std::string prefix(home, strcspn(home, ":"));
    return prefix + "/lib/python3.11";
  }
  return MINIPY_STDLIB;
}

Status compute_module_search_path(Thread& thread) {
  List* path = make_list();
  if (const char* variable = runtime.configuration.environment("PYTHONPATH")) {
    std::string_view rest = variable;
    for (;;) {
      const size_t colon = std::min(rest.find(':'), rest.size());
      TRY(list_append(thread, *path, from_filename(rest.substr(0, colon))));
      if (colon == rest.size()) break;
      rest.remove_prefix(colon + 1);
    }
  }
  const std::string library = library_folder();
  const std::string prefix = library.substr(0, library.find("/lib/python3.11"));
  // minipy's own modules come before those that they stand in for.
  if (is_folder(MINIPY_LIB)) TRY(list_append(thread, *path, from_filename(MINIPY_LIB)));
  TRY(list_append(thread, *path, from_filename(prefix + "/lib/python311.zip")));
  TRY(list_append(thread, *path, from_filename(library)));
  set_system_attribute("path", path);
  set_system_attribute("_stdlib_dir", from_filename(library));
  for (const char* name : {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"}) {
    set_system_attribute(name, from_filename(prefix));
  }
  return nothing;
}

}  // namespace minipy
