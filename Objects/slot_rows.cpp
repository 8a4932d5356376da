#include "Objects/slot_rows.h"

#include <algorithm>

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

// Calls update(first, last) for the rows of each field. They stand together, except where a name fills
// several fields.
template <typename Update>
void for_each_field(Update update) {
  const std::span<const SlotRow> all = slot_rows();
  for (size_t first = 0; first < all.size();) {
    size_t last = first + 1;
    while (last < all.size() && all[last].offset == all[first].offset) ++last;
    update(&all[first], &all[0] + last);
    first = last;
  }
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

// A few special names.
class SpecialNames {
 public:
  // False if there are too many.
  bool add(const Str* name) {
    if (count_ == kMost) return false;
    if (!contain(name)) names_[count_++] = name;
    return true;
  }
  bool add_all(const Dict& dict) {
    size_t position = 0;
    Value key, value;
    while (dict_next(dict, position, key, value)) {
      const bool is_concerned = is_exact_str(key) && is_special_name(key.as<Str>());
      if (is_concerned && !add(intern(key.as<Str>()))) return false;
    }
    return true;
  }
  bool contain(const Str* name) const { return std::find(names_, names_ + count_, name) != names_ + count_; }

 private:
  static constexpr size_t kMost = 64;
  const Str* names_[kMost];
  size_t count_ = 0;
};

}  // namespace

void update_slots(Type& type, const Str* name) {
  if (name && !is_special_name(name)) return;
  for_each_field([&](const SlotRow* first, const SlotRow* last) {
    const bool is_concerned = !name || std::any_of(first, last, [&](const SlotRow& row) { return row.interned == name; });
    if (is_concerned) slot_at(type.slots, first->offset) = slot_from_mro(type, first, last);
  });
}

bool set_slots_from_base(Type& type) {
  Type& base = *type.bases->items[0].as<Type>();
  type.slots = base.has(Type::kHeapType) ? base.slots : slots_of_plain_subclass(base);
  SpecialNames names;
  names.add(special_name<"__new__">());  // slots that make instances are not inherited
  // What stands in the order beside the first base and its own order may hide something of it.
  size_t position = 0;
  for (const Value each : type.mro->view()) {
    if (position < base.mro->size && base.mro->items[position] == each) {
      ++position;
    } else if (!each.as<Type>()->has(Type::kHeapType) || !names.add_all(*each.as<Type>()->dict)) {
      return false;
    }
  }
  if (position < base.mro->size) return false;
  for_each_field([&](const SlotRow* first, const SlotRow* last) {
    if (std::any_of(first, last, [&](const SlotRow& row) { return names.contain(row.interned); })) {
      slot_at(type.slots, first->offset) = slot_from_mro(type, first, last);
    }
  });
  return true;
}

}  // namespace minipy
