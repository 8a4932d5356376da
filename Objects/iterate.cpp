// Iteration over any object. Language reference, data model 3.3.7; library reference, iter().
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
#include "Objects/list_builder.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/tuple_copies.h"

namespace minipy {

bool is_iterator(Value value) { return type_of(value).slots.next != nullptr; }

// An object with __getitem__ only is iterated by position.
Value iterate(Thread& thread, Value iterable, std::string_view message) {
  const Type& type = type_of(iterable);
  if (type.slots.iterate) {
    if (is_stack_exhausted(thread)) [[unlikely]] return error;
    const Value iterator = TRY(type.slots.iterate(thread, iterable));
    if (is_iterator(iterator)) return iterator;
    return raise(thread, TypeError, "iter() returned non-iterator of type '{}'", type_of(iterator));
  }
  if (is_sequence(iterable)) {
    SequenceIterator* iterator = allocate<SequenceIterator>();
    iterator->sequence = iterable;
    return Value(iterator);
  }
  return raise(thread, TypeError, message, type);
}

Value iterate(Thread& thread, Value iterable) {
  return iterate(thread, iterable, "'{}' object is not iterable");
}

bool raise_out_of_stack(Thread& thread) {
  (void)raise(thread, RecursionError, "maximum recursion depth exceeded");
  return true;
}

Value next(Thread& thread, Value iterator) {
  Value ready;
  if (iterator.is_object() && peek_item(iterator, ready)) {
    take_item(iterator);
    return ready;
  }
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const NextSlot slot = type_of(iterator).slots.next;
  if (!slot) return raise(thread, TypeError, "'{}' object is not an iterator", type_of(iterator));
  const Value item = slot(thread, iterator);
  if (item.is_empty()) return catch_exception(thread, StopIteration) ? Unbound : item;
  TRY(check_memory_left(thread));
  return item;
}

// PEP 424: len(), else __length_hint__(), else the fallback.
Result<size_t> length_hint(Thread& thread, Value iterable, size_t fallback) {
  const TypeSlots& slots = type_of(iterable).slots;
  if (slots.sequence_length || slots.map_length) {
    const Result<size_t> exact = length(thread, iterable);
    if (!exact.failed()) return exact;
    if (!catch_exception(thread, TypeError)) return error;
  }
  const Value method = TRY(lookup_special(thread, iterable, "__length_hint__"));
  if (method.is_unbound()) return fallback;
  const Value hint = call(thread, method);
  if (hint.is_empty()) {
    if (catch_exception(thread, TypeError)) return fallback;
    return error;
  }
  if (hint == NotImplemented) return fallback;
  if (!is_any_int(hint)) {
    return raise(thread, TypeError, "__length_hint__ must be an integer, not {}", type_of(hint));
  }
  const std::optional<int64_t> number = int_to_int64(hint);
  if (!number) return raise(thread, OverflowError, "Python int too large to convert to C ssize_t");
  if (*number < 0) return raise(thread, ValueError, "__length_hint__() should return >= 0");
  return static_cast<size_t>(*number);
}

namespace {

// The items of anything, into a builder.
Status collect(Thread& thread, Value iterator, ListBuilder& items) {
  const NextSlot next_item = type_of(iterator).slots.next;
  for (;;) {
    TRY(check_memory_left(thread));
    const Value item = next_item(thread, iterator);
    if (item.is_unbound()) return nothing;
    if (item.is_empty()) {
      if (catch_exception(thread, StopIteration)) return nothing;
      return error;
    }
    TRY(items.add(item));
  }
}

}  // namespace

Result<List*> list_of(Thread& thread, Value iterable) {
  if (is_exact_list(iterable)) {
    const List& list = *iterable.as<List>();
    if (List* const copy = copy_items(list, 0, list.size)) return copy;
    return raise_memory_error(thread);
  }
  List* const list = make_list();
  if (list_is_extended_at_once(iterable)) {
    TRY(list_extend(thread, *list, iterable));
    return list;
  }
  const Value iterator = TRY(iterate(thread, iterable));
  const size_t hint = TRY(length_hint(thread, iterable, 0));
  if (hint > ListBuilder::kFew) {
    TRY(list_extend_from(thread, *list, iterator, hint));
    return list;
  }
  ListBuilder items(thread);
  TRY(collect(thread, iterator, items));
  return items.finish();
}

Result<Tuple*> tuple_of(Thread& thread, Value iterable) {
  if (is_exact_tuple(iterable)) return iterable.as<Tuple>();
  if (is_exact_list(iterable) || list_is_extended_at_once(iterable)) {
    const List* list = is_exact_list(iterable) ? iterable.as<List>() : TRY(list_of(thread, iterable));
    Tuple* const tuple = try_make_tuple(list->begin(), list->size);
    if (!tuple) return raise_memory_error(thread);
    return tuple;
  }
  // CPython asks for the iterator first, then for the length.
  const Value iterator = TRY(iterate(thread, iterable));
  (void)TRY(length_hint(thread, iterable, 0));
  ListBuilder items(thread);
  TRY(collect(thread, iterator, items));
  return items.finish_tuple();
}

}  // namespace minipy
