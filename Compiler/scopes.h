// The scopes of a program: what each name of each block means (language reference, 4.2).
//
// A first pass over the tree collects the uses and bindings of each block (scope_builder.cpp), a
// second one over the blocks resolves them (scope_analysis.cpp). Both find their share of the
// SyntaxErrors.
#pragma once

#include <vector>

#include "Compiler/arena_vector.h"
#include "Compiler/compile_context.h"
#include "Parser/tree.h"

namespace minipy {

// The bits of a symbol, as the `symtable` module shows them.
enum SymbolFlag : uint32_t {
  kDeclaredGlobal = 1,
  kAssigned = 2,
  kParameter = 4,
  kDeclaredNonlocal = 8,
  kUsed = 16,
  kFreeInClass = 64,
  kImported = 128,
  kAnnotated = 256,
  kIterationVariable = 512,
  kBound = kAssigned | kParameter | kImported,
};
constexpr int kScopeShift = 11;
constexpr uint32_t kScopeMask = 15;

enum class NameScope : uint8_t { Unknown, Local, GlobalExplicit, GlobalImplicit, Free, Cell };
enum class BlockKind : uint8_t { Function, Class, Module, Annotation };
enum class ComprehensionKind : uint8_t { None, List, Dict, Set, Generator };

// A `global` or `nonlocal` statement, or a named expression that acts like one.
struct Directive {
  ast::Identifier name;
  ast::Location location;
};

struct Scope {
  ast::Identifier name;
  BlockKind kind;
  const ast::Node* node;  // the tree node that opens the block
  ast::Location location;
  Scope* parent = nullptr;
  ComprehensionKind comprehension = ComprehensionKind::None;
  bool is_nested = false;
  bool is_generator = false;
  bool is_coroutine = false;
  bool has_var_arguments = false;
  bool has_var_keywords = false;
  bool needs_class_cell = false;     // a class whose methods use __class__ or super()
  bool in_iteration_target = false;  // while the builder visits the target of a comprehension
  int in_iterable = 0;               // while it visits an iterable of a comprehension
  NameTable symbols;                 // mangled names
  ArenaVector<uint32_t> flags;       // of each symbol: SymbolFlags and, shifted, its NameScope
  ArenaVector<ast::Identifier> parameters;
  ArenaVector<Scope*> children;
  ArenaVector<Directive> directives;

  uint32_t flags_of(ast::Identifier mangled) const {
    const int index = symbols.find(mangled);
    return index >= 0 ? flags[static_cast<size_t>(index)] : 0;
  }
  NameScope scope_of(ast::Identifier mangled) const {
    return static_cast<NameScope>(flags_of(mangled) >> kScopeShift & kScopeMask);
  }
  void add_flags(ast::Arena& arena, ast::Identifier mangled, uint32_t bits);
};

// Which block each node opens. The tree is visited more than once and in different orders.
class ScopeMap {
 public:
  void set(const ast::Node* node, Scope* scope);
  Scope* get(const ast::Node* node) const;

 private:
  struct Entry {
    const ast::Node* node;
    Scope* scope;
  };
  void grow();
  size_t slot_of(const ast::Node* node) const {
    return reinterpret_cast<uintptr_t>(node) * 0x9e3779b97f4a7c15u >> 20 & (entries_.size() - 1);
  }

  std::vector<Entry> entries_;
  size_t count_ = 0;
};

struct ScopeTree {
  Scope* top = nullptr;
  ScopeMap scopes;
};

// Private names of a class: `__name` becomes `_Class__name` (language reference, 6.2.1).
ast::Identifier mangle(ast::Arena& arena, ast::Identifier class_name, ast::Identifier name);

// Fills `tree`; false if the context holds an error. With `future_annotations` annotations have no
// effect.
bool build_scopes(CompileContext& context, const ast::ModNode& module, bool future_annotations,
                  ScopeTree& tree);
bool analyze_scopes(CompileContext& context, Scope& top);

}  // namespace minipy
