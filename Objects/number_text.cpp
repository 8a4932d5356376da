#include "Objects/number_text.h"

#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/text/float_text.h"
#include "Objects/tuple.h"
#include "Objects/unicode/character.h"

namespace minipy {

std::string decimal_ascii(const Str* text) {
  if (text->is_ascii()) return std::string(text->ascii_view());
  std::string result(text->length(), '?');
  for (size_t i = 0; i < result.size(); ++i) {
    const char32_t c = text->at(i);
    if (c < 128) {
      result[i] = static_cast<char>(c);
    } else if (unicode::is_space(c)) {
      result[i] = ' ';
    } else if (const int digit = unicode::decimal_value(c); digit >= 0) {
      result[i] = static_cast<char>('0' + digit);
    }
  }
  return result;
}

std::u32string to_utf32(const Str* text) {
  std::u32string result(text->length(), 0);
  for (size_t i = 0; i < result.size(); ++i) result[i] = text->at(i);
  return result;
}

Value raise_format_error(Thread& thread, const FormatError& message) {
  return raise_value(thread, ValueError, make_str(message));
}

Status parse_number_spec(Thread& thread, const Str& text, std::string_view type_name, FormatSpec& spec) {
  const FormatError problem = parse_format_spec(to_utf32(&text), '>', type_name, spec);
  if (!problem.empty()) {
    raise_format_error(thread, problem);
    return error;
  }
  return nothing;
}

Value finish_layout(Thread& thread, const NumberLayout& layout) {
  if (layout.left == 0 && layout.middle == 0 && layout.right == 0) {
    const std::string text = layout.head + layout.body;
    return layout.is_ascii ? make_str_latin1(text) : make_str(text);
  }
  StrBuilder builder;
  builder.append_repeated(layout.fill, layout.left);
  builder.append(layout.head);
  builder.append_repeated(layout.fill, layout.middle);
  builder.append(layout.body);
  builder.append_repeated(layout.fill, layout.right);
  return TRY(builder.finish(thread));
}

Value format_double(Thread& thread, double number, const FormatSpec& spec, std::string_view type_name) {
  NumberLayout layout;
  const FormatError problem = layout_float(spec, number, type_name, layout);
  if (!problem.empty()) return raise_format_error(thread, problem);
  return finish_layout(thread, layout);
}

Value keyword_value(const char* name, const Value* arguments, size_t argument_count, Value keyword_names) {
  if (keyword_names.is_empty()) return Value();
  const Tuple& names = *keyword_names.as<Tuple>();
  for (size_t i = 0; i < names.size; ++i) {
    if (equal(names.items[i].as<Str>(), name)) return arguments[argument_count + i];
  }
  return Value();
}

Status refuse_keywords(Thread& thread, const char* function, Value keyword_names) {
  if (keyword_names.is_empty() || keyword_names.as<Tuple>()->size == 0) return nothing;
  return raise(thread, TypeError, "{}() takes no keyword arguments", function);
}

Status check_count(Thread& thread, const char* function, size_t count, size_t least, size_t most) {
  if (count >= least && count <= most) return nothing;
  const size_t bound = count < least ? least : most;
  return raise(thread, TypeError, "{} expected {}{} argument{}, got {}", function,
               least == most ? "" : count < least ? "at least " : "at most ", bound, bound == 1 ? "" : "s", count);
}

Value int_from_str(Thread& thread, const Str& text, int base, Value shown) {
  if (text.is_ascii()) return int_from_text(thread, text.ascii_view(), base, shown);
  return int_from_text(thread, decimal_ascii(&text), base, shown);
}

Value float_from_text_object(Thread& thread, Value object) {
  auto parse = [&](std::string_view text) -> Value {
    auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    if (const std::optional<double> number = parse_float(text)) return make_float(*number);
    return raise(thread, ValueError, "could not convert string to float: {}", Repr{object});
  };
  if (is_str(object)) {
    const Str* text = object.as<Str>();
    return text->is_ascii() ? parse(text->ascii_view()) : parse(decimal_ascii(text));
  }
  if (has_kind(object, Kind::Bytes)) return parse(object.as<Bytes>()->view());
  if (!supports_buffer(object)) {
    return raise(thread, TypeError, "float() argument must be a string or a real number, not '{}'", type_of(object));
  }
  std::string copy;
  {
    BufferLease lease(thread);
    TRY(lease.acquire(object));
    copy = lease.view();
  }
  return parse(copy);
}

}  // namespace minipy
