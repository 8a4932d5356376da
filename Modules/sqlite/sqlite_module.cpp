// _sqlite3: databases of SQLite. Library reference, "sqlite3".
#include <dlfcn.h>

#include "Modules/native_modules.h"
#include "Modules/sqlite/sqlite.h"
#include "Objects/container_support.h"

namespace minipy {

SqliteLibrary library;

Status load_sqlite(Thread& thread) {
  void* handle = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
#define X(name)                                                                  \
  library.name = reinterpret_cast<decltype(library.name)>(dlsym(handle, #name)); \
  if (!library.name) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  SQLITE_FUNCTIONS(X)
#undef X
  if (library.sqlite3_initialize() != SQLITE_OK)
    return raise(thread, ImportError, "sqlite3_initialize() failed");
  return nothing;
}

namespace sqlite {
namespace {

// A call of the factory with the same arguments.
Value connect(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  constexpr size_t kFactory = 5;
  Value factory = &type_of_kind(ModuleKind::SqliteConnection);
  if (count > kFactory) factory = arguments[kFactory];
  if (is_tuple(keyword_names)) {
    const Tuple& names = *keyword_names.as<Tuple>();
    for (size_t i = 0; i < names.size; ++i) {
      if (equal(names.items[i].as<Str>(), "factory")) factory = arguments[count + i];
    }
  }
  return call(thread, factory, arguments, count, keyword_names);
}

Value complete_statement(Thread& thread, Value statement) {
  if (!is_str(statement)) {
    return raise(thread, TypeError, "complete_statement() argument 'statement' must be str, not {}",
                 argument_kind(statement));
  }
  const std::string text = TRY(text_argument(thread, statement));
  return Value::from_bool(library.sqlite3_complete(text.c_str()));
}

Status enable_shared_cache(Thread& thread, int enable) {
  if (library.sqlite3_enable_shared_cache(enable) != SQLITE_OK) {
    return raise(thread, *state.OperationalError, "Changing the shared_cache flag failed");
  }
  return nothing;
}

// Basic types are bound without looking for an adapter, until there is one.
Status register_adapter(Thread& thread, Value type, Value adapter) {
  for (const Kind kind : {Kind::Int, Kind::Float, Kind::Str, Kind::Bytearray}) {
    if (type == Value(&type_of_kind(kind))) state.adapts_basic_types = true;
  }
  return dict_set(thread, *state.adapters,
                  make_tuple({type, &type_of_kind(ModuleKind::SqlitePrepareProtocol)}), adapter);
}
Status register_converter(Thread& thread, Str& name, Value converter) {
  const Value upper = TRY(call_method(thread, &name, "upper"));
  return dict_set(thread, *state.converters, upper, converter);
}
void enable_callback_tracebacks(bool enable) {
  state.shows_callback_errors = enable;
}

Value adapt_object(Thread& thread, Value object, Value protocol, Value alternative) {
  if (protocol.is_empty()) protocol = &type_of_kind(ModuleKind::SqlitePrepareProtocol);
  return adapt(thread, object, protocol, alternative);
}

const MethodRow functions[] = {
    function<adapt_object>(
        "adapt($module, obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)",
        "Make of an object what can be stored."),
    function<complete_statement>("complete_statement($module, /, statement)",
                                 "Whether the text ends with a whole statement."),
    raw_function(connect,
                 "connect($module, /, database, timeout=5.0, detect_types=0,\n        "
                 "isolation_level='', check_same_thread=True,\n        factory=ConnectionType, "
                 "cached_statements=128, uri=False)",
                 "Open a database."),
    function<enable_callback_tracebacks>("enable_callback_tracebacks($module, enable, /)",
                                         "Whether exceptions in callbacks are shown."),
    function<enable_shared_cache>("enable_shared_cache($module, /, do_enable)",
                                  "Whether connections share their cache."),
    function<register_adapter>("register_adapter($module, type, adapter, /)",
                               "Have objects of a type stored as what adapter(object) gives."),
    function<register_converter>("register_converter($module, typename, converter, /)",
                                 "Have columns of a type read as what converter(bytes) gives."),
};

Status add_exceptions(Thread& thread, Module& module) {
#define X(name, base) state.name = TRY(add_exception(thread, module, "sqlite3", #name, base));
  SQLITE_EXCEPTIONS(X)
#undef X
  return nothing;
}

void add_constants(Module& module) {
#define ERROR(name) module_add(module, #name, make_int(name));
#define CONSTANT(name) module_add(module, #name, make_int(name));
#include "Modules/sqlite/constants.def"
#undef CONSTANT
#undef ERROR
  module_add(module, "PARSE_DECLTYPES", make_int(kParseDeclaredTypes));
  module_add(module, "PARSE_COLNAMES", make_int(kParseColumnNames));
  module_add(module, "sqlite_version", make_str(library.sqlite3_libversion()));
  module_add(module, "version", make_str("2.6.0"));
  // PEP 249's levels for sqlite's: single thread, serialized, multiple threads.
  const int levels[] = {0, 3, 1};
  module_add(module, "threadsafety", make_int(levels[library.sqlite3_threadsafe() % 3]));
}

Value make_protocol(Thread&, Type& type, const Value*, size_t, Value) {
  return allocate_instance(type);
}
Status initialize_protocol(Thread&, Value, const Value*, size_t, Value) {
  return nothing;
}

void define_protocol_type(Module& module) {
  TypeSpec spec;
  spec.doc = "What objects are asked to become (PEP 246).";
  spec.flags = Type::kImmutable;
  spec.slots.make = make_protocol;
  spec.slots.init = initialize_protocol;
  module_add_type(module, define_type(ModuleKind::SqlitePrepareProtocol, spec));
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_sqlite(thread));
  state = {};
  state.adapters = make_dict();
  state.converters = make_dict();
  module_add(module, "adapters", state.adapters);
  module_add(module, "converters", state.converters);
  TRY(add_exceptions(thread, module));
  define_connection_type(module);
  define_cursor_type(module);
  define_statement_type();
  define_row_type(module);
  define_blob_type(module);
  define_protocol_type(module);
  add_constants(module);
  return nothing;
}

}  // namespace
}  // namespace sqlite

extern const ModuleSpec sqlite3_module = {"_sqlite3", "Databases of SQLite.", sqlite::functions,
                                          sqlite::initialize};

}  // namespace minipy
