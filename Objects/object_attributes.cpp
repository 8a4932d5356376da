// Attribute access of any object, and of instances with shapes. Language reference 3.3.2.
#include "Objects/attribute_error.h"
#include "Objects/audit.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/slot_trampolines.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"

namespace minipy {
namespace {

Str* name_of_attribute(Value name) {
  Str* text = name.as<Str>();
  if (text->is_interned()) return text;
  return is_exact_str(name) ? intern(text) : intern(substring(text, 0, text->length()));
}

bool has_attributes(const Object& object) { return object.type().attributes_word != 0; }

// The word with the overflow array or the Dict.
Value& overflow_word(Object& object) { return object.words()[attributes_word(object)]; }

Dict* dictionary_of(Object& object) {
  Value& word = overflow_word(object);
  if (word.is_empty()) word = make_dict();
  return word.as<Dict>();
}

// Moves an instance's attributes into a real dict, where they stay: its shape says so from now on.
Dict* convert_to_dictionary(Object& object) {
  Shape& shape = shape_of(object);
  if (shape.is_dictionary) return dictionary_of(object);
  Str* names[kMaxShapeAttributes + 1];
  for (Shape* s = &shape; s->parent; s = s->parent) names[s->slot_count - 1] = s->name;
  Dict* dict = make_dict_with_capacity(shape.slot_count);
  for (int i = 0; i < shape.slot_count; ++i) {
    dict_set_str(*dict, names[i], *attribute_place(object, shape, i));
  }
  // Old values must not stay visible to the collector.
  const int word = attributes_word(object);
  for (int i = 0; i < shape.inline_capacity; ++i) object.words()[word + 1 + i] = Value();
  object.words()[word] = dict;
  object.shape = dictionary_shape(object.type()).id;
  return dict;
}

// Room for slot `slot` beyond the inline ones.
void grow_overflow(Object& object, int needed) {
  Value& word = overflow_word(object);
  const size_t capacity = word.is_empty() ? 0 : word.as<ValueBuffer>()->capacity();
  if (static_cast<size_t>(needed) <= capacity) return;
  const size_t larger = capacity ? capacity * 2 : 4;
  ValueBuffer* buffer = make_value_buffer(larger, true);
  if (capacity) std::memcpy(buffer->items, word.as<ValueBuffer>()->items, capacity * sizeof(Value));
  word = Value(reinterpret_cast<uint64_t>(buffer));
}

// The shape without one of its last attributes; null where that is not worth the shapes between.
Shape* shape_without(Shape& shape, int slot) {
  constexpr int kMostBehind = 8;
  const int behind = shape.slot_count - 1 - slot;
  if (behind > kMostBehind) return nullptr;
  Str* names[kMostBehind];
  Shape* rest = &shape;
  for (int i = behind; i-- > 0; rest = rest->parent) names[i] = rest->name;
  rest = rest->parent;
  for (int i = 0; i < behind && rest; ++i) rest = shape_with(*rest, names[i]);
  return rest;
}

bool delete_own(Object& object, const Str* name) {
  if (get_own_attribute(&object, name).is_unbound()) return false;
  Shape& shape = shape_of(object);
  const int slot = shape.is_dictionary ? -1 : find_slot(shape, name);
  Shape* const smaller = slot < 0 ? nullptr : shape_without(shape, slot);
  if (!smaller) return dict_delete_str(*convert_to_dictionary(object), name);
  const int last = shape.slot_count - 1;
  for (int i = slot; i < last; ++i) *attribute_place(object, shape, i) = *attribute_place(object, shape, i + 1);
  *attribute_place(object, shape, last) = Value();
  object.shape = smaller->id;
  return true;
}

Failure raise_missing(Thread& thread, Value object, Value name) {
  return raise_attribute_error(thread, object, name, "'{}' object has no attribute '{}'", type_of(object));
}

}  // namespace

void set_own_attribute(Object& object, Str* name, Value value) {
  Shape& shape = shape_of(object);
  if (shape.is_dictionary) return dict_set_str(*dictionary_of(object), name, value);
  const int slot = find_slot(shape, name);
  if (slot >= 0) {
    *attribute_place(object, shape, slot) = value;
    return;
  }
  Shape* larger = shape_with(shape, name);
  if (!larger) return dict_set_str(*convert_to_dictionary(object), name, value);
  if (larger->slot_count > larger->inline_capacity) grow_overflow(object, larger->slot_count - larger->inline_capacity);
  *attribute_place(object, *larger, larger->slot_count - 1) = value;
  object.shape = larger->id;
}

Str* intern_name(Str* name) { return name_of_attribute(Value(name)); }

Failure raise_attribute_error(Thread& thread, Value object, Value name, std::string_view format, const Type& type) {
  raise(thread, AttributeError, format, type, name);
  return with_attribute_name(thread, object, name);
}

Failure with_attribute_name(Thread& thread, Value object, Value name) {
  if (exception_matches(thread, AttributeError)) {
    AttributeErrorObject* exception = thread.exception.as<AttributeErrorObject>();
    exception->object = object;
    exception->name = name;
  }
  return error;
}

Value get_own_attribute(Value value, const Str* name) {
  if (!value.is_object()) return Unbound;
  Object& object = *value.object();
  // Classes come here only when object.__getattribute__ is called for one.
  if (!has_attributes(object)) return is_type(value) ? dict_get_str(type_dict(*value.as<Type>()), name) : Unbound;
  Shape& shape = shape_of(object);
  if (shape.is_dictionary) {
    const Value dict = overflow_word(object);
    return dict.is_empty() ? Unbound : dict_get_str(*dict.as<Dict>(), name);
  }
  if (!name->is_interned()) name = intern_name(const_cast<Str*>(name));
  const int slot = find_slot(shape, name);
  return slot < 0 ? Unbound : *attribute_place(object, shape, slot);
}

// A data descriptor of the class, then the instance's own attribute, then what else the class has.
Value get_attribute_or_unbound_generic(Thread& thread, Value object, const Str* name) {
  Type& type = type_of(object);
  const Value found = lookup_in_type(type, name);
  GetDescriptorSlot get = nullptr;
  if (!found.is_unbound()) {
    const TypeSlots& slots = type_of(found).slots;
    get = slots.get_descriptor;
    if (get && slots.set_descriptor) {
      const Value result = get(thread, found, object, &type);
      if (result.is_empty() && catch_exception(thread, AttributeError)) return Unbound;
      return result;
    }
  }
  const Value own = get_own_attribute(object, name);
  if (!own.is_unbound()) return own;
  if (!get) return found;
  const Value result = get(thread, found, object, &type);
  if (result.is_empty() && catch_exception(thread, AttributeError)) return Unbound;
  return result;
}

Value generic_get_attribute(Thread& thread, Value object, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Str* key = name_of_attribute(name);
  Type& type = type_of(object);
  const Value found = lookup_in_type(type, key);
  GetDescriptorSlot get = nullptr;
  if (!found.is_unbound()) {
    const TypeSlots& slots = type_of(found).slots;
    get = slots.get_descriptor;
    if (get && slots.set_descriptor) return get(thread, found, object, &type);
  }
  const Value own = get_own_attribute(object, key);
  if (!own.is_unbound()) return own;
  if (get) return get(thread, found, object, &type);
  if (!found.is_unbound()) return found;
  return raise_missing(thread, object, name);
}

Status generic_set_attribute(Thread& thread, Value object, Value name, Value value) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Str* key = name_of_attribute(name);
  const Value found = lookup_in_type(type_of(object), key);
  if (!found.is_unbound()) {
    if (SetSlot set = type_of(found).slots.set_descriptor) return set(thread, found, object, value);
  }
  if (!object.is_object() || !has_attributes(*object.object())) {
    if (found.is_unbound()) return raise_missing(thread, object, name);
    return raise_attribute_error(thread, object, name, "'{}' object attribute '{}' is read-only", type_of(object));
  }
  if (!value.is_empty()) {
    set_own_attribute(*object.object(), key, value);
  } else if (!delete_own(*object.object(), key)) {
    return raise_missing(thread, object, name);
  }
  return nothing;
}

