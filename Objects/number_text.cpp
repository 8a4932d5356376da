#include "Objects/number_text.h"

#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/memory_reserve.h"
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
  if (!may_take(text.length())) return raise_memory_error(thread);
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
    if (!may_take(text->length() * 4)) return raise_memory_error(thread);
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
    if (!reserve_text(copy, lease.size())) return raise_memory_error(thread);
    copy = lease.view();
  }
  return parse(copy);
}

}  // namespace minipy
