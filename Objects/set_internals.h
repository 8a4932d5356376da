// What the files of set share beyond set.h.
#pragma once

#include "Objects/set.h"

namespace minipy {

inline bool set_entry_is_live(const SetEntry& entry) {
  return !entry.key.is_empty() && !entry.key.is_unbound();
}

void set_make_empty(Set& set);  // a fresh table
void set_delete_entry(Set& set, SetEntry& entry);
Result<int64_t> hash_of_member(Thread&, Value key);
Status set_add_hashed(Thread&, Set& set, Value key, int64_t hash);
Result<bool> set_contains_hashed(Thread&, const Set& set, Value key, int64_t hash);
Result<bool> set_discard_hashed(Thread&, Set& set, Value key, int64_t hash);
Status set_merge(Thread&, Set& set, const Set& other);
Status set_rebuild(Thread&, Set& set);  // without deleted entries
Status set_difference_update(Thread&, Set& set, Value iterable);
Status set_symmetric_difference_update(Thread&, Set& set, Value iterable);

}  // namespace minipy
