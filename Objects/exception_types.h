// Shared by the files that define exception types.
#pragma once

#include <span>

#include "Objects/exception.h"
#include "Objects/native.h"
#include "Objects/type.h"

namespace minipy {

// BaseException's own __new__, __init__, __str__; subclasses build on them.
Value base_exception_make(Thread&, Type& type, const Value* arguments, size_t count, Value keyword_names);
Status base_exception_init(Thread&, Value self, const Value* arguments, size_t count, Value keyword_names);
Value base_exception_str(Thread&, Value self);
// An instance with these args, nothing else done.
Value allocate_exception(Thread&, Type& type, Tuple* arguments);
// Making an instance runs no code but BaseException's, if the class is called as classes are.
inline bool is_plain_exception_class(const Type& type) {
  return type.slots.make == base_exception_make && type.slots.init == base_exception_init;
}
// type(*arguments), without the detour through type.__call__ where nobody could notice.
Value make_exception(Thread&, Type& type, Tuple* arguments);
// The instance's attributes, or None if it has none; for __reduce__.
Value exception_state_dict(Thread&, Value self);
// Keyword arguments of an __init__ that knows only `names`; values are stored in that order.
Status take_keywords(Thread&, const char* function, const Value* arguments, size_t count, Value keyword_names,
                     std::initializer_list<const char*> names, Value* values);

// What the types with more than BaseException add to their rows of exceptions.def.
void customize_details(Kind kind, TypeSpec& spec);  // StopIteration, SystemExit, KeyError, names, imports
void customize_syntax_error(Kind kind, TypeSpec& spec);
void customize_os_error(Kind kind, TypeSpec& spec);
void customize_unicode_error(Kind kind, TypeSpec& spec);
void customize_group(Kind kind, TypeSpec& spec);

// Attributes that show a field: None while it is empty; deleting empties it.
template <typename T, Value T::*field>
Value get_field(Thread&, Value self) {
  const Value value = self.as<T>()->*field;
  return value.is_empty() ? None : value;
}
template <typename T, Value T::*field>
Status set_field(Thread&, Value self, Value value) {
  self.as<T>()->*field = value;
  return nothing;
}
template <typename T, Value T::*field>
constexpr MethodRow field_member(const char* name, const char* doc) {
  return MethodRow{MethodRow::Member, false, name, doc, nullptr, nullptr, get_field<T, field>, set_field<T, field>};
}
template <typename T, Value T::*field>
constexpr MethodRow read_only_member(const char* name, const char* doc) {
  return MethodRow{MethodRow::Member, false, name, doc, nullptr, nullptr, get_field<T, field>};
}

}  // namespace minipy
