#include "Modules/arguments.h"

#include "Objects/function.h"

namespace minipy {

Status check_positional(Thread& thread, std::string_view name, size_t count, size_t least, size_t most) {
  if (count >= least && count <= most) return nothing;
  const size_t limit = count < least ? least : most;
  const char* bound = least == most ? "" : count < least ? "at least " : "at most ";
  return raise(thread, TypeError, "{} expected {}{} argument{}, got {}", name, bound, limit,
               limit == 1 ? "" : "s", count);
}

Status check_no_keywords(Thread& thread, std::string_view name, Value keyword_names) {
  if (keyword_count(keyword_names) == 0) return nothing;
  return raise(thread, TypeError, "{}() takes no keyword arguments", name);
}

void module_add_functions(Module& module, std::span<const MethodRow> rows) {
  const Value module_name = dict_get_str(*module.dict, "__name__");
  for (const MethodRow& row : rows) {
    const std::string name(name_of(row));
    module_add(module, name.c_str(), make_builtin_function(row, Value(&module), module_name));
  }
}

}  // namespace minipy
