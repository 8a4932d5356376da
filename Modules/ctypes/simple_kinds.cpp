// The letters of simple types: how values go to memory and back.
#include <cstring>
#include <cwchar>
#include <type_traits>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/float.h"

namespace minipy::ctypes {

ffi_type ffi_void = {1, 1, FFI_TYPE_VOID, nullptr};
ffi_type ffi_int = {4, 4, FFI_TYPE_SINT32, nullptr};
ffi_type ffi_pointer = {8, 8, FFI_TYPE_POINTER, nullptr};

namespace {

ffi_type ffi_int8 = {1, 1, FFI_TYPE_SINT8, nullptr}, ffi_uint8 = {1, 1, FFI_TYPE_UINT8, nullptr};
ffi_type ffi_int16 = {2, 2, FFI_TYPE_SINT16, nullptr},
         ffi_uint16 = {2, 2, FFI_TYPE_UINT16, nullptr};
ffi_type ffi_int32 = {4, 4, FFI_TYPE_SINT32, nullptr},
         ffi_uint32 = {4, 4, FFI_TYPE_UINT32, nullptr};
ffi_type ffi_int64 = {8, 8, FFI_TYPE_SINT64, nullptr},
         ffi_uint64 = {8, 8, FFI_TYPE_UINT64, nullptr};
ffi_type ffi_float32 = {4, 4, FFI_TYPE_FLOAT, nullptr},
         ffi_float64 = {8, 8, FFI_TYPE_DOUBLE, nullptr};
ffi_type ffi_long_double = {16, 16, FFI_TYPE_LONGDOUBLE, nullptr};

template <typename T>
T load(const void* memory) {
  T value;
  std::memcpy(&value, memory, sizeof value);
  return value;
}
template <typename T>
void store(void* memory, T value) {
  std::memcpy(memory, &value, sizeof value);
}

enum class Order { Native, Swapped };
template <typename T, Order order>
T in_order(T value) {
  if constexpr (order == Order::Swapped && sizeof(T) > 1) {
    uint8_t bytes[sizeof(T)], reversed[sizeof(T)];
    std::memcpy(bytes, &value, sizeof value);
    for (size_t i = 0; i < sizeof(T); ++i) reversed[i] = bytes[sizeof(T) - 1 - i];
    std::memcpy(&value, reversed, sizeof value);
  }
  return value;
}

// ---- integers, and bit fields of them ----

Result<uint64_t> integer_bits(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (number.is_int()) return static_cast<uint64_t>(number.as_int());
  return *int_to_uint64(int_and(number, make_uint(UINT64_MAX)));
}

template <typename T, Order order>
Value get_integer(Thread&, const void* memory, int64_t size) {
  T value = in_order<T, order>(load<T>(memory));
  if (const int64_t bits = size >> 16) {
    constexpr int64_t width = 8 * sizeof(T);
    const int64_t low = size & 0xFFFF;
    value = static_cast<T>(static_cast<uint64_t>(value) << (width - low - bits));
    value = static_cast<T>(value >> (width - bits));
  }
  if constexpr (std::is_signed_v<T>)
    return make_int(value);
  else
    return make_uint(value);
}
template <typename T, Order order>
Value set_integer(Thread& thread, void* memory, Value value, int64_t size) {
  uint64_t wanted = TRY(integer_bits(thread, value));
  if (const int64_t bits = size >> 16) {
    const int64_t low = size & 0xFFFF;
    const uint64_t mask = (bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1) << low;
    const auto old = static_cast<uint64_t>(in_order<T, order>(load<T>(memory)));
    wanted = (old & ~mask) | ((wanted << low) & mask);
  }
  store(memory, in_order<T, order>(static_cast<T>(wanted)));
  return None;
}

Value get_bool(Thread&, const void* memory, int64_t) {
  return Value::from_bool(load<uint8_t>(memory) != 0);
}
Value set_bool(Thread& thread, void* memory, Value value, int64_t) {
  store<uint8_t>(memory, TRY(truth(thread, value)));
  return None;
}

// VARIANT_BOOL of Windows: true is -1.
Value get_variant_bool(Thread&, const void* memory, int64_t) {
  return Value::from_bool(load<int16_t>(memory) != 0);
}
Value set_variant_bool(Thread& thread, void* memory, Value value, int64_t) {
  store<int16_t>(memory, TRY(truth(thread, value)) ? -1 : 0);
  return None;
}

// ---- floating point ----

template <typename T, Order order>
Value get_float(Thread&, const void* memory, int64_t) {
  return make_float(static_cast<double>(in_order<T, order>(load<T>(memory))));
}
template <typename T, Order order>
Value set_float(Thread& thread, void* memory, Value value, int64_t) {
  store(memory, in_order<T, order>(static_cast<T>(TRY(as_double(thread, value)))));
  return None;
}

// ---- objects ----

Value get_object(Thread& thread, const void* memory, int64_t) {
  const Value value(load<uint64_t>(memory));
  if (value.is_empty()) return raise(thread, ValueError, "PyObject is NULL");
  return value;
}
Value set_object(Thread&, void* memory, Value value, int64_t) {
  store(memory, value.bits());
  return value;
}

// ---- characters ----

Value get_char(Thread&, const void* memory, int64_t) {
  return make_byte(load<uint8_t>(memory));
}
Value set_char(Thread& thread, void* memory, Value value, int64_t) {
  if (is_bytes(value) && value.as<Bytes>()->size == 1) {
    store(memory, value.as<Bytes>()->data()[0]);
    return None;
  }
  if (is_bytearray(value) && value.as<Bytearray>()->size == 1) {
    store(memory, value.as<Bytearray>()->data()[0]);
    return None;
  }
  if (is_any_int(value)) {
    const std::optional<int64_t> number = int_to_int64(value);
    if (number && *number >= 0 && *number < 256) {
      store(memory, static_cast<uint8_t>(*number));
      return None;
    }
  }
  return raise(thread, TypeError, "one character bytes, bytearray or integer expected");
}

Value wide_text(Thread& thread, const uint8_t* memory, size_t length) {
  StrBuilder text;
  for (size_t i = 0; i < length; ++i) {
    const auto character = load<uint32_t>(memory + 4 * i);
    if (character > 0x10FFFF) {
      char shown[16];
      std::snprintf(shown, sizeof shown, "U+%08x", character);
      return raise(thread, ValueError, "character {} is not in range [U+0000; U+10ffff]",
                   static_cast<const char*>(shown));
    }
    text.append(static_cast<char32_t>(character));
  }
  return Value(TRY(text.finish(thread)));
}
Value get_wide_char(Thread& thread, const void* memory, int64_t) {
  return wide_text(thread, static_cast<const uint8_t*>(memory), 1);
}
Value set_wide_char(Thread& thread, void* memory, Value value, int64_t) {
  if (!is_str(value))
    return raise(thread, TypeError, "unicode string expected instead of {} instance",
                 type_of(value));
  if (value.as<Str>()->length() != 1)
    return raise(thread, TypeError, "one character unicode string expected");
  store(memory, static_cast<uint32_t>(value.as<Str>()->at(0)));
  return None;
}

// ---- arrays of characters as fields ----

Value get_char_array(Thread& thread, const void* memory, int64_t size) {
  const auto* text = static_cast<const char*>(memory);
  return bytes_result(thread, {text, strnlen(text, static_cast<size_t>(size))});
}
Value set_char_array(Thread& thread, void* memory, Value value, int64_t size) {
  if (!is_bytes(value)) return raise(thread, TypeError, "expected bytes, {} found", type_of(value));
  const auto* text = reinterpret_cast<const char*>(value.as<Bytes>()->data());
  const auto count = static_cast<int64_t>(std::strlen(text));
  if (count > size)
    return raise(thread, ValueError, "bytes too long ({}, maximum length {})", count, size);
  std::memcpy(memory, text, static_cast<size_t>(count < size ? count + 1 : count));
  return None;
}
Value get_wide_array(Thread& thread, const void* memory, int64_t size) {
  const auto* text = static_cast<const uint8_t*>(memory);
  const auto most = static_cast<size_t>(size) / 4;
  size_t length = 0;
  while (length < most && load<uint32_t>(text + 4 * length) != 0) ++length;
  return wide_text(thread, text, length);
}
Value set_wide_array(Thread& thread, void* memory, Value value, int64_t size) {
  if (!is_str(value))
    return raise(thread, TypeError, "unicode string expected instead of {} instance",
                 type_of(value));
  const Str* text = value.as<Str>();
  const auto length = static_cast<int64_t>(text->length());
  if (length > size / 4)
    return raise(thread, ValueError, "string too long ({}, maximum length {})", length, size / 4);
  auto* to = static_cast<uint8_t*>(memory);
  for (int64_t i = 0; i < length; ++i)
    store(to + 4 * i, static_cast<uint32_t>(text->at(static_cast<size_t>(i))));
  if (length < size / 4) store(to + 4 * length, uint32_t{0});
  return None;
}

// ---- pointers ----

Value get_char_pointer(Thread& thread, const void* memory, int64_t) {
  const auto* text = load<const char*>(memory);
  return text ? bytes_result(thread, text) : None;
}
Value set_char_pointer(Thread& thread, void* memory, Value value, int64_t) {
  if (value.is_none()) {
    store<void*>(memory, nullptr);
    return None;
  }
  if (is_bytes(value)) {
    store<const void*>(memory, value.as<Bytes>()->data());
    return value;
  }
  if (is_any_int(value)) {
    store(memory, TRY(integer_bits(thread, value)));
    return None;
  }
  return raise(thread, TypeError, "bytes or integer address expected instead of {} instance",
               type_of(value));
}

Value get_wide_pointer(Thread& thread, const void* memory, int64_t) {
  const auto* text = load<const wchar_t*>(memory);
  return text ? wide_text(thread, reinterpret_cast<const uint8_t*>(text), std::wcslen(text)) : None;
}
// The characters in C's form are a bytes object that is kept.
Value set_wide_pointer(Thread& thread, void* memory, Value value, int64_t) {
  if (value.is_none()) {
    store<void*>(memory, nullptr);
    return None;
  }
  if (is_any_int(value)) {
    store(memory, TRY(integer_bits(thread, value)));
    return None;
  }
  if (!is_str(value)) {
    return raise(thread, TypeError,
                 "unicode string or integer address expected instead of {} instance",
                 type_of(value));
  }
  const Str* text = value.as<Str>();
  Bytes* wide = allocate_bytes(4 * (text->length() + 1));
  if (!wide) return raise_memory_error(thread);
  for (size_t i = 0; i < text->length(); ++i)
    store(wide->data() + 4 * i, static_cast<uint32_t>(text->at(i)));
  store(wide->data() + 4 * text->length(), uint32_t{0});
  store<const void*>(memory, wide->data());
  return wide;
}

Value get_pointer(Thread&, const void* memory, int64_t) {
  const auto address = load<uint64_t>(memory);
  return address ? make_uint(address) : None;
}
Value set_pointer(Thread& thread, void* memory, Value value, int64_t) {
  if (value.is_none()) {
    store<void*>(memory, nullptr);
    return None;
  }
  if (!is_any_int(value)) return raise(thread, TypeError, "cannot be converted to pointer");
  store(memory, TRY(integer_bits(thread, value)));
  return None;
}

#define INTEGER(letter, type, ffi)                                                    \
  {                                                                                   \
    letter, &ffi, set_integer<type, Order::Native>, get_integer<type, Order::Native>, \
        set_integer<type, Order::Swapped>, get_integer<type, Order::Swapped>          \
  }
#define FLOATING(letter, type, ffi)                                               \
  {                                                                               \
    letter, &ffi, set_float<type, Order::Native>, get_float<type, Order::Native>, \
        set_float<type, Order::Swapped>, get_float<type, Order::Swapped>          \
  }
const SimpleKind kinds[] = {
    {'b', &ffi_int8, set_integer<int8_t, Order::Native>, get_integer<int8_t, Order::Native>,
     nullptr, nullptr},
    {'B', &ffi_uint8, set_integer<uint8_t, Order::Native>, get_integer<uint8_t, Order::Native>,
     nullptr, nullptr},
    INTEGER('h', int16_t, ffi_int16),
    INTEGER('H', uint16_t, ffi_uint16),
    INTEGER('i', int32_t, ffi_int32),
    INTEGER('I', uint32_t, ffi_uint32),
    INTEGER('l', int64_t, ffi_int64),
    INTEGER('L', uint64_t, ffi_uint64),
    INTEGER('q', int64_t, ffi_int64),
    INTEGER('Q', uint64_t, ffi_uint64),
    FLOATING('f', float, ffi_float32),
    FLOATING('d', double, ffi_float64),
    {'g', &ffi_long_double, set_float<long double, Order::Native>,
     get_float<long double, Order::Native>, nullptr, nullptr},
    {'?', &ffi_uint8, set_bool, get_bool, nullptr, nullptr},
    {'v', &ffi_int16, set_variant_bool, get_variant_bool, nullptr, nullptr},
    {'c', &ffi_int8, set_char, get_char, nullptr, nullptr},
    {'u', &ffi_int32, set_wide_char, get_wide_char, nullptr, nullptr},
    {'s', &ffi_pointer, set_char_array, get_char_array, nullptr, nullptr},
    {'U', &ffi_pointer, set_wide_array, get_wide_array, nullptr, nullptr},
    {'z', &ffi_pointer, set_char_pointer, get_char_pointer, nullptr, nullptr},
    {'Z', &ffi_pointer, set_wide_pointer, get_wide_pointer, nullptr, nullptr},
    {'P', &ffi_pointer, set_pointer, get_pointer, nullptr, nullptr},
    {'O', &ffi_pointer, set_object, get_object, nullptr, nullptr},
};
#undef INTEGER
#undef FLOATING

}  // namespace

const SimpleKind* simple_kind(char letter) {
  for (const SimpleKind& kind : kinds) {
    if (kind.letter == letter) return &kind;
  }
  return nullptr;
}

}  // namespace minipy::ctypes
