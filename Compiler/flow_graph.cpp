#include "Compiler/flow_graph.h"

#include <algorithm>

namespace minipy {

using enum Opcode;

Instruction& Block::add(ast::Arena& arena) {
  if (size_ == capacity_) {
    capacity_ = capacity_ ? capacity_ * 2 : 8;
    Instruction* larger = arena.allocate_array<Instruction>(capacity_);
    if (size_) std::memcpy(static_cast<void*>(larger), items_, size_ * sizeof(Instruction));
    items_ = larger;
  }
  return *new (items_ + size_++) Instruction();
}

void Block::insert(ast::Arena& arena, size_t index, const Instruction& instruction) {
  add(arena);
  std::copy_backward(items_ + index, items_ + size_ - 1, items_ + size_);
  items_[index] = instruction;
}

void Block::reset() {
  Instruction* items = items_;
  const uint32_t capacity = capacity_;
  *this = Block();
  items_ = items;
  capacity_ = capacity;
}

Block* BlockPool::take() {
  if (free_.empty()) return new (arena_.allocate(sizeof(Block))) Block();
  Block* block = free_.back();
  free_.pop_back();
  block->reset();
  return block;
}

void BlockPool::give_back(std::vector<Block*>& blocks) {
  free_.insert(free_.end(), blocks.begin(), blocks.end());
  blocks.clear();
}

Block* FlowGraph::new_block() {
  blocks_.push_back(pool_.take());
  return blocks_.back();
}

// Marks the blocks that leave the unit or do not fall through, and lets jumps skip empty blocks.
void FlowGraph::normalise() {
  for (Block* block : blocks_) {
    for (Instruction& instruction : *block) {
      switch (instruction.opcode) {
        case RETURN_VALUE:
        case RAISE_VARARGS:
        case RERAISE:
          block->is_exit = true;
          block->falls_through = false;
          break;
        case JUMP:
        case JUMP_NO_INTERRUPT:
          block->falls_through = false;
          break;
        default:
          break;
      }
      if (!is_jump(instruction.opcode)) continue;
      while (instruction.target->empty()) instruction.target = instruction.target->next;
    }
  }
}

namespace {

bool is_exit_without_line(Block& block) {
  return block.is_exit &&
         std::all_of(block.begin(), block.end(),
                     [](const Instruction& instruction) { return instruction.location.line < 0; });
}

}  // namespace

// A jump to a short block that leaves the unit, from no line of its own, is replaced by that block.
// Newer blocks come first: an older one may then take over what a newer one has become.
void FlowGraph::inline_small_exits() {
  constexpr size_t kMaxCopiedInstructions = 4;
  for (size_t i = blocks_.size(); i-- > 0;) {
    Block& block = *blocks_[i];
    if (block.empty() || block.back().opcode != JUMP) continue;
    Block& target = *block.back().target;
    if (!is_exit_without_line(target) || target.size() > kMaxCopiedInstructions) continue;
    block.back().opcode = NOP;
    for (size_t k = 0; k < target.size(); ++k) block.add(pool_.arena()) = target[k];
    block.is_exit = true;
  }
}

void FlowGraph::mark_reachable() {
  std::vector<Block*> pending{entry_};
  entry_->predecessors = 1;
  const auto reach = [&pending](Block* block) {
    if (block->predecessors++ == 0) pending.push_back(block);
  };
  while (!pending.empty()) {
    Block* block = pending.back();
    pending.pop_back();
    if (block->next && block->falls_through) reach(block->next);
    for (Instruction& instruction : *block) {
      if (instruction.target && (is_jump(instruction.opcode) || is_setup(instruction.opcode))) {
        reach(instruction.target);
      }
    }
  }
}

void FlowGraph::remove_empty_blocks() {
  for (Block* block = entry_; block; block = block->next) {
    while (block->next && block->next->empty() && block->next->next)
      block->next = block->next->next;
  }
  for (Block* block = entry_; block; block = block->next) {
    for (Instruction& instruction : *block) {
      if (!is_jump(instruction.opcode) && !is_setup(instruction.opcode)) continue;
      while (instruction.target->empty()) instruction.target = instruction.target->next;
    }
  }
}

namespace {

// A NOP is only kept where a debugger has to stop on a line that no other instruction has.
bool is_needed(Block& block, size_t index, int previous_line) {
  const int line = block[index].location.line;
  if (line < 0 || line == previous_line) return false;
  if (index + 1 < block.size()) {
    Instruction& following = block[index + 1];
    if (following.location.line == line) return false;
    if (following.location.line >= 0) return true;
    following.location = block[index].location;
    return false;
  }
  Block* next = block.next;
  while (next && next->empty()) next = next->next;
  return !next || next->front().location.line != line;
}

void remove_nops_of(Block& block) {
  size_t kept = 0;
  int previous_line = -1;
  for (size_t i = 0; i < block.size(); ++i) {
    const int line = block[i].location.line;
    if (block[i].opcode == NOP && !is_needed(block, i, previous_line)) continue;
    if (kept != i) block[kept] = block[i];
    ++kept;
    previous_line = line;
  }
  block.truncate(kept);
}

}  // namespace

void FlowGraph::remove_nops() {
  for (Block* block = entry_; block; block = block->next) remove_nops_of(*block);
}

void FlowGraph::optimize(ConstantPool& pool, ConstantList& constants) {
  for (Block* block = entry_; block; block = block->next) {
    optimize_instructions(*block, pool_.arena(), pool, constants);
    remove_nops_of(*block);
  }
  inline_small_exits();
  mark_reachable();
  for (Block* block = entry_; block; block = block->next) {
    if (block->predecessors != 0) continue;
    block->truncate(0);
    block->falls_through = true;
  }
  remove_empty_blocks();
  remove_nops();
}

Block* FlowGraph::copy_block(Block& block) {
  Block* copy = new_block();
  for (const Instruction& instruction : block) copy->add(pool_.arena()) = instruction;
  copy->is_exit = true;
  copy->falls_through = false;
  return copy;
}

// PEP 626: whatever leaves the unit has the line of what came before it. An exit with several
// predecessors is copied for each of them, so that every copy can take the line of its own.
void FlowGraph::duplicate_exits_without_line() {
  for (size_t i = blocks_.size(); i-- > 0;) {
    Block& block = *blocks_[i];
    if (block.empty() || !is_jump(block.back().opcode)) continue;
    Block* target = block.back().target;
    if (!is_exit_without_line(*target) || target->predecessors <= 1) continue;
    Block* copy = copy_block(*target);
    copy->front().location = block.back().location;
    block.back().target = copy;
    --target->predecessors;
    copy->predecessors = 1;
    copy->next = target->next;
    target->next = copy;
  }
  for (Block* block = entry_; block; block = block->next) {
    while (block->next && block->next->empty()) block->next = block->next->next;
  }
  for (size_t i = blocks_.size(); i-- > 0;) {
    Block& block = *blocks_[i];
    if (!block.falls_through || !block.next || block.empty()) continue;
    if (is_exit_without_line(*block.next)) block.next->front().location = block.back().location;
  }
}

int FlowGraph::highest_constant() {
  int highest = 0;  // the first one may be the docstring
  for (Block* block = entry_; block; block = block->next) {
    for (const Instruction& instruction : *block) {
      if (info(instruction.opcode).operand == OperandKind::Constant)
        highest = std::max(highest, instruction.argument);
    }
  }
  return highest;
}

// Gives instructions without a line that of the instruction before, also into blocks with a single
// predecessor.
void FlowGraph::propagate_lines() {
  for (Block* block = entry_; block; block = block->next) {
    if (block->empty()) continue;
    ast::Location previous = kNoLocation;
    for (Instruction& instruction : *block) {
      if (instruction.location.line < 0) {
        instruction.location = previous;
      } else {
        previous = instruction.location;
      }
    }
    const auto pass_on = [&previous](Block* successor) {
      if (successor->predecessors == 1 && !successor->empty() &&
          successor->front().location.line < 0) {
        successor->front().location = previous;
      }
    };
    if (block->falls_through && block->next) pass_on(block->next);
    if (is_jump(block->back().opcode)) pass_on(block->back().target);
  }
}

void FlowGraph::guarantee_lines_of_exits(int first_line) {
  int line = first_line;
  for (Block* block = entry_; block; block = block->next) {
    if (block->empty()) continue;
    const Instruction& last = block->back();
    if (last.location.line >= 0) {
      line = last.location.line;
    } else if (last.opcode == RETURN_VALUE) {
      for (Instruction& instruction : *block) instruction.location.line = line;
    }
  }
}

int FlowGraph::compute_stack_depth(bool is_generator) {
  std::vector<Block*> pending;
  int deepest = 0;
  const auto reach = [&pending](Block* block, int depth) {
    if (block->start_depth >= 0) return;
    block->start_depth = depth;
    pending.push_back(block);
  };
  reach(entry_, is_generator ? 1 : 0);
  while (!pending.empty()) {
    Block* block = pending.back();
    pending.pop_back();
    int depth = block->start_depth;
    bool falls_through = true;
    for (const Instruction& instruction : *block) {
      const Opcode opcode = instruction.opcode;
      if (is_jump(opcode) || is_setup(opcode)) {
        const int at_target = depth + stack_effect(opcode, instruction.argument, true);
        deepest = std::max(deepest, at_target);
        reach(instruction.target, at_target);
      }
      depth += stack_effect(opcode, instruction.argument, false);
      deepest = std::max(deepest, depth);
      if (is_either_way_jump(opcode) || opcode == RETURN_VALUE || opcode == RAISE_VARARGS ||
          opcode == RERAISE) {
        falls_through = false;
        break;
      }
    }
    if (falls_through && block->next) reach(block->next, depth);
  }
  return deepest;
}

namespace {

// The handlers around each place, as linked lists that share their tails: index 0 is the empty one.
class HandlerStacks {
 public:
  struct Entry {
    Block* handler;
    uint32_t outer;
  };
  uint32_t push(uint32_t stack, Block* handler) {
    entries_.push_back({handler, stack});
    return static_cast<uint32_t>(entries_.size() - 1);
  }
  uint32_t pop(uint32_t stack) const { return entries_[stack].outer; }
  Block* top(uint32_t stack) const { return entries_[stack].handler; }

