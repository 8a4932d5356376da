// libsqlite3, loaded when _sqlite3 is imported: a program without a database does not pay for it.
#pragma once

#include <sqlite3.h>

#include "Objects/result.h"

namespace minipy {

struct Thread;

#define SQLITE_FUNCTIONS(X)                                                                          \
  X(sqlite3_aggregate_context)                                                                       \
  X(sqlite3_backup_finish) X(sqlite3_backup_init) X(sqlite3_backup_pagecount) X(                     \
      sqlite3_backup_remaining) X(sqlite3_backup_step) X(sqlite3_bind_blob) X(sqlite3_bind_double)   \
      X(sqlite3_bind_int64) X(sqlite3_bind_null) X(sqlite3_bind_parameter_count) X(                  \
          sqlite3_bind_parameter_name) X(sqlite3_bind_text) X(sqlite3_blob_bytes)                    \
          X(sqlite3_blob_close) X(sqlite3_blob_open) X(sqlite3_blob_read) X(sqlite3_blob_write) X(   \
              sqlite3_busy_timeout) X(sqlite3_changes) X(sqlite3_close_v2) X(sqlite3_column_blob)    \
              X(sqlite3_column_bytes) X(sqlite3_column_count) X(sqlite3_column_decltype) X(          \
                  sqlite3_column_double) X(sqlite3_column_int64) X(sqlite3_column_name)              \
                  X(sqlite3_column_text) X(sqlite3_column_type) X(sqlite3_complete) X(               \
                      sqlite3_create_collation_v2) X(sqlite3_create_function_v2)                     \
                      X(sqlite3_create_window_function) X(sqlite3_data_count) X(                     \
                          sqlite3_db_handle) X(sqlite3_deserialize) X(sqlite3_enable_load_extension) \
                          X(sqlite3_enable_shared_cache) X(sqlite3_errcode) X(sqlite3_errmsg) X(     \
                              sqlite3_errstr) X(sqlite3_expanded_sql) X(sqlite3_extended_errcode)    \
                              X(sqlite3_finalize) X(sqlite3_free) X(sqlite3_get_autocommit) X(       \
                                  sqlite3_initialize) X(sqlite3_interrupt)                           \
                                  X(sqlite3_last_insert_rowid) X(sqlite3_libversion) X(              \
                                      sqlite3_limit) X(sqlite3_load_extension) X(sqlite3_malloc64)   \
                                      X(sqlite3_open_v2) X(sqlite3_prepare_v2) X(                    \
                                          sqlite3_progress_handler) X(sqlite3_reset)                 \
                                          X(sqlite3_result_blob) X(sqlite3_result_double) X(         \
                                              sqlite3_result_error) X(sqlite3_result_error_nomem)    \
                                              X(sqlite3_result_error_toobig) X(                      \
                                                  sqlite3_result_int64) X(sqlite3_result_null)       \
                                                  X(sqlite3_result_text) X(sqlite3_serialize) X(     \
                                                      sqlite3_set_authorizer) X(sqlite3_sleep)       \
                                                      X(sqlite3_step) X(sqlite3_stmt_busy) X(        \
                                                          sqlite3_stmt_readonly)                     \
                                                          X(sqlite3_threadsafe) X(                   \
                                                              sqlite3_total_changes)                 \
                                                              X(sqlite3_trace_v2) X(                 \
                                                                  sqlite3_user_data)                 \
                                                                  X(sqlite3_value_blob) X(           \
                                                                      sqlite3_value_bytes)           \
                                                                      X(sqlite3_value_double) X(     \
                                                                          sqlite3_value_int64)       \
                                                                          X(sqlite3_value_text) X(   \
                                                                              sqlite3_value_type)

struct SqliteLibrary {
#define X(name) decltype(&::name) name;
  SQLITE_FUNCTIONS(X)
#undef X
};
extern SqliteLibrary library;

Status load_sqlite(Thread& thread);  // ImportError if it cannot be had

}  // namespace minipy
