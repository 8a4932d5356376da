#include "Objects/tuple.h"

#include <algorithm>

#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/item_repr.h"
#include "Objects/iterators.h"
#include "Objects/native.h"
#include "Objects/simple_key.h"
#include "Objects/slice.h"
#include "Objects/initialize.h"
#include "Objects/static_objects.h"
#include "Objects/tuple_copies.h"
#include "Objects/tuple_key.h"

namespace minipy {
namespace {

Tuple* the_empty_tuple = nullptr;
constexpr size_t kMaxItems = (size_t{1} << 47) / sizeof(Value);

bool holds_pointer(const Value* items, size_t size) {
  return std::any_of(items, items + size, [](Value item) { return item.is_object(); });
}

// tuple.__new__. Library reference, "Tuples".
Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (!has_own_init(type, Kind::Tuple)) TRY(check_no_keywords(thread, "tuple", keyword_names));
  TRY(check_positional(thread, "tuple", count, 0, 1));
  if (&type == &type_of_kind(Kind::Tuple)) {
    if (count == 0) return empty_tuple();
    if (is_exact_tuple(arguments[0])) return arguments[0];
    return Value(TRY(tuple_of(thread, arguments[0])));
  }
  const Tuple* items = count == 0 ? empty_tuple() : TRY(tuple_of(thread, arguments[0]));
  Tuple* tuple = allocate_instance_as<Tuple>(type, items->size * sizeof(Value));
  if (!tuple) return error;
  tuple->size = items->size;
  std::copy(items->begin(), items->end(), tuple->items);
  return Value(tuple);
}

Value repr_of(Thread& thread, Value self) {
  const Tuple& tuple = *self.as<Tuple>();
  if (tuple.size == 0) return Value(make_str("()"));
  if (TRY(repr_enter(thread, self))) return Value(make_str("(...)"));
  StrBuilder text;
  text.append("(");
  for (size_t i = 0; i < tuple.size; ++i) {
    if (i > 0) text.append(", ");
    if (append_repr(thread, text, tuple.items[i]).failed()) {
      repr_leave(thread, self);
      return error;
    }
  }
  repr_leave(thread, self);
  text.append(tuple.size == 1 ? ",)" : ")");
  return Value(TRY(text.finish(thread)));
}

Result<int64_t> hash_items(Thread& thread, Value self) {
  const Tuple& tuple = *self.as<Tuple>();
  TupleHash result;
  for (size_t i = 0; i < tuple.size; ++i) {
    const Value item = tuple.items[i];
    result.add(is_simple_key(item) ? simple_hash(item) : TRY(hash(thread, item)));
  }
  return result.finish(tuple.size);
}

Value compare_tuples(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_tuple(left) || !is_tuple(right)) return NotImplemented;
  const Tuple &a = *left.as<Tuple>(), &b = *right.as<Tuple>();
  const size_t common = std::min(a.size, b.size);
  for (size_t i = 0; i < common; ++i) {
    if (a.items[i] == b.items[i] || TRY(is_equal(thread, a.items[i], b.items[i]))) continue;
    if (op == CompareOp::Equal) return False;
    if (op == CompareOp::NotEqual) return True;
    return compare(thread, a.items[i], b.items[i], op);
  }
  return compare_sizes(a.size, b.size, op);
}

Result<size_t> length_of(Thread&, Value self) { return self.as<Tuple>()->size; }

Value item_at(Thread& thread, Value self, int64_t index) {
  const Tuple& tuple = *self.as<Tuple>();
  if (static_cast<uint64_t>(index) >= tuple.size) {
    return raise(thread, IndexError, "tuple index out of range");
  }
  return tuple.items[index];
}

Value subscript(Thread& thread, Value self, Value key) {
  const Tuple& tuple = *self.as<Tuple>();
  const int64_t size = static_cast<int64_t>(tuple.size);
  if (key.is_int() || is_index(key)) {
    const int64_t index = key.is_int() ? key.as_int() : TRY(index_as_int64(thread, key, &IndexError));
    return item_at(thread, self, index < 0 ? index + size : index);
  }
  if (!is_slice(key)) {
    return raise(thread, TypeError, "tuple indices must be integers or slices, not {}", type_of(key));
  }
  const SliceRange range = TRY(slice_range(thread, *key.as<Slice>(), tuple.size));
  if (range.step == 1 && range.count == size && is_exact_tuple(self)) return self;
  if (range.count <= 0) return empty_tuple();
  if (range.step == 1) {
    Tuple* const part = try_make_tuple(tuple.items + range.start, static_cast<size_t>(range.count));
    return part ? Value(part) : Value(raise_memory_error(thread));
  }
  Tuple* result = allocate_tuple(static_cast<size_t>(range.count));
  if (!result) return raise_memory_error(thread);
  for (int64_t i = 0; i < range.count; ++i) result->items[i] = tuple.items[range.start + i * range.step];
  return Value(result);
}

