#include "Modules/elementtree/element_children.h"

#include <algorithm>

#include "Objects/int.h"

namespace minipy::elementtree {

namespace {

Failure raise_no_element(Thread& thread, Value value) {
  return raise(thread, TypeError, "expected an Element, not \"{}\"", type_of(value));
}

// "append() argument must be ..."
Status check_argument(Thread& thread, const char* place, Value value) {
  if (is_element(value)) return nothing;
  return raise(thread, TypeError, "{} must be xml.etree.ElementTree.Element, not {}", place,
               type_of(value));
}

Status reserve(Thread& thread, Element& element, size_t count) {
  const size_t capacity = element.children ? element.children->capacity() : 0;
  if (count <= capacity) return nothing;
  ValueBuffer* grown = make_value_buffer(std::max<size_t>(4, count + count / 2), true);
  if (!grown) return raise_memory_error(thread);
  if (element.count)
    std::copy(element.children->items, element.children->items + element.count, grown->items);
  element.children = grown;
  return nothing;
}

void set_children(Element& element, const List& list) {
  element.children = nullptr;
  element.count = list.size;
  if (!list.size) return;
  element.children = make_value_buffer(list.size, true);
  std::copy(list.begin(), list.end(), element.children->items);
}

Result<List*> element_list(Thread& thread, Value elements) {
  Result<List*> list = list_of(thread, elements);
  if (list.failed()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, TypeError, "expected sequence, not \"{}\"", type_of(elements));
  }
  for (const Value child : *list.value()) {
    if (!is_element(child)) return raise_no_element(thread, child);
  }
  return list;
}

}  // namespace

Status append_child(Thread& thread, Element& parent, Value child) {
  if (!is_element(child)) return raise_no_element(thread, child);
  TRY(reserve(thread, parent, parent.count + 1));
  parent.children->items[parent.count++] = child;
  return nothing;
}

void copy_children(const Element& from, Element& to) {
  if (!from.count) return;
  to.children = make_value_buffer(from.count, true);
  std::copy(from.children->items, from.children->items + from.count, to.children->items);
  to.count = from.count;
}

List* children_list(const Element& element) {
  return element.count ? make_list(element.children->items, element.count) : make_list();
}

Status append_method(Thread& thread, Element& self, Value child) {
  TRY(check_argument(thread, "append() argument", child));
  return append_child(thread, self, child);
}

Status extend_method(Thread& thread, Element& self, Value elements) {
  const Result<List*> list = list_of(thread, elements);
  if (list.failed()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, TypeError, "expected sequence, not \"{}\"", type_of(elements));
  }
  for (size_t i = 0; i < list.value()->size; ++i)
    TRY(append_child(thread, self, list.value()->at(i)));
  return nothing;
}

Status insert_method(Thread& thread, Element& self, int64_t index, Value child) {
  TRY(check_argument(thread, "insert() argument 2", child));
  const auto count = static_cast<int64_t>(self.count);
  if (index < 0) index = std::max<int64_t>(0, index + count);
  index = std::min(index, count);
  TRY(reserve(thread, self, self.count + 1));
  Value* items = self.children->items;
  std::copy_backward(items + index, items + count, items + count + 1);
  items[index] = child;
  ++self.count;
  return nothing;
}

Status remove_method(Thread& thread, Element& self, Value child) {
  TRY(check_argument(thread, "remove() argument", child));
  size_t at = 0;
  while (at < self.count && !(self.children->items[at] == child)) ++at;
  if (at == self.count) {
    for (at = 0; at < self.count; ++at) {
      if (TRY(is_equal(thread, self.children->items[at], child))) break;
    }
  }
  if (at >= self.count) return raise(thread, ValueError, "list.remove(x): x not in list");
  Value* items = self.children->items;
  std::copy(items + at + 1, items + self.count, items + at);
  items[--self.count] = Value();
  return nothing;
}

// --- subscripts ---

Result<size_t> length_slot(Thread&, Value self) {
  return as_element(self).count;
}

