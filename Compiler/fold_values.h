// Operators on constants, as Python would compute them. An absent result means that Python would
// raise an exception, or that the result would be too large to be worth keeping in the code.
#pragma once

#include <optional>

#include "Parser/tree.h"

namespace minipy {

std::optional<ast::ConstantValue> fold_unary(ast::Arena& arena, ast::UnaryOperator op,
                                             const ast::ConstantValue& operand);
std::optional<ast::ConstantValue> fold_binary(ast::Arena& arena, ast::Operator op,
                                              const ast::ConstantValue& left,
                                              const ast::ConstantValue& right);
std::optional<ast::ConstantValue> fold_subscript(ast::Arena& arena,
                                                 const ast::ConstantValue& container,
                                                 const ast::ConstantValue& index);
bool is_true_value(const ast::ConstantValue& value);
// left == right in Python: 1, 1.0 and True are equal.
bool are_equal_values(const ast::ConstantValue& left, const ast::ConstantValue& right);
// A frozenset of the items, without those that are equal to an earlier one.
ast::ConstantValue make_frozenset_value(ast::Arena& arena, ast::Sequence<ast::ConstantValue> items);

}  // namespace minipy
