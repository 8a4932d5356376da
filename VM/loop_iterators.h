// The steps of loops over builtin containers, for interpreted code and machine code alike, and iterators that only a loop
// knows: GET_ITERATOR has made them, of a builtin container, and nobody has got hold of them
// since (Object::kNeverEscaped). At the end of the loop their cells serve again at once.
#pragma once

#include "Objects/dict.h"
#include "Objects/gc_large.h"
#include "Objects/generator.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
#include "Objects/range.h"
#include "Objects/set.h"
#include "Objects/str.h"

namespace minipy {

// --- Steps. False, or null, and nothing has happened: the end, a change of the container, or what next() must look at. ---

[[gnu::always_inline]] inline bool take_character(Value iterator, Value& item) {
  if (!peek_item(iterator, item)) [[unlikely]] return false;
  ++iterator.as<StrIterator>()->position;
  return true;
}

[[gnu::always_inline]] inline bool take_member(SetIterator& place, Value& key) {
  const Set* const set = place.set;
  if (!set || place.count != set->count) [[unlikely]] return false;
  size_t position = place.position;
  do {
    if (position > set->mask) [[unlikely]] return false;
    key = set->table[position++].key;
  } while (key.is_empty() || key.is_unbound());
  place.position = position;
  --place.left;
  return true;
}

// Of a dict that has not changed its size; deleted entries are next()'s.
[[gnu::always_inline]] inline const DictEntry* take_entry(DictIterator& place) {
  const Dict* const dict = place.dict;
  if (!dict || place.count != dict->count || place.position >= int64_t{dict->used} || place.left == 0) [[unlikely]] return nullptr;
  const DictEntry* const entry = dict->entries + place.position;
  if (entry->key.is_unbound()) [[unlikely]] return nullptr;
  ++place.position;
  --place.left;
  return entry;
}

[[gnu::always_inline]] inline bool take_numbered(Enumerate& enumerate, Value& number, Value& item) {
  number = enumerate.count;
  if (number.bits() < Value::kFirstInt || number.bits() == ~uint64_t{0}) [[unlikely]] return false;
  if (!peek_item(enumerate.iterator, item)) [[unlikely]] return false;
  take_item(enumerate.iterator);
  enumerate.count = Value(number.bits() + 1);
  return true;
}

// All iterators must have an item before one of them moves on.
template <size_t count>
[[gnu::always_inline]] inline bool take_zipped(const Zip& zip, Value (&items)[count]) {
  const Tuple& iterators = *zip.iterators;
  if (iterators.size != count) [[unlikely]] return false;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (iterators.items[i] == iterators.items[j]) [[unlikely]] return false;
    }
    if (!peek_item(iterators.items[i], items[i])) [[unlikely]] return false;
  }
  for (size_t i = 0; i < count; ++i) take_item(iterators.items[i]);
  return true;
}

// --- Iterators that only a loop knows ---

// Does iter() of an object of that shape make a new iterator of one of the kinds below?
inline bool makes_plain_iterator(ShapeId shape) {
  switch (shape) {
    case shape_of_kind(Kind::List):
    case shape_of_kind(Kind::Tuple):
    case shape_of_kind(Kind::Dict):
    case shape_of_kind(Kind::DictKeys):
    case shape_of_kind(Kind::DictValues):
    case shape_of_kind(Kind::DictItems):
    case shape_of_kind(Kind::Set):
    case shape_of_kind(Kind::Frozenset): return true;
    default: return false;
  }
}

// The end of a loop over the iterator in `place`, which is not used any more.
inline void end_loop(Value& place) {
  Object* iterator = place.object();
  if (!iterator->has_flag(Object::kNeverEscaped)) return;
  switch (iterator->shape) {
    case shape_of_kind(Kind::RangeIterator): gc_recycle_object(iterator, sizeof(RangeIterator), true); break;
    case shape_of_kind(Kind::ListIterator): gc_recycle_object(iterator, sizeof(ListIterator), false); break;
    case shape_of_kind(Kind::TupleIterator): gc_recycle_object(iterator, sizeof(TupleIterator), false); break;
    case shape_of_kind(Kind::DictKeyIterator):
    case shape_of_kind(Kind::DictValueIterator):
    case shape_of_kind(Kind::DictItemIterator): gc_recycle_object(iterator, sizeof(DictIterator), false); break;
    case shape_of_kind(Kind::SetIterator): gc_recycle_object(iterator, sizeof(SetIterator), false); break;
    default: return;
  }
  place = None;
}

}  // namespace minipy
