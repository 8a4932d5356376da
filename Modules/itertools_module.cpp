// itertools: the iterators that pass items on. Library reference, "itertools".
#include "Modules/itertools.h"

#include <algorithm>

#include "Modules/native_modules.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// --- accumulate ---

struct Accumulate : Object {
  Value iterator, function, total, initial;  // empty where there is none
};
const MethodRow accumulate_row = constructor("accumulate(iterable, func=None, *, initial=None)");

Value make_accumulate(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(bind(thread, accumulate_row, arguments, count, keyword_names, values));
  const Value iterator = TRY(iterate(thread, values[0]));
  Accumulate* made = allocate_instance_as<Accumulate>(type);
  if (!made) return error;
  made->iterator = iterator;
  if (!values[1].is_none()) made->function = values[1];
  if (!values[2].is_none()) made->initial = values[2];
  return Value(made);
}

Value next_accumulated(Thread& thread, Value self) {
  Accumulate& accumulate = *self.as<Accumulate>();
  if (!accumulate.initial.is_empty()) {
    accumulate.total = accumulate.initial;
    accumulate.initial = Value();
    return accumulate.total;
  }
  const Value item = TRY(next_item(thread, accumulate.iterator));
  if (item.is_unbound()) return item;
  if (accumulate.total.is_empty()) {
    accumulate.total = item;
  } else if (accumulate.function.is_empty()) {
    accumulate.total = TRY(number_add(thread, accumulate.total, item));
  } else {
    accumulate.total = TRY(call(thread, accumulate.function, {accumulate.total, item}));
  }
  return accumulate.total;
}

Value make_chain_of(Thread& thread, Value first, Value rest) {
  return call(thread, Value(&type_of_kind(ModuleKind::ItertoolsChain)), {tuple_of_values(first), rest});
}

Value reduce_accumulate(Thread& thread, Accumulate& self) {
  const Value function = self.function.is_empty() ? None : self.function;
  if (!self.initial.is_empty()) {
    const Value items = TRY(make_chain_of(thread, self.initial, self.iterator));
    return tuple_of_values(own_type(self), tuple_of_values(items, function), None);
  }
  if (self.total.is_none()) {
    // None as a state means "no total yet", so feed it in again and skip it.
    const Value items = TRY(make_chain_of(thread, None, self.iterator));
    const Value again = TRY(call(thread, own_type(self), {items, function}));
    return tuple_of_values(Value(&type_of_kind(ModuleKind::ItertoolsIslice)),
                           tuple_of_values(again, Value::from_int(1), None));
  }
  return tuple_of_values(own_type(self), tuple_of_values(self.iterator, function),
                         self.total.is_empty() ? None : self.total);
}
void set_accumulate_state(Accumulate& self, Value total) { self.total = total; }

const MethodRow accumulate_methods[] = {
    method<reduce_accumulate>("!__reduce__($self, /)", "What pickle needs."),
    method<set_accumulate_state>("!__setstate__($self, state, /)", "For unpickling."),
};

// --- chain ---

struct Chain : Object {
  Value source, active;  // empty once exhausted, before the first iterable
};

Value new_chain(Thread& thread, Type& type, Value iterables) {
  const Value source = TRY(iterate(thread, iterables));
  Chain* chain = allocate_instance_as<Chain>(type);
  if (!chain) return error;
  chain->source = source;
  return Value(chain);
}

Value make_chain(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_plain_arguments(thread, type, ModuleKind::ItertoolsChain, "chain", count, 0, npos, keyword_names));
  return new_chain(thread, type, Value(make_tuple(arguments, count)));
}

Value next_in_chain(Thread& thread, Value self) {
  Chain& chain = *self.as<Chain>();
  while (!chain.source.is_empty()) {
    if (chain.active.is_empty()) {
      const Value iterable = next_item(thread, chain.source);
      if (iterable.is_empty() || iterable.is_unbound()) {
        chain.source = Value();
        return iterable;
      }
      const Value active = iterate(thread, iterable);
      if (active.is_empty()) chain.source = Value();
      chain.active = TRY(active);
    }
    const Value item = TRY(next_item(thread, chain.active));
    if (!item.is_unbound()) return item;
    chain.active = Value();
  }
  return Unbound;
}

