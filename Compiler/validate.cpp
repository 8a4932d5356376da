#include "Compiler/validate.h"

namespace minipy {
namespace {

using namespace ast;

const char* name_of(ExprContext context) {
  switch (context) {
    case ExprContext::Load: return "Load";
    case ExprContext::Store: return "Store";
    case ExprContext::Del: return "Del";
  }
  return "";
}

bool is_number(const ConstantValue& value, bool allow_real, bool allow_imaginary) {
  switch (value.kind) {
    case ConstantKind::Int:
    case ConstantKind::BigInt:
    case ConstantKind::Float: return allow_real;
    case ConstantKind::Complex: return allow_imaginary;
    default: return false;
  }
}

bool is_number(const ExprNode& expression, bool allow_real, bool allow_imaginary) {
  const Constant* constant = expression.if_is<Constant>();
  return constant && is_number(constant->value, allow_real, allow_imaginary);
}

bool is_negative_number(const ExprNode& expression, bool allow_real, bool allow_imaginary) {
  const UnaryOp* unary = expression.if_is<UnaryOp>();
  return unary && unary->op == UnaryOperator::USub && is_number(*unary->operand, allow_real, allow_imaginary);
}

// 1 + 2j and its like, the only operations in literal patterns.
bool is_complex_number(const ExprNode& expression) {
  const BinOp* binary = expression.if_is<BinOp>();
  if (!binary || (binary->op != Operator::Add && binary->op != Operator::Sub)) return false;
  const bool has_real = is_number(*binary->left, true, false) || is_negative_number(*binary->left, true, false);
  return has_real && is_number(*binary->right, false, true);
}

// Every check returns false once a problem has been found.
class Validator {
 public:
  Validator(int max_depth, uintptr_t stack_limit) : max_depth_(max_depth), stack_limit_(stack_limit) {}

  TreeProblem run(const ModNode& tree) {
    switch (tree.node_kind) {
      case NodeKind::Module: check_all(tree.as<Module>().body); break;
      case NodeKind::Interactive: check_all(tree.as<Interactive>().body); break;
      case NodeKind::Expression: check(tree.as<Expression>().body, ExprContext::Load); break;
      case NodeKind::FunctionType:
        check_all(tree.as<FunctionType>().argtypes) && check(tree.as<FunctionType>().returns);
        break;
      default: break;
    }
    return problem_;
  }

 private:
  bool fail(std::string message, TreeProblem::Kind kind = TreeProblem::Kind::ValueError) {
    problem_ = {kind, std::move(message)};
    return false;
  }

  struct Depth {
    explicit Depth(Validator& validator) : validator(validator) { ++validator.depth_; }
    ~Depth() { --validator.depth_; }
    Validator& validator;
  };
  bool check_depth() {
    const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    if (depth_ <= max_depth_ && here > stack_limit_) return true;
    return fail("maximum recursion depth exceeded during compilation", TreeProblem::Kind::RecursionError);
  }

  bool check_location(const LocatedNode& node) {
    const Location& at = node.location;
    const auto text = [](int number) { return std::to_string(number); };
    const std::string lines = "(" + text(at.line) + ", " + text(at.end_line) + ")";
    if (at.line > at.end_line) return fail("AST node line range " + lines + " is not valid");
    if ((at.line < 0 && at.end_line != at.line) || (at.column < 0 && at.column != at.end_column)) {
      return fail("AST node column range (" + text(at.column) + ", " + text(at.end_column) + ") for line range " + lines +
                  " is not valid");
    }
    if (at.line == at.end_line && at.column > at.end_column) {
      return fail("line " + text(at.line) + ", column " + text(at.column) + "-" + text(at.end_column) +
                  " is not a valid range");
    }
    return true;
  }

  bool check_name(Identifier name) {
    const Text text = name.text();
    if (text != "None" && text != "True" && text != "False") return true;
    return fail("identifier field can't represent '" + std::string(text) + "' constant");
  }

  bool check_not_empty(bool is_empty, const char* what, const char* owner) {
    return !is_empty || fail(std::string("empty ") + what + " on " + owner);
  }

