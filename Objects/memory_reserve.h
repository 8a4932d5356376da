// Memory kept back for the moment when there is no more: enough to raise MemoryError and to handle it.
#pragma once

#include <cstddef>

namespace minipy {

constexpr size_t kReservedHeap = 2 * 1024 * 1024;

// Tells malloc, at start-up, how much of what is freed it keeps. Spending the reserve takes that back.
void keep_what_is_freed();
// Sets the reserve aside where there is memory for it. Called at start-up and once a crisis is over.
void fill_memory_reserve();
// Gives the reserve back to the heap and to the system, and leaves a MemoryError for the next safe point. Where the
// reserve is spent already the heap may take half of what it left to others so far; when nothing is left of that the
// process ends: nothing could go on. Also what `operator new` does.
void spend_memory_reserve();
// Gives the system back what counts as its address space only, which may be done while the collector is at work.
// False if that is gone already.
bool spend_reserved_addresses();
// After a MemoryError has been raised and another collection has run, the reserve is set aside again.
void refill_memory_reserve_after_crisis();

// Whether the collector may ask the system for so much more. It never takes all that a limit allows, for it gives
// nothing back, and malloc would find nothing from then on. It may take a small piece, for its notes, a little longer.
bool heap_may_grow(size_t bytes);

// How much of the heap it is: taken, but never touched.
size_t memory_reserve_in_heap();

// Whether the system would give so much more. Takes nothing.
bool could_allocate(size_t bytes);
// Whether others may take so much and leave as much as the heap does: asked before work of known size on
// `std::string`s, of which `operator new` could only die. Where the size is not known, see text/growing_text.h.
[[nodiscard]] bool may_take(size_t bytes);
// Makes room in a text that will take so many characters. False if there is no memory.
template <typename Text>
[[nodiscard]] bool reserve_text(Text& text, size_t count) {
  if (!may_take(count * sizeof(text[0]))) return false;
  text.reserve(count);
  return true;
}

extern bool memory_reserve_is_spent;

}  // namespace minipy
