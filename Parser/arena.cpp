#include "Parser/arena.h"

#include <cstdlib>

namespace minipy::ast {

Arena::~Arena() {
  while (chunks_) {
    Chunk* previous = chunks_->previous;
    std::free(chunks_);
    chunks_ = previous;
  }
  std::free(names_);
}

// A request that would waste most of a chunk gets one of its own, and the current one stays in use.
void* Arena::allocate_from_new_chunk(size_t size) {
  const bool is_large = size > chunk_size_ / 4;
  const size_t usable = is_large ? size : chunk_size_;
  constexpr size_t kHeader = (sizeof(Chunk) + 15) & ~size_t{15};
  Chunk* chunk = static_cast<Chunk*>(std::malloc(kHeader + usable));
  if (!chunk) run_out_of_memory();
  chunk->previous = chunks_;
  chunks_ = chunk;
  char* start = reinterpret_cast<char*>(chunk) + kHeader;
  if (is_large) return start;
  next_ = reinterpret_cast<uintptr_t>(start) + size;
  limit_ = reinterpret_cast<uintptr_t>(start) + usable;
  if (chunk_size_ < kLargestChunkSize) chunk_size_ *= 2;
  return start;
}

void Arena::run_out_of_memory() {
  if (!escape_) std::abort();
  std::longjmp(*escape_, 1);
}

Text Arena::copy_text(Text text) {
  char* copy = static_cast<char*>(allocate(text.size() + 1, 1));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return {copy, text.size()};
}

static uint32_t hash_name(Text name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash ^ (hash >> 15);
}

Identifier Arena::intern(Text name) {
  if (names_used_ * 2 >= names_capacity_) grow_names();
  const uint32_t hash = hash_name(name);
  const size_t mask = names_capacity_ - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    const InternedName* found = names_[i];
    if (!found) {
      void* memory = allocate(sizeof(InternedName) + name.size() + 1, alignof(InternedName));
      InternedName* added = static_cast<InternedName*>(memory);
      added->index = static_cast<uint32_t>(names_used_++);
      added->size = static_cast<uint32_t>(name.size());
      added->hash = hash;
      if (!name.empty()) std::memcpy(added->bytes, name.data(), name.size());
      added->bytes[name.size()] = '\0';
      names_[i] = added;
      return Identifier(added);
    }
    if (found->hash == hash && Text(found->bytes, found->size) == name) return Identifier(found);
  }
}

void Arena::grow_names() {
  const size_t capacity = names_capacity_ ? names_capacity_ * 2 : 256;
  auto** table = static_cast<const InternedName**>(std::calloc(capacity, sizeof(InternedName*)));
  if (!table) run_out_of_memory();
  for (size_t i = 0; i < names_capacity_; ++i) {
    if (!names_[i]) continue;
    size_t slot = names_[i]->hash & (capacity - 1);
    while (table[slot]) slot = (slot + 1) & (capacity - 1);
    table[slot] = names_[i];
  }
  std::free(names_);
  names_ = table;
  names_capacity_ = capacity;
}

}  // namespace minipy::ast
