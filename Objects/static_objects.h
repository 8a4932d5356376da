// Objects that come with the executable: those of frozen code.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "Objects/str.h"

namespace minipy {

// Interned strings. Their table was filled when minipy was built, so it goes by a hash without a random key.
struct StaticStrings {
  const char* base = nullptr;        // what places are counted from
  const uint32_t* places = nullptr;  // of strings, in units of 16 bytes; 0: free
  uint32_t mask = 0;                 // number of places - 1
};
// Once, before anything is interned. All of them are ASCII and flagged as interned.
void adopt_static_strings(const StaticStrings& strings);
// Before anybody asks for the empty tuple.
void adopt_empty_tuple(Tuple& tuple);
// Of the program's variables only those that are zero at the start are roots. After gc_initialize():
void include_in_roots(void* start, void* end);  // others that may refer to the heap
void exclude_from_roots(void* start, void* end);

// Of the length and both ends: names differ there.
inline uint32_t static_string_hash(std::string_view text) {
  uint64_t front = 0, back = 0;
  const size_t size = text.size() < 8 ? text.size() : 8;
  if (size > 0) {  // memcpy takes no null pointer, not even for nothing
    std::memcpy(&front, text.data(), size);
    std::memcpy(&back, text.data() + text.size() - size, size);
  }
  uint64_t hash = (front ^ text.size() * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93;
  hash = ((hash >> 32) ^ hash ^ back) * 0xA0761D6478BD642F;
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace minipy
