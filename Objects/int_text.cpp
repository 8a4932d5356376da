// Ints as digits and as bytes, both ways.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {

int64_t int_max_str_digits = 4300;

namespace {

// Fewer digits than this are always allowed, whatever the limit.
constexpr size_t kDigitsThreshold = 640;

bool is_over_digit_limit(size_t digits) {
  return int_max_str_digits > 0 && digits > kDigitsThreshold && digits > static_cast<size_t>(int_max_str_digits);
}

const char* prefix_of_base(int base) {
  switch (base) {
    case 2: return "0b";
    case 8: return "0o";
    case 16: return "0x";
    default: return "";
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Failure raise_invalid_literal(Thread& thread, int base, Value shown) {
  Str* text = TRY(repr(thread, shown));
  if (text->length() > 200) text = substring(text, 0, 200);
  return raise(thread, ValueError, "invalid literal for int() with base {}: {}", base, text);
}

Str* make_ascii(const char* text, size_t length) {
  if (length == 1) return make_character(static_cast<char32_t>(*text));
  Str* const result = allocate_str(length, 0x7F);
  std::memcpy(result->mutable_data(), text, length);
  return result;
}

Str* small_to_text(int64_t number, int base, bool prefix) {
  char buffer[72];
  if (base == 10) {
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, number);
    return make_ascii(buffer, static_cast<size_t>(written.ptr - buffer));
  }
  char* position = buffer + sizeof buffer;
  uint64_t rest = number < 0 ? uint64_t{0} - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  const uint64_t divisor = static_cast<uint64_t>(base);
  do {
    *--position = "0123456789abcdefghijklmnopqrstuvwxyz"[rest % divisor];
    rest /= divisor;
  } while (rest);
  if (prefix && *prefix_of_base(base)) {
    *--position = prefix_of_base(base)[1];
    *--position = '0';
  }
  if (number < 0) *--position = '-';
  return make_ascii(position, static_cast<size_t>(buffer + sizeof buffer - position));
}

Failure raise_too_many_digits(Thread& thread) {
  return raise(thread, ValueError,
               "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to "
               "increase the limit", int_max_str_digits);
}

// The digits between underscores as values; false if an underscore or a character is out of place.
bool collect_digits(std::string_view text, int base, unsigned char* out, size_t& count) {
  count = 0;
  bool after_digit = false;
  for (const char c : text) {
    if (c == '_') {
      if (!after_digit) return false;
      after_digit = false;
      continue;
    }
    const int digit = digit_value(c);
    if (digit >= base) return false;
    out[count++] = static_cast<unsigned char>(digit);
    after_digit = true;
  }
  return after_digit;
}

}  // namespace

Result<Str*> int_to_text(Thread& thread, Value v, int base, bool prefix) {
  if (is_small_int(v)) return small_to_text(small_int(v), base, prefix);
  const IntView view(v);
  if (view.is_zero()) return small_to_text(0, base, prefix);
  const size_t bits = view.bit_length();
  if (base == 10 && int_max_str_digits > 0 && is_over_digit_limit(static_cast<size_t>(static_cast<double>(bits - 1) * 0.30102))) {
    return raise_too_many_digits(thread);
  }
  // mpn_get_str wants one limb more to work in, and destroys its operand.
  LimbScratch limbs(view.size() + 1);
  size_t room = base == 10 ? bits * 30103 / 100000 + 8 : bits + 8;
  if (base == 16) room = bits / 4 + 8;
  Scratch<unsigned char, 512> digits(room);
  if (limbs.failed() || digits.failed()) return raise_memory_error(thread);
  mpn_copyi(limbs.data(), view.limbs(), static_cast<mp_size_t>(view.size()));
  size_t count = 0;
  const bool done = gmp_succeeds(view.size(), [&] {
    count = mpn_get_str(digits.data(), base, limbs.data(), static_cast<mp_size_t>(view.size()));
  });
  if (!done) return raise_memory_error(thread);
  size_t start = 0;
  while (start + 1 < count && digits[start] == 0) ++start;
  if (base == 10 && is_over_digit_limit(count - start)) return raise_too_many_digits(thread);
  const size_t prefix_size = prefix ? std::strlen(prefix_of_base(base)) : 0;
  Str* text = allocate_str(count - start + prefix_size + view.is_negative(), 127);
  if (!text) return raise_memory_error(thread);
  char* out = static_cast<char*>(text->mutable_data());
  if (view.is_negative()) *out++ = '-';
  std::memcpy(out, prefix_of_base(base), prefix_size);
  out += prefix_size;
  for (size_t i = start; i < count; ++i) *out++ = "0123456789abcdefghijklmnopqrstuvwxyz"[digits[i]];
  return text;
}

// Library reference, int(): blanks around, a sign, a prefix that agrees with the base, underscores
// between digits. Base 0 takes the base from the prefix and then allows no leading zeros.
Value int_from_text(Thread& thread, std::string_view text, int base, Value shown) {
  const int asked_base = base;
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  bool is_negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    is_negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const int second = text.size() > 1 && text[0] == '0' ? text[1] | 0x20 : 0;
  const int prefix_base = second == 'x' ? 16 : second == 'o' ? 8 : second == 'b' ? 2 : 0;
  bool only_zeros = false;
  if (base == 0) {
    base = prefix_base ? prefix_base : 10;
    only_zeros = !prefix_base && !text.empty() && text[0] == '0';
  }
  if (prefix_base == base) {
    text.remove_prefix(2);
    if (!text.empty() && text[0] == '_') text.remove_prefix(1);
  }
  if (text.size() <= 15 && base == 10 && !only_zeros && !text.empty()) {  // the everyday case
    int64_t number = 0;
    size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) number = number * 10 + (text[i] - '0');
    if (i == text.size()) return make_int(is_negative ? -number : number);
  }
  Scratch<unsigned char, 512> digits(text.size() + 1);
  if (digits.failed()) return raise_memory_error(thread);
  size_t count;
  if (!collect_digits(text, base, digits.data(), count)) return raise_invalid_literal(thread, asked_base, shown);
  if ((base & (base - 1)) && is_over_digit_limit(count)) {
    return raise(thread, ValueError,
                 "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use "
                 "sys.set_int_max_str_digits() to increase the limit", int_max_str_digits, count);
  }
  const unsigned char* first = digits.data();
  while (count && *first == 0) ++first, --count;
  if (only_zeros && count) return raise_invalid_literal(thread, asked_base, shown);
  if (count == 0) return Value::from_int(0);
  // log2(36) is below 5.17: that many bits a digit at most
  int bits_times_100 = 517;
  if (base == 10) bits_times_100 = 333;
  else if (base <= 16) bits_times_100 = 400;
  NewInt result(static_cast<size_t>(static_cast<UInt128>(count) * static_cast<unsigned>(bits_times_100) / 6400) + 2);
  if (result.failed()) return raise_memory_error(thread);
  mp_size_t size = 0;
  if (!gmp_succeeds(count / 16, [&] { size = mpn_set_str(result.limbs(), first, count, base); })) {
    return raise_memory_error(thread);
  }
  return result.finish(static_cast<size_t>(size), is_negative);
}

