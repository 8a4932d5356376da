// Where the code objects of a marshalled file are, so that each can be read when it is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace minipy {

// One code object, found in the file. The counts are what its tables say.
struct UnreadCode {
  uint32_t start, end;                      // its type byte; behind its last byte
  uint32_t first_reference, end_reference;  // the numbers of what is marked for reference in it
  int32_t first_line;
  int32_t local_count, cell_count, free_count;
};

struct ScannedFile {
  std::vector<UnreadCode> codes;     // in the order of their starts
  std::vector<uint32_t> references;  // where each object is that is marked for reference
};

// Nothing unless the data, from `start` on, are what a compiler leaves: code with constants of the
// usual types, all parts of the types and sizes they must have, and no object within itself. So
// nothing can go wrong when parts of it are read later.
std::optional<ScannedFile> scan_marshalled_code(std::string_view data, size_t start);

// Passes over the object at `at` of such data: where it ends, and how many references are in it.
struct PassedOver {
  size_t end, reference_count;
};
PassedOver pass_over_marshalled(std::string_view data, size_t at);

}  // namespace minipy
