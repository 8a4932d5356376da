// Compiled SQL statements and their parameters.
#include <strings.h>
#include <climits>
#include <cstring>

#include "Modules/sqlite/sqlite.h"
#include "Objects/bytes.h"
#include "Objects/float.h"

namespace minipy::sqlite {

// SQL comments: "--" to the end of the line and "/*" to "*/".
const char* skip_blanks_and_comments(const char* sql) {
  for (const char* at = sql; *at; ++at) {
    if (std::strchr(" \t\f\n\r", *at)) continue;
    if (at[0] == '-' && at[1] == '-') {
      at = std::strchr(at, '\n');
      if (!at) return nullptr;
    } else if (at[0] == '/' && at[1] == '*') {
      at = std::strstr(at + 2, "*/");
      if (!at) return nullptr;
      ++at;
    } else {
      return at;
    }
  }
  return nullptr;
}

namespace {

// What opens a transaction by itself.
bool is_data_manipulation(const char* sql) {
  const char* start = skip_blanks_and_comments(sql);
  if (!start) return false;
  for (const char* verb : {"insert", "update", "delete", "replace"}) {
    if (strncasecmp(start, verb, std::strlen(verb)) == 0) return true;
  }
  return false;
}

void finalize_statement(Thread& thread, Value self) {
  destroy_resource(thread, std::exchange(self.as<Statement>()->resource, nullptr));
}

}  // namespace

Result<Statement*> make_statement(Thread& thread, Connection& connection, Str& sql) {
  const std::string text = TRY(to_utf8_strict(thread, &sql));
  sqlite3* database = connection.database;
  const int limit = library.sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, -1);
  if (text.size() > static_cast<size_t>(limit))
    return raise(thread, *state.DataError, "query string is too large");
  if (text.find('\0') != std::string::npos) {
    return raise(thread, *state.ProgrammingError, "the query contains a null character");
  }
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int code = call_sqlite(thread, [&] {
    return library.sqlite3_prepare_v2(database, text.c_str(), static_cast<int>(text.size()) + 1,
                                      &handle, &tail);
  });
  if (code != SQLITE_OK) return raise_sqlite(thread, database);
  auto* made = allocate_finalizable<Statement>();
  made->resource = new Resource{.statement = handle};
  made->is_dml = is_data_manipulation(text.c_str());
  // The authorizer may have closed the connection.
  if (connection.database != database) {
    close_resource(thread, *made->resource);
    TRY(check_connection(thread, connection));
  }
  add_resource(connection.resources, made->resource);
  if (skip_blanks_and_comments(tail)) {
    return raise(thread, *state.ProgrammingError, "You can only execute one statement at a time.");
  }
  return made;
}

int step(Thread& thread, Statement& statement) {
  if (!statement.handle()) return SQLITE_DONE;  // an empty statement, or the connection is closed
  const ResourceUse use(thread, *statement.resource);
  WithoutGil without(thread);
  return library.sqlite3_step(statement.resource->statement);
}

void reset(Thread& thread, Statement& statement) {
  if (!statement.handle()) return;
  const ResourceUse use(thread, *statement.resource);
  WithoutGil without(thread);
  library.sqlite3_reset(statement.resource->statement);
}

// ---- parameters ----

