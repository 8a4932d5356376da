// Frozen modules: importlib's bootstrap and what every start needs, compiled when minipy was built.
#include "VM/frozen.h"

#include "Compiler/marshal.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/raise.h"
#include "VM/importer.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

const FrozenModule modules[] = {
#define FROZEN(name, file, original, is_package) {name, file, original, is_package},
#include "VM/frozen_modules.def"
#undef FROZEN
};

GcVector loaded_constants;  // frozen tuples do not keep what they refer to

int override_value = 0;

bool are_frozen_modules_used() {
  return override_value > 0 || (override_value == 0 && runtime.configuration.frozen_modules);
}

}  // namespace

void adopt_frozen_objects() {
  adopt_static_strings(frozen_strings);
  adopt_empty_tuple(frozen_empty_tuple);
}

const FrozenForm* find_frozen_form(const Code& code) {
  if (&code < frozen_codes || &code >= frozen_codes + frozen_code_count) return nullptr;
  return &frozen_forms[&code - frozen_codes];
}

std::span<const FrozenModule> frozen_modules() {
  return modules;
}

const FrozenModule* find_frozen_module(std::string_view name) {
  for (const FrozenModule& module : modules) {
    if (name == module.name) return &module;
  }
  return nullptr;
}

// The bootstrap itself is frozen whatever -X frozen_modules says.
const FrozenModule* find_usable_frozen_module(std::string_view name) {
  const FrozenModule* module = find_frozen_module(name);
  if (!module || are_frozen_modules_used()) return module;
  const bool is_essential =
      name == "_frozen_importlib" || name == "_frozen_importlib_external" || name == "zipimport";
  return is_essential ? module : nullptr;
}

void override_frozen_modules(int value) {
  override_value = value;
}

Result<Code*> frozen_module_code(Thread& thread, const FrozenModule& module) {
  const FrozenCode& frozen = frozen_code[&module - modules];
  for (size_t i = 0; i < frozen.constant_count; ++i) {
    const FrozenConstant& constant = frozen.constants[i];
    if (!constant.place->is_unbound()) continue;
    const Value value = TRY(marshal_load(thread, {constant.bytes, constant.size}));
    loaded_constants.push_back(value);
    *constant.place = value;
  }
  return frozen.code;
}

Result<Module*> initialize_frozen_module(Thread& thread, const FrozenModule& frozen) {
  Code* code = TRY(frozen_module_code(thread, frozen));
  const Str* name = intern(frozen.name);
  Module* module = make_module(thread, name);
  dict_set_str(*runtime.modules.as<Dict>(), name, module);
  dict_set_str(*module->dict, "__builtins__", runtime.builtins);
  if (frozen.original) dict_set_str(*module->dict, "__origname__", make_str(frozen.original));
  if (run_code(thread, *code, *module->dict, module->dict).is_empty()) return error;
  return module;
}

}  // namespace minipy
