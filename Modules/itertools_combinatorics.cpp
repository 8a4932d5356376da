// product, permutations, combinations and combinations_with_replacement.
#include <algorithm>

#include "Modules/itertools.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// All four choose items by positions that count up like an odometer.
struct Choosing : Object {
  Tuple* pools;       // product: of tuples; else the one pool
  int64_t* positions; // of the last result
  int64_t* cycles;    // permutations only
  size_t pool_size, length;
  bool started, stopped;
};

Choosing& as_choosing(Value v) { return *v.as<Choosing>(); }

int64_t* make_numbers(size_t count) {
  return static_cast<int64_t*>(gc_allocate_leaf_buffer(std::max<size_t>(count, 1) * sizeof(int64_t)));
}

Choosing* make_choosing(Thread& thread, Type& type, Tuple* pools, size_t numbers, size_t length) {
  int64_t* positions = make_numbers(numbers);
  if (!positions) {
    (void)raise_memory_error(thread);
    return nullptr;
  }
  Choosing* made = allocate_instance_as<Choosing>(type);
  if (!made) return nullptr;
  made->pools = pools;
  made->positions = positions;
  made->pool_size = pools->size;
  made->length = length;
  return made;
}

Value chosen(Thread& thread, const Choosing& choosing) {
  Tuple* result = allocate_tuple(choosing.length);
  if (!result) return raise_memory_error(thread);
  for (size_t i = 0; i < choosing.length; ++i) result->items[i] = choosing.pools->items[choosing.positions[i]];
  return Value(result);
}

Value numbers_tuple(const int64_t* numbers, size_t count) {
  Tuple* tuple = allocate_tuple(count);
  for (size_t i = 0; i < count; ++i) tuple->items[i] = make_int(numbers[i]);
  return Value(tuple);
}

Value finish(Choosing& choosing) {
  choosing.stopped = true;
  return Unbound;
}

// The numbers of a pickled state, each clamped by `clamp(position, number)`.
template <typename Clamp>
Status read_numbers(Thread& thread, Value state, size_t count, int64_t* numbers, Clamp&& clamp) {
  if (!is_tuple(state) || state.as<Tuple>()->size != count) return raise(thread, ValueError, "invalid arguments");
  for (size_t i = 0; i < count; ++i) {
    const int64_t number = TRY(argument_int64(thread, state.as<Tuple>()->items[i]));
    numbers[i] = clamp(static_cast<int64_t>(i), number);
  }
  return nothing;
}

int64_t size_of(Choosing& self) {
  return static_cast<int64_t>(sizeof(Choosing) + self.length * sizeof(int64_t));
}

// --- product ---

const Tuple& pool_of(const Choosing& choosing, size_t i) { return *choosing.pools->items[i].as<Tuple>(); }

Result<int64_t> product_repeat(Thread& thread, const Value* values, Value keyword_names) {
  if (keyword_names.is_empty() || keyword_names.as<Tuple>()->size == 0) return int64_t{1};
  const Tuple& names = *keyword_names.as<Tuple>();
  if (names.size > 1) {
    return raise(thread, TypeError, "product() takes at most 1 keyword argument ({} given)", names.size);
  }
  for (const Value name : names.view()) {
    if (!equal(name.as<Str>(), "repeat")) {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for product()", name);
    }
  }
  const int64_t repeat = TRY(argument_int64(thread, values[0]));
  if (repeat < 0) return raise(thread, ValueError, "repeat argument cannot be negative");
  return repeat;
}

Value make_product(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const size_t repeat = static_cast<size_t>(TRY(product_repeat(thread, arguments + count, keyword_names)));
  if (count > 0 && repeat > (size_t{1} << 44) / count) return raise(thread, OverflowError, "repeat argument too large");
  const size_t length = count * repeat;
  Tuple* pools = allocate_tuple(length);
  if (!pools) return raise_memory_error(thread);
  bool has_empty_pool = false;
  if (repeat > 0) {
    for (size_t i = 0; i < count; ++i) {
      Tuple* pool = TRY(tuple_of(thread, arguments[i]));
      has_empty_pool |= pool->size == 0;
      pools->items[i] = Value(pool);
    }
    for (size_t i = count; i < length; ++i) pools->items[i] = pools->items[i - count];
  }
  Choosing* made = make_choosing(thread, type, pools, length, length);
  if (!made) return error;
  std::fill(made->positions, made->positions + length, 0);
  made->stopped = has_empty_pool;
  return Value(made);
}

bool advance_product(Choosing& choosing) {
  for (size_t i = choosing.length; i-- > 0;) {
    if (++choosing.positions[i] < static_cast<int64_t>(pool_of(choosing, i).size)) return true;
    choosing.positions[i] = 0;
  }
  return false;
}

