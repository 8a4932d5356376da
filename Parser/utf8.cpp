#include "Parser/utf8.h"

#include <cstdio>

namespace minipy::utf8 {
namespace {

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

struct Shape {
  uint8_t size;  // of the whole sequence, 0 for a byte that starts none
  unsigned char
      low;  // bounds of the second byte, which rule out overlong forms and too large characters
  unsigned char high;
};

Shape shape_of(unsigned char lead, Surrogates surrogates) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED && surrogates == Surrogates::Invalid) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

// An invalid sequence takes its longest valid prefix, as the Unicode standard recommends and Python
// does.
Decoded decode(const char* text, const char* end, Surrogates surrogates) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text);
  const Shape shape = shape_of(bytes[0], surrogates);
  if (shape.size == 1) return {bytes[0], 1, true};
  if (shape.size == 0) return {0xFFFD, 1, false};
  char32_t character = bytes[0] & (0x7Fu >> shape.size);
  for (uint8_t i = 1; i < shape.size; ++i) {
    const bool is_bad = text + i >= end || (i == 1 ? bytes[1] < shape.low || bytes[1] > shape.high
                                                   : !is_continuation(bytes[i]));
    if (is_bad) return {0xFFFD, i, false};
    character = (character << 6) | (bytes[i] & 0x3Fu);
  }
  return {character, shape.size, true};
}

char* encode(char* out, char32_t c) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *out++ = static_cast<char>(0xC0 | (c >> 6));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = static_cast<char>(0xE0 | (c >> 12));
    *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | (c >> 18));
    *out++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

size_t count(ast::Text text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  size_t characters = 0;
  for (; at < end; ++characters) at += decode(at, end, Surrogates::Invalid).size;
  return characters;
}

ast::Text replace_invalid(ast::Arena& arena, ast::Text text) {
  const char* const end = text.data() + text.size();
  bool is_valid = true;
  for (const char* at = text.data(); at < end && is_valid;) {
    const Decoded decoded = decode(at, end, Surrogates::Invalid);
    is_valid = decoded.is_valid;
    at += decoded.size;
  }
  if (is_valid) return text;
  char* const start = static_cast<char*>(arena.allocate(text.size() * 3 + 1, 1));
  char* out = start;
  for (const char* at = text.data(); at < end;) {
    const Decoded decoded = decode(at, end, Surrogates::Invalid);
    out = encode(out, decoded.character);
    at += decoded.size;
  }
  return {start, static_cast<size_t>(out - start)};
}

Problem find_invalid(ast::Text text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    const Decoded decoded = decode(at, end, Surrogates::Invalid);
    if (decoded.is_valid) {
      at += decoded.size;
      continue;
    }
    const uint8_t expected = shape_of(static_cast<unsigned char>(*at), Surrogates::Invalid).size;
    const bool is_cut_off = expected > 1 && at + decoded.size >= end;
    const size_t start = static_cast<size_t>(at - text.data());
    return {start, start + decoded.size,
            expected == 0 ? "invalid start byte"
            : is_cut_off  ? "unexpected end of data"
                          : "invalid continuation byte"};
  }
  return {0, 0, nullptr};
}

ast::Text describe_invalid(ast::Arena& arena, ast::Text text) {
  const Problem problem = find_invalid(text);
  if (!problem.reason) return {};
  char message[120];
  const int length =
      problem.end - problem.start == 1
          ? std::snprintf(message, sizeof message,
                          "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                          static_cast<unsigned char>(text[problem.start]), problem.start,
                          problem.reason)
          : std::snprintf(message, sizeof message,
                          "'utf-8' codec can't decode bytes in position %zu-%zu: %s", problem.start,
                          problem.end - 1, problem.reason);
  return arena.copy_text({message, static_cast<size_t>(length)});
}

}  // namespace minipy::utf8
