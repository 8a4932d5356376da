// The classes of the `ast` module, and trees as objects of them.
#pragma once

#include "Objects/module_kinds.h"
#include "Objects/object.h"
#include "Objects/result.h"
#include "Parser/tree.h"

namespace minipy {

struct AstNode : Object {
  static constexpr Kind kKind = ModuleKind::AstNode;
  Value attributes;  // the overflow/__dict__ pointer
};

enum class AstFamily : uint8_t {
#define SUM(Type, name, where) Type,
#define ENUMERATION(Type, name, VALUES) Type,
#include "Parser/nodes.def"
  kCount
};

// Makes the classes at the first call.
Status prepare_ast_types(Thread& thread);
// After prepare_ast_types(). A node that is its own family has its class under its NodeKind.
Type& ast_class(ast::NodeKind kind);
Type& ast_class(AstFamily family);
// The members of an enumeration (ast.Load, ast.Add, ...), of which there is one instance each.
Type& ast_enumeration_class(AstFamily family, int value);
Value ast_enumeration_value(AstFamily family, int value);
bool is_ast_object(Value value);

// Defines all classes in a module.
void add_ast_classes(Module& module);

struct CompileRequest;
// What compile() does with `ast` objects: Unbound if `source` is none.
Value compile_ast_objects(Thread& thread, Value source, const CompileRequest& request);
// compile() with PyCF_ONLY_AST.
Value parse_to_objects(Thread& thread, const CompileRequest& request);

// ast_to_objects.cpp
Value objects_of_tree(Thread& thread, const ast::ModNode& tree);
// ast_from_objects.cpp: the tree in `arena`, or null with an exception. Checked by validate_tree().
ast::ModNode* tree_of_objects(Thread& thread, ast::Arena& arena, Value object, ast::NodeKind wanted);

}  // namespace minipy
