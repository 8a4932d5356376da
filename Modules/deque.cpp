// collections.deque. Library reference, "collections".
#include <algorithm>
#include <bit>

#include "Modules/collections.h"
#include "Objects/container_support.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/slice.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

constexpr size_t kSmallest = 8;
constexpr size_t kMaxItems = size_t{1} << 44;
const MethodRow deque_row = constructor("deque(iterable=<none>, maxlen=None)");
const MethodRow iterator_row = constructor("_deque_iterator(deque, index=0, /)");

Deque& as_deque(Value v) { return *v.as<Deque>(); }
bool is_deque(Value v) { return has_kind(v, ModuleKind::Deque); }

Deque* make_deque(Type& type) {
  Deque* deque = &type == &type_of_kind(ModuleKind::Deque) ? allocate<Deque>() : allocate_instance_as<Deque>(type);
  if (!deque) return nullptr;
  deque->buffer = make_value_buffer(kSmallest, false);
  deque->max_size = -1;
  return deque;
}

Value make(Thread&, Type& type, const Value*, size_t, Value) { return Value(make_deque(type)); }

// Room for one more, and scanned if it is a pointer.
Status prepare_for(Thread& thread, Deque& deque, Value item) {
  const size_t capacity = deque.buffer->capacity();
  const bool scanned = deque.buffer->is_scanned() || item.is_object();
  if (deque.size < capacity && scanned == deque.buffer->is_scanned()) return nothing;
  const size_t wanted = deque.size < capacity ? capacity : capacity * 2;
  ValueBuffer* buffer = make_value_buffer(wanted, scanned);
  if (!buffer) return raise_memory_error(thread);
  for (size_t i = 0; i < deque.size; ++i) buffer->items[i] = deque.at(i);
  deque.buffer = buffer;
  deque.start = 0;
  return nothing;
}

Value take_first(Deque& deque) {
  Value& place = deque.at(0);
  const Value item = place;
  place = Value();
  deque.start = (deque.start + 1) & (deque.buffer->capacity() - 1);
  --deque.size;
  ++deque.changes;
  return item;
}

Value take_last(Deque& deque) {
  Value& place = deque.at(deque.size - 1);
  const Value item = place;
  place = Value();
  --deque.size;
  ++deque.changes;
  return item;
}

bool is_full(const Deque& deque) {
  return deque.max_size >= 0 && deque.size >= static_cast<size_t>(deque.max_size);
}

// A full bounded deque loses an item at the other end.
Status append(Thread& thread, Deque& self, Value item) {
  if (is_full(self)) {
    if (self.max_size == 0) return nothing;
    take_first(self);
  }
  TRY(prepare_for(thread, self, item));
  self.at(self.size++) = item;
  ++self.changes;
  return nothing;
}

Status append_left(Thread& thread, Deque& self, Value item) {
  if (is_full(self)) {
    if (self.max_size == 0) return nothing;
    take_last(self);
  }
  TRY(prepare_for(thread, self, item));
  self.start = (self.start - 1) & (self.buffer->capacity() - 1);
  self.at(0) = item;
  ++self.size;
  ++self.changes;
  return nothing;
}

void clear(Deque& self) {
  self.buffer = make_value_buffer(kSmallest, false);
  self.start = self.size = 0;
  ++self.changes;
}

// Into an empty deque without a bound: the items of a list or tuple as they are.
Status fill(Thread& thread, Deque& self, std::span<const Value> items) {
  const bool scanned = std::any_of(items.begin(), items.end(), [](Value item) { return item.is_object(); });
  ValueBuffer* buffer = make_value_buffer(std::max(std::bit_ceil(items.size()), kSmallest), scanned);
  if (!buffer) return raise_memory_error(thread);
  std::copy(items.begin(), items.end(), buffer->items);
  self.buffer = buffer;
  self.start = 0;
  self.size = items.size();
  self.changes += items.size();
  return nothing;
}

