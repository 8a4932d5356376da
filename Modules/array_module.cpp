// array: compact sequences of numbers of one C type. Library reference, "array".
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "Modules/array_items.h"
#include "Modules/native_modules.h"
#include "Objects/bytearray.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

struct ArrayIterator : Object {
  static constexpr Kind kKind = ModuleKind::ArrayIterator;
  Value array;  // empty once exhausted
  int64_t position;
};

bool is_array(Value v) { return has_kind(v, ModuleKind::Array); }
Array& as_array(Value v) { return *v.as<Array>(); }
int64_t byte_size(const Array& array) { return array.size * array.type_row->item_size; }
Type& array_type() { return type_of_kind(ModuleKind::Array); }

// --- constructor ---

Status extend_from(Thread& thread, Array& array, Value iterable) {
  return for_each(thread, iterable, [&](Value item) { return array_append(thread, array, item); });
}

Status append_text(Thread& thread, Array& array, const Str& text) {
  const int64_t old_size = array.size;
  TRY(resize_array(thread, array, old_size + static_cast<int64_t>(text.length())));
  for (size_t i = 0; i < text.length(); ++i) {
    const char32_t c = text.at(i);
    std::memcpy(array.at(old_size + static_cast<int64_t>(i)), &c, sizeof c);
  }
  return nothing;
}

Status fill(Thread& thread, Array& array, Value initial) {
  const char typecode = array.type_row->typecode;
  if (is_str(initial)) return append_text(thread, array, *initial.as<Str>());
  if (has_kind(initial, Kind::Bytes)) {
    const auto view = initial.as<Bytes>()->view();
    return array_extend_bytes(thread, array, view.data(), static_cast<int64_t>(view.size()));
  }
  if (has_kind(initial, Kind::Bytearray)) {
    auto& bytes = *initial.as<Bytearray>();
    return array_extend_bytes(thread, array, bytes.data(), static_cast<int64_t>(bytes.size));
  }
  if (is_array(initial) && as_array(initial).type_row->typecode == typecode) {
    return array_extend_bytes(thread, array, as_array(initial).buffer, byte_size(as_array(initial)));
  }
  return extend_from(thread, array, initial);
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (&type == &array_type()) TRY(refuse_keywords(thread, "array.array", keyword_names));
  if (count < 1) return raise(thread, TypeError, "array() takes at least 1 argument ({} given)", count);
  if (count > 2) return raise(thread, TypeError, "array() takes at most 2 arguments ({} given)", count);
  if (!is_str(arguments[0]) || arguments[0].as<Str>()->length() != 1) {
    return raise(thread, TypeError, "array() argument 1 must be a unicode character, not {}", argument_kind(arguments[0]));
  }
  const char32_t typecode = arguments[0].as<Str>()->at(0);
  const Value initial = count == 2 ? arguments[1] : Value();
  if (!initial.is_empty() && typecode != 'u') {
    if (is_str(initial)) {
      return raise(thread, TypeError, "cannot use a str to initialize an array with typecode '{}'", arguments[0]);
    }
    if (is_array(initial) && as_array(initial).type_row->typecode == 'u') {
      return raise(thread, TypeError, "cannot use a unicode array to initialize an array with typecode '{}'",
                   arguments[0]);
    }
  }
  const ArrayType* row = find_array_type(typecode);
  if (!row) {
    return raise(thread, ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
  }
  TRY(audit(thread, "array.__new__", {arguments[0], initial.is_empty() ? None : initial}));
  const Value result = TRY(make_array(thread, type, *row, 0));
  if (!initial.is_empty()) TRY(fill(thread, as_array(result), initial));
  return result;
}

// --- the sequence ---

Value to_list(Thread& thread, Array& self) {
  List* list = make_list();
  TRY(list_reserve(thread, *list, static_cast<size_t>(self.size), false));
  if (self.size > 0 && load_array_ints(self, list->buffer->items)) {
    list->size = static_cast<size_t>(self.size);
    return list;
  }
  for (int64_t i = 0; i < self.size; ++i) {
    TRY(list_append(thread, *list, array_item(self, i)));
  }
  return list;
}

Value to_unicode(Thread& thread, Array& self) {
  if (self.type_row->typecode != 'u') {
    return raise(thread, ValueError, "tounicode() may only be called on unicode type arrays");
  }
  const auto* text = reinterpret_cast<const char32_t*>(self.buffer);
  for (int64_t i = 0; i < self.size; ++i) {
    if (text[i] <= 0x10FFFF) continue;
    char code[16];
    std::snprintf(code, sizeof code, "U+%x", static_cast<unsigned>(text[i]));
    return raise(thread, ValueError, "character {} is not in range [U+0000; U+10ffff]", code);
  }
  Str* const made = make_str_utf32(text, static_cast<size_t>(self.size));
  return made ? Value(made) : Value(raise_memory_error(thread));
}

Value repr_slot(Thread& thread, Value self) {
  Array& array = as_array(self);
  const Value name = type_of(self).name;
  const std::string_view typecode(&array.type_row->typecode, 1);
  if (array.size == 0) return format_message(thread, "{}('{}')", {name, typecode});
  const Value items = typecode == "u" ? TRY(to_unicode(thread, array)) : TRY(to_list(thread, array));
  return format_message(thread, "{}('{}', {})", {name, typecode, Repr{items}});
}

Result<size_t> length_slot(Thread&, Value self) { return static_cast<size_t>(as_array(self).size); }

// Same type of integers: the bytes decide. Otherwise item by item, as for lists.
Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_array(left) || !is_array(right)) return NotImplemented;
  Array &a = as_array(left), &b = as_array(right);
  const bool is_equality = op == CompareOp::Equal || op == CompareOp::NotEqual;
  if (is_equality && a.size != b.size) return Value::from_bool(op == CompareOp::NotEqual);
  if (is_equality && a.type_row == b.type_row && a.type_row->is_integer) {
    const bool same = a.size == 0 || std::memcmp(a.buffer, b.buffer, static_cast<size_t>(byte_size(a))) == 0;
    return Value::from_bool(same == (op == CompareOp::Equal));
  }
  for (int64_t i = 0; i < a.size && i < b.size; ++i) {
    const Value x = array_item(a, i), y = array_item(b, i);
    if (!TRY(compare_truth(thread, x, y, CompareOp::Equal))) {
      return is_equality ? Value::from_bool(op == CompareOp::NotEqual) : compare(thread, x, y, op);
    }
  }
  return compare(thread, make_int(a.size), make_int(b.size), op);
}

