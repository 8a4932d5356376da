// Pointers.
#include <cstring>

#include "Modules/ctypes/ctypes.h"
#include "Objects/container_support.h"
#include "Objects/slice.h"

namespace minipy::ctypes {
namespace {

uint8_t* address_in(const CData& self) {
  uint8_t* address;
  std::memcpy(&address, self.data, sizeof address);
  return address;
}
Result<uint8_t*> target_of(Thread& thread, const CData& self) {
  uint8_t* address = address_in(self);
  if (!address) return raise(thread, ValueError, "NULL pointer access");
  return address;
}
Result<TypeInfo*> info_with_item(Thread& thread, CData& self) {
  TypeInfo* info = info_of(self.type());
  if (!info || !info->item)
    return raise(thread, TypeError, "Cannot create instance: has no _type_");
  return info;
}

Value get_contents(Thread& thread, CData& self) {
  TypeInfo* info = TRY(info_with_item(thread, self));
  return data_at(thread, *info->item, &self, 0, TRY(target_of(thread, self)));
}

Status set_contents(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "Pointer does not support item deletion");
  CData& self = *self_value.as<CData>();
  TypeInfo* info = TRY(info_with_item(thread, self));
  if (!is_cdata(value) || !TRY(is_instance_of(thread, value, info->item))) {
    return raise(thread, TypeError, "expected {} instead of {}", *info->item, type_of(value));
  }
  CData& target = *value.as<CData>();
  std::memcpy(self.data, &target.data, sizeof(void*));
  TRY(keep(thread, self, 1, value));
  return keep(thread, self, 0, kept_objects(target));
}

Value item_at(Thread& thread, Value self_value, int64_t index) {
  CData& self = *self_value.as<CData>();
  uint8_t* target = TRY(target_of(thread, self));
  TypeInfo* info = TRY(info_with_item(thread, self));
  const int64_t size = info_of(*info->item)->size;
  return get_item_value(thread, *info->item, nullptr, self, index, size, target + index * size);
}
Status set_item_at(Thread& thread, Value self_value, int64_t index, Value value) {
  CData& self = *self_value.as<CData>();
  if (value.is_empty()) return raise(thread, TypeError, "Pointer does not support item deletion");
  uint8_t* target = TRY(target_of(thread, self));
  TypeInfo* info = TRY(info_with_item(thread, self));
  const int64_t size = info_of(*info->item)->size;
  return set_item_value(thread, self, *info->item, nullptr, value, index, size,
                        target + index * size);
}

// A pointer has no end, so a slice must say all that matters.
Value slice_of(Thread& thread, CData& self, const Slice& slice) {
  const int64_t step =
      slice.step.is_none() ? 1 : TRY(index_as_int64(thread, slice.step, &ValueError));
  if (step == 0) return raise(thread, ValueError, "slice step cannot be zero");
  if (slice.start.is_none() && step < 0)
    return raise(thread, ValueError, "slice start is required for step < 0");
  const int64_t start =
      slice.start.is_none() ? 0 : TRY(index_as_int64(thread, slice.start, &ValueError));
  if (slice.stop.is_none()) return raise(thread, ValueError, "slice stop is required");
  const int64_t stop = TRY(index_as_int64(thread, slice.stop, &ValueError));
  int64_t count = 0;
  if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
  if (step < 0 && start > stop) count = (stop - start + 1) / step + 1;
  TypeInfo* info = TRY(info_with_item(thread, self));
  if (count > 0) TRY(target_of(thread, self));
  return items_as_sequence(thread, self, *info, start, step, count);
}

Value pointer_item(Thread& thread, Value self, Value key) {
  if (is_index(key)) return item_at(thread, self, TRY(index_as_int64(thread, key, &IndexError)));
  if (is_slice(key)) return slice_of(thread, *self.as<CData>(), *key.as<Slice>());
  return raise(thread, TypeError, "Pointer indices must be integer");
}
Status set_pointer_item_by_key(Thread& thread, Value self, Value key, Value value) {
  return set_item_at(thread, self, TRY(index_as_int64(thread, key, &IndexError)), value);
}

Result<bool> is_not_null(Thread&, Value self) {
  return address_in(*self.as<CData>()) != nullptr;
}

Value make_pointer(Thread& thread, Type& type, const Value*, size_t, Value) {
  const TypeInfo* info = info_of(type);
  if (!info || !info->item)
    return raise(thread, TypeError, "Cannot create instance: has no _type_");
  return new_data(thread, type);
}
Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value) {
  TRY(check_positional(thread, "POINTER", count, 0, 1));
  return count == 1 ? set_contents(thread, self, arguments[0]) : Status(nothing);
}

const MethodRow methods[] = {
    getter<get_contents>("contents", "What the pointer points to, as an instance.", set_contents),
};

}  // namespace

// `item` may come later, through set_type().
Status set_pointer_item(Thread& thread, Type&, TypeInfo& info, Value item) {
  if (!is_type(item)) return raise(thread, TypeError, "_type_ must be a type");
  const TypeInfo* item_info = info_of(item);
  if (!item_info) return raise(thread, TypeError, "_type_ must have storage info");
  info.item = item.as<Type>();
  std::string format = "&";
  if (item_info->shape) {
    format += "(";
    for (size_t i = 0; i < item_info->shape->size; ++i) {
      format += (i ? "," : "") + std::to_string(item_info->shape->items[i].as_int());
    }
    format += ")";
  }
  info.format = make_str(format + (item_info->format ? to_utf8(item_info->format) : "B"));
  return nothing;
}

// What points to the right type, and instances of that type themselves.
Value pointer_from_param(Thread& thread, Type& type, Value value) {
  if (value.is_none()) return None;
  const TypeInfo* info = info_of(type);
  if (!info || !info->item) return raise(thread, TypeError, "abstract class");
  if (is_cdata(value)) {
    if (TRY(is_instance_of(thread, value, info->item))) return by_reference(*value.as<CData>(), 0);
    const TypeInfo* other = info_of_instance(value);
    const bool is_address = is_family(other, Family::Array) || is_family(other, Family::Pointer);
    if (is_address && other->item && TRY(is_subclass_of(thread, other->item, info->item)))
      return value;
  }
  return from_param_of_any(thread, type, value);
}

Result<Type*> pointer_type(Thread& thread, Type& item) {
  const Value known = TRY(dict_get(thread, *pointer_types, &item));
  if (!known.is_unbound() && is_type(known)) return known.as<Type>();
  Dict* contents = make_dict();
  dict_set_str(*contents, "_type_", &item);
  const Value name = TRY(format_message(thread, "LP_{}", {Value(item.name)}));
  const Value made =
      TRY(call(thread, &type_of_kind(ModuleKind::CtypesPointerMeta),
               {name, make_tuple({&type_of_kind(ModuleKind::CtypesPointer)}), contents}));
  TRY(dict_set(thread, *pointer_types, &item, made));
  return made.as<Type>();
}

void define_pointer_type(Module& module) {
  TypeSpec spec;
  spec.doc = "Base of pointers: _type_ says what they point to.";
  spec.instance_bytes = sizeof(CData);
  spec.flags = Type::kBaseType;
  spec.slots.make = make_pointer;
  spec.slots.init = initialize;
  spec.slots.truth = is_not_null;
  spec.slots.map_item = pointer_item;
  spec.slots.map_set_item = set_pointer_item_by_key;
  spec.slots.sequence_item = item_at;
  spec.slots.sequence_set_item = set_item_at;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::CtypesPointer, spec));
  set_metatype(ModuleKind::CtypesPointer, ModuleKind::CtypesPointerMeta);
}

}  // namespace minipy::ctypes
