// From the tree to instructions. One Generator compiles one module; each function, class and
// comprehension in it becomes a unit of its own. The order of instructions, of blocks and of
// constants is CPython 3.11's.
//
//   generator.cpp                 units, emitting, names, constants
//   generate_definitions.cpp      functions, classes, lambdas
//   generate_statements.cpp       simple statements, conditions and loops
//   generate_unwinding.cpp        try, with, and leaving them by break, continue and return
//   generate_expressions.cpp      expressions
//   generate_calls.cpp            calls, displays, f-strings
//   generate_comprehensions.cpp   comprehensions
//   generate_patterns.cpp         match statements
//   generate_warnings.cpp         SyntaxWarnings
#pragma once

#include <memory>
#include <optional>

#include "Compiler/unit.h"

namespace minipy {

struct GeneratorOptions {
  ast::Text filename;
  int optimize = 0;
  uint32_t inherited_flags = 0;  // future features, for the flags of every unit
  bool future_annotations = false;
  bool top_level_await = false;
  int last_future_line = -1;  // of the last `from __future__ import`
};

struct PatternContext;

class Generator {
 public:
  Generator(CompileContext& context, ScopeTree& scopes, ConstantPool& pool,
            const GeneratorOptions& options);

  // Null if the context holds an error.
  const CodeUnit* generate(const ast::ModNode& module);

 private:
  // --- generator.cpp: units ---
  void enter(ast::Identifier name, UnitKind kind, const ast::Node& node, int line);
  void leave();
  void set_qualified_name();
  const CodeUnit* finish(bool add_none);
  const CodeUnit* finish_and_leave(bool add_none);
  uint32_t code_flags() const;
  bool has_annotations(ast::Sequence<ast::StmtNode*> statements) const;
  void visit_body(ast::Sequence<ast::StmtNode*> body);

  // --- generator.cpp: emitting ---
  const ast::Location& location() const { return unit_->location; }
  void set_location(const ast::LocatedNode& node) { unit_->location = node.location; }
  void unset_location() { unit_->location = kNoLocation; }
  void emit(Opcode opcode, int argument = 0) {
    unit_->graph.add(opcode, argument, unit_->location);
  }
  void emit_without_line(Opcode opcode, int argument = 0) {
    unit_->graph.add(opcode, argument, kNoLocation);
  }
  void emit_jump(Opcode opcode, Block* target) {
    unit_->graph.add(opcode, 0, unit_->location).target = target;
  }
  void emit_jump_without_line(Opcode opcode, Block* target) {
    unit_->graph.add(opcode, 0, kNoLocation).target = target;
  }
  Block* new_block() { return unit_->graph.new_block(); }
  void use(Block* block) { unit_->graph.use(block); }
  void emit_constant(const ast::ConstantValue& value) { emit_constant(pool_.find_or_add(value)); }
  void emit_constant(const PooledConstant* constant) {
    emit(Opcode::LOAD_CONST, add_constant(constant));
  }
  void emit_none() { emit_constant(none_); }
  void emit_int(int64_t value) { emit_constant(ast::ConstantValue::of_int(value)); }
  void emit_str(ast::Text text) { emit_constant(ast::ConstantValue::of_str(text)); }
  int add_constant(const PooledConstant* constant) {
    return unit_->constants.find_or_add(scratch_, constant);
  }
  void emit_named(Opcode opcode, ast::Identifier name) { emit_plain_named(opcode, mangled(name)); }
  void emit_plain_named(Opcode opcode, ast::Identifier name) {
    emit(opcode, unit_->names.find_or_add(scratch_, name));
  }
  void emit_binary(ast::Operator op, bool in_place = false);
  void emit_compare(ast::CompareOperator op);
  void emit_call(size_t argument_count);
  void emit_yield();
  void emit_yield_from(bool is_await);
  void emit_await(int where);
  ast::Identifier mangled(ast::Identifier name) { return mangle(arena_, unit_->class_name, name); }
  void visit_name(ast::Identifier name, ast::ExprContext context);
  bool check_assignable(ast::Identifier name, ast::ExprContext context = ast::ExprContext::Store);

  void fail(ast::Text message) { context_.fail(unit_->location, message); }
  void fail(const char* format, ast::Text name) { context_.fail(unit_->location, format, name); }
  void warn(ast::Text message) { context_.warn(unit_->location, message); }
  bool has_failed() const { return context_.has_failed(); }

  void visit(const ast::StmtNode* statement);
  void visit(const ast::ExprNode* expression);
  void visit(const ast::Keyword* keyword) { visit(keyword->value); }
  template <typename T>
  void visit_all(ast::Sequence<T> nodes) {
    for (const T node : nodes) visit(node);
  }

