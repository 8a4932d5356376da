// builtins: the functions come from the files beside this one, types and exceptions from Objects/.
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Modules/native_modules.h"

namespace minipy {
namespace {

void add_types(Module& module) {
  static constexpr Kind kinds[] = {
      Kind::Object, Kind::Type, Kind::Int, Kind::Bool, Kind::Float, Kind::Complex, Kind::Str, Kind::Bytes,
      Kind::Bytearray, Kind::Memoryview, Kind::Tuple, Kind::List, Kind::Dict, Kind::Set, Kind::Frozenset,
      Kind::Slice, Kind::Range, Kind::Enumerate, Kind::Reversed, Kind::Zip, Kind::Map, Kind::Filter,
      Kind::Property, Kind::ClassMethod, Kind::StaticMethod, Kind::Super};
  for (const Kind kind : kinds) module_add_type(module, type_of_kind(kind));
#define EXCEPTION(name, base, doc) module_add_type(module, name);
#include "Objects/exceptions.def"
#undef EXCEPTION
  module_add(module, "EnvironmentError", &OSError);
  module_add(module, "IOError", &OSError);
}

Status initialize(Thread&, Module& module) {
  for (auto rows : {number_function_rows(), iteration_function_rows(), attribute_function_rows(),
                    text_function_rows(), execution_function_rows()}) {
    module_add_functions(module, rows);
  }
  add_types(module);
  module_add(module, "None", None);
  module_add(module, "Ellipsis", Ellipsis);
  module_add(module, "NotImplemented", NotImplemented);
  module_add(module, "False", False);
  module_add(module, "True", True);
  module_add(module, "__debug__", True);  // the runtime corrects it under -O
  return nothing;
}

}  // namespace

extern const ModuleSpec builtins_module = {
    .name = "builtins",
    .doc = "What every program has without importing: the built-in functions, types and exceptions.",
    .functions = {},
    .initialize = initialize,
};

}  // namespace minipy
