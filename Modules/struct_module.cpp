// _struct: Python values as bytes of C structs. Library reference, "struct".
#include <cstring>

#include "Modules/native_modules.h"
#include "Modules/struct_format.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct Struct : Object {
  static constexpr Kind kKind = ModuleKind::Struct;
  StructFormat format;  // its codes are null until __init__ has run
  Value text;
};

struct UnpackIterator : Object {
  static constexpr Kind kKind = ModuleKind::UnpackIterator;
  Value structure;
  Buffer* buffer;  // collected; null once exhausted and given back
  int64_t position;
};

Status fill(Thread& thread, Struct& structure, Value format) {
  std::string text;
  if (is_str(format)) {
    const Str* str = format.as<Str>();
    if (!str->is_ascii()) {
      // The error that encoding it to ASCII gives.
      TRY(call_method(thread, format, "encode", {make_str("ascii")}));
    }
    text = str->ascii_view();
  } else if (has_kind(format, Kind::Bytes)) {
    text = format.as<Bytes>()->view();
  } else {
    return raise(thread, TypeError, "Struct() argument 1 must be a str or bytes object, not {}", argument_kind(format));
  }
  structure.format = TRY(parse_struct_format(thread, text.data(), text.size()));
  structure.text = make_str_latin1(text);
  return nothing;
}

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  auto* structure = allocate_instance_as<Struct>(type);
  if (!structure) return error;
  return structure;
}

const MethodRow init_row = raw_function(nullptr, "Struct(format)", "");

Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value format;
  BoundArguments result;
  TRY(bind_arguments(thread, signature_of(init_row), Value(), arguments, count, keyword_names, &format, result));
  return fill(thread, *self.as<Struct>(), format);
}

// Compiled formats of the module's functions, by the format object.
Dict* cache = nullptr;
constexpr size_t kCacheLimit = 100;

Result<Struct*> cached(Thread& thread, Value format) {
  if (!cache) cache = make_dict();
  const bool is_key = is_exact_str(format) || is_exact(format, Kind::Bytes);
  if (is_key) {
    const Value found = TRY(dict_get(thread, *cache, format));
    if (!found.is_unbound()) return found.as<Struct>();
  }
  auto* structure = allocate<Struct>();
  TRY(fill(thread, *structure, format));
  if (cache->count >= kCacheLimit) dict_clear(*cache);
  if (is_key) TRY(dict_set(thread, *cache, format, structure));
  return structure;
}

Status check_ready(Thread& thread, const Struct& structure) {
  if (structure.format.codes) return nothing;
  return raise(thread, RuntimeError, "Struct object is not initialized");
}

// --- packing ---

Status pack_values(Thread& thread, const Struct& structure, const Value* values, uint8_t* out) {
  const StructFormat& format = structure.format;
  std::memset(out, 0, static_cast<size_t>(format.size));
  for (size_t i = 0; i < format.code_count; ++i) {
    const StructCode& code = format.codes[i];
    uint8_t* at = out + code.offset;
    for (int64_t repeat = code.repeat; repeat > 0; --repeat, at += code.size) {
      TRY(pack_item(thread, code, *values++, at));
    }
  }
  return nothing;
}

Value pack_bytes(Thread& thread, const Struct& structure, const Value* values, size_t count) {
  TRY(check_ready(thread, structure));
  if (count != static_cast<size_t>(structure.format.item_count)) {
    return raise(thread, *struct_error, "pack expected {} items for packing (got {})", structure.format.item_count,
                 count);
  }
  Bytes* bytes = allocate_bytes(static_cast<size_t>(structure.format.size));
  if (!bytes) return raise_memory_error(thread);
  TRY(pack_values(thread, structure, values, bytes->data()));
  return bytes;
}

// The place in a buffer of `length` bytes, counted from its end if negative.
Status fit_offset(Thread& thread, const Struct& structure, int64_t& offset, int64_t length, bool for_packing) {
  const int64_t size = structure.format.size;
  if (offset < 0) {
    if (offset + size > 0) {
      return for_packing ? raise(thread, *struct_error, "no space to pack {} bytes at offset {}", size, offset)
                         : raise(thread, *struct_error, "not enough data to unpack {} bytes at offset {}", size, offset);
    }
    if (offset + length < 0) {
      return raise(thread, *struct_error, "offset {} out of range for {}-byte buffer", offset, length);
    }
    offset += length;
  }
  if (length - offset >= size) return nothing;
  if (for_packing) {
    return raise(thread, *struct_error,
                 "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} (actual buffer "
                 "size is {})", make_uint(static_cast<uint64_t>(size) + static_cast<uint64_t>(offset)), size, offset, length);
  }
  return raise(thread, *struct_error,
               "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} (actual buffer "
               "size is {})", make_uint(static_cast<uint64_t>(size) + static_cast<uint64_t>(offset)), size, offset, length);
}

