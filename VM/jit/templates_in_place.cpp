// Instructions that a function of C++ does, called where they stand: cheaper than leaving to a handler and coming back,
// and what is known of Python's registers stays known.
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/protocol.h"
#include "Objects/slot_trampolines.h"
#include "VM/fast_paths.h"
#include "VM/loop_iterators.h"
#include "VM/native_calls.h"
#include "VM/operators.h"
#include "VM/rare.h"
#include "VM/run.h"

namespace minipy::jit {
namespace {

// An answer for "the handler has to do it": nothing has happened. No Value is like it. Empty is for what has raised.
constexpr Value kLeft{0x1a};

using InPlace = Value (*)(Thread* thread, Value* registers, Word* pc);

// Its special methods may be Python's, which run as frames of their own.
bool is_instance(Value value) { return value.is_object() && value.object()->kind == Kind::Object; }

Value build_tuple(Thread*, Value* registers, Word* pc) { return make_tuple(&registers[pc->b], pc->c); }
Value build_list(Thread*, Value* registers, Word* pc) { return make_list(&registers[pc->b], pc->c); }

template <bool wanted>
Value contains_item(Thread* thread, Value* registers, Word* pc) {
  const Value container = registers[pc->c];
  if (is_instance(container)) return kLeft;
  const Result<bool> result = has_item(*thread, container, registers[pc->b]);
  return result.failed() ? Value() : Value::from_bool(result.value() == wanted);
}

Value change_subscript(Thread* thread, Value* registers, Word* pc) {
  const Value container = registers[pc->a];
  if (is_instance(container)) return kLeft;
  return store_item(*thread, container, registers[pc->b], registers[pc->c]).failed() ? Value() : None;
}

// A descriptor of C++ that the cache knows.
Value load_by_descriptor(Thread* thread, Value* registers, Word* pc) {
  const Value object = registers[pc->b], descriptor = Value(pc[2].bits);
  if (!object.is_object() || cache_key(*object.object()) != pc[1].bits) return kLeft;
  return type_of(descriptor).slots.get_descriptor(*thread, descriptor, object, &type_of(object));
}

Value fill_cell(Thread*, Value* registers, Word* pc) { return make_cell(registers[pc->a]); }

template <Status (*rare)(Thread&, Frame&, Value*, uint32_t)>
Value do_rare(Thread* thread, Value* registers, Word* pc) {
  return rare(*thread, *frame_of(registers), &registers[pc->a], static_cast<uint32_t>(pc->wide)).failed() ? Value() : None;
}

InPlace rare_in_place(Op op) {
  switch (op) {
#define INSTRUCTION(name, words, destination, what)
#define RARE(name) \
  case Op::name: return do_rare<rare_##name>;
#include "VM/instructions.def"
    default: return nullptr;
  }
}

// --- Calls of what is written in C++, with positional arguments ---

Value call_by_position(Thread* thread, Value* registers, Word* pc) {
  Value* arguments = &registers[pc->b];
  const Value callable = arguments[-1];
  if (!callable.is_object() || thread->pending.load(std::memory_order_relaxed)) return kLeft;
  if (callable.object()->kind == Kind::BuiltinFunction) return call_native(*thread, pc, arguments, pc->c);
  if (callable.object()->kind != Kind::Type) return kLeft;
  Type& type = *callable.as<Type>();
  if (type.has(Type::kHeapType) || &type.type() != &type_of_kind(Kind::Type)) return kLeft;
  return type.type().slots.call(*thread, &type, arguments, pc->c, Value());
}

Value call_method_by_position(Thread* thread, Value* registers, Word* pc) {
  Value* arguments = &registers[pc->b + 1];
  const Value callable = arguments[-1];
  if (!callable.is_object() || thread->pending.load(std::memory_order_relaxed)) return kLeft;
  if (callable.object()->kind != Kind::MethodDescriptor) return kLeft;
  return call_native(*thread, pc, arguments, pc->c + size_t{1});
}

// --- Loops ---

template <Kind kind>
bool is_exactly(Value iterator) {
  return iterator.is_object() && iterator.object()->shape == shape_of_kind(kind);
}

// Asking an iterator that is exhausted once more might be noticed: the end is dealt with here.
Value next_of_other(Thread* thread, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  if (!iterator.is_object() || type_of(iterator).has(Type::kHeapType)) return kLeft;
  const Value item = next(*thread, iterator);
  if (item.is_unbound()) end_loop(registers[pc->b]);
  return item;
}

Value next_character(Thread*, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  Value item;
  return is_exactly<Kind::StrAsciiIterator>(iterator) && take_character(iterator, item) ? item : kLeft;
}

Value next_member(Thread*, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  Value key;
  return is_exactly<Kind::SetIterator>(iterator) && take_member(*iterator.as<SetIterator>(), key) ? key : kLeft;
}

template <Kind kind>
const DictEntry* next_entry(Value iterator) {
  return is_exactly<kind>(iterator) ? take_entry(*iterator.as<DictIterator>()) : nullptr;
}

Value next_key(Thread*, Value* registers, Word* pc) {
  const DictEntry* const entry = next_entry<Kind::DictKeyIterator>(registers[pc->b]);
  return entry ? entry->key : kLeft;
}
Value next_value(Thread*, Value* registers, Word* pc) {
  const DictEntry* const entry = next_entry<Kind::DictValueIterator>(registers[pc->b]);
  return entry ? entry->value : kLeft;
}

// Of pairs and triples the parts go to the targets of the instruction that takes them apart.
Value store_pair(Value* registers, const Word* pc, Value first, Value second) {
  registers[pc[2].a] = first;
  registers[pc[2].c] = second;
  return None;
}

Value next_dict_pair(Thread*, Value* registers, Word* pc) {
  const DictEntry* const entry = next_entry<Kind::DictItemIterator>(registers[pc->b]);
  return entry ? store_pair(registers, pc, entry->key, entry->value) : kLeft;
}

Value next_numbered_pair(Thread*, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  Value number, item;
  if (!is_exactly<Kind::Enumerate>(iterator) || !take_numbered(*iterator.as<Enumerate>(), number, item)) return kLeft;
  return store_pair(registers, pc, number, item);
}

Value next_zip_pair(Thread*, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  Value items[2];
  if (!is_exactly<Kind::Zip>(iterator) || !take_zipped(*iterator.as<Zip>(), items)) return kLeft;
  return store_pair(registers, pc, items[0], items[1]);
}

Value next_zip_triple(Thread*, Value* registers, Word* pc) {
  const Value iterator = registers[pc->b];
  Value items[3];
  if (!is_exactly<Kind::Zip>(iterator) || !take_zipped(*iterator.as<Zip>(), items)) return kLeft;
  store_pair(registers, pc, items[0], items[1]);
  registers[pc[3].bits] = items[2];
  return None;
}

}  // namespace

// The answer is in rax.
void FormCompiler::do_in_place(const void* function) {
  save();
  mov(rdx, rax);
  mov(rdi, thread);
  mov(rsi, fp);
  call_cpp(function, true);
  cmp(rax, static_cast<int>(kLeft.bits()));
  je(elsewhere(), T_NEAR);
}

// The item that an iterator of a list or tuple stands at, without moving on; else to `other`.
void FormCompiler::peek(Reg64 iterator, Reg64 item, Reg64 scratch, Label& other) {
  static_assert(OFFSET(ListIterator, list) == OFFSET(TupleIterator, tuple));
  static_assert(OFFSET(ListIterator, position) == OFFSET(TupleIterator, position));
  Label is_tuple, done;
  mov(scratch, ptr[iterator + OFFSET(ListIterator, list)]);
  cmp(dword[iterator + OFFSET(Object, shape)], shape_of_kind(Kind::ListIterator));
  jne(is_tuple);
  test(scratch, scratch);
  je(other, T_NEAR);
  mov(item, ptr[iterator + OFFSET(ListIterator, position)]);
  cmp(item, ptr[scratch + OFFSET(List, size)]);
  jae(other, T_NEAR);
  mov(scratch, ptr[scratch + OFFSET(List, buffer)]);
  mov(item, ptr[scratch + item * 8 + OFFSET(ValueBuffer, items)]);
  jmp(done);
  L(is_tuple);
  cmp(dword[iterator + OFFSET(Object, shape)], shape_of_kind(Kind::TupleIterator));
  jne(other, T_NEAR);
  test(scratch, scratch);
  je(other, T_NEAR);
  mov(item, ptr[iterator + OFFSET(TupleIterator, position)]);
  cmp(item, ptr[scratch + OFFSET(Tuple, size)]);
  jae(other, T_NEAR);
  mov(item, ptr[scratch + item * 8 + OFFSET(Tuple, items)]);
  L(done);
}

void FormCompiler::store_parts(Reg64 first, Reg64 second) {
  mov(register_at(pc_[2].a), first);
  mov(register_at(pc_[2].c), second);
  constexpr uint32_t kWordsOfLoopAndUnpack = 3;
  jmp(label_of(at_ + kWordsOfLoopAndUnpack), T_NEAR);
}

// enumerate() of a list or tuple.
void FormCompiler::next_numbered(Label& other) {
  const Reg64 enumerate = expect_shape(pc_->b, shape_of_kind(Kind::Enumerate));
  const Reg64 iterator = take(), item = take(), number = take(), scratch = take();
  mov(iterator, ptr[enumerate + OFFSET(Enumerate, iterator)]);
  peek(iterator, item, scratch, other);
  mov(number, ptr[enumerate + OFFSET(Enumerate, count)]);
  cmp(number, first_int);
  jb(other, T_NEAR);
  lea(scratch, ptr[number + 1]);
  test(scratch, scratch);
  je(other, T_NEAR);
  mov(ptr[enumerate + OFFSET(Enumerate, count)], scratch);
  inc(qword[iterator + OFFSET(ListIterator, position)]);
  store_parts(number, item);
}

// zip() of two different iterators of lists or tuples.
void FormCompiler::next_zipped(Label& other) {
  const Reg64 zip = expect_shape(pc_->b, shape_of_kind(Kind::Zip));
  const Reg64 first = take(), second = take(), scratch = take();
  mov(scratch, ptr[zip + OFFSET(Zip, iterators)]);
  release(zip);
  cmp(qword[scratch + OFFSET(Tuple, size)], 2);
  jne(other, T_NEAR);
  mov(first, ptr[scratch + OFFSET(Tuple, items)]);
  mov(second, ptr[scratch + OFFSET(Tuple, items) + 8]);
  cmp(first, second);
  je(other, T_NEAR);
  const Reg64 item = take(), other_item = take();
  peek(first, item, scratch, other);
  peek(second, other_item, scratch, other);
  inc(qword[first + OFFSET(ListIterator, position)]);
  inc(qword[second + OFFSET(ListIterator, position)]);
  store_parts(item, other_item);
}

// Unless the caches say that Python code is called.
bool FormCompiler::may_be_native(uint32_t callable) const {
  const Value likely = likely_[callable];
  if (!likely.is_object()) return true;
  const Kind kind = likely.object()->kind;
  if (kind == Kind::Type) return !likely.as<minipy::Type>()->has(minipy::Type::kHeapType);
  return kind == Kind::BuiltinFunction || kind == Kind::MethodDescriptor;
}

// min() and max() of a few small ints; false if something else is called here.
bool FormCompiler::extreme_of_ints(Label& others, Label& done) {
  constexpr uint32_t kMost = 4;
  const Value likely = likely_[pc_->b - 1u];
  if (!has_kind(likely, Kind::BuiltinFunction) || pc_->c < 2 || pc_->c > kMost) return false;
  const bool is_max = is_builtin_function(*likely.as<BuiltinFunction>(), "max");
  if (!is_max && !is_builtin_function(*likely.as<BuiltinFunction>(), "min")) return false;
  expect_same(load(pc_->b - 1u), likely.bits());
  const Reg64 extreme = take();
  mov(extreme, load(pc_->b));
  cmp(extreme, first_int);
  jb(others, T_NEAR);
  for (uint32_t i = 1; i < pc_->c; ++i) {
    const Reg64 next = load(pc_->b + i);
    cmp(next, first_int);
    jb(others, T_NEAR);
    cmp(next, extreme);
    if (is_max) cmova(extreme, next);
    if (!is_max) cmovb(extreme, next);
    release(next);
  }
  mov(rax, extreme);
  jmp(done, T_NEAR);
  return true;
}

bool FormCompiler::call_in_place() {
  if (!may_be_native(pc_->b - 1u)) return false;
  Label others, done;
  extreme_of_ints(others, done);
  L(others);
  do_in_place(reinterpret_cast<const void*>(call_by_position));
  L(done);
  store_result();
  return true;
}

bool FormCompiler::in_place_template(Op op) {
  const auto with_result = [&](InPlace function) {
    do_in_place(reinterpret_cast<const void*>(function));
    store_result();
    return true;
  };
  const auto without_result = [&](InPlace function) {
    do_in_place(reinterpret_cast<const void*>(function));
    return true;
  };
  // The loop goes on behind what would take the parts apart.
  const auto with_parts = [&](InPlace function, uint32_t words_of_unpack) {
    do_in_place(reinterpret_cast<const void*>(function));
    constexpr uint32_t kWordsOfLoop = 2;
    jmp(label_of(at_ + kWordsOfLoop + words_of_unpack), T_NEAR);
    known_.clear();
    return true;
  };
  switch (op) {
    case Op::BUILD_TUPLE: return with_result(build_tuple);
    case Op::BUILD_LIST: return with_result(build_list);
    case Op::MAKE_CELL: return with_result(fill_cell);
    case Op::CONTAINS: return with_result(contains_item<true>);
    case Op::NOT_CONTAINS: return with_result(contains_item<false>);
    case Op::STORE_SUBSCRIPT: return without_result(change_subscript);
    case Op::LOAD_ATTRIBUTE_DESCRIPTOR: return with_result(load_by_descriptor);
    case Op::CALL: return call_in_place();
    case Op::CALL_METHOD: return may_be_native(pc_->b) && with_result(call_method_by_position);
    case Op::FOR_STR: return with_result(next_character);
    case Op::FOR_SET: return with_result(next_member);
    case Op::FOR_DICT_KEYS: return with_result(next_key);
    case Op::FOR_DICT_VALUES: return with_result(next_value);
    case Op::FOR_DICT_PAIR: return with_parts(next_dict_pair, 1);
    case Op::FOR_ENUMERATE_PAIR: {
      Label other;
      next_numbered(other);
      L(other);
      return with_parts(next_numbered_pair, 1);
    }
    case Op::FOR_ZIP_PAIR: {
      Label other;
      next_zipped(other);
      L(other);
      return with_parts(next_zip_pair, 1);
    }
    case Op::FOR_ZIP_TRIPLE: return with_parts(next_zip_triple, 2);
    case Op::FOR_OTHER:
      do_in_place(reinterpret_cast<const void*>(next_of_other));
      cmp(rax, static_cast<int>(Unbound.bits()));
      je(label_of(target_of(at_)), T_NEAR);
      store_result();
      return true;
    default: break;
  }
  if (const InPlace rare = rare_in_place(op)) {
    do_in_place(reinterpret_cast<const void*>(rare));
    known_.clear();  // it may change all registers from the base on
    return true;
  }
  return is_arithmetic(op) && arithmetic_of_others(op);
}

}  // namespace minipy::jit

#endif
