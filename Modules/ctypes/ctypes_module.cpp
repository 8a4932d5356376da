// _ctypes: data and functions of C, through libffi. Library reference, "ctypes".
#include <dlfcn.h>

#include <cstring>
#include <cwchar>

#include "Modules/ctypes/ctypes.h"
#include "Modules/native_modules.h"
#include "Objects/address_text.h"
#include "Objects/bytes.h"
#include "VM/runtime.h"

namespace minipy::ctypes {
namespace {

Status load_libffi(Thread& thread) {
  void* library = dlopen("libffi.so.8", RTLD_NOW | RTLD_LOCAL);
  if (!library) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
#define X(name)                                                           \
  ffi.name = reinterpret_cast<decltype(ffi.name)>(dlsym(library, #name)); \
  if (!ffi.name) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  FFI_FUNCTIONS(X)
#undef X
  return nothing;
}

// ---- libraries ----

Failure raise_loader_error(Thread& thread) {
  const char* message = dlerror();
  return raise(thread, OSError, "{}", message ? message : "dlopen() error");
}

Value open_library(Thread& thread, Value name, int mode) {
  std::string path;
  if (!name.is_none()) path = TRY(to_filename(thread, name));
  TRY(audit(thread, "ctypes.dlopen", {name}));
  void* handle = dlopen(name.is_none() ? nullptr : path.c_str(), mode | RTLD_NOW);
  if (!handle) return raise_loader_error(thread);
  return make_uint(reinterpret_cast<uint64_t>(handle));
}
Result<void*> handle_of(Thread& thread, Value handle) {
  if (!is_any_int(handle)) return raise(thread, TypeError, "an integer is required");
  return reinterpret_cast<void*>(*int_to_uint64(int_and(exact_int(handle), make_uint(UINT64_MAX))));
}
Status close_library(Thread& thread, Value handle) {
  if (dlclose(TRY(handle_of(thread, handle)))) return raise_loader_error(thread);
  return nothing;
}
Value find_symbol(Thread& thread, Value handle_value, Str& name) {
  void* handle = TRY(handle_of(thread, handle_value));
  const std::string text = TRY(to_utf8_strict(thread, &name));
  if (text.find('\0') != std::string::npos)
    return raise(thread, ValueError, "embedded null character");
  TRY(audit(thread, "ctypes.dlsym/handle", {handle_value, &name}));
  dlerror();
  void* address = dlsym(handle, text.c_str());
  if (!address) return raise_loader_error(thread);
  return make_uint(reinterpret_cast<uint64_t>(address));
}

// ---- pointer types ----

// POINTER("name") is a type whose target is said later, by set_type().
Value incomplete_pointer_type(Thread& thread, Str& name) {
  const Value full = TRY(format_message(thread, "LP_{}", {Value(&name)}));
  const Value made =
      TRY(call(thread, &type_of_kind(ModuleKind::CtypesPointerMeta),
               {full, make_tuple({&type_of_kind(ModuleKind::CtypesPointer)}), make_dict()}));
  const Value key = make_uint(reinterpret_cast<uint64_t>(made.object()));
  TRY(dict_set(thread, *pointer_types, key, made));
  return made;
}

Value pointer_type_of(Thread& thread, Value type) {
  const Value known = TRY(dict_get(thread, *pointer_types, type));
  if (!known.is_unbound()) return known;
  if (is_str(type)) return incomplete_pointer_type(thread, *type.as<Str>());
  if (!is_type(type)) return raise(thread, TypeError, "must be a ctypes type");
  return Value(TRY(pointer_type(thread, *type.as<Type>())));
}
Value pointer_to(Thread& thread, Value object) {
  const Value type = TRY(pointer_type_of(thread, &type_of(object)));
  return call(thread, type, {object});
}

// ---- functions that are called through function pointers ----

Value cast_to(Thread& thread, void* pointer, Value source, Value type) {
  const TypeInfo* info = info_of(type);
  const bool is_pointer = is_family(info, Family::Pointer) || is_family(info, Family::Function) ||
                          (info && info->letter && std::strchr("sPzUZXO", info->letter));
  if (!is_pointer) {
    const std::string_view name =
        is_type(type) ? type.as<Type>()->name_view() : type_of(type).name_view();
    return raise(thread, TypeError, "cast() argument 2 must be a pointer type, not {}", name);
  }
  CData* made = new_data(thread, *type.as<Type>());
  if (!made) return error;
  if (is_cdata(source)) {
    // The result keeps the source, and shares with it what it refers to.
    CData& data = *source.as<CData>();
    kept_objects(data);
    if (!is_exact_dict(data.objects)) {
      Dict* shared = make_dict();
      if (!data.objects.is_empty() && !data.objects.is_none())
        TRY(dict_set(thread, *shared, make_str("0"), data.objects));
      data.objects = shared;
    }
    made->objects = data.objects;
    const Value key = make_uint(reinterpret_cast<uint64_t>(source.object()));
    TRY(dict_set(thread, *made->objects.as<Dict>(), key, source));
  }
  std::memcpy(made->data, &pointer, sizeof pointer);
  return made;
}
uint64_t cast_entry(void* pointer, uint64_t source, uint64_t type) {
  return cast_to(current_thread(), pointer, Value(source), Value(type)).bits();
}

Value string_at(Thread& thread, const char* text, int size) {
  TRY(audit(thread, "ctypes.string_at",
            {make_uint(reinterpret_cast<uint64_t>(text)), make_int(size)}));
  if (size == -1) return bytes_result(thread, text);
  if (size < 0)
    return raise(thread, SystemError, "Negative size passed to PyBytes_FromStringAndSize");
  return bytes_result(thread, {text, static_cast<size_t>(size)});
}
uint64_t string_at_entry(const char* text, int size) {
  return string_at(current_thread(), text, size).bits();
}

Value wide_string_at(Thread& thread, const wchar_t* text, int size) {
  TRY(audit(thread, "ctypes.wstring_at",
            {make_uint(reinterpret_cast<uint64_t>(text)), make_int(size)}));
  const SimpleKind& character = *simple_kind('u');
  const size_t length = size < 0 ? std::wcslen(text) : static_cast<size_t>(size);
  StrBuilder built;
  for (size_t i = 0; i < length; ++i)
    built.append(TRY(character.get(thread, text + i, sizeof(wchar_t))).as<Str>());
  return Value(TRY(built.finish(thread)));
}
uint64_t wide_string_at_entry(const wchar_t* text, int size) {
  return wide_string_at(current_thread(), text, size).bits();
}

// ---- objects and addresses: an address is the bits of a Value ----

Value object_from_address(Thread& thread, Value address) {
  void* bits = TRY(handle_of(thread, address));
  TRY(audit(thread, "ctypes.PyObj_FromPtr", {address}));
  const Value object(reinterpret_cast<uint64_t>(bits));
  if (object.is_empty()) return raise(thread, ValueError, "PyObject is NULL");
  return object;
}
Value same_object(Value object) {
  return object;
}  // nothing is counted

const MethodRow functions[] = {
    function<pointer_type_of>("!POINTER($module, type, /)", "The type of pointers to a type."),
    function<pointer_to>("!pointer($module, object, /)", "A pointer to an instance."),
    function<open_library>("!dlopen($module, name, mode=0, /)",
                           "Load a shared library; its handle."),
    function<close_library>("!dlclose($module, handle, /)", "Give a shared library back."),
    function<find_symbol>("!dlsym($module, handle, name, /)",
                          "The address of a symbol of a library."),
    function<object_from_address>("!PyObj_FromPtr($module, address, /)",
                                  "The object with an id()."),
    function<same_object>("!Py_INCREF($module, object, /)",
                          "The object; there are no reference counts."),
    function<same_object>("!Py_DECREF($module, object, /)",
                          "The object; there are no reference counts."),
};

template <typename F>
Value address_value(F* function) {
  return make_uint(reinterpret_cast<uint64_t>(function));
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_libffi(thread));
  module_add_functions(module, call_functions);
  module_add_functions(module, data_functions);
  define_types(module);
  TypeSpec info;
  info.instance_bytes = sizeof(TypeInfo);
  info.flags = Type::kDisallowInstantiation;
  define_type(ModuleKind::CtypesTypeInfo, info);
  define_data_type();
  define_simple_type(module);
  define_structure_types(module);
  define_array_type(module);
  define_pointer_type(module);
  define_function_type(module);
  define_argument_type();
  argument_error = TRY(add_exception(thread, module, "ctypes", "ArgumentError", Exception));
  pointer_types = make_dict();
  module_add(module, "_pointer_type_cache", pointer_types);
  module_add(module, "FUNCFLAG_CDECL", make_int(kCdecl));
  module_add(module, "FUNCFLAG_PYTHONAPI", make_int(kPythonApi));
  module_add(module, "FUNCFLAG_USE_ERRNO", make_int(kUsesErrno));
  module_add(module, "FUNCFLAG_USE_LASTERROR", make_int(kUsesLastError));
  module_add(module, "CTYPES_MAX_ARGCOUNT", make_int(kMostArguments));
  module_add(module, "RTLD_LOCAL", make_int(RTLD_LOCAL));
  module_add(module, "RTLD_GLOBAL", make_int(RTLD_GLOBAL));
  module_add(module, "__version__", make_str("1.1.0"));
  module_add(module, "_memmove_addr", address_value(&std::memmove));
  module_add(module, "_memset_addr", address_value(&std::memset));
  module_add(module, "_cast_addr", address_value(&cast_entry));
  module_add(module, "_string_at_addr", address_value(&string_at_entry));
  module_add(module, "_wstring_at_addr", address_value(&wide_string_at_entry));
  return nothing;
}

}  // namespace
}  // namespace minipy::ctypes

namespace minipy {
extern const ModuleSpec ctypes_module = {"_ctypes", "Data and functions of C.", ctypes::functions,
                                         ctypes::initialize};
}  // namespace minipy
