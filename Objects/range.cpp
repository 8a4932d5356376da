// range: an arithmetic progression that is never written out. Library reference, "Ranges".
#include "Objects/range.h"

#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

const Value kZero = Value::from_int(0);
const Value kOne = Value::from_int(1);

// How many items: the distance divided by the step, rounded up.
Value count_items(Thread& thread, Value start, Value stop, Value step) {
  if (both_ints(start, stop) && step.is_int()) {
    const int64_t first = start.as_int(), last = stop.as_int(), by = step.as_int();
    if (by > 0) return make_int(first < last ? (last - first - 1) / by + 1 : 0);
    return make_int(first > last ? (first - last - 1) / -by + 1 : 0);
  }
  const bool is_upward = int_sign(step) > 0;
  const Value low = is_upward ? start : stop, high = is_upward ? stop : start;
  if (int_compare(low, high) >= 0) return kZero;
  const Value distance = int_subtract(int_subtract(high, low), kOne);
  const Value quotient = TRY(int_floor_divide(thread, distance, is_upward ? step : int_negate(step)));
  return int_add(quotient, kOne);
}

Value item_at(Thread& thread, const Range& range, Value index) {
  return int_add(range.start, TRY(int_multiply(thread, index, range.step)));
}

Value make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "range", keyword_names));
  TRY(check_count(thread, "range", count, 1, 3));
  if (count == 1) return make_range(thread, kZero, TRY(number_index(thread, arguments[0])), kOne);
  const Value start = TRY(number_index(thread, arguments[0]));
  const Value stop = TRY(number_index(thread, arguments[1]));
  const Value step = count == 3 ? TRY(number_index(thread, arguments[2])) : kOne;
  if (int_is_zero(step)) return raise(thread, ValueError, "range() arg 3 must not be zero");
  return make_range(thread, start, stop, step);
}

Value repr_slot(Thread& thread, Value self) {
  const Range& range = *self.as<Range>();
  if (range.step == kOne) return format_message(thread, "range({}, {})", {Repr{range.start}, Repr{range.stop}});
  return format_message(thread, "range({}, {}, {})", {Repr{range.start}, Repr{range.stop}, Repr{range.step}});
}

Result<size_t> length_slot(Thread& thread, Value self) {
  const std::optional<int64_t> length = int_to_int64(self.as<Range>()->length);
  if (!length) return raise(thread, OverflowError, "Python int too large to convert to C ssize_t");
  return static_cast<size_t>(*length);
}
Result<bool> truth_slot(Thread&, Value self) { return !int_is_zero(self.as<Range>()->length); }

// As tuples of the same items would compare and hash: by length, first item and step.
bool equal_ranges(const Range& a, const Range& b) {
  if (int_compare(a.length, b.length) != 0) return false;
  if (int_is_zero(a.length)) return true;
  if (int_compare(a.start, b.start) != 0) return false;
  return int_compare(a.length, kOne) == 0 || int_compare(a.step, b.step) == 0;
}
Value compare_slot(Thread&, Value left, Value right, CompareOp op) {
  if (!has_kind(right, Kind::Range) || (op != CompareOp::Equal && op != CompareOp::NotEqual)) return NotImplemented;
  return Value::from_bool(equal_ranges(*left.as<Range>(), *right.as<Range>()) == (op == CompareOp::Equal));
}
Result<int64_t> hash_slot(Thread& thread, Value self) {
  const Range& range = *self.as<Range>();
  Value first = range.start, step = range.step;
  if (int_is_zero(range.length)) first = step = None;
  if (range.length == kOne) step = None;
  return hash(thread, make_tuple({range.length, first, step}));
}

// --- items ---

// start:stop:step of a slice, as ints of any size within a range of `length` items.
struct Bounds {
  Value start, stop, step;
};

Result<Value> slice_index(Thread& thread, Value value) {
  if (is_index(value)) return number_index(thread, value);
  return raise(thread, TypeError, "slice indices must be integers or None or have an __index__ method");
}

Result<Bounds> slice_bounds(Thread& thread, const Slice& slice, Value length) {
  Bounds bounds;
  bounds.step = slice.step.is_none() ? kOne : TRY(TRY(slice_index(thread, slice.step)));
  const int direction = int_sign(bounds.step);
  if (direction == 0) return raise(thread, ValueError, "slice step cannot be zero");
  const Value lowest = direction < 0 ? Value::from_int(-1) : kZero;
  const Value highest = direction < 0 ? int_subtract(length, kOne) : length;
  auto bound = [&](Value given, Value fallback) -> Result<Value> {
    if (given.is_none()) return fallback;
    Value index = TRY(TRY(slice_index(thread, given)));
    if (int_sign(index) < 0) {
      index = int_add(index, length);
      return int_compare(index, lowest) < 0 ? lowest : index;
    }
    return int_compare(index, highest) > 0 ? highest : index;
  };
  bounds.start = TRY(bound(slice.start, direction < 0 ? highest : lowest));
  bounds.stop = TRY(bound(slice.stop, direction < 0 ? lowest : highest));
  return bounds;
}

