// What may stand left of '=', behind `for`, `as` and `del`: language reference 7.2 and 7.5.
#include "Parser/tree_parser.h"

namespace minipy {

using namespace ast;

// A name, attribute or subscription: what can be annotated or augmented.
bool TreeParser::is_single_target(const ExprNode* node) {
  return node->is<Name>() || node->is<Attribute>() || node->is<Subscript>();
}

// Turns an expression that has been read into a target; false if it cannot be one.
bool TreeParser::make_target(ExprNode* node, ExprContext context, bool allow_starred) {
  switch (node->node_kind) {
    case NodeKind::Name:
      node->as<Name>().ctx = context;
      return true;
    case NodeKind::Attribute:
      node->as<Attribute>().ctx = context;
      return true;
    case NodeKind::Subscript:
      node->as<Subscript>().ctx = context;
      return true;
    case NodeKind::Starred:
      if (!allow_starred) return false;
      node->as<Starred>().ctx = context;
      return make_target(node->as<Starred>().value, context, false);
    case NodeKind::Tuple:
    case NodeKind::List: {
      const bool is_tuple = node->is<Tuple>();
      (is_tuple ? node->as<Tuple>().ctx : node->as<List>().ctx) = context;
      for (ExprNode* element : is_tuple ? node->as<Tuple>().elts : node->as<List>().elts) {
        if (!make_target(element, context, context == ExprContext::Store)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

// `star_targets`: stops at `in`, which an expression would take for an operator.
ExprNode* TreeParser::star_targets() {
  const Position start = position();
  ExprNode* first = TRY_PARSE(star_target());
  if (!at(TokenType::Comma)) return first;
  const size_t list = list_start();
  push(first);
  while (accept(TokenType::Comma) && !at(TokenType::In)) push(TRY_PARSE(star_target()));
  const Sequence<ExprNode*> elements = take<ExprNode*>(list);
  return make<Tuple>(start, elements, ExprContext::Store);
}

ExprNode* TreeParser::star_target() {
  const Position start = position();
  const bool is_starred = accept(TokenType::Star);
  ExprNode* target = TRY_PARSE(primary());
  if (!make_target(target, ExprContext::Store, false)) return nullptr;
  return is_starred ? make<Starred>(start, target, ExprContext::Store) : target;
}

ExprNode* TreeParser::delete_target() {
  ExprNode* target = TRY_PARSE(primary());
  return make_target(target, ExprContext::Del, false) ? target : nullptr;
}

}  // namespace minipy
