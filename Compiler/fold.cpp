#include "Compiler/fold.h"

#include "Compiler/fold_format.h"
#include "Compiler/fold_values.h"

namespace minipy {
namespace {

using namespace ast;

const ConstantValue* constant_of(ExprNode* expression) {
  const Constant* constant = expression->if_is<Constant>();
  return constant ? &constant->value : nullptr;
}

bool has_starred(Sequence<ExprNode*> items) {
  for (ExprNode* item : items) {
    if (item->is<Starred>()) return true;
  }
  return false;
}

class Folder {
 public:
  Folder(CompileContext& context, const FoldOptions& options)
      : context_(context),
        arena_(context.arena()),
        options_(options),
        debug_(arena_.intern("__debug__")) {}

  void fold_module(ModNode& module) {
    switch (module.node_kind) {
      case NodeKind::Module:
        return fold_body(module.as<Module>().body);
      case NodeKind::Interactive:
        return fold_all(module.as<Interactive>().body);
      case NodeKind::Expression:
        return fold(module.as<Expression>().body);
      default:
        return;
    }
  }

 private:
  // A body must not get a docstring by folding: "a" "b" is one, "a" + "b" is not.
  void fold_body(Sequence<StmtNode*> body) {
    const bool had_docstring = find_docstring(body) != nullptr;
    fold_all(body);
    if (had_docstring || !find_docstring(body)) return;
    Expr& statement = body[0]->as<Expr>();
    statement.value = arena_.make<JoinedStr>(statement.value->location,
                                             arena_.copy_sequence(&statement.value, 1));
  }

  template <typename T>
  void fold_all(Sequence<T> items) {
    for (T& item : items) {
      if (item) fold(item);
    }
  }
  void fold_optional(ExprNode*& expression) {
    if (expression) fold(expression);
  }

  void fold(StmtNode* statement);
  void fold(ExprNode*& expression);
  void fold(PatternNode* pattern);
  void fold_compound(ExprNode*& expression);

  template <typename Definition>
  void fold_function(Definition& function) {
    fold_arguments(*function.args);
    fold_body(function.body);
    fold_all(function.decorator_list);
    if (!options_.future_annotations) fold_optional(function.returns);
  }

  void fold_arguments(Arguments& arguments) {
    fold_all(arguments.posonlyargs);
    fold_all(arguments.args);
    if (arguments.vararg) fold(arguments.vararg);
    fold_all(arguments.kwonlyargs);
    fold_all(arguments.kw_defaults);
    if (arguments.kwarg) fold(arguments.kwarg);
    fold_all(arguments.defaults);
  }

  void fold(Arg* parameter) {
    if (!options_.future_annotations) fold_optional(parameter->annotation);
  }
  void fold(Keyword* keyword) { fold(keyword->value); }
  void fold(WithItem* item) {
    fold(item->context_expr);
    fold_optional(item->optional_vars);
  }
  void fold(HandlerNode* node) {
    ExceptHandler& handler = node->as<ExceptHandler>();
    fold_optional(handler.type);
    fold_all(handler.body);
  }
  void fold(MatchCase* match_case) {
    fold(match_case->pattern);
    fold_optional(match_case->guard);
    fold_all(match_case->body);
  }
  void fold(Comprehension* clause) {
    fold(clause->target);
    fold(clause->iter);
    fold_all(clause->ifs);
    fold_iterable(clause->iter);
  }

  void replace(ExprNode*& expression, const std::optional<ConstantValue>& value) {
    if (value) expression = arena_.make<Constant>(expression->location, *value, Text());
  }

  std::optional<ConstantValue> make_constant_tuple(Sequence<ExprNode*> items) {
    for (ExprNode* item : items) {
      if (!item->is<Constant>()) return std::nullopt;
    }
    const Sequence<ConstantValue> values = arena_.make_sequence<ConstantValue>(items.size());
    for (size_t i = 0; i < items.size(); ++i) values[i] = items[i]->as<Constant>().value;
    return ConstantValue::of_items(ConstantKind::Tuple, values);
  }

  // Nobody can change a list or set that is only iterated over or searched, so it may be a tuple or
  // a constant.
  void fold_iterable(ExprNode*& iterable) {
    if (List* list = iterable->if_is<List>()) {
      if (has_starred(list->elts)) return;
      iterable = arena_.make<Tuple>(list->location, list->elts, list->ctx);
      replace(iterable, make_constant_tuple(list->elts));
    } else if (Set* set = iterable->if_is<Set>()) {
      const std::optional<ConstantValue> items = make_constant_tuple(set->elts);
      if (items) replace(iterable, make_frozenset_value(arena_, items->items));
    }
  }

