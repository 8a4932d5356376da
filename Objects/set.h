// set and frozenset: insertion into an open-addressed table of keys with their hashes.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct SetEntry {
  Value key;     // empty: free; Unbound: deleted
  int64_t hash;
};

struct Set : Object {  // also the layout of frozenset (kind Frozenset)
  static constexpr Kind kKind = Kind::Set;
  SetEntry* table;
  size_t mask;         // slots - 1
  size_t fill;         // used and deleted
  size_t count;
  int64_t cached_hash; // frozenset: 0 if not computed
  size_t finger;       // where pop() looks next
};

inline bool is_any_set(Value v) { return has_kind(v, Kind::Set) || has_kind(v, Kind::Frozenset); }

Set* make_set();
Set* make_frozenset();
Status set_add(Thread&, Set& set, Value key);
Result<bool> set_contains(Thread&, const Set& set, Value key);
Result<bool> set_discard(Thread&, Set& set, Value key);
Status set_update(Thread&, Set& set, Value iterable);
bool set_next(const Set& set, size_t& position, Value& key);

}  // namespace minipy
