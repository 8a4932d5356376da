#include <algorithm>

#include "Objects/container_support.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/iterators.h"
#include "Objects/item_repr.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/slice.h"

namespace minipy {
namespace {

constexpr size_t kMaxItems = (size_t{1} << 47) / sizeof(Value);

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  if (&type == &type_of_kind(Kind::List)) return Value(make_list());
  List* list = allocate_instance_as<List>(type);
  if (!list) return error;
  list->buffer = empty_value_buffer();
  return Value(list);
}

// list.__init__: also empties a list that is initialised again.
Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Type& type = type_of(self);
  if (type.slots.make == type_of_kind(Kind::List).slots.make && !has_own_init(type, Kind::List)) {
    TRY(check_no_keywords(thread, "list", keyword_names));
  }
  TRY(check_positional(thread, "list", count, 0, 1));
  List& list = *self.as<List>();
  list.buffer = empty_value_buffer();
  list.size = 0;
  return count == 0 ? Status(nothing) : list_extend(thread, list, arguments[0]);
}

Value repr_of(Thread& thread, Value self) {
  const List& list = *self.as<List>();
  if (list.size == 0) return Value(make_str("[]"));
  if (TRY(repr_enter(thread, self))) return Value(make_str("[...]"));
  StrBuilder text;
  text.append("[");
  for (size_t i = 0; i < list.size; ++i) {
    if (i > 0) text.append(", ");
    if (append_repr(thread, text, list.at(i)).failed()) {
      repr_leave(thread, self);
      return error;
    }
  }
  repr_leave(thread, self);
  text.append("]");
  return Value(TRY(text.finish(thread)));
}

// Comparing items may change both lists.
Value compare_lists(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_list(left) || !is_list(right)) return NotImplemented;
  const List &a = *left.as<List>(), &b = *right.as<List>();
  if (a.size != b.size && op == CompareOp::Equal) return False;
  if (a.size != b.size && op == CompareOp::NotEqual) return True;
  for (size_t i = 0; i < a.size && i < b.size; ++i) {
    const Value x = a.at(i), y = b.at(i);
    if (x == y || TRY(is_equal(thread, x, y))) continue;
    if (i >= a.size || i >= b.size) break;  // comparing took the items away
    if (op == CompareOp::Equal) return False;
    if (op == CompareOp::NotEqual) return True;
    return compare(thread, x, y, op);
  }
  return compare_sizes(a.size, b.size, op);
}

Result<size_t> length_of(Thread&, Value self) { return self.as<List>()->size; }

Value item_at(Thread& thread, Value self, int64_t index) {
  const List& list = *self.as<List>();
  if (static_cast<uint64_t>(index) >= list.size) {
    return raise(thread, IndexError, "list index out of range");
  }
  return list.at(static_cast<size_t>(index));
}

Result<int64_t> index_of_key(Thread& thread, const List& list, Value key) {
  const int64_t index = key.is_int() ? key.as_int() : TRY(index_as_int64(thread, key, &IndexError));
  return index < 0 ? index + static_cast<int64_t>(list.size) : index;
}

Value subscript(Thread& thread, Value self, Value key) {
  const List& list = *self.as<List>();
  if (key.is_int() || is_index(key)) return item_at(thread, self, TRY(index_of_key(thread, list, key)));
  if (!is_slice(key)) {
    return raise(thread, TypeError, "list indices must be integers or slices, not {}", type_of(key));
  }
  SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  fit_slice(range, list.size);
  List* result = list_slice(list, range);
  return result ? Value(result) : raise_memory_error(thread);
}

Status set_item_at(Thread& thread, Value self, int64_t index, Value value) {
  List& list = *self.as<List>();
  if (static_cast<uint64_t>(index) >= list.size) {
    return raise(thread, IndexError, "list assignment index out of range");
  }
  if (value.is_empty()) {
    list_remove_range(list, static_cast<size_t>(index), static_cast<size_t>(index) + 1);
  } else {
    list.store(static_cast<size_t>(index), value);
  }
  return nothing;
}

