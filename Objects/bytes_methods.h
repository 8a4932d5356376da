// What bytes and bytearray share: the same functions serve both and give back the type of `self`.
#pragma once

#include <span>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/native.h"
#include "Objects/protocol.h"

namespace minipy {

// The contents of a bytes or bytearray. Those of a bytearray move when user code changes it.
inline std::string_view contents_of(Value self) {
  if (self.object()->kind == Kind::Bytes) return self.as<Bytes>()->view();
  Bytearray* array = self.as<Bytearray>();
  return {reinterpret_cast<const char*>(array->data()), array->size};
}
// A new exact bytes or bytearray, as `self` is; `data` gets the place to fill.
Value allocate_like(Thread& thread, Value self, size_t size, uint8_t*& data);
Value make_like(Thread& thread, Value self, std::string_view contents);
// `self` itself where it is an exact bytes, else a copy.
Value unchanged(Thread& thread, Value self);

// The methods of both types, followed by `own`; copied to `rows`.
inline constexpr size_t kMaxByteMethods = 80;
std::span<const MethodRow> with_shared_byte_methods(std::span<const MethodRow> own, MethodRow* rows);

// Slots that both types have.
Value byte_concatenate(Thread& thread, Value left, Value right);
Value byte_repeat(Thread& thread, Value self, int64_t count);
Result<size_t> byte_length(Thread& thread, Value self);
Result<bool> byte_contains(Thread& thread, Value self, Value item);
Value byte_remainder(Thread& thread, Value left, Value right);  // %
Value compare_bytes(std::string_view left, std::string_view right, CompareOp op);
Value byte_item(Thread& thread, Value self, Value key);
Value byte_sequence_item(Thread& thread, Value self, int64_t index);

// One byte from an int: "byte must be in range(0, 256)".
Result<uint8_t> byte_argument(Thread& thread, Value value, const char* range_message = "byte must be in range(0, 256)");

// b"..." % arguments, by library "printf-style Bytes Formatting".
Value format_bytes(Thread& thread, Value self, Value arguments);

// hex() of bytes, bytearray, memoryview and binascii: groups are counted from the right if positive.
Value hex_text(Thread& thread, std::string_view contents, Value separator, int group);
Value bytes_from_hex(Thread& thread, Type& type, Value text);

// The arguments of bytes() and bytearray(); empty where omitted. Types of encoding and errors are checked.
struct SourceArguments {
  Value source, encoding, errors;
};
Result<SourceArguments> source_arguments(Thread& thread, const Type& type, const Value* arguments,
                                         size_t argument_count, Value keyword_names);
Value encode_source(Thread& thread, Value text, Value encoding, Value errors);  // a Bytes
// A number as the source: its value, or -1 if `source` is to be read in another way.
Result<int64_t> source_count(Thread& thread, Value source);

// Layout of both iterators.
struct ByteIterator : Object {
  static constexpr Kind kKind = Kind::BytesIterator;
  Value sequence;  // empty once exhausted
  size_t position;
};
Value byte_iterate(Thread& thread, Value self);
Value byte_next(Thread& thread, Value self);
std::span<const MethodRow> byte_iterator_methods();

}  // namespace minipy
