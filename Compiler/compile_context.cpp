#include "Compiler/compile_context.h"

#include <string>

namespace minipy {

// Columns of compiler errors count bytes from 1, as CPython's do.
void CompileContext::fail(const ast::Location& location, ast::Text message) {
  if (has_failed_) return;
  has_failed_ = true;
  error_.kind = ErrorKind::SyntaxError;
  error_.message = arena_.copy_text(message);
  error_.line = location.line;
  error_.offset = location.column + 1;
  error_.end_line = location.end_line;
  error_.end_offset = location.end_column + 1;
  error_.may_read_file = true;
  error_.sets_attributes_only = !gives_details_;
}

void CompileContext::fail_without_end(const ast::Location& location, ast::Text message) {
  if (has_failed_) return;
  fail(location, message);
  error_.end_line = location.line;
  error_.has_end = false;
}

void CompileContext::fail_plain(ErrorKind kind, ast::Text message) {
  if (has_failed_) return;
  has_failed_ = true;
  error_.kind = kind;
  error_.message = arena_.copy_text(message);
  error_.has_location = false;
}

void CompileContext::fail(const ast::Location& location, const char* format, ast::Text name) {
  std::string message(format);
  const size_t place = message.find("%s");
  message.replace(place, 2, name);
  fail(location, message);
}

void CompileContext::warn(const ast::Location& location, ast::Text message, WarningKind kind) {
  if (has_failed_ || !warning_callback_) return;
  switch (warning_callback_(warning_data_, kind, message, location.line)) {
    case WarningOutcome::Issued:
      return;
    case WarningOutcome::IsError:
      fail(location, message);
      return;
    case WarningOutcome::Failed:
      fail_plain(ErrorKind::HookFailed, "");
      return;
  }
}

}  // namespace minipy
