// Arrays.
#include <cstring>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "Objects/copy_bytes.h"
#include "Objects/slice.h"

namespace minipy::ctypes {
namespace {

const TypeInfo& item_info(const TypeInfo& info) {
  return *info_of(*info.item);
}

Value item_at(Thread& thread, CData& self, int64_t index) {
  const TypeInfo& info = *info_of(self.type());
  const TypeInfo& item = item_info(info);
  if (index < 0 || index >= self.length) return raise(thread, IndexError, "invalid index");
  return get_item_value(thread, *info.item, nullptr, self, index, item.size,
                        self.data + index * item.size);
}
Value sequence_item_of_array(Thread& thread, Value self, int64_t index) {
  return item_at(thread, *self.as<CData>(), index);
}

Status set_item_at(Thread& thread, Value self_value, int64_t index, Value value) {
  CData& self = *self_value.as<CData>();
  if (value.is_empty()) return raise(thread, TypeError, "Array does not support item deletion");
  if (index < 0 || index >= self.length) return raise(thread, IndexError, "invalid index");
  const TypeInfo& info = *info_of(self.type());
  const TypeInfo& item = item_info(info);
  return set_item_value(thread, self, *info.item, nullptr, value, index, item.size,
                        self.data + index * item.size);
}

Value array_item(Thread& thread, Value self_value, Value key) {
  CData& self = *self_value.as<CData>();
  if (is_index(key)) {
    const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    return item_at(thread, self, index < 0 ? index + self.length : index);
  }
  if (!is_slice(key)) return raise(thread, TypeError, "indices must be integers");
  const SliceRange range =
      TRY(slice_range(thread, *key.as<Slice>(), static_cast<size_t>(self.length)));
  return items_as_sequence(thread, self, *info_of(self.type()), range.start, range.step,
                           range.count);
}

Status set_array_item(Thread& thread, Value self_value, Value key, Value value) {
  CData& self = *self_value.as<CData>();
  if (value.is_empty()) return raise(thread, TypeError, "Array does not support item deletion");
  if (is_index(key)) {
    const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    return set_item_at(thread, self_value, index < 0 ? index + self.length : index, value);
  }
  if (!is_slice(key)) return raise(thread, TypeError, "indices must be integer");
  const SliceRange range =
      TRY(slice_range(thread, *key.as<Slice>(), static_cast<size_t>(self.length)));
  if (TRY(length(thread, value)) != static_cast<size_t>(range.count)) {
    return raise(thread, ValueError, "Can only assign sequence of same size");
  }
  for (int64_t i = 0; i < range.count; ++i) {
    const Value item = TRY(sequence_item(thread, value, i));
    TRY(set_item_at(thread, self_value, range.start + i * range.step, item));
  }
  return nothing;
}

Result<size_t> array_length(Thread&, Value self) {
  return static_cast<size_t>(self.as<CData>()->length);
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value) {
  for (size_t i = 0; i < count; ++i)
    TRY(set_item_at(thread, self, static_cast<int64_t>(i), arguments[i]));
  return nothing;
}

Value class_getitem_of_array(Thread& thread, Type& type, Value item) {
  return class_getitem(thread, type, item);
}

// ---- arrays of characters have `value`, and `raw` ----

Value get_raw(Thread& thread, CData& self) {
  return bytes_result(thread, {reinterpret_cast<char*>(self.data), static_cast<size_t>(self.size)});
}
Status set_raw(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  CData& self = *self_value.as<CData>();
  if (lease->size > self.size) return raise(thread, ValueError, "byte string too long");
  if (lease.size() > 0) std::memmove(self.data, lease.data(), lease.size());
  return nothing;
}

Value get_text(Thread& thread, CData& self) {
  return simple_kind('s')->get(thread, self.data, self.size);
}
Status set_text(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete attribute");
  if (!is_bytes(value))
    return raise(thread, TypeError, "bytes expected instead of {} instance", type_of(value));
  CData& self = *self_value.as<CData>();
  const std::string_view text = value.as<Bytes>()->view();
  const auto room = static_cast<size_t>(self.size);
  if (text.size() > room) return raise(thread, ValueError, "byte string too long");
  copy_bytes(self.data, text);
  if (text.size() < room) self.data[text.size()] = 0;
  return nothing;
}

Value get_wide_text(Thread& thread, CData& self) {
  return simple_kind('U')->get(thread, self.data, self.size);
}
Status set_wide_text(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete attribute");
  if (!is_str(value))
    return raise(thread, TypeError, "unicode string expected instead of {} instance",
                 type_of(value));
  CData& self = *self_value.as<CData>();
  if (value.as<Str>()->length() > static_cast<size_t>(self.size) / 4)
    return raise(thread, ValueError, "string too long");
  TRY(simple_kind('U')->set(thread, self.data, value, self.size));
  return nothing;
}

const MethodRow raw_row = getter<get_raw>("raw", "The bytes.", set_raw);
const MethodRow text_row = getter<get_text>("value", "The bytes up to the first zero.", set_text);
const MethodRow wide_text_row =
    getter<get_wide_text>("value", "The characters up to the first zero.", set_wide_text);

const MethodRow methods[] = {
    class_method<class_getitem_of_array>("!__class_getitem__($type, item, /)",
                                         "Generic types: PEP 585."),
};

Result<int64_t> length_of(Thread& thread, Type& type) {
  const Value length = TRY(get_attribute_or_unbound(thread, &type, "_length_"));
  if (length.is_unbound() || length.is_none()) {
    return raise(thread, AttributeError, "class must define a '_length_' attribute");
  }
  if (!is_any_int(length))
    return raise(thread, TypeError, "The '_length_' attribute must be an integer");
  if (int_sign(length) < 0)
    return raise(thread, ValueError, "The '_length_' attribute must not be negative");
  const std::optional<int64_t> number = int_to_int64(length);
  if (!number) return raise(thread, OverflowError, "The '_length_' attribute is too large");
  return *number;
}

}  // namespace

Value items_as_sequence(Thread& thread, CData& self, const TypeInfo& info, int64_t start,
                        int64_t step, int64_t count) {
  const TypeInfo& item = item_info(info);
  uint8_t* memory = self.data;
  if (info.family == Family::Pointer) std::memcpy(&memory, self.data, sizeof memory);
  const auto address = [&](int64_t i) { return memory + (start + i * step) * item.size; };
  if (item.letter == 'c') {
    Bytes* bytes = allocate_bytes(static_cast<size_t>(count));
    if (!bytes) return raise_memory_error(thread);
    for (int64_t i = 0; i < count; ++i) bytes->data()[i] = *address(i);
    return bytes;
  }
  if (item.letter == 'u') {
    StrBuilder text;
    for (int64_t i = 0; i < count; ++i)
      text.append(TRY(item.get(thread, address(i), item.size)).as<Str>());
    return Value(TRY(text.finish(thread)));
  }
  List* list = make_list();
  for (int64_t i = 0; i < count; ++i) {
    const Value value = TRY(
        get_item_value(thread, *info.item, nullptr, self, start + i * step, item.size, address(i)));
    TRY(list_append(thread, *list, value));
  }
  return list;
}

Status describe_array(Thread& thread, Type& type, TypeInfo& info) {
  const int64_t length = TRY(length_of(thread, type));
  const Value item_type = TRY(get_attribute_or_unbound(thread, &type, "_type_"));
  if (item_type.is_unbound() || item_type.is_none()) {
    return raise(thread, AttributeError, "class must define a '_type_' attribute");
  }
  const TypeInfo* item = info_of(item_type);
  if (!item) return raise(thread, TypeError, "_type_ must have storage info");
  if (item->size && length > INT64_MAX / item->size)
    return raise(thread, OverflowError, "array too large");
  info.item = item_type.as<Type>();
  info.length = length;
  info.size = length * item->size;
  info.alignment = item->alignment;
  info.ffi = ffi_pointer;
  info.format = item->format;
  info.flags = item->flags & (TypeInfo::kHasPointer | TypeInfo::kHoldsObjects);
  if (item->flags & (TypeInfo::kIsPointer | TypeInfo::kHasPointer))
    info.flags |= TypeInfo::kHasPointer;
  const size_t inner = item->shape ? item->shape->size : 0;
  info.shape = allocate_tuple(inner + 1);
  info.shape->items[0] = make_int(length);
  for (size_t i = 0; i < inner; ++i) info.shape->items[i + 1] = item->shape->items[i];
  if (item->letter == 'c') {
    add_getter(type, raw_row);
    add_getter(type, text_row);
  } else if (item->letter == 'u') {
    add_getter(type, wide_text_row);
  }
  return nothing;
}

void define_array_type(Module& module) {
  TypeSpec spec;
  spec.doc = "Base of arrays: _type_ and _length_ say what they consist of.";
  spec.instance_bytes = sizeof(CData);
  spec.flags = Type::kBaseType;
  spec.slots.make = make_data;
  spec.slots.init = initialize;
  spec.slots.map_length = array_length;
  spec.slots.map_item = array_item;
  spec.slots.map_set_item = set_array_item;
  spec.slots.sequence_length = array_length;
  spec.slots.sequence_item = sequence_item_of_array;
  spec.slots.sequence_set_item = set_item_at;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::CtypesArray, spec));
  set_metatype(ModuleKind::CtypesArray, ModuleKind::CtypesArrayMeta);
}

}  // namespace minipy::ctypes
