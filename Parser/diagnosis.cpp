#include "Parser/diagnosis.h"

namespace minipy {

using ast::Location;
using ast::Text;

namespace {

const Match kAbsent;  // what an optional item gives that is not there

ExpressionKind kind_of_token(TokenType type) {
  switch (type) {
    case TokenType::Name:
      return ExpressionKind::Name;
    case TokenType::Number:
    case TokenType::String:
      return ExpressionKind::Literal;
    case TokenType::True:
      return ExpressionKind::True;
    case TokenType::False:
      return ExpressionKind::False;
    case TokenType::None:
      return ExpressionKind::None;
    case TokenType::Ellipsis:
      return ExpressionKind::Ellipsis;
    default:
      return ExpressionKind::Other;
  }
}

const char* start_rule_name(StartRule rule) {
  switch (rule) {
    case StartRule::File:
      return "file";
    case StartRule::Interactive:
      return "interactive";
    case StartRule::Expression:
      return "eval";
    case StartRule::FunctionType:
      return "func_type";
    case StartRule::Fragment:
      return "fragment";
  }
  return "file";
}

}  // namespace

void diagnose(Run& run) {
  Diagnosis(run).find_error();
}

Diagnosis::Diagnosis(Run& run)
    : run_(run),
      arena_(run.arena),
      report_(run.report),
      grammar_(diagnosis_grammar()),
      tokenizer_(run.text, run.report, run.tokenizer_options) {
  run_.is_diagnosis = true;
}

void Diagnosis::find_error() {
  const int start = grammar_.find(start_rule_name(run_.start));
  const Match* const match = follow(start);
  if (match) {
    // The first pass accepts it: only "single" mode objects, to what follows the statement.
    raise_here("multiple statements found while compiling a single statement");
    return;
  }
  const bool is_at_end = tokenizer_.state() == Tokenizer::State::EndOfFile ||
                         tokenizer_.state() == Tokenizer::State::EndInTripleQuotes ||
                         tokenizer_.state() == Tokenizer::State::EndInQuotes;
  if (run_.options.allow_incomplete_input && is_at_end) {
    report_.clear_error();
    has_failed_ = false;
    raise_here("incomplete input", ErrorKind::Incomplete);
    return;
  }
  const bool is_syntax_error =
      report_.has_error && (report_.error.kind == ErrorKind::SyntaxError ||
                            report_.error.kind == ErrorKind::IndentationError ||
                            report_.error.kind == ErrorKind::TabError);
  if (report_.has_error && !is_syntax_error) return;
  const Token last = entries_.back()->token;
  for (Entry* entry : entries_) entry->memos = nullptr;
  mark_ = 0;
  is_second_pass_ = true;
  follow(start);
  settle_error(last);
}

// Reads one more token. False: the tokenizer gave up, and its error is reported.
bool Diagnosis::fill() {
  auto* entry = arena_.allocate_array<Entry>(1);
  new (entry) Entry{};
  Token& token = entry->token;
  do {
    tokenizer_.next(token);
  } while (token.type == TokenType::TypeIgnore);
  if (run_.start == StartRule::Interactive && token.type == TokenType::EndMarker && has_started_) {
    token.type = TokenType::Newline;
    has_started_ = false;
    if (tokenizer_.indent() && !run_.options.dont_imply_dedent) tokenizer_.close_blocks();
  } else {
    has_started_ = true;
  }
  entry->match.kind = kind_of_token(token.type);
  entry->match.location = token.location;
  entry->match.token = &token;
  entries_.push_back(entry);
  if (token.type != TokenType::Error) return true;
  raise_tokenizer_error();
  has_failed_ = true;
  return false;
}

const Match* Diagnosis::follow(int rule) {
  if (++level_ > kMaxLevel || __builtin_frame_address(0) <= run_.options.stack_limit)
    raise_out_of_memory();
  const Match* const match = has_failed_ ? nullptr : follow_rule(rule);
  --level_;
  return match;
}

const Match* Diagnosis::follow_rule(int index) {
  const GrammarRule& rule = grammar_.rules[static_cast<size_t>(index)];
  if (!have_token()) return nullptr;
  if (rule.is_memoized || rule.is_left_recursive) {
    if (const Memo* memo = find_memo(index)) {
      mark_ = memo->end;
      return memo->match;
    }
  }
  if (rule.is_left_recursive) return grow_left_recursion(index);
  const size_t start = mark_;
  const bool was_second_pass = is_second_pass_;
  if (rule.is_quiet) is_second_pass_ = false;
  const Match* const match = follow_alternatives(rule);
  is_second_pass_ = was_second_pass;
  if (rule.is_memoized) remember(start, index, match);
  return match;
}

// Warth, Douglass and Millstein: begin with failure and try again with what was found, as long as
// it gets longer.
const Match* Diagnosis::grow_left_recursion(int index) {
  const GrammarRule& rule = grammar_.rules[static_cast<size_t>(index)];
  const size_t start = mark_;
  size_t end = mark_;
  const Match* best = nullptr;
  auto* memo = arena_.allocate_array<Memo>(1);
  new (memo) Memo{index, nullptr, start, entries_[start]->memos};
  entries_[start]->memos = memo;
  for (;;) {
    memo->match = best;
    memo->end = end;
    mark_ = start;
    ++level_;
    const Match* const match = follow_alternatives(rule);
    --level_;
    if (has_failed_) return nullptr;
    if (!match || mark_ <= end) break;
    end = mark_;
    best = match;
  }
  mark_ = end;
  return best;
}

const Match* Diagnosis::follow_alternatives(const GrammarRule& rule) {
  const size_t start = mark_;
  for (const GrammarAlternative& alternative : rule.alternatives) {
    if (alternative.is_for_second_pass && !is_second_pass_) continue;
    mark_ = start;
    bool is_decided = false;
    const Match* const match = follow_alternative(alternative, is_decided);
    if (match) return match;
    if (has_failed_) return nullptr;
    if (is_decided) break;
  }
  mark_ = start;
  return nullptr;
}

// `is_decided`: no other alternative may be tried, because of a '~' or because the action has
// refused.
const Match* Diagnosis::follow_alternative(const GrammarAlternative& alternative,
                                           bool& is_decided) {
  const size_t start = mark_;
  Captures captures = {};
  const Match* last = nullptr;
  size_t count = 0;
  for (const GrammarItem& item : alternative.items) {
    if (item.kind == GrammarItem::Kind::Cut) {
      is_decided = true;
      continue;
    }
    const Match* const match = take(item);
    if (!match || has_failed_) return nullptr;
    if (item.look == GrammarItem::Look::Take || item.look == GrammarItem::Look::Forced) {
      last = match;
      ++count;
    }
    if (item.slot >= 0) captures[item.slot] = match;
  }
  is_decided = true;
  return act(alternative, captures, start, count == 1 ? last : nullptr);
}

const Match* Diagnosis::take(const GrammarItem& item) {
  switch (item.look) {
    case GrammarItem::Look::Take:
      return take_repeated(item);
    case GrammarItem::Look::Ahead:
      return is_ahead(item) ? &kAbsent : nullptr;
    case GrammarItem::Look::NotAhead:
      return !is_ahead(item) && !has_failed_ ? &kAbsent : nullptr;
    case GrammarItem::Look::Forced:
      break;
  }
  if (!have_token()) return nullptr;
  const Token& token = entries_[mark_]->token;
  if (token.type != item.token) {
    return raise_at(token.location,
                    format_text(arena_, "expected '%.*s'", static_cast<int>(item.spelling.size()),
                                item.spelling.data()));
  }
  return take_token(item.token);
}

bool Diagnosis::is_ahead(const GrammarItem& item) {
  const size_t start = mark_;
  const bool found = take_atom(item) != nullptr;
  mark_ = start;
  return found;
}

// Loops are rules of their own in CPython's parser, and what follows a separator is one more; it
// shows in the depth limit.
const Match* Diagnosis::take_repeated(const GrammarItem& item) {
  using Repeat = GrammarItem::Repeat;
  if (item.repeat == Repeat::Once) return take_atom(item);
  if (item.repeat == Repeat::Optional) {
    const size_t start = mark_;
    const Match* const match = take_atom(item);
    if (match) return match;
    mark_ = start;
    return &kAbsent;
  }
  std::vector<const Match*> found;
  const int level = level_;
  for (;;) {
    const size_t start = mark_;
    level_ = level + (item.repeat == Repeat::Gather && !found.empty() ? 2 : 1);
    const bool is_separated =
        item.repeat != Repeat::Gather || found.empty() || take_token(item.separator);
    const Match* const match = is_separated && !has_failed_ ? take_atom(item) : nullptr;
    if (!match) {
      mark_ = start;
      break;
    }
    found.push_back(match);
  }
  level_ = level;
  if (has_failed_ || (found.empty() && item.repeat != Repeat::ZeroOrMore)) return nullptr;
  return make_list(found);
}

const Match* Diagnosis::take_atom(const GrammarItem& item) {
  switch (item.kind) {
    case GrammarItem::Kind::Token:
      return take_token(item.token);
    case GrammarItem::Kind::SoftKeyword:
      return take_soft_keyword(item.spelling);
    case GrammarItem::Kind::AnySoftKeyword:
      return take_soft_keyword_prefix();
    case GrammarItem::Kind::Rule:
      return follow(item.rule);
    case GrammarItem::Kind::Cut:
      break;
  }
  return nullptr;
}

const Match* Diagnosis::take_token(TokenType type) {
  if (!have_token()) return nullptr;
  Entry& entry = *entries_[mark_];
  if (entry.token.type != type) return nullptr;
  ++mark_;
  return type == TokenType::Number ? check_number(&entry.match) : &entry.match;
}

const Match* Diagnosis::take_soft_keyword(Text spelling) {
  if (!have_token()) return nullptr;
  Entry& entry = *entries_[mark_];
  if (entry.token.type != TokenType::Name || entry.token.text() != spelling) return nullptr;
  ++mark_;
  return &entry.match;
}

// CPython compares only as many letters as the name has: `c` and `mat` count here, too.
const Match* Diagnosis::take_soft_keyword_prefix() {
  if (!have_token() || entries_[mark_]->token.type != TokenType::Name) return nullptr;
  const Text name = entries_[mark_]->token.text();
  for (const Text keyword : {"_", "case", "match"}) {
    if (keyword.substr(0, name.size()) == name) return &entries_[mark_++]->match;
  }
  return nullptr;
}

Diagnosis::Memo* Diagnosis::find_memo(int rule) {
  for (Memo* memo = entries_[mark_]->memos; memo; memo = memo->next) {
    if (memo->rule == rule) return memo;
  }
  return nullptr;
}

void Diagnosis::remember(size_t start, int rule, const Match* match) {
  auto* memo = arena_.allocate_array<Memo>(1);
  new (memo) Memo{rule, match, mark_, entries_[start]->memos};
  entries_[start]->memos = memo;
}

Match* Diagnosis::make(ExpressionKind kind, const Location& location,
                       ast::Sequence<const Match*> items) {
  auto* match = arena_.allocate_array<Match>(1);
  return new (match) Match{kind, location, nullptr, items};
}

const Match* Diagnosis::make_list(const std::vector<const Match*>& items) {
  Location location;
  if (!items.empty()) {
    const Location& first = items.front()->location;
    const Location& last = items.back()->location;
    location = {first.line, first.column, last.end_line, last.end_column};
  }
  return make(ExpressionKind::Other, location, arena_.copy_sequence(items.data(), items.size()));
}

// From the token `start` to the last one that is more than layout.
Location Diagnosis::location_since(size_t start) const {
  const Location& first = entries_[start]->token.location;
  size_t last = mark_;
  while (last > 0 && entries_[last - 1]->token.is_layout()) --last;
  if (last == 0) return first;
  const Location& end = entries_[last - 1]->token.location;
  return {first.line, first.column, end.end_line, end.end_column};
}

}  // namespace minipy
