// sqlite3.Connection.
#include <pthread.h>
#include <strings.h>
#include <climits>
#include <cstring>

#include "Modules/sqlite/sqlite.h"
#include "Objects/bytes.h"
#include "Objects/copy_bytes.h"
#include "Objects/exception.h"
#include "VM/runtime.h"

namespace minipy::sqlite {

Status check_thread(Thread& thread, Connection& connection) {
  if (!connection.is_initialized || !connection.checks_thread ||
      thread.identifier == connection.thread_identifier)
    return nothing;
  return raise(thread, *state.ProgrammingError,
               "SQLite objects created in a thread can only be used in that same thread. The "
               "object was created in thread id "
               "{} and this is thread id {}.",
               connection.thread_identifier, thread.identifier);
}
Status check_connection(Thread& thread, Connection& connection) {
  if (!connection.is_initialized)
    return raise(thread, *state.ProgrammingError, "Base Connection.__init__ not called.");
  if (!connection.database)
    return raise(thread, *state.ProgrammingError, "Cannot operate on a closed database.");
  return nothing;
}
Status check_usable(Thread& thread, Connection& connection) {
  TRY(check_thread(thread, connection));
  return check_connection(thread, connection);
}

Status execute_plain(Thread& thread, Connection& self, const char* sql) {
  sqlite3* database = self.database;
  const int code = call_sqlite(thread, [&] {
    sqlite3_stmt* statement;
    const int prepared = library.sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    if (prepared != SQLITE_OK) return prepared;
    library.sqlite3_step(statement);
    return library.sqlite3_finalize(statement);
  });
  if (code != SQLITE_OK) return raise_sqlite(thread, database);
  return nothing;
}

Status commit(Thread& thread, Connection& self) {
  TRY(check_usable(thread, self));
  if (library.sqlite3_get_autocommit(self.database)) return nothing;
  return execute_plain(thread, self, "COMMIT");
}

// A cached statement that is being executed is somebody else's; the cursor makes one of its own
// then.
Result<Statement*> statement_for(Thread& thread, Connection& self, Str& sql) {
  Dict& cache = *self.statements;
  Value key = &sql;
  if (!is_exact_str(key)) key = substring(&sql, 0, sql.length());
  const Value known = dict_get_str(cache, key.as<Str>());
  if (!known.is_unbound()) {
    dict_delete_str(cache, key.as<Str>());
    dict_set_str(cache, key.as<Str>(), known);
    return known.as<Statement>();
  }
  Statement* made = TRY(make_statement(thread, self, *key.as<Str>()));
  if (self.cache_size <= 0) return made;
  if (cache.count >= static_cast<uint32_t>(self.cache_size)) {
    size_t position = 0;
    Value oldest, statement;
    if (dict_next(cache, position, oldest, statement)) dict_delete_str(cache, oldest.as<Str>());
  }
  dict_set_str(cache, key.as<Str>(), made);
  return made;
}

namespace {

// ---- opening and closing ----

// After a second __init__ the rows of the first database can still be fetched.
enum class OpenStatements { Close, Keep };
void close_database(Thread& thread, Connection& self,
                    OpenStatements statements = OpenStatements::Close) {
  if (statements == OpenStatements::Close)
    close_all_resources(thread, self.resources);
  else
    abandon_statements(thread, self.resources);
  if (self.statements) dict_clear(*self.statements);
  sqlite3* database = std::exchange(self.database, nullptr);
  if (!database) return;
  // One that is still executing keeps the database open until it is done.
  WithoutGil without(thread);
  library.sqlite3_close_v2(database);
}

void finalize_connection(Thread& thread, Value self) {
  close_database(thread, *self.as<Connection>());
}

// Literals: they are compared with nothing and live for ever.
const char* const isolation_levels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};

Result<const char*> isolation_level_of(Thread& thread, Value value) {
  if (value.is_none()) return nullptr;
  if (!is_str(value)) return raise(thread, TypeError, "isolation_level must be str or None");
  const std::string text = TRY(text_argument(thread, value));
  for (const char* level : isolation_levels) {
    if (strcasecmp(level, text.c_str()) == 0) return level;
  }
  return raise(thread, ValueError,
               "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
}

const MethodRow constructor_row = constructor(
    "Connection(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
    "factory=ConnectionType, cached_statements=128, uri=False)");

Value make_connection(Thread&, Type& type, const Value*, size_t, Value) {
  auto* made = allocate_instance_as<Connection>(type);
  if (!made) return error;
  made->row_factory = None;
  made->text_factory = &type_of_kind(Kind::Str);
  return made;
}

Result<sqlite3*> open_database(Thread& thread, const std::string& path, double timeout,
                               bool is_uri) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (is_uri ? SQLITE_OPEN_URI : 0);
  sqlite3* database = nullptr;
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
    const double milliseconds = timeout * 1000;
    if (code == SQLITE_OK) {
      library.sqlite3_busy_timeout(
          database, milliseconds > INT_MAX || milliseconds < INT_MIN || milliseconds != milliseconds
                        ? INT_MIN
                        : static_cast<int>(milliseconds));
    }
  }
  if (code == SQLITE_OK) return database;
  if (!database) return raise_memory_error(thread);
  raise_sqlite(thread, database);
  library.sqlite3_close_v2(database);
  return error;
}

