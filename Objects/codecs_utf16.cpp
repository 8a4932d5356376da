// UTF-16 and UTF-32. Byte orders: -1 little, 1 big, 0 by the byte order mark.
#include <algorithm>
#include <cstring>
#include <optional>

#include "Objects/codec_errors.h"
#include "Objects/growing_text.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/text/utf.h"

namespace minipy {
namespace {

char32_t read_unit(std::string_view data, size_t at, unsigned size, bool is_big) {
  char32_t unit = 0;
  for (unsigned i = 0; i < size; ++i) {
    const auto byte = static_cast<uint8_t>(data[at + (is_big ? i : size - 1 - i)]);
    unit = unit << 8 | byte;
  }
  return unit;
}

void append_unit(GrowingBytes& out, char32_t unit, unsigned size, bool is_big) {
  for (unsigned i = 0; i < size; ++i) {
    out += static_cast<char>(unit >> 8 * (is_big ? size - 1 - i : i));
  }
}

// Skips a byte order mark where the order is open, and settles the order.
size_t settle_order(std::string_view data, unsigned size, int& byte_order) {
  if (byte_order != 0 || data.size() < size) return 0;
  if (read_unit(data, 0, size, false) == 0xFEFF) {
    byte_order = -1;
    return size;
  }
  if (read_unit(data, 0, size, true) == 0xFEFF) {
    byte_order = 1;
    return size;
  }
  return 0;
}

const char* encoding_name(unsigned size, int byte_order) {
  if (size == 2) return byte_order < 0 ? "utf-16-le" : byte_order > 0 ? "utf-16-be" : "utf-16";
  return byte_order < 0 ? "utf-32-le" : byte_order > 0 ? "utf-32-be" : "utf-32";
}

// One character of UTF-16 at `at`; next is moved behind it unless there is a problem.
UtfProblem read_utf16(std::string_view data, size_t at, bool is_big, char32_t& c, size_t& next) {
  if (data.size() - at < 2) return {at, data.size(), "truncated data", true};
  c = read_unit(data, at, 2, is_big);
  next = at + 2;
  if (!is_surrogate(c)) return {};
  if (is_low_surrogate(c)) return {at, at + 2, "illegal encoding", false};
  if (data.size() - at < 4) return {at, data.size(), "unexpected end of data", true};
  const char32_t low = read_unit(data, at + 2, 2, is_big);
  if (!is_low_surrogate(low)) return {at, at + 2, "illegal UTF-16 surrogate", false};
  c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
  next = at + 4;
  return {};
}

UtfProblem read_utf32(std::string_view data, size_t at, bool is_big, char32_t& c, size_t& next) {
  if (data.size() - at < 4) return {at, data.size(), "truncated data", true};
  c = read_unit(data, at, 4, is_big);
  next = at + 4;
  if (is_surrogate(c)) {
    return {at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)", false};
  }
  if (c > kMaxCharacter) return {at, at + 4, "code point not in range(0x110000)", false};
  return {};
}

template <typename Unit, bool is_big>
Unit unit_at(const char* data, size_t index) {
  Unit unit;
  std::memcpy(&unit, data + index * sizeof unit, sizeof unit);
  if constexpr (!is_big) return unit;
  if constexpr (sizeof unit == 2) return __builtin_bswap16(unit);
  return __builtin_bswap32(unit);
}

// What UTF-16 with surrogates stands for: the number of characters, or nothing if some stand alone.
template <bool is_big>
std::optional<size_t> count_with_pairs(const char* data, size_t units) {
  size_t pairs = 0;
  for (size_t i = 0; i < units; ++i) {
    const uint16_t unit = unit_at<uint16_t, is_big>(data, i);
    if (!is_surrogate(unit)) continue;
    if (is_low_surrogate(unit) || ++i == units || !is_low_surrogate(unit_at<uint16_t, is_big>(data, i))) return {};
    ++pairs;
  }
  return units - pairs;
}

template <bool is_big>
void write_with_pairs(uint32_t* out, const char* data, size_t units) {
  for (size_t i = 0; i < units; ++i) {
    char32_t c = unit_at<uint16_t, is_big>(data, i);
    if (is_surrogate(c)) c = 0x10000 + ((c - 0xD800) << 10 | (unit_at<uint16_t, is_big>(data, ++i) - 0xDC00u));
    *out++ = c;
  }
}

// Nearly all data is free of mistakes: it is measured first, and then written where it stays. nullptr if it must be
// read character by character, because there is something wrong or too much of it.
template <typename Unit, bool is_big>
Str* decode_faultless(std::string_view data) {
  const size_t units = data.size() / sizeof(Unit);
  if (data.size() % sizeof(Unit) != 0 || units < 2) return nullptr;
  const char* const from = data.data();
  Unit all = 0;
  bool has_surrogates = false, is_in_range = true;
  for (size_t i = 0; i < units; ++i) {
    const Unit unit = unit_at<Unit, is_big>(from, i);
    all |= unit;
    has_surrogates |= is_surrogate(unit);
    if constexpr (sizeof(Unit) == 4) is_in_range &= unit <= kMaxCharacter;
  }
  if (has_surrogates) {
    if constexpr (sizeof(Unit) == 2) {
      const std::optional<size_t> length = count_with_pairs<is_big>(from, units);
      Str* const text = length.value_or(0) > 1 ? allocate_str(*length, kMaxCharacter) : nullptr;
      if (text != nullptr) write_with_pairs<is_big>(static_cast<uint32_t*>(text->mutable_data()), from, units);
      return text;
    }
    return nullptr;
  }
  Str* const text = is_in_range ? allocate_str(units, std::min<char32_t>(all, kMaxCharacter)) : nullptr;
  if (text == nullptr) return nullptr;
  with_mutable_characters(*text, [&]<typename Character>(Character* out) {
    for (size_t i = 0; i < units; ++i) out[i] = static_cast<Character>(unit_at<Unit, is_big>(from, i));
  });
  return text;
}

Str* decode_faultless(std::string_view data, unsigned size, bool is_big) {
  if (size == 2) return is_big ? decode_faultless<uint16_t, true>(data) : decode_faultless<uint16_t, false>(data);
  return is_big ? decode_faultless<uint32_t, true>(data) : decode_faultless<uint32_t, false>(data);
}

Result<Str*> decode_wide(Thread& thread, std::string_view data, std::string_view error_name,
                         unsigned size, int& byte_order, size_t* consumed, Value shown) {
  // The name in errors is that of the order asked for, not of the one found.
  const int asked = byte_order;
  size_t at = settle_order(data, size, byte_order);
  if (Str* const text = decode_faultless(data.substr(at), size, byte_order > 0)) {
    if (consumed != nullptr) *consumed = data.size();
    return text;
  }
  const char* const name = encoding_name(size, asked != 0 ? asked : at > 0 ? byte_order : -1);
  DecodeErrors errors(thread, name, error_name, data, shown);
  StrBuilder builder;
  while (at < errors.data().size()) {
    char32_t c = 0;
    size_t next = at;
    const bool is_big = byte_order > 0;
    const UtfProblem problem = size == 2 ? read_utf16(errors.data(), at, is_big, c, next)
                                         : read_utf32(errors.data(), at, is_big, c, next);
    if (problem.reason == nullptr) {
      builder.append(c);
      at = next;
      continue;
    }
    if (consumed != nullptr && problem.is_incomplete) break;
    at = TRY(errors.handle(builder, problem.start, problem.end, problem.reason));
  }
  if (consumed != nullptr) *consumed = at;
  return builder.finish(thread);
}

void append_utf16(GrowingBytes& out, char32_t c, bool is_big) {
  if (c < 0x10000) return append_unit(out, c, 2, is_big);
  append_unit(out, 0xD800 + ((c - 0x10000) >> 10), 2, is_big);
  append_unit(out, 0xDC00 + (c & 0x3FF), 2, is_big);
}

// Text in which each character is one unit, and none a surrogate, has nothing that could go wrong.
template <typename Unit>
bool is_one_unit_each(const Str& text) {
  if (text.width() == 1) return true;
  if (text.width() > sizeof(Unit)) return false;
  return with_characters(text, [&](const auto* from) {
    bool found = false;
    for (size_t i = 0, length = text.length(); i < length; ++i) found |= is_surrogate(from[i]);
    return !found;
  });
}

template <typename Unit>
Value encode_units(Thread& thread, const Str& text, int byte_order) {
  const bool has_mark = byte_order == 0, is_big = byte_order > 0;
  const size_t length = text.length();
  Bytes* const bytes = allocate_bytes((length + has_mark) * sizeof(Unit));
  if (bytes == nullptr) return raise_memory_error(thread);
  auto* out = reinterpret_cast<char*>(bytes->data());
  const auto put = [&](Unit unit) {
    if (is_big) unit = sizeof(Unit) == 2 ? static_cast<Unit>(__builtin_bswap16(static_cast<uint16_t>(unit))) : static_cast<Unit>(__builtin_bswap32(unit));
    std::memcpy(out, &unit, sizeof unit);
    out += sizeof unit;
  };
  if (has_mark) put(0xFEFF);
  with_characters(text, [&](const auto* from) {
    for (size_t i = 0; i < length; ++i) put(static_cast<Unit>(from[i]));
  });
  return bytes;
}

// UTF-16 of text that needs pairs. nullptr if it has lone surrogates, or there is no memory.
Bytes* encode_pairs(const Str& text, int byte_order) {
  const bool has_mark = byte_order == 0, is_big = byte_order > 0;
  const uint32_t* const from = text.ucs4();
  const size_t length = text.length();
  size_t units = length + has_mark;
  bool has_surrogates = false;
  for (size_t i = 0; i < length; ++i) {
    has_surrogates |= is_surrogate(from[i]);
    units += from[i] >= 0x10000;
  }
  Bytes* const bytes = has_surrogates ? nullptr : allocate_bytes(units * 2);
  if (bytes == nullptr) return nullptr;
  uint8_t* out = bytes->data();
  const auto put = [&](uint32_t unit) {
    const auto swapped = static_cast<uint16_t>(is_big ? unit << 8 | (unit >> 8 & 0xFF) : unit);
    std::memcpy(out, &swapped, 2);
    out += 2;
  };
  if (has_mark) put(0xFEFF);
  for (size_t i = 0; i < length; ++i) {
    const uint32_t c = from[i];
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + (c & 0x3FF));
    }
  }
  return bytes;
}