Value reduce_chain(Chain& self) {
  const Value no_arguments(empty_tuple());
  if (self.source.is_empty()) return tuple_of_values(own_type(self), no_arguments);
  if (self.active.is_empty()) return tuple_of_values(own_type(self), no_arguments, tuple_of_values(self.source));
  return tuple_of_values(own_type(self), no_arguments, tuple_of_values(self.source, self.active));
}

Status set_chain_state(Thread& thread, Chain& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state is not a tuple");
  const Tuple& parts = *state.as<Tuple>();
  TRY(check_positional(thread, "function", parts.size, 1, 2));
  if (!is_iterator(parts.items[0]) || (parts.size == 2 && !is_iterator(parts.items[1]))) {
    return raise(thread, TypeError, "Arguments must be iterators.");
  }
  self.source = parts.items[0];
  self.active = parts.size == 2 ? parts.items[1] : Value();
  return nothing;
}

const MethodRow chain_methods[] = {
    class_method<new_chain>("from_iterable($type, iterable, /)", "A chain of the iterables that iterable gives."),
    method<reduce_chain>("!__reduce__($self, /)", "What pickle needs."),
    method<set_chain_state>("!__setstate__($self, state, /)", "For unpickling."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

// --- compress ---

struct Compress : Object {
  Value data, selectors;
};
const MethodRow compress_row = constructor("compress(data, selectors)");

Value make_compress(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, compress_row, arguments, count, keyword_names, values));
  const Value data = TRY(iterate(thread, values[0])), selectors = TRY(iterate(thread, values[1]));
  Compress* made = allocate_instance_as<Compress>(type);
  if (!made) return error;
  made->data = data;
  made->selectors = selectors;
  return Value(made);
}

Value next_selected(Thread& thread, Value self) {
  const Compress& compress = *self.as<Compress>();
  for (;;) {
    const Value item = TRY(next_item(thread, compress.data));
    if (item.is_unbound()) return item;
    const Value selector = TRY(next_item(thread, compress.selectors));
    if (selector.is_unbound()) return selector;
    if (TRY(truth(thread, selector))) return item;
  }
}

Value reduce_compress(Compress& self) {
  return tuple_of_values(own_type(self), tuple_of_values(self.data, self.selectors));
}
const MethodRow compress_methods[] = {method<reduce_compress>("!__reduce__($self, /)", "What pickle needs.")};

// --- count ---

struct Count : Object {
  Value number, step;
};
const MethodRow count_row = constructor("count(start=0, step=1)");

bool is_number(Value v) {
  const TypeSlots& slots = type_of(v).slots;
  return slots.index || slots.to_int || slots.to_float || has_kind(v, Kind::Complex);
}

Value make_count(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, count_row, arguments, count, keyword_names, values));
  if (!is_number(values[0]) || !is_number(values[1])) return raise(thread, TypeError, "a number is required");
  Count* made = allocate_instance_as<Count>(type);
  if (!made) return error;
  made->number = values[0];
  made->step = values[1];
  return Value(made);
}

Value next_number(Thread& thread, Value self) {
  Count& count = *self.as<Count>();
  const Value number = count.number;
  count.number = both_ints(number, count.step) ? make_int(number.as_int() + count.step.as_int())
                                               : TRY(number_add(thread, number, count.step));
  return number;
}

bool has_unit_step(const Count& count) { return count.step == Value::from_int(1); }

Value repr_count(Thread& thread, Value self) {
  const Count& count = *self.as<Count>();
  const Str* name = type_of(self).name;
  if (has_unit_step(count)) return format_message(thread, "{}({})", {name, Repr{count.number}});
  return format_message(thread, "{}({}, {})", {name, Repr{count.number}, Repr{count.step}});
}

