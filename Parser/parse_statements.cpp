// Language reference 7, simple statements, and 9, top-level components.
#include <string>

#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

ModNode* TreeParser::file() {
  const size_t start = list_start();
  while (!at(TokenType::EndMarker)) {
    if (!statement()) return nullptr;
  }
  const Body body = take<StmtNode*>(start);
  return arena_.make<Module>(body, type_ignores());
}

namespace {

bool is_compound(const StmtNode& statement) {
  switch (statement.node_kind) {
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
    case NodeKind::ClassDef:
    case NodeKind::For:
    case NodeKind::AsyncFor:
    case NodeKind::While:
    case NodeKind::If:
    case NodeKind::With:
    case NodeKind::AsyncWith:
    case NodeKind::Match:
    case NodeKind::Try:
    case NodeKind::TryStar:
      return true;
    default:
      return false;
  }
}

}  // namespace

// `interactive: compound_stmt NEWLINE | simple_stmts | NEWLINE`
ModNode* TreeParser::interactive() {
  const size_t list = list_start();
  if (at(TokenType::Newline)) {
    const Position start = position();
    advance();
    push(make<Pass>(start));
  } else {
    if (at(TokenType::EndMarker)) return nullptr;
    if (!statement()) return nullptr;
    const auto* first = static_cast<StmtNode*>(scratch_[list]);
    if (is_compound(*first) && !accept(TokenType::Newline)) return nullptr;
  }
  return arena_.make<Interactive>(take<StmtNode*>(list));
}

ModNode* TreeParser::evaluated() {
  ExprNode* body = TRY_PARSE(expressions());
  while (accept(TokenType::Newline)) continue;
  if (!at(TokenType::EndMarker)) return nullptr;
  return arena_.make<Expression>(body);
}

// `func_type: '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER`; stars stand for
// nothing in the tree.
ModNode* TreeParser::function_type() {
  if (!accept(TokenType::LeftParen)) return nullptr;
  const size_t start = list_start();
  int stars = 0;
  while (!at(TokenType::RightParen)) {
    const int own_stars = accept(TokenType::DoubleStar) ? 2 : accept(TokenType::Star) ? 1 : 0;
    if (stars > 0 && own_stars <= stars) return nullptr;
    stars = own_stars;
    push(TRY_PARSE(expression()));
    if (!accept(TokenType::Comma)) break;
    if (at(TokenType::RightParen)) return nullptr;
  }
  if (!accept(TokenType::RightParen) || !accept(TokenType::Arrow)) return nullptr;
  const Sequence<ExprNode*> arguments = take<ExprNode*>(start);
  ExprNode* returns = TRY_PARSE(expression());
  while (accept(TokenType::Newline)) continue;
  if (!at(TokenType::EndMarker)) return nullptr;
  return arena_.make<FunctionType>(arguments, returns);
}

Sequence<TypeIgnoreNode*> TreeParser::type_ignores() {
  return arena_.copy_sequence(type_ignores_.data(), type_ignores_.size());
}

// Pushes what it finds: a line of simple statements can hold several.
bool TreeParser::statement() {
  forget_tokens();
  StmtNode* compound;
  switch (type()) {
    case TokenType::If:
      compound = if_statement();
      break;
    case TokenType::Def:
      compound = function_definition(position(), false, {});
      break;
    case TokenType::Class:
      compound = class_definition({});
      break;
    case TokenType::For:
      compound = for_statement<For>(position());
      break;
    case TokenType::With:
      compound = with_statement<With>(position());
      break;
    case TokenType::While:
      compound = while_statement();
      break;
    case TokenType::Try:
      compound = try_statement();
      break;
    case TokenType::At:
      compound = decorated();
      break;
    case TokenType::Async:
      compound = async_statement();
      break;
    case TokenType::Name:
      if (current_->text() == "match") {
        const Mark start = mark();
        compound = match_statement();
        if (compound || ran_out_of_stack_) break;
        rewind(start);
      }
      return simple_statements();
    default:
      return simple_statements();
  }
  if (!compound) return false;
  push(compound);
  return true;
}

bool TreeParser::simple_statements() {
  do {
    StmtNode* found = TRY_PARSE(simple_statement());
    push(found);
  } while (accept(TokenType::Semicolon) && !at(TokenType::Newline));
  return accept(TokenType::Newline);
}

