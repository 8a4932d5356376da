// tuple, and struct sequences on top of it.
#pragma once

#include <initializer_list>
#include <span>

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Thread;

struct Tuple : Object {
  static constexpr Kind kKind = Kind::Tuple;
  size_t size;
  Value items[];

  Value* begin() { return items; }
  Value* end() { return items + size; }
  const Value* begin() const { return items; }
  const Value* end() const { return items + size; }
  std::span<const Value> view() const { return {items, size}; }
};

inline bool is_tuple(Value v) { return has_kind(v, Kind::Tuple); }
inline bool is_exact_tuple(Value v) { return is_exact(v, Kind::Tuple); }

Tuple* allocate_tuple(size_t size);  // items are empty Values, to be filled at once; nullptr if too large
Tuple* make_tuple(std::initializer_list<Value> items);
Tuple* make_tuple(const Value* items, size_t size);
Tuple* empty_tuple();
// How sequences with equal items compare: by their lengths.
Value compare_sizes(size_t left, size_t right, CompareOp op);
Tuple* tuple_slice(const Tuple& tuple, size_t start, size_t end);

// os.stat_result and its kind: tuples with named fields (structseq.cpp).
struct StructSequenceField {
  const char* name;  // "" for one that is only reached by position
  const char* doc;
};
// Returns the new Type. The first `visible` fields are the tuple's items; the rest only have names.
Type& make_struct_sequence_type(const char* full_name, const char* doc,
                                std::initializer_list<StructSequenceField> fields, size_t visible);
Value make_struct_sequence(Type& type, const Value* values);  // as many as there are fields

}  // namespace minipy
