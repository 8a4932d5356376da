#include "VM/native_import.h"

#include <algorithm>

#include "Compiler/cache.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "VM/cached_code.h"
#include "VM/compile_source.h"
#include "VM/importer.h"
#include "VM/importlib_watch.h"
#include "VM/interface.h"
#include "VM/module_finder.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

using Where = FoundModule::Where;

// --- locks ---

bool has_been_alone = true;  // no second thread was ever started

// A module that is being imported; on the C++ stack of the thread that does it.
class ImportInProgress {
 public:
  ImportInProgress(Thread& thread, Value name) : thread_(thread), name_(name), outer_(innermost) {
    if (has_been_alone) innermost = this;
    gc_begin_import();
  }
  ~ImportInProgress() {
    gc_end_import();
    if (innermost == this) innermost = outer_;
    if (lock_.is_empty()) return;
    const Value pending = take_exception(thread_);
    if (call_method(thread_, lock_, "release").is_empty()) write_unraisable(thread_, lock_);
    thread_.exception = pending;
  }
  ImportInProgress(const ImportInProgress&) = delete;
  ImportInProgress& operator=(const ImportInProgress&) = delete;

  // Others who import this module wait for this lock of importlib's.
  Status lock() {
    const Value lock = TRY(call(thread_, importlib.get_module_lock, {name_}));
    TRY(call_method(thread_, lock, "acquire"));
    lock_ = lock;
    return nothing;
  }

  static Status lock_all() {
    for (ImportInProgress* each = innermost; each; each = each->outer_) {
      if (each->lock_.is_empty()) TRY(each->lock());
    }
    innermost = nullptr;
    return nothing;
  }

 private:
  static ImportInProgress* innermost;  // of those without a lock
  Thread& thread_;
  Value name_;
  ImportInProgress* outer_;
  Value lock_;
};
ImportInProgress* ImportInProgress::innermost = nullptr;

// --- specs and modules ---

// What ModuleSpec.__init__ and spec_from_file_location() set, in their order.
struct SpecFields {
  Value name, loader, origin = None, loader_state = None, search_locations = None, cached = None;
  bool has_location = false;
};

Value make_spec(Thread& thread, const SpecFields& fields) {
  Object* spec = allocate_instance(*importlib.module_spec);
  if (!spec) return raise_memory_error(thread);
  TRY(set_attribute(thread, spec, special_name<"name">(), fields.name));
  TRY(set_attribute(thread, spec, special_name<"loader">(), fields.loader));
  TRY(set_attribute(thread, spec, special_name<"origin">(), fields.origin));
  TRY(set_attribute(thread, spec, special_name<"loader_state">(), fields.loader_state));
  TRY(set_attribute(thread, spec, special_name<"submodule_search_locations">(),
                    fields.search_locations));
  TRY(set_attribute(thread, spec, special_name<"_uninitialized_submodules">(), make_list()));
  TRY(set_attribute(thread, spec, special_name<"_set_fileattr">(),
                    Value::from_bool(fields.has_location)));
  TRY(set_attribute(thread, spec, special_name<"_cached">(), fields.cached));
  return spec;
}

Value parent_name(const Str* name) {
  const std::string text = to_utf8(name);
  const size_t dot = text.rfind('.');
  return dot == text.npos ? empty_str() : make_str(text.substr(0, dot));
}

// importlib._bootstrap._init_module_attrs()
void set_module_attributes(Module& module, const SpecFields& fields, Value spec) {
  Dict& names = *module.dict;
  const auto set_missing = [&](Str* name, Value value) {
    const Value known = dict_get_str(names, name);
    if (known.is_unbound() || known.is_none()) dict_set_str(names, name, value);
  };
  const bool is_package = !fields.search_locations.is_none();
  set_missing(special_name<"__name__">(), fields.name);
  set_missing(special_name<"__loader__">(), fields.loader);
  set_missing(special_name<"__package__">(),
              is_package ? fields.name : parent_name(fields.name.as<Str>()));
  dict_set_str(names, special_name<"__spec__">(), spec);
  if (is_package) set_missing(special_name<"__path__">(), fields.search_locations);
  if (!fields.has_location) return;
  set_missing(special_name<"__file__">(), fields.origin);
  if (!fields.cached.is_none()) set_missing(special_name<"__cached__">(), fields.cached);
}

Value make_simple_namespace(Thread& thread,
                            std::initializer_list<std::pair<Str*, Value>> attributes) {
  const Value made = TRY(call(thread, &type_of_kind(Kind::SimpleNamespace)));
  for (const auto& [name, value] : attributes) TRY(set_attribute(thread, made, name, value));
  return made;
}

// --- what the three kinds of modules need ---