Value item_slot(Thread& thread, Value self, int64_t index) {
  const Array& array = as_array(self);
  if (index < 0 || index >= array.size) return raise(thread, IndexError, "array index out of range");
  return array_item(array, index);
}

Value subscript(Thread& thread, Value self, Value key) {
  Array& array = as_array(self);
  if (is_index(key)) {
    int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    if (index < 0) index += array.size;
    return item_slot(thread, self, index);
  }
  if (!is_slice(key)) return raise(thread, TypeError, "array indices must be integers");
  const SliceRange range = TRY(slice_range(thread, *key.as<Slice>(), static_cast<size_t>(array.size)));
  const Value result = TRY(make_array(thread, array_type(), *array.type_row, range.count));
  const size_t item_size = array.type_row->item_size;
  for (int64_t i = 0; i < range.count; ++i) {
    std::memcpy(as_array(result).at(i), array.at(range.start + i * range.step), item_size);
  }
  return result;
}

// [start, stop) becomes `count` items, which the caller fills in.
Status splice(Thread& thread, Array& array, int64_t start, int64_t stop, int64_t count) {
  const int64_t old_size = array.size, growth = count - (stop - start);
  const size_t item_size = array.type_row->item_size;
  if (growth > 0) TRY(resize_array(thread, array, old_size + growth));
  if (growth != 0 && array.exports) {
    return raise(thread, BufferError, "cannot resize an array that is exporting buffers");
  }
  if (growth != 0 && stop < old_size) {
    std::memmove(array.at(stop + growth), array.at(stop), static_cast<size_t>(old_size - stop) * item_size);
  }
  if (growth < 0) TRY(resize_array(thread, array, old_size + growth));
  return nothing;
}

