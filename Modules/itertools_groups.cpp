// groupby and tee.
#include <algorithm>

#include "Modules/itertools.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// --- groupby ---

struct Groupby : Object {
  Value iterator, key_function;
  Value target_key;              // of the group that was given out last; empty before
  Value current_key, current_value;  // of the item read last; the value is empty once passed on
  Object* current_grouper;       // older ones are exhausted
};
struct Grouper : Object {
  Value parent, key;
};
const MethodRow groupby_row = constructor("groupby(iterable, key=None)");

Value make_groupby(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, groupby_row, arguments, count, keyword_names, values));
  const Value iterator = TRY(iterate(thread, values[0]));
  Groupby* made = allocate_instance_as<Groupby>(type);
  if (!made) return error;
  made->iterator = iterator;
  made->key_function = values[1];
  return Value(made);
}

// Reads one more item. False at the end.
Result<bool> read_item(Thread& thread, Groupby& groupby) {
  const Value item = TRY(next_item(thread, groupby.iterator));
  if (item.is_unbound()) return false;
  Value key = item;
  if (!groupby.key_function.is_none()) key = TRY(call(thread, groupby.key_function, {item}));
  groupby.current_value = item;
  groupby.current_key = key;
  return true;
}

Value new_grouper(Groupby& groupby, Value key) {
  Grouper* grouper = initialize_header<Grouper>(gc_allocate_object(sizeof(Grouper)),
                                                shape_of_kind(ModuleKind::ItertoolsGrouper), ModuleKind::ItertoolsGrouper, 2);
  grouper->parent = Value(&groupby);
  grouper->key = key;
  groupby.current_grouper = grouper;
  return Value(grouper);
}

Value next_group(Thread& thread, Value self) {
  Groupby& groupby = *self.as<Groupby>();
  groupby.current_grouper = nullptr;
  for (;;) {
    if (!groupby.current_key.is_empty()) {
      if (groupby.target_key.is_empty()) break;
      if (!TRY(is_equal(thread, groupby.target_key, groupby.current_key))) break;
    }
    if (!TRY(read_item(thread, groupby))) return Unbound;
  }
  groupby.target_key = groupby.current_key;
  return tuple_of_values(groupby.current_key, new_grouper(groupby, groupby.target_key));
}

Value next_in_group(Thread& thread, Value self) {
  Grouper& grouper = *self.as<Grouper>();
  Groupby& groupby = *grouper.parent.as<Groupby>();
  if (groupby.current_grouper != &grouper) return Unbound;
  if (groupby.current_value.is_empty() && !TRY(read_item(thread, groupby))) return Unbound;
  if (!TRY(is_equal(thread, grouper.key, groupby.current_key))) return Unbound;
  const Value item = groupby.current_value;
  groupby.current_value = Value();
  return item.is_empty() ? Unbound : item;
}

Value reduce_groupby(Groupby& self) {
  const Value arguments = tuple_of_values(self.iterator, self.key_function);
  if (self.target_key.is_empty() || self.current_key.is_empty() || self.current_value.is_empty()) {
    return tuple_of_values(own_type(self), arguments);
  }
  return tuple_of_values(own_type(self), arguments,
                         tuple_of_values(self.current_key, self.current_value, self.target_key));
}

Status set_groupby_state(Thread& thread, Groupby& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state is not a tuple");
  const Tuple& parts = *state.as<Tuple>();
  if (parts.size != 3) return raise(thread, TypeError, "function takes exactly 3 arguments ({} given)", parts.size);
  self.current_key = parts.items[0];
  self.current_value = parts.items[1];
  self.target_key = parts.items[2];
  return nothing;
}

Value make_grouper(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_grouper", keyword_names));
  TRY(check_positional(thread, "_grouper", count, 2, 2));
  if (!has_kind(arguments[0], ModuleKind::ItertoolsGroupby)) {
    return raise(thread, TypeError, "argument 1 must be itertools.groupby, not {}", argument_kind(arguments[0]));
  }
  return new_grouper(*arguments[0].as<Groupby>(), arguments[1]);
}

