// What the files of _sqlite3 share. Library reference, "sqlite3"; PEP 249.
#pragma once

#include <string>
#include <utility>

#include "Modules/module_support.h"
#include "Modules/sqlite/library.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "VM/with_gil.h"

namespace minipy::sqlite {

// A statement or a blob that sqlite has open. Outside the collected heap, in a list of its
// connection: what the connection closes is closed, whether or not objects in Python are still
// there.
struct Resource {
  sqlite3_stmt* statement = nullptr;
  sqlite3_blob* blob = nullptr;
  int users = 0;  // calls that are inside of it; the last one closes it if it is doomed
  bool is_doomed = false;
  Resource** list = nullptr;  // null once the connection is closed
  Resource *next = nullptr, *previous = nullptr;
};
void add_resource(Resource*& list, Resource* resource);
void close_resource(Thread& thread, Resource& resource);  // now, or when nobody is inside any more
void close_all_resources(Thread& thread, Resource*& list);
void abandon_statements(Thread& thread, Resource*& list);   // closes blobs only
void destroy_resource(Thread& thread, Resource* resource);  // for the finaliser of its object

// A call into a resource, which stays open until it has returned. The GIL is left meanwhile.
class ResourceUse {
 public:
  ResourceUse(Thread& thread, Resource& resource) : thread_(thread), resource_(resource) {
    ++resource.users;
  }
  ~ResourceUse() {
    if (--resource_.users == 0 && resource_.is_doomed) close_resource(thread_, resource_);
  }
  ResourceUse(const ResourceUse&) = delete;
  ResourceUse& operator=(const ResourceUse&) = delete;

 private:
  Thread& thread_;
  Resource& resource_;
};

// A live instance of an aggregate class, between its first step() and finalize().
struct AggregateInstance {
  AggregateInstance *next, *previous;
  Value instance;
};
// What sqlite knows as user data of a function, collation or hook. Collected memory, kept by the
// connection.
struct Callback {
  Callback *next, *previous;
  struct Connection* owner;
  Value callable;
  AggregateInstance* instances;
};

struct Connection : Object {
  static constexpr Kind kKind = ModuleKind::SqliteConnection;
  sqlite3* database;  // null once closed
  Resource* resources;
  Callback* callbacks;  // functions and collations
  Callback *authorizer, *progress_handler, *trace;
  Dict* statements;  // cache: SQL -> Statement, the least recently used first
  Value row_factory, text_factory;
  const char* isolation_level;  // null: sqlite's autocommit mode
  unsigned long thread_identifier;
  int32_t cache_size, detect_types;
  bool is_initialized, checks_thread;
};

struct Statement : Object {
  static constexpr Kind kKind = ModuleKind::SqliteStatement;
  Resource* resource;
  bool is_dml;  // INSERT, UPDATE, DELETE or REPLACE

  // Null once the connection is closed or the statement finalised.
  sqlite3_stmt* handle() const { return resource ? resource->statement : nullptr; }
};

struct Cursor : Object {
  static constexpr Kind kKind = ModuleKind::SqliteCursor;
  Connection* connection;  // null before __init__
  Statement* statement;    // null if there is nothing to fetch
  Value description, row_cast_map, last_row_id, row_factory;
  int64_t row_count;
  int32_t array_size;
  bool is_closed, is_locked, is_initialized;
};

struct Row : Object {
  static constexpr Kind kKind = ModuleKind::SqliteRow;
  Tuple* data;
  Value description;
};

struct Blob : Object {
  static constexpr Kind kKind = ModuleKind::SqliteBlob;
  Connection* connection;
  Resource* resource;
  int64_t offset;
};

constexpr int kParseDeclaredTypes = 1, kParseColumnNames = 2;

#define SQLITE_EXCEPTIONS(X)                                                                \
  X(Warning, Exception)                                                                     \
  X(Error, Exception)                                                                       \
  X(InterfaceError, *state.Error) X(DatabaseError, *state.Error)                            \
      X(InternalError, *state.DatabaseError) X(OperationalError, *state.DatabaseError)      \
          X(ProgrammingError, *state.DatabaseError) X(IntegrityError, *state.DatabaseError) \
              X(DataError, *state.DatabaseError) X(NotSupportedError, *state.DatabaseError)

struct ModuleState {
#define X(name, base) Type* name;
  SQLITE_EXCEPTIONS(X)
#undef X
  Dict *adapters, *converters;
  bool shows_callback_errors, adapts_basic_types;
};
extern ModuleState state;

// --- errors (errors.cpp) ---
const char* error_name(int code);                         // "SQLITE_BUSY"; null if unknown
Failure raise_sqlite(Thread& thread, sqlite3* database);  // what the last call on it said
Failure raise_sqlite_code(Thread& thread, Type& type, int code, const char* message);
Result<std::string> text_argument(Thread& thread, Value text);  // UTF-8 without a null character
// Cursors that nobody uses any more may hold locks until they are collected.
void collect_forgotten_cursors(Thread& thread);
inline bool is_locked_code(int code) {
  return (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED;
}
// Runs `action` without the GIL; once more after a collection if something was locked.
template <typename Action>
int call_sqlite(Thread& thread, Action&& action) {
  int code;
  {
    WithoutGil without(thread);
    code = action();
  }
  if (!is_locked_code(code)) return code;
  collect_forgotten_cursors(thread);
  WithoutGil without(thread);
  return action();
}

// --- connections ---
Status check_thread(Thread& thread, Connection& connection);
Status check_connection(Thread& thread, Connection& connection);  // initialised and open
Status check_usable(Thread& thread, Connection& connection);      // both of them
Status commit(Thread& thread, Connection& self);
Status execute_plain(Thread& thread, Connection& self, const char* sql);
Result<Statement*> statement_for(Thread& thread, Connection& self,
                                 Str& sql);  // from the cache if it is there
extern const std::span<const MethodRow> callback_methods;
Value open_blob(Thread& thread, Connection& self, Str& table, Str& column, int64_t row,
                bool is_read_only, Str& name);

// --- statements ---
Result<Statement*> make_statement(Thread& thread, Connection& connection, Str& sql);
int step(Thread& thread, Statement& statement);
void reset(Thread& thread, Statement& statement);
Status bind_parameters(Thread& thread, Statement& statement, Value parameters);
const char* skip_blanks_and_comments(const char* sql);  // null at the end

// --- adapting (adapters.cpp) ---
Value adapt(Thread& thread, Value object, Value protocol,
            Value alternative);                              // no alternative: empty
Value converter_for(Thread& thread, std::string_view name);  // None if there is none

void define_connection_type(Module& module);
void define_cursor_type(Module& module);
void define_statement_type();
void define_row_type(Module& module);
void define_blob_type(Module& module);

// Attributes that are plain values.
template <typename Layout, Value Layout::*field>
Value get_value(Layout& self) {
  return self.*field;
}
template <typename Layout, Value Layout::*field>
Status set_value(Thread&, Value self, Value value) {
  self.as<Layout>()->*field = value.is_empty() ? None : value;
  return nothing;
}

}  // namespace minipy::sqlite
