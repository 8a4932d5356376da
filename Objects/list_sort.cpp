// list.sort(): picks a comparison that fits all the items, then merge sorts.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "Objects/float.h"
#include "Objects/gc_large.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/merge_sort.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct Keyed {
  Value key, item;
};
// The first bytes of a string in front of it: most comparisons need no more.
struct Prefixed {
  uint64_t prefix;
  Value item;
};

Value key_of(Value item) { return item; }
Value key_of(const Keyed& keyed) { return keyed.key; }

enum class Likeness { Ints, Floats, Numbers, Latin1, Texts, Tuples, Mixed };

// Numbers are ints of any size and floats.
unsigned bit_of(Likeness likeness) { return 1u << static_cast<unsigned>(likeness); }

unsigned likeness_bit(Value key) {
  if (key.is_int()) return bit_of(Likeness::Ints);
  if (key.is_double()) return bit_of(Likeness::Floats);
  if (is_exact_str(key)) return bit_of(key.as<Str>()->width() == 1 ? Likeness::Latin1 : Likeness::Texts);
  if (is_exact_tuple(key)) return bit_of(Likeness::Tuples);
  return bit_of(is_exact(key, Kind::Int) ? Likeness::Numbers : Likeness::Mixed);
}

// What all the values have in common.
template <typename GetKey>
Likeness common_likeness(size_t size, GetKey&& get_key) {
  unsigned found = 0;
  const unsigned mixed = bit_of(Likeness::Mixed);
  for (size_t i = 0; i < size && !(found & mixed); ++i) found |= likeness_bit(get_key(i));
  for (const Likeness single : {Likeness::Ints, Likeness::Floats, Likeness::Latin1, Likeness::Tuples}) {
    if (found == bit_of(single)) return single;
  }
  const unsigned numbers = bit_of(Likeness::Ints) | bit_of(Likeness::Floats) | bit_of(Likeness::Numbers);
  const unsigned texts = bit_of(Likeness::Latin1) | bit_of(Likeness::Texts);
  if (!(found & ~numbers)) return Likeness::Numbers;
  return found & ~texts ? Likeness::Mixed : Likeness::Texts;
}

int less_ints(Value a, Value b) { return a.bits() < b.bits(); }
int less_floats(Value a, Value b) { return a.as_double() < b.as_double(); }
int less_numbers(Value a, Value b) {
  if (both_ints(a, b)) return less_ints(a, b);
  if (both_doubles(a, b)) return less_floats(a, b);
  // Nothing is less than nan, nor is it less than anything.
  if (a.is_double()) return !std::isnan(a.as_double()) && compare_double_int(a.as_double(), b) < 0;
  if (b.is_double()) return !std::isnan(b.as_double()) && compare_double_int(b.as_double(), a) > 0;
  return int_compare(a, b) < 0;
}
int less_texts(Value a, Value b) { return order(a.as<Str>(), b.as<Str>()) < 0; }
int less_latin1(Value a, Value b) {
  const Str *x = a.as<Str>(), *y = b.as<Str>();
  const size_t common = std::min(x->length(), y->length());
  const int difference = std::memcmp(x->data(), y->data(), common);
  return difference != 0 ? difference < 0 : x->length() < y->length();
}

template <int (*less)(Value, Value)>
struct SimpleLess {
  template <typename Item>
  int operator()(const Item& a, const Item& b) const {
    return less(key_of(a), key_of(b));
  }
};

struct PrefixLess {
  int operator()(const Prefixed& a, const Prefixed& b) const {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return less_latin1(a.item, b.item);
  }
};

int less_in_general(Thread& thread, Value a, Value b) {
  const Result<bool> less = compare_truth(thread, a, b, CompareOp::Less);
  return less.failed() ? -1 : less.value();
}

struct GeneralLess {
  Thread& thread;
  template <typename Item>
  int operator()(const Item& a, const Item& b) const {
    return less_in_general(thread, key_of(a), key_of(b));
  }
};

// Tuples, none empty, whose first items all compare with `less`: they decide most of the time.
template <int (*less)(Value, Value)>
struct TupleLess {
  Thread& thread;
  template <typename Item>
  int operator()(const Item& a, const Item& b) const {
    const Value x = key_of(a), y = key_of(b);
    const Value first_x = x.as<Tuple>()->items[0], first_y = y.as<Tuple>()->items[0];
    if (less(first_x, first_y)) return 1;
    if (less(first_y, first_x)) return 0;
    return less_in_general(thread, x, y);
  }
};

template <typename Item, typename Less>
Result<bool> merge_sort(Thread& thread, Item* items, size_t size, bool scanned, Less less) {
  constexpr size_t kFew = 32;
  if (size <= kFew) {
    Item scratch[kFew / 2];
    return MergeSort<Item, Less>(items, size, scratch, less).sort();
  }
  // A run that covers everything needs no memory.
  const size_t bytes = (size + 1) / 2 * sizeof(Item);
  auto* scratch = static_cast<Item*>(scanned ? gc_allocate_scanned_buffer(bytes)
                                             : gc_allocate_leaf_buffer(bytes));
  if (!scratch) return raise_memory_error(thread);
  MergeSort<Item, Less> sorter(items, size, scratch, less);
  const bool done = sorter.sort();
  gc_give_back(scratch, bytes);
  return done;
}

