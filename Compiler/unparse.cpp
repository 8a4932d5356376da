#include "Compiler/unparse.h"

#include "Compiler/literal_text.h"

namespace minipy {
namespace {

using namespace ast;

// How tightly an expression binds; a part that binds less than its place demands is parenthesised.
enum Level {
  kTuple,
  kTest,
  kOr,
  kAnd,
  kNot,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kSum,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom
};

Level next(Level level) {
  return static_cast<Level>(level + 1);
}

class Unparser {
 public:
  void write(const ExprNode* expression, Level level) {
    switch (expression->node_kind) {
      case NodeKind::BoolOp:
        return write_bool(expression->as<BoolOp>(), level);
      case NodeKind::BinOp:
        return write_binary(expression->as<BinOp>(), level);
      case NodeKind::UnaryOp:
        return write_unary(expression->as<UnaryOp>(), level);
      case NodeKind::Lambda:
        return write_lambda(expression->as<Lambda>(), level);
      case NodeKind::IfExp:
        return write_conditional(expression->as<IfExp>(), level);
      case NodeKind::Compare:
        return write_compare(expression->as<Compare>(), level);
      case NodeKind::Await:
        return in_parentheses(level > kAwait, [&] {
          text_ += "await ";
          write(expression->as<Await>().value, kAtom);
        });
      case NodeKind::NamedExpr:
        return in_parentheses(level > kTuple, [&] {
          write(expression->as<NamedExpr>().target, kAtom);
          text_ += " := ";
          write(expression->as<NamedExpr>().value, kAtom);
        });
      case NodeKind::Tuple:
        return write_tuple(expression->as<Tuple>(), level);
      default:
        return write_closed(*expression);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  template <typename Write>
  void in_parentheses(bool is_needed, Write write_inside) {
    if (is_needed) text_ += '(';
    write_inside();
    if (is_needed) text_ += ')';
  }

  template <typename T>
  void write_list(Sequence<T*> items, Level level) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (i) text_ += ", ";
      write(items[i], level);
    }
  }

  // Expressions that need no parentheses of their own.
  void write_closed(const ExprNode& expression) {
    switch (expression.node_kind) {
      case NodeKind::Name:
        text_ += expression.as<Name>().id.text();
        return;
      case NodeKind::Constant:
        return write_constant(expression.as<Constant>());
      case NodeKind::Attribute:
        return write_attribute(expression.as<Attribute>());
      case NodeKind::Subscript:
        write(expression.as<Subscript>().value, kAtom);
        return bracketed("[", expression.as<Subscript>().slice, "]", kTuple);
      case NodeKind::Call:
        return write_call(expression.as<Call>());
      case NodeKind::Starred:
        text_ += '*';
        return write(expression.as<Starred>().value, kBitOr);
      case NodeKind::Slice:
        return write_slice(expression.as<Slice>());
      case NodeKind::List:
        text_ += '[';
        write_list(expression.as<List>().elts, kTest);
        text_ += ']';
        return;
      case NodeKind::Set:
        text_ += '{';
        write_list(expression.as<Set>().elts, kTest);
        text_ += '}';
        return;
      case NodeKind::Dict:
        return write_dict(expression.as<Dict>());
      case NodeKind::JoinedStr:
        text_ += 'f';
        text_ += repr_of_text(joined_body(expression.as<JoinedStr>(), false));
        return;
      case NodeKind::FormattedValue:
        text_ += 'f';
        text_ += repr_of_text(formatted_part(expression.as<FormattedValue>()));
        return;
      case NodeKind::Yield:
        if (!expression.as<Yield>().value) {
          text_ += "(yield)";
          return;
        }
        return bracketed("(yield ", expression.as<Yield>().value, ")", kTest);
      case NodeKind::YieldFrom:
        return bracketed("(yield from ", expression.as<YieldFrom>().value, ")", kTest);
      default:
        return write_comprehension(expression);
    }
  }

  void bracketed(const char* open, const ExprNode* inside, const char* close, Level level) {
    text_ += open;
    write(inside, level);
    text_ += close;
  }

  void write_bool(const BoolOp& expression, Level level) {
    const Level own = expression.op == BoolOperator::And ? kAnd : kOr;
    in_parentheses(level > own, [&] {
      for (size_t i = 0; i < expression.values.size(); ++i) {
        if (i) text_ += expression.op == BoolOperator::And ? " and " : " or ";
        write(expression.values[i], next(own));
      }
    });
  }

