// The operators that bytes and bytearray share: length, items, +, *, in, iteration; and reading the
// arguments of their constructors.
#include <cstring>

#include "Objects/bytes_methods.h"
#include "Objects/bytes_search.h"
#include "Objects/codecs.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

int bytes_warning_level = 0;

Result<uint8_t> byte_argument(Thread& thread, Value value, const char* range_message) {
  const Value number = value.is_int() ? value : TRY(number_index(thread, value));
  if (!number.is_int() || number.as_int() < 0 || number.as_int() > 255) {
    return raise(thread, ValueError, range_message);
  }
  return static_cast<uint8_t>(number.as_int());
}

namespace {

// What is appended to so many bytes goes into a buffer that grows, as with text.
constexpr size_t kSharedFrom = 256;

// Appends behind `left` in its buffer where that is free, otherwise in a new, larger one.
Value concatenate_growing(Thread& thread, const Bytes& left, std::string_view right) {
  const size_t needed = left.size + right.size();
  ByteBuffer* buffer = left.has_flag(Bytes::kShared) ? static_cast<const SharedBytes&>(left).buffer : nullptr;
  if (!buffer || buffer->used != left.size || buffer->capacity < needed) {
    const size_t capacity = needed + needed / 4;
    buffer = static_cast<ByteBuffer*>(gc_allocate_leaf_buffer(sizeof(ByteBuffer) + capacity));
    if (!buffer) return raise_memory_error(thread);
    buffer->capacity = capacity;
    std::memcpy(buffer + 1, left.data(), left.size);
  }
  copy_bytes(reinterpret_cast<uint8_t*>(buffer + 1) + left.size, right);
  buffer->used = needed;
  auto* const result = allocate<SharedBytes>();
  result->flags |= Bytes::kShared;
  result->size = needed;
  result->buffer = buffer;
  return result;
}

Value concatenate(Thread& thread, Value left, Value right) {
  const Bytes &first = *left.as<Bytes>(), &second = *right.as<Bytes>();
  if (first.size == 0) return right;
  if (second.size == 0) return left;
  if (first.size >= kSharedFrom && second.size <= first.size) return concatenate_growing(thread, first, second.view());
  Bytes* const made = allocate_bytes(first.size + second.size);
  if (!made) return raise_memory_error(thread);
  std::memcpy(made->data(), first.data(), first.size);
  std::memcpy(made->data() + first.size, second.data(), second.size);
  return made;
}

}  // namespace

Value byte_concatenate(Thread& thread, Value left, Value right) {
  if (is_exact(left, Kind::Bytes) && is_exact(right, Kind::Bytes)) return concatenate(thread, left, right);
  if (!supports_buffer(left) || !supports_buffer(right)) {
    return raise(thread, TypeError, "can't concat {} to {}", type_of(right), type_of(left));
  }
  BufferLease first(thread), second(thread);
  TRY(first.acquire(left));
  TRY(second.acquire(right));
  if (first.size() == 0 && is_exact(right, Kind::Bytes) && is_bytes(left)) return right;
  if (second.size() == 0 && is_exact(left, Kind::Bytes)) return left;
  if (is_bytes(left) && first.size() >= kSharedFrom && second.size() <= first.size()) {
    return concatenate_growing(thread, *left.as<Bytes>(), second.view());
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, left, first.size() + second.size(), data));
  copy_bytes(data, first);
  copy_bytes(data + first.size(), second);
  return made;
}

Value byte_repeat(Thread& thread, Value self, int64_t count) {
  const std::string_view text = contents_of(self);
  if (count == 1) return unchanged(thread, self);
  const auto times = static_cast<size_t>(count < 0 ? 0 : count);
  size_t size;
  if (const bool overflows = __builtin_mul_overflow(text.size(), times, &size) || size > INT64_MAX; overflows || size > INT64_MAX - 64) {
    if (overflows && is_bytes(self)) return raise(thread, OverflowError, "repeated bytes are too long");
    return raise_memory_error(thread);
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, size, data));
  if (text.size() == 1) {
    std::memset(data, text[0], size);
  } else if (size) {
    copy_bytes(data, text);
    for (size_t done = text.size(); done < size; done *= 2) {
      std::memcpy(data + done, data, done < size - done ? done : size - done);
    }
  }
  return made;
}

Result<size_t> byte_length(Thread&, Value self) { return contents_of(self).size(); }

Result<bool> byte_contains(Thread& thread, Value self, Value item) {
  if (is_index(item)) {
    const char byte = static_cast<char>(TRY(byte_argument(thread, item)));
    const std::string_view text = contents_of(self);
    return byte_search::find(text, {&byte, 1}) != byte_search::kAbsent;
  }
  BufferLease lease(thread);
  TRY(lease.acquire(item));
  return byte_search::find(contents_of(self), lease.view()) != byte_search::kAbsent;
}

Value byte_remainder(Thread& thread, Value left, Value right) {
  if (!is_bytes(left) && !is_bytearray(left)) return NotImplemented;
  return format_bytes(thread, left, right);
}

Value compare_bytes(std::string_view left, std::string_view right, CompareOp op) {
  if (op == CompareOp::Equal) return Value::from_bool(left == right);
  if (op == CompareOp::NotEqual) return Value::from_bool(left != right);
  const int order = left.compare(right);
  switch (op) {
    case CompareOp::Less: return Value::from_bool(order < 0);
    case CompareOp::LessEqual: return Value::from_bool(order <= 0);
    case CompareOp::Greater: return Value::from_bool(order > 0);
    default: return Value::from_bool(order >= 0);
  }
}

