// Language reference 8, compound statements.
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

// `block: NEWLINE INDENT statements DEDENT | simple_stmts`
bool TreeParser::block(Body& body) {
  const Nesting nesting(*this, kBlockWeight);
  if (!nesting) return false;
  const size_t list = list_start();
  if (!accept(TokenType::Newline)) {
    if (!simple_statements()) return false;
  } else {
    if (!accept(TokenType::Indent)) return false;
    do {
      if (!statement()) return false;
    } while (!at(TokenType::Dedent) && !at(TokenType::EndMarker));
    if (!accept(TokenType::Dedent)) return false;
  }
  body = take<StmtNode*>(list);
  return true;
}

bool TreeParser::else_block(Body& body) {
  if (!accept(TokenType::Else)) return true;
  return accept(TokenType::Colon) && block(body);
}

StmtNode* TreeParser::decorated() {
  const size_t list = list_start();
  while (accept(TokenType::At)) {
    push(TRY_PARSE(named_expression()));
    if (!accept(TokenType::Newline)) return nullptr;
  }
  const Sequence<ExprNode*> decorators = take<ExprNode*>(list);
  const Position start = position();
  if (at(TokenType::Def)) return function_definition(start, false, decorators);
  if (at(TokenType::Class)) return class_definition(decorators);
  if (accept(TokenType::Async)) return function_definition(start, true, decorators);
  return nullptr;
}

StmtNode* TreeParser::function_definition(Position start, bool is_async,
                                          Sequence<ExprNode*> decorators) {
  if (!accept(TokenType::Def) || (is_async && !is_at_least(5))) return nullptr;
  const Identifier name = TRY_PARSE(identifier());
  if (!accept(TokenType::LeftParen)) return nullptr;
  Arguments* arguments = TRY_PARSE(parameters(TokenType::RightParen));
  if (!accept(TokenType::RightParen)) return nullptr;
  ExprNode* returns = nullptr;
  if (accept(TokenType::Arrow)) returns = TRY_PARSE(expression());
  if (!accept(TokenType::Colon)) return nullptr;
  Text comment;
  if (run_.options.type_comments && !function_type_comment(comment)) return nullptr;
  Body body;
  if (!block(body)) return nullptr;
  if (is_async)
    return make<AsyncFunctionDef>(start, name, arguments, body, decorators, returns, comment);
  return make<FunctionDef>(start, name, arguments, body, decorators, returns, comment);
}

// PEP 484 allows the comment behind the colon or alone on the first line of the block.
bool TreeParser::function_type_comment(Text& comment) {
  comment = type_comment();
  if (!at(TokenType::Newline)) return true;
  const Mark start = mark();
  advance();
  if (!at(TokenType::TypeComment)) {
    rewind(start);
    return true;
  }
  if (comment.data()) return false;
  const Text found = type_comment();
  const Mark behind = mark();
  const bool is_before_block = accept(TokenType::Newline) && at(TokenType::Indent);
  rewind(is_before_block ? behind : start);
  if (is_before_block) comment = found;
  return true;
}

StmtNode* TreeParser::class_definition(Sequence<ExprNode*> decorators) {
  const Position start = position();
  advance();
  const Identifier name = TRY_PARSE(identifier());
  Sequence<ExprNode*> bases;
  Sequence<Keyword*> keywords;
  if (accept(TokenType::LeftParen)) {
    if (!call_arguments(bases, keywords)) return nullptr;
    if (!accept(TokenType::RightParen)) return nullptr;
  }
  Body body;
  if (!accept(TokenType::Colon) || !block(body)) return nullptr;
  return make<ClassDef>(start, name, bases, keywords, body, decorators);
}

StmtNode* TreeParser::async_statement() {
  const Position start = position();
  if (!is_at_least(5)) return nullptr;
  advance();
  if (at(TokenType::Def)) return function_definition(start, true, {});
  if (at(TokenType::With)) return with_statement<AsyncWith>(start);
  if (at(TokenType::For)) return for_statement<AsyncFor>(start);
  return nullptr;
}

// `elif` is an `if` alone in the else block of the one before, and is located at its keyword.
StmtNode* TreeParser::if_statement() {
  const Nesting nesting(*this, 1);
  if (!nesting) return nullptr;
  const Position start = position();
  advance();
  ExprNode* test = TRY_PARSE(named_expression());
  Body body, orelse;
  if (!accept(TokenType::Colon) || !block(body)) return nullptr;
  if (at(TokenType::Elif)) {
    StmtNode* rest = TRY_PARSE(if_statement());
    orelse = arena_.copy_sequence(&rest, 1);
  } else if (!else_block(orelse)) {
    return nullptr;
  }
  return make<If>(start, test, body, orelse);
}

StmtNode* TreeParser::while_statement() {
  const Position start = position();
  advance();
  ExprNode* test = TRY_PARSE(named_expression());
  Body body, orelse;
  if (!accept(TokenType::Colon) || !block(body) || !else_block(orelse)) return nullptr;
  return make<While>(start, test, body, orelse);
}

template <typename T>
StmtNode* TreeParser::for_statement(Position start) {
  advance();
  ExprNode* target = TRY_PARSE(star_targets());
  if (!accept(TokenType::In)) return nullptr;
  ExprNode* iterable = TRY_PARSE(star_expressions());
  if (!accept(TokenType::Colon)) return nullptr;
  const Text comment = type_comment();
  Body body, orelse;
  if (!block(body) || !else_block(orelse)) return nullptr;
  return make<T>(start, target, iterable, body, orelse, comment);
}

