// The table of builtin types, their dicts, looking attributes up along the MRO, and what happens
// when a class changes. The `type` type itself is in type_methods.cpp, class creation in make_class.cpp.
#include "Objects/type.h"

#include <algorithm>
#include <cstring>

#include "Objects/dict.h"
#include "Objects/first_memory.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/slot_rows.h"
#include "Objects/static_objects.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

namespace minipy {

alignas(16) Type builtin_types[kKindCount];
uint32_t class_epoch = 1;

namespace {

namespace all_kinds {
using enum Kind;
using namespace ModuleKind;
}  // namespace all_kinds

struct BuiltinTypeRow {
  const char* full_name;
  Kind base;
};
constexpr BuiltinTypeRow builtin_type_rows[] = {
#define TYPE(name, python_name, base) {python_name, Kind::base},
#include "Objects/types.def"
#define TYPE(name, python_name, base) {python_name, all_kinds::base},
#include "Objects/module_types.def"
};

// Answers of lookup_in_type, by type version and name.
struct CachedLookup {
  uint32_t version;
  uint32_t entry;  // of the dict
  const Str* name;
  Value value;        // empty where the attribute is data of a class, which may change:
  const Dict* owner;  // then it lies here, as long as the keys are the same
  uint64_t owner_version;
};
constexpr size_t kCacheSize = 4096;
CachedLookup* lookup_cache;
uint32_t last_version;

CachedLookup& cached_lookup(uint32_t version, const Str* name) {
  return lookup_cache[(version * 2654435761u ^ (reinterpret_cast<uintptr_t>(name) >> 4)) % kCacheSize];
}

const char* last_part(const char* full_name) {
  const char* dot = std::strrchr(full_name, '.');
  return dot ? dot + 1 : full_name;
}

Value descriptor_for(Type& type, const MethodRow& row, Str* name) {
  Kind kind = Kind::MethodDescriptor;
  switch (row.kind) {
    case MethodRow::Method: break;
    case MethodRow::ClassMethod: kind = Kind::ClassMethodDescriptor; break;
    case MethodRow::Getter: kind = Kind::GetSetDescriptor; break;
    case MethodRow::Member: kind = Kind::MemberDescriptor; break;
    case MethodRow::StaticMethod:
    case MethodRow::Function: return make_static_method(make_builtin_function(row, &type, None, &type));
  }
  return make_descriptor(kind, type, &row, name, -1);
}

void add_slot_wrappers(Type& type, Dict& dict) {
  const std::span<const SlotRow> rows = slot_rows();
  for (const SlotRow& row : rows) {
    if (!slot_at(type.spec->slots, row.offset) || !row.text_signature[0]) continue;
    if (row.signature == SlotSignature::New) continue;
    if (!dict_get_str(dict, row.interned).is_unbound()) continue;
    const bool unhashable = row.signature == SlotSignature::Hash &&
                            type.spec->slots.hash == &hash_not_implemented;
    const Value entry = unhashable ? None
                                   : Value(make_descriptor(Kind::WrapperDescriptor, type, nullptr, row.interned,
                                                           &row - rows.data()));
    dict_set_str(dict, row.interned, entry);
  }
}

// The dict of a builtin type is filled when somebody first looks at it.
void fill_dict(Type& type) {
  type.flags |= Type::kReady;
  if (!type.spec) return;
  Dict& dict = *type.dict;
  add_slot_wrappers(type, dict);
  if (type.spec->slots.make) dict_set_str(dict, "__new__", make_builtin_new(type));
  for (const MethodRow& row : type.spec->methods) {
    Str* name = intern(name_of(row));
    dict_set_str(dict, name, descriptor_for(type, row, name));
  }
  if (type.slots.hash == &hash_not_implemented && dict_get_str(dict, "__hash__").is_unbound() &&
      type.spec->slots.compare) {
    dict_set_str(dict, "__hash__", None);
  }
  if (dict_get_str(dict, "__doc__").is_unbound()) {
    const char* doc = type.spec->doc;
    dict_set_str(dict, "__doc__", doc ? Value(make_str(doc_without_signature(doc))) : None);
  }
}

// Set on the way down to subclasses: an odd mro() may have made a circle of them.
constexpr uint32_t kVisiting = 1u << 24;

void bump_version(Type& type) {
  if (type.has(kVisiting)) return;
  type.flags |= kVisiting;
  type.version = 0;
  for_each_subclass(type, [](Type& subclass) { bump_version(subclass); });
  type.flags &= ~kVisiting;
}

void update_slots_below(Type& type, const Str* name) {
  if (type.has(kVisiting)) return;
  type.flags |= kVisiting;
  update_slots(type, name);
  for_each_subclass(type, [name](Type& subclass) {
    // A subclass that has its own attribute of this name hides ours.
    if (dict_get_str(type_dict(subclass), name).is_unbound()) update_slots_below(subclass, name);
  });
  type.flags &= ~kVisiting;
}

void set_up_hash(Type& type) {
  if (!type.slots.hash) type.slots.hash = &hash_not_implemented;
}

}  // namespace

std::string_view Type::name_view() const { return has(kHeapType) ? name->ascii_view() : full_name; }

Type& type_of_immediate(Value value) {
  if (value.is_int()) return type_of_kind(Kind::Int);
  if (value.is_double()) return type_of_kind(Kind::Float);
  if (value.is_bool()) return type_of_kind(Kind::Bool);
  if (value.is_none()) return type_of_kind(Kind::NoneType);
  if (value == NotImplemented) return type_of_kind(Kind::NotImplementedType);
  if (value == Ellipsis) return type_of_kind(Kind::EllipsisType);
  MP_UNREACHABLE();
}

void prepare_builtin_types() {
  for (size_t i = 0; i < kKindCount; ++i) {
    Type& type = builtin_types[i];
    type.shape = shape_of_kind(Kind::Type);
    type.kind = Kind::Type;
    type.Object::slots = Object::kScanAll;
    type.full_name = builtin_type_rows[i].full_name;
    type.base = i == 0 ? nullptr : &type_of_kind(builtin_type_rows[i].base);
    make_builtin_root_shape(type, static_cast<Kind>(i));
  }
}

Type& define_type(Kind kind, const TypeSpec& spec) {
  Type& type = type_of_kind(kind);
  if (type.spec) return type;
  // For good: callers pass temporaries. It refers to nothing on the heap.
  type.spec = new (gc_allocate_leaf_buffer(sizeof(TypeSpec))) TypeSpec(spec);
  type.name = intern(last_part(type.full_name));
  type.qualified_name = type.name;
  const Type* base = type.base;
  MP_ASSERT(!base || base->spec);
  const size_t words = (spec.instance_bytes - sizeof(Object) + 7) / 8;
  const bool own_layout = !base || base->kind_is_object() || words > base->basic_words;
  type.instance_kind = own_layout ? kind : base->instance_kind;
  type.basic_words = static_cast<uint16_t>(words);
  type.attributes_word = spec.attributes_word ? spec.attributes_word : base ? base->attributes_word : int16_t{0};
  type.item_size = spec.item_size ? spec.item_size : base ? base->item_size : 0;
  type.flags |= spec.flags | Type::kImmutable;
  if (spec.slots.finalize) type.flags |= Type::kHasFinalizer;
  if (type.attributes_word) type.flags |= Type::kHasDict;
  type.slots = spec.slots;
  type.bases = base ? make_tuple({base}) : empty_tuple();
  Tuple* mro = allocate_tuple(base ? base->mro->size + 1 : 1);
  mro->items[0] = &type;
  if (base) {
    constexpr uint32_t kInherited = Type::kVariableSize | Type::kList | Type::kTuple | Type::kBytes | Type::kStr |
                                    Type::kDict | Type::kLong | Type::kBaseException | Type::kTypeSubclass |
                                    Type::kHasWeakReferences | Type::kHasDict | Type::kIsSequencePattern |
                                    Type::kIsMappingPattern | Type::kSelfPattern;
    std::copy(base->mro->begin(), base->mro->end(), mro->items + 1);
    type.flags |= base->flags & kInherited;
    inherit_slots(type, *base);
    const bool may_inherit_new = !base->kind_is_object() && !type.has(Type::kDisallowInstantiation);
    if (!type.slots.make && may_inherit_new) type.slots.make = base->slots.make;
  }
  type.mro = mro;
  type.dict = make_dict();
  set_up_hash(type);
  if (base) MUST(add_subclass(const_cast<Type&>(*base), type), "there is memory when the program starts");
  return type;
}

Dict& type_dict(const Type& type) {
  if (!type.has(Type::kReady)) [[unlikely]] fill_dict(const_cast<Type&>(type));
  return *type.dict;
}

Value lookup_in_type(const Type& type, const Str* name) {
  CachedLookup* cached = nullptr;
  if (name->is_interned()) {
    cached = &cached_lookup(type.version, name);
    if (type.version && cached->version == type.version && cached->name == name) {
      if (!cached->value.is_empty()) return cached->value;
      if (cached->owner->version == cached->owner_version) return cached->owner->entries[cached->entry].value;
    }
  }
  Value found = Unbound;
  if (!type.mro) return found;
  const Dict* owner = nullptr;
  int64_t entry = -1;
  for (const Value& base : type.mro->view()) {
    owner = &type_dict(*base.as<Type>());
    entry = dict_find_str(*owner, name);
    if (entry < 0) continue;
    found = owner->entries[entry].value;
    break;
  }
  if (cached) {
    if (!type.version) const_cast<Type&>(type).version = ++last_version;
    const bool is_data = entry >= 0 && is_class_data(found);
    cached_lookup(type.version, name) = {type.version, static_cast<uint32_t>(entry), name, is_data ? Value() : found,
                                         owner, owner ? owner->version : 0};
  }
  return found;
}

// What an entry for a living type's version refers to is held by that type, and interned names live for ever.
void make_lookup_cache() {
  lookup_cache = static_cast<CachedLookup*>(take_table_memory(kCacheSize * sizeof(CachedLookup)));
}

bool is_subtype(const Type& type, const Type& base) {
  if (&type == &base) return true;
  if (!type.mro) {
    for (const Type* t = &type; t; t = t->base) {
      if (t == &base) return true;
    }
    return &base == &type_of_kind(Kind::Object);
  }
  for (Value entry : type.mro->view()) {
    if (entry.as<Type>() == &base) return true;
  }
  return false;
}

void type_modified(Type& type, const Str* name) {
  // Whatever a cache may have taken from the classes below is out of date.
  if (!name || name->has_flag(Str::kNamesCachedAttribute)) ++class_epoch;
  bump_version(type);
  if (name) update_slots_below(type, name);
}

}  // namespace minipy
