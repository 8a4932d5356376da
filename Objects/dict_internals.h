// What the files of dict share beyond dict.h.
#pragma once

#include "Objects/dict.h"

namespace minipy {

constexpr uint32_t kScannedEntries = 1u << 31;  // in Dict::index_bits

extern uint64_t last_dict_version;

// The number of the entry, or -1.
Result<int64_t> dict_find(Thread&, const Dict& dict, Value key);
// As dict_next(), with the hash of the key.
bool dict_next_hashed(const Dict& dict, size_t& position, Value& key, Value& value, int64_t& hash);
void dict_delete_entry(Dict& dict, int64_t entry);
bool dict_pop_last(Dict& dict, Value& key, Value& value);  // false if empty
// False if memory ran out.
bool dict_move_to_front(Dict& dict, int64_t entry);
bool dict_move_to_back(Dict& dict, int64_t entry);
// Of exact strs that differ from each other: name and value i lie i * stride words behind the first ones.
Dict* make_dict_of_names(const Value* names, const Value* values, size_t count, size_t stride);
bool dict_copy_into_empty(Dict& copy, const Dict& dict);   // false if memory ran out
// For entries that may hold pointers if `scanned`. False if memory ran out.
bool dict_reserve(Dict& dict, size_t entries, bool scanned = false);


Value make_dict_iterator(Dict& dict, Kind kind);
void define_dict_view_types();  // and the iterators

}  // namespace minipy
