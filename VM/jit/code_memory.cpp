#include "VM/jit/code_memory.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace minipy::jit {
namespace {

// Code stays for the life of the process: what is larger than this all together is left to the interpreter.
constexpr size_t kAllCode = size_t{64} << 20;
constexpr size_t kAlignment = 16;
constexpr size_t kWindow = size_t{1} << 20;
constexpr size_t kPopulated = size_t{32} << 10;  // is made present at a time

// A piece of memory that is mapped twice, to be written to and to be run. To change what one mapping allows, before
// and after each piece of code, may take longer than to make it.
struct Window {
  char* writable = nullptr;
  char* executable = nullptr;
  size_t size = 0, used = 0, populated = 0;
};
Window window;
size_t all_code = 0;

// The child has the parent's memory, not a copy: it runs the code there and puts its own elsewhere.
void leave_window_to_parent() {
  if (window.writable) munmap(window.writable, window.size);
  window = {};
}

bool open_window(size_t size) {
  static const bool is_registered = pthread_atfork(nullptr, nullptr, leave_window_to_parent) == 0;
  if (!is_registered) return false;
  size = std::max(size, kWindow);
  void* const writable = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (writable == MAP_FAILED) return false;
  void* const executable = mremap(writable, 0, size, MREMAP_MAYMOVE);  // of no size: the same pages once more
  if (executable == MAP_FAILED || mprotect(executable, size, PROT_READ | PROT_EXEC) != 0) {
    munmap(writable, size);
    if (executable != MAP_FAILED) munmap(executable, size);
    return false;
  }
  if (window.writable) munmap(window.writable, window.size);
  window = {static_cast<char*>(writable), static_cast<char*>(executable), size, 0, 0};
  return true;
}

// Saves a fault for each page of each mapping. False if there is no memory: writing would end the process.
bool populate(size_t end) {
  while (window.populated < end) {
    const size_t size = std::min(kPopulated, window.size - window.populated);
    if (madvise(window.writable + window.populated, size, MADV_POPULATE_WRITE) != 0 && errno != EINVAL) return false;
    madvise(window.executable + window.populated, size, MADV_POPULATE_READ);
    window.populated += size;
  }
  return true;
}

}  // namespace

// No thread is in machine code meanwhile: those that run Python need the GIL, and others wait in C++.
const char* place_code(const void* code, size_t size) {
  const size_t taken = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (taken > kAllCode - all_code) return nullptr;
  if (taken > window.size - window.used && !open_window((taken + kPopulated - 1) / kPopulated * kPopulated)) return nullptr;
  if (!populate(window.used + taken)) return nullptr;
  std::memcpy(window.writable + window.used, code, size);
  const char* place = window.executable + window.used;
  window.used += taken;
  all_code += taken;
  return place;
}

}  // namespace minipy::jit
