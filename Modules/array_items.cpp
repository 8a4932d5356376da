#include "Modules/array_items.h"

#include <bit>
#include <cstring>

#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

constexpr ArrayType array_types[] = {
    {'b', 1, true, true},  {'B', 1, true, false}, {'u', 4, false, false}, {'h', 2, true, true},  {'H', 2, true, false},
    {'i', 4, true, true},  {'I', 4, true, false}, {'l', 8, true, true},   {'L', 8, true, false}, {'q', 8, true, true},
    {'Q', 8, true, false}, {'f', 4, false, false}, {'d', 8, false, false},
};

template <typename T>
T load(const uint8_t* in) {
  T value;
  std::memcpy(&value, in, sizeof value);
  return value;
}
template <typename T>
void store(uint8_t* out, T value) { std::memcpy(out, &value, sizeof value); }

Value item_of(char typecode, const uint8_t* in) {
  switch (typecode) {
    case 'b': return Value::from_int(load<int8_t>(in));
    case 'B': return Value::from_int(load<uint8_t>(in));
    case 'u': return make_character(load<char32_t>(in));
    case 'h': return Value::from_int(load<int16_t>(in));
    case 'H': return Value::from_int(load<uint16_t>(in));
    case 'i': return Value::from_int(load<int32_t>(in));
    case 'I': return Value::from_int(load<uint32_t>(in));
    case 'l': case 'q': return make_int(load<int64_t>(in));
    case 'L': case 'Q': return make_uint(load<uint64_t>(in));
    case 'f': return make_float(static_cast<double>(load<float>(in)));
    case 'd': return make_float(load<double>(in));
    default: MP_UNREACHABLE();
  }
}

// An inline int has 50 bits.
bool fits(const ArrayType& type, int64_t number) {
  if (type.item_size == 8) return type.is_signed || number >= 0;
  const int64_t span = int64_t{1} << (type.item_size * 8);
  return type.is_signed ? number >= -span / 2 && number < span / 2 : number >= 0 && number < span;
}

Failure overflow(Thread& thread, const char* message) { return raise(thread, OverflowError, message); }

// The small types go through C's short or int first, which shows in the messages.
Status check_small(Thread& thread, char typecode, int64_t i) {
  const bool below = i < 0;
  switch (typecode) {
    case 'b':
      if (i < -32768 || i > 32767) {
        return overflow(thread, below ? "signed short integer is less than minimum"
                                      : "signed short integer is greater than maximum");
      }
      if (i < -128) return overflow(thread, "signed char is less than minimum");
      if (i > 127) return overflow(thread, "signed char is greater than maximum");
      return nothing;
    case 'B':
      if (below) return overflow(thread, "unsigned byte integer is less than minimum");
      if (i > 255) return overflow(thread, "unsigned byte integer is greater than maximum");
      return nothing;
    case 'h':
      if (i < -32768) return overflow(thread, "signed short integer is less than minimum");
      if (i > 32767) return overflow(thread, "signed short integer is greater than maximum");
      return nothing;
    default:
      if (i < INT32_MIN) return overflow(thread, "signed integer is less than minimum");
      if (i > INT32_MAX) return overflow(thread, "signed integer is greater than maximum");
      if (typecode == 'i') return nothing;
      if (below) return overflow(thread, "unsigned short is less than minimum");
      if (i > 65535) return overflow(thread, "unsigned short is greater than maximum");
      return nothing;
  }
}

Result<uint64_t> convert_unsigned(Thread& thread, char typecode, Value number) {
  if (int_sign(number) < 0) {
    return overflow(thread, typecode == 'Q' ? "can't convert negative int to unsigned"
                                            : "can't convert negative value to unsigned int");
  }
  const std::optional<uint64_t> bits = int_to_uint64(number);
  if (!bits) {
    return overflow(thread, typecode == 'Q' ? "int too big to convert"
                                            : "Python int too large to convert to C unsigned long");
  }
  if (typecode == 'I' && *bits >> 32) return overflow(thread, "unsigned int is greater than maximum");
  return *bits;
}

Status convert_integer(Thread& thread, const ArrayType& type, Value value, uint8_t* out) {
  const Value number = TRY(number_index(thread, value));
  const bool is_wide_unsigned = type.typecode == 'I' || type.typecode == 'L' || type.typecode == 'Q';
  uint64_t bits;
  if (is_wide_unsigned) {
    bits = TRY(convert_unsigned(thread, type.typecode, number));
  } else {
    const std::optional<int64_t> i = int_to_int64(number);
    if (!i) {
      return overflow(thread, type.typecode == 'q' ? "int too big to convert"
                                                   : "Python int too large to convert to C long");
    }
    if (type.item_size < 8) TRY(check_small(thread, type.typecode, *i));
    bits = static_cast<uint64_t>(*i);
  }
  std::memcpy(out, &bits, type.item_size);
  return nothing;
}

}  // namespace