Status extend(Thread& thread, Deque& self, Value iterable) {
  if (self.size == 0 && self.max_size < 0) {
    if (is_exact_list(iterable)) return fill(thread, self, {iterable.as<List>()->buffer->items, iterable.as<List>()->size});
    if (is_exact_tuple(iterable)) return fill(thread, self, iterable.as<Tuple>()->view());
  }
  if (iterable == Value(&self)) iterable = Value(TRY(list_of(thread, iterable)));
  return for_each(thread, iterable, [&](Value item) { return append(thread, self, item); });
}

Status extend_left(Thread& thread, Deque& self, Value iterable) {
  if (iterable == Value(&self)) iterable = Value(TRY(list_of(thread, iterable)));
  return for_each(thread, iterable, [&](Value item) { return append_left(thread, self, item); });
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, deque_row, arguments, count, keyword_names, values));
  Deque& deque = as_deque(self);
  int64_t max_size = -1;
  if (!values[1].is_empty() && !values[1].is_none()) {
    if (!is_any_int(values[1])) return raise(thread, TypeError, "an integer is required");
    max_size = TRY(index_as_int64(thread, values[1], &OverflowError));
    if (max_size < 0) return raise(thread, ValueError, "maxlen must be non-negative");
  }
  deque.max_size = max_size;
  if (deque.size > 0) clear(deque);
  return values[0].is_empty() ? Status(nothing) : extend(thread, deque, values[0]);
}

Value pop(Thread& thread, Deque& self) {
  if (self.size == 0) return raise(thread, IndexError, "pop from an empty deque");
  return take_last(self);
}

Value pop_left(Thread& thread, Deque& self) {
  if (self.size == 0) return raise(thread, IndexError, "pop from an empty deque");
  return take_first(self);
}

// Steps to the right; negative: to the left. Moves whichever way is shorter.
void rotate_by(Deque& deque, int64_t steps) {
  const int64_t size = static_cast<int64_t>(deque.size);
  if (size <= 1) return;
  steps %= size;
  if (steps < 0) steps += size;
  const size_t mask = deque.buffer->capacity() - 1;
  if (deque.size == deque.buffer->capacity()) {  // no gap to move through
    deque.start = (deque.start - static_cast<size_t>(steps)) & mask;
    ++deque.changes;
    return;
  }
  if (steps <= size / 2) {
    for (; steps > 0; --steps) {
      const Value item = take_last(deque);
      deque.start = (deque.start - 1) & mask;
      ++deque.size;
      deque.at(0) = item;
    }
  } else {
    for (steps = size - steps; steps > 0; --steps) {
      const Value item = take_first(deque);
      deque.at(deque.size++) = item;
    }
  }
  ++deque.changes;
}

void rotate(Deque& self, int64_t steps) { rotate_by(self, steps); }

void reverse(Deque& self) {
  for (size_t i = 0, j = self.size; i + 1 < j; ++i, --j) std::swap(self.at(i), self.at(j - 1));
}

Status remove_at(Deque& deque, size_t position) {
  rotate_by(deque, -static_cast<int64_t>(position));
  take_first(deque);
  rotate_by(deque, static_cast<int64_t>(position));
  return nothing;
}

// The first position in [start, stop) of an equal item, or -1. `changed` is raised if comparing
// changes the deque.
Result<int64_t> find_item(Thread& thread, const Deque& deque, Value wanted, size_t start, size_t stop,
                          Type& changed, std::string_view message) {
  const uint64_t changes = deque.changes;
  for (size_t i = start; i < stop && i < deque.size; ++i) {
    const bool found = TRY(is_equal(thread, deque.at(i), wanted));
    if (deque.changes != changes) return raise(thread, changed, message);
    if (found) return static_cast<int64_t>(i);
  }
  return int64_t{-1};
}

constexpr std::string_view kMutated = "deque mutated during iteration";

Status remove(Thread& thread, Deque& self, Value wanted) {
  const int64_t position = TRY(find_item(thread, self, wanted, 0, self.size, IndexError, "deque mutated during remove()."));
  if (position < 0) return raise(thread, ValueError, "{} is not in deque", Repr{wanted});
  return remove_at(self, static_cast<size_t>(position));
}

