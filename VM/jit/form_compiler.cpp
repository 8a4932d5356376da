#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/type.h"
#include "VM/operators.h"

namespace minipy::jit {
namespace {

constexpr uint8_t instruction_words[] = {
#define INSTRUCTION(name, words, destination, what) words,
#include "VM/instructions.def"
};

const uint8_t general_pool[] = {0, 3, 5, 9, 10, 11};  // rax, rbx, rbp, r9 to r11
constexpr unsigned kFirstFloating = 2, kFloatings = 14;  // xmm0 and xmm1 are for templates

}  // namespace

FormCompiler::FormCompiler(Form& form, const Function& function, void* buffer, size_t size)
    : Assembler(size, buffer),
      form_(form),
      function_(function),
      is_target_(form.word_count),
      entries_(form.word_count),
      places_by_word_(form.word_count),
      likely_(form.register_count) {}

uint32_t FormCompiler::target_of(uint32_t at) const {
  const Word* pc = form_.words + at;
  const Op op = static_cast<Op>(pc->op);
  switch (op) {
    case Op::JUMP:
    case Op::JUMP_BACK:
    case Op::JUMP_IF_TRUE:
    case Op::JUMP_IF_FALSE:
    case Op::JUMP_IF_NONE:
    case Op::JUMP_IF_NOT_NONE: return at + pc->wide;
    case Op::JUMP_IF_SAME:
    case Op::JUMP_IF_NOT_SAME:
    case Op::SEND: return at + static_cast<uint32_t>(pc[1].bits);
    default: break;
  }
  if (is_for_iterator(op) || (is_comparison(op) && comparison_form(op) >= 2)) return at + static_cast<uint32_t>(pc[1].bits);
  return UINT32_MAX;
}

void FormCompiler::find_targets() {
  for (uint32_t at = 0; at < form_.word_count; at += instruction_words[form_.words[at].op]) {
    const uint32_t target = target_of(at);
    if (target < form_.word_count) is_target_[target] = 1;
    if (static_cast<Op>(form_.words[at].op) == Op::RANGE_ITERATOR) is_target_[at + kWordsOfRangeIterator] = 1;
    // Pairs and triples that are never made: the loop goes on behind the instruction that takes them apart.
    if (is_for_iterator(static_cast<Op>(form_.words[at].op)) && form_.words[at].c) {
      const uint32_t unpack = at + instruction_words[form_.words[at].op];
      const uint32_t behind = unpack + instruction_words[form_.words[unpack].op];
      if (behind < form_.word_count) is_target_[behind] = 1;
    }
  }
  for (uint32_t i = 0; i < form_.handler_count; ++i) is_target_[form_.handlers[i].target] = 1;
}

bool FormCompiler::compile() {
  find_targets();
  for (at_ = 0; at_ < form_.word_count; at_ += instruction_words[form_.words[at_].op]) {
    pc_ = form_.words + at_;
    if (is_target_[at_]) {
      known_.clear();
      std::fill(likely_.begin(), likely_.end(), Value());
    }
    Place*& place = places_by_word_[at_];
    if (!place) place = &places_.emplace_back();
    place_ = place;
    place_->word = at_;
    place_->known = known_;
    place_->is_entered = comes_back_behind_;
    entries_[at_] = static_cast<uint32_t>(getSize());
    if (is_target_[at_] || !known_.is_empty()) L(place_->start);
    locked_ = locked_floating_ = 0;
    comes_back_behind_ = false;
    instruction();
    if (Xbyak::GetError() || is_out_of_registers_) return false;
  }
  exits();
  return Xbyak::GetError() == 0;
}

void FormCompiler::instruction() {
  const Op op = static_cast<Op>(pc_->op);
  const bool has_other_template = op == Op::SUBSCRIPT_RR || op == Op::SUBSCRIPT_RK;
  if (form_.met[at_] != Met::Other || has_other_template) {
    if (number_template(op) || object_template(op) || call_template(op) || generator_template(op) || flow_template(op)) return;
    locked_ = locked_floating_ = 0;
  }
  if (!in_place_template(op)) leave_to_handler();
}

// Instructions change into other forms of themselves: the handler is that of the present form.
void FormCompiler::leave_to_handler() {
  point_at(at_);
  jump_to_handler();
  comes_back_behind_ = true;
  known_.clear();
}

void FormCompiler::point_at(uint32_t at) {
  if (at) add(words, static_cast<int>(at * sizeof(Word)));
}

void FormCompiler::jump_to_handler() {
  movzx(eax, word[words]);
  mov(rbx, reinterpret_cast<size_t>(machine_code_handlers));
  jmp(ptr[rbx + rax * 8]);
}

Label& FormCompiler::label_of(uint32_t at) {
  Place*& place = places_by_word_[at];
  if (!place) place = &places_.emplace_back();
  return place->start;
}

// --- Behind the code ---

void FormCompiler::exits() {
  for (Place& place : places_) {
    if (place.known.is_empty()) continue;
    if (place.is_entered) {
      reload(place);
    } else {
      place.is_done_elsewhere = true;
    }
  }
  Label failed, handler;
  for (Place& place : places_) {
    if (place.is_left) {
      L(place.slow);
      point_at(place.word);
      jmp(failed, T_NEAR);
    }
    if (place.has_raised) {
      L(place.raised);
      point_at(place.word);
      mov(rax, reinterpret_cast<size_t>(machine_code_error));
      jmp(rax);
    }
    if (place.is_done_elsewhere) {
      if (!place.known.is_empty() && !place.is_entered) entries_[place.word] = static_cast<uint32_t>(getSize());
      L(place.elsewhere);
      point_at(place.word);
      jmp(handler, T_NEAR);
    }
  }
  for (SafePoint& safe_point : safe_points_) {
    L(safe_point.label);
    point_at(safe_point.word);
    mov(rax, reinterpret_cast<size_t>(machine_code_handlers[static_cast<size_t>(Op::SAFE_POINT)]));
    jmp(rax);
  }
  L(failed);
  Label impatient;
  mov(rax, reinterpret_cast<size_t>(&form_.patience));
  dec(dword[rax]);
  je(impatient);
  L(handler);
  jump_to_handler();
  L(impatient);
  mov(rax, reinterpret_cast<size_t>(compile_again));
  jmp(rax);
}

// The entry in front of an instruction that relies on something: that is checked and loaded again. Where execution hardly
// ever comes in, the handler does the instruction.
void FormCompiler::reload(Place& place) {
  constexpr int lowest_address = 0x400000;  // below it nothing is mapped
  entries_[place.word] = static_cast<uint32_t>(getSize());
  place.is_left = true;
  if (place.known.epoch()) {
    compare_epoch(rax);
    jne(place.slow, T_NEAR);
  }
  for (const Known& known : place.known) {
    if (known.fact == Fact::Nothing) continue;
    mov(rax, register_at(known.number));
    if (known.fact == Fact::Int) {
      cmp(rax, first_int);
      jb(place.slow, T_NEAR);
    } else if (known.fact == Fact::Double) {
      sub(rax, double_offset);
      cmp(rax, double_limit);
      jae(place.slow, T_NEAR);
      if (known.floating >= 0) movq(Xmm(known.floating), rax);
    } else {
      // What was dead when the handler came back may be a word of a frame that was there before: a number.
      cmp(rax, lowest_address);
      jb(place.slow, T_NEAR);
      test(rax, pointer_mask);
      jne(place.slow, T_NEAR);
      cmp(dword[rax + OFFSET(Object, shape)], known.shape);
      jne(place.slow, T_NEAR);
    }
  }
  uint32_t loaded = 0;
  for (const Known& known : place.known) {
    if (known.general < 0) continue;
    if (loaded & (1u << known.general)) {  // the same value in two Python registers
      cmp(Reg64(known.general), register_at(known.number));
      jne(place.slow, T_NEAR);
    } else {
      mov(Reg64(known.general), register_at(known.number));
    }
    loaded |= 1u << known.general;
  }
  jmp(place.start, T_NEAR);
}

// --- Registers ---

Reg64 FormCompiler::take() {
  uint8_t index;
  if (__builtin_popcount(locked_) == std::size(general_pool)) {
    is_out_of_registers_ = true;
    release(rax);
  }
  do {
    index = general_pool[next_general_++ % std::size(general_pool)];
  } while (locked_ & (1u << index));
  locked_ |= 1u << index;
  known_.give_up_general(index);
  return Reg64(index);
}

Xmm FormCompiler::take_floating() {
  uint8_t index;
  do {
    index = static_cast<uint8_t>(kFirstFloating + next_floating_++ % kFloatings);
  } while (locked_floating_ & (1u << index));
  locked_floating_ |= 1u << index;
  known_.give_up_floating(index);
  return Xmm(index);
}

Reg64 FormCompiler::load(uint32_t number) {
  if (const Known* known = known_.find(number); known && known->general >= 0) {
    locked_ |= 1u << known->general;
    return Reg64(known->general);
  }
  const Reg64 copy = take();
  mov(copy, register_at(number));
  known_.about(number).general = static_cast<int8_t>(copy.getIdx());
  return copy;
}

Reg64 FormCompiler::load_constant(uint32_t number) {
  const Reg64 copy = take();
  mov(copy, constant_at(number));
  return copy;
}

// `value` must not be changed afterwards.
void FormCompiler::store(uint32_t number, Reg64 value, Fact fact, uint32_t shape) {
  mov(register_at(number), value);
  likely_[number] = Value();
  known_.forget(number);
  Known& known = known_.about(number);
  known.fact = fact;
  known.shape = shape;
  known.general = static_cast<int8_t>(value.getIdx());
}

void FormCompiler::store_double(uint32_t number, Xmm value) {
  const Reg64 boxed = take();
  movq(boxed, value);
  add(boxed, double_offset);
  store(number, boxed, Fact::Double);
  known_.about(number).floating = static_cast<int8_t>(value.getIdx());
}

void FormCompiler::store_value(uint32_t number, Value value) {
  keep(value);
  const Reg64 copy = take();
  mov(copy, value.bits());
  store(number, copy, value.is_int() ? Fact::Int : value.is_double() ? Fact::Double : Fact::Nothing);
  likely_[number] = value;
}

void FormCompiler::keep(Value value) {
  if (value.is_object()) values_.push_back(value);
}

// --- Expectations ---

Fact FormCompiler::fact_of(Operand operand) {
  if (operand.is_constant) {
    const Value value = constant(operand.number);
    return value.is_int() ? Fact::Int : value.is_double() ? Fact::Double : Fact::Nothing;
  }
  const Known* known = known_.find(operand.number);
  return known ? known->fact : Fact::Nothing;
}

Reg64 FormCompiler::expect_int(Operand operand) {
  const Reg64 value = load(operand);
  if (fact_of(operand) == Fact::Int) return value;
  cmp(value, first_int);
  jb(slow(), T_NEAR);
  if (!operand.is_constant) known_.about(operand.number).fact = Fact::Int;
  return value;
}

Xmm FormCompiler::expect_double(Operand operand) {
  if (operand.is_constant) {
    const Value value = constant(operand.number);
    const double number = value.is_int() ? static_cast<double>(value.as_int()) : value.as_double();
    const Xmm copy = take_floating();
    const Reg64 bits = take();
    mov(bits, std::bit_cast<uint64_t>(number));
    movq(copy, bits);
    return copy;
  }
  const Known* known = known_.find(operand.number);
  if (known && known->floating >= 0) {
    locked_floating_ |= 1u << known->floating;
    return Xmm(known->floating);
  }
  const bool is_known_int = known && known->fact == Fact::Int;
  const Reg64 value = load(operand.number);
  const Reg64 bits = take();
  const Xmm copy = take_floating();
  if (is_known_int) {
    mov(bits, value);
    sub(bits, int_bias);
    cvtsi2sd(copy, bits);
    return copy;
  }
  mov(bits, value);
  sub(bits, double_offset);
  if (fact_of(operand) != Fact::Double) {
    cmp(bits, double_limit);
    jae(slow(), T_NEAR);
  }
  movq(copy, bits);
  Known& now = known_.about(operand.number);
  now.fact = Fact::Double;
  now.floating = static_cast<int8_t>(copy.getIdx());
  return copy;
}

Reg64 FormCompiler::expect_shape(uint32_t number, uint32_t shape) {
  const Reg64 value = load(number);
  const Known* known = known_.find(number);
  if (known && known->fact == Fact::Shape && known->shape == shape) return value;
  unless_pointer(value);
  cmp(dword[value + OFFSET(Object, shape)], shape);
  jne(slow(), T_NEAR);
  Known& now = known_.about(number);
  now.fact = Fact::Shape;
  now.shape = shape;
  return value;
}

void FormCompiler::expect_epoch() {
  if (known_.epoch()) return;
  const Reg64 scratch = take();
  compare_epoch(scratch);
  jne(slow(), T_NEAR);
  release(scratch);
  known_.set_epoch();
}

void FormCompiler::compare_epoch(Reg64 scratch) {
  mov(scratch, reinterpret_cast<size_t>(&class_epoch));
  cmp(dword[scratch], class_epoch);
}

// The first argument (rdi) is the thread; the caller of this sets the others. The result is in rax. C++ keeps the
// registers from rbx on that its convention names, fp among them, and finds this instruction in the frame.
void FormCompiler::call_cpp(const void* function, bool may_raise) {
  mov(rax, reinterpret_cast<size_t>(function));
  sub(rsp, 8);  // as at the entry of a function, where handlers are entered
  call(rax);
  add(rsp, 8);
  load_fixed_registers(*this);
  known_.forget_copies(shape_of_kind(Kind::kCount));
  if (may_raise) {
    test(rax, rax);
    je(raised(), T_NEAR);
  }
}

void FormCompiler::save() {
  lea(rax, ptr[words + static_cast<int>(at_ * sizeof(Word))]);
  mov(ptr[fp + FRAME_FIELD(pc)], rax);
}

void FormCompiler::expect_nothing_pending() {
  cmp(dword[thread + OFFSET(Thread, pending)], 0);
  jne(elsewhere(), T_NEAR);
}

}  // namespace minipy::jit

#endif
