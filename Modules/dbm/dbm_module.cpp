// _dbm: the old database interface of Unix, which Berkeley DB has, too. Library reference,
// "dbm.ndbm".
#include <dlfcn.h>
#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// The interface as POSIX defines it (<ndbm.h>); the library's names for it differ.
struct DBM;
struct datum {
  void* data;
  int size;
};
struct Ndbm {
  DBM* (*open)(const char* path, int flags, int mode);
  void (*close)(DBM*);
  datum (*fetch)(DBM*, datum key);
  int (*store)(DBM*, datum key, datum value, int mode);
  int (*remove)(DBM*, datum key);
  datum (*first_key)(DBM*);
  datum (*next_key)(DBM*);
  int (*error)(DBM*);
  int (*clear_error)(DBM*);
};
Ndbm ndbm;
Type* dbm_error;
constexpr int kInsert = 0, kReplace = 1;  // DBM_INSERT leaves what is there

struct Database : Object {
  static constexpr Kind kKind = ModuleKind::Dbm;
  DBM* handle;  // null once closed
  bool is_writable;
};

Status check_open(Thread& thread, const Database& self) {
  if (!self.handle) return raise(thread, *dbm_error, "DBM object has already been closed");
  return nothing;
}

// The bytes of a key or value, which are lent or encoded.
struct Piece {
  explicit Piece(Thread& thread) : lease(thread) {}
  BufferLease lease;
  std::string encoded;
  datum view{nullptr, 0};
};
Status read_piece(Thread& thread, Value value, Piece& piece) {
  std::string_view bytes;
  if (is_str(value)) {
    piece.encoded = TRY(to_utf8_strict(thread, value.as<Str>()));
    bytes = piece.encoded;
  } else {
    TRY(piece.lease.acquire(value));
    bytes = piece.lease.view();
  }
  if (bytes.size() > INT_MAX) return raise(thread, OverflowError, "size does not fit in an int");
  piece.view = {const_cast<char*>(bytes.data()), static_cast<int>(bytes.size())};
  return nothing;
}
// Keys and values as the mapping's own operations want them.
Status read_element(Thread& thread, Value value, Piece& piece, const char* complaint) {
  if (!is_str(value) && !is_bytes(value)) return raise(thread, TypeError, "{}", complaint);
  return read_piece(thread, value, piece);
}

Value bytes_of(Thread& thread, datum piece) {
  return bytes_result(thread, {static_cast<char*>(piece.data), static_cast<size_t>(piece.size)});
}

Status store(Thread& thread, Database& self, datum key, datum value, int mode) {
  if (ndbm.store(self.handle, key, value, mode) >= 0) return nothing;
  ndbm.clear_error(self.handle);
  return raise(thread, *dbm_error, "cannot add item to database");
}

// ---- the mapping ----

Value get_database_item(Thread& thread, Value self_value, Value key) {
  auto& self = *self_value.as<Database>();
  Piece piece(thread);
  TRY(read_piece(thread, key, piece));
  TRY(check_open(thread, self));
  const datum found = ndbm.fetch(self.handle, piece.view);
  if (!found.data) return raise_key_error(thread, key);
  if (ndbm.error(self.handle)) {
    ndbm.clear_error(self.handle);
    return raise(thread, *dbm_error, "");
  }
  return bytes_of(thread, found);
}

Status set_database_item(Thread& thread, Value self_value, Value key, Value value) {
  auto& self = *self_value.as<Database>();
  constexpr const char* kComplaint = "dbm mappings have bytes or string elements only";
  Piece key_piece(thread), value_piece(thread);
  TRY(read_element(thread, key, key_piece, kComplaint));
  TRY(check_open(thread, self));
  if (!value.is_empty()) {
    TRY(read_element(thread, value, value_piece, kComplaint));
    return store(thread, self, key_piece.view, value_piece.view, kReplace);
  }
  if (ndbm.remove(self.handle, key_piece.view) >= 0) return nothing;
  ndbm.clear_error(self.handle);
  if (!self.is_writable) return raise(thread, *dbm_error, "cannot delete item from database");
  return raise_key_error(thread, key);
}

// A database of Berkeley DB counts nothing itself.
template <typename F>
void for_each_key(Database& self, F&& f) {
  for (datum key = ndbm.first_key(self.handle); key.data; key = ndbm.next_key(self.handle)) {
    if (!f(key)) return;
  }
}

Result<size_t> database_length(Thread& thread, Value self_value) {
  auto& self = *self_value.as<Database>();
  TRY(check_open(thread, self));
  size_t count = 0;
  for_each_key(self, [&](datum) { return ++count, true; });
  return count;
}

Result<bool> database_contains(Thread& thread, Value self_value, Value key) {
  auto& self = *self_value.as<Database>();
  TRY(check_open(thread, self));
  Piece piece(thread);
  const std::string complaint =
      "dbm key must be bytes or string, not " + std::string(type_of(key).name_view());
  TRY(read_element(thread, key, piece, complaint.c_str()));
  return ndbm.fetch(self.handle, piece.view).data != nullptr;
}

// ---- methods ----

