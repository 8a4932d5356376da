// memoryview: a window on another object's memory. Library "Memory Views".
#include "Objects/memoryview.h"

#include <cstring>

#include "Objects/bytes_methods.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Status check_released(Thread& thread, const Memoryview& view) {
  if (!view.is_released) return nothing;
  return raise(thread, ValueError, "operation forbidden on released memoryview object");
}

Memoryview* allocate_view(ManagedBuffer& managed, int dimensions) {
  const auto count = static_cast<size_t>(dimensions);
  auto* view = allocate_finalizable<Memoryview>(3 * count * sizeof(int64_t));
  view->managed = &managed;
  ++managed.view_count;
  auto* arrays = reinterpret_cast<int64_t*>(view + 1);
  view->shape = arrays;
  view->strides = arrays + count;
  view->dimensions = dimensions;
  return view;
}

Memoryview* share_view(const Memoryview& view) {
  Memoryview* made = allocate_view(*view.managed, view.dimensions);
  const auto bytes = static_cast<size_t>(view.dimensions) * sizeof(int64_t);
  made->data = view.data;
  made->size = view.size;
  made->item_size = view.item_size;
  made->format = view.format;
  made->is_read_only = view.is_read_only;
  std::memcpy(made->shape, view.shape, bytes);
  std::memcpy(made->strides, view.strides, bytes);
  if (view.suboffsets) {
    made->suboffsets = made->strides + view.dimensions;
    std::memcpy(made->suboffsets, view.suboffsets, bytes);
  }
  return made;
}

namespace {

// The first view of a lease.
Value view_of(Thread& thread, ManagedBuffer& managed) {
  const Buffer& buffer = managed.buffer;
  if (buffer.dimensions > Buffer::kMaxDimensions) {
    release_buffer(thread, managed.buffer);
    return raise(thread, ValueError, "memoryview: number of dimensions must not exceed {}", Buffer::kMaxDimensions);
  }
  Memoryview* view = allocate_view(managed, buffer.dimensions);
  view->data = static_cast<char*>(buffer.data);
  view->size = buffer.size;
  view->item_size = buffer.item_size;
  view->format = buffer.format ? buffer.format : "B";
  view->is_read_only = buffer.is_read_only;
  int64_t stride = buffer.item_size;
  for (int i = buffer.dimensions - 1; i >= 0; --i) {
    view->shape[i] = buffer.shape ? buffer.shape[i] : buffer.size / buffer.item_size;
    view->strides[i] = buffer.strides ? buffer.strides[i] : stride;
    stride *= view->shape[i];
  }
  if (buffer.suboffsets) {
    view->suboffsets = view->strides + buffer.dimensions;
    std::memcpy(view->suboffsets, buffer.suboffsets, static_cast<size_t>(buffer.dimensions) * sizeof(int64_t));
  }
  return view;
}

ManagedBuffer* new_managed() {
  auto* managed = static_cast<ManagedBuffer*>(gc_allocate_scanned_buffer(sizeof(ManagedBuffer)));
  return new (managed) ManagedBuffer{Buffer(), 0};
}

}  // namespace

Value make_memoryview(Thread& thread, Value object) {
  if (has_kind(object, Kind::Memoryview)) {
    TRY(check_released(thread, *object.as<Memoryview>()));
    return share_view(*object.as<Memoryview>());
  }
  if (!supports_buffer(object)) {
    return raise(thread, TypeError, "memoryview: a bytes-like object is required, not '{}'", type_of(object));
  }
  ManagedBuffer* managed = new_managed();
  TRY(get_buffer(thread, object, managed->buffer, Buffer::kFullReadOnly));
  return view_of(thread, *managed);
}

Value make_memoryview_of(Thread& thread, void* data, size_t size, bool is_read_only, Value owner) {
  ManagedBuffer* managed = new_managed();
  TRY(fill_buffer(thread, managed->buffer, owner, data, static_cast<int64_t>(size), is_read_only, Buffer::kFullReadOnly));
  if (owner.is_empty() || !type_of(owner).slots.get_buffer) managed->buffer.owner = Value();
  return view_of(thread, *managed);
}

Value make_memoryview_of_buffer(Thread& thread, const Buffer& buffer) {
  ManagedBuffer* managed = new_managed();
  managed->buffer = buffer;
  return view_of(thread, *managed);
}

