#include "Objects/dict.h"

#include <algorithm>
#include <cstring>

#include "Objects/dict_internals.h"
#include "Objects/gc.h"
#include "Objects/gc_large.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/simple_key.h"
#include "Objects/thread_states.h"
#include "Objects/tuple.h"
#include "Objects/tuple_key.h"

// A dict is an array of entries in the order of insertion and, from nine entries on, an
// open-addressed table of entry numbers beside it:
//
//   indices   [ 3 | - | 0 | x | 1 ]     a number and some of the hash, kFree or kDummy (there was one)
//   entries   [ k0 v0 | k1 v1 | deleted | k3 v3 ]
//   hashes    [ h0 | h1 | h2 | h3 ]     only once there is a key that is not simple
//
// Probing is perturbed as CPython's is, so an int can be its own hash.

namespace minipy {

uint64_t last_dict_version = 0;

namespace {

constexpr uint32_t kLinearCapacity = 8;  // up to here there are no indices

template <typename Index>
constexpr Index kFree = static_cast<Index>(-1);
template <typename Index>
constexpr Index kDummy = static_cast<Index>(-2);

// Numbers of entries take as many bits as there are in the mask of the table. Those above them hold the same bits of the
// hash: of the entries with another hash that a search meets most need not be looked at.
template <typename Index>
struct IndexFormat {
  explicit IndexFormat(const Dict& dict) : number_mask(static_cast<Index>((uint64_t{1} << (dict.index_bits & 0xFF)) - 1)) {}
  Index make(int64_t hash, uint32_t entry) const {
    return static_cast<Index>((static_cast<Index>(hash) & ~number_mask) | entry);
  }
  // Never so for kFree.
  bool may_have(Index index, int64_t hash) const {
    return (static_cast<Index>(index ^ static_cast<Index>(hash)) & static_cast<Index>(~number_mask)) == 0 &&
           index != kDummy<Index>;
  }
  uint32_t entry(Index index) const { return index & number_mask; }
  const Index number_mask;
};

struct Probe {
  explicit Probe(int64_t hash, size_t mask)
      : mask(mask), slot(static_cast<uint64_t>(hash) & mask), perturb(static_cast<uint64_t>(hash)) {}
  void step() {
    perturb >>= 5;
    slot = (slot * 5 + perturb + 1) & mask;
  }
  size_t mask, slot;
  uint64_t perturb;
};

size_t index_mask(const Dict& dict) { return (size_t{1} << (dict.index_bits & 0xFF)) - 1; }
// Entries for a table of 2^bits indices: two thirds.
uint32_t capacity_for_bits(uint32_t bits) { return static_cast<uint32_t>((uint64_t{2} << bits) / 3); }
size_t index_bytes(uint32_t bits) {
  return size_t{bits <= 8 ? 1u : bits <= 16 ? 2u : 4u} << bits;
}

// Calls f with a null pointer of the type of the indices.
template <typename F>
auto with_index_type(const Dict& dict, F&& f) {
  const uint32_t bits = dict.index_bits & 0xFF;
  if (bits <= 8) return f(static_cast<uint8_t*>(dict.indices));
  if (bits <= 16) return f(static_cast<uint16_t*>(dict.indices));
  return f(static_cast<uint32_t*>(dict.indices));
}

// The number of the first entry in probing order that `matches` accepts, or -1. No user code.
template <typename Matches>
[[gnu::always_inline]] inline int64_t search(const Dict& dict, int64_t hash, Matches&& matches) {
  if (!dict.indices) {
    for (uint32_t i = 0; i < dict.used; ++i) {
      if (matches(i)) return i;
    }
    return -1;
  }
  return with_index_type(dict, [&](auto* indices) -> int64_t {
    using Index = std::remove_pointer_t<decltype(indices)>;
    const IndexFormat<Index> format(dict);
    for (Probe probe(hash, index_mask(dict));; probe.step()) {
      const Index found = indices[probe.slot];
      if (found == kFree<Index>) return -1;
      if (format.may_have(found, hash) && matches(format.entry(found))) return format.entry(found);
    }
  });
}

void put_index(Dict& dict, int64_t hash, uint32_t entry) {
  with_index_type(dict, [&](auto* indices) {
    using Index = std::remove_pointer_t<decltype(indices)>;
    for (Probe probe(hash, index_mask(dict));; probe.step()) {
      Index& place = indices[probe.slot];
      if (place == kFree<Index> || place == kDummy<Index>) {
        place = IndexFormat<Index>(dict).make(hash, entry);
        return;
      }
    }
  });
}

void forget_index(Dict& dict, int64_t hash, uint32_t entry) {
  if (!dict.indices) return;
  with_index_type(dict, [&](auto* indices) {
    using Index = std::remove_pointer_t<decltype(indices)>;
    for (Probe probe(hash, index_mask(dict));; probe.step()) {
      Index& place = indices[probe.slot];
      if (place == IndexFormat<Index>(dict).make(hash, entry)) {
        place = kDummy<Index>;
        return;
      }
      MP_ASSERT(place != kFree<Index>);
    }
  });
}

int64_t hash_of_entry(const Dict& dict, uint32_t entry) {
  return dict.hashes ? dict.hashes[entry] : simple_hash(dict.entries[entry].key);
}

bool is_scanned(const Dict& dict) { return dict.index_bits & kScannedEntries; }

// Whether a larger table for the same entries has to be scanned.
bool holds_pointers(const Dict& dict) {
  if (!is_scanned(dict) || dict.indices) return is_scanned(dict);
  return std::any_of(dict.entries, dict.entries + dict.used, [](const DictEntry& entry) {
    return entry.key.is_object() || entry.value.is_object();
  });
}

// Comparisons by user code that are under way: their searches hold tables which that code may
// replace.
uint32_t open_searches = 0;

// Nobody else holds the tables of a dict.
void free_tables(Dict& dict) {
  if (open_searches > 0) return;
  gc_give_back(dict.entries, size_t{dict.capacity} * sizeof(DictEntry));
  if (dict.hashes) gc_give_back(dict.hashes, size_t{dict.capacity} * sizeof(int64_t));
  if (dict.indices) gc_give_back(dict.indices, index_bytes(dict.index_bits & 0xFF));
}

// New memory for `capacity` entries (with `bits` > 0: and for indices), filled with the live entries.
// Small tables are scanned from the start: most come to hold pointers. False if there is no memory.
bool rebuild(Dict& dict, uint32_t capacity, uint32_t bits, bool scanned) {
  scanned |= bits == 0;
  const size_t bytes = size_t{capacity} * sizeof(DictEntry);
  auto* entries = static_cast<DictEntry*>(scanned ? gc_allocate_scanned_buffer(bytes)
                                                  : gc_allocate_leaf_buffer(bytes));
  if (!entries) return false;
  int64_t* hashes = nullptr;
  if (dict.hashes) {
    hashes = static_cast<int64_t*>(gc_allocate_leaf_buffer(size_t{capacity} * sizeof(int64_t)));
    if (!hashes) return false;
  }
  void* indices = nullptr;
  if (bits != 0) {
    indices = gc_allocate_leaf_buffer(index_bytes(bits));
    if (!indices) return false;
    std::memset(indices, 0xFF, index_bytes(bits));
  }
  uint32_t used = 0;
  for (uint32_t i = 0; i < dict.used; ++i) {
    if (dict.entries[i].key.is_unbound()) continue;
    entries[used] = dict.entries[i];
    if (hashes) hashes[used] = dict.hashes[i];
    ++used;
  }
  free_tables(dict);
  dict.entries = entries;
  dict.hashes = hashes;
  dict.indices = indices;
  dict.capacity = capacity;
  dict.used = used;
  dict.index_bits = bits | (scanned ? kScannedEntries : 0);
  if (bits != 0) {
    constexpr uint32_t kAhead = 16;  // hashes of text are in the text
    for (uint32_t i = 0; i < used; ++i) {
      if (i + kAhead < used && !hashes && entries[i + kAhead].key.is_object()) {
        __builtin_prefetch(entries[i + kAhead].key.object());
      }
      put_index(dict, hash_of_entry(dict, i), i);
    }
  }
  dict.version = ++last_dict_version;
  return true;
}

bool rebuild_for(Dict& dict, size_t wanted, bool scanned) {
  if (wanted <= kLinearCapacity) {
    return rebuild(dict, wanted <= 4 ? 4 : kLinearCapacity, 0, scanned);
  }
  uint32_t bits = 4;
  while (bits < 32 && capacity_for_bits(bits) < wanted) ++bits;
  if (bits == 32) return false;
  return rebuild(dict, capacity_for_bits(bits), bits, scanned);
}

// Gives an empty dict the tables of another without deleted entries.
bool copy_tables(Dict& copy, const Dict& dict) {
  const size_t entry_bytes = size_t{dict.capacity} * sizeof(DictEntry);
  const size_t used_bytes = size_t{dict.used} * sizeof(DictEntry);
  void* entries = is_scanned(dict) ? gc_allocate_scanned_buffer(entry_bytes)
                                   : gc_allocate_leaf_buffer(entry_bytes);
  const size_t hash_bytes = dict.hashes ? size_t{dict.capacity} * sizeof(int64_t) : 0;
  void* hashes = dict.hashes ? gc_allocate_leaf_buffer(hash_bytes) : nullptr;
  const size_t indices_size = dict.indices ? index_bytes(dict.index_bits & 0xFF) : 0;
  void* indices = dict.indices ? gc_allocate_leaf_buffer(indices_size) : nullptr;
  if (!entries || (dict.hashes && !hashes) || (dict.indices && !indices)) return false;
  std::memcpy(entries, dict.entries, used_bytes);
  if (hashes) std::memcpy(hashes, dict.hashes, size_t{dict.used} * sizeof(int64_t));
  if (indices) std::memcpy(indices, dict.indices, indices_size);
  copy.entries = static_cast<DictEntry*>(entries);
  copy.hashes = static_cast<int64_t*>(hashes);
  copy.indices = indices;
  copy.used = dict.used;
  copy.capacity = dict.capacity;
  copy.count = dict.count;
  copy.index_bits = dict.index_bits;
  copy.version = ++last_dict_version;
  return true;
}

// The same with deleted entries left out.
bool copy_live_entries(Dict& copy, const Dict& dict) {
  uint32_t used = 0;
  if (!rebuild_for(copy, dict.count, is_scanned(dict))) return false;
  if (dict.hashes) {
    copy.hashes = static_cast<int64_t*>(
        gc_allocate_leaf_buffer(size_t{copy.capacity} * sizeof(int64_t)));
    if (!copy.hashes) return false;
  }
  for (uint32_t i = 0; i < dict.used; ++i) {
    if (dict.entries[i].key.is_unbound()) continue;
    const int64_t hash = hash_of_entry(dict, i);
    copy.entries[used] = dict.entries[i];
    if (copy.hashes) copy.hashes[used] = hash;
    if (copy.indices) put_index(copy, hash, used);
    ++used;
  }
  copy.used = copy.count = used;
  return true;
}

bool grow(Dict& dict, bool scanned) {
  if (dict.capacity == 0) return rebuild_for(dict, 4, scanned);
  // Twice what lives in it; this also gets rid of deleted entries.
  return rebuild_for(dict, size_t{dict.count} * 2, scanned);
}

bool make_scanned(Dict& dict) {
  auto* entries =
      static_cast<DictEntry*>(gc_allocate_scanned_buffer(size_t{dict.capacity} * sizeof(DictEntry)));
  if (!entries) return false;
  std::memcpy(entries, dict.entries, size_t{dict.used} * sizeof(DictEntry));
  if (open_searches == 0) gc_give_back(dict.entries, size_t{dict.capacity} * sizeof(DictEntry));
  dict.entries = entries;
  dict.index_bits |= kScannedEntries;
  return true;
}

bool make_hashes(Dict& dict) {
  auto* hashes =
      static_cast<int64_t*>(gc_allocate_leaf_buffer(size_t{dict.capacity} * sizeof(int64_t)));
  if (!hashes) return false;
  for (uint32_t i = 0; i < dict.used; ++i) {
    const Value key = dict.entries[i].key;
    hashes[i] = key.is_unbound() ? 0 : simple_hash(key);
  }
  dict.hashes = hashes;
  return true;
}

// False if memory ran out.
bool append_entry(Dict& dict, Value key, int64_t hash, Value value) {
  const bool is_pointer = key.is_object() || value.is_object();
  if (dict.used == dict.capacity) {
    if (!grow(dict, is_pointer || holds_pointers(dict))) return false;
  } else if (is_pointer && !is_scanned(dict)) {
    if (!make_scanned(dict)) return false;
  }
  if (!dict.hashes && !is_simple_key(key) && !make_hashes(dict)) return false;
  const uint32_t entry = dict.used++;
  dict.entries[entry] = {key, value};
  if (dict.hashes) dict.hashes[entry] = hash;
  if (dict.indices) put_index(dict, hash, entry);
  ++dict.count;
  dict.version = ++last_dict_version;
  return true;
}

bool store_value(Dict& dict, int64_t entry, Value value) {
  if (value.is_object() && !is_scanned(dict) && !make_scanned(dict)) return false;
  dict.entries[entry].value = value;
  return true;
}

// str keys (of subclasses too: their text counts here). Pointers first.
int64_t find_str(const Dict& dict, const Str* key, int64_t hash) {
  const DictEntry* entries = dict.entries;
  const Value wanted(key);
  return search(dict, hash, [&](uint32_t i) {
    const Value found = entries[i].key;
    if (found == wanted) return true;
    if (!has_kind(found, Kind::Str)) return false;
    const Str* text = found.as<Str>();
    return text->cached_hash == hash && !(text->is_interned() && key->is_interned()) &&
           equal(text, key);
  });
}

// Without user code: all keys and `key` are simple. hash(key) is `hash`.
int64_t find_simple(const Dict& dict, Value key, int64_t hash) {
  const DictEntry* entries = dict.entries;
  if (key.is_int()) {
    return search(dict, hash, [&](uint32_t i) {
      const Value found = entries[i].key;
      return found == key || (!found.is_int() && simple_equal(found, key));
    });
  }
  return search(dict, hash, [&](uint32_t i) {
    const Value found = entries[i].key;
    return found == key || simple_equal(found, key);
  });
}

// The general case: equality may run user code, which may change the dict under us; then the
// search starts again.
Result<int64_t> find_odd(Thread& thread, const Dict& dict, Value key, int64_t hash) {
restart:
  bool changed = false, failed = false;
  const int64_t found = search(dict, hash, [&](uint32_t i) {
    const Value candidate = dict.entries[i].key;
    if (candidate == key) return true;
    if (candidate.is_unbound() || hash_of_entry(dict, i) != hash) return false;
    if (is_simple_key(candidate) && is_simple_key(key)) return simple_equal(candidate, key);
    if (const auto same = equal_tuples_of_simple_keys(candidate, key)) return *same;
    const DictEntry* entries = dict.entries;
    ++open_searches;
    const Result<bool> same = compare_truth(thread, candidate, key, CompareOp::Equal);
    --open_searches;
    failed = same.failed();
    changed = dict.entries != entries || i >= dict.used || dict.entries[i].key != candidate;
    return failed || changed || same.value();
  });
  if (failed) return error;
  if (changed) goto restart;
  return found;
}

// A tuple among tuples: found if its items are the very same. What needs comparing starts the general search.
inline Result<int64_t> find_tuple(Thread& thread, const Dict& dict, Value key, int64_t hash) {
  bool is_odd = false;
  const int64_t found = search(dict, hash, [&](uint32_t i) {
    const Value candidate = dict.entries[i].key;
    if (candidate == key) return true;
    if (candidate.is_unbound() || hash_of_entry(dict, i) != hash) return false;
    is_odd = !have_same_items(candidate, key);
    return true;
  });
  return is_odd ? find_odd(thread, dict, key, hash) : Result<int64_t>(found);
}

inline Result<int64_t> find_entry(Thread& thread, const Dict& dict, Value key, int64_t hash) {
  if (dict.count == 0) return int64_t{-1};
  if (!dict.hashes && is_simple_key(key)) {
    if (key.is_object() && key.object()->kind == Kind::Str) return find_str(dict, key.as<Str>(), hash);
    return find_simple(dict, key, hash);
  }
  if (is_exact_tuple(key)) return find_tuple(thread, dict, key, hash);
  return find_odd(thread, dict, key, hash);
}

inline Result<int64_t> hash_of_key(Thread& thread, Value key) {
  if (is_simple_key(key)) return simple_hash(key);
  int64_t known;
  return hash_simple_tuple(key, known) ? Result<int64_t>(known) : hash(thread, key);
}

// Whoever sets names has no way to report that there was no memory: the name is lost, and the next safe point raises
// the MemoryError.
void check_memory(bool got_it) {
  if (!got_it) request_pending_somewhere(Pending::kMemoryError);
}

}  // namespace

bool simple_equal(Value left, Value right) {
  if (left.is_object() && left.object()->kind == Kind::Str) {
    if (!is_str(right)) return false;
    const Str *a = left.as<Str>(), *b = right.as<Str>();
    return str_hash(a) == str_hash(b) && equal(a, b);
  }
  if (is_bytes(left)) return is_bytes(right) && hash_of(left.as<Bytes>()) == hash_of(right.as<Bytes>()) &&
                             left.as<Bytes>()->view() == right.as<Bytes>()->view();
  if (is_str(right) || is_bytes(right) || left.is_none() || right.is_none()) return false;
  if (left.is_unbound() || right.is_unbound()) return false;
  if (left.is_bool()) left = Value::from_int(left.as_bool());
  if (right.is_bool()) right = Value::from_int(right.as_bool());
  if (left.is_double() && right.is_double()) return left.as_double() == right.as_double();
  if (left.is_double()) return compare_double_int(left.as_double(), right) == 0;
  if (right.is_double()) return compare_double_int(right.as_double(), left) == 0;
  if (left.is_int() || right.is_int()) return left == right;  // a heap int is never as small
  return int_compare(left, right) == 0;
}

std::optional<bool> equal_tuples_of_simple_keys(Value left, Value right) {
  if (!is_exact_tuple(left) || !is_exact_tuple(right)) return std::nullopt;
  const Tuple &a = *left.as<Tuple>(), &b = *right.as<Tuple>();
  if (a.size != b.size) return std::nullopt;
  for (size_t i = 0; i < a.size; ++i) {
    if (a.items[i] == b.items[i]) continue;
    if (!is_simple_key(a.items[i]) || !is_simple_key(b.items[i])) return std::nullopt;
    if (!simple_equal(a.items[i], b.items[i])) return false;
  }
  return true;
}

Dict* make_dict() {
  // Only the first three words are pointers.
  return initialize_header<Dict>(gc_allocate_object(sizeof(Dict)), shape_of_kind(Kind::Dict),
                                 Kind::Dict, 3);
}

Dict* make_dict_with_capacity(size_t entries) {
  Dict* dict = make_dict();
  // If that is too much, the failure comes with the entries.
  if (entries > 0) (void)rebuild_for(*dict, entries, false);
  return dict;
}

int64_t dict_find_str(const Dict& dict, const Str* key) {
  if (dict.count == 0) return -1;
  if (!dict.indices) {
    const Value wanted(key);
    for (uint32_t i = 0; i < dict.used; ++i) {
      if (dict.entries[i].key == wanted) return i;
    }
  }
  return find_str(dict, key, str_hash(key));
}

Value dict_get_str(const Dict& dict, const Str* key) {
  const int64_t entry = dict_find_str(dict, key);
  return entry < 0 ? Unbound : dict.entries[entry].value;
}

void dict_set_str(Dict& dict, const Str* key, Value value) {
  const int64_t entry = dict_find_str(dict, key);
  if (entry >= 0) return check_memory(store_value(dict, entry, value));
  check_memory(append_entry(dict, key, str_hash(key), value));
}

void dict_delete_entry(Dict& dict, int64_t entry) {
  if (dict.indices) {
    forget_index(dict, hash_of_entry(dict, static_cast<uint32_t>(entry)), static_cast<uint32_t>(entry));
  }
  dict.entries[entry] = {Unbound, Value()};
  --dict.count;
  dict.version = ++last_dict_version;
}

bool dict_delete_str(Dict& dict, const Str* key) {
  const int64_t entry = dict_find_str(dict, key);
  if (entry < 0) return false;
  dict_delete_entry(dict, entry);
  return true;
}

Value dict_get_str(const Dict& dict, std::string_view key) { return dict_get_str(dict, intern(key)); }
void dict_set_str(Dict& dict, std::string_view key, Value value) {
  dict_set_str(dict, intern(key), value);
}

Result<int64_t> dict_find(Thread& thread, const Dict& dict, Value key) {
  if (is_exact_str(key) && !dict.hashes) return dict_find_str(dict, key.as<Str>());
  return find_entry(thread, dict, key, TRY(hash_of_key(thread, key)));
}

Value dict_get(Thread& thread, const Dict& dict, Value key) {
  const int64_t entry = TRY(dict_find(thread, dict, key));
  return entry < 0 ? Unbound : dict.entries[entry].value;
}

Value dict_get_hashed(Thread& thread, const Dict& dict, Value key, int64_t hash) {
  const int64_t entry = TRY(find_entry(thread, dict, key, hash));
  return entry < 0 ? Unbound : dict.entries[entry].value;
}

Status dict_set_hashed(Thread& thread, Dict& dict, Value key, int64_t hash, Value value) {
  const int64_t entry = TRY(find_entry(thread, dict, key, hash));
  const bool done = entry >= 0 ? store_value(dict, entry, value) : append_entry(dict, key, hash, value);
  if (!done) return raise_memory_error(thread);
  return nothing;
}

Status dict_set(Thread& thread, Dict& dict, Value key, Value value) {
  return dict_set_hashed(thread, dict, key, TRY(hash_of_key(thread, key)), value);
}

Value dict_set_default(Thread& thread, Dict& dict, Value key, Value value) {
  const int64_t hash = TRY(hash_of_key(thread, key));
  const int64_t entry = TRY(find_entry(thread, dict, key, hash));
  if (entry >= 0) return dict.entries[entry].value;
  if (!append_entry(dict, key, hash, value)) return raise_memory_error(thread);
  return value;
}

Result<bool> dict_delete(Thread& thread, Dict& dict, Value key) {
  const int64_t entry = TRY(dict_find(thread, dict, key));
  if (entry < 0) return false;
  dict_delete_entry(dict, entry);
  return true;
}

Value dict_pop(Thread& thread, Dict& dict, Value key) {
  if (dict.count == 0) return Unbound;
  const int64_t entry = TRY(dict_find(thread, dict, key));
  if (entry < 0) return Unbound;
  const Value value = dict.entries[entry].value;
  dict_delete_entry(dict, entry);
  return value;
}

bool dict_pop_last(Dict& dict, Value& key, Value& value) {
  if (dict.count == 0) return false;
  int64_t entry = int64_t{dict.used} - 1;
  while (dict.entries[entry].key.is_unbound()) --entry;
  key = dict.entries[entry].key;
  value = dict.entries[entry].value;
  dict_delete_entry(dict, entry);
  dict.used = static_cast<uint32_t>(entry);
  return true;
}

// So that a walk over the entries meets this one first.
bool dict_move_to_front(Dict& dict, int64_t entry) {
  const DictEntry moved = dict.entries[entry];
  const int64_t hash = hash_of_entry(dict, static_cast<uint32_t>(entry));
  Dict* ordered = make_dict();
  if (!append_entry(*ordered, moved.key, hash, moved.value)) return false;
  for (uint32_t i = 0; i < dict.used; ++i) {
    const DictEntry& other = dict.entries[i];
    if (i == entry || other.key.is_unbound()) continue;
    if (!append_entry(*ordered, other.key, hash_of_entry(dict, i), other.value)) return false;
  }
  dict.entries = ordered->entries;
  dict.indices = ordered->indices;
  dict.hashes = ordered->hashes;
  dict.used = ordered->used;
  dict.capacity = ordered->capacity;
  dict.index_bits = ordered->index_bits;
  dict.version = ++last_dict_version;
  return true;
}

bool dict_move_to_back(Dict& dict, int64_t entry) {
  const DictEntry moved = dict.entries[entry];
  const int64_t hash = hash_of_entry(dict, static_cast<uint32_t>(entry));
  if (entry + 1 == int64_t{dict.used}) return true;
  dict_delete_entry(dict, entry);
  return append_entry(dict, moved.key, hash, moved.value);
}

void dict_clear(Dict& dict) {
  dict.entries = nullptr;
  dict.indices = nullptr;
  dict.hashes = nullptr;
  dict.used = dict.capacity = dict.count = dict.index_bits = 0;
  dict.version = ++last_dict_version;
}

bool dict_reserve(Dict& dict, size_t entries, bool scanned) {
  return entries <= dict.capacity || rebuild_for(dict, entries, scanned || holds_pointers(dict));
}

Dict* dict_copy(const Dict& dict) {
  Dict* copy = make_dict();
  return dict_copy_into_empty(*copy, dict) ? copy : nullptr;
}

Dict* make_dict_of_names(const Value* names, const Value* values, size_t count, size_t stride) {
  Dict* dict = make_dict();
  // Few entries need no index, and take no more room than they fill: most such dicts are only read.
  const bool is_linear = count <= kLinearCapacity;
  check_memory(is_linear ? rebuild(*dict, count, 0, true) : rebuild_for(*dict, count, true));
  for (size_t i = 0; i < count; ++i) {
    const Value name = names[i * stride], value = values[i * stride];
    if (is_linear) {
      dict->entries[i] = {name, value};
    } else {
      check_memory(append_entry(*dict, name, str_hash(name.as<Str>()), value));
    }
  }
  if (is_linear) {
    dict->used = dict->count = static_cast<uint32_t>(count);
    dict->version = ++last_dict_version;
  }
  return dict;
}

bool dict_copy_into_empty(Dict& copy, const Dict& dict) {
  if (dict.count == 0) return true;
  // A table that has mostly been emptied is not copied as it is.
  const bool is_dense = dict.count == dict.used && dict.capacity <= size_t{dict.count} * 3 + 8;
  return is_dense ? copy_tables(copy, dict) : copy_live_entries(copy, dict);
}

Value dict_item(Thread& thread, const Dict& dict, Value key) {
  const Value value = TRY(dict_get(thread, dict, key));
  if (value.is_unbound()) return raise_key_error(thread, key);
  return value;
}

bool dict_next(const Dict& dict, size_t& position, Value& key, Value& value) {
  while (position < dict.used) {
    const DictEntry& entry = dict.entries[position++];
    if (entry.key.is_unbound()) continue;
    key = entry.key;
    value = entry.value;
    return true;
  }
  return false;
}

bool dict_next_hashed(const Dict& dict, size_t& position, Value& key, Value& value, int64_t& hash) {
  if (!dict_next(dict, position, key, value)) return false;
  hash = hash_of_entry(dict, static_cast<uint32_t>(position - 1));
  return true;
}

List* dict_keys_list(const Dict& dict) {
  GcVector keys;
  size_t position = 0;
  for (Value key, value; dict_next(dict, position, key, value);) keys.push_back(key);
  return make_list(keys.data(), keys.size());
}

}  // namespace minipy
