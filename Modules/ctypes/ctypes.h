// What the files of _ctypes share. Library reference, "ctypes".
//
// A ctypes class is an ordinary class whose metaclass is defined here; what C knows about it is a
// TypeInfo in its module_state. Its instances are CData objects: a piece of memory that they own,
// or that is a part of another one's, or that lies somewhere in the process.
#pragma once

#include <ffi.h>

#include <string>

#include "Modules/arguments.h"
#include "Modules/module_support.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy::ctypes {

#define FFI_FUNCTIONS(X)                                                       \
  X(ffi_call)                                                                  \
  X(ffi_prep_cif) X(ffi_prep_cif_var) X(ffi_closure_alloc) X(ffi_closure_free) \
      X(ffi_prep_closure_loc)
struct FfiLibrary {
#define X(name) decltype(&::name) name;
  FFI_FUNCTIONS(X)
#undef X
};
extern FfiLibrary ffi;

// How one letter of `_type_` goes to memory and back. `size` is that of the item; of a bit field,
// its first bit and (shifted by 16) its number of bits. `set` returns what must be kept alive as
// long as the memory, or None.
using Getter = Value (*)(Thread& thread, const void* memory, int64_t size);
using Setter = Value (*)(Thread& thread, void* memory, Value value, int64_t size);
struct SimpleKind {
  char letter;
  ffi_type* ffi;
  Setter set;
  Getter get;
  Setter set_swapped;  // in the other byte order; null if there is none
  Getter get_swapped;
};
const SimpleKind* simple_kind(char letter);  // nullptr if there is none
extern ffi_type ffi_void, ffi_int, ffi_pointer;

enum class Family : uint8_t { Simple, Structure, Union, Array, Pointer, Function };

struct TypeInfo : Object {
  static constexpr Kind kKind = ModuleKind::CtypesTypeInfo;
  enum Flag : uint32_t {
    kFinal = 1,  // its fields may not change any more
    kIsPointer = 2,
    kHasPointer = 4,
    kHasUnion = 8,
    kHasBitField = 16,
    kHoldsObjects = 32,  // py_object: the memory is scanned by the collector
  };
  int64_t size, alignment, length;  // length: of items or fields
  Family family;
  char letter;  // of a simple type, 0 for others
  uint32_t flags;
  const SimpleKind* simple;  // of a simple type
  Setter set;                // null for other types
  Getter get;
  Type* item;  // what an array or pointer is of; null if not known yet
  ffi_type ffi;
  Value kept;    // what `ffi` points to
  Dict* arrays;  // types of arrays of this type, by their lengths; null: none yet
  Str* format;   // PEP 3118
  Tuple* shape;  // of ints; null: no array
  int64_t call_flags;
  Tuple *argument_types, *converters;  // null: unknown
  Value result_type, checker;          // empty: int, none
};

struct CData : Object {
  static constexpr Kind kKind = ModuleKind::CtypesData;
  uint8_t* data;
  CData* base;    // the object of whose memory this is a part
  Value objects;  // what the memory refers to: a dict, another object or (None, or empty) nothing
  int64_t size, length, index;
  bool owns_memory;
};

struct FunctionPointer : CData {
  static constexpr Kind kKind = ModuleKind::CtypesFunction;
  Value callable;                      // a callback's, or empty
  Tuple *argument_types, *converters;  // override those of the class
  Value given_argument_types;          // as they were stored
  Value result_type, checker, error_check;
  Tuple* parameter_flags;
};

// An argument made by byref() or from_param().
struct Argument : Object {
  static constexpr Kind kKind = ModuleKind::CtypesArgument;
  ffi_type* ffi;
  char tag;
  Value object;  // kept alive, or empty
  alignas(16) union {
    int64_t integer;
    double number;
    void* pointer;
    uint8_t bytes[16];
  } value;
};

struct Field : Object {
  static constexpr Kind kKind = ModuleKind::CtypesField;
  int64_t offset, size, index;  // size as for Getter
  Type* type;
  Getter get;  // null: as the type does
  Setter set;
  bool is_anonymous;
};