Value next_product(Thread& thread, Value self) {
  Choosing& choosing = as_choosing(self);
  if (choosing.stopped) return Unbound;
  if (choosing.started && !advance_product(choosing)) return finish(choosing);
  choosing.started = true;
  Tuple* result = allocate_tuple(choosing.length);
  if (!result) return raise_memory_error(thread);
  for (size_t i = 0; i < choosing.length; ++i) {
    result->items[i] = pool_of(choosing, i).items[choosing.positions[i]];
  }
  return Value(result);
}

Value reduce_product(Choosing& self) {
  if (self.stopped) return tuple_of_values(own_type(self), tuple_of_values(empty_tuple()));
  if (!self.started) return tuple_of_values(own_type(self), self.pools);
  return tuple_of_values(own_type(self), self.pools, numbers_tuple(self.positions, self.length));
}

Status set_product_state(Thread& thread, Choosing& self, Value state) {
  for (size_t i = 0; i < self.length; ++i) {
    if (pool_of(self, i).size == 0) {
      self.stopped = true;
      return nothing;
    }
  }
  TRY(read_numbers(thread, state, self.length, self.positions, [&](int64_t i, int64_t number) {
    const int64_t last = static_cast<int64_t>(pool_of(self, static_cast<size_t>(i)).size) - 1;
    return std::clamp<int64_t>(number, 0, last);
  }));
  self.started = true;
  return nothing;
}

// --- combinations, with and without replacement ---

const MethodRow combinations_row = constructor("combinations(iterable, r)");
const MethodRow with_replacement_row = constructor("combinations_with_replacement(iterable, r)");

template <bool with_replacement>
Value make_combinations(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, with_replacement ? with_replacement_row : combinations_row, arguments, count, keyword_names, values));
  const int64_t length = TRY(argument_int64(thread, values[1]));
  Tuple* pool = TRY(tuple_of(thread, values[0]));
  if (length < 0) return raise(thread, ValueError, "r must be non-negative");
  const size_t size = static_cast<size_t>(length);
  Choosing* made = make_choosing(thread, type, pool, size, size);
  if (!made) return error;
  for (size_t i = 0; i < size; ++i) made->positions[i] = with_replacement ? 0 : static_cast<int64_t>(i);
  made->stopped = with_replacement ? pool->size == 0 && size > 0 : size > pool->size;
  return Value(made);
}

template <bool with_replacement>
bool advance_combination(Choosing& choosing) {
  const int64_t length = static_cast<int64_t>(choosing.length), size = static_cast<int64_t>(choosing.pool_size);
  int64_t i = length - 1;
  while (i >= 0 && choosing.positions[i] == (with_replacement ? size - 1 : i + size - length)) --i;
  if (i < 0) return false;
  const int64_t position = ++choosing.positions[i];
  for (int64_t j = i + 1; j < length; ++j) {
    choosing.positions[j] = with_replacement ? position : choosing.positions[j - 1] + 1;
  }
  return true;
}

template <bool with_replacement>
Value next_combination(Thread& thread, Value self) {
  Choosing& choosing = as_choosing(self);
  if (choosing.stopped) return Unbound;
  if (choosing.started && !advance_combination<with_replacement>(choosing)) return finish(choosing);
  choosing.started = true;
  return chosen(thread, choosing);
}

Value reduce_combinations(Choosing& self) {
  const Value length = make_int(static_cast<int64_t>(self.length));
  if (!self.started) return tuple_of_values(own_type(self), tuple_of_values(self.pools, length));
  if (self.stopped) return tuple_of_values(own_type(self), tuple_of_values(empty_tuple(), length));
  return tuple_of_values(own_type(self), tuple_of_values(self.pools, length),
                         numbers_tuple(self.positions, self.length));
}

template <bool with_replacement>
Status set_combinations_state(Thread& thread, Choosing& self, Value state) {
  const int64_t size = static_cast<int64_t>(self.pool_size), length = static_cast<int64_t>(self.length);
  TRY(read_numbers(thread, state, self.length, self.positions, [&](int64_t i, int64_t number) {
    return std::max<int64_t>(0, std::min(number, with_replacement ? size - 1 : i + size - length));
  }));
  self.started = true;
  return nothing;
}

// --- permutations ---

const MethodRow permutations_row = constructor("permutations(iterable, r=None)");

Value make_permutations(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, permutations_row, arguments, count, keyword_names, values));
  Tuple* pool = TRY(tuple_of(thread, values[0]));
  int64_t length = static_cast<int64_t>(pool->size);
  if (!values[1].is_none()) {
    if (!is_any_int(values[1])) return raise(thread, TypeError, "Expected int as r");
    length = TRY(argument_int64(thread, values[1]));
    if (length < 0) return raise(thread, ValueError, "r must be non-negative");
  }
  const size_t size = static_cast<size_t>(length);
  Choosing* made = make_choosing(thread, type, pool, pool->size, size);
  if (!made) return error;
  made->cycles = make_numbers(size);
  if (!made->cycles) return raise_memory_error(thread);
  for (size_t i = 0; i < pool->size; ++i) made->positions[i] = static_cast<int64_t>(i);
  for (size_t i = 0; i < size; ++i) made->cycles[i] = static_cast<int64_t>(pool->size) - static_cast<int64_t>(i);
  made->stopped = size > pool->size;
  return Value(made);
}