Value encode_wide(Thread& thread, const Str* text, std::string_view error_name, unsigned size,
                  int byte_order) {
  if (size == 2 && is_one_unit_each<uint16_t>(*text)) return encode_units<uint16_t>(thread, *text, byte_order);
  if (size == 4 && is_one_unit_each<uint32_t>(*text)) return encode_units<uint32_t>(thread, *text, byte_order);
  if (size == 2 && text->width() == 4) {
    if (Bytes* const bytes = encode_pairs(*text, byte_order)) return bytes;
  }
  const bool is_big = byte_order > 0;
  GrowingBytes result;
  if (byte_order == 0) append_unit(result, 0xFEFF, size, false);
  const auto append = [&](char32_t c) {
    if (size == 2) {
      append_utf16(result, c, is_big);
    } else {
      append_unit(result, c, 4, is_big);
    }
  };
  constexpr const char* kReason = "surrogates not allowed";
  const char* const name = encoding_name(size, byte_order);
  EncodeErrors errors(thread, name, error_name, text);
  for (size_t i = 0; i < text->length();) {
    const char32_t c = text->at(i);
    if (!is_surrogate(c)) {
      append(c);
      ++i;
      continue;
    }
    size_t end = i + 1;
    while (end < text->length() && is_surrogate(text->at(end))) ++end;
    const Replacement replacement = TRY(errors.handle(i, end, kReason));
    if (has_kind(replacement.text, Kind::Bytes)) {
      // Only whole units can stand in for a character.
      const std::string_view bytes = replacement.text.as<Bytes>()->view();
      if (bytes.size() % size != 0) return errors.fail(i, end, kReason);
      result += bytes;
    } else if (!replacement.text.is_empty()) {
      const Str* const instead = replacement.text.as<Str>();
      if (!instead->is_ascii()) return errors.fail(i, end, kReason);
      for (const char each : instead->ascii_view()) append(static_cast<uint8_t>(each));
    }
    i = replacement.next;
  }
  return bytes_result(thread, result);
}

}  // namespace

Result<Str*> decode_utf16(Thread& thread, std::string_view data, std::string_view errors,
                          int& byte_order, size_t* consumed, Value shown) {
  return decode_wide(thread, data, errors, 2, byte_order, consumed, shown);
}

Result<Str*> decode_utf32(Thread& thread, std::string_view data, std::string_view errors,
                          int& byte_order, size_t* consumed, Value shown) {
  return decode_wide(thread, data, errors, 4, byte_order, consumed, shown);
}

Value encode_utf16(Thread& thread, const Str* text, std::string_view errors, int byte_order) {
  return encode_wide(thread, text, errors, 2, byte_order);
}

Value encode_utf32(Thread& thread, const Str* text, std::string_view errors, int byte_order) {
  return encode_wide(thread, text, errors, 4, byte_order);
}

}  // namespace minipy
