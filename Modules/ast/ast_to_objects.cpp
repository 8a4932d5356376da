// A tree as `ast` objects.
#include "Compiler/code_object.h"
#include "Modules/ast/ast_types.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

using AnyNode = ast::Node;

class ObjectMaker {
 public:
  explicit ObjectMaker(Thread& thread) : thread_(thread) {
    constexpr int kDepthPerCall = 3;
    max_depth_ = (thread.recursion_limit - thread.recursion_depth) * kDepthPerCall;
  }

  Value make(const AnyNode& node);

 private:
  template <typename Family>
    requires std::is_base_of_v<AnyNode, Family>
  Value value_of(const Family* node) {
    return node ? make(*node) : None;
  }
  template <typename T>
  Value value_of(ast::Sequence<T> items) {
    List* list = make_list();
    for (const T& item : items) TRY(list_append(thread_, *list, TRY(value_of(item))));
    return list;
  }
  Value value_of(ast::Identifier name) { return name ? Value(intern(name.text())) : None; }
  Value value_of(ast::Text text) { return text.data() ? Value(make_str(text)) : None; }
  Value value_of(int32_t number) { return make_int(number); }
  Value value_of(const ast::ConstantValue& value) { return make_constant(thread_, value); }
#define ENUMERATION(Type, name, VALUES) \
  Value value_of(ast::Type value) { return ast_enumeration_value(AstFamily::Type, static_cast<int>(value)); }
#include "Parser/nodes.def"

  Status set(Value object, const Str* name, Value value) { return set_attribute(thread_, object, name, value); }
  Status set_location(Value object, const ast::PlainNode&) {
    (void)object;
    return nothing;
  }
  Status set_location(Value object, const ast::LocatedNode& node) {
    static const Str* const line = intern("lineno");
    static const Str* const column = intern("col_offset");
    static const Str* const end_line = intern("end_lineno");
    static const Str* const end_column = intern("end_col_offset");
    TRY(set(object, line, make_int(node.location.line)));
    TRY(set(object, column, make_int(node.location.column)));
    TRY(set(object, end_line, make_int(node.location.end_line)));
    return set(object, end_column, make_int(node.location.end_column));
  }

  Thread& thread_;
  int depth_ = 0;
  int max_depth_;
};

#define ONE(type, field)                             \
  {                                                  \
    static const Str* const name = intern(#field);   \
    TRY(set(object, name, TRY(value_of(it.field)))); \
  }
#define OPTIONAL(type, field) ONE(type, field)
#define SEQUENCE(type, field) ONE(type, field)
#define CASE(Node, FIELDS)                                              \
  case ast::NodeKind::Node: {                                           \
    const ast::Node& it = node.as<ast::Node>();                         \
    const Value object = allocate_instance(ast_class(it.node_kind));    \
    FIELDS TRY(set_location(object, it));                               \
    --depth_;                                                           \
    return object;                                                      \
  }
#define NODE(Type, name, Node, FIELDS) CASE(Node, FIELDS)
#define PRODUCT(Type, name, where, FIELDS) CASE(Type, FIELDS)

Value ObjectMaker::make(const AnyNode& node) {
  if (++depth_ > max_depth_ || reinterpret_cast<char*>(__builtin_frame_address(0)) < thread_.stack_limit) {
    return raise(thread_, RecursionError, "maximum recursion depth exceeded during ast construction");
  }
  switch (node.node_kind) {
#include "Parser/nodes.def"
  }
  MP_UNREACHABLE();
}

#undef ONE
#undef OPTIONAL
#undef SEQUENCE
#undef CASE

}  // namespace

Value objects_of_tree(Thread& thread, const ast::ModNode& tree) {
  TRY(prepare_ast_types(thread));
  return ObjectMaker(thread).make(tree);
}

}  // namespace minipy
