// How the states of threads come and go. The thread that starts another one allocates its state; that one adopts it, and
// unlists it at its end: all with the GIL. Without it, a collection would take free lists away that the owner of the GIL
// is using.
#pragma once

#include "Objects/thread.h"

namespace minipy {

// What C++ may use of a thread's stack below Thread::stack_limit, while an error is being reported.
constexpr size_t kStackMargin = 256 * 1024;

// Calls may nest a little deeper while it lives: for what must not fail where no depth is left.
class ExtraDepth {
 public:
  explicit ExtraDepth(Thread& thread) : thread_(thread) {
    thread_.recursion_depth -= kCalls;  // the limit may be the largest number
    thread_.stack_limit -= kStackMargin / 2;
  }
  ~ExtraDepth() {
    thread_.recursion_depth += kCalls;
    thread_.stack_limit += kStackMargin / 2;
  }
  ExtraDepth(const ExtraDepth&) = delete;
  ExtraDepth& operator=(const ExtraDepth&) = delete;

 private:
  static constexpr int kCalls = 50;
  Thread& thread_;
};

Thread* allocate_thread();             // nullptr if there is no memory for its value stack
Thread& adopt_thread(Thread& thread);  // by the C++ thread whose state it is
void unlist_thread(Thread& thread);
void free_thread(Thread& thread);      // once nobody can know it any more

// For those who may come from a thread that has no state yet, as a collection while it is being registered: whoever
// comes to a safe point first.
void request_pending_somewhere(uint32_t reasons);

}  // namespace minipy
