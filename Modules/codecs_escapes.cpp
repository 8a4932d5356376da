// unicode_escape, raw_unicode_escape and escape_decode (language reference 2.4.1).
#include "Modules/codecs_escapes.h"

#include <cstdio>

#include "Objects/codec_errors.h"
#include "Objects/growing_text.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/unicode/names.h"

namespace minipy {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
  return -1;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The character of a one-letter escape; -1: none, -2: a continued line.
int simple_escape(char c) {
  switch (c) {
    case '\n': return -2;
    case '\\': case '\'': case '"': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return -1;
  }
}

// What was read of an escape: a character, or what is wrong and where that ends.
struct Escape {
  char32_t character = 0;
  bool is_empty = false;  // stands for nothing
  const char* problem = nullptr;
  bool is_incomplete = false;
  size_t end = 0;
};

class EscapeReader {
 public:
  explicit EscapeReader(std::string_view data) : data_(data) {}

  // `at` is behind the letter of \x, \u or \U.
  Escape hex(size_t at, unsigned digits, const char* problem) const {
    Escape escape;
    size_t i = at;
    for (; i < data_.size() && i - at < digits; ++i) {
      const int digit = hex_value(data_[i]);
      if (digit < 0) break;
      escape.character = escape.character << 4 | static_cast<char32_t>(digit);
    }
    escape.end = i;
    if (i - at < digits) {
      escape.problem = problem;
      escape.is_incomplete = i == data_.size();
    }
    return escape;
  }

  Escape octal(size_t at) const {
    Escape escape;
    for (escape.end = at; escape.end < data_.size() && escape.end - at < 3 && is_octal(data_[escape.end]);
         ++escape.end) {
      escape.character = escape.character * 8 + static_cast<char32_t>(data_[escape.end] - '0');
    }
    return escape;
  }

  // `at` is behind the N.
  Escape named(size_t at) const {
    Escape escape;
    escape.problem = "malformed \\N character escape";
    escape.end = at;
    if (at >= data_.size()) {
      escape.is_incomplete = true;
      return escape;
    }
    if (data_[at] != '{') return escape;
    const size_t close = data_.find('}', at);
    if (close == data_.npos) {
      escape.end = data_.size();
      escape.is_incomplete = true;
      return escape;
    }
    escape.end = close;
    if (close == at + 1) return escape;
    escape.end = close + 1;
    const auto character = unicode::character_named(data_.substr(at + 1, close - at - 1));
    if (!character) {
      escape.problem = "unknown Unicode character name";
      return escape;
    }
    escape.character = *character;
    escape.problem = nullptr;
    return escape;
  }

  // A whole escape; `at` is behind the backslash.
  Escape read(size_t at) const {
    if (at >= data_.size()) {
      Escape escape;
      escape.problem = "\\ at end of string";
      escape.is_incomplete = true;
      escape.end = at;
      return escape;
    }
    const char letter = data_[at];
    switch (letter) {
      case 'x': return hex(at + 1, 2, "truncated \\xXX escape");
      case 'u': return hex(at + 1, 4, "truncated \\uXXXX escape");
      case 'U': {
        Escape escape = hex(at + 1, 8, "truncated \\UXXXXXXXX escape");
        if (escape.problem == nullptr && escape.character > kMaxCharacter) {
          escape.problem = "illegal Unicode character";
        }
        return escape;
      }
      case 'N': return named(at + 1);
      default: break;
    }
    if (is_octal(letter)) return octal(at);
    Escape escape;
    escape.end = at + 1;
    const int character = simple_escape(letter);
    escape.is_empty = character == -2;
    // An unknown escape stands for itself, backslash included.
    escape.character = character >= 0 ? static_cast<char32_t>(character) : U'\\';
    if (character == -1) escape.end = at;
    return escape;
  }

 private:
  std::string_view data_;
};

// The first escape of the input that means nothing: an unknown letter, or an octal number above a byte.
class InvalidEscape {
 public:
  void note(std::string_view escape) {
    if (escape_.empty()) escape_ = escape;
  }
  Status warn_of_it(Thread& thread) const {
    if (escape_.empty()) return nothing;
    std::string message = escape_.size() == 1 ? "invalid escape sequence '\\"
                                              : "invalid octal escape sequence '\\";
    for (const char c : escape_) {
      if (c & 0x80) message += static_cast<char>(0xC0 | static_cast<uint8_t>(c) >> 6);
      message += c & 0x80 ? static_cast<char>(0x80 | (c & 0x3F)) : c;
    }
    return warn(thread, DeprecationWarning, message + "'");
  }

 private:
  std::string escape_;  // without the backslash
};

void append_latin1(StrBuilder& builder, std::string_view bytes) {
  if (!bytes.empty()) builder.append(make_str_latin1(bytes));
}

void append_code(GrowingBytes& out, char32_t c, bool with_short) {
  char text[12];
  const auto code = static_cast<unsigned>(c);
  const char* const form = code >= 0x10000 ? "\\U%08x" : code >= 0x100 || !with_short ? "\\u%04x" : "\\x%02x";
  snprintf(text, sizeof text, form, code);
  out += std::string_view(text);
}

}  // namespace

