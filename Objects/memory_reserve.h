// Memory kept back for the moment when there is no more: enough to raise MemoryError and to handle it.
#pragma once

#include <cstddef>

namespace minipy {

constexpr size_t kReservedHeap = 2 * 1024 * 1024;

// Sets the reserve aside where there is memory for it. Called at start-up and once a crisis is over.
void fill_memory_reserve();
// Gives the reserve back to the heap and to the system, and leaves a MemoryError for the next safe point. Ends
// the process where the reserve is spent already: nothing could go on. Also what `operator new` does.
void spend_memory_reserve();
// After a MemoryError has been raised and another collection has run, the reserve is set aside again.
void refill_memory_reserve_after_crisis();

// How much of the heap it is: taken, but never touched.
size_t memory_reserve_in_heap();

// Whether the system would give so much more. Takes nothing.
bool could_allocate(size_t bytes);

extern bool memory_reserve_is_spent;

}  // namespace minipy
