#include "Objects/memory_reserve.h"

#include <gc/gc.h>
#include <malloc.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "Objects/text/growing_text.h"
#include "Objects/thread.h"
#include "Objects/thread_states.h"

namespace minipy {

bool memory_reserve_is_spent = false;

namespace {

// The collector also needs fresh pages from the system (headers of blocks, mark stack), and so does malloc.
// Untouched address space costs no memory, but counts where that is what is limited.
constexpr size_t kPage = 4096;
constexpr size_t kAddressBytes = 4 * 1024 * 1024;

void* heap_block;
void* address_space = MAP_FAILED;
size_t collection_of_crisis;
// What the collector leaves to others, who could not ask it to give anything back.
size_t left_to_others = kAddressBytes;

constexpr size_t kSmall = 64 * 1024;  // not worth asking about

// Libraries in C take and return some MB at every call, compressors for example. Pages that malloc has given back to the
// system cost more, when they are new again, than most of what is done in them.
constexpr int kMostKept = 8 * 1024 * 1024;

// No more than what the heap leaves, too.
void* reallocate_leaving_some(void* block, size_t size, size_t new_size) {
  if (new_size > kSmall) return may_take(new_size - size) ? std::realloc(block, new_size) : nullptr;
  void* moved = std::realloc(block, new_size);
  if (!moved) {
    spend_memory_reserve();
    moved = std::realloc(block, new_size);
  }
  return moved;
}

}  // namespace

void keep_what_is_freed() {
  mallopt(M_MMAP_THRESHOLD, kMostKept / 2);
  mallopt(M_TRIM_THRESHOLD, kMostKept);
}

size_t memory_reserve_in_heap() { return heap_block ? kReservedHeap : 0; }

void fill_memory_reserve() {
  std::set_new_handler(spend_memory_reserve);
  reallocate_text = reallocate_leaving_some;
  if (!heap_block && (heap_block = GC_malloc_atomic(kReservedHeap))) {
    // Else objects beside it would bring pages of it into memory.
    const uintptr_t start = (reinterpret_cast<uintptr_t>(heap_block) + kPage - 1) / kPage * kPage;
    madvise(reinterpret_cast<void*>(start), kReservedHeap - kPage, MADV_NOHUGEPAGE);
  }
  if (address_space == MAP_FAILED) {
    address_space = mmap(nullptr, kAddressBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  memory_reserve_is_spent = !heap_block || address_space == MAP_FAILED;
  if (!memory_reserve_is_spent) left_to_others = kAddressBytes;
}

bool heap_may_grow(size_t bytes) {
  return could_allocate(bytes + (bytes > kSmall ? 2 * left_to_others : left_to_others));
}

bool spend_reserved_addresses() {
  if (address_space == MAP_FAILED) return false;
  munmap(address_space, kAddressBytes);
  address_space = MAP_FAILED;
  memory_reserve_is_spent = true;
  request_pending_somewhere(Pending::kMemoryError);
  return true;
}

void spend_memory_reserve() {
  if (!heap_block && address_space == MAP_FAILED && (left_to_others /= 2) < kPage) {
    std::fputs("Fatal Python error: out of memory, and the reserve is spent\n", stderr);
    std::_Exit(1);
  }
  spend_reserved_addresses();
  malloc_trim(0);
  if (heap_block) GC_free(heap_block);
  heap_block = nullptr;
  memory_reserve_is_spent = true;
  collection_of_crisis = GC_get_gc_no();
  request_pending_somewhere(Pending::kMemoryError);
}

bool may_take(size_t bytes) {
  return bytes <= kSmall || could_allocate(bytes + left_to_others);
}

bool could_allocate(size_t bytes) {
  void* room = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return false;
  munmap(room, bytes);
  return true;
}

void refill_memory_reserve_after_crisis() {
  if (current_thread().pending.load() & Pending::kMemoryError) return;
  if (GC_get_gc_no() == collection_of_crisis) return;
  collection_of_crisis = GC_get_gc_no();
  // Not of the last there is: the program is still about to let go of what it has.
  if (GC_get_free_bytes() >= 2 * kReservedHeap || heap_may_grow(2 * kReservedHeap)) fill_memory_reserve();
}

}  // namespace minipy