 private:
  std::vector<Entry> entries_{{nullptr, 0}};
};

}  // namespace

// Notes at each instruction which block handles its exceptions; SETUP_* and POP_BLOCK have done
// their work then.
void FlowGraph::label_handlers() {
  HandlerStacks stacks;
  std::vector<Block*> pending{entry_};
  const auto reach = [&pending](Block* block, uint32_t stack) {
    if (block->is_visited) return;
    block->is_visited = true;
    block->handler_stack = stack;
    pending.push_back(block);
  };
  for (Block* block : blocks_) block->is_visited = false;
  entry_->is_visited = true;
  while (!pending.empty()) {
    Block* block = pending.back();
    pending.pop_back();
    uint32_t stack = block->handler_stack;
    for (Instruction& instruction : *block) {
      if (is_setup(instruction.opcode)) {
        reach(instruction.target, stack);
        if (instruction.opcode != SETUP_FINALLY) instruction.target->restores_lasti = true;
        stack = stacks.push(stack, instruction.target);
        instruction.opcode = NOP;
      } else if (instruction.opcode == POP_BLOCK) {
        stack = stacks.pop(stack);
        instruction.opcode = NOP;
      } else {
        instruction.handler = stacks.top(stack);
        if (is_jump(instruction.opcode)) reach(instruction.target, stack);
      }
    }
    if (block->falls_through && block->next) reach(block->next, stack);
  }
}

void FlowGraph::remove_redundant_jumps() {
  bool has_removed = false;
  for (Block* block = entry_; block; block = block->next) {
    if (block->empty() || !is_either_way_jump(block->back().opcode)) continue;
    if (block->back().target != block->next) continue;
    block->falls_through = true;
    block->back().opcode = NOP;
    has_removed = true;
  }
  if (has_removed) remove_empty_blocks();
}

namespace {

Opcode directed(Opcode opcode, bool is_forward) {
  switch (opcode) {
    case JUMP:
      return is_forward ? JUMP_FORWARD : JUMP_BACKWARD;
    case JUMP_NO_INTERRUPT:
      return is_forward ? JUMP_FORWARD : JUMP_BACKWARD_NO_INTERRUPT;
    case POP_JUMP_IF_FALSE:
      return is_forward ? POP_JUMP_FORWARD_IF_FALSE : POP_JUMP_BACKWARD_IF_FALSE;
    case POP_JUMP_IF_TRUE:
      return is_forward ? POP_JUMP_FORWARD_IF_TRUE : POP_JUMP_BACKWARD_IF_TRUE;
    case POP_JUMP_IF_NONE:
      return is_forward ? POP_JUMP_FORWARD_IF_NONE : POP_JUMP_BACKWARD_IF_NONE;
    case POP_JUMP_IF_NOT_NONE:
      return is_forward ? POP_JUMP_FORWARD_IF_NOT_NONE : POP_JUMP_BACKWARD_IF_NOT_NONE;
    default:
      return opcode;
  }
}

}  // namespace

void FlowGraph::choose_jump_directions() {
  for (Block* block : blocks_) block->is_visited = false;
  for (Block* block = entry_; block; block = block->next) {
    block->is_visited = true;
    if (block->empty() || !is_jump(block->back().opcode)) continue;
    Instruction& last = block->back();
    last.opcode = directed(last.opcode, !last.target->is_visited);
  }
}

}  // namespace minipy
