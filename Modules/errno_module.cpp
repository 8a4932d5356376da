// errno: the names of the system's error numbers.
#include <cerrno>

#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/str.h"

namespace minipy {
namespace {

struct Row {
  const char* name;
  int number;
};
const Row rows[] = {
#define ERRNO(name) {#name, name},
#include "Modules/errno_names.def"
#undef ERRNO
};

Status initialize(Thread& thread, Module& module) {
  Dict* names = make_dict();
  for (const Row& row : rows) {
    module_add(module, row.name, make_int(row.number));
    TRY(dict_set(thread, *names, make_int(row.number), intern(row.name)));
  }
  // Numbers with two names are listed under the older one.
  for (const char* name : {"EAGAIN", "EDEADLOCK", "ENOTSUP"}) {
    for (const Row& row : rows) {
      if (std::string_view(row.name) == name) TRY(dict_set(thread, *names, make_int(row.number), intern(name)));
    }
  }
  module_add(module, "errorcode", names);
  return nothing;
}

}  // namespace

extern const ModuleSpec errno_module = {"errno", "The names of the system's error numbers. errorcode maps numbers to names.", {}, initialize};

}  // namespace minipy
