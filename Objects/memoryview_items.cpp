// Items of a memoryview: from memory to Python and back, by native formats (library "struct").
#include <cmath>
#include <cstring>

#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/memoryview.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

char native_letter(const char* format) {
  if (!format) return 'B';
  if (*format == '@') ++format;
  return format[0] && !format[1] && native_item_size(format[0]) > 0 ? format[0] : '\0';
}

int64_t native_item_size(char letter) {
  switch (letter) {
    case 'c': case 'b': case 'B': case '?': return 1;
    case 'h': case 'H': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': case 'q': case 'Q': case 'n': case 'N': case 'd': case 'P': return 8;
    default: return -1;
  }
}

Result<char> supported_letter(Thread& thread, const Memoryview& view) {
  const char letter = native_letter(view.format);
  if (letter) return letter;
  const char* format = view.format[0] == '@' ? view.format + 1 : view.format;
  if (format[0] && !format[1]) return raise(thread, NotImplementedError, "memoryview: format {} not supported", format);
  return raise(thread, NotImplementedError, "memoryview: unsupported format {}", format);
}

namespace {

template <typename T>
T load(const char* data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return value;
}

}  // namespace

Value unpack_item(Thread&, const char* data, char letter) {
  switch (letter) {
    case 'B': return Value::from_int(load<uint8_t>(data));
    case 'b': return Value::from_int(load<int8_t>(data));
    case 'c': return make_byte(load<uint8_t>(data));
    case '?': return Value::from_bool(load<uint8_t>(data) != 0);
    case 'h': return Value::from_int(load<int16_t>(data));
    case 'H': return Value::from_int(load<uint16_t>(data));
    case 'i': return Value::from_int(load<int32_t>(data));
    case 'I': return Value::from_int(load<uint32_t>(data));
    case 'l': case 'q': case 'n': return make_int(load<int64_t>(data));
    case 'L': case 'Q': case 'N': case 'P': return make_uint(load<uint64_t>(data));
    case 'f': return make_float(static_cast<double>(load<float>(data)));
    case 'd': return make_float(load<double>(data));
    default: MP_UNREACHABLE();
  }
}

namespace {

Failure invalid(Thread& thread, Type& type, const char* what, char letter) {
  return raise(thread, type, "memoryview: invalid {} for format '{}'", what, make_character(static_cast<uint8_t>(letter)));
}

// The bits of an integer that fits `letter`.
Result<uint64_t> integer_bits(Thread& thread, char letter, Value value) {
  if (!is_index(value)) return invalid(thread, TypeError, "type", letter);
  const Value number = TRY(number_index(thread, value));
  const bool is_signed = std::strchr("bhilqn", letter) != nullptr;
  const int bits = static_cast<int>(native_item_size(letter)) * 8;
  if (is_signed) {
    const auto i = int_to_int64(number);
    if (i && (bits == 64 || (*i >= -(int64_t{1} << (bits - 1)) && *i < (int64_t{1} << (bits - 1))))) {
      return static_cast<uint64_t>(*i);
    }
  } else if (const auto i = int_to_uint64(number)) {
    if (bits == 64 || *i >> bits == 0) return *i;
  } else if (letter == 'P') {  // a pointer may be given as a negative number
    if (const auto negative = int_to_int64(number)) return static_cast<uint64_t>(*negative);
  }
  return invalid(thread, ValueError, "value", letter);
}

Result<double> floating_value(Thread& thread, char letter, Value value) {
  auto number = as_double(thread, value);
  if (!number.failed()) return number;
  if (catch_exception(thread, TypeError)) return invalid(thread, TypeError, "type", letter);
  if (catch_exception(thread, OverflowError)) return invalid(thread, ValueError, "value", letter);
  return error;
}

}  // namespace

Status pack_item(Thread& thread, Memoryview& view, char* data, char letter, Value value) {
  uint64_t bits = 0;
  const auto size = static_cast<size_t>(native_item_size(letter));
  switch (letter) {
    case 'f': {
      const auto number = static_cast<float>(TRY(floating_value(thread, letter, value)));
      std::memcpy(&bits, &number, 4);
      break;
    }
    case 'd': {
      const double number = TRY(floating_value(thread, letter, value));
      std::memcpy(&bits, &number, 8);
      break;
    }
    case '?': bits = TRY(truth(thread, value)); break;
    case 'c':
      if (!is_bytes(value)) return invalid(thread, TypeError, "type", letter);
      if (value.as<Bytes>()->size != 1) return invalid(thread, ValueError, "value", letter);
      bits = value.as<Bytes>()->data()[0];
      break;
    default: bits = TRY(integer_bits(thread, letter, value));
  }
  TRY(check_released(thread, view));  // the conversion may have run user code
  std::memcpy(data, &bits, size);
  return nothing;
}

