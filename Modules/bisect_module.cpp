// _bisect: positions in sorted sequences, by halving.
#include "Modules/native_modules.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy {
namespace {

enum class Side { Left, Right };  // of items that are equal

// The end of the range: the length if `high` is None. -1 means that too, as it always has.
Result<int64_t> end_of_range(Thread& thread, Value sequence, int64_t low, Value high) {
  if (low < 0) return raise(thread, ValueError, "lo must be non-negative");
  int64_t end = -1;
  if (!high.is_none()) end = TRY(index_as_int64(thread, high, &OverflowError));
  if (end == -1) end = static_cast<int64_t>(TRY(length(thread, sequence)));
  return end;
}

Value item_at(Thread& thread, Value sequence, int64_t index) {
  if (is_exact_list(sequence) && static_cast<size_t>(index) < sequence.as<List>()->size) {
    return sequence.as<List>()->at(static_cast<size_t>(index));
  }
  return sequence_item(thread, sequence, index);
}

template <Side side>
Result<int64_t> search(Thread& thread, Value sequence, Value wanted, int64_t low, Value high_value, Value key) {
  int64_t high = TRY(end_of_range(thread, sequence, low, high_value));
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    Value item = TRY(item_at(thread, sequence, middle));
    if (!key.is_none()) item = TRY(call(thread, key, {item}));
    if (side == Side::Right) {
      if (TRY(compare_truth(thread, wanted, item, CompareOp::Less))) high = middle;
      else low = middle + 1;
    } else {
      if (TRY(compare_truth(thread, item, wanted, CompareOp::Less))) low = middle + 1;
      else high = middle;
    }
  }
  return low;
}

template <Side side>
Status insort(Thread& thread, Value sequence, Value item, int64_t low, Value high, Value key) {
  const Value wanted = key.is_none() ? item : TRY(call(thread, key, {item}));
  const int64_t position = TRY(search<side>(thread, sequence, wanted, low, high, key));
  if (is_exact_list(sequence)) {
    List& list = *sequence.as<List>();
    const size_t at = static_cast<size_t>(position) < list.size ? static_cast<size_t>(position) : list.size;
    return list_insert(thread, list, at, item);
  }
  TRY(call_method(thread, sequence, "insert", {make_int(position), item}));
  return nothing;
}

const MethodRow functions[] = {
    function<search<Side::Right>>("bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)",
                                  "The index where to insert x in list a, assuming a is sorted: behind items that equal\n"
                                  "it. Only the slice from lo to hi is searched."),
    function<insort<Side::Right>>("insort_right($module, /, a, x, lo=0, hi=None, *, key=None)",
                                  "Insert x in list a and keep it sorted: behind items that equal it."),
    function<search<Side::Left>>("bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)",
                                 "The index where to insert x in list a, assuming a is sorted: in front of items that\n"
                                 "equal it. Only the slice from lo to hi is searched."),
    function<insort<Side::Left>>("insort_left($module, /, a, x, lo=0, hi=None, *, key=None)",
                                 "Insert x in list a and keep it sorted: in front of items that equal it."),
};

}  // namespace

extern const ModuleSpec bisect_module = {"_bisect", "Bisection of sorted lists.", functions};

}  // namespace minipy
