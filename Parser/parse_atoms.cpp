// Language reference 6.2, atoms: names, literals and everything in brackets.
#include "Objects/unicode/normalize.h"
#include "Parser/number_literal.h"
#include "Parser/string_literal.h"
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

ExprNode* TreeParser::atom() {
  switch (type()) {
    case TokenType::Name:
      return name_atom();
    case TokenType::Number:
      return number();
    case TokenType::String:
      return strings();
    case TokenType::LeftParen:
      return parenthesised();
    case TokenType::LeftBracket:
      return list_display();
    case TokenType::LeftBrace:
      return brace_display();
    case TokenType::None:
      return constant(ConstantKind::None);
    case TokenType::True:
      return constant(ConstantKind::True);
    case TokenType::False:
      return constant(ConstantKind::False);
    case TokenType::Ellipsis:
      return constant(ConstantKind::Ellipsis);
    default:
      return nullptr;
  }
}

ExprNode* TreeParser::name_atom() {
  const Location location = current_->location;
  const Identifier name = identifier();
  return arena_.make<Name>(location, name, ExprContext::Load);
}

// Language reference 2.3: names are compared in normal form NFKC.
Identifier TreeParser::identifier() {
  if (!at(TokenType::Name)) return {};
  Text text = current_->text();
  if (!current_->is_ascii) text = arena_.copy_text(unicode::nfkc_of_utf8(text));
  const Identifier name = arena_.intern(text);
  advance();
  return name;
}

ExprNode* TreeParser::constant(ConstantKind kind) {
  const Location location = current_->location;
  advance();
  return arena_.make<Constant>(location, ConstantValue(kind));
}

ExprNode* TreeParser::number() {
  const Token& token = *current_;
  if (!is_at_least(6) && token.text().find('_') != Text::npos) return nullptr;
  ConstantValue value;
  size_t digits;
  if (parse_number(arena_, token.text(), run_.options.max_decimal_digits, value, digits) !=
      NumberProblem::None)
    return nullptr;
  const Location location = token.location;
  advance();
  return arena_.make<Constant>(location, value);
}

ExprNode* TreeParser::strings() {
  const size_t first = static_cast<size_t>(current_ - tokens_);
  while (accept(TokenType::String)) continue;
  LiteralProblem problem;
  return concatenate_strings(
      run_, {tokens_ + first, static_cast<size_t>(current_ - tokens_) - first}, problem);
}

bool TreeParser::at_comprehension() const {
  return at(TokenType::For) || at(TokenType::Async);
}

// `tuple | group | genexp`. A group leaves no trace but in the start of the nodes around it.
ExprNode* TreeParser::parenthesised() {
  const Nesting nesting(*this, kBracketWeight);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  if (accept(TokenType::RightParen))
    return make<Tuple>(start, Sequence<ExprNode*>(), ExprContext::Load);
  if (at(TokenType::Yield)) {
    ExprNode* value = TRY_PARSE(yield_expression());
    return accept(TokenType::RightParen) ? value : nullptr;
  }
  ExprNode* first = TRY_PARSE(star_named_expression());
  const bool is_star = first->is<Starred>();
  if (accept(TokenType::RightParen)) return is_star ? nullptr : first;
  if (at(TokenType::Comma)) {
    const size_t list = list_start();
    push(first);
    while (accept(TokenType::Comma) && !at(TokenType::RightParen))
      push(TRY_PARSE(star_named_expression()));
    if (!accept(TokenType::RightParen)) return nullptr;
    const Sequence<ExprNode*> elements = take<ExprNode*>(list);
    return make<Tuple>(start, elements, ExprContext::Load);
  }
  Sequence<Comprehension*> clauses;
  if (is_star || !comprehension_clauses(clauses) || !accept(TokenType::RightParen)) return nullptr;
  return make<GeneratorExp>(start, first, clauses);
}

