// _testbuffer: what the tests of the buffer protocol (PEP 3118) ask of C.
#include <cstring>

#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Modules/testing/ndarray.h"
#include "Objects/codecs.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/memoryview.h"
#include "Objects/slice.h"

namespace minipy {
namespace {

// 'C', 'F' or 'A'.
Result<char> order_of(Thread& thread, Value order) {
  if (!is_str(order)) return raise(thread, TypeError, "order must be a string");
  const Value encoded = TRY(encode_ascii(thread, order.as<Str>()));
  const std::string_view text = encoded.as<Bytes>()->view();
  if (text.empty() || !std::strchr("CFA", text[0])) {
    return raise(thread, ValueError, "invalid order, must be C, F or A");
  }
  return text[0];
}

Status copy_in_order(Thread& thread, const Buffer& buffer, uint8_t* to, char order) {
  if (buffer.dimensions > Buffer::kMaxDimensions) {
    return raise(thread, ValueError, "memoryview: number of dimensions must not exceed {}",
                 Buffer::kMaxDimensions);
  }
  copy_contiguous(buffer, to, order);
  return nothing;
}

// The exporter's memory if it is contiguous, else a copy.
Value get_contiguous(Thread& thread, Value exporter, Value buffer_type, Value order_text) {
  if (!is_any_int(buffer_type)) {
    return raise(thread, TypeError, "buffertype must be PyBUF_READ or PyBUF_WRITE");
  }
  constexpr int64_t kRead = 0x100, kWrite = 0x200;
  const int64_t type = TRY(argument_int64(thread, buffer_type));
  if (type != kRead && type != kWrite) return raise(thread, ValueError, "invalid buffer type");
  char order = TRY(order_of(thread, order_text));
  const Value view = TRY(make_memoryview(thread, exporter));
  BufferLease lease(thread);
  TRY(lease.acquire(view, Buffer::kFullReadOnly));
  if (type == kWrite && lease->is_read_only) {
    return raise(thread, BufferError, "underlying buffer is not writable");
  }
  if (is_contiguous(*lease, order)) return view;
  if (type == kWrite) {
    return raise(thread, BufferError,
                 "writable contiguous buffer requested for a non-contiguous object.");
  }
  if (order == 'A') order = 'C';
  Bytes* bytes = allocate_bytes(static_cast<size_t>(lease->size));
  if (!bytes) return raise_memory_error(thread);
  copy_contiguous(*lease, bytes->data(), order);
  Buffer copy = *lease;
  copy.data = bytes->data();
  copy.owner = bytes;
  copy.is_read_only = true;
  copy.suboffsets = nullptr;
  int64_t strides[Buffer::kMaxDimensions];
  int64_t stride = copy.item_size;
  for (int i = 0; i < copy.dimensions; ++i) {
    const int axis = order == 'F' ? i : copy.dimensions - 1 - i;
    strides[axis] = stride;
    stride *= copy.shape[axis];
  }
  copy.strides = strides;
  return make_memoryview_of_buffer(thread, copy);
}

Value py_buffer_to_contiguous(Thread& thread, Value exporter, Value order_text, int request) {
  BufferLease lease(thread);
  TRY(lease.acquire(exporter, request));
  const char order = TRY(order_of(thread, order_text));
  const Buffer whole = complete(*lease);
  if (whole.size == 0) return empty_bytes();
  Bytes* bytes = allocate_bytes(static_cast<size_t>(whole.size));
  if (!bytes) return raise_memory_error(thread);
  TRY(copy_in_order(thread, whole, bytes->data(), order));
  return bytes;
}

// The item at these indices.
Value get_pointer(Thread& thread, Value exporter, Value indices) {
  const Value consumer = TRY(make_consumer(thread, exporter, Buffer::kFullReadOnly, 0));
  ArrayBase& base = *consumer.as<NdArray>()->top;
  if (!is_list(indices) && !is_tuple(indices)) {
    return raise(thread, TypeError, "seq must be a list or a tuple");
  }
  const Tuple* items = is_list(indices) ? list_to_tuple(*indices.as<List>()) : indices.as<Tuple>();
  const Buffer whole = complete(base.buffer);
  if (static_cast<int>(items->size) != whole.dimensions) {
    return raise(thread, ValueError, "get_pointer(): len(indices) != ndim");
  }
  char* data = static_cast<char*>(whole.data);
  for (int axis = 0; axis < whole.dimensions; ++axis) {
    const int64_t index = TRY(index_as_int64(thread, items->items[axis], &OverflowError));
    if (index < 0 || index >= whole.shape[axis]) {
      return raise(thread, ValueError, "get_pointer(): invalid index {} at position {}", index,
                   axis);
    }
    data = array_address(whole, data, axis, index);
  }
  return unpack_array_item(thread, base, data);
}

int get_sizeof_void_p() {
  return sizeof(void*);
}

Value slice_indices(Thread& thread, Value slice, Value length) {
  if (!is_slice(slice)) return raise(thread, TypeError, "first argument must be a slice object");
  const int64_t size = TRY(index_as_int64(thread, length, &OverflowError));
  const SliceRange range =
      TRY(slice_range(thread, *slice.as<Slice>(), static_cast<size_t>(size < 0 ? 0 : size)));
  return make_tuple(
      {make_int(range.start), make_int(range.stop), make_int(range.step), make_int(range.count)});
}

bool have_equal_shape(const Buffer& left, const Buffer& right) {
  if (left.dimensions != right.dimensions) return false;
  return std::memcmp(left.shape, right.shape,
                     static_cast<size_t>(left.dimensions) * sizeof(int64_t)) == 0;
}

// Whether two contiguous buffers agree in structure and memory, padding and all.
Value cmp_contig(Thread& thread, Value first, Value second) {
  BufferLease left(thread), right(thread);
  TRY(left.acquire(first, Buffer::kFullReadOnly));
  TRY(right.acquire(second, Buffer::kFullReadOnly));
  const bool have_same_order = (is_contiguous(*left, 'C') && is_contiguous(*right, 'C')) ||
                               (is_contiguous(*left, 'F') && is_contiguous(*right, 'F'));
  const auto format = [](const Buffer& buffer) {
    return std::string_view(buffer.format ? buffer.format : "B");
  };
  return Value::from_bool(have_same_order && format(*left) == format(*right) &&
                          left->size == right->size && left->item_size == right->item_size &&
                          have_equal_shape(*left, *right) &&
                          std::memcmp(left->data, right->data, left.size()) == 0);
}

Value is_contiguous_function(Thread& thread, Value exporter, Value order_text) {
  const char order = TRY(order_of(thread, order_text));
  if (has_kind(exporter, NdArray::kKind)) {
    return Value::from_bool(is_contiguous(exporter.as<NdArray>()->top->buffer, order));
  }
  if (!supports_buffer(exporter)) {
    return raise(thread, TypeError, "is_contiguous: object does not implement the buffer protocol");
  }
  BufferLease lease(thread);
  TRY(lease.acquire(exporter, Buffer::kFullReadOnly));
  return Value::from_bool(is_contiguous(*lease, order));
}

const MethodRow functions[] = {
    function<slice_indices>("!slice_indices($module, slice, length, /)", nullptr),
    function<get_pointer>("!get_pointer($module, exporter, indices, /)", nullptr),
    function<get_sizeof_void_p>("!get_sizeof_void_p($module, /)", nullptr),
    function<get_contiguous>("!get_contiguous($module, exporter, buffertype, order, /)", nullptr),
    function<py_buffer_to_contiguous>(
        "!py_buffer_to_contiguous($module, exporter, order, request, /)", nullptr),
    function<is_contiguous_function>("!is_contiguous($module, exporter, order, /)", nullptr),
    function<cmp_contig>("!cmp_contig($module, left, right, /)", nullptr),
};

// ---- staticarray: twelve bytes that are nobody's ----

struct StaticArray : Object {
  static constexpr Kind kKind = ModuleKind::TestStaticArray;
  Value is_legacy;
};

Value make_static_array(Thread& thread, Type&, const Value* arguments, size_t count,
                        Value keyword_names) {
  static const MethodRow row = raw_static_method(nullptr, "staticarray(legacy_mode=False)", "");
  Value legacy;
  BoundArguments bound{};
  TRY(bind_arguments(thread, signature_of(row), Value(), arguments, count, keyword_names, &legacy,
                     bound));
  const bool is_legacy = TRY(argument_truth(thread, bound.values[0]));
  auto* array = allocate<StaticArray>();
  array->is_legacy = Value::from_bool(is_legacy);
  return array;
}

// The old way left out whose memory it is.
Status get_static_buffer(Thread& thread, Value self, Buffer& buffer, int flags) {
  static uint8_t contents[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  TRY(fill_buffer(thread, buffer, self, contents, sizeof contents, true, flags));
  if (self.as<StaticArray>()->is_legacy == True) buffer.owner = Value();
  return nothing;
}

void add_flags(Module& module) {
  const struct {
    const char* name;
    int number;
  } flags[] = {
      {"ND_MAX_NDIM", kNdMaxDimensions},
      {"ND_VAREXPORT", kNdVariableExport},
      {"ND_WRITABLE", kNdWritable},
      {"ND_FORTRAN", kNdFortran},
      {"ND_SCALAR", kNdScalar},
      {"ND_PIL", kNdPil},
      {"ND_REDIRECT", kNdRedirect},
      {"ND_GETBUF_FAIL", kNdGetBufferFails},
      {"ND_GETBUF_UNDEFINED", kNdGetBufferUndefined},
      {"PyBUF_SIMPLE", Buffer::kSimple},
      {"PyBUF_WRITABLE", Buffer::kWritable},
      {"PyBUF_FORMAT", Buffer::kFormat},
      {"PyBUF_ND", Buffer::kNd},
      {"PyBUF_STRIDES", Buffer::kStrides},
      {"PyBUF_INDIRECT", Buffer::kIndirect},
      {"PyBUF_C_CONTIGUOUS", Buffer::kCContiguous},
      {"PyBUF_F_CONTIGUOUS", Buffer::kFContiguous},
      {"PyBUF_ANY_CONTIGUOUS", Buffer::kAnyContiguous},
      {"PyBUF_FULL", Buffer::kFull},
      {"PyBUF_FULL_RO", Buffer::kFullReadOnly},
      {"PyBUF_RECORDS", Buffer::kStrides | Buffer::kFormat | Buffer::kWritable},
      {"PyBUF_RECORDS_RO", Buffer::kStrides | Buffer::kFormat},
      {"PyBUF_STRIDED", Buffer::kStrides | Buffer::kWritable},
      {"PyBUF_STRIDED_RO", Buffer::kStrides},
      {"PyBUF_CONTIG", Buffer::kContiguous},
      {"PyBUF_CONTIG_RO", Buffer::kContiguousReadOnly},
      {"PyBUF_READ", 0x100},
      {"PyBUF_WRITE", 0x200},
  };
  for (const auto& flag : flags) module_add(module, flag.name, make_int(flag.number));
}

Status initialize(Thread& thread, Module& module) {
  TRY(import_module(thread, "_struct"));  // struct.error
  define_ndarray_type();
  module_add_type(module, type_of_kind(ModuleKind::TestNdArray));
  module_add_type(
      module, define_type(ModuleKind::TestStaticArray,
                          {.instance_bytes = sizeof(StaticArray),
                           .slots = {.make = make_static_array, .get_buffer = get_static_buffer}}));
  add_flags(module);
  return nothing;
}

}  // namespace

extern const ModuleSpec testbuffer_module = {
    .name = "_testbuffer",
    .doc = nullptr,
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