Value reduce_count(Count& self) {
  return tuple_of_values(own_type(self), has_unit_step(self) ? tuple_of_values(self.number)
                                                             : tuple_of_values(self.number, self.step));
}
const MethodRow count_methods[] = {method<reduce_count>("!__reduce__($self, /)", "What pickle needs.")};

// --- cycle ---

struct Cycle : Object {
  Value iterator;  // empty once exhausted
  List* saved;
  size_t position;
  bool all_saved;  // what the iterator still gives has been saved already
};

Value make_cycle(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_plain_arguments(thread, type, ModuleKind::ItertoolsCycle, "cycle", count, 1, 1, keyword_names));
  const Value iterator = TRY(iterate(thread, arguments[0]));
  Cycle* made = allocate_instance_as<Cycle>(type);
  if (!made) return error;
  made->iterator = iterator;
  made->saved = make_list();
  return Value(made);
}

Value next_in_cycle(Thread& thread, Value self) {
  Cycle& cycle = *self.as<Cycle>();
  if (!cycle.iterator.is_empty()) {
    const Value item = TRY(next_item(thread, cycle.iterator));
    if (!item.is_unbound()) {
      if (!cycle.all_saved) TRY(list_append(thread, *cycle.saved, item));
      return item;
    }
    cycle.iterator = Value();
  }
  if (cycle.saved->size == 0) return Unbound;
  if (cycle.position >= cycle.saved->size) cycle.position = 0;
  return cycle.saved->at(cycle.position++);
}

Value reduce_cycle(Thread& thread, Cycle& self) {
  if (!self.iterator.is_empty()) {
    return tuple_of_values(own_type(self), tuple_of_values(self.iterator),
                           tuple_of_values(self.saved, Value::from_bool(self.all_saved)));
  }
  const Value iterator = TRY(iterate(thread, Value(self.saved)));
  if (self.position != 0) {
    (void)TRY(call_method(thread, iterator, "__setstate__", {make_int(static_cast<int64_t>(self.position))}));
  }
  return tuple_of_values(own_type(self), tuple_of_values(iterator), tuple_of_values(self.saved, True));
}

Status set_cycle_state(Thread& thread, Cycle& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state is not a tuple");
  const Tuple& parts = *state.as<Tuple>();
  if (parts.size != 2) {
    return raise(thread, TypeError, "function takes exactly 2 arguments ({} given)", parts.size);
  }
  if (!is_list(parts.items[0])) {
    return raise(thread, TypeError, "argument 1 must be list, not {}", argument_kind(parts.items[0]));
  }
  const int64_t all_saved = TRY(argument_int(thread, parts.items[1]));
  self.saved = parts.items[0].as<List>();
  self.all_saved = all_saved != 0;
  self.position = 0;
  return nothing;
}

const MethodRow cycle_methods[] = {
    method<reduce_cycle>("!__reduce__($self, /)", "What pickle needs."),
    method<set_cycle_state>("!__setstate__($self, state, /)", "For unpickling."),
};

// --- dropwhile, takewhile, filterfalse, starmap: a function and an iterator ---

struct Filtering : Object {
  Value function, iterator;
  bool decided;  // dropwhile: no longer dropping; takewhile: at the end
};

template <Kind kind>
constexpr const char* filtering_name() {
  return kind == ModuleKind::ItertoolsDropwhile     ? "dropwhile"
         : kind == ModuleKind::ItertoolsTakewhile   ? "takewhile"
         : kind == ModuleKind::ItertoolsFilterfalse ? "filterfalse"
                                              : "starmap";
}

template <Kind kind>
Value make_filtering(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_plain_arguments(thread, type, kind, filtering_name<kind>(), count, 2, 2, keyword_names));
  const Value iterator = TRY(iterate(thread, arguments[1]));
  Filtering* made = allocate_instance_as<Filtering>(type);
  if (!made) return error;
  made->function = arguments[0];
  made->iterator = iterator;
  return Value(made);
}

