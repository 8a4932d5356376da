#include "Parser/dump.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "Objects/text/float_text.h"
#include "Objects/unicode/character.h"
#include "Parser/utf8.h"

namespace minipy::ast {
namespace {

bool is_printable(char32_t character, const DumpOptions& options) {
  if (character < 128) return character >= ' ' && character != 127;
  if (options.ascii_only) return false;
  return unicode::is_printable(character);
}

char choose_quote(Text text) {
  return text.find('\'') != Text::npos && text.find('"') == Text::npos ? '"' : '\'';
}

void append_escape(std::string& out, char32_t character) {
  char escape[12];
  const char* format = character < 0x100 ? "\\x%02x" : character < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(escape, sizeof escape, format, static_cast<unsigned>(character));
  out += escape;
}

bool append_common_escape(std::string& out, char32_t c, char quote) {
  switch (c) {
    case '\n':
      out += "\\n";
      return true;
    case '\r':
      out += "\\r";
      return true;
    case '\t':
      out += "\\t";
      return true;
    case '\\':
      out += "\\\\";
      return true;
    default:
      break;
  }
  if (c != static_cast<char32_t>(quote)) return false;
  out += '\\';
  out += quote;
  return true;
}

void append_str_repr(std::string& out, Text text, const DumpOptions& options) {
  const char quote = choose_quote(text);
  out += quote;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    utf8::Decoded decoded = utf8::decode(at, end);
    if (!append_common_escape(out, decoded.character, quote)) {
      const bool is_surrogate = decoded.character >= 0xD800 && decoded.character < 0xE000;
      if (!is_surrogate && is_printable(decoded.character, options)) {
        out.append(at, decoded.size);
      } else {
        append_escape(out, decoded.character);
      }
    }
    at += decoded.size;
  }
  out += quote;
}

void append_bytes_repr(std::string& out, Text text) {
  const char quote = choose_quote(text);
  out += 'b';
  out += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (append_common_escape(out, byte, quote)) continue;
    if (byte >= ' ' && byte < 127) {
      out += c;
    } else {
      append_escape(out, byte);
    }
  }
  out += quote;
}

// Schoolbook division by 10^9; only the literals of a program come here.
void append_big_int(std::string& out, Text digits) {
  if (digits[0] == '-') {
    out += '-';
    digits.remove_prefix(1);
  }
  std::vector<uint32_t> limbs;
  for (size_t end = digits.size(); end > 0;) {
    const size_t start = end > 8 ? end - 8 : 0;
    uint32_t limb = 0;
    std::from_chars(digits.data() + start, digits.data() + end, limb, 16);
    limbs.push_back(limb);
    end = start;
  }
  std::vector<uint32_t> groups;
  while (!limbs.empty()) {
    uint64_t remainder = 0;
    for (size_t i = limbs.size(); i-- > 0;) {
      remainder = (remainder << 32) | limbs[i];
      limbs[i] = static_cast<uint32_t>(remainder / 1000000000);
      remainder %= 1000000000;
    }
    groups.push_back(static_cast<uint32_t>(remainder));
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  }
  char text[16];
  for (size_t i = groups.size(); i-- > 0;) {
    std::snprintf(text, sizeof text, i + 1 == groups.size() ? "%u" : "%09u", groups[i]);
    out += text;
  }
}

void append_complex(std::string& out, double real, double imaginary) {
  const std::string spelled = format_float(imaginary, 'r', 0) + "j";
  if (real == 0 && !std::signbit(real)) {
    out += spelled;
    return;
  }
  out += '(' + format_float(real, 'r', 0) + (spelled[0] == '-' ? "" : "+") + spelled + ')';
}

class Dumper {
 public:
  Dumper(std::string& out, const DumpOptions& options) : out_(out), options_(options) {}

