#include "Objects/shape.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include <algorithm>
#include <cstdlib>

#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/memory_reserve.h"
#include "Objects/module_kinds.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

ShapeEntry* shape_table;

namespace {

uint32_t table_size, table_capacity;
constexpr uint32_t kFirstCapacity = 4096;

bool grow_table(uint32_t by) {
  void* const table = std::realloc(static_cast<void*>(shape_table), (size_t{table_capacity} + by) * sizeof(ShapeEntry));
  if (!table) return false;
  shape_table = static_cast<ShapeEntry*>(table);
  table_capacity += by;
  return true;
}

// malloc memory: entries keep nothing alive. Ids are never used again, as caches may still hold them.
uint32_t new_entry() {
  if (table_size == table_capacity) {
    bool is_grown = grow_table(std::max(table_capacity, kFirstCapacity)) || grow_table(kFirstCapacity);
    while (!is_grown) {
      spend_memory_reserve();
      is_grown = grow_table(kFirstCapacity);
    }
    if (table_size == 0) table_size = static_cast<uint32_t>(kKindCount);
  }
  return table_size++;
}

Shape* make_shape(Type& type, uint32_t entry) {
  auto shape = static_cast<Shape*>(gc_allocate_scanned_buffer(sizeof(Shape)));
  shape->type = &type;
  shape->id = entry * 2 + 1;
  shape_table[entry] = {&type, shape};
  return shape;
}

// Recent answers of find_slot.
struct CachedSlot {
  ShapeId shape;
  int slot;
  const Str* name;
};
constexpr size_t kCacheSize = 1024;
CachedSlot slot_cache[kCacheSize];

}  // namespace

Shape* make_root_shape(Type& type, uint16_t inline_capacity) {
  Shape* shape = make_shape(type, new_entry());
  shape->inline_capacity = inline_capacity;
  return shape;
}

void make_builtin_root_shape(Type& type, Kind kind) {
  if (!shape_table) {
    new_entry();
    --table_size;
  }
  type.root = make_shape(type, static_cast<uint32_t>(kind));
  type.root_shape = type.root->id;
}

Shape& dictionary_shape(Type& type) {
  if (!type.dictionary_shape) {
    type.dictionary_shape = make_shape(type, new_entry());
    type.dictionary_shape->is_dictionary = true;
  }
  return *type.dictionary_shape;
}

int find_slot(const Shape& shape, const Str* name) {
  CachedSlot& cached = slot_cache[(shape.id * 31 + (reinterpret_cast<uintptr_t>(name) >> 4)) % kCacheSize];
  if (cached.shape == shape.id && cached.name == name) return cached.slot;
  int slot = -1;
  for (const Shape* s = &shape; s->parent; s = s->parent) {
    if (s->name == name) {
      slot = s->slot_count - 1;
      break;
    }
  }
  cached = {shape.id, slot, name};
  return slot;
}

Shape* shape_with(Shape& shape, Str* name) {
  for (Shape* child = shape.first_child; child; child = child->next_sibling) {
    if (child->name == name) return child;
  }
  if (shape.slot_count >= kMaxShapeAttributes) return nullptr;
  Shape* child = make_shape(*shape.type, new_entry());
  child->parent = &shape;
  child->name = name;
  child->slot_count = shape.slot_count + 1;
  child->inline_capacity = shape.inline_capacity;
  child->next_sibling = shape.first_child;
  shape.first_child = child;
  return child;
}

void sweep_shapes() {
  for (uint32_t i = static_cast<uint32_t>(kKindCount); i < table_size; ++i) {
    ShapeEntry& entry = shape_table[i];
    if (entry.shape && !GC_is_marked(entry.shape)) entry = {nullptr, nullptr};
  }
  for (CachedSlot& cached : slot_cache) cached = {};
}

namespace {

// The first word behind the items of an object of variable size.
int word_behind_items(const Object& object) {
  size_t bytes = 0;  // of the contents, header included
  switch (object.kind) {
    case Kind::Int: bytes = sizeof(Int) + 8 * static_cast<const Int&>(object).size(); break;
    case Kind::Bytes: bytes = sizeof(Bytes) + static_cast<const Bytes&>(object).size + 1; break;
    case Kind::Tuple: bytes = sizeof(Tuple) + 8 * static_cast<const Tuple&>(object).size; break;
    case Kind::Str: {
      const Str& text = static_cast<const Str&>(object);
      bytes = sizeof(Str) + (text.length() + 1) * text.width();
      break;
    }
    default: MP_UNREACHABLE();
  }
  return static_cast<int>((bytes + 7) / 8) - 1;
}

}  // namespace

int attributes_word(const Object& object) {
  const Type& type = object.type();
  if (type.attributes_word != Type::kAttributesAtEnd) return type.attributes_word - 1;
  return slot_word(object, type.basic_words);
}

int slot_word(const Object& object, int position) {
  if (!object.type().has(Type::kVariableSize)) return position;
  return word_behind_items(object) + position - type_of_kind(object.kind).basic_words;
}

Value* attribute_place(Object& object, const Shape& shape, int slot) {
  const int word = attributes_word(object);
  if (slot < shape.inline_capacity) return object.words() + word + 1 + slot;
  return object.words()[word].as<ValueBuffer>()->items + (slot - shape.inline_capacity);
}

}  // namespace minipy
