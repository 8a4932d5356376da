// The children of an Element as a sequence, and the walk through a tree.
#pragma once

#include "Modules/elementtree/element.h"

namespace minipy::elementtree {

void copy_children(const Element& from, Element& to);
List* children_list(const Element& element);

Status append_method(Thread& thread, Element& self, Value child);
Status extend_method(Thread& thread, Element& self, Value elements);
Status insert_method(Thread& thread, Element& self, int64_t index, Value child);
Status remove_method(Thread& thread, Element& self, Value child);

Result<size_t> length_slot(Thread& thread, Value self);
Value child_slot(Thread& thread, Value self, int64_t index);
Value item_slot(Thread& thread, Value self, Value key);
Status set_item_slot(Thread& thread, Value self, Value key, Value value);

void define_element_iterator();

}  // namespace minipy::elementtree
