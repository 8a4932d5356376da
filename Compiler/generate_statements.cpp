// Simple statements, conditions and loops.
#include "Compiler/generator.h"

namespace minipy {

using namespace ast;
using enum Opcode;

void Generator::visit(const StmtNode* statement) {
  if (has_failed()) return;
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  set_location(*statement);
  switch (statement->node_kind) {
    case NodeKind::FunctionDef:
      return visit_function(statement->as<FunctionDef>(), UnitKind::Function);
    case NodeKind::AsyncFunctionDef:
      return visit_function(statement->as<AsyncFunctionDef>(), UnitKind::AsyncFunction);
    case NodeKind::ClassDef:
      return visit_class(statement->as<ClassDef>());
    case NodeKind::Return:
      return visit_return(statement->as<Return>());
    case NodeKind::For:
      return visit_for(statement->as<For>());
    case NodeKind::AsyncFor:
      return visit_async_for(statement->as<AsyncFor>());
    case NodeKind::While:
      return visit_while(statement->as<While>());
    case NodeKind::If:
      return visit_if(statement->as<If>());
    case NodeKind::With:
      return visit_with(statement->as<With>(), 0);
    case NodeKind::AsyncWith:
      return visit_with(statement->as<AsyncWith>(), 0);
    case NodeKind::Match:
      return visit_match(statement->as<Match>());
    case NodeKind::Try:
      return visit_try(statement->as<Try>());
    case NodeKind::TryStar:
      return visit_try(statement->as<TryStar>());
    default:
      return visit_simple(*statement);
  }
}

void Generator::visit_simple(const StmtNode& statement) {
  switch (statement.node_kind) {
    case NodeKind::Delete:
      return visit_all(statement.as<Delete>().targets);
    case NodeKind::Assign:
      return visit_assign(statement.as<Assign>());
    case NodeKind::AugAssign:
      return visit_augmented_assign(statement.as<AugAssign>());
    case NodeKind::AnnAssign:
      return visit_annotated_assign(statement.as<AnnAssign>());
    case NodeKind::Raise:
      return visit_raise(statement.as<Raise>());
    case NodeKind::Assert:
      return visit_assert(statement.as<Assert>());
    case NodeKind::Import:
      return visit_import(statement.as<Import>());
    case NodeKind::ImportFrom:
      return visit_import_from(statement.as<ImportFrom>());
    case NodeKind::Expr:
      return visit_expression_statement(statement.as<Expr>().value);
    case NodeKind::Pass:
      return emit(NOP);
    case NodeKind::Break:
      return visit_break();
    case NodeKind::Continue:
      return visit_continue();
    default:
      return;  // global and nonlocal have done their work in the scopes
  }
}

void Generator::visit_assign(const Assign& assignment) {
  visit(assignment.value);
  for (size_t i = 0; i < assignment.targets.size(); ++i) {
    if (i + 1 < assignment.targets.size()) emit(COPY, 1);
    visit(assignment.targets[i]);
  }
}

void Generator::visit_augmented_assign(const AugAssign& assignment) {
  const ExprNode& target = *assignment.target;
  const Attribute* attribute = target.if_is<Attribute>();
  const Subscript* subscript = target.if_is<Subscript>();
  {
    const SavedLocation saved(unit_->location);
    set_location(target);
    if (attribute) {
      visit(attribute->value);
      emit(COPY, 1);
      move_location_to_attribute(*attribute);
      emit_named(LOAD_ATTR, attribute->attr);
    } else if (subscript) {
      visit(subscript->value);
      visit(subscript->slice);
      emit(COPY, 2);
      emit(COPY, 2);
      emit(BINARY_SUBSCR);
    } else {
      visit_name(target.as<Name>().id, ExprContext::Load);
    }
  }
  visit(assignment.value);
  emit_binary(assignment.op, true);
  set_location(target);
  if (attribute) {
    move_location_to_attribute(*attribute);
    emit(SWAP, 2);
    emit_named(STORE_ATTR, attribute->attr);
  } else if (subscript) {
    emit(SWAP, 3);
    emit(SWAP, 2);
    emit(STORE_SUBSCR);
  } else {
    visit_name(target.as<Name>().id, ExprContext::Store);
  }
}

// Language reference 7.2.2. Only simple names of modules and classes keep their annotation; other
// targets without a value are evaluated as far as an assignment would.
void Generator::visit_annotated_assign(const AnnAssign& assignment) {
  const ExprNode& target = *assignment.target;
  const bool keeps_annotations = unit_->kind == UnitKind::Module || unit_->kind == UnitKind::Class;
  if (assignment.value) {
    visit(assignment.value);
    visit(&target);
  }
  if (has_failed()) return;
  if (const Name* name = target.if_is<Name>()) {
    if (!check_assignable(name->id)) return;
    if (assignment.simple && keeps_annotations) {
      visit_annotation(*assignment.annotation);
      emit_named(LOAD_NAME, annotations_);
      emit_str(mangled(name->id).text());
      emit(STORE_SUBSCR);
    }
  } else if (const Attribute* attribute = target.if_is<Attribute>()) {
    if (!check_assignable(attribute->attr)) return;
    if (!assignment.value) check_annotated_target(attribute->value);
  } else if (const Subscript* subscript = target.if_is<Subscript>()) {
    if (!assignment.value) {
      check_annotated_target(subscript->value);
      check_annotated_subscript(subscript->slice);
    }
  }
  if (!assignment.simple && keeps_annotations && !options_.future_annotations) {
    check_annotated_target(assignment.annotation);
  }
}

void Generator::check_annotated_target(const ExprNode* expression) {
  visit(expression);
  emit(POP_TOP);
}

void Generator::check_annotated_subscript(const ExprNode* index) {
  if (const Slice* slice = index->if_is<Slice>()) {
    if (slice->lower) check_annotated_target(slice->lower);
    if (slice->upper) check_annotated_target(slice->upper);
    if (slice->step) check_annotated_target(slice->step);
  } else if (const Tuple* tuple = index->if_is<Tuple>()) {
    for (const ExprNode* item : tuple->elts) check_annotated_subscript(item);
  } else {
    check_annotated_target(index);
  }
}

void Generator::visit_expression_statement(const ExprNode* value) {
  if (is_interactive_ && nesting_ <= 1) {
    visit(value);
    emit(PRINT_EXPR);
    return;
  }
  if (value->is<Constant>()) return emit(NOP);
  visit(value);
  unset_location();
  emit(POP_TOP);
}

void Generator::visit_raise(const Raise& statement) {
  int count = 0;
  if (statement.exc) {
    visit(statement.exc);
    ++count;
    if (statement.cause) {
      visit(statement.cause);
      ++count;
    }
  }
  emit(RAISE_VARARGS, count);
}

void Generator::visit_assert(const Assert& statement) {
  const Tuple* tuple = statement.test->if_is<Tuple>();
  const Constant* constant = statement.test->if_is<Constant>();
  if ((tuple && !tuple->elts.empty()) ||
      (constant && constant->value.kind == ConstantKind::Tuple && !constant->value.items.empty())) {
    warn("assertion is always true, perhaps remove parentheses?");
  }
  if (options_.optimize > 0) return;
  Block* end = new_block();
  jump_if(statement.test, end, true);
  emit(LOAD_ASSERTION_ERROR);
  if (statement.msg) {
    visit(statement.msg);
    emit_call(0);
  }
  emit(RAISE_VARARGS, 1);
  use(end);
}

void Generator::visit_import(const Import& statement) {
  for (const Alias* alias : statement.names) {
    emit_int(0);
    emit_none();
    emit_named(IMPORT_NAME, alias->name);
    const Text name = alias->name.text();
    const size_t dot = name.find('.');
    if (!alias->asname) {
      visit_name(dot == Text::npos ? alias->name : arena_.intern(name.substr(0, dot)),
                 ExprContext::Store);
    } else if (dot == Text::npos) {
      visit_name(alias->asname, ExprContext::Store);
    } else {
      store_dotted_import(name.substr(dot + 1), alias->asname);
    }
  }
}

// `import a.b.c as d`: IMPORT_NAME gives a; `rest` is b.c.
void Generator::store_dotted_import(Text rest, Identifier alias) {
  for (;;) {
    const size_t dot = rest.find('.');
    emit_plain_named(IMPORT_FROM, arena_.intern(rest.substr(0, dot)));
    if (dot == Text::npos) break;
    emit(SWAP, 2);
    emit(POP_TOP);
    rest.remove_prefix(dot + 1);
  }
  visit_name(alias, ExprContext::Store);
  emit(POP_TOP);
}

void Generator::visit_import_from(const ImportFrom& statement) {
  emit_int(statement.level);
  std::vector<const PooledConstant*> names;
  for (const Alias* alias : statement.names) {
    names.push_back(pool_.find_or_add(ConstantValue::of_str(alias->name.text())));
  }
  if (statement.location.line > options_.last_future_line && statement.module &&
      statement.module.text() == "__future__") {
    return fail("from __future__ imports must occur at the beginning of the file");
  }
  emit_constant(pool_.find_or_add_tuple(names));
  emit_named(IMPORT_NAME, statement.module ? statement.module : arena_.intern(""));
  for (const Alias* alias : statement.names) {
    if (alias->name.text() == "*") return emit(IMPORT_STAR);
    emit_named(IMPORT_FROM, alias->name);
    visit_name(alias->asname ? alias->asname : alias->name, ExprContext::Store);
  }
  emit(POP_TOP);
}

void Generator::visit_if(const If& statement) {
  Block* end = new_block();
  Block* next = statement.orelse.empty() ? end : new_block();
  jump_if(statement.test, next, false);
  visit_all(statement.body);
  if (next != end) {
    emit_jump_without_line(JUMP, end);
    use(next);
    visit_all(statement.orelse);
  }
  use(end);
}

// The condition is compiled twice: before the loop and at its end.
void Generator::visit_while(const While& statement) {
  Block* loop = new_block();
  Block* body = new_block();
  Block* anchor = new_block();
  Block* end = new_block();
  use(loop);
  if (!push_region({.kind = RegionKind::WhileLoop, .start = loop, .exit = end})) return;
  jump_if(statement.test, anchor, false);
  use(body);
  visit_all(statement.body);
  set_location(statement);
  jump_if(statement.test, body, true);
  pop_region();
  use(anchor);
  visit_all(statement.orelse);
  use(end);
}

void Generator::visit_for(const For& statement) {
  Block* start = new_block();
  Block* body = new_block();
  Block* cleanup = new_block();
  Block* end = new_block();
  if (!push_region({.kind = RegionKind::ForLoop, .start = start, .exit = end})) return;
  visit(statement.iter);
  emit(GET_ITER);
  use(start);
  emit_jump(FOR_ITER, cleanup);
  use(body);
  visit(statement.target);
  visit_all(statement.body);
  unset_location();
  emit_jump(JUMP, start);
  use(cleanup);
  pop_region();
  visit_all(statement.orelse);
  use(end);
}

void Generator::visit_async_for(const AsyncFor& statement) {
  if (options_.top_level_await && unit_->kind == UnitKind::Module) {
    unit_->scope.is_coroutine = true;
  } else if (unit_->kind != UnitKind::AsyncFunction) {
    return fail("'async for' outside async function");
  }
  Block* start = new_block();
  Block* except = new_block();
  Block* end = new_block();
  visit(statement.iter);
  emit(GET_AITER);
  use(start);
  if (!push_region({.kind = RegionKind::ForLoop, .start = start, .exit = end})) return;
  emit_jump(SETUP_FINALLY, except);
  emit(GET_ANEXT);
  emit_none();
  emit_yield_from(true);
  emit(POP_BLOCK);
  visit(statement.target);
  visit_all(statement.body);
  unset_location();
  emit_jump(JUMP, start);
  pop_region();
  use(except);
  // END_ASYNC_FOR comes after the loop, not after its body.
  set_location(*statement.iter);
  emit(END_ASYNC_FOR);
  visit_all(statement.orelse);
  use(end);
}

// Jumps to `target` if the truth of `condition` is `jump_on`, and falls through otherwise.
void Generator::jump_if(const ExprNode* condition, Block* target, bool jump_on) {
  if (has_failed()) return;
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  if (const UnaryOp* unary = condition->if_is<UnaryOp>();
      unary && unary->op == UnaryOperator::Not) {
    return jump_if(unary->operand, target, !jump_on);
  }
  if (const BoolOp* boolean = condition->if_is<BoolOp>())
    return jump_if_bool(*boolean, target, jump_on);
  if (const IfExp* conditional = condition->if_is<IfExp>()) {
    Block* end = new_block();
    Block* otherwise = new_block();
    jump_if(conditional->test, otherwise, false);
    jump_if(conditional->body, target, jump_on);
    emit_jump_without_line(JUMP, end);
    use(otherwise);
    jump_if(conditional->orelse, target, jump_on);
    use(end);
    return;
  }
  if (const Compare* comparison = condition->if_is<Compare>()) {
    set_location(*comparison);
    if (comparison->ops.size() > 1) return jump_if_chain(*comparison, target, jump_on);
  }
  visit(condition);
  emit_jump(jump_on ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
}

void Generator::jump_if_bool(const BoolOp& condition, Block* target, bool jump_on) {
  // `or` is decided by the first true value, `and` by the first false one.
  const bool decides = condition.op == BoolOperator::Or;
  Block* decided = decides == jump_on ? target : new_block();
  const size_t last = condition.values.size() - 1;
  for (size_t i = 0; i < last; ++i) jump_if(condition.values[i], decided, decides);
  jump_if(condition.values[last], target, jump_on);
  if (decided != target) use(decided);
}

void Generator::jump_if_chain(const Compare& comparison, Block* target, bool jump_on) {
  check_compare(comparison);
  Block* cleanup = new_block();
  visit(comparison.left);
  const size_t last = comparison.ops.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    visit(comparison.comparators[i]);
    emit(SWAP, 2);
    emit(COPY, 2);
    emit_compare(comparison.ops[i]);
    emit_jump(POP_JUMP_IF_FALSE, cleanup);
  }
  visit(comparison.comparators[last]);
  emit_compare(comparison.ops[last]);
  emit_jump(jump_on ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
  Block* end = new_block();
  emit_jump_without_line(JUMP, end);
  use(cleanup);
  emit(POP_TOP);
  if (!jump_on) emit_jump_without_line(JUMP, target);
  use(end);
}

}  // namespace minipy
