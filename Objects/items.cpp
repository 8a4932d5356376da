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

Status change_item(Thread& thread, Value object, Value key, Value value, std::string_view missing) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const TypeSlots& slots = type_of(object).slots;
  if (slots.map_set_item) return slots.map_set_item(thread, object, key, value);
  if (slots.sequence_set_item) {
    if (!is_index(key)) return raise_not_an_index(thread, key);
    return slots.sequence_set_item(thread, object, TRY(sequence_position(thread, object, key)), value);
  }
  return raise_for_slot(thread, object, missing);
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
  return change_item(thread, object, key, value, "does not support item assignment");
}

Status delete_item(Thread& thread, Value object, Value key) {
  // Slices and other keys get the wording of mappings.
  return change_item(
      thread, object, key, Value(),
      is_index(key) ? "doesn't support item deletion" : "does not support item deletion");
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

// operator.concat(): a + b for sequences only.
Value sequence_concatenate(Thread& thread, Value left, Value right) {
  const TypeSlots& slots = type_of(left).slots;
  if (slots.concatenate) return slots.concatenate(thread, left, right);
  if (is_sequence(left) && is_sequence(right)) return number_add(thread, left, right);
  return raise_for_slot(thread, left, "can't be concatenated");
}

Value sequence_repeat(Thread& thread, Value sequence, int64_t count) {
  const TypeSlots& slots = type_of(sequence).slots;
  if (slots.repeat) return slots.repeat(thread, sequence, count);
  if (is_sequence(sequence)) return number_multiply(thread, sequence, make_int(count));
  return raise_for_slot(thread, sequence, "can't be repeated");
}

bool is_sequence(Value value) { return !is_dict(value) && type_of(value).slots.sequence_item; }
bool is_mapping(Value value) { return type_of(value).slots.map_item; }

}  // namespace minipy
