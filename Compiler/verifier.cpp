#include "Compiler/verifier.h"

#include <algorithm>
#include <vector>

#include "Compiler/opcodes.h"
#include "Objects/bytes.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// What a stack entry may be used for.
enum class Entry : uint8_t {
  Value,
  Empty,   // from PUSH_NULL: only a call may meet it
  Method,  // the lower of LOAD_METHOD's two
};

constexpr uint32_t kMaxArgument = 0xFFFF;  // what the register form has room for
constexpr uint32_t kMaxVariables = 60000;
constexpr int kNotReached = -1;

// Follows the stack through one code object. Instructions are visited in the order of their
// offsets; only what is reached by backward jumps alone needs another round.
class Verifier {
 public:
  explicit Verifier(const Code& code)
      : code_(code), bytes_(code.code()->data()), unit_count_(code.code()->size / 2) {}

  const char* run() {
    if (const char* fault = check_parts()) return fault;
    if (const char* fault = find_instructions()) return fault;
    if (const char* fault = check_line_table()) return fault;
    if (const char* fault = read_exception_table()) return fault;
    find_generator_start();
    return follow_stack();
  }
  uint32_t offset() const { return static_cast<uint32_t>(at_ * 2); }

 private:
  struct Region {
    uint32_t start, end, target, depth;  // in code units
    bool pushes_last_instruction;
  };
  struct Instruction {
    Opcode opcode = Opcode::NOP;
    uint32_t argument = 0;
    size_t next = 0;  // unit after it and its caches
  };

  // --- the parts ---

  const char* check_parts() {
    if (code_.code()->size == 0 || code_.code()->size % 2) return "code of odd or zero length";
    const size_t count = code_.localsplus_names()->size;
    if (code_.localsplus_kinds()->size != count) return "kinds and names of variables do not match";
    if (count > kMaxVariables) return "too many variables";
    return check_kinds();
  }

  // Locals, then cells, then free variables; an argument may be a cell too.
  const char* check_kinds() {
    int last = 0;
    for (const char byte : code_.localsplus_kinds()->view()) {
      const auto kind = static_cast<uint8_t>(byte);
      const int order = kind & kSlotLocal ? 0 : kind == kSlotCell ? 1 : kind == kSlotFree ? 2 : 3;
      if (order == 3 || (kind & ~(kSlotLocal | kSlotCell) && kind != kSlotFree))
        return "a variable of no kind";
      if (order < last) return "variables out of order";
      last = order;
    }
    return nullptr;
  }

  // The table is read where errors are reported. It must say something about each code unit and no
  // more.
  const char* check_line_table() {
    const std::string_view table = code_.line_table()->view();
    size_t units = 0;
    for (size_t i = 0; i < table.size();) {
      const auto head = static_cast<uint8_t>(table[i++]);
      if (!(head & 0x80)) return "line table out of step";
      units += (head & 7u) + 1;
      while (i < table.size() && !(table[i] & 0x80)) ++i;
    }
    return units == unit_count_ || table.empty() ? nullptr
                                                 : "line table of another length than the code";
  }

  bool read_number(std::string_view table, size_t& position, uint32_t& number) {
    number = 0;
    for (int i = 0; i < 5 && position < table.size(); ++i) {
      const auto byte = static_cast<uint8_t>(table[position++]);
      number = number << 6 | (byte & 63);
      if (!(byte & 64)) return true;
    }
    return false;
  }

  const char* read_exception_table() {
    const std::string_view table = code_.exception_table()->view();
    for (size_t position = 0; position < table.size();) {
      uint32_t start, length, target, depth;
      if (!read_number(table, position, start) || !read_number(table, position, length) ||
          !read_number(table, position, target) || !read_number(table, position, depth)) {
        return "exception table ends early";
      }
      const bool is_within =
          uint64_t{start} + length <= unit_count_ && target < unit_count_ && is_start(target);
      if (!is_within || length == 0) return "exception table points nowhere";
      if (!regions_.empty() && start < regions_.back().end) return "exception table out of order";
      regions_.push_back({start, start + length, target, depth >> 1, (depth & 1) != 0});
      unit_roles_[target] |= kLabel;
    }
    return nullptr;
  }

  // --- instructions ---

  static constexpr uint8_t kStart = 1, kLabel = 2, kVisited = 4;
  bool is_start(size_t unit) const { return unit_roles_[unit] & kStart; }

