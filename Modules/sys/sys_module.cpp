// sys, put together from the files beside this one.
#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Modules/sys/sys.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Status initialize(Thread&, Module& module) {
  module_add_functions(module, sys_function_rows());
  module_add_functions(module, sys_hook_rows());
  for (const char* hook : {"displayhook", "excepthook", "unraisablehook", "breakpointhook"}) {
    const std::string original = "__" + std::string(hook) + "__";
    module_add(module, original.c_str(), dict_get_str(*module.dict, hook));
  }
  module_add(module, "modules", runtime.modules);
  add_sys_information(module);
  return nothing;
}

}  // namespace

extern const ModuleSpec sys_module = {
    .name = "sys",
    .doc = "The interpreter itself: its state, its limits and the hooks into it.",
    .functions = {},
    .initialize = initialize,
};

}  // namespace minipy
