// Modules, and modules written in C++.
#pragma once

#include <span>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;
struct MethodRow;

struct Module : Object {
  static constexpr Kind kKind = Kind::Module;
  Dict* dict;      // never null after module.__new__; WORD_OF(Module, dict) is its attributes_word
  Value name;
  Value weak_list; // reserved
  void* state;     // for C++ modules: collected or static memory
};

Value instance_dict_of_module(Value module);
// The dict of the builtins module, for globals without __builtins__; set by the runtime.
Value default_builtins();
void set_default_builtins(Dict& dict);

Module* make_module(Thread&, const Str* name);

// A C++ module: a row of Modules/modules.def names its ModuleSpec `<name>_module`.
struct ModuleSpec {
  const char* name;
  const char* doc;
  std::span<const MethodRow> functions;
  // Adds types, constants and state. Runs at the first import.
  Status (*initialize)(Thread&, Module&) = nullptr;
};
Result<Module*> make_native_module(Thread&, const ModuleSpec& spec);
void module_add(Module& module, const char* name, Value value);
void module_add_type(Module& module, Type& type);  // under its name without the module

}  // namespace minipy