Result<int64_t> count_equal(Thread& thread, Deque& self, Value wanted) {
  int64_t found = 0;
  const uint64_t changes = self.changes;
  for (size_t i = 0; i < self.size; ++i) {
    found += TRY(is_equal(thread, self.at(i), wanted));
    if (self.changes != changes) return raise(thread, RuntimeError, kMutated);
  }
  return found;
}

Result<int64_t> index_of(Thread& thread, Deque& self, Value wanted, Value first, Value last) {
  const int64_t size = static_cast<int64_t>(self.size);
  const int64_t start = TRY(search_bound(thread, first, 0, self.size));
  const int64_t stop = TRY(search_bound(thread, last, size, self.size));
  const int64_t found = TRY(find_item(thread, self, wanted, static_cast<size_t>(start),
                                      static_cast<size_t>(stop), RuntimeError, kMutated));
  if (found < 0) return raise(thread, ValueError, "{} is not in deque", Repr{wanted});
  return found;
}

Status insert(Thread& thread, Deque& self, int64_t position, Value item) {
  if (is_full(self)) return raise(thread, IndexError, "deque already at its maximum size");
  const int64_t size = static_cast<int64_t>(self.size);
  if (position >= size) return append(thread, self, item);
  if (position <= -size || position == 0) return append_left(thread, self, item);
  rotate_by(self, -position);
  if (position < 0) {
    TRY(append(thread, self, item));
  } else {
    TRY(append_left(thread, self, item));
  }
  rotate_by(self, position);
  return nothing;
}

Value copy(Thread& thread, Deque& self) {
  Type& type = type_of(Value(&self));
  if (&type != &type_of_kind(ModuleKind::Deque)) {
    if (self.max_size < 0) return call(thread, Value(&type), {Value(&self)});
    return call(thread, Value(&type), {Value(&self), make_int(self.max_size)});
  }
  Deque* result = make_deque(type);
  result->max_size = self.max_size;
  for (size_t i = 0; i < self.size; ++i) TRY(append(thread, *result, self.at(i)));
  return Value(result);
}

Value repr_of(Thread& thread, Value self) {
  if (TRY(repr_enter(thread, self))) return Value(make_str("[...]"));
  const Result<List*> items = list_of(thread, self);
  const Result<Str*> shown = items.failed() ? Result<Str*>(error) : repr(thread, Value(items.value()));
  repr_leave(thread, self);
  const Value text(TRY(shown));
  const Str* name = type_of(self).name;
  if (as_deque(self).max_size < 0) return format_message(thread, "{}({})", {name, text});
  return format_message(thread, "{}({}, maxlen={})", {name, text, as_deque(self).max_size});
}

Value compare_deques(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_deque(left) || !is_deque(right)) return NotImplemented;
  const size_t left_size = as_deque(left).size, right_size = as_deque(right).size;
  if (left_size != right_size && op == CompareOp::Equal) return False;
  if (left_size != right_size && op == CompareOp::NotEqual) return True;
  const Value a = TRY(iterate(thread, left)), b = TRY(iterate(thread, right));
  for (;;) {
    const Value x = TRY(next(thread, a)), y = TRY(next(thread, b));
    if (x.is_unbound() || y.is_unbound()) return compare_sizes(!x.is_unbound(), !y.is_unbound(), op);
    if (TRY(is_equal(thread, x, y))) continue;
    if (op == CompareOp::Equal) return False;
    if (op == CompareOp::NotEqual) return True;
    return compare(thread, x, y, op);
  }
}

Result<size_t> length_of(Thread&, Value self) { return as_deque(self).size; }

Result<bool> has_item(Thread& thread, Value self, Value item) {
  const Deque& deque = as_deque(self);
  return TRY(find_item(thread, deque, item, 0, deque.size, RuntimeError, kMutated)) >= 0;
}

Value item_at(Thread& thread, Value self, int64_t index) {
  const Deque& deque = as_deque(self);
  if (static_cast<uint64_t>(index) >= deque.size) return raise(thread, IndexError, "deque index out of range");
  return deque.at(static_cast<size_t>(index));
}