void complete_attribute_error(Thread& thread, Value object, const Str* name) {
  if (!has_kind(thread.exception, Kind::AttributeError)) return;
  AttributeErrorObject& exception = *thread.exception.as<AttributeErrorObject>();
  if (!exception.name.is_empty() || !exception.object.is_empty()) return;
  exception.name = name;
  exception.object = object;
}

Value get_attribute(Thread& thread, Value object, const Str* name) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  const Value result = type_of(object).slots.get_attribute(thread, object, name);
  if (result.is_empty()) [[unlikely]] complete_attribute_error(thread, object, name);
  return result;
}

Value get_attribute(Thread& thread, Value object, std::string_view name) {
  return get_attribute(thread, object, intern(name));
}

Value get_attribute_or_unbound(Thread& thread, Value object, const Str* name) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  Type& type = type_of(object);
  // The common cases make no AttributeError only to throw it away.
  if (type.slots.get_attribute == &generic_get_attribute) {
    return get_attribute_or_unbound_generic(thread, object, intern_name(const_cast<Str*>(name)));
  }
  if (is_type(object) && type.slots.get_attribute == type_of_kind(Kind::Type).slots.get_attribute) {
    const Value found = type_attribute_or_unbound(thread, *object.as<Type>(), intern_name(const_cast<Str*>(name)));
    if (found.is_empty() && catch_exception(thread, AttributeError)) return Unbound;
    return found;
  }
  const Value result = type.slots.get_attribute(thread, object, name);
  if (result.is_empty() && catch_exception(thread, AttributeError)) return Unbound;
  return result;
}

