// What this interpreter knows about the cache files of one folder: the hash of each one's
// bytes, and of the source it belongs to. It finds damage and edits that the files themselves
// cannot show. It may be deleted at any time. docs/cache.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "Compiler/cache_files.h"

namespace minipy {

// As it stands in the file, which is an array of them. Records are only ever added; the last one
// counts.
struct IndexRecord {
  uint64_t key = 0;             // of the cache file's name and header
  uint64_t contents = 0;        // content_hash() of the whole cache file
  uint64_t source_hash = 0;     // source_hash() of the source
  int64_t source_modified = 0;  // the source's stamp when it had that hash
  int64_t source_changed = 0;
  uint64_t source_inode = 0;
  uint32_t source_size = 0;
  uint32_t flags = 0;
  uint64_t check = 0;  // of all the above

  enum Flags : uint32_t {
    kSourceKnown = 1,
    kSettled = 2,  // an edit after the stamp was taken would have changed the stamp
  };
  bool has_source() const { return flags & kSourceKnown; }
  void set_source(uint64_t hash, const FileStamp& stamp);
  // The source is the one that was hashed: nothing has touched it since.
  bool is_same_source(const FileStamp& stamp) const;
};
static_assert(sizeof(IndexRecord) == 64);

// Files without source lie beside the sources of others, where nothing of ours belongs, and whoever
// removes sources often removes __pycache__ too: their index is always in the private store. Their
// records have the identity of the file itself, its inode and the time it was made at (in
// `source_inode` and `source_changed`): another file in its place is none of ours.
enum class Indexed { CacheFiles, BareFiles };

inline constexpr std::string_view kIndexName = "minipy-311.index";

uint64_t index_key(std::string_view cache_file_name, std::string_view header);

// The records of a key, the newest first. Reads the index file at most once in a process, unless
// `again`.
std::vector<IndexRecord> find_index_records(const std::string& folder, uint64_t key,
                                            bool again = false,
                                            Indexed indexed = Indexed::CacheFiles);
// Adds a record; nothing happens if that is not possible. `may_create`: also if there is no index
// yet.
void add_index_record(const std::string& folder, IndexRecord record, bool may_create = true,
                      Indexed indexed = Indexed::CacheFiles);
// Where the folder's index is or would be; empty if it can have none.
std::string index_path(const std::string& folder);

}  // namespace minipy
