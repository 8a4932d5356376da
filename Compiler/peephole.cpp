// Optimisation within a block. What CPython 3.11 rewrites is rewritten here, in the same order.
#include <algorithm>
#include <vector>

#include "Compiler/flow_graph.h"
#include "Compiler/fold_values.h"

namespace minipy {
namespace {

using enum Opcode;

class Peephole {
 public:
  Peephole(Block& block, ast::Arena& arena, ConstantPool& pool, ConstantList& constants)
      : block_(block), arena_(arena), pool_(pool), constants_(constants) {}

  void run() {
    // Steps that improve an instruction return false to have it looked at once more.
    for (size_t i = 0; i < block_.size();) {
      if (improve(i)) ++i;
    }
  }

 private:
  Opcode opcode_at(size_t index) { return index < block_.size() ? block_[index].opcode : CACHE; }

  bool improve(size_t& index) {
    Instruction& instruction = block_[index];
    Instruction* target = nullptr;
    if (is_jump(instruction.opcode) || is_setup(instruction.opcode)) {
      while (instruction.target->empty()) instruction.target = instruction.target->next;
      target = &instruction.target->front();
    }
    switch (instruction.opcode) {
      case LOAD_CONST:
        improve_constant(index);
        return true;
      case BUILD_TUPLE:
        improve_tuple(index);
        return true;
      case JUMP_IF_FALSE_OR_POP:
      case JUMP_IF_TRUE_OR_POP:
        return improve_keeping_jump(instruction, *target);
      case POP_JUMP_IF_FALSE:
      case POP_JUMP_IF_TRUE:
      case POP_JUMP_IF_NONE:
      case POP_JUMP_IF_NOT_NONE:
      case JUMP:
        return target->opcode != JUMP || !thread_jump(instruction, *target, instruction.opcode);
      case SWAP:
        improve_swaps(index);
        return true;
      case PUSH_NULL:
        if (opcode_at(index + 1) == LOAD_GLOBAL) {
          instruction.opcode = NOP;
          instruction.argument = 0;
          block_[index + 1].argument |= 1;
        }
        return true;
      default:
        return true;
    }
  }

  bool is_true(int constant) {
    const PooledConstant& value = *constants_[static_cast<size_t>(constant)];
    if (value.code) return true;
    if (value.value.kind == ast::ConstantKind::Tuple ||
        value.value.kind == ast::ConstantKind::FrozenSet) {
      return !value.items.empty();
    }
    return is_true_value(value.value);
  }

  // A condition that is known: the jump is taken always or never.
  void improve_constant(size_t index) {
    Instruction& load = block_[index];
    switch (opcode_at(index + 1)) {
      case POP_JUMP_IF_FALSE:
      case POP_JUMP_IF_TRUE: {
        Instruction& jump = block_[index + 1];
        const bool jumps = is_true(load.argument) == (jump.opcode == POP_JUMP_IF_TRUE);
        load.opcode = NOP;
        jump.opcode = jumps ? JUMP : NOP;
        if (jumps) block_.falls_through = false;
        return;
      }
      case JUMP_IF_FALSE_OR_POP:
      case JUMP_IF_TRUE_OR_POP: {
        Instruction& jump = block_[index + 1];
        const bool jumps = is_true(load.argument) == (jump.opcode == JUMP_IF_TRUE_OR_POP);
        if (jumps) {
          jump.opcode = JUMP;
          block_.falls_through = false;
        } else {
          load.opcode = NOP;
          jump.opcode = NOP;
        }
        return;
      }
      case IS_OP:
        improve_none_test(index);
        return;
      default:
        return;
    }
  }

  // `x is None` and a jump become one instruction.
  void improve_none_test(size_t index) {
    const PooledConstant& constant = *constants_[static_cast<size_t>(block_[index].argument)];
    const Opcode jump = opcode_at(index + 2);
    if (constant.code || constant.value.kind != ast::ConstantKind::None) return;
    if (jump != POP_JUMP_IF_FALSE && jump != POP_JUMP_IF_TRUE) return;
    const bool is_negated = block_[index + 1].argument == 1;
    block_[index].opcode = NOP;
    block_[index + 1].opcode = NOP;
    block_[index + 2].opcode =
        is_negated != (jump == POP_JUMP_IF_FALSE) ? POP_JUMP_IF_NOT_NONE : POP_JUMP_IF_NONE;
  }

  void improve_tuple(size_t index) {
    Instruction& build = block_[index];
    const int count = build.argument;
    if (opcode_at(index + 1) == UNPACK_SEQUENCE && block_[index + 1].argument == count &&
        count >= 1 && count <= 3) {
      build.opcode = NOP;
      block_[index + 1].opcode = count == 1 ? NOP : SWAP;
      return;
    }
    if (index >= static_cast<size_t>(count)) fold_tuple(index, static_cast<size_t>(count));
  }

