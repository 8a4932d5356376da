// Calls with * and **. The bytecode puts everything into one tuple and one dict. Where nobody else
// sees these, the call takes what they would be made of: f(a, *b, **c) becomes CALL_EXPANDED f, a,
// b, c.
#include <algorithm>

#include "Objects/bytes.h"
#include "VM/translator.h"

namespace minipy {
namespace {

constexpr int kLongest = 100;  // instructions looked through

// CALL takes its arguments itself, though the table counts them in PRECALL.
int true_effect(const Instruction& instruction) {
  const int argument = static_cast<int>(std::min(instruction.argument, 0xFFFFu));
  if (instruction.opcode == Opcode::PRECALL) return 0;
  if (instruction.opcode == Opcode::CALL) return -argument - 1;
  return stack_effect(instruction.opcode, argument, false);
}

bool leaves(Opcode opcode) {
  return info(opcode).direction != JumpDirection::None || opcode == Opcode::RETURN_VALUE ||
         opcode == Opcode::RERAISE || opcode == Opcode::RAISE_VARARGS ||
         opcode == Opcode::YIELD_VALUE;
}

// LIST_EXTEND or DICT_MERGE of the container below the top, CALL_FUNCTION_EX with the tuple.
bool takes(const Instruction& instruction, Opcode opcode, int64_t above) {
  if (instruction.opcode != opcode) return false;
  if (opcode == Opcode::CALL_FUNCTION_EX) return above == (instruction.argument & 1);
  return above == 1 && instruction.argument == 1;
}

}  // namespace

// The instruction that takes, as `opcode` does, what the one before `index` leaves on the stack. -1
// if another one touches it before, or if the way there is not straight.
int Translator::consumer(int index, Opcode opcode) const {
  const int row = bytecode_.instructions[index - 1].row;
  const int end = std::min(index + kLongest, static_cast<int>(bytecode_.instructions.size()));
  int64_t above = 0;
  for (; index < end; ++index) {
    const Instruction& instruction = bytecode_.instructions[index];
    if (instruction.is_label || instruction.row != row) return -1;
    if (takes(instruction, opcode, above)) return index;
    if (opcode == Opcode::CALL_FUNCTION_EX && above == 0 &&
        instruction.opcode == Opcode::BUILD_MAP) {
      if (const int call = call_of_mapping(index); call >= 0) return call;
    }
    if (leaves(instruction.opcode)) return -1;
    if (items_needed(instruction.opcode, instruction.argument) > static_cast<uint64_t>(above))
      return -1;
    above += true_effect(instruction);
  }
  return -1;
}

// f(..., **mapping) and nothing else by keyword: BUILD_MAP 0, the mapping, DICT_MERGE,
// CALL_FUNCTION_EX. The index of the call, or -1.
int Translator::call_of_mapping(int index) const {
  if (bytecode_.instructions[index].argument != 0) return -1;
  const int merge = consumer(index + 1, Opcode::DICT_MERGE);
  if (merge < 0 || static_cast<size_t>(merge) + 1 >= bytecode_.instructions.size()) return -1;
  const Instruction& call = bytecode_.instructions[merge + 1];
  const bool is_call = call.opcode == Opcode::CALL_FUNCTION_EX && (call.argument & 1);
  return is_call && !call.is_label && call.row == bytecode_.instructions[merge].row ? merge + 1
                                                                                    : -1;
}

// The call whose positional arguments the tuple at `index` is, which was just made.
int Translator::call_of_tuple(int index) const {
  return static_cast<size_t>(index) + 1 < bytecode_.instructions.size()
             ? consumer(index + 1, Opcode::CALL_FUNCTION_EX)
             : -1;
}

// True if the instruction makes, or adds to, a container that is not needed.
bool Translator::elide(int index) {
  if (elided_.count(index)) {
    const bool is_spread = bytecode_.instructions[index].opcode == Opcode::LIST_EXTEND;
    if (is_spread) {
      const uint32_t items = operand(1);
      drop(1);
      result(Op::SPREAD, items);
    }
    return true;
  }
  const Instruction& instruction = bytecode_.instructions[index];
  const uint32_t count = instruction.argument;
  const auto shape_of = [&](int call) -> uint32_t& {
    const bool has_mapping = bytecode_.instructions[call].argument & 1;
    return expanded_calls_
        .try_emplace(call, kExpandedIterable | (has_mapping ? kExpandedMapping : 0))
        .first->second;
  };
  if (instruction.opcode == Opcode::BUILD_MAP) {
    const int call = call_of_mapping(index);
    if (call < 0) return false;
    shape_of(call) |= kExpandedUnmerged;
    elided_.insert(call - 1);
    return true;
  }
  if (count > kMostExpandedArguments || count > stack_.size()) return false;
  if (instruction.opcode == Opcode::BUILD_TUPLE) {
    const int call = call_of_tuple(index);
    if (call < 0) return false;
    uint32_t& shape = shape_of(call);
    shape = (shape & ~kExpandedIterable) + count * kExpandedArgument;
    return true;
  }
  if (instruction.opcode != Opcode::BUILD_LIST) return false;
  const int extend = consumer(index + 1, Opcode::LIST_EXTEND);
  if (extend < 0 || static_cast<size_t>(extend) + 2 >= bytecode_.instructions.size()) return false;
  const Instruction& to_tuple = bytecode_.instructions[extend + 1];
  if (to_tuple.opcode != Opcode::LIST_TO_TUPLE || to_tuple.is_label ||
      to_tuple.row != instruction.row)
    return false;
  const int call = call_of_tuple(extend + 1);
  if (call < 0) return false;
  shape_of(call) += count * kExpandedArgument;
  elided_.insert(extend);
  elided_.insert(extend + 1);
  return true;
}

// Is the dict of **kwargs never used but as ** of calls?
bool Translator::forwards_keywords() const {
  if (!(code_.flags & Code::kVarKeywords) || is_conservative_) return false;
  const uint32_t local = static_cast<uint32_t>(code_.argument_count) +
                         static_cast<uint32_t>(code_.keyword_only_count) +
                         ((code_.flags & Code::kVarArguments) != 0);
  if (code_.localsplus_kinds()->data()[local] & Code::kCellKind) return false;
  const int count = static_cast<int>(bytecode_.instructions.size());
  for (int i = 0; i < count; ++i) {
    const Instruction& instruction = bytecode_.instructions[i];
    const Opcode opcode = instruction.opcode;
    const bool is_local = opcode == Opcode::LOAD_FAST || opcode == Opcode::STORE_FAST ||
                          opcode == Opcode::DELETE_FAST;
    if (!is_local || instruction.argument != local) continue;
    const bool is_forwarded = opcode == Opcode::LOAD_FAST && i + 1 < count &&
                              elided_.count(i + 1) &&
                              bytecode_.instructions[i + 1].opcode == Opcode::DICT_MERGE;
    if (!is_forwarded) return false;
  }
  return true;
}

void Translator::call_expanded(int index) {
  const auto found = expanded_calls_.find(index);
  const bool has_mapping = bytecode_.instructions[index].argument & 1;
  const uint32_t shape = found != expanded_calls_.end()
                             ? found->second
                             : kExpandedIterable | (has_mapping ? kExpandedMapping : 0);
  const uint32_t items =
      1 + shape / kExpandedArgument + ((shape & kExpandedIterable) != 0) + has_mapping;
  if (stack_.size() < items + 1) return fail("stack underflow");
  if (peek(items + 1).kind != EntryKind::Null) return fail("no empty slot below the callable");
  const uint32_t base = items_home(items);
  drop(items + 1);
  result(Op::CALL_EXPANDED, base, shape);
}

}  // namespace minipy
