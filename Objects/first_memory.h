// The memory that every program uses first, in huge pages where the kernel has them: a fresh page is a fault, which costs one
// to ten microseconds for a small one and not much more for a huge one. What has just started needs most of one huge page.
#pragma once

#include <cstddef>

namespace minipy {

// How the first memory is divided: tables and libgc's notes about its blocks, then the collector's heap.
constexpr size_t kFirstMemory = 20 * 1024 * 1024;
constexpr size_t kFirstTables = 448 * 1024;

// Zeroed memory for a table that lives as long as the program. The collector does not look into it.
void* take_table_memory(size_t bytes);

// From here on the collector's memory comes from the first memory, as long as there is any.
void give_first_memory_to_collector();

}  // namespace minipy
