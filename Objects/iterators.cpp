// enumerate, zip, map, filter, reversed, and what iter() makes of sequences and callables.
// Library reference, "Built-in Functions".
#include "Objects/iterators.h"

#include <algorithm>

#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/native.h"

namespace minipy {
namespace {

Value same(Thread&, Value self) { return self; }

bool takes_no_keywords(const Type& type, Kind kind) {
  return &type == &type_of_kind(kind) || !has_own_init(type, kind);
}

// (iter(a), iter(b), ...)
Result<Tuple*> iterators_of(Thread& thread, const Value* iterables, size_t count) {
  Tuple* iterators = allocate_tuple(count);
  if (!iterators) return raise_memory_error(thread);
  for (size_t i = 0; i < count; ++i) iterators->items[i] = TRY(iterate(thread, iterables[i]));
  return iterators;
}

// --- enumerate ---

// The values of the named parameters from a call; names that are not among them are errors.
Status collect_enumerate_arguments(Thread& thread, const Value* arguments, size_t count,
                                   Value keyword_names, Value& iterable, Value& start) {
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  if (count + keywords > 2) {
    return raise(thread, TypeError, "enumerate() takes at most 2 arguments ({} given)", count + keywords);
  }
  if (count > 0) iterable = arguments[0];
  if (count > 1) start = arguments[1];
  for (size_t i = 0; i < keywords; ++i) {
    const Str* name = keyword_names.as<Tuple>()->items[i].as<Str>();
    if (equal(name, "iterable") && iterable.is_empty()) {
      iterable = arguments[count + i];
    } else if (equal(name, "start") && start.is_empty()) {
      start = arguments[count + i];
    } else {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for enumerate()", name);
    }
  }
  if (iterable.is_empty()) {
    return raise(thread, TypeError, "enumerate() missing required argument 'iterable'");
  }
  return nothing;
}

Value make_enumerate(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value iterable, start;
  TRY(collect_enumerate_arguments(thread, arguments, count, keyword_names, iterable, start));
  const Value first = start.is_empty() ? Value::from_int(0) : TRY(number_index(thread, start));
  const Value iterator = TRY(iterate(thread, iterable));
  Enumerate* made = allocate_instance_as<Enumerate>(type);
  if (!made) return error;
  made->iterator = iterator;
  made->count = first;
  return Value(made);
}

Value next_numbered(Thread& thread, Value self) {
  Enumerate& enumerate = *self.as<Enumerate>();
  const Value item = TRY(next_item(thread, enumerate.iterator));
  if (item.is_unbound()) return Unbound;
  return Value(make_tuple({take_number(enumerate), item}));
}

Value reduce_enumerate(Thread&, Enumerate& self) {
  return Value(make_tuple({Value(&type_of(Value(&self))), Value(make_tuple({self.iterator, self.count}))}));
}

const MethodRow enumerate_methods[] = {
    method<reduce_enumerate>("!__reduce__($self, /)", "What pickle needs."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

// --- zip ---

Result<bool> zip_keywords(Thread& thread, const Value* values, Value keyword_names) {
  bool strict = false;
  if (keyword_names.is_empty()) return strict;
  for (const Value name : keyword_names.as<Tuple>()->view()) {
    if (!equal(name.as<Str>(), "strict")) {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for zip()", name);
    }
    strict = TRY(truth(thread, *values++));
  }
  return strict;
}

Value make_zip(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  bool strict = false;
  if (takes_no_keywords(type, Kind::Zip)) {
    strict = TRY(zip_keywords(thread, arguments + count, keyword_names));
  }
  Tuple* iterators = TRY(iterators_of(thread, arguments, count));
  Zip* zip = allocate_instance_as<Zip>(type);
  if (!zip) return error;
  zip->iterators = iterators;
  zip->strict = strict;
  return Value(zip);
}

Failure raise_zip_length(Thread& thread, size_t argument, std::string_view how) {
  if (argument == 1) return raise(thread, ValueError, "zip() argument 2 is {} than argument 1", how);
  return raise(thread, ValueError, "zip() argument {} is {} than arguments 1-{}", argument + 1, how, argument);
}

// Iterator `ended` (counted from 0) is exhausted: with strict=True all others must be too.
Value end_zip(Thread& thread, const Zip& zip, size_t ended) {
  if (!zip.strict) return Unbound;
  if (ended > 0) return raise_zip_length(thread, ended, "shorter");
  for (size_t i = 1; i < zip.iterators->size; ++i) {
    const Value item = TRY(next_item(thread, zip.iterators->items[i]));
    if (!item.is_unbound()) return raise_zip_length(thread, i, "longer");
  }
  return Unbound;
}

Value next_zipped(Thread& thread, Value self) {
  const Zip& zip = *self.as<Zip>();
  const size_t size = zip.iterators->size;
  if (size == 0) return Unbound;
  if (size == 2) {
    Value items[2];
    return TRY(next_zipped_pair(thread, zip, items)) ? Value(make_tuple(items, 2)) : Unbound;
  }
  Tuple* items = allocate_tuple(size);
  for (size_t i = 0; i < size; ++i) {
    const Value item = TRY(next_item(thread, zip.iterators->items[i]));
    if (item.is_unbound()) return end_zip(thread, zip, i);
    items->items[i] = item;
  }
  return Value(items);
}

Value reduce_zip(Thread&, Zip& self) {
  const Value type(&type_of(Value(&self)));
  if (self.strict) return Value(make_tuple({type, Value(self.iterators), True}));
  return Value(make_tuple({type, Value(self.iterators)}));
}

Status set_zip_state(Thread& thread, Zip& self, Value state) {
  self.strict = TRY(truth(thread, state));
  return nothing;
}

const MethodRow zip_methods[] = {
    method<reduce_zip>("!__reduce__($self, /)", "What pickle needs."),
    method<set_zip_state>("!__setstate__($self, state, /)", "Set strict, for unpickling."),
};

// --- map ---

Value make_map(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (takes_no_keywords(type, Kind::Map)) TRY(check_no_keywords(thread, "map", keyword_names));
  if (count < 2) return raise(thread, TypeError, "map() must have at least two arguments.");
  Tuple* iterators = TRY(iterators_of(thread, arguments + 1, count - 1));
  Map* map = allocate_instance_as<Map>(type);
  if (!map) return error;
  map->function = arguments[0];
  map->iterators = iterators;
  return Value(map);
}

Value next_mapped(Thread& thread, Value self) {
  const Map& map = *self.as<Map>();
  const size_t size = map.iterators->size;
  if (size == 1) {
    const Value item = TRY(next_item(thread, map.iterators->items[0]));
    return item.is_unbound() ? item : call(thread, map.function, &item, 1);
  }
  constexpr size_t kFew = 4;
  Value few[kFew];
  GcVector many;
  if (size > kFew) many.resize(size);
  Value* const items = size > kFew ? many.data() : few;
  for (size_t i = 0; i < size; ++i) {
    items[i] = TRY(next_item(thread, map.iterators->items[i]));
    if (items[i].is_unbound()) return items[i];
  }
  return call(thread, map.function, items, size);
}

Value reduce_map(Thread&, Map& self) {
  GcVector arguments;
  arguments.push_back(self.function);
  for (const Value iterator : self.iterators->view()) arguments.push_back(iterator);
  return Value(make_tuple({Value(&type_of(Value(&self))),
                           Value(make_tuple(arguments.data(), arguments.size()))}));
}

const MethodRow map_methods[] = {method<reduce_map>("!__reduce__($self, /)", "What pickle needs.")};

// --- filter ---

Value make_filter(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (takes_no_keywords(type, Kind::Filter)) TRY(check_no_keywords(thread, "filter", keyword_names));
  TRY(check_positional(thread, "filter", count, 2, 2));
  const Value iterator = TRY(iterate(thread, arguments[1]));
  Filter* filter = allocate_instance_as<Filter>(type);
  if (!filter) return error;
  filter->function = arguments[0];
  filter->iterator = iterator;
  return Value(filter);
}

Value next_filtered(Thread& thread, Value self) {
  const Filter& filter = *self.as<Filter>();
  const bool by_truth = filter.function.is_none() || filter.function == Value(&type_of_kind(Kind::Bool));
  for (;;) {
    const Value item = TRY(next_item(thread, filter.iterator));
    if (item.is_unbound()) return item;
    const Value verdict = by_truth ? item : TRY(call(thread, filter.function, &item, 1));
    if (TRY(truth(thread, verdict))) return item;
  }
}

Value reduce_filter(Thread&, Filter& self) {
  return Value(make_tuple({Value(&type_of(Value(&self))), Value(make_tuple({self.function, self.iterator}))}));
}

const MethodRow filter_methods[] = {method<reduce_filter>("!__reduce__($self, /)", "What pickle needs.")};

// --- reversed ---

Value make_reversed(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (takes_no_keywords(type, Kind::Reversed)) TRY(check_no_keywords(thread, "reversed", keyword_names));
  TRY(check_positional(thread, "reversed", count, 1, 1));
  const Value sequence = arguments[0];
  const Value method = TRY(lookup_special(thread, sequence, "__reversed__"));
  if (!method.is_unbound() && !method.is_none()) return call(thread, method);
  if (method.is_none() || !is_sequence(sequence)) {
    return raise(thread, TypeError, "'{}' object is not reversible", type_of(sequence));
  }
  const size_t size = TRY(length(thread, sequence));
  Reversed* reversed = allocate_instance_as<Reversed>(type);
  if (!reversed) return error;
  reversed->sequence = sequence;
  reversed->position = static_cast<int64_t>(size) - 1;
  return Value(reversed);
}

// Running out of range ends a sequence like its end does.
Value item_or_end(Thread& thread, Value& sequence, int64_t position) {
  const Value item = sequence_item(thread, sequence, position);
  if (!item.is_empty()) return item;
  if (!catch_exception(thread, IndexError) && !catch_exception(thread, StopIteration)) return error;
  sequence = Value();
  return Unbound;
}

Value next_reversed(Thread& thread, Value self) {
  Reversed& reversed = *self.as<Reversed>();
  if (reversed.sequence.is_empty()) return Unbound;
  if (reversed.position >= 0) return item_or_end(thread, reversed.sequence, reversed.position--);
  reversed.sequence = Value();
  return Unbound;
}

Value reversed_left(Thread& thread, Reversed& self) {
  if (self.sequence.is_empty()) return Value::from_int(0);
  const int64_t size = static_cast<int64_t>(TRY(length(thread, self.sequence)));
  return make_int(size < self.position + 1 ? 0 : self.position + 1);
}

Value reduce_reversed(Thread&, Reversed& self) {
  const Value type(&type_of(Value(&self)));
  if (self.sequence.is_empty()) return Value(make_tuple({type, Value(make_tuple({Value(empty_tuple())}))}));
  return Value(make_tuple({type, Value(make_tuple({self.sequence})), make_int(self.position)}));
}

Status set_reversed_state(Thread& thread, Reversed& self, int64_t position) {
  if (self.sequence.is_empty()) return nothing;
  const int64_t size = static_cast<int64_t>(TRY(length(thread, self.sequence)));
  self.position = std::clamp<int64_t>(position, -1, std::max<int64_t>(size - 1, -1));
  return nothing;
}

const MethodRow reversed_methods[] = {
    method<reversed_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_reversed>("!__reduce__($self, /)", "What pickle needs."),
    method<set_reversed_state>("!__setstate__($self, position, /)", "Set the position, for unpickling."),
};

// --- iter(sequence) ---

Value next_in_sequence(Thread& thread, Value self) {
  SequenceIterator& iterator = *self.as<SequenceIterator>();
  if (iterator.sequence.is_empty()) return Unbound;
  if (iterator.position == INT64_MAX) return raise(thread, OverflowError, "iter index too large");
  return item_or_end(thread, iterator.sequence, iterator.position++);
}

Value sequence_left(Thread& thread, SequenceIterator& self) {
  if (self.sequence.is_empty()) return Value::from_int(0);
  const TypeSlots& slots = type_of(self.sequence).slots;
  if (!slots.sequence_length && !slots.map_length) return NotImplemented;
  const int64_t size = static_cast<int64_t>(TRY(length(thread, self.sequence)));
  return make_int(std::max<int64_t>(0, size - self.position));
}

Value reduce_sequence_iterator(Thread& thread, SequenceIterator& self) {
  if (self.sequence.is_empty()) return reduce_to(thread, "iter", Value(empty_tuple()));
  return reduce_to(thread, "iter", self.sequence, make_int(self.position));
}

void set_sequence_position(SequenceIterator& self, int64_t position) {
  if (!self.sequence.is_empty()) self.position = std::max<int64_t>(position, 0);
}

const MethodRow sequence_iterator_methods[] = {
    method<sequence_left>("!__length_hint__($self, /)", "How many items are left, as far as is known."),
    method<reduce_sequence_iterator>("!__reduce__($self, /)", "What pickle needs."),
    method<set_sequence_position>("!__setstate__($self, position, /)", "Set the position, for unpickling."),
};

// --- iter(callable, sentinel) ---

Value next_from_callable(Thread& thread, Value self) {
  CallableIterator& iterator = *self.as<CallableIterator>();
  if (iterator.callable.is_empty()) return Unbound;
  const Value sentinel = iterator.sentinel;
  const Value result = call(thread, iterator.callable);
  if (result.is_empty()) {
    if (!catch_exception(thread, StopIteration)) return error;
  } else if (!iterator.callable.is_empty()) {
    // The call may have exhausted the iterator itself.
    if (!TRY(is_equal(thread, sentinel, result))) return result;
  }
  iterator.callable = iterator.sentinel = Value();
  return Unbound;
}

Value reduce_callable_iterator(Thread& thread, CallableIterator& self) {
  const Value function = TRY(builtin_function(thread, "iter"));
  if (self.callable.is_empty()) {
    return Value(make_tuple({function, Value(make_tuple({Value(empty_tuple())}))}));
  }
  return Value(make_tuple({function, Value(make_tuple({self.callable, self.sentinel}))}));
}

const MethodRow callable_iterator_methods[] = {
    method<reduce_callable_iterator>("!__reduce__($self, /)", "What pickle needs."),
};

void define_iterator(Kind kind, const char* doc, size_t bytes, NewSlot make, NextSlot next_slot,
                     std::span<const MethodRow> methods) {
  TypeSlots slots{};
  slots.iterate = same;
  slots.next = next_slot;
  slots.make = make;
  define_type(kind, {
      .doc = doc,
      .instance_bytes = bytes,
      .flags = make ? Type::kBaseType : Type::kDisallowInstantiation,
      .slots = slots,
      .methods = methods,
  });
}

}  // namespace

Value take_number(Enumerate& enumerate) {
  const Value number = enumerate.count;
  enumerate.count =
      number.is_int() ? make_int(number.as_int() + 1) : int_add(number, Value::from_int(1));
  return number;
}

Result<bool> next_zipped_pair(Thread& thread, const Zip& zip, Value* items) {
  for (size_t i = 0; i < 2; ++i) {
    items[i] = TRY(next_item(thread, zip.iterators->items[i]));
    if (!items[i].is_unbound()) continue;
    (void)TRY(end_zip(thread, zip, i));
    return false;
  }
  return true;
}

Value make_callable_iterator(Value callable, Value sentinel) {
  CallableIterator* iterator = allocate<CallableIterator>();
  iterator->callable = callable;
  iterator->sentinel = sentinel;
  return Value(iterator);
}

void define_iterator_types() {
  define_iterator(Kind::Enumerate,
                  "enumerate(iterable, start=0)\n--\n\nPairs of a number, counted from start, and an item:\n"
                  "(0, first), (1, second), ...",
                  sizeof(Enumerate), make_enumerate, next_numbered, enumerate_methods);
  define_iterator(Kind::Reversed,
                  "reversed(sequence, /)\n--\n\nThe items of a sequence from the last to the first.",
                  sizeof(Reversed), make_reversed, next_reversed, reversed_methods);
  define_iterator(Kind::Zip,
                  "zip(*iterables, strict=False) --> tuples of the first items, the second items, ...\n\n"
                  "   >>> list(zip('ab', [1, 2, 3]))\n   [('a', 1), ('b', 2)]\n\n"
                  "Ends with the shortest iterable; with strict=True it is a ValueError if another is longer.",
                  sizeof(Zip), make_zip, next_zipped, zip_methods);
  define_iterator(Kind::Map,
                  "map(func, *iterables) --> what func returns for the first items, the second items, ...\n\n"
                  "Ends with the shortest iterable.",
                  sizeof(Map), make_map, next_mapped, map_methods);
  define_iterator(Kind::Filter,
                  "filter(function or None, iterable) --> the items for which function(item) is true\n\n"
                  "With None: the items that are true.",
                  sizeof(Filter), make_filter, next_filtered, filter_methods);
  define_iterator(Kind::SequenceIterator, nullptr, sizeof(SequenceIterator), nullptr, next_in_sequence,
                  sequence_iterator_methods);
  define_iterator(Kind::CallableIterator, nullptr, sizeof(CallableIterator), nullptr, next_from_callable,
                  callable_iterator_methods);
}

}  // namespace minipy
