#include "Objects/slot_rows.h"

#include <bitset>

#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/module_kinds.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

SlotRow rows[] = {
#define SLOT(field, name, signature, text, doc)                                           \
  {name, SlotSignature::signature, __builtin_offsetof(TypeSlots, field), text, doc,       \
   trampoline::function_for<SlotSignature::signature, name,                               \
                            __builtin_offsetof(TypeSlots, field)>(), nullptr},
#include "Objects/slots.def"
};


// For a name that fills several slots (__len__, __getitem__, ...): the only one that the type has
// got by inheritance, or null.
const AnySlot* only_slot_of_name(const Type& type, const Str* name) {
  const AnySlot* found = nullptr;
  for (const SlotRow& row : rows) {
    if (row.interned != name) continue;
    const AnySlot& slot = slot_at(const_cast<TypeSlots&>(type.slots), row.offset);
    if (!slot) continue;
    if (found && found != &slot) return nullptr;
    found = &slot;
  }
  return found;
}

// The C++ slot that a builtin type has beside a method which does the same, as dict.__contains__ does.
AnySlot slot_of_method(const Type& type, const SlotRow& row, Value found) {
  if (!is_exact(found, Kind::MethodDescriptor)) return nullptr;
  const Descriptor& method = *found.as<Descriptor>();
  if (method.owner->has(Type::kHeapType) || !is_subtype(type, *method.owner) || !equal(method.name, row.interned)) return nullptr;
  return slot_at(method.owner->slots, row.offset);
}

// What the rows [first, last) of one field make of the type's attributes: the C++ slot of a base
// where nothing else is in the way, otherwise the trampoline.
AnySlot slot_from_mro(const Type& type, const SlotRow* first, const SlotRow* last) {
  AnySlot specific = nullptr, generic = nullptr;
  bool use_generic = false;
  const AnySlot* place = &slot_at(const_cast<TypeSlots&>(type.slots), first->offset);
  for (const SlotRow* row = first; row != last; ++row) {
    const Value found = lookup_in_type(type, row->interned);
    if (found.is_unbound()) continue;
    if (is_exact(found, Kind::WrapperDescriptor) && equal(found.as<Descriptor>()->name, row->interned)) {
      const Descriptor& wrapper = *found.as<Descriptor>();
      const SlotRow& wrapped = rows[wrapper.position];
      const AnySlot* only = only_slot_of_name(type, row->interned);
      if (!only || only == place) generic = row->trampoline;
      const AnySlot function = slot_at(wrapper.owner->slots, wrapped.offset);
      if ((!specific || specific == function) && wrapped.signature == row->signature &&
          wrapped.offset == row->offset && is_subtype(type, *wrapper.owner)) {
        specific = function;
      } else {
        use_generic = true;
      }
    } else if (const AnySlot function = slot_of_method(type, *row, found)) {
      if (specific && specific != function) use_generic = true;
      specific = function;
    } else if (row->signature == SlotSignature::New && is_builtin_new(found)) {
      specific = reinterpret_cast<AnySlot>(found.as<BuiltinFunction>()->owner->slots.make);
    } else if (row->signature == SlotSignature::Hash && found.is_none()) {
      specific = reinterpret_cast<AnySlot>(&hash_not_implemented);
    } else {
      use_generic = true;
      generic = row->trampoline;
    }
  }
  return specific && !use_generic ? specific : generic;
}

}  // namespace

std::span<const SlotRow> slot_rows() {
  if (!rows[0].interned) {
    for (SlotRow& row : rows) row.interned = intern(row.name);
  }
  return rows;
}

const Str* slot_row_name(const SlotRow& row) { return row.interned; }

void inherit_slots(Type& type, const Type& base) {
  constexpr size_t count = sizeof(TypeSlots) / sizeof(AnySlot);
  // Comparing and hashing belong together: a class that redefines one does not get the other.
  constexpr size_t hash_offset = __builtin_offsetof(TypeSlots, hash);
  constexpr size_t compare_offset = __builtin_offsetof(TypeSlots, compare);
  const bool takes_both = !type.slots.compare && !type.slots.hash;
  for (size_t i = 0; i < count; ++i) {
    const size_t offset = i * sizeof(AnySlot);
    if ((offset == hash_offset || offset == compare_offset) && !takes_both) continue;
    if (offset == __builtin_offsetof(TypeSlots, make)) continue;
    AnySlot& slot = slot_at(type.slots, offset);
    if (!slot) slot = slot_at(base.slots, offset);
  }
}

