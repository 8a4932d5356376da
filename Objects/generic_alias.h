// list[int] and int | str (PEP 585, 604).
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct GenericAlias : Object {
  static constexpr Kind kKind = Kind::GenericAlias;
  Value origin;
  Tuple* arguments;
  Value parameters;  // Tuple, or empty until asked for
  bool is_unpacked;  // *tuple[int, ...]
};

// origin[arguments]; a value that is no tuple counts as a tuple of one.
Value make_generic_alias(Thread&, Value origin, Value arguments);

struct UnionType : Object {
  static constexpr Kind kKind = Kind::UnionType;
  Tuple* arguments;
  Value parameters;  // Tuple, or empty until asked for
};

// left | right for types, None, aliases and unions; NotImplemented for anything else.
Value make_union(Thread&, Value left, Value right);

// What aliases and unions share: the type variables in `arguments`, and putting others in their place.
Result<Tuple*> type_parameters(Thread&, const Tuple& arguments);
Value substitute_parameters(Thread&, Value self, const Tuple& arguments, const Tuple& parameters, Value item);
// How a type shows in the text of an alias: int, list[int], ...
void define_union_type();
Status append_type_repr(Thread&, class StrBuilder& builder, Value type);

}  // namespace minipy
