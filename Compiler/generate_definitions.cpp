// Functions, classes and lambdas.
#include "Compiler/fold.h"
#include "Compiler/generator.h"
#include "Compiler/unparse.h"

namespace minipy {

using namespace ast;
using enum Opcode;

// The flag bits of MAKE_FUNCTION.
enum FunctionFlag {
  kHasDefaults = 1,
  kHasKeywordDefaults = 2,
  kHasAnnotations = 4,
  kHasClosure = 8
};

template <typename Definition>
void Generator::visit_function(const Definition& function, UnitKind kind) {
  check_parameters(*function.args);
  visit_all(function.decorator_list);
  const int first_line = function.decorator_list.empty()
                             ? function.location.line
                             : function.decorator_list[0]->location.line;
  int flags = visit_defaults(*function.args);
  if (visit_annotations(*function.args, function.returns)) flags |= kHasAnnotations;
  if (has_failed()) return;
  enter(function.name, kind, function, first_line);
  const Constant* docstring = options_.optimize < 2 ? find_docstring(function.body) : nullptr;
  add_constant(docstring ? pool_.find_or_add(docstring->value) : none_);
  set_argument_counts(*function.args);
  visit_all(docstring ? function.body.subsequence(1) : function.body);
  const CodeUnit* code = finish_and_leave(true);
  if (!code) return;
  make_function(code, flags);
  apply_decorators(function.decorator_list);
  visit_name(function.name, ExprContext::Store);
}

template void Generator::visit_function(const FunctionDef&, UnitKind);
template void Generator::visit_function(const AsyncFunctionDef&, UnitKind);

void Generator::visit_class(const ClassDef& definition) {
  visit_all(definition.decorator_list);
  const int first_line = definition.decorator_list.empty()
                             ? definition.location.line
                             : definition.decorator_list[0]->location.line;
  if (has_failed()) return;
  enter(definition.name, UnitKind::Class, definition, first_line);
  visit_class_body(definition);
  const CodeUnit* code = finish_and_leave(true);
  if (!code) return;
  emit(PUSH_NULL);
  emit(LOAD_BUILD_CLASS);
  make_function(code, 0);
  emit_str(definition.name.text());
  finish_call(2, definition.bases, definition.keywords);
  apply_decorators(definition.decorator_list);
  visit_name(definition.name, ExprContext::Store);
}

void Generator::visit_class_body(const ClassDef& definition) {
  unit_->class_name = definition.name;
  visit_name(arena_.intern("__name__"), ExprContext::Load);
  visit_name(arena_.intern("__module__"), ExprContext::Store);
  emit_str(unit_->qualified_name);
  visit_name(arena_.intern("__qualname__"), ExprContext::Store);
  visit_body(definition.body);
  unset_location();
  if (unit_->scope.needs_class_cell) {
    emit(LOAD_CLOSURE, unit_->cells.find(class_cell_));
    emit(COPY, 1);
    visit_name(arena_.intern("__classcell__"), ExprContext::Store);
  } else {
    emit_none();
  }
  emit(RETURN_VALUE);
}

void Generator::visit_lambda(const Lambda& lambda) {
  check_parameters(*lambda.args);
  const int flags = visit_defaults(*lambda.args);
  if (has_failed()) return;
  enter(arena_.intern("<lambda>"), UnitKind::Lambda, lambda, lambda.location.line);
  add_constant(none_);  // the place of the docstring
  set_argument_counts(*lambda.args);
  visit(lambda.body);
  if (!unit_->scope.is_generator) emit(RETURN_VALUE);
  const CodeUnit* code = finish_and_leave(!unit_->scope.is_generator);
  if (code) make_function(code, flags);
}

void Generator::set_argument_counts(const Arguments& arguments) {
  unit_->argument_count = static_cast<int>(arguments.posonlyargs.size() + arguments.args.size());
  unit_->positional_only_count = static_cast<int>(arguments.posonlyargs.size());
  unit_->keyword_only_count = static_cast<int>(arguments.kwonlyargs.size());
}

void Generator::check_parameters(const Arguments& arguments) {
  for (const Arg* parameter : arguments.posonlyargs) check_assignable(parameter->arg);
  for (const Arg* parameter : arguments.args) check_assignable(parameter->arg);
  if (arguments.vararg) check_assignable(arguments.vararg->arg);
  for (const Arg* parameter : arguments.kwonlyargs) check_assignable(parameter->arg);
  if (arguments.kwarg) check_assignable(arguments.kwarg->arg);
}

int Generator::visit_defaults(const Arguments& arguments) {
  int flags = 0;
  if (!arguments.defaults.empty()) {
    visit_all(arguments.defaults);
    emit(BUILD_TUPLE, static_cast<int>(arguments.defaults.size()));
    flags |= kHasDefaults;
  }
  if (visit_keyword_defaults(arguments)) flags |= kHasKeywordDefaults;
  return flags;
}

bool Generator::visit_keyword_defaults(const Arguments& arguments) {
  std::vector<const PooledConstant*> names;
  for (size_t i = 0; i < arguments.kwonlyargs.size(); ++i) {
    if (!arguments.kw_defaults[i]) continue;
    const Identifier name = mangled(arguments.kwonlyargs[i]->arg);
    names.push_back(pool_.find_or_add(ConstantValue::of_str(name.text())));
    visit(arguments.kw_defaults[i]);
  }
  if (names.empty()) return false;
  emit_constant(pool_.find_or_add_tuple(names));
  emit(BUILD_CONST_KEY_MAP, static_cast<int>(names.size()));
  return true;
}

bool Generator::visit_annotations(const Arguments& arguments, const ExprNode* returns) {
  int count = 0;
  for (const Arg* parameter : arguments.args)
    count += visit_parameter_annotation(parameter->arg, parameter->annotation);
  for (const Arg* parameter : arguments.posonlyargs) {
    count += visit_parameter_annotation(parameter->arg, parameter->annotation);
  }
  if (arguments.vararg)
    count += visit_parameter_annotation(arguments.vararg->arg, arguments.vararg->annotation);
  for (const Arg* parameter : arguments.kwonlyargs) {
    count += visit_parameter_annotation(parameter->arg, parameter->annotation);
  }
  if (arguments.kwarg)
    count += visit_parameter_annotation(arguments.kwarg->arg, arguments.kwarg->annotation);
  count += visit_parameter_annotation(arena_.intern("return"), returns);
  if (count == 0) return false;
  emit(BUILD_TUPLE, count);
  return true;
}

// Pushes the name and the annotation; the number of items pushed.
int Generator::visit_parameter_annotation(Identifier name, const ExprNode* annotation) {
  if (!annotation) return 0;
  emit_str(mangled(name).text());
  const Starred* starred = annotation->if_is<Starred>();
  if (starred && !options_.future_annotations) {
    // *args: *Ts, with the one item that iterating over Ts gives.
    visit(starred->value);
    emit(UNPACK_SEQUENCE, 1);
  } else {
    visit_annotation(*annotation);
  }
  return 2;
}

void Generator::visit_annotation(const ExprNode& annotation) {
  if (!options_.future_annotations) return visit(&annotation);
  emit_str(arena_.copy_text(unparse(annotation)));
}

void Generator::apply_decorators(Sequence<ExprNode*> decorators) {
  const SavedLocation saved(unit_->location);
  for (size_t i = decorators.size(); i-- > 0;) {
    set_location(*decorators[i]);
    emit_call(0);
  }
}

// Makes a function of the code, with the cells that its free variables need.
void Generator::make_function(const CodeUnit* code, int flags) {
  if (code->free_count) {
    const size_t first = code->slot_names.size() - static_cast<size_t>(code->free_count);
    for (size_t i = first; i < code->slot_names.size(); ++i) {
      const Identifier name = arena_.intern(code->slot_names[i]);
      const bool is_class_cell = unit_->kind == UnitKind::Class && name == class_cell_;
      const bool is_cell = is_class_cell || unit_->scope.scope_of(name) == NameScope::Cell;
      emit(LOAD_CLOSURE, is_cell ? unit_->cells.find(name)
                                 : static_cast<int>(unit_->cells.size()) + unit_->free.find(name));
    }
    flags |= kHasClosure;
    emit(BUILD_TUPLE, code->free_count);
  }
  emit_constant(pool_.find_or_add(*code));
  emit(MAKE_FUNCTION, flags);
}

}  // namespace minipy