Status delete_slice(Thread& thread, Array& array, SliceRange range) {
  if (range.count == 0) return nothing;
  if (range.step < 0) {
    range.start += (range.count - 1) * range.step;
    range.step = -range.step;
  }
  if (range.step == 1) return splice(thread, array, range.start, range.start + range.count, 0);
  if (array.exports) return raise(thread, BufferError, "cannot resize an array that is exporting buffers");
  int64_t kept = range.start, next_removed = range.start, left = range.count;
  for (int64_t i = range.start; i < array.size; ++i) {
    if (left && i == next_removed) {
      next_removed += range.step;
      --left;
    } else {
      std::memmove(array.at(kept++), array.at(i), array.type_row->item_size);
    }
  }
  return resize_array(thread, array, kept);
}

Status assign_slice(Thread& thread, Array& array, const Slice& slice, Value value) {
  SliceRange range = TRY(unpack_slice(thread, slice));
  fit_slice(range, static_cast<size_t>(array.size));
  if (value.is_empty()) return delete_slice(thread, array, range);
  if (!is_array(value)) {
    return raise(thread, TypeError, "can only assign array (not \"{}\") to array slice", type_of(value));
  }
  Array* other = &as_array(value);
  if (other->type_row != array.type_row) return raise(thread, TypeError, "bad argument type for built-in operation");
  if (other == &array) {
    const Value copy = TRY(make_array(thread, array_type(), *array.type_row, array.size));
    if (array.size) std::memcpy(as_array(copy).buffer, array.buffer, static_cast<size_t>(byte_size(array)));
    other = &as_array(copy);
  }
  const size_t item_size = array.type_row->item_size;
  if (range.step == 1) {
    const int64_t stop = std::max(range.start, range.stop);
    TRY(splice(thread, array, range.start, stop, other->size));
    if (other->size) std::memcpy(array.at(range.start), other->buffer, static_cast<size_t>(byte_size(*other)));
    return nothing;
  }
  if (other->size != range.count) {
    return raise(thread, ValueError, "attempt to assign array of size {} to extended slice of size {}", other->size,
                 range.count);
  }
  for (int64_t i = 0; i < range.count; ++i) {
    std::memcpy(array.at(range.start + i * range.step), other->at(i), item_size);
  }
  return nothing;
}

Status set_item_slot(Thread& thread, Value self, int64_t index, Value value) {
  Array& array = as_array(self);
  if (index < 0 || index >= array.size) return raise(thread, IndexError, "array assignment index out of range");
  if (value.is_empty()) return splice(thread, array, index, index + 1, 0);
  uint8_t item[8];
  TRY(convert_array_item(thread, *array.type_row, value, item));
  if (index < array.size) std::memcpy(array.at(index), item, array.type_row->item_size);
  return nothing;
}

Status assign_subscript(Thread& thread, Value self, Value key, Value value) {
  Array& array = as_array(self);
  if (is_index(key)) {
    int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    if (index < 0) index += array.size;
    return set_item_slot(thread, self, index, value);
  }
  if (!is_slice(key)) return raise(thread, TypeError, "array indices must be integers");
  return assign_slice(thread, array, *key.as<Slice>(), value);
}

Value concatenate(Thread& thread, Value left, Value right) {
  if (!is_array(right)) {
    return raise(thread, TypeError, "can only append array (not \"{}\") to array", type_of(right));
  }
  Array &a = as_array(left), &b = as_array(right);
  if (a.type_row != b.type_row) return raise(thread, TypeError, "bad argument type for built-in operation");
  const Value result = TRY(make_array(thread, array_type(), *a.type_row, a.size + b.size));
  if (a.size) std::memcpy(as_array(result).buffer, a.buffer, static_cast<size_t>(byte_size(a)));
  if (b.size) std::memcpy(as_array(result).at(a.size), b.buffer, static_cast<size_t>(byte_size(b)));
  return result;
}

