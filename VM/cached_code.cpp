#include "VM/cached_code.h"

#include <sys/stat.h>

#include <cerrno>

#include "Compiler/cache_files.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/type.h"
#include "VM/compile_source.h"
#include "VM/importlib_watch.h"
#include "VM/runtime.h"

namespace minipy {

Result<CacheSettings> cache_settings(Thread& thread) {
  CacheSettings settings;
  settings.may_write = !TRY(truth(thread, system_attribute("dont_write_bytecode")));
  const Value prefix = system_attribute("pycache_prefix");
  if (is_str(prefix)) settings.prefix = TRY(to_filename(thread, prefix));
  if (runtime.configuration.optimize)
    settings.optimization = std::to_string(runtime.configuration.optimize);
  const Value imp = dict_get_str(*runtime.modules.as<Dict>(), "_imp");
  const Value check = has_kind(imp, Kind::Module)
                          ? dict_get_str(*imp.as<Module>()->dict, "check_hash_based_pycs")
                          : Unbound;
  if (is_exact_str(check) && equal(check.as<Str>(), "always"))
    settings.check_hash = CheckHash::Always;
  if (is_exact_str(check) && equal(check.as<Str>(), "never"))
    settings.check_hash = CheckHash::Never;
  return settings;
}

namespace {

Result<Code*> compile_file(Thread& thread, std::string_view source, Str* filename) {
  return compile_text(thread, source, to_filename(thread, filename).value(), CompileMode::File);
}

Result<Code*> compile_script(Thread& thread, std::string_view source, Str* filename) {
  return compile_text(thread, source, to_filename(thread, filename).value(), CompileMode::Script);
}

Dict* names_of(const char* module_name) {
  const Value module = dict_get_str(*runtime.modules.as<Dict>(), module_name);
  return has_kind(module, Kind::Module) ? module.as<Module>()->dict : nullptr;
}

// --- importlib._bootstrap_external._write_atomic(), zipimport._compile_source() ---

Value write_atomic(Thread& thread, Value path, Value data, int mode) {
  const std::string name = TRY(to_filename(thread, path));
  BufferLease contents(thread);
  TRY(contents.acquire(data));
  if (!write_file_atomically(name, contents.view(), static_cast<uint32_t>(mode) & 0666)) {
    return raise_os_error(thread, errno, path);
  }
  note_written_cache_file(name, contents.view());
  return None;
}

// Line endings as the library's own function makes them.
std::string with_newlines(std::string_view source) {
  std::string result;
  for (size_t i = 0; i < source.size(); ++i) {
    const bool is_return = source[i] == '\r';
    result += is_return ? '\n' : source[i];
    if (is_return && i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  return result;
}

Value compile_archived(Thread& thread, Value path, Value source) {
  if (!is_str(path)) return raise(thread, TypeError, "expected str, not {}", type_of(path));
  BufferLease text(thread);
  TRY(text.acquire(source));
  const std::string lines = with_newlines(text.view());
  return TRY(code_of_source_text(thread, lines, path.as<Str>(), TRY(cache_settings(thread)),
                                 compile_file));
}

// --- get_code() of the loaders ---

// The import system looks for modules in the folder of this file. Loaders that a program makes by
// hand for other files do what the library's code does, errors included.
Result<bool> is_on_import_path(Thread& thread, Value file) {
  const Value cache = system_attribute("path_importer_cache");
  if (!is_exact_dict(cache) || !is_exact_str(file)) return false;
  const std::string path = TRY(to_filename(thread, file));
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return false;
  const Value finder =
      TRY(dict_get(thread, *cache.as<Dict>(), from_filename(path.substr(0, slash))));
  return !finder.is_unbound() && &type_of(finder) == importlib.file_finder;
}

// The file that a loader of just this class stands for; empty if the library's own code has to see
// to it.
Value file_of_loader(Thread& thread, Value self, const Type* loader_type, Value module_name) {
  if (&type_of(self) != loader_type || !is_importlib_untouched(thread)) return Unbound;
  const Value name = TRY(get_attribute_or_unbound(thread, self, "name"));
  const Value path = TRY(get_attribute_or_unbound(thread, self, "path"));
  if (!is_exact_str(name) || !is_exact_str(path) || !is_exact_str(module_name)) return Unbound;
  if (!equal(name.as<Str>(), module_name.as<Str>())) return Unbound;
  return TRY(is_on_import_path(thread, path)) ? path : Unbound;
}

Value original_source_get_code, original_sourceless_get_code;

Value source_get_code(Thread& thread, Value self, Value name) {
  const Value file = TRY(file_of_loader(thread, self, importlib.source_loader, name));
  if (file.is_unbound()) return call(thread, original_source_get_code, {self, name});
  return TRY(cached_code_of_file(thread, file.as<Str>()));
}

Value sourceless_get_code(Thread& thread, Value self, Value name) {
  const Value file = TRY(file_of_loader(thread, self, importlib.sourceless_loader, name));
  if (file.is_unbound()) return call(thread, original_sourceless_get_code, {self, name});
  const bool may_write = TRY(cache_settings(thread)).may_write;
  return TRY(code_of_cache_file(thread, file.as<Str>(), name.as<Str>(), may_write));
}

const MethodRow functions[] = {
    function<write_atomic>("_write_atomic(path, data, mode=438)", "Replace a file as a whole."),
    function<compile_archived>("_compile_source(pathname, source)",
                               "The code of a module in an archive."),
};
const MethodRow methods[] = {
    method<source_get_code>("get_code($self, fullname)",
                            "The module's code, from its cache if that is valid."),
    method<sourceless_get_code>("get_code($self, fullname)", "The module's code."),
};

void replace_function(const char* module_name, const MethodRow& row) {
  Dict* names = names_of(module_name);
  if (names)
    dict_set_str(*names, name_of(row), make_builtin_function(row, Value(), make_str(module_name)));
}

Status replace_method(Thread& thread, const char* type_name, const MethodRow& row,
                      Value& original) {
  const Value type = dict_get_str(*names_of("_frozen_importlib_external"), type_name);
  original = TRY(get_attribute(thread, type, "get_code"));
  return set_attribute(
      thread, type, "get_code",
      make_descriptor(Kind::MethodDescriptor, *type.as<Type>(), &row, intern("get_code"), -1));
}

}  // namespace

Result<Code*> cached_code_of_file(Thread& thread, Str* path) {
  return code_of_source_file(thread, path, TRY(cache_settings(thread)), compile_file);
}

Result<Code*> cached_code_of_script(Thread& thread, std::string_view source, Str* filename) {
  return code_of_source_text(thread, source, filename, TRY(cache_settings(thread)), compile_script);
}

Status install_cache_hooks(Thread& thread) {
  replace_function("_frozen_importlib_external", functions[0]);
  replace_function("zipimport", functions[1]);
  TRY(replace_method(thread, "SourceLoader", methods[0], original_source_get_code));
  return replace_method(thread, "SourcelessFileLoader", methods[1], original_sourceless_get_code);
}

}  // namespace minipy