// The algorithm of the reference: each place has a counter of the choices that are left to it.
bool advance_permutation(Choosing& choosing) {
  const int64_t size = static_cast<int64_t>(choosing.pool_size);
  for (int64_t i = static_cast<int64_t>(choosing.length) - 1; i >= 0; --i) {
    int64_t* positions = choosing.positions;
    if (--choosing.cycles[i] == 0) {
      std::rotate(positions + i, positions + i + 1, positions + size);
      choosing.cycles[i] = size - i;
    } else {
      std::swap(positions[i], positions[size - choosing.cycles[i]]);
      return true;
    }
  }
  return false;
}

Value next_permutation(Thread& thread, Value self) {
  Choosing& choosing = as_choosing(self);
  if (choosing.stopped) return Unbound;
  if (choosing.started && (choosing.pool_size == 0 || !advance_permutation(choosing))) return finish(choosing);
  choosing.started = true;
  return chosen(thread, choosing);
}

Value reduce_permutations(Choosing& self) {
  const Value length = make_int(static_cast<int64_t>(self.length));
  if (!self.started) return tuple_of_values(own_type(self), tuple_of_values(self.pools, length));
  if (self.stopped) return tuple_of_values(own_type(self), tuple_of_values(empty_tuple(), length));
  return tuple_of_values(own_type(self), tuple_of_values(self.pools, length),
                         tuple_of_values(numbers_tuple(self.positions, self.pool_size),
                                         numbers_tuple(self.cycles, self.length)));
}

Status set_permutations_state(Thread& thread, Choosing& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state is not a tuple");
  const Tuple& parts = *state.as<Tuple>();
  if (parts.size != 2 || !is_tuple(parts.items[0]) || !is_tuple(parts.items[1])) {
    return raise(thread, ValueError, "invalid arguments");
  }
  const int64_t size = static_cast<int64_t>(self.pool_size);
  if (parts.items[1].as<Tuple>()->size != self.length) return raise(thread, ValueError, "invalid arguments");
  TRY(read_numbers(thread, parts.items[0], self.pool_size, self.positions, [&](int64_t, int64_t number) {
    return std::clamp<int64_t>(number, 0, size - 1);
  }));
  TRY(read_numbers(thread, parts.items[1], self.length, self.cycles, [&](int64_t i, int64_t number) {
    return std::max<int64_t>(1, std::min(number, size - i));
  }));
  self.started = true;
  return nothing;
}

constexpr const char* kReduceDoc = "What pickle needs.";
constexpr const char* kStateDoc = "For unpickling.";
constexpr MethodRow size_row = method<size_of>("!__sizeof__($self, /)", "Bytes of memory.");

const MethodRow product_methods[] = {
    method<reduce_product>("!__reduce__($self, /)", kReduceDoc),
    method<set_product_state>("!__setstate__($self, state, /)", kStateDoc),
    size_row,
};
template <bool with_replacement>
const MethodRow combinations_methods[] = {
    method<reduce_combinations>("!__reduce__($self, /)", kReduceDoc),
    method<set_combinations_state<with_replacement>>("!__setstate__($self, state, /)", kStateDoc),
    size_row,
};
const MethodRow permutations_methods[] = {
    method<reduce_permutations>("!__reduce__($self, /)", kReduceDoc),
    method<set_permutations_state>("!__setstate__($self, state, /)", kStateDoc),
    size_row,
};

}  // namespace

void define_combinatoric_iterators() {
  define_iterator({ModuleKind::ItertoolsProduct,
                   "product(*iterables, repeat=1) --> product object\n\n"
                   "Tuples of one item from each iterable, in all ways, as nested loops give them.",
                   sizeof(Choosing), make_product, next_product, product_methods});
  define_iterator({ModuleKind::ItertoolsCombinations,
                   "combinations(iterable, r)\n--\n\nThe ways to choose r items, in order.",
                   sizeof(Choosing), make_combinations<false>, next_combination<false>, combinations_methods<false>});
  define_iterator({ModuleKind::ItertoolsCombinationsWithReplacement,
                   "combinations_with_replacement(iterable, r)\n--\n\n"
                   "The ways to choose r items, in order, each as often as one likes.",
                   sizeof(Choosing), make_combinations<true>, next_combination<true>, combinations_methods<true>});
  define_iterator({ModuleKind::ItertoolsPermutations,
                   "permutations(iterable, r=None)\n--\n\nThe ways to arrange r of the items.",
                   sizeof(Choosing), make_permutations, next_permutation, permutations_methods});
}

}  // namespace minipy
