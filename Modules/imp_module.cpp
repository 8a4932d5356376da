// _imp: what importlib asks of the interpreter.
#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/text/siphash.h"
#include "VM/importer.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Failure raise_no_frozen(Thread& thread, const Str& name) {
  raise(thread, ImportError, "No such frozen object named {}", Value(&name));
  const Value saved = take_exception(thread);
  if (set_attribute(thread, saved, "name", &name).failed()) thread.exception = Value();
  return restore_exception(thread, saved);
}

void acquire(Thread& thread) { acquire_import_lock(thread); }
Status release(Thread& thread) {
  if (release_import_lock(thread)) return nothing;
  return raise(thread, RuntimeError, "not holding the import lock");
}
bool lock_held() { return is_import_lock_held(); }

int is_builtin(Module&, Str& name) {
  const std::string text = to_utf8(&name);
  if (text == "sys" || text == "builtins") return -1;
  return runtime.find_native_module(text) ? 1 : 0;
}
bool is_frozen(Module&, Str& name) { return find_usable_frozen_module(to_utf8(&name)) != nullptr; }

Result<bool> is_frozen_package(Thread& thread, Module&, Str& name) {
  const FrozenModule* module = find_usable_frozen_module(to_utf8(&name));
  if (!module) return raise_no_frozen(thread, name);
  return module->is_package;
}

Value find_frozen(Thread&, Value name_value, Value withdata) {
  if (!is_str(name_value)) return None;
  const FrozenModule* module = find_usable_frozen_module(to_utf8(name_value.as<Str>()));
  if (!module) return None;
  (void)withdata;
  const Value original = module->original ? Value(make_str(module->original)) : None;
  return make_tuple({None, Value::from_bool(module->is_package), original});
}

Value get_frozen_object(Thread& thread, Module&, Str& name, Value data) {
  if (!data.is_none()) {
    const Value load = TRY(import_attribute(thread, "marshal", "loads"));
    const Value code = TRY(call(thread, load, {data}));
    if (has_kind(code, Kind::Code)) return code;
    return raise(thread, TypeError, "frozen object {} is not a code object", Repr{Value(&name)});
  }
  const FrozenModule* module = find_usable_frozen_module(to_utf8(&name));
  if (!module) return raise_no_frozen(thread, name);
  return TRY(frozen_module_code(thread, *module));
}

Value init_frozen(Thread& thread, Module&, Str& name) {
  const FrozenModule* module = find_usable_frozen_module(to_utf8(&name));
  if (!module) return None;
  return TRY(initialize_frozen_module(thread, *module));
}

Value frozen_module_names(Thread& thread) {
  List* names = make_list();
  for (const FrozenModule& module : frozen_modules()) TRY(list_append(thread, *names, make_str(module.name)));
  return names;
}

// A module is made once: importing it again after it left sys.modules gives a fresh module object
// with what the first one had.
Value create_builtin(Thread& thread, Value spec) {
  const Value name = TRY(get_attribute(thread, spec, "name"));
  if (!is_str(name)) return raise(thread, TypeError, "expected str for spec.name, not {}", type_of(name));
  const std::string text = to_utf8(name.as<Str>());
  if (text == "sys") return runtime.sys;
  if (text == "builtins") return runtime.builtins;
  const ModuleSpec* row = runtime.find_native_module(text);
  if (!row) return None;
  return TRY(make_native_module(thread, *row));
}
int exec_builtin(Value) { return 0; }

Value fix_filename(Thread& thread, Module&, Code& code, Value path) {
  if (!is_str(path)) {
    return raise(thread, TypeError, "_fix_co_filename() argument 2 must be str, not {}", argument_kind(path));
  }
  Str* old = code.filename();
  if (equal(old, path.as<Str>())) return None;
  GcVector work;
  work.push_back(&code);
  while (!work.is_empty()) {
    Code& each = *work.back().as<Code>();
    work.pop_back();
    if (!equal(each.filename(), old)) continue;
    each.set_filename(path.as<Str>());
    for (const Value constant : each.constants()->view()) {
      if (has_kind(constant, Kind::Code)) work.push_back(constant);
    }
  }
  return None;
}

Value extension_suffixes() { return make_list(); }

Value source_hash(Thread& thread, Value key, Value source) {
  const Value number = TRY(number_index(thread, key));
  BufferLease buffer(thread);
  TRY(buffer.acquire(source));
  const HashKey hash_key{int_to_uint64(number).value_or(static_cast<uint64_t>(int_to_int64(number).value_or(0))), 0};
  const uint64_t hash = siphash13(hash_key, buffer.data(), buffer.size());
  return make_bytes({reinterpret_cast<const char*>(&hash), sizeof hash});
}

const MethodRow functions[] = {
    function<fix_filename>("_fix_co_filename($module, code, path, /)", "Set co_filename, in nested code too."),
    function<frozen_module_names>("_frozen_module_names($module, /)", "The names of the frozen modules."),
    function<override_frozen_modules>("_override_frozen_modules_for_tests($module, override, /)",
                              "1 and -1 turn frozen modules on and off, 0 does neither."),
    function<acquire>("acquire_lock($module, /)", "Take the import lock."),
    function<create_builtin>("create_builtin($module, spec, /)", "Make a native module."),
    function<exec_builtin>("exec_builtin($module, mod, /)", "Nothing is left to do for a native module."),
    function<extension_suffixes>("extension_suffixes($module, /)", "Suffixes of loadable native modules: none."),
    function<find_frozen>("find_frozen($module, name, /, *, withdata=False)",
                          "(None, is it a package, original name) of a frozen module, or None."),
    function<get_frozen_object>("get_frozen_object($module, name, data=None, /)", "The code of a frozen module."),
    function<init_frozen>("init_frozen($module, name, /)", "Run a frozen module."),
    function<is_builtin>("is_builtin($module, name, /)", "1 for a native module, -1 if there can be but one."),
    function<is_frozen>("is_frozen($module, name, /)", "Whether a module is frozen."),
    function<is_frozen_package>("is_frozen_package($module, name, /)", "Whether a frozen module is a package."),
    function<lock_held>("lock_held($module, /)", "Whether some thread has the import lock."),
    function<release>("release_lock($module, /)", "Give the import lock back."),
    function<source_hash>("source_hash($module, /, key, source)", "The hash that hash-based .pyc files carry."),
};

Status initialize(Thread&, Module& module) {
  module_add(module, "check_hash_based_pycs", make_str(runtime.configuration.check_hash_pycs));
  return nothing;
}

}  // namespace

extern const ModuleSpec imp_module = {
    .name = "_imp",
    .doc = "What importlib needs of the interpreter itself.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
