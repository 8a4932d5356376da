#include "Objects/first_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace minipy {
namespace {

bool is_zero(const void* memory, size_t bytes) {
  const char* start = static_cast<const char*>(memory);
  return std::all_of(start, start + bytes, [](char byte) { return byte == 0; });
}

TEST(FirstMemoryTest, TablesAreZeroPagesOfTheirOwn) {
  char* const first = static_cast<char*>(take_table_memory(5000));
  char* const second = static_cast<char*>(take_table_memory(1));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 4096, 0u);
  EXPECT_EQ(second - first, 2 * 4096);
  EXPECT_TRUE(is_zero(first, 2 * 4096));
}

TEST(FirstMemoryTest, TheFirstTableBeginsAHugePage) {
  char* const table = static_cast<char*>(take_table_memory(1));
  const uintptr_t start = reinterpret_cast<uintptr_t>(table) / (2 * 1024 * 1024) * (2 * 1024 * 1024);
  EXPECT_LT(reinterpret_cast<uintptr_t>(table) - start, kFirstTables);
}

TEST(FirstMemoryTest, ATableThatDoesNotFitIsElsewhere) {
  char* const small = static_cast<char*>(take_table_memory(1));
  char* const large = static_cast<char*>(take_table_memory(kFirstTables + 1));
  EXPECT_TRUE(is_zero(large, kFirstTables + 1));
  EXPECT_GE(static_cast<size_t>(std::max(small, large) - std::min(small, large)), kFirstTables);
}

}  // namespace
}  // namespace minipy
