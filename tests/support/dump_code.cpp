// Compiles files and prints the code objects in the format of codedump.py -full, or measures the
// speed.
//
//   dump_code -root DIR -list NAMES -out DUMP [-O N]   compare DUMP with what codedump.py -full
//   makes of the reference dump_code -root DIR -list NAMES -time              compiles all of them
//   ten times
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmp.h>
#include <iconv.h>

#include "Compiler/compile.h"
#include "Objects/text/float_text.h"

namespace {

using namespace minipy;

// The digest of codedump.py: a polynomial modulo 2**128 - 159 over chunks of 1 KB.
class Digest {
 public:
  explicit Digest(const std::string& text) {
    mpz_t prime, factor, chunk;
    mpz_init_set_str(prime, "ffffffffffffffffffffffffffffff61", 16);
    mpz_init_set_str(factor, "9e3779b97f4a7c15f39cc0605cedc835", 16);
    mpz_init(chunk);
    mpz_init_set_ui(hash_, text.size());
    for (size_t i = 0; i < text.size(); i += 1024) {
      mpz_import(chunk, std::min<size_t>(1024, text.size() - i), -1, 1, 0, 0, text.data() + i);
      mpz_add(hash_, hash_, chunk);
      mpz_mul(hash_, hash_, factor);
      mpz_mod(hash_, hash_, prime);
    }
    mpz_clears(prime, factor, chunk, nullptr);
  }
  ~Digest() { mpz_clear(hash_); }
  std::string full() { return padded(32); }
  std::string brief() {
    mpz_tdiv_q_2exp(hash_, hash_, 84);
    return padded(11);
  }

 private:
  std::string padded(size_t width) {
    char* digits = mpz_get_str(nullptr, 16, hash_);
    std::string text(digits);
    free(digits);
    return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
  }
  mpz_t hash_;
};

std::string hex(ast::Text bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[c & 15];
  }
  return text;
}

