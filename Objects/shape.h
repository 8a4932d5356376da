// Hidden classes: finding an attribute's slot, and growing shapes as attributes are added.
#pragma once

#include "Objects/object.h"
#include "Objects/type.h"

namespace minipy {

constexpr int kMaxShapeAttributes = 80;

// A new root shape for instances of `type`, in the next free entry of the table.
Shape* make_root_shape(Type& type, uint16_t inline_capacity);
// Makes `type`'s root shape in the entry that its kind fixes.
void make_builtin_root_shape(Type& type, Kind kind);
// The shape of instances of `type` whose attributes live in a Dict.
Shape& dictionary_shape(Type& type);

// The slot of `name` (interned), or -1.
int find_slot(const Shape& shape, const Str* name);
// The shape with `name` added behind; null if it would have too many attributes.
Shape* shape_with(Shape& shape, Str* name);

inline Shape& shape_of(const Object& object) { return *shape_entry(object.shape).shape; }

// Drops the entries of shapes whose class is gone: at the end of each mark phase.
void sweep_shapes();

// Which of the words() holds the overflow pointer (an array, or a Dict in dictionary shape).
int attributes_word(const Object& object);
// Which word a member of __slots__ at `position` (Descriptor::position) is in this object.
int slot_word(const Object& object, int position);
// Where slot `slot` of an object of shape `shape` is.
Value* attribute_place(Object& object, const Shape& shape, int slot);
// Sets an attribute of the instance itself, past descriptors of its class, which has attributes_word.
void set_own_attribute(Object& object, Str* interned_name, Value value);

}  // namespace minipy
