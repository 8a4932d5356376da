// For native functions that take their arguments as they come.
#pragma once

#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

// "getattr expected at least 2 arguments, got 1"
Status check_positional(Thread& thread, std::string_view name, size_t count, size_t least, size_t most);
// "getattr() takes no keyword arguments"
Status check_no_keywords(Thread& thread, std::string_view name, Value keyword_names);
inline size_t keyword_count(Value keyword_names) {
  return is_tuple(keyword_names) ? keyword_names.as<Tuple>()->size : 0;
}
// Puts functions into a module, besides those of its ModuleSpec.
void module_add_functions(Module& module, std::span<const MethodRow> rows);
// Text that Python sees from a `const char*` of the operating system.
inline Value text_value(std::string_view text) { return make_str(text); }

}  // namespace minipy
