// Filling the inline caches of attribute and name instructions. Each function does the whole access and, where
// the case allows it, rewrites the instruction at `pc` for the next time. docs/vm.md
//
// What a class says about a name may change: names that sit in a cache are marked, and a change to a class
// attribute of a marked name moves class_epoch, which every such cache compares.
#include "Objects/dict.h"
#include "Objects/first_memory.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/static_objects.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/attribute_cache.h"
#include "VM/frame_queries.h"
#include "VM/run.h"

namespace minipy {

std::span<SharedCache> shared_caches;
uint32_t shared_uses;

namespace {

void set_op(Word* pc, Op op) { pc->op = static_cast<uint16_t>(op); }
uint64_t key_of(const Object& object) { return object.shape | static_cast<uint64_t>(class_epoch) << 32; }
void mark(const Str* name) { const_cast<Str*>(name)->flags |= Str::kNamesCachedAttribute; }

bool has_generic_get(const Type& type) { return type.slots.get_attribute == &generic_get_attribute; }
// Is what there is found as objects of the builtin type find it? A __getattr__ is asked only for what there is not.
bool finds_as(const Type& type, Kind kind) {
  const Type& builtin = type_of_kind(kind);
  if (type.slots.get_attribute == builtin.slots.get_attribute) return true;
  static const Str* const name = intern("__getattribute__");
  return lookup_in_type(type, name) == lookup_in_type(builtin, name);
}
bool has_generic_set(const Type& type) { return type.slots.set_attribute == &generic_set_attribute; }

// Keeps what an instruction has just been specialised to.
void share(const Word* pc, const Str* name, Op family) {
  if (pc->op == static_cast<uint16_t>(family)) return;
  shared_cache(pc[1].bits, name, family) = {pc[1].bits, name, family, static_cast<Op>(pc->op), pc[2].bits, pc[3].bits};
}

// Specialises an instruction to what others have found.
void install(Word* pc, const SharedCache& shared, Op family) {
  if (pc->op != static_cast<uint16_t>(family) && ++shared_uses % kPatience) return;
  pc[1].bits = shared.key;
  pc[2].bits = shared.place;
  pc[3].bits = shared.value;
  set_op(pc, shared.op);
}

// Where the slot is: a word of the object, or an item of its overflow array.
void place(Word* pc, Object& object, const Shape& shape, int slot, Op inline_op, Op overflow_op) {
  const int word = attributes_word(object);
  if (slot < shape.inline_capacity) {
    pc[2].bits = static_cast<uint64_t>(word + 1 + slot);
    set_op(pc, inline_op);
  } else {
    pc[2].low = static_cast<uint32_t>(word);
    pc[2].wide = slot - shape.inline_capacity;
    set_op(pc, overflow_op);
  }
}

// A type whose layout varies from instance to instance keeps its attributes at different words.
bool has_fixed_layout(const Type& type) { return type.attributes_word > 0; }

// module.name: the version of the module's dict says that the entry is still there.
bool cache_module(Word* pc, Module& module, const Str* name, Op op) {
  const int64_t entry = dict_find_str(*module.dict, name);
  if (entry < 0) return false;
  if (!has_generic_get(type_of_kind(Kind::Module))) {
    // Modules have a __getattribute__ of their own, which asks the class first.
    const Value found = lookup_in_type(type_of_kind(Kind::Module), name);
    if (!found.is_unbound() && type_of(found).slots.set_descriptor) return false;
  }
  pc[1].bits = module.dict->version;
  pc[2].bits = static_cast<uint64_t>(entry);
  pc[3].bits = module.shape;  // of instances of exactly this type
  set_op(pc, op);
  return true;
}

// Class.name, where neither the metaclass nor a descriptor has a say. Plain data may be changed often, and
// would then move the epoch for everybody: only functions and classes are cached.
bool cache_class(Word* pc, Type& type, const Str* name, Value result, Op op) {
  if (!finds_as(type.type(), Kind::Type) || !lookup_in_type(type.type(), name).is_unbound()) return false;
  const Value found = lookup_in_type(type, name);
  if (!(found == result) && !has_kind(found, Kind::StaticMethod)) return false;
  if (!has_kind(result, Kind::Function) && !is_type(result)) return false;
  mark(name);
  pc[1].bits = class_epoch;
  pc[2].bits = Value(&type).bits();
  pc[3].bits = result.bits();
  set_op(pc, op);
  return true;
}

// Methods with attributes have other shapes, so is_exact() would not do.
bool has_type(Value value, Kind kind) { return &type_of(value) == &type_of_kind(kind); }

bool is_plain_data(Value found) { return !type_of(found).slots.get_descriptor && !type_of(found).slots.set_descriptor; }

// A member of __slots__, in an object of fixed layout.
bool is_slot_member(Value found, const Type& type) {
  return is_exact(found, Kind::MemberDescriptor) && !found.as<Descriptor>()->row && !type.has(Type::kVariableSize) &&
         found.as<Descriptor>()->position >= 0 && is_subtype(type, *found.as<Descriptor>()->owner);
}

// What makes a data descriptor must not go unnoticed.
void mark_descriptor_names() {
  static Str* const names[] = {intern("__get__"), intern("__set__"), intern("__delete__")};
  for (const Str* name : names) mark(name);
}

// Class.name for data in the dict of the class itself, where it may change; also to store it.
void cache_class_entry(Word* pc, Type& type, const Str* name, Op op) {
  const TypeSlots &slots = type.type().slots, &usual = type_of_kind(Kind::Type).slots;
  if (!finds_as(type.type(), Kind::Type) || !lookup_in_type(type.type(), name).is_unbound()) return;
  if (op == Op::STORE_ATTRIBUTE_CLASS_ENTRY && slots.set_attribute != usual.set_attribute) return;
  const Dict& dict = type_dict(type);
  const int64_t entry = dict_find_str(dict, name);
  if (entry < 0 || !is_class_data(dict.entries[entry].value)) return;
  mark(name);
  pc[1].bits = dict.version;
  pc[2].bits = Value(&type).bits();
  pc[3].low = class_epoch;
  pc[3].wide = static_cast<int32_t>(entry);
  set_op(pc, op);
}

// Class.name for data of the class or one of its bases, where `type` is the metaclass, which does not change. The
// class's version says that all of this is as it was.
bool cache_data_of_class(Word* pc, Type& type, const Str* name) {
  if (&type.type() != &type_of_kind(Kind::Type) || !lookup_in_type(type.type(), name).is_unbound()) return false;
  if (!name->is_interned() || !is_class_data(lookup_in_type(type, name)) || !type.version) return false;
  for (const Value& base : type.mro->view()) {
    const Dict& dict = type_dict(*base.as<Type>());
    const int64_t entry = dict_find_str(dict, name);
    if (entry < 0) continue;
    pc[1].bits = Value(&type).bits();
    pc[2].bits = Value(&dict).bits();
    pc[3].low = type.version;
    pc[3].wide = static_cast<int32_t>(entry);
    set_op(pc, Op::LOAD_ATTRIBUTE_CLASS_DATA);
    return true;
  }
  return false;
}

// The dict of the class in which an instance finds its data, by the class or one of its bases.
void cache_class_data(Word* pc, const Object& object, const Str* name) {
  for (const Value& base : object.type().mro->view()) {
    const Dict& dict = type_dict(*base.as<Type>());
    const int64_t entry = dict_find_str(dict, name);
    if (entry < 0) continue;
    mark(name);
    pc[1].bits = key_of(object);
    pc[2].bits = Value(&dict).bits();
    pc[3].low = static_cast<uint32_t>(dict.version);
    pc[3].wide = static_cast<int32_t>(entry);
    return set_op(pc, Op::LOAD_ATTRIBUTE_DATA);
  }
}

void cache_load(Word* pc, Object& object, const Str* name) {
  Type& type = object.type();
  if (!finds_as(type, Kind::Object)) return;
  const Value found = lookup_in_type(type, name);
  const Shape& shape = shape_of(object);
  if (!found.is_unbound() && is_slot_member(found, type)) {
    mark(name);
    pc[1].bits = key_of(object);
    pc[2].bits = static_cast<uint64_t>(slot_word(object, static_cast<int>(found.as<Descriptor>()->position)));
    return set_op(pc, Op::LOAD_ATTRIBUTE_MEMBER);
  }
  if (!found.is_unbound() && type_of(found).slots.set_descriptor) {
    if (!has_generic_get(type)) return;  // it may raise AttributeError, and __getattr__ is asked then
    if (is_exact(found, Kind::Property) && has_kind(found.as<Property>()->get, Kind::Function)) {
      mark(name);
      pc[1].bits = key_of(object);
      pc[2].bits = found.as<Property>()->get.bits();
      set_op(pc, Op::LOAD_ATTRIBUTE_PROPERTY);
    } else if (type_of(found).slots.get_descriptor) {
      mark(name);
      mark_descriptor_names();
      pc[1].bits = key_of(object);
      pc[2].bits = found.bits();
      set_op(pc, Op::LOAD_ATTRIBUTE_DESCRIPTOR);
    }
    return;
  }
  if (shape.is_dictionary) return;
  const int slot = type.attributes_word ? find_slot(shape, name) : -1;
  if (slot >= 0) {
    if (!has_fixed_layout(type)) return;
    mark(name);
    pc[1].bits = key_of(object);
    return place(pc, object, shape, slot, Op::LOAD_ATTRIBUTE_SLOT, Op::LOAD_ATTRIBUTE_OVERFLOW);
  }
  if (found.is_unbound()) return;
  if (is_class_data(found)) return cache_class_data(pc, object, name);
  if (is_plain_data(found) || has_type(found, Kind::Function)) {
    mark(name);
    pc[1].bits = key_of(object);
    pc[2].bits = found.bits();
    set_op(pc, is_plain_data(found) ? Op::LOAD_ATTRIBUTE_VALUE : Op::LOAD_ATTRIBUTE_METHOD);
  }
}

}  // namespace

// The table, and what every access depends on, whatever the name: how the class looks attributes up, and whether what it
// finds is a descriptor.
void initialize_attribute_caches() {
  auto* const table = static_cast<SharedCache*>(take_table_memory(kSharedCaches * sizeof(SharedCache)));
  shared_caches = {table, kSharedCaches};
  include_in_roots(table, table + kSharedCaches);
  for (const char* name : {"__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__get__", "__set__", "__delete__", "__call__"}) {
    mark(intern(name));
  }
}

Value load_attribute(Thread& thread, Word* pc, Value object, const Str* name) {
  if (!object.is_object()) return get_attribute(thread, object, name);
  const uint64_t key = key_of(*object.object());
  const SharedCache& shared = shared_cache(key, name, Op::LOAD_ATTRIBUTE);
  if (shared.holds(key, name, Op::LOAD_ATTRIBUTE)) {
    install(pc, shared, Op::LOAD_ATTRIBUTE);
    switch (shared.op) {
      case Op::LOAD_ATTRIBUTE_SLOT: return object.object()->words()[shared.place];
      case Op::LOAD_ATTRIBUTE_VALUE: return Value(shared.place);
      case Op::LOAD_ATTRIBUTE_METHOD: return make_bound_method(Value(shared.place), object);
      case Op::LOAD_ATTRIBUTE_DATA: {
        Word where;
        where.bits = shared.value;
        const Dict& dict = *Value(shared.place).as<Dict>();
        if (static_cast<uint32_t>(dict.version) == where.low) return dict.entries[where.wide].value;
        break;
      }
      case Op::LOAD_ATTRIBUTE_MEMBER: {
        const Value value = object.object()->words()[shared.place];
        if (!value.is_empty() && !value.is_unbound()) return value;
        break;
      }
      default: break;
    }
  }
  const Value result = TRY(get_attribute(thread, object, name));
  if (has_kind(object, Kind::Module) && &type_of(object) == &type_of_kind(Kind::Module)) {
    cache_module(pc, *object.as<Module>(), name, Op::LOAD_ATTRIBUTE_MODULE);
  } else if (is_type(object)) {
    Type& type = *object.as<Type>();
    if (!cache_class(pc, type, name, result, Op::LOAD_ATTRIBUTE_CLASS) && !cache_data_of_class(pc, type, name)) {
      cache_class_entry(pc, type, name, Op::LOAD_ATTRIBUTE_CLASS_ENTRY);
    }
  } else {
    set_op(pc, Op::LOAD_ATTRIBUTE);
    cache_load(pc, *object.object(), name);
    share(pc, name, Op::LOAD_ATTRIBUTE);
  }
  return result;
}

Status store_attribute(Thread& thread, Word* pc, Value target, const Str* name, Value value) {
  if (!target.is_object() || !has_generic_set(target.object()->type())) {
    TRY(set_attribute(thread, target, name, value));
    if (is_type(target) && target.as<Type>()->has(Type::kHeapType) && !is_special_name(*name)) {
      cache_class_entry(pc, *target.as<Type>(), name, Op::STORE_ATTRIBUTE_CLASS_ENTRY);
    }
    return nothing;
  }
  Object& object = *target.object();
  Type& type = object.type();
  const uint64_t key = key_of(object);
  const SharedCache& shared = shared_cache(key, name, Op::STORE_ATTRIBUTE);
  if (shared.holds(key, name, Op::STORE_ATTRIBUTE)) {
    install(pc, shared, Op::STORE_ATTRIBUTE);
    if (shared.op == Op::STORE_ATTRIBUTE_SLOT) {
      object.words()[shared.place] = value;
      return nothing;
    }
    if (shared.op == Op::STORE_ATTRIBUTE_ADD) {
      object.words()[shared.place] = value;
      object.shape = static_cast<ShapeId>(shared.value);
      return nothing;
    }
  }
  const Value member = lookup_in_type(type, name);
  if (!member.is_unbound() && is_slot_member(member, type)) {
    TRY(set_attribute(thread, target, name, value));
    mark(name);
    pc[1].bits = key_of(object);
    pc[2].bits = static_cast<uint64_t>(slot_word(object, static_cast<int>(member.as<Descriptor>()->position)));
    set_op(pc, Op::STORE_ATTRIBUTE_SLOT);
    share(pc, name, Op::STORE_ATTRIBUTE);
    return nothing;
  }
  if (is_exact(member, Kind::Property) && has_kind(member.as<Property>()->set, Kind::Function)) {
    TRY(set_attribute(thread, target, name, value));
    mark(name);
    pc[1].bits = key;
    pc[2].bits = member.as<Property>()->set.bits();
    set_op(pc, Op::STORE_ATTRIBUTE_PROPERTY);
    return nothing;
  }
  const ShapeId before = object.shape;
  const bool may_cache = has_fixed_layout(type) && !shape_of(object).is_dictionary && [&] {
    const Value found = lookup_in_type(type, name);
    return found.is_unbound() || !type_of(found).slots.set_descriptor;
  }();
  const int old_slot = may_cache ? find_slot(shape_of(object), name) : -1;
  TRY(set_attribute(thread, target, name, value));
  if (!may_cache || shape_of(object).is_dictionary) return nothing;
  const Shape& shape = shape_of(object);
  if (old_slot >= 0) {
    if (object.shape != before) return nothing;
    mark(name);
    pc[1].bits = key_of(object);
    place(pc, object, shape, old_slot, Op::STORE_ATTRIBUTE_SLOT, Op::STORE_ATTRIBUTE_OVERFLOW);
    share(pc, name, Op::STORE_ATTRIBUTE);
    return nothing;
  }
  const int slot = find_slot(shape, name);
  if (slot >= 0 && slot < shape.inline_capacity && shape.parent && shape.parent->id == before) {
    mark(name);
    pc[1].bits = before | static_cast<uint64_t>(class_epoch) << 32;
    pc[2].bits = static_cast<uint64_t>(attributes_word(object) + 1 + slot);
    pc[3].bits = object.shape;
    set_op(pc, Op::STORE_ATTRIBUTE_ADD);
    share(pc, name, Op::STORE_ATTRIBUTE);
  } else if (slot >= 0 && shape.parent && shape.parent->id == before && has_fixed_layout(type)) {
    mark(name);
    pc[1].bits = before | static_cast<uint64_t>(class_epoch) << 32;
    pc[2].low = static_cast<uint32_t>(attributes_word(object));
    pc[2].wide = slot - shape.inline_capacity;
    pc[3].bits = object.shape;
    set_op(pc, Op::STORE_ATTRIBUTE_ADD_OVERFLOW);
  }
  return nothing;
}

namespace {

// What the forms of LOAD_METHOD for one shape leave. False for other forms.
bool apply_method(Op op, uint64_t place, uint64_t value, Value object, Value* result) {
  switch (op) {
    case Op::LOAD_METHOD_CACHED:
      result[0] = Value(place);
      result[1] = object;
      return true;
    case Op::LOAD_METHOD_PAIR:
      result[0] = Value(place);
      result[1] = Value(value);
      return true;
    case Op::LOAD_METHOD_SLOT:
      result[0] = Value();
      result[1] = object.object()->words()[place];
      return true;
    default: return false;
  }
}

bool is_plain_class_method(Value found) {
  return !found.is_unbound() && has_type(found, Kind::ClassMethod) &&
         has_kind(found.as<ClassMethod>()->callable, Kind::Function);
}

// What is called is no method that takes the object in front: a static or class method, or what the instance
// or class keeps under the name.
bool cache_other_method(Word* pc, Object& object, const Str* name) {
  Type& type = object.type();
  if (!finds_as(type, Kind::Object) || shape_of(object).is_dictionary) return false;
  const Value found = lookup_in_type(type, name);
  const bool is_own = !get_own_attribute(&object, name).is_unbound();
  Word load[4] = {};
  if (!is_own && !found.is_unbound() && has_type(found, Kind::StaticMethod)) {
    load[3].bits = found.as<StaticMethod>()->callable.bits();
  } else if (!is_own && is_plain_class_method(found)) {
    load[2].bits = found.as<ClassMethod>()->callable.bits();
    load[3].bits = Value(&type).bits();
  } else {
    cache_load(load, object, name);
    if (load->op == static_cast<uint16_t>(Op::LOAD_ATTRIBUTE_SLOT)) {
      pc[1].bits = load[1].bits;
      pc[2].bits = load[2].bits;
      set_op(pc, Op::LOAD_METHOD_SLOT);
      return true;
    }
    if (load->op != static_cast<uint16_t>(Op::LOAD_ATTRIBUTE_VALUE)) return false;
    load[3].bits = load[2].bits;
    load[2].bits = 0;
  }
  mark(name);
  pc[1].bits = key_of(object);
  pc[2].bits = load[2].bits;
  pc[3].bits = load[3].bits;
  set_op(pc, Op::LOAD_METHOD_PAIR);
  return true;
}

// Class.name() for a class method of the class.
bool cache_class_method(Word* pc, Type& type, const Str* name) {
  if (!finds_as(type.type(), Kind::Type) || !lookup_in_type(type.type(), name).is_unbound()) return false;
  const Value found = lookup_in_type(type, name);
  if (!is_plain_class_method(found)) return false;
  mark(name);
  pc[1].bits = class_epoch;
  pc[2].bits = Value(&type).bits();
  pc[3].bits = found.as<ClassMethod>()->callable.bits();
  set_op(pc, Op::LOAD_METHOD_CLASS_BOUND);
  return true;
}

}  // namespace

// Leaves an unbound method and the object, or nothing and the attribute.
bool load_method(Thread& thread, Word* pc, Value object, const Str* name, Value* result) {
  if (object.is_object()) {
    const uint64_t key = key_of(*object.object());
    const SharedCache& shared = shared_cache(key, name, Op::LOAD_METHOD);
    if (shared.holds(key, name, Op::LOAD_METHOD) &&
        apply_method(shared.op, shared.place, shared.value, object, result)) {
      install(pc, shared, Op::LOAD_METHOD);
      return true;
    }
  }
  Type& type = type_of(object);
  if (finds_as(type, Kind::Object)) {
    const Value found = lookup_in_type(type, name);
    if (!found.is_unbound() && type_of(found).has(Type::kMethodDescriptor) && get_own_attribute(object, name).is_unbound()) {
      result[0] = found;
      result[1] = object;
      if (object.is_object() && !shape_of(*object.object()).is_dictionary) {
        mark(name);
        pc[1].bits = key_of(*object.object());
        pc[2].bits = found.bits();
        set_op(pc, Op::LOAD_METHOD_CACHED);
        share(pc, name, Op::LOAD_METHOD);
      }
      return true;
    }
  }
  if (is_type(object)) {
    if (cache_class_method(pc, *object.as<Type>(), name)) {
      result[0] = Value(pc[3].bits);
      result[1] = object;
      return true;
    }
  } else if (object.is_object() && cache_other_method(pc, *object.object(), name)) {
    share(pc, name, Op::LOAD_METHOD);
    return apply_method(static_cast<Op>(pc->op), pc[2].bits, pc[3].bits, object, result);
  }
  result[0] = Value();
  result[1] = get_attribute(thread, object, name);
  if (result[1].is_empty()) return false;
  if (has_kind(object, Kind::Module) && &type_of(object) == &type_of_kind(Kind::Module)) {
    cache_module(pc, *object.as<Module>(), name, Op::LOAD_METHOD_MODULE);
  } else if (is_type(object)) {
    cache_class(pc, *object.as<Type>(), name, result[1], Op::LOAD_METHOD_CLASS);
  }
  return true;
}

namespace {

// The first class behind `start` in the MRO of `type` that has the name; Unbound if none does.
Value lookup_behind(const Type& type, const Type& start, const Str* name) {
  const Tuple& mro = *type.mro;
  size_t i = 0;
  while (i < mro.size && !(mro.items[i] == Value(&start))) ++i;
  for (++i; i < mro.size; ++i) {
    const Value found = dict_get_str(type_dict(*mro.items[i].as<Type>()), name);
    if (!found.is_unbound()) return found;
  }
  return Unbound;
}

}  // namespace

bool load_super_method(Thread& thread, Word* pc, const Frame& frame, Value callable, const Str* name, Value* result) {
  if (callable == Value(&type_of_kind(Kind::Super))) {
    Value start, self;
    if (find_super_arguments(thread, start, self).failed()) return false;
    Type& type = type_of(self);
    if (is_subtype(type, *start.as<Type>()) && !equal(name, "__class__")) {
      const Value found = lookup_behind(type, *start.as<Type>(), name);
      if (!found.is_unbound() && type_of(found).has(Type::kMethodDescriptor)) {
        result[0] = found;
        result[1] = self;
        if (self.is_object() && frame.registers()[0] == self) {
          mark(name);
          pc[1].bits = key_of(*self.object());
          pc[2].bits = start.bits();
          pc[3].bits = found.bits();
          set_op(pc, Op::LOAD_SUPER_CACHED);
        }
        return true;
      }
    }
  }
  result[0] = Value();
  const Value object = call(thread, callable);
  if (!object.is_empty()) result[1] = get_attribute(thread, object, name);
  return !object.is_empty() && !result[1].is_empty();
}

Value load_global(Thread& thread, Word* pc, Frame& frame, const Str* name) {
  const Function& function = frame.python_function();
  Dict& globals = *function.globals;
  if (!is_exact_dict(&globals)) {
    const Value value = get_item(thread, &globals, name);
    if (!value.is_empty() || !catch_exception(thread, KeyError)) return value;
  }
  const int64_t entry = is_exact_dict(&globals) ? dict_find_str(globals, name) : -1;
  if (entry >= 0) {
    pc[1].bits = globals.version;
    pc[2].bits = static_cast<uint64_t>(entry);
    set_op(pc, Op::LOAD_GLOBAL_CACHED);
    return globals.entries[entry].value;
  }
  if (!is_exact_dict(function.builtins)) {
    const Value value = get_item(thread, function.builtins, name);
    if (value.is_empty() && catch_exception(thread, KeyError)) return raise_unbound_name(thread, name);
    return value;
  }
  Dict& builtins = *function.builtins.as<Dict>();
  const int64_t builtin = dict_find_str(builtins, name);
  if (builtin < 0) return raise_unbound_name(thread, name);
  if (is_exact_dict(&globals)) {
    pc[1].bits = globals.version;
    pc[2].low = static_cast<uint32_t>(builtins.version);
    pc[2].wide = static_cast<int32_t>(builtin);
    set_op(pc, Op::LOAD_BUILTIN_CACHED);
  }
  return builtins.entries[builtin].value;
}

}  // namespace minipy