Value int_from_hex_digits(std::string_view text, bool is_negative) {
  NewInt result(text.size() / 16 + 1);
  if (result.failed()) return raise_memory_error(current_thread());
  const size_t size = text.size() / 16 + 1;
  mpn_zero(result.limbs(), static_cast<mp_size_t>(size));
  for (size_t i = 0; i < text.size(); ++i) {
    const uint64_t digit = static_cast<uint64_t>(digit_value(text[text.size() - 1 - i]));
    result.limbs()[i / 16] |= digit << (i % 16 * 4);
  }
  return result.finish(size, is_negative);
}

Value int_from_bytes(const uint8_t* bytes, size_t count, bool little_endian, bool is_signed) {
  const size_t size = count / 8 + 1;
  NewInt result(size);
  if (result.failed()) return raise_memory_error(current_thread());
  const uint8_t top = count == 0 ? 0 : little_endian ? bytes[count - 1] : bytes[0];
  const bool is_negative = is_signed && (top & 0x80);
  uint8_t* out = reinterpret_cast<uint8_t*>(result.limbs());
  std::memset(out, is_negative ? 0xFF : 0, size * 8);
  if (little_endian) {
    if (count) std::memcpy(out, bytes, count);
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = bytes[count - 1 - i];
  }
  if (is_negative) mpn_neg(result.limbs(), result.limbs(), static_cast<mp_size_t>(size));
  return result.finish(size, is_negative);
}

Status int_to_bytes(Thread& thread, Value v, uint8_t* bytes, size_t count, bool little_endian, bool is_signed) {
  const IntView view(v);
  if (view.is_negative() && !is_signed) {
    return raise(thread, OverflowError, "can't convert negative int to unsigned");
  }
  size_t bits = view.bit_length();
  if (is_signed) {
    // -2^(n-1) needs n bits like the numbers just above it
    bool is_power_of_two = false;
    if (view.is_negative()) {
      is_power_of_two = (view.limb(view.size() - 1) & (view.limb(view.size() - 1) - 1)) == 0;
      for (size_t i = 0; i + 1 < view.size() && is_power_of_two; ++i) is_power_of_two = view.limb(i) == 0;
    }
    bits += !is_power_of_two;
    if (view.is_zero()) bits = 0;
  }
  if ((bits + 7) / 8 > count) return raise(thread, OverflowError, "int too big to convert");
  mp_limb_t borrow = 1;  // of the two's complement
  for (size_t i = 0; i < count; i += 8) {
    mp_limb_t limb = view.limb(i / 8);
    if (view.is_negative()) {
      limb = ~limb + borrow;
      borrow = borrow && limb == 0;
    }
    for (size_t j = i; j < i + 8 && j < count; ++j, limb >>= 8) {
      bytes[little_endian ? j : count - 1 - j] = static_cast<uint8_t>(limb);
    }
  }
  return nothing;
}

}  // namespace minipy
