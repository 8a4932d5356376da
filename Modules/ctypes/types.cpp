// The metaclasses of ctypes: what a class statement with `_type_`, `_fields_`, ... makes, and what
// classes can do.
#include <dlfcn.h>

#include <cstring>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "Objects/function.h"
#include "Objects/make_class.h"
#include "VM/runtime.h"

namespace minipy::ctypes {

Dict* pointer_types;

TypeInfo* info_of(const Type& type) {
  return has_kind(type.module_state, TypeInfo::kKind) ? type.module_state.as<TypeInfo>() : nullptr;
}
TypeInfo* info_of(Value type) {
  return is_type(type) ? info_of(*type.as<Type>()) : nullptr;
}

bool converts_implicitly(const Type& type, const TypeInfo& info) {
  return info.family != Family::Simple || type.base == &type_of_kind(ModuleKind::CtypesSimple);
}

TypeInfo* new_info(Family family) {
  auto* info = allocate<TypeInfo>();
  info->family = family;
  info->alignment = 1;
  return info;
}

void set_metatype(Kind kind, Kind metatype) {
  type_of_kind(kind).shape = shape_of_kind(metatype);
}

void add_getter(Type& type, const MethodRow& row) {
  Str* name = intern(row.signature);
  dict_set_str(type_dict(type), name,
               make_descriptor(Kind::GetSetDescriptor, type, &row, name, -1));
  type_modified(type, name);
}

Value make_type_of(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                   Value keyword_names) {
  return type_of_kind(Kind::Type).slots.make(thread, metatype, arguments, count, keyword_names);
}

// ---- arrays of a type ----

Result<Type*> array_type(Thread& thread, Type& item, int64_t length) {
  TypeInfo* info = info_of(item);
  if (info && info->arrays) {
    const Value known = TRY(dict_get(thread, *info->arrays, make_int(length)));
    if (!known.is_unbound()) return known.as<Type>();
  }
  const Value name = TRY(format_message(thread, "{}_Array_{}", {Value(item.name), length}));
  Dict* contents = make_dict();
  dict_set_str(*contents, "_length_", make_int(length));
  dict_set_str(*contents, "_type_", &item);
  const Value made =
      TRY(call(thread, &type_of_kind(ModuleKind::CtypesArrayMeta),
               {name, make_tuple({&type_of_kind(ModuleKind::CtypesArray)}), contents}));
  if (info) {
    if (!info->arrays) info->arrays = make_dict();
    TRY(dict_set(thread, *info->arrays, make_int(length), made));
  }
  return made.as<Type>();
}

namespace {

Value repeat_type(Thread& thread, Value self, int64_t length) {
  if (length < 0) return raise(thread, ValueError, "Array length must be >= 0, not {}", length);
  return Value(TRY(array_type(thread, *self.as<Type>(), length)));
}

// ---- objects at existing memory ----

Value from_address(Thread& thread, Value self, Value address) {
  if (!is_any_int(address)) return raise(thread, TypeError, "integer expected");
  const Value bits = int_and(exact_int(address), make_uint(UINT64_MAX));
  TRY(audit(thread, "ctypes.cdata", {address}));
  return data_at(thread, *self.as<Type>(), nullptr, 0,
                 reinterpret_cast<void*>(*int_to_uint64(bits)));
}

Status check_room(Thread& thread, const TypeInfo& info, int64_t available, int64_t offset) {
  if (offset < 0) return raise(thread, ValueError, "offset cannot be negative");
  if (offset > available || info.size > available - offset) {
    return raise(thread, ValueError, "Buffer size too small ({} instead of at least {} bytes)",
                 available, info.size + offset);
  }
  return nothing;
}

// The view keeps the other object's memory in place.
Value from_buffer(Thread& thread, Value self, Value object, int64_t offset) {
  const TypeInfo* info = info_of(self);
  if (!info) return raise(thread, TypeError, "abstract class");
  const Value view = TRY(make_memoryview(thread, object));
  BufferLease lease(thread);
  TRY(lease.acquire(view, Buffer::kFullReadOnly));
  if (lease->is_read_only) return raise(thread, TypeError, "underlying buffer is not writable");
  if (!is_contiguous(*lease, 'C'))
    return raise(thread, TypeError, "underlying buffer is not C contiguous");
  TRY(check_room(thread, *info, lease->size, offset));
  TRY(audit(thread, "ctypes.cdata/buffer",
            {make_uint(reinterpret_cast<uint64_t>(lease.data())), make_int(lease->size),
             make_int(offset)}));
  TRY(audit(thread, "ctypes.cdata", {make_uint(reinterpret_cast<uint64_t>(lease.data() + offset))}));
  CData* made = data_at(thread, *self.as<Type>(), nullptr, 0, lease.data() + offset);
  if (!made) return error;
  TRY(keep(thread, *made, -1, view));
  return made;
}

Value from_buffer_copy(Thread& thread, Value self, Value object, int64_t offset) {
  const TypeInfo* info = info_of(self);
  if (!info) return raise(thread, TypeError, "abstract class");
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  TRY(check_room(thread, *info, lease->size, offset));
  TRY(audit(thread, "ctypes.cdata/buffer",
            {make_uint(reinterpret_cast<uint64_t>(lease.data())), make_int(lease->size),
             make_int(offset)}));
  CData* made = new_data(thread, *self.as<Type>());
  if (!made) return error;
  std::memcpy(made->data, lease.data() + offset, static_cast<size_t>(info->size));
  return made;
}

Value in_dll(Thread& thread, Value self, Value library, Value name) {
  if (!is_str(name))
    return raise(thread, TypeError, "in_dll() argument 2 must be str, not {}", argument_kind(name));
  TRY(audit(thread, "ctypes.dlsym", {library, name}));
  const Value handle = TRY(get_attribute(thread, library, "_handle"));
  if (!is_any_int(handle)) {
    return raise(thread, TypeError,
                 "the _handle attribute of the second argument must be an integer");
  }
  const std::string text = TRY(to_utf8_strict(thread, name.as<Str>()));
  if (text.find('\0') != std::string::npos)
    return raise(thread, ValueError, "embedded null character");
  const std::optional<uint64_t> number = int_to_uint64(handle);
  dlerror();
  void* address = dlsym(reinterpret_cast<void*>(number.value_or(0)), text.c_str());
  if (!address) {
    const char* message = dlerror();
    return raise(thread, ValueError, "{}", message ? message : "symbol is null");
  }
  return data_at(thread, *self.as<Type>(), nullptr, 0, address);
}

// ---- from_param ----

bool holds_pointer_of(const TypeInfo* info, std::string_view letters) {
  return info && info->letter && letters.find(info->letter) != std::string_view::npos;
}
// An array or a pointer of the simple type `letter`.
bool points_to(const TypeInfo* info, char letter) {
  if (!is_family(info, Family::Array) && !is_family(info, Family::Pointer)) return false;
  const TypeInfo* item = info->item ? info_of(*info->item) : nullptr;
  return item && item->letter == letter;
}

// What a type says of itself through _as_parameter_; Unbound if there is nothing.
Value by_attribute(Thread& thread, Type& type, Value value) {
  const Value replaced = TRY(get_attribute_or_unbound(thread, value, "_as_parameter_"));
  if (replaced.is_unbound()) return Unbound;
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while processing _as_parameter_")) return error;
  return call_method(thread, &type, "from_param", {replaced});
}

Value converted_argument(Thread& thread, const SimpleKind& kind, Value value) {
  Argument* argument = new_argument(kind.letter, kind.ffi, Value());
  argument->object = TRY(kind.set(thread, argument->value.bytes, value, 0));
  return argument;
}

// c_char_p and c_wchar_p take text, and what points to characters.
Value text_from_param(Thread& thread, const TypeInfo& info, Value value) {
  const bool is_wide = info.letter == 'Z';
  if (value.is_none()) return None;
  if (is_wide ? is_str(value) : is_bytes(value))
    return converted_argument(thread, *simple_kind(info.letter), value);
  const char letter = is_wide ? 'u' : 'c';
  if (is_cdata(value) && points_to(info_of_instance(value), letter)) return value;
  if (has_kind(value, Argument::kKind) && is_cdata(value.as<Argument>()->object)) {
    const TypeInfo* other = info_of_instance(value.as<Argument>()->object);
    if (other && other->letter == letter) return value;
  }
  return Unbound;
}

Value pointer_argument(void* pointer, char tag, Value object) {
  Argument* argument = new_argument(tag, &ffi_pointer, object);
  argument->value.pointer = pointer;
  return argument;
}

// c_void_p takes everything that is an address.
Value void_pointer_from_param(Thread& thread, Value value) {
  if (value.is_none()) return None;
  if (is_any_int(value)) return converted_argument(thread, *simple_kind('P'), value);
  if (is_bytes(value)) return converted_argument(thread, *simple_kind('z'), value);
  if (is_str(value)) return converted_argument(thread, *simple_kind('Z'), value);
  if (has_kind(value, Argument::kKind)) return value.as<Argument>()->tag == 'P' ? value : Unbound;
  if (!is_cdata(value)) return Unbound;
  const TypeInfo* info = info_of_instance(value);
  if (is_family(info, Family::Array) || is_family(info, Family::Pointer)) return value;
  void* pointer;
  std::memcpy(&pointer, value.as<CData>()->data, sizeof pointer);
  if (is_family(info, Family::Function)) return pointer_argument(pointer, 'P', value);
  if (holds_pointer_of(info, "zZ")) return pointer_argument(pointer, 'Z', value);
  return Unbound;
}

Value simple_from_param(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  if (TRY(is_instance_of(thread, value, self))) return value;
  const TypeInfo* info = info_of(type);
  if (!info) return raise(thread, TypeError, "abstract class");
  if (holds_pointer_of(info, "zZP")) {
    const Value converted = TRY(info->letter == 'P' ? void_pointer_from_param(thread, value)
                                                    : text_from_param(thread, *info, value));
    if (!converted.is_unbound()) return converted;
  } else {
    Argument* argument = new_argument(info->letter, info->simple->ffi, Value());
    argument->object = info->set(thread, argument->value.bytes, value, 0);
    if (!argument->object.is_empty()) return argument;
    take_exception(thread);
  }
  const Value replaced = TRY(by_attribute(thread, type, value));
  if (!replaced.is_unbound()) return replaced;
  return raise(thread, TypeError, "wrong type");
}

Value from_param(Thread& thread, Value self, Value value) {
  return from_param_of_any(thread, *self.as<Type>(), value);
}
Value from_param_of_pointer(Thread& thread, Value self, Value value) {
  return pointer_from_param(thread, *self.as<Type>(), value);
}

Status set_type(Thread& thread, Value self, Value item) {
  TypeInfo* info = info_of(self);
  if (!info) return raise(thread, TypeError, "abstract class");
  TRY(set_pointer_item(thread, *self.as<Type>(), *info, item));
  return set_attribute(thread, self, "_type_", item);
}

}  // namespace

Value from_param_of_any(Thread& thread, Type& type, Value value) {
  if (TRY(is_instance_of(thread, value, &type))) return value;
  const TypeInfo* info = info_of(type);
  Value shown = value;
  if (has_kind(value, Argument::kKind)) {
    // byref(x) for a pointer to x's type.
    shown = value.as<Argument>()->object;
    if (shown.is_empty())
      shown = value;
    else if (info && info->item && TRY(is_instance_of(thread, shown, info->item)))
      return value;
  } else {
    const Value replaced = TRY(by_attribute(thread, type, value));
    if (!replaced.is_unbound()) return replaced;
  }
  return raise(thread, TypeError, "expected {} instance instead of {}", type, type_of(shown));
}

// ---- the classes that metaclasses make ----

namespace {

Failure raise_no_letter(Thread& thread) {
  return raise(thread, AttributeError,
               "class must define a '_type_' attribute which must be\na single character string "
               "containing one of 'cbBhHiIlLdfuzZqQPXOv?g'.");
}

Result<char> letter_of(Thread& thread, Value type) {
  const Value wanted = TRY(get_attribute_or_unbound(thread, type, "_type_"));
  if (wanted.is_unbound())
    return raise(thread, AttributeError, "class must define a '_type_' attribute");
  if (!is_str(wanted))
    return raise(thread, TypeError, "class must define a '_type_' string attribute");
  if (wanted.as<Str>()->length() != 1) {
    return raise(thread, ValueError,
                 "class must define a '_type_' attribute which must be a string of length 1");
  }
  const char32_t letter = wanted.as<Str>()->at(0);
  if (letter == 0 || letter > 127 ||
      !std::strchr("cbBhHiIlLdfuzZqQPXOv?g", static_cast<char>(letter)))
    return raise_no_letter(thread);
  return static_cast<char>(letter);
}

Str* format_of(char letter, bool is_swapped) {
  switch (letter) {
    case 'l':
      letter = 'q';
      break;
    case 'L':
      letter = 'Q';
      break;
    default:
      break;
  }
  return make_str(std::string(is_swapped ? ">" : "<") + letter);
}

void describe_simple(Type& type, const SimpleKind& kind, bool is_swapped) {
  TypeInfo* info = new_info(Family::Simple);
  info->letter = kind.letter;
  info->simple = &kind;
  info->ffi = *kind.ffi;
  info->size = static_cast<int64_t>(kind.ffi->size);
  info->alignment = kind.ffi->alignment;
  info->set = is_swapped ? kind.set_swapped : kind.set;
  info->get = is_swapped ? kind.get_swapped : kind.get;
  info->format = format_of(kind.letter, is_swapped);
  if (std::strchr("zZP", kind.letter)) info->flags |= TypeInfo::kIsPointer;
  if (kind.letter == 'O') info->flags |= TypeInfo::kIsPointer | TypeInfo::kHoldsObjects;
  type.module_state = info;
}

// c_int.__ctype_be__ is its twin in the other byte order.
Status add_swapped_twin(Thread& thread, Type& metatype, Value type, const SimpleKind& kind,
                        const Value* arguments, size_t count, Value keyword_names) {
  const Value twin = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  describe_simple(*twin.as<Type>(), kind, true);
  TRY(set_attribute(thread, type, "__ctype_be__", twin));
  TRY(set_attribute(thread, type, "__ctype_le__", type));
  TRY(set_attribute(thread, twin, "__ctype_le__", type));
  return set_attribute(thread, twin, "__ctype_be__", twin);
}

Value make_simple_type(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                       Value keyword_names) {
  const Value made = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  const char letter = TRY(letter_of(thread, made));
  const SimpleKind* kind = simple_kind(letter);
  if (!kind) {
    const char text[2] = {letter, 0};
    return raise(thread, ValueError, "_type_ '{}' not supported", static_cast<const char*>(text));
  }
  describe_simple(*made.as<Type>(), *kind, false);
  const bool is_direct = made.as<Type>()->base == &type_of_kind(ModuleKind::CtypesSimple);
  if (is_direct && kind->get_swapped && &metatype == &type_of_kind(ModuleKind::CtypesSimpleMeta)) {
    TRY(add_swapped_twin(thread, metatype, made, *kind, arguments, count, keyword_names));
  }
  return made;
}

// A structure starts with the fields of its base.
template <Family family>
Value make_structure_type(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                          Value keyword_names) {
  const Value made = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  Type& type = *made.as<Type>();
  if (!dict_get_str(type_dict(type), "_abstract_").is_unbound()) return made;
  TypeInfo* info = new_info(family);
  if (TypeInfo* base = info_of(*type.base); base && base->family == family) {
    base->flags |= TypeInfo::kFinal;
    std::memcpy(info->words(), base->words(), sizeof(TypeInfo) - sizeof(Object));
    info->flags &= ~TypeInfo::kFinal;
    info->arrays = nullptr;
  } else {
    info->format = make_str("B");
  }
  type.module_state = info;
  const Value fields = dict_get_str(type_dict(type), "_fields_");
  if (!fields.is_unbound()) TRY(set_attribute(thread, made, "_fields_", fields));
  return made;
}

template <Family family>
Status set_structure_attribute(Thread& thread, Value self, Value name, Value value) {
  TRY(type_of_kind(Kind::Type).slots.set_attribute(thread, self, name, value));
  if (value.is_empty() || !is_str(name) || !equal(name.as<Str>(), "_fields_")) return nothing;
  return define_fields(thread, *self.as<Type>(), value, family);
}

Value make_array_type(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                      Value keyword_names) {
  const Value made = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  TypeInfo* info = new_info(Family::Array);
  TRY(describe_array(thread, *made.as<Type>(), *info));
  made.as<Type>()->module_state = info;
  return made;
}

Value make_pointer_type(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                        Value keyword_names) {
  const Value made = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  Type& type = *made.as<Type>();
  TypeInfo* info = new_info(Family::Pointer);
  info->size = info->alignment = sizeof(void*);
  info->length = 1;
  info->ffi = ffi_pointer;
  info->flags = TypeInfo::kIsPointer;
  const Value item = dict_get_str(type_dict(type), "_type_");
  if (!item.is_unbound()) TRY(set_pointer_item(thread, type, *info, item));
  type.module_state = info;
  return made;
}

Value make_function_type(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                         Value keyword_names) {
  const Value made = TRY(make_type_of(thread, metatype, arguments, count, keyword_names));
  TypeInfo* info = new_info(Family::Function);
  TRY(describe_function(thread, *made.as<Type>(), *info));
  made.as<Type>()->module_state = info;
  return made;
}

#define DATA_TYPE_METHODS                                                                 \
  method<from_address>("!from_address($self, address, /)", "An instance at an address."), \
      method<from_buffer>("!from_buffer($self, object, offset=0, /)",                     \
                          "An instance in the memory of a writable buffer."),             \
      method<from_buffer_copy>("!from_buffer_copy($self, object, offset=0, /)",           \
                               "An instance with a copy of a buffer's memory."),          \
      method<in_dll>("!in_dll($self, library, name, /)",                                  \
                     "An instance at a variable of a library.")
const MethodRow simple_methods[] = {
    method<simple_from_param>("!from_param($self, value, /)",
                              "Convert a value to what a function can take."),
    DATA_TYPE_METHODS};
const MethodRow other_methods[] = {
    method<from_param>("!from_param($self, value, /)",
                       "Convert a value to what a function can take."),
    DATA_TYPE_METHODS};
const MethodRow pointer_methods[] = {
    method<from_param_of_pointer>("!from_param($self, value, /)",
                                  "Convert a value to what a function can take."),
    method<set_type>("!set_type($self, type, /)", "Say what the pointers point to."),
    DATA_TYPE_METHODS};
#undef DATA_TYPE_METHODS

}  // namespace

void define_types(Module&) {
  const struct {
    Kind kind;
    const char* doc;
    NewSlot make;
    SetSlot set_attribute;
    std::span<const MethodRow> methods;
  } rows[] = {
      {ModuleKind::CtypesSimpleMeta, "The class of simple types.", make_simple_type, nullptr,
       simple_methods},
      {ModuleKind::CtypesStructureMeta, "The class of structures.",
       make_structure_type<Family::Structure>, set_structure_attribute<Family::Structure>,
       other_methods},
      {ModuleKind::CtypesUnionMeta, "The class of unions.", make_structure_type<Family::Union>,
       set_structure_attribute<Family::Union>, other_methods},
      {ModuleKind::CtypesArrayMeta, "The class of arrays.", make_array_type, nullptr,
       other_methods},
      {ModuleKind::CtypesPointerMeta, "The class of pointers.", make_pointer_type, nullptr,
       pointer_methods},
      {ModuleKind::CtypesFunctionMeta, "The class of function pointers.", make_function_type,
       nullptr, other_methods},
  };
  for (const auto& row : rows) {
    TypeSpec spec;
    spec.doc = row.doc;
    spec.instance_bytes = sizeof(Type);
    spec.flags = Type::kBaseType;
    spec.slots.make = row.make;
    spec.slots.set_attribute = row.set_attribute;
    spec.slots.repeat = repeat_type;
    spec.methods = row.methods;
    define_type(row.kind, spec);
  }
}

}  // namespace minipy::ctypes
