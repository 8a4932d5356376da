#include "Compiler/cache_index.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "Compiler/cache_store.h"
#include "Compiler/content_hash.h"

namespace minipy {

namespace {

// A change this long after the stamp was taken gets another stamp on every file system.
constexpr int64_t kStampResolution = 2 * kSecond;
// What the last one of a key makes superfluous goes when there are so many more.
constexpr size_t kRecordsToCompact = 256;

std::string_view bytes_of(const IndexRecord& record) {
  return {reinterpret_cast<const char*>(&record), sizeof record};
}
uint64_t check_of(const IndexRecord& record) {
  return content_hash(bytes_of(record).substr(0, offsetof(IndexRecord, check)));
}

struct Index {
  std::string path;  // empty: there can be none
  std::vector<IndexRecord> records;
  bool needs_rewriting = false;  // there is garbage in the file
};

// Per folder, as it was when it was first asked for.
using Place = std::pair<std::string, Indexed>;
std::map<Place, Index>& indexes() {
  static std::map<Place, Index> all;
  return all;
}

void read_records(Index& index, std::string_view data) {
  index.records.clear();
  index.needs_rewriting = data.size() % sizeof(IndexRecord) != 0;
  for (; data.size() >= sizeof(IndexRecord); data.remove_prefix(sizeof(IndexRecord))) {
    IndexRecord record;
    std::memcpy(&record, data.data(), sizeof record);
    if (record.check == check_of(record)) {
      index.records.push_back(record);
    } else {
      index.needs_rewriting = true;
    }
  }
}

std::string path_in_store(const std::string& folder, const char* suffix) {
  const std::string store = store_folder();
  return store.empty() ? "" : store + "/index/" + hexadecimal(content_hash(folder)) + suffix;
}

// In the folder itself if it is ours, else in the private store.
Index load(const Place& place) {
  const auto& [folder, indexed] = place;
  Index index;
  std::optional<FileContents> file;
  if (indexed == Indexed::CacheFiles) {
    index.path = folder + "/" + std::string(kIndexName);
    file = read_file(index.path);
  }
  if (!file && (indexed == Indexed::BareFiles || !is_own_folder(folder))) {
    index.path = path_in_store(folder, indexed == Indexed::BareFiles ? "-bare" : "");
    if (!index.path.empty()) file = read_file(index.path);
  }
  if (file) read_records(index, file->data());
  return index;
}

Index& index_of(const Place& place, bool again) {
  const auto [found, is_new] = indexes().try_emplace(place);
  if (is_new || again) found->second = load(place);
  return found->second;
}

// The last record of each key.
std::string compacted(const std::vector<IndexRecord>& records) {
  std::vector<IndexRecord> kept;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool is_newest = std::none_of(kept.begin(), kept.end(), [&](const IndexRecord& other) {
      return other.key == record->key;
    });
    if (is_newest) kept.push_back(*record);
  }
  std::reverse(kept.begin(), kept.end());
  return {reinterpret_cast<const char*>(kept.data()), kept.size() * sizeof(IndexRecord)};
}

// In one write, so that those of several processes do not mix. What is left of a failed one is
// garbage that readers skip.
bool append(const std::string& path, const IndexRecord& record, int flags) {
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666);
  if (file < 0) return false;
  struct stat status;
  const bool is_aligned =
      fstat(file, &status) == 0 && status.st_size % static_cast<off_t>(sizeof record) == 0;
  const bool is_written =
      is_aligned && write(file, &record, sizeof record) == static_cast<ssize_t>(sizeof record);
  close(file);
  return is_written;
}

}  // namespace

void IndexRecord::set_source(uint64_t hash, const FileStamp& stamp) {
  source_hash = hash;
  source_modified = stamp.modified;
  source_changed = stamp.changed;
  source_inode = stamp.inode;
  source_size = stamp.size_word();
  const int64_t age = current_time() - std::max(stamp.modified, stamp.changed);
  flags = age >= kStampResolution ? kSourceKnown | kSettled : kSourceKnown;
}

bool IndexRecord::is_same_source(const FileStamp& stamp) const {
  return has_source() && flags & kSettled && source_modified == stamp.modified &&
         source_changed == stamp.changed && source_inode == stamp.inode &&
         source_size == stamp.size_word();
}

uint64_t index_key(std::string_view cache_file_name, std::string_view header) {
  return content_hash(std::string(cache_file_name) + '\0' + std::string(header));
}

std::string index_path(const std::string& folder) {
  return index_of({folder, Indexed::CacheFiles}, false).path;
}

std::vector<IndexRecord> find_index_records(const std::string& folder, uint64_t key, bool again,
                                            Indexed indexed) {
  std::vector<IndexRecord> found;
  const Index& index = index_of({folder, indexed}, again);
  for (auto record = index.records.rbegin(); record != index.records.rend(); ++record) {
    if (record->key == key) found.push_back(*record);
  }
  return found;
}

void add_index_record(const std::string& folder, IndexRecord record, bool may_create,
                      Indexed indexed) {
  Index& index = index_of({folder, indexed}, false);
  if (index.path.empty()) return;
  struct stat status;
  const bool is_missing = stat(index.path.c_str(), &status) != 0;
  if (is_missing && !may_create) return;
  record.check = check_of(record);
  index.records.push_back(record);
  const bool is_full = index.records.size() % kRecordsToCompact == 0;
  if (!index.needs_rewriting && !is_full && append(index.path, record, is_missing ? O_CREAT : 0))
    return;
  if (is_missing && !make_folder(index.path.substr(0, index.path.rfind('/')), 0700)) return;
  index.needs_rewriting = !write_file_atomically(index.path, compacted(index.records), 0666);
}

}  // namespace minipy