// ---- equality ----

namespace {

// Compares items of two formats.
class ItemComparer {
 public:
  ItemComparer(Thread& thread, const Buffer& left, const Buffer& right)
      : thread_(thread), left_(left), right_(right), left_letter_(native_letter(left.format)),
        right_letter_(native_letter(right.format)) {}

  // False if the items cannot be compared: they count as unequal.
  Result<bool> prepare() {
    if (left_letter_ && left_letter_ == right_letter_) return true;
    for (const Buffer* side : {&left_, &right_}) {
      const Value format = make_str_latin1(side->format ? side->format : "B");
      const Value structure = TRY(import_attribute(thread_, "struct", "Struct"));
      const Value made = call(thread_, structure, {format});
      if (made.is_empty()) {
        if (exception_matches(thread_, MemoryError)) return error;
        take_exception(thread_);
        return false;
      }
      const Value size = TRY(get_attribute(thread_, made, "size"));
      if (size != Value::from_int(side->item_size)) return false;
      (side == &left_ ? left_struct_ : right_struct_) = TRY(get_attribute(thread_, made, "unpack"));
    }
    return true;
  }

  Result<bool> equal(const char* left, const char* right) {
    if (left_struct_.is_empty()) return equal_native(left, right);
    const Value first = TRY(unpack(left_, left_struct_, left)), second = TRY(unpack(right_, right_struct_, right));
    const Tuple &lefts = *first.as<Tuple>(), &rights = *second.as<Tuple>();
    if (lefts.size != rights.size) return false;
    for (size_t i = 0; i < lefts.size; ++i) {  // not as tuples: nan differs from itself
      if (!TRY(compare_truth(thread_, lefts.items[i], rights.items[i], CompareOp::Equal))) return false;
    }
    return true;
  }

 private:
  bool equal_native(const char* left, const char* right) {
    switch (left_letter_) {
      case 'f': return load<float>(left) == load<float>(right);
      case 'd': return load<double>(left) == load<double>(right);
      case '?': return (*left != 0) == (*right != 0);
      default: return std::memcmp(left, right, static_cast<size_t>(left_.item_size)) == 0;
    }
  }

  Value unpack(const Buffer& buffer, Value unpacker, const char* data) {
    const Value items = TRY(call(thread_, unpacker, {make_bytes({data, static_cast<size_t>(buffer.item_size)})}));
    if (!is_tuple(items)) return raise(thread_, TypeError, "unpack() must return a tuple, not '{}'", type_of(items));
    return items;
  }

  Thread& thread_;
  const Buffer &left_, &right_;
  char left_letter_, right_letter_;
  Value left_struct_, right_struct_;
};

const char* step(const Buffer& buffer, const char* data, int axis, int64_t index) {
  data += buffer.strides[axis] * index;
  if (buffer.suboffsets && buffer.suboffsets[axis] >= 0) {
    data = *reinterpret_cast<char* const*>(data) + buffer.suboffsets[axis];
  }
  return data;
}

Result<bool> axis_equal(ItemComparer& comparer, const Buffer& left, const Buffer& right, int axis, const char* left_data,
                        const char* right_data) {
  if (axis == left.dimensions) return comparer.equal(left_data, right_data);
  for (int64_t i = 0; i < left.shape[axis]; ++i) {
    const bool equal = TRY(axis_equal(comparer, left, right, axis + 1, step(left, left_data, axis, i),
                                      step(right, right_data, axis, i)));
    if (!equal) return false;
  }
  return true;
}

bool same_shape(const Buffer& left, const Buffer& right) {
  if (left.dimensions != right.dimensions) return false;
  for (int i = 0; i < left.dimensions; ++i) {
    if (left.shape[i] != right.shape[i]) return false;
    if (left.shape[i] == 0) break;
  }
  return true;
}

}  // namespace

Result<bool> buffers_equal(Thread& thread, const Buffer& left, const Buffer& right) {
  if (!same_shape(left, right)) return false;
  const char letter = native_letter(left.format);
  const bool plain = letter && letter == native_letter(right.format) && !std::strchr("fd?", letter);
  if (plain && is_contiguous(left, 'C') && is_contiguous(right, 'C')) {
    return std::memcmp(left.data, right.data, static_cast<size_t>(left.size)) == 0;
  }
  ItemComparer comparer(thread, left, right);
  if (!TRY(comparer.prepare())) return false;
  return axis_equal(comparer, left, right, 0, static_cast<const char*>(left.data), static_cast<const char*>(right.data));
}

}  // namespace minipy