  bool check_all(Sequence<ExprNode*> expressions, ExprContext context = ExprContext::Load, bool allow_none = false) {
    for (const ExprNode* expression : expressions) {
      if (!expression) {
        if (!allow_none) return fail("None disallowed in expression list");
      } else if (!check(expression, context)) {
        return false;
      }
    }
    return true;
  }
  bool check_all(Sequence<StmtNode*> statements) {
    for (const StmtNode* statement : statements) {
      if (!statement) return fail("None disallowed in statement list");
      if (!check(statement)) return false;
    }
    return true;
  }
  bool check_all(Sequence<PatternNode*> patterns, bool allow_star) {
    for (const PatternNode* pattern : patterns) {
      if (!check(pattern, allow_star)) return false;
    }
    return true;
  }
  bool check_all(Sequence<Keyword*> keywords) {
    for (const Keyword* keyword : keywords) {
      if (!check(keyword->value)) return false;
    }
    return true;
  }
  bool check_optional(const ExprNode* expression) { return !expression || check(expression); }
  bool check_body(Sequence<StmtNode*> body, const char* owner) {
    return check_not_empty(body.empty(), "body", owner) && check_all(body);
  }

  bool check_parameters(Sequence<Arg*> parameters) {
    for (const Arg* parameter : parameters) {
      if (!check_location(*parameter) || !check_optional(parameter->annotation)) return false;
    }
    return true;
  }