Status memoryview_release(Thread& thread, Value self) {
  Memoryview& view = *self.as<Memoryview>();
  if (view.is_released) return nothing;
  if (view.exports > 0) gc_collect(thread);  // those that nobody uses any more still count until then
  if (view.is_released) return nothing;
  if (view.exports > 0) {
    return raise(thread, BufferError, "memoryview has {} exported buffer{}", view.exports, view.exports == 1 ? "" : "s");
  }
  view.is_released = true;
  if (--view.managed->view_count == 0) release_buffer(thread, view.managed->buffer);
  return nothing;
}

namespace {

Value make(Thread& thread, Type& type, const Value* arguments, size_t argument_count, Value keyword_names) {
  (void)type;
  if (argument_count == 1 && keyword_names.is_empty()) return make_memoryview(thread, arguments[0]);
  static const MethodRow row = raw_static_method(nullptr, "memoryview(object)", "");
  Value object;
  BoundArguments bound{};
  TRY(bind_arguments(thread, signature_of(row), Value(), arguments, argument_count, keyword_names, &object, bound));
  return make_memoryview(thread, bound.values[0]);
}

void finalize(Thread& thread, Value self) {
  self.as<Memoryview>()->exports = 0;
  if (memoryview_release(thread, self).failed()) take_exception(thread);
}

Value repr_slot(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(self.object()));
  return format_message(thread, self.as<Memoryview>()->is_released ? "<released memory at {}>" : "<memory at {}>",
                        {MessageArgument(address)});
}

