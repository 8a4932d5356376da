// How the diagnosis reports an error: which one of several, where, and with which line of the
// source.
#include "Parser/diagnosis.h"
#include "Parser/utf8.h"

namespace minipy {

using ast::Location;
using ast::Text;

// At the last token that has been read, wherever the parser stands.
const Match* Diagnosis::raise_here(Text message, ErrorKind kind) {
  if (entries_.empty()) {
    raise_located(kind, 0, 0, 0, -1, message);
    return nullptr;
  }
  const Location& last = entries_.back()->token.location;
  int offset = last.column + 1;
  if (last.column == -1) {
    const bool is_at_start = tokenizer_.cursor() == tokenizer_.buffer_start();
    offset = is_at_start ? 0 : static_cast<int>(tokenizer_.cursor() - tokenizer_.line_start());
  }
  raise_located(kind, last.line, offset, last.end_line,
                last.end_column == -1 ? -1 : last.end_column + 1, message);
  return nullptr;
}

const Match* Diagnosis::raise_at(const Location& location, Text message, ErrorKind kind) {
  raise_located(kind, location.line, location.column + 1, location.end_line,
                location.end_column + 1, message);
  return nullptr;
}

const Match* Diagnosis::raise_range(const Match* first, const Match* last, Text message) {
  const Location& start = first->location;
  const Location& end = last->location;
  return raise_at({start.line, start.column, end.end_line, end.end_column}, message);
}

// Offsets count bytes here, from 1. They become characters if the encoding of the source was
// declared.
void Diagnosis::raise_located(ErrorKind kind, int line, int offset, int end_line, int end_offset,
                              Text message) {
  const bool has_earlier_error = has_failed_ && report_.has_error;
  has_failed_ = true;
  if (has_earlier_error) return;
  SyntaxError error;
  error.kind = kind;
  error.message = message;
  error.line = line;
  error.end_line = end_line;
  error.text = line_text(line);
  error.may_read_file = run_.start == StartRule::File;
  if (run_.start == StartRule::Fragment) {
    error.message =
        format_text(arena_, "f-string: %.*s", static_cast<int>(message.size()), message.data());
    offset -= run_.tokenizer_options.column_shift;
    end_offset -= run_.tokenizer_options.column_shift;
  }
  if (run_.is_located_in_characters) {
    offset = characters(error.text, offset);
    if (end_offset > 0) end_offset = characters(error.text, end_offset);
  }
  error.offset = offset;
  error.end_offset = end_offset;
  report_.raise(error);
}

// One past the end counts, for errors at the end of the line.
int Diagnosis::characters(Text text, int bytes) const {
  if (bytes <= 0) return bytes;
  const size_t wanted = static_cast<size_t>(bytes);
  const int past_end = wanted > text.size() ? 1 : 0;
  return static_cast<int>(utf8::count(text.substr(0, wanted))) + past_end;
}

// The line at hand comes with all that its token has needed so far, and with its line end; earlier
// ones without.
Text Diagnosis::line_text(int line) {
  const char* start = tokenizer_.buffer_start();
  const char* end = tokenizer_.read_end();
  if (tokenizer_.line() > line || end <= start) {
    const int first_line = run_.tokenizer_options.shifted_line;
    int skipped = (first_line ? line - first_line + 1 : line) - 1;
    start = tokenizer_.text_start();
    for (; skipped > 0; --skipped) {
      const char* newline = std::strchr(start, '\n');
      if (!newline || newline + 1 > end) break;
      start = newline + 1;
    }
    end = start + std::strcspn(start, "\n");
  }
  return utf8::replace_invalid(arena_, {start, static_cast<size_t>(end - start)});
}

void Diagnosis::raise_out_of_memory() {
  has_failed_ = true;
  if (report_.has_error) return;
  SyntaxError error;
  error.kind = ErrorKind::MemoryError;
  error.has_location = false;
  report_.raise(error);
}

void Diagnosis::raise_tokenizer_error() {
  using State = Tokenizer::State;
  if (report_.has_error) return;
  const auto raise_on_line = [this](ErrorKind kind, int offset, Text message) {
    raise_located(kind, tokenizer_.line(), offset, tokenizer_.line(), 0, message);
  };
  switch (tokenizer_.state()) {
    case State::EndOfFile:
      if (tokenizer_.level()) {
        raise_unclosed_bracket();
      } else {
        raise_here("unexpected EOF while parsing");
      }
      break;
    case State::BadDedent:
      raise_here("unindent does not match any outer indentation level",
                 ErrorKind::IndentationError);
      break;
    case State::MixedTabs:
      raise_on_line(ErrorKind::TabError, 1, "inconsistent use of tabs and spaces in indentation");
      break;
    case State::TooManyIndents:
      raise_on_line(ErrorKind::IndentationError, 1, "too many levels of indentation");
      break;
    case State::BadContinuation:
      raise_on_line(ErrorKind::SyntaxError,
                    static_cast<int>(tokenizer_.cursor() - tokenizer_.buffer_start()),
                    "unexpected character after line continuation character");
      break;
    case State::Undecodable: {
      const Text problem = utf8::describe_invalid(arena_, tokenizer_.undecodable());
      raise_here(format_text(arena_, "(unicode error) %.*s", static_cast<int>(problem.size()),
                             problem.data()));
      break;
    }
    case State::Ok:
    case State::SyntaxError:
    case State::EndInTripleQuotes:
    case State::EndInQuotes:
      raise_on_line(ErrorKind::SyntaxError, 1, "unknown parsing error");
      break;
  }
}

void Diagnosis::raise_unclosed_bracket() {
  const Tokenizer::Bracket& bracket = tokenizer_.innermost_bracket();
  raise_located(ErrorKind::SyntaxError, bracket.line, bracket.column + 1, bracket.line, 0,
                format_text(arena_, "'%c' was never closed", bracket.character));
}

// CPython lets this one through as it is, instead of making a SyntaxError of it.
void Diagnosis::raise_undecodable() {
  const utf8::Problem problem = utf8::find_invalid(tokenizer_.undecodable());
  SyntaxError error;
  error.kind = ErrorKind::UnicodeDecodeError;
  error.has_location = false;
  error.text = tokenizer_.undecodable();
  error.line = static_cast<int>(problem.start);
  error.end_line = static_cast<int>(problem.end);
  error.message = problem.reason;
  report_.raise(error);
}

// After both passes. `last` is the last token that the first pass has looked at.
void Diagnosis::settle_error(const Token& last) {
  if (report_.has_error) {
    if (tokenizer_.is_in_order() && report_.error.kind != ErrorKind::MemoryError)
      look_for_tokenizer_errors();
    return;
  }
  raise_generic_error(last);
}

void Diagnosis::raise_generic_error(const Token& last) {
  if (last.type == TokenType::Error && tokenizer_.state() == Tokenizer::State::EndOfFile) {
    raise_tokenizer_error();
  } else if (last.type == TokenType::Indent) {
    raise_here("unexpected indent", ErrorKind::IndentationError);
  } else if (last.type == TokenType::Dedent) {
    raise_here("unexpected unindent", ErrorKind::IndentationError);
  } else {
    raise_at(last.location, "invalid syntax");
    look_for_tokenizer_errors();
  }
}

// An error of the tokenizer further down is likely the cause of what the parser stumbled over: it
// wins. So does a bracket from an earlier line that is never closed.
void Diagnosis::look_for_tokenizer_errors() {
  if (run_.options.is_prompt) return;
  const SyntaxError found = report_.error;
  report_.clear_error();
  has_failed_ = false;
  const int error_line = entries_.back()->token.location.line;
  Token token;
  do {
    tokenizer_.next(token);
  } while (token.type != TokenType::Error && token.type != TokenType::EndMarker);
  if (token.type == TokenType::Error && !report_.has_error && tokenizer_.level() != 0 &&
      error_line > tokenizer_.innermost_bracket().line) {
    raise_unclosed_bracket();
  }
  if (tokenizer_.state() == Tokenizer::State::Undecodable) raise_undecodable();
  if (!report_.has_error) report_.raise(found);
  has_failed_ = true;
}

}  // namespace minipy
