// Rare instructions: names, imports, classes.
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/list.h"
#include "Objects/module.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/rare.h"
#include "VM/run.h"

namespace minipy {
namespace {

Value name_at(const Frame& frame, uint32_t index) { return frame.code().names()->items[index]; }

// A mapping's value, or Unbound for KeyError. Exact dicts are asked directly.
Value mapping_get(Thread& thread, Value mapping, Value name) {
  if (is_exact_dict(mapping)) return dict_get_str(*mapping.as<Dict>(), name.as<Str>());
  const Value value = get_item(thread, mapping, name);
  if (value.is_empty() && catch_exception(thread, KeyError)) return Unbound;
  return value;
}

Status mapping_set(Thread& thread, Value mapping, Value name, Value value) {
  if (is_exact_dict(mapping)) {
    dict_set_str(*mapping.as<Dict>(), name.as<Str>(), value);
    return nothing;
  }
  return set_item(thread, mapping, name, value);
}

Value global_or_builtin(Thread& thread, const Frame& frame, Value name) {
  const Function& function = frame.python_function();
  const Value value = TRY(mapping_get(thread, function.globals, name));
  if (!value.is_unbound()) return value;
  return mapping_get(thread, function.builtins, name);
}

Value builtin(Thread& thread, const Frame& frame, std::string_view name) {
  return mapping_get(thread, frame.python_function().builtins, intern(name));
}

// Code of a module that is called as a function has its globals as locals.
Status need_locals(Thread& thread, Frame& frame, const char* doing, Value name) {
  if (frame.locals.is_empty() && !(frame.code().flags & (Code::kOptimized | Code::kNewLocals))) {
    frame.locals = frame.python_function().globals;
  }
  if (!frame.locals.is_empty()) return nothing;
  return raise(thread, SystemError, "no locals when {} {}", doing, Repr{name});
}

}  // namespace

Status rare_LOAD_NAME(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value name = name_at(frame, argument);
  TRY(need_locals(thread, frame, "loading", name));
  Value value = TRY(mapping_get(thread, frame.locals, name));
  if (value.is_unbound()) value = TRY(global_or_builtin(thread, frame, name));
  if (value.is_unbound()) return raise_unbound_name(thread, name.as<Str>());
  *base = value;
  return nothing;
}

Status rare_STORE_NAME(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value name = name_at(frame, argument);
  TRY(need_locals(thread, frame, "storing", name));
  return mapping_set(thread, frame.locals, name, *base);
}

Status rare_DELETE_NAME(Thread& thread, Frame& frame, Value*, uint32_t argument) {
  const Value name = name_at(frame, argument);
  TRY(need_locals(thread, frame, "deleting", name));
  if (is_exact_dict(frame.locals)) {
    if (dict_delete_str(*frame.locals.as<Dict>(), name.as<Str>())) return nothing;
    return raise_unbound_name(thread, name.as<Str>());
  }
  if (delete_item(thread, frame.locals, name).failed()) {
    if (!catch_exception(thread, KeyError)) return error;
    return raise_unbound_name(thread, name.as<Str>());
  }
  return nothing;
}

Status rare_STORE_GLOBAL(Thread&, Frame& frame, Value* base, uint32_t argument) {
  dict_set_str(*frame.python_function().globals, name_at(frame, argument).as<Str>(), *base);
  return nothing;
}

Status rare_DELETE_GLOBAL(Thread& thread, Frame& frame, Value*, uint32_t argument) {
  const Str* name = name_at(frame, argument).as<Str>();
  if (!dict_delete_str(*frame.python_function().globals, name)) return raise_unbound_name(thread, name);
  return nothing;
}

Status rare_DELETE_ATTR(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  return set_attribute(thread, *base, name_at(frame, argument).as<Str>(), Value());
}

Status rare_DELETE_DEREF(Thread& thread, Frame& frame, Value*, uint32_t argument) {
  Cell& cell = *frame.registers()[argument].as<Cell>();
  if (cell.contents.is_unbound()) return raise_unbound_deref(thread, frame, argument);
  cell.contents = Unbound;
  return nothing;
}

Status rare_LOAD_CLASSDEREF(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value name = frame.code().localsplus_names()->items[argument];
  TRY(need_locals(thread, frame, "loading", name));
  *base = TRY(mapping_get(thread, frame.locals, name));
  if (!base->is_unbound()) return nothing;
  *base = frame.registers()[argument].as<Cell>()->contents;
  if (base->is_unbound()) return raise_unbound_deref(thread, frame, argument);
  return nothing;
}

Status rare_LOAD_BUILD_CLASS(Thread& thread, Frame& frame, Value* base, uint32_t) {
  *base = TRY(builtin(thread, frame, "__build_class__"));
  if (base->is_unbound()) return raise(thread, NameError, "__build_class__ not found");
  return nothing;
}

Status rare_LOAD_ASSERTION_ERROR(Thread&, Frame&, Value* base, uint32_t) {
  *base = &AssertionError;
  return nothing;
}

Status rare_SETUP_ANNOTATIONS(Thread& thread, Frame& frame, Value*, uint32_t) {
  const Value name = intern("__annotations__");
  if (frame.locals.is_empty()) return raise(thread, SystemError, "no locals found when setting up annotations");
  const Value present = TRY(mapping_get(thread, frame.locals, name));
  if (!present.is_unbound()) return nothing;
  return mapping_set(thread, frame.locals, name, make_dict());
}

Status rare_PRINT_EXPR(Thread& thread, Frame&, Value* base, uint32_t) {
  const Value sys = TRY(import_module(thread, "sys"));
  const Value hook = TRY(get_attribute_or_unbound(thread, sys, "displayhook"));
  if (hook.is_unbound()) return raise(thread, RuntimeError, "lost sys.displayhook");
  TRY(call(thread, hook, {*base}));
  return nothing;
}

// --- imports ---

// Below: the level; on top: the names wanted from the module.
Status rare_IMPORT_NAME(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value import = TRY(builtin(thread, frame, "__import__"));
  if (import.is_unbound()) return raise(thread, ImportError, "__import__ not found");
  const Value globals = frame.python_function().globals;
  base[0] = TRY(call(thread, import, {name_at(frame, argument), globals, frame.locals.is_empty() ? None : frame.locals, base[1], base[0]}));
  return nothing;
}

namespace {

Value submodule_from_sys(Thread& thread, Value package_name, Value name) {
  if (!is_str(package_name)) return Unbound;
  const Value full_name = TRY(format_message(thread, "{}.{}", {package_name, name}));
  const Value modules = TRY(import_attribute(thread, "sys", "modules"));
  return mapping_get(thread, modules, intern(full_name.as<Str>()));
}

bool is_initializing(Thread& thread, Value module) {
  const Value spec = get_attribute_or_unbound(thread, module, "__spec__");
  if (spec.is_empty() || spec.is_unbound() || spec.is_none()) {
    take_exception(thread);
    return false;
  }
  const Value flag = get_attribute_or_unbound(thread, spec, "_initializing");
  if (flag.is_empty()) take_exception(thread);
  return flag.is_true();
}

Failure raise_cannot_import(Thread& thread, Value module, Value package_name, Value name) {
  Value path = get_attribute_or_unbound(thread, module, "__file__");
  if (path.is_empty()) take_exception(thread);
  const bool has_path = is_str(path);
  const Value shown = is_str(package_name) ? package_name : Value(make_str("<unknown module name>"));
  const char* format = !has_path ? "cannot import name {} from {} (unknown location)"
                       : is_initializing(thread, module)
                           ? "cannot import name {} from partially initialized module {} (most likely due to a circular import) ({})"
                           : "cannot import name {} from {} ({})";
  const Value message = TRY(format_message(thread, format, {Repr{name}, Repr{shown}, has_path ? path : shown}));
  raise_value(thread, ImportError, message);
  if (has_exception(thread) && has_kind(thread.exception, Kind::ImportError)) {
    ImportErrorObject& exception = *thread.exception.as<ImportErrorObject>();
    exception.name = is_str(package_name) ? package_name : None;
    exception.path = has_path ? path : None;
  }
  return error;
}

}  // namespace

Status rare_IMPORT_FROM(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value name = name_at(frame, argument);
  Value value = TRY(get_attribute_or_unbound(thread, base[0], name.as<Str>()));
  if (value.is_unbound()) {
    const Value package_name = TRY(get_attribute_or_unbound(thread, base[0], "__name__"));
    value = TRY(submodule_from_sys(thread, package_name, name));
    if (value.is_unbound()) return raise_cannot_import(thread, base[0], package_name, name);
  }
  base[1] = value;
  return nothing;
}

Status rare_IMPORT_STAR(Thread& thread, Frame& frame, Value* base, uint32_t) {
  if (frame.locals.is_empty()) return raise(thread, SystemError, "no locals found during 'import *'");
  const Value module = base[0];
  Value names = TRY(get_attribute_or_unbound(thread, module, "__all__"));
  const bool skips_private = names.is_unbound();
  if (skips_private) {
    const Value dict = TRY(get_attribute_or_unbound(thread, module, "__dict__"));
    if (dict.is_unbound()) {
      return raise(thread, ImportError, "from-import-* object has no __dict__ and no __all__");
    }
    if (is_exact_dict(dict)) names = dict_keys_list(*dict.as<Dict>());
    else names = TRY(call_method(thread, dict, "keys"));
  }
  return for_each(thread, names, [&](Value name) -> Status {
    if (!is_str(name)) {
      const Value module_name = TRY(get_attribute(thread, module, "__name__"));
      return raise(thread, TypeError, "{} in {}.{} must be str, not {}", skips_private ? "Key" : "Item", module_name,
                   skips_private ? "__dict__" : "__all__", type_of(name));
    }
    if (skips_private && name.as<Str>()->length() > 0 && name.as<Str>()->at(0) == '_') return nothing;
    const Value value = TRY(get_attribute(thread, module, name.as<Str>()));
    return mapping_set(thread, frame.locals, is_exact_str(name) ? Value(intern(name.as<Str>())) : name, value);
  });
}

}  // namespace minipy