Result<size_t> length_slot(Thread& thread, Value self) {
  const Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  return static_cast<size_t>(view.dimensions == 0 ? 1 : view.shape[0]);
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  Memoryview& view = *self.as<Memoryview>();
  if (view.cached_hash) return view.cached_hash;
  TRY(check_released(thread, view));
  if (!view.is_read_only) return raise(thread, ValueError, "cannot hash writable memoryview object");
  const char letter = native_letter(view.format);
  if (letter != 'B' && letter != 'b' && letter != 'c') {
    return raise(thread, ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  }
  if (!view.managed->buffer.owner.is_empty()) TRY(hash(thread, view.managed->buffer.owner));
  std::string contents(static_cast<size_t>(view.size), '\0');
  copy_contiguous(view.as_buffer(), reinterpret_cast<uint8_t*>(contents.data()));
  view.cached_hash = hash_bytes(contents.data(), contents.size());
  return view.cached_hash;
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  const bool wanted = op == CompareOp::Equal;
  if (!has_kind(left, Kind::Memoryview)) return NotImplemented;
  const Memoryview& view = *left.as<Memoryview>();
  if (view.is_released) return Value::from_bool((left == right) == wanted);
  if (has_kind(right, Kind::Memoryview)) {
    const Memoryview& other = *right.as<Memoryview>();
    if (other.is_released) return Value::from_bool((left == right) == wanted);
    return Value::from_bool(TRY(buffers_equal(thread, view.as_buffer(), other.as_buffer())) == wanted);
  }
  if (!supports_buffer(right)) return NotImplemented;
  BufferLease other(thread);
  if (other.acquire(right, Buffer::kFullReadOnly).failed()) {
    take_exception(thread);
    return NotImplemented;
  }
  return Value::from_bool(TRY(buffers_equal(thread, view.as_buffer(), *other)) == wanted);
}

// What the one who asks cannot handle is refused.
Status check_request(Thread& thread, const Memoryview& view, const Buffer& buffer, int flags) {
  const auto refuse = [&thread](const char* reason) { return raise(thread, BufferError, reason); };
  const auto wants = [flags](int what) { return (flags & what) == what; };
  if (wants(Buffer::kWritable) && view.is_read_only) return refuse("memoryview: underlying buffer is not writable");
  if (wants(Buffer::kCContiguous) && !is_contiguous(buffer, 'C')) {
    return refuse("memoryview: underlying buffer is not C-contiguous");
  }
  if (wants(Buffer::kFContiguous) && !is_contiguous(buffer, 'F')) {
    return refuse("memoryview: underlying buffer is not Fortran contiguous");
  }
  if (wants(Buffer::kAnyContiguous) && !is_contiguous(buffer, 'A')) {
    return refuse("memoryview: underlying buffer is not contiguous");
  }
  if (!wants(Buffer::kIndirect) && view.suboffsets) return refuse("memoryview: underlying buffer requires suboffsets");
  if (!wants(Buffer::kStrides) && !is_contiguous(buffer, 'C')) {
    return refuse("memoryview: underlying buffer is not C-contiguous");
  }
  if (!wants(Buffer::kNd) && wants(Buffer::kFormat)) {
    return refuse("memoryview: cannot cast to unsigned bytes if the format flag is present");
  }
  return nothing;
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  const Buffer whole = view.as_buffer();
  TRY(check_request(thread, view, whole, flags));
  buffer.data = view.data;
  buffer.size = view.size;
  buffer.item_size = view.item_size;
  buffer.is_read_only = view.is_read_only;
  buffer.dimensions = view.dimensions;
  buffer.format = (flags & Buffer::kFormat) ? view.format : nullptr;
  buffer.shape = view.shape;
  buffer.strides = (flags & Buffer::kStrides) == Buffer::kStrides ? view.strides : nullptr;
  buffer.suboffsets = view.suboffsets;
  buffer.internal = nullptr;
  if ((flags & Buffer::kNd) != Buffer::kNd) {  // as plain bytes
    buffer.dimensions = 1;
    buffer.shape = nullptr;
  }
  buffer.owner = self;
  ++view.exports;
  return nothing;
}

void release_buffer_slot(Thread&, Value self, Buffer&) { --self.as<Memoryview>()->exports; }

// ---- methods ----

Value to_list(Thread& thread, const Memoryview& view, const char* data, int axis, char letter) {
  if (axis == view.dimensions) return unpack_item(thread, data, letter);
  List* list = make_list();
  for (int64_t i = 0; i < view.shape[axis]; ++i) {
    const char* item = data + view.strides[axis] * i;
    if (view.suboffsets && view.suboffsets[axis] >= 0) item = *reinterpret_cast<char* const*>(item) + view.suboffsets[axis];
    TRY(list_append(thread, *list, TRY(to_list(thread, view, item, axis + 1, letter))));
  }
  return list;
}

Value tolist(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  const char letter = TRY(supported_letter(thread, view));
  return to_list(thread, view, view.data, 0, letter);
}

Value tobytes(Thread& thread, Memoryview& view, Value order) {
  TRY(check_released(thread, view));
  char wanted = 'C';
  if (!order.is_empty() && !order.is_none()) {
    if (!is_str(order)) {
      return raise(thread, TypeError, "tobytes() argument 'order' must be str or None, not {}", argument_kind(order));
    }
    const Str& text = *order.as<Str>();
    wanted = text.length() == 1 ? static_cast<char>(text.at(0)) : '?';
    if (wanted != 'C' && wanted != 'F' && wanted != 'A') {
      return raise(thread, ValueError, "order must be 'C', 'F' or 'A'");
    }
  }
  if (view.size == 0) return empty_bytes();
  Bytes* bytes = allocate_bytes(static_cast<size_t>(view.size));
  if (!bytes) return raise_memory_error(thread);
  copy_contiguous(view.as_buffer(), bytes->data(), wanted);
  return bytes;
}

Value hex(Thread& thread, Memoryview& view, Value separator, int group) {
  const Value bytes = TRY(tobytes(thread, view, None));
  return hex_text(thread, bytes.as<Bytes>()->view(), separator, group);
}

Value toreadonly(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  Memoryview* made = share_view(view);
  made->is_read_only = true;
  return made;
}

Status release(Thread& thread, Value self) { return memoryview_release(thread, self); }
Value enter(Thread& thread, Value self) {
  TRY(check_released(thread, *self.as<Memoryview>()));
  return self;
}
Value exit(Thread& thread, const Value* arguments, size_t, Value) {
  TRY(memoryview_release(thread, arguments[0]));
  return None;
}

// ---- attributes ----

Value numbers(Thread& thread, Memoryview& view, const int64_t* items) {
  TRY(check_released(thread, view));
  if (!items) return empty_tuple();
  Tuple* tuple = allocate_tuple(static_cast<size_t>(view.dimensions));
  for (int i = 0; i < view.dimensions; ++i) tuple->items[i] = make_int(items[i]);
  return view.dimensions ? tuple : empty_tuple();
}
Value shape(Thread& thread, Memoryview& view) { return numbers(thread, view, view.shape); }
Value strides(Thread& thread, Memoryview& view) { return numbers(thread, view, view.strides); }
Value suboffsets(Thread& thread, Memoryview& view) { return numbers(thread, view, view.suboffsets); }
Value obj(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  const Value owner = view.managed->buffer.owner;
  return owner.is_empty() ? None : owner;
}
Value nbytes(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return make_int(view.size);
}
Value itemsize(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return make_int(view.item_size);
}
Value ndim(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return make_int(view.dimensions);
}
Value format(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return make_str(view.format);
}
Value readonly(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return Value::from_bool(view.is_read_only);
}
template <char order>
Value contiguous(Thread& thread, Memoryview& view) {
  TRY(check_released(thread, view));
  return Value::from_bool(is_contiguous(view.as_buffer(), order));
}

const MethodRow methods[] = {
    raw_method(exit, "__exit__", "Release the memory at the end of a with statement."),
    method<enter>("!__enter__($self, /)", "The view itself, for a with statement."),
    method<memoryview_cast>("cast($self, /, format, shape=<unrepresentable>)", "The same memory with another format or shape."),
    method<hex>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", "The bytes as hexadecimal digits, with sep between groups of bytes_per_sep, counted from the right (from the "
                "left if negative).\n\n>>> memoryview(bytes([1, 35, 69])).hex('-', 2)\n'01-2345'"),
    method<release>("release($self, /)", "Give the memory back to the object that it belongs to."),
    method<tobytes>("tobytes($self, /, order='C')", "A bytes copy, with the last index running fastest ('C'), the first ('F'), or as it lies in memory ('A')."),
    method<tolist>("tolist($self, /)", "The items in a list, nested for several dimensions."),
    method<toreadonly>("toreadonly($self, /)", "A view of the same memory that cannot be written."),
    getter<contiguous<'C'>>("c_contiguous", "Whether the memory is contiguous with the last index running fastest."),
    getter<contiguous<'A'>>("contiguous", "Whether the memory is contiguous."),
    getter<contiguous<'F'>>("f_contiguous", "Whether the memory is contiguous with the first index running fastest."),
    getter<format>("format", "The format of an item, as in the struct module."),
    getter<itemsize>("itemsize", "The size of an item in bytes."),
    getter<nbytes>("nbytes", "The number of bytes that the items take."),
    getter<ndim>("ndim", "The number of dimensions."),
    getter<obj>("obj", "The object that the memory belongs to."),
    getter<readonly>("readonly", "Whether the memory cannot be written."),
    getter<shape>("shape", "The number of items along each dimension."),
    getter<strides>("strides", "The number of bytes from item to item along each dimension."),
    getter<suboffsets>("suboffsets", "For arrays of pointers: what to add after following one."),
};

// ---- iterator ----

struct MemoryIterator : Object {
  static constexpr Kind kKind = Kind::MemoryIterator;
  Value view;  // empty once exhausted
  int64_t position;
  char letter;
};

Value iterate_slot(Thread& thread, Value self) {
  Memoryview& view = *self.as<Memoryview>();
  TRY(check_released(thread, view));
  if (view.dimensions == 0) return raise(thread, TypeError, "invalid indexing of 0-dim memory");
  if (view.dimensions != 1) {
    return raise(thread, NotImplementedError, "multi-dimensional sub-views are not implemented");
  }
  const char letter = TRY(supported_letter(thread, view));
  auto* iterator = allocate<MemoryIterator>();
  iterator->view = self;
  iterator->letter = letter;
  return iterator;
}

Value next_slot(Thread& thread, Value self) {
  auto* iterator = self.as<MemoryIterator>();
  if (iterator->view.is_empty()) return Unbound;
  const Memoryview& view = *iterator->view.as<Memoryview>();
  TRY(check_released(thread, view));
  if (iterator->position < view.shape[0]) {
    return unpack_item(thread, TRY(item_address(thread, view, iterator->position++)), iterator->letter);
  }
  iterator->view = Value();
  return Unbound;
}

}  // namespace

