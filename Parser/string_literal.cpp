#include "Parser/string_literal.h"

#include "Objects/unicode/names.h"
#include "Parser/f_string.h"
#include "Parser/utf8.h"

namespace minipy {
namespace {

using namespace ast;

bool is_ascii(Text text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// The escapes of one character that str and bytes share; false if `c` is none of them.
bool simple_escape(char c, char& value) {
  switch (c) {
    case '\\':
    case '\'':
    case '"':
      value = c;
      return true;
    case 'a':
      value = '\a';
      return true;
    case 'b':
      value = '\b';
      return true;
    case 'f':
      value = '\f';
      return true;
    case 'n':
      value = '\n';
      return true;
    case 'r':
      value = '\r';
      return true;
    case 't':
      value = '\t';
      return true;
    case 'v':
      value = '\v';
      return true;
    default:
      return false;
  }
}

unsigned octal_escape(const char*& at, const char* end) {
  unsigned value = 0;
  for (int digits = 0; digits < 3 && at < end && is_octal(*at); ++digits)
    value = value * 8 + static_cast<unsigned>(*at++ - '0');
  return value;
}

constexpr unsigned kLargestOctal = 0377;

// `digits` are the three of an escape that does not fit in a byte.
void warn_invalid_octal(Run& run, const Token& token, const char* digits) {
  run.report.warn(WarningKind::DeprecationWarning,
                  format_text(run.arena, "invalid octal escape sequence '\\%.3s'", digits),
                  token.location);
}

Text no_text() {
  return {};
}

// Replaces the escapes of a str literal.
class StrDecoder {
 public:
  StrDecoder(Run& run, const Token& token, Text body, LiteralProblem& problem)
      : run_(run),
        token_(token),
        at_(body.data()),
        end_(body.data() + body.size()),
        problem_(problem) {
    // Only \N{...} and \U make a literal longer than its spelling, and never more than the
    // spelling's own length.
    start_ = out_ = static_cast<char*>(run.arena.allocate(body.size() + 4, 1));
  }

  Text decode() {
    while (at_ < end_) {
      if (*at_ == '\\') {
        if (!escape()) return no_text();
      } else if (static_cast<unsigned char>(*at_) < 0x80) {
        *out_++ = *at_++;
        ++position_;
      } else if (!copy_character()) {
        return no_text();
      }
    }
    return {start_, static_cast<size_t>(out_ - start_)};
  }

 private:
  // CPython spells each non-ASCII character as \UXXXXXXXX before it decodes, which shows in the
  // positions it reports.
  static constexpr size_t kSpelledSize = 10;
  static constexpr size_t kSpelledBackslash = 6;

  bool copy_character() {
    const char* run_end = at_;
    while (run_end < end_ && (*run_end & 0x80)) ++run_end;
    const Text characters(at_, static_cast<size_t>(run_end - at_));
    const Text invalid = utf8::describe_invalid(run_.arena, characters);
    if (invalid.data()) {
      problem_.message = format_text(run_.arena, "(unicode error) %.*s",
                                     static_cast<int>(invalid.size()), invalid.data());
      return false;
    }
    position_ += kSpelledSize * utf8::count(characters);
    std::memcpy(out_, at_, characters.size());
    out_ += characters.size();
    at_ = run_end;
    return true;
  }

  bool escape() {
    escape_position_ = position_;
    ++at_;
    if (at_ >= end_ || (*at_ & 0x80)) {
      *out_++ = '\\';
      position_ += kSpelledBackslash;
      return true;
    }
    ++position_;
    const char c = *at_;
    char simple;
    if (c == '\n') {
      consume();
    } else if (simple_escape(c, simple)) {
      consume();
      *out_++ = simple;
    } else if (is_octal(c)) {
      const char* const first = at_;
      const unsigned value = octal_escape(at_, end_);
      if (value > kLargestOctal && !has_warned_) warn_invalid_octal(run_, token_, first);
      has_warned_ = has_warned_ || value > kLargestOctal;
      out_ = utf8::encode(out_, value);
      position_ += static_cast<size_t>(at_ - first);
    } else if (c == 'x') {
      return hex_escape(2, "truncated \\xXX escape");
    } else if (c == 'u') {
      return hex_escape(4, "truncated \\uXXXX escape");
    } else if (c == 'U') {
      return hex_escape(8, "truncated \\UXXXXXXXX escape");
    } else if (c == 'N') {
      return name_escape();
    } else {
      if (!has_warned_) warn_invalid_escape(run_, token_, c);
      has_warned_ = true;
      *out_++ = '\\';
      *out_++ = c;
      consume();
    }
    return true;
  }

  void consume() {
    ++at_;
    ++position_;
  }

  bool hex_escape(int digits, const char* truncated) {
    consume();
    uint64_t character = 0;
    for (; digits > 0; --digits) {
      const int digit = at_ < end_ ? hex_digit(*at_) : -1;
      if (digit < 0) return fail(truncated);
      character = character * 16 + static_cast<unsigned>(digit);
      consume();
    }
    if (character > 0x10FFFF) return fail("illegal Unicode character");
    out_ = utf8::encode(out_, static_cast<char32_t>(character));
    return true;
  }

  bool name_escape() {
    constexpr const char* kMalformed = "malformed \\N character escape";
    consume();
    if (at_ >= end_ || *at_ != '{') return fail(kMalformed);
    consume();
    const char* const name = at_;
    while (at_ < end_ && *at_ != '}') {
      if (static_cast<unsigned char>(*at_) < 0x80) {
        consume();
      } else {
        at_ += utf8::decode(at_, end_).size;
        position_ += kSpelledSize;
      }
    }
    if (at_ >= end_ || at_ == name) return fail(kMalformed);
    const Text spelled(name, static_cast<size_t>(at_ - name));
    consume();
    const std::optional<char32_t> character = unicode::character_named(spelled);
    if (!character) return fail("unknown Unicode character name");
    out_ = utf8::encode(out_, *character);
    return true;
  }

  bool fail(const char* reason) {
    constexpr const char* kFormat = "(unicode error) 'unicodeescape' codec can't decode %s";
    const Text where =
        position_ - escape_position_ == 1
            ? format_text(run_.arena, "byte 0x5c in position %zu: %s", escape_position_, reason)
            : format_text(run_.arena, "bytes in position %zu-%zu: %s", escape_position_,
                          position_ - 1, reason);
    problem_.message = format_text(run_.arena, kFormat, where.data());
    return false;
  }

  Run& run_;
  const Token& token_;
  const char* at_;
  const char* const end_;
  char* start_;
  char* out_;
  LiteralProblem& problem_;
  size_t position_ = 0;
  size_t escape_position_ = 0;
  bool has_warned_ = false;
};

Text decode_bytes_body(Run& run, const StringToken& string, LiteralProblem& problem) {
  const char* at = string.body.data();
  const char* const end = at + string.body.size();
  char* const start = static_cast<char*>(run.arena.allocate(string.body.size() + 1, 1));
  char* out = start;
  bool has_warned = false;
  while (at < end) {
    if (*at != '\\' || at + 1 == end) {
      *out++ = *at++;
      continue;
    }
    const char* const backslash = at++;
    if (*at == '\n') {
      ++at;
    } else if (simple_escape(*at, *out)) {
      ++at, ++out;
    } else if (is_octal(*at)) {
      const char* const first = at;
      const unsigned value = octal_escape(at, end);
      if (value > kLargestOctal && !has_warned) warn_invalid_octal(run, *string.token, first);
      has_warned = has_warned || value > kLargestOctal;
      *out++ = static_cast<char>(value);
    } else if (*at == 'x') {
      if (at + 2 >= end || hex_digit(at[1]) < 0 || hex_digit(at[2]) < 0) {
        problem.message = format_text(run.arena, "(value error) invalid \\x escape at position %zu",
                                      static_cast<size_t>(backslash - string.body.data()));
        return no_text();
      }
      *out++ = static_cast<char>(hex_digit(at[1]) * 16 + hex_digit(at[2]));
      at += 3;
    } else {
      if (!has_warned) warn_invalid_escape(run, *string.token, *at);
      has_warned = true;
      *out++ = '\\';
      *out++ = *at++;
    }
  }
  return {start, static_cast<size_t>(out - start)};
}

// Decodes the tokens one after another into what they are together.
class Concatenation {
 public:
  Concatenation(Run& run, Tokens tokens, LiteralProblem& problem)
      : run_(run),
        tokens_(tokens),
        problem_(problem),
        bytes_(run.arena),
        string_(run, tokens.front(), tokens.back(), problem) {}

  ExprNode* concatenate() {
    bool is_bytes = false;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const StringToken string = open_string_token(tokens_[i]);
      if (string.is_formatted && run_.options.feature_version < 6) {
        return fail("Format strings are only supported in Python 3.6 and greater");
      }
      Text decoded = no_text();
      if (string.is_bytes) {
        if (!is_ascii(string.body)) return fail("bytes can only contain ASCII literal characters");
        const bool has_escapes = !string.is_raw && string.body.find('\\') != Text::npos;
        decoded = has_escapes ? decode_bytes_body(run_, string, problem_) : string.body;
        if (!decoded.data()) return nullptr;
      } else if (!string.is_formatted) {
        decoded = decode_str_body(run_, *string.token, string.body, string.is_raw, problem_);
        if (!decoded.data()) return nullptr;
      }
      if (i != 0 && is_bytes != string.is_bytes)
        return fail("cannot mix bytes and nonbytes literals");
      is_bytes = string.is_bytes;
      if (string.is_formatted) {
        if (!string_.add_formatted(string)) return nullptr;
      } else if (is_bytes) {
        bytes_.append(decoded);
      } else {
        string_.add_literal(decoded);
      }
    }
    if (!is_bytes) return string_.finish();
    const Location& first = tokens_.front().location;
    const Location& last = tokens_.back().location;
    return run_.arena.make<Constant>(
        Location{first.line, first.column, last.end_line, last.end_column},
        ConstantValue::of_bytes(bytes_.take()));
  }

 private:
  ExprNode* fail(Text message) {
    problem_.message = message;
    return nullptr;
  }

  Run& run_;
  Tokens tokens_;
  LiteralProblem& problem_;
  TextBuilder bytes_;
  FormattedString string_;
};

}  // namespace

ast::Text TextBuilder::take() {
  ast::Text whole = "";
  if (pieces_.size() == 1) {
    whole = pieces_[0];
  } else if (size_ > 0) {
    char* const start = static_cast<char*>(arena_.allocate(size_, 1));
    char* out = start;
    for (const ast::Text piece : pieces_) {
      std::memcpy(out, piece.data(), piece.size());
      out += piece.size();
    }
    whole = {start, size_};
  }
  pieces_.clear();
  size_ = 0;
  return whole;
}

StringToken open_string_token(const Token& token) {
  StringToken string{&token, token.text()};
  for (;; string.body.remove_prefix(1)) {
    const char c = static_cast<char>(string.body[0] | 0x20);
    if (c == 'b') {
      string.is_bytes = true;
    } else if (c == 'r') {
      string.is_raw = true;
    } else if (c == 'f') {
      string.is_formatted = true;
    } else if (c != 'u') {
      break;
    }
  }
  const char quote = string.body[0];
  const bool is_triple =
      string.body.size() >= 6 && string.body[1] == quote && string.body[2] == quote;
  const size_t quotes = is_triple ? 3 : 1;
  string.body = string.body.substr(quotes, string.body.size() - 2 * quotes);
  return string;
}

ast::Text decode_str_body(Run& run, const Token& token, ast::Text body, bool is_raw,
                          LiteralProblem& problem) {
  if (!is_raw && body.find('\\') != Text::npos)
    return StrDecoder(run, token, body, problem).decode();
  if (!is_ascii(body)) {
    const Text invalid = utf8::describe_invalid(run.arena, body);
    if (invalid.data()) {
      problem.message = format_text(run.arena, "(unicode error) %.*s",
                                    static_cast<int>(invalid.size()), invalid.data());
      return no_text();
    }
  }
  return body;
}

void warn_invalid_escape(Run& run, const Token& token, char escaped) {
  run.report.warn(WarningKind::DeprecationWarning,
                  format_text(run.arena, "invalid escape sequence '\\%c'", escaped),
                  token.location);
}

ast::ExprNode* concatenate_strings(Run& run, Tokens tokens, LiteralProblem& problem) {
  return Concatenation(run, tokens, problem).concatenate();
}

}  // namespace minipy
