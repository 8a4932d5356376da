#include "Objects/set.h"

#include <algorithm>
#include <cstring>

#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/gc_large.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set_internals.h"
#include "Objects/tuple_key.h"
#include "Objects/tuple.h"

// An open-addressed table. A probe looks at up to ten neighbouring slots, then jumps: the same
// sequence as CPython's, so that sets of ints come out in the same order.

namespace minipy {
namespace {

constexpr size_t kNeighbours = 9;
constexpr size_t kSmallest = 8;
constexpr uint8_t kScannedTable = Object::kOwnFlagA;

struct Probe {
  Probe(int64_t hash, size_t mask)
      : mask(mask), slot(static_cast<uint64_t>(hash) & mask), perturb(static_cast<uint64_t>(hash)) {}
  size_t neighbours() const { return slot + kNeighbours <= mask ? kNeighbours : 0; }
  void step() {
    perturb >>= 5;
    slot = (slot * 5 + 1 + perturb) & mask;
  }
  size_t mask, slot;
  uint64_t perturb;
};

// Comparisons by user code that are under way: their searches hold a table which that code may
// replace.
uint32_t open_searches = 0;

// The slot of a simple key or the free one where the search ended; nullptr where that takes
// comparing it with a key that is not simple.
[[gnu::always_inline]] inline SetEntry* find_simple_slot(const Set& set, Value key, int64_t hash) {
  SetEntry* table = set.table;
  for (Probe probe(hash, set.mask);; probe.step()) {
    SetEntry* entry = &table[probe.slot];
    for (size_t left = probe.neighbours() + 1; left > 0; --left, ++entry) {
      if (entry->key == key || entry->key.is_empty()) return entry;
      if (entry->hash != hash || entry->key.is_unbound()) continue;
      if (!is_simple_key(entry->key)) return nullptr;
      if (simple_equal(entry->key, key)) return entry;
    }
  }
}

// The slot of any key; user code may run and fail (nullptr then) or change the table (the search
// starts again).
[[gnu::noinline]] SetEntry* find_odd_slot(Thread& thread, const Set& set, Value key, int64_t hash) {
restart:
  SetEntry* table = set.table;
  const size_t mask = set.mask;
  const bool key_is_simple = is_simple_key(key);
  for (Probe probe(hash, mask);; probe.step()) {
    SetEntry* entry = &table[probe.slot];
    for (size_t left = probe.neighbours() + 1; left > 0; --left, ++entry) {
      if (entry->key.is_empty()) return entry;
      if (entry->hash != hash || entry->key.is_unbound()) continue;
      const Value candidate = entry->key;
      if (candidate == key || have_same_items(candidate, key)) return entry;
      if (key_is_simple && is_simple_key(candidate)) {
        if (simple_equal(candidate, key)) return entry;
        continue;
      }
      if (const auto known = equal_tuples_of_simple_keys(candidate, key)) {
        if (*known) return entry;
        continue;
      }
      ++open_searches;
      const Result<bool> same = compare_truth(thread, candidate, key, CompareOp::Equal);
      --open_searches;
      if (same.failed()) return nullptr;
      if (set.table != table || set.mask != mask || entry->key != candidate) goto restart;
      if (same.value()) return entry;
    }
  }
}

[[gnu::always_inline]] inline SetEntry* find_slot(Thread& thread, const Set& set, Value key, int64_t hash) {
  if (is_simple_key(key)) {
    if (SetEntry* entry = find_simple_slot(set, key, hash)) return entry;
  }
  return find_odd_slot(thread, set, key, hash);
}

// Every set starts with this table, which nobody writes to.
SetEntry empty_table[kSmallest];

SetEntry* allocate_table(size_t slots, bool scanned) {
  const size_t bytes = slots * sizeof(SetEntry);
  if (scanned) return static_cast<SetEntry*>(gc_allocate_scanned_buffer(bytes));
  auto* table = static_cast<SetEntry*>(gc_allocate_leaf_buffer(bytes));
  if (table) std::memset(static_cast<void*>(table), 0, bytes);
  return table;
}

// Into a table that has no deleted entries and not this key.
void insert_clean(SetEntry* table, size_t mask, Value key, int64_t hash) {
  for (Probe probe(hash, mask);; probe.step()) {
    SetEntry* entry = &table[probe.slot];
    for (size_t left = probe.neighbours() + 1; left > 0; --left, ++entry) {
      if (entry->key.is_empty()) {
        *entry = {key, hash};
        return;
      }
    }
  }
}

bool is_scanned(const Set& set) { return set.has_flag(kScannedTable); }

// Whether a larger table for the same members has to be scanned.
bool holds_pointers(const Set& set) {
  if (!is_scanned(set) || set.mask >= kSmallest) return is_scanned(set);
  return std::any_of(set.table, set.table + kSmallest,
                     [](const SetEntry& entry) { return entry.key.is_object(); });
}

// Nobody else holds the table of a set.
void free_table(Set& set) {
  if (set.table != empty_table && open_searches == 0) gc_give_back(set.table, (set.mask + 1) * sizeof(SetEntry));
}

// Small tables are scanned from the start: most come to hold pointers.
bool resize(Set& set, size_t wanted, bool scanned) {
  size_t slots = kSmallest;
  scanned |= wanted < kSmallest;
  while (slots <= wanted) slots <<= 1;
  SetEntry* table = allocate_table(slots, scanned);
  if (!table) return false;
  size_t left = set.count;
  for (const SetEntry* entry = set.table; left > 0; ++entry) {
    if (!set_entry_is_live(*entry)) continue;
    insert_clean(table, slots - 1, entry->key, entry->hash);
    --left;
  }
  free_table(set);
  set.table = table;
  set.mask = slots - 1;
  set.fill = set.count;
  set.flags = static_cast<uint8_t>(scanned ? set.flags | kScannedTable : set.flags & ~kScannedTable);
  return true;
}

bool make_scanned(Set& set) {
  SetEntry* table = allocate_table(set.mask + 1, true);
  if (!table) return false;
  std::memcpy(static_cast<void*>(table), set.table, (set.mask + 1) * sizeof(SetEntry));
  free_table(set);
  set.table = table;
  set.flags |= kScannedTable;
  return true;
}

Set* make(Kind kind) {
  // Only the first word is a pointer.
  Set* set = initialize_header<Set>(gc_allocate_object(sizeof(Set)), shape_of_kind(kind), kind, 1);
  set_make_empty(*set);
  return set;
}

}  // namespace

Set* make_set() { return make(Kind::Set); }
Set* make_frozenset() { return make(Kind::Frozenset); }

void set_make_empty(Set& set) {
  set.flags &= static_cast<uint8_t>(~kScannedTable);
  set.table = empty_table;
  set.mask = kSmallest - 1;
  set.fill = set.count = 0;
}

Result<int64_t> hash_of_member(Thread& thread, Value key) {
  if (is_simple_key(key)) return simple_hash(key);
  int64_t known;
  return hash_simple_tuple(key, known) ? Result<int64_t>(known) : hash(thread, key);
}

namespace {

// Into the free slot where the search has ended.
inline Status occupy(Thread& thread, Set& set, SetEntry& entry, Value key, int64_t hash) {
  entry = {key, hash};
  ++set.fill;
  ++set.count;
  if (set.fill * 5 < set.mask * 3) [[likely]] return nothing;
  return set_rebuild(thread, set);
}

[[gnu::noinline]] Status add_slowly(Thread& thread, Set& set, Value key, int64_t hash) {
  if (set.table == empty_table && !resize(set, 0, true)) return raise_memory_error(thread);
  // Before the search: user code that runs there may itself add a number only.
  if (key.is_object() && !is_scanned(set) && !make_scanned(set)) return raise_memory_error(thread);
  SetEntry* entry = find_slot(thread, set, key, hash);
  if (!entry) return error;
  if (!entry->key.is_empty()) return nothing;
  if (key.is_object() && !is_scanned(set)) return add_slowly(thread, set, key, hash);
  return occupy(thread, set, *entry, key, hash);
}

[[gnu::always_inline]] inline Status add_hashed(Thread& thread, Set& set, Value key, int64_t hash) {
  const bool is_ready = set.table != empty_table && (!key.is_object() || is_scanned(set));
  if (is_ready && is_simple_key(key)) [[likely]] {
    SetEntry* entry = find_simple_slot(set, key, hash);
    if (entry && !entry->key.is_empty()) return nothing;
    if (entry) return occupy(thread, set, *entry, key, hash);
  }
  return add_slowly(thread, set, key, hash);
}

[[gnu::always_inline]] inline Status add(Thread& thread, Set& set, Value key) {
  if (key.is_int()) return add_hashed(thread, set, key, inline_int_hash(key.as_int()));
  return add_hashed(thread, set, key, TRY(hash_of_member(thread, key)));
}

}  // namespace

Status set_add_hashed(Thread& thread, Set& set, Value key, int64_t hash) { return add_hashed(thread, set, key, hash); }
Status set_add(Thread& thread, Set& set, Value key) { return add(thread, set, key); }

Result<bool> set_contains_hashed(Thread& thread, const Set& set, Value key, int64_t hash) {
  const SetEntry* entry = find_slot(thread, set, key, hash);
  if (!entry) return error;
  return !entry->key.is_empty();
}

Result<bool> set_contains(Thread& thread, const Set& set, Value key) {
  return set_contains_hashed(thread, set, key, TRY(hash_of_member(thread, key)));
}

void set_delete_entry(Set& set, SetEntry& entry) {
  entry = {Unbound, -1};
  --set.count;
}

Result<bool> set_discard_hashed(Thread& thread, Set& set, Value key, int64_t hash) {
  SetEntry* entry = find_slot(thread, set, key, hash);
  if (!entry) return error;
  if (entry->key.is_empty()) return false;
  set_delete_entry(set, *entry);
  return true;
}

Result<bool> set_discard(Thread& thread, Set& set, Value key) {
  return set_discard_hashed(thread, set, key, TRY(hash_of_member(thread, key)));
}

Status set_rebuild(Thread& thread, Set& set) {
  if (!resize(set, set.count > 50000 ? set.count * 2 : set.count * 4, holds_pointers(set))) {
    return raise_memory_error(thread);
  }
  return nothing;
}

// Adds the members of another set: their hashes are known.
Status set_merge(Thread& thread, Set& set, const Set& other) {
  if (&set == &other || other.count == 0) return nothing;
  const bool is_full = (set.fill + other.count) * 5 >= set.mask * 3;
  if (is_full || set.table == empty_table) {
    const size_t wanted = is_full ? (set.count + other.count) * 2 : 0;
    if (!resize(set, wanted, wanted >= kSmallest && (holds_pointers(set) || holds_pointers(other)))) {
      return raise_memory_error(thread);
    }
  } else if (!is_scanned(set) && holds_pointers(other) && !make_scanned(set)) {
    return raise_memory_error(thread);
  }
  if (set.fill == 0) {
    if (set.mask == other.mask && other.fill == other.count) {
      std::copy(other.table, other.table + other.mask + 1, set.table);
    } else {
      for (size_t i = 0; i <= other.mask; ++i) {
        const SetEntry& entry = other.table[i];
        if (set_entry_is_live(entry)) insert_clean(set.table, set.mask, entry.key, entry.hash);
      }
    }
    set.fill = set.count = other.count;
    return nothing;
  }
  // The other set may change while members are compared.
  for (size_t i = 0; i <= other.mask; ++i) {
    const SetEntry entry = other.table[i];
    if (set_entry_is_live(entry)) TRY(set_add_hashed(thread, set, entry.key, entry.hash));
  }
  return nothing;
}

Status set_update(Thread& thread, Set& set, Value iterable) {
  if (is_any_set(iterable)) return set_merge(thread, set, *iterable.as<Set>());
  if (is_exact_dict(iterable)) {
    const Dict& dict = *iterable.as<Dict>();
    if ((set.fill + dict.count) * 5 >= set.mask * 3 &&
        !resize(set, (set.count + dict.count) * 2, holds_pointers(set))) {
      return raise_memory_error(thread);
    }
    size_t position = 0;
    int64_t hash = 0;
    for (Value key, value; dict_next_hashed(dict, position, key, value, hash);) {
      TRY(set_add_hashed(thread, set, key, hash));
    }
    return nothing;
  }
  // Hashing an item may change the list.
  if (is_exact_list(iterable)) {
    const List& list = *iterable.as<List>();
    for (size_t i = 0; i < list.size; ++i) TRY(add(thread, set, list.at(i)));
    return nothing;
  }
  if (is_exact_tuple(iterable)) {
    for (const Value item : iterable.as<Tuple>()->view()) TRY(add(thread, set, item));
    return nothing;
  }
  return for_each(thread, iterable, [&](Value item) { return add(thread, set, item); });
}

bool set_next(const Set& set, size_t& position, Value& key) {
  while (position <= set.mask) {
    const SetEntry& entry = set.table[position++];
    if (!set_entry_is_live(entry)) continue;
    key = entry.key;
    return true;
  }
  return false;
}

}  // namespace minipy