Status initialize_connection(Thread& thread, Value self_value, const Value* arguments, size_t count,
                             Value keyword_names) {
  auto& self = *self_value.as<Connection>();
  Value values[8];
  TRY(bind(thread, constructor_row, arguments, count, keyword_names, values));
  const double timeout = TRY(argument_double(thread, values[1]));
  const int detect_types = TRY(argument_int(thread, values[2]));
  const char* isolation_level = TRY(isolation_level_of(thread, values[3]));
  const bool checks_thread = TRY(argument_truth(thread, values[4]));
  const int cache_size = TRY(argument_int(thread, values[6]));
  const bool is_uri = TRY(argument_truth(thread, values[7]));
  TRY(audit(thread, "sqlite3.connect", {values[0]}));
  const std::string path = TRY(to_filename(thread, values[0]));
  if (self.is_initialized) {
    close_database(thread, self, OpenStatements::Keep);
    self.is_initialized = false;
  }
  sqlite3* database = TRY(open_database(thread, path, timeout, is_uri));
  if (self.database) {  // by another thread, meanwhile
    library.sqlite3_close_v2(database);
    return raise(thread, *state.ProgrammingError,
                 "Recursive use of Connection.__init__ not allowed.");
  }
  self.database = database;
  self.statements = make_dict();
  self.authorizer = self.progress_handler = self.trace = nullptr;
  self.row_factory = None;
  self.text_factory = &type_of_kind(Kind::Str);
  self.isolation_level = isolation_level;
  self.thread_identifier = thread.identifier;
  self.cache_size = cache_size;
  self.detect_types = detect_types;
  self.checks_thread = checks_thread;
  TRY(audit(thread, "sqlite3.connect/handle", {self_value}));
  self.is_initialized = true;
  return nothing;
}

Status close(Thread& thread, Connection& self) {
  TRY(check_thread(thread, self));
  if (!self.is_initialized)
    return raise(thread, *state.ProgrammingError, "Base Connection.__init__ not called.");
  close_database(thread, self);
  return nothing;
}

// ---- transactions ----

Status roll_back(Thread& thread, Connection& self) {
  TRY(check_usable(thread, self));
  if (library.sqlite3_get_autocommit(self.database)) return nothing;
  return execute_plain(thread, self, "ROLLBACK");
}

Value enter(Thread& thread, Connection& self) {
  TRY(check_usable(thread, self));
  return &self;
}

// Commits if there was no exception, rolls back otherwise or if that fails.
Value leave(Thread& thread, Connection& self, Value type, Value value, Value traceback) {
  if (!type.is_none() || !value.is_none() || !traceback.is_none()) {
    TRY(roll_back(thread, self));
    return False;
  }
  if (!commit(thread, self).failed()) return False;
  const Value failure = take_exception(thread);
  if (roll_back(thread, self).failed()) {
    set_context(thread.exception, failure);
    return error;
  }
  return restore_exception(thread, failure);
}

// ---- cursors ----

Value cursor(Thread& thread, Connection& self, Value factory) {
  TRY(check_usable(thread, self));
  if (factory.is_empty()) factory = &type_of_kind(ModuleKind::SqliteCursor);
  const Value made = TRY(call(thread, factory, {&self}));
  if (!has_kind(made, ModuleKind::SqliteCursor)) {
    return raise(thread, TypeError, "factory must return a cursor, not {}", type_of(made));
  }
  if (!self.row_factory.is_none()) made.as<Cursor>()->row_factory = self.row_factory;
  return made;
}