Result<bool> accepts(Thread& thread, const Filtering& filtering, Value item) {
  return truth(thread, TRY(call(thread, filtering.function, &item, 1)));
}

Value next_after_drop(Thread& thread, Value self) {
  Filtering& filtering = *self.as<Filtering>();
  for (;;) {
    const Value item = TRY(next_item(thread, filtering.iterator));
    if (item.is_unbound() || filtering.decided) return item;
    if (TRY(accepts(thread, filtering, item))) continue;
    filtering.decided = true;
    return item;
  }
}

Value next_while(Thread& thread, Value self) {
  Filtering& filtering = *self.as<Filtering>();
  if (filtering.decided) return Unbound;
  const Value item = TRY(next_item(thread, filtering.iterator));
  if (item.is_unbound() || TRY(accepts(thread, filtering, item))) return item;
  filtering.decided = true;
  return Unbound;
}

Value next_refused(Thread& thread, Value self) {
  const Filtering& filtering = *self.as<Filtering>();
  const bool by_truth = filtering.function.is_none() || filtering.function == Value(&type_of_kind(Kind::Bool));
  for (;;) {
    const Value item = TRY(next_item(thread, filtering.iterator));
    if (item.is_unbound()) return item;
    if (!TRY(by_truth ? truth(thread, item) : accepts(thread, filtering, item))) return item;
  }
}

Value next_starred(Thread& thread, Value self) {
  const Filtering& filtering = *self.as<Filtering>();
  const Value arguments = TRY(next_item(thread, filtering.iterator));
  if (arguments.is_unbound()) return arguments;
  const Tuple* unpacked = TRY(tuple_of(thread, arguments));
  return call(thread, filtering.function, unpacked->items, unpacked->size);
}

Value reduce_filtering(Filtering& self) {
  return tuple_of_values(own_type(self), tuple_of_values(self.function, self.iterator));
}
Value reduce_deciding(Filtering& self) {
  return tuple_of_values(own_type(self), tuple_of_values(self.function, self.iterator),
                         Value::from_int(self.decided));
}
Status set_deciding_state(Thread& thread, Filtering& self, Value state) {
  self.decided = TRY(truth(thread, state));
  return nothing;
}
const MethodRow filtering_methods[] = {method<reduce_filtering>("!__reduce__($self, /)", "What pickle needs.")};
const MethodRow deciding_methods[] = {
    method<reduce_deciding>("!__reduce__($self, /)", "What pickle needs."),
    method<set_deciding_state>("!__setstate__($self, state, /)", "For unpickling."),
};

// --- islice ---

struct Islice : Object {
  Value iterator;  // empty once exhausted
  int64_t next, stop, step, passed;  // stop -1: none
};

constexpr const char* kStopMessage =
    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr const char* kIndexMessage = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr const char* kStepMessage = "Step for islice() must be a positive integer or None.";

// None gives `fallback`; what is no index: -2.
int64_t islice_number(Thread& thread, Value value, int64_t fallback) {
  if (value.is_none()) return fallback;
  const Result<int64_t> number = index_as_int64(thread, value, &OverflowError);
  if (!number.failed()) return number.value() == -1 ? -2 : number.value();
  (void)take_exception(thread);
  return -2;
}

Status parse_islice(Thread& thread, const Value* arguments, size_t count, Islice& numbers) {
  numbers.next = 0;
  numbers.step = 1;
  numbers.stop = islice_number(thread, arguments[count == 2 ? 1 : 2], -1);
  if (numbers.stop == -2) return raise(thread, ValueError, kStopMessage);
  if (count > 2) numbers.next = islice_number(thread, arguments[1], 0);
  if (numbers.next < 0 || numbers.stop < -1) return raise(thread, ValueError, kIndexMessage);
  if (count == 4) numbers.step = islice_number(thread, arguments[3], 1);
  if (numbers.step < 1) return raise(thread, ValueError, kStepMessage);
  return nothing;
}

