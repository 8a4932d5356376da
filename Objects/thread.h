// The state of one thread of Python execution. Everything that can raise takes a Thread&.
#pragma once

#include <atomic>
#include <cstdint>

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Frame;

// One entry for each handler being executed: what sys.exc_info() shows (linked by generators).
struct ExceptionState {
  Value handled;  // an exception, or None
  ExceptionState* previous;
};

struct Thread {
  Value exception;  // the pending exception, an instance of BaseException; empty if there is none

  // The value of the StopIteration that a NextSlot did not raise; see NextSlot.
  Value stop_value;

  // The Python frames of this thread, innermost first; the layout is the VM's (VM/frame.h).
  Frame* frame = nullptr;
  ExceptionState* exception_state = nullptr;
  ExceptionState base_exception_state{None, nullptr};

  // Depth of Python calls and of nested C++ that runs Python (repr, compare, ...).
  int recursion_depth = 0;
  int recursion_limit = 1000;
  char* stack_limit = nullptr;  // C++ may not go below this address

  // Nonzero when a safe point has something to do: signals, finalisers, a GIL request,
  // an asynchronous exception, a MemoryError left by the allocator.
  std::atomic<uint32_t> pending{0};

  // Registers of Python frames: a stack of Values, of which [stack_base, stack_top) is scanned.
  Value* stack_base = nullptr;
  Value* stack_top = nullptr;
  Value* stack_end = nullptr;

  Value trace_function, profile_function;  // empty if there is none
  Value context;                           // contextvars: the current Context, or empty
  Value dictionary;                        // the thread's dict for repr guards and locals, or empty
  Value async_generator_first_iteration, async_generator_finalizer;  // or empty
  Value async_exception;                   // to be raised at the next safe point, or empty
  uint64_t context_version = 0;
  int coroutine_origin_depth = 0;
  unsigned long identifier = 0;
  Thread* next = nullptr;  // all threads of the process
};

// Reasons in Thread::pending. Others are the runtime's (VM/).
namespace Pending {
constexpr uint32_t kFinalizers = 1, kMemoryError = 2, kAsyncException = 4, kSignals = 8, kGilRequest = 16,
                   kCalls = 32;
}
inline void request_pending(Thread& thread, uint32_t reasons) { thread.pending.fetch_or(reasons); }

extern Thread* first_thread;  // of the list of all threads
Thread& add_thread();         // a new one for the calling C++ thread; with a value stack
void remove_thread(Thread& thread);

// The calling thread. Prefer the Thread& that was passed in.
Thread& current_thread();
extern thread_local Thread* current_thread_pointer;

inline bool has_exception(const Thread& thread) { return !thread.exception.is_empty(); }
// Takes the pending exception away.
inline Value take_exception(Thread& thread) {
  Value exception = thread.exception;
  thread.exception = Value();
  return exception;
}
inline Failure restore_exception(Thread& thread, Value exception) {
  thread.exception = exception;
  return error;
}

// Guards recursion through C++: `RecursionGuard guard(thread); if (guard.is_exceeded(" in comparison")) return error;`
class RecursionGuard {
 public:
  explicit RecursionGuard(Thread& thread) : thread_(thread) { ++thread_.recursion_depth; }
  ~RecursionGuard() { --thread_.recursion_depth; }
  RecursionGuard(const RecursionGuard&) = delete;
  RecursionGuard& operator=(const RecursionGuard&) = delete;

  // True with RecursionError raised: "maximum recursion depth exceeded" + where.
  bool is_exceeded(const char* where = "") const {
    const bool deep = thread_.recursion_depth > thread_.recursion_limit ||
                      reinterpret_cast<char*>(__builtin_frame_address(0)) < thread_.stack_limit;
    return deep && raise_recursion_error(where);
  }

 private:
  bool raise_recursion_error(const char* where) const;
  Thread& thread_;
};

// Runs what is pending (signals, finalisers, switching threads). May raise.
Status run_pending(Thread& thread);
extern Status (*run_pending_hook)(Thread& thread);

}  // namespace minipy
