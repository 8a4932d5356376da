// The private store: compiled code by the contents of its source, for sources that have no
// __pycache__ of their own or none that this user may write. Entries never change; any of them may
// be deleted at any time. docs/cache.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "Compiler/cache_files.h"

namespace minipy {

// $XDG_CACHE_HOME/minipy or ~/.cache/minipy; empty if this user can have none there. Not made yet.
std::string store_folder();
std::string hexadecimal(uint64_t number);

// The file that holds the code of `source` compiled with these options.
struct StoreKey {
  uint64_t halves[2];
};
StoreKey store_key(std::string_view source, std::string_view options);
std::string store_path(const StoreKey& key);  // empty: there is no store

// The entry, its checksum compared, or nothing. The marshalled code follows a header.
inline constexpr size_t kStoreHeaderSize = 32;
std::optional<FileContents> read_from_store(const StoreKey& key);
bool write_to_store(const StoreKey& key, std::string_view code);

struct StoreSizes {
  uint64_t entries = 0, bytes = 0, limit = 0;
  uint64_t removed_entries = 0, removed_bytes = 0;
};
StoreSizes store_sizes();
// Removes what was not used for longest until the store is well below its limit.
StoreSizes shrink_store(uint64_t limit);
uint64_t store_limit();  // bytes; MINIPY_CACHE_LIMIT in MiB

}  // namespace minipy
