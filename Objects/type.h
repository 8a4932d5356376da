// Types and shapes.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Tuple;
struct List;
struct MethodRow;

struct Type : Object {  // NOLINT: one header for the whole layout
  static constexpr Kind kKind = Kind::Type;
  enum Flags : uint32_t {
    kHeapType = 1,         // made by a class statement or type()
    kBaseType = 2,         // may be subclassed
    kReady = 4,            // its dict has been filled
    kImmutable = 8,        // attributes cannot be set
    kAbstract = 16,        // has abstract methods: cannot be instantiated
    kVariableSize = 32,    // items live behind the struct (int, str, bytes, tuple)
    kHasFinalizer = 64,    // instances have __del__
    kHasWeakReferences = 128,  // instances can be weakly referenced
    kHasDict = 256,        // instances have a __dict__
    kDisallowInstantiation = 512,
    kIsSequencePattern = 1024,  // matches [..] patterns
    kIsMappingPattern = 2048,   // matches {..} patterns
    kMethodDescriptor = 4096,   // LOAD_METHOD may skip __get__ (functions and the like)
    kLeaf = 8192,               // exact instances hold no pointers
    kSelfPattern = 16384,       // `case int(x)` binds the subject itself
    kReleasesResource = 32768,  // the finaliser runs no Python code: it waits for those that may still use the object
    kLong = 1u << 16, kList = 1u << 17, kTuple = 1u << 18, kBytes = 1u << 19, kStr = 1u << 20,
    kDict = 1u << 21, kBaseException = 1u << 22, kTypeSubclass = 1u << 23,  // as in __flags__, shifted
  };

  Str* name;               // __name__
  Str* qualified_name;     // __qualname__
  const char* full_name;   // "module.name" for builtin types, name for heap types: used in messages
  Type* base;
  Tuple* bases;
  Tuple* mro;              // of Values that are Types; null until known
  Dict* dict;              // own attributes; go through type_dict()
  Value subclasses;        // weak: a dict of id -> weak reference, or empty
  Value module_state;      // for C++ types of modules
  Value qualified_doc;     // doc string for builtin types
  ShapeId root_shape;      // of new instances
  Kind instance_kind;      // the layout of instances
  uint16_t basic_words;    // words of an instance after the header, __slots__ included
  int16_t attributes_word; // word of the overflow/__dict__ pointer, the header being word 0; 0: none; kAttributesAtEnd
  uint16_t inline_slots;   // attribute slots that follow it in new instances
  uint16_t own_slots;      // members that its __slots__ added
  uint32_t flags;
  uint32_t version;        // changes whenever an attribute that affects instances does
  uint32_t item_size;      // bytes of one item of a kVariableSize type
  const struct TypeSpec* spec;  // for builtin types
  Value slot_names;        // heap types: tuple of the __slots__ that made members, or empty
  Value type_attributes;   // reserved for instances of metaclasses: overflow pointer
  Shape* root;             // the Shape of root_shape; its tree hangs below
  Shape* dictionary_shape; // of instances whose attributes live in a Dict; null until needed
  TypeSlots slots;

  static constexpr int16_t kAttributesAtEnd = -1;
  bool has(uint32_t flag) const { return flags & flag; }
  inline bool kind_is_object() const;
  std::string_view name_view() const;  // what messages show: tp_name
};

extern Type builtin_types[];
inline Type& type_of_kind(Kind kind) {
  return builtin_types[static_cast<size_t>(kind)];
}

inline bool Type::kind_is_object() const { return this == &type_of_kind(Kind::Object); }

// Hidden classes: which attributes an instance has, in which slots. Immutable once made.
struct Shape {
  Type* type;
  Shape* parent;          // one attribute less; null for a root
  Str* name;              // the attribute that was added last; interned
  Shape* first_child;     // Shapes one attribute further, as a list
  Shape* next_sibling;
  ShapeId id;
  uint16_t slot_count;
  uint16_t inline_capacity;  // slots in the object; further ones in the overflow array
  bool is_dictionary;        // attributes live in a Dict at attributes_word
};

// TypeError and friends by name, as Type&.
#define EXCEPTION(name, base, doc) inline Type& name = type_of_kind(Kind::name);
#include "Objects/exceptions.def"
#undef EXCEPTION

// What C++ says about a type that it defines.
struct TypeSpec {
  const char* doc = nullptr;         // may start with a text signature line "name(args)\n--\n\n"
  size_t instance_bytes = sizeof(Object);  // sizeof the layout struct
  uint32_t flags = 0;
  TypeSlots slots = {};
  std::span<const MethodRow> methods = {};   // methods, getters, members
  uint32_t item_size = 0;
  int16_t attributes_word = 0;       // where the layout keeps a __dict__ pointer: WORD_OF(Layout, member)
  const char* module = nullptr;      // __module__ where python_name has no dot; default builtins
};

#define WORD_OF(layout, member) \
  static_cast<int16_t>(__builtin_offsetof(layout, member) / 8)

// Gives row `kind` of types.def its contents. Slots that `spec` leaves empty are inherited.
Type& define_type(Kind kind, const TypeSpec& spec);

// A type made at run time, as class statements do. `bases` non-empty. Language reference 3.3.3.
Value make_class(Thread& thread, Type& metatype, Value name, Tuple& bases, Dict& contents,
                 const Value* keyword_values = nullptr, Value keyword_names = Value());

Dict& type_dict(const Type& type);                      // fills it first where need be
Value lookup_in_type(const Type& type, const Str* name);  // along the MRO; Unbound if absent. No user code.
bool is_subtype(const Type& type, const Type& base);
inline bool is_instance(Value value, const Type& type) { return is_subtype(type_of(value), type); }
inline bool is_type(Value value) { return has_kind(value, Kind::Type); }
inline bool is_exception(Value value) {
  return value.is_object() && type_of(value).has(Type::kBaseException);
}
inline bool is_exception_class(Value value) {
  return is_type(value) && value.as<Type>()->has(Type::kBaseException);
}
// Call after the attribute of a class was changed: slots and caches follow.
void type_modified(Type& type, const Str* name);

// The number that method caches compare; a change to any class attribute that was ever cached moves it.
extern uint32_t class_epoch;

}  // namespace minipy
