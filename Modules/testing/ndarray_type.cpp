// _testbuffer.ndarray: the type.
#include <cstring>

#include "Modules/testing/ndarray.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/memoryview.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// ---- making one ----

Result<NdArguments> original_arguments(Thread& thread, Value items, Value shape, Value strides,
                                       Value offset, Value format, Value flags) {
  NdArguments result{items, shape, strides, format, 0, 0};
  if (!offset.is_empty()) result.offset = TRY(index_as_int64(thread, offset, &OverflowError));
  if (!flags.is_empty()) result.flags = TRY(argument_int(thread, flags));
  return result;
}

Value make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  static const MethodRow row = raw_static_method(
      nullptr,
      "ndarray(obj, shape=<absent>, strides=<absent>, offset=<absent>, format=<absent>, "
      "flags=<absent>, getbuf=<absent>)",
      "");
  Value room[7];
  BoundArguments bound{};
  TRY(bind_arguments(thread, signature_of(row), Value(), arguments, count, keyword_names, room,
                     bound));
  const auto [items, shape, strides, offset, format, flags_value, request_value] =
      *reinterpret_cast<const Value(*)[7]>(bound.values);
  const NdArguments structure =
      TRY(original_arguments(thread, items, shape, strides, offset, format, flags_value));
  const int request =
      request_value.is_empty() ? Buffer::kFullReadOnly : TRY(argument_int(thread, request_value));
  if (!shape.is_empty()) {
    if (!request_value.is_empty()) {
      return raise(thread, TypeError,
                   "getbuf argument only valid for construction from exporter object");
    }
    ArrayBase* base = TRY(make_original(thread, structure));
    NdArray* array = allocate_finalizable<NdArray>();
    array->top = base;
    return array;
  }
  if (!supports_buffer(items)) {
    return raise(thread, TypeError,
                 "shape is a required argument when constructing from list, tuple or scalar");
  }
  if (!strides.is_empty() || structure.offset != 0 || !format.is_empty() ||
      (structure.flags & ~kNdRedirect)) {
    return raise(
        thread, TypeError,
        "construction from exporter object only takes 'obj', 'getbuf' and 'flags' arguments");
  }
  return TRY(make_consumer(thread, items, request, structure.flags));
}

void finalize(Thread& thread, Value self) {
  ArrayBase* base = self.as<NdArray>()->top;
  if (base && base->is_consumer) release_buffer(thread, base->buffer);
}

// ---- the list of structures ----

Status check_may_change(Thread& thread, const NdArray& array) {
  if (array.top->is_consumer) {
    return raise(thread, BufferError, "structure of re-exporting object is immutable");
  }
  return nothing;
}

Status check_unused(Thread& thread, const ArrayBase& base) {
  if (base.exports == 0) return nothing;
  return raise(thread, BufferError, "cannot change structure: {} exported buffer{}", base.exports,
               base.exports == 1 ? "" : "s");
}

// push() and pop() keep the flag that the array was made with.
bool may_vary(const NdArray& array) {
  const ArrayBase* base = array.top;
  while (base->below) base = base->below;
  return base->flags & kNdVariableExport;
}

Status push(Thread& thread, NdArray& array, Value items, Value shape, Value strides, Value offset,
            Value format, Value flags) {
  TRY(check_may_change(thread, array));
  const NdArguments structure =
      TRY(original_arguments(thread, items, shape, strides, offset, format, flags));
  if (structure.flags & kNdVariableExport) {
    return raise(thread, ValueError, "ND_VAREXPORT flag can only be used during object creation");
  }
  if (!may_vary(array)) TRY(check_unused(thread, *array.top));
  ArrayBase* base = TRY(make_original(thread, structure));
  base->below = array.top;
  array.top->above = base;
  array.top = base;
  return nothing;
}

Status pop(Thread& thread, NdArray& array) {
  TRY(check_may_change(thread, array));
  TRY(check_unused(thread, *array.top));
  ArrayBase* below = array.top->below;
  if (!below) return raise(thread, BufferError, "list only has a single base");
  below->above = nullptr;
  array.top = below;
  return nothing;
}

// Structures below the top go with their last buffer.
void remove_unused(ArrayBase& base) {
  if (!base.above || base.exports > 0) return;
  base.above->below = base.below;
  if (base.below) {
    base.below->above = base.above;
  } else {
    base.above->flags |= base.flags & kNdVariableExport;
  }
}

// ---- the buffer ----

