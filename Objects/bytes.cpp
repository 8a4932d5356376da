// bytes: immutable sequences of bytes. Library "Bytes Objects".
#include "Objects/bytes.h"

#include <cstring>
#include <string>

#include "Objects/bytes_methods.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

Bytes* shared_bytes[257];  // one byte each; the last is empty

Bytes* new_bytes(size_t size) {
  const size_t bytes = sizeof(Bytes) + size + 1;
  if (size > INT64_MAX - 64) return nullptr;
  void* cell = gc_allocate_leaf(bytes);
  if (!cell) return nullptr;
  auto* made = initialize_header<Bytes>(cell, shape_of_kind(Kind::Bytes), Kind::Bytes, 0);
  made->cached_hash = 0;
  made->size = size;
  made->data()[size] = 0;
  return made;
}

}  // namespace

Bytes* allocate_bytes(size_t size) { return new_bytes(size); }

Bytes* make_byte(uint8_t byte) {
  Bytes*& shared = shared_bytes[byte];
  if (!shared) {
    shared = new_bytes(1);
    shared->data()[0] = byte;
  }
  return shared;
}

Bytes* empty_bytes() {
  if (!shared_bytes[256]) shared_bytes[256] = new_bytes(0);
  return shared_bytes[256];
}

Bytes* make_bytes(std::string_view contents) {
  if (contents.empty()) return empty_bytes();
  if (contents.size() == 1) return make_byte(static_cast<uint8_t>(contents[0]));
  Bytes* made = new_bytes(contents.size());
  if (made) copy_bytes(made->data(), contents);
  return made;
}

int64_t hash_of(const Bytes* bytes) {
  if (bytes->cached_hash) return bytes->cached_hash;
  const int64_t hash = hash_bytes(bytes->data(), bytes->size);
  const_cast<Bytes*>(bytes)->cached_hash = hash;
  return hash;
}

Result<Str*> bytes_repr(Thread& thread, std::string_view contents, bool escape_apostrophes) {
  const bool has_single = contents.find('\'') != contents.npos;
  const char quote = has_single && contents.find('"') == contents.npos ? '"' : '\'';
  size_t size = 3;
  for (const char c : contents) {
    const auto byte = static_cast<uint8_t>(c);
    const bool is_quote = c == quote || (escape_apostrophes && c == '\'');
    const bool short_escape = is_quote || c == '\\' || c == '\t' || c == '\n' || c == '\r';
    size += short_escape ? 2 : byte < ' ' || byte >= 0x7f ? 4 : 1;
  }
  Str* text = allocate_str(size, 127);
  if (!text) return raise_memory_error(thread);
  auto* out = static_cast<char*>(text->mutable_data());
  *out++ = 'b';
  *out++ = quote;
  for (const char c : contents) {
    const auto byte = static_cast<uint8_t>(c);
    const char* const hex = "0123456789abcdef";
    if (c == quote || c == '\\' || (escape_apostrophes && c == '\'')) {
      *out++ = '\\';
      *out++ = c;
    } else if (c == '\t' || c == '\n' || c == '\r') {
      *out++ = '\\';
      *out++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
    } else if (byte < ' ' || byte >= 0x7f) {
      *out++ = '\\';
      *out++ = 'x';
      *out++ = hex[byte >> 4];
      *out++ = hex[byte & 15];
    } else {
      *out++ = c;
    }
  }
  *out = quote;
  return text;
}

// ---- construction ----

namespace {

// Lists and tuples of small ints; nullptr if there is anything else among them, and if out of memory.
Bytes* bytes_from_small_ints(const Value* items, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (items[i].bits() - Value::from_int(0).bits() > 255) return nullptr;
  }
  Bytes* const made = new_bytes(size);
  if (!made) return nullptr;
  for (size_t i = 0; i < size; ++i) made->data()[i] = static_cast<uint8_t>(items[i].as_int());
  return made;
}

Value bytes_from_iterable(Thread& thread, Value iterable) {
  const bool is_list = is_exact(iterable, Kind::List);
  if (is_list || is_exact_tuple(iterable)) {
    const Value* items = is_list ? iterable.as<List>()->begin() : iterable.as<Tuple>()->begin();
    const size_t size = is_list ? iterable.as<List>()->size : iterable.as<Tuple>()->size;
    if (size > 1) {
      if (Bytes* made = bytes_from_small_ints(items, size)) return made;
    }
  }
  GrowingBytes collected;
  const Status done = for_each(thread, iterable, [&](Value item) -> Status {
    collected.push_back(static_cast<char>(TRY(byte_argument(thread, item, "bytes must be in range(0, 256)"))));
    return nothing;
  });
  TRY(done);
  return bytes_result(thread, collected);
}

}  // namespace

Value bytes_from_object(Thread& thread, Value object) {
  if (is_exact(object, Kind::Bytes)) return object;
  if (supports_buffer(object)) {
    BufferLease lease(thread);
    TRY(lease.acquire(object, Buffer::kFullReadOnly));
    Bytes* made = lease.size() ? new_bytes(lease.size()) : empty_bytes();
    if (!made) return raise_memory_error(thread);
    copy_contiguous(*lease, made->data());
    return made;
  }
  const TypeSlots& slots = type_of(object).slots;
  if (is_str(object) || (!slots.iterate && !slots.sequence_item)) {
    return raise(thread, TypeError, "cannot convert '{}' object to bytes", type_of(object));
  }
  return bytes_from_iterable(thread, object);
}

