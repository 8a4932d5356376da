// What can be done with any object: attributes, calls, comparison, iteration, numbers, items.
// Language reference, data model 3.3. Everything here may run user code.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "Objects/result.h"
#include "Objects/slots.h"
#include "Objects/thread.h"
#include "Objects/type.h"

namespace minipy {

struct Str;
struct Tuple;
struct List;
struct Dict;

// --- attributes (object_attributes.cpp) ---
Value get_attribute(Thread&, Value object, const Str* name);
Value get_attribute(Thread&, Value object, std::string_view name);
// Unbound instead of AttributeError.
Value get_attribute_or_unbound(Thread&, Value object, const Str* name);
Value get_attribute_or_unbound(Thread&, Value object, std::string_view name);
Status set_attribute(Thread&, Value object, const Str* name, Value value);  // empty value: delete
Status set_attribute(Thread&, Value object, std::string_view name, Value value);
Value generic_get_attribute(Thread&, Value object, Value name);             // object.__getattribute__
Value get_attribute_or_unbound_generic(Thread&, Value object, const Str* name);  // Unbound for "not there"
Status generic_set_attribute(Thread&, Value object, Value name, Value value);
// The special method `name` found on the type and bound to the object; Unbound if there is none.
Value lookup_special(Thread&, Value object, std::string_view name);
Value instance_dict(Thread&, Value object);                 // obj.__dict__ itself; Unbound if it has none
Value get_own_attribute(Value object, const Str* name);     // from the instance alone; Unbound if absent
Status set_instance_dict(Thread&, Value object, Value dict);
Status set_class(Thread&, Value object, Type& wanted);      // obj.__class__ = wanted
Str* intern_name(Str* name);                                // an attribute's name as an exact, interned str
// AttributeError with its name and obj; `format` has {} for the type and for the name.
Failure raise_attribute_error(Thread&, Value object, Value name, std::string_view format, const Type& type);
Failure with_attribute_name(Thread&, Value object, Value name);  // sets name and obj of the pending AttributeError
Value type_attribute_or_unbound(Thread&, Type& type, const Str* name);  // type.__getattribute__ without the error

// --- calls (call.cpp) ---
Value call(Thread&, Value callable, const Value* arguments, size_t count, Value keyword_names = Value());
Value call(Thread&, Value callable, std::initializer_list<Value> arguments = {});
Value call_with(Thread&, Value callable, Tuple& arguments, Dict* keywords);
Value call_method(Thread&, Value object, std::string_view name, std::initializer_list<Value> arguments = {});
Value call_method(Thread&, Value object, const Str* name, const Value* arguments, size_t count);
bool is_callable(Value value);

// --- comparison and truth (compare.cpp) ---
Value compare(Thread&, Value left, Value right, CompareOp op);
Result<bool> compare_truth(Thread&, Value left, Value right, CompareOp op);
// Identity first, then ==.
Result<bool> is_equal(Thread&, Value left, Value right);
Result<bool> truth(Thread&, Value value);
Result<int64_t> hash(Thread&, Value value);
const char* operator_text(CompareOp op);  // "<"

// --- text (text.cpp) ---
Result<Str*> repr(Thread&, Value value);
Result<Str*> str(Thread&, Value value);
Result<Str*> ascii(Thread&, Value value);
Result<Str*> format(Thread&, Value value, Value specification);
// For containers: True if `object` is already being shown further out; then show "...".
Result<bool> repr_enter(Thread&, Value object);
void repr_leave(Thread&, Value object);

// --- iteration (iterate.cpp) ---
Value iterate(Thread&, Value iterable);  // "'int' object is not iterable"
Value iterate(Thread&, Value iterable, std::string_view message);  // TypeError with this text; {} is the type
Value next(Thread&, Value iterator);     // Unbound when exhausted
bool is_iterator(Value value);
Result<size_t> length_hint(Thread&, Value iterable, size_t fallback);
Result<List*> list_of(Thread&, Value iterable);    // list(iterable)
Result<Tuple*> tuple_of(Thread&, Value iterable);
// Calls f(Value) -> Status for each item; fast for exact lists and tuples.
template <typename F>
Status for_each(Thread& thread, Value iterable, F&& f) {
  Value iterator = TRY(iterate(thread, iterable));
  for (;;) {
    Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return nothing;
    TRY(f(item));
  }
}

// --- items (items.cpp) ---
Result<size_t> length(Thread&, Value object);
Value get_item(Thread&, Value object, Value key);
Status set_item(Thread&, Value object, Value key, Value value);
Status delete_item(Thread&, Value object, Value key);
Result<bool> contains(Thread&, Value container, Value item);
Result<bool> contains_by_iteration(Thread&, Value iterable, Value item);
Value sequence_item(Thread&, Value sequence, int64_t index);
Value sequence_concatenate(Thread&, Value left, Value right);
Value sequence_inplace_concatenate(Thread&, Value left, Value right);
Value sequence_repeat(Thread&, Value sequence, int64_t count);
bool is_sequence(Value value);
bool has_sequence_methods(const Type& type);  // any of them
bool is_mapping(Value value);

// --- numbers (numbers.cpp) ---
#define MINIPY_BINARY_OPERATIONS(X)                                                          \
  X(add, "+") X(subtract, "-") X(multiply, "*") X(remainder, "%") X(divmod, "divmod()")      \
  X(left_shift, "<<") X(right_shift, ">>") X(bit_and, "&") X(bit_xor, "^") X(bit_or, "|")    \
  X(floor_divide, "//") X(true_divide, "/") X(matrix_multiply, "@")
#define X(name, symbol) Value number_##name(Thread&, Value left, Value right);
MINIPY_BINARY_OPERATIONS(X)
#undef X
#define MINIPY_INPLACE_OPERATIONS(X)                                                         \
  X(add, "+=") X(subtract, "-=") X(multiply, "*=") X(remainder, "%=") X(left_shift, "<<=")   \
  X(right_shift, ">>=") X(bit_and, "&=") X(bit_xor, "^=") X(bit_or, "|=")                    \
  X(floor_divide, "//=") X(true_divide, "/=") X(matrix_multiply, "@=")
#define X(name, symbol) Value number_inplace_##name(Thread&, Value left, Value right);
MINIPY_INPLACE_OPERATIONS(X)
#undef X
Value number_power(Thread&, Value base, Value exponent, Value modulus);
Value number_inplace_power(Thread&, Value base, Value exponent, Value modulus);
Value number_negative(Thread&, Value);
Value number_positive(Thread&, Value);
Value number_absolute(Thread&, Value);
Value number_invert(Thread&, Value);
bool is_index(Value value);
Value number_index(Thread&, Value value);   // an exact int; "'str' object cannot be interpreted as an integer"
Value number_to_int(Thread&, Value value);  // int(value)
Value number_to_float(Thread&, Value value);
// __index__ as int64: out of range raises `overflow` (IndexError for subscripts), or clamps if null.
Result<int64_t> index_as_int64(Thread&, Value value, Type* overflow);
Result<double> as_double(Thread&, Value value);  // "must be real number, not str"

// --- classes (classes.cpp) ---
Result<bool> is_instance_of(Thread&, Value object, Value class_or_tuple);  // isinstance(), hooks included
Result<bool> is_subclass_of(Thread&, Value object, Value class_or_tuple);
Result<bool> is_real_subclass(Thread&, Value candidate, Value klass);  // without hooks
bool is_plain_type_call(const Type& metatype);  // calling its classes does what type.__call__ does
Value make_union(Thread&, Value left, Value right);  // left | right for types; NotImplemented if it does not apply
Value make_mapping_proxy(Value mapping);

// --- the import system and the VM, filled at start-up ---
Value import_module(Thread&, std::string_view name);  // sys.modules entry after importing
Value import_attribute(Thread&, std::string_view module, std::string_view name);
extern Value (*import_module_hook)(Thread&, std::string_view name);

}  // namespace minipy