  bool check_arguments(const Arguments& arguments) {
    if (!check_parameters(arguments.posonlyargs) || !check_parameters(arguments.args)) return false;
    if (arguments.vararg && !check_optional(arguments.vararg->annotation)) return false;
    if (!check_parameters(arguments.kwonlyargs)) return false;
    if (arguments.kwarg && !check_optional(arguments.kwarg->annotation)) return false;
    if (arguments.defaults.size() > arguments.posonlyargs.size() + arguments.args.size()) {
      return fail("more positional defaults than args on arguments");
    }
    if (arguments.kw_defaults.size() != arguments.kwonlyargs.size()) {
      return fail("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    return check_all(arguments.defaults) && check_all(arguments.kw_defaults, ExprContext::Load, true);
  }

  bool check_clauses(Sequence<Comprehension*> clauses) {
    if (clauses.empty()) return fail("comprehension with no generators");
    for (const Comprehension* clause : clauses) {
      if (!check(clause->target, ExprContext::Store) || !check(clause->iter) || !check_all(clause->ifs)) return false;
    }
    return true;
  }

  // The context of an expression that may be a target.
  static const ExprContext* context_of(const ExprNode& expression) {
    switch (expression.node_kind) {
      case NodeKind::Attribute: return &expression.as<Attribute>().ctx;
      case NodeKind::Subscript: return &expression.as<Subscript>().ctx;
      case NodeKind::Starred: return &expression.as<Starred>().ctx;
      case NodeKind::Name: return &expression.as<Name>().ctx;
      case NodeKind::List: return &expression.as<List>().ctx;
      case NodeKind::Tuple: return &expression.as<Tuple>().ctx;
      default: return nullptr;
    }
  }

  bool check_context(const ExprNode& expression, ExprContext context) {
    const ExprContext* actual = context_of(expression);
    if (const Name* name = expression.if_is<Name>(); name && !check_name(name->id)) return false;
    if (!actual) {
      if (context == ExprContext::Load) return true;
      return fail(std::string("expression which can't be assigned to in ") + name_of(context) + " context");
    }
    if (*actual == context) return true;
    return fail(std::string("expression must have ") + name_of(context) + " context but has " + name_of(*actual) +
                " instead");
  }

  bool check(const ExprNode* expression, ExprContext context = ExprContext::Load) {
    const Depth depth(*this);
    return check_location(*expression) && check_depth() && check_context(*expression, context) &&
           check_parts(*expression, context);
  }

  bool check_parts(const ExprNode& expression, ExprContext context);
  bool check_closed(const ExprNode& expression, ExprContext context);
  bool check(const StmtNode* statement);
  bool check_compound(const StmtNode& statement);
  bool check(const PatternNode* pattern, bool allow_star);

  template <typename Function>
  bool check_function(const Function& function, const char* owner) {
    return check_body(function.body, owner) && check_arguments(*function.args) && check_all(function.decorator_list) &&
           check_optional(function.returns);
  }

  template <typename Loop>
  bool check_loop(const Loop& loop, const char* owner) {
    return check(loop.target, ExprContext::Store) && check(loop.iter) && check_body(loop.body, owner) &&
           check_all(loop.orelse);
  }

  template <typename WithStatement>
  bool check_with(const WithStatement& with, const char* owner) {
    if (!check_not_empty(with.items.empty(), "items", owner)) return false;
    for (const WithItem* item : with.items) {
      if (!check(item->context_expr)) return false;
      if (item->optional_vars && !check(item->optional_vars, ExprContext::Store)) return false;
    }
    return check_body(with.body, owner);
  }

  template <typename TryStatement>
  bool check_try(const TryStatement& statement, const std::string& owner) {
    if (!check_body(statement.body, owner.c_str())) return false;
    if (statement.handlers.empty() && statement.finalbody.empty()) {
      return fail(owner + " has neither except handlers nor finalbody");
    }
    if (statement.handlers.empty() && !statement.orelse.empty()) {
      return fail(owner + " has orelse but no except handlers");
    }
    for (const HandlerNode* node : statement.handlers) {
      const ExceptHandler& handler = node->as<ExceptHandler>();
      if (!check_location(handler) || !check_optional(handler.type) || !check_body(handler.body, "ExceptHandler")) {
        return false;
      }
    }
    return check_all(statement.finalbody) && check_all(statement.orelse);
  }

  bool check_match(const Match& statement) {
    if (!check(statement.subject) || !check_not_empty(statement.cases.empty(), "cases", "Match")) return false;
    for (const MatchCase* match_case : statement.cases) {
      if (!check(match_case->pattern, false) || !check_optional(match_case->guard) ||
          !check_body(match_case->body, "match_case")) {
        return false;
      }
    }
    return true;
  }

  bool check_capture(Identifier name) {
    if (name.text() == "_") return fail("can't capture name '_' in patterns");
    return check_name(name);
  }

  // None, True and False belong into MatchSingleton.
  bool check_pattern_value(const ExprNode* value) {
    if (!check(value)) return false;
    if (const Constant* constant = value->if_is<Constant>()) {
      const ConstantKind kind = constant->value.kind;
      if (constant->value.is_number() || kind == ConstantKind::Str || kind == ConstantKind::Bytes) return true;
      return fail("unexpected constant inside of a literal pattern");
    }
    if (value->is<Attribute>() || value->is<JoinedStr>()) return true;
    if (is_negative_number(*value, true, true) || is_complex_number(*value)) return true;
    return fail("patterns may only match literals and attribute lookups");
  }

  bool check_mapping(const MatchMapping& pattern) {
    if (pattern.keys.size() != pattern.patterns.size()) {
      return fail("MatchMapping doesn't have the same number of keys as patterns");
    }
    if (pattern.rest && !check_capture(pattern.rest)) return false;
    for (const ExprNode* key : pattern.keys) {
      const Constant* constant = key->if_is<Constant>();
      const bool is_singleton = constant && (constant->value.kind == ConstantKind::None ||
                                             constant->value.kind == ConstantKind::True ||
                                             constant->value.kind == ConstantKind::False);
      if (!is_singleton && !check_pattern_value(key)) return false;
    }
    return check_all(pattern.patterns, false);
  }

  bool check_class(const MatchClass& pattern) {
    if (pattern.kwd_attrs.size() != pattern.kwd_patterns.size()) {
      return fail("MatchClass doesn't have the same number of keyword attributes as patterns");
    }
    if (!check(pattern.cls)) return false;
    const ExprNode* klass = pattern.cls;
    while (const Attribute* attribute = klass->if_is<Attribute>()) klass = attribute->value;
    if (!klass->is<Name>()) return fail("MatchClass cls field can only contain Name or Attribute nodes.");
    for (const Identifier name : pattern.kwd_attrs) {
      if (!check_name(name)) return false;
    }
    return check_all(pattern.patterns, false) && check_all(pattern.kwd_patterns, false);
  }

  bool check_as(const MatchAs& pattern) {
    if (pattern.name && !check_capture(pattern.name)) return false;
    if (!pattern.pattern) return true;
    if (!pattern.name) return fail("MatchAs must specify a target name if a pattern is given");
    return check(pattern.pattern, false);
  }

  const int max_depth_;
  const uintptr_t stack_limit_;
  int depth_ = 0;
  TreeProblem problem_;
};

bool Validator::check_parts(const ExprNode& expression, ExprContext context) {
  switch (expression.node_kind) {
    case NodeKind::BoolOp:
      if (expression.as<BoolOp>().values.size() < 2) return fail("BoolOp with less than 2 values");
      return check_all(expression.as<BoolOp>().values);
    case NodeKind::BinOp: return check(expression.as<BinOp>().left) && check(expression.as<BinOp>().right);
    case NodeKind::UnaryOp: return check(expression.as<UnaryOp>().operand);
    case NodeKind::Lambda:
      return check_arguments(*expression.as<Lambda>().args) && check(expression.as<Lambda>().body);
    case NodeKind::IfExp:
      return check(expression.as<IfExp>().test) && check(expression.as<IfExp>().body) &&
             check(expression.as<IfExp>().orelse);
    case NodeKind::Dict: {
      const Dict& dict = expression.as<Dict>();
      if (dict.keys.size() != dict.values.size()) return fail("Dict doesn't have the same number of keys as values");
      return check_all(dict.keys, ExprContext::Load, true) && check_all(dict.values);
    }
    case NodeKind::Compare: {
      const Compare& compare = expression.as<Compare>();
      if (compare.comparators.empty()) return fail("Compare with no comparators");
      if (compare.comparators.size() != compare.ops.size()) {
        return fail("Compare has a different number of comparators and operands");
      }
      return check_all(compare.comparators) && check(compare.left);
    }
    case NodeKind::Call:
      return check(expression.as<Call>().func) && check_all(expression.as<Call>().args) &&
             check_all(expression.as<Call>().keywords);
    default: return check_closed(expression, context);
  }
}

bool Validator::check_closed(const ExprNode& expression, ExprContext context) {
  const auto check_comprehension = [this](const auto& node) {
    return check_clauses(node.generators) && check(node.elt);
  };
  switch (expression.node_kind) {
    case NodeKind::Set: return check_all(expression.as<Set>().elts);
    case NodeKind::ListComp: return check_comprehension(expression.as<ListComp>());
    case NodeKind::SetComp: return check_comprehension(expression.as<SetComp>());
    case NodeKind::GeneratorExp: return check_comprehension(expression.as<GeneratorExp>());
    case NodeKind::DictComp:
      return check_clauses(expression.as<DictComp>().generators) && check(expression.as<DictComp>().key) &&
             check(expression.as<DictComp>().value);
    case NodeKind::Yield: return check_optional(expression.as<Yield>().value);
    case NodeKind::YieldFrom: return check(expression.as<YieldFrom>().value);
    case NodeKind::Await: return check(expression.as<Await>().value);
    case NodeKind::JoinedStr: return check_all(expression.as<JoinedStr>().values);
    case NodeKind::FormattedValue:
      return check(expression.as<FormattedValue>().value) &&
             check_optional(expression.as<FormattedValue>().format_spec);
    case NodeKind::Attribute: return check(expression.as<Attribute>().value);
    case NodeKind::Subscript:
      return check(expression.as<Subscript>().slice) && check(expression.as<Subscript>().value);
    case NodeKind::Starred: return check(expression.as<Starred>().value, context);
    case NodeKind::Slice:
      return check_optional(expression.as<Slice>().lower) && check_optional(expression.as<Slice>().upper) &&
             check_optional(expression.as<Slice>().step);
    case NodeKind::List: return check_all(expression.as<List>().elts, context);
    case NodeKind::Tuple: return check_all(expression.as<Tuple>().elts, context);
    case NodeKind::NamedExpr: return check(expression.as<NamedExpr>().value);
    default: return true;
  }
}

bool Validator::check(const StmtNode* statement) {
  const Depth depth(*this);
  if (!check_location(*statement) || !check_depth()) return false;
  switch (statement->node_kind) {
    case NodeKind::Return: return check_optional(statement->as<Return>().value);
    case NodeKind::Delete:
      return check_not_empty(statement->as<Delete>().targets.empty(), "targets", "Delete") &&
             check_all(statement->as<Delete>().targets, ExprContext::Del);
    case NodeKind::Assign:
      return check_not_empty(statement->as<Assign>().targets.empty(), "targets", "Assign") &&
             check_all(statement->as<Assign>().targets, ExprContext::Store) && check(statement->as<Assign>().value);
    case NodeKind::AugAssign:
      return check(statement->as<AugAssign>().target, ExprContext::Store) && check(statement->as<AugAssign>().value);
    case NodeKind::AnnAssign: {
      const AnnAssign& assignment = statement->as<AnnAssign>();
      if (!assignment.target->is<Name>() && assignment.simple) {
        return fail("AnnAssign with simple non-Name target", TreeProblem::Kind::TypeError);
      }
      return check(assignment.target, ExprContext::Store) && check_optional(assignment.value) &&
             check(assignment.annotation);
    }
    case NodeKind::Raise:
      if (!statement->as<Raise>().exc) {
        return !statement->as<Raise>().cause || fail("Raise with cause but no exception");
      }
      return check(statement->as<Raise>().exc) && check_optional(statement->as<Raise>().cause);
    case NodeKind::Assert: return check(statement->as<Assert>().test) && check_optional(statement->as<Assert>().msg);
    case NodeKind::Import: return check_not_empty(statement->as<Import>().names.empty(), "names", "Import");
    case NodeKind::ImportFrom:
      if (statement->as<ImportFrom>().level < 0) return fail("Negative ImportFrom level");
      return check_not_empty(statement->as<ImportFrom>().names.empty(), "names", "ImportFrom");
    case NodeKind::Global: return check_not_empty(statement->as<Global>().names.empty(), "names", "Global");
    case NodeKind::Nonlocal: return check_not_empty(statement->as<Nonlocal>().names.empty(), "names", "Nonlocal");
    case NodeKind::Expr: return check(statement->as<Expr>().value);
    default: return check_compound(*statement);
  }
}

bool Validator::check_compound(const StmtNode& statement) {
  switch (statement.node_kind) {
    case NodeKind::FunctionDef: return check_function(statement.as<FunctionDef>(), "FunctionDef");
    case NodeKind::AsyncFunctionDef: return check_function(statement.as<AsyncFunctionDef>(), "AsyncFunctionDef");
    case NodeKind::ClassDef: {
      const ClassDef& definition = statement.as<ClassDef>();
      return check_body(definition.body, "ClassDef") && check_all(definition.bases) &&
             check_all(definition.keywords) && check_all(definition.decorator_list);
    }
    case NodeKind::For: return check_loop(statement.as<For>(), "For");
    case NodeKind::AsyncFor: return check_loop(statement.as<AsyncFor>(), "AsyncFor");
    case NodeKind::While:
      return check(statement.as<While>().test) && check_body(statement.as<While>().body, "While") &&
             check_all(statement.as<While>().orelse);
    case NodeKind::If:
      return check(statement.as<If>().test) && check_body(statement.as<If>().body, "If") &&
             check_all(statement.as<If>().orelse);
    case NodeKind::With: return check_with(statement.as<With>(), "With");
    case NodeKind::AsyncWith: return check_with(statement.as<AsyncWith>(), "AsyncWith");
    case NodeKind::Match: return check_match(statement.as<Match>());
    case NodeKind::Try: return check_try(statement.as<Try>(), "Try");
    case NodeKind::TryStar: return check_try(statement.as<TryStar>(), "TryStar");
    default: return true;
  }
}

bool Validator::check(const PatternNode* pattern, bool allow_star) {
  const Depth depth(*this);
  if (!check_location(*pattern) || !check_depth()) return false;
  switch (pattern->node_kind) {
    case NodeKind::MatchValue: return check_pattern_value(pattern->as<MatchValue>().value);
    case NodeKind::MatchSingleton: {
      const ConstantKind kind = pattern->as<MatchSingleton>().value.kind;
      if (kind == ConstantKind::None || kind == ConstantKind::True || kind == ConstantKind::False) return true;
      return fail("MatchSingleton can only contain True, False and None");
    }
    case NodeKind::MatchSequence: return check_all(pattern->as<MatchSequence>().patterns, true);
    case NodeKind::MatchMapping: return check_mapping(pattern->as<MatchMapping>());
    case NodeKind::MatchClass: return check_class(pattern->as<MatchClass>());
    case NodeKind::MatchStar:
      if (!allow_star) return fail("can't use MatchStar here");
      return !pattern->as<MatchStar>().name || check_capture(pattern->as<MatchStar>().name);
    case NodeKind::MatchAs: return check_as(pattern->as<MatchAs>());
    case NodeKind::MatchOr:
      if (pattern->as<MatchOr>().patterns.size() < 2) return fail("MatchOr requires at least 2 patterns");
      return check_all(pattern->as<MatchOr>().patterns, false);
    default: return true;
  }
}

}  // namespace

TreeProblem validate_tree(const ModNode& tree, int max_depth, uintptr_t stack_limit) {
  return Validator(max_depth, stack_limit).run(tree);
}

}  // namespace minipy
