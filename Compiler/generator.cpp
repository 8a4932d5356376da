#include "Compiler/generator.h"

#include <algorithm>
#include <string>

#include "Compiler/assembler.h"
#include "Compiler/fold.h"

namespace minipy {

using namespace ast;
using enum Opcode;

Generator::Generator(CompileContext& context, ScopeTree& scopes, ConstantPool& pool,
                     const GeneratorOptions& options)
    : context_(context),
      arena_(context.arena()),
      scopes_(scopes),
      pool_(pool),
      options_(options),
      blocks_(scratch_),
      none_(pool.find_or_add(ConstantValue(ConstantKind::None))),
      class_cell_(arena_.intern("__class__")),
      debug_(arena_.intern("__debug__")),
      annotations_(arena_.intern("__annotations__")) {}

const CodeUnit* Generator::generate(const ModNode& module) {
  enter(arena_.intern("<module>"), UnitKind::Module, module, 1);
  bool add_none = true;
  switch (module.node_kind) {
    case NodeKind::Module:
      visit_body(module.as<Module>().body);
      break;
    case NodeKind::Interactive:
      if (has_annotations(module.as<Interactive>().body)) emit(SETUP_ANNOTATIONS);
      is_interactive_ = true;
      visit_all(module.as<Interactive>().body);
      break;
    case NodeKind::Expression:
      visit(module.as<Expression>().body);
      add_none = false;
      break;
    default:
      break;
  }
  return finish_and_leave(add_none);
}

void Generator::enter(Identifier name, UnitKind kind, const Node& node, int line) {
  Scope& scope = *scopes_.scopes.get(&node);
  Unit* unit = new Unit(blocks_, scope, kind, unit_);
  unit->name = name;
  unit->first_line = line;
  unit->class_name = unit_ ? unit_->class_name : Identifier();
  for (const Identifier parameter : scope.parameters) unit->locals.find_or_add(scratch_, parameter);
  // Cells and free variables are numbered in alphabetical order.
  std::vector<Identifier> cells, free;
  for (size_t i = 0; i < scope.symbols.size(); ++i) {
    const uint32_t flags = scope.flags[i];
    const NameScope resolved = static_cast<NameScope>(flags >> kScopeShift & kScopeMask);
    if (resolved == NameScope::Cell) cells.push_back(scope.symbols[i]);
    if (resolved == NameScope::Free || (flags & kFreeInClass)) free.push_back(scope.symbols[i]);
  }
  const auto by_text = [](Identifier left, Identifier right) { return left.text() < right.text(); };
  std::sort(cells.begin(), cells.end(), by_text);
  std::sort(free.begin(), free.end(), by_text);
  for (const Identifier cell : cells) unit->cells.add(scratch_, cell);
  if (scope.needs_class_cell) unit->cells.add(scratch_, class_cell_);
  for (const Identifier variable : free) unit->free.add(scratch_, variable);
  unit_ = unit;
  ++nesting_;
  if (kind != UnitKind::Module) set_qualified_name();
  unit->location = {kind == UnitKind::Module ? 0 : line, 0, line, 0};
  if (kind == UnitKind::Module) unit->qualified_name = name.text();
  emit(RESUME, 0);
  if (kind == UnitKind::Module) unit->location.line = 1;
}

void Generator::leave() {
  Unit* unit = unit_;
  unit_ = unit->outer;
  --nesting_;
  delete unit;
}

// PEP 3155: where the unit is defined, unless a `global` statement takes it to the module.
void Generator::set_qualified_name() {
  Unit& parent = *unit_->outer;
  const Text name = unit_->name.text();
  unit_->qualified_name = name;
  if (!parent.outer) return;
  if (unit_->kind == UnitKind::Function || unit_->kind == UnitKind::AsyncFunction ||
      unit_->kind == UnitKind::Class) {
    const Identifier mangled_name = mangle(arena_, parent.class_name, unit_->name);
    if (parent.scope.scope_of(mangled_name) == NameScope::GlobalExplicit) return;
  }
  std::string qualified(parent.qualified_name);
  if (parent.kind == UnitKind::Function || parent.kind == UnitKind::AsyncFunction ||
      parent.kind == UnitKind::Lambda) {
    qualified += ".<locals>";
  }
  qualified += '.';
  qualified += name;
  unit_->qualified_name = arena_.copy_text(qualified);
}

const CodeUnit* Generator::finish(bool add_none) {
  if (has_failed()) return nullptr;
  if (!unit_->graph.ends_with_return()) {
    unset_location();
    if (add_none) emit_none();
    emit(RETURN_VALUE);
  }
  return assemble(*unit_, pool_, arena_, options_.filename, code_flags());
}

const CodeUnit* Generator::finish_and_leave(bool add_none) {
  const CodeUnit* code = finish(add_none);
  leave();
  return code;
}

uint32_t Generator::code_flags() const {
  const Scope& scope = unit_->scope;
  uint32_t flags = options_.inherited_flags;
  if (scope.kind == BlockKind::Function) {
    flags |= kCodeNewLocals | kCodeOptimized;
    if (scope.is_nested) flags |= kCodeNested;
    if (scope.is_generator) flags |= scope.is_coroutine ? kCodeAsyncGenerator : kCodeGenerator;
    if (scope.is_coroutine && !scope.is_generator) flags |= kCodeCoroutine;
    if (scope.has_var_arguments) flags |= kCodeVarArguments;
    if (scope.has_var_keywords) flags |= kCodeVarKeywords;
  }
  const bool is_top_level = options_.top_level_await && unit_->kind == UnitKind::Module;
  if (is_top_level && scope.is_coroutine && !scope.is_generator) flags |= kCodeCoroutine;
  return flags;
}

namespace {

bool has_annotation(Sequence<StmtNode*> statements);

bool has_annotation(const StmtNode& statement) {
  const auto in_parts = [](const auto& compound) {
    return has_annotation(compound.body) || has_annotation(compound.orelse);
  };
  const auto in_try = [](const auto& try_statement) {
    for (const HandlerNode* handler : try_statement.handlers) {
      if (has_annotation(handler->as<ExceptHandler>().body)) return true;
    }
    return has_annotation(try_statement.body) || has_annotation(try_statement.finalbody) ||
           has_annotation(try_statement.orelse);
  };
  switch (statement.node_kind) {
    case NodeKind::AnnAssign:
      return true;
    case NodeKind::For:
      return in_parts(statement.as<For>());
    case NodeKind::AsyncFor:
      return in_parts(statement.as<AsyncFor>());
    case NodeKind::While:
      return in_parts(statement.as<While>());
    case NodeKind::If:
      return in_parts(statement.as<If>());
    case NodeKind::With:
      return has_annotation(statement.as<With>().body);
    case NodeKind::AsyncWith:
      return has_annotation(statement.as<AsyncWith>().body);
    case NodeKind::Try:
      return in_try(statement.as<Try>());
    case NodeKind::TryStar:
      return in_try(statement.as<TryStar>());
    case NodeKind::Match:
      for (const MatchCase* match_case : statement.as<Match>().cases) {
        if (has_annotation(match_case->body)) return true;
      }
      return false;
    default:
      return false;
  }
}

bool has_annotation(Sequence<StmtNode*> statements) {
  for (const StmtNode* statement : statements) {
    if (has_annotation(*statement)) return true;
  }
  return false;
}

}  // namespace

bool Generator::has_annotations(Sequence<StmtNode*> statements) const {
  return has_annotation(statements);
}

// The body of a module or class: annotations and the docstring come first.
void Generator::visit_body(Sequence<StmtNode*> body) {
  if (unit_->kind == UnitKind::Module && !body.empty()) set_location(*body[0]);
  if (has_annotations(body)) emit(SETUP_ANNOTATIONS);
  if (body.empty()) return;
  if (options_.optimize < 2) {
    if (const Constant* docstring = find_docstring(body)) {
      visit(docstring);
      unset_location();
      visit_name(arena_.intern("__doc__"), ExprContext::Store);
      body = body.subsequence(1);
    }
  }
  visit_all(body);
}

void Generator::emit_binary(Operator op, bool in_place) {
  const auto argument_of = [](Operator operation) {
    switch (operation) {
      case Operator::Add:
        return BinaryOperator::Add;
      case Operator::Sub:
        return BinaryOperator::Subtract;
      case Operator::Mult:
        return BinaryOperator::Multiply;
      case Operator::MatMult:
        return BinaryOperator::MatrixMultiply;
      case Operator::Div:
        return BinaryOperator::TrueDivide;
      case Operator::Mod:
        return BinaryOperator::Remainder;
      case Operator::Pow:
        return BinaryOperator::Power;
      case Operator::LShift:
        return BinaryOperator::LeftShift;
      case Operator::RShift:
        return BinaryOperator::RightShift;
      case Operator::BitOr:
        return BinaryOperator::Or;
      case Operator::BitXor:
        return BinaryOperator::Xor;
      case Operator::BitAnd:
        return BinaryOperator::And;
      case Operator::FloorDiv:
        return BinaryOperator::FloorDivide;
    }
    __builtin_unreachable();
  };
  emit(BINARY_OP, static_cast<int>(argument_of(op)) + (in_place ? kBinaryOperatorCount : 0));
}

void Generator::emit_compare(CompareOperator op) {
  const auto compare = [this](Comparison comparison) {
    emit(COMPARE_OP, static_cast<int>(comparison));
  };
  switch (op) {
    case CompareOperator::Eq:
      return compare(Comparison::Equal);
    case CompareOperator::NotEq:
      return compare(Comparison::NotEqual);
    case CompareOperator::Lt:
      return compare(Comparison::Less);
    case CompareOperator::LtE:
      return compare(Comparison::LessEqual);
    case CompareOperator::Gt:
      return compare(Comparison::Greater);
    case CompareOperator::GtE:
      return compare(Comparison::GreaterEqual);
    case CompareOperator::Is:
      return emit(IS_OP, 0);
    case CompareOperator::IsNot:
      return emit(IS_OP, 1);
    case CompareOperator::In:
      return emit(CONTAINS_OP, 0);
    case CompareOperator::NotIn:
      return emit(CONTAINS_OP, 1);
  }
}

void Generator::emit_call(size_t argument_count) {
  emit(PRECALL, static_cast<int>(argument_count));
  emit(CALL, static_cast<int>(argument_count));
}

void Generator::emit_yield() {
  if (unit_->scope.is_generator && unit_->scope.is_coroutine) emit(ASYNC_GEN_WRAP);
  emit(YIELD_VALUE);
  emit(RESUME, 1);
}

// Sends into the iterator below until it ends, handing out what it yields.
void Generator::emit_yield_from(bool is_await) {
  Block* start = new_block();
  Block* resume = new_block();
  Block* exit = new_block();
  use(start);
  emit_jump(SEND, exit);
  use(resume);
  emit(YIELD_VALUE);
  emit(RESUME, is_await ? 3 : 2);
  emit_jump(JUMP_NO_INTERRUPT, start);
  use(exit);
}

// `where` tells the error message of GET_AWAITABLE: 1 __aenter__, 2 __aexit__, 0 anything else.
void Generator::emit_await(int where) {
  emit(GET_AWAITABLE, where);
  emit_none();
  emit_yield_from(true);
}

bool Generator::check_assignable(Identifier name, ExprContext context) {
  if (name != debug_ || context == ExprContext::Load) return true;
  fail(context == ExprContext::Store ? Text("cannot assign to __debug__")
                                     : Text("cannot delete __debug__"));
  return false;
}

void Generator::visit_name(Identifier name, ExprContext context) {
  if (!check_assignable(name, context)) return;
  const Identifier mangled_name = mangled(name);
  const auto select = [context](Opcode load, Opcode store, Opcode remove) {
    return context == ExprContext::Load ? load : context == ExprContext::Store ? store : remove;
  };
  const bool is_function = unit_->scope.kind == BlockKind::Function;
  const bool is_class = unit_->scope.kind == BlockKind::Class;
  const auto emit_cell = [&](NameTable& table, int base) {
    const Opcode load = is_class ? LOAD_CLASSDEREF : LOAD_DEREF;
    emit(select(load, STORE_DEREF, DELETE_DEREF), base + table.find_or_add(scratch_, mangled_name));
  };
  const auto emit_global = [&] {
    const int index = unit_->names.find_or_add(scratch_, mangled_name);
    const Opcode opcode = select(LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL);
    emit(opcode, opcode == LOAD_GLOBAL ? index << 1 : index);
  };
  switch (unit_->scope.scope_of(mangled_name)) {
    case NameScope::Free:
      return emit_cell(unit_->free, static_cast<int>(unit_->cells.size()));
    case NameScope::Cell:
      return emit_cell(unit_->cells, 0);
    case NameScope::Local:
      if (!is_function) break;
      return emit(select(LOAD_FAST, STORE_FAST, DELETE_FAST),
                  unit_->locals.find_or_add(scratch_, mangled_name));
    case NameScope::GlobalImplicit:
      if (!is_function) break;
      return emit_global();
    case NameScope::GlobalExplicit:
      return emit_global();
    case NameScope::Unknown:
      break;
  }
  emit_plain_named(select(LOAD_NAME, STORE_NAME, DELETE_NAME), mangled_name);
}

}  // namespace minipy
