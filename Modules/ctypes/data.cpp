// Objects with memory of C: _CData, and what all of its subclasses share.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "VM/runtime.h"

namespace minipy::ctypes {

uint8_t* new_memory(const TypeInfo& info, int64_t size) {
  const size_t bytes = size > 0 ? static_cast<size_t>(size) : 1;
  const bool is_scanned = info.flags & TypeInfo::kHoldsObjects;
  auto* memory = static_cast<uint8_t*>(is_scanned ? gc_allocate_scanned_buffer(bytes)
                                                  : gc_allocate_leaf_buffer(bytes));
  if (memory && !is_scanned) std::memset(memory, 0, bytes);
  return memory;
}

namespace {

CData* allocate_data(Thread& thread, Type& type) {
  TypeInfo* info = info_of(type);
  if (!info) {
    raise(thread, TypeError, "abstract class");
    return nullptr;
  }
  info->flags |= TypeInfo::kFinal;
  auto* made = allocate_instance_as<CData>(type);
  if (!made) return nullptr;
  made->size = info->size;
  made->length = info->length;
  return made;
}

}  // namespace

CData* new_data(Thread& thread, Type& type) {
  CData* made = allocate_data(thread, type);
  if (!made) return nullptr;
  made->data = new_memory(*info_of(type), made->size);
  made->owns_memory = true;
  if (!made->data) {
    raise_memory_error(thread);
    return nullptr;
  }
  return made;
}

CData* data_at(Thread& thread, Type& type, CData* base, int64_t index, void* memory) {
  CData* made = allocate_data(thread, type);
  if (!made) return nullptr;
  made->data = static_cast<uint8_t*>(memory);
  made->base = base;
  made->index = index;
  return made;
}

Value make_data(Thread& thread, Type& type, const Value*, size_t, Value) {
  return new_data(thread, type);
}

// ---- what the memory refers to ----

namespace {

// Parts keep what they refer to in the object that owns the memory.
CData& container_of(CData& part) {
  CData* container = &part;
  while (container->base) container = container->base;
  if (container->objects.is_empty())
    container->objects = container->length ? Value(make_dict()) : None;
  return *container;
}

// The way from the container to the item, the innermost index first.
Str* key_of(const CData& target, int64_t index) {
  char piece[32];
  std::snprintf(piece, sizeof piece, "%x", static_cast<unsigned>(index));
  std::string key = piece;
  for (const CData* part = &target; part->base; part = part->base) {
    std::snprintf(piece, sizeof piece, ":%x", static_cast<unsigned>(part->index));
    key += piece;
  }
  return make_str(key);
}

}  // namespace

Value kept_objects(CData& target) {
  return container_of(target).objects;
}

Status keep(Thread& thread, CData& target, int64_t index, Value kept) {
  if (kept.is_none()) return nothing;
  CData& container = container_of(target);
  if (!is_exact_dict(container.objects)) {
    container.objects = kept;
    return nothing;
  }
  return dict_set(thread, *container.objects.as<Dict>(), key_of(target, index), kept);
}

// ---- items ----

Value get_item_value(Thread& thread, Type& type, Getter get, CData& source, int64_t index,
                     int64_t size, void* memory) {
  if (get) return get(thread, memory, size);
  const TypeInfo* info = info_of(type);
  if (info && info->get && converts_implicitly(type, *info)) return info->get(thread, memory, size);
  return data_at(thread, type, &source, index, memory);
}

namespace {

Failure raise_incompatible(Thread& thread, Value value, const Type& type) {
  return raise(thread, TypeError, "incompatible types, {} instance instead of {} instance",
               type_of(value), type);
}

// What is kept for it, or None.
Value set_converted(Thread& thread, CData& target, Type& type, Setter set, Value value,
                    int64_t size, void* memory) {
  if (set) return set(thread, memory, value, size);
  const TypeInfo* info = info_of(type);
  if (!is_cdata(value)) {
    if (info && info->set) return info->set(thread, memory, value, size);
    if (is_tuple(value)) {  // the arguments of a new instance
      const Value made = call_with(thread, &type, *value.as<Tuple>(), nullptr);
      if (made.is_empty())
        return extend_error(thread, RuntimeError, "(" + std::string(type.name_view()) + ") ");
      return set_converted(thread, target, type, nullptr, made, size, memory);
    }
    if (value.is_none() && is_family(info, Family::Pointer)) {
      std::memset(memory, 0, sizeof(void*));
      return None;
    }
    return raise(thread, TypeError, "expected {} instance, got {}", type, type_of(value));
  }
  CData& source = *value.as<CData>();
  if (TRY(is_instance_of(thread, value, &type))) {
    std::memmove(memory, source.data, static_cast<size_t>(size < source.size ? size : source.size));
    return kept_objects(source);
  }
  const TypeInfo* other = info_of_instance(value);
  if (!is_family(info, Family::Pointer) || !is_family(other, Family::Array))
    return raise_incompatible(thread, value, type);
  if (other->item != info->item) return raise_incompatible(thread, value, type);
  // An array for a pointer: the array itself is needed as well as what it refers to.
  std::memcpy(memory, &source.data, sizeof(void*));
  return make_tuple({kept_objects(source), value});
}

}  // namespace

Status set_item_value(Thread& thread, CData& target, Type& type, Setter set, Value value,
                      int64_t index, int64_t size, void* memory) {
  const Value kept = TRY(set_converted(thread, target, type, set, value, size, memory));
  return keep(thread, target, index, kept);
}

// ---- _CData ----

namespace {

Value get_base(CData& self) {
  return self.base ? Value(self.base) : None;
}
int64_t owns_memory(CData& self) {
  return self.owns_memory;
}
Value get_objects(CData& self) {
  return self.objects.is_empty() ? None : self.objects;
}
Value from_out_parameter(CData& self) {
  return &self;
}

Value reduce(Thread& thread, CData& self) {
  const TypeInfo* info = info_of(self.type());
  if (info->flags & (TypeInfo::kIsPointer | TypeInfo::kHasPointer)) {
    return raise(thread, ValueError, "ctypes objects containing pointers cannot be pickled");
  }
  const Value dict = TRY(get_attribute(thread, &self, "__dict__"));
  const Value contents = TRY(
      bytes_result(thread, {reinterpret_cast<char*>(self.data), static_cast<size_t>(self.size)}));
  const Value function = TRY(import_attribute(thread, "_ctypes", "_unpickle"));
  return make_tuple({function, make_tuple({&self.type(), make_tuple({dict, contents})})});
}
// __setstate__(attributes, contents)
Value set_state(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_ctypes._CData.__setstate__", keyword_names));
  CData& self = *arguments[0].as<CData>();
  if (count != 3) return raise(thread, TypeError, "function takes exactly 2 arguments ({} given)", count - 1);
  const Value attributes = arguments[1];
  if (!is_dict(attributes)) return raise(thread, TypeError, "argument 1 must be dict, not {}", argument_kind(attributes));
  BufferLease contents(thread);
  TRY(contents.acquire(arguments[2]));
  const Value dict = TRY(get_attribute(thread, &self, "__dict__"));
  if (!is_dict(dict)) {
    return raise(thread, TypeError, "{}.__dict__ must be a dictionary, not {}", self.type(), type_of(dict));
  }
  std::memmove(self.data, contents.data(), std::min(contents.size(), static_cast<size_t>(self.size)));
  TRY(call_method(thread, dict, "update", {attributes}));
  return None;
}

Result<int64_t> hash_data(Thread& thread, Value) {
  return raise(thread, TypeError, "unhashable type");
}

// PEP 3118. The shape of a multidimensional array lies behind the buffer's own room.
Status get_data_buffer(Thread&, Value self, Buffer& buffer, int) {
  auto& data = *self.as<CData>();
  const TypeInfo* info = info_of(data.type());
  buffer.data = data.data;
  buffer.owner = self;
  buffer.size = data.size;
  buffer.is_read_only = false;
  const TypeInfo* item = info;
  while (item && item->family == Family::Array && item->item) item = info_of(*item->item);
  buffer.item_size = item ? item->size : 1;
  // Its own block, which the type keeps.
  static const char* const kBytes = "B";
  buffer.format = kBytes;
  if (info && info->format) {
    const std::string text = to_utf8(info->format);
    auto* copy = static_cast<char*>(gc_allocate_leaf_buffer(text.size() + 1));
    std::memcpy(copy, text.c_str(), text.size() + 1);
    buffer.format = copy;
    buffer.internal = copy;
  }
  const size_t dimensions = info && info->shape ? info->shape->size : 0;
  buffer.dimensions = static_cast<int>(dimensions);
  buffer.shape = nullptr;
  buffer.strides = nullptr;
  if (dimensions == 0) return nothing;
  auto* shape = static_cast<int64_t*>(gc_allocate_leaf_buffer(2 * dimensions * sizeof(int64_t)));
  int64_t stride = buffer.item_size;
  for (size_t i = dimensions; i-- > 0;) {
    shape[i] = info->shape->items[i].as_int();
    shape[dimensions + i] = stride;
    stride *= shape[i];
  }
  buffer.shape = shape;
  buffer.strides = shape + dimensions;
  return nothing;
}
void release_data_buffer(Thread&, Value, Buffer&) {}

const MethodRow methods[] = {
    method<from_out_parameter>("!__ctypes_from_outparam__($self, /)",
                               "What an output parameter of this type gives."),
    method<reduce>("!__reduce__($self, /)", nullptr),
    raw_method(set_state, "__setstate__", nullptr),
    member<get_base>("_b_base_", "The object of which this one is a part."),
    member<owns_memory>("_b_needsfree_", "Whether the object owns its memory."),
    member<get_objects>("_objects", "What the memory refers to."),
};

}  // namespace

void define_data_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(CData);
  spec.flags = Type::kBaseType | Type::kDisallowInstantiation | Type::kHasWeakReferences;
  spec.slots.hash = hash_data;
  spec.slots.get_buffer = get_data_buffer;
  spec.slots.release_buffer = release_data_buffer;
  spec.methods = methods;
  define_type(ModuleKind::CtypesData, spec);
}