template <typename Item>
Result<bool> sort_tuples(Thread& thread, Item* items, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (key_of(items[i]).template as<Tuple>()->size == 0) {
      return merge_sort(thread, items, size, true, GeneralLess{thread});
    }
  }
  const auto first = [&](size_t i) { return key_of(items[i]).template as<Tuple>()->items[0]; };
  switch (common_likeness(size, first)) {
    case Likeness::Ints: return merge_sort(thread, items, size, true, TupleLess<less_ints>{thread});
    case Likeness::Floats: return merge_sort(thread, items, size, true, TupleLess<less_floats>{thread});
    case Likeness::Numbers: return merge_sort(thread, items, size, true, TupleLess<less_numbers>{thread});
    case Likeness::Latin1: return merge_sort(thread, items, size, true, TupleLess<less_latin1>{thread});
    case Likeness::Texts: return merge_sort(thread, items, size, true, TupleLess<less_texts>{thread});
    case Likeness::Tuples:
    case Likeness::Mixed: return merge_sort(thread, items, size, true, GeneralLess{thread});
  }
  MP_UNREACHABLE();
}

bool is_one_run(const Value* items, size_t size) {
  return std::is_sorted(items, items + size, [](Value a, Value b) { return a.bits() < b.bits(); }) ||
         std::is_sorted(items, items + size, [](Value a, Value b) { return a.bits() > b.bits(); });
}

// Equal ints are the same value, so the order of equal ones does not matter.
Result<bool> sort_ints(Thread& thread, Value* items, size_t size) {
  if (size < 64 || is_one_run(items, size)) {
    return merge_sort(thread, items, size, false, SimpleLess<less_ints>{});
  }
  std::sort(items, items + size, [](Value a, Value b) { return a.bits() < b.bits(); });
  return true;
}
Result<bool> sort_ints(Thread& thread, Keyed* items, size_t size) {
  return merge_sort(thread, items, size, true, SimpleLess<less_ints>{});
}

Result<bool> sort_latin1(Thread& thread, Value* items, size_t size) {
  if (size < 16) return merge_sort(thread, items, size, true, SimpleLess<less_latin1>{});
  auto* prefixed = static_cast<Prefixed*>(gc_allocate_scanned_buffer(size * sizeof(Prefixed)));
  if (!prefixed) return raise_memory_error(thread);
  for (size_t i = 0; i < size; ++i) {
    const Str* text = items[i].as<Str>();
    uint64_t prefix = 0;
    std::memcpy(&prefix, text->data(), std::min<size_t>(text->length(), 8));
    prefixed[i] = {__builtin_bswap64(prefix), items[i]};
  }
  const bool done = TRY(merge_sort(thread, prefixed, size, true, PrefixLess{}));
  for (size_t i = 0; i < size; ++i) items[i] = prefixed[i].item;
  return done;
}
Result<bool> sort_latin1(Thread& thread, Keyed* items, size_t size) {
  return merge_sort(thread, items, size, true, SimpleLess<less_latin1>{});
}

template <typename Item>
Result<bool> sort_items(Thread& thread, Item* items, size_t size, bool scanned) {
  switch (common_likeness(size, [&](size_t i) { return key_of(items[i]); })) {
    case Likeness::Ints: return sort_ints(thread, items, size);
    case Likeness::Floats: return merge_sort(thread, items, size, scanned, SimpleLess<less_floats>{});
    case Likeness::Numbers: return merge_sort(thread, items, size, scanned, SimpleLess<less_numbers>{});
    case Likeness::Latin1: return sort_latin1(thread, items, size);
    case Likeness::Texts: return merge_sort(thread, items, size, scanned, SimpleLess<less_texts>{});
    case Likeness::Tuples: return sort_tuples(thread, items, size);
    case Likeness::Mixed: return merge_sort(thread, items, size, scanned, GeneralLess{thread});
  }
  MP_UNREACHABLE();
}

// Reversing before and after keeps equal items in their order.
template <typename Item>
Result<bool> sort_in_direction(Thread& thread, Item* items, size_t size, bool scanned, bool reverse) {
  if (reverse) std::reverse(items, items + size);
  const Result<bool> done = sort_items(thread, items, size, scanned);
  if (reverse) std::reverse(items, items + size);
  return done;
}

Result<bool> sort_by_key(Thread& thread, Value* items, size_t size, Value key, bool reverse) {
  auto* keyed = static_cast<Keyed*>(gc_allocate_scanned_buffer(size * sizeof(Keyed)));
  if (!keyed) return raise_memory_error(thread);
  for (size_t i = 0; i < size; ++i) {
    keyed[i] = {TRY(call(thread, key, &items[i], 1)), items[i]};
  }
  const Result<bool> done = sort_in_direction(thread, keyed, size, true, reverse);
  for (size_t i = 0; i < size; ++i) items[i] = keyed[i].item;
  return done;
}

// While a list is being sorted it is empty, with this buffer: any change replaces it.
alignas(16) ValueBuffer sorting_buffer{0};

}  // namespace

Status list_sort(Thread& thread, List& list, Value key, bool reverse) {
  ValueBuffer* buffer = list.buffer;
  const size_t size = list.size;
  list.buffer = &sorting_buffer;
  list.size = 0;
  Result<bool> done = true;
  if (size > 0 && !key.is_empty() && !key.is_none()) {
    done = sort_by_key(thread, buffer->items, size, key, reverse);
  } else if (size > 1) {
    done = sort_in_direction(thread, buffer->items, size, buffer->is_scanned(), reverse);
  }
  const bool was_changed = list.buffer != &sorting_buffer;
  list.buffer = buffer;
  list.size = size;
  if (done.failed() || !done.value()) return error;
  if (was_changed) return raise(thread, ValueError, "list modified during sort");
  return nothing;
}

}  // namespace minipy