Value concatenate_tuples(Thread& thread, Value left, Value right) {
  if (!is_tuple(right)) {
    return raise(thread, TypeError, "can only concatenate tuple (not \"{}\") to tuple", type_of(right));
  }
  const Tuple &a = *left.as<Tuple>(), &b = *right.as<Tuple>();
  if (b.size == 0 && is_exact_tuple(left)) return left;
  if (a.size == 0 && is_exact_tuple(right)) return right;
  Tuple* result = allocate_tuple(a.size + b.size);
  if (!result) return raise_memory_error(thread);
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), result->items));
  return Value(result);
}

Value repeated(Thread& thread, Value self, int64_t count) {
  const Tuple& tuple = *self.as<Tuple>();
  if (is_exact_tuple(self) && (tuple.size == 0 || count == 1)) return self;
  if (count <= 0 || tuple.size == 0) return empty_tuple();
  if (static_cast<uint64_t>(count) > kMaxItems / tuple.size) return raise_memory_error(thread);
  Tuple* result = allocate_tuple(tuple.size * static_cast<size_t>(count));
  if (!result) return raise_memory_error(thread);
  for (Value* to = result->items; to != result->end(); to += tuple.size) {
    std::copy(tuple.begin(), tuple.end(), to);
  }
  return Value(result);
}

Result<bool> has_item(Thread& thread, Value self, Value item) {
  const Tuple& tuple = *self.as<Tuple>();
  for (size_t i = 0; i < tuple.size; ++i) {
    if (TRY(is_equal(thread, tuple.items[i], item))) return true;
  }
  return false;
}

Value get_new_arguments(Thread&, Tuple& self) {
  return Value(make_tuple({Value(make_tuple(self.items, self.size))}));
}

Result<int64_t> count_equal(Thread& thread, Tuple& self, Value wanted) {
  int64_t found = 0;
  for (size_t i = 0; i < self.size; ++i) found += TRY(is_equal(thread, self.items[i], wanted));
  return found;
}

// Sequence operation s.index(x[, i[, j]]).
Result<int64_t> index_of(Thread& thread, Tuple& self, Value wanted, Value first, Value last) {
  const int64_t size = static_cast<int64_t>(self.size);
  const int64_t start = TRY(search_bound(thread, first, 0, self.size));
  const int64_t stop = TRY(search_bound(thread, last, INT64_MAX, self.size));
  for (int64_t i = start; i < stop && i < size; ++i) {
    if (TRY(is_equal(thread, self.items[i], wanted))) return i;
  }
  return raise(thread, ValueError, "tuple.index(x): x not in tuple");
}

const MethodRow tuple_methods[] = {
    method<get_new_arguments>("__getnewargs__($self, /)", ""),
    method<index_of>("index($self, value, start=0, stop=sys.maxsize, /)",
                     "Position of the first item equal to value.\n\nValueError if there is none."),
    method<count_equal>("count($self, value, /)", "How many items are equal to value."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

Value next_item(Thread&, Value self) {
  TupleIterator& iterator = *self.as<TupleIterator>();
  if (!iterator.tuple) return Unbound;
  if (iterator.position < iterator.tuple->size) return iterator.tuple->items[iterator.position++];
  iterator.tuple = nullptr;
  return Unbound;
}

int64_t items_left(TupleIterator& self) {
  return self.tuple ? static_cast<int64_t>(self.tuple->size - self.position) : 0;
}

Value reduce_iterator(Thread& thread, TupleIterator& self) {
  if (!self.tuple) return reduce_to(thread, "iter", empty_tuple());
  return reduce_to(thread, "iter", Value(self.tuple), make_int(static_cast<int64_t>(self.position)));
}

void set_position(TupleIterator& self, int64_t position) {
  if (!self.tuple) return;
  self.position = std::min(static_cast<size_t>(std::max<int64_t>(position, 0)), self.tuple->size);
}

const MethodRow iterator_methods[] = {
    method<items_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_iterator>("!__reduce__($self, /)", "What pickle needs."),
    method<set_position>("!__setstate__($self, position, /)", "Set the position, for unpickling."),
};

Value same(Thread&, Value self) { return self; }

}  // namespace

Value compare_sizes(size_t left, size_t right, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return Value::from_bool(left < right);
    case CompareOp::LessEqual: return Value::from_bool(left <= right);
    case CompareOp::Equal: return Value::from_bool(left == right);
    case CompareOp::NotEqual: return Value::from_bool(left != right);
    case CompareOp::Greater: return Value::from_bool(left > right);
    case CompareOp::GreaterEqual: return Value::from_bool(left >= right);
  }
  MP_UNREACHABLE();
}

