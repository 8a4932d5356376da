// _queue: SimpleQueue, an unbounded queue between threads. Library reference, "queue".
#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "VM/threads.h"

namespace minipy {
namespace {

struct SimpleQueue : Object {
  List* items;
  size_t first;  // of the items that are still in the queue
};

Value empty_error;  // _queue.Empty

// All queues share one condition: `puts` counts the items put into any of them.
std::mutex puts_mutex;
std::condition_variable puts_changed;
uint64_t puts = 0;

// In a forked child nobody else waits, nor holds the mutex.
void reset_after_fork() {
  new (&puts_mutex) std::mutex;
  new (&puts_changed) std::condition_variable;
}

Value make_queue(Thread& thread, Type& type, const Value*, size_t count, Value keyword_names) {
  if (!has_own_init(type, ModuleKind::SimpleQueue)) {
    TRY(check_no_keywords(thread, "SimpleQueue", keyword_names));
    TRY(check_positional(thread, "SimpleQueue", count, 0, 0));
  }
  SimpleQueue* queue = allocate_instance_as<SimpleQueue>(type);
  if (!queue) return error;
  queue->items = make_list();
  return Value(queue);
}

size_t size_of(SimpleQueue& self) { return self.items->size - self.first; }
bool is_empty(SimpleQueue& self) { return size_of(self) == 0; }

// block and timeout are there to be like Queue's: putting never waits.
Status put(Thread& thread, SimpleQueue& self, Value item, Value, Value) {
  TRY(list_append(thread, *self.items, item));
  std::lock_guard lock(puts_mutex);
  ++puts;
  puts_changed.notify_all();
  return nothing;
}

Status put_nowait(Thread& thread, SimpleQueue& self, Value item) { return put(thread, self, item, None, None); }

Value take_first(SimpleQueue& self) {
  const Value item = self.items->at(self.first);
  self.items->store(self.first++, None);
  if (self.first == self.items->size || self.first > 1024) {
    list_remove_range(*self.items, 0, self.first);
    self.first = 0;
  }
  return item;
}

Failure raise_empty(Thread& thread) { return raise_bare(thread, *empty_error.as<Type>()); }

using Clock = std::chrono::steady_clock;

// Without the lock on the interpreter; a short slice, so that signals are seen.
void wait_for_put(Thread& thread, uint64_t seen, Clock::time_point until) {
  WithoutGil without(thread);
  std::unique_lock lock(puts_mutex);
  const auto slice_end = std::min(until, Clock::now() + std::chrono::milliseconds(50));
  puts_changed.wait_until(lock, slice_end, [&] { return puts != seen; });
}

uint64_t puts_so_far() {
  std::lock_guard lock(puts_mutex);
  return puts;
}

Result<Clock::time_point> deadline(Thread& thread, Value timeout) {
  if (timeout.is_none()) return Clock::time_point::max();
  const double seconds = TRY(as_double(thread, timeout));
  if (seconds < 0) return raise(thread, ValueError, "'timeout' must be a non-negative number");
  if (seconds > 9e9) return raise(thread, OverflowError, "timeout value is too large");
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

Value get(Thread& thread, SimpleQueue& self, bool block, Value timeout) {
  const Clock::time_point until = block ? TRY(deadline(thread, timeout)) : Clock::time_point::min();
  for (;;) {
    const uint64_t seen = puts_so_far();
    if (!is_empty(self)) return take_first(self);
    if (!block || Clock::now() >= until) return raise_empty(thread);
    wait_for_put(thread, seen, until);
    TRY(run_pending(thread));
  }
}

Value get_nowait(Thread& thread, SimpleQueue& self) { return get(thread, self, false, None); }

const MethodRow queue_methods[] = {
    method<is_empty>("empty($self, /)", "Whether the queue is empty (which may change at once)."),
    method<get>("get($self, /, block=True, timeout=None)",
                "Take out and return the first item, waiting for one if need be.\n\n"
                "Empty if there is none in time."),
    method<get_nowait>("get_nowait($self, /)", "Take out and return the first item; Empty if there is none."),
    method<put>("put($self, /, item, block=True, timeout=None)", "Add an item at the end. Never waits."),
    method<put_nowait>("put_nowait($self, /, item)", "Add an item at the end."),
    method<size_of>("qsize($self, /)", "How many items there are (which may change at once)."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
};

Status initialize(Thread& thread, Module& module) {
  pthread_atfork(nullptr, nullptr, reset_after_fork);
  TypeSlots slots{};
  slots.make = make_queue;
  define_type(ModuleKind::SimpleQueue, {.doc = "SimpleQueue()\n--\n\nSimple, unbounded, reentrant FIFO queue.",
                                  .instance_bytes = sizeof(SimpleQueue),
                                  .flags = Type::kBaseType | Type::kHasWeakReferences, .slots = slots,
                                  .methods = queue_methods});
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", Value(make_str("_queue")));
  dict_set_str(*contents, "__doc__", Value(make_str("There was no item to get.")));
  empty_error = TRY(make_class(thread, type_of_kind(Kind::Type), Value(intern("Empty")),
                               *make_tuple({Value(&Exception)}), *contents));
  module_add(module, "Empty", empty_error);
  module_add_type(module, type_of_kind(ModuleKind::SimpleQueue));
  return nothing;
}

}  // namespace

extern const ModuleSpec queue_module{"_queue", "The simple queue of the queue module.", {}, initialize};

}  // namespace minipy