namespace {

bool is_special_name(const Str* name) {
  return name->length() > 4 && name->at(0) == '_' && name->at(1) == '_';
}

// The rows of one field of TypeSlots. They stand together, except where a name fills several fields.
struct SlotField {
  const SlotRow *first, *last;
};

constexpr size_t kMostFields = 128;
using FieldSet = std::bitset<kMostFields>;

// All fields, and which of them each special name concerns.
class SlotFields {
 public:
  SlotFields() {
    const std::span<const SlotRow> all = slot_rows();
    for (size_t first = 0; first < all.size();) {
      size_t last = first + 1;
      while (last < all.size() && all[last].offset == all[first].offset) ++last;
      for (size_t i = first; i < last; ++i) {
        Entry& entry = entries_[place_of(all[i].interned)];
        entry.name = all[i].interned;
        entry.fields.set(count_);
      }
      fields_[count_++] = {&all[first], &all[0] + last};
      first = last;
    }
  }
  FieldSet of_name(const Str* name) const { return entries_[place_of(name)].fields; }
  FieldSet all() const { return FieldSet().set() >> (kMostFields - count_); }

  // Finds out again what the slots of these fields are.
  void update(Type& type, FieldSet fields) const {
    for (size_t i = fields._Find_first(); i < count_; i = fields._Find_next(i)) {
      const auto& [first, last] = fields_[i];
      slot_at(type.slots, first->offset) = slot_from_mro(type, first, last);
    }
  }

 private:
  struct Entry {
    const Str* name;
    FieldSet fields;
  };
  // An empty one, if the name concerns nothing.
  size_t place_of(const Str* name) const {
    size_t at = (reinterpret_cast<uintptr_t>(name) / 16 * 0x9E37'79B9 >> 8) % kPlaces;
    while (entries_[at].name && entries_[at].name != name) at = (at + 1) % kPlaces;
    return at;
  }

  static constexpr size_t kPlaces = 256;
  SlotField fields_[kMostFields];
  size_t count_ = 0;
  Entry entries_[kPlaces] = {};
};

const SlotFields& slot_fields() {
  static const SlotFields fields;
  return fields;
}

// The slots of a subclass of a builtin type that defines nothing: found out once, for both stay as they are.
const TypeSlots& slots_of_plain_subclass(Type& base) {
  static const TypeSlots* known[kKindCount];
  const TypeSlots*& slots = known[&base - builtin_types];
  if (!slots) {
    Type plain{};  // not on the heap: no class that gc.get_objects() could find
    plain.base = &base;
    plain.mro = base.mro;
    for (const Value each : base.mro->view()) inherit_slots(plain, *each.as<Type>());
    update_slots(plain);
    slots = new TypeSlots(plain.slots);
  }
  return *slots;
}

// What the special names in `dict` concern.
FieldSet concerned_fields(const Dict& dict) {
  FieldSet fields;
  size_t position = 0;
  Value key, value;
  while (dict_next(dict, position, key, value)) {
    if (is_exact_str(key) && is_special_name(key.as<Str>())) fields |= slot_fields().of_name(intern(key.as<Str>()));
  }
  return fields;
}

}  // namespace

void update_slots(Type& type, const Str* name) {
  if (name && !is_special_name(name)) return;
  slot_fields().update(type, name ? slot_fields().of_name(name) : slot_fields().all());
}

bool set_slots_from_base(Type& type) {
  Type& base = *type.bases->items[0].as<Type>();
  type.slots = base.has(Type::kHeapType) ? base.slots : slots_of_plain_subclass(base);
  FieldSet concerned = slot_fields().of_name(special_name<"__new__">());  // slots that make instances are not inherited
  // What stands in the order beside the first base and its own order may hide something of it.
  size_t position = 0;
  for (const Value each : type.mro->view()) {
    if (position < base.mro->size && base.mro->items[position] == each) {
      ++position;
    } else if (each.as<Type>()->has(Type::kHeapType)) {
      concerned |= concerned_fields(*each.as<Type>()->dict);
    } else {
      return false;
    }
  }
  if (position < base.mro->size) return false;
  slot_fields().update(type, concerned);
  return true;
}

}  // namespace minipy
