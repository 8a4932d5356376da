// Prints what the parser makes of files: `ast.dump(tree, include_attributes=True)` with ascii() for
// repr(), or the error.
//
//   dump_tree FILE...            one line a file
//   dump_tree -hash FILE-OF-NAMES  "name <tab> length and hash of the dump, or error" a line, for
//   whole libraries dump_tree -time FILE-OF-NAMES  parses all of them ten times and prints the
//   speed dump_tree -cases FILE        cases separated by a line of '\x1e': options on the first
//   line, then the source
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "Parser/dump.h"
#include "Parser/parser.h"

namespace {

using namespace minipy;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> read_names(const std::string& name) {
  std::ifstream file(name);
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) names.push_back(line);
  return names;
}

const char* kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::SyntaxError:
    case ErrorKind::Incomplete:
      return "SyntaxError";
    case ErrorKind::IndentationError:
      return "IndentationError";
    case ErrorKind::TabError:
      return "TabError";
    case ErrorKind::MemoryError:
      return "MemoryError";
    case ErrorKind::RecursionError:
      return "RecursionError";
    case ErrorKind::ValueError:
      return "ValueError";
    case ErrorKind::HookFailed:
      return "HookFailed";
    case ErrorKind::UnicodeDecodeError:
      return "UnicodeDecodeError";
  }
  return "";
}

std::string escaped(ast::Text text) {
  if (!text.data()) return "None";
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string describe(const SyntaxError& error) {
  std::ostringstream out;
  out << "ERROR " << kind_name(error.kind) << '|' << escaped(error.message);
  if (error.has_location) {
    out << '|' << error.line << '|' << error.offset << '|';
    if (error.has_end) {
      out << error.end_line << '|' << error.end_offset;
    } else {
      out << "None|None";
    }
    out << '|' << escaped(error.text);
  }
  return out.str();
}

std::string result_text(const std::string& source, const ParseOptions& options,
                        bool with_warnings = false) {
  ast::Arena arena;
  const ParseResult result = parse(arena, source, options);
  if (with_warnings) {
    std::ostringstream out;
    for (const ParseWarning& warning : result.warnings) {
      out << (warning.kind == WarningKind::SyntaxWarning ? "SyntaxWarning" : "DeprecationWarning")
          << '|' << escaped(warning.message) << '|' << warning.location.line << ';';
    }
    return out.str();
  }
  if (!result.tree) return describe(result.error);
  ast::DumpOptions dump_options;
  dump_options.ascii_only = true;
  return ast::dump(*result.tree, dump_options);
}

uint64_t hash(const std::string& text) {
  uint64_t value = 14695981039346656037u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return value;
}

void print_hashes(const std::string& names) {
  for (const std::string& name : read_names(names)) {
    const std::string text = result_text(read_file(name), {});
    if (text.compare(0, 5, "ERROR") == 0) {
      std::cout << name << '\t' << text << '\n';
    } else {
      std::printf("%s\t%zu %016llx\n", name.c_str(), text.size(),
                  static_cast<unsigned long long>(hash(text)));
      std::fflush(stdout);
    }
    std::cout.flush();
  }
}

void print_speed(const std::string& names) {
  std::vector<std::string> sources;
  size_t bytes = 0;
  for (const std::string& name : read_names(names)) {
    sources.push_back(read_file(name));
    bytes += sources.back().size();
  }
  double best = 1e9;
  for (int round = 0; round < 10; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& source : sources) {
      ast::Arena arena;
      parse(arena, source);
    }
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("%zu files, %.1f MB in %.3f s: %.1f MB/s\n", sources.size(),
              static_cast<double>(bytes) / 1e6, best, static_cast<double>(bytes) / 1e6 / best);
}

// Options: mode letter (f, i, e, t), 't' text or 'b' bytes, feature version, then flags: c type
// comments, d do not imply dedents, i incomplete input, b barry_as_FLUFL, w print the warnings
// instead of the tree.
void print_cases(const std::string& name) {
  const std::string all = read_file(name);
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('\x1e', at), all.size());
    const size_t newline = all.find('\n', at);
    const std::string head = all.substr(at, newline - at);
    const std::string source = all.substr(newline + 1, end - newline - 1);
    ParseOptions options;
    options.mode = head[0] == 'f'   ? ParseMode::File
                   : head[0] == 'i' ? ParseMode::Interactive
                   : head[0] == 'e' ? ParseMode::Expression
                                    : ParseMode::FunctionType;
    options.source_is_text = head[1] == 't';
    char* flags = nullptr;
    options.feature_version = static_cast<int>(std::strtol(head.c_str() + 2, &flags, 10));
    options.type_comments = std::strchr(flags, 'c');
    options.dont_imply_dedent = std::strchr(flags, 'd');
    options.allow_incomplete_input = std::strchr(flags, 'i');
    options.barry_as_FLUFL = std::strchr(flags, 'b');
    std::cout << result_text(source, options, std::strchr(flags, 'w')) << '\n';
    at = end + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "-hash") == 0) {
    print_hashes(argv[2]);
  } else if (argc == 3 && std::strcmp(argv[1], "-time") == 0) {
    print_speed(argv[2]);
  } else if (argc == 3 && std::strcmp(argv[1], "-cases") == 0) {
    print_cases(argv[2]);
  } else {
    for (int i = 1; i < argc; ++i) std::cout << result_text(read_file(argv[i]), {}) << '\n';
  }
  return 0;
}
