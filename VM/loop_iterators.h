// Iterators that only a loop knows: GET_ITERATOR has made them, of a builtin container, and nobody has got hold of them
// since (Object::kNeverEscaped). At the end of the loop their cells serve again at once.
#pragma once

#include "Objects/gc_large.h"
#include "Objects/generator.h"
#include "Objects/iterators.h"
#include "Objects/range.h"
#include "Objects/str.h"

namespace minipy {

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
