// list.
#pragma once

#include "Objects/gc.h"
#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;
struct SliceRange;

struct List : Object {
  static constexpr Kind kKind = Kind::List;
  ValueBuffer* buffer;  // never null: an empty list shares a constant buffer of capacity 0
  size_t size;

  Value at(size_t i) const { return buffer->items[i]; }
  const Value* begin() const { return buffer->items; }
  const Value* end() const { return buffer->items + size; }
  // Replaces item i < size. The collector must hear of the first pointer.
  void store(size_t i, Value value) {
    if (value.is_object() && !buffer->is_scanned()) make_scanned();
    buffer->items[i] = value;
  }
  void make_scanned();
};

inline bool is_list(Value v) { return has_kind(v, Kind::List); }
inline bool is_exact_list(Value v) { return is_exact(v, Kind::List); }

List* make_list();
List* make_list(const Value* items, size_t size);
List* make_list(const Value* items, size_t size, bool may_hold_pointers);
List* copy_items(const List& list, size_t start, size_t count);  // list[start:start + count]; nullptr if too large
Status list_append_slow(Thread&, List& list, Value value);        // grows
Status list_append_all(Thread&, List& list, const Value* items, size_t count);
inline Status list_append(Thread& thread, List& list, Value value) {
  if (list.size < list.buffer->capacity() && (list.buffer->is_scanned() || !value.is_object())) {
    list.buffer->items[list.size++] = value;
    return nothing;
  }
  return list_append_slow(thread, list, value);
}
// Room for `capacity` items, of which some are pointers if `scanned`.
Status list_reserve(Thread&, List& list, size_t capacity, bool scanned);
ValueBuffer* empty_value_buffer();  // the shared one of empty lists
Status list_insert(Thread&, List& list, size_t at, Value value);
Status list_extend(Thread&, List& list, Value iterable);
Status list_extend_from(Thread&, List& list, Value iterator, size_t hint);  // `hint` items are expected
void list_remove_range(List& list, size_t start, size_t end);
// Items of a range that has been fitted to the list; nullptr if too large.
List* list_slice(const List& list, const SliceRange& range);
// list[slice] = value and del list[slice]; the range is fitted here, after everything that can run
// user code.
Status list_assign_slice(Thread&, List& list, SliceRange range, Value value);
Status list_delete_slice(List& list, SliceRange range);
Status list_sort(Thread&, List& list, Value key, bool reverse);
void list_reverse(List& list);
void recycle_list(List& list);  // of which nobody knows any more
Tuple* list_to_tuple(const List& list);

}  // namespace minipy