Value reduce_grouper(Thread& thread, Grouper& self) {
  if (self.parent.as<Groupby>()->current_grouper != &self) return reduce_to(thread, "iter", Value(empty_tuple()));
  return tuple_of_values(own_type(self), tuple_of_values(self.parent, self.key));
}

const MethodRow groupby_methods[] = {
    method<reduce_groupby>("!__reduce__($self, /)", "What pickle needs."),
    method<set_groupby_state>("!__setstate__($self, state, /)", "For unpickling."),
};
const MethodRow grouper_methods[] = {method<reduce_grouper>("!__reduce__($self, /)", "What pickle needs.")};

// --- tee: a linked list of blocks of items, shared by the iterators ---

constexpr size_t kBlockItems = 57;

struct TeeBlock : Object {
  Value iterator;
  TeeBlock* next;
  size_t count;
  bool running;
  Value items[kBlockItems];
};
struct Tee : Object {
  TeeBlock* block;
  size_t position;
};

TeeBlock* new_block(Value iterator) {
  TeeBlock* block = initialize_header<TeeBlock>(gc_allocate_object(sizeof(TeeBlock)),
                                                shape_of_kind(ModuleKind::ItertoolsTeeData), ModuleKind::ItertoolsTeeData,
                                                (sizeof(TeeBlock) - sizeof(Object)) / sizeof(Value));
  block->iterator = iterator;
  return block;
}

TeeBlock& next_block(TeeBlock& block) {
  if (!block.next) block.next = new_block(block.iterator);
  return *block.next;
}

Value item_of(Thread& thread, TeeBlock& block, size_t position) {
  if (position < block.count) return block.items[position];
  if (block.running) return raise(thread, RuntimeError, "cannot re-enter the tee iterator");
  block.running = true;
  const Value item = next_item(thread, block.iterator);
  block.running = false;
  if (!item.is_empty() && !item.is_unbound()) block.items[block.count++] = item;
  return item;
}

Value next_teed(Thread& thread, Value self) {
  Tee& tee = *self.as<Tee>();
  if (tee.position >= kBlockItems) {
    tee.block = &next_block(*tee.block);
    tee.position = 0;
  }
  const Value item = TRY(item_of(thread, *tee.block, tee.position));
  if (!item.is_unbound()) ++tee.position;
  return item;
}

Value new_tee(TeeBlock* block, size_t position) {
  Tee* tee = initialize_header<Tee>(gc_allocate_object(sizeof(Tee)), shape_of_kind(ModuleKind::ItertoolsTee),
                                    ModuleKind::ItertoolsTee, 1);
  tee->block = block;
  tee->position = position;
  return Value(tee);
}

Value copy_tee(Tee& self) { return new_tee(self.block, self.position); }

Value tee_of(Thread& thread, Value iterable) {
  const Value iterator = TRY(iterate(thread, iterable));
  if (has_kind(iterator, ModuleKind::ItertoolsTee)) return copy_tee(*iterator.as<Tee>());
  return new_tee(new_block(iterator), 0);
}

Value make_tee(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_tee", keyword_names));
  TRY(check_positional(thread, "_tee", count, 1, 1));
  return tee_of(thread, arguments[0]);
}

Value reduce_tee(Tee& self) {
  return tuple_of_values(own_type(self), tuple_of_values(empty_tuple()),
                         tuple_of_values(self.block, make_int(static_cast<int64_t>(self.position))));
}

Status set_tee_state(Thread& thread, Tee& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state is not a tuple");
  const Tuple& parts = *state.as<Tuple>();
  if (parts.size != 2 || !has_kind(parts.items[0], ModuleKind::ItertoolsTeeData)) {
    return raise(thread, TypeError, "argument 1 must be itertools._tee_dataobject");
  }
  const int64_t position = TRY(argument_int64(thread, parts.items[1]));
  if (position < 0 || position > static_cast<int64_t>(kBlockItems)) {
    return raise(thread, ValueError, "Index out of range");
  }
  self.block = parts.items[0].as<TeeBlock>();
  self.position = static_cast<size_t>(position);
  return nothing;
}

