// The parser that makes trees: recursive descent, one function a grammar rule, one token of
// lookahead.
//
// It only knows right programs. A wrong one makes it fail without a word, and diagnosis.cpp finds
// out what to say: that keeps this one fast and simple. Two places need more than one token (`with
// (` and the soft keyword `match`); they try one reading and rewind to a mark.
#pragma once

#include <vector>

#include "Parser/run.h"

namespace minipy {

// Passes on failure, which the parser's functions show as null or false.
#define TRY_PARSE(expression)   \
  ({                            \
    auto parsed = (expression); \
    if (!parsed) return {};     \
    parsed;                     \
  })

class TreeParser {
 public:
  explicit TreeParser(Run& run);
  ~TreeParser();
  TreeParser(const TreeParser&) = delete;
  TreeParser& operator=(const TreeParser&) = delete;

  ast::Node* parse();
  bool ran_out_of_stack() const { return ran_out_of_stack_; }
  bool has_more_statements() const;

 private:
  struct Position {
    int32_t line;
    int32_t column;
  };
  struct Mark {
    size_t token;
    size_t scratch;
    Position end;
  };
  // A level of recursion; false if it is one too many. Weights follow what such a level costs
  // CPython's parser.
  class Nesting {
   public:
    Nesting(TreeParser& parser, int weight) : parser_(parser), weight_(weight) {
      parser.depth_ += weight;
    }
    ~Nesting() { parser_.depth_ -= weight_; }
    explicit operator bool() const {
      if (parser_.depth_ < kMaxDepth &&
          __builtin_frame_address(0) > parser_.run_.options.stack_limit)
        return true;
      parser_.ran_out_of_stack_ = true;
      return false;
    }

   private:
    TreeParser& parser_;
    int weight_;
  };
  static constexpr int kMaxDepth = 5970;
  static constexpr int kBracketWeight = 29;
  static constexpr int kBlockWeight = 7;

  // Tokens.
  TokenType type() const { return current_->type; }
  bool at(TokenType type) const { return current_->type == type; }
  bool accept(TokenType type) {
    if (current_->type != type) return false;
    advance();
    return true;
  }
  void advance() {
    if (!current_->is_layout()) end_ = {current_->location.end_line, current_->location.end_column};
    if (++current_ == filled_) fill();
  }
  void fill();
  void forget_tokens();
  Mark mark() const { return {static_cast<size_t>(current_ - tokens_), scratch_.size(), end_}; }
  void rewind(const Mark& mark);
  bool at_soft_keyword(ast::Text keyword) const {
    return at(TokenType::Name) && current_->text() == keyword;
  }
  bool is_at_least(int version) const { return run_.options.feature_version >= version; }

  // Locations: from a position to the last token taken.
  Position position() const { return {current_->location.line, current_->location.column}; }
  ast::Location since(Position start) const {
    return {start.line, start.column, end_.line, end_.column};
  }
  template <typename T, typename... Fields>
  T* make(Position start, Fields... fields) {
    return arena_.make<T>(since(start), fields...);
  }

  // Lists of nodes under construction share one stack.
  size_t list_start() const { return scratch_.size(); }
  void push(void* item) { scratch_.push_back(item); }
  void push(ast::Identifier name) {
    scratch_.push_back(const_cast<ast::InternedName*>(name.name()));
  }
  template <typename T>
  ast::Sequence<T> take(size_t start) {
    static_assert(sizeof(T) == sizeof(void*));
    const ast::Sequence<T> items = arena_.copy_sequence(
        reinterpret_cast<T*>(scratch_.data() + start), scratch_.size() - start);
    scratch_.resize(start);
    return items;
  }

  // parse_statements.cpp
  using Body = ast::Sequence<ast::StmtNode*>;
  ast::ModNode* file();
  ast::ModNode* interactive();
  ast::ModNode* evaluated();
  ast::ModNode* function_type();
  ast::Sequence<ast::TypeIgnoreNode*> type_ignores();
  bool statement();
  bool simple_statements();
  ast::StmtNode* simple_statement();
  ast::StmtNode* expression_statement();
  ast::StmtNode* assignment(Position start, ast::ExprNode* first);
  ast::StmtNode* annotated_assignment(Position start, ast::ExprNode* target, bool is_parenthesised);
  ast::StmtNode* augmented_assignment(Position start, ast::ExprNode* target, ast::Operator op);
  ast::ExprNode* yield_or_star_expressions();
  ast::StmtNode* return_statement();
  ast::StmtNode* raise_statement();
  ast::StmtNode* assert_statement();
  ast::StmtNode* delete_statement();
  template <typename T>
  ast::StmtNode* scope_statement();
  ast::StmtNode* import_name();
  ast::StmtNode* import_from();
  bool import_from_targets();
  ast::Identifier dotted_name();
  ast::Text type_comment();