  void fold_unary(ExprNode*& expression) {
    UnaryOp& unary = expression->as<UnaryOp>();
    fold(unary.operand);
    if (const ConstantValue* value = constant_of(unary.operand)) {
      return replace(expression, minipy::fold_unary(arena_, unary.op, *value));
    }
    Compare* compare = unary.operand->if_is<Compare>();
    if (unary.op != UnaryOperator::Not || !compare || compare->ops.size() != 1) return;
    // Only tests whose opposite cannot be redefined: `not a == b` is not `a != b`.
    CompareOperator& op = compare->ops[0];
    switch (op) {
      case CompareOperator::Is:
        op = CompareOperator::IsNot;
        break;
      case CompareOperator::IsNot:
        op = CompareOperator::Is;
        break;
      case CompareOperator::In:
        op = CompareOperator::NotIn;
        break;
      case CompareOperator::NotIn:
        op = CompareOperator::In;
        break;
      default:
        return;
    }
    expression = compare;
  }

  void fold_binary(ExprNode*& expression) {
    BinOp& binary = expression->as<BinOp>();
    fold(binary.left);
    fold(binary.right);
    const ConstantValue* left = constant_of(binary.left);
    if (!left) return;
    const Tuple* items = binary.right->if_is<Tuple>();
    if (binary.op == Operator::Mod && left->kind == ConstantKind::Str && items &&
        !has_starred(items->elts)) {
      JoinedStr* joined = make_joined_str(arena_, binary.location, left->text, items->elts);
      if (joined) expression = joined;
      return;
    }
    if (const ConstantValue* right = constant_of(binary.right)) {
      replace(expression, minipy::fold_binary(arena_, binary.op, *left, *right));
    }
  }

  void fold_subscript(ExprNode*& expression) {
    Subscript& subscript = expression->as<Subscript>();
    fold(subscript.value);
    fold(subscript.slice);
    const ConstantValue* container = constant_of(subscript.value);
    const ConstantValue* index = constant_of(subscript.slice);
    if (subscript.ctx != ExprContext::Load || !container || !index) return;
    replace(expression, minipy::fold_subscript(arena_, *container, *index));
  }

  void fold_compare(Compare& compare) {
    fold(compare.left);
    fold_all(compare.comparators);
    const CompareOperator last = compare.ops.back();
    if (last == CompareOperator::In || last == CompareOperator::NotIn)
      fold_iterable(compare.comparators.back());
  }

  void fold_name(ExprNode*& expression) {
    const Name& name = expression->as<Name>();
    if (name.ctx != ExprContext::Load || name.id != debug_) return;
    replace(expression,
            ConstantValue(options_.optimize == 0 ? ConstantKind::True : ConstantKind::False));
  }

