// What each bytecode becomes.
#include <algorithm>

#include "Objects/bytes.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/frame.h"
#include "VM/translator.h"

namespace minipy {
namespace {

// BINARY_OP's plain operators in RR form; BINARY for those without forms of their own.
constexpr Op plain_operations[] = {Op::ADD_RR,       Op::AND_RR,       Op::FLOOR_DIVIDE_RR, Op::LEFT_SHIFT_RR,  Op::BINARY,
                                   Op::MULTIPLY_RR,  Op::REMAINDER_RR, Op::OR_RR,           Op::BINARY,         Op::RIGHT_SHIFT_RR,
                                   Op::SUBTRACT_RR,  Op::TRUE_DIVIDE_RR, Op::XOR_RR};
constexpr Op comparisons[] = {Op::LESS_RR, Op::LESS_EQUAL_RR, Op::EQUAL_RR, Op::NOT_EQUAL_RR, Op::GREATER_RR, Op::GREATER_EQUAL_RR};

constexpr Op plus(Op op, int steps) { return static_cast<Op>(static_cast<int>(op) + steps); }
// The order in which instructions.def expands its groups.
constexpr int kRK = 1, kKR = 2, kInPlaceRR = 3, kInPlaceRK = 4;
constexpr int kJumpTrueRR = 2, kJumpFalseRR = 4;

bool jumps_if_true(Opcode opcode) { return opcode == Opcode::POP_JUMP_FORWARD_IF_TRUE || opcode == Opcode::POP_JUMP_BACKWARD_IF_TRUE; }
bool jumps_if_false(Opcode opcode) { return opcode == Opcode::POP_JUMP_FORWARD_IF_FALSE || opcode == Opcode::POP_JUMP_BACKWARD_IF_FALSE; }

bool is_comprehension(const Code& code) {
  if (code.argument_count != 1) return false;
  return equal(code.name(), "<listcomp>") || equal(code.name(), "<setcomp>") ||
         equal(code.name(), "<dictcomp>") || equal(code.name(), "<genexpr>");
}

}  // namespace

uint32_t Translator::name(uint32_t index) {
  if (index >= code_.names()->size) fail("no such name");
  if (index > 0xFFFF) fail("code has too many names");
  return index;
}

uint32_t Translator::cell(uint32_t index) {
  if (index >= local_count_ || !(code_.localsplus_kinds()->data()[index] & (Code::kCellKind | Code::kFreeKind))) {
    fail("no such cell");
    return 0;
  }
  if (!assigned_[index]) fail("a cell used before it is made");
  return index;
}

uint32_t Translator::plain_local(uint32_t index) {
  if (index >= local_count_) {
    fail("no such variable");
    return 0;
  }
  return index;
}

// --- variables ---

void Translator::load_fast(uint32_t local) {
  plain_local(local);
  if (wrong_) return;
  if (!assigned_[local]) {
    emit(Op::CHECK_BOUND, local);
    assigned_[local] = !deleted_[local];
  }
  push_plain(Where::Register, local);
}

// Entries that still stand for the variable's old value get a register of their own.
void Translator::evacuate(uint32_t local) {
  for (Entry& entry : stack_) {
    if (entry.where != Where::Register || entry.at != local) continue;
    const uint32_t target = is_used(entry.home) ? fresh_register() : entry.home;
    emit(Op::MOVE, target, local);
    for (Entry& other : stack_) {
      if (other.where == Where::Register && other.at == local) other.at = target;
    }
    return;
  }
}

void Translator::store_fast(uint32_t local) {
  plain_local(local);
  if (wrong_) return;
  if (code_.localsplus_kinds()->data()[local] & (Code::kFreeKind | Code::kCellKind)) return fail("store to a cell");
  operand(1);
  if (wrong_) return;
  const Entry entry = peek(1);
  if (entry.kind != EntryKind::Plain) return fail("an empty slot stored");
  // While the value is still on the stack, so that its register is not taken: a, b[0] = b[0], a.
  if (entry.at != local) evacuate(local);
  pop();
  if (entry.at == local) {
    assigned_[local] = !deleted_[local];
    return;
  }
  const bool is_temporary = entry.at >= local_count_;
  if (is_temporary && last_result_ >= 0 && words_[last_result_].a == entry.at) {
    words_[last_result_].a = static_cast<uint16_t>(local);
    for (Entry& other : stack_) {
      if (other.where == Where::Register && other.at == entry.at) other.at = local;
    }
    last_result_ = -1;
  } else {
    emit(Op::MOVE, local, entry.at);
  }
  assigned_[local] = !deleted_[local];
}

void Translator::swap(uint32_t depth) {
  Entry& top = peek(1);
  Entry& other = peek(depth);
  if (wrong_ || depth < 2) return;
  if (top.kind != EntryKind::Plain || other.kind != EntryKind::Plain) return fail("an empty slot swapped");
  std::swap(top.where, other.where);
  std::swap(top.at, other.at);
}

// --- operators ---

void Translator::binary(uint32_t operation) {
  if (operation >= 2 * kBinaryOperatorCount) return fail("no such operator");
  const bool in_place = operation >= kBinaryOperatorCount;
  Op op = plain_operations[operation % kBinaryOperatorCount];
  if (stack_.size() < 2) return fail("stack underflow");
  const bool right_constant = peek(1).where == Where::Constant && op != Op::BINARY;
  const bool left_constant = peek(2).where == Where::Constant && op != Op::BINARY && !in_place && !right_constant;
  const uint32_t b = left_constant ? peek(2).at : operand(2);
  const uint32_t c = right_constant ? peek(1).at : operand(1);
  drop(2);
  if (op == Op::BINARY) {
    const uint32_t at = result(op, b, c);
    words_[at + 1].bits = operation;
    return;
  }
  if (right_constant) op = plus(op, in_place ? kInPlaceRK : kRK);
  else if (left_constant) op = plus(op, kKR);
  else if (in_place) op = plus(op, kInPlaceRR);
  result(op, b, c);
}

void Translator::subscript() {
  if (stack_.size() < 2) return fail("stack underflow");
  const bool is_constant = peek(1).where == Where::Constant;
  const uint32_t b = operand(2);
  const uint32_t c = is_constant ? peek(1).at : operand(1);
  drop(2);
  result(is_constant ? Op::SUBSCRIPT_RK : Op::SUBSCRIPT_RR, b, c);
}

// BUILD_SLICE and the subscription that takes it: no slice object is made. False if the code is not
// that.
bool Translator::slice(int& index) {
  const Instruction& instruction = bytecode_.instructions[index];
  const size_t next = static_cast<size_t>(index) + 1;
  const uint32_t bounds = instruction.argument;
  if (is_traced_ || (bounds != 2 && bounds != 3) || next >= bytecode_.instructions.size())
    return false;
  const Instruction& user = bytecode_.instructions[next];
  const bool is_store = user.opcode == Opcode::STORE_SUBSCR,
             is_delete = user.opcode == Opcode::DELETE_SUBSCR;
  if (!(user.opcode == Opcode::BINARY_SUBSCR || is_store || is_delete) || user.is_label ||
      user.row != instruction.row)
    return false;
  if (stack_.size() < bounds + 1 + is_store) return false;
  uint16_t operands[3] = {kNoRegister, kNoRegister, kNoRegister};
  for (uint32_t i = 0; i < bounds; ++i) {
    const Entry& entry = peek(bounds - i);
    if (entry.where == Where::Nowhere || entry.at >= kSliceConstant - 1u) return false;
    if (entry.where == Where::Register) {
      operands[i] = static_cast<uint16_t>(entry.at);
    } else if (!code_.constants()->items[entry.at].is_none()) {
      operands[i] = static_cast<uint16_t>(kSliceConstant | entry.at);
    }
  }
  offset_ = user.offset;
  const uint32_t container = operand(bounds + 1);
  uint32_t at;
  if (user.opcode == Opcode::BINARY_SUBSCR) {
    drop(bounds + 1);
    at = result(Op::SUBSCRIPT_SLICE, container);
    if (!wrong_) peek(1).slice = at;
  } else {
    const uint32_t value = is_store ? operand(bounds + 2) : 0;
    // What is only made to be stored item by item
    if (is_store && !wrong_ && peek(bounds + 2).slice) words_[peek(bounds + 2).slice].c = 1;
    drop(bounds + 1 + is_store);
    at = emit(is_store ? Op::STORE_SLICE : Op::DELETE_SLICE, container, value);
  }
  words_[at + 1].start = operands[0];
  words_[at + 1].stop = operands[1];
  words_[at + 1].step = operands[2];
  ++index;
  return true;
}

// Two or three items go straight to the variables that the following instructions store them in.
bool Translator::unpack(int& index) {
  const Instruction& instruction = bytecode_.instructions[index];
  const uint32_t count = instruction.argument;
  if (count != 2 && count != 3) return false;
  const auto stored_to = [&](uint32_t item) -> uint32_t {
    const size_t at = static_cast<size_t>(index) + 1 + item;
    if (is_traced_ || at >= bytecode_.instructions.size()) return kNoRegister;
    const Instruction& store = bytecode_.instructions[at];
    if (store.opcode != Opcode::STORE_FAST || store.is_label || store.row != instruction.row)
      return kNoRegister;
    if (store.argument >= local_count_) return kNoRegister;
    return code_.localsplus_kinds()->data()[store.argument] & (Code::kFreeKind | Code::kCellKind)
               ? kNoRegister
               : store.argument;
  };
  operand(1);
  if (wrong_) return true;
  uint32_t targets[3];
  uint32_t stored = 0;
  for (; stored < count; ++stored) {
    const uint32_t local = stored_to(stored);
    if (local == kNoRegister || std::find(targets, targets + stored, local) != targets + stored)
      break;
    evacuate(local);
    targets[stored] = local;
  }
  // While the sequence is still on the stack: its register may be the home of an entry below.
  keep_below(stack_.back().home);
  const uint32_t sequence = operand(1);
  drop(1);
  const uint32_t base = next_home(EntryKind::Plain);
  for (uint32_t i = stored; i < count; ++i) targets[i] = use_register(base + count - 1 - i);
  const uint32_t at =
      emit(count == 2 ? Op::UNPACK_PAIR : Op::UNPACK_TRIPLE, targets[0], sequence, targets[1]);
  if (count == 3) words_[at + 1].bits = targets[2];
  for (uint32_t i = 0; i < stored; ++i) assigned_[targets[i]] = !deleted_[targets[i]];
  for (uint32_t i = count; i-- > stored;) push_plain(Where::Register, targets[i]);
  index += static_cast<int>(stored);
  return true;
}

// The instruction after `index` is a conditional jump on its result that nobody else jumps to.
bool Translator::fuses(int index) const {
  const size_t next = static_cast<size_t>(index) + 1;
  if (next >= bytecode_.instructions.size()) return false;
  const Instruction& jump = bytecode_.instructions[next];
  return (jumps_if_true(jump.opcode) || jumps_if_false(jump.opcode)) && !jump.is_label &&
         jump.row == bytecode_.instructions[index].row;
}

bool Translator::compare(int& index) {
  const uint32_t operation = bytecode_.instructions[index].argument;
  if (operation >= 6) fail("no such comparison");
  if (stack_.size() < 2) fail("stack underflow");
  if (wrong_) return false;
  const bool is_fused = fuses(index);
  if (is_fused) all_home(2);
  const bool is_constant = peek(1).where == Where::Constant;
  const uint32_t left = operand(2);
  const uint32_t right = is_constant ? peek(1).at : operand(1);
  drop(2);
  const Op op = plus(comparisons[operation], is_constant);
  if (!is_fused) {
    result(op, left, right);
    return true;
  }
  const Instruction& jump = bytecode_.instructions[++index];
  merge_into(jump.target);
  link(emit(plus(op, jumps_if_true(jump.opcode) ? kJumpTrueRR : kJumpFalseRR), left, right), jump.target, false);
  return true;
}

bool Translator::identity(int& index) {
  const bool is_negated = bytecode_.instructions[index].argument & 1;
  if (stack_.size() < 2) fail("stack underflow");
  if (wrong_) return false;
  const bool is_fused = fuses(index);
  if (is_fused) all_home(2);
  const uint32_t left = operand(2), right = operand(1);
  drop(2);
  if (!is_fused) {
    result(is_negated ? Op::IS_NOT : Op::IS, left, right);
    return true;
  }
  const Instruction& jump = bytecode_.instructions[++index];
  merge_into(jump.target);
  const bool if_same = jumps_if_true(jump.opcode) != is_negated;
  link(emit(if_same ? Op::JUMP_IF_SAME : Op::JUMP_IF_NOT_SAME, left, right), jump.target, false);
  return true;
}

void Translator::conditional(Op op, const Instruction& jump) {
  if (stack_.empty()) return fail("stack underflow");
  all_home(1);
  const uint32_t condition = operand(1);
  drop(1);
  merge_into(jump.target);
  link(emit(op, condition), jump.target, true);
}

// --- calls and attributes ---

// `is_iterated`: GET_ITER follows.
void Translator::call(uint32_t count, bool is_iterated) {
  const uint32_t names = keyword_names_;
  keyword_names_ = 0;
  if (stack_.size() < size_t{count} + 2) return fail("stack underflow");
  const size_t first = stack_.size() - count - 2;
  for (size_t i = first + 1; i < stack_.size(); ++i) {
    if (stack_[i].kind != EntryKind::Plain) return fail("an empty slot used as a value");
  }
  if (names) {
    const Value constant = code_.constants()->items[names - 1];
    if (!is_exact_tuple(constant) || constant.as<Tuple>()->size > count + 1) return fail("bad keyword names");
    for (const Value keyword : constant.as<Tuple>()->view()) {
      if (!has_kind(keyword, Kind::Str)) return fail("bad keyword names");
    }
  }
  const EntryKind kind = stack_[first].kind;
  const uint32_t home = stack_[first].home;
  Op op = names ? Op::CALL_KEYWORDS : Op::CALL;
  uint32_t base, arguments = count;
  if (kind == EntryKind::Plain) {
    // The callable lies where others have the empty slot: there is no gap below it yet.
    keep_below(home);
    std::vector<Entry*> entries;
    std::vector<uint32_t> targets;
    for (size_t i = first; i < stack_.size(); ++i) {
      entries.push_back(&stack_[i]);
      targets.push_back(home + static_cast<uint32_t>(kCallGap + 1 + (i - first)));
    }
    move_to(entries, targets);
    base = targets[1];
    arguments = count + 1;
  } else {
    keep_below(home - static_cast<uint32_t>(kCallGap));
    move_home(first, 0);
    if (kind == EntryKind::Method) op = names ? Op::CALL_METHOD_KEYWORDS : Op::CALL_METHOD;
    base = kind == EntryKind::Method ? home : home + 2;
  }
  drop(count + 2);
  if (base - 1 == range_callable_) {
    if (is_iterated && !is_traced_ && op == Op::CALL) emit(Op::RANGE_ITERATOR, 0, base, count);
    range_callable_ = kNoRegister;
  }
  const uint32_t at = result(op, base, arguments);
  if (names) words_[at + 1].bits = names - 1;
}

void Translator::load_method(uint32_t index) {
  name(index);
  // While the object is still on the stack: its register may be the home of an entry below.
  if (!stack_.empty()) keep_below(stack_.back().home);
  const uint32_t object = operand(1);
  if (wrong_) return;
  drop(1);
  const uint32_t home = next_home(EntryKind::Method);
  keep_below(home);
  emit(Op::LOAD_METHOD, use_register(home), object, index);
  push(EntryKind::Method, Where::Register, home);
  push_plain(Where::Register, use_register(home + 1));
}

void Translator::load_global(uint32_t argument) {
  if (argument & 1) push(EntryKind::Null, Where::Nowhere, 0);
  const uint32_t at = result_wide(Op::LOAD_GLOBAL, name(argument >> 1));
  if (wrong_) return;
  const Value text = code_.names()->items[argument >> 1];
  if (is_exact_str(text) && equal(text.as<Str>(), "range")) range_callable_ = words_[at].a;
}

// super().name(...) with the implicit arguments: LOAD_GLOBAL super, PRECALL 0, CALL 0, LOAD_METHOD becomes one
// instruction that makes no super object. False if the code is not that.
bool Translator::super_method(int& index) {
  const size_t at = static_cast<size_t>(index);
  if (at + 3 >= bytecode_.instructions.size() || code_.argument_count == 0 || local_count_ == 0) return false;
  const Instruction* sequence = &bytecode_.instructions[at];
  constexpr Opcode wanted[] = {Opcode::LOAD_GLOBAL, Opcode::PRECALL, Opcode::CALL, Opcode::LOAD_METHOD};
  for (int i = 0; i < 4; ++i) {
    if (sequence[i].opcode != wanted[i] || sequence[i].row != sequence->row || (i > 0 && sequence[i].is_label)) return false;
  }
  if (!(sequence->argument & 1) || sequence[1].argument || sequence[2].argument || keyword_names_) return false;
  const auto is_named = [](Value text, std::string_view name) { return is_exact_str(text) && equal(text.as<Str>(), name); };
  if (sequence->argument >> 1 >= code_.names()->size || !is_named(code_.names()->items[sequence->argument >> 1], "super")) return false;
  uint32_t class_cell = local_count_ - static_cast<uint32_t>(code_.free_count);
  while (class_cell < local_count_ && !is_named(code_.localsplus_names()->items[class_cell], "__class__")) ++class_cell;
  if (class_cell == local_count_ || !assigned_[class_cell] || !assigned_[0] || deleted_[0]) return false;
  result_wide(Op::LOAD_GLOBAL, name(sequence->argument >> 1));
  offset_ = sequence[3].offset;
  const uint32_t callable = operand(1);
  drop(1);
  const uint32_t home = next_home(EntryKind::Method);
  keep_below(home);
  const uint32_t word = emit(Op::LOAD_SUPER_METHOD, use_register(home), callable, name(sequence[3].argument));
  words_[word + 4].bits = class_cell;
  push(EntryKind::Method, Where::Register, home);
  push_plain(Where::Register, use_register(home + 1));
  index += 3;
  return true;
}

namespace {

bool is_store_of_name(Opcode opcode) {
  return opcode == Opcode::STORE_NAME || opcode == Opcode::STORE_GLOBAL || opcode == Opcode::STORE_FAST ||
         opcode == Opcode::STORE_DEREF;
}

}  // namespace

// The function of a comprehension is called at once and seen by nobody: without a closure one will do for all rounds.
bool Translator::comprehension(const Instruction& instruction) {
  const Entry& entry = peek(1);
  if (instruction.argument || entry.where != Where::Constant) return false;
  // Most functions are stored at once. Their names are better not asked for: that reads all of their code.
  const bool is_last = &instruction == &bytecode_.instructions.back();
  if (is_last || is_store_of_name((&instruction)[1].opcode)) return false;
  const Value constant = code_.constants()->items[entry.at];
  if (!is_exact(constant, Kind::Code) || !is_comprehension(*constant.as<Code>())) return false;
  const uint32_t number = entry.at;
  drop(1);
  result_wide(Op::MAKE_COMPREHENSION, number);
  return true;
}

// With a closure, the function that an earlier round has given back will do: BUILD_TUPLE of the
// cells, LOAD_CONST, MAKE_FUNCTION. False if the code is not that.
bool Translator::closed_comprehension(int& index) {
  const size_t at = static_cast<size_t>(index);
  if (is_traced_ || at + 2 >= bytecode_.instructions.size()) return false;
  const Instruction* sequence = &bytecode_.instructions[at];
  const uint32_t count = sequence[0].argument;
  if (sequence[1].opcode != Opcode::LOAD_CONST || sequence[2].opcode != Opcode::MAKE_FUNCTION ||
      sequence[2].argument != 8)
    return false;
  for (int i = 1; i <= 2; ++i) {
    if (sequence[i].is_label || sequence[i].row != sequence[0].row) return false;
  }
  if (sequence[1].argument >= code_.constants()->size || count > stack_.size()) return false;
  const Value constant = code_.constants()->items[sequence[1].argument];
  if (!is_exact(constant, Kind::Code) || constant.as<Code>()->free_count != static_cast<int32_t>(count)) return false;
  // As in comprehension().
  const Instruction* next = sequence + 3;
  if (next == bytecode_.instructions.data() + bytecode_.instructions.size() || is_store_of_name(next->opcode)) return false;
  if (!is_comprehension(*constant.as<Code>())) return false;
  for (uint32_t i = 1; i <= count; ++i) {
    const Entry& entry = peek(i);
    if (entry.where != Where::Register || entry.at >= local_count_ || !assigned_[entry.at] ||
        !(code_.localsplus_kinds()->data()[entry.at] & (Code::kCellKind | Code::kFreeKind))) {
      return false;
    }
  }
  const uint32_t base = items_home(count);
  drop(count);
  offset_ = sequence[2].offset;
  const uint32_t word = result(Op::MAKE_CLOSED_COMPREHENSION, base, count);
  words_[word + 1].bits = sequence[1].argument;
  index += 2;
  return true;
}

// --- the instructions ---

// False at the end of a straight run. `index` moves on over instructions that were fused.
bool Translator::translate(int& index) {
  const Instruction& instruction = bytecode_.instructions[index];
  const uint32_t argument = instruction.argument;
  switch (instruction.opcode) {
    case Opcode::NOP:
    case Opcode::PRECALL: return true;
    case Opcode::RESUME:
      if (is_traced_) emit_wide(Op::TRACE_CALL, 0, instruction.offset);
      return true;
    case Opcode::POP_TOP: {
      const Entry entry = pop();
      // An unwanted result goes where the next call's frame will lie: nothing dead is kept alive for long.
      if (last_result_ >= 0 && entry.where == Where::Register && entry.at >= local_count_ &&
          words_[static_cast<size_t>(last_result_)].a == entry.at && !is_used(entry.at) && !is_used(entry.at + 1)) {
        words_[static_cast<size_t>(last_result_)].a = static_cast<uint16_t>(use_register(entry.at + 1));
        last_result_ = -1;
      }
      return true;
    }
    case Opcode::PUSH_NULL: push(EntryKind::Null, Where::Nowhere, 0); return true;
    case Opcode::COPY: {
      peek(argument).slice = 0;
      const Entry entry = peek(argument);
      if (entry.kind != EntryKind::Plain) fail("an empty slot copied");
      push_plain(entry.where, entry.at);
      return true;
    }
    case Opcode::SWAP: swap(argument); return true;
    case Opcode::LOAD_FAST: load_fast(argument); return true;
    case Opcode::STORE_FAST: store_fast(argument); return true;
    case Opcode::DELETE_FAST:
      plain_local(argument);
      if (wrong_) return false;
      if (code_.localsplus_kinds()->data()[argument] & (Code::kFreeKind | Code::kCellKind)) fail("a cell variable deleted");
      evacuate(argument);
      emit(Op::DELETE_LOCAL, argument);
      return true;
    case Opcode::LOAD_CONST:
      if (argument >= code_.constants()->size) {
        fail("no such constant");
      } else if (argument > 0xFFFF) {
        result_wide(Op::LOAD_CONST, argument);
      } else {
        push_plain(Where::Constant, argument);
      }
      return true;
    case Opcode::LOAD_GLOBAL:
      if (!super_method(index)) load_global(argument);
      return true;
    case Opcode::BUILD_SLICE:
      if (!slice(index)) translate_value(instruction);
      return true;
    case Opcode::UNPACK_SEQUENCE:
      if (!unpack(index)) translate_value(instruction);
      return true;
    case Opcode::BUILD_TUPLE:
      if (!closed_comprehension(index) && !elide(index)) translate_value(instruction);
      return true;
    case Opcode::BUILD_LIST:
    case Opcode::BUILD_MAP:
    case Opcode::LIST_EXTEND:
    case Opcode::LIST_TO_TUPLE:
    case Opcode::DICT_MERGE:
      if (!elide(index)) translate_value(instruction);
      return true;
    case Opcode::CALL_FUNCTION_EX: call_expanded(index); return true;
    case Opcode::COMPARE_OP:
      return compare(index);
    case Opcode::IS_OP:
      return identity(index);
    case Opcode::RETURN_VALUE: {
      const Entry& entry = peek(1);
      if (entry.where == Where::Constant && !is_traced_) {
        emit_wide(Op::RETURN_CONST, 0, entry.at);
        return false;
      }
      const uint32_t value = operand(1);
      if (is_traced_) emit(Op::TRACE_RETURN, value);
      emit(Op::RETURN, value);
      return false;
    }
    case Opcode::RERAISE: {
      const uint32_t exception = operand(1);
      emit(Op::RERAISE, exception, argument ? operand(argument + 1) : kNoRegister);
      return false;
    }
    case Opcode::RAISE_VARARGS:
      if (argument > 2) fail("bad raise");
      if (argument == 0) {
        emit(Op::RERAISE, kNoRegister, kNoRegister);
        return false;
      }
      rare(Op::RAISE_VARARGS, argument, 0, argument);
      return false;
    default: break;
  }
  if (info(instruction.opcode).direction != JumpDirection::None) return translate_jump(index);
  translate_value(instruction);
  return true;
}

bool Translator::translate_jump(int& index) {
  const Instruction& jump = bytecode_.instructions[index];
  switch (jump.opcode) {
    case Opcode::JUMP_FORWARD:
    case Opcode::JUMP_BACKWARD_NO_INTERRUPT:
    case Opcode::JUMP_BACKWARD:
      all_home();
      merge_into(jump.target);
      link(emit(jump.opcode == Opcode::JUMP_BACKWARD ? Op::JUMP_BACK : Op::JUMP), jump.target, true);
      return false;
    case Opcode::JUMP_IF_FALSE_OR_POP:
    case Opcode::JUMP_IF_TRUE_OR_POP: {
      all_home();
      merge_into(jump.target);
      const Op op = jump.opcode == Opcode::JUMP_IF_TRUE_OR_POP ? Op::JUMP_IF_TRUE : Op::JUMP_IF_FALSE;
      link(emit(op, operand(1)), jump.target, true);
      drop(1);
      return true;
    }
    case Opcode::FOR_ITER: {
      all_home();
      const uint32_t iterator = operand(1);
      if (wrong_) return false;
      const Entry entry = pop();
      merge_into(jump.target);
      stack_.push_back(entry);
      // Pairs that are only taken apart need not be made.
      const size_t next = static_cast<size_t>(index) + 1;
      const bool is_unpacked = !is_traced_ && next < bytecode_.instructions.size() &&
                               !bytecode_.instructions[next].is_label &&
                               bytecode_.instructions[next].opcode == Opcode::UNPACK_SEQUENCE &&
                               (bytecode_.instructions[next].argument == 2 ||
                                bytecode_.instructions[next].argument == 3);
      link(result(Op::FOR_ITERATOR, iterator, is_unpacked), jump.target, false);
      return true;
    }
    case Opcode::SEND: {
      all_home();
      if (stack_.size() < 2) fail("stack underflow");
      const uint32_t receiver = operand(2);
      operand(1);
      if (wrong_) return false;
      const Entry value = pop();
      merge_into(jump.target);
      stack_.push_back(value);
      link(emit(Op::SEND, receiver), jump.target, false);
      return true;
    }
    default: break;
  }
  if (jumps_if_true(jump.opcode)) {
    conditional(Op::JUMP_IF_TRUE, jump);
  } else if (jumps_if_false(jump.opcode)) {
    conditional(Op::JUMP_IF_FALSE, jump);
  } else if (jump.opcode == Opcode::POP_JUMP_FORWARD_IF_NONE || jump.opcode == Opcode::POP_JUMP_BACKWARD_IF_NONE) {
    conditional(Op::JUMP_IF_NONE, jump);
  } else {
    conditional(Op::JUMP_IF_NOT_NONE, jump);
  }
  return true;
}

void Translator::translate_value(const Instruction& instruction) {
  const uint32_t argument = instruction.argument;
  const auto unary = [&](Op op) {
    const uint32_t b = operand(1);
    drop(1);
    result(op, b);
  };
  switch (instruction.opcode) {
    case Opcode::UNARY_NEGATIVE: return unary(Op::NEGATIVE);
    case Opcode::UNARY_POSITIVE: return unary(Op::POSITIVE);
    case Opcode::UNARY_INVERT: return unary(Op::INVERT);
    case Opcode::UNARY_NOT: return unary(Op::NOT);
    case Opcode::GET_ITER: return unary(Op::GET_ITERATOR);
    case Opcode::GET_YIELD_FROM_ITER:
      return unary(Op::GET_YIELD_FROM_ITER);
    case Opcode::GET_AWAITABLE: {
      if (argument > 2) return fail("bad await");
      const uint32_t value = operand(1);
      drop(1);
      result(Op::GET_AWAITABLE, value, argument);
      return;
    }
    case Opcode::BINARY_OP: return binary(argument);
    case Opcode::BINARY_SUBSCR: return subscript();
    case Opcode::CONTAINS_OP: {
      const uint32_t item = operand(2), container = operand(1);
      drop(2);
      result(argument ? Op::NOT_CONTAINS : Op::CONTAINS, item, container);
      return;
    }
    case Opcode::LOAD_ATTR: {
      const uint32_t object = operand(1);
      drop(1);
      result(Op::LOAD_ATTRIBUTE, object, name(argument));
      return;
    }
    case Opcode::STORE_ATTR: {
      const uint32_t value = operand(2), object = operand(1);
      drop(2);
      emit(Op::STORE_ATTRIBUTE, object, value, name(argument));
      return;
    }
    case Opcode::LOAD_METHOD: return load_method(argument);
    case Opcode::KW_NAMES:
      if (argument >= code_.constants()->size) return fail("no such constant");
      keyword_names_ = argument + 1;
      return;
    case Opcode::CALL: {
      const Instruction* next = &instruction + 1;
      const bool is_iterated = next < bytecode_.instructions.data() + bytecode_.instructions.size() && !next->is_label &&
                               next->row == instruction.row && next->opcode == Opcode::GET_ITER;
      return call(argument, is_iterated);
    }
    case Opcode::LOAD_CLOSURE:
      cell(argument);
      if (!wrong_) push_plain(Where::Register, argument);
      return;
    case Opcode::LOAD_DEREF:
      result(Op::LOAD_DEREF, cell(argument));
      return;
    case Opcode::STORE_DEREF: {
      const uint32_t value = operand(1);
      drop(1);
      emit(Op::STORE_DEREF, cell(argument), value);
      return;
    }
    case Opcode::MAKE_CELL:
      plain_local(argument);
      if (wrong_) return;
      if (!(code_.localsplus_kinds()->data()[argument] & Code::kCellKind)) return fail("no such cell");
      emit(Op::MAKE_CELL, argument);
      assigned_[argument] = true;
      deleted_[argument] = false;
      return;
    case Opcode::COPY_FREE_VARS:
      if (argument != static_cast<uint32_t>(code_.free_count)) return fail("wrong number of free variables");
      emit_wide(is_comprehension(code_) ? Op::COPY_COMPREHENSION_VARS : Op::COPY_FREE_VARS,
                local_count_ - argument, argument);
      for (uint32_t i = local_count_ - argument; i < local_count_; ++i) assigned_[i] = true;
      return;
    default: return translate_items(instruction);
  }
}

void Translator::translate_items(const Instruction& instruction) {
  const uint32_t argument = instruction.argument;
  switch (instruction.opcode) {
    case Opcode::STORE_SUBSCR: {
      const uint32_t value = operand(3), container = operand(2), key = operand(1);
      drop(3);
      emit(Op::STORE_SUBSCRIPT, container, key, value);
      return;
    }
    case Opcode::BUILD_TUPLE:
    case Opcode::BUILD_LIST: {
      if (argument > 0xFFFF) return fail("too many items");
      const uint32_t base = items_home(argument);
      drop(argument);
      result(instruction.opcode == Opcode::BUILD_LIST ? Op::BUILD_LIST : Op::BUILD_TUPLE, base, argument);
      return;
    }
    case Opcode::LIST_APPEND: {
      const uint32_t list = operand(argument + 1), value = operand(1);
      drop(1);
      emit(Op::LIST_APPEND, list, value);
      return;
    }
    case Opcode::UNPACK_SEQUENCE: {
      // While the sequence is still on the stack: its register may be the home of an entry below.
      if (!stack_.empty()) keep_below(stack_.back().home);
      const uint32_t sequence = operand(1);
      if (argument > 0x8000) return fail("too many items");
      drop(1);
      const uint32_t base = next_home(EntryKind::Plain);
      keep_below(base);
      emit(Op::UNPACK_SEQUENCE, base, sequence, argument);
      for (uint32_t i = 0; i < argument; ++i) push_plain(Where::Register, base + i);
      return;
    }
    case Opcode::PUSH_EXC_INFO: {
      all_home();
      const uint32_t exception = operand(1);
      emit(Op::PUSH_EXCEPTION, exception);
      push_plain(Where::Register, use_register(exception + 1));
      return;
    }
    case Opcode::POP_EXCEPT: {
      const uint32_t previous = operand(1);
      drop(1);
      emit(Op::POP_EXCEPTION, previous);
      return;
    }
    case Opcode::CHECK_EXC_MATCH: {
      const uint32_t exception = operand(2), type = operand(1);
      drop(1);
      result(Op::MATCH_EXCEPTION, exception, type);
      return;
    }
    case Opcode::RETURN_GENERATOR:
      if (&instruction != generator_start_) return fail("a generator made where none can be");
      if (!stack_.empty()) return fail("a generator that starts with values on the stack");
      emit(Op::RETURN_GENERATOR, use_register(next_home(EntryKind::Plain)));
      push_plain(Where::Register, next_home(EntryKind::Plain));
      return;
    case Opcode::YIELD_VALUE: {
      if (!generator_start_) return fail("not a generator");
      const int next = static_cast<int>(&instruction - bytecode_.instructions.data()) + 1;
      const bool delegates = next < static_cast<int>(bytecode_.instructions.size()) && stack_.size() >= 2 &&
                             bytecode_.instructions[next].opcode == Opcode::RESUME &&
                             (bytecode_.instructions[next].argument & 3) >= 2;
      const Entry& top = peek(1);
      const uint32_t value = is_used(top.home, &top) ? items_home(1) : operand(1);
      if (is_traced_) emit(Op::TRACE_RETURN, value);
      const uint32_t receiver = delegates ? operand(2) : kNoRegister;
      if (wrong_) return;
      drop(1);
      const uint32_t at = emit(Op::YIELD, use_register(next_home(EntryKind::Plain)), receiver, value);
      push_plain(Where::Register, words_[at].a);
      last_result_ = at;
      return;
    }
    case Opcode::END_ASYNC_FOR: {
      if (stack_.size() < 2) return fail("stack underflow");
      const uint32_t base = items_home(2);
      drop(2);
      emit(Op::END_ASYNC_FOR, base);
      return;
    }
    default: return translate_rare(instruction);
  }
}

void Translator::translate_rare(const Instruction& instruction) {
  const uint32_t argument = instruction.argument;
  switch (instruction.opcode) {
    case Opcode::UNPACK_EX:
      if (argument > 0xFFFF) return fail("too many items");
      return rare(Op::UNPACK_EX, 1, (argument & 0xFF) + (argument >> 8) + 1, argument);
    case Opcode::GET_LEN: return rare(Op::GET_LEN, 1, 2);
    case Opcode::MATCH_MAPPING: return rare(Op::MATCH_MAPPING, 1, 2);
    case Opcode::MATCH_SEQUENCE: return rare(Op::MATCH_SEQUENCE, 1, 2);
    case Opcode::MATCH_KEYS: return rare(Op::MATCH_KEYS, 2, 3);
    case Opcode::MATCH_CLASS: return rare(Op::MATCH_CLASS, 3, 1, argument);
    case Opcode::CHECK_EG_MATCH: return rare(Op::CHECK_EG_MATCH, 2, 2);
    case Opcode::PREP_RERAISE_STAR: return rare(Op::PREP_RERAISE_STAR, 2, 1);
    case Opcode::WITH_EXCEPT_START: return rare(Op::WITH_EXCEPT_START, 4, 5);
    case Opcode::BEFORE_WITH: return rare(Op::BEFORE_WITH, 1, 2);
    case Opcode::BEFORE_ASYNC_WITH: return rare(Op::BEFORE_ASYNC_WITH, 1, 2);
    case Opcode::GET_AITER: return rare(Op::GET_AITER, 1, 1);
    case Opcode::GET_ANEXT:
      return rare(Op::GET_ANEXT, 1, 2);
    case Opcode::ASYNC_GEN_WRAP: return rare(Op::ASYNC_GEN_WRAP, 1, 1);
    case Opcode::DELETE_SUBSCR: return rare(Op::DELETE_SUBSCR, 2, 0);
    case Opcode::PRINT_EXPR: return rare(Op::PRINT_EXPR, 1, 0);
    case Opcode::LOAD_BUILD_CLASS: return rare(Op::LOAD_BUILD_CLASS, 0, 1);
    case Opcode::LOAD_ASSERTION_ERROR: return rare(Op::LOAD_ASSERTION_ERROR, 0, 1);
    case Opcode::LIST_TO_TUPLE: return rare(Op::LIST_TO_TUPLE, 1, 1);
    case Opcode::IMPORT_STAR: return rare(Op::IMPORT_STAR, 1, 0);
    case Opcode::IMPORT_NAME: return rare(Op::IMPORT_NAME, 2, 1, name(argument));
    case Opcode::IMPORT_FROM: return rare(Op::IMPORT_FROM, 1, 2, name(argument));
    case Opcode::SETUP_ANNOTATIONS: return rare(Op::SETUP_ANNOTATIONS, 0, 0);
    case Opcode::LOAD_NAME: return rare(Op::LOAD_NAME, 0, 1, name(argument));
    case Opcode::STORE_NAME: return rare(Op::STORE_NAME, 1, 0, name(argument));
    case Opcode::DELETE_NAME: return rare(Op::DELETE_NAME, 0, 0, name(argument));
    case Opcode::STORE_GLOBAL: return rare(Op::STORE_GLOBAL, 1, 0, name(argument));
    case Opcode::DELETE_GLOBAL: return rare(Op::DELETE_GLOBAL, 0, 0, name(argument));
    case Opcode::DELETE_ATTR: return rare(Op::DELETE_ATTR, 1, 0, name(argument));
    case Opcode::DELETE_DEREF: return rare(Op::DELETE_DEREF, 0, 0, cell(argument));
    case Opcode::LOAD_CLASSDEREF: return rare(Op::LOAD_CLASSDEREF, 0, 1, cell(argument));
    case Opcode::BUILD_SET: return rare(Op::BUILD_SET, argument, 1, argument);
    case Opcode::BUILD_MAP: return rare(Op::BUILD_MAP, 2 * argument, 1, argument);
    case Opcode::BUILD_CONST_KEY_MAP: return rare(Op::BUILD_CONST_KEY_MAP, argument + 1, 1, argument);
    case Opcode::BUILD_STRING: return rare(Op::BUILD_STRING, argument, 1, argument);
    case Opcode::BUILD_SLICE:
      if (argument != 2 && argument != 3) return fail("bad slice");
      return rare(Op::BUILD_SLICE, argument, 1, argument);
    case Opcode::FORMAT_VALUE: return rare(Op::FORMAT_VALUE, argument & 4 ? 2 : 1, 1, argument);
    // These change a container deeper in the stack, whose register is their argument.
    case Opcode::LIST_EXTEND: all_home(); return rare(Op::LIST_EXTEND, 1, 0, operand(argument + 1));
    case Opcode::SET_UPDATE: all_home(); return rare(Op::SET_UPDATE, 1, 0, operand(argument + 1));
    case Opcode::DICT_UPDATE: all_home(); return rare(Op::DICT_UPDATE, 1, 0, operand(argument + 1));
    case Opcode::DICT_MERGE:
      all_home();
      if (stack_.size() < argument + 3) return fail("stack underflow");
      return rare(Op::DICT_MERGE, 1, 0, operand(argument + 1));
    case Opcode::SET_ADD: all_home(); return rare(Op::SET_ADD, 1, 0, operand(argument + 1));
    case Opcode::MAP_ADD: all_home(); return rare(Op::MAP_ADD, 2, 0, operand(argument + 2));
    case Opcode::MAKE_FUNCTION: {
      if (argument > 15) return fail("bad function flags");
      if (comprehension(instruction)) return;
      const uint32_t pops = 1 + (argument & 1) + (argument >> 1 & 1) + (argument >> 2 & 1) + (argument >> 3 & 1);
      return rare(Op::MAKE_FUNCTION, pops, 1, argument);
    }
    default: fail("an instruction that is out of place");
  }
}

}  // namespace minipy
