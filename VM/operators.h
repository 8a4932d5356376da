// Operators on instances of Python classes. docs/vm.md
#pragma once

#include "Objects/slots.h"
#include "VM/form.h"
#include "VM/run.h"

namespace minipy {

// Starts the method that `left op right` calls first, where that is a Python function of the left
// operand's class; else Result, and nothing has been done. `op` is any of the forms of an
// arithmetic instruction.
CallOutcome start_arithmetic(Thread& thread, Op op, Value left, Value right);
CallOutcome start_comparison(Thread& thread, CompareOp op, Value left, Value right);
// The operation by the types' slots.
Value general_arithmetic(Thread& thread, Op op, Value left, Value right);
BinarySlot general_function(Op op);  // what that calls
// What is left to do once that method has returned NotImplemented.
Value arithmetic_by_right(Thread& thread, Op op, Value left, Value right);

inline bool is_arithmetic(Op op) {
  return op >= Op::ADD_RR && op <= Op::IN_RIGHT_SHIFT_RK;
}
// The forms of a comparison: a value, a jump if true, a jump if false, each with a register or a
// constant.
inline bool is_comparison(Op op) {
  return op >= Op::LESS_RR && op <= Op::JUMP_F_GREATER_EQUAL_RK;
}
constexpr unsigned kComparisonForms = 6;
inline CompareOp comparison_of(Op op) {
  return static_cast<CompareOp>((static_cast<unsigned>(op) - static_cast<unsigned>(Op::LESS_RR)) /
                                kComparisonForms);
}
inline unsigned comparison_form(Op op) {
  return (static_cast<unsigned>(op) - static_cast<unsigned>(Op::LESS_RR)) % kComparisonForms;
}

}  // namespace minipy
