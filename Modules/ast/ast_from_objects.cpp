// `ast` objects as a tree.
#include <vector>

#include "Compiler/validate.h"
#include "Modules/ast/ast_types.h"
#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

using AnyNode = ast::Node;

// What error messages call a family, and the classes of its members.
template <typename Family>
struct FamilyTraits;
#define SUM(Type, family_name, where)                        \
  template <>                                                \
  struct FamilyTraits<ast::Type> {                           \
    static constexpr const char* kName = #family_name;       \
    static constexpr AstFamily kFamily = AstFamily::Type;    \
  };
#define ENUMERATION(Type, family_name, VALUES) SUM(Type, family_name, )
#include "Parser/nodes.def"

class TreeMaker {
 public:
  TreeMaker(Thread& thread, ast::Arena& arena) : thread_(thread), arena_(arena) {}

  Result<ast::ModNode*> make_module(Value object) {
    ast::ModNode* module = nullptr;
    TRY(read(object, module));
    return module;
  }

 private:
  // --- leaves ---

  Status read(Value object, ast::Identifier& name) {
    if (object.is_none()) return nothing;
    if (!is_exact_str(object)) return raise(thread_, TypeError, "AST identifier must be of type str");
    name = arena_.intern(to_utf8(object.as<Str>()));
    return nothing;
  }

  Status read(Value object, ast::Text& text) {
    if (object.is_none()) return nothing;
    if (is_exact_str(object)) {
      text = arena_.copy_text(to_utf8(object.as<Str>()));
    } else if (is_exact(object, Kind::Bytes)) {
      text = arena_.copy_text(object.as<Bytes>()->view());
    } else {
      return raise(thread_, TypeError, "AST string must be of type str");
    }
    return nothing;
  }

  Status read(Value object, int32_t& number) {
    if (!is_any_int(object)) return raise(thread_, ValueError, "invalid integer value: {}", Repr{object});
    const std::optional<int64_t> value = int_to_int64(object);
    if (!value || *value != static_cast<int32_t>(*value)) {
      return raise(thread_, OverflowError, "Python int too large to convert to C int");
    }
    number = static_cast<int32_t>(*value);
    return nothing;
  }

  Status read(Value object, ast::ConstantValue& constant) {
    if (object.is_none()) {
      constant = ast::ConstantValue(ast::ConstantKind::None);
    } else if (object.is_bool()) {
      constant = ast::ConstantValue(object.is_true() ? ast::ConstantKind::True : ast::ConstantKind::False);
    } else if (object == Ellipsis) {
      constant = ast::ConstantValue(ast::ConstantKind::Ellipsis);
    } else if (object.is_double()) {
      constant = ast::ConstantValue::of_float(object.as_double());
    } else if (is_exact_int(object)) {
      return read_integer(object, constant);
    } else if (is_exact_str(object)) {
      constant = ast::ConstantValue::of_str(arena_.copy_text(to_utf8(object.as<Str>())));
    } else if (is_exact(object, Kind::Bytes)) {
      constant = ast::ConstantValue::of_bytes(arena_.copy_text(object.as<Bytes>()->view()));
    } else if (is_exact(object, Kind::Complex)) {
      constant = ast::ConstantValue::of_complex(object.as<Complex>()->real, object.as<Complex>()->imag);
    } else if (is_exact_tuple(object) || is_exact(object, Kind::Frozenset)) {
      return read_items(object, constant);
    } else {
      return raise(thread_, TypeError, "got an invalid type in Constant: {}", type_of(object).name);
    }
    return nothing;
  }

  Status read_integer(Value object, ast::ConstantValue& constant) {
    if (const std::optional<int64_t> small = int_to_int64(object)) {
      constant = ast::ConstantValue::of_int(*small);
      return nothing;
    }
    const Str* digits = TRY(int_to_text(thread_, object, 16));
    constant = ast::ConstantValue::of_big_int(arena_.copy_text(digits->ascii_view()));
    return nothing;
  }

