#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/iterators.h"
#include "Objects/item_repr.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/set_internals.h"
#include "Objects/simple_key.h"
#include "Objects/slot_trampolines.h"

namespace minipy {
namespace {

// A subclass that iterates in its own way is read through keys() and [].
bool iterates_as_dict(Value mapping) {
  return is_dict(mapping) && type_of(mapping).slots.iterate == iterate_dict;
}

Status merge_entry(Thread& thread, Dict& dict, Value key, int64_t hash, Value value, OnDuplicate mode) {
  if (mode != OnDuplicate::Replace) {
    const Value old = TRY(dict_get_hashed(thread, dict, key, hash));
    if (!old.is_unbound()) {
      if (mode == OnDuplicate::Keep) return nothing;
      return raise_key_error(thread, key);
    }
  }
  return dict_set_hashed(thread, dict, key, hash, value);
}

// Comparing keys may change the other dict.
Status merge_dict(Thread& thread, Dict& dict, const Dict& other, OnDuplicate mode) {
  if (&dict == &other || other.count == 0) return nothing;
  if (dict.count == 0) {
    if (!dict_copy_into_empty(dict, other)) return raise_memory_error(thread);
    return nothing;
  }
  const uint32_t used = other.used;
  const DictEntry* entries = other.entries;
  for (uint32_t i = 0; i < used; ++i) {
    const DictEntry entry = entries[i];
    if (entry.key.is_unbound()) continue;
    const int64_t hash = other.hashes ? other.hashes[i] : simple_hash(entry.key);
    TRY(merge_entry(thread, dict, entry.key, hash, entry.value, mode));
    if (other.used != used || other.entries != entries) {
      return raise(thread, RuntimeError, "dict mutated during update");
    }
  }
  return nothing;
}

Status merge_mapping(Thread& thread, Dict& dict, Value mapping, OnDuplicate mode) {
  const Value keys = TRY(call_method(thread, mapping, "keys"));
  return for_each(thread, keys, [&](Value key) -> Status {
    if (mode == OnDuplicate::Keep && !TRY(dict_get(thread, dict, key)).is_unbound()) return nothing;
    if (mode == OnDuplicate::Raise && !TRY(dict_get(thread, dict, key)).is_unbound()) {
      return raise_key_error(thread, key);
    }
    const Value value = TRY(get_item(thread, mapping, key));
    return dict_set(thread, dict, key, value);
  });
}

// Room for the pairs of a list in an empty dict. Not for all of a long one: their keys may be the same few.
bool reserve_for_pairs(Dict& dict, const List& pairs) {
  constexpr size_t kMostReserved = 128;
  if (dict.count > 0 || pairs.size <= 4) return true;
  const Value first = pairs.at(0);
  const bool is_pair = is_exact_tuple(first) && first.as<Tuple>()->size == 2;
  const bool scanned = is_pair && (first.as<Tuple>()->items[0].is_object() || first.as<Tuple>()->items[1].is_object());
  return dict_reserve(dict, std::min(pairs.size, kMostReserved), scanned);
}

Status merge_pairs(Thread& thread, Dict& dict, Value pairs) {
  if (is_exact_list(pairs) && !reserve_for_pairs(dict, *pairs.as<List>())) return raise_memory_error(thread);
  int64_t number = 0;
  if (is_exact(pairs, Kind::Zip) && pairs.as<Zip>()->iterators->size == 2) {  // no tuple for each pair
    for (Value items[2]; TRY(next_zipped_pair(thread, *pairs.as<Zip>(), items));) TRY(dict_set(thread, dict, items[0], items[1]));
    return nothing;
  }
  return for_each(thread, pairs, [&](Value item) -> Status {
    Value key, value;
    if (is_exact_tuple(item) && item.as<Tuple>()->size == 2) {
      key = item.as<Tuple>()->items[0];
      value = item.as<Tuple>()->items[1];
    } else {
      const Result<Tuple*> pair = tuple_of(thread, item);
      if (pair.failed()) {
        if (!catch_exception(thread, TypeError)) return error;
        return raise(thread, TypeError,
                     "cannot convert dictionary update sequence element #{} to a sequence", number);
      }
      if (pair.value()->size != 2) {
        return raise(thread, ValueError,
                     "dictionary update sequence element #{} has length {}; 2 is required", number,
                     pair.value()->size);
      }
      key = pair.value()->items[0];
      value = pair.value()->items[1];
    }
    ++number;
    return dict_set(thread, dict, key, value);
  });
}

Status add_keywords(Thread& thread, Dict& dict, const Value* values, Value keyword_names) {
  if (keyword_names.is_empty()) return nothing;
  if (dict.count == 0 && !dict_reserve(dict, keyword_names.as<Tuple>()->size, true)) return raise_memory_error(thread);
  for (const Value name : keyword_names.as<Tuple>()->view()) TRY(dict_set(thread, dict, name, *values++));
  return nothing;
}

Status update_from_arguments(Thread& thread, std::string_view name, Dict& dict, const Value* arguments,
                             size_t count, Value keyword_names) {
  TRY(check_positional(thread, name, count, 0, 1));
  if (count == 1) TRY(dict_update(thread, dict, arguments[0]));
  return add_keywords(thread, dict, arguments + count, keyword_names);
}

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  if (&type == &type_of_kind(Kind::Dict)) return Value(make_dict());
  return Value(allocate_instance_as<Dict>(type));
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return update_from_arguments(thread, "dict", *self.as<Dict>(), arguments, count, keyword_names);
}

Status append_items(Thread& thread, StrBuilder& text, const Dict& dict) {
  size_t position = 0;
  bool is_first = true;
  for (Value key, value; dict_next(dict, position, key, value);) {
    if (!is_first) text.append(", ");
    is_first = false;
    TRY(append_repr(thread, text, key));
    text.append(": ");
    TRY(append_repr(thread, text, value));
  }
  return nothing;
}

Value repr_of(Thread& thread, Value self) {
  const Dict& dict = *self.as<Dict>();
  if (dict.count == 0) return Value(make_str("{}"));
  if (TRY(repr_enter(thread, self))) return Value(make_str("{...}"));
  StrBuilder text;
  text.append("{");
  const Status done = append_items(thread, text, dict);
  repr_leave(thread, self);
  TRY(done);
  text.append("}");
  return Value(TRY(text.finish(thread)));
}

// Comparing values may change both dicts.
// The value of an entry's key in another dict. Dicts that were filled alike have it at the same place.
Value value_of_same_key(Thread& thread, const DictEntry& entry, int64_t hash, const Dict& other, uint32_t place) {
  if (place < other.used && other.entries[place].key == entry.key) return other.entries[place].value;
  return dict_get_hashed(thread, other, entry.key, hash);
}

Result<bool> equal_dicts(Thread& thread, const Dict& a, const Dict& b) {
  if (a.count != b.count) return false;
  for (uint32_t i = 0; i < a.used; ++i) {
    const DictEntry entry = a.entries[i];
    if (entry.key.is_unbound()) continue;
    const int64_t hash = a.hashes ? a.hashes[i] : simple_hash(entry.key);
    const Value other = TRY(value_of_same_key(thread, entry, hash, b, i));
    if (other == entry.value) continue;
    if (other.is_unbound() || !TRY(is_equal(thread, entry.value, other))) return false;
  }
  return true;
}

Value compare_dicts(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is_dict(left) || !is_dict(right)) {
    return NotImplemented;
  }
  const bool same = TRY(equal_dicts(thread, *left.as<Dict>(), *right.as<Dict>()));
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Result<size_t> length_of(Thread&, Value self) { return size_t{self.as<Dict>()->count}; }

// Subclasses may have __missing__.
Value subscript(Thread& thread, Value self, Value key) {
  const Value value = TRY(dict_get(thread, *self.as<Dict>(), key));
  if (!value.is_unbound()) return value;
  if (!is_exact_dict(self)) {
    const Value found = TRY(call_special_or_unbound(thread, self, special_name<"__missing__">(), {key}));
    if (!found.is_unbound()) return found;
  }
  return raise_key_error(thread, key);
}

Status set_subscript(Thread& thread, Value self, Value key, Value value) {
  Dict& dict = *self.as<Dict>();
  if (!value.is_empty()) return dict_set(thread, dict, key, value);
  if (!TRY(dict_delete(thread, dict, key))) return raise_key_error(thread, key);
  return nothing;
}

Result<bool> has_key(Thread& thread, Value self, Value key) {
  return TRY(dict_find(thread, *self.as<Dict>(), key)) >= 0;
}

Value union_of(Thread& thread, Value left, Value right) {
  if (!is_dict(left) || !is_dict(right)) return NotImplemented;
  Dict* result = dict_copy(*left.as<Dict>());
  if (!result) return raise_memory_error(thread);
  TRY(dict_merge(thread, *result, right));
  return Value(result);
}

Value inplace_union(Thread& thread, Value self, Value other) {
  TRY(dict_update(thread, *self.as<Dict>(), other));
  return self;
}

Value get(Thread& thread, Dict& self, Value key, Value fallback) {
  const Value value = TRY(dict_get(thread, self, key));
  return value.is_unbound() ? fallback : value;
}

Result<bool> has(Thread& thread, Dict& self, Value key) { return has_key(thread, Value(&self), key); }
Value get_item_method(Thread& thread, Dict& self, Value key) { return subscript(thread, Value(&self), key); }

Value pop(Thread& thread, Dict& self, Value key, Value fallback) {
  const Value value = TRY(dict_pop(thread, self, key));
  if (!value.is_unbound()) return value;
  if (fallback.is_empty()) return raise_key_error(thread, key);
  return fallback;
}

Value pop_item(Thread& thread, Dict& self) {
  Value key, value;
  if (!dict_pop_last(self, key, value)) return raise(thread, KeyError, "popitem(): dictionary is empty");
  return Value(make_tuple({key, value}));
}

Value update(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(update_from_arguments(thread, "update", *arguments[0].as<Dict>(), arguments + 1, count - 1,
                            keyword_names));
  return None;
}

Value copy(Thread& thread, Dict& self) {
  Dict* result = dict_copy(self);
  if (!result) return raise_memory_error(thread);
  return Value(result);
}

Value from_keys(Thread& thread, Type& type, Value iterable, Value value) {
  const Value result = TRY(call(thread, Value(&type)));
  if (is_exact_dict(result) && is_any_set(iterable)) {
    const Set& set = *iterable.as<Set>();
    for (size_t i = 0; i <= set.mask; ++i) {
      const SetEntry entry = set.table[i];
      if (set_entry_is_live(entry)) TRY(dict_set_hashed(thread, *result.as<Dict>(), entry.key, entry.hash, value));
    }
  } else if (is_exact_dict(result) && is_exact_dict(iterable)) {
    size_t position = 0;
    int64_t hash = 0;
    for (Value key, old; dict_next_hashed(*iterable.as<Dict>(), position, key, old, hash);) {
      TRY(dict_set_hashed(thread, *result.as<Dict>(), key, hash, value));
    }
  } else if (is_exact_dict(result)) {
    Dict& dict = *result.as<Dict>();
    // Not room for all of a long list: its items may be the same few.
    constexpr size_t kMostReserved = 128;
    if (is_exact_list(iterable) && iterable.as<List>()->size > 0) {
      const List& list = *iterable.as<List>();
      const bool scanned = value.is_object() || list.at(0).is_object();
      if (!dict_reserve(dict, std::min(list.size, kMostReserved), scanned)) return raise_memory_error(thread);
    }
    TRY(for_each(thread, iterable, [&](Value key) { return dict_set(thread, dict, key, value); }));
  } else {
    TRY(for_each(thread, iterable, [&](Value key) { return set_item(thread, result, key, value); }));
  }
  return result;
}

int64_t size_of(Dict& self) {
  const size_t index_bits = self.index_bits & 0xFF;
  const size_t index_width = index_bits <= 8 ? 1 : index_bits <= 16 ? 2 : 4;
  return static_cast<int64_t>(sizeof(Dict) + self.capacity * sizeof(DictEntry) +
                              (self.indices ? index_width << index_bits : 0) +
                              (self.hashes ? self.capacity * sizeof(int64_t) : 0));
}

Value view_of(Dict& dict, Kind kind) {
  DictView* view = initialize_header<DictView>(gc_allocate_object(sizeof(DictView)),
                                               shape_of_kind(kind), kind, 1);
  view->dict = &dict;
  return Value(view);
}
Value keys(Dict& self) { return view_of(self, Kind::DictKeys); }
Value values(Dict& self) { return view_of(self, Kind::DictValues); }
Value items(Dict& self) { return view_of(self, Kind::DictItems); }
Value reversed_keys(Dict& self) { return make_dict_iterator(self, Kind::DictReverseKeyIterator); }

const MethodRow dict_methods[] = {
    method<has>("__contains__($self, key, /)", "Whether the key is there."),
    method<get_item_method>("!__getitem__($self, key, /)", "x.__getitem__(y) <==> x[y]"),
    method<size_of>("!__sizeof__($self, /)", "Bytes of memory the dict takes."),
    method<get>("get($self, key, default=None, /)", "The value of key if it is there, else default."),
    method<dict_set_default>("setdefault($self, key, default=None, /)",
                             "The value of key, which is set to default first if it is not there."),
    method<pop>("pop($self, key, default=<unrepresentable>, /)",
                "D.pop(k[,d]) -> v, take out the key and return its value.\n\n"
                "Without the key: the default if given, else KeyError."),
    method<pop_item>("popitem($self, /)",
                     "Take out the last pair that was added and return it as a tuple.\n\n"
                     "KeyError if the dict is empty."),
    method<keys>("!keys($self, /)", "D.keys() -> a view of the keys"),
    method<items>("!items($self, /)", "D.items() -> a view of the pairs"),
    method<values>("!values($self, /)", "D.values() -> a view of the values"),
    raw_method(update, "update",
               "D.update([E, ]**F) -> None.  Set the pairs of E, a mapping or an iterable of pairs,\n"
               "then those of F."),
    class_method<from_keys>("fromkeys($type, iterable, value=None, /)",
                            "A new dict with the keys from iterable, all with this value."),
    method<dict_clear>("!clear($self, /)", "D.clear() -> None.  Take out everything."),
    method<copy>("!copy($self, /)", "D.copy() -> a dict with the same pairs"),
    method<reversed_keys>("__reversed__($self, /)", "An iterator over the keys, last one first."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

}  // namespace

Status dict_merge(Thread& thread, Dict& dict, Value mapping, OnDuplicate mode) {
  if (iterates_as_dict(mapping)) return merge_dict(thread, dict, *mapping.as<Dict>(), mode);
  return merge_mapping(thread, dict, mapping, mode);
}

Status dict_update(Thread& thread, Dict& dict, Value other) {
  if (iterates_as_dict(other)) return merge_dict(thread, dict, *other.as<Dict>(), OnDuplicate::Replace);
  const Value keys_method = TRY(get_attribute_or_unbound(thread, other, "keys"));
  if (!keys_method.is_unbound()) return merge_mapping(thread, dict, other, OnDuplicate::Replace);
  return merge_pairs(thread, dict, other);
}

void define_dict_types() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.hash = hash_not_implemented;
  slots.compare = compare_dicts;
  slots.iterate = iterate_dict;
  slots.init = initialize;
  slots.make = make;
  slots.map_length = length_of;
  slots.map_item = subscript;
  slots.map_set_item = set_subscript;
  slots.contains = has_key;
  slots.bit_or = union_of;
  slots.inplace_or = inplace_union;
  define_type(Kind::Dict, {
      .doc = "dict() -> an empty dict\n"
             "dict(mapping) -> a dict with the pairs of mapping\n"
             "dict(iterable) -> a dict with the pairs that iterable gives\n"
             "dict(**kwargs) -> a dict with the names and values of the keyword arguments",
      .instance_bytes = sizeof(Dict),
      .flags = Type::kBaseType | Type::kDict | Type::kIsMappingPattern | Type::kSelfPattern,
      .slots = slots,
      .methods = dict_methods,
  });
  define_dict_view_types();
}

}  // namespace minipy
