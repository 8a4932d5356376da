// First pass over the tree: collects what each block does with each name.
#include <algorithm>
#include <string>

#include "Compiler/scopes.h"

namespace minipy {
namespace {

using namespace ast;

class ScopeBuilder {
 public:
  ScopeBuilder(CompileContext& context, bool future_annotations, ScopeTree& tree)
      : context_(context),
        arena_(context.arena()),
        future_annotations_(future_annotations),
        tree_(tree),
        super_(arena_.intern("super")),
        class_cell_(arena_.intern("__class__")),
        iterable_(arena_.intern(".0")) {}

  void build(const ModNode& module) {
    tree_.top = open(arena_.intern("top"), BlockKind::Module, module, Location{});
    switch (module.node_kind) {
      case NodeKind::Module:
        visit_all(module.as<Module>().body);
        break;
      case NodeKind::Interactive:
        visit_all(module.as<Interactive>().body);
        break;
      case NodeKind::Expression:
        visit(module.as<Expression>().body);
        break;
      default:
        break;  // a signature comment has no code
    }
    close();
  }

 private:
  Scope* open(Identifier name, BlockKind kind, const Node& node, const Location& location) {
    Scope* scope = new (arena_.allocate(sizeof(Scope))) Scope();
    scope->name = name;
    scope->kind = kind;
    scope->node = &node;
    scope->location = location;
    scope->parent = current_;
    if (current_) {
      scope->is_nested = current_->is_nested || current_->kind == BlockKind::Function;
      scope->in_iterable = current_->in_iterable;
      // Annotations that the future import turns into strings leave no trace among the children.
      if (kind != BlockKind::Annotation) current_->children.push_back(arena_, scope);
    }
    if (kind != BlockKind::Annotation) tree_.scopes.set(&node, scope);
    current_ = scope;
    return scope;
  }

  void close() { current_ = current_->parent; }

  // Defines or uses `name` in `scope`, which may be further out than the current one.
  void add(Scope& scope, Identifier name, uint32_t flag, const Location& location) {
    const Identifier mangled = mangle(arena_, class_name_, name);
    uint32_t flags = scope.flags_of(mangled);
    if ((flag & kParameter) && (flags & kParameter)) {
      return context_.fail(location, "duplicate argument '%s' in function definition", name.text());
    }
    flags |= flag;
    if (scope.in_iteration_target) {
      if (flags & (kDeclaredGlobal | kDeclaredNonlocal)) {
        return context_.fail(
            location, "comprehension inner loop cannot rebind assignment expression target '%s'",
            name.text());
      }
      flags |= kIterationVariable;
    }
    scope.add_flags(arena_, mangled, flags);
    if (flag & kParameter) {
      scope.parameters.push_back(arena_, mangled);
    } else if (flag & kDeclaredGlobal) {
      tree_.top->add_flags(arena_, mangled, flag);
    }
  }
  void add(Identifier name, uint32_t flag, const Location& location) {
    add(*current_, name, flag, location);
  }

  void add_directive(Identifier name, const Location& location) {
    current_->directives.push_back(arena_, {mangle(arena_, class_name_, name), location});
  }

  template <typename T>
  void visit_all(Sequence<T> items) {
    for (const T& item : items) {
      if (context_.has_failed()) return;
      if (item) visit(item);
    }
  }
  void visit_optional(ExprNode* expression) {
    if (expression) visit(expression);
  }

  void visit(StmtNode* statement);
  void visit(ExprNode* expression);
  void visit(PatternNode* pattern);
  void visit_binding(StmtNode* statement);
  void visit_scope_expression(ExprNode* expression);

  template <typename Definition>
  void visit_function(Definition& function, bool is_async) {
    add(function.name, kAssigned, function.location);
    visit_all(function.args->defaults);
    visit_all(function.args->kw_defaults);
    visit_annotations(function, *function.args, function.returns);
    visit_all(function.decorator_list);
    Scope* scope = open(function.name, BlockKind::Function, function, function.location);
    scope->is_coroutine = is_async;
    visit_parameters(*function.args);
    visit_all(function.body);
    close();
  }

