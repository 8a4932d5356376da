#include "Objects/list.h"

#include <algorithm>
#include <cstring>

#include "Objects/dict_internals.h"
#include "Objects/gc_large.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
#include "Objects/list_builder.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/range.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

alignas(16) ValueBuffer empty_buffer{0};

// Numbers, the usual content of long buffers without pointers, are passed over eight at a time.
bool holds_pointer(const Value* items, size_t size) {
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    bool may_be = false;
    for (size_t k = 0; k < 8; ++k) may_be |= items[i + k].bits() < Value::kDoubleOffset;
    if (!may_be) continue;
    for (size_t k = 0; k < 8; ++k) {
      if (items[i + k].is_object()) return true;
    }
  }
  return std::any_of(items + i, items + size, [](Value item) { return item.is_object(); });
}

// Large lists grow by a quarter. Small ones double: what a list leaves behind while it grows costs
// more than what it has to spare.
size_t grown(size_t size) {
  return size < 4 ? 4 : size < 256 ? size * 2 : size + size / 4;
}

// Room for `wanted` items; scanned from now on if `scanned`. False if there is no memory.
bool make_room(List& list, size_t wanted, bool scanned) {
  ValueBuffer* old = list.buffer;
  scanned |= old->is_scanned();
  if (wanted <= old->capacity() && scanned == old->is_scanned()) return true;
  const size_t capacity = wanted <= old->capacity() ? old->capacity() : std::max(wanted, grown(list.size));
  ValueBuffer* buffer = resized(old, list.size, capacity, scanned);
  if (!buffer) return false;
  list.buffer = buffer;
  gc_free_large(old, old->capacity() * sizeof(Value));
  return true;
}

// A new list of `size` items that are still to be filled in.
List* make_list_for(size_t size, bool scanned) {
  ValueBuffer* const buffer = make_value_buffer(size, scanned);
  if (!buffer) return nullptr;
  List* const list = make_list();
  list->buffer = buffer;
  list->size = size;
  return list;
}

// A list's own items and those of a tuple can be copied at once.
Status extend_from(Thread& thread, List& list, Value source) {
  const bool from_list = is_exact_list(source);
  const size_t count = from_list ? source.as<List>()->size : source.as<Tuple>()->size;
  if (count == 0) return nothing;
  const bool scanned = from_list ? source.as<List>()->buffer->is_scanned()
                                 : holds_pointer(source.as<Tuple>()->items, count);
  if (!make_room(list, list.size + count, scanned)) return raise_memory_error(thread);
  // Read only now: the source may be the list itself.
  const Value* items = from_list ? source.as<List>()->begin() : source.as<Tuple>()->begin();
  std::copy(items, items + count, list.buffer->items + list.size);
  list.size += count;
  return nothing;
}

}  // namespace

ValueBuffer* empty_value_buffer() { return &empty_buffer; }

void List::make_scanned() {
  ValueBuffer* scanned = resized(buffer, size, buffer->capacity(), true);
  if (!scanned) die("out of memory for a list", __FILE__, __LINE__);
  buffer = scanned;
}

List* make_list() {
  // Only the first word is a pointer.
  List* list =
      initialize_header<List>(gc_allocate_object(sizeof(List)), shape_of_kind(Kind::List), Kind::List, 1);
  list->buffer = &empty_buffer;
  return list;
}

List* make_list(const Value* items, size_t size) {
  return make_list(items, size, true);
}

List* make_list(const Value* items, size_t size, bool may_hold_pointers) {
  if (size == 0) return make_list();
  List* const list = make_list_for(size, may_hold_pointers && holds_pointer(items, size));
  if (list) std::copy(items, items + size, list->buffer->items);
  return list;
}

void recycle_list(List& list) {
  gc_recycle_buffer(list.buffer);
  gc_recycle_object(&list, sizeof(List), false);
}

// Scanned if the list is: looking for pointers would take as long as copying.
List* copy_items(const List& list, size_t start, size_t count) {
  if (count == 0) return make_list();
  List* const part = make_list_for(count, list.buffer->is_scanned());
  if (part) std::copy(list.begin() + start, list.begin() + start + count, part->buffer->items);
  return part;
}

Status list_append_slow(Thread& thread, List& list, Value value) {
  if (!make_room(list, list.size + 1, value.is_object())) return raise_memory_error(thread);
  list.buffer->items[list.size++] = value;
  return nothing;
}

Status list_append_all(Thread& thread, List& list, const Value* items, size_t count) {
  if (!make_room(list, list.size + count, holds_pointer(items, count))) return raise_memory_error(thread);
  std::copy(items, items + count, list.buffer->items + list.size);
  list.size += count;
  return nothing;
}

Status list_reserve(Thread& thread, List& list, size_t capacity, bool scanned) {
  if (!make_room(list, capacity, scanned)) return raise_memory_error(thread);
  return nothing;
}

Status list_insert(Thread& thread, List& list, size_t at, Value value) {
  if (!make_room(list, list.size + 1, value.is_object())) return raise_memory_error(thread);
  at = std::min(at, list.size);
  Value* items = list.buffer->items;
  std::memmove(static_cast<void*>(items + at + 1), items + at, (list.size - at) * sizeof(Value));
  items[at] = value;
  ++list.size;
  return nothing;
}

