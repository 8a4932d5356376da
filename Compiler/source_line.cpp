// The parser's struct SyntaxError must be seen before the Python type of that name.
#include "Parser/source.h"

#include "Compiler/source_line.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "Objects/codecs.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Universal newlines: \n, \r and \r\n all end a line.
std::optional<std::string> nth_line(std::string_view contents, int number) {
  size_t start = 0;
  for (int line = 1; start < contents.size(); ++line) {
    const size_t end = std::min(contents.find_first_of("\r\n", start), contents.size());
    if (line == number) {
      std::string text(contents.substr(start, end - start));
      if (end < contents.size()) text += '\n';
      return text;
    }
    start = end + 1;
    if (end < contents.size() && contents[end] == '\r' && start < contents.size() && contents[start] == '\n') ++start;
  }
  return std::nullopt;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

}  // namespace

std::optional<std::string> read_source(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return std::nullopt;
  std::ostringstream contents;
  contents << file.rdbuf();
  if (file.bad() || contents.fail()) return std::nullopt;
  return contents.str();
}

std::optional<std::string> source_line_of(Thread& thread, const std::string& contents, int number) {
  std::string_view source = contents;
  if (source.starts_with(kByteOrderMark)) source.remove_prefix(kByteOrderMark.size());
  std::optional<std::string> line = nth_line(source, number);
  if (!line || is_plain(*line)) return line;
  ast::Arena arena;
  const Value exception = take_exception(thread);
  Value text = decode_text(thread, *line, find_encoding(arena, source), "replace");
  if (text.is_empty()) {  // a codec that nobody knows
    take_exception(thread);
    text = decode_text(thread, *line, "utf-8", "replace");
  }
  thread.exception = exception;
  if (is_str(text)) line = to_utf8(text.as<Str>());
  return line;
}

}  // namespace minipy
