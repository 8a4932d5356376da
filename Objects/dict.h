// dict: compact, insertion ordered. Keys of types whose hash runs no user code (exact str, int,
// float, bool, None) cost 16 bytes an entry; others keep their hashes in a side array.
#pragma once

#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct DictEntry {
  Value key;    // Unbound: deleted
  Value value;
};

struct DictTable;  // entries, indices and hashes; in dict.cpp

struct Dict : Object {
  static constexpr Kind kKind = Kind::Dict;
  DictEntry* entries;   // [0, used); the start of a collected block
  void* indices;        // hash -> entry, 8/16/32 bits each; nullptr up to 8 entries; unscanned
  int64_t* hashes;      // of the entries, or nullptr if all keys are simple; unscanned
  uint32_t used;        // entries in use, deleted ones included
  uint32_t capacity;    // of entries
  uint32_t count;       // live entries
  uint32_t index_bits;  // log2 of the number of indices; | kScannedEntries
  uint64_t version;     // changes at every change of keys (not of values); for caches and iterators
};

inline bool is_dict(Value v) { return has_kind(v, Kind::Dict); }
inline bool is_exact_dict(Value v) { return is_exact(v, Kind::Dict); }

Dict* make_dict();
Dict* make_dict_with_capacity(size_t entries);
// Unbound if absent.
Value dict_get(Thread&, const Dict& dict, Value key);
Status dict_set(Thread&, Dict& dict, Value key, Value value);
Result<bool> dict_delete(Thread&, Dict& dict, Value key);  // false if it was absent
// With a str key (exact, best interned): runs no user code unless the dict has odd keys, which
// these skip only by hash; never raise.
Value dict_get_str(const Dict& dict, const Str* key);
void dict_set_str(Dict& dict, const Str* key, Value value);
bool dict_delete_str(Dict& dict, const Str* key);
Value dict_get_str(const Dict& dict, std::string_view key);
void dict_set_str(Dict& dict, std::string_view key, Value value);
// The entry's number for caching, or -1. Valid while dict.version and dict.entries stay the same.
int64_t dict_find_str(const Dict& dict, const Str* key);
Value dict_get_hashed(Thread&, const Dict& dict, Value key, int64_t hash);
Status dict_set_hashed(Thread&, Dict& dict, Value key, int64_t hash, Value value);
Value dict_set_default(Thread&, Dict& dict, Value key, Value value);
Value dict_pop(Thread&, Dict& dict, Value key);            // Unbound if absent
void dict_clear(Dict& dict);
Dict* dict_copy(const Dict& dict);
enum class OnDuplicate { Replace, Keep, Raise };
Status dict_merge(Thread&, Dict& dict, Value mapping, OnDuplicate mode = OnDuplicate::Replace);
Status dict_update(Thread&, Dict& dict, Value mapping_or_pairs);
Value dict_item(Thread&, const Dict& dict, Value key);     // d[key] of an exact dict: KeyError
List* dict_keys_list(const Dict& dict);
// Walks live entries: size_t position = 0; while (dict_next(d, position, key, value)) ...
bool dict_next(const Dict& dict, size_t& position, Value& key, Value& value);

}  // namespace minipy
