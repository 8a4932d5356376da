// The standard error handlers as functions of an exception (library reference, codecs, "Error
// Handlers"): what lookup_error() gives and what codecs in Python call.
#include <algorithm>

#include "Objects/codec_errors.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/growing_text.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/text/utf.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

enum class ErrorKind { Encode, Decode, Translate, Other };

ErrorKind kind_of(Value exception) {
  if (!is_exception(exception)) return ErrorKind::Other;
  if (is_instance(exception, UnicodeEncodeError)) return ErrorKind::Encode;
  if (is_instance(exception, UnicodeDecodeError)) return ErrorKind::Decode;
  if (is_instance(exception, UnicodeTranslateError)) return ErrorKind::Translate;
  return ErrorKind::Other;
}

Failure raise_unknown(Thread& thread, Value exception) {
  return raise(thread, TypeError, "don't know how to handle {} in error callback", type_of(exception));
}

// The object of an error, and the part of it that is meant, fitted to its length.
struct Span {
  Value object;
  size_t start, end;
  const Str& text() const { return *object.as<Str>(); }
  std::string_view bytes() const { return object.as<Bytes>()->view(); }
};

Result<Span> span_of(Thread& thread, Value exception, ErrorKind kind) {
  const auto& fields = *exception.as<UnicodeErrorObject>();
  const Value object = fields.object;
  if (object.is_empty()) return raise(thread, TypeError, "object attribute not set");
  if (kind == ErrorKind::Decode ? !has_kind(object, Kind::Bytes) : !is_str(object)) {
    return raise(thread, TypeError, "object attribute must be {}",
                 kind == ErrorKind::Decode ? "bytes" : "unicode");
  }
  const auto length = static_cast<int64_t>(is_str(object) ? object.as<Str>()->length()
                                                          : object.as<Bytes>()->size);
  Span span{object, 0, 0};
  span.start = static_cast<size_t>(std::clamp<int64_t>(fields.start, 0, std::max<int64_t>(length - 1, 0)));
  span.end = static_cast<size_t>(std::min(std::max<int64_t>(fields.end, 1), length));
  return span;
}

Value answer(Value text, size_t next) {
  return make_tuple({text, Value::from_int(static_cast<int64_t>(next))});
}

Value strict_errors(Thread& thread, Value exception) {
  if (!is_exception(exception)) {
    return raise(thread, TypeError, "codec must pass exception instance");
  }
  return raise_exception(thread, exception);
}

Value ignore_errors(Thread& thread, Value exception) {
  const ErrorKind kind = kind_of(exception);
  if (kind == ErrorKind::Other) return raise_unknown(thread, exception);
  return answer(empty_str(), TRY(span_of(thread, exception, kind)).end);
}

Value replace_errors(Thread& thread, Value exception) {
  const ErrorKind kind = kind_of(exception);
  if (kind == ErrorKind::Other) return raise_unknown(thread, exception);
  const Span span = TRY(span_of(thread, exception, kind));
  if (kind == ErrorKind::Decode) return answer(make_character(0xFFFD), span.end);
  StrBuilder builder;
  if (span.end > span.start) {
    builder.append_repeated(kind == ErrorKind::Encode ? U'?' : U'\uFFFD', span.end - span.start);
  }
  return answer(TRY(builder.finish(thread)), span.end);
}

using Escape = std::string (*)(char32_t);

Value escaped_text(Thread& thread, const Span& span, Escape escape) {
  GrowingBytes result;
  for (size_t i = span.start; i < span.end; ++i) result += escape(span.text().at(i));
  return answer(TRY(str_result(thread, result)), span.end);
}

Value xmlcharrefreplace_errors(Thread& thread, Value exception) {
  if (kind_of(exception) != ErrorKind::Encode) return raise_unknown(thread, exception);
  return escaped_text(thread, TRY(span_of(thread, exception, ErrorKind::Encode)), xml_reference);
}

Value namereplace_errors(Thread& thread, Value exception) {
  if (kind_of(exception) != ErrorKind::Encode) return raise_unknown(thread, exception);
  return escaped_text(thread, TRY(span_of(thread, exception, ErrorKind::Encode)), name_escape);
}

Value backslashreplace_errors(Thread& thread, Value exception) {
  const ErrorKind kind = kind_of(exception);
  if (kind == ErrorKind::Other) return raise_unknown(thread, exception);
  const Span span = TRY(span_of(thread, exception, kind));
  if (kind != ErrorKind::Decode) return escaped_text(thread, span, backslash_escape);
  GrowingBytes result;
  for (size_t i = span.start; i < span.end; ++i) {
    result += backslash_escape(static_cast<uint8_t>(span.bytes()[i]));
  }
  return answer(TRY(str_result(thread, result)), span.end);
}