Value get_attribute_or_unbound(Thread& thread, Value object, std::string_view name) {
  return get_attribute_or_unbound(thread, object, intern(name));
}

Status set_attribute(Thread& thread, Value object, const Str* name, Value value) {
  if (is_stack_exhausted(thread)) [[unlikely]] return error;
  if (SetSlot set = type_of(object).slots.set_attribute) return set(thread, object, intern_name(const_cast<Str*>(name)), value);
  const bool readable = type_of(object).slots.get_attribute != nullptr;
  return raise(thread, TypeError, "'{}' object has {} attributes ({} .{})", type_of(object),
               readable ? "only read-only" : "no", value.is_empty() ? "del" : "assign to", name);
}

Status set_attribute(Thread& thread, Value object, std::string_view name, Value value) {
  return set_attribute(thread, object, intern(name), value);
}

Value lookup_special(Thread& thread, Value object, std::string_view name) {
  const Value found = lookup_in_type(type_of(object), intern(name));
  if (found.is_unbound()) return Unbound;
  if (GetDescriptorSlot get = type_of(found).slots.get_descriptor) return get(thread, found, object, &type_of(object));
  return found;
}

Value instance_dict(Thread&, Value object) {
  if (is_type(object)) return &type_dict(*object.as<Type>());
  if (!object.is_object() || !has_attributes(*object.object())) return Unbound;
  return convert_to_dictionary(*object.object());
}

Status set_instance_dict(Thread& thread, Value object, Value dict) {
  if (!dict.is_empty() && !is_dict(dict)) {
    return raise(thread, TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(dict));
  }
  if (!object.is_object() || is_type(object) || !has_attributes(*object.object())) {
    return raise(thread, AttributeError, "This object has no __dict__");
  }
  // What is built in with a dict always has one.
  if (dict.is_empty() && type_of_kind(object.object()->kind).has(Type::kHasDict)) {
    return raise(thread, TypeError, "cannot delete __dict__");
  }
  convert_to_dictionary(*object.object());
  overflow_word(*object.object()) = dict.is_empty() ? Value(make_dict()) : dict;
  return nothing;
}

Status set_class(Thread& thread, Value value, Type& wanted) {
  TRY(audit_change(thread, value, "__class__", &wanted));
  Object& object = *value.object();
  Type& current = object.type();
  if (&current == &wanted) return nothing;
  const bool both_modules = is_subtype(current, type_of_kind(Kind::Module)) && is_subtype(wanted, type_of_kind(Kind::Module));
  const bool both_heap = current.has(Type::kHeapType) && wanted.has(Type::kHeapType);
  if (!both_heap && !both_modules) {
    return raise(thread, TypeError,
                 "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  if (!same_layout(current, wanted)) {
    return raise(thread, TypeError, "__class__ assignment: '{}' object layout differs from '{}'", wanted, current);
  }
  if (has_attributes(object)) {
    // Inline room may differ between the classes; a dict fits both.
    convert_to_dictionary(object);
    object.shape = dictionary_shape(wanted).id;
  } else {
    object.shape = wanted.root_shape;
  }
  return nothing;
}

}  // namespace minipy
