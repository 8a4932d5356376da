// The rows of slots.def as a table: how special methods in Python and slots in C++ meet.
#pragma once

#include <span>

#include "Objects/object.h"
#include "Objects/slots.h"
#include "Objects/type.h"

namespace minipy {

enum class SlotSignature : uint8_t {
  Unary, Hash, Call, GetAttribute, GetAttributeHook, SetAttribute, DeleteAttribute, CompareLess,
  CompareLessEqual, CompareEqual, CompareNotEqual, CompareGreater, CompareGreaterEqual, Next, GetDescriptor,
  SetDescriptor, DeleteDescriptor, Init, New, Finalize, BinaryLeft, BinaryRight, PowerLeft, PowerRight, Truth,
  Inplace, Length, GetItem, SetItem, DeleteItem, Concatenate, Repeat, SequenceItem, SequenceSetItem,
  SequenceDeleteItem, Contains, InplaceConcatenate, InplaceRepeat,
};

// Any slot function, to be cast back to its real type.
using AnySlot = void (*)();

struct SlotRow {
  const char* name;        // "__add__"
  SlotSignature signature;
  uint16_t offset;         // of the field in TypeSlots
  const char* text_signature;
  const char* doc;
  AnySlot trampoline;      // the slot function that calls the Python method
  Str* interned = nullptr;
};

std::span<const SlotRow> slot_rows();
const Str* slot_row_name(const SlotRow& row);

inline AnySlot& slot_at(TypeSlots& slots, size_t offset) {
  return *reinterpret_cast<AnySlot*>(reinterpret_cast<char*>(&slots) + offset);
}
inline AnySlot slot_at(const TypeSlots& slots, size_t offset) {
  return *reinterpret_cast<const AnySlot*>(reinterpret_cast<const char*>(&slots) + offset);
}

// Calls `function`, a slot of row `row`, with arguments as a Python call brings them.
Value call_slot_wrapper(Thread&, const SlotRow& row, AnySlot function, const Type& owner, Value self,
                        const Value* arguments, size_t count, Value keyword_names);

// Copies what `type` does not define itself from `base`.
void inherit_slots(Type& type, const Type& base);
// Sets the slots of a class from what its MRO has under the special names; null: all names.
void update_slots(Type& type, const Str* name = nullptr);

// The same for a class just made: the slots of its first base, and only what it or its other bases define is
// looked up. False if that does not do: another base is a builtin type, or the order is odd.
bool set_slots_from_base(Type& type);

// The builtin function that stands under __new__ of a C++ type.
bool is_builtin_new(Value value);


}  // namespace minipy
