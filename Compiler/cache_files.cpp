#include "Compiler/cache_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace minipy {

namespace {

class File {
 public:
  File(const char* path, int flags, mode_t mode = 0)
      : descriptor_(open(path, flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  // Some file systems report a full disk only now.
  bool finish() {
    const int result = close(descriptor_);
    descriptor_ = -1;
    return result == 0;
  }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = write(descriptor, data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    data.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * kSecond + time.tv_nsec;
}

FileStamp stamp_from(const struct stat& status) {
  return {.modified = nanoseconds(status.st_mtim),
          .changed = nanoseconds(status.st_ctim),
          .inode = status.st_ino,
          .size = status.st_size,
          .mode = status.st_mode,
          .owner = status.st_uid};
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Null if that is too much.
Bytes* with_size(const Bytes& old, size_t size) {
  Bytes* bytes = allocate_bytes(size);
  if (bytes) std::memcpy(bytes->data(), old.data(), std::min(old.size, size));
  return bytes;
}

bool set_modified(int descriptor, int64_t modified) {
  if (modified == 0) return true;
  const timespec time{modified / kSecond, modified % kSecond};
  const timespec times[2] = {time, time};
  return futimens(descriptor, times) == 0;
}

}  // namespace

int64_t current_time() {
  timespec now;
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return nanoseconds(now);
}

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return stamp_from(status);
}

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct statx status;
  if (statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &status) != 0) return std::nullopt;
  const bool has_birth = status.stx_mask & STATX_BTIME;
  return FileIdentity{
      .inode = status.stx_ino,
      .born = has_birth ? status.stx_btime.tv_sec * kSecond + status.stx_btime.tv_nsec : 0};
}

std::optional<FileContents> read_file(const std::string& path) {
  const File file(path.c_str(), O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  struct stat status;
  if (fstat(file.descriptor(), &status) != 0) return std::nullopt;
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return std::nullopt;
  }
  Bytes* bytes = allocate_bytes(static_cast<size_t>(status.st_size) + 1);
  size_t size = 0;
  for (;;) {
    if (!bytes) {
      errno = ENOMEM;
      return std::nullopt;
    }
    const ssize_t count = read(file.descriptor(), bytes->data() + size, bytes->size - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    size += static_cast<size_t>(count);
    if (S_ISREG(status.st_mode) && size == static_cast<size_t>(status.st_size)) break;
    if (size == bytes->size)
      bytes = with_size(*bytes, size * 2);  // it grew, or is no ordinary file
  }
  bytes->size = size;  // the rest is room that nobody uses
  bytes->data()[size] = 0;
  return FileContents{bytes, stamp_from(status)};
}

bool make_folder(const std::string& path, uint32_t mode) {
  if (mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT || path == "/" || path == ".") return false;
  return make_folder(folder_of(path), mode) && (mkdir(path.c_str(), mode) == 0 || errno == EEXIST);
}

bool is_own_folder(const std::string& path) {
  std::string folder = path;
  struct stat status;
  while (stat(folder.c_str(), &status) != 0) {
    if (errno != ENOENT || folder == "/" || folder == ".") return false;
    folder = folder_of(folder);
  }
  return S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
         access(folder.c_str(), W_OK | X_OK) == 0;
}

bool write_file_atomically(const std::string& path, std::string_view data, uint32_t mode,
                           int64_t modified) {
  static std::atomic<unsigned> counter;
  const std::string temporary =
      path + "." + std::to_string(getpid()) + "." + std::to_string(counter++);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL;
  errno = 0;
  File file(temporary.c_str(), kFlags, mode);
  if (!file.is_open()) return false;
  struct stat status;
  const bool is_whole = write_all(file.descriptor(), data) &&
                        set_modified(file.descriptor(), modified) &&
                        fstat(file.descriptor(), &status) == 0 &&
                        static_cast<size_t>(status.st_size) == data.size() && file.finish();
  if (is_whole && rename(temporary.c_str(), path.c_str()) == 0) return true;
  const int error_number = errno ? errno : EIO;
  unlink(temporary.c_str());
  errno = error_number;
  return false;
}

}  // namespace minipy