  Status read_items(Value object, ast::ConstantValue& constant) {
    TRY(check_depth("Constant"));
    std::vector<ast::ConstantValue> items;
    TRY(for_each(thread_, object, [&](Value item) -> Status {
      ast::ConstantValue value;
      TRY(read(item, value));
      items.push_back(value);
      return nothing;
    }));
    --depth_;
    const bool is_tuple = is_exact_tuple(object);
    constant = ast::ConstantValue::of_items(is_tuple ? ast::ConstantKind::Tuple : ast::ConstantKind::FrozenSet,
                                            arena_.copy_sequence(items.data(), items.size()));
    return nothing;
  }

#define VALUE(Name) 0,
#define ENUMERATION(Type, name, VALUES)                                      \
  Status read(Value object, ast::Type& value) {                             \
    constexpr int counted[] = {VALUES};                                     \
    int index = 0;                                                          \
    TRY(read_enumeration(object, AstFamily::Type, #name, std::size(counted), index)); \
    value = static_cast<ast::Type>(index);                                  \
    return nothing;                                                         \
  }
#include "Parser/nodes.def"
#undef VALUE

  Status read_enumeration(Value object, AstFamily family, const char* name, size_t count, int& index) {
    for (size_t i = 0; i < count; ++i) {
      index = static_cast<int>(i);
      if (TRY(is_instance_of(thread_, object, &ast_enumeration_class(family, index)))) return nothing;
    }
    return raise_unexpected(name, object);
  }

  Failure raise_unexpected(const char* family, Value object) {
    return raise(thread_, TypeError, "expected some sort of {}, but got {}", family, Repr{object});
  }

  // --- nodes ---

  Status check_depth(const char* owner) {
    ++depth_;
    const bool is_deep = thread_.recursion_depth + depth_ > thread_.recursion_limit ||
                         reinterpret_cast<char*>(__builtin_frame_address(0)) < thread_.stack_limit;
    if (!is_deep) return nothing;
    return raise(thread_, RecursionError, "maximum recursion depth exceeded while traversing '{}' node", owner);
  }

  // None is a missing node; whether one may miss is asked once all fields have been read.
  template <typename Family>
    requires std::is_base_of_v<AnyNode, Family>
  Status read(Value object, Family*& node) {
    if (object.is_none()) return nothing;
    if constexpr (requires { Family::kKind; }) {
      node = arena_.make_unlocated<Family>();
      return read_fields(object, *node, product_name<Family>());
    } else {
      return read_member(object, node);
    }
  }

  static ast::Location* location_of(ast::PlainNode&) { return nullptr; }
  static ast::Location* location_of(ast::LocatedNode& node) { return &node.location; }

  template <typename Family>
  Status read_member(Value object, Family*& node) {
    ast::Location location;
    if constexpr (std::is_base_of_v<ast::LocatedNode, Family>) {
      TRY(read_location(object, location, FamilyTraits<Family>::kName, std::is_same_v<Family, ast::PatternNode>));
    }
#define NODE(Type, name, Node, FIELDS)                                                      \
  if constexpr (std::is_same_v<Family, ast::Type>) {                                        \
    if (TRY(is_instance_of(thread_, object, &ast_class(ast::NodeKind::Node)))) {            \
      ast::Node* made = arena_.make_unlocated<ast::Node>();                                 \
      if (ast::Location* place = location_of(*made)) *place = location;                     \
      node = made;                                                                          \
      return read_fields(object, *made, #Node);                                             \
    }                                                                                       \
  }
#include "Parser/nodes.def"
    return raise_unexpected(FamilyTraits<Family>::kName, object);
  }

  template <typename Product>
  static constexpr const char* product_name() {
#define PRODUCT(Type, name, where, FIELDS) \
  if constexpr (std::is_same_v<Product, ast::Type>) return #name;
#include "Parser/nodes.def"
  }

  Status read_location(Value object, ast::Location& location, const char* owner, bool needs_end) {
    TRY(read_required(object, owner, "lineno", location.line));
    TRY(read_required(object, owner, "col_offset", location.column));
    TRY(read_end(object, owner, "end_lineno", location.line, location.end_line, needs_end));
    return read_end(object, owner, "end_col_offset", location.column, location.end_column, needs_end);
  }

  Status read_required(Value object, const char* owner, const char* field, int32_t& number) {
    const Value value = TRY(get_attribute_or_unbound(thread_, object, field));
    if (value.is_unbound()) return raise_missing(field, owner);
    TRY(check_depth(owner));
    --depth_;
    return read(value, number);
  }

  Status read_end(Value object, const char* owner, const char* field, int32_t start, int32_t& end, bool is_required) {
    if (is_required) return read_required(object, owner, field, end);
    const Value value = TRY(get_attribute_or_unbound(thread_, object, field));
    end = start;
    if (value.is_unbound() || value.is_none()) return nothing;
    return read(value, end);
  }

  Failure raise_missing(const char* field, const char* owner) {
    return raise(thread_, TypeError, "required field \"{}\" missing from {}", field, owner);
  }

  template <typename T>
  Status read_field(Value object, const char* owner, const Str* name, const char* field, bool is_required, T& result) {
    const Value value = TRY(get_attribute_or_unbound(thread_, object, name));
    if (value.is_unbound()) {
      if (!is_required) return nothing;
      return raise_missing(field, owner);
    }
    if constexpr (std::is_same_v<T, int32_t>) {
      if (!is_required && value.is_none()) return nothing;
    }
    TRY(check_depth(owner));
    TRY(read(value, result));
    --depth_;
    return nothing;
  }

  template <typename T>
  Status read_sequence(Value object, const char* owner, const Str* name, const char* field, ast::Sequence<T>& result) {
    const Value value = TRY(get_attribute_or_unbound(thread_, object, name));
    if (value.is_unbound()) return raise_missing(field, owner);
    if (!is_list(value)) {
      return raise(thread_, TypeError, "{} field \"{}\" must be a list, not a {}", owner, field, type_of(value).name);
    }
    const List& list = *value.as<List>();
    const size_t size = list.size;
    result = arena_.make_sequence<T>(size);
    for (size_t i = 0; i < size; ++i) {
      TRY(check_depth(owner));
      TRY(read(list.at(i), result[i]));
      --depth_;
      if (list.size != size) {
        return raise(thread_, RuntimeError, "{} field \"{}\" changed size during iteration", owner, field);
      }
    }
    return nothing;
  }

  template <typename T>
  static bool is_missing(const T& value) {
    if constexpr (std::is_pointer_v<T>) return !value;
    if constexpr (std::is_same_v<T, ast::Identifier>) return !value;
    if constexpr (std::is_same_v<T, ast::Text>) return !value.data();
    return false;
  }
  template <typename T>
  Status require(const char* owner, const char* field, const T& value) {
    if (!is_missing(value)) return nothing;
    return raise(thread_, ValueError, "field '{}' is required for {}", field, owner);
  }

#define INTERNED(field)                           \
  ([]() -> const Str* {                           \
    static const Str* const name = intern(#field); \
    return name;                                  \
  }())
#define ONE(type, field) TRY(read_field(object, owner, INTERNED(field), #field, true, node.field));
#define OPTIONAL(type, field) TRY(read_field(object, owner, INTERNED(field), #field, false, node.field));
#define SEQUENCE(type, field) TRY(read_sequence(object, owner, INTERNED(field), #field, node.field));
#define NODE(Type, name, Node, FIELDS)                                                       \
  Status read_fields([[maybe_unused]] Value object, [[maybe_unused]] ast::Node& node,        \
                     [[maybe_unused]] const char* owner) {                                   \
    FIELDS return check_fields(node, owner);                                                 \
  }
#define PRODUCT(Type, name, where, FIELDS)                                                   \
  Status read_fields(Value object, ast::Type& node, const char* owner) {                     \
    FIELDS                                                                                   \
    if (ast::Location* place = location_of(node)) {                                          \
      TRY(read_location(object, *place, owner, false));                                      \
    }                                                                                        \
    return check_fields(node, owner);                                                        \
  }
#include "Parser/nodes.def"
#undef ONE
#undef OPTIONAL
#undef SEQUENCE

#define ONE(type, field) TRY(require(owner, #field, node.field));
#define OPTIONAL(type, field)
#define SEQUENCE(type, field)
#define NODE(Type, name, Node, FIELDS)                                                                \
  Status check_fields([[maybe_unused]] const ast::Node& node, [[maybe_unused]] const char* owner) {   \
    FIELDS return nothing;                                                                            \
  }
#define PRODUCT(Type, name, where, FIELDS) NODE(Type, name, Type, FIELDS)
#include "Parser/nodes.def"
#undef ONE
#undef OPTIONAL
#undef SEQUENCE

  Thread& thread_;
  ast::Arena& arena_;
  int depth_ = 0;
};

Status check_tree(Thread& thread, const ast::ModNode& tree) {
  constexpr int kDepthPerCall = 3;
  const TreeProblem problem =
      validate_tree(tree, (thread.recursion_limit - thread.recursion_depth) * kDepthPerCall,
                    reinterpret_cast<uintptr_t>(thread.stack_limit));
  switch (problem.kind) {
    case TreeProblem::Kind::None: return nothing;
    case TreeProblem::Kind::ValueError: return raise_value(thread, ValueError, make_str(problem.message));
    case TreeProblem::Kind::TypeError: return raise_value(thread, TypeError, make_str(problem.message));
    case TreeProblem::Kind::RecursionError: return raise_value(thread, RecursionError, make_str(problem.message));
  }
  MP_UNREACHABLE();
}

}  // namespace

ast::ModNode* tree_of_objects(Thread& thread, ast::Arena& arena, Value object, ast::NodeKind wanted) {
  const auto make = [&]() -> Result<ast::ModNode*> {
    if (!TRY(is_instance_of(thread, object, &ast_class(wanted)))) {
      return raise(thread, TypeError, "expected {} node, got {}", ast_class(wanted).name, type_of(object).name);
    }
    ast::ModNode* tree = TRY(TreeMaker(thread, arena).make_module(object));
    TRY(check_tree(thread, *tree));
    return tree;
  };
  const Result<ast::ModNode*> made = make();
  return made.failed() ? nullptr : made.value();
}

}  // namespace minipy