Value make_block(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_tee_dataobject", keyword_names));
  TRY(check_positional(thread, "_tee_dataobject", count, 3, 3));
  if (!is_list(arguments[1])) {
    return raise(thread, TypeError, "argument 2 must be list, not {}", argument_kind(arguments[1]));
  }
  const List& items = *arguments[1].as<List>();
  TeeBlock* block = new_block(arguments[0]);
  if (items.size > kBlockItems) return raise(thread, ValueError, "Invalid arguments");
  std::copy(items.begin(), items.end(), block->items);
  block->count = items.size;
  if (items.size == kBlockItems) {
    if (!arguments[2].is_none()) {
      if (!has_kind(arguments[2], ModuleKind::ItertoolsTeeData)) return raise(thread, ValueError, "Invalid arguments");
      block->next = arguments[2].as<TeeBlock>();
    }
  } else if (!arguments[2].is_none()) {
    return raise(thread, ValueError, "Invalid arguments");
  }
  return Value(block);
}

Value reduce_block(TeeBlock& self) {
  return tuple_of_values(own_type(self), tuple_of_values(self.iterator, make_list(self.items, self.count),
                                                         self.next ? Value(self.next) : None));
}

Value tee(Thread& thread, Value iterable, int64_t n) {
  if (n < 0) return raise(thread, ValueError, "n must be >= 0");
  Tuple* copies = allocate_tuple(static_cast<size_t>(n));
  if (!copies) return raise_memory_error(thread);
  if (n == 0) return Value(copies);
  Value first = TRY(iterate(thread, iterable));
  Value copy = TRY(get_attribute_or_unbound(thread, first, "__copy__"));
  if (copy.is_unbound()) {
    first = TRY(tee_of(thread, first));
    copy = TRY(get_attribute(thread, first, "__copy__"));
  }
  copies->items[0] = first;
  for (int64_t i = 1; i < n; ++i) copies->items[i] = TRY(call(thread, copy));
  return Value(copies);
}

const MethodRow tee_methods[] = {
    method<reduce_tee>("!__reduce__($self, /)", "What pickle needs."),
    method<set_tee_state>("!__setstate__($self, state, /)", "For unpickling."),
    method<copy_tee>("!__copy__($self, /)", "An independent iterator at the same place."),
};
const MethodRow block_methods[] = {method<reduce_block>("!__reduce__($self, /)", "What pickle needs.")};

}  // namespace

extern const MethodRow tee_row =
    function<tee>("tee($module, iterable, n=2, /)", "A tuple of n independent iterators over the same items.");

void define_grouping_iterators() {
  define_iterator({ModuleKind::ItertoolsGroupby,
                   "groupby(iterable, key=None)\n--\n\n"
                   "Pairs of a key and an iterator over the neighbouring items that have it.",
                   sizeof(Groupby), make_groupby, next_group, groupby_methods});
  define_iterator({ModuleKind::ItertoolsGrouper, nullptr, sizeof(Grouper), make_grouper, next_in_group, grouper_methods,
                   nullptr, 0});
  define_iterator({ModuleKind::ItertoolsTee, "_tee(iterable, /)\n--\n\nAn iterator that can be copied.", sizeof(Tee),
                   make_tee, next_teed, tee_methods, nullptr, Type::kHasWeakReferences});
  TypeSlots slots{};
  slots.make = make_block;
  define_type(ModuleKind::ItertoolsTeeData, {.doc = "Items shared by iterators.", .instance_bytes = sizeof(TeeBlock),
                                       .slots = slots, .methods = block_methods});
}

}  // namespace minipy