Status extend_by_array(Thread& thread, Array& array, Array& other) {
  if (other.type_row != array.type_row) return raise(thread, TypeError, "can only extend with array of same kind");
  const int64_t old_size = array.size, added = other.size;
  TRY(resize_array(thread, array, old_size + added));
  if (added) std::memcpy(array.at(old_size), other.buffer, static_cast<size_t>(added * array.type_row->item_size));
  return nothing;
}

Value inplace_concatenate(Thread& thread, Value self, Value other) {
  if (!is_array(other)) {
    return raise(thread, TypeError, "can only extend array with array (not \"{}\")", type_of(other));
  }
  TRY(extend_by_array(thread, as_array(self), as_array(other)));
  return self;
}

Result<int64_t> repeated_size(Thread& thread, const Array& array, int64_t count) {
  int64_t size;
  if (__builtin_mul_overflow(array.size, count < 0 ? 0 : count, &size)) return raise_memory_error(thread);
  return size;
}
void fill_repeatedly(Array& array, int64_t first_size) {
  const size_t bytes = static_cast<size_t>(first_size * array.type_row->item_size);
  for (int64_t i = first_size; i < array.size; i += first_size) std::memcpy(array.at(i), array.buffer, bytes);
}

Value repeat(Thread& thread, Value self, int64_t count) {
  Array& array = as_array(self);
  const Value result = TRY(make_array(thread, array_type(), *array.type_row, TRY(repeated_size(thread, array, count))));
  if (as_array(result).size == 0) return result;
  std::memcpy(as_array(result).buffer, array.buffer, static_cast<size_t>(byte_size(array)));
  fill_repeatedly(as_array(result), array.size);
  return result;
}

Value inplace_repeat(Thread& thread, Value self, int64_t count) {
  Array& array = as_array(self);
  const int64_t old_size = array.size;
  TRY(resize_array(thread, array, TRY(repeated_size(thread, array, count))));
  if (array.size > old_size) fill_repeatedly(array, old_size);
  return self;
}

// The position of the first item that equals `wanted`, or -1.
Result<int64_t> find(Thread& thread, Array& array, Value wanted, int64_t start, int64_t stop) {
  for (int64_t i = start; i < stop && i < array.size; ++i) {
    if (TRY(compare_truth(thread, array_item(array, i), wanted, CompareOp::Equal))) return i;
  }
  return int64_t{-1};
}

Result<bool> contains_slot(Thread& thread, Value self, Value item) {
  return TRY(find(thread, as_array(self), item, 0, INT64_MAX)) >= 0;
}

Value iterate_slot(Thread&, Value self) {
  auto* iterator = allocate<ArrayIterator>();
  iterator->array = self;
  return iterator;
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  Array& array = as_array(self);
  static uint8_t nowhere[16];
  void* data = array.buffer ? array.buffer : nowhere;
  TRY(fill_buffer(thread, buffer, self, data, byte_size(array), false, flags));
  buffer.item_size = array.type_row->item_size;
  if (buffer.shape) buffer.shape[0] = array.size;
  if (buffer.strides) buffer.strides[0] = buffer.item_size;
  if (flags & Buffer::kFormat) {
    static const char formats[] = "b\0B\0w\0h\0H\0i\0I\0l\0L\0q\0Q\0f\0d\0";
    const char typecode = array.type_row->typecode == 'u' ? 'w' : array.type_row->typecode;
    for (const char* format = formats; *format; format += 2) {
      if (*format == typecode) buffer.format = format;
    }
  }
  ++array.exports;
  return nothing;
}
void release_buffer_slot(Thread&, Value self, Buffer&) { --as_array(self).exports; }

// --- methods ---