  // Reads the instruction at `unit` and the EXTENDED_ARGs before it. False at the end of the code.
  bool decode(size_t unit, Instruction& instruction) const {
    uint32_t argument = 0;
    while (bytes_[unit * 2] == static_cast<uint8_t>(Opcode::EXTENDED_ARG)) {
      argument = (argument | bytes_[unit * 2 + 1]) << 8;
      if (++unit >= unit_count_) return false;
    }
    instruction.opcode = static_cast<Opcode>(bytes_[unit * 2]);
    instruction.argument = argument | bytes_[unit * 2 + 1];
    instruction.next = unit + 1 + info(instruction.opcode).caches;
    return instruction.next <= unit_count_;
  }

  const char* find_instructions() {
    unit_roles_.assign(unit_count_, 0);
    Instruction instruction;
    for (size_t next = 0; next < unit_count_; next = instruction.next) {
      at_ = next;
      unit_roles_[next] |= kStart;
      if (!decode(next, instruction)) return "the last instruction is not whole";
      const auto number = static_cast<int>(instruction.opcode);
      if (!is_opcode(number) || number == 0) return "unknown instruction";
      if (instruction.next - next > 4u + info(instruction.opcode).caches)
        return "too many EXTENDED_ARG";
      if (info(instruction.opcode).direction == JumpDirection::None) continue;
      const int64_t target = target_of(instruction);
      if (target < 0 || target >= static_cast<int64_t>(unit_count_))
        return "jump to no instruction";
      unit_roles_[static_cast<size_t>(target)] |= kLabel;
    }
    for (at_ = 0; at_ < unit_count_; ++at_) {
      if ((unit_roles_[at_] & (kStart | kLabel)) == kLabel) return "jump into an instruction";
    }
    at_ = 0;  // the tables are about the code as a whole
    return nullptr;
  }

  // A generator is made once, before anything else happens; only then there is something to yield
  // from.
  void find_generator_start() {
    if (!(code_.flags & (kCodeGenerator | kCodeCoroutine | kCodeAsyncGenerator))) return;
    Instruction instruction;
    for (size_t unit = 0; unit < unit_count_ && !(unit_roles_[unit] & kLabel);
         unit = instruction.next) {
      decode(unit, instruction);
      if (instruction.opcode == Opcode::RETURN_GENERATOR) generator_start_ = unit;
      const bool is_prologue = instruction.opcode == Opcode::COPY_FREE_VARS ||
                               instruction.opcode == Opcode::MAKE_CELL ||
                               instruction.opcode == Opcode::NOP;
      if (!is_prologue) return;
    }
  }

  static int64_t target_of(const Instruction& instruction) {
    const auto next = static_cast<int64_t>(instruction.next);
    const int64_t distance = instruction.argument;
    return info(instruction.opcode).direction == JumpDirection::Forward ? next + distance
                                                                        : next - distance;
  }

  // --- the stack ---

  const char* follow_stack() {
    states_.assign(unit_count_, kNotReached);
    unit_roles_[0] |= kLabel;
    const size_t arguments = static_cast<size_t>(code_.argument_count + code_.keyword_only_count) +
                             ((code_.flags & kCodeVarArguments) != 0) +
                             ((code_.flags & kCodeVarKeywords) != 0);
    if (arguments > code_.localsplus_names()->size) return "more arguments than variables";
    if (const char* fault = reach(0, stack_)) return fault;
    while (first_waiting_ < unit_count_) {
      const size_t from = first_waiting_;
      first_waiting_ = unit_count_;
      for (size_t unit = from; unit < unit_count_; ++unit) {
        if (states_[unit] == kNotReached || unit_roles_[unit] & kVisited) continue;
        if (const char* fault = follow_run(unit)) return fault;
      }
    }
    return nullptr;
  }

  // What holds when control comes to a label, by whatever way.
  const char* reach(size_t unit, const std::vector<Entry>& stack) {
    if (states_[unit] == kNotReached) {
      states_[unit] = static_cast<int>(saved_.size());
      saved_.push_back(stack);
      if (unit < first_waiting_) first_waiting_ = unit;
      return nullptr;
    }
    return saved_[static_cast<size_t>(states_[unit])] == stack ? nullptr
                                                               : "stacks of different depth meet";
  }

