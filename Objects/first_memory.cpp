#include "Objects/first_memory.h"

#include <sys/mman.h>

#include <cstdint>

#include "Objects/memory_reserve.h"
#include "Objects/result.h"

namespace minipy {
namespace {

constexpr size_t kPage = 4096, kHugePage = 2 * 1024 * 1024;

char* map(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

char* aligned(char* address) {
  return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(address) + kHugePage - 1) / kHugePage * kHugePage);
}

// Newer kernels align large mappings by themselves.
char* map_aligned() {
  char* memory = map(kFirstMemory);
  if (!memory || aligned(memory) == memory) return memory;
  munmap(memory, kFirstMemory);
  memory = map(kFirstMemory + kHugePage);
  return memory ? aligned(memory) : nullptr;
}

// A piece of the first memory, taken from its front.
struct Piece {
  char *next, *end;

  void* take(size_t bytes) {
    bytes = (bytes + kPage - 1) / kPage * kPage;
    if (bytes > static_cast<size_t>(end - next)) return nullptr;
    return (next += bytes) - bytes;
  }
};

struct FirstMemory {
  Piece tables{}, heap{};
  bool is_for_collector = false;

  FirstMemory() {
    char* start = map_aligned();
    if (!start) return;
    madvise(start, kFirstMemory, MADV_HUGEPAGE);
    tables = {start, start + kFirstTables};
    heap = {start + kFirstTables, start + kFirstMemory};
  }
};

FirstMemory& first_memory() {
  static FirstMemory memory;
  return memory;
}

// libgc asks for its heap, and for little pieces for its notes about the blocks of the heap.
void* take_for_collector(size_t bytes) {
  FirstMemory& memory = first_memory();
  if (!memory.is_for_collector) return nullptr;
  constexpr size_t kLargestNote = 64 * 1024;
  return (bytes <= kLargestNote ? memory.tables : memory.heap).take(bytes);
}

// Of memory that libgc has got from the system. Before the first memory is its own, that is the reserve, which is not to be
// touched, and pieces for its notes, which are used up soon: their pages come at once.
void advise(void* memory, size_t bytes) {
  if (bytes < kHugePage) {
    madvise(memory, bytes, MADV_POPULATE_WRITE);
  } else if (first_memory().is_for_collector) {
    madvise(memory, bytes, MADV_HUGEPAGE);
  }
}

}  // namespace

void* take_table_memory(size_t bytes) {
  void* table = first_memory().tables.take(bytes);
  if (!table) table = map(bytes);
  MP_ASSERT(table);
  return table;
}

void give_first_memory_to_collector() { first_memory().is_for_collector = true; }

}  // namespace minipy

// The linker's --wrap puts this in the place of libgc's own function (CMakeLists.txt).
extern "C" [[gnu::weak]] void* __real_GC_unix_get_mem(size_t bytes);
extern "C" void* __wrap_GC_unix_get_mem(size_t bytes);
void* __wrap_GC_unix_get_mem(size_t bytes) {
  if (void* const memory = minipy::take_for_collector(bytes)) return memory;
  if (!minipy::heap_may_grow(bytes)) return nullptr;
  void* const memory = __real_GC_unix_get_mem(bytes);
  if (memory) minipy::advise(memory, bytes);
  return memory;
}