Value make_islice(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_plain_arguments(thread, type, ModuleKind::ItertoolsIslice, "islice", count, 2, 4, keyword_names));
  Islice numbers;
  TRY(parse_islice(thread, arguments, count, numbers));
  const Value iterator = TRY(iterate(thread, arguments[0]));
  Islice* made = allocate_instance_as<Islice>(type);
  if (!made) return error;
  made->iterator = iterator;
  made->next = numbers.next;
  made->stop = numbers.stop;
  made->step = numbers.step;
  return Value(made);
}

Value next_in_slice(Thread& thread, Value self) {
  Islice& slice = *self.as<Islice>();
  if (slice.iterator.is_empty()) return Unbound;
  Value item = Unbound;
  for (; slice.passed < slice.next; ++slice.passed) {
    item = TRY(next_item(thread, slice.iterator));
    if (item.is_unbound()) {
      slice.iterator = Value();
      return item;
    }
  }
  if (slice.stop != -1 && slice.passed >= slice.stop) {
    slice.iterator = Value();
    return Unbound;
  }
  item = TRY(next_item(thread, slice.iterator));
  if (item.is_unbound()) {
    slice.iterator = Value();
    return item;
  }
  ++slice.passed;
  const int64_t limit = slice.stop == -1 ? INT64_MAX : slice.stop;
  slice.next = slice.next > limit - slice.step ? limit : slice.next + slice.step;
  return item;
}

Value reduce_islice(Thread& thread, Islice& self) {
  const Value zero = Value::from_int(0);
  if (self.iterator.is_empty()) {
    const Value empty = TRY(iterate(thread, Value(make_list())));
    return tuple_of_values(own_type(self), tuple_of_values(empty, zero), zero);
  }
  const Value stop = self.stop == -1 ? None : make_int(self.stop);
  return tuple_of_values(own_type(self), tuple_of_values(self.iterator, make_int(self.next), stop, make_int(self.step)),
                         make_int(self.passed));
}
void set_islice_state(Islice& self, int64_t passed) { self.passed = passed; }

const MethodRow islice_methods[] = {
    method<reduce_islice>("!__reduce__($self, /)", "What pickle needs."),
    method<set_islice_state>("!__setstate__($self, state, /)", "For unpickling."),
};

// --- pairwise ---

struct Pairwise : Object {
  Value iterator, previous;
};

Value make_pairwise(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_plain_arguments(thread, type, ModuleKind::ItertoolsPairwise, "pairwise", count, 1, 1, keyword_names));
  const Value iterator = TRY(iterate(thread, arguments[0]));
  Pairwise* made = allocate_instance_as<Pairwise>(type);
  if (!made) return error;
  made->iterator = iterator;
  return Value(made);
}

Value next_pair(Thread& thread, Value self) {
  Pairwise& pairwise = *self.as<Pairwise>();
  if (pairwise.iterator.is_empty()) return Unbound;
  if (pairwise.previous.is_empty()) {
    const Value first = next_item(thread, pairwise.iterator);
    if (first.is_empty() || first.is_unbound()) {
      pairwise.iterator = Value();
      return first;
    }
    pairwise.previous = first;
    if (pairwise.iterator.is_empty()) return Unbound;
  }
  const Value previous = pairwise.previous;
  const Value item = next_item(thread, pairwise.iterator);
  if (item.is_empty() || item.is_unbound()) {
    pairwise.iterator = pairwise.previous = Value();
    return item;
  }
  pairwise.previous = item;
  return tuple_of_values(previous, item);
}

// --- repeat ---

struct Repeat : Object {
  Value item;
  int64_t left;  // -1: for ever
};
const MethodRow repeat_row = constructor("repeat(object, times=<none>)");

Value make_repeat(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, repeat_row, arguments, count, keyword_names, values));
  int64_t left = -1;
  if (!values[1].is_empty()) left = std::max<int64_t>(0, TRY(argument_int64(thread, values[1])));
  Repeat* made = allocate_instance_as<Repeat>(type);
  if (!made) return error;
  made->item = values[0];
  made->left = left;
  return Value(made);
}

