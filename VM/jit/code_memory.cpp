#include "VM/jit/code_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace minipy::jit {
namespace {

// Code stays for the life of the process: what is larger than this all together is left to the interpreter.
constexpr size_t kAllCode = size_t{64} << 20;
constexpr size_t kAlignment = 16;

char* memory = nullptr;
size_t used = 0;

bool reserve() {
  if (memory) return true;
  void* reserved = mmap(nullptr, kAllCode, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return false;
  memory = static_cast<char*>(reserved);
  return true;
}

}  // namespace

// No thread is in machine code meanwhile: those that run Python need the GIL, and others wait in C++.
const char* place_code(const void* code, size_t size) {
  if (size > kAllCode - used || !reserve()) return nullptr;
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* place = memory + used;
  char* first = memory + used / page * page;
  const size_t length = (static_cast<size_t>(place + size - first) + page - 1) / page * page;
  if (mprotect(first, length, PROT_READ | PROT_WRITE) != 0) return nullptr;
  std::memcpy(place, code, size);
  if (mprotect(first, length, PROT_READ | PROT_EXEC) != 0) return nullptr;
  used += (size + kAlignment - 1) / kAlignment * kAlignment;
  return place;
}

}  // namespace minipy::jit
