#include <algorithm>

#include "Objects/container_support.h"
#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/iterators.h"
#include "Objects/item_repr.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/set_internals.h"

namespace minipy {
namespace {

using Others = std::span<const Value>;

Set& as_set(Value v) { return *v.as<Set>(); }

Value new_set(Type& type) {
  Set* set;
  if (&type == &type_of_kind(Kind::Set)) {
    set = make_set();
  } else if (&type == &type_of_kind(Kind::Frozenset)) {
    set = make_frozenset();
  } else {
    set = allocate_instance_as<Set>(type);
    if (!set) return error;
    set_make_empty(*set);
  }
  return Value(set);
}

Value new_set_from(Thread& thread, Type& type, Value iterable) {
  const Value set = TRY(new_set(type));
  TRY(set_update(thread, as_set(set), iterable));
  return set;
}

// Of a subclass: set or frozenset itself.
Type& plain_type(Value set) { return type_of_kind(set.object()->kind); }

Value make_mutable(Thread&, Type& type, const Value*, size_t, Value) { return new_set(type); }

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "set", keyword_names));
  TRY(check_positional(thread, "set", count, 0, 1));
  Set& set = as_set(self);
  if (set.fill != 0) set_make_empty(set);
  return count == 0 ? Status(nothing) : set_update(thread, set, arguments[0]);
}

Value make_frozen(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const bool is_plain = &type == &type_of_kind(Kind::Frozenset);
  if (is_plain || !has_own_init(type, Kind::Frozenset)) {
    TRY(check_no_keywords(thread, "frozenset", keyword_names));
  }
  TRY(check_positional(thread, "frozenset", count, 0, 1));
  if (count == 0) return new_set(type);
  if (is_plain && is_exact(arguments[0], Kind::Frozenset)) return arguments[0];
  return new_set_from(thread, type, arguments[0]);
}

Value repr_of(Thread& thread, Value self) {
  const Type& type = type_of(self);
  if (as_set(self).count == 0) return format_message(thread, "{}()", {type.name_view()});
  if (TRY(repr_enter(thread, self))) return format_message(thread, "{}(...)", {type.name_view()});
  const Result<List*> items = list_of(thread, self);
  if (items.failed()) {
    repr_leave(thread, self);
    return error;
  }
  StrBuilder text;
  if (!is_exact(self, Kind::Set)) {
    text.append(type.name_view());
    text.append("(");
  }
  text.append("{");
  for (size_t i = 0; i < items.value()->size; ++i) {
    if (i > 0) text.append(", ");
    if (append_repr(thread, text, items.value()->at(i)).failed()) {
      repr_leave(thread, self);
      return error;
    }
  }
  repr_leave(thread, self);
  text.append(is_exact(self, Kind::Set) ? "}" : "})");
  return Value(TRY(text.finish(thread)));
}

// CPython's mixing, which does not depend on the order of the members.
Result<int64_t> hash_members(Thread&, Value self) {
  Set& set = as_set(self);
  if (set.cached_hash != 0) return set.cached_hash;
  uint64_t mixed = 0;
  for (size_t i = 0; i <= set.mask; ++i) {
    if (!set_entry_is_live(set.table[i])) continue;
    const uint64_t hash = static_cast<uint64_t>(set.table[i].hash);
    mixed ^= ((hash ^ 89869747u) ^ (hash << 16)) * 3644798167u;
  }
  mixed ^= (set.count + 1) * 1927868237u;
  mixed ^= (mixed >> 11) ^ (mixed >> 25);
  mixed = mixed * 69069u + 907133923u;
  if (mixed == static_cast<uint64_t>(-1)) mixed = 590923713u;
  set.cached_hash = static_cast<int64_t>(mixed);
  return set.cached_hash;
}

