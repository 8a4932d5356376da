// keys(), values() and items() of a dict, and the iterators over it.
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/set_internals.h"

namespace minipy {
namespace {

// --- iterators ---

constexpr bool is_backwards(Kind kind) {
  return kind == Kind::DictReverseKeyIterator || kind == Kind::DictReverseValueIterator ||
         kind == Kind::DictReverseItemIterator;
}

// What an iterator gives for an entry.
template <Kind kind>
Value shown(const DictEntry& entry) {
  if constexpr (kind == Kind::DictKeyIterator || kind == Kind::DictReverseKeyIterator) {
    return entry.key;
  } else if constexpr (kind == Kind::DictValueIterator || kind == Kind::DictReverseValueIterator) {
    return entry.value;
  } else {
    return Value(make_tuple({entry.key, entry.value}));
  }
}

constexpr size_t kNoCount = static_cast<size_t>(-1);  // after an error: it is repeated for good

template <Kind kind>
Value next_entry(Thread& thread, Value self) {
  DictIterator& iterator = *self.as<DictIterator>();
  if (!iterator.dict) return Unbound;
  const Dict& dict = *iterator.dict;
  if (iterator.count != dict.count) {
    iterator.count = kNoCount;
    return raise(thread, RuntimeError, "dictionary changed size during iteration");
  }
  int64_t position = iterator.position;
  const int64_t used = dict.used;
  if constexpr (is_backwards(kind)) {
    if (position >= used) position = used - 1;
    while (position >= 0 && dict.entries[position].key.is_unbound()) --position;
    if (position < 0) {
      iterator.dict = nullptr;
      return Unbound;
    }
    iterator.position = position - 1;
    if (iterator.left > 0) --iterator.left;
  } else {
    while (position < used && dict.entries[position].key.is_unbound()) ++position;
    if (position >= used) {
      iterator.dict = nullptr;
      return Unbound;
    }
    if (iterator.left == 0) {
      iterator.dict = nullptr;
      return raise(thread, RuntimeError, "dictionary keys changed during iteration");
    }
    iterator.position = position + 1;
    --iterator.left;
  }
  return shown<kind>(dict.entries[position]);
}

int64_t entries_left(DictIterator& self) {
  if (!self.dict || self.count != self.dict->count) return 0;
  return static_cast<int64_t>(self.left);
}

// Pickling takes what is left without moving on.
Value reduce_iterator(Thread& thread, DictIterator& self) {
  DictIterator* copy = static_cast<DictIterator*>(gc_allocate_object(sizeof(DictIterator)));
  *copy = self;
  copy->shape = shape_of_kind(self.kind);
  const List* rest = TRY(list_of(thread, Value(copy)));
  return reduce_to(thread, "iter", Value(rest));
}

const MethodRow iterator_methods[] = {
    method<entries_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs."),
};

Value same(Thread&, Value self) { return self; }

template <Kind kind>
void define_iterator() {
  TypeSlots slots{};
  slots.iterate = same;
  slots.next = next_entry<kind>;
  define_type(kind, {
      .instance_bytes = sizeof(DictIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = slots,
      .methods = iterator_methods,
  });
}

// --- views ---

Dict& dict_of(Value view) { return *view.as<DictView>()->dict; }
bool is_set_view(Value v) { return has_kind(v, Kind::DictKeys) || has_kind(v, Kind::DictItems); }

template <Kind iterator_kind>
Value iterate_view(Thread&, Value self) {
  return make_dict_iterator(dict_of(self), iterator_kind);
}

template <Kind iterator_kind>
Value iterate_view_backwards(DictView& self) {
  return make_dict_iterator(*self.dict, iterator_kind);
}

Result<size_t> length_of(Thread&, Value self) { return size_t{dict_of(self).count}; }

Value repr_of(Thread& thread, Value self) {
  if (TRY(repr_enter(thread, self))) return Value(make_str("..."));
  const Result<List*> items = list_of(thread, self);
  if (items.failed()) {
    repr_leave(thread, self);
    return error;
  }
  const Result<Str*> shown = repr(thread, Value(items.value()));
  repr_leave(thread, self);
  return format_message(thread, "{}({})", {type_of(self), TRY(shown)});
}

Result<bool> has_key(Thread& thread, Value self, Value key) {
  return TRY(dict_find(thread, dict_of(self), key)) >= 0;
}

Result<bool> has_item(Thread& thread, Value self, Value item) {
  if (!is_tuple(item) || item.as<Tuple>()->size != 2) return false;
  const Tuple& pair = *item.as<Tuple>();
  const Value value = TRY(dict_get(thread, dict_of(self), pair.items[0]));
  if (value.is_unbound()) return false;
  return is_equal(thread, value, pair.items[1]);
}

Result<bool> all_in(Thread& thread, Value items, Value container) {
  const Value iterator = TRY(iterate(thread, items));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return true;
    if (!TRY(contains(thread, container, item))) return false;
  }
}

// keys() and items() compare like sets.
Value compare_views(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_any_set(right) && !is_set_view(right)) return NotImplemented;
  const size_t a = TRY(length(thread, left)), b = TRY(length(thread, right));
  switch (op) {
    case CompareOp::Equal: return Value::from_bool(a == b && TRY(all_in(thread, left, right)));
    case CompareOp::NotEqual: return Value::from_bool(a != b || !TRY(all_in(thread, left, right)));
    case CompareOp::Less: return Value::from_bool(a < b && TRY(all_in(thread, left, right)));
    case CompareOp::LessEqual: return Value::from_bool(a <= b && TRY(all_in(thread, left, right)));
    case CompareOp::Greater: return Value::from_bool(a > b && TRY(all_in(thread, right, left)));
    case CompareOp::GreaterEqual: return Value::from_bool(a >= b && TRY(all_in(thread, right, left)));
  }
  MP_UNREACHABLE();
}

Result<Set*> set_of(Thread& thread, Value iterable) {
  Set* set = make_set();
  TRY(set_update(thread, *set, iterable));
  return set;
}

Value difference(Thread& thread, Value left, Value right) {
  Set* result = TRY(set_of(thread, left));
  TRY(set_difference_update(thread, *result, right));
  return Value(result);
}

Value union_of(Thread& thread, Value left, Value right) {
  Set* result = TRY(set_of(thread, left));
  TRY(set_update(thread, *result, right));
  return Value(result);
}

Value symmetric_difference(Thread& thread, Value left, Value right) {
  Set* result = TRY(set_of(thread, left));
  TRY(set_symmetric_difference_update(thread, *result, right));
  return Value(result);
}

Value intersection(Thread& thread, Value left, Value right) {
  if (!is_set_view(left)) std::swap(left, right);
  // Walk the shorter one if both can be asked.
  if (is_set_view(right) && TRY(length(thread, right)) > TRY(length(thread, left))) std::swap(left, right);
  Set* result = make_set();
  TRY(for_each(thread, right, [&](Value item) -> Status {
    if (TRY(contains(thread, left, item))) TRY(set_add(thread, *result, item));
    return nothing;
  }));
  return Value(result);
}

Result<bool> is_disjoint(Thread& thread, DictView& self, Value other) {
  const Value view(&self);
  if (view == other) return self.dict->count == 0;
  Value searched = view, walked = other;
  if ((is_any_set(other) || is_set_view(other)) && TRY(length(thread, other)) > self.dict->count) {
    std::swap(searched, walked);
  }
  const Value iterator = TRY(iterate(thread, walked));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return true;
    if (TRY(contains(thread, searched, item))) return false;
  }
}

