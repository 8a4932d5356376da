#include "Parser/f_string.h"

namespace minipy {
namespace {

using namespace ast;

Location join(const Token& first, const Token& last) {
  return {first.location.line, first.location.column, last.location.end_line,
          last.location.end_column};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

constexpr Text kExpectingBrace = "f-string: expecting '}'";

// How far the expression behind the '{' at `brace` stands from the start of its token.
struct Shift {
  int lines;
  int columns;
};

Shift find_shift(const Token& token, const char* brace) {
  Shift shift{0, 0};
  // If nothing but blanks stands between the brace and a line end, columns count from that line
  // end.
  bool is_newline_next = true;
  for (const char* at = brace + 1; *at != '}' && *at != '\n'; ++at) {
    if (*at != ' ' && *at != '\t' && *at != '\f') {
      is_newline_next = false;
      break;
    }
  }
  if (!is_newline_next) {
    const char* at = brace;
    while (at > token.start && *at != '\n') --at;
    shift.columns = static_cast<int>(brace - at) - (*at == '\n');
  }
  for (const char* at = token.start; at < brace; ++at) shift.lines += *at == '\n';
  return shift;
}

}  // namespace

bool FormattedString::add_formatted(const StringToken& string) {
  is_formatted_ = true;
  token_ = string.token;
  is_raw_ = string.is_raw;
  const char* at = string.body.data();
  end_ = at + string.body.size();
  return read(at, 0);
}

bool FormattedString::read(const char*& at, int depth) {
  for (;;) {
    const Found found = read_literal(at, depth);
    if (found == Found::Failure) return false;
    if (found == Found::DoubledBrace) continue;
    if (at >= end_ || *at == '}') break;
    if (!read_field(at, depth)) return false;
  }
  if (depth == 0 && at + 1 < end_) return fail("f-string: unexpected end of string");
  if (depth != 0 && (at >= end_ || *at != '}')) return fail(kExpectingBrace);
  return true;
}

// Up to a brace. A doubled brace ends the literal behind its first one and is skipped.
FormattedString::Found FormattedString::read_literal(const char*& at, int depth) {
  const char* const start = at;
  const char* s = at;
  Found found = Found::Literal;
  while (s < end_) {
    char c = *s++;
    if (!is_raw_ && c == '\\' && s < end_) {
      c = *s++;
      if (c == 'N') {
        if (s < end_ && *s++ == '{') {
          while (s < end_ && *s++ != '}') continue;
        }
        continue;
      }
      if (c == '{') warn_invalid_escape(run_, *token_, c);
    }
    if (c != '{' && c != '}') continue;
    if (depth == 0) {
      if (s < end_ && *s == c) {
        at = s + 1;
        found = Found::DoubledBrace;
        break;
      }
      if (c == '}') {
        fail("f-string: single '}' is not allowed");
        return Found::Failure;
      }
    }
    --s;
    break;
  }
  if (found == Found::Literal) at = s;
  if (s == start) return found;
  const Text body(start, static_cast<size_t>(s - start));
  const Text decoded = decode_str_body(run_, *token_, body, is_raw_, problem_);
  if (!decoded.data()) return Found::Failure;
  literal_.append(decoded);
  return found;
}

// `'{' expression ['='] ['!' conversion] [':' format_spec] '}'`
bool FormattedString::read_field(const char*& at, int depth) {
  if (depth >= 2) return fail("f-string: expressions nested too deeply");
  const char* const start = ++at;
  at = find_expression_end(start);
  if (!at) return false;
  if (at >= end_) return fail(kExpectingBrace);
  ExprNode* const value = parse_expression(start, at);
  if (!value) return false;
  Text spelling;
  if (*at == '=') {
    if (run_.options.feature_version < 8) {
      return fail(
          "f-string: self documenting expressions are only supported in Python 3.8 and greater");
    }
    ++at;
    while (at < end_ && (is_blank(*at) || *at == '\r' || *at == '\v')) ++at;
    if (at >= end_) return fail(kExpectingBrace);
    spelling = {start, static_cast<size_t>(at - start)};
  }
  int conversion = -1;
  if (!read_conversion(at, conversion)) return false;
  ExprNode* spec = nullptr;
  if (at < end_ && *at == ':') {
    ++at;
    if (at >= end_) return fail(kExpectingBrace);
    spec = read_format_spec(at, depth);
    if (!spec) return false;
  }
  if (at >= end_ || *at != '}') return fail(kExpectingBrace);
  ++at;
  if (spelling.data() && !spec && conversion == -1) conversion = 'r';
  literal_.append(spelling);
  flush_literal(first_, last_);
  values_.push_back(run_.arena.make<FormattedValue>(join(first_, last_), value, conversion, spec));
  return true;
}

bool FormattedString::read_conversion(const char*& at, int& conversion) {
  if (*at != '!') return true;
  if (at + 1 >= end_) return fail(kExpectingBrace);
  conversion = static_cast<unsigned char>(at[1]);
  at += 2;
  if (conversion != 's' && conversion != 'r' && conversion != 'a') {
    return fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
  }
  if (at >= end_) return fail(kExpectingBrace);
  return true;
}

// The specification shares this token but collects its own values.
ExprNode* FormattedString::read_format_spec(const char*& at, int depth) {
  FormattedString spec(run_, first_, last_, problem_);
  spec.is_formatted_ = true;
  spec.token_ = token_;
  spec.end_ = end_;
  spec.is_raw_ = is_raw_;
  if (!spec.read(at, depth + 1)) return nullptr;
  return spec.finish(*token_, *token_);
}

// The '=', '!', ':' or '}' behind the expression, or the end of the body; null after an error.
const char* FormattedString::find_expression_end(const char* at) {
  char brackets[200];
  size_t level = 0;
  char quote = 0;
  bool is_triple = false;
  const auto fail_with = [this](Text message) -> const char* {
    fail(message);
    return nullptr;
  };
  const auto is_tripled = [&at, this] { return at + 2 < end_ && at[1] == *at && at[2] == *at; };
  for (; at < end_; ++at) {
    const char c = *at;
    if (c == '\\') return fail_with("f-string expression part cannot include a backslash");
    if (quote) {
      if (c != quote || (is_triple && !is_tripled())) continue;
      if (is_triple) at += 2;
      quote = 0;
      is_triple = false;
      continue;
    }
    if (c == '\'' || c == '"') {
      is_triple = is_tripled();
      if (is_triple) at += 2;
      quote = c;
    } else if (c == '[' || c == '{' || c == '(') {
      if (level >= sizeof brackets) return fail_with("f-string: too many nested parenthesis");
      brackets[level++] = c;
    } else if (c == '#') {
      return fail_with("f-string expression part cannot include '#'");
    } else if (level == 0 &&
               (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<')) {
      // "!=", "==", "<=" and ">=" belong to the expression, and so do "<" and ">".
      if (at + 1 < end_ && at[1] == '=' && c != ':' && c != '}') {
        ++at;
      } else if (c != '>' && c != '<') {
        break;
      }
    } else if (c == ']' || c == '}' || c == ')') {
      if (level == 0) return fail_with(format_text(run_.arena, "f-string: unmatched '%c'", c));
      const char opening = brackets[--level];
      if (c != (opening == '(' ? ')' : opening + 2)) {
        return fail_with(format_text(
            run_.arena,
            "f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c,
            opening));
      }
    }
  }
  if (quote) return fail_with("f-string: unterminated string");
  if (level)
    return fail_with(format_text(run_.arena, "f-string: unmatched '%c'", brackets[level - 1]));
  return at;
}

// In parentheses, which let it span lines.
ExprNode* FormattedString::parse_expression(const char* start, const char* end) {
  const char* first = start;
  while (first < end && is_blank(*first)) ++first;
  if (first == end) {
    if (*end == '!' || *end == ':' || *end == '=') {
      fail(format_text(run_.arena, "f-string: expression required before '%c'", *end));
    } else {
      fail("f-string: empty expression not allowed");
    }
    return nullptr;
  }
  const size_t size = static_cast<size_t>(end - start);
  char* const text = static_cast<char*>(run_.arena.allocate(size + 4, 1));
  text[0] = '(';
  std::memcpy(text + 1, start, size);
  std::memcpy(text + 1 + size, ")\n", 3);
  const Shift shift = find_shift(*token_, start - 1);
  Tokenizer::Options options = run_.tokenizer_options;
  options.line = token_->location.line + shift.lines - 1;
  options.shifted_line = token_->location.line + shift.lines;
  options.column_shift = shift.lines != 0 ? shift.columns : token_->location.column + shift.columns;
  Run fragment{run_.arena,       run_.report, run_.options, StartRule::Fragment,
               {text, size + 3}, options,     false,        run_.is_diagnosis};
  return static_cast<ExprNode*>(parse_run(fragment));
}

void FormattedString::flush_literal(const Token& first, const Token& last) {
  if (literal_.is_empty()) return;
  const Text kind = *first.start == 'u' ? Text("u") : Text();
  values_.push_back(
      run_.arena.make<Constant>(join(first, last), ConstantValue::of_str(literal_.take()), kind));
}

ExprNode* FormattedString::finish(const Token& first, const Token& last) {
  if (!is_formatted_) {
    const Text kind = *first.start == 'u' ? Text("u") : Text();
    return run_.arena.make<Constant>(join(first, last), ConstantValue::of_str(literal_.take()),
                                     kind);
  }
  flush_literal(first, last);
  return run_.arena.make<JoinedStr>(join(first, last),
                                    run_.arena.copy_sequence(values_.data(), values_.size()));
}

}  // namespace minipy