Status append(Thread& thread, Array& self, Value item) { return array_append(thread, self, item); }
Value buffer_info(Array& self) {
  return make_tuple({make_int(reinterpret_cast<int64_t>(self.buffer)), make_int(self.size)});
}
void byteswap(Array& self) {
  const size_t item_size = self.type_row->item_size;
  for (int64_t i = 0; i < self.size; ++i) std::reverse(self.at(i), self.at(i) + item_size);
}
Value copy(Thread& thread, Array& self) {
  const Value result = TRY(make_array(thread, array_type(), *self.type_row, self.size));
  if (self.size) std::memcpy(as_array(result).buffer, self.buffer, static_cast<size_t>(byte_size(self)));
  return result;
}
Value deep_copy(Thread& thread, Array& self, Value) { return copy(thread, self); }
Result<int64_t> count(Thread& thread, Array& self, Value wanted) {
  int64_t found = 0;
  for (int64_t i = 0; i < self.size; ++i) {
    found += TRY(compare_truth(thread, array_item(self, i), wanted, CompareOp::Equal));
  }
  return found;
}
Status extend(Thread& thread, Array& self, Value other) {
  if (is_array(other)) return extend_by_array(thread, self, as_array(other));
  return extend_from(thread, self, other);
}
Status from_list(Thread& thread, Array& self, Value list) {
  if (!is_list(list)) return raise(thread, TypeError, "arg must be list");
  const List& items = *list.as<List>();
  const int64_t old_size = self.size;
  const size_t count = items.size;
  for (size_t i = 0; i < count; ++i) {
    if (items.size != count) return raise(thread, RuntimeError, "list changed size during iteration");
    if (array_append(thread, self, items.at(i)).failed()) {
      self.size = old_size;
      return error;
    }
  }
  return nothing;
}
Status from_bytes(Thread& thread, Array& self, Value object) {
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  if (lease->item_size != 1) return raise(thread, TypeError, "a bytes-like object is required");
  return array_extend_bytes(thread, self, lease.data(), static_cast<int64_t>(lease.size()));
}
Status from_file(Thread& thread, Array& self, Value file, int64_t count) {
  if (count < 0) return raise(thread, ValueError, "negative count");
  int64_t bytes;
  if (__builtin_mul_overflow(count, static_cast<int64_t>(self.type_row->item_size), &bytes)) {
    return raise_memory_error(thread);
  }
  const Value data = TRY(call_method(thread, file, "read", {make_int(bytes)}));
  if (!has_kind(data, Kind::Bytes)) return raise(thread, TypeError, "read() didn't return bytes");
  const bool is_short = static_cast<int64_t>(data.as<Bytes>()->size) != bytes;
  TRY(from_bytes(thread, self, data));
  if (is_short) return raise(thread, EOFError, "read() didn't return enough bytes");
  return nothing;
}
Status to_file(Thread& thread, Array& self, Value file) {
  constexpr int64_t kBlock = 64 * 1024;
  const int64_t total = byte_size(self);
  for (int64_t start = 0; start < total; start += kBlock) {
    const int64_t size = std::min(kBlock, total - start);
    const std::string_view block(reinterpret_cast<const char*>(self.buffer) + start, static_cast<size_t>(size));
    TRY(call_method(thread, file, "write", {make_bytes(block)}));
  }
  return nothing;
}
Status from_unicode(Thread& thread, Array& self, Str& text) {
  if (self.type_row->typecode != 'u') {
    return raise(thread, ValueError, "fromunicode() may only be called on unicode type arrays");
  }
  return append_text(thread, self, text);
}
Result<int64_t> index(Thread& thread, Array& self, Value wanted, Value start_value, Value stop_value) {
  const auto size = static_cast<size_t>(self.size);
  const int64_t start = TRY(search_bound(thread, start_value, 0, size));
  const int64_t stop = TRY(search_bound(thread, stop_value, INT64_MAX, size));
  const int64_t position = TRY(find(thread, self, wanted, start, stop));
  if (position < 0) return raise(thread, ValueError, "array.index(x): x not in array");
  return position;
}
Status insert(Thread& thread, Array& self, int64_t position, Value value) {
  uint8_t item[8];
  TRY(convert_array_item(thread, *self.type_row, value, item));
  if (position < 0) position = std::max<int64_t>(position + self.size, 0);
  position = std::min(position, self.size);
  TRY(splice(thread, self, position, position, 1));
  std::memcpy(self.at(position), item, self.type_row->item_size);
  return nothing;
}
Value pop(Thread& thread, Array& self, int64_t position) {
  if (self.size == 0) return raise(thread, IndexError, "pop from empty array");
  if (position < 0) position += self.size;
  if (position < 0 || position >= self.size) return raise(thread, IndexError, "pop index out of range");
  const Value item = array_item(self, position);
  TRY(splice(thread, self, position, position + 1, 0));
  return item;
}
Status remove(Thread& thread, Array& self, Value wanted) {
  const int64_t position = TRY(find(thread, self, wanted, 0, INT64_MAX));
  if (position < 0 || position >= self.size) return raise(thread, ValueError, "array.remove(x): x not in array");
  return splice(thread, self, position, position + 1, 0);
}
void reverse(Array& self) {
  const size_t item_size = self.type_row->item_size;
  for (int64_t i = 0, j = self.size - 1; i < j; ++i, --j) std::swap_ranges(self.at(i), self.at(i) + item_size, self.at(j));
}
Value to_bytes(Array& self) {
  return make_bytes({reinterpret_cast<const char*>(self.buffer), static_cast<size_t>(byte_size(self))});
}
int64_t size_in_memory(Array& self) { return 64 + self.capacity * self.type_row->item_size; }
Value get_typecode(Array& self) { return make_character(static_cast<char32_t>(self.type_row->typecode)); }
int64_t get_item_size(Array& self) { return self.type_row->item_size; }

