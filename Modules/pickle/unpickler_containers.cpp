// Unpickling tuples, lists, dicts and sets.
#include <algorithm>

#include "Modules/pickle/unpickler.h"

namespace minipy::pickle {

Status Loader::load_counted_tuple(size_t size) {
  if (u_.stack_size < size) return underflow();
  return push(TRY(pop_tuple(u_.stack_size - size)));
}

Status Loader::load_tuple() {
  return push(TRY(pop_tuple(TRY(take_mark()))));
}

Status Loader::load_list() {
  const size_t start = TRY(take_mark());
  List* list = make_list(items_from(start), u_.stack_size - start);
  drop_from(start);
  return push(list);
}

// Items that follow the list on the stack.
Status Loader::append_from(size_t start) {
  if (start > u_.stack_size || start <= u_.fence) return underflow();
  if (start == u_.stack_size) return nothing;
  const Value target = u_.stack->items[start - 1];
  if (is_exact_list(target)) {
    List& list = *target.as<List>();
    const size_t count = u_.stack_size - start;
    const Value* items = items_from(start);
    if (list.size == 0 && count > 4) {
      const bool has_pointers =
          std::any_of(items, items + count, [](Value v) { return v.is_object(); });
      TRY(list_reserve(thread_, list, count, has_pointers));
    }
    for (size_t i = 0; i < count; ++i) TRY(list_append(thread_, list, items[i]));
    drop_from(start);
    return nothing;
  }
  List* items = make_list(items_from(start), u_.stack_size - start);
  drop_from(start);
  const Value extend = TRY(get_attribute_or_unbound(thread_, target, "extend"));
  if (!extend.is_unbound()) {
    TRY(call(thread_, extend, {items}));
    return nothing;
  }
  const Value append = TRY(get_attribute(thread_, target, "append"));
  for (size_t i = 0; i < items->size; ++i) TRY(call(thread_, append, {items->at(i)}));
  return nothing;
}

Status Loader::load_append() {
  if (u_.stack_size <= u_.fence + 1) return underflow();
  return append_from(u_.stack_size - 1);
}

Status Loader::load_appends() {
  return append_from(TRY(take_mark()));
}

// --- dicts ---

Status Loader::load_dict() {
  const size_t start = TRY(take_mark());
  Tuple* items = TRY(pop_tuple(start));
  if (items->size % 2) return raise(thread_, unpickling_error(), "odd number of items for DICT");
  Dict* dict = make_dict_with_capacity(items->size / 2);
  for (size_t i = 0; i < items->size; i += 2)
    TRY(dict_set(thread_, *dict, items->items[i], items->items[i + 1]));
  return push(dict);
}

// Hashing keys runs user code, which may come back here: what is being stored is taken off the
// stack only afterwards, and looked at again each time.
Status Loader::set_items_from(size_t start) {
  if (start > u_.stack_size || start <= u_.fence) return underflow();
  if (start == u_.stack_size) return nothing;
  if ((u_.stack_size - start) % 2)
    return raise(thread_, unpickling_error(), "odd number of items for SETITEMS");
  const Value target = u_.stack->items[start - 1];
  const bool is_plain = is_exact_dict(target);
  for (size_t i = start; i + 1 < u_.stack_size; i += 2) {
    const Value key = u_.stack->items[i], value = u_.stack->items[i + 1];
    TRY(is_plain ? dict_set(thread_, *target.as<Dict>(), key, value)
                 : set_item(thread_, target, key, value));
  }
  if (start < u_.stack_size) drop_from(start);
  return nothing;
}

Status Loader::load_set_item() {
  if (u_.stack_size < 2) return underflow();
  return set_items_from(u_.stack_size - 2);
}

Status Loader::load_set_items() {
  return set_items_from(TRY(take_mark()));
}

// --- sets ---

Status Loader::load_add_items() {
  const size_t start = TRY(take_mark());
  if (start > u_.stack_size || start <= u_.fence) return underflow();
  if (start == u_.stack_size) return nothing;
  const Value target = u_.stack->items[start - 1];
  if (has_kind(target, Kind::Set)) {
    for (size_t i = start; i < u_.stack_size; ++i)
      TRY(set_add(thread_, *target.as<Set>(), u_.stack->items[i]));
    if (start < u_.stack_size) drop_from(start);
    return nothing;
  }
  Tuple* items = TRY(pop_tuple(start));
  const Value add = TRY(get_attribute(thread_, target, "add"));
  for (const Value item : items->view()) TRY(call(thread_, add, {item}));
  return nothing;
}

Status Loader::load_frozenset() {
  Tuple* items = TRY(pop_tuple(TRY(take_mark())));
  Set* set = make_frozenset();
  for (const Value item : items->view()) TRY(set_add(thread_, *set, item));
  return push(set);
}

}  // namespace minipy::pickle