  void visit_class(ClassDef& definition) {
    add(definition.name, kAssigned, definition.location);
    visit_all(definition.bases);
    visit_all(definition.keywords);
    visit_all(definition.decorator_list);
    open(definition.name, BlockKind::Class, definition, definition.location);
    const Identifier outer_class = class_name_;
    class_name_ = definition.name;
    visit_all(definition.body);
    class_name_ = outer_class;
    close();
  }

  void visit_lambda(Lambda& lambda) {
    visit_all(lambda.args->defaults);
    visit_all(lambda.args->kw_defaults);
    open(arena_.intern("lambda"), BlockKind::Function, lambda, lambda.location);
    visit_parameters(*lambda.args);
    visit(lambda.body);
    close();
  }

  // Parameters come first among the locals: the positional ones, then keyword-only ones, then * and
  // **.
  void visit_parameters(Arguments& arguments) {
    for (Arg* parameter : arguments.posonlyargs)
      add(parameter->arg, kParameter, parameter->location);
    for (Arg* parameter : arguments.args) add(parameter->arg, kParameter, parameter->location);
    for (Arg* parameter : arguments.kwonlyargs)
      add(parameter->arg, kParameter, parameter->location);
    if (arguments.vararg) {
      add(arguments.vararg->arg, kParameter, arguments.vararg->location);
      current_->has_var_arguments = true;
    }
    if (arguments.kwarg) {
      add(arguments.kwarg->arg, kParameter, arguments.kwarg->location);
      current_->has_var_keywords = true;
    }
  }

  void visit_annotations(LocatedNode& function, Arguments& arguments, ExprNode* returns) {
    if (future_annotations_)
      open(arena_.intern("_annotation"), BlockKind::Annotation, function, function.location);
    for (Arg* parameter : arguments.posonlyargs) visit_optional(parameter->annotation);
    for (Arg* parameter : arguments.args) visit_optional(parameter->annotation);
    if (arguments.vararg) visit_optional(arguments.vararg->annotation);
    if (arguments.kwarg) visit_optional(arguments.kwarg->annotation);
    for (Arg* parameter : arguments.kwonlyargs) visit_optional(parameter->annotation);
    if (future_annotations_) close();
    if (returns) visit_annotation(returns);
  }

  void visit_annotation(ExprNode* annotation) {
    if (future_annotations_) {
      open(arena_.intern("_annotation"), BlockKind::Annotation, *annotation, annotation->location);
    }
    visit(annotation);
    if (future_annotations_) close();
  }

  void visit_annotated_assignment(AnnAssign& assignment) {
    if (Name* name = assignment.target->if_is<Name>()) {
      const uint32_t flags = current_->flags_of(mangle(arena_, class_name_, name->id));
      if ((flags & (kDeclaredGlobal | kDeclaredNonlocal)) && current_ != tree_.top &&
          assignment.simple) {
        return context_.fail(assignment.location,
                             flags & kDeclaredGlobal ? "annotated name '%s' can't be global"
                                                     : "annotated name '%s' can't be nonlocal",
                             name->id.text());
      }
      if (assignment.simple) {
        add(name->id, kAnnotated | kAssigned, name->location);
      } else if (assignment.value) {
        add(name->id, kAssigned, name->location);
      }
    } else {
      visit(assignment.target);
    }
    if (context_.has_failed()) return;
    visit_annotation(assignment.annotation);
    visit_optional(assignment.value);
  }

  void visit_declaration(Sequence<Identifier> names, const Location& location, bool is_global) {
    for (const Identifier name : names) {
      const uint32_t flags = current_->flags_of(mangle(arena_, class_name_, name));
      const char* message = nullptr;
      if (flags & kParameter) {
        message =
            is_global ? "name '%s' is parameter and global" : "name '%s' is parameter and nonlocal";
      } else if (flags & kUsed) {
        message = is_global ? "name '%s' is used prior to global declaration"
                            : "name '%s' is used prior to nonlocal declaration";
      } else if (flags & kAnnotated) {
        message = is_global ? "annotated name '%s' can't be global"
                            : "annotated name '%s' can't be nonlocal";
      } else if (flags & kAssigned) {
        message = is_global ? "name '%s' is assigned to before global declaration"
                            : "name '%s' is assigned to before nonlocal declaration";
      }
      if (message) return context_.fail(location, message, name.text());
      add(name, is_global ? kDeclaredGlobal : kDeclaredNonlocal, location);
      add_directive(name, location);
    }
  }

