// Arithmetic and comparisons of small ints and floats.
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/str.h"
#include "VM/operators.h"

namespace minipy::jit {
namespace {

// The rows of instructions.def, in order.
enum Operation : unsigned {
  kAdd, kSubtract, kMultiply, kTrueDivide, kFloorDivide, kRemainder, kAnd, kOr, kXor, kLeftShift, kRightShift
};
constexpr unsigned kForms = 5;  // RR, RK, KR, in place RR, in place RK

}  // namespace

bool FormCompiler::number_template(Op op) {
  if (is_arithmetic(op)) return arithmetic(op);
  if (is_comparison(op)) return comparison(op);
  if (op == Op::NEGATIVE) return negative();
  if (op == Op::INVERT) return inverted();
  return false;
}

// Two floats were met here, or what is known of the operands says that one is a float.
bool FormCompiler::expects_floats(Operand left, Operand right) {
  const Fact left_fact = fact_of(left), right_fact = fact_of(right);
  if (left_fact == Fact::Int && right_fact == Fact::Int) return false;
  return left_fact == Fact::Double || right_fact == Fact::Double || form_.met[at_] == Met::Floats;
}

bool FormCompiler::arithmetic(Op op) {
  const unsigned number = static_cast<unsigned>(op) - static_cast<unsigned>(Op::ADD_RR);
  const unsigned operation = number / kForms, form = number % kForms;
  const Operand left{form == 2, pc_->b}, right{form == 1 || form == 4, pc_->c};
  for (const Operand operand : {left, right}) {
    if (operand.is_constant && fact_of(operand) == Fact::Nothing) return false;
    if (fact_of(operand) == Fact::Shape) return false;
  }
  if (form_.met[at_] == Met::Several) return arithmetic_of_several(operation, left, right);
  if (expects_floats(left, right)) return double_arithmetic(operation, left, right);
  switch (operation) {
    case kAdd:
    case kSubtract: add_or_subtract(operation == kAdd, left, right); return true;
    case kMultiply: multiply(left, right); return true;
    case kTrueDivide: return double_arithmetic(operation, left, right);
    case kFloorDivide:
    case kRemainder: return divide(operation == kRemainder, left, right);
    case kLeftShift:
    case kRightShift: return shift(operation == kLeftShift, left, right);
    default: return bitwise(operation, left, right);
  }
}

// Of boxed ints; their biases are made up for.
void FormCompiler::sum_or_difference(bool is_add, Reg64 result, Reg64 left, Reg64 right) {
  if (is_add) {
    lea(result, ptr[left + right]);
    lea(result, ptr[result + double_offset * 2]);
  } else {
    mov(result, left);
    sub(result, right);
    add(result, int_bias);
  }
}

// A result that is no small int wraps around to below the first one.
void FormCompiler::add_or_subtract(bool is_add, Operand left, Operand right) {
  if (left.is_constant && is_add) std::swap(left, right);
  const Reg64 x = expect_int(left);
  const uint64_t number = right.is_constant ? static_cast<uint64_t>(constant(right.number).as_int()) : 0;
  const Reg64 result = take();
  if (right.is_constant && fits_32_bits(is_add ? number : -number)) {
    lea(result, ptr[x + static_cast<int>(is_add ? number : -number)]);
  } else {
    sum_or_difference(is_add, result, x, expect_int(right));
  }
  cmp(result, first_int);
  jb(slow(), T_NEAR);
  store(pc_->a, result, Fact::Int);
}

void FormCompiler::multiply(Operand left, Operand right) {
  if (left.is_constant) std::swap(left, right);
  const Reg64 x = expect_int(left);
  const Reg64 product = take();
  lea(product, ptr[x + double_offset * 2]);
  if (right.is_constant && fits_32_bits(static_cast<uint64_t>(constant(right.number).as_int()))) {
    imul(product, product, static_cast<int>(constant(right.number).as_int()));
  } else {
    const Reg64 y = expect_int(right);
    const Reg64 factor = take();
    lea(factor, ptr[y + double_offset * 2]);
    imul(product, factor);
  }
  jo(slow(), T_NEAR);
  add(product, int_bias);
  cmp(product, first_int);
  jb(slow(), T_NEAR);
  store(pc_->a, product, Fact::Int);
}

// Language reference 6.7: rounded down, and the remainder has the divisor's sign. By what is positive only; the processor
// rounds towards zero.
bool FormCompiler::divide(bool is_remainder, Operand left, Operand right) {
  if (right.is_constant && constant(right.number).as_int() <= 0) return false;
  const Reg64 x = expect_int(left);
  const Reg64 y = expect_int(right);
  if (right.is_constant) {
    const uint64_t divisor = static_cast<uint64_t>(constant(right.number).as_int());
    if ((divisor & (divisor - 1)) == 0) {
      const Reg64 result = take();
      lea(result, ptr[x + double_offset * 2]);
      if (is_remainder) {
        if (!fits_32_bits(divisor - 1)) return false;
        and_(result, static_cast<int>(divisor - 1));
      } else {
        sar(result, __builtin_ctzll(divisor));
      }
      add(result, int_bias);
      store(pc_->a, result, Fact::Int);
      return true;
    }
  }
  // rax and rdx are the instruction's own.
  locked_ |= 1u << rax.getIdx();
  const Reg64 divisor = take();
  lea(divisor, ptr[y + double_offset * 2]);
  lea(rax, ptr[x + double_offset * 2]);
  known_.give_up_general(rax.getIdx());
  test(divisor, divisor);
  jle(slow(), T_NEAR);
  Label narrow, done;
  mov(rdx, rax);
  or_(rdx, divisor);
  shr(rdx, 32);
  je(narrow);
  cqo();
  idiv(divisor);
  test(rdx, rdx);
  jns(done);
  add(rdx, divisor);
  dec(rax);
  jmp(done);
  L(narrow);
  xor_(edx, edx);
  div(divisor.cvt32());
  L(done);
  const Reg64 result = rax;
  if (is_remainder) mov(rax, rdx);
  mov(double_offset, Value::kDoubleOffset);
  add(result, int_bias);
  store(pc_->a, result, Fact::Int);
  return true;
}

// On the boxed words: both have the bias's bits, but for the sign's.
bool FormCompiler::bitwise(unsigned operation, Operand left, Operand right) {
  const Reg64 x = expect_int(left);
  const Reg64 y = expect_int(right);
  const Reg64 result = take(), other = take();
  lea(result, ptr[x + double_offset * 2]);
  lea(other, ptr[y + double_offset * 2]);
  if (operation == kAnd) and_(result, other);
  if (operation == kOr) or_(result, other);
  if (operation == kXor) xor_(result, other);
  add(result, int_bias);
  store(pc_->a, result, Fact::Int);
  return true;
}

// By a constant.
bool FormCompiler::shift(bool is_left, Operand left, Operand right) {
  if (!right.is_constant) return false;
  const int64_t distance = constant(right.number).as_int();
  if (distance < 0 || distance > 48) return false;
  const Reg64 x = expect_int(left);
  const Reg64 result = take();
  lea(result, ptr[x + double_offset * 2]);
  if (!is_left) {
    sar(result, static_cast<int>(distance));
    add(result, int_bias);
    store(pc_->a, result, Fact::Int);
    return true;
  }
  const Reg64 number = take(), back = take();
  mov(number, result);
  shl(result, static_cast<int>(distance));
  mov(back, result);
  sar(back, static_cast<int>(distance));
  cmp(back, number);
  jne(slow(), T_NEAR);
  add(result, int_bias);
  cmp(result, first_int);
  jb(slow(), T_NEAR);
  store(pc_->a, result, Fact::Int);
  return true;
}

bool FormCompiler::double_arithmetic(unsigned operation, Operand left, Operand right) {
  if (operation > kTrueDivide) return false;
  const bool are_ints = operation == kTrueDivide && !expects_floats(left, right);
  if (are_ints) {
    expect_int(left);
    expect_int(right);
  }
  const Xmm x = expect_double(left);
  const Xmm y = expect_double(right);
  if (operation == kTrueDivide) {
    Label nonzero;
    xorpd(xmm0, xmm0);
    ucomisd(y, xmm0);
    jp(nonzero);
    je(slow(), T_NEAR);
    L(nonzero);
  }
  const Xmm result = take_floating();
  movapd(result, x);
  switch (operation) {
    case kAdd: addsd(result, y); break;
    case kSubtract: subsd(result, y); break;
    case kMultiply: mulsd(result, y); break;
    default: divsd(result, y); break;
  }
  store_double(pc_->a, result);
  return true;
}

// The double that `value` is, or that the small int has for its value.
void FormCompiler::number_as_double(Reg64 value, Xmm target, Reg64 scratch) {
  Label is_int, done;
  mov(scratch, value);
  cmp(value, first_int);
  jae(is_int);
  sub(scratch, double_offset);
  cmp(scratch, double_limit);
  jae(slow(), T_NEAR);
  movq(target, scratch);
  jmp(done);
  L(is_int);
  sub(scratch, int_bias);
  cvtsi2sd(target, scratch);
  L(done);
}

// Ints as well as floats.
bool FormCompiler::arithmetic_of_several(unsigned operation, Operand left, Operand right) {
  if (operation > kTrueDivide) return false;
  if (operation == kTrueDivide) {
    const Reg64 x = load(left), y = load(right), scratch = take();
    number_as_double(x, xmm0, scratch);
    number_as_double(y, xmm1, scratch);
    const Xmm zero = take_floating();
    Label nonzero;
    xorpd(zero, zero);
    ucomisd(xmm1, zero);
    jp(nonzero);
    je(slow(), T_NEAR);
    L(nonzero);
    divsd(xmm0, xmm1);
    movq(scratch, xmm0);
    add(scratch, double_offset);
    store(pc_->a, scratch, Fact::Double);
    return true;
  }
  const Reg64 x = load(left), y = load(right), result = take(), scratch = take();
  Label floats, done;
  mov(result, x);
  and_(result, y);
  cmp(result, first_int);
  jb(floats);
  if (operation == kMultiply) {
    lea(result, ptr[x + double_offset * 2]);
    lea(scratch, ptr[y + double_offset * 2]);
    imul(result, scratch);
    jo(slow(), T_NEAR);
    add(result, int_bias);
  } else {
    sum_or_difference(operation == kAdd, result, x, y);
  }
  cmp(result, first_int);
  jb(slow(), T_NEAR);
  jmp(done, T_NEAR);
  L(floats);
  number_as_double(x, xmm0, scratch);
  number_as_double(y, xmm1, scratch);
  if (operation == kAdd) addsd(xmm0, xmm1);
  if (operation == kSubtract) subsd(xmm0, xmm1);
  if (operation == kMultiply) mulsd(xmm0, xmm1);
  movq(result, xmm0);
  add(result, double_offset);
  L(done);
  store(pc_->a, result);
  return true;
}

// What else there is is C++'s, but for instances, whose methods run as frames; small ints may come as well.
bool FormCompiler::arithmetic_of_others(Op op) {
  const unsigned number = static_cast<unsigned>(op) - static_cast<unsigned>(Op::ADD_RR);
  const unsigned operation = number / kForms, form = number % kForms;
  const Operand left{form == 2, pc_->b}, right{form == 1 || form == 4, pc_->c};
  const Reg64 x = load(left), y = load(right);
  Label others, call, done;
  if (operation <= kMultiply || (operation >= kAnd && operation <= kXor)) {
    const Reg64 result = take(), other = take();
    mov(result, x);
    and_(result, y);
    cmp(result, first_int);
    jb(others, T_NEAR);
    lea(result, ptr[x + double_offset * 2]);
    lea(other, ptr[y + double_offset * 2]);
    switch (operation) {
      case kAdd: add(result, other); break;
      case kSubtract: sub(result, other); break;
      case kMultiply:
        imul(result, other);
        jo(others, T_NEAR);
        break;
      case kAnd: and_(result, other); break;
      case kOr: or_(result, other); break;
      default: xor_(result, other); break;
    }
    add(result, int_bias);
    cmp(result, first_int);
    jb(others, T_NEAR);
    mov(rax, result);
    jmp(done, T_NEAR);
  }
  L(others);
  test(x, pointer_mask);
  jne(call);
  cmp(word[x + OFFSET(Object, kind)], static_cast<int>(Kind::Object));
  je(elsewhere(), T_NEAR);
  L(call);
  mov(rsi, x);
  mov(rdx, y);
  save();
  mov(rdi, thread);
  call_cpp(reinterpret_cast<const void*>(general_function(op)), true);
  L(done);
  store_result();
  return true;
}

bool FormCompiler::inverted() {
  const Reg64 x = expect_int({false, pc_->b});
  const Reg64 result = take();
  lea(result, ptr[x + double_offset * 2]);
  not_(result);
  add(result, int_bias);
  store(pc_->a, result, Fact::Int);
  return true;
}

bool FormCompiler::negative() {
  const Operand operand{false, pc_->b};
  if (fact_of(operand) == Fact::Double || form_.met[at_] == Met::Floats) {
    const Xmm x = expect_double(operand);
    const Xmm result = take_floating();
    const Reg64 sign = take();
    mov(sign, uint64_t{1} << 63);
    movq(result, sign);
    xorpd(result, x);
    store_double(pc_->a, result);
    return true;
  }
  const Reg64 x = expect_int(operand);
  const Reg64 result = take();
  lea(result, ptr[x + double_offset * 2]);
  neg(result);
  add(result, int_bias);
  cmp(result, first_int);
  jb(slow(), T_NEAR);
  store(pc_->a, result, Fact::Int);
  return true;
}

// --- Comparisons ---

bool FormCompiler::comparison(Op op) {
  const unsigned form = comparison_form(op);
  const bool is_jump = form >= 2;
  const CompareOp condition = comparison_of(op);
  const Operand left{false, is_jump ? pc_->a : pc_->b};
  const Operand right{form % 2 != 0, is_jump ? pc_->b : pc_->c};
  const uint32_t target = is_jump ? target_of(at_) : 0;
  if (form_.met[at_] == Met::Strings) return equality_of_strings(condition, form, left, right, target);
  if (right.is_constant && fact_of(right) == Fact::Nothing) return false;
  if (form_.met[at_] == Met::Several) return is_jump && comparison_of_several(condition, form < 4, left, right, target);
  if (fact_of(left) == Fact::Shape || fact_of(right) == Fact::Shape) return false;
  if (expects_floats(left, right)) {
    const Xmm x = expect_double(left);
    const Xmm y = expect_double(right);
    if (!is_jump) return false;
    jump_on_doubles(condition, form < 4, target, x, y);
    return true;
  }
  const Reg64 x = expect_int(left);
  if (right.is_constant) {
    cmp(x, constant_at(right.number));
  } else {
    cmp(x, expect_int(right));
  }
  if (is_jump) {
    jump_on_ints(condition, form < 4, target);
  } else {
    store_condition(condition);
  }
  return true;
}

namespace {

bool are_equal(const Str* left, const Str* right) { return equal(left, right); }

}  // namespace

bool FormCompiler::equality_of_strings(CompareOp condition, unsigned form, Operand left, Operand right, uint32_t target) {
  if (condition != CompareOp::Equal && condition != CompareOp::NotEqual) return false;
  const Reg64 x = load(left), y = load(right);
  Label decided;
  for (const Operand operand : {left, right}) {
    if (operand.is_constant) {
      if (!is_exact_str(constant(operand.number))) return false;
      continue;
    }
    const Reg64 value = load(operand.number);
    unless_pointer(value);
    cmp(dword[value + OFFSET(Object, shape)], shape_of_kind(Kind::Str));
    jne(slow(), T_NEAR);
  }
  mov(rdi, x);
  mov(rsi, y);
  mov(eax, 1);
  cmp(rdi, rsi);
  je(decided);
  call_cpp(reinterpret_cast<const void*>(are_equal), false);
  L(decided);
  load_fixed_registers(*this);
  cmp(al, 1);
  if (form < 2) {
    locked_ = 0;
    store_condition(condition);
  } else {
    jump_on_ints(condition, form < 4, target);
  }
  return true;
}

// Ints as well as floats; a double holds every small int.
bool FormCompiler::comparison_of_several(CompareOp condition, bool if_result, Operand left, Operand right, uint32_t target) {
  const Reg64 x = load(left), y = load(right), scratch = take();
  const Xmm a = take_floating(), b = take_floating();
  number_as_double(x, a, scratch);
  number_as_double(y, b, scratch);
  jump_on_doubles(condition, if_result, target, a, b);
  return true;
}

void FormCompiler::jump_on_ints(CompareOp condition, bool if_result, uint32_t target) {
  static constexpr CompareOp opposites[] = {CompareOp::GreaterEqual, CompareOp::Greater, CompareOp::NotEqual,
                                            CompareOp::Equal, CompareOp::LessEqual, CompareOp::Less};
  if (!if_result) condition = opposites[static_cast<unsigned>(condition)];
  const bool is_back = target <= at_;
  Label no;
  if (is_back) condition = opposites[static_cast<unsigned>(condition)];
  Label& to = is_back ? no : label_of(target);
  const LabelType near = is_back ? T_AUTO : T_NEAR;
  switch (condition) {
    case CompareOp::Less: jb(to, near); break;
    case CompareOp::LessEqual: jbe(to, near); break;
    case CompareOp::Equal: je(to, near); break;
    case CompareOp::NotEqual: jne(to, near); break;
    case CompareOp::Greater: ja(to, near); break;
    case CompareOp::GreaterEqual: jae(to, near); break;
  }
  if (is_back) {
    jump_to(target);
    L(no);
  }
}

// Nothing is less than, or equal to, a NaN.
void FormCompiler::jump_on_doubles(CompareOp condition, bool if_result, uint32_t target, Xmm left, Xmm right) {
  Label yes, no;
  const bool is_swapped = condition == CompareOp::Less || condition == CompareOp::LessEqual;
  ucomisd(is_swapped ? right : left, is_swapped ? left : right);
  Label& if_holds = if_result ? yes : no;
  Label& otherwise = if_result ? no : yes;
  switch (condition) {
    case CompareOp::Less:
    case CompareOp::Greater: ja(if_holds, T_NEAR); break;
    case CompareOp::LessEqual:
    case CompareOp::GreaterEqual: jae(if_holds, T_NEAR); break;
    case CompareOp::Equal:
      jp(otherwise, T_NEAR);
      je(if_holds, T_NEAR);
      break;
    case CompareOp::NotEqual:
      jp(if_holds, T_NEAR);
      jne(if_holds, T_NEAR);
      break;
  }
  if (if_result) {
    jmp(no);
    L(yes);
    jump_to(target);
    L(no);
  } else {
    L(yes);
    jump_to(target);
    L(no);
  }
}

// The flags are those of the comparison.
void FormCompiler::store_condition(CompareOp condition) {
  const Reg64 result = take();
  switch (condition) {
    case CompareOp::Less: setb(result.cvt8()); break;
    case CompareOp::LessEqual: setbe(result.cvt8()); break;
    case CompareOp::Equal: sete(result.cvt8()); break;
    case CompareOp::NotEqual: setne(result.cvt8()); break;
    case CompareOp::Greater: seta(result.cvt8()); break;
    case CompareOp::GreaterEqual: setae(result.cvt8()); break;
  }
  movzx(result.cvt32(), result.cvt8());
  add(result, static_cast<int>(False.bits()));
  store(pc_->a, result);
}

}  // namespace minipy::jit

#endif
