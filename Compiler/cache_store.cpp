#include "Compiler/cache_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "Compiler/cache.h"
#include "Compiler/content_hash.h"
#include "Objects/text/siphash.h"

namespace minipy {

namespace {

// Entries: this header, then the code. A store of another format has another magic number.
struct EntryHeader {
  char magic[8];
  uint64_t key[2];
  uint64_t contents;  // content_hash() of the code
};
static_assert(sizeof(EntryHeader) == kStoreHeaderSize);
constexpr char kEntryMagic[9] = "minipy\x01\n";
constexpr uint64_t kDefaultLimit = 256;             // MiB
constexpr int64_t kUseResolution = 3600 * kSecond;  // how exactly the time of last use is kept
constexpr int64_t kAbandoned = 3600 * kSecond;      // a temporary file that nobody writes any more

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Only where the user is at home: a program run with somebody else's HOME leaves no files there.
std::string find_store() {
  std::string base = environment("XDG_CACHE_HOME");
  if (base.empty() || base[0] != '/') {
    base = environment("HOME");
    if (base.empty() || base[0] != '/') return {};
    base += "/.cache";
  }
  if (!is_own_folder(base + "/minipy")) return {};
  return base + "/minipy";
}

bool make_private_folder(const std::string& path) {
  const std::string store = store_folder();
  if (store.empty() || !make_folder(store, 0700)) return false;
  struct stat status;
  if (lstat(store.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid())
    return false;
  if (status.st_mode & 077 && chmod(store.c_str(), 0700) != 0) return false;
  return make_folder(path, 0700);
}

EntryHeader header_of(const StoreKey& key, std::string_view code) {
  EntryHeader header{};
  std::memcpy(header.magic, kEntryMagic, sizeof header.magic);
  std::memcpy(header.key, key.halves, sizeof header.key);
  header.contents = content_hash(code);
  return header;
}

// The time of last use is the modification time: not every file system keeps the time of access.
void note_use(const std::string& path, const FileStamp& stamp) {
  const int64_t age = current_time() - stamp.modified;
  if (age < kUseResolution && age >= 0) return;
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

struct Entry {
  std::string path;
  FileStamp stamp;
};

template <typename Visit>
void visit_folder(const std::string& path, Visit visit) {
  DIR* folder = opendir(path.c_str());
  if (!folder) return;
  while (const dirent* each = readdir(folder)) {
    if (each->d_name[0] != '.') visit(path + "/" + each->d_name);
  }
  closedir(folder);
}

std::vector<Entry> all_entries() {
  std::vector<Entry> entries;
  const std::string store = store_folder();
  if (store.empty()) return entries;
  const auto add = [&](const std::string& path) {
    const auto stamp = stamp_of(path);
    if (stamp && S_ISREG(stamp->mode)) entries.push_back({path, *stamp});
  };
  visit_folder(store + "/code", [&](const std::string& path) { visit_folder(path, add); });
  visit_folder(store + "/index", add);
  return entries;
}

bool is_abandoned(const Entry& entry) {
  const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
  return name.find(".pyc.") != std::string::npos &&
         current_time() - entry.stamp.modified > kAbandoned;
}

StoreSizes sum(const std::vector<Entry>& entries) {
  StoreSizes sizes;
  sizes.limit = store_limit();
  sizes.entries = entries.size();
  for (const Entry& entry : entries) sizes.bytes += static_cast<uint64_t>(entry.stamp.size);
  return sizes;
}

}  // namespace

std::string store_folder() {
  return find_store();
}

std::string hexadecimal(uint64_t number) {
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; number >>= 4) text[i] = "0123456789abcdef"[number & 15];
  return text;
}

uint64_t store_limit() {
  const std::string text = environment("MINIPY_CACHE_LIMIT");
  const bool is_number =
      !text.empty() && text.size() < 8 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return (is_number ? std::strtoull(text.c_str(), nullptr, 10) : kDefaultLimit) << 20;
}

// Two independent hashes of the source; what else decides about the code goes into their keys.
StoreKey store_key(std::string_view source, std::string_view options) {
  StoreKey key;
  for (uint64_t i = 0; i < 2; ++i) {
    key.halves[i] =
        siphash13({content_hash(options) ^ kBytecodeMagic, i}, source.data(), source.size());
  }
  return key;
}

std::string store_path(const StoreKey& key) {
  const std::string store = store_folder();
  if (store.empty()) return {};
  const std::string name = hexadecimal(key.halves[0]) + hexadecimal(key.halves[1]);
  return store + "/code/" + name.substr(0, 2) + "/" + name.substr(2) + ".pyc";
}

std::optional<FileContents> read_from_store(const StoreKey& key) {
  const std::string path = store_path(key);
  if (path.empty()) return std::nullopt;
  std::optional<FileContents> file = read_file(path);
  if (!file || file->data().size() < sizeof(EntryHeader)) return std::nullopt;
  const std::string_view code = file->data().substr(sizeof(EntryHeader));
  const EntryHeader expected = header_of(key, code);
  const bool is_ours = file->stamp.owner == geteuid();
  if (!is_ours || std::memcmp(file->data().data(), &expected, sizeof expected) != 0) {
    unlink(path.c_str());
    return std::nullopt;
  }
  note_use(path, file->stamp);
  return file;
}

bool write_to_store(const StoreKey& key, std::string_view code) {
  const std::string path = store_path(key);
  if (path.empty() || !make_private_folder(path.substr(0, path.rfind('/')))) return false;
  const EntryHeader header = header_of(key, code);
  std::string data(reinterpret_cast<const char*>(&header), sizeof header);
  data += code;
  const bool is_written = write_file_atomically(path, data, 0600);
  // Every so often somebody looks at the whole store.
  if (is_written && key.halves[1] % 32 == 0 && store_sizes().bytes > store_limit())
    shrink_store(store_limit());
  return is_written;
}

StoreSizes store_sizes() {
  return sum(all_entries());
}

StoreSizes shrink_store(uint64_t limit) {
  std::vector<Entry> entries = all_entries();
  StoreSizes sizes = sum(entries);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.stamp.modified < b.stamp.modified; });
  const uint64_t wanted = sizes.bytes > limit ? limit / 10 * 8 : sizes.bytes;
  for (const Entry& entry : entries) {
    if (sizes.bytes <= wanted && !is_abandoned(entry)) continue;
    if (unlink(entry.path.c_str()) != 0) continue;
    sizes.bytes -= static_cast<uint64_t>(entry.stamp.size);
    sizes.removed_bytes += static_cast<uint64_t>(entry.stamp.size);
    --sizes.entries;
    ++sizes.removed_entries;
  }
  return sizes;
}

}  // namespace minipy
