// The parser's struct SyntaxError must be seen before the Python type of that name.
#include "Parser/parser.h"

#include "VM/source_lines.h"

#include <algorithm>
#include <cstring>

#include "Compiler/source_line.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/dict.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

// What was typed at the prompt, by the address of the file name that its code objects share; the name is kept with
// the text, so that the address stays its own.
Value typed_sources;

Value typed_key(const Str& filename) { return Value::from_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(&filename) >> 4)); }

std::optional<std::string> typed_source(Thread& thread, const Str& filename) {
  if (typed_sources.is_empty()) return std::nullopt;
  const Value found = dict_get(thread, *typed_sources.as<Dict>(), typed_key(filename));
  if (found.is_empty() || found.is_unbound()) return std::nullopt;
  return std::string(found.as<Tuple>()->items[1].as<Bytes>()->view());
}

// The file may have moved with its library: its last component is tried in each folder of sys.path.
std::optional<std::string> find_source(const std::string& name) {
  if (auto contents = read_source(name)) return contents;
  const size_t slash = name.rfind('/');
  const std::string tail = slash == std::string::npos ? name : name.substr(slash + 1);
  const Value path = system_attribute("path");
  if (!is_list(path)) return std::nullopt;
  for (const Value folder : *path.as<List>()) {
    if (!is_str(folder)) continue;
    std::string candidate = to_utf8(folder.as<Str>());
    if (!candidate.empty() && candidate.back() != '/') candidate += '/';
    if (auto contents = read_source(candidate + tail)) return contents;
  }
  return std::nullopt;
}

// Where the operator of the expression is, as byte offsets in `segment`.
struct Anchors {
  bool found = false;
  size_t left = 0, right = 0;
};

Anchors find_anchors(const std::string& segment) {
  ast::Arena arena;
  const ParseResult parsed = parse(arena, segment);
  if (!parsed.tree || !parsed.tree->is<ast::Module>()) return {};
  const auto& body = parsed.tree->as<ast::Module>().body;
  if (body.size() != 1 || !body[0]->is<ast::Expr>()) return {};
  const ast::ExprNode* expression = body[0]->as<ast::Expr>().value;
  if (const auto* operation = expression->if_is<ast::BinOp>()) {
    const size_t end = static_cast<size_t>(operation->right->location.column);
    for (size_t i = static_cast<size_t>(operation->left->location.end_column); i < end && i < segment.size(); ++i) {
      if (strchr(" \t\f", segment[i])) continue;
      const bool two = i + 1 < end && !strchr(" \t\f", segment[i + 1]);
      return {true, i, i + 1 + two};
    }
    return {};
  }
  if (const auto* subscript = expression->if_is<ast::Subscript>()) {
    return {true, static_cast<size_t>(subscript->value->location.end_column),
            static_cast<size_t>(subscript->slice->location.end_column) + 1};
  }
  return {};
}

// Characters of the first `bytes` bytes of UTF-8.
size_t characters_in(const std::string& text, size_t bytes) {
  return static_cast<size_t>(std::count_if(text.begin(), text.begin() + static_cast<long>(std::min(bytes, text.size())),
                                           [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<std::string> source_line(Thread& thread, const Str& filename, int number) {
  if (number <= 0) return std::nullopt;
  std::optional<std::string> contents = typed_source(thread, filename);
  if (!contents) contents = find_source(to_utf8(&filename));
  if (!contents) return std::nullopt;
  std::optional<std::string> line = source_line_of(thread, *contents, number);
  if (line && line->ends_with('\n')) line->pop_back();
  return line;
}

void remember_typed_source(Thread& thread, const Code& code, std::string_view text) {
  if (typed_sources.is_empty()) typed_sources = make_dict();
  Str* filename = code.filename();
  const Value entry = make_tuple({filename, make_bytes(text)});
  if (dict_set(thread, *typed_sources.as<Dict>(), typed_key(*filename), entry).failed()) thread.exception = Value();
}

// PEP 657. An expression over several lines is marked to the end of its first one; a range that is
// the whole line is not marked at all.
std::string marks_under(const std::string& line, size_t stripped, const MarkedRange& range) {
  const size_t start_byte = std::min(static_cast<size_t>(range.start_column), line.size());
  size_t end_byte = std::min(static_cast<size_t>(range.end_column), line.size());
  Anchors anchors;
  if (range.start_line == range.end_line) {
    if (end_byte > start_byte) anchors = find_anchors(line.substr(start_byte, end_byte - start_byte));
  } else {
    end_byte = line.find_last_not_of(" \t\f") + 1;
  }
  const size_t start = characters_in(line, start_byte);
  const size_t end = characters_in(line, end_byte);
  const size_t first = characters_in(line, stripped);
  const size_t last = characters_in(line, line.find_last_not_of(" \t\f") + 1);
  if (!anchors.found && end - start == last - first) return "";
  const size_t left = anchors.found ? characters_in(line, start_byte + anchors.left) : 0;
  const size_t right = anchors.found ? characters_in(line, start_byte + anchors.right) : 0;
  std::string marks;
  for (size_t column = first; column < end; ++column) {
    if (column < start) {
      marks += ' ';
    } else if (anchors.found) {
      marks += column >= left && column < right ? '^' : '~';
    } else {
      marks += '^';
    }
  }
  return marks;
}

}  // namespace minipy
