// From objects to what sqlite can store, and back: the protocol of PEP 246 and the registry of
// converters.
#include "Modules/sqlite/sqlite.h"

namespace minipy::sqlite {
namespace {

// Asks `object` through its method `name` whether it can do it; Unbound if not.
Value ask(Thread& thread, Value object, std::string_view name, Value argument) {
  const Value method = TRY(get_attribute_or_unbound(thread, object, name));
  if (method.is_unbound()) return Unbound;
  const Value result = call(thread, method, {argument});
  if (result.is_empty()) return catch_exception(thread, TypeError) ? Unbound : Value();
  return result.is_none() ? Unbound : result;
}

}  // namespace

Value adapt(Thread& thread, Value object, Value protocol, Value alternative) {
  const Value adapter =
      TRY(dict_get(thread, *state.adapters, make_tuple({&type_of(object), protocol})));
  if (!adapter.is_unbound()) return call(thread, adapter, {object});
  const Value by_protocol = TRY(ask(thread, protocol, "__adapt__", object));
  if (!by_protocol.is_unbound()) return by_protocol;
  const Value by_object = TRY(ask(thread, object, "__conform__", protocol));
  if (!by_object.is_unbound()) return by_object;
  if (!alternative.is_empty()) return alternative;
  return raise(thread, *state.ProgrammingError, "can't adapt");
}

Value converter_for(Thread& thread, std::string_view name) {
  const Value upper = TRY(call_method(thread, make_str(name), "upper"));
  const Value found = TRY(dict_get(thread, *state.converters, upper));
  return found.is_unbound() ? None : found;
}

}  // namespace minipy::sqlite