// Comparing members may change either set, so each slot is read afresh.
Result<bool> is_subset_of(Thread& thread, const Set& set, const Set& other) {
  if (set.count > other.count) return false;
  for (size_t i = 0; i <= set.mask; ++i) {
    const SetEntry entry = set.table[i];
    if (!set_entry_is_live(entry)) continue;
    if (!TRY(set_contains_hashed(thread, other, entry.key, entry.hash))) return false;
  }
  return true;
}

Result<bool> equal_sets(Thread& thread, const Set& a, const Set& b) {
  if (a.count != b.count) return false;
  if (a.cached_hash != 0 && b.cached_hash != 0 && a.cached_hash != b.cached_hash) return false;
  return is_subset_of(thread, a, b);
}

Value compare_sets(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_any_set(left) || !is_any_set(right)) return NotImplemented;
  const Set &a = as_set(left), &b = as_set(right);
  switch (op) {
    case CompareOp::Equal: return Value::from_bool(TRY(equal_sets(thread, a, b)));
    case CompareOp::NotEqual: return Value::from_bool(!TRY(equal_sets(thread, a, b)));
    case CompareOp::Less: return Value::from_bool(a.count < b.count && TRY(is_subset_of(thread, a, b)));
    case CompareOp::LessEqual: return Value::from_bool(TRY(is_subset_of(thread, a, b)));
    case CompareOp::Greater: return Value::from_bool(b.count < a.count && TRY(is_subset_of(thread, b, a)));
    case CompareOp::GreaterEqual: return Value::from_bool(TRY(is_subset_of(thread, b, a)));
  }
  MP_UNREACHABLE();
}

Result<size_t> length_of(Thread&, Value self) { return as_set(self).count; }

// A set cannot be hashed, but is looked up as the frozenset with its members.
Result<Value> as_member(Thread& thread, Value key, int64_t& hash_value) {
  const Result<int64_t> found = hash_of_member(thread, key);
  if (!found.failed()) {
    hash_value = found.value();
    return key;
  }
  if (!has_kind(key, Kind::Set) || !catch_exception(thread, TypeError)) return error;
  const Value frozen = TRY(new_set_from(thread, type_of_kind(Kind::Frozenset), key));
  hash_value = TRY(hash_members(thread, frozen));
  return frozen;
}

Result<bool> has_member(Thread& thread, Value self, Value key) {
  int64_t hash_value = 0;
  const Value member = TRY(as_member(thread, key, hash_value));
  return set_contains_hashed(thread, as_set(self), member, hash_value);
}

Result<bool> take_out(Thread& thread, Set& set, Value key) {
  int64_t hash_value = 0;
  const Value member = TRY(as_member(thread, key, hash_value));
  return set_discard_hashed(thread, set, member, hash_value);
}

Status add(Thread& thread, Set& self, Value item) { return set_add(thread, self, item); }

Status discard(Thread& thread, Set& self, Value item) {
  (void)TRY(take_out(thread, self, item));
  return nothing;
}

Status remove(Thread& thread, Set& self, Value item) {
  if (!TRY(take_out(thread, self, item))) return raise_key_error(thread, item);
  return nothing;
}

Value pop(Thread& thread, Set& self) {
  if (self.count == 0) return raise(thread, KeyError, "pop from an empty set");
  size_t slot = self.finger & self.mask;
  while (!set_entry_is_live(self.table[slot])) slot = slot == self.mask ? 0 : slot + 1;
  const Value member = self.table[slot].key;
  set_delete_entry(self, self.table[slot]);
  self.finger = slot + 1;
  return member;
}

Result<bool> contains_method(Thread& thread, Set& self, Value key) {
  return has_member(thread, Value(&self), key);
}

Value copy_of(Thread& thread, Value self) { return new_set_from(thread, plain_type(self), self); }

Value copy_mutable(Thread& thread, Set& self) { return copy_of(thread, Value(&self)); }
Value copy_frozen(Thread& thread, Set& self) {
  return is_exact(Value(&self), Kind::Frozenset) ? Value(&self) : copy_of(thread, Value(&self));
}

