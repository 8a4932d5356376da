#include "Objects/gmp_memory.h"

#include <cstdio>
#include <cstdlib>

namespace minipy {

thread_local GmpOperation* GmpOperation::current;

void GmpOperation::note(void* block) {
  if (count_ < kMost) blocks_[count_++] = block;
}

void GmpOperation::forget(void* block) {
  for (size_t i = count_; i-- > 0;) {
    if (blocks_[i] != block) continue;
    blocks_[i] = blocks_[--count_];
    return;
  }
}

void GmpOperation::abandon() {
  for (size_t i = 0; i < count_; ++i) {
    if (!result || result->_mp_d != blocks_[i]) std::free(blocks_[i]);
  }
  longjmp(place, 1);
}

namespace {

[[noreturn]] void fail() {
  if (GmpOperation::current) GmpOperation::current->abandon();
  std::fputs("Fatal Python error: out of memory in an operation on ints\n", stderr);
  std::abort();
}

void* allocate(size_t bytes) {
  void* block = std::malloc(bytes);
  if (!block) fail();
  if (GmpOperation::current) GmpOperation::current->note(block);
  return block;
}

void* reallocate(void* block, size_t, size_t bytes) {
  void* moved = std::realloc(block, bytes);
  if (!moved) fail();
  if (GmpOperation::current) {
    GmpOperation::current->forget(block);
    GmpOperation::current->note(moved);
  }
  return moved;
}

void release(void* block, size_t) {
  if (GmpOperation::current) GmpOperation::current->forget(block);
  std::free(block);
}

}  // namespace

void set_up_gmp_memory() { mp_set_memory_functions(allocate, reallocate, release); }

}  // namespace minipy
