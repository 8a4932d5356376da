// UTF-8 for the parser's own needs. Surrogates count as characters: text from a Python str may hold them.
#pragma once

#include "Parser/arena.h"

namespace minipy::utf8 {

struct Decoded {
  char32_t character;
  uint8_t size;  // bytes taken, at least 1
  bool is_valid;
};

// The character that starts at `text`; `end` bounds it.
Decoded decode(const char* text, const char* end);

// Writes one character of up to four bytes and returns the end.
char* encode(char* out, char32_t character);

// Characters in `text`, where each invalid byte sequence counts as the one U+FFFD it is decoded to.
size_t count(ast::Text text);

// `text` with U+FFFD in the place of what is not UTF-8; `text` itself if all of it is.
ast::Text replace_invalid(ast::Arena& arena, ast::Text text);

// What Python's strict decoder says about `text`, or absent if it is valid UTF-8.
ast::Text describe_invalid(ast::Arena& arena, ast::Text text);

}  // namespace minipy::utf8