Value intersection_of(Thread& thread, Value self, Value other) {
  if (self == other) return copy_of(thread, self);
  const Value result = TRY(new_set(plain_type(self)));
  if (is_any_set(other)) {
    if (as_set(other).count > as_set(self).count) std::swap(self, other);
    for (size_t i = 0; i <= as_set(other).mask; ++i) {
      const SetEntry entry = as_set(other).table[i];
      if (!set_entry_is_live(entry)) continue;
      if (TRY(set_contains_hashed(thread, as_set(self), entry.key, entry.hash))) {
        TRY(set_add_hashed(thread, as_set(result), entry.key, entry.hash));
      }
    }
    return result;
  }
  TRY(for_each(thread, other, [&](Value item) -> Status {
    const int64_t hash_value = TRY(hash_of_member(thread, item));
    if (!TRY(set_contains_hashed(thread, as_set(self), item, hash_value))) return nothing;
    return set_add_hashed(thread, as_set(result), item, hash_value);
  }));
  return result;
}

Value difference_of(Thread& thread, Value self, Value other) {
  const bool other_is_set = is_any_set(other);
  if ((!other_is_set && !is_exact_dict(other)) ||
      as_set(self).count >> 2 > (other_is_set ? as_set(other).count : other.as<Dict>()->count)) {
    const Value result = TRY(copy_of(thread, self));
    TRY(set_difference_update(thread, as_set(result), other));
    return result;
  }
  const Value result = TRY(new_set(plain_type(self)));
  for (size_t i = 0; i <= as_set(self).mask; ++i) {
    const SetEntry entry = as_set(self).table[i];
    if (!set_entry_is_live(entry)) continue;
    const bool is_there =
        other_is_set
            ? TRY(set_contains_hashed(thread, as_set(other), entry.key, entry.hash))
            : !TRY(dict_get_hashed(thread, *other.as<Dict>(), entry.key, entry.hash)).is_unbound();
    if (!is_there) TRY(set_add_hashed(thread, as_set(result), entry.key, entry.hash));
  }
  return result;
}

Value symmetric_difference_of(Thread& thread, Value self, Value other) {
  const Value result = TRY(new_set_from(thread, plain_type(self), other));
  TRY(set_symmetric_difference_update(thread, as_set(result), self));
  return result;
}

void take_members(Set& set, const Set& from) {
  set.table = from.table;
  set.mask = from.mask;
  set.fill = from.fill;
  set.count = from.count;
  set.flags = static_cast<uint8_t>((set.flags & ~Object::kOwnFlagA) | (from.flags & Object::kOwnFlagA));
}

Status intersection_update_with(Thread& thread, Set& set, Value other) {
  take_members(set, as_set(TRY(intersection_of(thread, Value(&set), other))));
  return nothing;
}

// --- methods ---

Status update(Thread& thread, Set& self, Others others) {
  for (const Value other : others) TRY(set_update(thread, self, other));
  return nothing;
}

Value union_with(Thread& thread, Set& self, Others others) {
  const Value result = TRY(copy_of(thread, Value(&self)));
  TRY(update(thread, as_set(result), others));
  return result;
}

Value intersection(Thread& thread, Set& self, Others others) {
  if (others.empty()) return copy_of(thread, Value(&self));
  Value result(&self);
  for (const Value other : others) result = TRY(intersection_of(thread, result, other));
  return result;
}

Status intersection_update(Thread& thread, Set& self, Others others) {
  take_members(self, as_set(TRY(intersection(thread, self, others))));
  return nothing;
}

Value difference(Thread& thread, Set& self, Others others) {
  if (others.empty()) return copy_of(thread, Value(&self));
  const Value result = TRY(difference_of(thread, Value(&self), others[0]));
  for (const Value other : others.subspan(1)) TRY(set_difference_update(thread, as_set(result), other));
  return result;
}

