// _testcapi: marshal straight to and from files named by their paths.
#include <fstream>
#include <iterator>

#include "Compiler/marshal.h"
#include "Modules/testing/testing.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Status write_file(Thread& thread, Str& path, std::string_view data) {
  std::ofstream file(to_utf8(&path), std::ios::binary);
  file << data;
  if (!file.flush()) return raise_os_error(thread, errno, &path);
  return nothing;
}

Result<std::string> read_file(Thread& thread, Str& path) {
  std::ifstream file(to_utf8(&path), std::ios::binary);
  if (!file) return raise_os_error(thread, errno, &path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Status write_long(Thread& thread, int64_t number, Str& path, int) {
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return write_file(thread, path, std::string_view(bytes, 4));
}

Status write_object(Thread& thread, Value object, Str& path, int version) {
  return write_file(thread, path, TRY(marshal_dump(thread, object, version)).view());
}

// A little-endian number of `size` bytes, and where it ends.
template <size_t size>
Value read_number(Thread& thread, Str& path) {
  const std::string data = TRY(read_file(thread, path));
  if (data.size() < size) return raise(thread, EOFError, "EOF read where data expected");
  uint32_t bits = 0;
  for (size_t i = 0; i < size; ++i)
    bits |= static_cast<uint32_t>(static_cast<uint8_t>(data[i])) << (8 * i);
  const int64_t number = size == 2 ? static_cast<int16_t>(bits) : static_cast<int32_t>(bits);
  return make_tuple({make_int(number), make_int(static_cast<int64_t>(size))});
}

// An object, and where reading stopped: behind it, or, for the last one of a file, at the end.
enum class Stops { AtObjectEnd, AtFileEnd };
template <Stops stops>
Value read_object(Thread& thread, Str& path) {
  const std::string data = TRY(read_file(thread, path));
  size_t used = 0;
  const Value object = TRY(marshal_load(thread, data, &used));
  if (stops == Stops::AtFileEnd) used = data.size();
  return make_tuple({object, make_int(static_cast<int64_t>(used))});
}

const MethodRow rows[] = {
    function<read_object<Stops::AtFileEnd>>(
        "!pymarshal_read_last_object_from_file($module, path, /)", nullptr),
    function<read_number<4>>("!pymarshal_read_long_from_file($module, path, /)", nullptr),
    function<read_object<Stops::AtObjectEnd>>("!pymarshal_read_object_from_file($module, path, /)",
                                              nullptr),
    function<read_number<2>>("!pymarshal_read_short_from_file($module, path, /)", nullptr),
    function<write_long>("!pymarshal_write_long_to_file($module, value, path, version, /)",
                         nullptr),
    function<write_object>("!pymarshal_write_object_to_file($module, value, path, version, /)",
                           nullptr),
};

}  // namespace

std::span<const MethodRow> file_rows() {
  return rows;
}

}  // namespace minipy
