// Small things that the containers share: argument checks with CPython's wording for constructors
// that take their arguments as they come, repr of items, pickling.
#pragma once

#include <string_view>

#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

// "list() takes no keyword arguments"
inline Status check_no_keywords(Thread& thread, std::string_view function, Value keyword_names) {
  if (keyword_names.is_empty() || keyword_names.as<Tuple>()->size == 0) return nothing;
  return raise(thread, TypeError, "{}() takes no keyword arguments", function);
}

// "list expected at most 1 argument, got 2"
inline Status check_positional(Thread& thread, std::string_view function, size_t count, size_t least,
                               size_t most) {
  if (count >= least && count <= most) return nothing;
  const size_t bound = count < least ? least : most;
  return raise(thread, TypeError, "{} expected {}{} argument{}, got {}", function,
               least == most  ? ""
               : count < least ? "at least "
                               : "at most ",
               bound, bound == 1 ? "" : "s", count);
}

// The arguments of a constructor in the order of `row`'s signature; empty Values where one was left
// out that has no simple default.
inline Status bind(Thread& thread, const MethodRow& row, const Value* arguments, size_t count,
                   Value keyword_names, Value* values) {
  BoundArguments bound{values, {}, nullptr};
  return bind_arguments(thread, signature_of(row), Value(), arguments, count, keyword_names, values, bound);
}
constexpr MethodRow constructor(const char* signature) {
  return MethodRow{MethodRow::Function, false, signature, ""};
}

// A subclass with an __init__ of its own may take keywords that the builtin does not.
inline bool has_own_init(const Type& type, Kind builtin) {
  return type.slots.init != type_of_kind(builtin).slots.init;
}

// The items of list[int] and the like.
inline Value generic_alias(Thread& thread, Value origin, Value item) {
  return call(thread, Value(&type_of_kind(Kind::GenericAlias)), {origin, item});
}
inline Value class_getitem(Thread& thread, Type& type, Value item) {
  return generic_alias(thread, Value(&type), item);
}

inline Value builtin_function(Thread& thread, std::string_view name) {
  return import_attribute(thread, "builtins", name);
}

// The row of types whose instances have attributes of their own.
inline Value own_attributes(Thread& thread, Value self) { return instance_dict(thread, self); }
constexpr MethodRow own_attributes_row() { return getter<own_attributes>("__dict__", nullptr, set_instance_dict); }

// What iterators reduce to: (iter, (what,)) or (iter, (what,), state).
inline Value reduce_to(Thread& thread, std::string_view function, Value what, Value state = Value()) {
  const Value callable = TRY(builtin_function(thread, function));
  const Value arguments = Value(make_tuple({what}));
  return state.is_empty() ? Value(make_tuple({callable, arguments}))
                          : Value(make_tuple({callable, arguments, state}));
}

}  // namespace minipy