ExprNode* TreeParser::list_display() {
  const Nesting nesting(*this, kBracketWeight);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  const size_t list = list_start();
  while (!at(TokenType::RightBracket)) {
    push(TRY_PARSE(star_named_expression()));
    if (!accept(TokenType::Comma)) break;
  }
  if (accept(TokenType::RightBracket)) {
    const Sequence<ExprNode*> elements = take<ExprNode*>(list);
    return make<List>(start, elements, ExprContext::Load);
  }
  const Sequence<ExprNode*> elements = take<ExprNode*>(list);
  Sequence<Comprehension*> clauses;
  if (elements.size() != 1 || elements[0]->is<Starred>()) return nullptr;
  if (!comprehension_clauses(clauses) || !accept(TokenType::RightBracket)) return nullptr;
  return make<ListComp>(start, elements[0], clauses);
}

// `dict | set | dictcomp | setcomp`
ExprNode* TreeParser::brace_display() {
  const Nesting nesting(*this, kBracketWeight);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  if (at(TokenType::RightBrace) || at(TokenType::DoubleStar)) return dict_display(start, nullptr);
  const bool may_be_key = !at(TokenType::Star);
  ExprNode* first = TRY_PARSE(star_named_expression());
  if (may_be_key && at(TokenType::Colon)) return dict_display(start, first);
  if (at_comprehension()) {
    Sequence<Comprehension*> clauses;
    if (first->is<Starred>() || !comprehension_clauses(clauses) || !accept(TokenType::RightBrace))
      return nullptr;
    return make<SetComp>(start, first, clauses);
  }
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Comma) && !at(TokenType::RightBrace))
    push(TRY_PARSE(star_named_expression()));
  if (!accept(TokenType::RightBrace)) return nullptr;
  const Sequence<ExprNode*> elements = take<ExprNode*>(list);
  return make<Set>(start, elements);
}

// Behind '{' and, unless the display is empty or begins with `**`, the first key. A null key stands
// for `**`.
ExprNode* TreeParser::dict_display(Position start, ExprNode* first_key) {
  // A key cannot be a bare `name := value`, which would begin right behind the brace.
  if (first_key && first_key->is<NamedExpr>() && current_[-1].type != TokenType::RightParen)
    return nullptr;
  std::vector<ExprNode*> keys, values;
  ExprNode* key = first_key;
  while (!at(TokenType::RightBrace)) {
    const bool is_unpacking = !key && accept(TokenType::DoubleStar);
    if (is_unpacking) {
      values.push_back(TRY_PARSE(operation(kBitOr)));
    } else {
      if (!key) key = TRY_PARSE(expression());
      if (!accept(TokenType::Colon)) return nullptr;
      values.push_back(TRY_PARSE(expression()));
    }
    keys.push_back(key);
    key = nullptr;
    if (at_comprehension()) {
      Sequence<Comprehension*> clauses;
      if (keys.size() != 1 || is_unpacking || !comprehension_clauses(clauses)) return nullptr;
      if (!accept(TokenType::RightBrace)) return nullptr;
      return make<DictComp>(start, keys[0], values[0], clauses);
    }
    if (!accept(TokenType::Comma)) break;
  }
  if (!accept(TokenType::RightBrace)) return nullptr;
  return make<Dict>(start, arena_.copy_sequence(keys.data(), keys.size()),
                    arena_.copy_sequence(values.data(), values.size()));
}

bool TreeParser::comprehension_clauses(Sequence<Comprehension*>& clauses) {
  if (!at_comprehension()) return false;
  const size_t list = list_start();
  while (at_comprehension()) push(TRY_PARSE(comprehension_clause()));
  clauses = take<Comprehension*>(list);
  return true;
}

Comprehension* TreeParser::comprehension_clause() {
  const int32_t is_async = accept(TokenType::Async);
  if (is_async && !is_at_least(6)) return nullptr;
  if (!accept(TokenType::For)) return nullptr;
  ExprNode* target = TRY_PARSE(star_targets());
  if (!accept(TokenType::In)) return nullptr;
  ExprNode* iterable = TRY_PARSE(operation(kOr));
  const size_t list = list_start();
  while (accept(TokenType::If)) push(TRY_PARSE(operation(kOr)));
  return arena_.make<Comprehension>(target, iterable, take<ExprNode*>(list), is_async);
}

}  // namespace minipy