Result<Str*> decode_unicode_escape(Thread& thread, std::string_view data, std::string_view error_name,
                                   size_t* consumed, Value shown) {
  DecodeErrors errors(thread, "unicodeescape", error_name, data, shown);
  StrBuilder builder;
  InvalidEscape invalid;
  size_t at = 0;
  while (at < errors.data().size()) {
    const std::string_view input = errors.data();
    const size_t backslash = std::min(input.find('\\', at), input.size());
    append_latin1(builder, input.substr(at, backslash - at));
    at = backslash;
    if (at == input.size()) break;
    const Escape escape = EscapeReader(input).read(at + 1);
    if (escape.problem != nullptr) {
      if (consumed != nullptr && escape.is_incomplete) break;
      at = TRY(errors.handle(builder, at, escape.end, escape.problem));
      continue;
    }
    if (escape.end == at + 1) invalid.note(input.substr(at + 1, 1));
    if (is_octal(input[at + 1]) && escape.character > 0xFF) invalid.note(input.substr(at + 1, 3));
    if (!escape.is_empty) builder.append(escape.character);
    at = escape.end;
  }
  if (consumed != nullptr) *consumed = at;
  Str* const result = TRY(builder.finish(thread));
  TRY(invalid.warn_of_it(thread));
  return result;
}

Result<Str*> decode_raw_unicode_escape(Thread& thread, std::string_view data,
                                       std::string_view error_name, size_t* consumed, Value shown) {
  DecodeErrors errors(thread, "rawunicodeescape", error_name, data, shown);
  StrBuilder builder;
  size_t at = 0;
  while (at < errors.data().size()) {
    const std::string_view input = errors.data();
    const size_t backslash = std::min(input.find('\\', at), input.size());
    append_latin1(builder, input.substr(at, backslash - at));
    at = backslash;
    if (at == input.size()) break;
    const char letter = at + 1 < input.size() ? input[at + 1] : '\0';
    if (letter != 'u' && letter != 'U') {
      if (at + 1 == input.size() && consumed != nullptr) break;
      builder.append(U'\\');
      // What follows, another backslash included, stands for itself.
      if (at + 1 < input.size()) append_latin1(builder, input.substr(at + 1, 1));
      at += 2;
      continue;
    }
    Escape escape = EscapeReader(input).hex(
        at + 2, letter == 'u' ? 4 : 8,
        letter == 'u' ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape");
    if (escape.problem == nullptr && escape.character > kMaxCharacter) {
      escape.problem = "\\Uxxxxxxxx out of range";
    }
    if (escape.problem != nullptr) {
      if (consumed != nullptr && escape.is_incomplete) break;
      at = TRY(errors.handle(builder, at, escape.end, escape.problem));
      continue;
    }
    builder.append(escape.character);
    at = escape.end;
  }
  if (consumed != nullptr) *consumed = std::min(at, errors.data().size());
  return builder.finish(thread);
}

Value encode_unicode_escape(Thread& thread, const Str* text) {
  GrowingBytes result;
  for (size_t i = 0; i < text->length(); ++i) {
    const char32_t c = text->at(i);
    switch (c) {
      case '\t': result += "\\t"; break;
      case '\n': result += "\\n"; break;
      case '\r': result += "\\r"; break;
      case '\\': result += "\\\\"; break;
      default:
        if (c >= ' ' && c < 0x7F) {
          result += static_cast<char>(c);
        } else {
          append_code(result, c, true);
        }
    }
  }
  return bytes_result(thread, result);
}

Value encode_raw_unicode_escape(Thread& thread, const Str* text) {
  GrowingBytes result;
  for (size_t i = 0; i < text->length(); ++i) {
    const char32_t c = text->at(i);
    if (c < 0x100) {
      result += static_cast<char>(c);
    } else {
      append_code(result, c, false);
    }
  }
  return bytes_result(thread, result);
}

// The escapes of bytes literals. Errors: strict, replace by '?', ignore.
Value decode_byte_escapes(Thread& thread, std::string_view data, std::string_view errors) {
  GrowingBytes result;
  InvalidEscape invalid;
  const EscapeReader reader(data);
  for (size_t at = 0; at < data.size();) {
    if (data[at] != '\\') {
      result += data[at++];
      continue;
    }
    if (at + 1 == data.size()) return raise(thread, ValueError, "Trailing \\ in string");
    const char letter = data[at + 1];
    if (letter == 'x') {
      const Escape escape = reader.hex(at + 2, 2, "");
      if (escape.problem == nullptr) {
        result += static_cast<char>(escape.character);
      } else if (errors.empty() || errors == "strict") {
        return raise(thread, ValueError, "invalid \\x escape at position {}", at);
      } else if (errors == "replace") {
        result += '?';
      } else if (errors != "ignore") {
        return raise(thread, ValueError, "decoding error; unknown error handling code: {}", errors);
      }
      at = escape.end;
    } else if (is_octal(letter)) {
      const Escape escape = reader.octal(at + 1);
      if (escape.character > 0xFF) invalid.note(data.substr(at + 1, 3));
      result += static_cast<char>(escape.character);
      at = escape.end;
    } else {
      const int character = simple_escape(letter);
      if (character >= 0) result += static_cast<char>(character);
      if (character == -1) {
        invalid.note(data.substr(at + 1, 1));
        result += '\\';
        result += letter;
      }
      at += 2;
    }
  }
  TRY(invalid.warn_of_it(thread));
  return bytes_result(thread, result);
}

}  // namespace minipy
