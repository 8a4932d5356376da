// Expressions.
#include "Compiler/generator.h"

namespace minipy {

using namespace ast;
using enum Opcode;

// Instructions of an expression have its location, unless a part of it sets another one.
void Generator::visit(const ExprNode* expression) {
  if (has_failed()) return;
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  const SavedLocation saved(unit_->location);
  set_location(*expression);
  visit_inner(*expression);
}

void Generator::visit_inner(const ExprNode& expression) {
  switch (expression.node_kind) {
    case NodeKind::Name:
      return visit_name(expression.as<Name>().id, expression.as<Name>().ctx);
    case NodeKind::Constant:
      return emit_constant(expression.as<Constant>().value);
    case NodeKind::Attribute:
      return visit_attribute(expression.as<Attribute>());
    case NodeKind::Call:
      return visit_call(expression.as<Call>());
    case NodeKind::Subscript:
      return visit_subscript(expression.as<Subscript>());
    case NodeKind::BinOp:
      visit(expression.as<BinOp>().left);
      visit(expression.as<BinOp>().right);
      return emit_binary(expression.as<BinOp>().op);
    case NodeKind::Compare:
      return visit_compare(expression.as<Compare>());
    case NodeKind::BoolOp:
      return visit_bool(expression.as<BoolOp>());
    case NodeKind::Tuple: {
      const Tuple& tuple = expression.as<Tuple>();
      if (tuple.ctx == ExprContext::Store) return visit_targets(tuple.elts);
      if (tuple.ctx == ExprContext::Del) return visit_all(tuple.elts);
      return visit_display(tuple.elts, 0, {BUILD_LIST, LIST_APPEND, LIST_EXTEND, true});
    }
    case NodeKind::List: {
      const List& list = expression.as<List>();
      if (list.ctx == ExprContext::Store) return visit_targets(list.elts);
      if (list.ctx == ExprContext::Del) return visit_all(list.elts);
      return visit_display(list.elts, 0, {BUILD_LIST, LIST_APPEND, LIST_EXTEND, false});
    }
    case NodeKind::Set:
      return visit_display(expression.as<Set>().elts, 0, {BUILD_SET, SET_ADD, SET_UPDATE, false});
    case NodeKind::Dict:
      return visit_dict(expression.as<Dict>());
    case NodeKind::JoinedStr:
      return visit_joined_str(expression.as<JoinedStr>());
    case NodeKind::FormattedValue:
      return visit_formatted_value(expression.as<FormattedValue>());
    case NodeKind::IfExp:
      return visit_conditional(expression.as<IfExp>());
    case NodeKind::Lambda:
      return visit_lambda(expression.as<Lambda>());
    default:
      return visit_special(expression);
  }
}

void Generator::visit_special(const ExprNode& expression) {
  switch (expression.node_kind) {
    case NodeKind::UnaryOp: {
      visit(expression.as<UnaryOp>().operand);
      switch (expression.as<UnaryOp>().op) {
        case UnaryOperator::Invert:
          return emit(UNARY_INVERT);
        case UnaryOperator::Not:
          return emit(UNARY_NOT);
        case UnaryOperator::UAdd:
          return emit(UNARY_POSITIVE);
        case UnaryOperator::USub:
          return emit(UNARY_NEGATIVE);
      }
      return;
    }
    case NodeKind::NamedExpr:
      visit(expression.as<NamedExpr>().value);
      emit(COPY, 1);
      return visit(expression.as<NamedExpr>().target);
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp:
      return visit_comprehension(expression);
    case NodeKind::Slice:
      return visit_slice(expression.as<Slice>());
    case NodeKind::Await:
      return visit_await(expression.as<Await>());
    case NodeKind::Yield:
      return visit_yield(expression.as<Yield>());
    case NodeKind::YieldFrom:
      return visit_yield_from(expression.as<YieldFrom>());
    case NodeKind::Starred:
      return visit_starred(expression.as<Starred>());
    default:
      return;
  }
}

// An attribute that stands on another line than its object starts, for tracebacks, at its own name.
void Generator::move_location_to_attribute(const Attribute& attribute) {
  Location& location = unit_->location;
  if (location.line == attribute.location.end_line) return;
  location.line = attribute.location.end_line;
  int length = 0;
  for (const char c : attribute.attr.text())
    length += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  if (length <= attribute.location.end_column) {
    location.column = attribute.location.end_column - length;
  } else {
    location.column = -1;
    location.end_column = -1;
  }
}

void Generator::visit_attribute(const Attribute& attribute) {
  visit(attribute.value);
  if (has_failed()) return;
  switch (attribute.ctx) {
    case ExprContext::Load:
      move_location_to_attribute(attribute);
      return emit_named(LOAD_ATTR, attribute.attr);
    case ExprContext::Store:
      if (!check_assignable(attribute.attr)) return;
      move_location_to_attribute(attribute);
      return emit_named(STORE_ATTR, attribute.attr);
    case ExprContext::Del:
      move_location_to_attribute(attribute);
      return emit_named(DELETE_ATTR, attribute.attr);
  }
}

void Generator::visit_subscript(const Subscript& subscript) {
  if (subscript.ctx == ExprContext::Load) {
    check_subscripted(subscript.value);
    check_index(subscript.value, subscript.slice);
  }
  visit(subscript.value);
  visit(subscript.slice);
  switch (subscript.ctx) {
    case ExprContext::Load:
      return emit(BINARY_SUBSCR);
    case ExprContext::Store:
      return emit(STORE_SUBSCR);
    case ExprContext::Del:
      return emit(DELETE_SUBSCR);
  }
}

void Generator::visit_slice(const Slice& slice) {
  const auto visit_part = [this](const ExprNode* part) { part ? visit(part) : emit_none(); };
  visit_part(slice.lower);
  visit_part(slice.upper);
  if (slice.step) visit(slice.step);
  emit(BUILD_SLICE, slice.step ? 3 : 2);
}

void Generator::visit_bool(const BoolOp& expression) {
  const Opcode jump =
      expression.op == BoolOperator::And ? JUMP_IF_FALSE_OR_POP : JUMP_IF_TRUE_OR_POP;
  Block* end = new_block();
  const size_t last = expression.values.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    visit(expression.values[i]);
    emit_jump(jump, end);
  }
  visit(expression.values[last]);
  use(end);
}

