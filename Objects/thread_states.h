// How the states of threads come and go. The thread that starts another one allocates its state; that one adopts it, and
// unlists it at its end: all with the GIL. Without it, a collection would take free lists away that the owner of the GIL
// is using.
#pragma once

#include "Objects/thread.h"

namespace minipy {

// What C++ may use of a thread's stack below Thread::stack_limit, while an error is being reported.
constexpr size_t kStackMargin = 256 * 1024;

Thread* allocate_thread();             // nullptr if there is no memory for its value stack
Thread& adopt_thread(Thread& thread);  // by the C++ thread whose state it is
void unlist_thread(Thread& thread);
void free_thread(Thread& thread);      // once nobody can know it any more

// For those who may come from a thread that has no state yet, as a collection while it is being registered: whoever
// comes to a safe point first.
void request_pending_somewhere(uint32_t reasons);

}  // namespace minipy