Value byte_sequence_item(Thread& thread, Value self, int64_t index) {
  const std::string_view text = contents_of(self);
  if (index < 0) index += static_cast<int64_t>(text.size());
  if (index < 0 || index >= static_cast<int64_t>(text.size())) {
    return raise(thread, IndexError, is_bytes(self) ? "index out of range" : "bytearray index out of range");
  }
  return Value::from_int(static_cast<uint8_t>(text[static_cast<size_t>(index)]));
}

Value byte_item(Thread& thread, Value self, Value key) {
  if (is_index(key)) return byte_sequence_item(thread, self, TRY(index_as_int64(thread, key, &IndexError)));
  if (!is_slice(key)) {
    return raise(thread, TypeError, "{} indices must be integers or slices, not {}",
                 is_bytes(self) ? "byte" : "bytearray", type_of(key));
  }
  SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  const std::string_view text = contents_of(self);
  fit_slice(range, text.size());
  if (range.count <= 0) return make_like(thread, self, {});
  if (range.step == 1) {
    if (range.count == static_cast<int64_t>(text.size())) return unchanged(thread, self);
    return make_like(thread, self, text.substr(static_cast<size_t>(range.start), static_cast<size_t>(range.count)));
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, static_cast<size_t>(range.count), data));
  for (int64_t i = 0; i < range.count; ++i) {
    data[i] = static_cast<uint8_t>(text[static_cast<size_t>(range.start + i * range.step)]);
  }
  return made;
}

// ---- iteration ----

Value byte_iterate(Thread&, Value self) {
  auto* iterator = allocate<ByteIterator>();
  if (!is_bytes(self)) {
    iterator->shape = shape_of_kind(Kind::BytearrayIterator);
    iterator->kind = Kind::BytearrayIterator;
  }
  iterator->sequence = self;
  return iterator;
}

Value byte_next(Thread&, Value self) {
  auto* iterator = self.as<ByteIterator>();
  if (iterator->sequence.is_empty()) return Unbound;
  const std::string_view text = contents_of(iterator->sequence);
  if (iterator->position < text.size()) {
    return Value::from_int(static_cast<uint8_t>(text[iterator->position++]));
  }
  iterator->sequence = Value();
  return Unbound;
}

namespace {

int64_t length_hint(Value self) {
  auto* iterator = self.as<ByteIterator>();
  if (iterator->sequence.is_empty()) return 0;
  const size_t size = contents_of(iterator->sequence).size();
  return iterator->position < size ? static_cast<int64_t>(size - iterator->position) : 0;
}

Value reduce(Thread& thread, Value self) {
  auto* iterator = self.as<ByteIterator>();
  const Value iter = TRY(import_attribute(thread, "builtins", "iter"));
  if (iterator->sequence.is_empty()) return make_tuple({iter, make_tuple({empty_tuple()})});
  return make_tuple({iter, make_tuple({iterator->sequence}), make_int(static_cast<int64_t>(iterator->position))});
}

Status set_state(Thread& thread, Value self, Value state) {
  const int64_t position = TRY(argument_int64(thread, state));
  auto* iterator = self.as<ByteIterator>();
  if (iterator->sequence.is_empty()) return nothing;
  const size_t size = contents_of(iterator->sequence).size();
  const auto wanted = static_cast<size_t>(position < 0 ? 0 : position);
  iterator->position = wanted < size ? wanted : size;
  return nothing;
}

const MethodRow iterator_methods[] = {
    method<length_hint>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce>("!__reduce__($self, /)", "Return state information for pickling."),
    method<set_state>("!__setstate__($self, state, /)", "Set state information for unpickling."),
};

}  // namespace

std::span<const MethodRow> byte_iterator_methods() { return iterator_methods; }

// ---- constructors ----

Result<SourceArguments> source_arguments(Thread& thread, const Type& type, const Value* arguments,
                                         size_t argument_count, Value keyword_names) {
  static const MethodRow rows[] = {
      raw_static_method(nullptr, "bytes(source=<omitted>, encoding=<omitted>, errors=<omitted>)", ""),
      raw_static_method(nullptr, "bytearray(source=<omitted>, encoding=<omitted>, errors=<omitted>)", "")};
  SourceArguments result;
  if (argument_count <= 1 && keyword_names.is_empty()) {
    if (argument_count) result.source = arguments[0];
    return result;
  }
  const bool for_bytes = type.instance_kind == Kind::Bytes;
  const Signature& signature = signature_of(rows[for_bytes ? 0 : 1]);
  Value values[3];
  BoundArguments bound{};
  TRY(bind_arguments(thread, signature, Value(), arguments, argument_count, keyword_names, values, bound));
  for (int i = 1; i < 3; ++i) {
    if (!bound.values[i].is_empty() && !is_str(bound.values[i])) {
      return raise(thread, TypeError, "{}() argument '{}' must be str, not {}", for_bytes ? "bytes" : "bytearray",
                   i == 1 ? "encoding" : "errors", argument_kind(bound.values[i]));
    }
  }
  result = {bound.values[0], bound.values[1], bound.values[2]};
  return result;
}

Value encode_source(Thread& thread, Value text, Value encoding, Value errors) {
  const std::string encoding_name = TRY(to_utf8_strict(thread, encoding.as<Str>()));
  std::string errors_name;
  if (!errors.is_empty()) errors_name = TRY(to_utf8_strict(thread, errors.as<Str>()));
  return encode_text(thread, text.as<Str>(), encoding_name, errors_name);
}

Result<int64_t> source_count(Thread& thread, Value source) {
  if (!is_index(source)) return -1;
  auto count = index_as_int64(thread, source, &OverflowError);
  if (count.failed()) {
    if (!catch_exception(thread, TypeError)) return error;
    return -1;
  }
  if (count.value() < 0) return raise(thread, ValueError, "negative count");
  return count;
}

}  // namespace minipy
