// Comprehensions and generator expressions (language reference, 6.2.4): each is a function of its
// outermost iterator.
#include "Compiler/generator.h"

namespace minipy {

using namespace ast;
using enum Opcode;

void Generator::visit_comprehension(const ExprNode& expression) {
  switch (expression.node_kind) {
    case NodeKind::ListComp: {
      const ListComp& node = expression.as<ListComp>();
      const Identifier name = arena_.intern("<listcomp>");
      return visit_comprehension_parts(
          {node, ComprehensionKind::List, name, node.generators, node.elt, nullptr});
    }
    case NodeKind::SetComp: {
      const SetComp& node = expression.as<SetComp>();
      const Identifier name = arena_.intern("<setcomp>");
      return visit_comprehension_parts(
          {node, ComprehensionKind::Set, name, node.generators, node.elt, nullptr});
    }
    case NodeKind::DictComp: {
      const DictComp& node = expression.as<DictComp>();
      const Identifier name = arena_.intern("<dictcomp>");
      return visit_comprehension_parts(
          {node, ComprehensionKind::Dict, name, node.generators, node.key, node.value});
    }
    default: {
      const GeneratorExp& node = expression.as<GeneratorExp>();
      const Identifier name = arena_.intern("<genexpr>");
      return visit_comprehension_parts(
          {node, ComprehensionKind::Generator, name, node.generators, node.elt, nullptr});
    }
  }
}

void Generator::visit_comprehension_parts(const ComprehensionParts& parts) {
  const UnitKind outer_kind = unit_->kind;
  const bool is_generator = parts.kind == ComprehensionKind::Generator;
  const bool is_top_level = options_.top_level_await && outer_kind == UnitKind::Module;
  enter(parts.name, UnitKind::Comprehension, parts.node, parts.node.location.line);
  set_location(parts.node);
  const bool is_async = unit_->scope.is_coroutine;
  if (is_async && !is_generator && outer_kind != UnitKind::AsyncFunction &&
      outer_kind != UnitKind::Comprehension && !is_top_level) {
    fail("asynchronous comprehension outside of an asynchronous function");
  }
  if (parts.kind == ComprehensionKind::List) emit(BUILD_LIST, 0);
  if (parts.kind == ComprehensionKind::Set) emit(BUILD_SET, 0);
  if (parts.kind == ComprehensionKind::Dict) emit(BUILD_MAP, 0);
  visit_clause(parts, 0, 0);
  if (!is_generator) emit(RETURN_VALUE);
  const CodeUnit* code = finish_and_leave(true);
  if (!code) return;
  if (is_top_level && is_async) unit_->scope.is_coroutine = true;
  make_function(code, 0);
  visit(parts.clauses[0]->iter);
  emit(parts.clauses[0]->is_async ? GET_AITER : GET_ITER);
  emit_call(0);
  if (is_async && !is_generator) emit_await(0);
}

void Generator::visit_clause(const ComprehensionParts& parts, size_t index, int depth) {
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  if (parts.clauses[index]->is_async) {
    visit_async_clause(parts, index, depth);
  } else {
    visit_plain_clause(parts, index, depth);
  }
}

// `for x in [y]` is an assignment: the only item, or null.
static const ExprNode* only_item(const ExprNode* iterable) {
  const List* list = iterable->if_is<List>();
  const Tuple* tuple = iterable->if_is<Tuple>();
  const Sequence<ExprNode*> items = list ? list->elts : tuple ? tuple->elts : Sequence<ExprNode*>();
  return items.size() == 1 && !items[0]->is<Starred>() ? items[0] : nullptr;
}

// `depth` counts the iterators on the stack above the collection.
void Generator::visit_plain_clause(const ComprehensionParts& parts, size_t index, int depth) {
  const Comprehension& clause = *parts.clauses[index];
  Block* start = new_block();
  Block* if_cleanup = new_block();
  Block* anchor = new_block();
  bool is_loop = true;
  if (index == 0) {
    unit_->argument_count = 1;
    emit(LOAD_FAST, 0);
  } else if (const ExprNode* item = only_item(clause.iter)) {
    visit(item);
    is_loop = false;
  } else {
    visit(clause.iter);
    emit(GET_ITER);
  }
  if (is_loop) {
    ++depth;
    use(start);
    emit_jump(FOR_ITER, anchor);
  }
  visit(clause.target);
  visit_conditions(clause, if_cleanup);
  visit_element(parts, index + 1, depth);
  use(if_cleanup);
  if (!is_loop) return;
  emit_jump(JUMP, start);
  use(anchor);
}

void Generator::visit_async_clause(const ComprehensionParts& parts, size_t index, int depth) {
  const Comprehension& clause = *parts.clauses[index];
  Block* start = new_block();
  Block* except = new_block();
  Block* if_cleanup = new_block();
  if (index == 0) {
    unit_->argument_count = 1;
    emit(LOAD_FAST, 0);
  } else {
    visit(clause.iter);
    emit(GET_AITER);
  }
  use(start);
  if (!push_region({.kind = RegionKind::AsyncComprehension, .start = start})) return;
  emit_jump(SETUP_FINALLY, except);
  emit(GET_ANEXT);
  emit_none();
  emit_yield_from(true);
  emit(POP_BLOCK);
  visit(clause.target);
  visit_conditions(clause, if_cleanup);
  visit_element(parts, index + 1, depth + 1);
  use(if_cleanup);
  emit_jump(JUMP, start);
  if (has_failed()) return;
  pop_region();
  use(except);
  emit(END_ASYNC_FOR);
}

void Generator::visit_conditions(const Comprehension& clause, Block* if_false) {
  for (const ExprNode* condition : clause.ifs) jump_if(condition, if_false, false);
}

// What the innermost clause does with each item.
void Generator::visit_element(const ComprehensionParts& parts, size_t next_clause, int depth) {
  if (next_clause < parts.clauses.size()) return visit_clause(parts, next_clause, depth);
  visit(parts.element);
  switch (parts.kind) {
    case ComprehensionKind::List:
      return emit(LIST_APPEND, depth + 1);
    case ComprehensionKind::Set:
      return emit(SET_ADD, depth + 1);
    case ComprehensionKind::Dict:
      visit(parts.value);
      return emit(MAP_ADD, depth + 1);
    case ComprehensionKind::Generator:
      emit_yield();
      return emit(POP_TOP);
    case ComprehensionKind::None:
      return;
  }
}

}  // namespace minipy