void close_database(Database& self) {
  if (self.handle) ndbm.close(std::exchange(self.handle, nullptr));
}
void finalize_database(Thread&, Value self) {
  close_database(*self.as<Database>());
}

Value keys(Thread& thread, Database& self) {
  TRY(check_open(thread, self));
  List* list = make_list();
  bool is_good = true;
  for_each_key(self, [&](datum key) {
    const Value bytes = bytes_of(thread, key);
    is_good = !bytes.is_empty() && !list_append(thread, *list, bytes).failed();
    return is_good;
  });
  return is_good ? Value(list) : Value();
}

Value get(Thread& thread, Database& self, Value key, Value fallback) {
  Piece piece(thread);
  TRY(read_piece(thread, key, piece));
  TRY(check_open(thread, self));
  const datum found = ndbm.fetch(self.handle, piece.view);
  return found.data ? bytes_of(thread, found) : fallback;
}

Value set_default(Thread& thread, Database& self, Value key, Value fallback) {
  Piece piece(thread);
  TRY(read_piece(thread, key, piece));
  TRY(check_open(thread, self));
  const datum found = ndbm.fetch(self.handle, piece.view);
  if (found.data) return bytes_of(thread, found);
  Piece value(thread);
  TRY(read_element(thread, fallback, value, "dbm mappings have bytes or string elements only"));
  TRY(store(thread, self, piece.view, value.view, kInsert));
  return fallback;
}

Value enter(Database& self) {
  return &self;
}
void leave(Database& self, Value, Value, Value) {
  close_database(self);
}

const MethodRow methods[] = {
    method<close_database>("close($self, /)", "Close the database."),
    method<keys>("keys($self, /)", "All keys, as a list."),
    method<get>("get($self, key, default=None, /)", "The value of a key, or the default."),
    method<set_default>("setdefault($self, key, default=b'', /)",
                        "The value of a key, which becomes the default if there is none."),
    method<enter>("!__enter__($self, /)", nullptr),
    method<leave>("!__exit__($self, type, value, traceback, /)", nullptr),
};

// ---- the module ----

Value open_database(Thread& thread, Value filename, Value flags, int mode) {
  if (!is_str(flags))
    return raise(thread, TypeError, "open() argument 2 must be str, not {}", argument_kind(flags));
  int open_flags;
  if (equal(flags.as<Str>(), "r"))
    open_flags = O_RDONLY;
  else if (equal(flags.as<Str>(), "w") || equal(flags.as<Str>(), "rw"))
    open_flags = O_RDWR;
  else if (equal(flags.as<Str>(), "c"))
    open_flags = O_RDWR | O_CREAT;
  else if (equal(flags.as<Str>(), "n"))
    open_flags = O_RDWR | O_CREAT | O_TRUNC;
  else
    return raise(thread, *dbm_error, "arg 2 to open should be 'r', 'w', 'c', or 'n'");
  const std::string path = TRY(to_filename(thread, filename));
  DBM* handle = ndbm.open(path.c_str(), open_flags, mode);
  if (!handle) {
    const int number = errno;
    const Value exception =
        call(thread, dbm_error, {make_int(number), from_filename(strerror(number)), filename});
    return exception.is_empty() ? exception : Value(raise_exception(thread, exception));
  }
  auto* made = allocate_finalizable<Database>();
  made->handle = handle;
  made->is_writable = open_flags & O_RDWR;
  return made;
}
const MethodRow functions[] = {
    function<open_database>("open($module, filename, flags='r', mode=438, /)",
                            "Open a database; the library adds .db to its name."),
};

Status load_library(Thread& thread) {
  void* library = dlopen("libdb-5.3.so", RTLD_NOW | RTLD_LOCAL);
  if (!library) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  const struct {
    const char* name;
    void** place;
  } symbols[] = {
#define X(member, name) {"__db_ndbm_" name, reinterpret_cast<void**>(&ndbm.member)}
      X(open, "open"),        X(close, "close"),   X(fetch, "fetch"),
      X(store, "store"),      X(remove, "delete"), X(first_key, "firstkey"),
      X(next_key, "nextkey"), X(error, "error"),   X(clear_error, "clearerr"),
#undef X
  };
  for (const auto& symbol : symbols) {
    *symbol.place = dlsym(library, symbol.name);
    if (!*symbol.place)
      return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  }
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_library(thread));
  TypeSpec spec;
  spec.instance_bytes = sizeof(Database);
  spec.flags = Type::kDisallowInstantiation | Type::kHasFinalizer;
  spec.slots.map_item = get_database_item;
  spec.slots.map_set_item = set_database_item;
  spec.slots.map_length = database_length;
  spec.slots.contains = database_contains;
  spec.slots.finalize = finalize_database;
  spec.methods = methods;
  define_type(ModuleKind::Dbm, spec);
  dbm_error = TRY(add_exception(thread, module, "_dbm", "error", OSError));
  module_add(module, "library", make_str("Berkeley DB"));
  return nothing;
}

}  // namespace

extern const ModuleSpec dbm_module = {"_dbm", nullptr, functions, initialize};

}  // namespace minipy
