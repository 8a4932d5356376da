#include "VM/bytecode.h"

#include "Objects/bytes.h"

namespace minipy {
namespace {

const char* decode_instructions(std::string_view code, Bytecode& result, std::vector<int>& index_of) {
  if (code.empty() || code.size() % 2) return "code has an odd or zero length";
  index_of.assign(code.size() / 2, -1);
  result.instructions.reserve(code.size() / 4 + 8);
  size_t at = 0;
  while (at < code.size()) {
    Instruction instruction{};
    instruction.target = instruction.row = -1;
    instruction.start = static_cast<uint32_t>(at);
    uint32_t argument = 0;
    int extensions = 0;
    while (static_cast<Opcode>(static_cast<uint8_t>(code[at])) == Opcode::EXTENDED_ARG) {
      if (++extensions > 3) return "too many EXTENDED_ARG";
      argument = (argument | static_cast<uint8_t>(code[at + 1])) << 8;
      at += 2;
      if (at >= code.size()) return "code ends in EXTENDED_ARG";
    }
    const uint8_t number = static_cast<uint8_t>(code[at]);
    if (!is_opcode(number) || number == 0) return "unknown opcode";
    instruction.opcode = static_cast<Opcode>(number);
    instruction.argument = argument | static_cast<uint8_t>(code[at + 1]);
    instruction.offset = static_cast<uint32_t>(at);
    index_of[instruction.start / 2] = static_cast<int>(result.instructions.size());
    at += 2 + 2u * info(instruction.opcode).caches;
    if (at > code.size()) return "code ends in a cache";
    result.instructions.push_back(instruction);
  }
  return nullptr;
}

const char* link_jumps(Bytecode& result, const std::vector<int>& index_of) {
  for (size_t i = 0; i < result.instructions.size(); ++i) {
    Instruction& instruction = result.instructions[i];
    const OpcodeInfo& row = info(instruction.opcode);
    if (row.direction == JumpDirection::None) continue;
    int64_t target = (instruction.offset + 2 + 2 * row.caches) / 2;
    target += row.direction == JumpDirection::Forward ? int64_t{instruction.argument} : -int64_t{instruction.argument};
    if (target < 0 || target >= static_cast<int64_t>(index_of.size()) || index_of[target] < 0) {
      return "jump to no instruction";
    }
    instruction.target = index_of[target];
    result.instructions[instruction.target].is_label = true;
  }
  return nullptr;
}

// Big-endian numbers of six bits a byte; bit 6 says that more follow, bit 7 starts a row.
bool read_number(std::string_view table, size_t& at, uint32_t& number) {
  number = 0;
  for (int i = 0; i < 5; ++i) {
    if (at >= table.size()) return false;
    const uint8_t byte = static_cast<uint8_t>(table[at++]);
    number = (number << 6) | (byte & 63);
    if (!(byte & 64)) return true;
  }
  return false;
}

const char* decode_rows(std::string_view table, Bytecode& result, const std::vector<int>& index_of) {
  size_t at = 0;
  const uint64_t units = index_of.size();
  while (at < table.size()) {
    uint32_t start, length, target, depth;
    if (!read_number(table, at, start) || !read_number(table, at, length) || !read_number(table, at, target) ||
        !read_number(table, at, depth)) {
      return "exception table ends early";
    }
    if (uint64_t{start} + length > units || target >= units || index_of[target] < 0) return "exception table points nowhere";
    result.instructions[index_of[target]].is_label = true;
    result.rows.push_back({start * 2, (start + length) * 2, index_of[target], depth >> 1, (depth & 1) != 0});
  }
  size_t row = 0;
  for (Instruction& instruction : result.instructions) {
    // Rows are sorted and do not overlap; anything else simply loses its later rows.
    while (row < result.rows.size() && result.rows[row].end <= instruction.offset) ++row;
    if (row < result.rows.size() && result.rows[row].start <= instruction.offset) instruction.row = static_cast<int>(row);
  }
  return nullptr;
}

}  // namespace

const char* decode(const Code& code, Bytecode& result) {
  std::vector<int> index_of;
  if (const char* wrong = decode_instructions(code.code()->view(), result, index_of)) return wrong;
  if (const char* wrong = link_jumps(result, index_of)) return wrong;
  return decode_rows(code.exception_table()->view(), result, index_of);
}

}  // namespace minipy
