#include "Parser/report.h"

#include <cstdarg>
#include <cstdio>

namespace minipy {

void Report::warn(WarningKind kind, ast::Text message, const ast::Location& location) {
  for (const ParseWarning& earlier : warnings) {
    if (earlier.location == location && earlier.message == message) return;
  }
  warnings.push_back({kind, message, location});
}

ast::Text format_text(ast::Arena& arena, const char* format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  char* text = static_cast<char*>(arena.allocate(static_cast<size_t>(size) + 1, 1));
  std::vsnprintf(text, static_cast<size_t>(size) + 1, format, again);
  va_end(again);
  return {text, static_cast<size_t>(size)};
}

}  // namespace minipy
