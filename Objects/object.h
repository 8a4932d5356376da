// The header of every heap object, and shapes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "Objects/value.h"

namespace minipy {

struct Thread;
struct Type;
struct Shape;
struct Str;
struct Bytes;
struct Tuple;
struct List;
struct Dict;
struct Set;
struct Code;
struct Module;

// Which C++ layout an object has: the builtin type whose struct it is, also for instances of
// Python subclasses of it. The rows of types.def.
enum class Kind : uint16_t {
#define TYPE(name, python_name, base) name,
#include "Objects/types.def"
  kCount
};

// Shape ids have bit 0 set, so that the first word of a free cell (a link) never looks like one.
// The root shapes of the builtin types are constants.
using ShapeId = uint32_t;
constexpr ShapeId shape_of_kind(Kind kind) { return static_cast<uint32_t>(kind) * 2 + 1; }

struct Object {
  enum Flag : uint8_t {
    kLock = 1,  // reserved: writers' lock once the GIL goes
    kHasWeakReferences = 2,
    kFinalizable = 4,  // in the table of finalizers.cpp: __del__, files, suspended generators
    kFinalized = 8,    // its finaliser has run
    kOwnFlagA = 16,    // for the type to use
    kOwnFlagB = 32,
    kOwnFlagC = 64,
    kNeverEscaped = 128,  // reserved: prompt closing
  };
  // `slots` counts the words after the header that the collector scans; all of them with this value.
  static constexpr uint8_t kScanAll = 0xFF;

  ShapeId shape;
  Kind kind;
  uint8_t flags;
  uint8_t slots;

  bool has_flag(uint8_t flag) const { return flags & flag; }
  inline Type& type() const;
  Value* words() { return reinterpret_cast<Value*>(this) + 1; }  // the words after the header
};
static_assert(sizeof(Object) == 8);

// What a shape id stands for: entry id/2. The type is found with one load.
struct ShapeEntry {
  Type* type;
  Shape* shape;
};
extern ShapeEntry* shape_table;

inline const ShapeEntry& shape_entry(ShapeId id) { return shape_table[id >> 1]; }
inline Type& Object::type() const { return *shape_entry(shape).type; }

Type& type_of_immediate(Value value);
inline Type& type_of(Value value) {
  return value.is_object() ? value.object()->type() : type_of_immediate(value);
}

inline bool has_kind(Value value, Kind kind) {
  return value.is_object() && value.object()->kind == kind;
}
// Exactly the builtin type: no subclass.
inline bool is_exact(Value value, Kind kind) {
  return value.is_object() && value.object()->shape == shape_of_kind(kind);
}

}  // namespace minipy
