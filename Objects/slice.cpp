// slice objects. Language reference 3.3.7 and 6.3.3.
#include "Objects/slice.h"

#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Slice* make_slice(Value start, Value stop, Value step) {
  Slice* slice = allocate<Slice>();
  slice->start = start;
  slice->stop = stop;
  slice->step = step;
  return slice;
}

Result<int64_t> slice_bound(Thread& thread, Value value, int64_t fallback) {
  if (value.is_int()) return value.as_int();
  if (value.is_none()) return fallback;
  if (!is_index(value)) {
    return raise(thread, TypeError, "slice indices must be integers or None or have an __index__ method");
  }
  return index_as_int64(thread, value, nullptr);
}

Result<int64_t> search_bound(Thread& thread, Value value, int64_t fallback, size_t length) {
  if (value.is_empty()) return fallback;
  if (!is_index(value)) {
    return raise(thread, TypeError, "slice indices must be integers or have an __index__ method");
  }
  const int64_t position = TRY(index_as_int64(thread, value, nullptr));
  return position < 0 ? std::max<int64_t>(0, position + static_cast<int64_t>(length)) : position;
}

// Until it is fitted, INT64_MIN and INT64_MAX stand for "from the end" and "to the end".
Result<SliceRange> unpack_slice(Thread& thread, const Slice& slice) {
  SliceRange range{0, 0, 1, 0};
  range.step = TRY(slice_bound(thread, slice.step, 1));
  if (range.step == 0) return raise(thread, ValueError, "slice step cannot be zero");
  if (range.step < -INT64_MAX) range.step = -INT64_MAX;  // so that it can be negated
  range.start = TRY(slice_bound(thread, slice.start, range.step < 0 ? INT64_MAX : 0));
  range.stop = TRY(slice_bound(thread, slice.stop, range.step < 0 ? INT64_MIN : INT64_MAX));
  return range;
}

void fit_slice(SliceRange& range, size_t unsigned_length) {
  const int64_t length = static_cast<int64_t>(unsigned_length);
  const bool is_backward = range.step < 0;
  auto fit = [&](int64_t& bound) {
    if (bound < 0) {
      bound += length;
      if (bound < 0) bound = is_backward ? -1 : 0;
    } else if (bound >= length) {
      bound = is_backward ? length - 1 : length;
    }
  };
  fit(range.start);
  fit(range.stop);
  const int64_t distance = is_backward ? range.start - range.stop : range.stop - range.start;
  const int64_t stride = is_backward ? -range.step : range.step;
  range.count = distance <= 0 ? 0 : stride == 1 ? distance : (distance - 1) / stride + 1;
}

namespace {

// What unpack_slice() makes of bounds that are small ints or None; false for others.
bool unpack_plain_bounds(Value start, Value stop, Value step, SliceRange& range) {
  range.step = 1;
  if (step.is_int()) {
    range.step = step.as_int();
    if (range.step == 0) return false;
  } else if (!step.is_none()) {
    return false;
  }
  const bool is_backward = range.step < 0;
  range.start = start.is_int() ? start.as_int() : is_backward ? INT64_MAX : 0;
  range.stop = stop.is_int() ? stop.as_int() : is_backward ? INT64_MIN : INT64_MAX;
  return (start.is_int() || start.is_none()) && (stop.is_int() || stop.is_none());
}

}  // namespace

// Language reference 6.3.3.
Value get_slice(Thread& thread, Value container, Value start, Value stop, Value step) {
  SliceRange range;
  if (container.is_object() && unpack_plain_bounds(start, stop, step, range)) {
    const ShapeId shape = container.object()->shape;
    if (shape == shape_of_kind(Kind::List)) {
      const List& list = *container.as<List>();
      fit_slice(range, list.size);
      List* part = list_slice(list, range);
      return part ? Value(part) : raise_memory_error(thread);
    }
    if (shape == shape_of_kind(Kind::Tuple) && range.step == 1) {
      const Tuple& tuple = *container.as<Tuple>();
      fit_slice(range, tuple.size);
      Tuple* part = tuple_slice(tuple, static_cast<size_t>(range.start),
                                static_cast<size_t>(range.start + range.count));
      return part ? Value(part) : raise_memory_error(thread);
    }
    if (shape == shape_of_kind(Kind::Str) && range.step == 1) {
      const Str& text = *container.as<Str>();
      fit_slice(range, text.length());
      Str* part = substring(&text, static_cast<size_t>(range.start),
                            static_cast<size_t>(range.start + range.count));
      return part ? Value(part) : raise_memory_error(thread);
    }
  }
  return get_item(thread, container, make_slice(start, stop, step));
}

