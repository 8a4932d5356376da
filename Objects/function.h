// Functions, methods and what binds them.
#pragma once

#include "Objects/code.h"
#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Thread;
struct MethodRow;
struct Module;

struct Cell : Object {
  static constexpr Kind kKind = Kind::Cell;
  Value contents;  // Unbound while empty
};
Cell* make_cell(Value contents);

struct Function : Object {
  static constexpr Kind kKind = Kind::Function;
  Code* code;
  Dict* globals;
  Value builtins;          // a Dict
  Value module;
  Value defaults;          // Tuple or None
  Value keyword_defaults;  // Dict or None
  Value closure;           // Tuple of Cells or None
  Value attributes;        // the overflow/__dict__ pointer
  struct FunctionDetails* details;  // null while the code object says it all

  Value name() const;
  Value qualified_name() const;
  Value doc() const;
};
// What few functions have otherwise than their code object says; in a scanned buffer.
struct FunctionDetails {
  Value name, qualified_name, doc;
  Value annotations;  // Dict, Tuple (name, value, ...) as MAKE_FUNCTION gives it, or empty
};
FunctionDetails& details_of(Function& function);
Function* make_function(Thread&, Code& code, Dict& globals);
// Filled by the VM: runs a Python function with native arguments.
extern CallSlot call_function_hook;

// A C++ function bound to a module, a self, or nothing.
struct BuiltinFunction : Object {
  static constexpr Kind kKind = Kind::BuiltinFunction;
  const MethodRow* row;
  Value self;       // the bound object or module; empty: none
  Value module;     // __module__ or None
  const Type* owner;  // whose method it is, or null
};
BuiltinFunction* make_builtin_function(const MethodRow& row, Value self, Value module, const Type* owner = nullptr);

struct BoundMethod : Object {
  static constexpr Kind kKind = Kind::BoundMethod;
  Value function, self;
};
BoundMethod* make_bound_method(Value function, Value self);

// Entries of a type's dict for C++ methods and attributes (also ClassMethodDescriptor, ...).
struct Descriptor : Object {
  const Type* owner;
  const MethodRow* row;  // methods, getters, members in C++
  Str* name;
  // MemberDescriptor of __slots__: the word of the instance. WrapperDescriptor: the slots.def row.
  int64_t position;
};

struct Property : Object {
  static constexpr Kind kKind = Kind::Property;
  Value get, set, remove, doc;  // None where absent
  Value name;
  bool doc_from_getter;
};

struct ClassMethod : Object {
  static constexpr Kind kKind = Kind::ClassMethod;
  Value callable;
  Value attributes;
};
struct StaticMethod : Object {
  static constexpr Kind kKind = Kind::StaticMethod;
  Value callable;
  Value attributes;
};

struct Super : Object {
  static constexpr Kind kKind = Kind::Super;
  Type* type;
  Value object;       // empty: unbound
  Type* object_type;
};
// super(type, object).name without the super object; used by the VM for super().method().
Value super_lookup(Thread&, Type& type, Value object, const Str* name);

// Finds __class__ and the first argument of the calling frame for super(); filled by the VM.
extern Status (*super_arguments_hook)(Thread& thread, Value& type, Value& object);

}  // namespace minipy
