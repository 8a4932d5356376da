#include "Modules/native_modules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

#define MODULE(name, spec) extern const ModuleSpec spec;
#include "Modules/modules.def"
#undef MODULE

namespace {

struct Row {
  std::string_view name;
  const ModuleSpec* spec;
};
const Row rows[] = {
#define MODULE(name, spec) {name, &spec},
#include "Modules/modules.def"
#undef MODULE
    {"", nullptr},
};

}  // namespace

const ModuleSpec* find_native_module(std::string_view name) {
  for (const Row& row : rows) {
    if (row.spec && row.name == name) return row.spec;
  }
  return nullptr;
}

Tuple* native_module_names() {
  std::vector<std::string_view> names;
  for (const Row& row : rows) {
    if (row.spec) names.push_back(row.name);
  }
  std::sort(names.begin(), names.end());
  Tuple* tuple = allocate_tuple(names.size());
  for (size_t i = 0; i < names.size(); ++i) tuple->items[i] = intern(names[i]);
  return tuple;
}

}  // namespace minipy
