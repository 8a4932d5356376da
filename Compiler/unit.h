// A scope while code is generated for it.
#pragma once

#include "Compiler/flow_graph.h"
#include "Compiler/scopes.h"

namespace minipy {

enum class UnitKind : uint8_t { Module, Class, Function, AsyncFunction, Lambda, Comprehension };

// What `break`, `continue` and `return` have to undo on their way out of a statement.
enum class RegionKind : uint8_t {
  WhileLoop,
  ForLoop,
  TryExcept,
  FinallyTry,
  FinallyEnd,
  With,
  AsyncWith,
  HandlerCleanup,
  PoppedValue,
  ExceptionHandler,
  ExceptionGroupHandler,
  AsyncComprehension,
};

struct Region {
  RegionKind kind;
  Block* start = nullptr;
  Block* exit = nullptr;
  ast::Identifier name{};  // HandlerCleanup: the name of the exception, to be unbound
  const ast::StmtNode* statement = nullptr;      // With, AsyncWith: whose line the cleanup has
  ast::Sequence<ast::StmtNode*> finally_body{};  // FinallyTry
};

struct Unit {
  Unit(BlockPool& pool, Scope& scope, UnitKind kind, Unit* outer)
      : scope(scope), kind(kind), outer(outer), graph(pool) {}

  Scope& scope;
  const UnitKind kind;
  Unit* const outer;
  ast::Identifier name;
  ast::Text qualified_name;
  ast::Identifier class_name;  // for private names
  int first_line = 0;
  int argument_count = 0;
  int positional_only_count = 0;
  int keyword_only_count = 0;
  ast::Location location;  // of the instructions to come
  NameTable names;
  NameTable locals;  // parameters first
  NameTable cells;
  NameTable free;
  ConstantList constants;
  std::vector<Region> regions;
  FlowGraph graph;
};

}  // namespace minipy