namespace {

bool needs_adapting(Value value) {
  if (state.adapts_basic_types) return true;
  return !(is_exact_int(value) && !value.is_bool()) && !value.is_double() && !is_exact_str(value) &&
         !is_exact(value, Kind::Bytearray);
}

Result<int> bind_buffer(Thread& thread, sqlite3_stmt* handle, int position, Value value) {
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  if (lease.size() > INT_MAX) return raise(thread, OverflowError, "BLOB longer than INT_MAX bytes");
  // A null pointer would bind NULL.
  const void* data = lease.data() ? lease.data() : static_cast<const void*>("");
  return library.sqlite3_bind_blob(handle, position, data, static_cast<int>(lease.size()),
                                   SQLITE_TRANSIENT);
}

Result<int> bind_value(Thread& thread, sqlite3_stmt* handle, int position, Value value) {
  if (value.is_none()) return library.sqlite3_bind_null(handle, position);
  if (is_any_int(value)) {
    const std::optional<int64_t> number = int_to_int64(value);
    if (!number)
      return raise(thread, OverflowError, "Python int too large to convert to SQLite INTEGER");
    return library.sqlite3_bind_int64(handle, position, *number);
  }
  if (is_float(value)) return library.sqlite3_bind_double(handle, position, float_number(value));
  if (is_str(value)) {
    const std::string text = TRY(to_utf8_strict(thread, value.as<Str>()));
    if (text.size() > INT_MAX)
      return raise(thread, OverflowError, "string longer than INT_MAX bytes");
    return library.sqlite3_bind_text(handle, position, text.data(), static_cast<int>(text.size()),
                                     SQLITE_TRANSIENT);
  }
  if (supports_buffer(value)) return bind_buffer(thread, handle, position, value);
  return raise(thread, *state.ProgrammingError,
               "Error binding parameter {}: type '{}' is not supported", position, type_of(value));
}

Status adapt_and_bind(Thread& thread, Statement& statement, int position, Value value) {
  if (needs_adapting(value))
    value = TRY(adapt(thread, value, &type_of_kind(ModuleKind::SqlitePrepareProtocol), value));
  // Adapting ran user code.
  if (!statement.handle())
    return raise(thread, *state.ProgrammingError, "Cannot operate on a closed database.");
  const int code = TRY(bind_value(thread, statement.handle(), position, value));
  if (code != SQLITE_OK) return raise_sqlite(thread, library.sqlite3_db_handle(statement.handle()));
  return nothing;
}

Status bind_sequence(Thread& thread, Statement& statement, int needed, Value parameters) {
  const size_t supplied = TRY(length(thread, parameters));
  if (supplied != static_cast<size_t>(needed)) {
    return raise(thread, *state.ProgrammingError,
                 "Incorrect number of bindings supplied. The current statement uses {}, and there "
                 "are {} supplied.",
                 needed, static_cast<int64_t>(supplied));
  }
  for (int i = 0; i < needed; ++i) {
    const Value value = TRY(sequence_item(thread, parameters, i));
    TRY(adapt_and_bind(thread, statement, i + 1, value));
  }
  return nothing;
}

Status bind_mapping(Thread& thread, Statement& statement, int needed, Value parameters) {
  for (int i = 1; i <= needed; ++i) {
    if (!statement.handle())
      return raise(thread, *state.ProgrammingError, "Cannot operate on a closed database.");
    const char* marked_name = library.sqlite3_bind_parameter_name(statement.handle(), i);
    if (!marked_name) {
      return raise(thread, *state.ProgrammingError,
                   "Binding {} has no name, but you supplied a dictionary (which has only names).",
                   i);
    }
    Str* name = make_str(marked_name + 1);
    Value value;
    if (is_exact_dict(parameters))
      value = TRY(dict_get(thread, *parameters.as<Dict>(), name));
    else
      value = get_item(thread, parameters, name);
    if (value.is_empty() && !catch_exception(thread, LookupError)) return error;
    if (value.is_empty() || value.is_unbound()) {
      return raise(thread, *state.ProgrammingError,
                   "You did not supply a value for binding parameter :{}.", name);
    }
    TRY(adapt_and_bind(thread, statement, i, value));
  }
  return nothing;
}

}  // namespace

Status bind_parameters(Thread& thread, Statement& statement, Value parameters) {
  const int needed =
      statement.handle() ? library.sqlite3_bind_parameter_count(statement.handle()) : 0;
  if (is_exact_tuple(parameters) || is_exact_list(parameters) ||
      (!is_dict(parameters) && is_sequence(parameters))) {
    return bind_sequence(thread, statement, needed, parameters);
  }
  if (is_mapping(parameters)) return bind_mapping(thread, statement, needed, parameters);
  return raise(thread, *state.ProgrammingError, "parameters are of unsupported type");
}

void define_statement_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Statement);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kHasFinalizer | Type::kReleasesResource;
  spec.slots.finalize = finalize_statement;
  define_type(ModuleKind::SqliteStatement, spec);
}

}  // namespace minipy::sqlite