  // parse_compound.cpp
  bool block(Body& body);
  bool else_block(Body& body);
  ast::StmtNode* decorated();
  ast::StmtNode* function_definition(Position start, bool is_async,
                                     ast::Sequence<ast::ExprNode*> decorators);
  bool function_type_comment(ast::Text& comment);
  ast::StmtNode* class_definition(ast::Sequence<ast::ExprNode*> decorators);
  ast::StmtNode* async_statement();
  ast::StmtNode* if_statement();
  ast::StmtNode* while_statement();
  template <typename T>
  ast::StmtNode* for_statement(Position start);
  template <typename T>
  ast::StmtNode* with_statement(Position start);
  bool parenthesised_with_items();
  ast::WithItem* with_item();
  ast::StmtNode* try_statement();
  ast::HandlerNode* except_block(bool& is_star);
  ast::StmtNode* match_statement();
  ast::MatchCase* case_block();

  // parse_parameters.cpp
  ast::Arguments* parameters(TokenType closer);
  ast::Arg* parameter(bool is_lambda, bool is_star);
  void parameter_comment(ast::Arg* parameter);
  ast::ExprNode* lambda();
  bool call_arguments(ast::Sequence<ast::ExprNode*>& arguments,
                      ast::Sequence<ast::Keyword*>& keywords);
  bool call_argument(std::vector<ast::Keyword*>& keywords, bool& has_double_star);

  // parse_expressions.cpp
  enum Level : uint8_t {
    kNone,
    kOr,
    kAnd,
    kNot,
    kComparison,
    kBitOr,
    kBitXor,
    kBitAnd,
    kShift,
    kSum,
    kTerm,
    kUnary
  };
  static Level level_of(TokenType type);
  ast::ExprNode* expression();
  ast::ExprNode* named_expression();
  ast::ExprNode* star_expression();
  ast::ExprNode* star_expressions();
  ast::ExprNode* expressions();
  ast::ExprNode* star_named_expression();
  ast::ExprNode* starred(Position start, ast::ExprNode* value);
  ast::ExprNode* yield_expression();
  ast::ExprNode* operation(Level minimum);
  ast::ExprNode* bool_operation(Position start, ast::ExprNode* first, Level level);
  ast::ExprNode* comparison(Position start, ast::ExprNode* left);
  bool comparison_operator(ast::CompareOperator& op);
  ast::ExprNode* unary();
  ast::ExprNode* power();
  ast::ExprNode* await_primary();
  ast::ExprNode* primary();
  ast::ExprNode* call(Position start, ast::ExprNode* function);
  ast::ExprNode* subscript(Position start, ast::ExprNode* value);
  ast::ExprNode* slice();
  bool at_expression_end() const;

  // parse_atoms.cpp
  ast::ExprNode* atom();
  ast::ExprNode* name_atom();
  ast::Identifier identifier();
  ast::ExprNode* constant(ast::ConstantKind kind);
  ast::ExprNode* number();
  ast::ExprNode* strings();
  ast::ExprNode* parenthesised();
  ast::ExprNode* list_display();
  ast::ExprNode* brace_display();
  ast::ExprNode* dict_display(Position start, ast::ExprNode* first_key);
  bool comprehension_clauses(ast::Sequence<ast::Comprehension*>& clauses);
  ast::Comprehension* comprehension_clause();
  bool at_comprehension() const;

  // parse_targets.cpp
  bool make_target(ast::ExprNode* node, ast::ExprContext context, bool allow_starred);
  ast::ExprNode* star_targets();
  ast::ExprNode* star_target();
  ast::ExprNode* delete_target();
  static bool is_single_target(const ast::ExprNode* node);

  // parse_patterns.cpp
  ast::PatternNode* patterns();
  ast::PatternNode* pattern();
  ast::PatternNode* or_pattern();
  ast::PatternNode* closed_pattern();
  ast::PatternNode* maybe_star_pattern();
  ast::PatternNode* name_pattern();
  ast::PatternNode* class_pattern(Position start, ast::ExprNode* type);
  ast::PatternNode* group_or_sequence_pattern();
  ast::PatternNode* bracket_pattern();
  ast::PatternNode* mapping_pattern();
  ast::PatternNode* value_pattern();
  ast::PatternNode* singleton_pattern(ast::ConstantKind kind);
  ast::ExprNode* pattern_key();
  ast::ExprNode* pattern_number();
  ast::ExprNode* signed_number();
  ast::ExprNode* name_or_attribute();
  ast::Identifier capture_target();

  Run& run_;
  ast::Arena& arena_;
  Tokenizer tokenizer_;
  Token* tokens_ = nullptr;
  Token* current_ = nullptr;
  Token* filled_ = nullptr;
  size_t capacity_ = 0;
  Position end_{0, 0};
  bool has_started_ =
      false;  // "single" mode: a token has been seen since the input was last closed
  int depth_ = 0;
  bool ran_out_of_stack_ = false;
  std::vector<void*> scratch_;
  std::vector<ast::TypeIgnoreNode*> type_ignores_;
};

}  // namespace minipy