Value execute(Thread& thread, Connection& self, Value sql, Value parameters) {
  const Value made = TRY(call_method(thread, &self, "cursor"));
  if (parameters.is_empty()) return call_method(thread, made, "execute", {sql});
  return call_method(thread, made, "execute", {sql, parameters});
}
Value execute_many(Thread& thread, Connection& self, Value sql, Value parameters) {
  const Value made = TRY(call_method(thread, &self, "cursor"));
  return call_method(thread, made, "executemany", {sql, parameters});
}
Value execute_script(Thread& thread, Connection& self, Value script) {
  const Value made = TRY(call_method(thread, &self, "cursor"));
  return call_method(thread, made, "executescript", {script});
}

// con(sql): a compiled statement.
Value call_connection(Thread& thread, Value self, const Value* arguments, size_t count,
                      Value keyword_names) {
  TRY(check_usable(thread, *self.as<Connection>()));
  TRY(check_no_keywords(thread, "sqlite3.Connection", keyword_names));
  if (count != 1)
    return raise(thread, TypeError, "function takes exactly 1 argument ({} given)", count);
  if (!is_str(arguments[0]))
    return raise(thread, TypeError, "argument 1 must be str, not {}", argument_kind(arguments[0]));
  return Value(TRY(make_statement(thread, *self.as<Connection>(), *arguments[0].as<Str>())));
}

// ---- other methods ----

Status interrupt(Thread& thread, Connection& self) {
  TRY(check_connection(thread, self));
  library.sqlite3_interrupt(self.database);
  return nothing;
}

Value iterate_dump(Thread& thread, Connection& self) {
  TRY(check_connection(thread, self));
  const Value function = import_attribute(thread, "sqlite3.dump", "_iterdump");
  if (function.is_empty()) {
    if (!exception_matches(thread, AttributeError)) return error;
    take_exception(thread);
    return raise(thread, *state.OperationalError, "Failed to obtain _iterdump() reference");
  }
  return call(thread, function, {&self});
}

// A copy in progress; both databases stay open as long.
Status copy_pages(Thread& thread, sqlite3_backup* copy, int pages, Value progress, int pause) {
  for (;;) {
    int code;
    {
      WithoutGil without(thread);
      code = library.sqlite3_backup_step(copy, pages);
    }
    if (!progress.is_none()) {
      TRY(call(thread, progress,
               {make_int(code), make_int(library.sqlite3_backup_remaining(copy)),
                make_int(library.sqlite3_backup_pagecount(copy))}));
    }
    if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED) return nothing;
    if (code != SQLITE_OK) {
      WithoutGil without(thread);
      library.sqlite3_sleep(pause);
    }
    TRY(run_pending(thread));
  }
}

Status backup(Thread& thread, Connection& self, Value target_value, int pages, Value progress,
              Value name, Value sleep) {
  if (!has_kind(target_value, ModuleKind::SqliteConnection)) {
    return raise(thread, TypeError, "backup() argument 'target' must be sqlite3.Connection, not {}",
                 argument_kind(target_value));
  }
  auto& target = *target_value.as<Connection>();
  if (!is_str(name))
    return raise(thread, TypeError, "backup() argument 'name' must be str, not {}", argument_kind(name));
  const std::string name_text = TRY(text_argument(thread, name));
  const double seconds = TRY(argument_double(thread, sleep));
  const double pause = seconds * 1000;
  TRY(check_usable(thread, self));
  TRY(check_connection(thread, target));
  if (&target == &self)
    return raise(thread, ValueError, "target cannot be the same connection instance");
  if (!progress.is_none() && !is_callable(progress))
    return raise(thread, TypeError, "progress argument must be a callable");
  if (pages == 0) pages = -1;
  sqlite3 *from = self.database, *to = target.database;
  sqlite3_backup* copy;
  {
    WithoutGil without(thread);
    copy = library.sqlite3_backup_init(to, "main", from, name_text.c_str());
  }
  if (!copy) return raise_sqlite(thread, to);
  const Status copied = copy_pages(thread, copy, pages, progress,
                                   pause > 0 && pause < INT_MAX ? static_cast<int>(pause) : 0);
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_backup_finish(copy);
  }
  if (copied.failed()) return error;
  if (code == SQLITE_NOMEM) return raise_memory_error(thread);
  if (code != SQLITE_OK)
    return raise(thread, *state.OperationalError, "{}", library.sqlite3_errstr(code));
  return nothing;
}