namespace {

Value bytes_from_special(Thread& thread, Value method) {
  const Value made = TRY(call(thread, method));
  if (!is_bytes(made)) return raise(thread, TypeError, "__bytes__ returned non-bytes (type {})", type_of(made));
  return made;
}

Value zeros(Thread& thread, int64_t count) {
  if (count == 0) return empty_bytes();
  Bytes* made = new_bytes(static_cast<size_t>(count));
  if (!made) return raise_memory_error(thread);
  std::memset(made->data(), 0, static_cast<size_t>(count));
  return made;
}

Value make_from_source(Thread& thread, const SourceArguments& given) {
  if (given.source.is_empty()) {
    if (given.encoding.is_empty() && given.errors.is_empty()) return empty_bytes();
    return raise(thread, TypeError, given.encoding.is_empty() ? "errors without a string argument"
                                                              : "encoding without a string argument");
  }
  if (!given.encoding.is_empty()) {
    if (!is_str(given.source)) return raise(thread, TypeError, "encoding without a string argument");
    return encode_source(thread, given.source, given.encoding, given.errors);
  }
  if (!given.errors.is_empty()) {
    return raise(thread, TypeError, is_str(given.source) ? "string argument without an encoding"
                                                         : "errors without a string argument");
  }
  if (is_exact(given.source, Kind::Bytes)) return given.source;
  const Value special = TRY(lookup_special(thread, given.source, "__bytes__"));
  if (!special.is_unbound()) return bytes_from_special(thread, special);
  if (is_str(given.source)) return raise(thread, TypeError, "string argument without an encoding");
  const int64_t count = TRY(source_count(thread, given.source));
  return count >= 0 ? zeros(thread, count) : bytes_from_object(thread, given.source);
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t argument_count, Value keyword_names) {
  const SourceArguments given = TRY(source_arguments(thread, type, arguments, argument_count, keyword_names));
  const Value made = TRY(make_from_source(thread, given));
  if (&type == &type_of_kind(Kind::Bytes)) return made;
  const Bytes& contents = *made.as<Bytes>();
  auto* instance = allocate_instance_as<Bytes>(type, contents.size + 1);
  if (!instance) return raise_memory_error(thread);
  instance->cached_hash = 0;
  instance->size = contents.size;
  std::memcpy(instance->data(), contents.data(), contents.size + 1);
  return instance;
}

// ---- slots ----

Value repr_slot(Thread& thread, Value self) { return TRY(bytes_repr(thread, self.as<Bytes>()->view())); }

Value str_slot(Thread& thread, Value self) {
  if (bytes_warning_level) TRY(warn(thread, BytesWarning, "str() on a bytes instance"));
  return repr_slot(thread, self);
}

Result<int64_t> hash_slot(Thread&, Value self) { return hash_of(self.as<Bytes>()); }

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (is_bytes(left) && is_bytes(right)) return compare_bytes(left.as<Bytes>()->view(), right.as<Bytes>()->view(), op);
  if (bytes_warning_level && (op == CompareOp::Equal || op == CompareOp::NotEqual)) {
    if (is_str(left) || is_str(right)) TRY(warn(thread, BytesWarning, "Comparison between bytes and string"));
    if (is_any_int(left) || is_any_int(right)) TRY(warn(thread, BytesWarning, "Comparison between bytes and int"));
  }
  return NotImplemented;
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  Bytes* bytes = self.as<Bytes>();
  return fill_buffer(thread, buffer, self, bytes->data(), static_cast<int64_t>(bytes->size), true, flags);
}

Value to_bytes(Value self) { return is_exact(self, Kind::Bytes) ? self : Value(make_bytes(self.as<Bytes>()->view())); }

Value getnewargs(Value self) { return make_tuple({make_bytes(self.as<Bytes>()->view())}); }

const MethodRow own_methods[] = {
    method<to_bytes>("__bytes__($self, /)", "The same as an exact bytes."),
    method<getnewargs>("!__getnewargs__($self, /)", "Arguments of __new__ for copying and pickling."),
};
MethodRow all_methods[kMaxByteMethods];

const char* const kDoc =
    "bytes(iterable_of_ints) -> bytes\n"
    "bytes(string, encoding[, errors]) -> bytes\n"
    "bytes(bytes_or_buffer) -> a copy that cannot be changed\n"
    "bytes(int) -> that many zero bytes\n"
    "bytes() -> empty bytes\n\n"
    "An immutable sequence of integers in range(256).";

}  // namespace

void define_bytes_types() {
  TypeSpec spec;
  spec.doc = kDoc;
  spec.instance_bytes = sizeof(Bytes);
  spec.item_size = 1;
  spec.flags = Type::kBaseType | Type::kVariableSize | Type::kBytes | Type::kLeaf | Type::kSelfPattern;
  spec.slots.repr = repr_slot;
  spec.slots.str = str_slot;
  spec.slots.hash = hash_slot;
  spec.slots.compare = compare_slot;
  spec.slots.iterate = byte_iterate;
  spec.slots.make = make;
  spec.slots.remainder = byte_remainder;
  spec.slots.map_length = byte_length;
  spec.slots.map_item = byte_item;
  spec.slots.sequence_length = byte_length;
  spec.slots.concatenate = byte_concatenate;
  spec.slots.repeat = byte_repeat;
  spec.slots.sequence_item = byte_sequence_item;
  spec.slots.contains = byte_contains;
  spec.slots.get_buffer = get_buffer_slot;
  spec.methods = with_shared_byte_methods(own_methods, all_methods);
  define_type(Kind::Bytes, spec);

  TypeSpec iterator;
  iterator.instance_bytes = sizeof(ByteIterator);
  iterator.flags = Type::kDisallowInstantiation;
  iterator.slots.iterate = [](Thread&, Value self) { return self; };
  iterator.slots.next = byte_next;
  iterator.methods = byte_iterator_methods();
  define_type(Kind::BytesIterator, iterator);
}

}  // namespace minipy
