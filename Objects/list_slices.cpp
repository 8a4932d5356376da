// Slices of lists: taking, replacing and deleting. Language reference 6.3.3 and 3.3.7.
#include <algorithm>

#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// Replaces items [start, end) by those of `with`, which is not the list itself.
Status replace_range(Thread& thread, List& list, size_t start, size_t end, const List& with) {
  const size_t removed = end - start;
  if (with.size < removed) {
    list_remove_range(list, start + with.size, end);
  } else if (with.size > removed) {
    const size_t grown_by = with.size - removed;
    TRY(list_reserve(thread, list, list.size + grown_by, with.buffer->is_scanned()));
    Value* items = list.buffer->items;
    std::copy_backward(items + end, items + list.size, items + list.size + grown_by);
    list.size += grown_by;
  }
  if (with.size == 0) return nothing;
  if (with.buffer->is_scanned() && !list.buffer->is_scanned()) list.make_scanned();
  std::copy(with.begin(), with.end(), list.buffer->items + start);
  return nothing;
}

// The new items as a list that is not the old one. An iterator is asked for first: its message is
// the right one.
Result<const List*> new_items(Thread& thread, const List& list, Value value,
                              std::string_view message) {
  if (is_exact_list(value) && value != Value(&list)) return value.as<List>();
  const Value iterator = TRY(iterate(thread, value, message));
  return TRY(list_of(thread, is_list(value) || is_tuple(value) ? value : iterator));
}

}  // namespace

List* list_slice(const List& list, const SliceRange& range) {
  if (range.count <= 0) return make_list();
  const size_t count = static_cast<size_t>(range.count);
  const Value* from = list.begin() + range.start;
  if (range.step == 1) return copy_items(list, static_cast<size_t>(range.start), count);
  List* result = make_list();
  ValueBuffer* buffer = make_value_buffer(count, list.buffer->is_scanned());
  if (!buffer) return nullptr;
  for (size_t i = 0; i < count; ++i, from += range.step) buffer->items[i] = *from;
  result->buffer = buffer;
  result->size = count;
  return result;
}

Status list_assign_slice(Thread& thread, List& list, SliceRange range, Value value) {
  if (range.step == 1) {
    const List* with = TRY(new_items(thread, list, value, "can only assign an iterable"));
    fit_slice(range, list.size);
    const int64_t end = std::max(range.start, range.stop);
    return replace_range(thread, list, static_cast<size_t>(range.start), static_cast<size_t>(end),
                         *with);
  }
  const List* with = TRY(new_items(thread, list, value, "must assign iterable to extended slice"));
  fit_slice(range, list.size);
  if (static_cast<int64_t>(with->size) != range.count) {
    return raise(thread, ValueError,
                 "attempt to assign sequence of size {} to extended slice of size {}", with->size,
                 range.count);
  }
  for (int64_t i = 0; i < range.count; ++i) {
    list.store(static_cast<size_t>(range.start + i * range.step), with->at(static_cast<size_t>(i)));
  }
  return nothing;
}

Status list_delete_slice(List& list, SliceRange range) {
  fit_slice(range, list.size);
  if (range.count <= 0) return nothing;
  int64_t first = range.start, step = range.step;
  if (step < 0) {
    first = range.start + (range.count - 1) * step;
    step = -step;
  }
  size_t to = static_cast<size_t>(first);
  if (step == 1) {
    list_remove_range(list, to, to + static_cast<size_t>(range.count));
    return nothing;
  }
  // Close the gaps, then cut the tail off.
  Value* items = list.buffer->items;
  int64_t next_gone = first, left = range.count;
  for (size_t from = to; from < list.size; ++from) {
    if (left > 0 && static_cast<int64_t>(from) == next_gone) {
      --left;
      next_gone += step;
    } else {
      items[to++] = items[from];
    }
  }
  list_remove_range(list, to, list.size);
  return nothing;
}

}  // namespace minipy
