#include "Objects/finalizers.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include "Objects/gc.h"
#include "Objects/page_vector.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/thread.h"
#include "Objects/thread_states.h"
#include "Objects/type.h"
#include "Objects/weak_reference.h"
#include "Objects/weak_table.h"

namespace minipy {
namespace {

// What stands here keeps nothing alive.
PageVector<Object*> finalizable;
// Objects whose finaliser (or, for weak references, whose callback) is due; roots until it has run.
// The last one is the first to be served.
PageVector<Object*> due;
// Of those, in between, the ones whose finaliser is Python code. It may use files, sockets and
// locks that became unreachable at the same time, so theirs come later.
PageVector<Object*> due_in_python;
// Of the sweep at work: unreachable, with finalisers that wait until nobody can use the object any more.
PageVector<Object*> releasing;
bool is_running;

bool wants_finalizer(const Object* object) {
  return (object->shape & 1) && object->has_flag(Object::kFinalizable) && !object->has_flag(Object::kFinalized);
}

void add_due(Object* object) {
  if (object->type().has(Type::kReleasesResource)) return releasing.push_back(object);
  const FinalizeSlot finalize = object->type().slots.finalize;
  const bool runs_python = finalize == trampoline::finalize || object->kind == Kind::Generator ||
                           object->kind == Kind::Coroutine || object->kind == Kind::AsyncGenerator;
  (runs_python ? due_in_python : due).push_back(object);
}
void merge_due() {
  for (Object* object : due_in_python) due.push_back(object);
  due_in_python.shrink(0);
}

// The objects in `due` from `first` on lose the weak references to them and stay until their finalisers have run.
// First all of the one, then all of the other: an object that another of them refers to is due as well. Callbacks
// of weak references join the queue behind them.
void keep_for_finalizers(size_t first) {
  const size_t end = due.size();
  for (size_t i = first; i < end; ++i) clear_references_to(due[i]);
  for (size_t i = first; i < end; ++i) gc_keep_alive(due[i]);
}

void run_one(Thread& thread, Object* object) {
  if (object->kind == Kind::WeakReference || object->kind == Kind::WeakProxy ||
      object->kind == Kind::WeakCallableProxy) {
    const Value callback = static_cast<WeakReference*>(object)->callback;
    if (callback.is_none()) return;
    static_cast<WeakReference*>(object)->callback = None;
    if (failed(call(thread, callback, {Value(object)}))) write_unraisable(thread, callback);
    return;
  }
  if (object->has_flag(Object::kFinalized)) return;
  object->flags |= Object::kFinalized;
  if (FinalizeSlot finalize = object->type().slots.finalize) finalize(thread, object);
}

}  // namespace

void register_finalizable(Object* object) {
  finalizable.push_back(object);
}

void sweep_finalizable() {
  const size_t first_due = due.size();
  size_t kept = 0;
  for (Object* object : finalizable) {
    const bool is_alive = GC_is_marked(object);
    if (!is_alive) {
      if (!wants_finalizer(object)) continue;  // the sweep will take it
      add_due(object);
    } else if (object->has_flag(Object::kFinalized)) {
      continue;
    }
    finalizable[kept++] = object;
  }
  finalizable.shrink(kept);
  merge_due();
  keep_for_finalizers(first_due);
  // What one of those refers to may be used once more; its turn comes in a later cycle.
  const size_t first_releasing = due.size();
  for (Object* object : releasing) {
    if (!GC_is_marked(object)) due.push_back(object);
  }
  releasing.shrink(0);
  keep_for_finalizers(first_releasing);
  if (!due.is_empty()) request_pending_somewhere(Pending::kFinalizers);
}

void push_finalizer_roots(PushRange push) {
  if (!due.is_empty()) push(due.begin(), due.end());
}

size_t pending_finalizer_count() {
  return due.size();
}
bool has_pending_finalizers() {
  return !due.is_empty();
}

void queue_callback(Object* callback_owner) {
  due.push_back(callback_owner);
  request_pending_somewhere(Pending::kFinalizers);
}

void run_pending_finalizers(Thread& thread) {
  if (is_running) return;
  is_running = true;
  const Value pending = take_exception(thread);
  while (!due.is_empty()) {
    Object* object = due.take_last();
    run_one(thread, object);
    if (has_exception(thread)) write_unraisable(thread, object);
  }
  thread.exception = pending;
  is_running = false;
}

void finalize_everything(Thread& thread) {
  run_pending_finalizers(thread);
  for (Object* object : finalizable) {
    if (wants_finalizer(object)) add_due(object);
  }
  finalizable.shrink(0);
  merge_due();
  run_pending_finalizers(thread);
  for (Object* object : releasing) due.push_back(object);
  releasing.shrink(0);
  run_pending_finalizers(thread);
}

}  // namespace minipy
