// Parameters of `def` and `lambda` (language reference 8.7), arguments of calls (6.3.4).
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

namespace {

// The parts of a parameter list while it is read.
struct ParameterLists {
  std::vector<Arg*> positional_only, positional, keyword_only;
  std::vector<ExprNode*> defaults, keyword_defaults;
  Arg* var_positional = nullptr;
  Arg* var_keyword = nullptr;
  bool has_star = false;
};

template <typename T>
Sequence<T> copy(Arena& arena, const std::vector<T>& items) {
  return arena.copy_sequence(items.data(), items.size());
}

}  // namespace

// Stops in front of `closer`, which is ')' for a function and ':' for a lambda.
Arguments* TreeParser::parameters(TokenType closer) {
  if (at(closer)) return arena_.make<Arguments>();
  const bool is_lambda = closer == TokenType::Colon;
  ParameterLists lists;
  while (!at(closer)) {
    if (accept(TokenType::Slash)) {
      if (lists.has_star || lists.positional.empty() || !lists.positional_only.empty() ||
          !is_at_least(8))
        return nullptr;
      lists.positional_only.swap(lists.positional);
    } else if (accept(TokenType::DoubleStar)) {
      lists.var_keyword = TRY_PARSE(parameter(is_lambda, false));
      if (accept(TokenType::Comma)) parameter_comment(lists.var_keyword);
      parameter_comment(lists.var_keyword);
      break;
    } else if (accept(TokenType::Star)) {
      if (lists.has_star) return nullptr;
      lists.has_star = true;
      if (at(TokenType::Comma)) {
        advance();
        if (at(closer) || at(TokenType::DoubleStar) || at(TokenType::TypeComment)) return nullptr;
        continue;
      }
      lists.var_positional = TRY_PARSE(parameter(is_lambda, true));
    } else {
      Arg* parameter = TRY_PARSE(this->parameter(is_lambda, false));
      ExprNode* default_value = nullptr;
      if (accept(TokenType::Assign)) default_value = TRY_PARSE(expression());
      if (lists.has_star) {
        lists.keyword_only.push_back(parameter);
        lists.keyword_defaults.push_back(default_value);
      } else {
        if (!default_value && !lists.defaults.empty()) return nullptr;
        lists.positional.push_back(parameter);
        if (default_value) lists.defaults.push_back(default_value);
      }
      if (accept(TokenType::Comma)) {
        parameter_comment(parameter);
        continue;
      }
      parameter_comment(parameter);
      break;
    }
    if (!accept(TokenType::Comma)) {
      if (lists.has_star && lists.keyword_only.empty() && lists.var_positional)
        parameter_comment(lists.var_positional);
      break;
    }
    if (lists.has_star && lists.keyword_only.empty() && lists.var_positional)
      parameter_comment(lists.var_positional);
  }
  if (!at(closer)) return nullptr;
  return arena_.make<Arguments>(copy(arena_, lists.positional_only), copy(arena_, lists.positional),
                                lists.var_positional, copy(arena_, lists.keyword_only),
                                copy(arena_, lists.keyword_defaults), lists.var_keyword,
                                copy(arena_, lists.defaults));
}

// PEP 646: `*args: *Ts` is the one place for a star in an annotation.
Arg* TreeParser::parameter(bool is_lambda, bool is_star) {
  const Position start = position();
  const Identifier name = TRY_PARSE(identifier());
  ExprNode* annotation = nullptr;
  if (!is_lambda && accept(TokenType::Colon)) {
    annotation = TRY_PARSE(is_star ? star_expression() : expression());
  }
  return make<Arg>(start, name, annotation);
}

void TreeParser::parameter_comment(Arg* parameter) {
  if (at(TokenType::TypeComment)) parameter->type_comment = type_comment();
}

ExprNode* TreeParser::lambda() {
  const Nesting nesting(*this, 2);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  Arguments* arguments = TRY_PARSE(parameters(TokenType::Colon));
  if (!accept(TokenType::Colon)) return nullptr;
  ExprNode* body = TRY_PARSE(expression());
  return make<Lambda>(start, arguments, body);
}

// Up to the ')'. Positional arguments come first; `*iterable` may follow keywords but not
// `**mapping`.
bool TreeParser::call_arguments(Sequence<ExprNode*>& arguments, Sequence<Keyword*>& keywords) {
  if (at(TokenType::RightParen)) return true;
  const size_t list = list_start();
  std::vector<Keyword*> found_keywords;
  bool has_double_star = false;
  do {
    if (at(TokenType::RightParen)) break;
    if (!call_argument(found_keywords, has_double_star)) return false;
  } while (accept(TokenType::Comma));
  arguments = take<ExprNode*>(list);
  keywords = copy(arena_, found_keywords);
  return true;
}

bool TreeParser::call_argument(std::vector<Keyword*>& keywords, bool& has_double_star) {
  const Position start = position();
  if (accept(TokenType::DoubleStar)) {
    ExprNode* mapping = TRY_PARSE(expression());
    keywords.push_back(make<Keyword>(start, Identifier(), mapping));
    has_double_star = true;
    return true;
  }
  if (accept(TokenType::Star)) {
    if (has_double_star) return false;
    ExprNode* iterable = TRY_PARSE(expression());
    push(make<Starred>(start, iterable, ExprContext::Load));
    return true;
  }
  const bool may_be_keyword = at(TokenType::Name);
  ExprNode* value = TRY_PARSE(named_expression());
  if (!at(TokenType::Assign)) {
    push(value);
    return keywords.empty();
  }
  if (!may_be_keyword || !value->is<Name>()) return false;
  advance();
  ExprNode* argument = TRY_PARSE(expression());
  keywords.push_back(make<Keyword>(start, value->as<Name>().id, argument));
  return true;
}

}  // namespace minipy