void define_memoryview_types() {
  TypeSpec spec;
  spec.doc = "memoryview(object)\n--\n\nA view of the memory of an object that lends it.";
  spec.instance_bytes = sizeof(Memoryview);
  spec.flags = Type::kIsSequencePattern | Type::kHasWeakReferences | Type::kReleasesResource;
  spec.slots.repr = repr_slot;
  spec.slots.hash = hash_slot;
  spec.slots.compare = compare_slot;
  spec.slots.iterate = iterate_slot;
  spec.slots.make = make;
  spec.slots.finalize = finalize;
  spec.slots.map_length = length_slot;
  spec.slots.map_item = memoryview_get;
  spec.slots.map_set_item = memoryview_set;
  spec.slots.sequence_length = length_slot;
  spec.slots.sequence_item = memoryview_sequence_item;
  spec.slots.get_buffer = get_buffer_slot;
  spec.slots.release_buffer = release_buffer_slot;
  spec.methods = methods;
  Type& type = define_type(Kind::Memoryview, spec);
  dict_delete_str(type_dict(type), intern("__del__"));  // its finaliser is not seen

  TypeSpec iterator;
  iterator.instance_bytes = sizeof(MemoryIterator);
  iterator.flags = Type::kDisallowInstantiation;
  iterator.slots.iterate = [](Thread&, Value self) { return self; };
  iterator.slots.next = next_slot;
  define_type(Kind::MemoryIterator, iterator);
}

}  // namespace minipy
