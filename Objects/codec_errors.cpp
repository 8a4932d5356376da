#include "Objects/codec_errors.h"

#include <cstdio>

#include "Objects/exception.h"
#include "Objects/growing_text.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/unicode/names.h"

namespace minipy {
namespace {

Value make_error(Thread& thread, Type& type, std::string_view encoding, Value object, size_t start,
                 size_t end, std::string_view reason) {
  return call(thread, &type,
              {make_str(encoding), object, Value::from_int(static_cast<int64_t>(start)),
               Value::from_int(static_cast<int64_t>(end)), make_str(reason)});
}

void update_error(Value exception, size_t start, size_t end, std::string_view reason) {
  auto& error_object = *exception.as<UnicodeErrorObject>();
  error_object.start = static_cast<int64_t>(start);
  error_object.end = static_cast<int64_t>(end);
  error_object.reason = make_str(reason);
}

// The position that a handler gave, counted from the end if negative.
Result<size_t> fitted_position(Thread& thread, Value position, size_t length, HandlerWords words) {
  const Result<int64_t> index = index_as_int64(thread, position, &OverflowError);
  if (index.failed()) {
    if (words == HandlerWords::Usual || !catch_exception(thread, OverflowError)) return error;
    return raise(thread, IndexError, "position -1 from error handler out of bounds");
  }
  int64_t place = index.value();
  if (place < 0) place += static_cast<int64_t>(length);
  if (place < 0 || place > static_cast<int64_t>(length)) {
    return raise(thread, IndexError, "position {} from error handler out of bounds", place);
  }
  return static_cast<size_t>(place);
}

bool is_pair(Value value) { return is_tuple(value) && value.as<Tuple>()->size == 2; }

}  // namespace

ErrorMode error_mode(std::string_view name) {
  if (name.empty() || name == "strict") return ErrorMode::Strict;
  if (name == "ignore") return ErrorMode::Ignore;
  if (name == "replace") return ErrorMode::Replace;
  if (name == "surrogateescape") return ErrorMode::SurrogateEscape;
  if (name == "backslashreplace") return ErrorMode::BackslashReplace;
  if (name == "xmlcharrefreplace") return ErrorMode::XmlCharRefReplace;
  return ErrorMode::Other;
}

std::string xml_reference(char32_t c) {
  char text[16];
  snprintf(text, sizeof text, "&#%u;", static_cast<unsigned>(c));
  return text;
}

std::string backslash_escape(char32_t c) {
  char text[16];
  const auto code = static_cast<unsigned>(c);
  snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
  return text;
}

std::string name_escape(char32_t c) {
  const std::string name = unicode::name_of(c);
  return name.empty() ? backslash_escape(c) : "\\N{" + name + "}";
}

Failure raise_decode_error(Thread& thread, std::string_view encoding, Value bytes, size_t start,
                           size_t end, std::string_view reason) {
  const Value exception =
      make_error(thread, UnicodeDecodeError, encoding, bytes, start, end, reason);
  if (exception.is_empty()) return error;
  return raise_exception(thread, exception);
}

Failure raise_encode_error(Thread& thread, std::string_view encoding, const Str* text, size_t start,
                           size_t end, std::string_view reason) {
  const Value exception = make_error(thread, UnicodeEncodeError, encoding, text, start, end, reason);
  if (exception.is_empty()) return error;
  return raise_exception(thread, exception);
}

// --- decoding ---

Value DecodeErrors::exception_for(size_t start, size_t end, std::string_view reason) {
  if (shown_.is_empty()) {
    shown_ = make_bytes(data_);
    data_ = shown_.as<Bytes>()->view();
  }
  if (exception_.is_empty()) {
    exception_ = make_error(thread_, UnicodeDecodeError, encoding_, shown_, start, end, reason);
  } else {
    update_error(exception_, start, end, reason);
  }
  return exception_;
}

Result<size_t> DecodeErrors::handle(StrBuilder& builder, size_t start, size_t end,
                                    std::string_view reason) {
  switch (mode_) {
    case ErrorMode::Ignore:
      return end;
    case ErrorMode::Replace:
      builder.append(U'\uFFFD');
      return end;
    case ErrorMode::BackslashReplace:
      for (size_t i = start; i < end; ++i) {
        builder.append(backslash_escape(static_cast<uint8_t>(data_[i])));
      }
      return end;
    case ErrorMode::SurrogateEscape: {
      // ASCII bytes are not smuggled: where one comes first, this is an error after all. No more than four at a time.
      size_t i = start;
      for (; i < end && i - start < 4 && (data_[i] & 0x80); ++i) {
        builder.append(static_cast<char32_t>(0xDC00 + static_cast<uint8_t>(data_[i])));
      }
      if (i > start) return i;
      break;
    }
    case ErrorMode::Strict:
    case ErrorMode::XmlCharRefReplace:
    case ErrorMode::Other:
      break;
  }
  return call_handler(builder, start, end, reason);
}

Result<size_t> DecodeErrors::call_handler(StrBuilder& builder, size_t start, size_t end,
                                          std::string_view reason) {
  const Value exception = TRY(exception_for(start, end, reason));
  if (mode_ == ErrorMode::Strict || mode_ == ErrorMode::SurrogateEscape) {
    return raise_exception(thread_, exception);
  }
  if (handler_.is_empty()) handler_ = TRY(lookup_error_handler(thread_, errors_));
  const Value answer = TRY(call(thread_, handler_, {exception}));
  if (!is_pair(answer) || !is_str(answer.as<Tuple>()->items[0]) ||
      !is_index(answer.as<Tuple>()->items[1])) {
    return raise(thread_, TypeError, "decoding error handler must return (str, int) tuple");
  }
  const Value object = exception.as<UnicodeErrorObject>()->object;
  if (!has_kind(object, Kind::Bytes)) {
    return raise(thread_, TypeError, "exception attribute object must be bytes");
  }
  shown_ = object;
  data_ = object.as<Bytes>()->view();
  const size_t next = TRY(fitted_position(thread_, answer.as<Tuple>()->items[1], data_.size(), words_));
  builder.append(answer.as<Tuple>()->items[0].as<Str>());
  return next;
}

// --- encoding ---

Failure EncodeErrors::fail(size_t start, size_t end, std::string_view reason) {
  return raise_encode_error(thread_, encoding_, text_, start, end, reason);
}

Result<Replacement> EncodeErrors::handle(size_t start, size_t end, std::string_view reason) {
  switch (mode_) {
    case ErrorMode::Ignore:
      return Replacement{Value(), end};
    case ErrorMode::Replace:
      return Replacement{make_str(std::string(end - start, '?')), end};
    case ErrorMode::XmlCharRefReplace:
    case ErrorMode::BackslashReplace: {
      GrowingBytes result;
      for (size_t i = start; i < end; ++i) {
        const char32_t c = text_->at(i);
        result += mode_ == ErrorMode::BackslashReplace ? backslash_escape(c) : xml_reference(c);
      }
      return Replacement{TRY(str_result(thread_, result)), end};
    }
    case ErrorMode::SurrogateEscape: {
      GrowingBytes result;
      size_t i = start;
      for (; i < end && text_->at(i) >= 0xDC80 && text_->at(i) <= 0xDCFF; ++i) {
        result += static_cast<char>(text_->at(i) - 0xDC00);
      }
      if (i > start) return Replacement{TRY(bytes_result(thread_, result)), i};
      return fail(start, end, reason);
    }
    case ErrorMode::Strict:
      return fail(start, end, reason);
    case ErrorMode::Other:
      break;
  }
  return call_handler(start, end, reason);
}

Result<Replacement> EncodeErrors::call_handler(size_t start, size_t end, std::string_view reason) {
  if (exception_.is_empty()) {
    exception_ = TRY(make_error(thread_, UnicodeEncodeError, encoding_, text_, start, end, reason));
  } else {
    update_error(exception_, start, end, reason);
  }
  if (handler_.is_empty()) handler_ = TRY(lookup_error_handler(thread_, errors_));
  const Value answer = TRY(call(thread_, handler_, {exception_}));
  const bool is_good = is_pair(answer) && is_index(answer.as<Tuple>()->items[1]);
  const Value text = is_good ? answer.as<Tuple>()->items[0] : None;
  if (!is_str(text) && !has_kind(text, Kind::Bytes)) {
    return raise(thread_, TypeError, words_ == HandlerWords::Usual
                                         ? "encoding error handler must return (str/bytes, int) tuple"
                                         : "encoding error handler must return (str, int) tuple");
  }
  const size_t next = TRY(fitted_position(thread_, answer.as<Tuple>()->items[1], text_->length(), words_));
  return Replacement{text, next};
}

}  // namespace minipy
