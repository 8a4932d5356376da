// Language reference 8.6, the patterns of `match`.
#include "Parser/number_literal.h"
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

// `patterns: open_sequence_pattern | pattern`
PatternNode* TreeParser::patterns() {
  const Position start = position();
  PatternNode* first = TRY_PARSE(maybe_star_pattern());
  if (!at(TokenType::Comma)) return first->is<MatchStar>() ? nullptr : first;
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Comma) && !at(TokenType::Colon) && !at(TokenType::If))
    push(TRY_PARSE(maybe_star_pattern()));
  const Sequence<PatternNode*> found = take<PatternNode*>(list);
  return make<MatchSequence>(start, found);
}

PatternNode* TreeParser::maybe_star_pattern() {
  const Position start = position();
  if (!accept(TokenType::Star)) return pattern();
  if (at_soft_keyword("_")) {
    advance();
    return make<MatchStar>(start);
  }
  const Identifier name = TRY_PARSE(capture_target());
  return make<MatchStar>(start, name);
}

// `pattern_capture_target: !"_" NAME !('.' | '(' | '=')`
Identifier TreeParser::capture_target() {
  if (at_soft_keyword("_")) return {};
  const Identifier name = identifier();
  if (at(TokenType::Dot) || at(TokenType::LeftParen) || at(TokenType::Assign)) return {};
  return name;
}

PatternNode* TreeParser::pattern() {
  const Position start = position();
  PatternNode* found = TRY_PARSE(or_pattern());
  if (!accept(TokenType::As)) return found;
  const Identifier name = TRY_PARSE(capture_target());
  return make<MatchAs>(start, found, name);
}

PatternNode* TreeParser::or_pattern() {
  const Position start = position();
  PatternNode* first = TRY_PARSE(closed_pattern());
  if (!at(TokenType::Bar)) return first;
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Bar)) push(TRY_PARSE(closed_pattern()));
  const Sequence<PatternNode*> alternatives = take<PatternNode*>(list);
  return make<MatchOr>(start, alternatives);
}

PatternNode* TreeParser::closed_pattern() {
  const Nesting nesting(*this, 8);
  if (!nesting) return nullptr;
  switch (type()) {
    case TokenType::Name:
      return name_pattern();
    case TokenType::Number:
    case TokenType::Minus:
    case TokenType::String:
      return value_pattern();
    case TokenType::None:
      return singleton_pattern(ConstantKind::None);
    case TokenType::True:
      return singleton_pattern(ConstantKind::True);
    case TokenType::False:
      return singleton_pattern(ConstantKind::False);
    case TokenType::LeftParen:
      return group_or_sequence_pattern();
    case TokenType::LeftBracket:
      return bracket_pattern();
    case TokenType::LeftBrace:
      return mapping_pattern();
    default:
      return nullptr;
  }
}

PatternNode* TreeParser::singleton_pattern(ConstantKind kind) {
  const Position start = position();
  advance();
  return make<MatchSingleton>(start, ConstantValue(kind));
}

PatternNode* TreeParser::value_pattern() {
  const Position start = position();
  ExprNode* value = TRY_PARSE(at(TokenType::String) ? strings() : pattern_number());
  return make<MatchValue>(start, value);
}

// `signed_number ['+' | '-' imaginary]`
ExprNode* TreeParser::pattern_number() {
  const Position start = position();
  ExprNode* real = TRY_PARSE(signed_number());
  if (!at(TokenType::Plus) && !at(TokenType::Minus)) return real;
  const Operator op = at(TokenType::Plus) ? Operator::Add : Operator::Sub;
  const auto is_imaginary = [](const ExprNode& number) {
    const ExprNode& bare = number.is<UnaryOp>() ? *number.as<UnaryOp>().operand : number;
    return bare.as<Constant>().value.kind == ConstantKind::Complex;
  };
  advance();
  if (is_imaginary(*real) || !at(TokenType::Number)) return nullptr;
  ExprNode* imaginary = TRY_PARSE(number());
  if (!is_imaginary(*imaginary)) return nullptr;
  return make<BinOp>(start, real, op, imaginary);
}

ExprNode* TreeParser::signed_number() {
  const Position start = position();
  const bool is_negative = accept(TokenType::Minus);
  if (!at(TokenType::Number)) return nullptr;
  ExprNode* value = TRY_PARSE(number());
  return is_negative ? make<UnaryOp>(start, UnaryOperator::USub, value) : value;
}