template <typename T>
StmtNode* TreeParser::with_statement(Position start) {
  advance();
  const size_t list = list_start();
  bool is_parenthesised = false;
  if (at(TokenType::LeftParen)) {
    const Mark before = mark();
    is_parenthesised = parenthesised_with_items();
    if (!is_parenthesised) rewind(before);
  }
  Text comment;
  if (!is_parenthesised) {
    do {
      push(TRY_PARSE(with_item()));
    } while (accept(TokenType::Comma));
    if (!accept(TokenType::Colon)) return nullptr;
    comment = type_comment();
  }
  const Sequence<WithItem*> items = take<WithItem*>(list);
  if (is_parenthesised && !is_at_least(std::is_same_v<T, With> ? 9 : 5)) return nullptr;
  Body body;
  if (!block(body)) return nullptr;
  return make<T>(start, items, body, comment);
}

// Up to the colon, which alone tells `with (a, b):` from `with (a, b).c:`.
bool TreeParser::parenthesised_with_items() {
  advance();
  do {
    if (at(TokenType::RightParen)) break;
    push(TRY_PARSE(with_item()));
  } while (accept(TokenType::Comma));
  return accept(TokenType::RightParen) && accept(TokenType::Colon);
}

WithItem* TreeParser::with_item() {
  ExprNode* context = TRY_PARSE(expression());
  ExprNode* target = nullptr;
  if (accept(TokenType::As)) {
    target = TRY_PARSE(star_target());
    if (!at(TokenType::Comma) && !at(TokenType::RightParen) && !at(TokenType::Colon))
      return nullptr;
  }
  return arena_.make<WithItem>(context, target);
}

StmtNode* TreeParser::try_statement() {
  const Position start = position();
  advance();
  Body body, orelse, final_body;
  if (!accept(TokenType::Colon) || !block(body)) return nullptr;
  const size_t list = list_start();
  bool is_star = false;
  while (at(TokenType::Except)) {
    bool is_star_here = false;
    push(TRY_PARSE(except_block(is_star_here)));
    if (scratch_.size() > list + 1 && is_star_here != is_star) return nullptr;
    is_star = is_star_here;
  }
  const Sequence<HandlerNode*> handlers = take<HandlerNode*>(list);
  if (!handlers.empty() && !else_block(orelse)) return nullptr;
  if (accept(TokenType::Finally)) {
    if (!accept(TokenType::Colon) || !block(final_body)) return nullptr;
  } else if (handlers.empty()) {
    return nullptr;
  }
  if (is_star) {
    if (!is_at_least(11)) return nullptr;
    return make<TryStar>(start, body, handlers, orelse, final_body);
  }
  return make<Try>(start, body, handlers, orelse, final_body);
}

HandlerNode* TreeParser::except_block(bool& is_star) {
  const Position start = position();
  advance();
  is_star = accept(TokenType::Star);
  ExprNode* type = nullptr;
  Identifier name;
  if (!at(TokenType::Colon)) {
    type = TRY_PARSE(expression());
    if (accept(TokenType::As)) name = TRY_PARSE(identifier());
  } else if (is_star) {
    return nullptr;
  }
  Body body;
  if (!accept(TokenType::Colon) || !block(body)) return nullptr;
  return make<ExceptHandler>(start, type, name, body);
}

// `match` is a keyword only if all up to the first `case` reads like a match statement; else the
// caller rewinds.
StmtNode* TreeParser::match_statement() {
  const Position start = position();
  advance();
  if (!is_at_least(10)) return nullptr;
  const Position subject_start = position();
  ExprNode* subject = TRY_PARSE(star_named_expression());
  if (at(TokenType::Comma)) {
    const size_t list = list_start();
    push(subject);
    while (accept(TokenType::Comma) && !at(TokenType::Colon))
      push(TRY_PARSE(star_named_expression()));
    const Sequence<ExprNode*> elements = take<ExprNode*>(list);
    subject = make<Tuple>(subject_start, elements, ExprContext::Load);
  } else if (subject->is<Starred>()) {
    return nullptr;
  }
  if (!accept(TokenType::Colon) || !accept(TokenType::Newline) || !accept(TokenType::Indent))
    return nullptr;
  const size_t list = list_start();
  while (at_soft_keyword("case")) push(TRY_PARSE(case_block()));
  if (!accept(TokenType::Dedent)) return nullptr;
  const Sequence<MatchCase*> cases = take<MatchCase*>(list);
  if (cases.empty()) return nullptr;
  return make<Match>(start, subject, cases);
}

MatchCase* TreeParser::case_block() {
  advance();
  PatternNode* found = TRY_PARSE(patterns());
  ExprNode* guard = nullptr;
  if (accept(TokenType::If)) guard = TRY_PARSE(named_expression());
  Body body;
  if (!accept(TokenType::Colon) || !block(body)) return nullptr;
  return arena_.make<MatchCase>(found, guard, body);
}

template StmtNode* TreeParser::for_statement<For>(Position);
template StmtNode* TreeParser::for_statement<AsyncFor>(Position);
template StmtNode* TreeParser::with_statement<With>(Position);
template StmtNode* TreeParser::with_statement<AsyncWith>(Position);

}  // namespace minipy