  // --- generate_definitions.cpp ---
  template <typename Definition>
  void visit_function(const Definition& function, UnitKind kind);
  void visit_class(const ast::ClassDef& definition);
  void visit_class_body(const ast::ClassDef& definition);
  void visit_lambda(const ast::Lambda& lambda);
  int visit_defaults(const ast::Arguments& arguments);
  bool visit_keyword_defaults(const ast::Arguments& arguments);
  bool visit_annotations(const ast::Arguments& arguments, const ast::ExprNode* returns);
  void visit_annotation(const ast::ExprNode& annotation);
  int visit_parameter_annotation(ast::Identifier name, const ast::ExprNode* annotation);
  void apply_decorators(ast::Sequence<ast::ExprNode*> decorators);
  void set_argument_counts(const ast::Arguments& arguments);
  void check_parameters(const ast::Arguments& arguments);
  void make_function(const CodeUnit* code, int flags);

  // --- generate_statements.cpp ---
  void visit_simple(const ast::StmtNode& statement);
  void visit_assign(const ast::Assign& assignment);
  void visit_augmented_assign(const ast::AugAssign& assignment);
  void visit_annotated_assign(const ast::AnnAssign& assignment);
  void check_annotated_target(const ast::ExprNode* expression);
  void check_annotated_subscript(const ast::ExprNode* index);
  void visit_expression_statement(const ast::ExprNode* value);
  void visit_raise(const ast::Raise& statement);
  void visit_assert(const ast::Assert& statement);
  void visit_import(const ast::Import& statement);
  void visit_import_from(const ast::ImportFrom& statement);
  void store_dotted_import(ast::Text name, ast::Identifier alias);
  void visit_if(const ast::If& statement);
  void visit_while(const ast::While& statement);
  void visit_for(const ast::For& statement);
  void visit_async_for(const ast::AsyncFor& statement);
  void jump_if(const ast::ExprNode* condition, Block* target, bool jump_on);
  void jump_if_bool(const ast::BoolOp& condition, Block* target, bool jump_on);
  void jump_if_chain(const ast::Compare& comparison, Block* target, bool jump_on);

  // --- generate_unwinding.cpp ---
  bool push_region(const Region& region);
  void pop_region() { unit_->regions.pop_back(); }
  void unwind(const Region& region, bool keep_top);
  // Up to the innermost loop, if one is wanted and there is one: its index is the result.
  std::optional<Region> unwind_all(bool keep_top, bool to_loop);
  void visit_return(const ast::Return& statement);
  void visit_break();
  void visit_continue();
  template <typename TryStatement>
  void visit_try(const TryStatement& statement);
  void visit_handlers(const ast::Try& statement);
  void visit_handlers(const ast::TryStar& statement);
  void visit_handler(const ast::ExceptHandler& handler, Block* next, Block* end);
  void visit_star_handler(const ast::ExceptHandler& handler, bool is_first, bool is_last,
                          Block* reraise_star);
  void emit_unbind(ast::Identifier name);
  void emit_pop_and_reraise();
  template <typename WithStatement>
  void visit_with(const WithStatement& statement, size_t index);
  void emit_exit_call();
  void finish_with(Block* cleanup);

  // --- generate_expressions.cpp ---
  void visit_inner(const ast::ExprNode& expression);
  void visit_special(const ast::ExprNode& expression);
  void visit_attribute(const ast::Attribute& attribute);
  void visit_subscript(const ast::Subscript& subscript);
  void visit_slice(const ast::Slice& slice);
  void visit_bool(const ast::BoolOp& expression);
  void visit_compare(const ast::Compare& comparison);
  void visit_conditional(const ast::IfExp& expression);
  void visit_await(const ast::Await& expression);
  void visit_yield(const ast::Yield& expression);
  void visit_yield_from(const ast::YieldFrom& expression);
  void visit_starred(const ast::Starred& starred);
  void visit_targets(ast::Sequence<ast::ExprNode*> targets);
  void emit_unpack(ast::Sequence<ast::ExprNode*> targets);
  void move_location_to_attribute(const ast::Attribute& attribute);

