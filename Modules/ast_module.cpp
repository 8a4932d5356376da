// _ast: the classes of syntax trees. Conversions to and from them are in ast/.
#include "Compiler/code_object.h"
#include "Modules/ast/ast_types.h"
#include "Modules/native_modules.h"
#include "Objects/int.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Status initialize(Thread& thread, Module& module) {
  TRY(prepare_ast_types(thread));
  add_ast_classes(module);
  module_add(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", make_int(kAllowTopLevelAwait));
  module_add(module, "PyCF_ONLY_AST", make_int(kOnlyAst));
  module_add(module, "PyCF_TYPE_COMMENTS", make_int(kTypeComments));
  return nothing;
}

ast::NodeKind kind_of_mode(ParseMode mode) {
  switch (mode) {
    case ParseMode::Interactive: return ast::NodeKind::Interactive;
    case ParseMode::Expression: return ast::NodeKind::Expression;
    case ParseMode::FunctionType: return ast::NodeKind::FunctionType;
    case ParseMode::File: break;
  }
  return ast::NodeKind::Module;
}

}  // namespace

Value compile_ast_objects(Thread& thread, Value source, const CompileRequest& request) {
  if (!is_ast_object(source)) return Unbound;
  if (request.flags & kOnlyAst) return source;
  TRY(audit(thread, "compile", {source, None}));
  ast::Arena arena;
  ast::ModNode* tree = tree_of_objects(thread, arena, source, kind_of_mode(request.mode));
  if (!tree) return error;
  return TRY(compile_tree_to_code(thread, arena, *tree, request));
}

Value parse_to_objects(Thread& thread, const CompileRequest& request) {
  ast::Arena arena;
  const ast::ModNode* tree = parse_to_tree(thread, arena, request);
  if (!tree) return error;
  return objects_of_tree(thread, *tree);
}

extern const ModuleSpec ast_module = {.name = "_ast", .doc = nullptr, .functions = {}, .initialize = initialize};

}  // namespace minipy
