// What sqlite calls: functions, aggregates, collations and hooks written in Python.
#include <climits>

#include "Modules/sqlite/sqlite.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/float.h"

namespace minipy::sqlite {
namespace {

// ---- keeping what sqlite points to ----

template <typename Node>
Node* add_node(Node*& list) {
  auto* node = static_cast<Node*>(gc_allocate_scanned_buffer(sizeof(Node)));
  node->next = list;
  if (list) list->previous = node;
  list = node;
  return node;
}
template <typename Node>
void remove_node(Node*& list, Node* node) {
  if (node->previous)
    node->previous->next = node->next;
  else if (list == node)
    list = node->next;
  if (node->next) node->next->previous = node->previous;
  node->next = node->previous = nullptr;
}

Callback* add_callback(Connection& connection, Value callable) {
  Callback* callback = add_node(connection.callbacks);
  callback->owner = &connection;
  callback->callable = callable;
  return callback;
}
void forget_callback(void* data) {
  const WithGil gil;
  auto* callback = static_cast<Callback*>(data);
  remove_node(callback->owner->callbacks, callback);
}
// Of the hooks, of which there is one each.
Callback* make_hook(Connection& connection, Value callable) {
  if (callable.is_none()) return nullptr;
  auto* callback = static_cast<Callback*>(gc_allocate_scanned_buffer(sizeof(Callback)));
  callback->owner = &connection;
  callback->callable = callable;
  return callback;
}

// ---- errors of callbacks: sqlite learns of them, Python only if asked to show them ----

void show_or_drop_exception(Thread& thread, const Callback& callback) {
  if (state.shows_callback_errors)
    write_unraisable(thread, callback.callable);
  else
    take_exception(thread);
}

Callback& callback_of(sqlite3_context* context) {
  return *static_cast<Callback*>(library.sqlite3_user_data(context));
}

void report_error(Thread& thread, sqlite3_context* context, const char* message) {
  if (exception_matches(thread, MemoryError))
    library.sqlite3_result_error_nomem(context);
  else if (exception_matches(thread, OverflowError))
    library.sqlite3_result_error_toobig(context);
  else
    library.sqlite3_result_error(context, message, -1);
  show_or_drop_exception(thread, callback_of(context));
}

// ---- arguments and results ----

Value argument_value(Thread& thread, sqlite3_value* value) {
  switch (library.sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return make_int(library.sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return make_float(library.sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(library.sqlite3_value_text(value));
      if (!text) return raise_memory_error(thread);
      return Value(TRY(
          decode_utf8(thread, {text, static_cast<size_t>(library.sqlite3_value_bytes(value))})));
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const char*>(library.sqlite3_value_blob(value));
      return bytes_result(thread, {data, static_cast<size_t>(library.sqlite3_value_bytes(value))});
    }
    default:
      return None;
  }
}

// The callable with sqlite's arguments.
Value call_with_values(Thread& thread, Value callable, int count, sqlite3_value** values) {
  Tuple* arguments = allocate_tuple(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) arguments->items[i] = TRY(argument_value(thread, values[i]));
  return call(thread, callable, arguments->items, arguments->size);
}

Status set_result(Thread& thread, sqlite3_context* context, Value result) {
  if (result.is_none()) {
    library.sqlite3_result_null(context);
  } else if (is_any_int(result)) {
    const std::optional<int64_t> number = int_to_int64(result);
    if (!number)
      return raise(thread, OverflowError, "Python int too large to convert to SQLite INTEGER");
    library.sqlite3_result_int64(context, *number);
  } else if (is_float(result)) {
    library.sqlite3_result_double(context, float_number(result));
  } else if (is_str(result)) {
    const std::string text = TRY(to_utf8_strict(thread, result.as<Str>()));
    if (text.size() > INT_MAX)
      return raise(thread, OverflowError, "string is longer than INT_MAX bytes");
    library.sqlite3_result_text(context, text.data(), static_cast<int>(text.size()),
                                SQLITE_TRANSIENT);
  } else if (supports_buffer(result)) {
    BufferLease lease(thread);
    TRY(lease.acquire(result));
    if (lease.size() > INT_MAX)
      return raise(thread, OverflowError, "BLOB longer than INT_MAX bytes");
    const void* data = lease.data() ? lease.data() : static_cast<const void*>("");
    library.sqlite3_result_blob(context, data, static_cast<int>(lease.size()), SQLITE_TRANSIENT);
  } else {
    return raise(thread, *state.ProgrammingError,
                 "User-defined functions cannot return '{}' values to SQLite", type_of(result));
  }
  return nothing;
}

void run_function(sqlite3_context* context, int count, sqlite3_value** values) {
  WithGil gil;
  Thread& thread = gil.thread();
  const Value result = call_with_values(thread, callback_of(context).callable, count, values);
  if (result.is_empty() || set_result(thread, context, result).failed()) {
    report_error(thread, context, "user-defined function raised exception");
  }
}

// ---- aggregates ----

// Where sqlite keeps the instance of one aggregation; null before its first step.
AggregateInstance** instance_of(sqlite3_context* context, size_t bytes) {
  return static_cast<AggregateInstance**>(
      library.sqlite3_aggregate_context(context, static_cast<int>(bytes)));
}

// Calls a method that takes the row's values.
void call_aggregate(Thread& thread, sqlite3_context* context, Value instance, const char* name,
                    int count, sqlite3_value** values) {
  const std::string subject = std::string("user-defined aggregate's '") + name + "' method ";
  const Value method = get_attribute(thread, instance, name);
  if (method.is_empty()) return report_error(thread, context, (subject + "not defined").c_str());
  if (call_with_values(thread, method, count, values).is_empty()) {
    report_error(thread, context, (subject + "raised error").c_str());
  }
}

void run_step(sqlite3_context* context, int count, sqlite3_value** values) {
  WithGil gil;
  Thread& thread = gil.thread();
  AggregateInstance** place = instance_of(context, sizeof(AggregateInstance*));
  if (!place) return library.sqlite3_result_error_nomem(context);
  if (!*place) {
    Callback& callback = callback_of(context);
    const Value instance = call(thread, callback.callable);
    if (instance.is_empty()) {
      return report_error(thread, context,
                          "user-defined aggregate's '__init__' method raised error");
    }
    *place = add_node(callback.instances);
    (*place)->instance = instance;
  }
  call_aggregate(thread, context, (*place)->instance, "step", count, values);
}

void run_inverse(sqlite3_context* context, int count, sqlite3_value** values) {
  WithGil gil;
  AggregateInstance** place = instance_of(context, sizeof(AggregateInstance*));
  if (!place) return library.sqlite3_result_error_nomem(context);
  if (*place) call_aggregate(gil.thread(), context, (*place)->instance, "inverse", count, values);
}

// finalize() and value(), whose result is the aggregate's.
void report_aggregate(Thread& thread, sqlite3_context* context, Value instance, const char* name) {
  const Value result = call_method(thread, instance, name);
  if (!result.is_empty() && !set_result(thread, context, result).failed()) return;
  const bool is_missing = exception_matches(thread, AttributeError);
  const std::string subject = std::string("user-defined aggregate's '") + name + "' method ";
  report_error(thread, context, (subject + (is_missing ? "not defined" : "raised error")).c_str());
}

void run_value(sqlite3_context* context) {
  WithGil gil;
  AggregateInstance** place = instance_of(context, sizeof(AggregateInstance*));
  if (!place) return library.sqlite3_result_error_nomem(context);
  if (*place) report_aggregate(gil.thread(), context, (*place)->instance, "value");
}

// Runs also where step() failed or no row came.
void run_finalize(sqlite3_context* context) {
  WithGil gil;
  AggregateInstance** place = instance_of(context, 0);
  if (!place || !*place) return;
  AggregateInstance* instance = std::exchange(*place, nullptr);
  remove_node(callback_of(context).instances, instance);
  report_aggregate(gil.thread(), context, instance->instance, "finalize");
}

// ---- collations and hooks ----

int run_collation(void* data, int left_size, const void* left, int right_size, const void* right) {
  WithGil gil;
  Thread& thread = gil.thread();
  const auto& callback = *static_cast<Callback*>(data);
  const auto text = [&](const void* bytes, int size) {
    return decode_utf8(thread, {static_cast<const char*>(bytes), static_cast<size_t>(size)});
  };
  int order = 0;
  const Result<Str*> first = text(left, left_size);
  const Result<Str*> second = first.failed() ? Result<Str*>(error) : text(right, right_size);
  if (!second.failed()) {
    const Value result = call(thread, callback.callable, {first.value(), second.value()});
    const Value number = result.is_empty() ? result : number_index(thread, result);
    if (!number.is_empty()) order = int_sign(number);
  }
  if (has_exception(thread)) show_or_drop_exception(thread, callback);
  return order;
}

Value text_or_none(const char* text) {
  return text ? Value(make_str(text)) : None;
}

int run_authorizer(void* data, int action, const char* first, const char* second,
                   const char* database, const char* source) {
  WithGil gil;
  Thread& thread = gil.thread();
  const auto& callback = *static_cast<Callback*>(data);
  const Value result = call(thread, callback.callable,
                            {make_int(action), text_or_none(first), text_or_none(second),
                             text_or_none(database), text_or_none(source)});
  int verdict = SQLITE_DENY;
  if (!result.is_empty() && is_any_int(result)) {
    const Result<int> number = argument_int(thread, result);
    if (!number.failed()) verdict = number.value();
  }
  if (has_exception(thread)) show_or_drop_exception(thread, callback);
  return verdict;
}

int run_progress_handler(void* data) {
  WithGil gil;
  Thread& thread = gil.thread();
  const auto& callback = *static_cast<Callback*>(data);
  const Value result = call(thread, callback.callable);
  const Result<bool> stops = result.is_empty() ? Result<bool>(error) : truth(thread, result);
  if (!stops.failed()) return stops.value();
  show_or_drop_exception(thread, callback);
  return -1;
}

int run_trace(unsigned kind, void* data, void* statement, void* sql) {
  if (kind != SQLITE_TRACE_STMT) return 0;
  WithGil gil;
  Thread& thread = gil.thread();
  const auto& callback = *static_cast<Callback*>(data);
  char* expanded = library.sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
  if (!expanded) {
    raise(thread, *state.DataError, "Expanded SQL string exceeds the maximum string length");
    show_or_drop_exception(thread, callback);
  }
  const Result<Str*> text =
      decode_utf8(thread, expanded ? expanded : static_cast<const char*>(sql));
  library.sqlite3_free(expanded);
  if (text.failed() || call(thread, callback.callable, {text.value()}).is_empty())
    show_or_drop_exception(thread, callback);
  return 0;
}

// ---- methods of Connection ----

// Hands a callable (None: none any more) to sqlite, which forgets it when something takes its
// place. Where that fails sqlite has forgotten it, or never knew it.
template <typename Action>
int define_in_sql(Thread& thread, Connection& self, Value callable, Action&& action) {
  const auto attempt = [&] {
    Callback* callback = callable.is_none() ? nullptr : add_callback(self, callable);
    int code;
    {
      WithoutGil without(thread);
      code = action(callback);
    }
    if (code != SQLITE_OK && callback) remove_node(self.callbacks, callback);
    return code;
  };
  const int code = attempt();
  if (!is_locked_code(code)) return code;
  collect_forgotten_cursors(thread);
  return attempt();
}

Status create_function(Thread& thread, Connection& self, Str& name, int count, Value function,
                       bool deterministic) {
  const std::string text = TRY(text_argument(thread, &name));
  TRY(check_usable(thread, self));
  const int flags = SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0);
  const int code = define_in_sql(thread, self, function, [&](Callback* callback) {
    return library.sqlite3_create_function_v2(self.database, text.c_str(), count, flags, callback,
                                              callback ? run_function : nullptr, nullptr, nullptr,
                                              callback ? forget_callback : nullptr);
  });
  if (code != SQLITE_OK) return raise(thread, *state.OperationalError, "Error creating function");
  return nothing;
}

Status create_aggregate(Thread& thread, Connection& self, Str& name, int count, Value type) {
  const std::string text = TRY(text_argument(thread, &name));
  TRY(check_usable(thread, self));
  const int code = define_in_sql(thread, self, type, [&](Callback* callback) {
    return library.sqlite3_create_function_v2(self.database, text.c_str(), count, SQLITE_UTF8,
                                              callback, nullptr, callback ? run_step : nullptr,
                                              callback ? run_finalize : nullptr,
                                              callback ? forget_callback : nullptr);
  });
  if (code != SQLITE_OK) return raise(thread, *state.OperationalError, "Error creating aggregate");
  return nothing;
}

Status create_window_function(Thread& thread, Connection& self, Str& name, int count, Value type) {
  const std::string text = TRY(text_argument(thread, &name));
  TRY(check_usable(thread, self));
  const int code = define_in_sql(thread, self, type, [&](Callback* callback) {
    return library.sqlite3_create_window_function(
        self.database, text.c_str(), count, SQLITE_UTF8, callback, callback ? run_step : nullptr,
        callback ? run_finalize : nullptr, callback ? run_value : nullptr,
        callback ? run_inverse : nullptr, callback ? forget_callback : nullptr);
  });
  if (code != SQLITE_OK)
    return raise(thread, *state.ProgrammingError, "{}", library.sqlite3_errstr(code));
  return nothing;
}

Status create_collation(Thread& thread, Connection& self, Str& name, Value function) {
  const std::string text = TRY(text_argument(thread, &name));
  TRY(check_usable(thread, self));
  if (!function.is_none() && !is_callable(function))
    return raise(thread, TypeError, "parameter must be callable");
  const int code = define_in_sql(thread, self, function, [&](Callback* callback) {
    return library.sqlite3_create_collation_v2(self.database, text.c_str(), SQLITE_UTF8, callback,
                                               callback ? run_collation : nullptr,
                                               callback ? forget_callback : nullptr);
  });
  if (code != SQLITE_OK) return raise_sqlite(thread, self.database);
  return nothing;
}

// The old hook is kept until sqlite has the new one.
Status set_authorizer(Thread& thread, Connection& self, Value function) {
  TRY(check_usable(thread, self));
  Callback* callback = make_hook(self, function);
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_set_authorizer(self.database, callback ? run_authorizer : nullptr,
                                          callback);
  }
  if (code != SQLITE_OK)
    return raise(thread, *state.OperationalError, "Error setting authorizer callback");
  self.authorizer = callback;
  return nothing;
}

Status set_progress_handler(Thread& thread, Connection& self, Value function, int instructions) {
  TRY(check_usable(thread, self));
  Callback* callback = make_hook(self, function);
  {
    WithoutGil without(thread);
    library.sqlite3_progress_handler(self.database, instructions,
                                     callback ? run_progress_handler : nullptr, callback);
  }
  self.progress_handler = callback;
  return nothing;
}

Status set_trace_callback(Thread& thread, Connection& self, Value function) {
  TRY(check_usable(thread, self));
  Callback* callback = make_hook(self, function);
  {
    WithoutGil without(thread);
    library.sqlite3_trace_v2(self.database, callback ? SQLITE_TRACE_STMT : 0,
                             callback ? run_trace : nullptr, callback);
  }
  self.trace = callback;
  return nothing;
}

const MethodRow methods[] = {
    method<create_aggregate>("create_aggregate($self, /, name, n_arg, aggregate_class)",
                             "Make a class with step() and finalize() an aggregate of SQL."),
    method<create_collation>("create_collation($self, name, callback, /)",
                             "Make a function that compares two strings a collation of SQL."),
    method<create_function>("create_function($self, /, name, narg, func, *, deterministic=False)",
                            "Make a function one of SQL."),
    method<create_window_function>(
        "create_window_function($self, name, num_params, aggregate_class, /)",
        "Make a class with step(), finalize(), value() and inverse() a window function of SQL; "
        "None removes it."),
    method<set_authorizer>(
        "set_authorizer($self, /, authorizer_callback)",
        "Have every access to a column allowed by a function; None turns that off."),
    method<set_progress_handler>(
        "set_progress_handler($self, /, progress_handler, n)",
        "Have a function called every n instructions of sqlite; a true result interrupts."),
    method<set_trace_callback>(
        "set_trace_callback($self, /, trace_callback)",
        "Have a function called with every statement that runs; None turns that off."),
};

}  // namespace

const std::span<const MethodRow> callback_methods = methods;

}  // namespace minipy::sqlite
