// Language reference 6, expressions, from the loosest binding to primaries.
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

namespace {

struct LevelTable {
  uint8_t levels[256] = {};
};

}  // namespace

// How tight a binary operator binds; kNone for what is none.
TreeParser::Level TreeParser::level_of(TokenType type) {
  static constexpr LevelTable table = [] {
    LevelTable made;
    const auto set = [&made](TokenType type, Level level) {
      made.levels[static_cast<size_t>(type)] = level;
    };
    set(TokenType::Or, kOr);
    set(TokenType::And, kAnd);
    for (const TokenType type :
         {TokenType::Less, TokenType::LessEqual, TokenType::Greater, TokenType::GreaterEqual,
          TokenType::Equal, TokenType::NotEqual, TokenType::In, TokenType::Not, TokenType::Is}) {
      set(type, kComparison);
    }
    set(TokenType::Bar, kBitOr);
    set(TokenType::Caret, kBitXor);
    set(TokenType::Ampersand, kBitAnd);
    set(TokenType::LeftShift, kShift);
    set(TokenType::RightShift, kShift);
    set(TokenType::Plus, kSum);
    set(TokenType::Minus, kSum);
    for (const TokenType type : {TokenType::Star, TokenType::Slash, TokenType::DoubleSlash,
                                 TokenType::Percent, TokenType::At}) {
      set(type, kTerm);
    }
    return made;
  }();
  return static_cast<Level>(table.levels[static_cast<size_t>(type)]);
}

bool TreeParser::at_expression_end() const {
  return at(TokenType::Newline) || at(TokenType::Semicolon);
}

// `expression: disjunction ['if' disjunction 'else' expression] | lambdef`
ExprNode* TreeParser::expression() {
  if (at(TokenType::Lambda)) return lambda();
  const Position start = position();
  ExprNode* body = TRY_PARSE(operation(kOr));
  if (!accept(TokenType::If)) return body;
  ExprNode* test = TRY_PARSE(operation(kOr));
  if (!accept(TokenType::Else)) return nullptr;
  const Nesting nesting(*this, 1);
  if (!nesting) return nullptr;
  ExprNode* orelse = TRY_PARSE(expression());
  return make<IfExp>(start, test, body, orelse);
}

// `named_expression: NAME ':=' expression | expression`
ExprNode* TreeParser::named_expression() {
  const Position start = position();
  const bool may_be_named = at(TokenType::Name);
  ExprNode* value = TRY_PARSE(expression());
  if (!at(TokenType::ColonAssign)) return value;
  if (!may_be_named || !value->is<Name>() || !is_at_least(8)) return nullptr;
  advance();
  value->as<Name>().ctx = ExprContext::Store;
  ExprNode* assigned = TRY_PARSE(expression());
  return make<NamedExpr>(start, value, assigned);
}

ExprNode* TreeParser::starred(Position start, ExprNode* value) {
  return value ? make<Starred>(start, value, ExprContext::Load) : nullptr;
}

ExprNode* TreeParser::star_expression() {
  if (!at(TokenType::Star)) return expression();
  const Position start = position();
  advance();
  return starred(start, operation(kBitOr));
}

ExprNode* TreeParser::star_named_expression() {
  if (!at(TokenType::Star)) return named_expression();
  const Position start = position();
  advance();
  return starred(start, operation(kBitOr));
}

namespace {

// Whether a star_expression can begin with the token; behind a trailing comma something else
// stands.
bool begins_expression(TokenType type) {
  switch (type) {
    case TokenType::Name:
    case TokenType::Number:
    case TokenType::String:
    case TokenType::Ellipsis:
    case TokenType::None:
    case TokenType::True:
    case TokenType::False:
    case TokenType::LeftParen:
    case TokenType::LeftBracket:
    case TokenType::LeftBrace:
    case TokenType::Minus:
    case TokenType::Plus:
    case TokenType::Tilde:
    case TokenType::Not:
    case TokenType::Lambda:
    case TokenType::Await:
    case TokenType::Star:
      return true;
    default:
      return false;
  }
}

}  // namespace

ExprNode* TreeParser::star_expressions() {
  const Position start = position();
  ExprNode* first = TRY_PARSE(star_expression());
  if (!at(TokenType::Comma)) return first;
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Comma) && begins_expression(type())) push(TRY_PARSE(star_expression()));
  const Sequence<ExprNode*> elements = take<ExprNode*>(list);
  return make<Tuple>(start, elements, ExprContext::Load);
}

ExprNode* TreeParser::expressions() {
  const Position start = position();
  ExprNode* first = TRY_PARSE(expression());
  if (!at(TokenType::Comma)) return first;
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Comma) && begins_expression(type())) push(TRY_PARSE(expression()));
  const Sequence<ExprNode*> elements = take<ExprNode*>(list);
  return make<Tuple>(start, elements, ExprContext::Load);
}

