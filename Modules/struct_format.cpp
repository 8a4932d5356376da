#include "Modules/struct_format.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/bytearray.h"
#include "Objects/copy_bytes.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"

namespace minipy {

Type* struct_error = nullptr;

namespace {

// Bytes of an item; 0 if there is no such code. Pointers and size_t exist only in native mode.
int64_t size_of(char letter, bool is_native) {
  switch (letter) {
    case 'x': case 'b': case 'B': case 'c': case 's': case 'p': case '?': return 1;
    case 'h': case 'H': case 'e': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': return is_native ? 8 : 4;
    case 'q': case 'Q': case 'd': return 8;
    case 'n': case 'N': case 'P': return is_native ? 8 : 0;
    default: return 0;
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Walks a format; called twice, to count the codes and to write them down.
class Parser {
 public:
  Parser(Thread& thread, std::string_view text) : thread_(thread), text_(text) {
    if (text_.empty()) return;
    switch (text_[0]) {
      case '<': is_native_ = false; break;
      case '>': case '!': is_native_ = false; is_big_endian_ = true; break;
      case '=': is_native_ = false; break;
      case '@': break;
      default: return;
    }
    start_ = 1;
  }

  Status parse(StructFormat& format, StructCode* codes) {
    format = {codes, 0, 0, 0};
    size_t at = start_;
    while (at < text_.size()) {
      if (is_blank(text_[at])) {
        ++at;
        continue;
      }
      int64_t repeat = 1;
      const bool has_repeat = is_digit(text_[at]);
      if (has_repeat) {
        repeat = 0;
        for (; at < text_.size() && is_digit(text_[at]); ++at) {
          if (__builtin_mul_overflow(repeat, 10, &repeat) || __builtin_add_overflow(repeat, text_[at] - '0', &repeat)) {
            return too_long();
          }
        }
        if (at == text_.size()) {
          return raise(thread_, *struct_error, "repeat count given without format specifier");
        }
      }
      TRY(add(format, codes, text_[at++], repeat));
    }
    return nothing;
  }

 private:
  Failure too_long() { return raise(thread_, *struct_error, "total struct size too long"); }

  Status add(StructFormat& format, StructCode* codes, char letter, int64_t repeat) {
    const int64_t size = size_of(letter, is_native_);
    if (size == 0) return raise(thread_, *struct_error, "bad char in struct format");
    if (is_native_) {
      const int64_t rest = format.size % size;
      if (rest && __builtin_add_overflow(format.size, size - rest, &format.size)) return too_long();
    }
    int64_t bytes, end;
    if (__builtin_mul_overflow(size, repeat, &bytes) || __builtin_add_overflow(format.size, bytes, &end)) return too_long();
    const bool is_text = letter == 's' || letter == 'p';
    if (letter != 'x' && (repeat > 0 || is_text)) {
      if (codes) {
        codes[format.code_count] = {letter, is_native_, is_big_endian_, format.size, is_text ? repeat : size,
                                    is_text ? 1 : repeat};
      }
      ++format.code_count;
      format.item_count += is_text ? 1 : repeat;
    }
    format.size = end;
    return nothing;
  }

  Thread& thread_;
  std::string_view text_;
  size_t start_ = 0;
  bool is_native_ = true, is_big_endian_ = false;
};

// --- bytes in either order ---

template <typename T>
T load(const uint8_t* in, bool is_big_endian) {
  T value;
  std::memcpy(&value, in, sizeof value);
  if constexpr (sizeof(T) == 2) return is_big_endian ? static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value))) : value;
  if constexpr (sizeof(T) == 4) return is_big_endian ? static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value))) : value;
  if constexpr (sizeof(T) == 8) return is_big_endian ? static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value))) : value;
  return value;
}

void store(uint8_t* out, uint64_t value, size_t size, bool is_big_endian) {
  if (is_big_endian) value = __builtin_bswap64(value) >> (64 - 8 * size);
  std::memcpy(out, &value, size);
}

// --- integers ---

Failure out_of_range(Thread& thread) { return raise(thread, *struct_error, "argument out of range"); }
Failure too_large(Thread& thread) { return raise(thread, *struct_error, "int too large to convert"); }

Value integer_of(Thread& thread, Value value) {
  if (is_any_int(value)) return value;
  if (!is_index(value)) return raise(thread, *struct_error, "required argument is not an integer");
  return number_index(thread, value);
}

bool is_signed(char letter) { return letter >= 'a' && letter <= 'z'; }