Status pack_in_place(Thread& thread, const Struct& structure, const Value* arguments, size_t count) {
  TRY(check_ready(thread, structure));
  if (count == 0) return raise(thread, *struct_error, "pack_into expected buffer argument");
  if (count == 1) return raise(thread, *struct_error, "pack_into expected offset argument");
  if (count - 2 != static_cast<size_t>(structure.format.item_count)) {
    return raise(thread, *struct_error, "pack_into expected {} items for packing (got {})", structure.format.item_count,
                 count - 2);
  }
  BufferLease lease(thread);
  if (lease.acquire(arguments[0], Buffer::kWritable).failed()) {
    thread.exception = Value();
    return raise(thread, TypeError, "argument must be read-write bytes-like object, not {}", type_of(arguments[0]));
  }
  int64_t offset = TRY(index_as_int64(thread, arguments[1], &IndexError));
  TRY(fit_offset(thread, structure, offset, static_cast<int64_t>(lease.size()), true));
  return pack_values(thread, structure, arguments + 2, lease.data() + offset);
}

// --- unpacking ---

Value unpack_bytes(Thread& thread, const Struct& structure, const uint8_t* in) {
  const StructFormat& format = structure.format;
  Tuple* result = allocate_tuple(static_cast<size_t>(format.item_count));
  if (!result) return raise_memory_error(thread);
  Value* item = result->items;
  for (size_t i = 0; i < format.code_count; ++i) {
    const StructCode& code = format.codes[i];
    const uint8_t* at = in + code.offset;
    for (int64_t repeat = code.repeat; repeat > 0; --repeat, at += code.size) *item++ = unpack_item(code, at);
  }
  return result;
}

Value unpack_buffer(Thread& thread, const Struct& structure, Value object) {
  TRY(check_ready(thread, structure));
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  if (static_cast<int64_t>(lease.size()) != structure.format.size) {
    return raise(thread, *struct_error, "unpack requires a buffer of {} bytes", structure.format.size);
  }
  return unpack_bytes(thread, structure, lease.data());
}

Value unpack_at(Thread& thread, const Struct& structure, Value object, int64_t offset) {
  TRY(check_ready(thread, structure));
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  TRY(fit_offset(thread, structure, offset, static_cast<int64_t>(lease.size()), false));
  return unpack_bytes(thread, structure, lease.data() + offset);
}

Value iterate_buffer(Thread& thread, Struct& structure, Value object) {
  TRY(check_ready(thread, structure));
  if (structure.format.size == 0) {
    return raise(thread, *struct_error, "cannot iteratively unpack with a struct of length 0");
  }
  auto* buffer = new (gc_allocate_scanned_buffer(sizeof(Buffer))) Buffer();
  TRY(get_buffer(thread, object, *buffer));
  if (buffer->size % structure.format.size) {
    release_buffer(thread, *buffer);
    return raise(thread, *struct_error, "iterative unpacking requires a buffer of a multiple of {} bytes",
                 structure.format.size);
  }
  auto* iterator = allocate<UnpackIterator>();
  iterator->structure = &structure;
  iterator->buffer = buffer;
  return iterator;
}

Value iterator_itself(Thread&, Value self) { return self; }
Value iterator_next(Thread& thread, Value self) {
  auto& iterator = *self.as<UnpackIterator>();
  if (!iterator.buffer) return Unbound;
  const Struct& structure = *iterator.structure.as<Struct>();
  if (iterator.position >= iterator.buffer->size) {
    release_buffer(thread, *iterator.buffer);
    iterator.buffer = nullptr;
    return Unbound;
  }
  const Value result = unpack_bytes(thread, structure, static_cast<const uint8_t*>(iterator.buffer->data) + iterator.position);
  iterator.position += structure.format.size;
  return result;
}
int64_t iterator_hint(UnpackIterator& self) {
  if (!self.buffer) return 0;
  return (self.buffer->size - self.position) / self.structure.as<Struct>()->format.size;
}
const MethodRow iterator_methods[] = {method<iterator_hint>("!__length_hint__($self, /)", "")};

// --- methods ---

Value pack_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "Struct.pack", keyword_names));
  return pack_bytes(thread, *arguments[0].as<Struct>(), arguments + 1, count - 1);
}
Value pack_into_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "Struct.pack_into", keyword_names));
  TRY(pack_in_place(thread, *arguments[0].as<Struct>(), arguments + 1, count - 1));
  return None;
}
Value unpack_method(Thread& thread, Struct& self, Value buffer) { return unpack_buffer(thread, self, buffer); }
Value unpack_from_method(Thread& thread, Struct& self, Value buffer, int64_t offset) {
  return unpack_at(thread, self, buffer, offset);
}
int64_t size_in_memory(Struct& self) { return 56 + 32 * static_cast<int64_t>(self.format.code_count + 1); }
Value get_format(Struct& self) { return self.text; }
int64_t get_size(Struct& self) { return self.format.size; }

