// Structures and unions: where their fields lie.
#include <algorithm>
#include <cstring>
#include <vector>

#include "Modules/ctypes/ctypes.h"
#include "Objects/container_support.h"

namespace minipy::ctypes {
namespace {

Field* new_field() {
  return allocate<Field>();
}

// ---- fields of an instance ----

Value get_field(Thread& thread, Value self_value, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self_value;
  if (!is_cdata(instance)) return raise(thread, TypeError, "not a ctype instance");
  const Field& self = *self_value.as<Field>();
  CData& data = *instance.as<CData>();
  return get_item_value(thread, *self.type, self.get, data, self.index, self.size,
                        data.data + self.offset);
}
Status set_field(Thread& thread, Value self_value, Value instance, Value value) {
  if (!is_cdata(instance)) return raise(thread, TypeError, "not a ctype instance");
  if (value.is_empty()) return raise(thread, TypeError, "can't delete attribute");
  const Field& self = *self_value.as<Field>();
  CData& data = *instance.as<CData>();
  return set_item_value(thread, data, *self.type, self.set, value, self.index, self.size,
                        data.data + self.offset);
}
int64_t field_offset(Field& self) {
  return self.offset;
}
int64_t field_size(Field& self) {
  return self.size;
}

Value repr_field(Thread& thread, Value self_value) {
  const Field& self = *self_value.as<Field>();
  if (const int64_t bits = self.size >> 16) {
    return format_message(thread, "<Field type={}, ofs={}:{}, bits={}>",
                          {*self.type, self.offset, self.size & 0xFFFF, bits});
  }
  return format_message(thread, "<Field type={}, ofs={}, size={}>",
                        {*self.type, self.offset, self.size});
}

const MethodRow field_methods[] = {
    getter<field_offset>("offset", "Where the field lies, in bytes."),
    getter<field_size>("size",
                       "Its size in bytes; of a bit field, its first bit and number of bits."),
};

// ---- laying out ----

// Lays fields out as C compilers on Linux do, one after the other.
struct Layout {
  int64_t offset = 0, size = 0, alignment = 1;
  int64_t open_bits = 0, used_bits = 0;  // of the unit that bit fields share; 0: there is none
  int64_t packing = 0;                   // the largest alignment that counts; 0: any
  bool is_big_endian = false;

