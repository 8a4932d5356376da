// Formats of module struct: taken apart, and each code packed and unpacked.
#pragma once

#include <cstdint>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

// One code of a format, such as the "3h" of "<3hq".
struct StructCode {
  char letter;
  bool is_native;      // '@': the C compiler's sizes and routines
  bool is_big_endian;
  int64_t offset, size, repeat;  // of the first item; of one item; s and p: 1 item
};

struct StructFormat {
  StructCode* codes;   // collected, unscanned
  size_t code_count;
  int64_t size;        // bytes
  int64_t item_count;  // Python values
};

extern Type* struct_error;  // struct.error

Result<StructFormat> parse_struct_format(Thread&, const char* text, size_t length);
Status pack_item(Thread&, const StructCode& code, Value value, uint8_t* out);
Value unpack_item(const StructCode& code, const uint8_t* in);

// IEEE 754 binary16.
bool pack_half(double number, uint16_t& bits);  // false if too large
double unpack_half(uint16_t bits);

}  // namespace minipy
