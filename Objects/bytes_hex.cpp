// Hexadecimal text of bytes and back.
#include "Objects/bytes_methods.h"
#include "Objects/bytes_search.h"
#include "Objects/growing_text.h"
#include "Objects/hex_digits.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {

namespace {

// The one ASCII character between groups.
Result<char> separator_character(Thread& thread, Value separator) {
  const size_t size = TRY(length(thread, separator));
  if (size != 1) return raise(thread, ValueError, "sep must be length 1.");
  char32_t character;
  if (is_str(separator)) {
    character = separator.as<Str>()->at(0);
  } else if (is_bytes(separator)) {
    character = separator.as<Bytes>()->data()[0];
  } else {
    return raise(thread, TypeError, "sep must be str or bytes.");
  }
  if (character > 127) return raise(thread, ValueError, "sep must be ASCII.");
  return static_cast<char>(character);
}

}  // namespace

Value hex_text(Thread& thread, std::string_view contents, Value separator, int group) {
  char between = 0;
  if (!separator.is_empty()) between = TRY(separator_character(thread, separator));
  const size_t size = contents.size();
  const size_t width = group < 0 ? -static_cast<size_t>(group) : static_cast<size_t>(group);
  const size_t separators = separator.is_empty() || width == 0 || size == 0 ? 0 : (size - 1) / width;
  Str* text = size < (size_t{1} << 60) ? allocate_str(size * 2 + separators, 127) : nullptr;
  if (!text) return raise_memory_error(thread);
  auto* out = static_cast<char*>(text->mutable_data());
  // Groups are counted from the right unless the number was negative.
  size_t until_separator = group < 0 || separators == 0 ? width : size - separators * width;
  const char* const digits = "0123456789abcdef";
  for (const char c : contents) {
    if (separators && until_separator-- == 0) {
      *out++ = between;
      until_separator = width - 1;
    }
    *out++ = digits[static_cast<uint8_t>(c) >> 4];
    *out++ = digits[static_cast<uint8_t>(c) & 15];
  }
  return text;
}

Value bytes_from_hex(Thread& thread, Type& type, Value text_value) {
  if (!is_str(text_value)) {
    return raise(thread, TypeError, "fromhex() argument must be str, not {}", argument_kind(text_value));
  }
  const Str& text = *text_value.as<Str>();
  const auto raise_at = [&thread](size_t place) {
    return raise(thread, ValueError, "non-hexadecimal number found in fromhex() arg at position {}", place);
  };
  if (!text.is_ascii()) {
    size_t place = 0;
    while (text.at(place) < 128) ++place;
    return raise_at(place);
  }
  const std::string_view digits = text.ascii_view();
  GrowingBytes made;
  char* out = made.room(digits.size() / 2);
  if (!out) return raise_memory_error(thread);
  for (size_t i = 0; i < digits.size();) {
    const int high = hex_digit(static_cast<uint8_t>(digits[i++]));
    if (high < 0) {
      if (byte_search::is_in_class(static_cast<uint8_t>(digits[i - 1]), byte_search::kSpace)) continue;
      return raise_at(i - 1);
    }
    const int low = i < digits.size() ? hex_digit(static_cast<uint8_t>(digits[i])) : -1;
    if (low < 0) return raise_at(i);
    ++i;
    *out++ = static_cast<char>(high << 4 | low);
  }
  made.grow_by(static_cast<size_t>(out - made.data()));
  if (&type == &type_of_kind(Kind::Bytearray)) {
    Bytearray* array = make_bytearray(made.view());
    return array ? Value(array) : Value(raise_memory_error(thread));
  }
  const Value bytes = TRY(bytes_result(thread, made));
  if (&type == &type_of_kind(Kind::Bytes)) return bytes;
  return call(thread, &type, {bytes});
}

}  // namespace minipy