StmtNode* TreeParser::simple_statement() {
  const Position start = position();
  switch (type()) {
    case TokenType::Return:
      return return_statement();
    case TokenType::Import:
      return import_name();
    case TokenType::From:
      return import_from();
    case TokenType::Raise:
      return raise_statement();
    case TokenType::Pass:
      advance();
      return make<Pass>(start);
    case TokenType::Break:
      advance();
      return make<Break>(start);
    case TokenType::Continue:
      advance();
      return make<Continue>(start);
    case TokenType::Del:
      return delete_statement();
    case TokenType::Assert:
      return assert_statement();
    case TokenType::Global:
      return scope_statement<Global>();
    case TokenType::Nonlocal:
      return scope_statement<Nonlocal>();
    case TokenType::Yield: {
      ExprNode* value = TRY_PARSE(yield_expression());
      if (at(TokenType::Assign)) return nullptr;
      return make<Expr>(start, value);
    }
    default:
      return expression_statement();
  }
}

namespace {

// The operator of an augmented assignment, or nothing.
bool augmenting_operator(TokenType type, Operator& op) {
  switch (type) {
    case TokenType::PlusAssign:
      op = Operator::Add;
      return true;
    case TokenType::MinusAssign:
      op = Operator::Sub;
      return true;
    case TokenType::StarAssign:
      op = Operator::Mult;
      return true;
    case TokenType::AtAssign:
      op = Operator::MatMult;
      return true;
    case TokenType::SlashAssign:
      op = Operator::Div;
      return true;
    case TokenType::PercentAssign:
      op = Operator::Mod;
      return true;
    case TokenType::AmpersandAssign:
      op = Operator::BitAnd;
      return true;
    case TokenType::BarAssign:
      op = Operator::BitOr;
      return true;
    case TokenType::CaretAssign:
      op = Operator::BitXor;
      return true;
    case TokenType::LeftShiftAssign:
      op = Operator::LShift;
      return true;
    case TokenType::RightShiftAssign:
      op = Operator::RShift;
      return true;
    case TokenType::DoubleStarAssign:
      op = Operator::Pow;
      return true;
    case TokenType::DoubleSlashAssign:
      op = Operator::FloorDiv;
      return true;
    default:
      return false;
  }
}

}  // namespace

// An expression, or an assignment: what stands in front of '=' is read as an expression and becomes
// a target then.
StmtNode* TreeParser::expression_statement() {
  const Position start = position();
  const bool is_parenthesised = at(TokenType::LeftParen);
  ExprNode* first = TRY_PARSE(star_expressions());
  if (at(TokenType::Newline)) return make<Expr>(start, first);
  if (at(TokenType::Assign)) return assignment(start, first);
  if (at(TokenType::Colon)) return annotated_assignment(start, first, is_parenthesised);
  Operator op;
  if (augmenting_operator(type(), op)) return augmented_assignment(start, first, op);
  return make<Expr>(start, first);
}

StmtNode* TreeParser::assignment(Position start, ExprNode* first) {
  const size_t list = list_start();
  ExprNode* value = first;
  while (accept(TokenType::Assign)) {
    if (!make_target(value, ExprContext::Store, true)) return nullptr;
    push(value);
    value = TRY_PARSE(yield_or_star_expressions());
  }
  const Text comment = type_comment();
  const Sequence<ExprNode*> targets = take<ExprNode*>(list);
  return make<Assign>(start, targets, value, comment);
}

// `simple` says that the target is a bare name, which alone makes a local variable.
StmtNode* TreeParser::annotated_assignment(Position start, ExprNode* target,
                                           bool is_parenthesised) {
  if (!is_at_least(6) || !is_single_target(target)) return nullptr;
  make_target(target, ExprContext::Store, false);
  advance();
  ExprNode* annotation = TRY_PARSE(expression());
  ExprNode* value = nullptr;
  if (accept(TokenType::Assign)) value = TRY_PARSE(yield_or_star_expressions());
  const int32_t simple = target->is<Name>() && !is_parenthesised;
  return make<AnnAssign>(start, target, annotation, value, simple);
}

StmtNode* TreeParser::augmented_assignment(Position start, ExprNode* target, Operator op) {
  if (!is_single_target(target)) return nullptr;
  if (op == Operator::MatMult && !is_at_least(5)) return nullptr;
  make_target(target, ExprContext::Store, false);
  advance();
  ExprNode* value = TRY_PARSE(yield_or_star_expressions());
  return make<AugAssign>(start, target, op, value);
}

