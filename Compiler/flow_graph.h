// The code of one unit while it is being made: blocks of instructions that flow into each other.
//
// The generator fills blocks; the passes below turn them, in this order, into the form that the
// assembler writes out. They reproduce what CPython 3.11 does, so that the code is the same to the
// byte.
#pragma once

#include <vector>

#include "Compiler/arena_vector.h"
#include "Compiler/code_unit.h"
#include "Compiler/constant_pool.h"
#include "Compiler/opcodes.h"
#include "Parser/tree.h"

namespace minipy {

struct Block;

// Made-up instructions have no place in the source.
constexpr ast::Location kNoLocation{-1, -1, -1, -1};

struct Instruction {
  Opcode opcode = Opcode::NOP;
  int32_t argument = 0;
  ast::Location location = kNoLocation;
  Block* target = nullptr;   // of jumps and SETUP_*
  Block* handler = nullptr;  // where an exception goes, once label_handlers has run
};

inline bool is_setup(Opcode opcode) {
  return opcode == Opcode::SETUP_FINALLY || opcode == Opcode::SETUP_CLEANUP ||
         opcode == Opcode::SETUP_WITH;
}
inline bool is_jump(Opcode opcode) {
  return info(opcode).direction != JumpDirection::None && !is_setup(opcode);
}
inline bool is_either_way_jump(Opcode opcode) {
  return opcode == Opcode::JUMP || opcode == Opcode::JUMP_NO_INTERRUPT;
}

// Whether nothing may follow the instruction in its block.
inline bool ends_block(Opcode opcode) {
  return is_jump(opcode) || opcode == Opcode::RETURN_VALUE || opcode == Opcode::RAISE_VARARGS ||
         opcode == Opcode::RERAISE;
}

struct Block {
  Block* next = nullptr;  // where control falls through to, and the order of emission
  int32_t start_depth = -1;
  int32_t offset = 0;  // in code units
  int32_t predecessors = 0;
  uint32_t handler_stack = 0;  // for label_handlers
  bool is_exit = false;        // ends in return or raise
  bool falls_through = true;
  bool restores_lasti = false;  // a handler that finds f_lasti below the exception
  bool is_visited = false;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  Instruction& operator[](size_t index) { return items_[index]; }
  Instruction& front() { return items_[0]; }
  Instruction& back() { return items_[size_ - 1]; }
  Instruction* begin() { return items_; }
  Instruction* end() { return items_ + size_; }
  void truncate(size_t size) { size_ = static_cast<uint32_t>(size); }
  Instruction& add(ast::Arena& arena);
  void insert(ast::Arena& arena, size_t index, const Instruction& instruction);
  void reset();  // for another use; keeps the memory

 private:
  Instruction* items_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

// Blocks of finished units are used again.
class BlockPool {
 public:
  explicit BlockPool(ast::Arena& arena) : arena_(arena) {}
  Block* take();
  void give_back(std::vector<Block*>& blocks);
  ast::Arena& arena() { return arena_; }

 private:
  ast::Arena& arena_;
  std::vector<Block*> free_;
};

using ConstantList = IndexedSet<const PooledConstant*>;
inline uint32_t hash_of(const PooledConstant* constant) {
  return constant->hash;
}

class FlowGraph {
 public:
  explicit FlowGraph(BlockPool& pool) : pool_(pool) { entry_ = current_ = new_block(); }
  ~FlowGraph() { pool_.give_back(blocks_); }
  FlowGraph(const FlowGraph&) = delete;
  FlowGraph& operator=(const FlowGraph&) = delete;

  Block* new_block();
  // Continues with `block`, which the current block falls through to.
  void use(Block* block) {
    current_->next = block;
    current_ = block;
  }
  Block* current() { return current_; }
  Block* entry() { return entry_; }
  // Starts a new block by itself after an instruction that ends one.
  Instruction& add(Opcode opcode, int argument, const ast::Location& location) {
    if (!current_->empty() && ends_block(current_->back().opcode)) use(new_block());
    Instruction& added = current_->add(pool_.arena());
    added = {opcode, argument, location, nullptr, nullptr};
    return added;
  }
  bool ends_with_return() {
    return !current_->empty() && current_->back().opcode == Opcode::RETURN_VALUE;
  }
  void insert_at_entry(size_t index, const Instruction& instruction) {
    entry_->insert(pool_.arena(), index, instruction);
  }

  // The passes, in the order in which they must run.
  void normalise();
  void inline_small_exits();
  void optimize(ConstantPool& pool, ConstantList& constants);
  void duplicate_exits_without_line();
  int highest_constant();
  void propagate_lines();
  void guarantee_lines_of_exits(int first_line);
  int compute_stack_depth(bool is_generator);
  void label_handlers();
  void remove_redundant_jumps();
  void remove_nops();
  void choose_jump_directions();

 private:
  void mark_reachable();
  void remove_empty_blocks();
  Block* copy_block(Block& block);

  BlockPool& pool_;
  std::vector<Block*> blocks_;  // in the order of their creation
  Block* entry_ = nullptr;
  Block* current_ = nullptr;
};

// Peephole optimisation of one block: constant conditions, tuples of constants, jumps to jumps,
// swaps.
void optimize_instructions(Block& block, ast::Arena& arena, ConstantPool& pool,
                           ConstantList& constants);

}  // namespace minipy