const ArrayType* find_array_type(char32_t typecode) {
  for (const ArrayType& type : array_types) {
    if (static_cast<char32_t>(type.typecode) == typecode) return &type;
  }
  return nullptr;
}

Value array_item(const Array& array, int64_t index) {
  return item_of(array.type_row->typecode, array.buffer + index * array.type_row->item_size);
}

namespace {

template <typename T>
void load_ints(const uint8_t* in, Value* out, int64_t count) {
  for (int64_t i = 0; i < count; ++i) out[i] = Value::from_int(load<T>(in + i * sizeof(T)));
}

}  // namespace

bool load_array_ints(const Array& array, Value* out) {
  switch (array.type_row->typecode) {
    case 'b': load_ints<int8_t>(array.buffer, out, array.size); return true;
    case 'B': load_ints<uint8_t>(array.buffer, out, array.size); return true;
    case 'h': load_ints<int16_t>(array.buffer, out, array.size); return true;
    case 'H': load_ints<uint16_t>(array.buffer, out, array.size); return true;
    case 'i': load_ints<int32_t>(array.buffer, out, array.size); return true;
    case 'I': load_ints<uint32_t>(array.buffer, out, array.size); return true;
    default: return false;
  }
}

Status convert_array_item(Thread& thread, const ArrayType& type, Value value, uint8_t* out) {
  if (type.is_integer) {
    if (value.is_int() && fits(type, value.as_int())) {
      const int64_t number = value.as_int();
      std::memcpy(out, &number, type.item_size);
      return nothing;
    }
    return convert_integer(thread, type, value, out);
  }
  if (type.typecode == 'u') {
    if (!is_str(value) || value.as<Str>()->length() != 1) {
      return raise(thread, TypeError, "array item must be unicode character");
    }
    store(out, value.as<Str>()->at(0));
    return nothing;
  }
  const double number = TRY(as_double(thread, value));
  if (type.typecode == 'f') store(out, static_cast<float>(number));
  else store(out, number);
  return nothing;
}

Status resize_array(Thread& thread, Array& array, int64_t size) {
  if (array.exports && size != array.size) {
    return raise(thread, BufferError, "cannot resize an array that is exporting buffers");
  }
  if (size > array.capacity) {
    // What a small array leaves behind while it grows costs more than what it has to spare.
    const int64_t capacity = array.size && size < 256 ? size * 2 : size + (size >> 3) + (size < 9 ? 3 : 6);
    int64_t bytes;
    if (__builtin_mul_overflow(capacity, static_cast<int64_t>(array.type_row->item_size), &bytes)) {
      return raise_memory_error(thread);
    }
    auto* buffer = static_cast<uint8_t*>(gc_allocate_leaf_buffer(static_cast<size_t>(bytes)));
    if (!buffer) return raise_memory_error(thread);
    if (array.size) std::memcpy(buffer, array.buffer, static_cast<size_t>(array.size) * array.type_row->item_size);
    array.buffer = buffer;
    array.capacity = capacity;
  }
  array.size = size;
  return nothing;
}

Value make_array(Thread& thread, Type& type, const ArrayType& row, int64_t size) {
  auto* array = allocate_instance_as<Array>(type);
  if (!array) return error;
  array->type_row = &row;
  TRY(resize_array(thread, *array, size));
  return array;
}

Status array_append(Thread& thread, Array& array, Value value) {
  uint8_t item[8];
  TRY(convert_array_item(thread, *array.type_row, value, item));
  TRY(resize_array(thread, array, array.size + 1));
  std::memcpy(array.at(array.size - 1), item, array.type_row->item_size);
  return nothing;
}

Status array_extend_bytes(Thread& thread, Array& array, const void* bytes, int64_t size) {
  if (size % array.type_row->item_size) return raise(thread, ValueError, "bytes length not a multiple of item size");
  const int64_t old_size = array.size;
  TRY(resize_array(thread, array, old_size + size / array.type_row->item_size));
  if (size) std::memcpy(array.at(old_size), bytes, static_cast<size_t>(size));
  return nothing;
}

// --- machine formats, numbered as the library reference of pickles has them since 3.1 ---

