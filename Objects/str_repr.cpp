// repr of text (library reference, repr; the escapes are those of language reference 2.4.1).
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

void append_escape(StrBuilder& builder, char32_t c) {
  const size_t digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  char text[10] = {'\\', digits == 2 ? 'x' : digits == 4 ? 'u' : 'U'};
  for (size_t i = 0; i < digits; ++i) text[2 + i] = "0123456789abcdef"[c >> 4 * (digits - 1 - i) & 15];
  builder.append(std::string_view(text, 2 + digits));
}

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
      if (i == text->length()) break;
      const char32_t c = characters[i++];
      if (const char letter = short_escape(c, quote)) {
        builder.append('\\');
        builder.append(static_cast<char32_t>(letter));
      } else {
        append_escape(builder, c);
      }
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