// ---- functions of the module ----

namespace {

Value size_of(Thread& thread, Value object) {
  if (is_cdata(object)) return make_int(object.as<CData>()->size);
  const TypeInfo* info = info_of(object);
  if (!info) return raise(thread, TypeError, "this type has no size");
  return make_int(info->size);
}
Value alignment_of(Thread& thread, Value object) {
  const TypeInfo* info = is_cdata(object) ? info_of_instance(object) : info_of(object);
  if (!info) return raise(thread, TypeError, "no alignment info");
  return make_int(info->alignment);
}
Value address_of(Thread& thread, Value object) {
  if (!is_cdata(object)) return raise(thread, TypeError, "invalid type");
  TRY(audit(thread, "ctypes.addressof", {object}));
  return make_uint(reinterpret_cast<uint64_t>(object.as<CData>()->data));
}

// The memory moves, as realloc() does it: parts of the object that already exist are lost.
Status resize(Thread& thread, Value object, int64_t size) {
  const TypeInfo* info = is_cdata(object) ? info_of_instance(object) : nullptr;
  if (!info) return raise(thread, TypeError, "excepted ctypes instance");
  if (size < info->size) return raise(thread, ValueError, "minimum size is {}", info->size);
  CData& data = *object.as<CData>();
  if (!data.owns_memory) {
    return raise(thread, ValueError, "Memory cannot be resized because this object doesn't own it");
  }
  uint8_t* memory = new_memory(*info, size);
  if (!memory) return raise_memory_error(thread);
  std::memcpy(memory, data.data, static_cast<size_t>(std::min(size, data.size)));
  data.data = memory;
  data.size = size;
  return nothing;
}

Value unpickle(Thread& thread, Value type, Value state) {
  const Value made = TRY(call_method(thread, type, "__new__", {type}));
  if (!is_exact_tuple(state)) return raise(thread, TypeError, "argument 2 must be tuple, not {}", argument_kind(state));
  const Value method = TRY(get_attribute(thread, made, "__setstate__"));
  TRY(call(thread, method, state.as<Tuple>()->items, state.as<Tuple>()->size));
  return made;
}

Value buffer_information(Thread& thread, Value object) {
  const TypeInfo* info = is_cdata(object) ? info_of_instance(object) : info_of(object);
  if (!info) return raise(thread, TypeError, "not a ctypes type or object");
  Tuple* shape = info->shape ? info->shape : empty_tuple();
  return make_tuple({info->format ? Value(info->format) : None,
                     make_int(static_cast<int64_t>(shape->size)), shape});
}

const MethodRow functions[] = {
    function<address_of>("!addressof($module, object, /)", "Where the memory of an instance lies."),
    function<alignment_of>("!alignment($module, object, /)",
                           "How a type or an instance is aligned."),
    function<buffer_information>("!buffer_info($module, object, /)",
                                 "Format, dimensions and shape of a type's buffers."),
    function<resize>("!resize($module, object, size, /)", "Give an instance more memory."),
    function<size_of>("!sizeof($module, object, /)", "The size of a type or an instance in bytes."),
    function<unpickle>("!_unpickle($module, type, state, /)", nullptr),
};

}  // namespace

const std::span<const MethodRow> data_functions = functions;

}  // namespace minipy::ctypes