  const Region* region_of(size_t unit) const {
    const auto after =
        std::upper_bound(regions_.begin(), regions_.end(), unit,
                         [](size_t at, const Region& region) { return at < region.start; });
    return after != regions_.begin() && unit < after[-1].end ? &after[-1] : nullptr;
  }

  const char* enter_region(const Region& region) {
    if (region.depth > stack_.size()) return "exception table expects too deep a stack";
    std::vector<Entry> at_handler(stack_.begin(), stack_.begin() + region.depth);
    at_handler.insert(at_handler.end(), region.pushes_last_instruction ? 2 : 1, Entry::Value);
    if (at_handler.size() > static_cast<size_t>(code_.stack_size))
      return "stack deeper than co_stacksize";
    return reach(region.target, at_handler);
  }

  const char* follow_run(size_t unit) {
    stack_ = saved_[static_cast<size_t>(states_[unit])];
    const Region* region = nullptr;
    keyword_names_ = kNoNames;
    for (bool is_first = true;; is_first = false) {
      if (unit >= unit_count_) return "code runs off its end";
      at_ = unit;
      if (unit_roles_[unit] & kLabel) {
        if (!is_first) {
          if (const char* fault = reach(unit, stack_)) return fault;
        }
        if (unit_roles_[unit] & kVisited) return nullptr;
        unit_roles_[unit] |= kVisited;
        region = nullptr;
      }
      Instruction instruction;
      decode(unit, instruction);
      const size_t operation = instruction.next - 1 - info(instruction.opcode).caches;
      const Region* now = region_of(operation);
      if (now && now != region) {
        if (const char* fault = enter_region(*now)) return fault;
      }
      region = now;
      bool goes_on = true;
      if (const char* fault = step(instruction, goes_on)) return fault;
      if (!goes_on) return nullptr;
      unit = instruction.next;
    }
  }

  void drop(size_t count) { stack_.resize(stack_.size() - count); }
  bool are_values(size_t count) const {
    return std::all_of(stack_.end() - static_cast<ptrdiff_t>(count), stack_.end(),
                       [](Entry entry) { return entry == Entry::Value; });
  }

  const char* step(const Instruction& instruction, bool& goes_on) {
    const Opcode opcode = instruction.opcode;
    const OpcodeInfo& row = info(opcode);
    if (const char* fault = check_operand(instruction)) return fault;
    if (row.caches > 0 || row.raises) has_left_prologue_ |= opcode != Opcode::RESUME;
    const size_t needed = items_needed(opcode, instruction.argument);
    if (needed > stack_.size()) return "stack underflow";
    if (const char* fault = change_stack(instruction, needed)) return fault;
    if (stack_.size() > static_cast<size_t>(code_.stack_size))
      return "stack deeper than co_stacksize";
    if (row.direction != JumpDirection::None) {
      has_left_prologue_ = true;
      if (const char* fault = jump(instruction)) return fault;
    }
    goes_on = opcode != Opcode::RETURN_VALUE && opcode != Opcode::RERAISE &&
              opcode != Opcode::RAISE_VARARGS && opcode != Opcode::JUMP_FORWARD &&
              opcode != Opcode::JUMP_BACKWARD && opcode != Opcode::JUMP_BACKWARD_NO_INTERRUPT;
    return nullptr;
  }

  // The stack of the target differs from that of the next instruction by the two effects.
  const char* jump(const Instruction& instruction) {
    const int argument = static_cast<int>(instruction.argument);
    const int difference = stack_effect(instruction.opcode, argument, true) -
                           stack_effect(instruction.opcode, argument, false);
    std::vector<Entry>& at_target = scratch_;
    at_target = stack_;
    if (difference < 0) {
      if (at_target.size() < static_cast<size_t>(-difference)) return "stack underflow";
      at_target.resize(at_target.size() - static_cast<size_t>(-difference));
    } else {
      at_target.resize(at_target.size() + static_cast<size_t>(difference), Entry::Value);
    }
    return reach(static_cast<size_t>(target_of(instruction)), at_target);
  }

