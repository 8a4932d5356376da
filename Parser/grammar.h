// The text of diagnosis_grammar.cpp in a form that can be followed.
#pragma once

#include <vector>

#include "Parser/token.h"

namespace minipy {

// Kinds of expressions as far as error messages tell them apart, with the names they have there.
#define EXPRESSION_KINDS(KIND)                   \
  KIND(Other, "")                                \
  KIND(Attribute, "attribute")                   \
  KIND(Subscript, "subscript")                   \
  KIND(Starred, "starred")                       \
  KIND(Name, "name")                             \
  KIND(List, "list")                             \
  KIND(Tuple, "tuple")                           \
  KIND(Lambda, "lambda")                         \
  KIND(Call, "function call")                    \
  KIND(BoolOp, "expression")                     \
  KIND(BinOp, "expression")                      \
  KIND(UnaryOp, "expression")                    \
  KIND(GeneratorExp, "generator expression")     \
  KIND(Yield, "yield expression")                \
  KIND(Await, "await expression")                \
  KIND(ListComp, "list comprehension")           \
  KIND(SetComp, "set comprehension")             \
  KIND(DictComp, "dict comprehension")           \
  KIND(Dict, "dict literal")                     \
  KIND(Set, "set display")                       \
  KIND(JoinedStr, "f-string expression")         \
  KIND(Literal, "literal")                       \
  KIND(True, "True")                             \
  KIND(False, "False")                           \
  KIND(None, "None")                             \
  KIND(Ellipsis, "ellipsis")                     \
  KIND(Compare, "comparison")                    \
  KIND(IfExp, "conditional expression")          \
  KIND(NamedExpr, "named expression")            \
  KIND(Slice, "slice")                           \
  KIND(Keyword, "")   /* name=value in a call */ \
  KIND(Unpacking, "") /* **value in a call */

enum class ExpressionKind : uint8_t {
#define KIND(Name, spelling) Name,
  EXPRESSION_KINDS(KIND)
#undef KIND
};

// The actions `{do name}` of the grammar.
#define GRAMMAR_ACTIONS(ACTION)                                                    \
  ACTION(fail)                                                                     \
  ACTION(real) ACTION(imaginary) ACTION(flufl) ACTION(strings) ACTION(args)        \
      ACTION(generator_range) ACTION(generator_in_call) ACTION(generator_target)   \
          ACTION(arguments_order) ACTION(legacy_statement) ACTION(forgotten_comma) \
              ACTION(missing_colon)

struct GrammarAction {
  enum class Kind : uint8_t {
    Default,
    Item,
    List,
    ListOf,
    Node,
    ErrorAt,
    ErrorRange,
    ErrorFrom,
    ErrorHere,
    IndentError,
    StarTarget,
    ForTarget,
    DelTarget,
#define ACTION(name) do_##name,
    GRAMMAR_ACTIONS(ACTION)
#undef ACTION
  };
  Kind kind = Kind::Default;
  ExpressionKind node = ExpressionKind::Other;
  int minimum_version = 0;
  ast::Text version_text;  // "... are", for the message about the version
  ast::Text message;
  std::vector<int> slots;
};

struct GrammarItem {
  enum class Kind : uint8_t { Token, SoftKeyword, AnySoftKeyword, Rule, Cut };
  enum class Repeat : uint8_t { Once, Optional, ZeroOrMore, OneOrMore, Gather };
  enum class Look : uint8_t { Take, Ahead, NotAhead, Forced };
  Kind kind = Kind::Token;
  Repeat repeat = Repeat::Once;
  Look look = Look::Take;
  TokenType token = TokenType::Error;
  TokenType separator = TokenType::Error;
  int rule = -1;
  int slot = -1;  // a is 0
  ast::Text spelling;
};

struct GrammarAlternative {
  std::vector<GrammarItem> items;
  GrammarAction action;
  bool is_for_second_pass = false;  // nothing but an invalid_ rule
};

struct GrammarRule {
  ast::Text name;
  bool is_memoized = false;
  bool is_left_recursive = false;
  bool is_quiet = false;  // invalid_ rules do not count below it
  std::vector<GrammarAlternative> alternatives;
};

struct Grammar {
  std::vector<GrammarRule> rules;

  int find(ast::Text name) const;
};

// Read at the first use.
const Grammar& diagnosis_grammar();

}  // namespace minipy