const MethodRow struct_methods[] = {
    method<iterate_buffer>("iter_unpack($self, buffer, /)",
                           "Return an iterator over tuples, for a buffer of many of these structs in a row."),
    raw_method(pack_method, "pack", "S.pack(v1, v2, ...) -> bytes\n\nThe values as bytes in this format."),
    raw_method(pack_into_method, "pack_into",
               "S.pack_into(buffer, offset, v1, v2, ...)\n\nWrite the values into the buffer from offset on."),
    method<unpack_method>("unpack($self, buffer, /)",
                          "Return a tuple of the values in the buffer, which has exactly Struct.size bytes."),
    method<unpack_from_method>("unpack_from($self, /, buffer, offset=0)",
                               "Return a tuple of the values in the buffer from offset on."),
    method<size_in_memory>("!__sizeof__($self, /)", "S.__sizeof__() -> size of S in memory, in bytes"),
    getter<get_format>("format", "struct format string"),
    getter<get_size>("size", "struct size in bytes"),
};

// --- functions of the module ---

Value pack_function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "_struct.pack", keyword_names));
  if (count == 0) return raise(thread, TypeError, "missing format argument");
  return pack_bytes(thread, *TRY(cached(thread, arguments[0])), arguments + 1, count - 1);
}
Value pack_into_function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "_struct.pack_into", keyword_names));
  if (count == 0) return raise(thread, TypeError, "missing format argument");
  TRY(pack_in_place(thread, *TRY(cached(thread, arguments[0])), arguments + 1, count - 1));
  return None;
}
Value unpack(Thread& thread, Value format, Value buffer) {
  return unpack_buffer(thread, *TRY(cached(thread, format)), buffer);
}
Value unpack_from(Thread& thread, Value format, Value buffer, int64_t offset) {
  return unpack_at(thread, *TRY(cached(thread, format)), buffer, offset);
}
Value iter_unpack(Thread& thread, Value format, Value buffer) {
  return iterate_buffer(thread, *TRY(cached(thread, format)), buffer);
}
Result<int64_t> calcsize(Thread& thread, Value format) { return TRY(cached(thread, format))->format.size; }
void clear_cache() {
  if (cache) dict_clear(*cache);
}

const MethodRow functions[] = {
    function<clear_cache>("_clearcache($module, /)", "Clear the internal cache."),
    function<calcsize>("calcsize($module, format, /)", "How many bytes the struct of this format has."),
    function<iter_unpack>("iter_unpack($module, format, buffer, /)",
                          "Return an iterator over tuples, for a buffer of many structs of this format in a row."),
    raw_function(pack_function, "pack", "pack(format, v1, v2, ...) -> bytes\n\nThe values as bytes in this format."),
    raw_function(pack_into_function, "pack_into",
                 "pack_into(format, buffer, offset, v1, v2, ...)\n\nWrite the values into the buffer from offset on."),
    function<unpack>("unpack($module, format, buffer, /)",
                     "Return a tuple of the values in the buffer, which has exactly calcsize(format) bytes."),
    function<unpack_from>("unpack_from($module, format, /, buffer, offset=0)",
                          "Return a tuple of the values in the buffer from offset on."),
};

Status initialize(Thread& thread, Module& module) {
  static TypeSpec spec = {.doc = "Struct(fmt) --> compiled struct object\n\n",
                          .instance_bytes = sizeof(Struct),
                          .flags = Type::kBaseType | Type::kHasWeakReferences,
                          .methods = struct_methods};
  spec.slots.make = make;
  spec.slots.init = init;
  define_type(ModuleKind::Struct, spec);
  static TypeSpec iterator_spec = {.instance_bytes = sizeof(UnpackIterator),
                                   .flags = Type::kDisallowInstantiation,
                                   .methods = iterator_methods};
  iterator_spec.slots.iterate = iterator_itself;
  iterator_spec.slots.next = iterator_next;
  define_type(ModuleKind::UnpackIterator, iterator_spec);
  Dict& contents = *make_dict();
  dict_set_str(contents, "__module__", make_str("struct"));
  // One class for the life of the process: who imports the module anew still catches its errors.
  if (!struct_error) struct_error = TRY(make_class(thread, type_of_kind(Kind::Type), intern("error"), *make_tuple({&Exception}), contents))
                     .as<Type>();
  module_add_type(module, type_of_kind(ModuleKind::Struct));
  module_add(module, "error", struct_error);
  return nothing;
}

}  // namespace

extern const ModuleSpec struct_module = {
    "_struct",
    "Conversion between Python values and C structs in bytes.\n\n"
    "A format is an optional first character for order, size and alignment, then codes with\n"
    "repeat counts:\n"
    "  @: native order, size, alignment (default)    =: native order, standard sizes\n"
    "  <: little-endian    >: big-endian    !: the same as >\n"
    "  x: padding; c: char; b B: 1 byte; ?: bool; h H: short; i I: int; l L: long; q Q: long long;\n"
    "  e f d: floats of 2, 4, 8 bytes; s: bytes, the count being their length; p: Pascal string;\n"
    "  n N P: ssize_t, size_t, pointer (native only).",
    functions, initialize};

}  // namespace minipy
