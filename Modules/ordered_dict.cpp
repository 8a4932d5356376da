// collections.OrderedDict: a dict whose order can be changed and counts in comparisons.
#include "Modules/collections.h"
#include "Objects/container_support.h"
#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"

namespace minipy {
namespace {

OrderedDict& as_ordered(Value v) { return *v.as<OrderedDict>(); }
bool is_ordered(Value v) { return is_instance(v, type_of_kind(ModuleKind::OrderedDict)); }
bool is_exact_ordered(Value v) { return is_exact(v, ModuleKind::OrderedDict); }

// Subclasses may have their own __setitem__.
Status store(Thread& thread, Value self, Value key, Value value) {
  return is_exact_ordered(self) ? dict_set(thread, as_ordered(self), key, value)
                                : set_item(thread, self, key, value);
}

Status store_pairs(Thread& thread, Value self, Value pairs) {
  return for_each(thread, pairs, [&](Value pair) -> Status {
    const Value iterator = TRY(iterate(thread, pair));
    Value items[3];
    for (Value& item : items) {
      item = TRY(next(thread, iterator));
      if (item.is_unbound()) break;
    }
    if (items[0].is_unbound() || items[1].is_empty() || items[1].is_unbound()) {
      const int64_t count = items[0].is_unbound() ? 0 : 1;
      return raise(thread, ValueError, "need more than {} value{} to unpack", count, count == 1 ? "" : "s");
    }
    if (!items[2].is_unbound()) return raise(thread, ValueError, "too many values to unpack (expected 2)");
    return store(thread, self, items[0], items[1]);
  });
}

// MutableMapping.update() with one argument.
Status update_from(Thread& thread, Value self, Value other) {
  if (is_exact_dict(other)) return store_pairs(thread, self, TRY(call_method(thread, other, "items")));
  const Value keys = TRY(get_attribute_or_unbound(thread, other, "keys"));
  if (!keys.is_unbound()) {
    return for_each(thread, TRY(call(thread, keys)), [&](Value key) -> Status {
      return store(thread, self, key, TRY(get_item(thread, other, key)));
    });
  }
  const Value items = TRY(get_attribute_or_unbound(thread, other, "items"));
  return store_pairs(thread, self, items.is_unbound() ? other : TRY(call(thread, items)));
}

Status update_from_arguments(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (count > 1) return raise(thread, TypeError, "expected at most 1 arguments, got {}", count);
  if (count == 1) TRY(update_from(thread, self, arguments[0]));
  if (keyword_names.is_empty()) return nothing;
  const Value* value = arguments + count;
  for (const Value name : keyword_names.as<Tuple>()->view()) TRY(store(thread, self, name, *value++));
  return nothing;
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return update_from_arguments(thread, self, arguments, count, keyword_names);
}

Value update(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(update_from_arguments(thread, arguments[0], arguments + 1, count - 1, keyword_names));
  return None;
}

// --- iteration ---

enum class Shown : uint8_t { Keys, Values, Items };

struct OrderedDictIterator : Object {
  Dict* dict;  // nullptr once exhausted
  int64_t position;
  uint64_t version;
  Shown shown;
  bool backwards;
};

Value make_iterator(Dict& dict, Shown shown, bool backwards) {
  OrderedDictIterator* iterator = initialize_header<OrderedDictIterator>(
      gc_allocate_object(sizeof(OrderedDictIterator)), shape_of_kind(ModuleKind::OrderedDictIterator),
      ModuleKind::OrderedDictIterator, 1);
  iterator->dict = &dict;
  iterator->position = backwards ? int64_t{dict.used} - 1 : 0;
  iterator->version = dict.version;
  iterator->shown = shown;
  iterator->backwards = backwards;
  return Value(iterator);
}

Value next_entry(Thread& thread, Value self) {
  OrderedDictIterator& iterator = *self.as<OrderedDictIterator>();
  if (!iterator.dict) return Unbound;
  const Dict& dict = *iterator.dict;
  if (dict.version != iterator.version) {
    return raise(thread, RuntimeError, "OrderedDict mutated during iteration");
  }
  const int64_t step = iterator.backwards ? -1 : 1;
  int64_t position = iterator.position;
  while (position >= 0 && position < int64_t{dict.used} && dict.entries[position].key.is_unbound()) position += step;
  if (position < 0 || position >= int64_t{dict.used}) {
    iterator.dict = nullptr;
    return Unbound;
  }
  iterator.position = position + step;
  const DictEntry& entry = dict.entries[position];
  switch (iterator.shown) {
    case Shown::Keys: return entry.key;
    case Shown::Values: return entry.value;
    case Shown::Items: return Value(make_tuple({entry.key, entry.value}));
  }
  MP_UNREACHABLE();
}

Value reduce_iterator(Thread& thread, OrderedDictIterator& self) {
  Value rest = Value(make_list());
  if (self.dict) {
    const Value copy = make_iterator(*self.dict, self.shown, self.backwards);
    copy.as<OrderedDictIterator>()->position = self.position;
    copy.as<OrderedDictIterator>()->version = self.version;
    rest = Value(TRY(list_of(thread, copy)));
  }
  return reduce_to(thread, "iter", rest);
}

const MethodRow iterator_methods[] = {method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs.")};

Value same(Thread&, Value self) { return self; }
Value iterate_keys(Thread&, Value self) { return make_iterator(as_ordered(self), Shown::Keys, false); }
Value reversed_keys(Dict& self) { return make_iterator(self, Shown::Keys, true); }

template <Shown shown>
Value iterate_view(Thread&, Value self) {
  return make_iterator(*self.as<DictView>()->dict, shown, false);
}
template <Shown shown>
Value iterate_view_backwards(DictView& self) {
  return make_iterator(*self.dict, shown, true);
}

template <Kind kind, Kind base>
Value view_of(Dict& self) {
  DictView* view = initialize_header<DictView>(gc_allocate_object(sizeof(DictView)), shape_of_kind(kind), base, 1);
  view->dict = &self;
  return Value(view);
}

template <Shown shown>
const MethodRow view_methods[] = {
    method<iterate_view_backwards<shown>>("!__reversed__($self, /)", "An iterator from the end to the start."),
};

template <Shown shown>
void define_view(Kind kind) {
  TypeSlots slots{};
  slots.iterate = iterate_view<shown>;
  define_type(kind, {.instance_bytes = sizeof(DictView), .flags = Type::kDisallowInstantiation,
                     .slots = slots, .methods = view_methods<shown>});
}

// --- the rest ---

Value repr_items(Thread& thread, Value self) {
  const Value items = TRY(call_method(thread, self, "items"));
  return Value(TRY(repr(thread, Value(TRY(list_of(thread, items))))));
}

Value repr_of(Thread& thread, Value self) {
  const Str* name = type_of(self).name;
  if (as_ordered(self).count == 0) return format_message(thread, "{}()", {name});
  if (TRY(repr_enter(thread, self))) return Value(make_str("..."));
  const Value items = repr_items(thread, self);
  repr_leave(thread, self);
  return format_message(thread, "{}({})", {name, TRY(items)});
}

// Whether the keys are the very same ones, one by one, which takes comparing nothing.
bool have_identical_keys(const Dict& left, const Dict& right) {
  if (left.count != right.count || left.used != right.used) return false;
  for (uint32_t i = 0; i < left.used; ++i) {
    if (left.entries[i].key != right.entries[i].key) return false;
  }
  return true;
}

Result<bool> same_order(Thread& thread, Value left, Value right) {
  if (have_identical_keys(*left.as<Dict>(), *right.as<Dict>())) return true;
  const Value a = iterate_keys(thread, left), b = iterate_keys(thread, right);
  for (;;) {
    const Value x = TRY(next(thread, a)), y = TRY(next(thread, b));
    if (x.is_unbound() || y.is_unbound()) return x.is_unbound() && y.is_unbound();
    if (!TRY(is_equal(thread, x, y))) return false;
  }
}

Value compare_ordered(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is_dict(right)) return NotImplemented;
  const Value equal_as_dicts =
      TRY(type_of_kind(Kind::Dict).slots.compare(thread, left, right, CompareOp::Equal));
  bool same = equal_as_dicts.is_true();
  if (same && is_ordered(right)) same = TRY(same_order(thread, left, right));
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Value union_of(Thread& thread, Value left, Value right) {
  if (!is_dict(left) || !is_dict(right)) return NotImplemented;
  Type& type = is_ordered(left) ? type_of(left) : type_of(right);
  const Value result = TRY(call(thread, Value(&type), {left}));
  TRY(update_from(thread, result, right));
  return result;
}

Value inplace_union(Thread& thread, Value self, Value other) {
  TRY(update_from(thread, self, other));
  return self;
}

Value from_keys(Thread& thread, Type& type, Value iterable, Value value) {
  const Value result = TRY(call(thread, Value(&type)));
  TRY(for_each(thread, iterable, [&](Value key) { return store(thread, result, key, value); }));
  return result;
}

Value set_default(Thread& thread, Dict& self, Value key, Value value) {
  const Value dict(&self);
  if (is_exact_ordered(dict)) return dict_set_default(thread, self, key, value);
  if (TRY(contains(thread, dict, key))) return get_item(thread, dict, key);
  TRY(set_item(thread, dict, key, value));
  return value;
}

Value pop(Thread& thread, Dict& self, Value key, Value fallback) {
  const Value value = TRY(dict_pop(thread, self, key));
  if (!value.is_unbound()) return value;
  return fallback.is_empty() ? Value(raise_key_error(thread, key)) : fallback;
}

// Remembers where the live entries start, so that a queue is not walked from its old start.
int64_t first_live_entry(OrderedDict& dict) {
  if (dict.first_entries != dict.entries) {
    dict.first_entries = dict.entries;
    dict.first_live = 0;
  }
  while (dict.first_live < dict.used && dict.entries[dict.first_live].key.is_unbound()) ++dict.first_live;
  if (dict.first_live >= dict.used) dict.first_live = 0;
  while (dict.entries[dict.first_live].key.is_unbound()) ++dict.first_live;
  return static_cast<int64_t>(dict.first_live);
}

Value pop_item(Thread& thread, OrderedDict& self, bool last) {
  if (self.count == 0) return raise(thread, KeyError, "dictionary is empty");
  Value key, value;
  if (last) {
    dict_pop_last(self, key, value);
  } else {
    const int64_t entry = first_live_entry(self);
    key = self.entries[entry].key;
    value = self.entries[entry].value;
    dict_delete_entry(self, entry);
  }
  return Value(make_tuple({key, value}));
}

Status move_to_end(Thread& thread, OrderedDict& self, Value key, bool last) {
  const int64_t entry = TRY(dict_find(thread, self, key));
  if (entry < 0) return raise_key_error(thread, key);
  if (!(last ? dict_move_to_back(self, entry) : dict_move_to_front(self, entry))) {
    return raise_memory_error(thread);
  }
  return nothing;
}

Value copy(Thread& thread, Dict& self) {
  const Value dict(&self);
  const Value result = TRY(call(thread, Value(&type_of(dict))));
  size_t position = 0;
  for (Value key, value; dict_next(self, position, key, value);) {
    if (!is_exact_ordered(dict)) value = TRY(get_item(thread, dict, key));
    TRY(store(thread, result, key, value));
  }
  return result;
}

Value reduce(Thread& thread, Dict& self) {
  const Value dict(&self);
  const Value state = TRY(call_method(thread, dict, "__getstate__"));
  const Value items = TRY(call_method(thread, dict, "items"));
  return Value(make_tuple({Value(&type_of(dict)), Value(empty_tuple()), state, None, TRY(iterate(thread, items))}));
}

int64_t size_of(Dict& self) {
  return static_cast<int64_t>(sizeof(OrderedDict) + self.capacity * sizeof(DictEntry));
}

const MethodRow ordered_dict_methods[] = {
    own_attributes_row(),
    class_method<from_keys>("fromkeys($type, /, iterable, value=None)",
                            "A new ordered dict with the keys from iterable, all with this value."),
    method<size_of>("!__sizeof__($self, /)", "Bytes of memory the dict takes."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    method<set_default>("setdefault($self, /, key, default=None)",
                        "The value of key, which is set to default first if it is not there."),
    method<pop>("pop($self, /, key, default=<unrepresentable>)",
                "Take out the key and return its value.\n\nWithout the key: the default if given, else KeyError."),
    method<pop_item>("popitem($self, /, last=True)",
                     "Take out and return the last pair, or the first one with last=False."),
    method<view_of<ModuleKind::OrderedDictKeys, Kind::DictKeys>>("!keys($self, /)", "A view of the keys."),
    method<view_of<ModuleKind::OrderedDictValues, Kind::DictValues>>("!values($self, /)", "A view of the values."),
    method<view_of<ModuleKind::OrderedDictItems, Kind::DictItems>>("!items($self, /)", "A view of the pairs."),
    raw_method(update, "update", "Set the pairs of a mapping or of an iterable of pairs, then the keywords."),
    method<dict_clear>("!clear($self, /)", "od.clear() -> None.  Take out everything."),
    method<copy>("!copy($self, /)", "od.copy() -> an ordered dict of the same pairs"),
    method<reversed_keys>("!__reversed__($self, /)", "od.__reversed__() <==> reversed(od)"),
    method<move_to_end>("move_to_end($self, /, key, last=True)",
                        "Move a key to the end (or to the start with last=False).\n\nKeyError if it is not there."),
};

}  // namespace

void define_ordered_dict_types() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.hash = hash_not_implemented;
  slots.compare = compare_ordered;
  slots.iterate = iterate_keys;
  slots.init = initialize;
  slots.bit_or = union_of;
  slots.inplace_or = inplace_union;
  Type& type = define_type(ModuleKind::OrderedDict, {
      .doc = "A dict that remembers the order in which keys were added.",
      .instance_bytes = sizeof(OrderedDict),
      .flags = Type::kBaseType | Type::kHasWeakReferences,
      .slots = slots,
      .methods = ordered_dict_methods,
      .attributes_word = WORD_OF(OrderedDict, attributes),
  });
  type.instance_kind = Kind::Dict;
  TypeSlots iterator{};
  iterator.iterate = same;
  iterator.next = next_entry;
  define_type(ModuleKind::OrderedDictIterator, {
      .instance_bytes = sizeof(OrderedDictIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = iterator,
      .methods = iterator_methods,
  });
  define_view<Shown::Keys>(ModuleKind::OrderedDictKeys);
  define_view<Shown::Values>(ModuleKind::OrderedDictValues);
  define_view<Shown::Items>(ModuleKind::OrderedDictItems);
}

}  // namespace minipy
