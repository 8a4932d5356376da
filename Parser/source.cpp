#include "Parser/source.h"

#include <algorithm>

#include "Parser/utf8.h"

namespace minipy {
namespace {

using ast::Text;

// Errors of this stage have no place in the source.
bool fail(Report& report, Text message) {
  SyntaxError error;
  error.message = message;
  error.line = 0;
  error.offset = -1;
  error.has_end = false;
  report.raise(error);
  return false;
}

// A script without a declaration must be UTF-8 throughout, comments included.
bool check_script(Text text, Text name, Report& report) {
  const utf8::Problem problem = utf8::find_invalid(text);
  if (!problem.reason) return true;
  const Text before = text.substr(0, problem.start);
  const int line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  return fail(
      report,
      format_text(report.arena,
                  "Non-UTF-8 code starting with '\\x%.2x' in file %.*s on line %d, but no encoding "
                  "declared; see https://peps.python.org/pep-0263/ for details",
                  static_cast<unsigned char>(text[problem.start]), static_cast<int>(name.size()),
                  name.data(), line));
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

bool is_encoding_character(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

// PEP 263 gives these two names several spellings.
Text normal_name(ast::Arena& arena, Text name) {
  char lower[13] = {};
  for (size_t i = 0; i < name.size() && i < 12; ++i) {
    const char c = name[i];
    lower[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  const Text spelled(lower);
  const auto is_or_begins = [spelled](Text known) {
    return spelled == known ||
           (spelled.size() > known.size() && spelled.substr(0, known.size()) == known &&
            spelled[known.size()] == '-');
  };
  if (is_or_begins("utf-8")) return "utf-8";
  if (is_or_begins("latin-1") || is_or_begins("iso-8859-1") || is_or_begins("iso-latin-1"))
    return "iso-8859-1";
  return arena.copy_text(name);
}

// The encoding that the comment on `line` declares, absent if none.
Text declared_encoding(ast::Arena& arena, Text line) {
  size_t start = 0;
  while (start < line.size() && is_blank(line[start])) ++start;
  if (start == line.size() || line[start] != '#') return {};
  for (size_t at = start; at + 6 < line.size(); ++at) {
    if (line.substr(at, 6) != "coding") continue;
    size_t name = at + 6;
    if (line[name] != ':' && line[name] != '=') continue;
    do {
      ++name;
    } while (name < line.size() && (line[name] == ' ' || line[name] == '\t'));
    size_t end = name;
    while (end < line.size() && is_encoding_character(line[end])) ++end;
    if (end > name) return normal_name(arena, line.substr(name, end - name));
  }
  return {};
}

bool is_only_comment(Text line) {
  for (const char c : line) {
    if (c == '#' || c == '\n' || c == '\r') return true;
    if (!is_blank(c)) return false;
  }
  return true;
}

Text decode_latin1(ast::Arena& arena, Text text) {
  char* const start = static_cast<char*>(arena.allocate(text.size() * 2 + 1, 1));
  char* out = start;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) *out++ = static_cast<char>(0xC0 | (byte >> 6));
    *out++ = byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3F));
  }
  *out = '\0';
  return {start, static_cast<size_t>(out - start)};
}

enum class BuiltIn : uint8_t { No, Utf8, Latin1, Ascii };

// The encodings that need no codec, by the names that Python gives them. Case and punctuation do
// not count.
BuiltIn built_in(Text name) {
  char plain[16] = {};
  size_t size = 0;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') continue;
    if (size + 1 == sizeof plain) return BuiltIn::No;
    plain[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  const Text spelled(plain, size);
  if (spelled == "utf8" || spelled == "u8" || spelled == "utf" || spelled == "cp65001")
    return BuiltIn::Utf8;
  for (const Text known : {"latin1", "iso88591", "88591", "latin", "l1", "cp819", "iso8859"}) {
    if (spelled == known) return BuiltIn::Latin1;
  }
  return spelled == "ascii" || spelled == "usascii" || spelled == "646" ? BuiltIn::Ascii
                                                                        : BuiltIn::No;
}

bool check_ascii(Text bytes, Report& report) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) continue;
    return fail(
        report,
        format_text(
            report.arena,
            "'ascii' codec can't decode byte 0x%02x in position %zu: ordinal not in range(128)",
            byte, i));
  }
  return true;
}