Value mapping(Thread& thread, DictView& self) {
  return call(thread, Value(&type_of_kind(Kind::MappingProxy)), {Value(self.dict)});
}

template <Kind backwards>
constexpr MethodRow reversed_row =
    method<iterate_view_backwards<backwards>>("!__reversed__($self, /)", "An iterator from the end to the start.");
constexpr MethodRow disjoint_row =
    method<is_disjoint>("!isdisjoint($self, other, /)", "Whether the view and the iterable have nothing in common.");
constexpr MethodRow mapping_row = getter<mapping>("mapping", "the dict that this is a view of");

const MethodRow keys_methods[] = {disjoint_row, reversed_row<Kind::DictReverseKeyIterator>, mapping_row};
const MethodRow values_methods[] = {reversed_row<Kind::DictReverseValueIterator>, mapping_row};
const MethodRow items_methods[] = {disjoint_row, reversed_row<Kind::DictReverseItemIterator>, mapping_row};

template <Kind iterator_kind>
TypeSlots view_slots() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.iterate = iterate_view<iterator_kind>;
  slots.sequence_length = length_of;
  return slots;
}

void add_set_slots(TypeSlots& slots) {
  slots.hash = hash_not_implemented;
  slots.compare = compare_views;
  slots.subtract = difference;
  slots.bit_and = intersection;
  slots.bit_or = union_of;
  slots.bit_xor = symmetric_difference;
}

void define_view(Kind kind, const TypeSlots& slots, std::span<const MethodRow> methods) {
  define_type(kind, {
      .instance_bytes = sizeof(DictView),
      .flags = Type::kDisallowInstantiation,
      .slots = slots,
      .methods = methods,
  });
}

}  // namespace

Value make_dict_iterator(Dict& dict, Kind kind) {
  DictIterator* iterator = initialize_header<DictIterator>(gc_allocate_object(sizeof(DictIterator)),
                                                           shape_of_kind(kind), kind, 1);
  iterator->dict = &dict;
  iterator->count = iterator->left = dict.count;
  iterator->position = is_backwards(kind) ? int64_t{dict.used} - 1 : 0;
  return Value(iterator);
}

Value iterate_dict(Thread&, Value dict) {
  return make_dict_iterator(*dict.as<Dict>(), Kind::DictKeyIterator);
}

void define_dict_view_types() {
  TypeSlots keys = view_slots<Kind::DictKeyIterator>();
  keys.contains = has_key;
  add_set_slots(keys);
  define_view(Kind::DictKeys, keys, keys_methods);
  define_view(Kind::DictValues, view_slots<Kind::DictValueIterator>(), values_methods);
  TypeSlots items = view_slots<Kind::DictItemIterator>();
  items.contains = has_item;
  add_set_slots(items);
  define_view(Kind::DictItems, items, items_methods);
  define_iterator<Kind::DictKeyIterator>();
  define_iterator<Kind::DictValueIterator>();
  define_iterator<Kind::DictItemIterator>();
  define_iterator<Kind::DictReverseKeyIterator>();
  define_iterator<Kind::DictReverseValueIterator>();
  define_iterator<Kind::DictReverseItemIterator>();
}

}  // namespace minipy
