// Calls with * and **: f(a, b, *iterable, **mapping). Language reference 6.3.4.
#include <algorithm>

#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

// The operands of the instruction.
struct Expansion {
  Value callable;
  const Value* arguments;  // single ones
  size_t argument_count;
  Tuple* items;         // or null
  const Dict* mapping;  // with entries, none of which is deleted, by exact strings; or null

  size_t positional_count() const { return argument_count + (items ? items->size : 0); }
  size_t keyword_count() const { return mapping ? mapping->count : 0; }
};

Result<Tuple*> expanded_items(Thread& thread, Value callable, Value iterable) {
  if (is_tuple(iterable)) return iterable.as<Tuple>();
  const TypeSlots& slots = type_of(iterable).slots;
  if (slots.iterate || slots.sequence_item) return tuple_of(thread, iterable);
  const Value text = TRY(function_text(thread, callable));
  return raise(thread, TypeError, "{} argument after * must be an iterable, not {}", text,
               type_of(iterable));
}

// Any mapping will do behind **.
Result<Dict*> merged_mapping(Thread& thread, Value callable, Value mapping) {
  Dict* dict = make_dict();
  TRY(merge_keywords(thread, *dict, mapping, callable));
  return dict;
}

// A dict that binding can walk through: nothing that runs meanwhile changes it.
Result<const Dict*> walkable(Thread& thread, const Dict& dict) {
  if (dict.count == 0) return nullptr;
  bool is_plain = dict.used == dict.count;
  for (uint32_t i = 0; i < dict.used; ++i) {
    const Value key = dict.entries[i].key;
    if (is_exact_str(key) || key.is_unbound()) continue;
    if (!is_str(key)) return raise(thread, TypeError, "keywords must be strings");
    is_plain = false;
  }
  if (is_plain) return &dict;
  Dict* compact = make_dict_with_capacity(dict.count);
  size_t position = 0;
  Value key, value;
  while (dict_next(dict, position, key, value)) TRY(dict_set(thread, *compact, key, value));
  return compact;
}

// The function's registers begin at the end of the stack, where arguments are put that have to be.
CallOutcome start_expanded_function(Thread& thread, Function& function, Value* registers,
                                    size_t self_count, const Expansion& expansion) {
  const Keywords keywords = expansion.mapping ? Keywords(*expansion.mapping) : Keywords();
  const size_t in_front = self_count + expansion.argument_count;
  if (in_front == 0 && expansion.items) {
    return start_function(thread, function, registers, expansion.items->size, keywords,
                          expansion.items);
  }
  const size_t count = self_count + expansion.positional_count();
  std::copy_n(expansion.arguments, expansion.argument_count, registers + self_count);
  if (expansion.items)
    std::copy_n(expansion.items->items, expansion.items->size, registers + in_front);
  return start_function(thread, function, registers, count, keywords, nullptr);
}

// Whatever else can be called, with its arguments in a row.
CallOutcome start_expanded_other(Thread& thread, Value* arguments, const Expansion& expansion,
                                 Value* result) {
  std::copy_n(expansion.arguments, expansion.argument_count, arguments);
  if (expansion.items) {
    std::copy_n(expansion.items->items, expansion.items->size,
                arguments + expansion.argument_count);
  }
  const size_t count = expansion.positional_count();
  Value names;
  if (expansion.mapping) {
    Tuple* tuple = allocate_tuple(expansion.mapping->count);
    const Keywords keywords(*expansion.mapping);
    for (size_t i = 0; i < keywords.count; ++i) {
      tuple->items[i] = keywords.name(i);
      arguments[count + i] = keywords.value(i);
    }
    names = tuple;
  }
  return start_call(thread, arguments, count, names, result);
}

}  // namespace

// What keeps the arguments alive while they are not below the end of the stack: the operands.
CallOutcome start_expanded_call(Thread& thread, const Value* operands, uint32_t shape,
                                Value* result) {
  Expansion expansion{operands[0], operands + 1, shape / kExpandedArgument, nullptr, nullptr};
  const Value callable = expansion.callable;
  const Value* next = operands + 1 + expansion.argument_count;
  if (shape & kExpandedIterable) {
    const Result<Tuple*> items = expanded_items(thread, callable, *next++);
    if (items.failed()) return CallOutcome::Failed;
    expansion.items = items.value();
  }
  if ((shape & kExpandedMapping) && !next->is_unbound()) {  // see Form::forwards_keywords
    Value mapping = *next;
    if ((shape & kExpandedUnmerged) ? !is_exact_dict(mapping) : !is_dict(mapping)) {
      const Result<Dict*> merged = merged_mapping(thread, callable, mapping);
      if (merged.failed()) return CallOutcome::Failed;
      mapping = merged.value();
    }
    const Result<const Dict*> dict = walkable(thread, *mapping.as<Dict>());
    if (dict.failed()) return CallOutcome::Failed;
    expansion.mapping = dict.value();
  }
  Value* arguments = thread.stack_top + kFrameWords + 2;
  const size_t count = expansion.positional_count() + expansion.keyword_count();
  if (count > static_cast<size_t>(thread.stack_end - thread.stack_base) ||
      arguments + count + kFrameWords > thread.stack_end) {
    raise_stack_exhausted(thread);
    return CallOutcome::Failed;
  }
  if (has_kind(callable, Kind::Function)) {
    arguments[-1] = callable;
    return start_expanded_function(thread, *callable.as<Function>(), arguments, 0, expansion);
  }
  if (is_exact(callable, Kind::BoundMethod) &&
      has_kind(callable.as<BoundMethod>()->function, Kind::Function)) {
    const BoundMethod& method = *callable.as<BoundMethod>();
    arguments[-1] = method.function;
    arguments[0] = method.self;
    return start_expanded_function(thread, *method.function.as<Function>(), arguments, 1,
                                   expansion);
  }
  arguments[-1] = callable;
  return start_expanded_other(thread, arguments, expansion, result);
}

}  // namespace minipy