  void visit(Alias* alias) {
    const Identifier bound = alias->asname ? alias->asname : alias->name;
    if (bound.text() == "*") {
      if (current_->kind != BlockKind::Module) {
        context_.fail(alias->location, ast::Text("import * only allowed at module level"));
      }
      return;
    }
    const size_t dot = bound.text().find('.');
    add(dot == Text::npos ? bound : arena_.intern(bound.text().substr(0, dot)), kImported,
        alias->location);
  }

  void visit(Keyword* keyword) { visit(keyword->value); }

  void visit(WithItem* item) {
    visit(item->context_expr);
    visit_optional(item->optional_vars);
  }

  void visit(HandlerNode* node) {
    ExceptHandler& handler = node->as<ExceptHandler>();
    visit_optional(handler.type);
    if (handler.name) add(handler.name, kAssigned, handler.location);
    visit_all(handler.body);
  }

  void visit(MatchCase* match_case) {
    visit(match_case->pattern);
    visit_optional(match_case->guard);
    visit_all(match_case->body);
  }

  void visit(Comprehension* clause) {
    visit_iteration_target(clause->target);
    ++current_->in_iterable;
    visit(clause->iter);
    --current_->in_iterable;
    visit_all(clause->ifs);
    if (clause->is_async) current_->is_coroutine = true;
  }

  void visit_iteration_target(ExprNode* target) {
    current_->in_iteration_target = true;
    visit(target);
    current_->in_iteration_target = false;
  }

  // Language reference 6.2.4: the outermost iterable is evaluated in the enclosing scope, the rest
  // in its own.
  void visit_comprehension(ExprNode& node, ComprehensionKind kind, const char* name,
                           Sequence<Comprehension*> clauses, ExprNode* element, ExprNode* value) {
    Comprehension& outermost = *clauses[0];
    ++current_->in_iterable;
    visit(outermost.iter);
    --current_->in_iterable;
    Scope* scope = open(arena_.intern(name), BlockKind::Function, node, node.location);
    scope->comprehension = kind;
    scope->is_coroutine = outermost.is_async;
    add(iterable_, kParameter, node.location);
    visit_iteration_target(outermost.target);
    visit_all(outermost.ifs);
    visit_all(clauses.subsequence(1));
    visit_optional(value);
    visit(element);
    scope->is_generator = kind == ComprehensionKind::Generator;
    const bool is_async = scope->is_coroutine && !scope->is_generator;
    close();
    if (is_async) current_->is_coroutine = true;
  }

  // PEP 572: the target of := inside comprehensions belongs to the function or module around them.
  void bind_outside_comprehensions(const Name& target) {
    for (Scope* scope = current_; scope; scope = scope->parent) {
      if (scope->comprehension != ComprehensionKind::None) {
        if (scope->flags_of(mangle(arena_, class_name_, target.id)) & kIterationVariable) {
          return context_.fail(
              target.location,
              "assignment expression cannot rebind comprehension iteration variable '%s'",
              target.id.text());
        }
        continue;
      }
      if (scope->kind == BlockKind::Class) {
        return context_.fail(
            target.location,
            Text("assignment expression within a comprehension cannot be used in a class body"));
      }
      if (scope->kind == BlockKind::Annotation) continue;
      const bool is_global =
          scope->kind == BlockKind::Module ||
          (scope->flags_of(mangle(arena_, class_name_, target.id)) & kDeclaredGlobal);
      add(target.id, is_global ? kDeclaredGlobal : kDeclaredNonlocal, target.location);
      add_directive(target.id, target.location);
      if (!context_.has_failed()) {
        add(*scope, target.id, scope->kind == BlockKind::Module ? kDeclaredGlobal : kAssigned,
            target.location);
      }
      return;
    }
  }

