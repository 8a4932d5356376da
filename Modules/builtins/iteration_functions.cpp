// aiter all anext any iter len max min next sorted. Library reference, "Built-in Functions".
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Objects/iteration.h"
#include "Objects/iterators.h"
#include "Objects/list.h"

namespace minipy {
namespace {

Result<bool> all(Thread& thread, Value iterable) {
  const Value iterator = TRY(iterate(thread, iterable));
  for (;;) {
    const Value item = TRY(next_item(thread, iterator));
    if (item.is_unbound()) return true;
    if (!(item.is_bool() ? item.is_true() : TRY(truth(thread, item)))) return false;
  }
}

Result<bool> any(Thread& thread, Value iterable) {
  const Value iterator = TRY(iterate(thread, iterable));
  for (;;) {
    const Value item = TRY(next_item(thread, iterator));
    if (item.is_unbound()) return false;
    if (item.is_bool() ? item.is_true() : TRY(truth(thread, item))) return true;
  }
}

Result<size_t> length_of(Thread& thread, Value object) { return length(thread, object); }

Value iter(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "iter", keyword_names));
  TRY(check_positional(thread, "iter", count, 1, 2));
  if (count == 1) return iterate(thread, arguments[0]);
  if (!is_callable(arguments[0])) return raise(thread, TypeError, "iter(v, w): v must be callable");
  return make_callable_iterator(arguments[0], arguments[1]);
}

Value next_or_default(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "next", keyword_names));
  TRY(check_positional(thread, "next", count, 1, 2));
  if (!is_iterator(arguments[0])) {
    return raise(thread, TypeError, "'{}' object is not an iterator", type_of(arguments[0]));
  }
  const NextSlot slot = type_of(arguments[0]).slots.next;
  thread.stop_value = Value();
  const Value item = slot(thread, arguments[0]);
  if (item.is_empty()) {
    if (count == 2 && catch_exception(thread, StopIteration)) return arguments[1];
    return error;
  }
  if (!item.is_unbound()) return item;
  if (count == 2) return arguments[1];
  const Value value = thread.stop_value;
  thread.stop_value = Value();
  return raise_stop_iteration(thread, value.is_empty() ? None : value);
}

Value async_iter(Thread& thread, Value iterable) {
  const UnarySlot slot = type_of(iterable).slots.async_iterate;
  if (!slot) {
    return raise(thread, TypeError, "'{}' object is not an async iterable", type_of(iterable));
  }
  const Value iterator = TRY(slot(thread, iterable));
  if (!type_of(iterator).slots.async_next) {
    return raise(thread, TypeError, "aiter() returned not an async iterator of type '{}'", type_of(iterator));
  }
  return iterator;
}

Value async_next(Thread& thread, Value iterator, Value fallback) {
  const UnarySlot slot = type_of(iterator).slots.async_next;
  if (!slot) return raise(thread, TypeError, "'{}' object is not an async iterator", type_of(iterator));
  const Value awaitable = TRY(slot(thread, iterator));
  if (fallback.is_empty()) return awaitable;
  return make_anext_awaitable(awaitable, fallback);
}

// The keywords are those of list.sort(), whose name messages about them have.
Value sorted(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_positional(thread, "sorted", count, 1, 1));
  List* list = TRY(list_of(thread, arguments[0]));
  Value key = None;
  bool reverse = false;
  for (size_t i = 0; i < keyword_count(keyword_names); ++i) {
    const Str* name = keyword_names.as<Tuple>()->items[i].as<Str>();
    const Value value = arguments[count + i];
    if (equal(name, "key")) {
      key = value;
    } else if (equal(name, "reverse")) {
      reverse = TRY(argument_int(thread, value)) != 0;
    } else {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for sort()", name);
    }
  }
  TRY(list_sort(thread, *list, key, reverse));
  return list;
}

// What min() and max() were given.
struct Selection {
  const char* name;
  CompareOp better;
  Value key = None;
  Value fallback;  // empty: none
};