Status difference_update(Thread& thread, Set& self, Others others) {
  for (const Value other : others) TRY(set_difference_update(thread, self, other));
  return nothing;
}

Value symmetric_difference(Thread& thread, Set& self, Value other) {
  return symmetric_difference_of(thread, Value(&self), other);
}
Status symmetric_difference_update(Thread& thread, Set& self, Value other) {
  return set_symmetric_difference_update(thread, self, other);
}

Result<bool> is_disjoint(Thread& thread, Set& self, Value other) {
  if (other == Value(&self)) return self.count == 0;
  if (is_any_set(other)) {
    const Set *walked = &as_set(other), *searched = &self;
    if (walked->count > searched->count) std::swap(walked, searched);
    for (size_t i = 0; i <= walked->mask; ++i) {
      const SetEntry entry = walked->table[i];
      if (!set_entry_is_live(entry)) continue;
      if (TRY(set_contains_hashed(thread, *searched, entry.key, entry.hash))) return false;
    }
    return true;
  }
  const Value iterator = TRY(iterate(thread, other));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return true;
    if (TRY(set_contains(thread, self, item))) return false;
  }
}

Result<bool> is_subset(Thread& thread, Set& self, Value other) {
  if (is_any_set(other)) return is_subset_of(thread, self, as_set(other));
  const Value common = TRY(intersection_of(thread, Value(&self), other));
  return as_set(common).count == self.count;
}

Result<bool> is_superset(Thread& thread, Set& self, Value other) {
  if (is_any_set(other)) return is_subset_of(thread, as_set(other), self);
  const Value iterator = TRY(iterate(thread, other));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return true;
    if (!TRY(set_contains(thread, self, item))) return false;
  }
}

Value reduce(Thread& thread, Set& self) {
  const List* members = TRY(list_of(thread, Value(&self)));
  const Value state = TRY(call_method(thread, Value(&self), "__getstate__"));
  return Value(make_tuple({Value(&type_of(Value(&self))), Value(make_tuple({Value(members)})), state}));
}

int64_t size_of(Set& self) {
  return static_cast<int64_t>(sizeof(Set) + (self.mask + 1) * sizeof(SetEntry));
}

// --- operators: only between sets ---

template <Value (*operation)(Thread&, Value, Value)>
Value between_sets(Thread& thread, Value left, Value right) {
  if (!is_any_set(left) || !is_any_set(right)) return NotImplemented;
  return operation(thread, left, right);
}

Value union_of(Thread& thread, Value left, Value right) {
  const Value result = TRY(copy_of(thread, left));
  TRY(set_update(thread, as_set(result), right));
  return result;
}

template <Status (*operation)(Thread&, Set&, Value)>
Value inplace(Thread& thread, Value self, Value other) {
  if (!is_any_set(other)) return NotImplemented;
  TRY(operation(thread, as_set(self), other));
  return self;
}

constexpr MethodRow contains_row =
    method<contains_method>("!__contains__($self, key, /)", "x.__contains__(y) <==> y in x.");
constexpr MethodRow difference_row =
    method<difference>("!difference($self, /, *others)", "A set of the members that are in none of the others.");
constexpr MethodRow intersection_row =
    method<intersection>("!intersection($self, /, *others)", "A set of the members that are in all of the others.");
constexpr MethodRow disjoint_row =
    method<is_disjoint>("!isdisjoint($self, other, /)", "Whether the two have nothing in common.");
constexpr MethodRow subset_row =
    method<is_subset>("!issubset($self, other, /)", "Whether the other contains all members.");
constexpr MethodRow superset_row =
    method<is_superset>("!issuperset($self, other, /)", "Whether this contains all members of the other.");
