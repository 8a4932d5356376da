// _pickle: what the pickle module has in C. Library reference, "pickle"; PEP 307, 3154, 574.
#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Modules/pickle/pickle.h"
#include "Objects/container_support.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace pickle {

Shared shared;

namespace {

struct Renames {
  Value names, modules;
  const char* names_text;
  const char* modules_text;
};

}  // namespace

Status rename_global(Thread& thread, GlobalName& global, Direction direction) {
  const Renames renames =
      direction == Direction::ToPython2
          ? Renames{shared.names_3to2, shared.imports_3to2, "REVERSE_NAME_MAPPING",
                    "REVERSE_IMPORT_MAPPING"}
          : Renames{shared.names_2to3, shared.imports_2to3, "NAME_MAPPING", "IMPORT_MAPPING"};
  const Value key = make_tuple({global.module, global.name});
  const Value pair = TRY(dict_get(thread, *renames.names.as<Dict>(), key));
  if (!pair.is_unbound()) {
    if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
      return raise(thread, RuntimeError, "_compat_pickle.{} values should be 2-tuples, not {}",
                   renames.names_text, type_of(pair));
    }
    const Value module = pair.as<Tuple>()->items[0], name = pair.as<Tuple>()->items[1];
    if (!is_str(module) || !is_str(name)) {
      return raise(thread, RuntimeError,
                   "_compat_pickle.{} values should be pairs of str, not ({}, {})",
                   renames.names_text, type_of(module), type_of(name));
    }
    global = {module, name};
    return nothing;
  }
  const Value module = TRY(dict_get(thread, *renames.modules.as<Dict>(), global.module));
  if (module.is_unbound()) return nothing;
  if (!is_str(module)) {
    return raise(thread, RuntimeError, "_compat_pickle.{} values should be strings, not {}",
                 renames.modules_text, type_of(module));
  }
  global.module = module;
  return nothing;
}

bool is_local_path(Value path) {
  const std::string text = "." + to_utf8(path.as<Str>()) + ".";
  return text.find(".<locals>.") != std::string::npos;
}

Value follow_path(Thread& thread, Value object, Value path, Value* parent) {
  const Str& text = *path.as<Str>();
  for (size_t start = 0;;) {
    size_t end = start;
    while (end < text.length() && text.at(end) != '.') ++end;
    const bool is_last = end == text.length();
    const Str* part = start == 0 && is_last ? &text : substring(&text, start, end);
    if (parent) *parent = object;
    object = TRY(get_attribute_or_unbound(thread, object, part));
    if (object.is_unbound() || is_last) return object;
    start = end + 1;
  }
}

namespace {

const MethodRow functions[] = {
    function<dump>(
        "dump($module, /, obj, file, protocol=None, *, fix_imports=True,\n     "
        "buffer_callback=None)",
        "Write the pickled form of an object to a binary file.\n\nAs Pickler(...).dump(obj)."),
    function<dumps>(
        "dumps($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)",
        "The pickled form of an object as bytes."),
    function<load>("load($module, /, file, *, fix_imports=True, encoding='ASCII',\n     "
                   "errors='strict', buffers=())",
                   "Read a pickled object from a binary file.\n\nAs Unpickler(...).load()."),
    function<loads>("loads($module, data, /, *, fix_imports=True, encoding='ASCII',\n      "
                    "errors='strict', buffers=())",
                    "The object whose pickled form is in a bytes-like object."),
};

// A dict of that module, which is used directly from then on.
Status find_dict(Thread& thread, const char* module, const char* name, Value& found) {
  found = TRY(import_attribute(thread, module, name));
  if (is_exact_dict(found)) return nothing;
  return raise(thread, RuntimeError, "{}.{} should be a dict, not {}", module, name,
               type_of(found));
}

Status find_shared(Thread& thread) {
  TRY(find_dict(thread, "copyreg", "dispatch_table", shared.dispatch_table));
  TRY(find_dict(thread, "copyreg", "_extension_registry", shared.extension_registry));
  TRY(find_dict(thread, "copyreg", "_inverted_registry", shared.inverted_registry));
  TRY(find_dict(thread, "copyreg", "_extension_cache", shared.extension_cache));
  TRY(find_dict(thread, "_compat_pickle", "NAME_MAPPING", shared.names_2to3));
  TRY(find_dict(thread, "_compat_pickle", "IMPORT_MAPPING", shared.imports_2to3));
  TRY(find_dict(thread, "_compat_pickle", "REVERSE_NAME_MAPPING", shared.names_3to2));
  TRY(find_dict(thread, "_compat_pickle", "REVERSE_IMPORT_MAPPING", shared.imports_3to2));
  shared.codecs_encode = TRY(import_attribute(thread, "codecs", "encode"));
  shared.partial = TRY(import_attribute(thread, "functools", "partial"));
  return nothing;
}

Status make_errors(Thread& thread, Module& module) {
  const auto make = [&](const char* name, Type& base) {
    return add_exception(thread, module, "_pickle", name, base);
  };
  shared.pickle_error = Value(TRY(make("PickleError", Exception)));
  Type& base = *shared.pickle_error.as<Type>();
  shared.pickling_error = Value(TRY(make("PicklingError", base)));
  shared.unpickling_error = Value(TRY(make("UnpicklingError", base)));
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  define_pickler_types();
  define_unpickler_types();
  define_pickle_buffer();
  module_add_type(module, type_of_kind(ModuleKind::Pickler));
  module_add_type(module, type_of_kind(ModuleKind::Unpickler));
  module_add_type(module, type_of_kind(ModuleKind::PickleBuffer));
  // A second import of the module shares the classes, as it shares the types.
  if (shared.pickle_error.is_empty()) TRY(make_errors(thread, module));
  module_add(module, "PickleError", shared.pickle_error);
  module_add(module, "PicklingError", shared.pickling_error);
  module_add(module, "UnpicklingError", shared.unpickling_error);
  return find_shared(thread);
}

}  // namespace
}  // namespace pickle

extern const ModuleSpec pickle_module{"_pickle", "Fast parts of the pickle module.",
                                      pickle::functions, pickle::initialize};

}  // namespace minipy