std::string ascii(ast::Text text) {
  const char quote =
      text.find('\'') != ast::Text::npos && text.find('"') == ast::Text::npos ? '"' : '\'';
  std::string result(1, quote);
  char buffer[16];
  for (size_t i = 0; i < text.size();) {
    const unsigned char first = static_cast<unsigned char>(text[i]);
    const int length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned c = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (int k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 63);
    i += length;
    if (c == static_cast<unsigned>(quote) || c == '\\') {
      snprintf(buffer, sizeof buffer, "\\%c", c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      snprintf(buffer, sizeof buffer, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (c >= 0x20 && c < 0x7F) {
      snprintf(buffer, sizeof buffer, "%c", c);
    } else {
      snprintf(buffer, sizeof buffer,
               c < 0x100     ? "\\x%02x"
               : c < 0x10000 ? "\\u%04x"
                             : "\\U%08x",
               c);
    }
    result += buffer;
  }
  return result + quote;
}

std::string dump_value(const ast::ConstantValue& value) {
  using Kind = ast::ConstantKind;
  char buffer[32];
  switch (value.kind) {
    case Kind::None:
      return "None";
    case Kind::True:
      return "True";
    case Kind::False:
      return "False";
    case Kind::Ellipsis:
      return "Ellipsis";
    case Kind::Int:
      snprintf(buffer, sizeof buffer, value.integer < 0 ? "i-%lx" : "i%lx",
               value.integer < 0 ? 0ul - static_cast<unsigned long>(value.integer)
                                 : static_cast<unsigned long>(value.integer));
      return buffer;
    case Kind::BigInt:
      return "i" + std::string(value.text);
    case Kind::Float:
      return "f" + float_hex(value.real);
    case Kind::Complex:
      return "c" + float_hex(value.real) + "," + float_hex(value.imaginary);
    case Kind::Str:
      return "s" + ascii(value.text);
    case Kind::Bytes:
      return "b" + hex(value.text);
    default:
      return "?";
  }
}

std::string dump_constant(const PooledConstant& constant, std::vector<const CodeUnit*>& nested) {
  if (constant.code) {
    nested.push_back(constant.code);
    return "<code " + ascii(constant.code->name) + ">";
  }
  const bool is_tuple = constant.value.kind == ast::ConstantKind::Tuple;
  if (!is_tuple && constant.value.kind != ast::ConstantKind::FrozenSet)
    return dump_value(constant.value);
  std::vector<std::string> items;
  for (const PooledConstant* item : constant.items) items.push_back(dump_constant(*item, nested));
  if (!is_tuple) std::sort(items.begin(), items.end());
  std::string text = is_tuple ? "(" : "{";
  for (size_t i = 0; i < items.size(); ++i) text += (i ? " " : "") + items[i];
  return text + (is_tuple ? ")" : "}");
}

template <typename Names>
std::string join_names(const Names& names) {
  std::string text;
  for (const ast::Text name : names) text += (text.empty() ? "" : " ") + ascii(name);
  return text;
}

std::vector<ast::Text> slots_of(const CodeUnit& code, unsigned char kind) {
  std::vector<ast::Text> names;
  for (size_t i = 0; i < code.slot_names.size(); ++i) {
    if (static_cast<unsigned char>(code.slot_kinds[i]) & kind) names.push_back(code.slot_names[i]);
  }
  return names;
}

const char* const kFields[] = {
    "code",  "consts",    "names",   "varnames", "freevars", "cellvars", "linetable",   "exctable",
    "flags", "stacksize", "nlocals", "args",     "name",     "qualname", "firstlineno", "filename"};

std::vector<std::string> fields_of(const CodeUnit& code, std::vector<const CodeUnit*>& nested) {
  std::string constants;
  for (const PooledConstant* constant : code.constants) {
    constants += (constants.empty() ? "" : " ") + dump_constant(*constant, nested);
  }
  char flags[16];
  snprintf(flags, sizeof flags, "%x", code.flags);
  return {hex(code.code),
          constants,
          join_names(code.names),
          join_names(slots_of(code, 0x20)),
          join_names(slots_of(code, 0x80)),
          join_names(slots_of(code, 0x40)),
          hex(code.line_table),
          hex(code.exception_table),
          flags,
          std::to_string(code.stack_size),
          std::to_string(code.local_count),
          std::to_string(code.argument_count) + " " + std::to_string(code.positional_only_count) +
              " " + std::to_string(code.keyword_only_count),
          ascii(code.name),
          ascii(code.qualified_name),
          std::to_string(code.first_line),
          ascii(code.filename)};
}

std::string number_or_none(bool is_there, int number) {
  return is_there ? std::to_string(number) : "None";
}

std::string dump_result(const std::string& path, const CompileResult& result) {
  if (!result.code) {
    const char* kinds[] = {"SyntaxError", "IndentationError", "TabError",   "SyntaxError",
                           "MemoryError", "RecursionError",   "ValueError", "Hook"};
    const SyntaxError& error = result.error;
    return "E " + path + " " + kinds[static_cast<int>(error.kind)] + "|" + ascii(error.message) +
           "|" + number_or_none(error.has_location, error.line) + "|" +
           number_or_none(error.has_location, error.offset) + "\n";
  }
  std::string heads, text;
  std::vector<const CodeUnit*> stack{result.code};
  size_t count = 0;
  while (!stack.empty()) {
    const CodeUnit* code = stack.back();
    stack.pop_back();
    std::vector<const CodeUnit*> nested;
    const std::vector<std::string> fields = fields_of(*code, nested);
    stack.insert(stack.end(), nested.rbegin(), nested.rend());
    std::string name = ascii(code->qualified_name);
    name = name.substr(1, name.size() - 2);
    for (char& c : name) c = c == ' ' ? '_' : c;
    std::string head = "C " + name + ":" + std::to_string(code->first_line);
    for (const std::string& field : fields) head += " " + Digest(field).brief();
    heads += (heads.empty() ? "" : "\n") + head;
    text += head + "\n";
    for (size_t i = 0; i < fields.size(); ++i)
      text += std::string("  ") + kFields[i] + " " + fields[i] + "\n";
    ++count;
  }
  return "F " + path + " " + std::to_string(count) + " " + Digest(heads).full() + "\n" + text;
}

WarningOutcome print_warning(void*, WarningKind kind, ast::Text message, int line) {
  printf("W %s %d %s\n", kind == WarningKind::SyntaxWarning ? "SyntaxWarning" : "DeprecationWarning", line,
         ascii(message).c_str());
  return WarningOutcome::Issued;
}

void print_error(const SourceError& error) {
  printf("E %s %s %s %s %s\n", ascii(error.message).c_str(), number_or_none(error.has_location, error.line).c_str(),
         number_or_none(error.has_location, error.offset).c_str(),
         number_or_none(error.has_location, error.end_line).c_str(),
         number_or_none(error.has_location && error.has_end, error.end_offset).c_str());
}

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Encodings that the parser does not know itself come from the system here.
bool decode(ast::Arena& arena, ast::Text encoding, ast::Text source, ast::Text& decoded,
            ast::Text& message) {
  const iconv_t converter = iconv_open("UTF-8", std::string(encoding).c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) {
    message = arena.copy_text("unknown encoding: " + std::string(encoding));
    return false;
  }
  std::string output(source.size() * 4, '\0');
  char* from = const_cast<char*>(source.data());
  char* to = output.data();
  size_t from_left = source.size();
  size_t to_left = output.size();
  const bool is_done =
      iconv(converter, &from, &from_left, &to, &to_left) != static_cast<size_t>(-1);
  iconv_close(converter);
  decoded = arena.copy_text(ast::Text(output.data(), output.size() - to_left));
  return is_done;
}

}  // namespace

int main(int argc, char** argv) {
  std::string root = ".", list, out = "/dev/stdout";
  parser_hooks.decode = decode;
  CompileOptions options;
  bool is_timed = false;
  bool shows_notes = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "-root") root = argv[++i];
    if (argument == "-list") list = argv[++i];
    if (argument == "-out") out = argv[++i];
    if (argument == "-O") options.optimize = atoi(argv[++i]);
    if (argument == "-time") is_timed = true;
    if (argument == "-notes") shows_notes = true;
  }
  std::vector<std::string> paths;
  std::ifstream names(list);
  for (std::string line; std::getline(names, line);)
    paths.push_back(line.starts_with("./") ? line.substr(2) : line);
  if (shows_notes) {
    options.warning_callback = print_warning;
    for (const std::string& path : paths) {
      printf("F %s\n", path.c_str());
      const std::string source = read_file(root + "/" + path);
      ast::Arena arena;
      const CompileResult result = compile_source(arena, source, options);
      if (!result.code) print_error(result.error);
    }
    return 0;
  }
  if (!is_timed) {
    std::ofstream sink(out);
    for (const std::string& path : paths) {
      const std::string source = read_file(root + "/" + path);
      ast::Arena arena;
      options.filename = path;
      sink << dump_result(path, compile_source(arena, source, options));
    }
    return 0;
  }
  std::vector<std::string> sources;
  size_t bytes = 0;
  for (const std::string& path : paths) {
    sources.push_back(read_file(root + "/" + path));
    bytes += sources.back().size();
  }
  double best = 1e9;
  for (int pass = 0; pass < 10; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < paths.size(); ++i) {
      ast::Arena arena;
      options.filename = paths[i];
      compile_source(arena, sources[i], options);
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::min(best, seconds);
  }
  printf("compile_s %.3f, %.1f MB/s\n", best, static_cast<double>(bytes) / 1e6 / best);
  return 0;
}
