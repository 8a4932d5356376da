// UTF-8 for the parser's own needs. The values of literals may hold surrogates, the source may not.
#pragma once

#include "Parser/arena.h"

namespace minipy::utf8 {

struct Decoded {
  char32_t character;
  uint8_t size;  // bytes taken, at least 1
  bool is_valid;
};

// The character that starts at `text`; `end` bounds it.
enum class Surrogates : uint8_t { Allowed, Invalid };
Decoded decode(const char* text, const char* end, Surrogates surrogates = Surrogates::Allowed);

// Writes one character of up to four bytes and returns the end.
char* encode(char* out, char32_t character);

// Characters in `text`, where each invalid byte sequence counts as the one U+FFFD it is decoded to.
size_t count(ast::Text text);

// `text` with U+FFFD in the place of what is not UTF-8; `text` itself if all of it is.
ast::Text replace_invalid(ast::Arena& arena, ast::Text text);

// What Python's strict decoder has against `text`.
struct Problem {
  size_t start;
  size_t end;
  const char* reason;  // null: `text` is valid UTF-8
};
Problem find_invalid(ast::Text text);

// The message of its UnicodeDecodeError, or absent if `text` is valid.
ast::Text describe_invalid(ast::Arena& arena, ast::Text text);

}  // namespace minipy::utf8