  // --- generate_calls.cpp ---
  void visit_call(const ast::Call& call);
  bool visit_method_call(const ast::Call& call);
  bool is_imported_name(const ast::ExprNode* expression);
  void finish_call(size_t pushed, ast::Sequence<ast::ExprNode*> arguments,
                   ast::Sequence<ast::Keyword*> keywords);
  void finish_unpacking_call(size_t pushed, ast::Sequence<ast::ExprNode*> arguments,
                             ast::Sequence<ast::Keyword*> keywords);
  void visit_keyword_mapping(ast::Sequence<ast::Keyword*> keywords);
  void visit_keyword_group(ast::Sequence<ast::Keyword*> keywords, size_t begin, size_t end);
  void emit_keyword_names(ast::Sequence<ast::Keyword*> keywords);
  bool check_keywords(ast::Sequence<ast::Keyword*> keywords);
  struct Display {
    Opcode build, add, extend;
    bool is_tuple;
  };
  void visit_display(ast::Sequence<ast::ExprNode*> items, size_t pushed, const Display& display);
  bool visit_constant_display(ast::Sequence<ast::ExprNode*> items, size_t pushed,
                              const Display& display);
  void visit_dict(const ast::Dict& dict);
  void visit_dict_group(const ast::Dict& dict, size_t begin, size_t end);
  void visit_joined_str(const ast::JoinedStr& joined);
  void visit_formatted_value(const ast::FormattedValue& value);

  // --- generate_comprehensions.cpp ---
  struct ComprehensionParts {
    const ast::ExprNode& node;
    ComprehensionKind kind;
    ast::Identifier name;
    ast::Sequence<ast::Comprehension*> clauses;
    const ast::ExprNode* element;
    const ast::ExprNode* value;  // of a dict comprehension
  };
  void visit_comprehension(const ast::ExprNode& expression);
  void visit_comprehension_parts(const ComprehensionParts& parts);
  void visit_clause(const ComprehensionParts& parts, size_t index, int depth);
  void visit_plain_clause(const ComprehensionParts& parts, size_t index, int depth);
  void visit_async_clause(const ComprehensionParts& parts, size_t index, int depth);
  void visit_conditions(const ast::Comprehension& clause, Block* if_false);
  void visit_element(const ComprehensionParts& parts, size_t next_clause, int depth);

  // --- generate_patterns.cpp ---
  void visit_match(const ast::Match& statement);
  void visit_case(const ast::MatchCase& match_case, bool is_last, bool keeps_subject, Block* end);
  void visit_pattern(const ast::PatternNode* pattern, PatternContext& context);
  void visit_subpattern(const ast::PatternNode* pattern, PatternContext& context);
  void visit_value_pattern(const ast::MatchValue& pattern, PatternContext& context);
  void visit_singleton_pattern(const ast::MatchSingleton& pattern, PatternContext& context);
  void visit_sequence_pattern(const ast::MatchSequence& pattern, PatternContext& context);
  void unpack_sequence_pattern(ast::Sequence<ast::PatternNode*> patterns, PatternContext& context);
  void index_sequence_pattern(ast::Sequence<ast::PatternNode*> patterns, size_t star,
                              PatternContext& context);
  void visit_mapping_pattern(const ast::MatchMapping& pattern, PatternContext& context);
  void visit_mapping_keys(const ast::MatchMapping& pattern);
  void visit_class_pattern(const ast::MatchClass& pattern, PatternContext& context);
  bool check_class_pattern(const ast::MatchClass& pattern);
  void visit_as_pattern(const ast::MatchAs& pattern, PatternContext& context);
  void visit_or_pattern(const ast::MatchOr& pattern, PatternContext& context);
  bool reorder_captures(PatternContext& context, const std::vector<ast::Identifier>& wanted);
  void capture(ast::Identifier name, PatternContext& context);
  void rotate(size_t count);
  Block* failure_block(PatternContext& context, size_t pops);
  void jump_to_failure(PatternContext& context, Opcode opcode);
  void emit_failure_blocks(PatternContext& context);

  // --- generate_warnings.cpp ---
  void check_compare(const ast::Compare& comparison);
  void check_caller(const ast::ExprNode* function);
  void check_subscripted(const ast::ExprNode* value);
  void check_index(const ast::ExprNode* value, const ast::ExprNode* index);

  CompileContext& context_;
  ast::Arena& arena_;  // of the tree; results go there too
  ast::Arena scratch_;
  ScopeTree& scopes_;
  ConstantPool& pool_;
  const GeneratorOptions& options_;
  BlockPool blocks_;
  Unit* unit_ = nullptr;
  int nesting_ = 0;
  bool is_interactive_ = false;
  const PooledConstant* const none_;
  const ast::Identifier class_cell_, debug_, annotations_;
};

// Puts the current location back at the end of a block.
class SavedLocation {
 public:
  explicit SavedLocation(ast::Location& location) : location_(location), saved_(location) {}
  ~SavedLocation() { location_ = saved_; }
  SavedLocation(const SavedLocation&) = delete;
  SavedLocation& operator=(const SavedLocation&) = delete;

 private:
  ast::Location& location_;
  const ast::Location saved_;
};

// Longer displays and calls are built piece by piece, so that the stack stays small.
constexpr size_t kStackUseGuideline = 30;

}  // namespace minipy
