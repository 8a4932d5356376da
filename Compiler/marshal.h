// The marshal format, byte for byte as CPython 3.11 writes it (library "marshal").
#pragma once

#include <string_view>

#include "Objects/growing_text.h"
#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Bytes;
struct Thread;

inline constexpr int kMarshalVersion = 4;
inline constexpr int kMarshalMaxDepth = 2000;

// ValueError: "unmarshallable object", "object too deeply nested to marshal". MemoryError as well.
Result<GrowingBytes> marshal_dump(Thread& thread, Value value, int version = kMarshalVersion);
// EOFError, ValueError or TypeError for what is no marshalled object. `used` gets the bytes read,
// also on failure.
Value marshal_load(Thread& thread, std::string_view data, size_t* used = nullptr);
// Code in a file that is known to be as it was written, from `start` on: read in parts, each when
// it is needed.
Value marshal_load_code(Thread& thread, Bytes& data, size_t start);
// From a file object, by its read() and readinto(); takes no byte more than the object has.
Value marshal_load_file(Thread& thread, Value file);

}  // namespace minipy