// importlib._bootstrap.FrozenImporter._resolve_filename(): where the library's own file would be.
struct FrozenPlace {
  std::string file, folder;
};
Result<FrozenPlace> place_of(Thread& thread, const FrozenModule& frozen) {
  FrozenPlace place;
  const Value library = system_attribute("_stdlib_dir");
  if (!frozen.original || !is_str(library) || library.as<Str>()->length() == 0) return place;
  std::string name = frozen.original;
  bool is_package = frozen.is_package;
  if (name != frozen.name) {
    if (name.starts_with('<')) {
      name.erase(0, 1);
      if (!is_package) name += ".__init__";
    } else {
      is_package = false;
    }
  }
  std::replace(name.begin(), name.end(), '.', '/');
  const std::string base = TRY(to_filename(thread, library)) + "/" + name;
  if (is_package) place.folder = base;
  place.file = is_package ? base + "/__init__.py" : base + ".py";
  return place;
}

Value list_with(Thread& thread, Value item) {
  List* list = make_list();
  TRY(list_append(thread, *list, item));
  return list;
}

// A found module on its way: its spec, the module, and its code if it has some that must be run.
struct Loading {
  Value spec;
  Module* module = nullptr;
  Value file;  // of Source
  const FrozenModule* frozen = nullptr;
};

Status prepare(Thread& thread, Loading& loading, Module& module, const SpecFields& fields) {
  loading.module = &module;
  loading.spec = TRY(make_spec(thread, fields));
  set_module_attributes(module, fields, loading.spec);
  return nothing;
}

Status prepare_native(Thread& thread, Loading& loading, Value name, const ModuleSpec& native) {
  const SpecFields fields{
      .name = name, .loader = importlib.builtin_importer, .origin = special_name<"built-in">()};
  return prepare(thread, loading, *TRY(make_native_module(thread, native)), fields);
}

Status prepare_frozen(Thread& thread, Loading& loading, Value name, const FrozenModule& frozen) {
  const FrozenPlace place = TRY(place_of(thread, frozen));
  const Value file = place.file.empty() ? None : Value(from_filename(place.file));
  SpecFields fields{
      .name = name, .loader = importlib.frozen_importer, .origin = special_name<"frozen">()};
  fields.loader_state = TRY(make_simple_namespace(
      thread,
      {{special_name<"filename">(), file},
       {special_name<"origname">(), frozen.original ? Value(make_str(frozen.original)) : None}}));
  if (!place.folder.empty()) {
    fields.search_locations = TRY(list_with(thread, from_filename(place.folder)));
  } else if (frozen.is_package) {
    fields.search_locations = make_list();
  }
  Module* module = make_module(thread, name.as<Str>());
  if (!file.is_none()) dict_set_str(*module->dict, special_name<"__file__">(), file);
  loading.frozen = &frozen;
  return prepare(thread, loading, *module, fields);
}

Status prepare_source(Thread& thread, Loading& loading, Value name, const FoundModule& found) {
  loading.file = from_filename(found.file);
  SpecFields fields{.name = name, .origin = loading.file, .has_location = true};
  Object* loader = allocate_instance(*importlib.source_loader);
  if (!loader) return raise_memory_error(thread);
  TRY(set_attribute(thread, loader, special_name<"name">(), name));
  TRY(set_attribute(thread, loader, special_name<"path">(), loading.file));
  fields.loader = loader;
  if (!found.folder.empty())
    fields.search_locations = TRY(list_with(thread, from_filename(found.folder)));
  const std::string cached = cache_path(found.file, TRY(cache_settings(thread)));
  if (!cached.empty()) fields.cached = from_filename(cached);
  return prepare(thread, loading, *make_module(thread, name.as<Str>()), fields);
}

Status prepare(Thread& thread, Loading& loading, Value name, const FoundModule& found) {
  switch (found.where) {
    case Where::Native:
      return prepare_native(thread, loading, name, *found.native);
    case Where::Frozen:
      return prepare_frozen(thread, loading, name, *found.frozen);
    case Where::Source:
      return prepare_source(thread, loading, name, found);
    case Where::Spec:
    case Where::Nowhere:
      break;
  }
  MP_UNREACHABLE();
}

// The loader's exec_module()
Status execute(Thread& thread, const Loading& loading) {
  Code* code = nullptr;
  if (loading.frozen) {
    code = TRY(frozen_module_code(thread, *loading.frozen));
  } else if (!loading.file.is_empty()) {
    code = TRY(cached_code_of_file(thread, loading.file.as<Str>()));
  } else {
    return nothing;
  }
  Dict& names = *loading.module->dict;
  if (dict_get_str(names, special_name<"__builtins__">()).is_unbound()) {
    dict_set_str(names, special_name<"__builtins__">(), runtime.builtins->dict);
  }
  TRY(run_code(thread, *code, names, &names));
  return nothing;
}

Result<Dict*> loaded_modules(Thread& thread) {
  const Value modules = system_attribute("modules");
  if (is_exact_dict(modules)) return modules.as<Dict>();
  return raise(thread, RuntimeError, "unable to get sys.modules");
}