Status set_item_at(Thread& thread, Value self, int64_t index, Value value) {
  Deque& deque = as_deque(self);
  if (static_cast<uint64_t>(index) >= deque.size) return raise(thread, IndexError, "deque index out of range");
  const size_t position = static_cast<size_t>(index);
  if (value.is_empty()) return remove_at(deque, position);
  if (value.is_object() && !deque.buffer->is_scanned()) TRY(prepare_for(thread, deque, value));
  deque.at(position) = value;
  return nothing;
}

Value concatenate_deques(Thread& thread, Value left, Value right) {
  if (!is_deque(right)) {
    return raise(thread, TypeError, "can only concatenate deque (not \"{}\") to deque", type_of(right));
  }
  const Value result = TRY(copy(thread, as_deque(left)));
  TRY(extend(thread, as_deque(result), right));
  return result;
}

Value inplace_concatenate_deque(Thread& thread, Value self, Value iterable) {
  TRY(extend(thread, as_deque(self), iterable));
  return self;
}

Value inplace_repeated(Thread& thread, Value self, int64_t count) {
  Deque& deque = as_deque(self);
  if (deque.size == 0 || count == 1) return self;
  if (count <= 0) {
    clear(deque);
    return self;
  }
  if (deque.max_size < 0 && static_cast<uint64_t>(count) > kMaxItems / deque.size) return raise_memory_error(thread);
  const List* items = TRY(list_of(thread, self));
  // More than fits would only be pushed out again.
  if (deque.max_size >= 0) {
    count = std::min(count, deque.max_size / static_cast<int64_t>(items->size) + 2);
  }
  for (int64_t i = 1; i < count; ++i) {
    for (const Value item : *items) TRY(append(thread, deque, item));
  }
  return self;
}

Value repeated(Thread& thread, Value self, int64_t count) {
  return inplace_repeated(thread, TRY(copy(thread, as_deque(self))), count);
}

Value reduce(Thread& thread, Deque& self) {
  const Value state = TRY(call_method(thread, Value(&self), "__getstate__"));
  const Value iterator = TRY(iterate(thread, Value(&self)));
  const Value arguments = self.max_size < 0
                              ? Value(empty_tuple())
                              : Value(make_tuple({Value(empty_tuple()), make_int(self.max_size)}));
  return Value(make_tuple({Value(&type_of(Value(&self))), arguments, state, iterator}));
}

int64_t size_of(Deque& self) {
  return static_cast<int64_t>(sizeof(Deque) + self.buffer->capacity() * sizeof(Value));
}

Value max_size(Deque& self) { return self.max_size < 0 ? None : make_int(self.max_size); }

// --- iterators ---

struct DequeIterator : Object {
  Deque* deque;
  uint64_t changes;
  size_t left;
};

Value make_iterator(Deque& deque, Kind kind) {
  DequeIterator* iterator = initialize_header<DequeIterator>(gc_allocate_object(sizeof(DequeIterator)),
                                                             shape_of_kind(kind), kind, 1);
  iterator->deque = &deque;
  iterator->changes = deque.changes;
  iterator->left = deque.size;
  return Value(iterator);
}

Value iterate_deque(Thread&, Value self) { return make_iterator(as_deque(self), ModuleKind::DequeIterator); }
Value iterate_backwards(Deque& self) { return make_iterator(self, ModuleKind::DequeReverseIterator); }

template <Kind kind>
Value make_iterator_at(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, iterator_row, arguments, count, keyword_names, values));
  if (!is_deque(values[0])) {
    return raise(thread, TypeError, "argument 1 must be collections.deque, not {}", argument_kind(values[0]));
  }
  const Value iterator = make_iterator(as_deque(values[0]), kind);
  const int64_t skipped = TRY(index_as_int64(thread, values[1], nullptr));
  size_t& left = iterator.as<DequeIterator>()->left;
  left -= std::min(left, static_cast<size_t>(std::max<int64_t>(skipped, 0)));
  return iterator;
}