  void write_binary(const BinOp& expression, Level level) {
    struct Row {
      const char* text;
      Level level;
    };
    static constexpr Row kRows[] = {
        {" + ", kSum},    {" - ", kSum},    {" * ", kTerm},   {" @ ", kTerm},   {" / ", kTerm},
        {" % ", kTerm},   {" ** ", kPower}, {" << ", kShift}, {" >> ", kShift}, {" | ", kBitOr},
        {" ^ ", kBitXor}, {" & ", kBitAnd}, {" // ", kTerm}};
    const Row& row = kRows[static_cast<int>(expression.op)];
    const bool is_right_associative = expression.op == Operator::Pow;
    in_parentheses(level > row.level, [&] {
      write(expression.left, is_right_associative ? next(row.level) : row.level);
      text_ += row.text;
      write(expression.right, is_right_associative ? row.level : next(row.level));
    });
  }

  void write_unary(const UnaryOp& expression, Level level) {
    static constexpr const char* kTexts[] = {"~", "not ", "+", "-"};
    const Level own = expression.op == UnaryOperator::Not ? kNot : kFactor;
    in_parentheses(level > own, [&] {
      text_ += kTexts[static_cast<int>(expression.op)];
      write(expression.operand, own);
    });
  }

  void write_lambda(const Lambda& lambda, Level level) {
    in_parentheses(level > kTest, [&] {
      const bool has_positional = !lambda.args->args.empty() || !lambda.args->posonlyargs.empty();
      text_ += has_positional ? "lambda " : "lambda";
      write_parameters(*lambda.args);
      text_ += ": ";
      write(lambda.body, kTest);
    });
  }

  void write_parameters(const Arguments& arguments) {
    const size_t start = text_.size();
    const auto separate = [&] {
      if (text_.size() > start) text_ += ", ";
    };
    const auto write_default = [&](const ExprNode* value) {
      if (!value) return;
      text_ += '=';
      write(value, kTest);
    };
    const size_t positional_only = arguments.posonlyargs.size();
    const size_t positional = positional_only + arguments.args.size();
    for (size_t i = 0; i < positional; ++i) {
      separate();
      write_parameter(
          *(i < positional_only ? arguments.posonlyargs[i] : arguments.args[i - positional_only]));
      const size_t without_default = positional - arguments.defaults.size();
      if (i >= without_default) write_default(arguments.defaults[i - without_default]);
      if (i + 1 == positional_only) text_ += ", /";
    }
    if (arguments.vararg || !arguments.kwonlyargs.empty()) {
      separate();
      text_ += '*';
      if (arguments.vararg) write_parameter(*arguments.vararg);
    }
    for (size_t i = 0; i < arguments.kwonlyargs.size(); ++i) {
      separate();
      write_parameter(*arguments.kwonlyargs[i]);
      write_default(arguments.kw_defaults[i]);
    }
    if (arguments.kwarg) {
      separate();
      text_ += "**";
      write_parameter(*arguments.kwarg);
    }
  }

  void write_parameter(const Arg& parameter) {
    text_ += parameter.arg.text();
    if (parameter.annotation) bracketed(": ", parameter.annotation, "", kTest);
  }

  void write_conditional(const IfExp& expression, Level level) {
    in_parentheses(level > kTest, [&] {
      write(expression.body, next(kTest));
      text_ += " if ";
      write(expression.test, next(kTest));
      text_ += " else ";
      write(expression.orelse, kTest);
    });
  }

  void write_compare(const Compare& comparison, Level level) {
    static constexpr const char* kTexts[] = {" == ", " != ", " < ",      " <= ", " > ",
                                             " >= ", " is ", " is not ", " in ", " not in "};
    in_parentheses(level > kCompare, [&] {
      write(comparison.left, next(kCompare));
      for (size_t i = 0; i < comparison.ops.size(); ++i) {
        text_ += kTexts[static_cast<int>(comparison.ops[i])];
        write(comparison.comparators[i], next(kCompare));
      }
    });
  }

  void write_tuple(const Tuple& tuple, Level level) {
    if (tuple.elts.empty()) {
      text_ += "()";
      return;
    }
    in_parentheses(level > kTuple, [&] {
      write_list(tuple.elts, kTest);
      if (tuple.elts.size() == 1) text_ += ',';
    });
  }

  void write_constant(const Constant& constant) {
    if (constant.value.kind == ConstantKind::Ellipsis) {
      text_ += "...";
      return;
    }
    if (constant.kind.data()) text_ += constant.kind;
    std::string text = repr_of_constant(constant.value);
    if (constant.value.kind == ConstantKind::Float ||
        constant.value.kind == ConstantKind::Complex) {
      // "inf" is no literal; a number that is too large is.
      for (size_t place; (place = text.find("inf")) != std::string::npos;)
        text.replace(place, 3, "1e309");
    }
    text_ += text;
  }

