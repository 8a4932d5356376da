// The files of the bytecode cache: reading whole ones, and replacing them so that no reader ever sees
// half of one, whatever happens to the writer.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "Compiler/cache.h"

namespace minipy {

namespace {

class File {
 public:
  File(const char* path, int flags, mode_t mode = 0) : descriptor_(open(path, flags | O_CLOEXEC, mode)) {}
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

// The folder of `path`, and those above it that are missing.
bool make_folders(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return true;
  const std::string folder = path.substr(0, slash);
  if (mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT || !make_folders(folder)) return false;
  return mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST;
}

}  // namespace

std::optional<SourceStamp> stamp_of(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return SourceStamp{status.st_mtim.tv_sec, status.st_size, status.st_mode};
}

std::optional<std::string> read_file(const std::string& path) {
  const File file(path.c_str(), O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  struct stat status;
  if (fstat(file.descriptor(), &status) != 0) return std::nullopt;
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return std::nullopt;
  }
  std::string data(static_cast<size_t>(status.st_size) + 1, '\0');
  size_t size = 0;
  for (;;) {
    const ssize_t count = read(file.descriptor(), data.data() + size, data.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    size += static_cast<size_t>(count);
    if (size == data.size()) data.resize(size * 2);  // it grew, or is no ordinary file
  }
  data.resize(size);
  return data;
}

bool write_file_atomically(const std::string& path, std::string_view data, uint32_t mode) {
  static std::atomic<unsigned> counter;
  const std::string temporary = path + "." + std::to_string(getpid()) + "." + std::to_string(counter++);
  if (!make_folders(path)) return false;
  File file(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file.is_open()) return false;
  struct stat status;
  const bool is_whole = write_all(file.descriptor(), data) && fstat(file.descriptor(), &status) == 0 &&
                        static_cast<size_t>(status.st_size) == data.size() && file.finish();
  if (is_whole && rename(temporary.c_str(), path.c_str()) == 0) return true;
  unlink(temporary.c_str());
  return false;
}

}  // namespace minipy
