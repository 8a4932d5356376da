// callable delattr dir getattr globals hasattr isinstance issubclass locals setattr vars. Library
// reference, "Built-in Functions".
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Objects/dict.h"
#include "Objects/list.h"
#include "VM/interface.h"

namespace minipy {
namespace {

Value get(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "getattr", keyword_names));
  TRY(check_positional(thread, "getattr", count, 2, 3));
  if (!is_str(arguments[1])) {
    return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(arguments[1]));
  }
  const Str* name = arguments[1].as<Str>();
  if (count == 2) return get_attribute(thread, arguments[0], name);
  const Value value = TRY(get_attribute_or_unbound(thread, arguments[0], name));
  return value.is_unbound() ? arguments[2] : value;
}

Result<bool> has(Thread& thread, Value object, Value name) {
  if (!is_str(name)) {
    return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  }
  const Value value = TRY(get_attribute_or_unbound(thread, object, name.as<Str>()));
  return !value.is_unbound();
}

Status set(Thread& thread, Value object, Value name, Value value) {
  if (!is_str(name)) {
    return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  }
  return set_attribute(thread, object, name.as<Str>(), value);
}

Status remove(Thread& thread, Value object, Value name) {
  if (!is_str(name)) {
    return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  }
  return set_attribute(thread, object, name.as<Str>(), Value());
}

Value local_names(Thread& thread) {
  if (!thread.frame) return raise(thread, SystemError, "frame does not exist");
  return frame_locals(thread, thread.frame);
}

Value dir(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "dir", keyword_names));
  TRY(check_positional(thread, "dir", count, 0, 1));
  Value names;
  if (count == 0) {
    const Value locals = TRY(local_names(thread));
    names = is_exact_dict(locals) ? Value(dict_keys_list(*locals.as<Dict>()))
                                  : TRY(call_method(thread, locals, "keys"));
  } else {
    const Value method = TRY(lookup_special(thread, arguments[0], "__dir__"));
    if (method.is_unbound()) return raise(thread, TypeError, "object does not provide __dir__");
    names = TRY(call(thread, method));
  }
  List* list = TRY(list_of(thread, names));
  TRY(list_sort(thread, *list, None, false));
  return list;
}

Value vars(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "vars", keyword_names));
  TRY(check_positional(thread, "vars", count, 0, 1));
  if (count == 0) return local_names(thread);
  const Value dict = TRY(get_attribute_or_unbound(thread, arguments[0], "__dict__"));
  if (dict.is_unbound()) return raise(thread, TypeError, "vars() argument must have __dict__ attribute");
  return dict;
}

Value global_names(Thread& thread) {
  if (!thread.frame) return None;
  return &frame_globals(thread.frame);
}

Result<bool> is_instance_function(Thread& thread, Value object, Value classes) {
  return is_instance_of(thread, object, classes);
}
Result<bool> is_subclass_function(Thread& thread, Value type, Value classes) {
  return is_subclass_of(thread, type, classes);
}

const MethodRow rows[] = {
    function<is_callable>("callable($module, obj, /)", "True if the object can be called."),
    function<remove>("delattr($module, obj, name, /)", "Delete an attribute: del obj.name."),
    raw_function(dir, "dir", "dir([object]) -> list of strings\n\n"
                             "The names in the current scope, or the attributes of an object."),
    raw_function(get, "getattr", "getattr(object, name[, default]) -> value\n\n"
                                 "The attribute of that name; default if it is missing."),
    function<global_names>("globals($module, /)", "The dict of the current module's names."),
    function<has>("hasattr($module, obj, name, /)", "True if the object has an attribute of that name."),
    function<is_instance_function>("isinstance($module, obj, class_or_tuple, /)",
                                   "True if obj is an instance of a class, or of one in a tuple."),
    function<is_subclass_function>("issubclass($module, cls, class_or_tuple, /)",
                                   "True if cls is derived from a class, or from one in a tuple."),
    function<local_names>("locals($module, /)", "The names and values of the current scope."),
    function<set>("setattr($module, obj, name, value, /)", "Set an attribute: obj.name = value."),
    raw_function(vars, "vars", "vars([object]) -> dictionary\n\nobject.__dict__, or locals() without one."),
};

}  // namespace

std::span<const MethodRow> attribute_function_rows() { return rows; }

}  // namespace minipy
