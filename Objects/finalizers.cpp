#include "Objects/finalizers.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include <vector>

#include "Objects/gc.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/thread.h"
#include "Objects/type.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

// Addresses are complemented: what stands here keeps nothing alive. malloc memory is not scanned.
std::vector<uintptr_t> finalizable;
// Objects whose finaliser (or, for weak references, whose callback) is due; roots until it has run.
std::vector<Object*> due;
bool is_running;

void run_one(Thread& thread, Object* object) {
  if (object->kind == Kind::WeakReference || object->kind == Kind::WeakProxy || object->kind == Kind::WeakCallableProxy) {
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

void register_finalizable(Object* object) { finalizable.push_back(~reinterpret_cast<uintptr_t>(object)); }

void sweep_finalizable() {
  size_t kept = 0;
  for (uintptr_t hidden : finalizable) {
    Object* object = reinterpret_cast<Object*>(~hidden);
    const bool is_alive = GC_is_marked(object);
    const bool wants_finalizer = (object->shape & 1) && object->has_flag(Object::kFinalizable) &&
                                 !object->has_flag(Object::kFinalized);
    if (!is_alive) {
      if (!wants_finalizer) continue;  // the sweep will take it
      GC_set_mark_bit(object);
      due.push_back(object);
    } else if (object->has_flag(Object::kFinalized)) {
      continue;
    }
    finalizable[kept++] = hidden;
  }
  finalizable.resize(kept);
  if (!due.empty()) request_pending(current_thread(), Pending::kFinalizers);
}

void push_finalizer_roots(PushRange push) {
  if (!due.empty()) push(due.data(), due.data() + due.size());
}

size_t pending_finalizer_count() { return due.size(); }
bool has_pending_finalizers() { return !due.empty(); }

void queue_callback(Object* callback_owner) {
  due.push_back(callback_owner);
  request_pending(current_thread(), Pending::kFinalizers);
}

void run_pending_finalizers(Thread& thread) {
  if (is_running) return;
  is_running = true;
  const Value pending = take_exception(thread);
  while (!due.empty()) {
    Object* object = due.back();
    due.pop_back();
    run_one(thread, object);
    if (has_exception(thread)) write_unraisable(thread, object);
  }
  thread.exception = pending;
  is_running = false;
}

void finalize_everything(Thread& thread) {
  run_pending_finalizers(thread);
  std::vector<uintptr_t> all;
  all.swap(finalizable);
  for (uintptr_t hidden : all) {
    Object* object = reinterpret_cast<Object*>(~hidden);
    const bool wants_finalizer = (object->shape & 1) && object->has_flag(Object::kFinalizable);
    if (wants_finalizer) due.push_back(object);
  }
  run_pending_finalizers(thread);
}

}  // namespace minipy