bool decode(Text bytes, Text encoding, Report& report, Text& text) {
  switch (built_in(encoding)) {
    case BuiltIn::Latin1:
      text = decode_latin1(report.arena, bytes);
      return true;
    case BuiltIn::Ascii:
      return check_ascii(bytes, report);
    case BuiltIn::Utf8: {
      const Text invalid = utf8::describe_invalid(report.arena, bytes);
      return !invalid.data() || fail(report, invalid);
    }
    case BuiltIn::No:
      break;
  }
  Text message;
  if (parser_hooks.decode) {
    if (parser_hooks.decode(report.arena, encoding, bytes, text, message)) {
      text = report.arena.copy_text(text);
      return true;
    }
    if (message.data()) return fail(report, message);
    fail(report, {});
    report.error.kind = ErrorKind::HookFailed;
    return false;
  }
  return fail(report, format_text(report.arena, "unknown encoding: %.*s",
                                  static_cast<int>(encoding.size()), encoding.data()));
}

bool fail_encoding(Report& report, Text encoding, const char* more) {
  return fail(report, format_text(report.arena, "encoding problem: %.*s%s",
                                  static_cast<int>(encoding.size()), encoding.data(), more));
}

// Finds the encoding and decodes. `script_name` is absent for anything but the script that is run.
bool decode_declared(Source& source, Text script_name, Report& report) {
  const bool has_mark = source.text.substr(0, 3) == "\xEF\xBB\xBF";
  if (has_mark) source.text.remove_prefix(3);
  source.encoding = find_encoding(report.arena, source.text);
  const bool is_declared = source.encoding.data() != nullptr;
  if (has_mark) {
    if (is_declared && source.encoding != "utf-8")
      return fail_encoding(report, source.encoding, " with BOM");
    source.encoding = "utf-8";
    return true;
  }
  if (is_declared && source.encoding != "utf-8") {
    if (decode(source.text, source.encoding, report, source.text)) return true;
    if (!script_name.data() || report.error.kind == ErrorKind::HookFailed) return false;
    return fail_encoding(report, source.encoding, "");
  }
  return is_declared || !script_name.data() || check_script(source.text, script_name, report);
}

}  // namespace

ast::Text normalise_lines(ast::Arena& arena, ast::Text text, bool end_with_newline) {
  char* const start = static_cast<char*>(arena.allocate(text.size() + 2, 1));
  char* out = start;
  if (text.find('\r') == Text::npos) {
    if (!text.empty()) std::memcpy(start, text.data(), text.size());
    out += text.size();
  } else {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
      *out++ = text[i] == '\r' ? '\n' : text[i];
    }
  }
  // CPython adds a line end behind "\r\n", too; it shows in the texts of some errors.
  const bool is_ended = out != start && out[-1] == '\n' && !text.ends_with("\r\n");
  if (end_with_newline && !is_ended) *out++ = '\n';
  *out = '\0';
  return {start, static_cast<size_t>(out - start)};
}

// The declaration stands on one of the first two lines; on the second only below a comment or blank
// line.
ast::Text find_encoding(ast::Arena& arena, ast::Text text) {
  for (int line = 0; line < 2; ++line) {
    const size_t newline = text.find('\n');
    if (newline == Text::npos) return {};
    const Text found = declared_encoding(arena, text.substr(0, newline));
    if (found.data()) return found;
    if (!is_only_comment(text.substr(0, newline))) return {};
    text.remove_prefix(newline + 1);
  }
  return {};
}

bool prepare_source(Text bytes, const ParseOptions& options, Report& report, Source& source) {
  source.text = normalise_lines(report.arena, bytes, options.mode == ParseMode::File);
  if (options.source_is_text) {
    source.encoding = "utf-8";
    source.is_located_in_characters = true;
    return true;
  }
  const bool is_script = options.script_name.data() != nullptr;
  if (!decode_declared(source, options.script_name, report)) {
    // What is wrong with a script is told shortly.
    if (is_script) report.error.has_location = false;
    return false;
  }
  source.is_located_in_characters = source.encoding.data() != nullptr || is_script;
  return true;
}

}  // namespace minipy