  void value(Identifier name) { append_str_repr(out_, name.text(), options_); }
  void value(Text text) { append_str_repr(out_, text, options_); }
  void value(int32_t number) { out_ += std::to_string(number); }
  void value(const ConstantValue& constant);
  template <typename T>
  void value(T* node) {
    if (node) {
      visit(*node);
    } else {
      out_ += "None";
    }
  }
  template <typename T>
  void value(const Sequence<T>& items) {
    out_ += '[';
    for (size_t i = 0; i < items.size(); ++i) {
      if (i) out_ += ", ";
      value(items[i]);
    }
    out_ += ']';
  }
#define VALUE(Name)     \
  case Enum::Name:      \
    out_ += #Name "()"; \
    return;
#define ENUMERATION(Type, name, VALUES) \
  void value(Type which) {              \
    using Enum = Type;                  \
    switch (which) { VALUES }           \
  }
#include "Parser/nodes.def"
#undef VALUE

  void visit(const Node& node);

 private:
  template <typename T>
  void field(const char* name, const T& field) {
    out_ += separator_;
    out_ += name;
    out_ += '=';
    separator_ = "";
    value(field);
    separator_ = ", ";
  }
  static bool is_absent(const void* node) {
    return !node;
  }
  static bool is_absent(Identifier name) {
    return !name;
  }
  static bool is_absent(Text text) {
    return !text.data();
  }
  static bool is_absent(int32_t) {
    return false;
  }

  void begin(const char* name) {
    out_ += name;
    out_ += '(';
    separator_ = "";
  }
  void end(const LocatedNode& node) {
    if (options_.include_attributes) {
      field("lineno", node.location.line);
      field("col_offset", node.location.column);
      field("end_lineno", node.location.end_line);
      field("end_col_offset", node.location.end_column);
    }
    out_ += ')';
  }
  void end(const PlainNode&) {
    out_ += ')';
  }

  std::string& out_;
  const DumpOptions& options_;
  const char* separator_ = "";
};

void Dumper::value(const ConstantValue& constant) {
  switch (constant.kind) {
    case ConstantKind::None:
      out_ += "None";
      break;
    case ConstantKind::True:
      out_ += "True";
      break;
    case ConstantKind::False:
      out_ += "False";
      break;
    case ConstantKind::Ellipsis:
      out_ += "Ellipsis";
      break;
    case ConstantKind::Int:
      out_ += std::to_string(constant.integer);
      break;
    case ConstantKind::BigInt:
      append_big_int(out_, constant.text);
      break;
    case ConstantKind::Float:
      out_ += float_repr(constant.real);
      break;
    case ConstantKind::Complex:
      append_complex(out_, constant.real, constant.imaginary);
      break;
    case ConstantKind::Str:
      append_str_repr(out_, constant.text, options_);
      break;
    case ConstantKind::Bytes:
      append_bytes_repr(out_, constant.text);
      break;
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet: {
      const bool is_tuple = constant.kind == ConstantKind::Tuple;
      out_ += is_tuple ? "(" : "frozenset({";
      for (size_t i = 0; i < constant.items.size(); ++i) {
        if (i) out_ += ", ";
        value(constant.items[i]);
      }
      out_ += is_tuple ? (constant.items.size() == 1 ? ",)" : ")") : "})";
      break;
    }
  }
}

void Dumper::visit(const Node& node) {
  switch (node.node_kind) {
#define ONE(type, name) field(#name, found.name);
#define OPTIONAL(type, name) \
  if (!is_absent(found.name)) field(#name, found.name);
#define SEQUENCE(type, name) field(#name, found.name);
#define NODE(Type, name, Node, FIELDS)        \
  case NodeKind::Node: {                      \
    const auto& found = node.as<ast::Node>(); \
    begin(#Node);                             \
    FIELDS                                    \
    end(found);                               \
    break;                                    \
  }
#define PRODUCT(Type, name, where, FIELDS)    \
  case NodeKind::Type: {                      \
    const auto& found = node.as<ast::Type>(); \
    begin(#name);                             \
    FIELDS                                    \
    end(found);                               \
    break;                                    \
  }
#include "Parser/nodes.def"
#undef ONE
#undef OPTIONAL
#undef SEQUENCE
  }
}

}  // namespace

std::string dump(const Node& node, const DumpOptions& options) {
  std::string out;
  Dumper(out, options).visit(node);
  return out;
}

}  // namespace minipy::ast
