// Operators whose left operand has the method in Python: it runs as a frame of the interpreter
// loop, which looks at what it returns (handlers/operators.inc). Language reference 3.3.
#include "VM/operators.h"
#include "Objects/function.h"
#include "Objects/protocol.h"
#include "Objects/slot_rows.h"
#include "Objects/slot_trampolines.h"
#include "VM/run.h"

namespace minipy {
namespace {

// The operators with forms of their own, in the order of instructions.def.
struct OperatorRow {
  size_t offset, inplace_offset;  // of their slots
  AnySlot trampoline;
  Str* (*name)();
  Str* (*reflected_name)();
  BinarySlot general, general_inplace;
  const char *symbol, *inplace_symbol;
};

template <FixedString name, size_t offset>
AnySlot trampoline_of() {
  return reinterpret_cast<AnySlot>(&trampoline::binary_slot<name, offset>);
}

#define ROW(field, inplace_field, name, function, symbol)                               \
  {                                                                                     \
    __builtin_offsetof(TypeSlots, field), __builtin_offsetof(TypeSlots, inplace_field), \
        trampoline_of<FixedString(name), __builtin_offsetof(TypeSlots, field)>(),       \
        &special_name<FixedString(name)>, &special_name<reflected(FixedString(name))>,  \
        &number_##function, &number_inplace_##function, symbol, symbol "="              \
  }
const OperatorRow rows[] = {
    ROW(add, inplace_add, "__add__", add, "+"),
    ROW(subtract, inplace_subtract, "__sub__", subtract, "-"),
    ROW(multiply, inplace_multiply, "__mul__", multiply, "*"),
    ROW(true_divide, inplace_true_divide, "__truediv__", true_divide, "/"),
    ROW(floor_divide, inplace_floor_divide, "__floordiv__", floor_divide, "//"),
    ROW(remainder, inplace_remainder, "__mod__", remainder, "%"),
    ROW(bit_and, inplace_and, "__and__", bit_and, "&"),
    ROW(bit_or, inplace_or, "__or__", bit_or, "|"),
    ROW(bit_xor, inplace_xor, "__xor__", bit_xor, "^"),
    ROW(left_shift, inplace_left_shift, "__lshift__", left_shift, "<<"),
    ROW(right_shift, inplace_right_shift, "__rshift__", right_shift, ">>"),
};
#undef ROW
constexpr unsigned kForms = 5;  // of each: RR, RK, KR, and in place RR, RK
constexpr unsigned kInPlace = 3;

const OperatorRow& row_of(Op op) {
  return rows[(static_cast<unsigned>(op) - static_cast<unsigned>(Op::ADD_RR)) / kForms];
}
bool is_in_place(Op op) {
  return (static_cast<unsigned>(op) - static_cast<unsigned>(Op::ADD_RR)) % kForms >= kInPlace;
}

// The right operand's method goes first if its class is a subclass of the left one's.
bool right_goes_first(Value left, Value right) {
  const Type &left_type = type_of(left), &right_type = type_of(right);
  return &left_type != &right_type && right_type.has(Type::kHeapType) &&
         is_subtype(right_type, left_type);
}

}  // namespace

CallOutcome start_arithmetic(Thread& thread, Op op, Value left, Value right) {
  const OperatorRow& row = row_of(op);
  const TypeSlots& slots = type_of(left).slots;
  if (slot_at(slots, row.offset) != row.trampoline || type_of(right).slots.repeat)
    return CallOutcome::Result;
  if (is_in_place(op) && slot_at(slots, row.inplace_offset)) return CallOutcome::Result;
  if (right_goes_first(left, right)) return CallOutcome::Result;
  return start_special(thread, left, row.name(), Frame::kOperator, 1, right);
}

Value general_arithmetic(Thread& thread, Op op, Value left, Value right) {
  return general_function(op)(thread, left, right);
}

BinarySlot general_function(Op op) { return is_in_place(op) ? row_of(op).general_inplace : row_of(op).general; }

Value arithmetic_by_right(Thread& thread, Op op, Value left, Value right) {
  const OperatorRow& row = row_of(op);
  const AnySlot slot =
      &type_of(left) == &type_of(right) ? nullptr : slot_at(type_of(right).slots, row.offset);
  Value result = NotImplemented;
  if (slot == row.trampoline) {
    result = TRY(call_special_or_unbound(thread, right, row.reflected_name(), {left}));
  } else if (slot) {
    result = TRY(reinterpret_cast<BinarySlot>(slot)(thread, left, right));
  }
  if (!result.is_unbound() && !(result == NotImplemented)) return result;
  return raise_unsupported_operands(thread, left, right,
                                    is_in_place(op) ? row.inplace_symbol : row.symbol);
}

CallOutcome start_comparison(Thread& thread, CompareOp op, Value left, Value right) {
  static Str* const names[] = {special_name<"__lt__">(), special_name<"__le__">(),
                               special_name<"__eq__">(), special_name<"__ne__">(),
                               special_name<"__gt__">(), special_name<"__ge__">()};
  if (type_of(left).slots.compare != &trampoline::compare || right_goes_first(left, right))
    return CallOutcome::Result;
  return start_special(thread, left, names[static_cast<int>(op)], Frame::kOperator, 1, right);
}

}  // namespace minipy
