#include "Modules/sre/first_characters.h"

namespace minipy::sre {

namespace {

Starts all_starts() { return Starts().set(); }

Starts starts_of_set(const CharacterSet& set) {
  Starts starts;
  starts.set(kWideStart);
  for (uint32_t c = 0; c < 256; ++c) starts[c] = set.is_dynamic || set.table[c];
  return starts;
}

// What instruction `i` can begin with, given what its successors can.
Starts starts_of(size_t i, const std::vector<Instruction>& instructions, const std::vector<CharacterSet>& sets,
                 const std::vector<Starts>& known) {
  const Instruction& instruction = instructions[i];
  switch (instruction.op) {
    case Op::Single: return starts_of_item(instruction, sets);
    case Op::RepeatGreedy:
    case Op::RepeatLazy:
    case Op::RepeatPossessive: {
      const Starts item = starts_of_item(instruction, sets);
      return instruction.min > 0 ? item : item | known[i + 1];
    }
    case Op::Mark:
    case Op::At:
    case Op::AtomicStart: return known[i + 1];
    case Op::Jump:
    case Op::LookStart:  // where it stands is what follows it
    case Op::LookNotStart: return known[instruction.target];
    case Op::LoopStart: return instructions[instruction.target].min > 0 ? known[i + 1] : known[instruction.target];
    case Op::Split:
    case Op::GroupExists:
    case Op::LoopGreedy:
    case Op::LoopLazy:
    case Op::LoopPossessive: return known[i + 1] | known[instruction.target];
    case Op::Fail: return {};
    case Op::Success:
    case Op::GroupReference:
    case Op::LookEnd:
    case Op::LookNotEnd:
    // What these end has matched for good, whether or not the rest does: nothing in it may depend on that.
    case Op::AtomicEnd:
    case Op::LoopPossessiveEnd: break;
  }
  return all_starts();
}

}  // namespace

Starts starts_of_item(const Instruction& single, const std::vector<CharacterSet>& sets) {
  Starts starts;
  switch (single.item) {
    case Item::Literal: return starts.set(single.a < 256 ? single.a : kWideStart);
    case Item::Set: return starts_of_set(sets[single.a]);
    case Item::NotLiteral:
      starts.set();
      if (single.a < 256) starts.reset(single.a);
      break;
    case Item::Any: starts.set().reset('\n'); break;
    case Item::AnyAll: starts.set(); break;
  }
  return starts.reset(kEndStart);
}

// The least solution: nothing begins with anything until an instruction says so. Going backwards settles
// all but what flows back from the ends of loops, which takes another round for each.
std::vector<Starts> find_starts(const std::vector<Instruction>& instructions, const std::vector<CharacterSet>& sets) {
  std::vector<Starts> known(instructions.size() + 1);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (size_t i = instructions.size(); i-- > 0;) {
      const Starts starts = starts_of(i, instructions, sets, known);
      has_changed |= starts != known[i];
      known[i] = starts;
    }
  }
  return known;
}

}  // namespace minipy::sre