namespace {

struct MachineFormat {
  uint8_t size;
  bool is_signed, is_big_endian;
  enum { Integer, Float, Text } what;
};
constexpr MachineFormat machine_formats[] = {
    {1, false, false, MachineFormat::Integer}, {1, true, false, MachineFormat::Integer},
    {2, false, false, MachineFormat::Integer}, {2, false, true, MachineFormat::Integer},
    {2, true, false, MachineFormat::Integer},  {2, true, true, MachineFormat::Integer},
    {4, false, false, MachineFormat::Integer}, {4, false, true, MachineFormat::Integer},
    {4, true, false, MachineFormat::Integer},  {4, true, true, MachineFormat::Integer},
    {8, false, false, MachineFormat::Integer}, {8, false, true, MachineFormat::Integer},
    {8, true, false, MachineFormat::Integer},  {8, true, true, MachineFormat::Integer},
    {4, false, false, MachineFormat::Float},   {4, false, true, MachineFormat::Float},
    {8, false, false, MachineFormat::Float},   {8, false, true, MachineFormat::Float},
    {2, false, false, MachineFormat::Text},    {2, false, true, MachineFormat::Text},
    {4, false, false, MachineFormat::Text},    {4, false, true, MachineFormat::Text},
};

Status append_foreign(Thread& thread, Array& array, const MachineFormat& format, std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); i += format.size) {
    const auto* in = reinterpret_cast<const uint8_t*>(bytes.data() + i);
    if (format.what == MachineFormat::Integer) {
      TRY(array_append(thread, array, TRY(int_from_bytes(in, format.size, !format.is_big_endian, format.is_signed))));
      continue;
    }
    uint64_t bits = 0;
    for (size_t j = 0; j < format.size; ++j) {
      bits |= static_cast<uint64_t>(in[format.is_big_endian ? format.size - 1 - j : j]) << (8 * j);
    }
    const double number = format.size == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits)))
                                           : std::bit_cast<double>(bits);
    TRY(array_append(thread, array, make_float(number)));
  }
  return nothing;
}

// The type code for items of this format, whatever the size of C's types was where they come from.
const ArrayType& fitting_type(const ArrayType& asked, const MachineFormat& format) {
  if (format.what != MachineFormat::Integer) return asked;
  if (asked.item_size == format.size && asked.is_signed == format.is_signed) return asked;
  for (const ArrayType& type : array_types) {
    if (type.is_integer && type.item_size == format.size && type.is_signed == format.is_signed) return type;
  }
  return asked;
}

}  // namespace

int64_t array_format_code(const ArrayType& row) {
  for (size_t i = 0; i < std::size(machine_formats); ++i) {
    const MachineFormat& format = machine_formats[i];
    if (format.is_big_endian || format.size != row.item_size) continue;
    const auto what = row.is_integer ? MachineFormat::Integer
                                     : row.typecode == 'u' ? MachineFormat::Text : MachineFormat::Float;
    if (format.what == what && (!row.is_integer || format.is_signed == row.is_signed)) return static_cast<int64_t>(i);
  }
  MP_UNREACHABLE();
}

Value reconstruct_array(Thread& thread, Value type, Value typecode, int64_t code, Value items) {
  if (!is_type(type)) {
    return raise(thread, TypeError, "first argument must be a type object, not {}", type_of(type));
  }
  if (!is_subtype(*type.as<Type>(), type_of_kind(ModuleKind::Array))) {
    return raise(thread, TypeError, "{} is not a subtype of array.array", *type.as<Type>());
  }
  const ArrayType* asked = is_str(typecode) && typecode.as<Str>()->length() == 1
                               ? find_array_type(typecode.as<Str>()->at(0)) : nullptr;
  if (!asked) return raise(thread, ValueError, "second argument must be a valid type code");
  if (code < 0 || code >= static_cast<int64_t>(std::size(machine_formats))) {
    return raise(thread, ValueError, "third argument must be a valid machine format code.");
  }
  if (!has_kind(items, Kind::Bytes)) {
    return raise(thread, TypeError, "fourth argument should be bytes, not {}", type_of(items));
  }
  const MachineFormat& format = machine_formats[code];
  const std::string_view bytes = items.as<Bytes>()->view();
  const bool is_native = code == array_format_code(*asked);
  const ArrayType& row = is_native ? *asked : fitting_type(*asked, format);
  const Value result = TRY(make_array(thread, *type.as<Type>(), row, 0));
  Array& array = *result.as<Array>();
  if (is_native) {
    TRY(array_extend_bytes(thread, array, bytes.data(), static_cast<int64_t>(bytes.size())));
    return result;
  }
  if (bytes.size() % format.size) return raise(thread, ValueError, "string length not a multiple of item size");
  if (format.what == MachineFormat::Text) {
    const char* codec = format.size == 2 ? (format.is_big_endian ? "utf-16-be" : "utf-16-le")
                                         : (format.is_big_endian ? "utf-32-be" : "utf-32-le");
    const Value text = TRY(call_method(thread, items, "decode", {make_str(codec)}));
    TRY(for_each(thread, text, [&](Value character) { return array_append(thread, array, character); }));
    return result;
  }
  TRY(append_foreign(thread, array, format, bytes));
  return result;
}

}  // namespace minipy