Value reduce(Thread& thread, Array& self, Value protocol) {
  if (!is_any_int(protocol)) return raise(thread, TypeError, "__reduce_ex__ argument should be an integer");
  Value dict = TRY(instance_dict(thread, &self));
  if (!is_dict(dict) || is_exact(&self, ModuleKind::Array)) dict = None;
  const Value typecode = get_typecode(self);
  if (int_compare(protocol, Value::from_int(3)) < 0) {
    return make_tuple({&self.type(), make_tuple({typecode, TRY(to_list(thread, self))}), dict});
  }
  const Value rebuild = TRY(import_attribute(thread, "array", "_array_reconstructor"));
  const Value code = make_int(array_format_code(*self.type_row));
  return make_tuple({rebuild, make_tuple({&self.type(), typecode, code, to_bytes(self)}), dict});
}

const MethodRow methods[] = {
    method<append>("append($self, v, /)", "Append new value v to the end of the array."),
    method<buffer_info>("buffer_info($self, /)", "Where the items are in memory, and how many: (address, length)."),
    method<byteswap>("byteswap($self, /)", "Reverse the bytes of every item: for data of another machine."),
    method<copy>("__copy__($self, /)", "Return a copy of the array."),
    method<count>("count($self, v, /)", "Return number of occurrences of v in the array."),
    method<deep_copy>("__deepcopy__($self, unused, /)", "Return a copy of the array."),
    method<extend>("extend($self, bb, /)", "Append items to the end of the array."),
    method<from_file>("fromfile($self, f, n, /)", "Read n items from the binary file f and append them."),
    method<from_list>("fromlist($self, list, /)", "Append items to array from list."),
    method<from_bytes>("frombytes($self, buffer, /)", "Append the items whose machine values are in the buffer."),
    method<from_unicode>("fromunicode($self, ustr, /)", "Append the characters of a string; for type code u only."),
    method<index>("index($self, v, start=0, stop=sys.maxsize, /)",
                  "Return the index of the first item that equals v; ValueError if there is none."),
    method<insert>("insert($self, i, v, /)", "Insert a new item v into the array before position i."),
    method<pop>("pop($self, i=-1, /)", "Take out and return the item at index i; the last one by default."),
    method<reduce>("__reduce_ex__($self, value, /)", "Return state information for pickling."),
    method<remove>("remove($self, v, /)", "Remove the first occurrence of v in the array."),
    method<reverse>("reverse($self, /)", "Reverse the order of the items in the array."),
    method<to_file>("tofile($self, f, /)", "Write all items (as machine values) to the file object f."),
    method<to_list>("tolist($self, /)", "Convert array to an ordinary list with the same items."),
    method<to_bytes>("tobytes($self, /)", "The items as machine values, in bytes."),
    method<to_unicode>("tounicode($self, /)", "The characters as a string; for type code u only."),
    method<size_in_memory>("__sizeof__($self, /)", "Size of the array in memory, in bytes."),
    getter<get_typecode>("typecode", "the typecode character used to create the array"),
    getter<get_item_size>("itemsize", "the size, in bytes, of one array item"),
};