Value next_repeated(Thread&, Value self) {
  Repeat& repeat = *self.as<Repeat>();
  if (repeat.left == 0) return Unbound;
  if (repeat.left > 0) --repeat.left;
  return repeat.item;
}

Value repr_repeat(Thread& thread, Value self) {
  const Repeat& repeat = *self.as<Repeat>();
  const Str* name = type_of(self).name;
  if (repeat.left < 0) return format_message(thread, "{}({})", {name, Repr{repeat.item}});
  return format_message(thread, "{}({}, {})", {name, Repr{repeat.item}, repeat.left});
}

Value repeat_left(Thread& thread, Repeat& self) {
  if (self.left < 0) return raise(thread, TypeError, "len() of unsized object");
  return make_int(self.left);
}
Value reduce_repeat(Repeat& self) {
  return tuple_of_values(own_type(self), self.left < 0 ? tuple_of_values(self.item)
                                                       : tuple_of_values(self.item, make_int(self.left)));
}
const MethodRow repeat_methods[] = {
    method<repeat_left>("!__length_hint__($self, /)", "How many items are left."),
    method<reduce_repeat>("!__reduce__($self, /)", "What pickle needs."),
};

// --- zip_longest ---

struct ZipLongest : Object {
  Tuple* iterators;  // an item is empty once that iterator is exhausted
  size_t active;
  Value fill;        // empty: None
};

Value make_zip_longest(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value fill;
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size > 0) {
    const Tuple& names = *keyword_names.as<Tuple>();
    if (names.size > 1 || !equal(names.items[0].as<Str>(), "fillvalue")) {
      return raise(thread, TypeError, "zip_longest() got an unexpected keyword argument");
    }
    fill = arguments[count];
  }
  Tuple* iterators = allocate_tuple(count);
  for (size_t i = 0; i < count; ++i) iterators->items[i] = TRY(iterate(thread, arguments[i]));
  ZipLongest* made = allocate_instance_as<ZipLongest>(type);
  if (!made) return error;
  made->iterators = iterators;
  made->active = count;
  made->fill = fill;
  return Value(made);
}

Value next_zipped(Thread& thread, Value self) {
  ZipLongest& zip = *self.as<ZipLongest>();
  const size_t size = zip.iterators->size;
  if (size == 0 || zip.active == 0) return Unbound;
  Tuple* items = allocate_tuple(size);
  const Value fill = zip.fill.is_empty() ? None : zip.fill;
  for (size_t i = 0; i < size; ++i) {
    Value& iterator = zip.iterators->items[i];
    Value item = fill;
    if (!iterator.is_empty()) {
      item = next_item(thread, iterator);
      if (item.is_empty()) {
        zip.active = 0;
        return error;
      }
      if (item.is_unbound()) {
        if (--zip.active == 0) return Unbound;
        iterator = Value();
        item = fill;
      }
    }
    items->items[i] = item;
  }
  return Value(items);
}

Value reduce_zip_longest(ZipLongest& self) {
  Tuple* arguments = allocate_tuple(self.iterators->size);
  for (size_t i = 0; i < self.iterators->size; ++i) {
    const Value iterator = self.iterators->items[i];
    arguments->items[i] = iterator.is_empty() ? Value(empty_tuple()) : iterator;
  }
  return tuple_of_values(own_type(self), arguments, self.fill.is_empty() ? None : self.fill);
}
void set_zip_longest_state(ZipLongest& self, Value fill) { self.fill = fill; }

const MethodRow zip_longest_methods[] = {
    method<reduce_zip_longest>("!__reduce__($self, /)", "What pickle needs."),
    method<set_zip_longest_state>("!__setstate__($self, state, /)", "For unpickling."),
};