enum CallFlag : int64_t { kCdecl = 1, kPythonApi = 4, kUsesErrno = 8, kUsesLastError = 16 };
constexpr size_t kMostArguments = 1024;

// --- classes (types.cpp) ---
TypeInfo* info_of(const Type& type);  // nullptr for a class that is none of ours or abstract
TypeInfo* info_of(Value type);        // the same of any value
inline TypeInfo* info_of_instance(Value object) {
  return info_of(type_of(object));
}
inline bool is_cdata(Value value) {
  return has_kind(value, CData::kKind) || has_kind(value, FunctionPointer::kKind);
}
inline bool is_family(const TypeInfo* info, Family family) {
  return info && info->family == family;
}
// c_int itself gives ints; a subclass gives instances of itself.
bool converts_implicitly(const Type& type, const TypeInfo& info);
TypeInfo* new_info(Family family);
Value make_type_of(Thread& thread, Type& metatype, const Value* arguments, size_t count,
                   Value keyword_names);
Result<Type*> array_type(Thread& thread, Type& item, int64_t length);
Result<Type*> pointer_type(Thread& thread, Type& item);
Value from_param_of_any(Thread& thread, Type& type, Value value);
void set_metatype(Kind kind, Kind metatype);
void add_getter(Type& type, const MethodRow& row);
extern Dict* pointer_types;  // _pointer_type_cache

// --- objects (data.cpp) ---
CData* new_data(Thread& thread, Type& type);  // owns cleared memory
CData* data_at(Thread& thread, Type& type, CData* base, int64_t index, void* memory);
uint8_t* new_memory(const TypeInfo& info, int64_t size);  // nullptr: too large
Status keep(Thread& thread, CData& target, int64_t index, Value kept);
Value kept_objects(CData& target);
Value get_item_value(Thread& thread, Type& type, Getter get, CData& source, int64_t index,
                     int64_t size, void* memory);
Status set_item_value(Thread& thread, CData& target, Type& type, Setter set, Value value,
                      int64_t index, int64_t size, void* memory);
Value make_data(Thread& thread, Type& type, const Value* arguments, size_t count,
                Value keyword_names);

// --- structures, arrays, pointers ---
Status define_fields(Thread& thread, Type& type, Value fields, Family family);
Status describe_array(Thread& thread, Type& type, TypeInfo& info);
Status set_pointer_item(Thread& thread, Type& type, TypeInfo& info, Value item);
Value pointer_from_param(Thread& thread, Type& type, Value value);
// Items [start, start + step, ...] as bytes, str or list, as the item's type wants.
Value items_as_sequence(Thread& thread, CData& self, const TypeInfo& info, int64_t start,
                        int64_t step, int64_t count);

// --- calling (call.cpp, function.cpp, callback.cpp) ---
Argument* new_argument(char tag, ffi_type* type, Value object);
Argument* argument_from(CData& data, const TypeInfo& info);
Argument* by_reference(CData& data, int64_t offset);
Result<Tuple*> converters_of(Thread& thread, Value argument_types);
struct Call {
  void* function;
  int64_t flags;
  const Tuple* converters;  // null: arguments as they are
  Value result_type, checker;
};
Value call_foreign(Thread& thread, const Call& call, const Tuple& arguments);
Status describe_function(Thread& thread, Type& type, TypeInfo& info);
Value make_callback(Thread& thread, Value callable, const TypeInfo& info, void** code);
Failure extend_error(Thread& thread, Type& type, const std::string& prefix);
extern Type* argument_error;
extern thread_local int private_errno;

void define_types(Module& module);
void define_data_type();
void define_simple_type(Module& module);
void define_structure_types(Module& module);
void define_array_type(Module& module);
void define_pointer_type(Module& module);
void define_function_type(Module& module);
void define_argument_type();
extern const std::span<const MethodRow> call_functions;
extern const std::span<const MethodRow> data_functions;

}  // namespace minipy::ctypes