// --- the iterator ---

Value iterator_itself(Thread&, Value self) { return self; }
Value iterator_next(Thread&, Value self) {
  auto& iterator = *self.as<ArrayIterator>();
  if (iterator.array.is_empty()) return Unbound;
  const Array& array = as_array(iterator.array);
  if (iterator.position < array.size) return array_item(array, iterator.position++);
  iterator.array = Value();
  return Unbound;
}
Value iterator_reduce(Thread& thread, ArrayIterator& self) {
  const Value iter = TRY(import_attribute(thread, "builtins", "iter"));
  if (self.array.is_empty()) return make_tuple({iter, make_tuple({empty_tuple()})});
  return make_tuple({iter, make_tuple({self.array}), make_int(self.position)});
}
void iterator_set_state(ArrayIterator& self, int64_t position) {
  if (self.array.is_empty()) return;
  self.position = std::clamp<int64_t>(position, 0, as_array(self.array).size);
}
const MethodRow iterator_methods[] = {
    method<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    method<iterator_set_state>("__setstate__($self, state, /)", "Set state information for unpickling."),
};

void define_types() {
  static TypeSpec spec = {
      .doc = "array(typecode [, initializer]) -> array\n\n"
             "A list of numbers of one C type, held as compactly as C would. The initializer is an\n"
             "iterable of numbers, or the items in bytes.\n\n"
             "  b B: 1 byte, signed and unsigned    u: Unicode character\n"
             "  h H: 2 bytes    i I: 4 bytes    l L q Q: 8 bytes    f d: floats of 4 and 8 bytes",
      .instance_bytes = sizeof(Array),
      .flags = Type::kBaseType | Type::kIsSequencePattern | Type::kHasWeakReferences,
      .methods = methods};
  TypeSlots& slots = spec.slots;
  slots.repr = repr_slot;
  slots.compare = compare_slot;
  slots.hash = hash_not_implemented;
  slots.iterate = iterate_slot;
  slots.make = make;
  slots.map_length = slots.sequence_length = length_slot;
  slots.map_item = subscript;
  slots.map_set_item = assign_subscript;
  slots.sequence_item = item_slot;
  slots.sequence_set_item = set_item_slot;
  slots.concatenate = concatenate;
  slots.repeat = repeat;
  slots.contains = contains_slot;
  slots.inplace_concatenate = inplace_concatenate;
  slots.inplace_repeat = inplace_repeat;
  slots.get_buffer = get_buffer_slot;
  slots.release_buffer = release_buffer_slot;
  define_type(ModuleKind::Array, spec);

  static TypeSpec iterator_spec = {.instance_bytes = sizeof(ArrayIterator),
                                   .flags = Type::kDisallowInstantiation,
                                   .methods = iterator_methods};
  iterator_spec.slots.iterate = iterator_itself;
  iterator_spec.slots.next = iterator_next;
  define_type(ModuleKind::ArrayIterator, iterator_spec);
}

const MethodRow functions[] = {
    function<reconstruct_array>("_array_reconstructor($module, arraytype, typecode, mformat_code, items,\n"
                                "                     /)", "For pickles: an array from items in a machine's format."),
};

Status initialize(Thread& thread, Module& module) {
  define_types();
  module_add(module, "ArrayType", &array_type());
  module_add_type(module, array_type());
  module_add(module, "typecodes", make_str("bBuhHiIlLqQfd"));
  const Value abstract = TRY(import_attribute(thread, "collections.abc", "MutableSequence"));
  TRY(call_method(thread, abstract, "register", {&array_type()}));
  return nothing;
}

}  // namespace

extern const ModuleSpec array_module = {"array", "Arrays of numbers, as compact as in C.", functions, initialize};

}  // namespace minipy
