// Calling anything. Language reference 6.3.4.
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Value call(Thread& thread, Value callable, const Value* arguments, size_t count, Value keyword_names) {
  CallSlot slot = type_of(callable).slots.call;
  if (!slot) return raise(thread, TypeError, "'{}' object is not callable", type_of(callable));
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while calling a Python object")) return error;
  return slot(thread, callable, arguments, count, keyword_names);
}

Value call(Thread& thread, Value callable, std::initializer_list<Value> arguments) {
  return call(thread, callable, arguments.begin(), arguments.size(), Value());
}

Value call_with(Thread& thread, Value callable, Tuple& arguments, Dict* keywords) {
  if (!keywords || keywords->count == 0) return call(thread, callable, arguments.items, arguments.size);
  GcVector all;
  for (Value argument : arguments.view()) all.push_back(argument);
  Tuple* names = allocate_tuple(keywords->count);
  size_t position = 0, index = 0;
  Value key, value;
  while (dict_next(*keywords, position, key, value)) {
    if (!is_str(key)) return raise(thread, TypeError, "keywords must be strings");
    names->items[index++] = key;
    all.push_back(value);
  }
  return call(thread, callable, all.data(), arguments.size, names);
}

Value call_method(Thread& thread, Value object, const Str* name, const Value* arguments, size_t count) {
  // A plain method of the class is called with the object in front, without a bound method.
  Type& type = type_of(object);
  if (type.slots.get_attribute == &generic_get_attribute && name->is_interned()) {
    const Value found = lookup_in_type(type, name);
    if (!found.is_unbound() && type_of(found).has(Type::kMethodDescriptor) &&
        get_own_attribute(object, name).is_unbound()) {
      constexpr size_t kFew = 6;
      Value few[kFew];
      if (count < kFew) {
        few[0] = object;
        for (size_t i = 0; i < count; ++i) few[i + 1] = arguments[i];
        return call(thread, found, few, count + 1);
      }
    }
  }
  const Value method = TRY(get_attribute(thread, object, name));
  return call(thread, method, arguments, count);
}

Value call_method(Thread& thread, Value object, std::string_view name, std::initializer_list<Value> arguments) {
  return call_method(thread, object, intern(name), arguments.begin(), arguments.size());
}

bool is_callable(Value value) { return type_of(value).slots.call != nullptr; }

Value (*import_module_hook)(Thread&, std::string_view name);

Value import_module(Thread& thread, std::string_view name) {
  MP_ASSERT(import_module_hook != nullptr);
  return import_module_hook(thread, name);
}

Value import_attribute(Thread& thread, std::string_view module, std::string_view name) {
  return get_attribute(thread, TRY(import_module(thread, module)), name);
}

}  // namespace minipy
