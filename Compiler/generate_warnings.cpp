// SyntaxWarnings about expressions that are probably mistakes.
#include <string>

#include "Compiler/generator.h"

namespace minipy {

using namespace ast;

namespace {

const char* type_of_constant(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::None:
      return "NoneType";
    case ConstantKind::True:
    case ConstantKind::False:
      return "bool";
    case ConstantKind::Ellipsis:
      return "ellipsis";
    case ConstantKind::Int:
    case ConstantKind::BigInt:
      return "int";
    case ConstantKind::Float:
      return "float";
    case ConstantKind::Complex:
      return "complex";
    case ConstantKind::Str:
      return "str";
    case ConstantKind::Bytes:
      return "bytes";
    case ConstantKind::Tuple:
      return "tuple";
    case ConstantKind::FrozenSet:
      return "frozenset";
  }
  return nullptr;
}

// The name of the type that the expression certainly has, or null.
const char* type_of(const ExprNode* expression) {
  switch (expression->node_kind) {
    case NodeKind::Tuple:
      return "tuple";
    case NodeKind::List:
    case NodeKind::ListComp:
      return "list";
    case NodeKind::Dict:
    case NodeKind::DictComp:
      return "dict";
    case NodeKind::Set:
    case NodeKind::SetComp:
      return "set";
    case NodeKind::GeneratorExp:
      return "generator";
    case NodeKind::Lambda:
      return "function";
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue:
      return "str";
    case NodeKind::Constant:
      return type_of_constant(expression->as<Constant>().value);
    default:
      return nullptr;
  }
}

bool is_literal(const ExprNode* expression) {
  const Constant* constant = expression->if_is<Constant>();
  if (!constant) return false;
  switch (constant->value.kind) {
    case ConstantKind::None:
    case ConstantKind::True:
    case ConstantKind::False:
    case ConstantKind::Ellipsis:
      return false;
    default:
      return true;
  }
}

constexpr const char* kMissedComma = "; perhaps you missed a comma?";

}  // namespace

void Generator::check_compare(const Compare& comparison) {
  const ExprNode* left = comparison.left;
  for (size_t i = 0; i < comparison.ops.size(); ++i) {
    const ExprNode* right = comparison.comparators[i];
    const CompareOperator op = comparison.ops[i];
    if ((op == CompareOperator::Is || op == CompareOperator::IsNot) &&
        (is_literal(left) || is_literal(right))) {
      return warn(op == CompareOperator::Is
                      ? Text("\"is\" with a literal. Did you mean \"==\"?")
                      : Text("\"is not\" with a literal. Did you mean \"!=\"?"));
    }
    left = right;
  }
}

void Generator::check_caller(const ExprNode* function) {
  switch (function->node_kind) {
    case NodeKind::Constant:
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::ListComp:
    case NodeKind::Dict:
    case NodeKind::DictComp:
    case NodeKind::Set:
    case NodeKind::SetComp:
    case NodeKind::GeneratorExp:
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue:
      return warn("'" + std::string(type_of(function)) + "' object is not callable" + kMissedComma);
    default:
      return;
  }
}

void Generator::check_subscripted(const ExprNode* value) {
  switch (value->node_kind) {
    case NodeKind::Constant: {
      const ConstantKind kind = value->as<Constant>().value.kind;
      const bool has_no_items = kind == ConstantKind::None || kind == ConstantKind::Ellipsis ||
                                kind == ConstantKind::True || kind == ConstantKind::False ||
                                kind == ConstantKind::FrozenSet ||
                                value->as<Constant>().value.is_number();
      if (!has_no_items) return;
      break;
    }
    case NodeKind::Set:
    case NodeKind::SetComp:
    case NodeKind::GeneratorExp:
    case NodeKind::Lambda:
      break;
    default:
      return;
  }
  warn("'" + std::string(type_of(value)) + "' object is not subscriptable" + kMissedComma);
}

void Generator::check_index(const ExprNode* value, const ExprNode* index) {
  const char* index_type = type_of(index);
  if (!index_type || Text(index_type) == "int" || Text(index_type) == "bool") return;
  switch (value->node_kind) {
    case NodeKind::Constant: {
      const ConstantKind kind = value->as<Constant>().value.kind;
      if (kind != ConstantKind::Str && kind != ConstantKind::Bytes && kind != ConstantKind::Tuple)
        return;
      break;
    }
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::ListComp:
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue:
      break;
    default:
      return;
  }
  warn(std::string(type_of(value)) + " indices must be integers or slices, not " + index_type +
       kMissedComma);
}

}  // namespace minipy