// The wording depends on which routine CPython uses for the code.
Failure raise_limits(Thread& thread, const StructCode& code) {
  const bool is_short_routine = code.is_native || !code.is_big_endian;
  switch (code.letter) {
    case 'b': return raise(thread, *struct_error, "byte format requires -128 <= number <= 127");
    case 'B': return raise(thread, *struct_error, "ubyte format requires 0 <= number <= 255");
    case 'h':
      if (is_short_routine) return raise(thread, *struct_error, "short format requires -32768 <= number <= 32767");
      break;
    case 'H':
      if (is_short_routine) return raise(thread, *struct_error, "ushort format requires 0 <= number <= 65535");
      break;
    default: break;
  }
  const int bits = static_cast<int>(code.size * 8);
  if (is_signed(code.letter)) {
    const int64_t limit = int64_t{1} << (bits - 1);
    return raise(thread, *struct_error, "'{}' format requires {} <= number <= {}", std::string_view(&code.letter, 1),
                 -limit, limit - 1);
  }
  return raise(thread, *struct_error, "'{}' format requires 0 <= number <= {}", std::string_view(&code.letter, 1),
               (int64_t{1} << bits) - 1);
}

Status pack_integer(Thread& thread, const StructCode& code, Value value, uint8_t* out) {
  const Value number = TRY(integer_of(thread, value));
  const bool is_long_routine = code.size == 8 && code.is_big_endian;  // converts whole ints
  uint64_t bits;
  const bool is_small_signed_routine = code.size == 1 || (code.size == 2 && !code.is_big_endian);
  const bool wants_signed = is_signed(code.letter) || is_small_signed_routine;
  if (wants_signed) {
    const std::optional<int64_t> i = int_to_int64(number);
    if (!i) return is_long_routine ? too_large(thread) : out_of_range(thread);
    bits = static_cast<uint64_t>(*i);
    if (code.size < 8) {
      const int64_t limit = int64_t{1} << (code.size * 8 - is_signed(code.letter));
      if (*i >= limit || *i < (is_signed(code.letter) ? -limit : 0)) return raise_limits(thread, code);
    }
  } else {
    const std::optional<uint64_t> i = int_to_uint64(number);
    if (!i) {
      if (code.letter == 'P') {
        const std::optional<int64_t> address = int_to_int64(number);
        if (!address) return too_large(thread);
        bits = static_cast<uint64_t>(*address);
      } else {
        return is_long_routine ? too_large(thread) : out_of_range(thread);
      }
    } else {
      bits = *i;
    }
    if (code.size < 8 && bits >> (code.size * 8)) return raise_limits(thread, code);
  }
  store(out, bits, static_cast<size_t>(code.size), code.is_big_endian);
  return nothing;
}

// --- floats ---

Result<double> double_of(Thread& thread, Value value) {
  if (value.is_double()) return value.as_double();
  Result<double> number = as_double(thread, value);
  if (number.failed()) {
    thread.exception = Value();
    return raise(thread, *struct_error, "required argument is not a float");
  }
  return number;
}

Status pack_float(Thread& thread, const StructCode& code, Value value, uint8_t* out) {
  const double number = TRY(double_of(thread, value));
  if (code.letter == 'd') {
    store(out, std::bit_cast<uint64_t>(number), 8, code.is_big_endian);
    return nothing;
  }
  if (code.letter == 'f') {
    const float narrow = static_cast<float>(number);
    if (std::isinf(narrow) && !std::isinf(number) && !code.is_native) {
      return raise(thread, OverflowError, "float too large to pack with f format");
    }
    store(out, std::bit_cast<uint32_t>(narrow), 4, code.is_big_endian);
    return nothing;
  }
  uint16_t bits;
  if (!pack_half(number, bits)) return raise(thread, OverflowError, "float too large to pack with e format");
  store(out, bits, 2, code.is_big_endian);
  return nothing;
}

// --- bytes ---

Status pack_bytes(Thread& thread, const StructCode& code, Value value, uint8_t* out) {
  std::string_view bytes;
  if (has_kind(value, Kind::Bytes)) bytes = value.as<Bytes>()->view();
  else if (has_kind(value, Kind::Bytearray)) {
    bytes = {reinterpret_cast<const char*>(value.as<Bytearray>()->data()), value.as<Bytearray>()->size};
  } else {
    return raise(thread, *struct_error, "argument for '{}' must be a bytes object", std::string_view(&code.letter, 1));
  }
  size_t room = static_cast<size_t>(code.size);
  if (code.letter == 'p') {  // a length byte first
    if (room == 0) return nothing;
    --room;
    if (bytes.size() > room) bytes = bytes.substr(0, room);
    *out++ = static_cast<uint8_t>(bytes.size() > 255 ? 255 : bytes.size());
  }
  if (bytes.size() > room) bytes = bytes.substr(0, room);
  copy_bytes(out, bytes);
  return nothing;
}

