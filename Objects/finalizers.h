// Objects with a finaliser: a table outside the heap, looked through at the end of each mark phase.
// Unreachable ones are kept for one more cycle and queued; their finalisers run at safe points.
#pragma once

#include <cstddef>

#include "Objects/object.h"

namespace minipy {

using PushRange = void (*)(void* bottom, void* top);

void register_finalizable(Object* object);  // called by the allocator
void sweep_finalizable();                   // at the end of marking
// Marks an unreachable object and all that it refers to; the world is stopped.
void gc_keep_alive(Object* object);
// What returned calls have left on the stack is no reference any more.
void gc_scrub_stack();
void push_finalizer_roots(PushRange push);  // what is queued
size_t pending_finalizer_count();
// Adds a call of `callback(argument)` to the queue: weak reference callbacks.
void queue_callback(Object* callback_owner);
// Runs the finaliser of everything that has not had it yet, at exit.
void finalize_everything(struct Thread& thread);

}  // namespace minipy
