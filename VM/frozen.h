// Frozen modules: their code comes with the executable.
#pragma once

#include <cstddef>
#include <string>

namespace minipy {

// Marshalled code; the file with the table is written by the program `freeze` at build time, a row
// for each of frozen_modules.def.
struct FrozenCode {
  const char* bytes;
  size_t size;
};
extern const FrozenCode frozen_code[];

// Aliases share code, so it goes by the name in the library: what stands in its co_filename.
inline std::string frozen_code_name(const char* name, const char* original) {
  if (!original) return name;
  return original[0] == '<' ? original + 1 : original;
}

}  // namespace minipy