Tuple* allocate_tuple(size_t size) {
  if (size == 0) return empty_tuple();
  if (size > kMaxItems) return nullptr;
  const size_t bytes = sizeof(Tuple) + size * sizeof(Value);
  void* cell = gc_allocate_object(bytes);
  if (!cell) return nullptr;
  Tuple* tuple = initialize_header<Tuple>(cell, shape_of_kind(Kind::Tuple), Kind::Tuple, size + 1);
  tuple->size = size;
  return tuple;
}

Tuple* try_make_tuple(const Value* items, size_t size) {
  if (size == 0) return empty_tuple();
  Tuple* tuple;
  if (holds_pointer(items, size)) {
    tuple = allocate_tuple(size);
    if (!tuple) return nullptr;
  } else {
    void* const cell = gc_allocate_leaf(sizeof(Tuple) + size * sizeof(Value));
    if (!cell) return nullptr;
    tuple = initialize_header<Tuple>(cell, shape_of_kind(Kind::Tuple), Kind::Tuple, 0);
    tuple->size = size;
  }
  std::copy(items, items + size, tuple->items);
  return tuple;
}

Tuple* make_tuple(const Value* items, size_t size) {
  Tuple* const tuple = try_make_tuple(items, size);
  if (!tuple) die("out of memory for a tuple", __FILE__, __LINE__);
  return tuple;
}

Tuple* make_tuple(std::initializer_list<Value> items) { return make_tuple(items.begin(), items.size()); }

Tuple* empty_tuple() {
  if (!the_empty_tuple) the_empty_tuple = allocate<Tuple>();
  return the_empty_tuple;
}

void adopt_empty_tuple(Tuple& tuple) { the_empty_tuple = &tuple; }

Tuple* tuple_slice(const Tuple& tuple, size_t start, size_t end) {
  return start < end ? make_tuple(tuple.items + start, end - start) : empty_tuple();
}

Value iterate_tuple(Thread&, Value tuple) {
  TupleIterator* iterator = allocate<TupleIterator>();
  iterator->tuple = tuple.as<Tuple>();
  return Value(iterator);
}

void define_tuple_types() {
  TypeSlots slots{};
  slots.repr = repr_of;
  slots.hash = hash_items;
  slots.compare = compare_tuples;
  slots.iterate = iterate_tuple;
  slots.make = make;
  slots.map_length = slots.sequence_length = length_of;
  slots.map_item = subscript;
  slots.sequence_item = item_at;
  slots.concatenate = concatenate_tuples;
  slots.repeat = repeated;
  slots.contains = has_item;
  define_type(Kind::Tuple, {
      .doc = "tuple(iterable=(), /)\n--\n\nAn immutable sequence.\n\n"
             "Without an argument the empty tuple; a tuple is returned as it is.",
      .instance_bytes = sizeof(Tuple),
      .flags = Type::kBaseType | Type::kVariableSize | Type::kTuple | Type::kIsSequencePattern |
               Type::kSelfPattern,
      .slots = slots,
      .methods = tuple_methods,
      .item_size = sizeof(Value),
  });

  TypeSlots iterator{};
  iterator.iterate = same;
  iterator.next = next_item;
  define_type(Kind::TupleIterator, {
      .instance_bytes = sizeof(TupleIterator),
      .flags = Type::kDisallowInstantiation,
      .slots = iterator,
      .methods = iterator_methods,
  });
}

}  // namespace minipy
