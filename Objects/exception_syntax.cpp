// SyntaxError: where in the source, and the line itself.
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// SyntaxError(message, (filename, line, offset, text[, end_line, end_offset]))
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  auto& object = *self.as<SyntaxErrorObject>();
  if (count >= 1) object.message = arguments[0];
  if (count != 2) return nothing;
  const Tuple& details = *TRY(tuple_of(thread, arguments[1]));
  if (details.size < 4 || details.size > 6) {
    return raise(thread, TypeError, "function takes at {} arguments ({} given)",
                 details.size < 4 ? "least 4" : "most 6", details.size);
  }
  object.filename = details.items[0];
  object.line = details.items[1];
  object.offset = details.items[2];
  object.text = details.items[3];
  object.end_line = details.size > 4 ? details.items[4] : Value();
  object.end_offset = details.size > 5 ? details.items[5] : Value();
  if (details.size == 5) {
    return raise(thread, TypeError, "end_offset must be provided when end_lineno is provided");
  }
  return nothing;
}

Str* base_name(const Str* path) {
  size_t start = path->length();
  while (start > 0 && path->at(start - 1) != '/') --start;
  return substring(path, start, path->length());
}

Value str_slot(Thread& thread, Value self) {
  const auto& object = *self.as<SyntaxErrorObject>();
  const Value message = object.message.is_empty() ? None : object.message;
  const bool has_filename = is_str(object.filename);
  const bool has_line = is_exact_int(object.line);
  if (!has_filename && !has_line) return TRY(str(thread, message));
  if (!has_line) return format_message(thread, "{} ({})", {message, base_name(object.filename.as<Str>())});
  if (!has_filename) return format_message(thread, "{} (line {})", {message, object.line});
  return format_message(thread, "{} ({}, line {})", {message, base_name(object.filename.as<Str>()), object.line});
}

using Syntax = SyntaxErrorObject;
const MethodRow methods[] = {
    field_member<Syntax, &Syntax::message>("msg", "exception msg"),
    field_member<Syntax, &Syntax::filename>("filename", "exception filename"),
    field_member<Syntax, &Syntax::line>("lineno", "exception lineno"),
    field_member<Syntax, &Syntax::offset>("offset", "exception offset"),
    field_member<Syntax, &Syntax::text>("text", "exception text"),
    field_member<Syntax, &Syntax::end_line>("end_lineno", "exception end lineno"),
    field_member<Syntax, &Syntax::end_offset>("end_offset", "exception end offset"),
    field_member<Syntax, &Syntax::print_file_and_line>("print_file_and_line", "exception print_file_and_line"),
};

}  // namespace

void customize_syntax_error(Kind kind, TypeSpec& spec) {
  if (kind != Kind::SyntaxError) return;
  spec.instance_bytes = sizeof(SyntaxErrorObject);
  spec.slots.init = init;
  spec.slots.str = str_slot;
  spec.methods = methods;
}

}  // namespace minipy
