// Second pass over the blocks: finds out for each name whether it is local, a cell, free or global.
#include <cstring>

#include "Compiler/scopes.h"

namespace minipy {
namespace {

class ScopeAnalysis {
 public:
  explicit ScopeAnalysis(CompileContext& context)
      : context_(context), class_cell_(context.arena().intern("__class__")) {}

  // Resolves the names of `scope` and its children; `free` receives what they need from outside.
  void analyze(Scope& scope, std::vector<ast::Identifier>& free) {
    const DepthGuard guard(context_);
    if (!guard.ok()) return;
    resolve_names(scope, free);
    std::vector<ast::Identifier> free_in_children;
    for (Scope* child : scope.children) {
      if (context_.has_failed()) return;
      analyze(*child, free_in_children);
    }
    pass_free_names(scope, free_in_children, free);
  }

 private:
  void resolve_names(Scope& scope, std::vector<ast::Identifier>& free) {
    for (size_t i = 0; i < scope.symbols.size() && !context_.has_failed(); ++i) {
      const NameScope resolved = resolve(scope, scope.symbols[i], scope.flags[i]);
      scope.flags[i] |= static_cast<uint32_t>(resolved) << kScopeShift;
      if (resolved == NameScope::Free) free.push_back(scope.symbols[i]);
    }
  }

  NameScope resolve(Scope& scope, ast::Identifier name, uint32_t flags) {
    if (flags & kDeclaredGlobal) {
      if (flags & kDeclaredNonlocal)
        fail_at_directive(scope, name, "name '%s' is nonlocal and global");
      return NameScope::GlobalExplicit;
    }
    if (flags & kDeclaredNonlocal) {
      if (!scope.parent) {
        fail_at_directive(scope, name, "nonlocal declaration not allowed at module level");
      } else if (!is_bound_outside(scope, name)) {
        fail_at_directive(scope, name, "no binding for nonlocal '%s' found");
      }
      return NameScope::Free;
    }
    if (flags & kBound) return NameScope::Local;
    return is_bound_outside(scope, name) ? NameScope::Free : NameScope::GlobalImplicit;
  }

  // Whether a function around `scope` binds the name. Classes in between do not count, except that
  // each provides
  // `__class__`; a `global` statement in a function between hides the bindings further out.
  bool is_bound_outside(const Scope& scope, ast::Identifier name) const {
    for (const Scope* outer = scope.parent; outer; outer = outer->parent) {
      if (outer->kind == BlockKind::Class) {
        if (name == class_cell_) return true;
        continue;
      }
      if (outer->kind != BlockKind::Function) return false;
      const uint32_t flags = outer->flags_of(name);
      if (flags & kDeclaredGlobal) return false;
      if ((flags & kBound) && !(flags & kDeclaredNonlocal)) return true;
    }
    return false;
  }

  // A free name of the children is a cell here if this function binds it, and free here too
  // otherwise.
  void pass_free_names(Scope& scope, const std::vector<ast::Identifier>& free_in_children,
                       std::vector<ast::Identifier>& free) {
    for (const ast::Identifier name : free_in_children) {
      if (scope.kind == BlockKind::Class && name == class_cell_) {
        scope.needs_class_cell = true;
        continue;
      }
      const int index = scope.symbols.find(name);
      if (index < 0) {
        free.push_back(name);
        if (!scope.parent || !is_bound_outside(scope, name)) continue;
        scope.add_flags(context_.arena(), name,
                        static_cast<uint32_t>(NameScope::Free) << kScopeShift);
        continue;
      }
      uint32_t& flags = scope.flags[static_cast<size_t>(index)];
      const NameScope here = static_cast<NameScope>(flags >> kScopeShift & kScopeMask);
      if (here == NameScope::Cell) continue;
      if (scope.kind == BlockKind::Function && here == NameScope::Local) {
        flags += (static_cast<uint32_t>(NameScope::Cell) - static_cast<uint32_t>(NameScope::Local))
                 << kScopeShift;
        continue;
      }
      if (scope.kind == BlockKind::Class && (flags & (kBound | kDeclaredGlobal)))
        flags |= kFreeInClass;
      if (here != NameScope::Free) free.push_back(name);
    }
  }

  void fail_at_directive(const Scope& scope, ast::Identifier name, const char* format) {
    for (const Directive& directive : scope.directives) {
      if (directive.name != name) continue;
      if (std::strstr(format, "%s")) return context_.fail(directive.location, format, name.text());
      return context_.fail(directive.location, ast::Text(format));
    }
  }

  CompileContext& context_;
  ast::Identifier class_cell_;
};

}  // namespace

bool analyze_scopes(CompileContext& context, Scope& top) {
  std::vector<ast::Identifier> free;
  ScopeAnalysis(context).analyze(top, free);
  return !context.has_failed();
}

}  // namespace minipy