Status set_subscript(Thread& thread, Value self, Value key, Value value) {
  List& list = *self.as<List>();
  if (key.is_int() || is_index(key)) {
    return set_item_at(thread, self, TRY(index_of_key(thread, list, key)), value);
  }
  if (!is_slice(key)) {
    return raise(thread, TypeError, "list indices must be integers or slices, not {}", type_of(key));
  }
  const SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  return value.is_empty() ? list_delete_slice(list, range)
                          : list_assign_slice(thread, list, range, value);
}

Value concatenate_lists(Thread& thread, Value left, Value right) {
  if (!is_list(right)) {
    return raise(thread, TypeError, "can only concatenate list (not \"{}\") to list", type_of(right));
  }
  const List &a = *left.as<List>(), &b = *right.as<List>();
  List* result = make_list();
  const size_t size = a.size + b.size;
  if (size == 0) return Value(result);
  TRY(list_reserve(thread, *result, size, a.buffer->is_scanned() || b.buffer->is_scanned()));
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), result->buffer->items));
  result->size = size;
  return Value(result);
}

void fill_repeated(Value* to, const Value* items, size_t size, size_t count) {
  if (size == 1) {
    std::fill(to, to + count, *items);
    return;
  }
  for (size_t i = 0; i < count; ++i) to = std::copy(items, items + size, to);
}

Value repeated(Thread& thread, Value self, int64_t count) {
  const List& list = *self.as<List>();
  List* result = make_list();
  if (count <= 0 || list.size == 0) return Value(result);
  if (static_cast<uint64_t>(count) > kMaxItems / list.size) return raise_memory_error(thread);
  const size_t size = list.size * static_cast<size_t>(count);
  TRY(list_reserve(thread, *result, size, list.buffer->is_scanned()));
  fill_repeated(result->buffer->items, list.begin(), list.size, static_cast<size_t>(count));
  result->size = size;
  return Value(result);
}

Value inplace_concatenate_list(Thread& thread, Value self, Value iterable) {
  TRY(list_extend(thread, *self.as<List>(), iterable));
  return self;
}

Value inplace_repeated(Thread& thread, Value self, int64_t count) {
  List& list = *self.as<List>();
  if (list.size == 0 || count == 1) return self;
  if (count <= 0) {
    list_remove_range(list, 0, list.size);
    return self;
  }
  if (static_cast<uint64_t>(count) > kMaxItems / list.size) return raise_memory_error(thread);
  const size_t size = list.size * static_cast<size_t>(count);
  TRY(list_reserve(thread, list, size, list.buffer->is_scanned()));
  Value* items = list.buffer->items;
  fill_repeated(items + list.size, items, list.size, static_cast<size_t>(count - 1));
  list.size = size;
  return self;
}

Result<bool> has_item(Thread& thread, Value self, Value item) {
  const List& list = *self.as<List>();
  for (size_t i = 0; i < list.size; ++i) {
    if (TRY(is_equal(thread, list.at(i), item))) return true;
  }
  return false;
}

Status append(Thread& thread, List& self, Value item) { return list_append(thread, self, item); }
Status extend(Thread& thread, List& self, Value iterable) { return list_extend(thread, self, iterable); }

// Sequence operation s.insert(i, x). A position past either end is clamped.
Status insert(Thread& thread, List& self, Value position, Value item) {
  int64_t at = TRY(argument_int64(thread, position));
  const int64_t size = static_cast<int64_t>(self.size);
  if (at < 0) at = std::max<int64_t>(0, at + size);
  return list_insert(thread, self, static_cast<size_t>(std::min(at, size)), item);
}

// Sequence operation s.pop(i). Emptiness is reported before a bad position.
Value pop(Thread& thread, List& self, Value position) {
  int64_t at = TRY(argument_int64(thread, position));
  if (self.size == 0) return raise(thread, IndexError, "pop from empty list");
  if (at < 0) at += static_cast<int64_t>(self.size);
  if (static_cast<uint64_t>(at) >= self.size) return raise(thread, IndexError, "pop index out of range");
  const size_t offset = static_cast<size_t>(at);
  const Value item = self.at(offset);
  if (offset + 1 == self.size && (self.buffer->capacity() < 64 || self.size > self.buffer->capacity() / 4)) {
    self.buffer->items[offset] = Value();
    --self.size;
  } else {
    list_remove_range(self, offset, offset + 1);
  }
  return item;
}