Status check_contiguity(Thread& thread, const Buffer& buffer, int flags) {
  const auto wants = [flags](int what) { return (flags & what) == what; };
  if (wants(Buffer::kCContiguous) && !is_contiguous(buffer, 'C')) {
    return raise(thread, BufferError, "ndarray is not C-contiguous");
  }
  if (wants(Buffer::kFContiguous) && !is_contiguous(buffer, 'F')) {
    return raise(thread, BufferError, "ndarray is not Fortran contiguous");
  }
  if (wants(Buffer::kAnyContiguous) && !is_contiguous(buffer, 'A')) {
    return raise(thread, BufferError, "ndarray is not contiguous");
  }
  if (!wants(Buffer::kIndirect) && buffer.suboffsets) {
    return raise(thread, BufferError, "ndarray cannot be represented without suboffsets");
  }
  if (!wants(Buffer::kStrides) && !is_contiguous(buffer, 'C')) {
    return raise(thread, BufferError, "ndarray is not C-contiguous");
  }
  return nothing;
}

Status get_array_buffer(Thread& thread, Value self, Buffer& buffer, int flags) {
  ArrayBase& base = *self.as<NdArray>()->top;
  const Buffer& own = base.buffer;
  const auto wants = [flags](int what) { return (flags & what) == what; };
  if (base.is_consumer && (base.flags & kNdRedirect) && !own.owner.is_empty()) {
    return get_buffer(thread, own.owner, buffer, flags);
  }
  if (own.dimensions != 0 &&
      ((wants(Buffer::kNd) && !own.shape) || (wants(Buffer::kStrides) && !own.strides))) {
    return raise(thread, BufferError, "re-exporter does not provide format, shape or strides");
  }
  if (base.flags & kNdGetBufferFails) {
    return raise(thread, BufferError, "ND_GETBUF_FAIL: forced test exception");
  }
  if (wants(Buffer::kWritable) && own.is_read_only) {
    return raise(thread, BufferError, "ndarray is not writable");
  }
  TRY(check_contiguity(thread, own, flags));
  if (!wants(Buffer::kNd) && wants(Buffer::kFormat)) {
    return raise(thread, BufferError,
                 "ndarray: cannot cast to unsigned bytes if the format flag is present");
  }
  buffer = own;
  if (!buffer.format) buffer.format = "B";
  if (!wants(Buffer::kFormat)) buffer.format = nullptr;
  if (!wants(Buffer::kStrides)) buffer.strides = nullptr;
  if (!wants(Buffer::kNd)) {
    buffer.dimensions = 1;
    buffer.shape = nullptr;
  }
  buffer.owner = self;
  buffer.internal = &base;
  ++base.exports;
  return nothing;
}

void release_array_buffer(Thread&, Value, Buffer& buffer) {
  ArrayBase& base = *static_cast<ArrayBase*>(buffer.internal);
  --base.exports;
  remove_unused(base);
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  const Buffer whole = complete(self.as<NdArray>()->top->buffer);
  if (!whole.is_read_only) return raise(thread, ValueError, "cannot hash writable ndarray object");
  if (!whole.owner.is_empty()) TRY(hash(thread, whole.owner));
  const auto size = static_cast<size_t>(whole.size);
  auto* contents = static_cast<uint8_t*>(gc_allocate_leaf_buffer(size + 1));
  if (!contents) return raise_memory_error(thread);
  copy_contiguous(whole, contents);
  return hash_bytes(contents, size);
}

// ---- methods ----

Value list_of(Thread& thread, ArrayBase& base, const Buffer& whole, char* data, int axis) {
  if (axis == whole.dimensions) return unpack_array_item(thread, base, data);
  List* list = make_list();
  for (int64_t i = 0; i < whole.shape[axis]; ++i) {
    char* item = array_address(whole, data, axis, i);
    TRY(list_append(thread, *list, TRY(list_of(thread, base, whole, item, axis + 1))));
  }
  return list;
}

Value tolist(Thread& thread, NdArray& array) {
  ArrayBase& base = *array.top;
  if (!base.buffer.format) {
    return raise(thread, ValueError,
                 "ndarray: tolist() does not support format=NULL, use tobytes()");
  }
  const Buffer whole = complete(base.buffer);
  return list_of(thread, base, whole, static_cast<char*>(whole.data), 0);
}

Value tobytes(Thread& thread, NdArray& array) {
  const Buffer whole = complete(array.top->buffer);
  if (whole.size == 0) return empty_bytes();
  Bytes* bytes = allocate_bytes(static_cast<size_t>(whole.size));
  if (!bytes) return raise_memory_error(thread);
  copy_contiguous(whole, bytes->data());
  return bytes;
}