// A name captures, unless it is `_`, has a dot behind it or calls a class.
PatternNode* TreeParser::name_pattern() {
  const Position start = position();
  if (at_soft_keyword("_")) {
    advance();
    return make<MatchAs>(start);
  }
  ExprNode* name = TRY_PARSE(name_or_attribute());
  if (at(TokenType::LeftParen)) return class_pattern(start, name);
  if (at(TokenType::Assign)) return nullptr;
  if (name->is<Attribute>()) return make<MatchValue>(start, name);
  return make<MatchAs>(start, static_cast<PatternNode*>(nullptr), name->as<Name>().id);
}

ExprNode* TreeParser::name_or_attribute() {
  const Position start = position();
  if (!at(TokenType::Name)) return nullptr;
  ExprNode* value = name_atom();
  while (accept(TokenType::Dot)) {
    const Identifier attribute = TRY_PARSE(identifier());
    value = make<Attribute>(start, value, attribute, ExprContext::Load);
  }
  return value;
}

PatternNode* TreeParser::class_pattern(Position start, ExprNode* type) {
  advance();
  const size_t list = list_start();
  std::vector<Identifier> names;
  std::vector<PatternNode*> values;
  while (!at(TokenType::RightParen)) {
    const Mark before = mark();
    const Identifier name = identifier();
    if (name && accept(TokenType::Assign)) {
      names.push_back(name);
      values.push_back(TRY_PARSE(pattern()));
    } else {
      rewind(before);
      if (!names.empty()) return nullptr;
      push(TRY_PARSE(pattern()));
    }
    if (!accept(TokenType::Comma)) break;
  }
  if (!accept(TokenType::RightParen)) return nullptr;
  const Sequence<PatternNode*> positional = take<PatternNode*>(list);
  return make<MatchClass>(start, type, positional, arena_.copy_sequence(names.data(), names.size()),
                          arena_.copy_sequence(values.data(), values.size()));
}

// A group is one pattern without a comma; everything else in parentheses is a sequence.
PatternNode* TreeParser::group_or_sequence_pattern() {
  const Position start = position();
  advance();
  const size_t list = list_start();
  bool has_comma = false;
  while (!at(TokenType::RightParen)) {
    push(TRY_PARSE(maybe_star_pattern()));
    if (!accept(TokenType::Comma)) break;
    has_comma = true;
  }
  if (!accept(TokenType::RightParen)) return nullptr;
  const Sequence<PatternNode*> found = take<PatternNode*>(list);
  if (found.size() == 1 && !has_comma) return found[0]->is<MatchStar>() ? nullptr : found[0];
  return make<MatchSequence>(start, found);
}

PatternNode* TreeParser::bracket_pattern() {
  const Position start = position();
  advance();
  const size_t list = list_start();
  while (!at(TokenType::RightBracket)) {
    push(TRY_PARSE(maybe_star_pattern()));
    if (!accept(TokenType::Comma)) break;
  }
  if (!accept(TokenType::RightBracket)) return nullptr;
  const Sequence<PatternNode*> found = take<PatternNode*>(list);
  return make<MatchSequence>(start, found);
}

// `**rest` comes last.
PatternNode* TreeParser::mapping_pattern() {
  const Position start = position();
  advance();
  const size_t list = list_start();
  std::vector<ExprNode*> keys;
  Identifier rest;
  while (!at(TokenType::RightBrace)) {
    if (accept(TokenType::DoubleStar)) {
      rest = TRY_PARSE(capture_target());
      accept(TokenType::Comma);
      break;
    }
    keys.push_back(TRY_PARSE(pattern_key()));
    if (!accept(TokenType::Colon)) return nullptr;
    push(TRY_PARSE(pattern()));
    if (!accept(TokenType::Comma)) break;
  }
  if (!accept(TokenType::RightBrace)) return nullptr;
  const Sequence<PatternNode*> found = take<PatternNode*>(list);
  return make<MatchMapping>(start, arena_.copy_sequence(keys.data(), keys.size()), found, rest);
}

// `literal_expr | attr`
ExprNode* TreeParser::pattern_key() {
  switch (type()) {
    case TokenType::Number:
    case TokenType::Minus:
      return pattern_number();
    case TokenType::String:
      return strings();
    case TokenType::None:
      return constant(ConstantKind::None);
    case TokenType::True:
      return constant(ConstantKind::True);
    case TokenType::False:
      return constant(ConstantKind::False);
    default: {
      ExprNode* name = TRY_PARSE(name_or_attribute());
      return name->is<Attribute>() ? name : nullptr;
    }
  }
}

}  // namespace minipy