  const char* change_stack(const Instruction& instruction, size_t needed) {
    const uint32_t argument = instruction.argument;
    switch (instruction.opcode) {
      case Opcode::PRECALL:
        return nullptr;  // CALL does it all
      case Opcode::CALL:
        return call(argument);
      case Opcode::CALL_FUNCTION_EX:
        if (!are_values(needed - 1)) return "an empty slot used as a value";
        if (stack_[stack_.size() - needed] != Entry::Empty)
          return "no empty slot below the callable";
        drop(needed - 1);
        stack_.back() = Entry::Value;
        return nullptr;
      case Opcode::PUSH_NULL:
        stack_.push_back(Entry::Empty);
        return nullptr;
      case Opcode::POP_TOP:
        drop(1);
        return nullptr;
      case Opcode::COPY:
      case Opcode::SWAP:
        return rearrange(instruction.opcode, argument);
      case Opcode::LOAD_GLOBAL:
        if (argument & 1) stack_.push_back(Entry::Empty);
        stack_.push_back(Entry::Value);
        return nullptr;
      case Opcode::LOAD_METHOD:
        if (!are_values(1)) return "an empty slot used as a value";
        stack_.back() = Entry::Method;
        stack_.push_back(Entry::Value);
        return nullptr;
      case Opcode::RETURN_GENERATOR:
        if (!stack_.empty()) return "a generator that starts with values on the stack";
        stack_.push_back(Entry::Value);
        return nullptr;
      default:
        return pop_and_push(instruction, needed);
    }
  }

  const char* pop_and_push(const Instruction& instruction, size_t needed) {
    if (!are_values(needed)) return "an empty slot used as a value";
    const int effect =
        stack_effect(instruction.opcode, static_cast<int>(instruction.argument), false);
    if (effect < 0) {
      drop(static_cast<size_t>(-effect));
    } else {
      stack_.resize(stack_.size() + static_cast<size_t>(effect), Entry::Value);
    }
    return nullptr;
  }

  const char* rearrange(Opcode opcode, uint32_t depth) {
    if (depth == 0) return "a place above the stack";
    Entry& deep = stack_[stack_.size() - depth];
    if (deep != Entry::Value || stack_.back() != Entry::Value) return "an empty slot moved";
    if (opcode == Opcode::COPY) stack_.push_back(Entry::Value);
    return nullptr;
  }

  const char* call(uint32_t count) {
    if (!are_values(size_t{count} + 1)) return "an empty slot used as a value";
    if (keyword_names_ != kNoNames) {
      if (code_.constants()->items[keyword_names_].as<Tuple>()->size > size_t{count} + 1)
        return "more keywords than arguments";
      keyword_names_ = kNoNames;
    }
    drop(size_t{count} + 1);
    stack_.back() = Entry::Value;
    return nullptr;
  }

  // --- operands ---

  const char* check_operand(const Instruction& instruction) {
    const uint32_t argument = instruction.argument;
    switch (info(instruction.opcode).operand) {
      case OperandKind::None:
        if (instruction.opcode == Opcode::RETURN_GENERATOR && generator_start_ != at_) {
          return "a generator made where none can be";
        }
        if (instruction.opcode == Opcode::YIELD_VALUE && generator_start_ == kNowhere) {
          return "not a generator";
        }
        return nullptr;
      case OperandKind::Constant:
        if (argument >= code_.constants()->size) return "no such constant";
        return instruction.opcode == Opcode::KW_NAMES ? set_keyword_names(argument) : nullptr;
      case OperandKind::Name:
        return argument < code_.names()->size && argument <= kMaxArgument ? nullptr : "no such name";
      case OperandKind::Global:
        return argument >> 1 < code_.names()->size && argument >> 1 <= kMaxArgument ? nullptr
                                                                                  : "no such name";
      case OperandKind::Local:
        return check_local(instruction);
      case OperandKind::Cell:
        return check_cell(instruction);
      case OperandKind::Comparison:
        return argument < comparison_symbols.size() ? nullptr : "no such comparison";
      case OperandKind::Operator:
        return argument < binary_operator_symbols.size() ? nullptr : "no such operator";
      case OperandKind::Jump:
        return nullptr;  // find_instructions() has seen to it
      case OperandKind::Count:
      case OperandKind::Flag:
        return check_number(instruction);
    }
    return "unknown instruction";
  }

  const char* set_keyword_names(uint32_t index) {
    const Value names = code_.constants()->items[index];
    if (!is_exact_tuple(names)) return "keyword names that are no tuple";
    for (const Value name : names.as<Tuple>()->view()) {
      if (!is_exact_str(name)) return "a keyword name that is no string";
    }
    keyword_names_ = index;
    return nullptr;
  }