Value item_slot(Thread& thread, Value self, Value key) {
  const Range& range = *self.as<Range>();
  if (is_slice(key)) {
    const Bounds bounds = TRY(slice_bounds(thread, *key.as<Slice>(), range.length));
    const Value step = TRY(int_multiply(thread, range.step, bounds.step));
    const Value start = TRY(item_at(thread, range, bounds.start));
    return make_range(thread, start, TRY(item_at(thread, range, bounds.stop)), step);
  }
  if (!is_index(key)) {
    return raise(thread, TypeError, "range indices must be integers or slices, not {}", type_of(key));
  }
  Value index = TRY(number_index(thread, key));
  if (int_sign(index) < 0) index = int_add(index, range.length);
  if (int_sign(index) < 0 || int_compare(index, range.length) >= 0) {
    return raise(thread, IndexError, "range object index out of range");
  }
  return item_at(thread, range, index);
}
Value sequence_item_slot(Thread& thread, Value self, int64_t index) { return item_slot(thread, self, make_int(index)); }

// The position of an int among the items, or Unbound.
Value position_of(Thread& thread, const Range& range, Value number) {
  const bool is_upward = int_sign(range.step) > 0;
  const bool inside = is_upward ? int_compare(number, range.start) >= 0 && int_compare(number, range.stop) < 0
                                : int_compare(number, range.start) <= 0 && int_compare(number, range.stop) > 0;
  if (!inside) return Unbound;
  const Value distance = int_subtract(number, range.start);
  if (!int_is_zero(TRY(int_remainder(thread, distance, range.step)))) return Unbound;
  return int_floor_divide(thread, distance, range.step);
}

bool is_plain_int(Value value) { return is_exact_int(value) || value.is_bool(); }

Result<bool> contains_slot(Thread& thread, Value self, Value item) {
  if (is_plain_int(item)) return !TRY(position_of(thread, *self.as<Range>(), item)).is_unbound();
  return contains_by_iteration(thread, self, item);
}

Value index_method(Thread& thread, Range& self, Value item) {
  if (is_plain_int(item)) {
    const Value position = TRY(position_of(thread, self, item));
    if (!position.is_unbound()) return position;
    return raise(thread, ValueError, "{} is not in range", Repr{item});
  }
  int64_t position = 0;
  const Value iterator = TRY(iterate(thread, &self));
  for (;; ++position) {
    const Value candidate = TRY(next(thread, iterator));
    if (candidate.is_unbound()) return raise(thread, ValueError, "sequence.index(x): x not in sequence");
    if (TRY(is_equal(thread, candidate, item))) return make_int(position);
  }
}

Value count_method(Thread& thread, Range& self, Value item) {
  if (is_plain_int(item)) return Value::from_int(!TRY(position_of(thread, self, item)).is_unbound());
  int64_t count = 0;
  TRY(for_each(thread, &self, [&](Value candidate) -> Status {
    count += TRY(is_equal(thread, candidate, item));
    return nothing;
  }));
  return make_int(count);
}

// --- iterators ---

// All of first, first + step * count fits int64.
bool fits_short(int64_t first, int64_t step, int64_t count) {
  int64_t distance, end;
  return !__builtin_mul_overflow(step, count, &distance) && !__builtin_add_overflow(first, distance, &end);
}

Value make_iterator(Value start, Value step, Value count) {
  const std::optional<int64_t> first = int_to_int64(start), by = int_to_int64(step), items = int_to_int64(count);
  if (first && by && items && fits_short(*first, *by, *items)) {
    auto* iterator = allocate_leaf<RangeIterator>();
    iterator->next = *first;
    iterator->step = *by;
    iterator->left = iterator->count = *items;
    return iterator;
  }
  auto* iterator = allocate<LongRangeIterator>();
  iterator->start = start;
  iterator->step = step;
  iterator->count = count;
  iterator->index = kZero;
  return iterator;
}

Value iterate_slot(Thread&, Value self) {
  const Range& range = *self.as<Range>();
  if (range.start.is_int() && range.step.is_int() && range.stop.is_int()) {
    auto* iterator = allocate_leaf<RangeIterator>();
    iterator->next = range.start.as_int();
    iterator->step = range.step.as_int();
    iterator->left = iterator->count = range.length.is_int() ? range.length.as_int() : *int_to_int64(range.length);
    return iterator;
  }
  return make_iterator(range.start, range.step, range.length);
}

Value reversed_method(Thread& thread, Range& self) {
  if (int_is_zero(self.length)) return make_iterator(kZero, kOne, kZero);
  const Value last = TRY(item_at(thread, self, int_subtract(self.length, kOne)));
  return make_iterator(last, int_negate(self.step), self.length);
}

Value iterator_itself(Thread&, Value self) { return self; }

Value short_next(Thread&, Value self) {
  int64_t item;
  return range_iterator_next(*self.as<RangeIterator>(), item) ? make_int(item) : Unbound;
}
Value long_next(Thread& thread, Value self) {
  auto& iterator = *self.as<LongRangeIterator>();
  if (int_compare(iterator.index, iterator.count) >= 0) return Unbound;
  const Value item = int_add(iterator.start, TRY(int_multiply(thread, iterator.index, iterator.step)));
  iterator.index = int_add(iterator.index, kOne);
  return item;
}

