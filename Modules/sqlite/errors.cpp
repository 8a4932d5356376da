// Error codes of sqlite as exceptions, and what keeps a database locked.
#include <cstring>

#include "Modules/sqlite/sqlite.h"
#include "VM/interface.h"

namespace minipy::sqlite {

ModuleState state;

namespace {

struct ErrorName {
  const char* name;
  int code;
};
const ErrorName error_names[] = {
#define ERROR(name) {#name, name},
#define CONSTANT(name)
#include "Modules/sqlite/constants.def"
#undef CONSTANT
#undef ERROR
};

// nullptr: no error, or one without memory.
Type* exception_for(int code) {
  switch (code) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND:
      return state.InternalError;
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA:
      return state.OperationalError;
    case SQLITE_CORRUPT:
      return state.DatabaseError;
    case SQLITE_TOOBIG:
      return state.DataError;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return state.IntegrityError;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return state.InterfaceError;
    default:
      return state.DatabaseError;
  }
}

}  // namespace

const char* error_name(int code) {
  for (const ErrorName& row : error_names) {
    if (row.code == code) return row.name;
  }
  return nullptr;
}

Failure raise_sqlite_code(Thread& thread, Type& type, int code, const char* message) {
  const Value exception = call(thread, &type, {make_str(message)});
  if (exception.is_empty()) return error;
  const char* name = error_name(code);
  TRY(set_attribute(thread, exception, "sqlite_errorcode", make_int(code)));
  TRY(set_attribute(thread, exception, "sqlite_errorname", make_str(name ? name : "unknown")));
  return raise_exception(thread, exception);
}

Failure raise_sqlite(Thread& thread, sqlite3* database) {
  const int code = library.sqlite3_errcode(database);
  if (code == SQLITE_NOMEM) return raise_memory_error(thread);
  // The message belongs to sqlite, and user code may run before it is copied.
  const std::string message = library.sqlite3_errmsg(database);
  return raise_sqlite_code(thread, *exception_for(code & 0xFF),
                           library.sqlite3_extended_errcode(database), message.c_str());
}

Result<std::string> text_argument(Thread& thread, Value text) {
  std::string utf8 = TRY(to_utf8_strict(thread, text.as<Str>()));
  if (utf8.find('\0') != std::string::npos)
    return raise(thread, ValueError, "embedded null character");
  return utf8;
}

void collect_forgotten_cursors(Thread& thread) {
  const Value pending = take_exception(thread);
  clear_dead_registers(thread);
  gc_collect(thread);
  thread.exception = pending;
}

// ---- resources ----

void add_resource(Resource*& list, Resource* resource) {
  resource->list = &list;
  resource->next = list;
  if (list) list->previous = resource;
  list = resource;
}

namespace {

void unlink(Resource& resource) {
  if (!resource.list) return;
  if (resource.previous)
    resource.previous->next = resource.next;
  else
    *resource.list = resource.next;
  if (resource.next) resource.next->previous = resource.previous;
  resource.list = nullptr;
  resource.next = resource.previous = nullptr;
}

}  // namespace

void close_resource(Thread& thread, Resource& resource) {
  unlink(resource);
  resource.is_doomed = true;
  if (resource.users > 0) return;
  sqlite3_stmt* statement = std::exchange(resource.statement, nullptr);
  sqlite3_blob* blob = std::exchange(resource.blob, nullptr);
  if (!statement && !blob) return;
  WithoutGil without(thread);
  if (statement) library.sqlite3_finalize(statement);
  if (blob) library.sqlite3_blob_close(blob);
}

void close_all_resources(Thread& thread, Resource*& list) {
  while (list) close_resource(thread, *list);
}

void abandon_statements(Thread& thread, Resource*& list) {
  while (list) {
    if (list->blob)
      close_resource(thread, *list);
    else
      unlink(*list);
  }
}

// Its object is unreachable, so nobody is inside.
void destroy_resource(Thread& thread, Resource* resource) {
  if (!resource) return;
  close_resource(thread, *resource);
  delete resource;
}

}  // namespace minipy::sqlite