  void write_attribute(const Attribute& attribute) {
    write(attribute.value, kAtom);
    const Constant* constant = attribute.value->if_is<Constant>();
    const bool is_integer = constant && (constant->value.kind == ConstantKind::Int ||
                                         constant->value.kind == ConstantKind::BigInt);
    text_ += is_integer ? " ." : ".";
    text_ += attribute.attr.text();
  }

  void write_slice(const Slice& slice) {
    if (slice.lower) write(slice.lower, kTest);
    text_ += ':';
    if (slice.upper) write(slice.upper, kTest);
    if (slice.step) bracketed(":", slice.step, "", kTest);
  }

  void write_call(const Call& call) {
    write(call.func, kAtom);
    if (call.args.size() == 1 && call.keywords.empty() && call.args[0]->is<GeneratorExp>()) {
      return write(call.args[0], kTest);
    }
    text_ += '(';
    write_list(call.args, kTest);
    for (size_t i = 0; i < call.keywords.size(); ++i) {
      if (i || !call.args.empty()) text_ += ", ";
      const Keyword& keyword = *call.keywords[i];
      if (keyword.arg) {
        text_ += keyword.arg.text();
        text_ += '=';
      } else {
        text_ += "**";
      }
      write(keyword.value, kTest);
    }
    text_ += ')';
  }

  void write_dict(const Dict& dict) {
    text_ += '{';
    for (size_t i = 0; i < dict.values.size(); ++i) {
      if (i) text_ += ", ";
      if (dict.keys[i]) {
        write(dict.keys[i], kTest);
        text_ += ": ";
        write(dict.values[i], kTest);
      } else {
        text_ += "**";
        write(dict.values[i], kBitOr);
      }
    }
    text_ += '}';
  }

  void write_comprehension(const ExprNode& expression) {
    const auto write_parts = [this](const char* open, const auto& node, const char* close) {
      bracketed(open, node.elt, "", kTest);
      write_clauses(node.generators);
      text_ += close;
    };
    switch (expression.node_kind) {
      case NodeKind::ListComp:
        return write_parts("[", expression.as<ListComp>(), "]");
      case NodeKind::SetComp:
        return write_parts("{", expression.as<SetComp>(), "}");
      case NodeKind::GeneratorExp:
        return write_parts("(", expression.as<GeneratorExp>(), ")");
      case NodeKind::DictComp:
        bracketed("{", expression.as<DictComp>().key, ": ", kTest);
        write(expression.as<DictComp>().value, kTest);
        write_clauses(expression.as<DictComp>().generators);
        text_ += '}';
        return;
      default:
        return;
    }
  }

  void write_clauses(Sequence<Comprehension*> clauses) {
    for (const Comprehension* clause : clauses) {
      bracketed(clause->is_async ? " async for " : " for ", clause->target, " in ", kTuple);
      write(clause->iter, next(kTest));
      for (const ExprNode* condition : clause->ifs) bracketed(" if ", condition, "", next(kTest));
    }
  }

  // The inside of an f-string, or of a format specification, before it is quoted.
  std::string joined_body(const JoinedStr& joined, bool is_specification) {
    std::string body;
    for (const ExprNode* value : joined.values) body += joined_part(*value, is_specification);
    return body;
  }

  std::string joined_part(const ExprNode& value, bool is_specification) {
    if (const JoinedStr* joined = value.if_is<JoinedStr>())
      return joined_body(*joined, is_specification);
    if (const FormattedValue* formatted = value.if_is<FormattedValue>())
      return formatted_part(*formatted);
    const Constant* constant = value.if_is<Constant>();
    std::string escaped;
    if (!constant) return escaped;
    for (const char c : constant->value.text) {
      escaped += c;
      if (c == '{' || c == '}') escaped += c;
    }
    return escaped;
  }

  std::string formatted_part(const FormattedValue& formatted) {
    Unparser inner;
    inner.write(formatted.value, next(kTest));
    const std::string value = inner.take();
    // A brace of the expression must not look like an escaped one.
    std::string result = value.starts_with('{') ? "{ " : "{";
    result += value;
    if (formatted.conversion > 0)
      result += std::string("!") + static_cast<char>(formatted.conversion);
    if (formatted.format_spec) result += ":" + joined_part(*formatted.format_spec, true);
    return result + "}";
  }

  std::string text_;
};

}  // namespace

std::string unparse(const ExprNode& expression) {
  Unparser unparser;
  unparser.write(&expression, kTest);
  return unparser.take();
}

}  // namespace minipy