constexpr MethodRow reduce_row = method<reduce>("!__reduce__($self, /)", "What pickle needs.");
constexpr MethodRow size_row = method<size_of>("!__sizeof__($self, /)", "Bytes of memory the set takes.");
constexpr MethodRow symmetric_difference_row = method<symmetric_difference>(
    "!symmetric_difference($self, other, /)", "A set of what is in exactly one of the two.");
constexpr MethodRow union_row =
    method<union_with>("!union($self, /, *others)", "A set of what is in any of them.");
constexpr MethodRow class_getitem_row =
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585");

const MethodRow set_methods[] = {
    method<add>("!add($self, object, /)", "Put object in, if it is not a member yet."),
    method<set_make_empty>("!clear($self, /)", "Take out all members."),
    contains_row,
    method<copy_mutable>("!copy($self, /)", "A set of the same members."),
    method<discard>("!discard($self, object, /)", "Take object out, if it is a member."),
    difference_row,
    method<difference_update>("!difference_update($self, /, *others)", "Take out what is in the others."),
    intersection_row,
    method<intersection_update>("!intersection_update($self, /, *others)",
                                "Take out what is not in all of the others."),
    disjoint_row,
    subset_row,
    superset_row,
    method<pop>("!pop($self, /)", "Take out and return some member.\n\nKeyError if the set is empty."),
    reduce_row,
    method<remove>("!remove($self, object, /)", "Take object out.\n\nKeyError if it is not a member."),
    size_row,
    symmetric_difference_row,
    method<symmetric_difference_update>("!symmetric_difference_update($self, other, /)",
                                        "Keep what is in exactly one of the two."),
    union_row,
    method<update>("!update($self, /, *others)", "Put in what is in any of the others."),
    class_getitem_row,
};

const MethodRow frozenset_methods[] = {
    contains_row,     method<copy_frozen>("!copy($self, /)", "A frozenset of the same members."),
    difference_row,   intersection_row,
    disjoint_row,     subset_row,
    superset_row,     reduce_row,
    size_row,         symmetric_difference_row,
    union_row,        class_getitem_row,
};

// --- iterator ---

Value next_member(Thread& thread, Value self) {
  SetIterator& iterator = *self.as<SetIterator>();
  if (!iterator.set) return Unbound;
  if (iterator.count != iterator.set->count) {
    iterator.count = static_cast<size_t>(-1);  // the error is repeated for good
    return raise(thread, RuntimeError, "Set changed size during iteration");
  }
  Value key;
  if (set_next(*iterator.set, iterator.position, key)) {
    --iterator.left;
    return key;
  }
  iterator.set = nullptr;
  return Unbound;
}

int64_t members_left(SetIterator& self) {
  return self.set && self.count == self.set->count ? static_cast<int64_t>(self.left) : 0;
}

Value reduce_iterator(Thread& thread, SetIterator& self) {
  SetIterator* copy = allocate<SetIterator>();
  copy->set = self.set;
  copy->position = self.position;
  copy->count = self.count;
  copy->left = self.left;
  return reduce_to(thread, "iter", Value(TRY(list_of(thread, Value(copy)))));
}

const MethodRow iterator_methods[] = {
    method<members_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs."),
};

Value same(Thread&, Value self) { return self; }

TypeSlots common_slots() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.compare = compare_sets;
  slots.iterate = iterate_set;
  slots.sequence_length = length_of;
  slots.contains = has_member;
  slots.subtract = between_sets<difference_of>;
  slots.bit_and = between_sets<intersection_of>;
  slots.bit_xor = between_sets<symmetric_difference_of>;
  slots.bit_or = between_sets<union_of>;
  return slots;
}

}  // namespace

