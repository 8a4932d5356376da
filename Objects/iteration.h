// Stepping through iterators from C++: those over lists, tuples and ranges without a call.
#pragma once

#include "Objects/iterators.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/range.h"
#include "Objects/str.h"
#include "Objects/type.h"

namespace minipy {

// The strings of one character up to U+00FF that there are already; else null.
extern Str* latin1_characters[256];

// The item that next() would give, for iterators over lists, tuples, ranges and ASCII strings that
// have one; take_item() then moves on.
[[gnu::always_inline]] inline bool peek_item(Value iterator, Value& item) {
  const Object* object = iterator.object();
  if (object->shape == shape_of_kind(Kind::ListIterator)) {
    const ListIterator* place = static_cast<const ListIterator*>(object);
    if (!place->list || place->position >= place->list->size) return false;
    item = place->list->buffer->items[place->position];
    return true;
  }
  if (object->shape == shape_of_kind(Kind::RangeIterator)) {
    const RangeIterator* place = static_cast<const RangeIterator*>(object);
    if (place->left <= 0 || !Value::fits_int(place->next)) return false;
    item = Value::from_int(place->next);
    return true;
  }
  if (object->shape == shape_of_kind(Kind::TupleIterator)) {
    const TupleIterator* place = static_cast<const TupleIterator*>(object);
    if (!place->tuple || place->position >= place->tuple->size) return false;
    item = place->tuple->items[place->position];
    return true;
  }
  if (object->shape == shape_of_kind(Kind::StrAsciiIterator)) {
    const StrIterator* place = static_cast<const StrIterator*>(object);
    if (!place->text || place->position >= place->text->length()) return false;
    const Str* character = latin1_characters[place->text->latin1()[place->position]];
    item = character;
    return character;
  }
  return false;
}
[[gnu::always_inline]] inline void take_item(Value iterator) {
  if (iterator.object()->shape == shape_of_kind(Kind::RangeIterator)) {
    RangeIterator* place = iterator.as<RangeIterator>();
    place->next += place->step;
    --place->left;
  } else {
    static_assert(__builtin_offsetof(ListIterator, position) ==
                  __builtin_offsetof(TupleIterator, position));
    static_assert(__builtin_offsetof(ListIterator, position) ==
                  __builtin_offsetof(StrIterator, position));
    ++iterator.as<ListIterator>()->position;
  }
}

// list(iterator) and its kind have no safe point of their own, and would go on until the reserve is spent as well.
inline Status check_memory_left(Thread& thread) {
  if (!(thread.pending.load(std::memory_order_relaxed) & Pending::kMemoryError)) [[likely]] return nothing;
  return raise_memory_error(thread);
}

// next(), with these first. A generator's step looks after the stack itself.
inline Value next_item(Thread& thread, Value iterator) {
  Value item;
  if (!iterator.is_object()) return next(thread, iterator);
  if (peek_item(iterator, item)) {
    take_item(iterator);
    return item;
  }
  if (iterator.object()->shape != shape_of_kind(Kind::Generator)) return next(thread, iterator);
  return type_of_kind(Kind::Generator).slots.next(thread, iterator);
}

}  // namespace minipy