// A memoryview that does not know whose memory it shows.
Value memoryview_from_buffer(Thread& thread, NdArray& array) {
  const ArrayBase* base = array.top;
  if (base->is_consumer) {
    const Value owner = base->buffer.owner;
    if (!has_kind(owner, NdArray::kKind) || owner.as<NdArray>()->top->is_consumer) {
      return raise(thread, TypeError,
                   "memoryview_from_buffer(): ndarray must be original exporter or consumer from "
                   "ndarray/original exporter");
    }
  }
  if (base->buffer.format && std::strlen(base->buffer.format) > 128) {
    return raise(thread, TypeError, "memoryview_from_buffer: format is limited to 128 characters");
  }
  Buffer buffer = base->buffer;
  buffer.owner = Value();
  buffer.internal = array.top;  // keeps the memory
  return make_memoryview_of_buffer(thread, buffer);
}

Status add_suboffsets_method(Thread& thread, NdArray& array) {
  return add_suboffsets(thread, array);
}

// ---- attributes ----

Value numbers(const int64_t* items, int count) {
  if (!items || count == 0) return empty_tuple();
  Tuple* tuple = allocate_tuple(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) tuple->items[i] = make_int(items[i]);
  return tuple;
}

const Buffer& buffer_of(const NdArray& array) {
  return array.top->buffer;
}
Value flags(NdArray& array) {
  const Buffer& buffer = buffer_of(array);
  int known = array.top->flags & ~(kNdWritable | kNdFortran | kNdPil);
  if (!buffer.is_read_only) known |= kNdWritable;
  if (buffer.dimensions == 0) known |= kNdScalar;
  if (is_contiguous(buffer, 'F')) known |= kNdFortran;
  if (is_contiguous(buffer, 'C')) known |= kNdCContiguous;
  for (int i = 0; buffer.suboffsets && i < buffer.dimensions; ++i) {
    if (buffer.suboffsets[i] >= 0) known |= kNdPil;
  }
  return make_int(known);
}
Value offset(NdArray& array) {
  return make_int(array.top->offset);
}
Value obj(NdArray& array) {
  const Value owner = buffer_of(array).owner;
  return owner.is_empty() ? None : owner;
}
Value nbytes(NdArray& array) {
  return make_int(buffer_of(array).size);
}
Value readonly(NdArray& array) {
  return Value::from_bool(buffer_of(array).is_read_only);
}
Value itemsize(NdArray& array) {
  return make_int(buffer_of(array).item_size);
}
Value format(NdArray& array) {
  const char* text = buffer_of(array).format;
  return make_str(text ? text : "");
}
Value ndim(NdArray& array) {
  return make_int(buffer_of(array).dimensions);
}
Value shape(NdArray& array) {
  return numbers(buffer_of(array).shape, buffer_of(array).dimensions);
}
Value strides(NdArray& array) {
  return numbers(buffer_of(array).strides, buffer_of(array).dimensions);
}
Value suboffsets(NdArray& array) {
  return numbers(buffer_of(array).suboffsets, buffer_of(array).dimensions);
}
template <char order>
Value contiguous(NdArray& array) {
  return Value::from_bool(is_contiguous(buffer_of(array), order));
}

const MethodRow rows[] = {
    method<tolist>("!tolist($self, /)", nullptr),
    method<tobytes>("!tobytes($self, /)", nullptr),
    method<push>("!push($self, items, shape, strides=<absent>, offset=<absent>, format=<absent>, "
                 "flags=<absent>)",
                 nullptr),
    method<pop>("!pop($self, /)", nullptr),
    method<add_suboffsets_method>("!add_suboffsets($self, /)", nullptr),
    method<memoryview_from_buffer>("!memoryview_from_buffer($self, /)", nullptr),
    getter<flags>("flags", nullptr),
    getter<offset>("offset", nullptr),
    getter<obj>("obj", nullptr),
    getter<nbytes>("nbytes", nullptr),
    getter<readonly>("readonly", nullptr),
    getter<itemsize>("itemsize", nullptr),
    getter<format>("format", nullptr),
    getter<ndim>("ndim", nullptr),
    getter<shape>("shape", nullptr),
    getter<strides>("strides", nullptr),
    getter<suboffsets>("suboffsets", nullptr),
    getter<contiguous<'C'>>("c_contiguous", nullptr),
    getter<contiguous<'F'>>("f_contiguous", nullptr),
    getter<contiguous<'A'>>("contiguous", nullptr),
};

}  // namespace

void define_ndarray_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(NdArray);
  spec.methods = rows;
  spec.slots.hash = hash_slot;
  spec.slots.make = make;
  spec.slots.finalize = finalize;
  spec.slots.map_item = ndarray_get;
  spec.slots.map_set_item = ndarray_set;
  spec.slots.sequence_item = ndarray_sequence_item;
  spec.slots.get_buffer = get_array_buffer;
  spec.slots.release_buffer = release_array_buffer;
  Type& type = define_type(ModuleKind::TestNdArray, spec);
  dict_delete_str(type_dict(type), intern("__del__"));  // its finaliser is not seen
}

}  // namespace minipy
