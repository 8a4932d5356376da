// repr of items within that of a container: the commonest need no str of their own.
#pragma once

#include <charconv>

#include "Objects/protocol.h"
#include "Objects/str.h"

namespace minipy {

void append_str_repr(StrBuilder& builder, const Str* text);  // as str_repr()
void append_escape(StrBuilder& builder, char32_t c);           // \x.., \u.... or \U........

inline void append_int(StrBuilder& builder, int64_t number) {
  char digits[24];
  const auto written = std::to_chars(digits, digits + sizeof digits, number);
  builder.append(std::string_view(digits, static_cast<size_t>(written.ptr - digits)));
}

inline Status append_repr(Thread& thread, StrBuilder& text, Value item) {
  if (item.is_int()) {
    append_int(text, item.as_int());
  } else if (is_exact_str(item)) {
    append_str_repr(text, item.as<Str>());
  } else {
    text.append(TRY(repr(thread, item)));
  }
  return nothing;
}

}  // namespace minipy