  const char* check_local(const Instruction& instruction) {
    if (instruction.argument >= code_.localsplus_names()->size) return "no such variable";
    const auto kind = code_.localsplus_kinds()->data()[instruction.argument];
    const bool is_changed =
        instruction.opcode == Opcode::STORE_FAST || instruction.opcode == Opcode::DELETE_FAST;
    return is_changed && kind & (kSlotCell | kSlotFree) ? "a cell overwritten" : nullptr;
  }

  // Cells are made by MAKE_CELL and COPY_FREE_VARS before anything else happens.
  const char* check_cell(const Instruction& instruction) {
    const uint32_t index = instruction.argument;
    if (index >= code_.localsplus_names()->size) return "no such cell";
    const auto kind = code_.localsplus_kinds()->data()[index];
    if (!(kind & (kSlotCell | kSlotFree))) return "no such cell";
    if (instruction.opcode != Opcode::MAKE_CELL)
      return is_made(index) ? nullptr : "a cell used before it is made";
    if (!(kind & kSlotCell)) return "no such cell";
    if (has_left_prologue_) return "a cell made too late";
    made_cells_.resize(code_.localsplus_names()->size);
    made_cells_[index] = true;
    return nullptr;
  }
  bool is_made(uint32_t index) const { return index < made_cells_.size() && made_cells_[index]; }

  const char* check_number(const Instruction& instruction) {
    const uint32_t argument = instruction.argument;
    switch (instruction.opcode) {
      case Opcode::COPY_FREE_VARS:
        if (argument != static_cast<uint32_t>(code_.free_count))
          return "wrong number of free variables";
        if (has_left_prologue_) return "free variables copied too late";
        made_cells_.resize(code_.localsplus_names()->size);
        for (uint32_t i = 0; i < argument; ++i) made_cells_[made_cells_.size() - 1 - i] = true;
        return nullptr;
      case Opcode::RAISE_VARARGS:
        return argument <= 2 ? nullptr : "a number out of range";
      case Opcode::MAKE_FUNCTION:
        return argument <= 15 ? nullptr : "a number out of range";
      case Opcode::BUILD_SLICE:
        return argument == 2 || argument == 3 ? nullptr : "a number out of range";
      case Opcode::UNPACK_SEQUENCE:
        return argument <= 0x8000 ? nullptr : "too many items";
      case Opcode::CALL_FUNCTION_EX:
        return argument <= 1 ? nullptr : "a number out of range";
      case Opcode::RERAISE:
        return argument <= 2 ? nullptr : "a number out of range";
      default:
        return argument <= kMaxArgument || info(instruction.opcode).operand == OperandKind::Flag
                   ? nullptr
                   : "too many items";
    }
  }

  static constexpr uint32_t kNoNames = 0xFFFFFFFF;

  const Code& code_;
  const uint8_t* bytes_;
  const size_t unit_count_;
  size_t at_ = 0;  // the unit looked at
  std::vector<uint8_t> unit_roles_;
  std::vector<Region> regions_;
  std::vector<int> states_;                // by unit: index into saved_
  std::vector<std::vector<Entry>> saved_;  // stacks at labels
  std::vector<Entry> stack_, scratch_;
  std::vector<bool> made_cells_;
  size_t first_waiting_ = SIZE_MAX;
  uint32_t keyword_names_ = kNoNames;  // index of the constant
  bool has_left_prologue_ = false;
  static constexpr size_t kNowhere = SIZE_MAX;
  size_t generator_start_ = kNowhere;  // the unit of RETURN_GENERATOR
};

}  // namespace

std::optional<BytecodeFault> find_fault_in(const Code& code) {
  Verifier verifier(code);
  if (const char* what = verifier.run()) return BytecodeFault{&code, verifier.offset(), what};
  return std::nullopt;
}

std::optional<BytecodeFault> find_bytecode_fault(const Code& root) {
  std::vector<const Code*> work{&root};  // what is in it hangs on `root`
  while (!work.empty()) {
    const Code* code = work.back();
    work.pop_back();
    if (const auto fault = find_fault_in(*code)) return fault;
    for (const Value constant : code->constants()->view()) {
      if (is_exact(constant, Kind::Code)) work.push_back(constant.as<Code>());
    }
  }
  return std::nullopt;
}

std::string describe(const BytecodeFault& fault) {
  return "in " + to_utf8(fault.code->qualified_name()) + " (" + to_utf8(fault.code->filename()) +
         "), offset " + std::to_string(fault.offset) + ": " + fault.what;
}

}  // namespace minipy