// PEP 383: bytes that cannot be decoded become U+DC80 to U+DCFF, and back.
Value surrogateescape_errors(Thread& thread, Value exception) {
  const ErrorKind kind = kind_of(exception);
  if (kind == ErrorKind::Encode) {
    const Span span = TRY(span_of(thread, exception, kind));
    GrowingBytes result;
    for (size_t i = span.start; i < span.end; ++i) {
      const char32_t c = span.text().at(i);
      if (c < 0xDC80 || c > 0xDCFF) return raise_exception(thread, exception);
      result += static_cast<char>(c - 0xDC00);
    }
    return answer(TRY(bytes_result(thread, result)), span.end);
  }
  if (kind != ErrorKind::Decode) return raise_unknown(thread, exception);
  const Span span = TRY(span_of(thread, exception, kind));
  StrBuilder builder;
  constexpr size_t kMost = 4;
  for (size_t i = span.start; i < span.end && i - span.start < kMost; ++i) {
    const auto byte = static_cast<uint8_t>(span.bytes()[i]);
    if (byte < 0x80) break;
    builder.append(static_cast<char32_t>(0xDC00 + byte));
  }
  const size_t count = builder.length();
  if (count == 0) return raise_exception(thread, exception);
  return answer(TRY(builder.finish(thread)), span.start + count);
}

// The unit size and byte order that an encoding's name stands for; size 0 if it is none of these.
struct UnicodeEncoding {
  unsigned size = 0;  // of a surrogate: 3 for UTF-8
  bool is_big = false;
};

UnicodeEncoding unicode_encoding(const Str* name) {
  std::string text;
  for (const char c : to_utf8(name)) {
    if (c != '-' && c != '_') text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (text == "utf8" || text == "cp65001") return {3, false};
  if (text == "utf16" || text == "utf16le") return {2, false};
  if (text == "utf16be") return {2, true};
  if (text == "utf32" || text == "utf32le") return {4, false};
  if (text == "utf32be") return {4, true};
  return {};
}

void append_surrogate(GrowingBytes& out, char32_t c, const UnicodeEncoding& encoding) {
  if (encoding.size == 3) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
    return;
  }
  for (unsigned i = 0; i < encoding.size; ++i) {
    out += static_cast<char>(c >> 8 * (encoding.is_big ? encoding.size - 1 - i : i));
  }
}

// 0 if there is no surrogate in front.
char32_t read_surrogate(std::string_view bytes, const UnicodeEncoding& encoding) {
  if (bytes.size() < encoding.size) return 0;
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<uint8_t>(bytes[i])); };
  char32_t c = 0;
  if (encoding.size == 3) {
    if ((byte(0) & 0xF0) != 0xE0 || (byte(1) & 0xC0) != 0x80 || (byte(2) & 0xC0) != 0x80) return 0;
    c = (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  } else {
    for (unsigned i = 0; i < encoding.size; ++i) {
      c = c << 8 | byte(encoding.is_big ? i : encoding.size - 1 - i);
    }
  }
  return is_surrogate(c) ? c : 0;
}

Value surrogatepass_errors(Thread& thread, Value exception) {
  const ErrorKind kind = kind_of(exception);
  if (kind != ErrorKind::Encode && kind != ErrorKind::Decode) return raise_unknown(thread, exception);
  const Span span = TRY(span_of(thread, exception, kind));
  const Value name = exception.as<UnicodeErrorObject>()->encoding;
  const UnicodeEncoding encoding = is_str(name) ? unicode_encoding(name.as<Str>()) : UnicodeEncoding();
  if (encoding.size == 0) return raise_exception(thread, exception);
  if (kind == ErrorKind::Encode) {
    GrowingBytes result;
    for (size_t i = span.start; i < span.end; ++i) {
      if (!is_surrogate(span.text().at(i))) return raise_exception(thread, exception);
      append_surrogate(result, span.text().at(i), encoding);
    }
    return answer(TRY(bytes_result(thread, result)), span.end);
  }
  const char32_t c = read_surrogate(span.bytes().substr(span.start), encoding);
  if (c == 0) return raise_exception(thread, exception);
  return answer(make_character(c), span.start + encoding.size);
}

struct StandardHandler {
  std::string_view name;
  MethodRow row;
};

const StandardHandler handlers[] = {
    {"strict", function<strict_errors>("strict_errors(exception, /)", "Raise the exception.")},
    {"ignore", function<ignore_errors>("ignore_errors(exception, /)", "Leave the part out.")},
    {"replace", function<replace_errors>("replace_errors(exception, /)", "Put a mark in its place.")},
    {"xmlcharrefreplace",
     function<xmlcharrefreplace_errors>("xmlcharrefreplace_errors(exception, /)", "As &#number;.")},
    {"backslashreplace",
     function<backslashreplace_errors>("backslashreplace_errors(exception, /)", "As escapes.")},
    {"namereplace", function<namereplace_errors>("namereplace_errors(exception, /)", "As \\N{...}.")},
    {"surrogatepass",
     function<surrogatepass_errors>("surrogatepass(exception, /)", "Code surrogates like others.")},
    {"surrogateescape",
     function<surrogateescape_errors>("surrogateescape(exception, /)", "Keep bytes as surrogates.")},
};

}  // namespace

Value standard_error_handler(std::string_view name) {
  static Value made[std::size(handlers)];
  for (size_t i = 0; i < std::size(handlers); ++i) {
    if (handlers[i].name != name) continue;
    if (made[i].is_empty()) made[i] = make_builtin_function(handlers[i].row, Value(), None);
    return made[i];
  }
  return Value();
}

}  // namespace minipy
