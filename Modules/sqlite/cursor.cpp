// sqlite3.Cursor: running statements and fetching their rows.
#include <climits>
#include <cstring>

#include "Modules/sqlite/sqlite.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"

namespace minipy::sqlite {
namespace {

Status check_not_locked(Thread& thread, const Cursor& self) {
  if (self.is_locked)
    return raise(thread, *state.ProgrammingError, "Recursive use of cursors not allowed.");
  return nothing;
}
Status check_cursor(Thread& thread, const Cursor& self) {
  if (!self.is_initialized)
    return raise(thread, *state.ProgrammingError, "Base Cursor.__init__ not called.");
  if (self.is_closed)
    return raise(thread, *state.ProgrammingError, "Cannot operate on a closed cursor.");
  TRY(check_usable(thread, *self.connection));
  return check_not_locked(thread, self);
}

// While sqlite or user code runs for a cursor, nobody else may use it.
class CursorLock {
 public:
  explicit CursorLock(Cursor& cursor) : cursor_(cursor) { cursor.is_locked = true; }
  ~CursorLock() { cursor_.is_locked = false; }
  CursorLock(const CursorLock&) = delete;
  CursorLock& operator=(const CursorLock&) = delete;

 private:
  Cursor& cursor_;
};

void drop_statement(Thread& thread, Cursor& self) {
  Statement* statement = std::exchange(self.statement, nullptr);
  if (statement) reset(thread, *statement);
}

// ---- construction ----

Value make_cursor(Thread&, Type& type, const Value*, size_t, Value) {
  auto* made = allocate_instance_as<Cursor>(type);
  if (!made) return error;
  made->description = made->row_cast_map = made->last_row_id = made->row_factory = None;
  made->array_size = 1;
  made->row_count = -1;
  return made;
}

Status initialize_cursor(Thread& thread, Value self_value, const Value* arguments, size_t count,
                         Value keyword_names) {
  auto& self = *self_value.as<Cursor>();
  if (type_of(self_value).spec) TRY(check_no_keywords(thread, "Cursor", keyword_names));
  TRY(check_positional(thread, "Cursor", count, 1, 1));
  if (!has_kind(arguments[0], ModuleKind::SqliteConnection)) {
    return raise(thread, TypeError, "Cursor() argument 1 must be sqlite3.Connection, not {}",
                 argument_kind(arguments[0]));
  }
  TRY(check_not_locked(thread, self));
  drop_statement(thread, self);
  self.connection = arguments[0].as<Connection>();
  self.description = self.row_cast_map = self.last_row_id = self.row_factory = None;
  self.array_size = 1;
  self.row_count = -1;
  self.is_closed = false;
  TRY(check_thread(thread, *self.connection));
  self.is_initialized = true;
  return nothing;
}

// Its statement may hold locks.
void finalize_cursor(Thread& thread, Value self) {
  drop_statement(thread, *self.as<Cursor>());
}

// ---- columns ----

// A column's name without the "[type]" behind it, where that says how to convert it.
Str* shown_name(const Cursor& self, std::string_view name) {
  if (self.connection->detect_types & kParseColumnNames) {
    const size_t bracket = name.find('[');
    if (bracket != std::string_view::npos) {
      name = name.substr(0, bracket > 0 && name[bracket - 1] == ' ' ? bracket - 1 : bracket);
    }
  }
  return make_str(name);
}

Value converter_by_column_name(Thread& thread, std::string_view name) {
  const size_t end = name.find(']');
  const size_t start = end == std::string_view::npos ? end : name.rfind('[', end);
  if (start == std::string_view::npos) return None;
  return converter_for(thread, name.substr(start + 1, end - start - 1));
}
// "INTEGER NOT NULL" is INTEGER, "NUMBER(10)" is NUMBER.
Value converter_by_declaration(Thread& thread, const char* declaration) {
  if (!declaration) return None;
  return converter_for(thread, {declaration, std::strcspn(declaration, " (")});
}

Status find_converters(Thread& thread, Cursor& self) {
  const int detect = self.connection->detect_types;
  if (!detect) return nothing;
  const int count = library.sqlite3_column_count(self.statement->handle());
  Tuple* converters = allocate_tuple(static_cast<size_t>(count));
  for (Value& converter : *converters) converter = None;
  for (int i = 0; i < count; ++i) {
    sqlite3_stmt* handle = self.statement->handle();
    if (!handle)
      return raise(thread, *state.ProgrammingError, "Cannot operate on a closed database.");
    Value converter = None;
    if (detect & kParseColumnNames) {
      const char* name = library.sqlite3_column_name(handle, i);
      if (!name) return raise_memory_error(thread);
      converter = TRY(converter_by_column_name(thread, name));
    }
    if (converter.is_none() && (detect & kParseDeclaredTypes)) {
      converter = TRY(converter_by_declaration(thread, library.sqlite3_column_decltype(handle, i)));
    }
    converters->items[i] = converter;
  }
  self.row_cast_map = converters;
  return nothing;
}

Status describe_columns(Thread& thread, Cursor& self) {
  sqlite3_stmt* handle = self.statement->handle();
  const int count = library.sqlite3_column_count(handle);
  if (!self.description.is_none() || count == 0) return nothing;
  Tuple* description = allocate_tuple(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const char* name = library.sqlite3_column_name(handle, i);
    if (!name) return raise_memory_error(thread);
    description->items[i] =
        make_tuple({shown_name(self, name), None, None, None, None, None, None});
  }
  self.description = description;
  return nothing;
}

// ---- rows ----

std::string_view column_bytes(sqlite3_stmt* handle, int column) {
  const auto* data = static_cast<const char*>(library.sqlite3_column_blob(handle, column));
  return {data, data ? static_cast<size_t>(library.sqlite3_column_bytes(handle, column)) : 0};
}

Failure raise_undecodable(Thread& thread, Cursor& self, int column, const std::string& text) {
  const char* name = library.sqlite3_column_name(self.statement->handle(), column);
  std::string message = std::string("Could not decode to UTF-8 column '") +
                        (name ? name : "<unknown column name>") + "' with text '" + text.c_str() +
                        "'";
  constexpr size_t kMost = 199;
  if (message.size() > kMost) message.resize(kMost);
  const Result<Str*> shown = decode_ascii(thread, message, "replace");
  if (shown.failed()) return error;
  return raise_value(thread, *state.OperationalError, shown.value());
}

// A converter or factory has closed the connection.
Failure raise_closed(Thread& thread) {
  return raise(thread, *state.ProgrammingError, "Cannot operate on a closed database.");
}

Value text_column(Thread& thread, Cursor& self, int column) {
  sqlite3_stmt* handle = self.statement->handle();
  const auto* data = reinterpret_cast<const char*>(library.sqlite3_column_text(handle, column));
  if (!data) return raise_memory_error(thread);
  const std::string_view text(data,
                              static_cast<size_t>(library.sqlite3_column_bytes(handle, column)));
  const Value factory = self.connection->text_factory;
  if (factory == Value(&type_of_kind(Kind::Str))) {
    const Result<Str*> decoded = decode_utf8(thread, text);
    if (!decoded.failed()) return decoded.value();
    if (!catch_exception(thread, UnicodeDecodeError)) return error;
    return raise_undecodable(thread, self, column, std::string(text));
  }
  const Value bytes = TRY(bytes_result(thread, text));
  if (factory == Value(&type_of_kind(Kind::Bytes))) return bytes;
  return call(thread, factory, {bytes});
}

Value column_value(Thread& thread, Cursor& self, int column) {
  sqlite3_stmt* handle = self.statement->handle();
  if (!handle) return raise_closed(thread);
  if (is_tuple(self.row_cast_map) && self.connection->detect_types &&
      static_cast<size_t>(column) < self.row_cast_map.as<Tuple>()->size) {
    const Value converter = self.row_cast_map.as<Tuple>()->items[column];
    if (!converter.is_none()) {
      const std::string_view contents = column_bytes(handle, column);
      if (!contents.data()) return None;  // NULL, or an empty blob
      return call(thread, converter, {TRY(bytes_result(thread, contents))});
    }
  }
  switch (library.sqlite3_column_type(handle, column)) {
    case SQLITE_NULL:
      return None;
    case SQLITE_INTEGER:
      return make_int(library.sqlite3_column_int64(handle, column));
    case SQLITE_FLOAT:
      return double_result(library.sqlite3_column_double(handle, column));
    case SQLITE_TEXT:
      return text_column(thread, self, column);
    default:
      return bytes_result(thread, column_bytes(handle, column));
  }
}

Value current_row(Thread& thread, Cursor& self) {
  const int count = library.sqlite3_data_count(self.statement->handle());
  Tuple* row = allocate_tuple(static_cast<size_t>(count));
  for (Value& item : *row) item = None;
  for (int i = 0; i < count; ++i) row->items[i] = TRY(column_value(thread, self, i));
  return row;
}

// The statement has made a step already; the next one is made here, so that the last row ends it.
Value next_row(Thread& thread, Value self_value) {
  auto& self = *self_value.as<Cursor>();
  TRY(check_cursor(thread, self));
  if (!self.statement) return Unbound;
  if (!self.statement->handle() || library.sqlite3_data_count(self.statement->handle()) == 0) {
    drop_statement(thread, self);
    return Unbound;
  }
  Value row;
  {
    const CursorLock lock(self);
    row = TRY(current_row(thread, self));
    if (!self.statement->handle()) return raise_closed(thread);
    const int code = step(thread, *self.statement);
    if (code == SQLITE_DONE) {
      if (self.statement->is_dml && self.connection->database)
        self.row_count = library.sqlite3_changes(self.connection->database);
      drop_statement(thread, self);
    } else if (code != SQLITE_ROW) {
      if (self.connection->database)
        raise_sqlite(thread, self.connection->database);
      else
        raise_closed(thread);
      drop_statement(thread, self);
      return error;
    }
  }
  if (self.row_factory.is_none()) return row;
  return call(thread, self.row_factory, {self_value, row});
}

// ---- running ----

Status begin(Thread& thread, Connection& connection) {
  const std::string sql = std::string("BEGIN ") + connection.isolation_level;
  return execute_plain(thread, connection, sql.c_str());
}

// The first step; once more where a cursor that nobody uses any more held a lock.
Status start(Thread& thread, Cursor& self, int& code) {
  code = step(thread, *self.statement);
  if (is_locked_code(code)) {
    reset(thread, *self.statement);
    collect_forgotten_cursors(thread);
    code = step(thread, *self.statement);
  }
  TRY(check_connection(thread, *self.connection));
  if (code == SQLITE_DONE || code == SQLITE_ROW) return nothing;
  return raise_sqlite(thread, self.connection->database);
}

Status run_with(Thread& thread, Cursor& self, Value parameters) {
  TRY(bind_parameters(thread, *self.statement, parameters));
  int code;
  TRY(start(thread, self, code));
  if (find_converters(thread, self).failed()) {
    const Value cause = take_exception(thread);
    raise(thread, *state.OperationalError, "Error while building row_cast_map");
    set_cause(thread, cause);
    return error;
  }
  TRY(check_connection(thread, *self.connection));
  TRY(describe_columns(thread, self));
  if (code == SQLITE_DONE) {
    if (self.statement->is_dml)
      self.row_count += library.sqlite3_changes(self.connection->database);
    reset(thread, *self.statement);
  }
  return nothing;
}

// What execute() and executemany() share.
enum class Runs { Once, ForEach };
Status run(Thread& thread, Cursor& self, Runs runs, Str& sql, Value parameters) {
  Value sets;
  if (runs == Runs::ForEach) sets = TRY(iterate(thread, parameters));
  TRY(check_connection(thread, *self.connection));
  self.description = None;
  drop_statement(thread, self);
  Connection& connection = *self.connection;
  self.statement = TRY(statement_for(thread, connection, sql));
  if (runs == Runs::ForEach && library.sqlite3_stmt_readonly(self.statement->handle())) {
    return raise(thread, *state.ProgrammingError, "executemany() can only execute DML statements.");
  }
  if (library.sqlite3_stmt_busy(self.statement->handle()))
    self.statement = TRY(make_statement(thread, connection, sql));
  reset(thread, *self.statement);
  self.row_count = self.statement->is_dml ? 0 : -1;
  TRY(check_connection(thread, connection));
  if (connection.isolation_level && self.statement->is_dml &&
      library.sqlite3_get_autocommit(connection.database)) {
    TRY(begin(thread, connection));
  }
  if (runs == Runs::Once) {
    TRY(run_with(thread, self, parameters));
    self.last_row_id = make_int(library.sqlite3_last_insert_rowid(connection.database));
    return nothing;
  }
  for (;;) {
    const Value set = TRY(next(thread, sets));
    if (set.is_unbound()) return nothing;
    TRY(run_with(thread, self, set));
  }
}

Value run_locked(Thread& thread, Cursor& self, Runs runs, Str& sql, Value parameters) {
  TRY(check_cursor(thread, self));
  const CursorLock lock(self);
  if (run(thread, self, runs, sql, parameters).failed()) {
    const Value failure = take_exception(thread);
    drop_statement(thread, self);
    self.row_count = -1;
    return restore_exception(thread, failure);
  }
  if (self.statement &&
      (!self.statement->handle() || !library.sqlite3_stmt_busy(self.statement->handle())))
    self.statement = nullptr;
  return &self;
}

Value execute(Thread& thread, Cursor& self, Str& sql, Value parameters) {
  return run_locked(thread, self, Runs::Once, sql, parameters);
}
Value execute_many(Thread& thread, Cursor& self, Str& sql, Value parameters) {
  return run_locked(thread, self, Runs::ForEach, sql, parameters);
}

// Commits first; rows that statements give are dropped.
Value execute_script(Thread& thread, Cursor& self, Str& script) {
  const std::string text = TRY(text_argument(thread, &script));
  TRY(check_cursor(thread, self));
  Connection& connection = *self.connection;
  if (text.size() > static_cast<size_t>(
                        library.sqlite3_limit(connection.database, SQLITE_LIMIT_SQL_LENGTH, -1))) {
    return raise(thread, *state.DataError, "query string is too large");
  }
  TRY(commit(thread, connection));
  const char* rest = text.c_str();
  while (*rest) {
    sqlite3* database = connection.database;
    const char* tail = rest;
    const int code = call_sqlite(thread, [&] {
      sqlite3_stmt* handle;
      const int prepared = library.sqlite3_prepare_v2(database, rest, -1, &handle, &tail);
      if (prepared != SQLITE_OK) return prepared;
      int stepped;
      do stepped = library.sqlite3_step(handle);
      while (stepped == SQLITE_ROW);
      return library.sqlite3_finalize(handle);
    });
    if (code != SQLITE_OK) return raise_sqlite(thread, database);
    TRY(check_connection(thread, connection));
    rest = tail;
  }
  return &self;
}

// ---- fetching ----

Value fetch_one(Thread& thread, Cursor& self) {
  const Value row = TRY(next_row(thread, &self));
  return row.is_unbound() ? None : row;
}
// 0 rows: all of them.
Value fetch(Thread& thread, Cursor& self, int most) {
  List* rows = make_list();
  int count = 0;
  for (;;) {
    const Value row = TRY(next_row(thread, &self));
    if (row.is_unbound()) return rows;
    TRY(list_append(thread, *rows, row));
    if (++count == most) return rows;
  }
}
Value fetch_many(Thread& thread, Cursor& self, Value size) {
  const int most = size.is_empty() ? self.array_size : TRY(argument_int(thread, size));
  return fetch(thread, self, most);
}
Value fetch_all(Thread& thread, Cursor& self) {
  return fetch(thread, self, 0);
}

Status close(Thread& thread, Cursor& self) {
  TRY(check_not_locked(thread, self));
  if (!self.connection)
    return raise(thread, *state.ProgrammingError, "Base Cursor.__init__ not called.");
  TRY(check_usable(thread, *self.connection));
  drop_statement(thread, self);
  self.is_closed = true;
  return nothing;
}
void set_input_sizes(Cursor&, Value) {}
void set_output_size(Cursor&, Value, Value) {}

Value get_connection(Cursor& self) {
  return self.connection ? Value(self.connection) : None;
}
int64_t get_array_size(Cursor& self) {
  return self.array_size;
}
Status set_array_size(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete numeric/char attribute");
  self.as<Cursor>()->array_size = TRY(argument_int(thread, value));
  return nothing;
}
int64_t get_row_count(Cursor& self) {
  return self.row_count;
}
Value iterate_cursor(Thread&, Value self) {
  return self;
}

const MethodRow methods[] = {
    method<close>("close($self, /)", "Close the cursor."),
    method<execute_many>("executemany($self, sql, seq_of_parameters, /)",
                         "Run a statement for each set of parameters."),
    method<execute_script>("executescript($self, sql_script, /)", "Run several statements."),
    method<execute>("execute($self, sql, parameters=(), /)", "Run a statement."),
    method<fetch_all>("fetchall($self, /)", "The rows that are left, as a list."),
    method<fetch_many>("fetchmany($self, /, size=<1>)", "The next rows, as a list."),
    method<fetch_one>("fetchone($self, /)", "The next row, or None."),
    method<set_input_sizes>("setinputsizes($self, sizes, /)", "Does nothing; PEP 249 wants it."),
    method<set_output_size>("setoutputsize($self, size, column=None, /)",
                            "Does nothing; PEP 249 wants it."),
    member<get_connection>("connection", nullptr),
    member<get_value<Cursor, &Cursor::description>>("description", nullptr),
    member<get_array_size>("arraysize", nullptr, set_array_size),
    member<get_value<Cursor, &Cursor::last_row_id>>("lastrowid", nullptr),
    member<get_row_count>("rowcount", nullptr),
    member<get_value<Cursor, &Cursor::row_factory>>("row_factory", nullptr,
                                                    set_value<Cursor, &Cursor::row_factory>),
};

}  // namespace

void define_cursor_type(Module& module) {
  TypeSpec spec;
  spec.doc = "A cursor of a connection to sqlite.";
  spec.instance_bytes = sizeof(Cursor);
  spec.flags = Type::kBaseType | Type::kHasFinalizer | Type::kHasWeakReferences;
  spec.slots.make = make_cursor;
  spec.slots.init = initialize_cursor;
  spec.slots.iterate = iterate_cursor;
  spec.slots.next = next_row;
  spec.slots.finalize = finalize_cursor;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::SqliteCursor, spec));
}

}  // namespace minipy::sqlite