Value child_slot(Thread& thread, Value self, int64_t index) {
  const Element& element = as_element(self);
  if (index < 0 || static_cast<size_t>(index) >= element.count) {
    return raise(thread, IndexError, "child index out of range");
  }
  return element.children->items[index];
}

Value item_slot(Thread& thread, Value self, Value key) {
  if (has_kind(key, Kind::Slice)) return get_item(thread, children_list(as_element(self)), key);
  if (!is_index(key)) return raise(thread, TypeError, "element indices must be integers");
  int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  if (index < 0) index += static_cast<int64_t>(as_element(self).count);
  return child_slot(thread, self, index);
}

Status set_item_slot(Thread& thread, Value self, Value key, Value value) {
  Element& element = as_element(self);
  if (has_kind(key, Kind::Slice)) {
    List* children = children_list(element);
    if (value.is_empty()) {
      TRY(delete_item(thread, children, key));
    } else {
      TRY(set_item(thread, children, key, TRY(element_list(thread, value))));
    }
    set_children(element, *children);
    return nothing;
  }
  if (!is_index(key)) return raise(thread, TypeError, "element indices must be integers");
  int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  if (index < 0) index += static_cast<int64_t>(element.count);
  if (index < 0 || static_cast<size_t>(index) >= element.count) {
    return raise(thread, IndexError, "child assignment index out of range");
  }
  Value* items = element.children->items;
  if (!value.is_empty()) {
    if (!is_element(value)) return raise_no_element(thread, value);
    items[index] = value;
    return nothing;
  }
  std::copy(items + index + 1, items + element.count, items + index);
  items[--element.count] = Value();
  return nothing;
}

// --- walking: an element, then its children one after the other ---

namespace {

struct ElementIterator : Object {
  static constexpr Kind kKind = ModuleKind::XmlElementIterator;
  Value root;     // empty once it has been visited
  Value tag;      // of the elements to yield; None: all
  List* path;     // the elements around the next one, outermost first
  List* visited;  // how many children of each have been visited
  bool yields_text;
};
ElementIterator& as_iterator(Value v) {
  return *v.as<ElementIterator>();
}

Value next_slot(Thread& thread, Value value) {
  ElementIterator& self = as_iterator(value);
  for (;;) {
    Value element, text;
    if (self.path->size == 0) {
      if (self.root.is_empty()) return Unbound;
      element = self.root;
      self.root = Value();
    } else {
      const size_t depth = self.path->size - 1;
      const Value parent = self.path->at(depth);
      const int64_t index = self.visited->at(depth).as_int();
      if (static_cast<size_t>(index) >= as_element(parent).count) {
        list_remove_range(*self.path, depth, depth + 1);
        list_remove_range(*self.visited, depth, depth + 1);
        // The tail of the root is outside.
        if (!self.yields_text || depth == 0) continue;
        text = TRY(tail_of(thread, as_element(parent)));
      } else {
        element = as_element(parent).children->items[index];
        self.visited->store(depth, Value::from_int(index + 1));
      }
    }
    if (!element.is_empty()) {
      TRY(list_append(thread, *self.path, element));
      TRY(list_append(thread, *self.visited, Value::from_int(0)));
      if (!self.yields_text) {
        if (self.tag.is_none() || TRY(is_equal(thread, as_element(element).tag, self.tag)))
          return element;
        continue;
      }
      text = TRY(text_of(thread, as_element(element)));
    }
    if (!text.is_none() && TRY(truth(thread, text))) return text;
  }
}

Value itself(Thread&, Value self) {
  return self;
}

}  // namespace

Value make_iterator(Element& root, Value tag, Yields yields) {
  ElementIterator* iterator = allocate<ElementIterator>();
  iterator->root = Value(&root);
  iterator->tag = tag;
  iterator->path = make_list();
  iterator->visited = make_list();
  iterator->yields_text = yields == Yields::Text;
  return Value(iterator);
}

void define_element_iterator() {
  define_type(ModuleKind::XmlElementIterator, {.instance_bytes = sizeof(ElementIterator),
                                               .flags = Type::kDisallowInstantiation,
                                               .slots = {.iterate = itself, .next = next_slot}});
}

}  // namespace minipy::elementtree
