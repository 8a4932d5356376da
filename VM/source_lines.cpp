// The parser's struct SyntaxError must be seen before the Python type of that name.
#include "Parser/parser.h"

#include "VM/source_lines.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

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

std::optional<std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file.is_open()) return std::nullopt;
  std::ostringstream contents;
  contents << file.rdbuf();
  if (file.bad() || contents.fail()) return std::nullopt;
  return contents.str();
}

// The file may have moved with its library: its last component is tried in each folder of sys.path.
std::optional<std::string> find_source(const std::string& name) {
  if (auto contents = read_file(name)) return contents;
  const size_t slash = name.rfind('/');
  const std::string tail = slash == std::string::npos ? name : name.substr(slash + 1);
  const Value path = system_attribute("path");
  if (!is_list(path)) return std::nullopt;
  for (const Value folder : *path.as<List>()) {
    if (!is_str(folder)) continue;
    std::string candidate = to_utf8(folder.as<Str>());
    if (!candidate.empty() && candidate.back() != '/') candidate += '/';
    if (auto contents = read_file(candidate + tail)) return contents;
  }
  return std::nullopt;
}

// PEP 263, well enough for a line that is only shown: the name in a comment of the first two lines.
std::string declared_encoding(const std::string& contents) {
  size_t start = 0;
  for (int line = 0; line < 2 && start < contents.size(); ++line) {
    const size_t end = std::min(contents.find('\n', start), contents.size());
    const std::string text = contents.substr(start, end - start);
    const size_t hash_sign = text.find_first_not_of(" \t\f");
    if (hash_sign == std::string::npos || text[hash_sign] != '#') {
      if (hash_sign != std::string::npos) return "";
    } else if (size_t at = text.find("coding"); at != std::string::npos && at + 6 < text.size()) {
      if (text[at + 6] == ':' || text[at + 6] == '=') {
        at = text.find_first_not_of(" \t", at + 7);
        size_t stop = at;
        while (stop < text.size() && (isalnum(static_cast<unsigned char>(text[stop])) || strchr("-_.", text[stop]))) {
          ++stop;
        }
        if (at != std::string::npos) return text.substr(at, stop - at);
      }
    }
    start = end + 1;
  }
  return "";
}

std::string decode(Thread& thread, const std::string& line, std::string encoding) {
  if (encoding.empty()) encoding = "utf-8";
  const Value saved = take_exception(thread);
  const Value text = call_method(thread, make_bytes(line), "decode", {make_str(encoding), make_str("replace")});
  thread.exception = saved;
  return is_str(text) ? to_utf8(text.as<Str>()) : line;
}

// Universal newlines: \n, \r and \r\n all end a line.
std::optional<std::string> nth_line(const std::string& contents, int number) {
  size_t start = 0;
  for (int line = 1; start < contents.size(); ++line) {
    const size_t end = std::min(contents.find_first_of("\r\n", start), contents.size());
    if (line == number) return contents.substr(start, end - start);
    start = end + 1;
    if (end < contents.size() && contents[end] == '\r' && start < contents.size() && contents[start] == '\n') ++start;
  }
  return std::nullopt;
}

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
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
  if (contents->starts_with("\xEF\xBB\xBF")) contents->erase(0, 3);
  std::optional<std::string> line = nth_line(*contents, number);
  if (line && !is_plain(*line)) line = decode(thread, *line, declared_encoding(*contents));
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
