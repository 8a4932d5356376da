// try and with statements, and what leaving them early has to undo.
#include "Compiler/generator.h"

namespace minipy {

using namespace ast;
using enum Opcode;

bool Generator::push_region(const Region& region) {
  constexpr size_t kMaxRegions = 20;
  if (unit_->regions.size() >= kMaxRegions) {
    fail("too many statically nested blocks");
    return false;
  }
  unit_->regions.push_back(region);
  return true;
}

// Emits what ends `region` early. With `keep_top` the top of the stack is a return value to be kept
// there.
void Generator::unwind(const Region& region, bool keep_top) {
  switch (region.kind) {
    case RegionKind::WhileLoop:
    case RegionKind::ExceptionHandler:
    case RegionKind::ExceptionGroupHandler:
    case RegionKind::AsyncComprehension:
      return;
    case RegionKind::ForLoop:
    case RegionKind::PoppedValue:
      if (keep_top) emit(SWAP, 2);
      return emit(POP_TOP);
    case RegionKind::TryExcept:
      return emit(POP_BLOCK);
    case RegionKind::FinallyTry:
      emit(POP_BLOCK);
      if (keep_top && !push_region({.kind = RegionKind::PoppedValue})) return;
      visit_all(region.finally_body);
      if (keep_top) pop_region();
      return unset_location();
    case RegionKind::FinallyEnd:
      if (keep_top) emit(SWAP, 2);
      emit(POP_TOP);
      if (keep_top) emit(SWAP, 2);
      emit(POP_BLOCK);
      return emit(POP_EXCEPT);
    case RegionKind::With:
    case RegionKind::AsyncWith:
      set_location(*region.statement);
      emit(POP_BLOCK);
      if (keep_top) emit(SWAP, 2);
      emit_exit_call();
      if (region.kind == RegionKind::AsyncWith) emit_await(2);
      emit(POP_TOP);
      return unset_location();
    case RegionKind::HandlerCleanup:
      if (region.name) emit(POP_BLOCK);
      if (keep_top) emit(SWAP, 2);
      emit(POP_BLOCK);
      emit(POP_EXCEPT);
      if (region.name) emit_unbind(region.name);
      return;
  }
}

// While a region is unwound it is not in force: a `return` in a finally body must not run that body
// again.
std::optional<Region> Generator::unwind_all(bool keep_top, bool to_loop) {
  if (unit_->regions.empty() || has_failed()) return std::nullopt;
  const Region top = unit_->regions.back();
  if (top.kind == RegionKind::ExceptionGroupHandler) {
    fail("'break', 'continue' and 'return' cannot appear in an except* block");
    return std::nullopt;
  }
  if (to_loop && (top.kind == RegionKind::WhileLoop || top.kind == RegionKind::ForLoop)) return top;
  pop_region();
  unwind(top, keep_top);
  const std::optional<Region> loop = unwind_all(keep_top, to_loop);
  unit_->regions.push_back(top);
  return loop;
}

void Generator::visit_return(const Return& statement) {
  const bool is_constant = statement.value && statement.value->is<Constant>();
  const bool keep_top = statement.value && !is_constant;
  if (unit_->scope.kind != BlockKind::Function) return fail("'return' outside function");
  if (statement.value && unit_->scope.is_coroutine && unit_->scope.is_generator) {
    return fail("'return' with value in async generator");
  }
  if (keep_top) {
    visit(statement.value);
  } else if (statement.value) {
    set_location(*statement.value);
    emit(NOP);
  }
  if (!statement.value || statement.value->location.line != statement.location.line) {
    set_location(statement);
    emit(NOP);
  }
  unwind_all(keep_top, false);
  if (!statement.value) {
    emit_none();
  } else if (is_constant) {
    emit_constant(statement.value->as<Constant>().value);
  }
  emit(RETURN_VALUE);
}

void Generator::visit_break() {
  emit(NOP);
  const Location own = location();  // unwinding leaves another one
  const std::optional<Region> loop = unwind_all(false, true);
  if (!loop) return context_.fail(own, Text("'break' outside loop"));
  unwind(*loop, false);
  emit_jump(JUMP, loop->exit);
}

void Generator::visit_continue() {
  emit(NOP);
  const Location own = location();  // unwinding leaves another one
  const std::optional<Region> loop = unwind_all(false, true);
  if (!loop) return context_.fail(own, Text("'continue' not properly in loop"));
  emit_jump(JUMP, loop->start);
}

// The finally body is compiled twice, and once more for each way out by break, continue or return.
template <typename TryStatement>
void Generator::visit_try(const TryStatement& statement) {
  if (statement.finalbody.empty()) return visit_handlers(statement);
  Block* body = new_block();
  Block* end = new_block();
  Block* exit = new_block();
  Block* cleanup = new_block();
  emit_jump(SETUP_FINALLY, end);
  use(body);
  const Region region{.kind = RegionKind::FinallyTry,
                      .start = body,
                      .exit = end,
                      .finally_body = statement.finalbody};
  if (!push_region(region)) return;
  if (statement.handlers.empty()) {
    visit_all(statement.body);
  } else {
    visit_handlers(statement);
  }
  if (has_failed()) return;
  emit_without_line(POP_BLOCK);
  pop_region();
  visit_all(statement.finalbody);
  emit_jump_without_line(JUMP, exit);
  use(end);
  unset_location();
  emit_jump(SETUP_CLEANUP, cleanup);
  emit(PUSH_EXC_INFO);
  if (!push_region({.kind = RegionKind::FinallyEnd, .start = end})) return;
  visit_all(statement.finalbody);
  pop_region();
  emit(RERAISE, 0);
  use(cleanup);
  emit_pop_and_reraise();
  use(exit);
}

template void Generator::visit_try(const Try&);
template void Generator::visit_try(const TryStar&);

// COPY 3; POP_EXCEPT; RERAISE 1: an exception inside a handler goes on, with the state of before
// restored.
void Generator::emit_pop_and_reraise() {
  emit(COPY, 3);
  emit(POP_EXCEPT);
  emit(RERAISE, 1);
}

void Generator::visit_handlers(const Try& statement) {
  Block* body = new_block();
  Block* except = new_block();
  Block* end = new_block();
  Block* cleanup = new_block();
  emit_jump(SETUP_FINALLY, except);
  use(body);
  if (!push_region({.kind = RegionKind::TryExcept, .start = body})) return;
  visit_all(statement.body);
  pop_region();
  emit_without_line(POP_BLOCK);
  visit_all(statement.orelse);
  emit_jump_without_line(JUMP, end);
  use(except);
  unset_location();
  emit_jump(SETUP_CLEANUP, cleanup);
  emit(PUSH_EXC_INFO);
  if (!push_region({.kind = RegionKind::ExceptionHandler})) return;
  for (size_t i = 0; i < statement.handlers.size() && !has_failed(); ++i) {
    const ExceptHandler& handler = statement.handlers[i]->as<ExceptHandler>();
    set_location(handler);
    if (!handler.type && i + 1 < statement.handlers.size())
      return fail("default 'except:' must be last");
    except = new_block();
    visit_handler(handler, except, end);
    use(except);
  }
  unset_location();
  if (has_failed()) return;
  pop_region();
  emit(RERAISE, 0);
  use(cleanup);
  emit_pop_and_reraise();
  use(end);
}

// One except clause; `next` is the one to try if the type does not match.
void Generator::visit_handler(const ExceptHandler& handler, Block* next, Block* end) {
  if (handler.type) {
    visit(handler.type);
    emit(CHECK_EXC_MATCH);
    emit_jump(POP_JUMP_IF_FALSE, next);
  }
  if (!handler.name) {
    Block* body = new_block();
    emit(POP_TOP);
    use(body);
    if (!push_region({.kind = RegionKind::HandlerCleanup, .start = body})) return;
    visit_all(handler.body);
    if (has_failed()) return;
    pop_region();
    unset_location();
    emit(POP_BLOCK);
    emit(POP_EXCEPT);
    return emit_jump(JUMP, end);
  }
  // The name is unbound at the end of the clause, however it ends.
  Block* cleanup = new_block();
  Block* body = new_block();
  visit_name(handler.name, ExprContext::Store);
  emit_jump(SETUP_CLEANUP, cleanup);
  use(body);
  if (!push_region({.kind = RegionKind::HandlerCleanup, .start = body, .name = handler.name}))
    return;
  visit_all(handler.body);
  if (has_failed()) return;
  pop_region();
  unset_location();
  emit(POP_BLOCK);
  emit(POP_BLOCK);
  emit(POP_EXCEPT);
  emit_unbind(handler.name);
  emit_jump(JUMP, end);
  use(cleanup);
  unset_location();
  emit_unbind(handler.name);
  emit(RERAISE, 1);
}

// name = None; del name: the first makes the second work even if the body has deleted it.
void Generator::emit_unbind(Identifier name) {
  emit_none();
  visit_name(name, ExprContext::Store);
  visit_name(name, ExprContext::Del);
}

// PEP 654. Each clause splits what is left of the group; what clauses raise is collected in a list
// below it, and PREP_RERAISE_STAR joins that with the rest at the end.
void Generator::visit_handlers(const TryStar& statement) {
  Block* body = new_block();
  Block* except = new_block();
  Block* orelse = new_block();
  Block* end = new_block();
  Block* cleanup = new_block();
  Block* reraise_star = new_block();
  emit_jump(SETUP_FINALLY, except);
  use(body);
  if (!push_region({.kind = RegionKind::TryExcept, .start = body})) return;
  visit_all(statement.body);
  pop_region();
  emit_without_line(POP_BLOCK);
  emit_jump_without_line(JUMP, orelse);
  use(except);
  unset_location();
  emit_jump(SETUP_CLEANUP, cleanup);
  emit(PUSH_EXC_INFO);
  if (!push_region({.kind = RegionKind::ExceptionGroupHandler})) return;
  for (size_t i = 0; i < statement.handlers.size() && !has_failed(); ++i) {
    visit_star_handler(statement.handlers[i]->as<ExceptHandler>(), i == 0,
                       i + 1 == statement.handlers.size(), reraise_star);
  }
  unset_location();
  if (has_failed()) return;
  pop_region();
  Block* reraise = new_block();
  use(reraise_star);
  emit(PREP_RERAISE_STAR);
  emit(COPY, 1);
  emit_jump(POP_JUMP_IF_NOT_NONE, reraise);
  emit(POP_TOP);
  emit(POP_BLOCK);
  emit(POP_EXCEPT);
  emit_jump(JUMP, end);
  use(reraise);
  emit(POP_BLOCK);
  emit(SWAP, 2);
  emit(POP_EXCEPT);
  emit(RERAISE, 0);
  use(cleanup);
  emit_pop_and_reraise();
  use(orelse);
  visit_all(statement.orelse);
  use(end);
}

void Generator::visit_star_handler(const ExceptHandler& handler, bool is_first, bool is_last,
                                   Block* reraise_star) {
  set_location(handler);
  Block* next = new_block();
  Block* match = new_block();
  if (is_first) {
    // A copy of the group, to be split, above the list of what the clauses raise.
    emit(COPY, 1);
    emit(BUILD_LIST, 0);
    emit(SWAP, 2);
  }
  if (handler.type) {
    visit(handler.type);
    emit(CHECK_EG_MATCH);
    emit(COPY, 1);
    emit_jump(POP_JUMP_IF_NOT_NONE, match);
    emit(POP_TOP);
    emit_jump(JUMP, next);
  }
  use(match);
  Block* cleanup = new_block();
  Block* body = new_block();
  if (handler.name) {
    visit_name(handler.name, ExprContext::Store);
  } else {
    emit(POP_TOP);
  }
  emit_jump(SETUP_CLEANUP, cleanup);
  use(body);
  if (!push_region({.kind = RegionKind::HandlerCleanup, .start = body, .name = handler.name}))
    return;
  visit_all(handler.body);
  if (has_failed()) return;
  pop_region();
  unset_location();
  emit(POP_BLOCK);
  if (handler.name) emit_unbind(handler.name);
  emit_jump(JUMP, next);
  use(cleanup);
  unset_location();
  if (handler.name) emit_unbind(handler.name);
  emit(LIST_APPEND, 3);
  emit(POP_TOP);
  emit_jump(JUMP, next);
  use(next);
  if (is_last) {
    emit(LIST_APPEND, 1);
    emit_jump(JUMP, reraise_star);
  }
}

// __exit__(None, None, None)
void Generator::emit_exit_call() {
  emit_none();
  emit_none();
  emit_none();
  emit_call(2);
}

template <typename WithStatement>
void Generator::visit_with(const WithStatement& statement, size_t index) {
  constexpr bool is_async = std::is_same_v<WithStatement, AsyncWith>;
  if constexpr (is_async) {
    if (options_.top_level_await && unit_->kind == UnitKind::Module) {
      unit_->scope.is_coroutine = true;
    } else if (unit_->kind != UnitKind::AsyncFunction) {
      return fail("'async with' outside async function");
    }
  }
  const WithItem& item = *statement.items[index];
  Block* body = new_block();
  Block* handler = new_block();
  Block* exit = new_block();
  Block* cleanup = new_block();
  visit(item.context_expr);
  emit(is_async ? BEFORE_ASYNC_WITH : BEFORE_WITH);
  if (is_async) emit_await(1);
  emit_jump(SETUP_WITH, handler);
  use(body);
  const Region region{.kind = is_async ? RegionKind::AsyncWith : RegionKind::With,
                      .start = body,
                      .exit = handler,
                      .statement = &statement};
  if (!push_region(region)) return;
  if (item.optional_vars) {
    visit(item.optional_vars);
  } else {
    emit(POP_TOP);
  }
  if (index + 1 == statement.items.size()) {
    visit_all(statement.body);
  } else {
    visit_with(statement, index + 1);
  }
  if (has_failed()) return;
  if (!is_async) unset_location();
  emit(POP_BLOCK);
  pop_region();
  set_location(statement);
  emit_exit_call();
  if (is_async) emit_await(2);
  emit(POP_TOP);
  emit_jump(JUMP, exit);
  use(handler);
  emit_jump(SETUP_CLEANUP, cleanup);
  emit(PUSH_EXC_INFO);
  emit(WITH_EXCEPT_START);
  if (is_async) emit_await(2);
  finish_with(cleanup);
  use(exit);
}

template void Generator::visit_with(const With&, size_t);
template void Generator::visit_with(const AsyncWith&, size_t);

// __exit__ has answered: a true answer swallows the exception.
void Generator::finish_with(Block* cleanup) {
  Block* swallow = new_block();
  emit_jump(POP_JUMP_IF_TRUE, swallow);
  emit(RERAISE, 2);
  use(cleanup);
  unset_location();
  emit_pop_and_reraise();
  use(swallow);
  emit(POP_TOP);
  emit(POP_BLOCK);
  emit(POP_EXCEPT);
  emit(POP_TOP);
  emit(POP_TOP);
}

}  // namespace minipy
