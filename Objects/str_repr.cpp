// repr of text (library reference, repr; the escapes are those of language reference 2.4.1).
#include <cstdio>

#include "Objects/item_repr.h"
#include "Objects/str_access.h"
#include "Objects/str_search.h"
#include "Objects/unicode/character.h"

namespace minipy {
namespace {

// The letter of a short escape, or 0.
char short_escape(char32_t c, char32_t quote) {
  switch (c) {
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\\': return '\\';
    default: return c == quote ? static_cast<char>(quote) : '\0';
  }
}

bool needs_escape(char32_t c, char32_t quote) {
  return c < 0x7F ? c < ' ' || c == '\\' || c == quote : !unicode::is_printable(c);
}

void append_escape(StrBuilder& builder, char32_t c, char32_t quote) {
  char text[12];
  const auto code = static_cast<unsigned>(c);
  if (const char letter = short_escape(c, quote)) {
    snprintf(text, sizeof text, "\\%c", letter);
  } else if (code < 0x100) {
    snprintf(text, sizeof text, "\\x%02x", code);
  } else if (code < 0x10000) {
    snprintf(text, sizeof text, "\\u%04x", code);
  } else {
    snprintf(text, sizeof text, "\\U%08x", code);
  }
  builder.append(std::string_view(text));
}

bool has_character(const Str* text, char32_t wanted) {
  return find_character(text, wanted, 0, text->length()) != npos;
}

// Most texts: ASCII without anything to escape, not even an apostrophe.
bool is_plain(const Str* text) {
  if (!text->is_ascii()) return false;
  const uint8_t* const characters = text->latin1();
  const size_t length = text->length();
  bool is_special = false;
  for (size_t i = 0; i < length; ++i) {
    const uint8_t c = characters[i];
    is_special |= c < ' ' || c == 0x7F || c == '\\' || c == '\'';
  }
  return !is_special;
}

}  // namespace

void append_str_repr(StrBuilder& builder, const Str* text) {
  if (is_plain(text)) {
    builder.append('\'');
    builder.append(text);
    return builder.append('\'');
  }
  const char32_t quote = has_character(text, '\'') && !has_character(text, '"') ? '"' : '\'';
  builder.append(quote);
  with_characters(*text, [&](const auto* characters) {
    for (size_t i = 0; i < text->length();) {
      const size_t start = i;
      while (i < text->length() && !needs_escape(characters[i], quote)) ++i;
      builder.append(text, start, i);
      if (i < text->length()) append_escape(builder, characters[i++], quote);
    }
  });
  builder.append(quote);
}

Str* str_repr(const Str* text) {
  if (is_plain(text)) {
    Str* const result = allocate_str(text->length() + 2, 0x7F);
    if (result == nullptr) return nullptr;
    auto* const to = static_cast<char*>(result->mutable_data());
    to[0] = to[text->length() + 1] = '\'';
    memcpy(to + 1, text->latin1(), text->length());
    return result;
  }
  StrBuilder builder;
  append_str_repr(builder, text);
  auto result = builder.finish(current_thread());
  return result.failed() ? nullptr : result.value();
}

}  // namespace minipy