Value unpack_pascal(const uint8_t* in, int64_t size) {
  if (size == 0) return empty_bytes();
  int64_t length = in[0];
  if (length >= size) length = size - 1;
  return make_bytes({reinterpret_cast<const char*>(in + 1), static_cast<size_t>(length)});
}

}  // namespace

Result<StructFormat> parse_struct_format(Thread& thread, const char* text, size_t length) {
  if (std::memchr(text, 0, length)) return raise(thread, *struct_error, "embedded null character");
  Parser parser(thread, {text, length});
  StructFormat format;
  TRY(parser.parse(format, nullptr));
  auto* codes = static_cast<StructCode*>(gc_allocate_leaf_buffer((format.code_count + 1) * sizeof(StructCode)));
  TRY(parser.parse(format, codes));
  return format;
}

Status pack_item(Thread& thread, const StructCode& code, Value value, uint8_t* out) {
  switch (code.letter) {
    case '?':
      *out = TRY(truth(thread, value));
      return nothing;
    case 'c':
      if (!has_kind(value, Kind::Bytes) || value.as<Bytes>()->size != 1) {
        return raise(thread, *struct_error, "char format requires a bytes object of length 1");
      }
      *out = value.as<Bytes>()->data()[0];
      return nothing;
    case 's': case 'p': return pack_bytes(thread, code, value, out);
    case 'e': case 'f': case 'd': return pack_float(thread, code, value, out);
    default: return pack_integer(thread, code, value, out);
  }
}

Value unpack_item(const StructCode& code, const uint8_t* in) {
  const bool swapped = code.is_big_endian;
  switch (code.letter) {
    case 'b': return Value::from_int(static_cast<int8_t>(*in));
    case 'B': return Value::from_int(*in);
    case 'h': return Value::from_int(load<int16_t>(in, swapped));
    case 'H': return Value::from_int(load<uint16_t>(in, swapped));
    case 'i': return Value::from_int(load<int32_t>(in, swapped));
    case 'I': return Value::from_int(load<uint32_t>(in, swapped));
    case 'l': return code.size == 4 ? Value::from_int(load<int32_t>(in, swapped)) : make_int(load<int64_t>(in, swapped));
    case 'L': return code.size == 4 ? Value::from_int(load<uint32_t>(in, swapped)) : make_uint(load<uint64_t>(in, swapped));
    case 'q': case 'n': return make_int(load<int64_t>(in, swapped));
    case 'Q': case 'N': case 'P': return make_uint(load<uint64_t>(in, swapped));
    case '?': return Value::from_bool(*in != 0);
    case 'c': return make_bytes({reinterpret_cast<const char*>(in), 1});
    case 's': return make_bytes({reinterpret_cast<const char*>(in), static_cast<size_t>(code.size)});
    case 'p': return unpack_pascal(in, code.size);
    case 'e': return make_float(unpack_half(load<uint16_t>(in, swapped)));
    case 'f': return make_float(static_cast<double>(std::bit_cast<float>(load<uint32_t>(in, swapped))));
    case 'd': return make_float(std::bit_cast<double>(load<uint64_t>(in, swapped)));
    default: MP_UNREACHABLE();
  }
}

bool pack_half(double number, uint16_t& bits) {
  const uint16_t sign = std::signbit(number) ? 0x8000 : 0;
  if (std::isnan(number)) {
    bits = sign | 0x7e00;
    return true;
  }
  if (std::isinf(number)) {
    bits = sign | 0x7c00;
    return true;
  }
  int exponent;
  double fraction = std::frexp(std::fabs(number), &exponent);  // [0.5, 1)
  if (fraction == 0) {
    bits = sign;
    return true;
  }
  fraction *= 2;
  --exponent;
  if (exponent >= 16) return false;
  if (exponent < -25) {
    bits = sign;
    return true;
  }
  double scaled;
  int biased;
  if (exponent < -14) {  // subnormal
    scaled = std::ldexp(fraction, 24 + exponent);
    biased = 0;
  } else {
    scaled = (fraction - 1) * 1024;
    biased = exponent + 15;
  }
  unsigned mantissa = static_cast<unsigned>(scaled);
  const double rest = scaled - mantissa;
  if (rest > 0.5 || (rest == 0.5 && (mantissa & 1))) ++mantissa;
  if (mantissa == 1024) {
    mantissa = 0;
    if (++biased == 31) return false;
  }
  bits = static_cast<uint16_t>(sign | biased << 10 | static_cast<int>(mantissa));
  return true;
}

double unpack_half(uint16_t bits) {
  const bool is_negative = bits & 0x8000;
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  double number;
  if (exponent == 31) number = mantissa ? __builtin_nan("") : HUGE_VAL;
  else if (exponent == 0) number = std::ldexp(mantissa, -24);
  else number = std::ldexp(1024 + mantissa, exponent - 25);
  return is_negative ? -number : number;
}

}  // namespace minipy
