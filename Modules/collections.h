// The types of the _collections module.
#pragma once

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/module_kinds.h"
#include "Objects/object.h"

namespace minipy {

// A ring of items in a buffer whose capacity is a power of two.
struct Deque : Object {
  static constexpr Kind kKind = ModuleKind::Deque;
  ValueBuffer* buffer;
  size_t start, size;
  int64_t max_size;  // -1: unbounded
  uint64_t changes;  // counts them, for iterators

  Value& at(size_t i) const { return buffer->items[(start + i) & (buffer->capacity() - 1)]; }
};

struct DefaultDict : Dict {
  static constexpr Kind kKind = ModuleKind::DefaultDict;
  Value default_factory;
};

// The order of a dict is all that an OrderedDict needs.
struct OrderedDict : Dict {
  static constexpr Kind kKind = ModuleKind::OrderedDict;
  Value attributes;       // __dict__
  // Entries before `first_live` are deleted ones as long as the entries are these.
  DictEntry* first_entries;
  uint64_t first_live;
};

void define_deque_types();
void define_default_dict_type();
void define_ordered_dict_types();

}  // namespace minipy
