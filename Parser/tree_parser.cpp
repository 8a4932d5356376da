#include "Parser/tree_parser.h"

#include <cstdlib>

namespace minipy {

TreeParser::TreeParser(Run& run)
    : run_(run), arena_(run.arena), tokenizer_(run.text, run.report, run.tokenizer_options) {
  fill();
}

TreeParser::~TreeParser() {
  std::free(tokens_);
}

// Reads one more token behind those that are there.
void TreeParser::fill() {
  const size_t used = static_cast<size_t>(filled_ - tokens_);
  if (used == capacity_) {
    const size_t at = static_cast<size_t>(current_ - tokens_);
    capacity_ = capacity_ ? capacity_ * 2 : 32;
    void* larger = std::realloc(static_cast<void*>(tokens_), capacity_ * sizeof(Token));
    if (!larger) run_.arena.run_out_of_memory();
    tokens_ = static_cast<Token*>(larger);
    current_ = tokens_ + at;
    filled_ = tokens_ + used;
  }
  Token& token = *filled_++;
  tokenizer_.next(token);
  while (token.type == TokenType::TypeIgnore) {
    type_ignores_.push_back(
        arena_.make<ast::TypeIgnore>(tokenizer_.line(), arena_.copy_text(token.text())));
    tokenizer_.next(token);
  }
  // "single" mode ends a statement that the text leaves open.
  if (run_.start == StartRule::Interactive && token.type == TokenType::EndMarker && has_started_) {
    token.type = TokenType::Newline;
    has_started_ = false;
    if (tokenizer_.indent() && !run_.options.dont_imply_dedent) tokenizer_.close_blocks();
  } else {
    has_started_ = true;
  }
}

// Nothing looks back behind the start of a statement.
void TreeParser::forget_tokens() {
  if (current_ + 1 != filled_ || current_ == tokens_) return;
  *tokens_ = *current_;
  current_ = tokens_;
  filled_ = tokens_ + 1;
}

void TreeParser::rewind(const Mark& mark) {
  current_ = tokens_ + mark.token;
  scratch_.resize(mark.scratch);
  end_ = mark.end;
}

ast::Node* TreeParser::parse() {
  switch (run_.start) {
    case StartRule::File:
      return file();
    case StartRule::Interactive:
      return interactive();
    case StartRule::Expression:
      return evaluated();
    case StartRule::FunctionType:
      return function_type();
    case StartRule::Fragment:
      return star_expressions();
  }
  return nullptr;
}

// "single" mode takes one statement, which a NEWLINE has ended; only blanks and comments may
// follow.
bool TreeParser::has_more_statements() const {
  const Token& newline = current_[-1];
  if (!newline.start) return false;
  for (const char* at = newline.start + newline.size; *at; ++at) {
    if (*at == '#') {
      while (*at && *at != '\n') ++at;
      if (!*at) return false;
    } else if (*at != ' ' && *at != '\t' && *at != '\n' && *at != '\f') {
      return true;
    }
  }
  return false;
}

}  // namespace minipy
