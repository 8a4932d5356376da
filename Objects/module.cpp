// Modules. Data model reference 3.2; C++ modules are made from their ModuleSpec.
#include "Objects/module.h"

#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/initialize.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"

namespace minipy {
namespace {

Dict* builtins_dict;

// Modules keep their attributes in a dict from the start, which module code runs on as its globals.
Dict& dict_of(Value module) {
  Module& self = *module.as<Module>();
  if (!self.dict) self.dict = make_dict();
  return *self.dict;
}

void set_names(Dict& dict, Value name, Value doc) {
  dict_set_str(dict, special_name<"__name__">(), name);
  dict_set_str(dict, special_name<"__doc__">(), doc);
  dict_set_str(dict, special_name<"__package__">(), None);
  dict_set_str(dict, special_name<"__loader__">(), None);
  dict_set_str(dict, special_name<"__spec__">(), None);
}

Value module_new(Thread&, Type& type, const Value*, size_t, Value) {
  Module* module = allocate_instance_as<Module>(type);
  if (!module) return Value();
  module->dict = make_dict();
  return module;
}


// Only for its signature.
Value described_init(Value, Value) { return None; }
const MethodRow init_row = function<described_init>("module(name, doc=None)", "");

Status module_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Signature& signature = signature_of(init_row);
  Value bound[4];
  BoundArguments result;
  TRY(bind_arguments(thread, signature, Value(), arguments, count, keyword_names, bound, result));
  if (!is_str(bound[0])) {
    return raise(thread, TypeError, "module() argument 'name' must be str, not {}", argument_kind(bound[0]));
  }
  set_names(dict_of(self), bound[0], bound[1].is_empty() ? None : bound[1]);
  return nothing;
}

Value module_repr(Thread& thread, Value self) {
  const Value function = TRY(import_attribute(thread, "_frozen_importlib", "_module_repr"));
  return call(thread, function, {self});
}

Result<bool> is_initializing(Thread& thread, Value spec) {
  if (spec.is_unbound() || spec.is_none()) return false;
  const Value flag = TRY(get_attribute_or_unbound(thread, spec, "_initializing"));
  return flag.is_unbound() ? false : TRY(truth(thread, flag));
}

// importlib lists there what it is importing below a module.
Result<bool> is_unfinished_submodule(Thread& thread, Value spec, Value name) {
  if (spec.is_unbound() || spec.is_none()) return false;
  const Value names = TRY(get_attribute_or_unbound(thread, spec, "_uninitialized_submodules"));
  return names.is_unbound() ? false : TRY(contains(thread, names, name));
}

// Data model 3.3.2.1: a module's own __getattr__ is asked last.
Value module_get_attribute(Thread& thread, Value self, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Str* key = intern_name(name.as<Str>());
  const Value found = get_attribute_or_unbound_generic(thread, self, key);
  if (!found.is_unbound()) return found;
  Dict& dict = dict_of(self);
  const Value hook = dict_get_str(dict, special_name<"__getattr__">());
  if (!hook.is_unbound()) return call(thread, hook, {name});
  const Value module_name = dict_get_str(dict, special_name<"__name__">());
  if (!is_str(module_name)) {
    raise(thread, AttributeError, "module has no attribute '{}'", name);
    return Value();
  }
  const Value spec = dict_get_str(dict, special_name<"__spec__">());
  if (TRY(is_initializing(thread, spec))) {
    return raise(thread, AttributeError,
                 "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                 module_name, name);
  }
  if (TRY(is_unfinished_submodule(thread, spec, name))) {
    return raise(thread, AttributeError,
                 "cannot access submodule '{}' of module '{}' (most likely due to a circular import)", name, module_name);
  }
  raise(thread, AttributeError, "module '{}' has no attribute '{}'", module_name, name);
  return with_attribute_name(thread, self, name);
}

Value get_dict(Value self) { return &dict_of(self); }

Value directory(Thread& thread, Value self) {
  const Value dict = TRY(get_attribute(thread, self, "__dict__"));
  if (!is_dict(dict)) return raise(thread, TypeError, "<module>.__dict__ is not a dictionary");
  const Value hook = dict_get_str(*dict.as<Dict>(), special_name<"__dir__">());
  if (!hook.is_unbound()) return call(thread, hook);
  return dict_keys_list(*dict.as<Dict>());
}

Value get_annotations(Thread& thread, Value self) {
  Dict& dict = dict_of(self);
  const Value found = dict_get_str(dict, special_name<"__annotations__">());
  if (!found.is_unbound()) return found;
  (void)thread;
  Dict* annotations = make_dict();
  dict_set_str(dict, special_name<"__annotations__">(), annotations);
  return annotations;
}
Status set_annotations(Thread& thread, Value self, Value value) {
  if (value.is_empty()) {
    if (!dict_delete_str(dict_of(self), special_name<"__annotations__">())) {
      return raise(thread, AttributeError, "__annotations__");
    }
    return nothing;
  }
  dict_set_str(dict_of(self), special_name<"__annotations__">(), value);
  return nothing;
}

const MethodRow module_rows[] = {
    method<directory>("!__dir__($self, /)", "Return the names of the module's attributes."),
    member<get_dict>("__dict__", nullptr),
    getter<get_annotations>("__annotations__", nullptr, set_annotations),
};

const TypeSpec module_spec = {
    .doc = "module(name, doc=None)\n--\n\nCreate a module object; its name must be a string.",
    .instance_bytes = sizeof(Module),
    .flags = Type::kBaseType | Type::kHasWeakReferences,
    .slots = {.repr = module_repr,
              .get_attribute = module_get_attribute,
              .set_attribute = generic_set_attribute,
              .init = module_init,
              .make = module_new},
    .methods = module_rows,
    .attributes_word = WORD_OF(Module, dict),
};

}  // namespace

Value instance_dict_of_module(Value module) { return &dict_of(module); }
Value default_builtins() { return builtins_dict ? Value(builtins_dict) : Value(builtins_dict = make_dict()); }
void set_default_builtins(Dict& dict) { builtins_dict = &dict; }

Module* make_module(Thread&, const Str* name) {
  Module* module = allocate<Module>();
  module->dict = make_dict();
  set_names(*module->dict, name, None);
  return module;
}

Result<Module*> make_native_module(Thread& thread, const ModuleSpec& spec) {
  Str* name = intern(spec.name);
  Module* module = make_module(thread, name);
  if (spec.doc) dict_set_str(*module->dict, special_name<"__doc__">(), make_str(spec.doc));
  for (const MethodRow& row : spec.functions) {
    dict_set_str(*module->dict, intern(name_of(row)), make_builtin_function(row, module, name));
  }
  if (spec.initialize) TRY(spec.initialize(thread, *module));
  return module;
}

void module_add(Module& module, const char* name, Value value) { dict_set_str(*module.dict, intern(name), value); }
void module_add_type(Module& module, Type& type) { dict_set_str(*module.dict, type.name, &type); }

void define_module_types() {
  Type& type = define_type(Kind::Module, module_spec);
  type.root->is_dictionary = true;
}

}  // namespace minipy