// Sequence operation s.remove(x). Comparing runs user code, which may shrink the list under us.
Status remove(Thread& thread, List& self, Value wanted) {
  for (size_t i = 0; i < self.size; ++i) {
    if (!TRY(is_equal(thread, self.at(i), wanted))) continue;
    if (i < self.size) list_remove_range(self, i, i + 1);
    return nothing;
  }
  return raise(thread, ValueError, "list.remove(x): x not in list");
}

Result<int64_t> count_equal(Thread& thread, List& self, Value wanted) {
  int64_t found = 0;
  for (size_t i = 0; i < self.size; ++i) found += TRY(is_equal(thread, self.at(i), wanted));
  return found;
}

// Sequence operation s.index(x[, i[, j]]).
Result<int64_t> index_of(Thread& thread, List& self, Value wanted, Value first, Value last) {
  const int64_t start = TRY(search_bound(thread, first, 0, self.size));
  const int64_t stop = TRY(search_bound(thread, last, INT64_MAX, self.size));
  for (int64_t i = start; i < stop && i < static_cast<int64_t>(self.size); ++i) {
    if (TRY(is_equal(thread, self.at(static_cast<size_t>(i)), wanted))) return i;
  }
  return raise(thread, ValueError, "{} is not in list", Repr{wanted});
}

void clear(List& self) {
  self.buffer = empty_value_buffer();
  self.size = 0;
}

Value copy(Thread& thread, List& self) {
  List* const result = copy_items(self, 0, self.size);
  return result ? Value(result) : raise_memory_error(thread);
}

Value iterate_backwards(List& self) {
  ListReverseIterator* iterator = allocate<ListReverseIterator>();
  iterator->list = &self;
  iterator->position = static_cast<int64_t>(self.size) - 1;
  return Value(iterator);
}

Status sort(Thread& thread, List& self, Value key, int reverse) {
  return list_sort(thread, self, key, reverse != 0);
}

int64_t size_of(List& self) {
  return static_cast<int64_t>(sizeof(List) + self.buffer->capacity() * sizeof(Value) + 16);
}