Status set_slice(Thread& thread, Value container, Value start, Value stop, Value step,
                 Value value) {
  SliceRange range;
  if (is_exact_list(container) && unpack_plain_bounds(start, stop, step, range)) {
    List& list = *container.as<List>();
    return value.is_empty() ? list_delete_slice(list, range)
                            : list_assign_slice(thread, list, range, value);
  }
  const Value slice(make_slice(start, stop, step));
  return value.is_empty() ? delete_item(thread, container, slice)
                          : set_item(thread, container, slice, value);
}

namespace {

Value make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "slice", keyword_names));
  TRY(check_count(thread, "slice", count, 1, 3));
  if (count == 1) return make_slice(None, arguments[0], None);
  return make_slice(arguments[0], arguments[1], count == 3 ? arguments[2] : None);
}

Value repr_slot(Thread& thread, Value self) {
  const Slice& slice = *self.as<Slice>();
  return format_message(thread, "slice({}, {}, {})", {Repr{slice.start}, Repr{slice.stop}, Repr{slice.step}});
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_slice(right)) return NotImplemented;
  const Slice &a = *left.as<Slice>(), &b = *right.as<Slice>();
  if (&a == &b) {
    const bool holds = op == CompareOp::Equal || op == CompareOp::LessEqual || op == CompareOp::GreaterEqual;
    return Value::from_bool(holds);
  }
  return compare(thread, make_tuple({a.start, a.stop, a.step}), make_tuple({b.start, b.stop, b.step}), op);
}

Result<Value> bound(Thread& thread, Value value) {
  if (is_index(value)) return number_index(thread, value);
  return raise(thread, TypeError, "slice indices must be integers or None or have an __index__ method");
}

// indices(length), for ints of any size.
Value indices(Thread& thread, Slice& self, Value length_value) {
  const Value length = TRY(number_index(thread, length_value));
  if (int_sign(length) < 0) return raise(thread, ValueError, "length should not be negative");
  const Value step = self.step.is_none() ? Value::from_int(1) : TRY(TRY(bound(thread, self.step)));
  const int direction = int_sign(step);
  if (direction == 0) return raise(thread, ValueError, "slice step cannot be zero");
  const Value lowest = Value::from_int(direction < 0 ? -1 : 0);
  const Value highest = direction < 0 ? int_subtract(length, Value::from_int(1)) : length;
  auto fit = [&](Value given, Value fallback) -> Result<Value> {
    if (given.is_none()) return fallback;
    Value index = TRY(TRY(bound(thread, given)));
    if (int_sign(index) < 0) {
      index = int_add(index, length);
      return int_compare(index, lowest) < 0 ? lowest : index;
    }
    return int_compare(index, highest) > 0 ? highest : index;
  };
  const Value start = TRY(fit(self.start, direction < 0 ? highest : lowest));
  const Value stop = TRY(fit(self.stop, direction < 0 ? lowest : highest));
  return make_tuple({start, stop, step});
}

Value reduce(Slice& self) { return make_tuple({&self.type(), make_tuple({self.start, self.stop, self.step})}); }
Value get_start(Slice& self) { return self.start; }
Value get_stop(Slice& self) { return self.stop; }
Value get_step(Slice& self) { return self.step; }

const MethodRow methods[] = {
    method<indices>("!indices($self, length, /)",
                    "S.indices(len) -> (start, stop, stride)\n\n"
                    "What the slice means for a sequence of len items, fitted to its bounds."),
    method<reduce>("!__reduce__($self, /)", "For pickling."),
    member<get_start>("start", ""),
    member<get_stop>("stop", ""),
    member<get_step>("step", ""),
};

}  // namespace

void define_slice_types() {
  static TypeSpec spec = {.doc = "slice(stop)\nslice(start, stop[, step])\n\n"
                                 "What stands between the brackets of a[start:stop:step].",
                          .instance_bytes = sizeof(Slice),
                          .methods = methods};
  spec.slots.repr = repr_slot;
  spec.slots.compare = compare_slot;
  spec.slots.hash = hash_not_implemented;
  spec.slots.make = make;
  define_type(Kind::Slice, spec);
}

}  // namespace minipy
