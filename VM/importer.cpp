#include "VM/importer.h"

#include <time.h>

#include <algorithm>

#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/cached_code.h"
#include "VM/importlib_watch.h"
#include "VM/native_import.h"
#include "VM/frame.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

// --- tracebacks without importlib's own frames ---

bool is_importlib_file(const Code& code) {
  return equal(code.filename(), "<frozen importlib._bootstrap>") ||
         equal(code.filename(), "<frozen importlib._bootstrap_external>");
}

const Code& code_of_entry(Value traceback) {
  return traceback.as<Traceback>()->frame.as<FrameObject>()->frame->code();
}

// A run of importlib's frames goes if it ends in _call_with_frames_removed, or always for an ImportError.
void remove_importlib_frames(Thread& thread) {
  if (runtime.configuration.verbose || thread.exception.is_empty()) return;
  const Value exception = take_exception(thread);
  const bool always = is_instance(exception, ImportError);
  auto& object = exception_object(exception);
  GcVector kept;
  GcVector run;
  for (Value each = object.traceback; has_kind(each, Kind::Traceback); each = each.as<Traceback>()->next) {
    const Code& code = code_of_entry(each);
    if (!is_importlib_file(code)) {
      for (const Value one : run) kept.push_back(one);
      run.clear();
      kept.push_back(each);
      continue;
    }
    run.push_back(each);
    if (always || equal(code.name(), "_call_with_frames_removed")) run.clear();
  }
  for (const Value one : run) kept.push_back(one);
  for (size_t i = 0; i < kept.size(); ++i) {
    kept[i].as<Traceback>()->next = i + 1 < kept.size() ? kept[i + 1] : None;
  }
  object.traceback = kept.is_empty() ? None : kept[0];
  thread.exception = exception;
}

// --- names ---