const MethodRow list_methods[] = {
    method<iterate_backwards>("__reversed__($self, /)", "An iterator from the end to the start."),
    method<size_of>("__sizeof__($self, /)", "Bytes of memory the list takes."),
    method<clear>("clear($self, /)", "Take out all items."),
    method<copy>("copy($self, /)", "A list of the same items."),
    method<append>("append($self, object, /)", "Add object at the end."),
    method<insert>("insert($self, index, object, /)", "Put object in front of the item at index."),
    method<extend>("extend($self, iterable, /)", "Add the items of iterable at the end."),
    method<pop>("pop($self, index=-1, /)",
                "Take out and return the item at index (the last one by default).\n\n"
                "IndexError if the list is empty or index is out of range."),
    method<remove>("remove($self, value, /)",
                   "Take out the first item equal to value.\n\nValueError if there is none."),
    method<index_of>("index($self, value, start=0, stop=sys.maxsize, /)",
                     "Position of the first item equal to value.\n\nValueError if there is none."),
    method<count_equal>("count($self, value, /)", "How many items are equal to value."),
    method<list_reverse>("reverse($self, /)", "Reverse the order of the items, in place."),
    method<sort>("sort($self, /, *, key=None, reverse=False)",
                 "Sort the items in place, smallest first; equal ones keep their order.\n\n"
                 "With a key function the items are compared by what it returns for them.\n"
                 "With reverse the largest comes first."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

Value next_item(Thread&, Value self) {
  ListIterator& iterator = *self.as<ListIterator>();
  if (!iterator.list) return Unbound;
  if (iterator.position < iterator.list->size) return iterator.list->at(iterator.position++);
  iterator.list = nullptr;
  return Unbound;
}

int64_t items_left(ListIterator& self) {
  if (!self.list || self.position > self.list->size) return 0;
  return static_cast<int64_t>(self.list->size - self.position);
}

Value reduce_iterator(Thread& thread, ListIterator& self) {
  if (!self.list) return reduce_to(thread, "iter", Value(make_list()));
  return reduce_to(thread, "iter", Value(self.list), make_int(static_cast<int64_t>(self.position)));
}

void set_position(ListIterator& self, int64_t position) {
  if (!self.list) return;
  self.position = std::min(static_cast<size_t>(std::max<int64_t>(position, 0)), self.list->size);
}

const MethodRow iterator_methods[] = {
    method<items_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs."),
    method<set_position>("!__setstate__($self, position, /)", "Set the position, for unpickling."),
};

Value next_backwards(Thread&, Value self) {
  ListReverseIterator& iterator = *self.as<ListReverseIterator>();
  if (!iterator.list) return Unbound;
  const int64_t position = iterator.position;
  if (position >= 0 && position < static_cast<int64_t>(iterator.list->size)) {
    --iterator.position;
    return iterator.list->at(static_cast<size_t>(position));
  }
  iterator.position = -1;
  iterator.list = nullptr;
  return Unbound;
}

int64_t reverse_items_left(ListReverseIterator& self) {
  const int64_t left = self.position + 1;
  return !self.list || static_cast<int64_t>(self.list->size) < left ? 0 : left;
}

Value reduce_reverse_iterator(Thread& thread, ListReverseIterator& self) {
  if (!self.list) return reduce_to(thread, "iter", Value(make_list()));
  return reduce_to(thread, "reversed", Value(self.list), make_int(self.position));
}

void set_reverse_position(ListReverseIterator& self, int64_t position) {
  if (!self.list) return;
  self.position = std::clamp<int64_t>(position, -1, static_cast<int64_t>(self.list->size) - 1);
}

const MethodRow reverse_iterator_methods[] = {
    method<reverse_items_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_reverse_iterator>("!__reduce__($self, /)", "What pickle needs."),
    method<set_reverse_position>("!__setstate__($self, position, /)", "Set the position, for unpickling."),
};

Value same(Thread&, Value self) { return self; }

void define_iterators() {
  TypeSlots forwards{};
  forwards.iterate = same;
  forwards.next = next_item;
  define_type(Kind::ListIterator, {
      .instance_bytes = sizeof(ListIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = forwards,
      .methods = iterator_methods,
  });
  TypeSlots backwards{};
  backwards.iterate = same;
  backwards.next = next_backwards;
  define_type(Kind::ListReverseIterator, {
      .instance_bytes = sizeof(ListReverseIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = backwards,
      .methods = reverse_iterator_methods,
  });
}

}  // namespace

Value iterate_list(Thread&, Value list) {
  ListIterator* iterator = allocate<ListIterator>();
  iterator->list = list.as<List>();
  return Value(iterator);
}

void define_list_types() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.hash = hash_not_implemented;
  slots.compare = compare_lists;
  slots.iterate = iterate_list;
  slots.init = initialize;
  slots.make = make;
  slots.map_length = slots.sequence_length = length_of;
  slots.map_item = subscript;
  slots.map_set_item = set_subscript;
  slots.sequence_item = item_at;
  slots.sequence_set_item = set_item_at;
  slots.concatenate = concatenate_lists;
  slots.repeat = repeated;
  slots.inplace_concatenate = inplace_concatenate_list;
  slots.inplace_repeat = inplace_repeated;
  slots.contains = has_item;
  define_type(Kind::List, {
      .doc = "list(iterable=(), /)\n--\n\nA sequence that can be changed.\n\n"
             "Without an argument an empty list.",
      .instance_bytes = sizeof(List),
      .flags = Type::kBaseType | Type::kList | Type::kIsSequencePattern | Type::kSelfPattern,
      .slots = slots,
      .methods = list_methods,
  });
  define_iterators();
}

}  // namespace minipy
