// Files as the bytecode cache sees them: read whole, replaced whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "Objects/bytes.h"

namespace minipy {

inline constexpr int64_t kSecond = 1'000'000'000;  // stamps are in nanoseconds

struct FileStamp {
  int64_t modified = 0;  // as programs may set it
  int64_t changed = 0;   // as only the kernel sets it
  uint64_t inode = 0;
  int64_t size = 0;
  uint32_t mode = 0;
  uint32_t owner = 0;

  // The bits that a .pyc file has room for.
  uint32_t modified_second() const { return static_cast<uint32_t>(modified_seconds()); }
  uint32_t size_word() const { return static_cast<uint32_t>(size); }

 private:
  int64_t modified_seconds() const {
    return modified >= 0 ? modified / kSecond : -((-modified + kSecond - 1) / kSecond);
  }
};

struct FileContents {
  Bytes* bytes = nullptr;
  FileStamp stamp;  // from before it was read

  std::string_view data() const { return bytes->view(); }
};

int64_t current_time();  // of the clock that stamps files
std::optional<FileStamp> stamp_of(const std::string& path);
// A file that is put in the place of another has another identity; one that is written over has
// not.
struct FileIdentity {
  uint64_t inode;
  int64_t born;  // inodes are used again; 0 where file systems do not know it
};
std::optional<FileIdentity> identity_of(const std::string& path);
// On failure errno says why.
std::optional<FileContents> read_file(const std::string& path);

// Others see the old file or the new one. `modified` is the time stamp it gets, 0 for now. False if
// nothing was changed.
bool write_file_atomically(const std::string& path, std::string_view data, uint32_t mode,
                           int64_t modified = 0);

// Whether files may be made in the folder, and nobody else owns it. One that is missing counts as
// the nearest one that is there.
bool is_own_folder(const std::string& path);
bool make_folder(const std::string& path,
                 uint32_t mode);  // with those above it; true if it is there

}  // namespace minipy
