// Jumps by f_lineno. The stack of the bytecode at both places is compared as CPython 3.11 does, so that no
// block is entered from its side. The shape of a stack is a number, three bits for each entry.
#include "VM/jump.h"

#include <vector>

#include "Objects/bytes.h"
#include "Objects/int.h"
#include "Objects/line_table.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "VM/bytecode.h"
#include "VM/run.h"

namespace minipy {
namespace {

enum Entry : int64_t { Iterator = 1, Except = 2, Item = 3, Null = 4, LastInstruction = 5 };
constexpr int64_t kUnknown = -1, kOverflowed = -2;
constexpr int kBits = 3;
constexpr int64_t kMask = (1 << kBits) - 1;
constexpr int64_t kWillOverflow = int64_t{1} << (63 - kBits - 1);

int64_t pushed(int64_t stack, Entry entry) { return static_cast<uint64_t>(stack) >= static_cast<uint64_t>(kWillOverflow) ? kOverflowed : stack << kBits | entry; }
int64_t popped(int64_t stack) { return stack >> kBits; }
int64_t top_of(int64_t stack) { return stack & kMask; }
int64_t peeked(int64_t stack, unsigned depth) { return (stack >> (kBits * (depth - 1))) & kMask; }

int64_t swapped(int64_t stack, unsigned depth) {
  const int64_t top = top_of(stack), other = peeked(stack, depth);
  stack = (stack & ~kMask) | other;
  const int shift = kBits * static_cast<int>(depth - 1);
  return (stack & ~(kMask << shift)) | top << shift;
}

int64_t handler_stack(int64_t stack, const ExceptionRow& row) {
  int64_t level = 0;
  for (int64_t rest = stack; rest; rest = popped(rest)) ++level;
  while (level-- > static_cast<int64_t>(row.depth)) stack = popped(stack);
  if (row.pushes_last_instruction) stack = pushed(stack, LastInstruction);
  return pushed(stack, Except);
}

// The stack after the instruction, when it goes on to the next one.
int64_t after(const Instruction& instruction, int64_t stack) {
  const uint32_t argument = instruction.argument;
  switch (instruction.opcode) {
    case Opcode::GET_ITER:
    case Opcode::GET_AITER: return pushed(popped(stack), Iterator);
    case Opcode::FOR_ITER: return pushed(stack, Item);
    case Opcode::PUSH_EXC_INFO: return pushed(pushed(popped(stack), Except), Except);
    case Opcode::POP_EXCEPT: return popped(stack);
    case Opcode::PUSH_NULL: return pushed(stack, Null);
    case Opcode::LOAD_GLOBAL: return pushed(argument & 1 ? pushed(stack, Null) : stack, Item);
    case Opcode::LOAD_METHOD: return pushed(pushed(popped(stack), Null), Item);
    case Opcode::SWAP: return swapped(stack, argument);
    case Opcode::COPY: return pushed(stack, static_cast<Entry>(peeked(stack, argument)));
    case Opcode::CALL: {
      for (uint32_t i = 0; i < argument + 2; ++i) stack = popped(stack);
      return pushed(stack, Item);
    }
    case Opcode::PRECALL: return stack;
    default: {
      int delta = stack_effect(instruction.opcode, static_cast<int>(argument), false);
      for (; delta < 0; ++delta) stack = popped(stack);
      for (; delta > 0; --delta) stack = pushed(stack, Item);
      return stack;
    }
  }
}

// By instruction: the stack before it, or kUnknown where no way leads.
std::vector<int64_t> stacks_of(const Bytecode& bytecode) {
  std::vector<int64_t> stacks(bytecode.instructions.size(), kUnknown);
  stacks[0] = 0;
  for (bool changes = true; changes;) {
    changes = false;
    const auto reach = [&](size_t index, int64_t stack) {
      if (index >= stacks.size() || stacks[index] != kUnknown) return;
      stacks[index] = stack;
      changes = true;
    };
    for (size_t i = 0; i < bytecode.instructions.size(); ++i) {
      const int64_t stack = stacks[i];
      if (stack == kUnknown) continue;
      const Instruction& instruction = bytecode.instructions[i];
      if (instruction.row >= 0) {
        const ExceptionRow& row = bytecode.rows[static_cast<size_t>(instruction.row)];
        reach(static_cast<size_t>(row.target), stack == kOverflowed ? stack : handler_stack(stack, row));
      }
      const int64_t next = stack == kOverflowed ? stack : after(instruction, stack);
      if (instruction.target >= 0) {
        const size_t target = static_cast<size_t>(instruction.target);
        switch (instruction.opcode) {
          case Opcode::FOR_ITER: reach(target, popped(stack)); break;
          case Opcode::SEND: reach(target, popped(stack)); break;
          case Opcode::JUMP_IF_FALSE_OR_POP:
          case Opcode::JUMP_IF_TRUE_OR_POP: reach(target, stack); break;
          default: reach(target, next); break;
        }
      }
      switch (instruction.opcode) {
        case Opcode::JUMP_FORWARD:
        case Opcode::JUMP_BACKWARD:
        case Opcode::JUMP_BACKWARD_NO_INTERRUPT:
        case Opcode::RETURN_VALUE:
        case Opcode::RAISE_VARARGS:
        case Opcode::RERAISE: break;
        default: reach(i + 1, next);
      }
    }
  }
  return stacks;
}

bool compatible_kinds(int64_t from, int64_t to) {
  if (to == 0) return false;
  if (to == Item) return from != Null;
  if (to == Null) return true;
  return from == to;
}

bool are_compatible(int64_t from, int64_t to) {
  if (from < 0 || to < 0) return false;
  while (from > to) from = popped(from);
  while (from) {
    if (!compatible_kinds(top_of(from), top_of(to))) return false;
    from = popped(from);
    to = popped(to);
  }
  return to == 0;
}

const char* why_not(int64_t to) {
  if (to == kOverflowed) return "stack is too deep to analyze";
  if (to == kUnknown) return "can't jump into an exception handler, or code may be unreachable";
  switch (top_of(to)) {
    case Except: return "can't jump into an 'except' block as there's no exception";
    case LastInstruction: return "can't jump into a re-raising block as there's no location";
    case Iterator: return "can't jump into the body of a for loop";
    default: return "incompatible stacks";
  }
}

// The instructions that a line begins with: entries of the table whose line is not that of the one before.
std::vector<std::pair<int, int>> line_starts(const Code& code) {
  std::vector<std::pair<int, int>> starts;  // offset, line
  LineTableReader reader(code);
  LineTableEntry entry;
  int last = -1;
  while (reader.next(entry)) {
    if (entry.line != last && entry.line >= 0) starts.emplace_back(entry.start, entry.line);
    last = entry.line;
  }
  return starts;
}

int index_at(const Bytecode& bytecode, int offset) {
  for (size_t i = 0; i < bytecode.instructions.size(); ++i) {
    if (static_cast<int>(bytecode.instructions[i].start) >= offset) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

Status jump_to_line(Thread& thread, FrameObject& object, Value value) {
  if (!is_any_int(value)) return raise(thread, ValueError, "lineno must be an integer");
  Frame& frame = *object.frame;
  switch (object.event) {
    case FrameObject::Event::Call: return raise(thread, ValueError, "can't jump from the 'call' trace event of a new frame");
    case FrameObject::Event::Line: break;
    case FrameObject::Event::Return:
    case FrameObject::Event::Exception:
    case FrameObject::Event::Opcode: return raise(thread, ValueError, "can only jump from a 'line' trace event");
    case FrameObject::Event::None:
      if (frame.has(Frame::kHeap) && !frame.previous) {
        return raise(thread, ValueError, "can't jump from unstarted generator");
      }
      return raise(thread, ValueError, "f_lineno can only be set in a trace function");
  }
  const int64_t wanted = int_to_int64(value).value_or(-1);
  const Code& code = frame.code();
  if (wanted < code.first_line) return raise(thread, ValueError, "line {} comes before the current code block", wanted);
  const auto starts = line_starts(code);
  int64_t line = -1;
  for (const auto& [offset, start_line] : starts) {
    if (start_line >= wanted && (line < 0 || start_line < line)) line = start_line;
  }
  if (line < 0) return raise(thread, ValueError, "line {} comes after the current code block", wanted);
  Bytecode bytecode;
  if (const char* wrong = decode(code, bytecode)) return raise(thread, SystemError, wrong);
  const std::vector<int64_t> stacks = stacks_of(bytecode);
  const int from = index_at(bytecode, static_cast<int>(offset_of(frame)));
  const int64_t from_stack = from < 0 ? kUnknown : stacks[static_cast<size_t>(from)];
  int64_t best = -1;
  int best_index = -1;
  const char* message = "cannot find bytecode for specified line";
  for (const auto& [offset, start_line] : starts) {
    if (start_line != line) continue;
    const int index = index_at(bytecode, offset);
    if (index < 0) continue;
    const int64_t stack = stacks[static_cast<size_t>(index)];
    if (are_compatible(from_stack, stack)) {
      if (stack > best) {
        best = stack;
        best_index = index;
      }
    } else if (best_index < 0) {
      message = stack >= 0 || stack == kOverflowed ? why_not(stack) : "can't jump into an exception handler, or code may be unreachable";
    }
  }
  if (best_index < 0) return raise(thread, ValueError, message);
  Word* target = word_of_offset(*frame.form, bytecode.instructions[static_cast<size_t>(best_index)].offset);
  if (!target) return raise(thread, ValueError, message);
  // Entries that are left: an exception being handled is none any more.
  for (int64_t stack = from_stack; stack > best; stack = popped(stack)) {
    if (top_of(stack) == Except) thread.exception_state->handled = None;
  }
  frame.pc = target;
  return nothing;
}

}  // namespace minipy
