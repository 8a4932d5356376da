// _heapq: binary heaps in lists. a[k] is not greater than a[2*k+1] and a[2*k+2]; in the max heaps of
// the private functions not less.
#include "Modules/native_modules.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

enum class Order { Min, Max };

// Comparing may run user code that changes the list, so its size is checked after every comparison.
template <Order order>
Result<bool> precedes(Thread& thread, List& heap, Value a, Value b) {
  if (both_ints(a, b)) return order == Order::Min ? a.bits() < b.bits() : b.bits() < a.bits();
  const size_t size = heap.size;
  const bool result = order == Order::Min ? TRY(compare_truth(thread, a, b, CompareOp::Less))
                                          : TRY(compare_truth(thread, b, a, CompareOp::Less));
  if (heap.size != size) return raise(thread, RuntimeError, "list changed size during iteration");
  return result;
}

// The item at `position` moves up, not above `start`, while it precedes its parent.
template <Order order>
Status move_up(Thread& thread, List& heap, size_t start, size_t position) {
  while (position > start) {
    const size_t parent = (position - 1) / 2;
    const Value item = heap.at(position), above = heap.at(parent);
    if (!TRY(precedes<order>(thread, heap, item, above))) return nothing;
    heap.store(position, heap.at(parent));
    heap.store(parent, item);
    position = parent;
  }
  return nothing;
}

// A hole goes down to a leaf along the preceding children, then its item finds its place upwards:
// fewer comparisons than stopping on the way, because items at the end are usually late ones.
template <Order order>
Status move_down(Thread& thread, List& heap, size_t position) {
  const size_t end = heap.size, start = position;
  if (position >= end) return raise(thread, IndexError, "index out of range");
  while (position < end / 2) {
    size_t child = 2 * position + 1;
    if (child + 1 < end && !TRY(precedes<order>(thread, heap, heap.at(child), heap.at(child + 1)))) ++child;
    const Value moved = heap.at(child);
    heap.store(child, heap.at(position));
    heap.store(position, moved);
    position = child;
  }
  return move_up<order>(thread, heap, start, position);
}

template <Order order>
Status heapify(Thread& thread, Module&, List& heap) {
  for (size_t i = heap.size / 2; i-- > 0;) TRY(move_down<order>(thread, heap, i));
  return nothing;
}

template <Order order>
Value pop(Thread& thread, Module&, List& heap) {
  if (heap.size == 0) return raise(thread, IndexError, "index out of range");
  const Value last = heap.at(heap.size - 1);
  list_remove_range(heap, heap.size - 1, heap.size);
  if (heap.size == 0) return last;
  const Value first = heap.at(0);
  heap.store(0, last);
  TRY(move_down<order>(thread, heap, 0));
  return first;
}

template <Order order>
Value replace(Thread& thread, Module&, List& heap, Value item) {
  if (heap.size == 0) return raise(thread, IndexError, "index out of range");
  const Value first = heap.at(0);
  heap.store(0, item);
  TRY(move_down<order>(thread, heap, 0));
  return first;
}

Status push(Thread& thread, Module&, List& heap, Value item) {
  TRY(list_append(thread, heap, item));
  return move_up<Order::Min>(thread, heap, 0, heap.size - 1);
}

Value push_pop(Thread& thread, Module& module, List& heap, Value item) {
  if (heap.size == 0) return item;
  const Value first = heap.at(0);
  if (!TRY(compare_truth(thread, first, item, CompareOp::Less))) return item;
  if (heap.size == 0) return raise(thread, IndexError, "index out of range");
  return replace<Order::Min>(thread, module, heap, item);
}

const MethodRow functions[] = {
    function<push>("heappush($module, heap, item, /)", "Push item onto heap, keeping it a heap."),
    function<push_pop>("heappushpop($module, heap, item, /)",
                       "Push item on the heap, then pop the smallest; faster than both one after the other."),
    function<pop<Order::Min>>("heappop($module, heap, /)", "Take the smallest item off the heap."),
    function<replace<Order::Min>>("heapreplace($module, heap, item, /)",
                                  "Pop the smallest item, then push item; faster than both one after the other. The\n"
                                  "value returned may be larger than item."),
    function<heapify<Order::Min>>("heapify($module, heap, /)", "Make a list a heap, in place and in linear time."),
    function<pop<Order::Max>>("_heappop_max($module, heap, /)", "Maxheap variant of heappop."),
    function<heapify<Order::Max>>("_heapify_max($module, heap, /)", "Maxheap variant of heapify."),
    function<replace<Order::Max>>("_heapreplace_max($module, heap, item, /)", "Maxheap variant of heapreplace."),
};

Status initialize(Thread&, Module& module) {
  module_add(module, "__about__",
             make_str("A heap is a list in which no item is greater than the two below it, heap[2*k+1] and\n"
                      "heap[2*k+2]. The smallest item is always heap[0]."));
  return nothing;
}

}  // namespace

extern const ModuleSpec heapq_module = {"_heapq", "Heap queues (priority queues) in lists.", functions, initialize};

}  // namespace minipy
