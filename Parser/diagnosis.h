// Finds out what is wrong with a program that TreeParser has refused, and leaves it in the report.
//
// It follows the grammar of diagnosis_grammar.cpp the way CPython's generated parser follows its
// own: ordered choice, results remembered where that parser remembers them, a first pass without
// the invalid_ rules, a second one with them. Which error is reported depends on this order, on
// what has been tokenised, and on what was remembered from where; so this is slow and faithful
// where TreeParser is fast and free.
#pragma once

#include "Parser/grammar.h"
#include "Parser/run.h"

namespace minipy {

void diagnose(Run& run);

// What a rule or item of the grammar matched, as far as error messages need it.
struct Match {
  ExpressionKind kind = ExpressionKind::Other;
  ast::Location location;
  const Token* token = nullptr;       // for a token
  ast::Sequence<const Match*> items;  // of a list, tuple, comparison, call ...
};

class Diagnosis {
 public:
  explicit Diagnosis(Run& run);

  void find_error();

 private:
  struct Memo {
    int rule;
    const Match* match;
    size_t end;
    Memo* next;
  };
  struct Entry {
    Token token;
    Match match;
    Memo* memos;
  };
  static constexpr int kMaxLevel = 6000;
  static constexpr size_t kSlots = 4;
  using Captures = const Match* [kSlots];

  // diagnosis.cpp: following the grammar.
  const Match* follow(int rule);
  const Match* follow_rule(int rule);
  const Match* follow_alternatives(const GrammarRule& rule);
  const Match* follow_alternative(const GrammarAlternative& alternative, bool& is_decided);
  const Match* grow_left_recursion(int rule);
  const Match* take(const GrammarItem& item);
  const Match* take_repeated(const GrammarItem& item);
  const Match* take_atom(const GrammarItem& item);
  const Match* take_token(TokenType type);
  const Match* take_soft_keyword(ast::Text spelling);
  const Match* take_soft_keyword_prefix();
  bool is_ahead(const GrammarItem& item);
  const Match* check_number(const Match* match);
  Memo* find_memo(int rule);
  void remember(size_t start, int rule, const Match* match);
  bool fill();
  bool have_token() { return mark_ < entries_.size() || fill(); }

  // Making matches.
  Match* make(ExpressionKind kind, const ast::Location& location,
              ast::Sequence<const Match*> items);
  const Match* make_list(const std::vector<const Match*>& items);
  ast::Location location_since(size_t start) const;

  // diagnosis_actions.cpp: what a matched alternative means.
  // `only`: what the alternative consists of, if that is one thing.
  const Match* act(const GrammarAlternative& alternative, Captures& captures, size_t start,
                   const Match* only);
  const Match* make_node(const GrammarAction& action, Captures& captures, size_t start,
                         bool flatten);
  const Match* act_special(const GrammarAction& action, const Match* a, const Match* b);
  bool check_version(int version, ast::Text what);
  const Match* concatenate(const Match* tokens);
  const Match* check_pattern_number(const Match* number, bool is_imaginary);
  const Match* check_not_equal(const Match* token);
  const Match* call_arguments(const Match* arguments, const Match* keywords, size_t start);
  const Match* generator_in_call(const Match* arguments, const Match* clauses);
  const Match* arguments_order(const Match* arguments);
  const Match* legacy_statement(const Match* name, const Match* value);
  const Match* forgotten_comma(const Match* first, const Match* second);
  const Match* invalid_target(const GrammarAction& action, const Match* match);

  // diagnosis_errors.cpp: reporting. All return null. The first error stays.
  const Match* raise_here(ast::Text message, ErrorKind kind = ErrorKind::SyntaxError);
  const Match* raise_at(const ast::Location& location, ast::Text message,
                        ErrorKind kind = ErrorKind::SyntaxError);
  const Match* raise_range(const Match* first, const Match* last, ast::Text message);
  void raise_located(ErrorKind kind, int line, int offset, int end_line, int end_offset,
                     ast::Text message);
  void raise_out_of_memory();
  void raise_tokenizer_error();
  void raise_unclosed_bracket();
  void raise_undecodable();
  void raise_generic_error(const Token& last);
  void settle_error(const Token& last);
  void look_for_tokenizer_errors();
  ast::Text line_text(int line);
  int characters(ast::Text text, int bytes) const;

  Run& run_;
  ast::Arena& arena_;
  Report& report_;
  const Grammar& grammar_;
  Tokenizer tokenizer_;
  std::vector<Entry*> entries_;
  size_t mark_ = 0;
  int level_ = 0;
  bool is_second_pass_ = false;  // invalid_ rules count
  bool has_failed_ = false;      // an error ends everything
  bool has_started_ = false;
};

}  // namespace minipy
