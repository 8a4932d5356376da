// _testcapi: exceptions raised, made and shown from C++.
#include "Modules/testing/testing.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"
#include "VM/traceback_display.h"

namespace minipy {
namespace {

// Raises type(0, 1, ..., count - 1).
Value raise_with_numbers(Thread& thread, Value type, int count) {
  if (!is_exception_class(type)) {
    return raise(thread, SystemError,
                 "_PyErr_SetObject: exception {} is not a BaseException subclass", Repr{type});
  }
  GcVector arguments;
  for (int i = 0; i < count; ++i) arguments.push_back(make_int(i));
  const Value exception = TRY(call(thread, type, arguments.data(), arguments.size()));
  return raise_exception(thread, exception);
}

Value raise_no_memory(Thread& thread) {
  return raise_memory_error(thread);
}

// `base` is a class or a tuple of classes; Exception by default.
Value make_exception_class(Thread& thread, Str& name, Value doc, Value base, Value contents) {
  const std::string full_name = to_utf8(&name);
  const size_t dot = full_name.rfind('.');
  if (dot == std::string::npos)
    return raise(thread, SystemError, "PyErr_NewException: name must be module.class");
  Dict* dict = make_dict();
  if (!contents.is_empty()) TRY(dict_merge(thread, *dict, contents));
  if (!doc.is_empty()) dict_set_str(*dict, "__doc__", doc);
  if (dict_get_str(*dict, "__module__").is_unbound()) {
    dict_set_str(*dict, "__module__", make_str(full_name.substr(0, dot)));
  }
  if (base.is_empty()) base = Value(&Exception);
  Tuple* bases = is_tuple(base) ? base.as<Tuple>() : make_tuple({base});
  return call(thread, Value(&type_of_kind(Kind::Type)),
              {make_str(full_name.substr(dot + 1)), bases, dict});
}

void print_exception(Thread& thread, Value exception) {
  const Value traceback = is_exception(exception) ? exception_object(exception).traceback : Value();
  display_exception(thread, exception, traceback.is_empty() ? None : traceback);
}

Value print_traceback(Thread& thread, Value traceback, Value file) {
  if (!has_kind(traceback, Kind::Traceback))
    return raise(thread, SystemError, "bad argument to internal function");
  const std::string text = TRY(traceback_text(thread, traceback));
  TRY(call_method(thread, file, "write", {make_str(text)}));
  return None;
}

// As when an exception has nowhere to go: `message` (or None) tells what was being done with
// `object`.
Value report_exception(Thread& thread, Value exception, Value message, Value object) {
  if (!is_exception(exception))
    return raise(thread, TypeError, "bad argument type for built-in operation");
  std::string text;
  if (!message.is_none()) text = "Exception ignored " + to_utf8(TRY(str(thread, message)));
  report_unraisable(thread, exception, text, object);
  return None;
}

const MethodRow rows[] = {
    function<print_exception>("!exception_print($module, exception, /)", nullptr),
    function<make_exception_class>(
        "!make_exception_with_doc($module, /, name, doc=<absent>, base=<absent>, dict=<absent>)",
        nullptr),
    function<raise_with_numbers>("!raise_exception($module, exception, num_args, /)", nullptr),
    function<raise_no_memory>("!raise_memoryerror($module, /)", nullptr),
    function<print_traceback>("!traceback_print($module, traceback, file, /)", nullptr),
    function<report_exception>("!write_unraisable_exc($module, exception, err_msg, obj, /)",
                               nullptr),
};

}  // namespace

std::span<const MethodRow> exception_rows() {
  return rows;
}

}  // namespace minipy
