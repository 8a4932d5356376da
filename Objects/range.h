// range, and its iterators for the fast paths of loops.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct Range : Object {
  static constexpr Kind kKind = Kind::Range;
  Value start, stop, step;  // exact ints
  Value length;
};
Value make_range(Thread&, Value start, Value stop, Value step);  // exact ints; step is not 0

// iter(range(start, stop, step)) of inline ints; step is not 0.
Value make_range_iterator(int64_t start, int64_t stop, int64_t step);

// While everything fits int64. `next` is not inline for every item: box it with make_int().
struct RangeIterator : Object {
  static constexpr Kind kKind = Kind::RangeIterator;
  int64_t next, step;
  int64_t left;   // items still to come
  int64_t count;  // items altogether
};
inline bool range_iterator_next(RangeIterator& iterator, int64_t& item) {
  if (iterator.left <= 0) return false;
  item = iterator.next;
  iterator.next += iterator.step;  // may wrap around behind the last item
  --iterator.left;
  return true;
}

struct LongRangeIterator : Object {
  static constexpr Kind kKind = Kind::LongRangeIterator;
  Value start, step, count, index;  // ints
};

}  // namespace minipy
