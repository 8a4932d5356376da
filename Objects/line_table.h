// Reading a code object's location table: CPython 3.11's format (PEP 657).
#pragma once

#include <cstdint>

#include "Objects/bytes.h"
#include "Objects/code.h"

namespace minipy {

// Columns are UTF-8 bytes, from 0. -1 stands for "none".
struct LineTableEntry {
  int start, end;  // byte offsets in the bytecode
  int line, end_line, column, end_column;
};

// False under -X no_debug_ranges: code is made without columns.
extern bool keeps_columns;

class LineTableReader {
 public:
  explicit LineTableReader(const Code& code) : LineTableReader(code.line_table()->view(), code.first_line) {}
  LineTableReader(std::string_view table, int first_line)
      : at_(reinterpret_cast<const uint8_t*>(table.data())), end_(at_ + table.size()), line_(first_line) {}

  // False at the end of the table. Never reads beyond it, whatever it holds.
  bool next(LineTableEntry& entry) {
    if (at_ >= end_) return false;
    const uint8_t head = *at_++;
    const int kind = (head >> 3) & 15;
    entry = {offset_, offset_ + ((head & 7) + 1) * 2, line_, line_, -1, -1};
    offset_ = entry.end;
    if (kind == 15) {  // no location
      entry.line = entry.end_line = -1;
    } else if (kind == 14) {  // long form
      line_ += signed_number();
      entry.line = line_;
      entry.end_line = line_ + static_cast<int>(number());
      entry.column = static_cast<int>(number()) - 1;
      entry.end_column = static_cast<int>(number()) - 1;
    } else if (kind == 13) {  // no columns
      line_ += signed_number();
      entry.line = entry.end_line = line_;
    } else if (kind >= 10) {  // one line, up to two further
      line_ += kind - 10;
      entry.line = entry.end_line = line_;
      entry.column = byte();
      entry.end_column = byte();
    } else {  // short form: the same line
      const int second = byte();
      entry.column = kind * 8 + ((second >> 4) & 7);
      entry.end_column = entry.column + (second & 15);
    }
    return true;
  }

 private:
  int byte() { return at_ < end_ ? *at_++ : 0; }
  uint32_t number() {
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 6) {
      const int read = byte();
      value |= static_cast<uint32_t>(read & 63) << shift;
      if (!(read & 64)) break;
    }
    return value;
  }
  int signed_number() {
    const uint32_t value = number();
    return value & 1 ? -static_cast<int>(value >> 1) : static_cast<int>(value >> 1);
  }

  const uint8_t* at_;
  const uint8_t* end_;
  int offset_ = 0;
  int line_;
};

}  // namespace minipy