ExprNode* TreeParser::yield_expression() {
  const Position start = position();
  advance();
  if (accept(TokenType::From)) {
    ExprNode* iterable = TRY_PARSE(expression());
    return make<YieldFrom>(start, iterable);
  }
  ExprNode* value = nullptr;
  if (begins_expression(type())) value = TRY_PARSE(star_expressions());
  return make<Yield>(start, value);
}

namespace {

Operator binary_operator(TokenType type) {
  switch (type) {
    case TokenType::Bar:
      return Operator::BitOr;
    case TokenType::Caret:
      return Operator::BitXor;
    case TokenType::Ampersand:
      return Operator::BitAnd;
    case TokenType::LeftShift:
      return Operator::LShift;
    case TokenType::RightShift:
      return Operator::RShift;
    case TokenType::Plus:
      return Operator::Add;
    case TokenType::Minus:
      return Operator::Sub;
    case TokenType::Star:
      return Operator::Mult;
    case TokenType::Slash:
      return Operator::Div;
    case TokenType::DoubleSlash:
      return Operator::FloorDiv;
    case TokenType::Percent:
      return Operator::Mod;
    default:
      return Operator::MatMult;
  }
}

}  // namespace

// Everything from `disjunction` to `term`, by precedence climbing: operators that bind at least as
// tight as `minimum`. A node begins where its first token stands, which may be a parenthesis.
ExprNode* TreeParser::operation(Level minimum) {
  const Position start = position();
  ExprNode* left;
  if (at(TokenType::Not)) {
    const Nesting nesting(*this, 1);
    if (minimum > kNot || !nesting) return nullptr;
    advance();
    ExprNode* operand = TRY_PARSE(operation(kNot));
    left = make<UnaryOp>(start, UnaryOperator::Not, operand);
  } else {
    left = TRY_PARSE(unary());
  }
  for (;;) {
    const Level level = level_of(type());
    if (level == kNone || level < minimum) return left;
    if (level == kComparison) {
      left = TRY_PARSE(comparison(start, left));
    } else if (level < kNot) {
      left = TRY_PARSE(bool_operation(start, left, level));
    } else {
      const Operator op = binary_operator(type());
      if (op == Operator::MatMult && !is_at_least(5)) return nullptr;
      advance();
      ExprNode* right = TRY_PARSE(operation(static_cast<Level>(level + 1)));
      left = make<BinOp>(start, left, op, right);
    }
  }
}

ExprNode* TreeParser::bool_operation(Position start, ExprNode* first, Level level) {
  const TokenType keyword = type();
  const size_t list = list_start();
  push(first);
  while (accept(keyword)) push(TRY_PARSE(operation(static_cast<Level>(level + 1))));
  const Sequence<ExprNode*> values = take<ExprNode*>(list);
  return make<BoolOp>(start, level == kOr ? BoolOperator::Or : BoolOperator::And, values);
}

ExprNode* TreeParser::comparison(Position start, ExprNode* left) {
  const size_t list = list_start();
  CompareOperator first_operators[8];
  std::vector<CompareOperator> more;
  size_t count = 0;
  while (level_of(type()) == kComparison) {
    CompareOperator op;
    if (!comparison_operator(op)) return nullptr;
    if (count < std::size(first_operators)) {
      first_operators[count] = op;
    } else {
      if (more.empty()) more.assign(first_operators, first_operators + count);
      more.push_back(op);
    }
    ++count;
    push(TRY_PARSE(operation(kBitOr)));
  }
  const Sequence<CompareOperator> operators =
      arena_.copy_sequence(more.empty() ? first_operators : more.data(), count);
  const Sequence<ExprNode*> comparators = take<ExprNode*>(list);
  return make<Compare>(start, left, operators, comparators);
}

// Takes the operator, which can be two tokens. PEP 401 exchanges `!=` for `<>`.
bool TreeParser::comparison_operator(CompareOperator& op) {
  const TokenType first = type();
  const bool is_diamond = first == TokenType::NotEqual && *current_->start == '<';
  advance();
  switch (first) {
    case TokenType::Less:
      op = CompareOperator::Lt;
      return true;
    case TokenType::LessEqual:
      op = CompareOperator::LtE;
      return true;
    case TokenType::Greater:
      op = CompareOperator::Gt;
      return true;
    case TokenType::GreaterEqual:
      op = CompareOperator::GtE;
      return true;
    case TokenType::Equal:
      op = CompareOperator::Eq;
      return true;
    case TokenType::NotEqual:
      op = CompareOperator::NotEq;
      return is_diamond == run_.options.barry_as_FLUFL;
    case TokenType::In:
      op = CompareOperator::In;
      return true;
    case TokenType::Not:
      op = CompareOperator::NotIn;
      return accept(TokenType::In);
    default:
      op = accept(TokenType::Not) ? CompareOperator::IsNot : CompareOperator::Is;
      return true;
  }
}

