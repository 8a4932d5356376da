// What the files of the itertools module share.
#pragma once

#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/type.h"

namespace minipy {

inline Value iterate_self(Thread&, Value self) { return self; }

struct IteratorSpec {
  Kind kind;
  const char* doc;
  size_t bytes;
  NewSlot make;
  NextSlot next;
  std::span<const MethodRow> methods;
  UnarySlot repr = nullptr;
  uint32_t flags = Type::kBaseType;
};

inline void define_iterator(const IteratorSpec& spec) {
  TypeSlots slots{};
  slots.iterate = iterate_self;
  slots.make = spec.make;
  slots.next = spec.next;
  slots.repr = spec.repr;
  define_type(spec.kind, {.doc = spec.doc, .instance_bytes = spec.bytes, .flags = spec.flags, .slots = slots,
                          .methods = spec.methods});
}

template <typename... Values>
Value tuple_of_values(Values... values) {
  return Value(make_tuple({Value(values)...}));
}
inline Value own_type(const Object& object) { return Value(&type_of(Value(&object))); }

// The constructors that take their arguments by position only, unless a subclass has its own __init__.
inline Status check_plain_arguments(Thread& thread, const Type& type, Kind kind, const char* name, size_t count,
                                    size_t least, size_t most, Value keyword_names) {
  if (&type == &type_of_kind(kind) || !has_own_init(type, kind)) {
    TRY(check_no_keywords(thread, name, keyword_names));
  }
  return check_positional(thread, name, count, least, most);
}

void define_combinatoric_iterators();
void define_grouping_iterators();

extern const MethodRow tee_row;

}  // namespace minipy
