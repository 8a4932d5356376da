// What codecs do with input they cannot handle: error handlers, by name (library reference, codecs,
// "Error Handlers"). The usual ones need no exception object.
#pragma once

#include <string>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/str.h"

namespace minipy {

enum class ErrorMode {
  Strict, Ignore, Replace, SurrogateEscape, BackslashReplace, XmlCharRefReplace, Other
};
ErrorMode error_mode(std::string_view name);

// What is said about a bad answer of a handler: the codecs of East Asia have words of their own.
enum class HandlerWords : uint8_t { Usual, EastAsian };

// Decoding: after an error, handle() appends the replacement and says where to go on. A handler may
// put another bytes object in place of the input, so look at data() again afterwards.
class DecodeErrors {
 public:
  DecodeErrors(Thread& thread, std::string_view encoding, std::string_view errors,
               std::string_view data, Value shown, HandlerWords words = HandlerWords::Usual)
      : thread_(thread), encoding_(encoding), errors_(errors), mode_(error_mode(errors)),
        words_(words), data_(data), shown_(shown) {}

  std::string_view data() const { return data_; }
  ErrorMode mode() const { return mode_; }
  Result<size_t> handle(StrBuilder& builder, size_t start, size_t end, std::string_view reason);

 private:
  Result<size_t> call_handler(StrBuilder& builder, size_t start, size_t end, std::string_view reason);
  Value exception_for(size_t start, size_t end, std::string_view reason);

  Thread& thread_;
  std::string_view encoding_;
  std::string errors_;
  ErrorMode mode_;
  HandlerWords words_;
  std::string_view data_;
  Value shown_;      // the bytes object, made when it is first needed
  Value handler_;    // found when it is first needed
  Value exception_;  // reused, as handlers may see
};

// Encoding: handle() says what stands for text[start, end) or its first part.
struct Replacement {
  Value text;    // a str to encode, a bytes to copy, or empty
  size_t next;   // where in the text to go on
};
class EncodeErrors {
 public:
  EncodeErrors(Thread& thread, std::string_view encoding, std::string_view errors, const Str* text,
               HandlerWords words = HandlerWords::Usual)
      : thread_(thread), encoding_(encoding), errors_(errors), mode_(error_mode(errors)), words_(words), text_(text) {}

  ErrorMode mode() const { return mode_; }
  const Str* text() const { return text_; }
  Result<Replacement> handle(size_t start, size_t end, std::string_view reason);
  Failure fail(size_t start, size_t end, std::string_view reason);  // the strict way

 private:
  Result<Replacement> call_handler(size_t start, size_t end, std::string_view reason);

  Thread& thread_;
  std::string_view encoding_;
  std::string errors_;
  ErrorMode mode_;
  HandlerWords words_;
  const Str* text_;
  Value handler_;
  Value exception_;
};

// What the handlers of those names put in place of one character or byte.
std::string xml_reference(char32_t c);         // "&#8364;"
std::string backslash_escape(char32_t c);      // "\\u20ac"
std::string name_escape(char32_t c);           // "\\N{EURO SIGN}"

// The handlers as objects, for the registry: nullptr if there is no such standard one.
Value standard_error_handler(std::string_view name);

}  // namespace minipy