ExprNode* TreeParser::yield_or_star_expressions() {
  return at(TokenType::Yield) ? yield_expression() : star_expressions();
}

StmtNode* TreeParser::return_statement() {
  const Position start = position();
  advance();
  ExprNode* value = nullptr;
  if (!at_expression_end()) value = TRY_PARSE(star_expressions());
  return make<Return>(start, value);
}

StmtNode* TreeParser::raise_statement() {
  const Position start = position();
  advance();
  if (at_expression_end()) return make<Raise>(start);
  ExprNode* exception = TRY_PARSE(expression());
  ExprNode* cause = nullptr;
  if (accept(TokenType::From)) cause = TRY_PARSE(expression());
  return make<Raise>(start, exception, cause);
}

StmtNode* TreeParser::assert_statement() {
  const Position start = position();
  advance();
  ExprNode* test = TRY_PARSE(expression());
  ExprNode* message = nullptr;
  if (accept(TokenType::Comma)) message = TRY_PARSE(expression());
  return make<Assert>(start, test, message);
}

StmtNode* TreeParser::delete_statement() {
  const Position start = position();
  advance();
  const size_t list = list_start();
  do {
    push(TRY_PARSE(delete_target()));
  } while (accept(TokenType::Comma) && !at_expression_end());
  if (!at_expression_end()) return nullptr;
  const Sequence<ExprNode*> targets = take<ExprNode*>(list);
  return make<Delete>(start, targets);
}

template <typename T>
StmtNode* TreeParser::scope_statement() {
  const Position start = position();
  const size_t list = list_start();
  do {
    advance();
    push(TRY_PARSE(identifier()));
  } while (at(TokenType::Comma));
  const Sequence<Identifier> names = take<Identifier>(list);
  return make<T>(start, names);
}

StmtNode* TreeParser::import_name() {
  const Position start = position();
  const size_t list = list_start();
  do {
    advance();
    const Position alias_start = position();
    const Identifier name = TRY_PARSE(dotted_name());
    Identifier renamed;
    if (accept(TokenType::As)) renamed = TRY_PARSE(identifier());
    push(make<Alias>(alias_start, name, renamed));
  } while (at(TokenType::Comma));
  const Sequence<Alias*> names = take<Alias*>(list);
  return make<Import>(start, names);
}

StmtNode* TreeParser::import_from() {
  const Position start = position();
  advance();
  int32_t dots = 0;
  for (;;) {
    if (accept(TokenType::Dot)) {
      dots += 1;
    } else if (accept(TokenType::Ellipsis)) {
      dots += 3;
    } else {
      break;
    }
  }
  Identifier module;
  if (!at(TokenType::Import) || dots == 0) module = TRY_PARSE(dotted_name());
  if (!accept(TokenType::Import)) return nullptr;
  const size_t list = list_start();
  if (!import_from_targets()) return nullptr;
  const Sequence<Alias*> names = take<Alias*>(list);
  return make<ImportFrom>(start, module, names, dots);
}

// A trailing comma needs parentheses.
bool TreeParser::import_from_targets() {
  if (at(TokenType::Star)) {
    const Position start = position();
    advance();
    push(make<Alias>(start, arena_.intern("*")));
    return true;
  }
  const bool is_parenthesised = accept(TokenType::LeftParen);
  const size_t list = list_start();
  do {
    if (is_parenthesised && at(TokenType::RightParen) && scratch_.size() > list) break;
    const Position start = position();
    const Identifier name = TRY_PARSE(identifier());
    Identifier renamed;
    if (accept(TokenType::As)) renamed = TRY_PARSE(identifier());
    push(make<Alias>(start, name, renamed));
  } while (accept(TokenType::Comma));
  return !is_parenthesised || accept(TokenType::RightParen);
}

Identifier TreeParser::dotted_name() {
  const Identifier first = TRY_PARSE(identifier());
  if (!at(TokenType::Dot)) return first;
  std::string joined(first.text());
  while (accept(TokenType::Dot)) {
    const Identifier next = TRY_PARSE(identifier());
    joined += '.';
    joined += next.text();
  }
  return arena_.intern(joined);
}

Text TreeParser::type_comment() {
  if (!at(TokenType::TypeComment)) return {};
  const Text comment = arena_.copy_text(current_->text());
  advance();
  return comment;
}

}  // namespace minipy