template <Kind kind>
Value next_item(Thread& thread, Value self) {
  DequeIterator& iterator = *self.as<DequeIterator>();
  if (iterator.changes != iterator.deque->changes) {
    iterator.left = 0;
    return raise(thread, RuntimeError, kMutated);
  }
  if (iterator.left == 0) return Unbound;
  const size_t left = iterator.left--;
  return iterator.deque->at(kind == ModuleKind::DequeIterator ? iterator.deque->size - left : left - 1);
}

int64_t items_left(DequeIterator& self) { return static_cast<int64_t>(self.left); }

Value reduce_iterator(DequeIterator& self) {
  const int64_t passed = static_cast<int64_t>(self.deque->size) - static_cast<int64_t>(self.left);
  return Value(make_tuple({Value(&type_of(Value(&self))),
                           Value(make_tuple({Value(self.deque), make_int(passed)}))}));
}

const MethodRow iterator_methods[] = {
    method<items_left>("!__length_hint__($self, /)", "How many items are left."),
    method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs."),
};

Value same(Thread&, Value self) { return self; }

template <Kind kind>
void define_iterator() {
  TypeSlots slots{};
  slots.iterate = same;
  slots.next = next_item<kind>;
  slots.make = make_iterator_at<kind>;
  define_type(kind, {.instance_bytes = sizeof(DequeIterator), .slots = slots, .methods = iterator_methods});
}

const MethodRow deque_methods[] = {
    method<append>("!append($self, item, /)", "Add an item at the right end."),
    method<append_left>("!appendleft($self, item, /)", "Add an item at the left end."),
    method<clear>("!clear($self, /)", "Take out all items."),
    method<copy>("!__copy__($self, /)", "A deque of the same items."),
    method<copy>("!copy($self, /)", "A deque of the same items."),
    method<count_equal>("!count($self, value, /)", "D.count(value) -- how many items are equal to value"),
    method<extend>("!extend($self, iterable, /)", "Add the items at the right end."),
    method<extend_left>("!extendleft($self, iterable, /)", "Add the items at the left end, one by one."),
    method<index_of>("!index($self, value, start=<0>, stop=<size>, /)",
                     "D.index(value, [start, [stop]]) -- position of the first item equal to value.\n"
                     "ValueError if there is none."),
    method<insert>("!insert($self, index, item, /)", "D.insert(index, item) -- put item in front of that at index"),
    method<pop>("!pop($self, /)", "Take out and return the item at the right end."),
    method<pop_left>("!popleft($self, /)", "Take out and return the item at the left end."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    method<remove>("!remove($self, value, /)", "D.remove(value) -- take out the first item equal to value."),
    method<iterate_backwards>("!__reversed__($self, /)", "D.__reversed__() -- an iterator from right to left"),
    method<reverse>("!reverse($self, /)", "D.reverse() -- reverse the order of the items, in place"),
    method<rotate>("!rotate($self, n=1, /)",
                   "Rotate n steps to the right (default n=1).  If n is negative, to the left."),
    method<size_of>("!__sizeof__($self, /)", "D.__sizeof__() -- bytes of memory the deque takes"),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    getter<max_size>("maxlen", "maximum size of a deque or None if unbounded"),
};

}  // namespace

void define_deque_types() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.hash = hash_not_implemented;
  slots.compare = compare_deques;
  slots.iterate = iterate_deque;
  slots.init = initialize;
  slots.make = make;
  slots.sequence_length = length_of;
  slots.concatenate = concatenate_deques;
  slots.repeat = repeated;
  slots.sequence_item = item_at;
  slots.sequence_set_item = set_item_at;
  slots.contains = has_item;
  slots.inplace_concatenate = inplace_concatenate_deque;
  slots.inplace_repeat = inplace_repeated;
  define_type(ModuleKind::Deque, {
      .doc = "deque([iterable[, maxlen]]) --> deque object\n\n"
             "A sequence like a list, with fast adding and removing at both ends.",
      .instance_bytes = sizeof(Deque),
      .flags = Type::kBaseType | Type::kHasWeakReferences | Type::kIsSequencePattern,
      .slots = slots,
      .methods = deque_methods,
  });
  define_iterator<ModuleKind::DequeIterator>();
  define_iterator<ModuleKind::DequeReverseIterator>();
}

}  // namespace minipy
