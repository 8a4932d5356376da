// Variables, attributes, items.
#include "VM/jit/jit.h"
#if MINIPY_TAIL_CALLS
#include "VM/jit/form_compiler.h"

#include "Objects/module_kinds.h"
#include "Objects/tuple_getter.h"
#include "Objects/type.h"
#include "VM/run.h"

namespace minipy::jit {
namespace {

constexpr int kWords = sizeof(Object);  // where an object's words begin
constexpr uint32_t kFirstShapeOfInstances = shape_of_kind(Kind::kCount);

int word_offset(uint64_t index) { return kWords + static_cast<int>(index * sizeof(Value)); }
int item_offset(uint64_t index) {
  return OFFSET(ValueBuffer, items) + static_cast<int>(index * sizeof(Value));
}

}  // namespace

bool FormCompiler::object_template(Op op) {
  if (form_.met[at_] == Met::Several && op < Op::LOAD_SUPER_METHOD) {
    return attribute_of_several(op < Op::STORE_ATTRIBUTE ? Op::LOAD_ATTRIBUTE
                                : op < Op::LOAD_METHOD   ? Op::STORE_ATTRIBUTE
                                                         : Op::LOAD_METHOD);
  }
  if (op >= Op::LOAD_ATTRIBUTE && op <= Op::LOAD_ATTRIBUTE_CLASS_DATA) return load_attribute(op);
  if (op >= Op::STORE_ATTRIBUTE && op <= Op::STORE_ATTRIBUTE_CLASS_ENTRY) return store_attribute(op);
  if (op >= Op::LOAD_METHOD && op <= Op::LOAD_SUPER_CACHED) return load_method(op);
  switch (op) {
    case Op::SUBSCRIPT_RR: return subscript({false, pc_->c});
    case Op::SUBSCRIPT_RK: return subscript({true, pc_->c});
    case Op::STORE_SUBSCRIPT: return store_subscript();
    case Op::MATCH_SEQUENCE: return match_sequence();
    case Op::GET_LEN:
      store(pc_->a + 1u, length_of(pc_->a), Fact::Int);
      return true;
    case Op::LIST_APPEND: return list_append();
    case Op::UNPACK_PAIR:
    case Op::UNPACK_TRIPLE: return unpack(op);
    default: return variable_template(op);
  }
}

bool FormCompiler::variable_template(Op op) {
  switch (op) {
    case Op::MOVE: {
      const Known* known = known_.find(pc_->b);
      const Fact fact = known ? known->fact : Fact::Nothing;
      const uint32_t shape = known ? known->shape : 0;
      store(pc_->a, load(pc_->b), fact, shape);
      return true;
    }
    case Op::LOAD_CONST: {
      const Value value = constant(static_cast<uint32_t>(pc_->wide));
      if (value.is_object()) {
        store(pc_->a, load_constant(static_cast<uint32_t>(pc_->wide)));
      } else {
        store_value(pc_->a, value);
      }
      return true;
    }
    case Op::CHECK_BOUND:
      if (fact_of({false, pc_->a}) != Fact::Nothing) return true;
      cmp(load(pc_->a), static_cast<int>(Unbound.bits()));
      je(slow(), T_NEAR);
      return true;
    case Op::LOAD_DEREF: {
      const Reg64 contents = take();
      mov(contents, ptr[load(pc_->b) + OFFSET(Cell, contents)]);
      cmp(contents, static_cast<int>(Unbound.bits()));
      je(slow(), T_NEAR);
      store(pc_->a, contents);
      return true;
    }
    case Op::STORE_DEREF: {
      const Reg64 cell = load(pc_->a);
      mov(ptr[cell + OFFSET(Cell, contents)], load(pc_->b));
      return true;
    }
    case Op::COPY_FREE_VARS:
      if (pc_->wide > 8) return false;
      copy_free_variables();
      return true;
    case Op::LOAD_GLOBAL_CACHED:
    case Op::LOAD_BUILTIN_CACHED: return load_global(op);
    default: return false;
  }
}

void FormCompiler::copy_free_variables() {
  const Reg64 closure = take();
  mov(closure, ptr[fp + FRAME_FIELD(function)]);
  mov(closure, ptr[closure + OFFSET(Function, closure)]);
  unless_pointer(closure);
  cmp(qword[closure + OFFSET(Tuple, size)], pc_->wide);
  jne(slow(), T_NEAR);
  for (int i = 0; i < pc_->wide; ++i) {
    const Reg64 cell = take();
    mov(cell, ptr[closure + OFFSET(Tuple, items) + i * static_cast<int>(sizeof(Value))]);
    store(pc_->a + static_cast<uint32_t>(i), cell);
    release(cell);
  }
}

// --- Names ---

void FormCompiler::expect_version(Reg64 dict, uint64_t version) {
  if (fits_32_bits(version)) {
    cmp(qword[dict + OFFSET(Dict, version)], static_cast<int>(version));
  } else {
    const Reg64 expected = take();
    mov(expected, version);
    cmp(ptr[dict + OFFSET(Dict, version)], expected);
    release(expected);
  }
  jne(slow(), T_NEAR);
}

// The value of an entry goes to R(a). `dict` is changed.
void FormCompiler::load_entry(Reg64 dict, uint64_t entry) {
  mov(dict, ptr[dict + OFFSET(Dict, entries)]);
  mov(dict, ptr[dict + static_cast<int>(entry * sizeof(DictEntry)) + OFFSET(DictEntry, value)]);
}

bool FormCompiler::load_global(Op op) {
  const Reg64 function = take(), dict = take();
  mov(function, ptr[fp + FRAME_FIELD(function)]);
  mov(dict, ptr[function + OFFSET(Function, globals)]);
  expect_version(dict, pc_[1].bits);
  if (op == Op::LOAD_GLOBAL_CACHED) {
    load_entry(dict, pc_[2].bits);
  } else {
    mov(dict, ptr[function + OFFSET(Function, builtins)]);
    cmp(dword[dict + OFFSET(Dict, version)], pc_[2].low);
    jne(slow(), T_NEAR);
    load_entry(dict, static_cast<uint32_t>(pc_[2].wide));
  }
  store(pc_->a, dict);
  likely_[pc_->a] = current_global(op);
  return true;
}

// What the name stands for now; empty if the cache is out of date.
Value FormCompiler::current_global(Op op) const {
  if (function_.globals->version != pc_[1].bits) return Value();
  if (op == Op::LOAD_GLOBAL_CACHED) return function_.globals->entries[pc_[2].bits].value;
  const Dict& builtins = *function_.builtins.as<Dict>();
  return builtins.version == pc_[2].low ? builtins.entries[pc_[2].wide].value : Value();
}

Value FormCompiler::current_attribute_of_module() const {
  const Value module = likely_[pc_->b];
  if (!has_kind(module, Kind::Module)) return Value();
  const Dict& dict = *module.as<Module>()->dict;
  return dict.version == pc_[1].bits ? dict.entries[pc_[2].bits].value : Value();
}

// --- Attributes: the caches' contents (attribute_cache.h) become constants of the code ---

bool FormCompiler::is_current(uint32_t epoch) const {
  return epoch == class_epoch;
}

// An object of the shape that word 1 says.
Reg64 FormCompiler::attribute_holder(uint32_t number) {
  const Reg64 object = expect_shape(number, pc_[1].low);
  expect_epoch();
  return object;
}

void FormCompiler::expect_same(Reg64 value, uint64_t bits) {
  keep(Value(bits));
  const Reg64 expected = take();
  mov(expected, bits);
  cmp(value, expected);
  jne(slow(), T_NEAR);
  release(expected);
}

// --- Instructions that see several shapes in turn ---

// What is known anywhere of the attribute that this instruction names, by shape.
std::vector<const SharedCache*> FormCompiler::shapes_met(Op family) const {
  constexpr size_t kMost = 8;
  const Str* name = form_.code->names()->items[pc_->c].as<Str>();
  std::vector<const SharedCache*> found;
  for (const SharedCache& shared : shared_caches) {
    if (shared.name != name || shared.family != family || shared.key >> 32 != class_epoch) continue;
    const bool has_template = shared.op == Op::LOAD_ATTRIBUTE_SLOT || shared.op == Op::LOAD_ATTRIBUTE_VALUE ||
                              shared.op == Op::LOAD_ATTRIBUTE_DATA || shared.op == Op::LOAD_METHOD_CACHED ||
                              shared.op == Op::STORE_ATTRIBUTE_SLOT || shared.op == Op::STORE_ATTRIBUTE_ADD;
    if (has_template && found.size() < kMost) found.push_back(&shared);
  }
  return found;
}

// For an object of that shape: what it has goes to `value`, or `value` to it.
void FormCompiler::by_shape(const SharedCache& shape, Op family, Reg64 object, Reg64 value) {
  const Op op = shape.op;
  if (family == Op::STORE_ATTRIBUTE) {
    mov(ptr[object + word_offset(shape.place)], value);
    if (op == Op::STORE_ATTRIBUTE_ADD) mov(dword[object + OFFSET(Object, shape)], static_cast<uint32_t>(shape.value));
  } else if (op == Op::LOAD_ATTRIBUTE_SLOT) {
    mov(value, ptr[object + word_offset(shape.place)]);
  } else {
    keep(Value(shape.place));
    mov(value, shape.place);
    if (op == Op::LOAD_ATTRIBUTE_DATA) {
      Word where;
      where.bits = shape.value;
      cmp(dword[value + OFFSET(Dict, version)], where.low);
      jne(slow(), T_NEAR);
      load_entry(value, static_cast<uint32_t>(where.wide));
    }
  }
}

bool FormCompiler::attribute_of_several(Op family) {
  const std::vector<const SharedCache*> shapes = shapes_met(family);
  if (shapes.empty()) return false;
  const bool is_store = family == Op::STORE_ATTRIBUTE;
  const Reg64 object = load(is_store ? pc_->a : pc_->b);
  const Reg64 value = is_store ? load(pc_->b) : take();
  unless_pointer(object);
  expect_epoch();
  const Reg64 shape = take();
  mov(shape.cvt32(), dword[object + OFFSET(Object, shape)]);
  Label done;
  for (const SharedCache* each : shapes) {
    Label next;
    cmp(shape.cvt32(), static_cast<uint32_t>(each->key));
    if (each == shapes.back()) {
      jne(slow(), T_NEAR);
      by_shape(*each, family, object, value);
    } else {
      jne(next);
      by_shape(*each, family, object, value);
      jmp(done, T_NEAR);
      L(next);
    }
  }
  L(done);
  if (is_store) {
    known_.forget_shapes(kFirstShapeOfInstances);
    return true;
  }
  store(pc_->a, value);
  if (family == Op::LOAD_METHOD) store(pc_->a + 1u, object);
  return true;
}

// Of a named tuple.
bool FormCompiler::load_field() {
  const Value descriptor = Value(pc_[2].bits);
  if (&type_of(descriptor) != &type_of_kind(ModuleKind::TupleGetter)) return false;
  if (!shape_entry(pc_[1].low).type->has(minipy::Type::kTuple)) return false;
  const int64_t index = descriptor.as<TupleGetter>()->index;
  if (index < 0 || index > INT8_MAX) return false;
  const Reg64 tuple = attribute_holder(pc_->b);
  const Reg64 value = take();
  cmp(qword[tuple + OFFSET(Tuple, size)], static_cast<int>(index));
  jbe(slow(), T_NEAR);
  mov(value, ptr[tuple + OFFSET(Tuple, items) + static_cast<int>(index) * 8]);
  store(pc_->a, value);
  return true;
}

bool FormCompiler::load_attribute(Op op) {
  const bool has_shape = op != Op::LOAD_ATTRIBUTE_MODULE && op != Op::LOAD_ATTRIBUTE_CLASS &&
                         op != Op::LOAD_ATTRIBUTE_CLASS_ENTRY && op != Op::LOAD_ATTRIBUTE_CLASS_DATA;
  if (has_shape && !is_current(static_cast<uint32_t>(pc_[1].wide))) return false;
  switch (op) {
    case Op::LOAD_ATTRIBUTE_SLOT:
    case Op::LOAD_ATTRIBUTE_MEMBER: {
      const Reg64 object = attribute_holder(pc_->b);
      const Reg64 value = take();
      mov(value, ptr[object + word_offset(pc_[2].bits)]);
      if (op == Op::LOAD_ATTRIBUTE_MEMBER) {
        test(value, value);
        je(slow(), T_NEAR);
        cmp(value, static_cast<int>(Unbound.bits()));
        je(slow(), T_NEAR);
      }
      store(pc_->a, value);
      return true;
    }
    case Op::LOAD_ATTRIBUTE_OVERFLOW: {
      const Reg64 object = attribute_holder(pc_->b);
      const Reg64 value = take();
      mov(value, ptr[object + word_offset(pc_[2].low)]);
      mov(value, ptr[value + item_offset(static_cast<uint32_t>(pc_[2].wide))]);
      store(pc_->a, value);
      return true;
    }
    case Op::LOAD_ATTRIBUTE_DESCRIPTOR: return load_field();
    case Op::LOAD_ATTRIBUTE_VALUE:
      attribute_holder(pc_->b);
      store_value(pc_->a, Value(pc_[2].bits));
      return true;
    case Op::LOAD_ATTRIBUTE_DATA: {
      attribute_holder(pc_->b);
      const Reg64 dict = take();
      keep(Value(pc_[2].bits));
      mov(dict, pc_[2].bits);
      cmp(dword[dict + OFFSET(Dict, version)], pc_[3].low);
      jne(slow(), T_NEAR);
      load_entry(dict, static_cast<uint32_t>(pc_[3].wide));
      store(pc_->a, dict);
      return true;
    }
    case Op::LOAD_ATTRIBUTE_MODULE: {
      const Value likely = current_attribute_of_module();
      const Reg64 module = expect_shape(pc_->b, pc_[3].low);
      const Reg64 dict = take();
      mov(dict, ptr[module + OFFSET(Module, dict)]);
      expect_version(dict, pc_[1].bits);
      load_entry(dict, pc_[2].bits);
      store(pc_->a, dict);
      likely_[pc_->a] = likely;
      return true;
    }
    case Op::LOAD_ATTRIBUTE_CLASS:
      if (!is_current(static_cast<uint32_t>(pc_[1].bits))) return false;
      expect_same(load(pc_->b), pc_[2].bits);
      expect_epoch();
      store_value(pc_->a, Value(pc_[3].bits));
      return true;
    case Op::LOAD_ATTRIBUTE_CLASS_ENTRY: {
      if (!is_current(pc_[3].low)) return false;
      const Reg64 type = load(pc_->b);
      expect_same(type, pc_[2].bits);
      expect_epoch();
      const Reg64 dict = take();
      mov(dict, ptr[type + OFFSET(minipy::Type, dict)]);
      expect_version(dict, pc_[1].bits);
      load_entry(dict, static_cast<uint32_t>(pc_[3].wide));
      store(pc_->a, dict);
      return true;
    }
    default: return false;
  }
}

bool FormCompiler::store_attribute(Op op) {
  if (!is_current(static_cast<uint32_t>(pc_[1].wide))) return false;
  switch (op) {
    case Op::STORE_ATTRIBUTE_SLOT: {
      const Reg64 object = attribute_holder(pc_->a);
      mov(ptr[object + word_offset(pc_[2].bits)], load(pc_->b));
      return true;
    }
    case Op::STORE_ATTRIBUTE_ADD: {
      const Reg64 object = attribute_holder(pc_->a);
      const uint32_t shape = static_cast<uint32_t>(pc_[3].bits);
      mov(ptr[object + word_offset(pc_[2].bits)], load(pc_->b));
      mov(dword[object + OFFSET(Object, shape)], shape);
      known_.forget_shapes(kFirstShapeOfInstances);
      Known& known = known_.about(pc_->a);
      known.fact = Fact::Shape;
      known.shape = shape;
      return true;
    }
    case Op::STORE_ATTRIBUTE_OVERFLOW: {
      const Reg64 object = attribute_holder(pc_->a);
      const Reg64 overflow = take();
      mov(overflow, ptr[object + word_offset(pc_[2].low)]);
      test(byte[overflow], 1);  // is scanned
      je(slow(), T_NEAR);
      mov(ptr[overflow + item_offset(static_cast<uint32_t>(pc_[2].wide))], load(pc_->b));
      return true;
    }
    default: return false;
  }
}

bool FormCompiler::load_method(Op op) {
  const uint32_t target = pc_->a;
  switch (op) {
    case Op::LOAD_METHOD_CACHED:
    case Op::LOAD_METHOD_PAIR:
    case Op::LOAD_METHOD_SLOT: {
      if (!is_current(static_cast<uint32_t>(pc_[1].wide))) return false;
      const Reg64 object = attribute_holder(pc_->b);
      const Reg64 attribute = take();
      if (op == Op::LOAD_METHOD_SLOT) mov(attribute, ptr[object + word_offset(pc_[2].bits)]);
      store_value(target, op == Op::LOAD_METHOD_SLOT ? Value() : Value(pc_[2].bits));
      if (op == Op::LOAD_METHOD_CACHED) {
        store(target + 1, object, Fact::Shape, pc_[1].low);
      } else if (op == Op::LOAD_METHOD_PAIR) {
        store_value(target + 1, Value(pc_[3].bits));
      } else {
        store(target + 1, attribute);
      }
      return true;
    }
    case Op::LOAD_METHOD_MODULE: {
      const Value likely = current_attribute_of_module();
      const Reg64 module = expect_shape(pc_->b, pc_[3].low);
      const Reg64 dict = take();
      mov(dict, ptr[module + OFFSET(Module, dict)]);
      expect_version(dict, pc_[1].bits);
      load_entry(dict, pc_[2].bits);
      store_value(target, Value());
      store(target + 1, dict);
      likely_[target + 1] = likely;
      return true;
    }
    case Op::LOAD_METHOD_CLASS:
    case Op::LOAD_METHOD_CLASS_BOUND: {
      if (!is_current(static_cast<uint32_t>(pc_[1].bits))) return false;
      const Reg64 type = load(pc_->b);
      expect_same(type, pc_[2].bits);
      expect_epoch();
      if (op == Op::LOAD_METHOD_CLASS) {
        store_value(target, Value());
        store_value(target + 1, Value(pc_[3].bits));
      } else {
        store_value(target, Value(pc_[3].bits));
        store(target + 1, type);
      }
      return true;
    }
    case Op::LOAD_SUPER_CACHED: {
      if (!is_current(static_cast<uint32_t>(pc_[1].wide))) return false;
      const Reg64 self = attribute_holder(0);
      expect_same(load(pc_->b), Value(&type_of_kind(Kind::Super)).bits());
      const Reg64 defining_class = take();
      mov(defining_class, ptr[load(static_cast<uint32_t>(pc_[4].bits)) + OFFSET(Cell, contents)]);
      expect_same(defining_class, pc_[2].bits);
      locked_ = 1u << self.getIdx();
      store_value(target, Value(pc_[3].bits));
      store(target + 1, self, Fact::Shape, pc_[1].low);
      return true;
    }
    default: return false;
  }
}

// --- Items ---

// The index that `key` stands for, which lies within the sequence.
Reg64 FormCompiler::index_in(Reg64 sequence, int size_offset, Operand key) {
  const Address size = ptr[sequence + size_offset];
  const Reg64 index = take();
  if (key.is_constant) {
    const int64_t number = constant(key.number).as_int();
    if (number >= 0) {
      mov(index, static_cast<uint64_t>(number));
      cmp(size, index);
      jbe(slow(), T_NEAR);
    } else {
      mov(index, size);
      add(index, static_cast<int>(number));
      js(slow(), T_NEAR);
    }
    return index;
  }
  Label from_start;
  lea(index, ptr[expect_int(key) + double_offset * 2]);
  test(index, index);
  jns(from_start);
  add(index, size);
  L(from_start);
  cmp(index, size);
  jae(slow(), T_NEAR);
  return index;
}

namespace {

Value load_item_of(Thread* thread, uint64_t container, uint64_t key) {
  return load_item(*thread, Value(container), Value(key));
}

}  // namespace

// Dicts and strings; the methods of others may be in Python.
bool FormCompiler::subscript_of_other(Operand key) {
  const Reg64 container = load(pc_->b), index = load(key), shape = take();
  Label known_kind;
  unless_pointer(container);
  mov(shape.cvt32(), dword[container + OFFSET(Object, shape)]);
  cmp(shape.cvt32(), shape_of_kind(Kind::Dict));
  je(known_kind);
  cmp(shape.cvt32(), shape_of_kind(Kind::Str));
  jne(elsewhere(), T_NEAR);
  L(known_kind);
  mov(rsi, container);
  mov(rdx, index);
  save();
  mov(rdi, thread);
  call_cpp(reinterpret_cast<const void*>(load_item_of), true);
  store_result();
  return true;
}

bool FormCompiler::subscript(Operand key) {
  if (form_.met[at_] == Met::Other) return subscript_of_other(key);
  if (key.is_constant) {
    const Value value = constant(key.number);
    if (!value.is_int() || !fits_32_bits(static_cast<uint64_t>(value.as_int()))) return false;
  }
  const bool is_tuple = form_.met[at_] == Met::Tuple;
  if (!key.is_constant) expect_int(key);
  const Reg64 sequence = expect_shape(pc_->b, shape_of_kind(is_tuple ? Kind::Tuple : Kind::List));
  const Reg64 index = index_in(sequence, is_tuple ? OFFSET(Tuple, size) : OFFSET(List, size), key);
  const Reg64 value = take();
  if (is_tuple) {
    mov(value, ptr[sequence + index * 8 + OFFSET(Tuple, items)]);
  } else {
    mov(value, ptr[sequence + OFFSET(List, buffer)]);
    mov(value, ptr[value + index * 8 + OFFSET(ValueBuffer, items)]);
  }
  store(pc_->a, value);
  return true;
}

// Whether R(a) may match [...] patterns, above it.
bool FormCompiler::match_sequence() {
  const Reg64 subject = load(pc_->a), answer = take(), type = take(), scratch = take();
  Label done;
  mov(answer.cvt32(), static_cast<int>(False.bits()));
  test(subject, pointer_mask);
  jne(done);
  load_type(type, subject, scratch);
  test(dword[type + OFFSET(minipy::Type, flags)], minipy::Type::kIsSequencePattern);
  je(done);
  static_assert(True.bits() == False.bits() + 1);
  inc(answer);
  L(done);
  store(pc_->a + 1u, answer);
  return true;
}

// The collector does not look into an unscanned buffer, so no object goes there.
void FormCompiler::expect_storable(Reg64 buffer, uint32_t number) {
  const Fact fact = fact_of({false, number});
  if (fact == Fact::Int || fact == Fact::Double) return;
  Label scanned;
  test(byte[buffer], 1);
  jne(scanned);
  test(load(number), pointer_mask);
  je(slow(), T_NEAR);
  L(scanned);
}

bool FormCompiler::store_subscript() {
  const Reg64 value = load(pc_->c);
  expect_int({false, pc_->b});
  const Reg64 list = expect_shape(pc_->a, shape_of_kind(Kind::List));
  const Reg64 index = index_in(list, OFFSET(List, size), {false, pc_->b});
  const Reg64 buffer = take();
  mov(buffer, ptr[list + OFFSET(List, buffer)]);
  expect_storable(buffer, pc_->c);
  mov(ptr[buffer + index * 8 + OFFSET(ValueBuffer, items)], value);
  return true;
}

bool FormCompiler::list_append() {
  const Reg64 value = load(pc_->b);
  const Reg64 list = expect_shape(pc_->a, shape_of_kind(Kind::List));
  const Reg64 buffer = take(), size = take(), capacity = take();
  mov(buffer, ptr[list + OFFSET(List, buffer)]);
  mov(size, ptr[list + OFFSET(List, size)]);
  mov(capacity, ptr[buffer + OFFSET(ValueBuffer, capacity_and_scanned)]);
  shr(capacity, 1);
  cmp(size, capacity);
  jae(elsewhere(), T_NEAR);
  expect_storable(buffer, pc_->b);
  mov(ptr[buffer + size * 8 + OFFSET(ValueBuffer, items)], value);
  inc(size);
  mov(ptr[list + OFFSET(List, size)], size);
  return true;
}

// Tuples of just as many items.
bool FormCompiler::unpack(Op op) {
  const uint32_t targets[] = {pc_->a, pc_->c, op == Op::UNPACK_TRIPLE ? static_cast<uint32_t>(pc_[1].bits) : 0};
  const uint32_t count = op == Op::UNPACK_TRIPLE ? 3 : 2;
  const Reg64 tuple = expect_shape(pc_->b, shape_of_kind(Kind::Tuple));
  cmp(qword[tuple + OFFSET(Tuple, size)], count);
  jne(slow(), T_NEAR);
  Reg64 items[3];
  for (uint32_t i = 0; i < count; ++i) {
    items[i] = take();
    mov(items[i], ptr[tuple + OFFSET(Tuple, items) + static_cast<int>(i * sizeof(Value))]);
  }
  for (uint32_t i = 0; i < count; ++i) store(targets[i], items[i]);
  return true;
}

}  // namespace minipy::jit

#endif