Value set_limit(Thread& thread, Connection& self, int category, int limit) {
  TRY(check_usable(thread, self));
  const int old = library.sqlite3_limit(self.database, category, limit);
  if (old < 0) return raise(thread, *state.ProgrammingError, "'category' is out of bounds");
  return make_int(old);
}
Value get_limit(Thread& thread, Connection& self, int category) {
  return set_limit(thread, self, category, -1);
}

Value serialize(Thread& thread, Connection& self, Value name) {
  if (!is_str(name))
    return raise(thread, TypeError, "serialize() argument 'name' must be str, not {}",
                 argument_kind(name));
  const std::string text = TRY(text_argument(thread, name));
  TRY(check_usable(thread, self));
  sqlite3_int64 size = 0;
  unsigned char* data;
  {
    WithoutGil without(thread);
    data = library.sqlite3_serialize(self.database, text.c_str(), &size, 0);
  }
  if (!data && size != 0) return raise_memory_error(thread);
  if (!data) return raise(thread, *state.OperationalError, "unable to serialize '{}'", name);
  const Value bytes =
      bytes_result(thread, {reinterpret_cast<char*>(data), static_cast<size_t>(size)});
  library.sqlite3_free(data);
  return bytes;
}

bool is_being_read(const Connection& self) {
  for (const Resource* each = self.resources; each; each = each->next) {
    if (each->blob || (each->statement && library.sqlite3_stmt_busy(each->statement))) return true;
  }
  return false;
}

// sqlite itself does not see that a statement or a blob still reads the database that goes.
Status deserialize(Thread& thread, Connection& self, Value data, Value name) {
  if (!is_str(name))
    return raise(thread, TypeError, "deserialize() argument 'name' must be str, not {}",
                 argument_kind(name));
  const std::string text = TRY(text_argument(thread, name));
  BufferLease lease(thread);
  std::string encoded;
  std::string_view contents;
  if (is_str(data)) {
    encoded = TRY(to_utf8_strict(thread, data.as<Str>()));
    contents = encoded;
  } else {
    TRY(lease.acquire(data));
    contents = lease.view();
  }
  TRY(check_usable(thread, self));
  if (is_being_read(self)) collect_forgotten_cursors(thread);
  TRY(check_usable(thread, self));
  if (is_being_read(self)) {
    return raise_sqlite_code(thread, *state.OperationalError, SQLITE_BUSY,
                             library.sqlite3_errstr(SQLITE_BUSY));
  }
  // sqlite owns the copy, also where it fails.
  const auto size = static_cast<sqlite3_int64>(contents.size());
  const int code = call_sqlite(thread, [&] {
    auto* copy = static_cast<unsigned char*>(library.sqlite3_malloc64(contents.size() + 1));
    if (!copy) return SQLITE_NOMEM;
    copy_bytes(copy, contents);
    return library.sqlite3_deserialize(
        self.database, text.c_str(), copy, size, size,
        SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  });
  if (code == SQLITE_NOMEM) return raise_memory_error(thread);
  if (code == SQLITE_OK) return nothing;
  if (library.sqlite3_errcode(self.database) != SQLITE_OK)
    return raise_sqlite(thread, self.database);
  return raise_sqlite_code(thread, *state.OperationalError, code,
                           ("unable to deserialize '" + text + "'").c_str());
}

Status enable_load_extension(Thread& thread, Connection& self, Value enable_value) {
  const bool enable = TRY(truth(thread, enable_value));
  TRY(audit(thread, "sqlite3.enable_load_extension", {&self, enable_value}));
  TRY(check_usable(thread, self));
  if (library.sqlite3_enable_load_extension(self.database, enable) != SQLITE_OK) {
    return raise(thread, *state.OperationalError, "Error enabling load extension");
  }
  return nothing;
}
Status load_extension(Thread& thread, Connection& self, Str& name) {
  const std::string text = TRY(text_argument(thread, &name));
  TRY(audit(thread, "sqlite3.load_extension", {&self, &name}));
  TRY(check_usable(thread, self));
  char* message = nullptr;
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_load_extension(self.database, text.c_str(), nullptr, &message);
  }
  if (code == SQLITE_OK) return nothing;
  raise(thread, *state.OperationalError, "{}",
        message ? static_cast<const char*>(message) : "not an error");
  library.sqlite3_free(message);
  return error;
}

Value open_blob_of(Thread& thread, Connection& self, Str& table, Str& column, int64_t row,
                   bool is_read_only, Str& name) {
  return open_blob(thread, self, table, column, row, is_read_only, name);
}

// ---- attributes ----

