// What the files of the _pickle module share.
#pragma once

#include <cstdint>

#include "Objects/dict.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy::pickle {

enum class Op : uint8_t {
#define OPCODE(name, byte, loader) name = byte,
#include "Modules/pickle/opcodes.def"
};

constexpr int kHighestProtocol = 5;
constexpr int kDefaultProtocol = 4;

// What the module looks up once, at its import.
struct Shared {
  Value pickle_error, pickling_error, unpickling_error;
  Value dispatch_table, extension_registry, inverted_registry, extension_cache;  // of copyreg
  Value names_2to3, imports_2to3, names_3to2, imports_3to2;  // of _compat_pickle
  Value codecs_encode, partial;
};
extern Shared shared;

inline Type& pickling_error() {
  return *shared.pickling_error.as<Type>();
}
inline Type& unpickling_error() {
  return *shared.unpickling_error.as<Type>();
}

// Names as Python 2 and Python 3 have them, replaced in place.
struct GlobalName {
  Value module, name;
};
enum class Direction { ToPython2, ToPython3 };
Status rename_global(Thread& thread, GlobalName& global, Direction direction);

// The attribute that `path` (a str with dots) leads to. Unbound if there is none; `parent`, where
// given, is the object that has it.
Value follow_path(Thread& thread, Value object, Value path, Value* parent = nullptr);
bool is_local_path(Value path);  // goes through "<locals>"

// --- pickling ---
Value dump(Thread& thread, Value object, Value file, Value protocol, bool fix_imports,
           Value buffer_callback);
Value dumps(Thread& thread, Value object, Value protocol, bool fix_imports, Value buffer_callback);
void define_pickler_types();

// --- unpickling ---
Value load(Thread& thread, Value file, bool fix_imports, Value encoding, Value errors,
           Value buffers);
Value loads(Thread& thread, Value data, bool fix_imports, Value encoding, Value errors,
            Value buffers);
void define_unpickler_types();

void define_pickle_buffer();
// The memory that a PickleBuffer stands for; ValueError once it is released.
struct PickleBuffer;
Result<Buffer*> buffer_of(Thread& thread, Value pickle_buffer);

}  // namespace minipy::pickle
