// Jumps and loops.
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/gc_large.h"

namespace minipy::jit {

namespace {

// The first word of an iterator that only a loop knows.
uint64_t header_of_iterator(Kind kind, size_t scanned_bytes) {
  Object header;
  initialize_header<Object>(&header, shape_of_kind(kind), kind,
                            scanned_bytes ? (scanned_bytes - sizeof(Object)) / sizeof(Value) : 0, Object::kNeverEscaped);
  return std::bit_cast<uint64_t>(header);
}

}  // namespace

bool FormCompiler::flow_template(Op op) {
  switch (op) {
    case Op::JUMP:
    case Op::JUMP_BACK:
      jump_to(target_of(at_));
      known_.clear();
      return true;
    case Op::JUMP_IF_TRUE: return jump_on_truth(true);
    case Op::JUMP_IF_FALSE: return jump_on_truth(false);
    case Op::JUMP_IF_NONE:
    case Op::JUMP_IF_NOT_NONE:
      cmp(load(pc_->a), static_cast<int>(None.bits()));
      jump_if_equal(op == Op::JUMP_IF_NONE, target_of(at_));
      return true;
    case Op::JUMP_IF_SAME:
    case Op::JUMP_IF_NOT_SAME:
      cmp(load(pc_->a), load(pc_->b));
      jump_if_equal(op == Op::JUMP_IF_SAME, target_of(at_));
      return true;
    case Op::IS:
    case Op::IS_NOT:
      cmp(load(pc_->b), load(pc_->c));
      store_condition(op == Op::IS ? CompareOp::Equal : CompareOp::NotEqual);
      return true;
    case Op::NOT: {
      const Reg64 operand = load(pc_->b), result = take();
      lea(result, ptr[operand - static_cast<int>(False.bits())]);
      cmp(result, 1);
      ja(slow(), T_NEAR);
      xor_(result, 1);
      add(result, static_cast<int>(False.bits()));
      store(pc_->a, result);
      return true;
    }
    case Op::GET_ITERATOR: return get_iterator();
    case Op::RANGE_ITERATOR: return range_iterator();
    case Op::FOR_RANGE: return for_range();
    case Op::FOR_LIST: return for_sequence(true);
    case Op::FOR_TUPLE: return for_sequence(false);
    default: return false;
  }
}

// Going back is where loops can be interrupted.
void FormCompiler::jump_to(uint32_t target) {
  if (target <= at_) {
    SafePoint& safe_point = safe_points_.emplace_back();
    safe_point.word = target;
    cmp(dword[thread + OFFSET(Thread, pending)], 0);
    jne(safe_point.label, T_NEAR);
  }
  jmp(label_of(target), T_NEAR);
}

void FormCompiler::jump_if_equal(bool if_equal, uint32_t target) {
  jump_on_ints(CompareOp::Equal, if_equal, target);
}

bool FormCompiler::jump_on_truth(bool if_true) {
  const Operand operand{false, pc_->a};
  const uint32_t target = target_of(at_);
  const Reg64 value = load(pc_->a);
  if (fact_of(operand) == Fact::Int) {
    cmp(value, int_bias);
    jump_if_equal(!if_true, target);
    return true;
  }
  Label jumps, stays;
  cmp(value, static_cast<int>(True.bits()));
  je(if_true ? jumps : stays, T_NEAR);
  cmp(value, static_cast<int>(False.bits()));
  je(if_true ? stays : jumps, T_NEAR);
  cmp(value, static_cast<int>(None.bits()));
  je(if_true ? stays : jumps, T_NEAR);
  // Small ints; zero is false.
  Label other;
  cmp(value, first_int);
  jb(other);
  cmp(value, int_bias);
  je(if_true ? stays : jumps, T_NEAR);
  jmp(if_true ? jumps : stays, T_NEAR);
  L(other);
  locked_ |= 1u << rax.getIdx();
  known_.give_up_general(rax.getIdx());
  if (value.getIdx() != rax.getIdx()) mov(rax, value);
  const Reg64 routine = take();
  mov(routine, reinterpret_cast<size_t>(truth_routine));
  call(routine);
  cmp(eax, 1);
  ja(elsewhere(), T_NEAR);
  jne(if_true ? stays : jumps, T_NEAR);
  if (!if_true) jmp(stays, T_NEAR);
  L(jumps);
  jump_to(target);
  L(stays);
  return true;
}

// --- Loops: their end is the handlers' ---

// Of a list or tuple; RANGE_ITERATOR does the same for a range. The iterator's cell is the collector's next free one.
bool FormCompiler::get_iterator() {
  const Reg64 container = load(pc_->b), shape = take(), iterator = take(), list = take(), header = take();
  static_assert(sizeof(ListIterator) == sizeof(TupleIterator));
  Label known;
  unless_pointer(container);
  mov(shape.cvt32(), dword[container + OFFSET(Object, shape)]);
  mov(header, header_of_iterator(Kind::ListIterator, sizeof(ListIterator)));
  cmp(shape.cvt32(), shape_of_kind(Kind::List));
  je(known);
  cmp(shape.cvt32(), shape_of_kind(Kind::Tuple));
  jne(elsewhere(), T_NEAR);
  mov(header, header_of_iterator(Kind::TupleIterator, sizeof(TupleIterator)));
  L(known);
  release(shape);
  take_cell(gc_free_objects(sizeof(ListIterator)), iterator, list, header);
  mov(ptr[iterator + OFFSET(ListIterator, list)], container);
  store(pc_->a, iterator);
  return true;
}

// range(stop) or range(start, stop) of small ints.
bool FormCompiler::range_iterator() {
  if (pc_->c > 2) return false;
  const uint32_t callable = pc_->b - 1u, target = pc_[3].a;
  const Value range = &type_of_kind(Kind::Range);
  expect_same(load(callable), range.bits());
  const Reg64 first = pc_->c == 2 ? expect_int({false, pc_->b}) : Reg64();
  const Reg64 stop = expect_int({false, pc_->b + pc_->c - 1u});
  const Reg64 iterator = take(), list = take(), word = take();
  mov(word, header_of_iterator(Kind::RangeIterator, 0));
  take_cell(gc_free_leaves(sizeof(RangeIterator)), iterator, list, word);
  if (pc_->c == 2) {
    lea(word, ptr[first + double_offset * 2]);
    mov(ptr[iterator + OFFSET(RangeIterator, next)], word);
    mov(word, stop);
    sub(word, first);
  } else {
    mov(qword[iterator + OFFSET(RangeIterator, next)], 0);
    lea(word, ptr[stop + double_offset * 2]);
  }
  mov(qword[iterator + OFFSET(RangeIterator, step)], 1);
  xor_(list.cvt32(), list.cvt32());
  test(word, word);
  cmovs(word, list);
  mov(ptr[iterator + OFFSET(RangeIterator, left)], word);
  mov(ptr[iterator + OFFSET(RangeIterator, count)], word);
  store(target, iterator, Fact::Shape, shape_of_kind(Kind::RangeIterator));
  jmp(label_of(at_ + kWordsOfRangeIterator), T_NEAR);
  known_.clear();
  return true;
}

bool FormCompiler::for_range() {
  const Reg64 range = expect_shape(pc_->b, shape_of_kind(Kind::RangeIterator));
  const Reg64 left = take(), item = take(), next = take();
  mov(left, ptr[range + OFFSET(RangeIterator, left)]);
  test(left, left);
  jle(elsewhere(), T_NEAR);
  mov(next, ptr[range + OFFSET(RangeIterator, next)]);
  lea(item, ptr[next + int_bias]);
  cmp(item, first_int);
  jb(slow(), T_NEAR);
  dec(left);
  mov(ptr[range + OFFSET(RangeIterator, left)], left);
  add(next, ptr[range + OFFSET(RangeIterator, step)]);
  mov(ptr[range + OFFSET(RangeIterator, next)], next);
  store(pc_->a, item, Fact::Int);
  return true;
}

bool FormCompiler::for_sequence(bool is_list) {
  const Reg64 iterator = expect_shape(pc_->b, shape_of_kind(is_list ? Kind::ListIterator : Kind::TupleIterator));
  const Reg64 sequence = take(), position = take(), item = take();
  static_assert(OFFSET(ListIterator, list) == OFFSET(TupleIterator, tuple));
  static_assert(OFFSET(ListIterator, position) == OFFSET(TupleIterator, position));
  mov(sequence, ptr[iterator + OFFSET(ListIterator, list)]);
  test(sequence, sequence);
  je(elsewhere(), T_NEAR);
  mov(position, ptr[iterator + OFFSET(ListIterator, position)]);
  cmp(position, ptr[sequence + (is_list ? OFFSET(List, size) : OFFSET(Tuple, size))]);
  jae(elsewhere(), T_NEAR);
  if (is_list) {
    mov(item, ptr[sequence + OFFSET(List, buffer)]);
    mov(item, ptr[item + position * 8 + OFFSET(ValueBuffer, items)]);
  } else {
    mov(item, ptr[sequence + position * 8 + OFFSET(Tuple, items)]);
  }
  inc(position);
  mov(ptr[iterator + OFFSET(ListIterator, position)], position);
  store(pc_->a, item);
  return true;
}

}  // namespace minipy::jit

#endif