  void visit_named_expression(NamedExpr& expression) {
    if (!check_outside_annotation("named expression", expression)) return;
    if (current_->in_iterable > 0) {
      return context_.fail(
          expression.location,
          Text("assignment expression cannot be used in a comprehension iterable expression"));
    }
    if (current_->comprehension != ComprehensionKind::None) {
      bind_outside_comprehensions(expression.target->as<Name>());
    }
    if (context_.has_failed()) return;
    visit(expression.value);
    visit(expression.target);
  }

  void visit_yield(ExprNode& expression, ExprNode* value) {
    if (!check_outside_annotation("yield expression", expression)) return;
    visit_optional(value);
    current_->is_generator = true;
    switch (current_->comprehension) {
      case ComprehensionKind::None:
        return;
      case ComprehensionKind::List:
        return fail(expression, "'yield' inside list comprehension");
      case ComprehensionKind::Set:
        return fail(expression, "'yield' inside set comprehension");
      case ComprehensionKind::Dict:
        return fail(expression, "'yield' inside dict comprehension");
      case ComprehensionKind::Generator:
        return fail(expression, "'yield' inside generator expression");
    }
  }

  void visit_name(const Name& name) {
    add(name.id, name.ctx == ExprContext::Load ? kUsed : kAssigned, name.location);
    // super() without arguments finds its class through the cell `__class__`.
    if (name.ctx == ExprContext::Load && current_->kind == BlockKind::Function &&
        name.id == super_) {
      add(class_cell_, kUsed, name.location);
    }
  }

  bool check_outside_annotation(const char* what, const ExprNode& expression) {
    if (current_->kind != BlockKind::Annotation) return true;
    context_.fail(expression.location, "'%s' can not be used within an annotation", what);
    return false;
  }
  void fail(const ExprNode& expression, const char* message) {
    context_.fail(expression.location, Text(message));
  }

