// Iteration over any object. Language reference, data model 3.3.7; library reference, iter().
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
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

Result<List*> list_of(Thread& thread, Value iterable) {
  List* list = make_list();
  TRY(list_extend(thread, *list, iterable));
  return list;
}

Result<Tuple*> tuple_of(Thread& thread, Value iterable) {
  if (is_exact_tuple(iterable)) return iterable.as<Tuple>();
  const List* list = is_exact_list(iterable) ? iterable.as<List>() : TRY(list_of(thread, iterable));
  Tuple* const tuple = try_make_tuple(list->begin(), list->size);
  if (!tuple) return raise_memory_error(thread);
  return tuple;
}

}  // namespace minipy