namespace {

Status extend_with_characters(Thread& thread, List& list, const Str& text) {
  if (!make_room(list, list.size + text.length(), true)) return raise_memory_error(thread);
  for (size_t i = 0; i < text.length(); ++i) list.buffer->items[list.size++] = make_character(text.at(i));
  return nothing;
}

// What is left of a range of inline ints; false if some are too large for that.
Result<bool> extend_with_range(Thread& thread, List& list, RangeIterator& range) {
  const int64_t count = range.left;
  if (count <= 0) return true;
  int64_t last;
  if (__builtin_mul_overflow(range.step, count - 1, &last) || __builtin_add_overflow(last, range.next, &last) ||
      !Value::fits_int(range.next) || !Value::fits_int(last)) {
    return false;
  }
  if (!make_room(list, list.size + static_cast<size_t>(count), false)) return raise_memory_error(thread);
  Value* const items = list.buffer->items + list.size;
  for (int64_t i = 0; i < count; ++i) items[i] = Value::from_int(range.next + i * range.step);
  list.size += static_cast<size_t>(count);
  range.next = last;
  range.left = 0;
  return true;
}

// The keys, values or items of a dict, which nothing can change meanwhile.
Status extend_with_dict(Thread& thread, List& list, const Dict& dict, Kind view) {
  const DictEntry* const entries = dict.entries;
  const auto take = [&](size_t i) { return view == Kind::DictValues ? entries[i].value : entries[i].key; };
  bool scanned = view == Kind::DictItems;
  for (size_t i = 0; i < dict.used && !scanned; ++i) scanned = take(i).is_object();
  if (!make_room(list, list.size + dict.count, scanned)) return raise_memory_error(thread);
  Value* to = list.buffer->items + list.size;
  for (size_t i = 0; i < dict.used; ++i) {
    if (entries[i].key.is_unbound()) continue;
    *to++ = view == Kind::DictItems ? Value(make_tuple({entries[i].key, entries[i].value})) : take(i);
  }
  list.size += dict.count;
  return nothing;
}

Status extend_with_set(Thread& thread, List& list, const Set& set) {
  size_t position = 0;
  for (Value key; set_next(set, position, key);) TRY(list_append(thread, list, key));
  return nothing;
}

bool is_dict_view(Value value) {
  return is_exact(value, Kind::DictKeys) || is_exact(value, Kind::DictValues) || is_exact(value, Kind::DictItems);
}

}  // namespace

bool list_is_extended_at_once(Value iterable) {
  return is_exact_list(iterable) || is_exact_tuple(iterable) || is_exact_str(iterable) || is_exact(iterable, Kind::Range) ||
         is_exact(iterable, Kind::RangeIterator) || is_exact_dict(iterable) || is_dict_view(iterable) ||
         is_exact(iterable, Kind::Set) || is_exact(iterable, Kind::Frozenset);
}

// list.extend. An iterable that changes the list while it is read sees it grow. Room is made for as many items as are
// announced once the first tells whether they are pointers.
Status list_extend(Thread& thread, List& list, Value iterable) {
  if (is_exact_list(iterable) || is_exact_tuple(iterable)) return extend_from(thread, list, iterable);
  if (is_exact_str(iterable)) return extend_with_characters(thread, list, *iterable.as<Str>());
  if (is_exact_dict(iterable)) return extend_with_dict(thread, list, *iterable.as<Dict>(), Kind::DictKeys);
  if (is_dict_view(iterable)) {
    return extend_with_dict(thread, list, *iterable.as<DictView>()->dict, iterable.object()->kind);
  }
  if (is_exact(iterable, Kind::Set) || is_exact(iterable, Kind::Frozenset)) {
    return extend_with_set(thread, list, *iterable.as<Set>());
  }
  const Value iterator = TRY(iterate(thread, iterable));
  // An object that hands out a range's iterator is asked how long it is, like any other.
  const bool is_range = is_exact(iterator, Kind::RangeIterator) && (is_exact(iterable, Kind::Range) || iterable == iterator);
  if (is_range && TRY(extend_with_range(thread, list, *iterator.as<RangeIterator>()))) {
    return nothing;
  }
  return list_extend_from(thread, list, iterator, TRY(length_hint(thread, iterable, 0)));
}

Status list_extend_from(Thread& thread, List& list, Value iterator, size_t hint) {
  NextSlot next_item = type_of(iterator).slots.next;
  for (;;) {
    Value item = next_item(thread, iterator);
    if (item.is_unbound()) return nothing;
    if (item.is_empty()) {
      if (catch_exception(thread, StopIteration)) return nothing;
      return error;
    }
    if (hint > 8 && hint < (size_t{1} << 40) && !make_room(list, list.size + hint, item.is_object())) {
      return raise_memory_error(thread);
    }
    hint = 0;
    TRY(list_append(thread, list, item));
    TRY(check_memory_left(thread));
  }
}

void list_remove_range(List& list, size_t start, size_t end) {
  if (start >= end) return;
  Value* items = list.buffer->items;
  std::memmove(static_cast<void*>(items + start), items + end, (list.size - end) * sizeof(Value));
  const size_t size = list.size - (end - start);
  // What is gone must not be kept alive.
  if (list.buffer->is_scanned()) std::fill(items + size, items + list.size, Value());
  list.size = size;
  const size_t capacity = list.buffer->capacity();
  if (size == 0) {
    list.buffer = &empty_buffer;
  } else if (capacity >= 64 && size < capacity / 4) {
    if (ValueBuffer* smaller = resized(list.buffer, size, capacity / 2, list.buffer->is_scanned())) {
      list.buffer = smaller;
    }
  }
}

void list_reverse(List& list) { std::reverse(list.buffer->items, list.buffer->items + list.size); }

Tuple* list_to_tuple(const List& list) { return make_tuple(list.begin(), list.size); }

}  // namespace minipy
