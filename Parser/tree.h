// The syntax tree: one struct for each row of nodes.def, with the field names of Python's `ast`
// module.
//
// A family of nodes (`ExprNode`, `StmtNode`, ...) is a base struct; `node->node_kind` says which
// member it is:
//
//   switch (expression->node_kind) {
//     case NodeKind::Name: return visit(expression->as<ast::Name>());
//
// Nodes live in an Arena and are made by `arena.make<ast::Name>(location, id, ExprContext::Load)`,
// by the parser as well as from Python `ast` objects. They have no virtual functions and no
// destructors.
#pragma once

#include <cstdint>
#include <utility>

#include "Parser/arena.h"
#include "Parser/constant.h"

namespace minipy::ast {

#define VALUE(Name) Name,
#define ENUMERATION(Type, name, VALUES) enum class Type : uint8_t { VALUES };
#include "Parser/nodes.def"
#undef VALUE

enum class NodeKind : uint8_t {
#define NODE(Type, name, Node, FIELDS) Node,
#define PRODUCT(Type, name, where, FIELDS) Type,
#include "Parser/nodes.def"
};

// Where a node stands in the source. Lines count from 1; columns are offsets in UTF-8 bytes and
// count from 0.
struct Location {
  int32_t line = 0;
  int32_t column = 0;
  int32_t end_line = 0;
  int32_t end_column = 0;

  bool operator==(const Location&) const = default;
};

struct Node {
  NodeKind node_kind;

  template <typename T>
  bool is() const {
    return node_kind == T::kKind;
  }
  template <typename T>
  T& as() {
    return *static_cast<T*>(this);
  }
  template <typename T>
  const T& as() const {
    return *static_cast<const T*>(this);
  }
  // The node as a T, or null if it is of another kind.
  template <typename T>
  T* if_is() {
    return is<T>() ? static_cast<T*>(this) : nullptr;
  }
  template <typename T>
  const T* if_is() const {
    return is<T>() ? static_cast<const T*>(this) : nullptr;
  }
};

struct PlainNode : Node {};
struct LocatedNode : Node {
  Location location;
};

#define PLAIN PlainNode
#define LOCATED LocatedNode
#define SUM(Type, name, where) \
  struct Type : where {};
#define PRODUCT(Type, name, where, FIELDS) struct Type;
#include "Parser/nodes.def"

// What the type names of nodes.def mean as a field.
using field_expr = ExprNode*;
using field_stmt = StmtNode*;
using field_pattern = PatternNode*;
using field_comprehension = Comprehension*;
using field_excepthandler = HandlerNode*;
using field_type_ignore = TypeIgnoreNode*;
using field_arguments = Arguments*;
using field_arg = Arg*;
using field_keyword = Keyword*;
using field_alias = Alias*;
using field_withitem = WithItem*;
using field_match_case = MatchCase*;
using field_expr_context = ExprContext;
using field_boolop = BoolOperator;
using field_operator = Operator;
using field_unaryop = UnaryOperator;
using field_cmpop = CompareOperator;
using field_identifier = Identifier;
using field_string = Text;
using field_constant = ConstantValue;
using field_int = int32_t;

#define ONE(type, name) field_##type name{};
#define OPTIONAL(type, name) field_##type name{};
#define SEQUENCE(type, name) Sequence<field_##type> name{};
#define NODE(Type, name, Node, FIELDS)                \
  struct Node : Type {                                \
    using Family = Type;                              \
    static constexpr NodeKind kKind = NodeKind::Node; \
    FIELDS                                            \
  };
#define PRODUCT(Type, name, where, FIELDS)            \
  struct Type : where {                               \
    using Family = where;                             \
    static constexpr NodeKind kKind = NodeKind::Type; \
    FIELDS                                            \
  };
#include "Parser/nodes.def"
#undef ONE
#undef OPTIONAL
#undef SEQUENCE
#undef PLAIN
#undef LOCATED

namespace detail {

template <typename T, typename... Fields>
T* construct_located(void* memory, Location location, Fields... fields) {
  T* node = new (memory) T{{}, fields...};
  node->node_kind = T::kKind;
  node->location = location;
  return node;
}

}  // namespace detail

// With all fields absent, and without a location.
template <typename T>
T* Arena::make_unlocated() {
  T* node = new (allocate(sizeof(T), alignof(T))) T();
  node->node_kind = T::kKind;
  return node;
}

template <typename T, typename... Fields>
T* Arena::make(Fields... fields) {
  static_assert(std::is_trivially_destructible_v<T>);
  void* memory = allocate(sizeof(T), alignof(T));
  if constexpr (std::is_base_of_v<LocatedNode, T>) {
    return detail::construct_located<T>(memory, fields...);
  } else {
    T* node = new (memory) T{{}, fields...};
    node->node_kind = T::kKind;
    return node;
  }
}

}  // namespace minipy::ast