// Language reference 6.10: a < b < c evaluates b once.
void Generator::visit_compare(const Compare& comparison) {
  check_compare(comparison);
  visit(comparison.left);
  const size_t last = comparison.ops.size() - 1;
  if (last == 0) {
    visit(comparison.comparators[0]);
    return emit_compare(comparison.ops[0]);
  }
  Block* cleanup = new_block();
  for (size_t i = 0; i < last; ++i) {
    visit(comparison.comparators[i]);
    emit(SWAP, 2);
    emit(COPY, 2);
    emit_compare(comparison.ops[i]);
    emit_jump(JUMP_IF_FALSE_OR_POP, cleanup);
  }
  visit(comparison.comparators[last]);
  emit_compare(comparison.ops[last]);
  Block* end = new_block();
  emit_jump_without_line(JUMP, end);
  use(cleanup);
  emit(SWAP, 2);
  emit(POP_TOP);
  use(end);
}

void Generator::visit_conditional(const IfExp& expression) {
  Block* end = new_block();
  Block* otherwise = new_block();
  jump_if(expression.test, otherwise, false);
  visit(expression.body);
  emit_jump_without_line(JUMP, end);
  use(otherwise);
  visit(expression.orelse);
  use(end);
}

void Generator::visit_await(const Await& expression) {
  if (!options_.top_level_await || unit_->kind != UnitKind::Module) {
    if (unit_->scope.kind != BlockKind::Function) return fail("'await' outside function");
    if (unit_->kind != UnitKind::AsyncFunction && unit_->kind != UnitKind::Comprehension) {
      return fail("'await' outside async function");
    }
  }
  visit(expression.value);
  emit_await(0);
}

void Generator::visit_yield(const Yield& expression) {
  if (unit_->scope.kind != BlockKind::Function) return fail("'yield' outside function");
  if (expression.value) {
    visit(expression.value);
  } else {
    emit_none();
  }
  emit_yield();
}

void Generator::visit_yield_from(const YieldFrom& expression) {
  if (unit_->scope.kind != BlockKind::Function) return fail("'yield' outside function");
  if (unit_->kind == UnitKind::AsyncFunction) return fail("'yield from' inside async function");
  visit(expression.value);
  emit(GET_YIELD_FROM_ITER);
  emit_none();
  emit_yield_from(false);
}

// Where a star is allowed, the node around it takes care of it.
void Generator::visit_starred(const Starred& starred) {
  fail(starred.ctx == ExprContext::Store
           ? Text("starred assignment target must be in a list or tuple")
           : Text("can't use starred expression here"));
}

void Generator::visit_targets(Sequence<ExprNode*> targets) {
  emit_unpack(targets);
  for (const ExprNode* target : targets) {
    const Starred* starred = target->if_is<Starred>();
    visit(starred ? starred->value : target);
  }
}

void Generator::emit_unpack(Sequence<ExprNode*> targets) {
  const size_t count = targets.size();
  bool has_star = false;
  for (size_t i = 0; i < count; ++i) {
    if (!targets[i]->is<Starred>()) continue;
    if (has_star) return fail("multiple starred expressions in assignment");
    if (i >= 1 << 8 || count - i - 1 >= (1u << 31) >> 8) {
      return fail("too many expressions in star-unpacking assignment");
    }
    emit(UNPACK_EX, static_cast<int>(i | (count - i - 1) << 8));
    has_star = true;
  }
  if (!has_star) emit(UNPACK_SEQUENCE, static_cast<int>(count));
}

}  // namespace minipy