// `factor: ('+' | '-' | '~') factor | power`
ExprNode* TreeParser::unary() {
  UnaryOperator op;
  switch (type()) {
    case TokenType::Minus:
      op = UnaryOperator::USub;
      break;
    case TokenType::Plus:
      op = UnaryOperator::UAdd;
      break;
    case TokenType::Tilde:
      op = UnaryOperator::Invert;
      break;
    default:
      return power();
  }
  const Nesting nesting(*this, 1);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  ExprNode* operand = TRY_PARSE(unary());
  return make<UnaryOp>(start, op, operand);
}

// `power: await_primary ['**' factor]`
ExprNode* TreeParser::power() {
  const Position start = position();
  ExprNode* base = TRY_PARSE(await_primary());
  if (!at(TokenType::DoubleStar)) return base;
  const Nesting nesting(*this, 2);
  if (!nesting) return nullptr;
  advance();
  ExprNode* exponent = TRY_PARSE(unary());
  return make<BinOp>(start, base, Operator::Pow, exponent);
}

ExprNode* TreeParser::await_primary() {
  if (!at(TokenType::Await)) return primary();
  if (!is_at_least(5)) return nullptr;
  const Position start = position();
  advance();
  ExprNode* awaited = TRY_PARSE(primary());
  return make<Await>(start, awaited);
}

// `primary: atom` and what is attached to it: attributes, calls and subscriptions.
ExprNode* TreeParser::primary() {
  const Position start = position();
  ExprNode* value = TRY_PARSE(atom());
  for (;;) {
    switch (type()) {
      case TokenType::Dot: {
        advance();
        const Identifier attribute = TRY_PARSE(identifier());
        value = make<Attribute>(start, value, attribute, ExprContext::Load);
        break;
      }
      case TokenType::LeftParen:
        value = TRY_PARSE(call(start, value));
        break;
      case TokenType::LeftBracket:
        value = TRY_PARSE(subscript(start, value));
        break;
      default:
        return value;
    }
  }
}

// A generator expression alone needs no parentheses of its own, and is located at those of the
// call.
ExprNode* TreeParser::call(Position start, ExprNode* function) {
  const Nesting nesting(*this, kBracketWeight);
  if (!nesting) return nullptr;
  const Position bracket = position();
  advance();
  Sequence<ExprNode*> arguments;
  Sequence<Keyword*> keywords;
  if (!call_arguments(arguments, keywords)) return nullptr;
  if (at_comprehension() && arguments.size() == 1 && keywords.empty() &&
      !arguments[0]->is<Starred>()) {
    Sequence<Comprehension*> clauses;
    if (!comprehension_clauses(clauses) || !accept(TokenType::RightParen)) return nullptr;
    ExprNode* generator = make<GeneratorExp>(bracket, arguments[0], clauses);
    return make<Call>(start, function, arena_.copy_sequence(&generator, 1));
  }
  if (!accept(TokenType::RightParen)) return nullptr;
  return make<Call>(start, function, arguments, keywords);
}

// `slices: slice !',' | ','.(slice | starred_expression)+ [',']`
ExprNode* TreeParser::subscript(Position start, ExprNode* value) {
  const Nesting nesting(*this, kBracketWeight);
  if (!nesting) return nullptr;
  advance();
  const Position first = position();
  ExprNode* index = TRY_PARSE(slice());
  if (at(TokenType::Comma) || index->is<Starred>()) {
    const size_t list = list_start();
    push(index);
    while (accept(TokenType::Comma) && !at(TokenType::RightBracket)) push(TRY_PARSE(slice()));
    const Sequence<ExprNode*> elements = take<ExprNode*>(list);
    index = make<Tuple>(first, elements, ExprContext::Load);
  }
  if (!accept(TokenType::RightBracket)) return nullptr;
  return make<Subscript>(start, value, index, ExprContext::Load);
}

ExprNode* TreeParser::slice() {
  const Position start = position();
  if (accept(TokenType::Star)) {
    ExprNode* value = TRY_PARSE(expression());
    return make<Starred>(start, value, ExprContext::Load);
  }
  ExprNode* lower = nullptr;
  if (!at(TokenType::Colon)) {
    lower = TRY_PARSE(named_expression());
    if (!at(TokenType::Colon)) return lower;
    if (lower->is<NamedExpr>() && lower->location.column == start.column &&
        lower->location.line == start.line)
      return nullptr;
  }
  advance();
  const auto is_at_end = [this] {
    return at(TokenType::Colon) || at(TokenType::Comma) || at(TokenType::RightBracket);
  };
  ExprNode* upper = nullptr;
  ExprNode* step = nullptr;
  if (!is_at_end()) upper = TRY_PARSE(expression());
  if (accept(TokenType::Colon) && !is_at_end()) step = TRY_PARSE(expression());
  return make<Slice>(start, lower, upper, step);
}

}  // namespace minipy