// Afterwards not more than a quarter of the slots are deleted ones.
Status set_difference_update(Thread& thread, Set& set, Value iterable) {
  if (iterable == Value(&set)) {
    set_make_empty(set);
    return nothing;
  }
  if (is_any_set(iterable)) {
    for (size_t i = 0; i <= as_set(iterable).mask; ++i) {
      const SetEntry entry = as_set(iterable).table[i];
      if (set_entry_is_live(entry)) (void)TRY(set_discard_hashed(thread, set, entry.key, entry.hash));
    }
  } else if (is_exact_dict(iterable)) {
    size_t position = 0;
    int64_t hash_value = 0;
    for (Value key, value; dict_next_hashed(*iterable.as<Dict>(), position, key, value, hash_value);) {
      (void)TRY(set_discard_hashed(thread, set, key, hash_value));
    }
  } else {
    TRY(for_each(thread, iterable, [&](Value item) -> Status {
      (void)TRY(set_discard(thread, set, item));
      return nothing;
    }));
  }
  if (set.fill - set.count <= set.mask / 4) return nothing;
  return set_rebuild(thread, set);
}

Status set_symmetric_difference_update(Thread& thread, Set& set, Value iterable) {
  if (iterable == Value(&set)) {
    set_make_empty(set);
    return nothing;
  }
  const auto toggle = [&](Value item, int64_t hash_value) -> Status {
    if (TRY(set_discard_hashed(thread, set, item, hash_value))) return nothing;
    return set_add_hashed(thread, set, item, hash_value);
  };
  if (is_exact_dict(iterable)) {
    size_t position = 0;
    int64_t hash_value = 0;
    for (Value key, value; dict_next_hashed(*iterable.as<Dict>(), position, key, value, hash_value);) {
      TRY(toggle(key, hash_value));
    }
    return nothing;
  }
  if (!is_any_set(iterable)) iterable = TRY(new_set_from(thread, type_of_kind(Kind::Set), iterable));
  for (size_t i = 0; i <= as_set(iterable).mask; ++i) {
    const SetEntry entry = as_set(iterable).table[i];
    if (set_entry_is_live(entry)) TRY(toggle(entry.key, entry.hash));
  }
  return nothing;
}

Value iterate_set(Thread&, Value set) {
  SetIterator* iterator = initialize_header<SetIterator>(gc_allocate_object(sizeof(SetIterator)),
                                                         shape_of_kind(Kind::SetIterator), Kind::SetIterator, 1);
  iterator->set = &as_set(set);
  iterator->count = iterator->left = as_set(set).count;
  return Value(iterator);
}

void define_set_types() {
  TypeSlots slots = common_slots();
  slots.hash = hash_not_implemented;
  slots.init = initialize;
  slots.make = make_mutable;
  slots.inplace_subtract = inplace<set_difference_update>;
  slots.inplace_and = inplace<intersection_update_with>;
  slots.inplace_xor = inplace<set_symmetric_difference_update>;
  slots.inplace_or = inplace<set_update>;
  define_type(Kind::Set, {
      .doc = "set() -> an empty set\nset(iterable) -> a set of the items, each once\n\n"
             "An unordered collection of hashable objects, each in it once.",
      .instance_bytes = sizeof(Set),
      .flags = Type::kBaseType | Type::kSelfPattern | Type::kHasWeakReferences,
      .slots = slots,
      .methods = set_methods,
  });
  TypeSlots frozen = common_slots();
  frozen.hash = hash_members;
  frozen.make = make_frozen;
  define_type(Kind::Frozenset, {
      .doc = "frozenset() -> an empty frozenset\nfrozenset(iterable) -> a frozenset of the items\n\n"
             "A set that cannot be changed and therefore can be hashed.",
      .instance_bytes = sizeof(Set),
      .flags = Type::kBaseType | Type::kSelfPattern | Type::kHasWeakReferences,
      .slots = frozen,
      .methods = frozenset_methods,
  });
  TypeSlots iterator{};
  iterator.iterate = same;
  iterator.next = next_member;
  define_type(Kind::SetIterator, {
      .instance_bytes = sizeof(SetIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = iterator,
      .methods = iterator_methods,
  });
}

}  // namespace minipy
