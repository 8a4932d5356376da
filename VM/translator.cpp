#include "VM/translator.h"

#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/tuple.h"
#include "VM/frame.h"

namespace minipy {
namespace {

constexpr uint8_t instruction_words[] = {
#define INSTRUCTION(name, words, destination, what) words,
#include "VM/instructions.def"
};

}  // namespace

uint32_t Translator::emit(Op op, uint32_t a, uint32_t b, uint32_t c) {
  const uint32_t at = static_cast<uint32_t>(words_.size());
  if (origins_.empty() || origins_.back().offset != offset_) origins_.push_back({at, offset_});
  Word word;
  word.op = static_cast<uint16_t>(op);
  word.a = static_cast<uint16_t>(a);
  word.b = static_cast<uint16_t>(b);
  word.c = static_cast<uint16_t>(c);
  words_.push_back(word);
  Word cache;
  cache.bits = 0;
  for (int more = instruction_words[static_cast<size_t>(op)] - 1; more > 0; --more) words_.push_back(cache);
  last_result_ = -1;
  return at;
}

uint32_t Translator::emit_wide(Op op, uint32_t a, int64_t wide) {
  const uint32_t at = emit(op, a);
  words_[at].wide = static_cast<int32_t>(wide);
  return at;
}

// An instruction whose result becomes the new top of the stack.
uint32_t Translator::result(Op op, uint32_t b, uint32_t c) {
  uint32_t target = next_home(EntryKind::Plain);
  if (is_used(target)) target = fresh_register();
  const uint32_t at = emit(op, use_register(target), b, c);
  push_plain(Where::Register, target);
  last_result_ = at;
  return at;
}

uint32_t Translator::result_wide(Op op, int64_t wide) {
  const uint32_t at = result(op);
  words_[at].wide = static_cast<int32_t>(wide);
  return at;
}

void Translator::rare(Op op, uint32_t pops, uint32_t pushes, int64_t argument) {
  if (pops > stack_.size()) return fail("stack underflow");
  const uint32_t base = pops ? stack_[stack_.size() - pops].home : next_home(EntryKind::Plain);
  keep_below(base);
  items_home(pops);
  drop(pops);
  emit_wide(op, base, argument);
  for (uint32_t i = 0; i < pushes; ++i) push_plain(Where::Register, next_home(EntryKind::Plain));
}

void Translator::link(uint32_t instruction, int target, bool is_wide) {
  fixups_.push_back({instruction, target, is_wide});
}

// --- labels and regions ---

// Few instructions are labels, so their states are made as they turn up.
Translator::State& Translator::state_of(int index) {
  int& number = state_numbers_[index];
  if (number < 0) {
    number = static_cast<int>(states_.size());
    states_.emplace_back();
  }
  return states_[number];
}

void Translator::record(int target, const std::vector<EntryKind>& kinds, const std::vector<bool>& assigned) {
  State& state = state_of(target);
  if (!state.is_known) {
    state.is_known = true;
    state.kinds = kinds;
    state.assigned = assigned;
    waiting_.insert(target);
    return;
  }
  if (state.kinds != kinds) return fail("different stacks meet");
  for (size_t i = 0; i < assigned.size(); ++i) {
    if (!state.assigned[i] || assigned[i]) continue;
    if (state.is_translated) must_restart_ = true;
    state.assigned[i] = false;
  }
}

void Translator::merge_into(int target) { record(target, kinds_of(stack_.size()), assigned_); }

void Translator::load_state(int index) {
  const State& state = state_of(index);
  stack_.clear();
  for (const EntryKind kind : state.kinds) {
    push(kind, kind == EntryKind::Null ? Where::Nowhere : Where::Register, 0);
    stack_.back().at = stack_.back().home;
  }
  assigned_ = state.assigned;
  region_ = -1;
  last_result_ = -1;
}

void Translator::enter_region(int row) {
  region_ = row;
  if (row < 0) return;
  all_home();
  const ExceptionRow& region = bytecode_.rows[row];
  if (region.depth > stack_.size()) return fail("exception table expects too deep a stack");
  std::vector<EntryKind> kinds = kinds_of(region.depth);
  kinds.insert(kinds.end(), region.pushes_last_instruction ? 2 : 1, EntryKind::Plain);
  record(region.target, kinds, assigned_);
  row_used_[row] = true;
}

void Translator::translate_run(int index) {
  load_state(index);
  for (bool is_first = true; !wrong_ && !must_restart_; is_first = false) {
    if (index >= static_cast<int>(bytecode_.instructions.size())) return fail("code runs off its end");
    const Instruction& instruction = bytecode_.instructions[index];
    if (instruction.is_label || index == 0) {
      if (!is_first) {
        all_home();
        merge_into(index);
        if (state_of(index).is_translated) return link(emit(Op::JUMP), index, true);
        load_state(index);
      }
      waiting_.erase(index);
      State& state = state_of(index);
      state.is_translated = true;
      state.word = static_cast<uint32_t>(words_.size());
    }
    offset_ = instruction.offset;
    if (instruction.row != region_) enter_region(instruction.row);
    if (is_traced_ && instruction.opcode != Opcode::RESUME) {
      const int64_t kept = last_result_;
      emit_wide(Op::TRACE, 0, instruction.offset);
      last_result_ = kept;
    }
    if (!translate(index)) return;
    ++index;
  }
}

// A generator is made once, before anything else happens; only then there is something to yield from.
void Translator::find_generator_start() {
  if (!(code_.flags & (Code::kGenerator | Code::kCoroutine | Code::kAsyncGenerator))) return;
  for (const Instruction& instruction : bytecode_.instructions) {
    if (instruction.is_label) return;
    if (instruction.opcode == Opcode::RETURN_GENERATOR) generator_start_ = &instruction;
    const bool is_prologue = instruction.opcode == Opcode::COPY_FREE_VARS || instruction.opcode == Opcode::MAKE_CELL ||
                             instruction.opcode == Opcode::NOP;
    if (!is_prologue) return;
  }
}

void Translator::prepare() {
  words_.clear();
  origins_.clear();
  fixups_.clear();
  stack_.clear();
  waiting_.clear();
  elided_.clear();
  expanded_calls_.clear();
  states_.clear();
  state_numbers_.assign(bytecode_.instructions.size(), -1);
  words_.reserve(bytecode_.instructions.size() * 2);
  origins_.reserve(bytecode_.instructions.size());
  row_used_.assign(bytecode_.rows.size(), false);
  local_count_ = static_cast<uint32_t>(code_.localsplus_names()->size);
  register_count_ = local_count_ + 1;
  if (local_count_ > 60000) fail("code has too many variables");
  deleted_.assign(local_count_, is_conservative_);
  for (const Instruction& instruction : bytecode_.instructions) {
    if (instruction.opcode == Opcode::DELETE_FAST && instruction.argument < local_count_) deleted_[instruction.argument] = true;
  }
  std::vector<bool> assigned(local_count_, false);
  size_t arguments = static_cast<size_t>(code_.argument_count) + static_cast<size_t>(code_.keyword_only_count) +
                     ((code_.flags & Code::kVarArguments) != 0) + ((code_.flags & Code::kVarKeywords) != 0);
  if (arguments > local_count_) return fail("more arguments than variables");
  // An argument that is a cell too has to be put into one first.
  for (size_t i = 0; i < arguments; ++i) {
    assigned[i] = !deleted_[i] && !(code_.localsplus_kinds()->data()[i] & Code::kCellKind);
  }
  record(0, {}, assigned);
}

const char* Translator::run() {
  if (code_.localsplus_kinds()->size != code_.localsplus_names()->size) return "kinds and names of variables do not match";
  wrong_ = decode(code_, bytecode_);
  if (wrong_) return wrong_;
  find_generator_start();
  for (;;) {
    must_restart_ = false;
    prepare();
    while (!wrong_ && !must_restart_ && !waiting_.empty()) translate_run(*waiting_.begin());
    if (wrong_ || !must_restart_) break;
    is_conservative_ = true;
  }
  if (!wrong_ && words_.size() > 0x3FFFFFFF) fail("code is too large");
  return wrong_;
}

FormParts Translator::parts() {
  for (const Fixup& fixup : fixups_) {
    const int64_t distance = int64_t{state_of(fixup.target).word} - int64_t{fixup.instruction};
    if (fixup.is_wide) {
      words_[fixup.instruction].wide = static_cast<int32_t>(distance);
    } else {
      words_[fixup.instruction + 1].bits = static_cast<uint64_t>(distance);
    }
  }
  handlers_.clear();
  for (size_t i = 0; i < bytecode_.rows.size(); ++i) {
    if (!row_used_[i]) continue;
    const ExceptionRow& row = bytecode_.rows[i];
    load_state(row.target);
    Handler handler{row.start, row.end, state_of(row.target).word, static_cast<uint16_t>(stack_.back().home), kNoRegister};
    if (row.pushes_last_instruction) handler.last_instruction = static_cast<uint16_t>(stack_[stack_.size() - 2].home);
    handlers_.push_back(handler);
  }
  return {words_, origins_, handlers_, register_count_, forwards_keywords()};
}

}  // namespace minipy
