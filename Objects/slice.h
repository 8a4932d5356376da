// slice objects, and what a slice means for a sequence of a given length.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct Slice : Object {
  static constexpr Kind kKind = Kind::Slice;
  Value start, stop, step;
};
inline bool is_slice(Value value) { return has_kind(value, Kind::Slice); }
Slice* make_slice(Value start, Value stop, Value step);

// The items start, start + step, ...: `count` of them. All lie inside the sequence if count > 0.
struct SliceRange {
  int64_t start, stop, step, count;
};
// Runs __index__ of the three; "slice step cannot be zero". Language reference 3.3.7, 6.3.2.
Result<SliceRange> unpack_slice(Thread&, const Slice& slice);  // not yet fitted: count is 0
void fit_slice(SliceRange& range, size_t length);              // no user code: for lengths read afterwards
inline Result<SliceRange> slice_range(Thread& thread, const Slice& slice, size_t length) {
  SliceRange range = TRY(unpack_slice(thread, slice));
  fit_slice(range, length);
  return range;
}
// container[start:stop:step] and storing to it (deleting, with an empty value): no slice object is
// made for builtin sequences with plain bounds.
Value get_slice(Thread&, Value container, Value start, Value stop, Value step);
Status set_slice(Thread&, Value container, Value start, Value stop, Value step, Value value);
// A start or stop argument of find() and its kind: None gives `fallback`, too large values are
// clamped. "slice indices must be integers or None or have an __index__ method"
Result<int64_t> slice_bound(Thread&, Value value, int64_t fallback);
// A bound of index() methods: empty if omitted, and not None. Counted from the end if negative, 0 at least.
Result<int64_t> search_bound(Thread&, Value value, int64_t fallback, size_t length);

}  // namespace minipy