  int64_t packed_bits(int64_t bits) const {
    return (bits << 16) + (is_big_endian ? open_bits - used_bits - bits : used_bits);
  }
  // Where a field of this type begins; makes room for it.
  int64_t place(const TypeInfo& info) {
    const int64_t own = packing ? std::min(packing, info.alignment) : info.alignment;
    if (own && offset % own) {
      const int64_t padding = own - offset % own;
      size += padding;
      offset += padding;
    }
    const int64_t start = offset;
    size += info.size;
    offset += info.size;
    alignment = std::max(alignment, own);
    return start;
  }
  void add(Field& field, const TypeInfo& info, int64_t bits);
};

void Layout::add(Field& field, const TypeInfo& info, int64_t bits) {
  const int64_t whole = info.size * 8;
  if (bits && open_bits && whole <= open_bits && used_bits + bits <= open_bits) {
    field.size = packed_bits(bits);
    field.offset = offset - info.size;
    used_bits += bits;
  } else if (bits && open_bits && whole >= open_bits &&
             used_bits + bits <= whole) {  // the unit grows
    offset += info.size - open_bits / 8;
    size += info.size - open_bits / 8;
    open_bits = whole;
    field.size = packed_bits(bits);
    field.offset = offset - info.size;
    used_bits += bits;
  } else {
    open_bits = bits ? whole : 0;
    used_bits = 0;
    field.size = bits ? packed_bits(bits) : info.size;
    used_bits = bits;
    field.offset = place(info);
  }
}

Failure raise_no_pair(Thread& thread) {
  return raise(thread, TypeError, "'_fields_' must be a sequence of (name, C type) pairs");
}

Status check_bits(Thread& thread, const TypeInfo& info, const Type& type, int64_t bits) {
  const bool is_integer = info.family == Family::Simple && std::strchr("bBhHiIlLqQ?", info.letter);
  if (!is_integer) return raise(thread, TypeError, "bit fields not allowed for type {}", type);
  if (bits <= 0 || bits > info.size * 8)
    return raise(thread, ValueError, "number of bits invalid for bit field");
  return nothing;
}

// A field that is an array of characters is text.
void choose_access(Field& field, const TypeInfo& info) {
  field.get = nullptr;
  field.set = nullptr;
  if (info.family != Family::Array || !info.item) return;
  const TypeInfo* item = info_of(*info.item);
  if (!item || (item->letter != 'c' && item->letter != 'u')) return;
  const SimpleKind* kind = simple_kind(item->letter == 'c' ? 's' : 'U');
  field.get = kind->get;
  field.set = kind->set;
}

// A bit field is read through its size.
void choose_bit_access(Field& field, const TypeInfo& info) {
  field.get = info.get;
  field.set = info.set;
}

std::string described(const TypeInfo& info) {
  std::string text;
  if (info.shape) {
    text += "(";
    for (size_t i = 0; i < info.shape->size; ++i) {
      if (i) text += ",";
      text += std::to_string(info.shape->items[i].as_int());
    }
    text += ")";
  }
  return text + (info.format ? to_utf8(info.format) : "B");
}

// Everything that define_fields() collects.
struct FieldList {
  Layout layout;
  std::string format;
  GcVector types;  // of the fields, which the class keeps
  std::vector<ffi_type*> elements;
};

// How libffi passes a small structure depends on what it consists of; an array is its items.
void add_elements(std::vector<ffi_type*>& elements, TypeInfo& info) {
  constexpr int64_t kSmall = 16;
  if (info.family != Family::Array || !info.item || info.size > kSmall) {
    elements.push_back(&info.ffi);
    return;
  }
  TypeInfo* item = info_of(*info.item);
  for (int64_t i = 0; i < info.length && item; ++i) add_elements(elements, *item);
}

Status add_field(Thread& thread, Type& type, TypeInfo& info, Value pair, int64_t position,
                 FieldList& list) {
  if (!is_tuple(pair)) return raise_no_pair(thread);
  const Tuple& parts = *pair.as<Tuple>();
  if (parts.size < 2 || parts.size > 3 || !is_str(parts.items[0])) return raise_no_pair(thread);
  Str* name = parts.items[0].as<Str>();
  int64_t bits = 0;
  if (parts.size == 3) {
    const Result<int> number = argument_int(thread, parts.items[2]);
    if (number.failed()) {
      take_exception(thread);
      return raise_no_pair(thread);
    }
    bits = number.value();
  }
  TypeInfo* field_info = info_of(parts.items[1]);
  if (!field_info)
    return raise(thread, TypeError, "second item in _fields_ tuple (index {}) must be a C type",
                 position);
  Type& field_type = *parts.items[1].as<Type>();
  if (field_info->flags & (TypeInfo::kIsPointer | TypeInfo::kHasPointer))
    info.flags |= TypeInfo::kHasPointer;
  info.flags |=
      field_info->flags & (TypeInfo::kHasUnion | TypeInfo::kHasBitField | TypeInfo::kHoldsObjects);
  field_info->flags |= TypeInfo::kFinal;
  if (parts.size == 3) {
    info.flags |= TypeInfo::kHasBitField;
    TRY(check_bits(thread, *field_info, field_type, bits));
  }
  list.types.push_back(&field_type);
  add_elements(list.elements, *field_info);

  Field* field = new_field();
  field->type = &field_type;
  field->index = position;
  choose_access(*field, *field_info);
  if (bits) choose_bit_access(*field, *field_info);
  Layout& layout = list.layout;
  if (info.family == Family::Structure) {
    if (layout.size > INT64_MAX / 2 - field_info->size)
      return raise(thread, OverflowError, "structure too large");
    layout.add(*field, *field_info, bits);
    list.format += described(*field_info) + ":" + TRY(to_utf8_strict(thread, name)) + ":";
  } else {
    Layout own = layout;
    own.offset = own.size = own.open_bits = own.used_bits = 0;
    own.add(*field, *field_info, bits);
    layout.alignment = own.alignment;
    layout.size = std::max(layout.size, own.size);
  }
  return set_attribute(thread, &type, name, field);
}

Result<int64_t> packing_of(Thread& thread, Type& type) {
  const Value pack = TRY(get_attribute_or_unbound(thread, &type, "_pack_"));
  if (pack.is_unbound()) return 0;
  const Result<int> number = argument_int(thread, pack);
  if (!number.failed() && number.value() >= 0) return number.value();
  if (number.failed() && !catch_exception(thread, TypeError) &&
      !catch_exception(thread, OverflowError))
    return error;
  return raise(thread, ValueError, "_pack_ must be a non-negative integer");
}

// The elements for libffi lie in one block that the type keeps.
void describe_for_ffi(TypeInfo& info, const TypeInfo* base, FieldList& list) {
  std::vector<ffi_type*> elements;
  if (base && base->ffi.elements) {
    for (ffi_type** element = base->ffi.elements; *element; ++element) elements.push_back(*element);
  }
  elements.insert(elements.end(), list.elements.begin(), list.elements.end());
  auto** block = static_cast<ffi_type**>(
      gc_allocate_scanned_buffer((elements.size() + 1) * sizeof(ffi_type*)));
  std::copy(elements.begin(), elements.end(), block);
  info.ffi = {static_cast<size_t>(info.size), static_cast<unsigned short>(info.alignment),
              FFI_TYPE_STRUCT, block};
}

// ---- anonymous fields ----

Result<Field*> field_named(Thread& thread, Value type, Value name) {
  const Value found = TRY(get_attribute(thread, type, name.as<Str>()));
  return has_kind(found, Field::kKind) ? found.as<Field>() : nullptr;
}

// The fields of an anonymous structure are reached as if they were the outer one's.
Status lift_fields(Thread& thread, Type& type, const Field& outer, int64_t index, int64_t offset) {
  RecursionGuard guard(thread);
  if (guard.is_exceeded()) return error;
  const Value fields = TRY(get_attribute(thread, outer.type, "_fields_"));
  return for_each(thread, fields, [&](Value pair) -> Status {
    const Value name = TRY(get_item(thread, pair, Value::from_int(0)));
    if (!is_str(name)) return raise_no_pair(thread);
    Field* inner = TRY(field_named(thread, outer.type, name));
    if (!inner) return raise(thread, TypeError, "unexpected type");
    if (inner->is_anonymous)
      return lift_fields(thread, type, *inner, index + inner->index, offset + inner->offset);
    Field* lifted = new_field();
    std::memcpy(lifted->words(), inner->words(), sizeof(Field) - sizeof(Object));
    lifted->offset += offset;
    lifted->index += index;
    return set_attribute(thread, &type, name.as<Str>(), lifted);
  });
}

Status lift_anonymous_fields(Thread& thread, Type& type) {
  const Value names = TRY(get_attribute_or_unbound(thread, &type, "_anonymous_"));
  if (names.is_unbound()) return nothing;
  const Value iterator = TRY(iterate(thread, names, "_anonymous_ must be a sequence"));
  return for_each(thread, iterator, [&](Value name) -> Status {
    if (!is_str(name))
      return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
    Field* field = TRY(field_named(thread, &type, name));
    if (!field) {
      return raise(thread, AttributeError, "'{}' is specified in _anonymous_ but not in _fields_",
                   name);
    }
    field->is_anonymous = true;
    return lift_fields(thread, type, *field, field->index, field->offset);
  });
}

// ---- instances ----

// Positional arguments go to the fields of the base first; the number of fields filled so far.
Result<size_t> set_fields(Thread& thread, Value self, Type& type, const Value* arguments,
                          size_t count, Value keyword_names, size_t index) {
  if (info_of(*type.base))
    index = TRY(set_fields(thread, self, *type.base, arguments, count, keyword_names, index));
  const Value fields = dict_get_str(type_dict(type), "_fields_");
  if (fields.is_unbound()) return index;
  const size_t total = TRY(length(thread, fields));
  for (size_t i = 0; i < total && index < count; ++i, ++index) {
    const Value pair = TRY(get_item(thread, fields, Value::from_int(static_cast<int64_t>(i))));
    const Value name = TRY(get_item(thread, pair, Value::from_int(0)));
    if (!is_str(name)) return raise_no_pair(thread);
    for (size_t k = 0; k < keyword_count(keyword_names); ++k) {
      if (equal(keyword_names.as<Tuple>()->items[k].as<Str>(), name.as<Str>())) {
        return raise(thread, TypeError, "duplicate values for field {}", Repr{name});
      }
    }
    TRY(set_attribute(thread, self, name.as<Str>(), arguments[index]));
  }
  return index;
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count,
                  Value keyword_names) {
  const size_t used =
      TRY(set_fields(thread, self, type_of(self), arguments, count, keyword_names, 0));
  if (used < count) return raise(thread, TypeError, "too many initializers");
  for (size_t i = 0; i < keyword_count(keyword_names); ++i) {
    TRY(set_attribute(thread, self, keyword_names.as<Tuple>()->items[i].as<Str>(),
                      arguments[count + i]));
  }
  return nothing;
}

}  // namespace

Status define_fields(Thread& thread, Type& type, Value fields, Family family) {
  TypeInfo* info = info_of(type);
  if (!info) return raise(thread, TypeError, "ctypes state is not initialized");
  FieldList list;
  Layout& layout = list.layout;
  layout.is_big_endian =
      !TRY(get_attribute_or_unbound(thread, &type, "_swappedbytes_")).is_unbound();
  layout.packing = TRY(packing_of(thread, type));
  const Result<size_t> count = length(thread, fields);
  if (count.failed()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, TypeError, "'_fields_' must be a sequence of pairs");
  }
  if (info->flags & TypeInfo::kFinal) return raise(thread, AttributeError, "_fields_ is final");
  TypeInfo* base = info_of(*type.base);
  if (base) {
    layout.offset = layout.size = base->size;
    layout.alignment = std::max<int64_t>(base->alignment, 1);
    info->flags |= base->flags & (TypeInfo::kHasUnion | TypeInfo::kHasBitField);
  }
  if (family == Family::Union) info->flags |= TypeInfo::kHasUnion;
  const auto inherited = static_cast<int64_t>(base ? base->length : 0);
  for (size_t i = 0; i < count.value(); ++i) {
    const Value pair = sequence_item(thread, fields, static_cast<int64_t>(i));
    if (pair.is_empty()) return raise_no_pair(thread);
    TRY(add_field(thread, type, *info, pair, static_cast<int64_t>(i), list));
  }
  if (info->flags & TypeInfo::kFinal)
    return raise(thread, AttributeError, "Structure or union cannot contain itself");
  info->size = (layout.size + layout.alignment - 1) / layout.alignment * layout.alignment;
  info->alignment = layout.alignment;
  info->length = inherited + static_cast<int64_t>(count.value());
  if (family == Family::Structure) {
    // There is no way to say how it is packed; nor does CPython say what the base has.
    info->format = make_str(layout.packing ? "B" : "T{" + list.format + "}");
  }
  describe_for_ffi(*info, base, list);
  const Value kept_by_base = base && !base->kept.is_empty() ? base->kept : None;
  info->kept = make_tuple({kept_by_base, make_tuple(list.types.begin(), list.types.size())});
  info->flags |= TypeInfo::kFinal;
  return lift_anonymous_fields(thread, type);
}

void define_structure_types(Module& module) {
  const struct {
    Kind kind, metatype;
    const char* doc;
  } rows[] = {{ModuleKind::CtypesStructure, ModuleKind::CtypesStructureMeta,
               "Base of structures: _fields_ says what they consist of."},
              {ModuleKind::CtypesUnion, ModuleKind::CtypesUnionMeta,
               "Base of unions: _fields_ says what they may be."}};
  for (const auto& row : rows) {
    TypeSpec spec;
    spec.doc = row.doc;
    spec.instance_bytes = sizeof(CData);
    spec.flags = Type::kBaseType;
    spec.slots.make = make_data;
    spec.slots.init = initialize;
    module_add_type(module, define_type(row.kind, spec));
    set_metatype(row.kind, row.metatype);
  }
  TypeSpec field;
  field.doc = "A field of a structure or union.";
  field.instance_bytes = sizeof(Field);
  field.flags = Type::kDisallowInstantiation;
  field.slots.get_descriptor = get_field;
  field.slots.set_descriptor = set_field;
  field.slots.repr = repr_field;
  field.methods = field_methods;
  define_type(ModuleKind::CtypesField, field);
}

}  // namespace minipy::ctypes