Status read_selection_keywords(Thread& thread, Selection& selection, const Value* values, Value names) {
  if (keyword_count(names) > 2) {
    return raise(thread, TypeError, "{}() takes at most 2 keyword arguments ({} given)", selection.name,
                 keyword_count(names));
  }
  for (size_t i = 0; i < keyword_count(names); ++i) {
    const Str* name = names.as<Tuple>()->items[i].as<Str>();
    if (equal(name, "key")) {
      selection.key = values[i];
    } else if (equal(name, "default")) {
      selection.fallback = values[i];
    } else {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for {}()", Value(name), selection.name);
    }
  }
  return nothing;
}

Result<bool> is_better(Thread& thread, Value key, Value best, CompareOp better) {
  if (both_ints(key, best))
    return better == CompareOp::Less ? key.as_int() < best.as_int() : key.as_int() > best.as_int();
  if (both_doubles(key, best)) {
    return better == CompareOp::Less ? key.as_double() < best.as_double()
                                     : key.as_double() > best.as_double();
  }
  return compare_truth(thread, key, best, better);
}

Value select(Thread& thread, Selection selection, const Value* arguments, size_t count,
             Value names) {
  TRY(read_selection_keywords(thread, selection, arguments + count, names));
  if (count > 1 && !selection.fallback.is_empty()) {
    return raise(thread, TypeError, "Cannot specify a default for {}() with multiple positional arguments",
                 selection.name);
  }
  Value iterator;
  if (count == 1) iterator = TRY(iterate(thread, arguments[0]));
  Value best, best_key;
  for (size_t i = 0;; ++i) {
    Value item;
    if (count == 1) {
      item = TRY(next_item(thread, iterator));
      if (item.is_unbound()) break;
    } else if (i == count) {
      break;
    } else {
      item = arguments[i];
    }
    const Value key = selection.key.is_none() ? item : TRY(call(thread, selection.key, {item}));
    if (best.is_empty() || TRY(is_better(thread, key, best_key, selection.better))) {
      best = item;
      best_key = key;
    }
  }
  if (!best.is_empty()) return best;
  if (!selection.fallback.is_empty()) return selection.fallback;
  return raise(thread, ValueError, "{}() arg is an empty sequence", selection.name);
}

Value maximum(Thread& thread, const Value* arguments, size_t count, Value names) {
  TRY(check_positional(thread, "max", count, 1, SIZE_MAX));
  return select(thread, {"max", CompareOp::Greater, None, Value()}, arguments, count, names);
}
Value minimum(Thread& thread, const Value* arguments, size_t count, Value names) {
  TRY(check_positional(thread, "min", count, 1, SIZE_MAX));
  return select(thread, {"min", CompareOp::Less, None, Value()}, arguments, count, names);
}

const MethodRow rows[] = {
    function<async_iter>("aiter($module, async_iterable, /)", "An asynchronous iterator over async_iterable."),
    function<all>("all($module, iterable, /)", "True if no item is false."),
    function<async_next>("anext($module, aiterator, default=<unrepresentable>, /)",
                         "An awaitable of the next item, or of default at the end."),
    function<any>("any($module, iterable, /)", "True if some item is true."),
    raw_function(iter, "iter", "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\n"
                               "The second form calls until the sentinel comes back."),
    function<length_of>("len($module, obj, /)", "The number of items in a container."),
    raw_function(maximum, "max",
                 "max(iterable, *[, default=obj, key=func]) -> value\n"
                 "max(arg1, arg2, *args, *[, key=func]) -> value\n\nThe largest item."),
    raw_function(minimum, "min",
                 "min(iterable, *[, default=obj, key=func]) -> value\n"
                 "min(arg1, arg2, *args, *[, key=func]) -> value\n\nThe smallest item."),
    raw_function(next_or_default, "next",
                 "next(iterator[, default])\n\nThe next item, or default at the end."),
    raw_function(sorted, "sorted($module, iterable, /, *, key=None, reverse=False)",
                 "A new list with the items in ascending order."),
};

}  // namespace

std::span<const MethodRow> iteration_function_rows() { return rows; }

}  // namespace minipy