Value get_isolation_level(Thread& thread, Connection& self) {
  TRY(check_connection(thread, self));
  return self.isolation_level ? Value(make_str(self.isolation_level)) : None;
}
// Without a level sqlite commits by itself, what is open included.
Status set_isolation_level(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  auto& self = *self_value.as<Connection>();
  const char* level = TRY(isolation_level_of(thread, value));
  self.isolation_level = level;
  return level ? Status(nothing) : commit(thread, self);
}
Value get_total_changes(Thread& thread, Connection& self) {
  TRY(check_connection(thread, self));
  return make_int(library.sqlite3_total_changes(self.database));
}
Value is_in_transaction(Thread& thread, Connection& self) {
  TRY(check_connection(thread, self));
  return Value::from_bool(!library.sqlite3_get_autocommit(self.database));
}
template <Type* ModuleState::*type>
Value get_exception(Connection&) {
  return state.*type;
}

const MethodRow own_methods[] = {
    method<backup>(
        "backup($self, /, target, *, pages=-1, progress=None, name='main',\n       sleep=0.25)",
        "Copy the database into another one, a number of pages at a time."),
    method<close>("close($self, /)", "Close the connection. What has not been committed is lost."),
    method<commit>("commit($self, /)", "Commit the open transaction, if there is one."),
    method<cursor>("cursor($self, /, factory=<unrepresentable>)", "A new cursor."),
    method<enable_load_extension>("enable_load_extension($self, enable, /)",
                                  "Whether extensions of sqlite may be loaded."),
    method<enter>("__enter__($self, /)", "The connection itself: its block is a transaction."),
    method<execute_many>("executemany($self, sql, parameters, /)",
                         "Run a statement for each set of parameters on a new cursor."),
    method<execute_script>("executescript($self, sql_script, /)",
                           "Run several statements on a new cursor."),
    method<execute>("execute($self, sql, parameters=<unrepresentable>, /)",
                    "Run a statement on a new cursor."),
    method<leave>("__exit__($self, type, value, traceback, /)",
                  "Commit, or roll back if there was an exception."),
    method<interrupt>("interrupt($self, /)", "End what is being executed."),
    method<iterate_dump>("iterdump($self, /)",
                         "The statements that make the database anew, as an iterator."),
    method<load_extension>("load_extension($self, name, /)", "Load an extension of sqlite."),
    method<roll_back>("rollback($self, /)", "Undo the open transaction, if there is one."),
    method<set_limit>("setlimit($self, category, limit, /)",
                      "Set a limit of sqlite; the value before."),
    method<get_limit>("getlimit($self, category, /)", "A limit of sqlite."),
    method<serialize>("serialize($self, /, *, name='main')",
                      "The bytes of a database as its file has them."),
    method<deserialize>("deserialize($self, data, /, *, name='main')",
                        "Replace a database by one in memory with these bytes."),
    method<open_blob_of>("blobopen($self, table, column, row, /, *, readonly=False, name='main')",
                         "A value in a table as something like a file."),
#define X(name, base) member<get_exception<&ModuleState::name>>(#name, nullptr),
    SQLITE_EXCEPTIONS(X)
#undef X
        member<get_value<Connection, &Connection::row_factory>>(
            "row_factory", nullptr, set_value<Connection, &Connection::row_factory>),
    member<get_value<Connection, &Connection::text_factory>>(
        "text_factory", nullptr, set_value<Connection, &Connection::text_factory>),
    getter<get_isolation_level>("isolation_level", nullptr, set_isolation_level),
    getter<get_total_changes>("total_changes", nullptr),
    getter<is_in_transaction>("in_transaction", nullptr),
};

}  // namespace

void define_connection_type(Module& module) {
  static MethodRow methods[std::size(own_methods) + 16];
  size_t count = 0;
  for (const MethodRow& row : own_methods) methods[count++] = row;
  for (const MethodRow& row : callback_methods) methods[count++] = row;
  TypeSpec spec;
  spec.doc = "A connection to a database of sqlite.";
  spec.instance_bytes = sizeof(Connection);
  spec.flags = Type::kBaseType | Type::kHasFinalizer;
  spec.slots.make = make_connection;
  spec.slots.init = initialize_connection;
  spec.slots.call = call_connection;
  spec.slots.finalize = finalize_connection;
  spec.methods = {methods, count};
  module_add_type(module, define_type(ModuleKind::SqliteConnection, spec));
}

}  // namespace minipy::sqlite