  CompileContext& context_;
  Arena& arena_;
  const bool future_annotations_;
  ScopeTree& tree_;
  Scope* current_ = nullptr;
  Identifier class_name_;
  const Identifier super_, class_cell_, iterable_;
};

// Statements that define functions, classes and imported names.
void ScopeBuilder::visit_binding(StmtNode* statement) {
  switch (statement->node_kind) {
    case NodeKind::FunctionDef:
      return visit_function(statement->as<FunctionDef>(), false);
    case NodeKind::AsyncFunctionDef:
      return visit_function(statement->as<AsyncFunctionDef>(), true);
    case NodeKind::ClassDef:
      return visit_class(statement->as<ClassDef>());
    case NodeKind::Import:
      return visit_all(statement->as<Import>().names);
    case NodeKind::ImportFrom:
      return visit_all(statement->as<ImportFrom>().names);
    case NodeKind::Global:
      return visit_declaration(statement->as<Global>().names, statement->location, true);
    case NodeKind::Nonlocal:
      return visit_declaration(statement->as<Nonlocal>().names, statement->location, false);
    case NodeKind::AnnAssign:
      return visit_annotated_assignment(statement->as<AnnAssign>());
    default:
      return;
  }
}

// The order of the visits decides which of several errors is reported, and the order of names in
// `symtable`.
void ScopeBuilder::visit(StmtNode* statement) {
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  const auto visit_loop = [this](auto& loop) {
    visit(loop.target);
    visit(loop.iter);
    visit_all(loop.body);
    visit_all(loop.orelse);
  };
  const auto visit_conditional = [this](auto& conditional) {
    visit(conditional.test);
    visit_all(conditional.body);
    visit_all(conditional.orelse);
  };
  const auto visit_try = [this](auto& try_statement) {
    visit_all(try_statement.body);
    visit_all(try_statement.orelse);
    visit_all(try_statement.handlers);
    visit_all(try_statement.finalbody);
  };
  const auto visit_with = [this](auto& with) {
    visit_all(with.items);
    visit_all(with.body);
  };
  switch (statement->node_kind) {
    case NodeKind::Return:
      return visit_optional(statement->as<Return>().value);
    case NodeKind::Delete:
      return visit_all(statement->as<Delete>().targets);
    case NodeKind::Assign:
      visit_all(statement->as<Assign>().targets);
      return visit(statement->as<Assign>().value);
    case NodeKind::AugAssign:
      visit(statement->as<AugAssign>().target);
      return visit(statement->as<AugAssign>().value);
    case NodeKind::For:
      return visit_loop(statement->as<For>());
    case NodeKind::AsyncFor:
      return visit_loop(statement->as<AsyncFor>());
    case NodeKind::While:
      return visit_conditional(statement->as<While>());
    case NodeKind::If:
      return visit_conditional(statement->as<If>());
    case NodeKind::With:
      return visit_with(statement->as<With>());
    case NodeKind::AsyncWith:
      return visit_with(statement->as<AsyncWith>());
    case NodeKind::Match:
      visit(statement->as<Match>().subject);
      return visit_all(statement->as<Match>().cases);
    case NodeKind::Raise:
      visit_optional(statement->as<Raise>().exc);
      return visit_optional(statement->as<Raise>().cause);
    case NodeKind::Try:
      return visit_try(statement->as<Try>());
    case NodeKind::TryStar:
      return visit_try(statement->as<TryStar>());
    case NodeKind::Assert:
      visit(statement->as<Assert>().test);
      return visit_optional(statement->as<Assert>().msg);
    case NodeKind::Expr:
      return visit(statement->as<Expr>().value);
    default:
      return visit_binding(statement);
  }
}

// Expressions that have a scope of their own or change the kind of the current one.
void ScopeBuilder::visit_scope_expression(ExprNode* expression) {
  switch (expression->node_kind) {
    case NodeKind::NamedExpr:
      return visit_named_expression(expression->as<NamedExpr>());
    case NodeKind::Lambda:
      return visit_lambda(expression->as<Lambda>());
    case NodeKind::ListComp: {
      ListComp& node = expression->as<ListComp>();
      return visit_comprehension(node, ComprehensionKind::List, "listcomp", node.generators,
                                 node.elt, nullptr);
    }
    case NodeKind::SetComp: {
      SetComp& node = expression->as<SetComp>();
      return visit_comprehension(node, ComprehensionKind::Set, "setcomp", node.generators, node.elt,
                                 nullptr);
    }
    case NodeKind::DictComp: {
      DictComp& node = expression->as<DictComp>();
      return visit_comprehension(node, ComprehensionKind::Dict, "dictcomp", node.generators,
                                 node.key, node.value);
    }
    case NodeKind::GeneratorExp: {
      GeneratorExp& node = expression->as<GeneratorExp>();
      return visit_comprehension(node, ComprehensionKind::Generator, "genexpr", node.generators,
                                 node.elt, nullptr);
    }
    case NodeKind::Yield:
      return visit_yield(*expression, expression->as<Yield>().value);
    case NodeKind::YieldFrom:
      return visit_yield(*expression, expression->as<YieldFrom>().value);
    case NodeKind::Await:
      if (!check_outside_annotation("await expression", *expression)) return;
      visit(expression->as<Await>().value);
      current_->is_coroutine = true;
      return;
    default:
      return;
  }
}

void ScopeBuilder::visit(ExprNode* expression) {
  if (expression->is<Name>()) return visit_name(expression->as<Name>());
  if (expression->is<Constant>()) return;
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  switch (expression->node_kind) {
    case NodeKind::BoolOp:
      return visit_all(expression->as<BoolOp>().values);
    case NodeKind::BinOp:
      visit(expression->as<BinOp>().left);
      return visit(expression->as<BinOp>().right);
    case NodeKind::UnaryOp:
      return visit(expression->as<UnaryOp>().operand);
    case NodeKind::IfExp:
      visit(expression->as<IfExp>().test);
      visit(expression->as<IfExp>().body);
      return visit(expression->as<IfExp>().orelse);
    case NodeKind::Dict:
      visit_all(expression->as<Dict>().keys);
      return visit_all(expression->as<Dict>().values);
    case NodeKind::Set:
      return visit_all(expression->as<Set>().elts);
    case NodeKind::Compare:
      visit(expression->as<Compare>().left);
      return visit_all(expression->as<Compare>().comparators);
    case NodeKind::Call:
      visit(expression->as<Call>().func);
      visit_all(expression->as<Call>().args);
      return visit_all(expression->as<Call>().keywords);
    case NodeKind::FormattedValue:
      visit(expression->as<FormattedValue>().value);
      return visit_optional(expression->as<FormattedValue>().format_spec);
    case NodeKind::JoinedStr:
      return visit_all(expression->as<JoinedStr>().values);
    case NodeKind::Attribute:
      return visit(expression->as<Attribute>().value);
    case NodeKind::Subscript:
      visit(expression->as<Subscript>().value);
      return visit(expression->as<Subscript>().slice);
    case NodeKind::Starred:
      return visit(expression->as<Starred>().value);
    case NodeKind::List:
      return visit_all(expression->as<List>().elts);
    case NodeKind::Tuple:
      return visit_all(expression->as<Tuple>().elts);
    case NodeKind::Slice:
      visit_optional(expression->as<Slice>().lower);
      visit_optional(expression->as<Slice>().upper);
      return visit_optional(expression->as<Slice>().step);
    default:
      return visit_scope_expression(expression);
  }
}

void ScopeBuilder::visit(PatternNode* pattern) {
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  const auto bind = [this, pattern](Identifier name) {
    if (name) add(name, kAssigned, pattern->location);
  };
  switch (pattern->node_kind) {
    case NodeKind::MatchValue:
      return visit(pattern->as<MatchValue>().value);
    case NodeKind::MatchSequence:
      return visit_all(pattern->as<MatchSequence>().patterns);
    case NodeKind::MatchStar:
      return bind(pattern->as<MatchStar>().name);
    case NodeKind::MatchMapping:
      visit_all(pattern->as<MatchMapping>().keys);
      visit_all(pattern->as<MatchMapping>().patterns);
      return bind(pattern->as<MatchMapping>().rest);
    case NodeKind::MatchClass:
      visit(pattern->as<MatchClass>().cls);
      visit_all(pattern->as<MatchClass>().patterns);
      return visit_all(pattern->as<MatchClass>().kwd_patterns);
    case NodeKind::MatchAs:
      if (pattern->as<MatchAs>().pattern) visit(pattern->as<MatchAs>().pattern);
      return bind(pattern->as<MatchAs>().name);
    case NodeKind::MatchOr:
      return visit_all(pattern->as<MatchOr>().patterns);
    default:
      return;
  }
}

}  // namespace

void Scope::add_flags(Arena& arena, Identifier mangled, uint32_t bits) {
  const int index = symbols.find(mangled);
  if (index >= 0) {
    flags[static_cast<size_t>(index)] |= bits;
    return;
  }
  symbols.add(arena, mangled);
  flags.push_back(arena, bits);
}

void ScopeMap::set(const Node* node, Scope* scope) {
  if (count_ * 2 >= entries_.size()) grow();
  size_t slot = slot_of(node);
  while (entries_[slot].node) slot = (slot + 1) & (entries_.size() - 1);
  entries_[slot] = {node, scope};
  ++count_;
}

Scope* ScopeMap::get(const Node* node) const {
  for (size_t slot = slot_of(node); entries_[slot].node;
       slot = (slot + 1) & (entries_.size() - 1)) {
    if (entries_[slot].node == node) return entries_[slot].scope;
  }
  return nullptr;
}

void ScopeMap::grow() {
  std::vector<Entry> smaller(entries_.empty() ? 64 : entries_.size() * 2);
  smaller.swap(entries_);
  count_ = 0;
  for (const Entry& entry : smaller) {
    if (entry.node) set(entry.node, entry.scope);
  }
}

Identifier mangle(Arena& arena, Identifier class_name, Identifier name) {
  if (!class_name) return name;
  const Text text = name.text();
  if (text.size() < 2 || text[0] != '_' || text[1] != '_') return name;
  if (text.ends_with("__") || text.find('.') != Text::npos) return name;
  Text prefix = class_name.text();
  prefix.remove_prefix(std::min(prefix.find_first_not_of('_'), prefix.size()));
  if (prefix.empty()) return name;
  std::string mangled = "_";
  mangled.append(prefix).append(text);
  return arena.intern(mangled);
}

bool build_scopes(CompileContext& context, const ModNode& module, bool future_annotations,
                  ScopeTree& tree) {
  ScopeBuilder(context, future_annotations, tree).build(module);
  return !context.has_failed() && analyze_scopes(context, *tree.top);
}

}  // namespace minipy
