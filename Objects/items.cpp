// len(), subscripts and `in` for any objects. Language reference, data model 3.3.7.
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/iterators.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"

namespace minipy {
namespace {

// A position in a sequence: negative ones count from the end.
Result<int64_t> sequence_position(Thread& thread, Value sequence, Value key) {
  const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  const LengthSlot slot = type_of(sequence).slots.sequence_length;
  if (index >= 0 || !slot) return index;
  return index + static_cast<int64_t>(TRY(slot(thread, sequence)));
}

// list[int]: a class is subscripted through its metaclass or __class_getitem__ (PEP 560).
Value get_class_item(Thread& thread, Value type, Value key) {
  if (type == Value(&type_of_kind(Kind::Type))) {
    return call(thread, Value(&type_of_kind(Kind::GenericAlias)), {type, key});
  }
  const Value method = TRY(get_attribute_or_unbound(thread, type, "__class_getitem__"));
  if (!method.is_unbound() && !method.is_none()) return call(thread, method, {key});
  return raise(thread, TypeError, "type '{}' is not subscriptable", type.as<Type>()->name_view());
}

Failure raise_for_slot(Thread& thread, Value object, std::string_view what) {
  return raise(thread, TypeError, "'{}' object {}", type_of(object), what);
}

Failure raise_not_an_index(Thread& thread, Value key) {
  return raise(thread, TypeError, "sequence index must be integer, not '{}'", type_of(key));
}

// Value() deletes. What has methods of sequences takes integers for positions, even where it has no items to change.
Status change_item(Thread& thread, Value object, Value key, Value value) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const Type& type = type_of(object);
  if (type.slots.map_set_item) return type.slots.map_set_item(thread, object, key, value);
  const bool deletes = value.is_empty();
  if (has_sequence_methods(type)) {
    const SetItemSlot set_position = type.slots.sequence_set_item;
    if (is_index(key)) {
      const int64_t position = TRY(sequence_position(thread, object, key));
      if (set_position) return set_position(thread, object, position, value);
      return raise_for_slot(thread, object, deletes ? "doesn't support item deletion" : "does not support item assignment");
    }
    if (set_position) return raise_not_an_index(thread, key);
  }
  return raise_for_slot(thread, object, deletes ? "does not support item deletion" : "does not support item assignment");
}

}  // namespace

Result<size_t> length(Thread& thread, Value object) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const TypeSlots& slots = type_of(object).slots;
  if (slots.sequence_length) return slots.sequence_length(thread, object);
  if (slots.map_length) return slots.map_length(thread, object);
  return raise(thread, TypeError, "object of type '{}' has no len()", type_of(object));
}

Value get_item(Thread& thread, Value object, Value key) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const TypeSlots& slots = type_of(object).slots;
  if (slots.map_item) return slots.map_item(thread, object, key);
  if (slots.sequence_item) {
    if (!is_index(key)) return raise_not_an_index(thread, key);
    return slots.sequence_item(thread, object, TRY(sequence_position(thread, object, key)));
  }
  if (is_type(object)) return get_class_item(thread, object, key);
  return raise_for_slot(thread, object, "is not subscriptable");
}

Status set_item(Thread& thread, Value object, Value key, Value value) {
  return change_item(thread, object, key, value);
}

Status delete_item(Thread& thread, Value object, Value key) {
  return change_item(thread, object, key, Value());
}

// Language reference 6.10.2. Without __contains__ the items are searched; identity first.
Result<bool> contains_by_iteration(Thread& thread, Value iterable, Value item) {
  const Value iterator = TRY(iterate(thread, iterable, "argument of type '{}' is not iterable"));
  for (;;) {
    const Value candidate = TRY(next(thread, iterator));
    if (candidate.is_unbound()) return false;
    if (TRY(is_equal(thread, candidate, item))) return true;
  }
}

Result<bool> contains(Thread& thread, Value container, Value item) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const TypeSlots& slots = type_of(container).slots;
  if (slots.contains) return slots.contains(thread, container, item);
  return contains_by_iteration(thread, container, item);
}

Value sequence_item(Thread& thread, Value sequence, int64_t index) {
  const TypeSlots& slots = type_of(sequence).slots;
  if (!slots.sequence_item) {
    if (slots.map_item) return raise(thread, TypeError, "{} is not a sequence", type_of(sequence));
    return raise_for_slot(thread, sequence, "does not support indexing");
  }
  if (index < 0 && slots.sequence_length) {
    index += static_cast<int64_t>(TRY(slots.sequence_length(thread, sequence)));
  }
  return slots.sequence_item(thread, sequence, index);
}

bool has_sequence_methods(const Type& type) {
  const TypeSlots& slots = type.slots;
  return type.has(Type::kHeapType) || slots.sequence_length || slots.concatenate || slots.repeat || slots.sequence_item ||
         slots.sequence_set_item || slots.contains || slots.inplace_concatenate || slots.inplace_repeat;
}
bool is_sequence(Value value) { return !is_dict(value) && type_of(value).slots.sequence_item; }
bool is_mapping(Value value) { return type_of(value).slots.map_item; }

}  // namespace minipy
