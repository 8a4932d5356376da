// Frozen modules: their code comes with the executable, as finished objects. See docs/import.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "Objects/code.h"
#include "Objects/static_objects.h"
#include "VM/form.h"

namespace minipy {

// A constant that cannot be written down when minipy is built (sets are ordered by hashes, short bytes are
// shared): read from marshalled data when its module is first asked for.
struct FrozenConstant {
  Value* place;
  const char* bytes;
  size_t size;
};

struct FrozenCode {
  Code* code;
  const FrozenConstant* constants;
  size_t constant_count;
};

// The register form of a code object, but for its caches.
struct FrozenForm {
  const Word* words;
  const Origin* origins;
  const Handler* handlers;
  uint32_t word_count, origin_count, handler_count, register_count;
};

// All this is written by the program `freeze` at build time, for the assembler.
extern const FrozenCode frozen_code[] asm("minipy_frozen_code");  // a row for each of frozen_modules.def
extern Code frozen_codes[] asm("minipy_frozen_codes");            // every code object, nested ones too
extern const size_t frozen_code_count asm("minipy_frozen_code_count");
extern const FrozenForm frozen_forms[] asm("minipy_frozen_forms");  // of each of these
extern const StaticStrings frozen_strings asm("minipy_frozen_strings");
extern Tuple frozen_empty_tuple asm("minipy_frozen_empty_tuple");
// Strings, tuples and bytes: nothing in there points to the heap, but for constants loaded later.
extern char frozen_objects_start[] asm("minipy_frozen_objects");
extern char frozen_objects_end[] asm("minipy_frozen_objects_end");
static_assert(sizeof(Code) % 16 == 0);

// Before initialize_objects().
void adopt_frozen_objects();
// Null if the code is not frozen.
const FrozenForm* find_frozen_form(const Code& code);

// Aliases share code, so it goes by the name in the library: what stands in its co_filename.
inline std::string frozen_code_name(const char* name, const char* original) {
  if (!original) return name;
  return original[0] == '<' ? original + 1 : original;
}

}  // namespace minipy