  CompileContext& context_;
  Arena& arena_;
  const FoldOptions options_;
  const Identifier debug_;
};

void Folder::fold(StmtNode* statement) {
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  const auto fold_conditional = [this](auto& conditional) {
    fold(conditional.test);
    fold_all(conditional.body);
    fold_all(conditional.orelse);
  };
  const auto fold_loop = [this](auto& loop) {
    fold(loop.target);
    fold(loop.iter);
    fold_all(loop.body);
    fold_all(loop.orelse);
  };
  const auto fold_with = [this](auto& with) {
    fold_all(with.items);
    fold_all(with.body);
  };
  const auto fold_try = [this](auto& try_statement) {
    fold_all(try_statement.body);
    fold_all(try_statement.handlers);
    fold_all(try_statement.orelse);
    fold_all(try_statement.finalbody);
  };
  switch (statement->node_kind) {
    case NodeKind::FunctionDef:
      return fold_function(statement->as<FunctionDef>());
    case NodeKind::AsyncFunctionDef:
      return fold_function(statement->as<AsyncFunctionDef>());
    case NodeKind::ClassDef: {
      ClassDef& definition = statement->as<ClassDef>();
      fold_all(definition.bases);
      fold_all(definition.keywords);
      fold_body(definition.body);
      return fold_all(definition.decorator_list);
    }
    case NodeKind::Return:
      return fold_optional(statement->as<Return>().value);
    case NodeKind::Delete:
      return fold_all(statement->as<Delete>().targets);
    case NodeKind::Assign:
      fold_all(statement->as<Assign>().targets);
      return fold(statement->as<Assign>().value);
    case NodeKind::AugAssign:
      fold(statement->as<AugAssign>().target);
      return fold(statement->as<AugAssign>().value);
    case NodeKind::AnnAssign: {
      AnnAssign& assignment = statement->as<AnnAssign>();
      fold(assignment.target);
      if (!options_.future_annotations) fold(assignment.annotation);
      return fold_optional(assignment.value);
    }
    case NodeKind::For:
      fold_loop(statement->as<For>());
      return fold_iterable(statement->as<For>().iter);
    case NodeKind::AsyncFor:
      return fold_loop(statement->as<AsyncFor>());
    case NodeKind::While:
      return fold_conditional(statement->as<While>());
    case NodeKind::If:
      return fold_conditional(statement->as<If>());
    case NodeKind::With:
      return fold_with(statement->as<With>());
    case NodeKind::AsyncWith:
      return fold_with(statement->as<AsyncWith>());
    case NodeKind::Match:
      fold(statement->as<Match>().subject);
      return fold_all(statement->as<Match>().cases);
    case NodeKind::Raise:
      fold_optional(statement->as<Raise>().exc);
      return fold_optional(statement->as<Raise>().cause);
    case NodeKind::Try:
      return fold_try(statement->as<Try>());
    case NodeKind::TryStar:
      return fold_try(statement->as<TryStar>());
    case NodeKind::Assert:
      fold(statement->as<Assert>().test);
      return fold_optional(statement->as<Assert>().msg);
    case NodeKind::Expr:
      return fold(statement->as<Expr>().value);
    default:
      return;
  }
}

void Folder::fold(ExprNode*& expression) {
  if (expression->is<Constant>()) return;
  if (expression->is<Name>()) return fold_name(expression);
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  switch (expression->node_kind) {
    case NodeKind::BoolOp:
      return fold_all(expression->as<BoolOp>().values);
    case NodeKind::BinOp:
      return fold_binary(expression);
    case NodeKind::UnaryOp:
      return fold_unary(expression);
    case NodeKind::IfExp:
      fold(expression->as<IfExp>().test);
      fold(expression->as<IfExp>().body);
      return fold(expression->as<IfExp>().orelse);
    case NodeKind::Dict:
      fold_all(expression->as<Dict>().keys);
      return fold_all(expression->as<Dict>().values);
    case NodeKind::Compare:
      return fold_compare(expression->as<Compare>());
    case NodeKind::Call:
      fold(expression->as<Call>().func);
      fold_all(expression->as<Call>().args);
      return fold_all(expression->as<Call>().keywords);
    case NodeKind::Attribute:
      return fold(expression->as<Attribute>().value);
    case NodeKind::Subscript:
      return fold_subscript(expression);
    case NodeKind::Starred:
      return fold(expression->as<Starred>().value);
    case NodeKind::Set:
      return fold_all(expression->as<Set>().elts);
    case NodeKind::List:
      return fold_all(expression->as<List>().elts);
    case NodeKind::Tuple: {
      Tuple& tuple = expression->as<Tuple>();
      fold_all(tuple.elts);
      if (tuple.ctx == ExprContext::Load) replace(expression, make_constant_tuple(tuple.elts));
      return;
    }
    case NodeKind::Slice:
      fold_optional(expression->as<Slice>().lower);
      fold_optional(expression->as<Slice>().upper);
      return fold_optional(expression->as<Slice>().step);
    default:
      return fold_compound(expression);
  }
}

void Folder::fold_compound(ExprNode*& expression) {
  switch (expression->node_kind) {
    case NodeKind::NamedExpr:
      return fold(expression->as<NamedExpr>().value);
    case NodeKind::Lambda:
      fold_arguments(*expression->as<Lambda>().args);
      return fold(expression->as<Lambda>().body);
    case NodeKind::ListComp:
      fold(expression->as<ListComp>().elt);
      return fold_all(expression->as<ListComp>().generators);
    case NodeKind::SetComp:
      fold(expression->as<SetComp>().elt);
      return fold_all(expression->as<SetComp>().generators);
    case NodeKind::DictComp:
      fold(expression->as<DictComp>().key);
      fold(expression->as<DictComp>().value);
      return fold_all(expression->as<DictComp>().generators);
    case NodeKind::GeneratorExp:
      fold(expression->as<GeneratorExp>().elt);
      return fold_all(expression->as<GeneratorExp>().generators);
    case NodeKind::Await:
      return fold(expression->as<Await>().value);
    case NodeKind::Yield:
      return fold_optional(expression->as<Yield>().value);
    case NodeKind::YieldFrom:
      return fold(expression->as<YieldFrom>().value);
    case NodeKind::FormattedValue:
      fold(expression->as<FormattedValue>().value);
      return fold_optional(expression->as<FormattedValue>().format_spec);
    case NodeKind::JoinedStr:
      return fold_all(expression->as<JoinedStr>().values);
    default:
      return;
  }
}

void Folder::fold(PatternNode* pattern) {
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  switch (pattern->node_kind) {
    case NodeKind::MatchValue:
      return fold(pattern->as<MatchValue>().value);
    case NodeKind::MatchSequence:
      return fold_all(pattern->as<MatchSequence>().patterns);
    case NodeKind::MatchMapping:
      fold_all(pattern->as<MatchMapping>().keys);
      return fold_all(pattern->as<MatchMapping>().patterns);
    case NodeKind::MatchClass:
      fold(pattern->as<MatchClass>().cls);
      fold_all(pattern->as<MatchClass>().patterns);
      return fold_all(pattern->as<MatchClass>().kwd_patterns);
    case NodeKind::MatchAs:
      if (pattern->as<MatchAs>().pattern) fold(pattern->as<MatchAs>().pattern);
      return;
    case NodeKind::MatchOr:
      return fold_all(pattern->as<MatchOr>().patterns);
    default:
      return;
  }
}

}  // namespace

bool fold_tree(CompileContext& context, ModNode& module, const FoldOptions& options) {
  Folder(context, options).fold_module(module);
  return !context.has_failed();
}

Constant* find_docstring(Sequence<StmtNode*> body) {
  if (body.empty() || !body[0]->is<Expr>()) return nullptr;
  Constant* constant = body[0]->as<Expr>().value->if_is<Constant>();
  return constant && constant->value.kind == ConstantKind::Str ? constant : nullptr;
}

}  // namespace minipy