// importlib._bootstrap._load_unlocked(), called for what Python code has found. Otherwise the
// module is in sys.modules while it is executed, and afterwards whatever it has put there itself.
Value load(Thread& thread, Value name, const FoundModule& found) {
  if (found.where == Where::Spec) return call(thread, importlib.load_unlocked, {found.spec});
  Loading loading;
  TRY(prepare(thread, loading, name, found));
  TRY(set_attribute(thread, loading.spec, special_name<"_initializing">(), True));
  TRY(dict_set(thread, *TRY(loaded_modules(thread)), name, loading.module));
  const bool failed = execute(thread, loading).failed();
  const Value pending = take_exception(thread);
  Dict& modules = *TRY(loaded_modules(thread));
  const Value module = TRY(dict_pop(thread, modules, name));
  if (!failed && !module.is_unbound()) TRY(dict_set(thread, modules, name, module));
  TRY(set_attribute(thread, loading.spec, special_name<"_initializing">(), False));
  if (failed) return restore_exception(thread, pending);
  return module.is_unbound() ? Value(raise_key_error(thread, name)) : module;
}

Failure raise_not_found(Thread& thread, Value name) {
  raise(thread, ModuleNotFoundError, "No module named {}", Repr{name});
  const Value exception = take_exception(thread);
  TRY(set_attribute(thread, exception, special_name<"name">(), name));
  return restore_exception(thread, exception);
}

// --- packages ---

// The package that a dotted name lies in.
struct Parent {
  Value name, module, path = None, spec = None;
  Value child;  // the last part of the name
};

// Unclear packages are importlib's business: false.
Result<bool> import_parent(Thread& thread, const std::string& name, Parent& parent) {
  const size_t dot = name.rfind('.');
  parent.name = make_str(name.substr(0, dot));
  parent.child = make_str(name.substr(dot + 1));
  Dict& modules = *TRY(loaded_modules(thread));
  if (TRY(dict_get(thread, modules, parent.name)).is_unbound()) {
    TRY(import_module_level(thread, parent.name, None, None, 0));
  }
  parent.module = TRY(dict_get(thread, *TRY(loaded_modules(thread)), parent.name));
  if (!is_exact(parent.module, Kind::Module)) return false;
  Dict& names = *parent.module.as<Module>()->dict;
  parent.path = dict_get_str(names, special_name<"__path__">());
  parent.spec = dict_get_str(names, special_name<"__spec__">());
  if (!is_exact_list(parent.path)) return false;
  return parent.spec.is_none() || &type_of(parent.spec) == importlib.module_spec;
}

// The parent's spec lists which submodules are being imported, for the messages of circular
// imports.
Result<List*> unfinished_submodules(Thread& thread, const Parent& parent) {
  if (parent.spec.is_none()) return nullptr;
  const Value list = get_own_attribute(parent.spec, special_name<"_uninitialized_submodules">());
  if (!is_exact_list(list)) return nullptr;
  TRY(list_append(thread, *list.as<List>(), parent.child));
  return list.as<List>();
}

Status set_in_parent(Thread& thread, const Parent& parent, Value module) {
  const Value holder = TRY(dict_get(thread, *TRY(loaded_modules(thread)), parent.name));
  if (holder.is_unbound()) return raise_key_error(thread, parent.name);
  if (!set_attribute(thread, holder, intern(parent.child.as<Str>()), module).failed())
    return nothing;
  if (!catch_exception(thread, AttributeError)) return error;
  const Value message =
      TRY(format_message(thread, "Cannot set an attribute on {} for child module {}",
                         {Repr{parent.name}, Repr{parent.child}}));
  return warn(thread, ImportWarning, to_utf8(message.as<Str>()));
}

}  // namespace

Status lock_imports_in_progress(Thread& thread) {
  if (!has_been_alone) return nothing;
  (void)thread;
  TRY(ImportInProgress::lock_all());
  has_been_alone = false;
  return nothing;
}

Value import_natively(Thread& thread, Value name) {
  if (!is_exact_str(name) || !is_exact_dict(system_attribute("modules"))) return Unbound;
  if (!is_importlib_untouched(thread)) return Unbound;
  ImportInProgress progress(thread, name);
  if (!has_been_alone) TRY(progress.lock());
  Dict& modules = *TRY(loaded_modules(thread));
  if (!TRY(dict_get(thread, modules, name)).is_unbound())
    return Unbound;  // another thread has been here
  const std::string text = to_utf8(name.as<Str>());
  Parent parent;
  const size_t dot = text.rfind('.');
  const bool has_parent = dot != text.npos && dot > 0;  // ".name" is a name like any other
  if (has_parent) {
    if (!TRY(import_parent(thread, text, parent)) || !is_importlib_untouched(thread))
      return Unbound;
    const Value known = TRY(dict_get(thread, *TRY(loaded_modules(thread)), name));
    if (!known.is_unbound()) return known;
  }
  const FoundModule found = TRY(find_module(thread, name.as<Str>(), parent.path));
  if (found.where == Where::Nowhere) return raise_not_found(thread, name);
  List* unfinished = has_parent ? TRY(unfinished_submodules(thread, parent)) : nullptr;
  const Value module = load(thread, name, found);
  if (unfinished && unfinished->size > 0)
    list_remove_range(*unfinished, unfinished->size - 1, unfinished->size);
  if (module.is_empty() || !has_parent) return module;
  TRY(set_in_parent(thread, parent, module));
  return module;
}

}  // namespace minipy