const IteratorSpec specs[] = {
    {ModuleKind::ItertoolsAccumulate, "accumulate(iterable, func=None, *, initial=None)\n--\n\nThe sums (or other results) so far.",
     sizeof(Accumulate), make_accumulate, next_accumulated, accumulate_methods},
    {ModuleKind::ItertoolsChain, "chain(*iterables) --> the items of the first iterable, then of the second, ...",
     sizeof(Chain), make_chain, next_in_chain, chain_methods},
    {ModuleKind::ItertoolsCompress, "compress(data, selectors)\n--\n\nThe items of data whose selector is true.",
     sizeof(Compress), make_compress, next_selected, compress_methods},
    {ModuleKind::ItertoolsCount, "count(start=0, step=1)\n--\n\nstart, start + step, start + 2 * step, ... without end.",
     sizeof(Count), make_count, next_number, count_methods, repr_count},
    {ModuleKind::ItertoolsCycle, "cycle(iterable, /)\n--\n\nThe items of iterable over and over again.",
     sizeof(Cycle), make_cycle, next_in_cycle, cycle_methods},
    {ModuleKind::ItertoolsDropwhile, "dropwhile(predicate, iterable, /)\n--\n\nThe items from the first for which predicate is false.",
     sizeof(Filtering), make_filtering<ModuleKind::ItertoolsDropwhile>, next_after_drop, deciding_methods},
    {ModuleKind::ItertoolsFilterfalse, "filterfalse(function, iterable, /)\n--\n\nThe items for which function is false.",
     sizeof(Filtering), make_filtering<ModuleKind::ItertoolsFilterfalse>, next_refused, filtering_methods},
    {ModuleKind::ItertoolsIslice, "islice(iterable, stop) --> items\nislice(iterable, start, stop[, step]) --> items\n\n"
     "The items that the slice would select, as they come.",
     sizeof(Islice), make_islice, next_in_slice, islice_methods},
    {ModuleKind::ItertoolsPairwise, "pairwise(iterable, /)\n--\n\nOverlapping pairs: (s0, s1), (s1, s2), ...",
     sizeof(Pairwise), make_pairwise, next_pair, {}},
    {ModuleKind::ItertoolsRepeat, "repeat(object [,times]) -> the same object, times times or without end.",
     sizeof(Repeat), make_repeat, next_repeated, repeat_methods, repr_repeat},
    {ModuleKind::ItertoolsStarmap, "starmap(function, iterable, /)\n--\n\nfunction(*arguments) for each tuple of arguments.",
     sizeof(Filtering), make_filtering<ModuleKind::ItertoolsStarmap>, next_starred, filtering_methods},
    {ModuleKind::ItertoolsTakewhile, "takewhile(predicate, iterable, /)\n--\n\nThe items before the first for which predicate is false.",
     sizeof(Filtering), make_filtering<ModuleKind::ItertoolsTakewhile>, next_while, deciding_methods},
    {ModuleKind::ItertoolsZipLongest, "zip_longest(*iterables, fillvalue=None) --> tuples\n\n"
     "Like zip(), but up to the end of the longest; fillvalue stands for what is missing.",
     sizeof(ZipLongest), make_zip_longest, next_zipped, zip_longest_methods},
};

Status initialize(Thread&, Module& module) {
  for (const IteratorSpec& spec : specs) {
    define_iterator(spec);
    module_add_type(module, type_of_kind(spec.kind));
  }
  define_combinatoric_iterators();
  define_grouping_iterators();
  for (const Kind kind : {ModuleKind::ItertoolsCombinations, ModuleKind::ItertoolsCombinationsWithReplacement,
                          ModuleKind::ItertoolsPermutations, ModuleKind::ItertoolsProduct, ModuleKind::ItertoolsGroupby,
                          ModuleKind::ItertoolsGrouper, ModuleKind::ItertoolsTee, ModuleKind::ItertoolsTeeData}) {
    module_add_type(module, type_of_kind(kind));
  }
  return nothing;
}

}  // namespace

extern const ModuleSpec itertools_module{"itertools", "Iterators that work on iterators.",
                                         std::span(&tee_row, 1), initialize};

}  // namespace minipy