  void fold_tuple(size_t index, size_t count) {
    std::vector<const PooledConstant*> items;
    for (size_t i = index - count; i < index; ++i) {
      if (block_[i].opcode != LOAD_CONST) return;
      items.push_back(constants_[static_cast<size_t>(block_[i].argument)]);
    }
    for (size_t i = index - count; i < index; ++i) block_[i].opcode = NOP;
    block_[index].opcode = LOAD_CONST;
    block_[index].argument = constants_.find_or_add(arena_, pool_.find_or_add_tuple(items));
  }

  // A jump to a jump goes to the end at once, unless a line in between would not be seen any more.
  bool thread_jump(Instruction& jump, const Instruction& target, Opcode opcode) {
    if (jump.location.line != target.location.line || jump.target == target.target) return false;
    jump.target = target.target;
    jump.opcode = opcode;
    return true;
  }

  // JUMP_IF_X_OR_POP to a test of the same value: the outcome of the second test is known.
  bool improve_keeping_jump(Instruction& jump, const Instruction& target) {
    const bool on_true = jump.opcode == JUMP_IF_TRUE_OR_POP;
    const Opcode same_popping = on_true ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE;
    const Opcode opposite_popping = on_true ? POP_JUMP_IF_FALSE : POP_JUMP_IF_TRUE;
    const Opcode opposite_keeping = on_true ? JUMP_IF_FALSE_OR_POP : JUMP_IF_TRUE_OR_POP;
    if (target.opcode == same_popping) return !thread_jump(jump, target, same_popping);
    if (target.opcode == JUMP || target.opcode == jump.opcode)
      return !thread_jump(jump, target, jump.opcode);
    if (target.opcode != opposite_popping && target.opcode != opposite_keeping) return true;
    if (jump.location.line != target.location.line) return true;
    jump.opcode = same_popping;
    jump.target = jump.target->next;
    return false;
  }

  void improve_swaps(size_t& index) {
    if (block_[index].argument == 1) {
      block_[index].opcode = NOP;
      return;
    }
    shorten_swaps(index);
    apply_swaps(index);
  }

  // Replaces a run of swaps by the shortest one with the same effect, and moves `index` to its end.
  // The run permutes the stack; each cycle of the permutation is done by swaps with the top,
  // written from the end of the run.
  void shorten_swaps(size_t& index) {
    int depth = block_[index].argument;
    size_t length = 1;
    bool has_more = false;
    for (; index + length < block_.size(); ++length) {
      const Instruction& instruction = block_[index + length];
      if (instruction.opcode == SWAP) {
        depth = std::max(depth, instruction.argument);
        has_more = true;
      } else if (instruction.opcode != NOP) {
        break;
      }
    }
    if (!has_more) return;
    constexpr int kDone = -1;
    std::vector<int> stack(static_cast<size_t>(depth));
    for (size_t i = 0; i < stack.size(); ++i) stack[i] = static_cast<int>(i);
    for (size_t i = index; i < index + length; ++i) {
      if (block_[i].opcode == SWAP)
        std::swap(stack[0], stack[static_cast<size_t>(block_[i].argument) - 1]);
    }
    size_t end = index + length;
    for (size_t i = 0; i < stack.size(); ++i) {
      if (stack[i] == kDone || stack[i] == static_cast<int>(i)) continue;
      for (size_t k = i;;) {
        if (k != 0) {
          --end;
          block_[end].opcode = SWAP;
          block_[end].argument = static_cast<int>(k) + 1;
        }
        if (stack[k] == kDone) break;
        const auto following = static_cast<size_t>(stack[k]);
        stack[k] = kDone;
        k = following;
      }
    }
    while (end > index) block_[--end].opcode = NOP;
    index += length - 1;
  }

  static bool is_swappable(Opcode opcode) { return opcode == STORE_FAST || opcode == POP_TOP; }

  // The first store or pop after `index`, over NOPs only and, if `line` is one, on that line. The
  // size if there is none.
  size_t next_swappable(size_t index, int line) {
    while (++index < block_.size()) {
      if (line >= 0 && block_[index].location.line != line) break;
      if (block_[index].opcode == NOP) continue;
      if (is_swappable(block_[index].opcode)) return index;
      break;
    }
    return block_.size();
  }

  // Stores after a swap exchange their places instead of their values.
  void apply_swaps(size_t index) {
    for (size_t i = index + 1; i-- > 0;) {
      Instruction& swap = block_[i];
      if (swap.opcode != SWAP) {
        if (swap.opcode == NOP || is_swappable(swap.opcode)) continue;
        return;
      }
      const size_t first = next_swappable(i, -1);
      if (first == block_.size()) return;
      const int line = block_[first].location.line;
      size_t last = first;
      for (int count = swap.argument - 1; count > 0; --count) {
        last = next_swappable(last, line);
        if (last == block_.size()) return;
      }
      swap.opcode = NOP;
      std::swap(block_[first], block_[last]);
    }
  }

  Block& block_;
  ast::Arena& arena_;
  ConstantPool& pool_;
  ConstantList& constants_;
};

}  // namespace

void optimize_instructions(Block& block, ast::Arena& arena, ConstantPool& pool,
                           ConstantList& constants) {
  Peephole(block, arena, pool, constants).run();
}

}  // namespace minipy