Value reduce_iterator(Thread& thread, Value start, Value step, Value count, Value index) {
  const Value stop = int_add(start, TRY(int_multiply(thread, count, step)));
  const Value range = TRY(make_range(thread, start, stop, step));
  const Value iter = TRY(import_attribute(thread, "builtins", "iter"));
  return make_tuple({iter, make_tuple({range}), index});
}

int64_t short_hint(RangeIterator& self) { return self.left; }
Value short_reduce(Thread& thread, RangeIterator& self) {
  const int64_t index = self.count - self.left;
  return reduce_iterator(thread, make_int(self.next - index * self.step), make_int(self.step), make_int(self.count),
                         make_int(index));
}
void short_set_state(RangeIterator& self, int64_t index) {
  index = index < 0 ? 0 : index > self.count ? self.count : index;
  self.next += (index - (self.count - self.left)) * self.step;
  self.left = self.count - index;
}
Value long_hint(LongRangeIterator& self) { return int_subtract(self.count, self.index); }
Value long_reduce(Thread& thread, LongRangeIterator& self) {
  return reduce_iterator(thread, self.start, self.step, self.count, self.index);
}
Status long_set_state(Thread& thread, LongRangeIterator& self, Value index) {
  if (!is_any_int(index)) return raise(thread, TypeError, "state must be an int, not {}", type_of(index));
  if (int_sign(index) < 0) index = kZero;
  self.index = int_compare(index, self.count) > 0 ? self.count : exact_int(index);
  return nothing;
}

Value reduce(Range& self) {
  return make_tuple({&self.type(), make_tuple({self.start, self.stop, self.step})});
}
Value get_start(Range& self) { return self.start; }
Value get_stop(Range& self) { return self.stop; }
Value get_step(Range& self) { return self.step; }

const MethodRow range_methods[] = {
    method<reversed_method>("!__reversed__($self, /)", "Return a reverse iterator."),
    method<reduce>("!__reduce__($self, /)", ""),
    method<count_method>("!count($self, value, /)", "rangeobject.count(value) -> integer -- how many items equal value"),
    method<index_method>("!index($self, value, /)",
                         "rangeobject.index(value) -> integer -- the position of value.\nValueError if it is not there."),
    member<get_start>("start", ""),
    member<get_stop>("stop", ""),
    member<get_step>("step", ""),
};
const MethodRow short_methods[] = {
    method<short_hint>("!__length_hint__($self, /)", "How many items are still to come."),
    method<short_reduce>("!__reduce__($self, /)", "For pickling."),
    method<short_set_state>("!__setstate__($self, state, /)", "Move to the item of this position."),
};
const MethodRow long_methods[] = {
    method<long_hint>("!__length_hint__($self, /)", "How many items are still to come."),
    method<long_reduce>("!__reduce__($self, /)", "For pickling."),
    method<long_set_state>("!__setstate__($self, state, /)", "Move to the item of this position."),
};

}  // namespace

Value make_range(Thread& thread, Value start, Value stop, Value step) {
  const Value length = TRY(count_items(thread, start, stop, step));
  Range* range = allocate<Range>();
  range->start = start;
  range->stop = stop;
  range->step = step;
  range->length = length;
  return range;
}

Value make_range_iterator(int64_t start, int64_t stop, int64_t step) {
  int64_t count = 0;
  if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
  if (step < 0 && start > stop) count = (start - stop - 1) / -step + 1;
  auto* iterator = allocate_leaf<RangeIterator>();
  iterator->next = start;
  iterator->step = step;
  iterator->left = iterator->count = count;
  return iterator;
}

void define_range_types() {
  static TypeSpec range_spec = {
      .doc = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
             "The integers from start (0 if left out) to stop, without stop itself, step apart\n"
             "(1 if left out). range(4) has 0, 1, 2, 3: the valid indices of a list of 4 items.",
      .instance_bytes = sizeof(Range),
      .flags = Type::kIsSequencePattern,
      .methods = range_methods};
  TypeSlots& slots = range_spec.slots;
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_slot;
  slots.iterate = iterate_slot;
  slots.make = make;
  slots.truth = truth_slot;
  slots.map_length = slots.sequence_length = length_slot;
  slots.map_item = item_slot;
  slots.sequence_item = sequence_item_slot;
  slots.contains = contains_slot;
  define_type(Kind::Range, range_spec);

  static TypeSpec short_spec = {.instance_bytes = sizeof(RangeIterator),
                                .flags = Type::kDisallowInstantiation | Type::kLeaf,
                                .methods = short_methods};
  short_spec.slots.iterate = iterator_itself;
  short_spec.slots.next = short_next;
  define_type(Kind::RangeIterator, short_spec);
  static TypeSpec long_spec = {.instance_bytes = sizeof(LongRangeIterator),
                               .flags = Type::kDisallowInstantiation,
                               .methods = long_methods};
  long_spec.slots.iterate = iterator_itself;
  long_spec.slots.next = long_next;
  define_type(Kind::LongRangeIterator, long_spec);
}

}  // namespace minipy
