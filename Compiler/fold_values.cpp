#include "Compiler/fold_values.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "Compiler/fold_numbers.h"

namespace minipy {
namespace {

using namespace ast;
using Folded = std::optional<ConstantValue>;

// Larger results are left to run time.
constexpr int64_t kMaxCollectionSize = 256;
constexpr int64_t kMaxTextSize = 4096;
constexpr int64_t kMaxTotalItems = 1024;

bool is_collection(const ConstantValue& value) {
  return value.kind == ConstantKind::Tuple || value.kind == ConstantKind::FrozenSet;
}
bool is_text(const ConstantValue& value) {
  return value.kind == ConstantKind::Str || value.kind == ConstantKind::Bytes;
}

bool starts_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

int64_t length_of(const ConstantValue& value) {
  if (is_collection(value)) return static_cast<int64_t>(value.items.size());
  if (value.kind == ConstantKind::Bytes) return static_cast<int64_t>(value.text.size());
  return std::count_if(value.text.begin(), value.text.end(), starts_code_point);
}

// What is left of `limit` after counting the items of nested collections too.
int64_t reduce_by_items(const ConstantValue& value, int64_t limit) {
  if (!is_collection(value)) return limit;
  limit -= static_cast<int64_t>(value.items.size());
  for (const ConstantValue& item : value.items) {
    if (limit < 0) return limit;
    limit = reduce_by_items(item, limit);
  }
  return limit;
}

ConstantValue text_like(const ConstantValue& model, Text text) {
  return model.kind == ConstantKind::Str ? ConstantValue::of_str(text)
                                         : ConstantValue::of_bytes(text);
}

Folded repeat(Arena& arena, const ConstantValue& value, const ConstantValue& times) {
  if (value.kind == ConstantKind::FrozenSet) return std::nullopt;
  const int64_t length = length_of(value);
  if (length == 0) return value;
  if (times.kind == ConstantKind::BigInt) return std::nullopt;
  const int64_t count =
      times.kind == ConstantKind::Int ? times.integer : times.kind == ConstantKind::True;
  if (count < 0 || count > (is_text(value) ? kMaxTextSize : kMaxCollectionSize) / length)
    return std::nullopt;
  if (is_text(value)) {
    std::string text;
    for (int64_t i = 0; i < count; ++i) text += value.text;
    return text_like(value, arena.copy_text(text));
  }
  if (count && reduce_by_items(value, kMaxTotalItems / count) < 0) return std::nullopt;
  std::vector<ConstantValue> items;
  for (int64_t i = 0; i < count; ++i)
    items.insert(items.end(), value.items.begin(), value.items.end());
  return ConstantValue::of_items(ConstantKind::Tuple,
                                 arena.copy_sequence(items.data(), items.size()));
}

Folded concatenate(Arena& arena, const ConstantValue& left, const ConstantValue& right) {
  if (left.kind != right.kind || left.kind == ConstantKind::FrozenSet) return std::nullopt;
  if (is_text(left))
    return text_like(left, arena.copy_text(std::string(left.text) + std::string(right.text)));
  std::vector<ConstantValue> items(left.items.begin(), left.items.end());
  items.insert(items.end(), right.items.begin(), right.items.end());
  return ConstantValue::of_items(ConstantKind::Tuple,
                                 arena.copy_sequence(items.data(), items.size()));
}

Text code_point_at(Text text, int64_t index) {
  size_t start = 0;
  for (;; ++start) {
    if (starts_code_point(text[start]) && index-- == 0) break;
  }
  size_t end = start + 1;
  while (end < text.size() && !starts_code_point(text[end])) ++end;
  return text.substr(start, end - start);
}

Folded negate(Arena& arena, const ConstantValue& operand) {
  if (operand.kind == ConstantKind::Float) return ConstantValue::of_float(-operand.real);
  if (operand.kind == ConstantKind::Complex)
    return ConstantValue::of_complex(-operand.real, -operand.imaginary);
  return fold_number(arena, Operator::Sub, ConstantValue::of_int(0), operand);
}

// Agrees with are_equal_values: numbers are hashed by their value as a float.
struct ValueHash {
  size_t operator()(const ConstantValue& value) const {
    if (is_text(value)) return std::hash<std::string_view>()(value.text);
    switch (value.kind) {
      case ConstantKind::True:
        return std::hash<double>()(1);
      case ConstantKind::False:
        return std::hash<double>()(0);
      case ConstantKind::Int:
        return std::hash<double>()(static_cast<double>(value.integer));
      case ConstantKind::BigInt:
        return 0;
      case ConstantKind::Float:
      case ConstantKind::Complex:
        return std::abs(value.real) < 9e18 ? std::hash<double>()(value.real) : 0;
      default:
        return static_cast<size_t>(value.kind);
    }
  }
};

}  // namespace

Folded fold_unary(Arena& arena, UnaryOperator op, const ConstantValue& operand) {
  if (op == UnaryOperator::Not) {
    return ConstantValue(is_true_value(operand) ? ConstantKind::False : ConstantKind::True);
  }
  if (!is_numeric(operand)) return std::nullopt;
  switch (op) {
    case UnaryOperator::USub:
      return negate(arena, operand);
    case UnaryOperator::UAdd:
      return is_bool(operand) ? fold_number(arena, Operator::Add, operand, ConstantValue::of_int(0))
                              : operand;
    case UnaryOperator::Invert:
      if (!is_integer(operand)) return std::nullopt;
      return fold_number(arena, Operator::Sub, ConstantValue::of_int(-1), operand);
    case UnaryOperator::Not:
      break;
  }
  return std::nullopt;
}

Folded fold_binary(Arena& arena, Operator op, const ConstantValue& left,
                   const ConstantValue& right) {
  if (is_numeric(left) && is_numeric(right)) return fold_number(arena, op, left, right);
  const bool left_is_sequence = is_text(left) || is_collection(left);
  const bool right_is_sequence = is_text(right) || is_collection(right);
  if (op == Operator::Mult && left_is_sequence && is_integer(right))
    return repeat(arena, left, right);
  if (op == Operator::Mult && right_is_sequence && is_integer(left))
    return repeat(arena, right, left);
  if (op == Operator::Add && left_is_sequence && right_is_sequence)
    return concatenate(arena, left, right);
  return std::nullopt;
}

Folded fold_subscript(Arena&, const ConstantValue& container, const ConstantValue& index) {
  if (!is_integer(index) || index.kind == ConstantKind::BigInt) return std::nullopt;
  if (!is_text(container) && container.kind != ConstantKind::Tuple) return std::nullopt;
  const int64_t length = length_of(container);
  int64_t position =
      index.kind == ConstantKind::Int ? index.integer : index.kind == ConstantKind::True;
  if (position < 0) position += length;
  if (position < 0 || position >= length) return std::nullopt;
  const auto offset = static_cast<size_t>(position);
  if (container.kind == ConstantKind::Tuple) return container.items[offset];
  if (container.kind == ConstantKind::Str)
    return ConstantValue::of_str(code_point_at(container.text, position));
  return ConstantValue::of_int(static_cast<unsigned char>(container.text[offset]));
}

bool is_true_value(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::None:
    case ConstantKind::False:
      return false;
    case ConstantKind::True:
    case ConstantKind::Ellipsis:
    case ConstantKind::BigInt:
      return true;
    case ConstantKind::Int:
      return value.integer != 0;
    case ConstantKind::Float:
      return value.real != 0;
    case ConstantKind::Complex:
      return value.real != 0 || value.imaginary != 0;
    case ConstantKind::Str:
    case ConstantKind::Bytes:
      return !value.text.empty();
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet:
      return !value.items.empty();
  }
  return true;
}

bool are_equal_values(const ConstantValue& left, const ConstantValue& right) {
  if (is_numeric(left) && is_numeric(right)) return are_equal_numbers(left, right);
  if (left.kind != right.kind) return false;
  if (is_text(left)) return left.text == right.text;
  if (left.kind == ConstantKind::Tuple) {
    return std::equal(left.items.begin(), left.items.end(), right.items.begin(), right.items.end(),
                      are_equal_values);
  }
  if (left.kind == ConstantKind::FrozenSet) {
    return left.items.size() == right.items.size() &&
           std::is_permutation(left.items.begin(), left.items.end(), right.items.begin(),
                               are_equal_values);
  }
  return true;
}

ConstantValue make_frozenset_value(Arena& arena, Sequence<ConstantValue> items) {
  std::unordered_set<ConstantValue, ValueHash, decltype(&are_equal_values)> seen(
      items.size(), ValueHash(), &are_equal_values);
  std::vector<ConstantValue> unique;
  for (const ConstantValue& item : items) {
    if (seen.insert(item).second) unique.push_back(item);
  }
  return ConstantValue::of_items(ConstantKind::FrozenSet,
                                 arena.copy_sequence(unique.data(), unique.size()));
}

}  // namespace minipy
