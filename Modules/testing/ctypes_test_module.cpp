// _ctypes_test: its `__file__` is the shared library beside the executable that the tests of ctypes load.
#include <unistd.h>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"

namespace minipy {
namespace {

std::string library_path() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return "";
  const std::string executable(path, static_cast<size_t>(length));
  return executable.substr(0, executable.rfind('/') + 1) + "ctypes_test.so";
}

Status initialize(Thread& thread, Module& module) {
  const std::string path = library_path();
  if (access(path.c_str(), R_OK) != 0) return raise(thread, ImportError, "the library of the tests is not there: {}", path);
  module_add(module, "__file__", from_filename(path));
  return nothing;
}

}  // namespace

extern const ModuleSpec ctypes_test_module{"_ctypes_test", nullptr, {}, initialize};

}  // namespace minipy
