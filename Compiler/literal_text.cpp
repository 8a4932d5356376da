#include "Compiler/literal_text.h"

#include <cmath>

#include "Compiler/fold_numbers.h"
#include "Objects/text/float_text.h"
#include "Objects/unicode/character.h"

namespace minipy {
namespace {

using ast::ConstantKind;
using ast::ConstantValue;
using ast::Text;

void append_escape(std::string& result, char32_t character) {
  const auto append_hex = [&result, character](char letter, int digits) {
    result += '\\';
    result += letter;
    for (int i = digits - 1; i >= 0; --i) result += "0123456789abcdef"[character >> (4 * i) & 15];
  };
  if (character < 0x100) return append_hex('x', 2);
  if (character < 0x10000) return append_hex('u', 4);
  append_hex('U', 8);
}

// The code point at `position`, which moves behind it.
char32_t decode(Text text, size_t& position) {
  const auto byte = [&](size_t offset) {
    return static_cast<unsigned char>(text[position + offset]);
  };
  const unsigned char first = byte(0);
  char32_t character = first;
  size_t length = 1;
  if (first >= 0xF0) {
    length = 4;
    character = static_cast<char32_t>((first & 7) << 18 | (byte(1) & 63) << 12 |
                                      (byte(2) & 63) << 6 | (byte(3) & 63));
  } else if (first >= 0xE0) {
    length = 3;
    character = static_cast<char32_t>((first & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63));
  } else if (first >= 0xC0) {
    length = 2;
    character = static_cast<char32_t>((first & 31) << 6 | (byte(1) & 63));
  }
  position += length;
  return character;
}

char quote_for(Text text) {
  return text.find('\'') != Text::npos && text.find('"') == Text::npos ? '"' : '\'';
}

std::string repr_of_bytes(Text text) {
  const char quote = quote_for(text);
  std::string result = {'b', quote};
  for (const char c : text) {
    if (c == quote || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c >= ' ' && c < 0x7F) {
      result += c;
    } else {
      append_escape(result, static_cast<unsigned char>(c));
    }
  }
  return result + quote;
}

std::string repr_of_integer(const ConstantValue& value) {
  if (value.kind == ConstantKind::Int) return std::to_string(value.integer);
  const BigInteger integer(value);
  std::string digits(mpz_sizeinbase(integer.get(), 10) + 2, '\0');
  mpz_get_str(digits.data(), 10, integer.get());
  return digits.c_str();
}

std::string repr_of_complex(double real, double imaginary) {
  if (real == 0.0 && !std::signbit(real)) return format_float(imaginary, 'r', 0) + "j";
  std::string result = "(" + format_float(real, 'r', 0);
  const std::string second = format_float(imaginary, 'r', 0);
  if (second[0] != '-') result += '+';
  return result + second + "j)";
}

std::string repr_of_items(const ConstantValue& value) {
  std::string result;
  for (const ConstantValue& item : value.items) {
    if (!result.empty()) result += ", ";
    result += repr_of_constant(item);
  }
  if (value.kind == ConstantKind::Tuple)
    return "(" + result + (value.items.size() == 1 ? ",)" : ")");
  return result.empty() ? "frozenset()" : "frozenset({" + result + "})";
}

}  // namespace

std::string repr_of_text(Text text) {
  const char quote = quote_for(text);
  std::string result(1, quote);
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    const char32_t character = decode(text, position);
    if (character == static_cast<char32_t>(quote) || character == '\\') {
      result += '\\';
      result += static_cast<char>(character);
    } else if (character == '\t') {
      result += "\\t";
    } else if (character == '\n') {
      result += "\\n";
    } else if (character == '\r') {
      result += "\\r";
    } else if (unicode::is_printable(character)) {
      result += text.substr(start, position - start);
    } else {
      append_escape(result, character);
    }
  }
  return result + quote;
}

std::string repr_of_constant(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::None:
      return "None";
    case ConstantKind::True:
      return "True";
    case ConstantKind::False:
      return "False";
    case ConstantKind::Ellipsis:
      return "Ellipsis";
    case ConstantKind::Int:
    case ConstantKind::BigInt:
      return repr_of_integer(value);
    case ConstantKind::Float:
      return float_repr(value.real);
    case ConstantKind::Complex:
      return repr_of_complex(value.real, value.imaginary);
    case ConstantKind::Str:
      return repr_of_text(value.text);
    case ConstantKind::Bytes:
      return repr_of_bytes(value.text);
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet:
      return repr_of_items(value);
  }
  return "";
}

}  // namespace minipy