// `from . import x`: the package that `level` dots are counted from.
Value package_of(Thread& thread, Value globals) {
  if (!is_dict(globals)) return raise(thread, TypeError, "globals must be a dict");
  const Dict& names = *globals.as<Dict>();
  Value package = dict_get_str(names, "__package__");
  const Value spec = dict_get_str(names, "__spec__");
  const bool has_spec = !spec.is_unbound() && !spec.is_none();
  if (!package.is_unbound() && !package.is_none()) {
    if (!is_str(package)) return raise(thread, TypeError, "package must be a string");
    if (has_spec) {
      const Value parent = TRY(get_attribute(thread, spec, "parent"));
      if (!TRY(is_equal(thread, package, parent))) {
        TRY(warn(thread, ImportWarning, "__package__ != __spec__.parent"));
      }
    }
    return package;
  }
  if (has_spec) {
    package = TRY(get_attribute(thread, spec, "parent"));
    if (!is_str(package)) return raise(thread, TypeError, "__spec__.parent must be a string");
    return package;
  }
  TRY(warn(thread, ImportWarning,
           "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
  package = dict_get_str(names, "__name__");
  if (package.is_unbound()) return raise(thread, KeyError, "'__name__' not in globals");
  if (!is_str(package)) return raise(thread, TypeError, "__name__ must be a string");
  if (!dict_get_str(names, "__path__").is_unbound()) return package;
  const std::string text = to_utf8(package.as<Str>());
  const size_t dot = text.rfind('.');
  return make_str(dot == std::string::npos ? "" : text.substr(0, dot));
}

Value resolve_name(Thread& thread, Value name, Value globals, int level) {
  const Value package = TRY(package_of(thread, globals));
  std::string base = to_utf8(package.as<Str>());
  if (base.empty()) {
    return raise(thread, ImportError, "attempted relative import with no known parent package");
  }
  for (; level > 1; --level) {
    const size_t dot = base.rfind('.');
    if (dot == std::string::npos) {
      return raise(thread, ImportError, "attempted relative import beyond top-level package");
    }
    base.resize(dot);
  }
  if (name.as<Str>()->length() == 0) return make_str(base);
  return make_str(base + "." + to_utf8(name.as<Str>()));
}

// --- finding and loading ---

Value machinery(Thread& thread, const char* name) {
  if (runtime.import_machinery.is_empty()) return raise(thread, ImportError, "import machinery is not there yet");
  return get_attribute(thread, runtime.import_machinery, name);
}

// sys.modules[name]; Unbound if it is not there.
Value loaded_module(Thread& thread, Value name) {
  const Value modules = system_attribute("modules");
  if (is_exact_dict(modules)) return dict_get(thread, *modules.as<Dict>(), name);
  if (modules.is_unbound() || modules.is_none()) return raise(thread, RuntimeError, "unable to get sys.modules");
  const Value module = get_item(thread, modules, name);
  if (module.is_empty() && catch_exception(thread, KeyError)) return Unbound;
  return module;
}

// Another thread may be in the middle of importing it.
Status wait_until_initialized(Thread& thread, Value module, Value name) {
  const Value spec = TRY(get_attribute_or_unbound(thread, module, "__spec__"));
  if (spec.is_unbound() || spec.is_none()) return nothing;
  const Value initializing = TRY(get_attribute_or_unbound(thread, spec, "_initializing"));
  if (initializing.is_unbound() || !TRY(truth(thread, initializing))) return nothing;
  TRY(call(thread, TRY(machinery(thread, "_lock_unlock_module")), {name}));
  return nothing;
}

int64_t microseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// -X importtime
int import_depth = 0;
int64_t nested_time = 0;

Status audit_import(Thread& thread, Value name) {
  if (runtime.audit_hooks.is_empty()) return nothing;
  Value shown[] = {system_attribute("path"), system_attribute("meta_path"), system_attribute("path_hooks")};
  for (Value& value : shown) {
    if (value.is_unbound()) value = None;
  }
  return audit(thread, "import", {name, None, shown[0], shown[1], shown[2]});
}

Value find_and_load_untimed(Thread& thread, Value name) {
  TRY(audit_import(thread, name));
  const Value module = TRY(import_natively(thread, name));
  if (!module.is_unbound()) return module;
  const Value importer = dict_get_str(*runtime.builtins->dict, "__import__");
  return call(thread, TRY(machinery(thread, "_find_and_load")), {name, importer});
}

Value find_and_load(Thread& thread, Value name) {
  if (runtime.configuration.import_time == 0) return find_and_load_untimed(thread, name);
  if (import_depth == 0 && nested_time == 0) {
    std::fputs("import time: self [us] | cumulative | imported package\n", stderr);
  }
  const int64_t outer_time = nested_time;
  nested_time = 0;
  ++import_depth;
  const int64_t start = microseconds();
  const Value module = find_and_load_untimed(thread, name);
  const int64_t cumulative = microseconds() - start;
  --import_depth;
  std::fprintf(stderr, "import time: %9ld | %10ld | %*s%s\n", static_cast<long>(cumulative - nested_time),
               static_cast<long>(cumulative), import_depth * 2, "", to_utf8(name.as<Str>()).c_str());
  nested_time = outer_time + cumulative;
  return module;
}

Value import_absolute(Thread& thread, Value name) {
  const Value module = TRY(loaded_module(thread, name));
  if (!module.is_unbound() && !module.is_none()) {
    TRY(wait_until_initialized(thread, module, name));
    return module;
  }
  return find_and_load(thread, name);
}

Result<bool> is_from_import(Thread& thread, Value from_list) {
  if (from_list.is_empty() || from_list.is_none()) return false;
  return truth(thread, from_list);
}

// `import a.b.c` binds a; `from . import x` within package p binds p.
Value outermost_package(Thread& thread, Value name, Value full_name, Value module, int level) {
  const std::string text = to_utf8(name.as<Str>());
  if (level > 0 && text.empty()) return module;
  const size_t dot = text.find('.');
  if (dot == std::string::npos) return module;
  if (level == 0) return import_module_level(thread, make_str(text.substr(0, dot)), None, None, 0);
  const std::string full = to_utf8(full_name.as<Str>());
  const Value front = make_str(full.substr(0, full.size() - (text.size() - dot)));
  const Value package = TRY(loaded_module(thread, front));
  if (!package.is_unbound()) return package;
  return raise(thread, KeyError, "{} not in sys.modules as expected", Repr{front});
}

Value import_inner(Thread& thread, Value name, Value globals, Value from_list, int level) {
  const Value full_name = level > 0 ? TRY(resolve_name(thread, name, globals, level)) : name;
  const Value module = TRY(import_absolute(thread, full_name));
  if (!TRY(is_from_import(thread, from_list))) return outermost_package(thread, name, full_name, module, level);
  const Value path = TRY(get_attribute_or_unbound(thread, module, "__path__"));
  if (path.is_unbound()) return module;
  const Value importer = dict_get_str(*runtime.builtins->dict, "__import__");
  return call(thread, TRY(machinery(thread, "_handle_fromlist")), {module, from_list, importer});
}

Value import_by_name(Thread& thread, std::string_view name) {
  const Value module = import_module_level(thread, intern(name), None, make_tuple({make_str("__doc__")}), 0);
  return module;
}

Thread* import_lock_owner = nullptr;
int import_lock_depth = 0;

}  // namespace

Value import_module_level(Thread& thread, Value name, Value globals, Value from_list, int level) {
  if (name.is_empty()) return raise(thread, ValueError, "Empty module name");
  if (!is_str(name)) return raise(thread, TypeError, "module name must be a string");
  if (level < 0) return raise(thread, ValueError, "level must be >= 0");
  if (level == 0 && name.as<Str>()->length() == 0) return raise(thread, ValueError, "Empty module name");
  if (level > 0 && !is_dict(globals)) {
    return globals.is_empty() || globals.is_none()
               ? raise(thread, KeyError, "'__name__' not in globals")
               : raise(thread, TypeError, "globals must be a dict");
  }
  const Value result = import_inner(thread, name, globals, from_list, level);
  if (result.is_empty()) remove_importlib_frames(thread);
  return result;
}

Result<Module*> import_native_module(Thread& thread, std::string_view name) {
  const Value known = dict_get_str(*runtime.modules.as<Dict>(), name);
  if (has_kind(known, Kind::Module)) return known.as<Module>();
  const ModuleSpec* spec = runtime.find_native_module(name);
  if (!spec) return raise(thread, ModuleNotFoundError, "No module named '{}'", name);
  Module* module = TRY(make_native_module(thread, *spec));
  dict_set_str(*runtime.modules.as<Dict>(), name, module);
  return module;
}

Status install_importlib(Thread& thread) {
  const FrozenModule* frozen = find_frozen_module("_frozen_importlib");
  if (!frozen) return raise(thread, ImportError, "the import machinery is missing");
  Module* importlib = TRY(initialize_frozen_module(thread, *frozen));
  runtime.import_machinery = importlib;
  Module* imp = TRY(import_native_module(thread, "_imp"));
  TRY(call_method(thread, importlib, "_install", {runtime.sys, imp}));
  import_module_hook = import_by_name;
  return nothing;
}

Status install_external_importers(Thread& thread) {
  TRY(call_method(thread, runtime.import_machinery, "_install_external_importers"));
  const Value hooks = system_attribute("path_hooks");
  if (runtime.configuration.verbose) std::fputs("# installing zipimport hook\n", stderr);
  const Value zip = import_attribute(thread, "zipimport", "zipimporter");
  if (zip.is_empty()) {
    thread.exception = Value();
    TRY(install_cache_hooks(thread));
    return watch_importlib(thread);
  }
  if (is_list(hooks)) TRY(list_insert(thread, *hooks.as<List>(), 0, zip));
  if (runtime.configuration.verbose) std::fputs("# installed zipimport hook\n", stderr);
  TRY(install_cache_hooks(thread));
  return watch_importlib(thread);
}

void acquire_import_lock(Thread& thread) {
  while (import_lock_owner && import_lock_owner != &thread) {
    const WithoutGil guard(thread);
    timespec pause{0, 1000000};
    nanosleep(&pause, nullptr);
  }
  import_lock_owner = &thread;
  ++import_lock_depth;
}

bool release_import_lock(Thread& thread) {
  if (import_lock_owner != &thread || import_lock_depth == 0) return false;
  if (--import_lock_depth == 0) import_lock_owner = nullptr;
  return true;
}

bool is_import_lock_held() { return import_lock_owner != nullptr; }

}  // namespace minipy
