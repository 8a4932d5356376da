#include "Objects/thread.h"

#define GC_THREADS
#include <gc/gc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <new>

#include "Objects/gc.h"
#include "Objects/raise.h"
#include "Objects/static_objects.h"
#include "Objects/thread_states.h"

namespace minipy {

thread_local Thread* current_thread_pointer;
Thread* first_thread;
Status (*run_pending_hook)(Thread& thread);

namespace {

// Reserved, not committed: pages cost nothing until they are touched.
constexpr size_t kValueStackBytes = size_t{64} << 20;
Thread main_thread;

// Where the C++ stack of the calling thread may not go below.
char* find_stack_limit() {
  pthread_attr_t attributes;
  void* lowest = nullptr;
  size_t size = 0;
  rlimit limit;
  // The main thread's stack grows up to its limit; "unlimited" is taken for 64 MB.
  if (first_thread == nullptr && getrlimit(RLIMIT_STACK, &limit) == 0) {
    const size_t most = limit.rlim_cur == RLIM_INFINITY ? size_t{64} << 20 : limit.rlim_cur;
    char* here = static_cast<char*>(__builtin_frame_address(0));
    return here - most + kStackMargin + 64 * 1024;
  }
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
  }
  return static_cast<char*>(lowest) + kStackMargin;
}

bool map_value_stack(Thread& thread) {
  size_t bytes = kValueStackBytes;
  void* memory = MAP_FAILED;
  while (memory == MAP_FAILED && bytes >= 1 << 20) {
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) bytes /= 2;
  }
  if (memory == MAP_FAILED) return false;
  thread.stack_base = thread.stack_top = static_cast<Value*>(memory);
  thread.stack_end = thread.stack_base + bytes / sizeof(Value);
  return true;
}

}  // namespace

Thread& current_thread() { return *current_thread_pointer; }

Thread* allocate_thread() {
  Thread* thread = &main_thread;
  if (first_thread) {
    thread = new (GC_malloc_uncollectable(sizeof(Thread))) Thread();
  } else {
    include_in_roots(&main_thread, &main_thread + 1);
  }
  if (map_value_stack(*thread)) return thread;
  if (thread != &main_thread) GC_free(thread);
  return nullptr;
}

Thread& add_thread() {
  Thread* const thread = allocate_thread();
  MP_ASSERT(thread);
  return adopt_thread(*thread);
}

Thread& adopt_thread(Thread& thread) {
  thread.stack_limit = find_stack_limit();
  thread.exception_state = &thread.base_exception_state;
  thread.identifier = static_cast<unsigned long>(pthread_self());
  if (first_thread) thread.recursion_limit = first_thread->recursion_limit;
  thread.next = first_thread;
  first_thread = &thread;
  current_thread_pointer = &thread;
  return thread;
}

void unlist_thread(Thread& thread) {
  for (Thread** link = &first_thread; *link; link = &(*link)->next) {
    if (*link != &thread) continue;
    *link = thread.next;
    break;
  }
  if (current_thread_pointer == &thread) current_thread_pointer = nullptr;
}

void free_thread(Thread& thread) {
  munmap(thread.stack_base, static_cast<size_t>(thread.stack_end - thread.stack_base) * sizeof(Value));
  if (&thread != &main_thread) GC_free(&thread);
}

void remove_thread(Thread& thread) {
  unlist_thread(thread);
  free_thread(thread);
}

void request_pending_somewhere(uint32_t reasons) {
  if (current_thread_pointer) return request_pending(*current_thread_pointer, reasons);
  for (Thread* thread = first_thread; thread; thread = thread->next) request_pending(*thread, reasons);
}

bool RecursionGuard::raise_recursion_error(const char* where) const {
  const ExtraDepth reporting(thread_);
  raise(thread_, RecursionError, "maximum recursion depth exceeded{}", where);
  return true;
}

// Everything is served in one place, by the runtime (VM/threads.cpp). Before that has been set up only
// the allocator can have asked for something.
Status run_pending(Thread& thread) {
  if (run_pending_hook) return run_pending_hook(thread);
  const uint32_t reasons = thread.pending.exchange(0);
  if (reasons & Pending::kFinalizers) run_pending_finalizers(thread);
  if (reasons & Pending::kMemoryError) return raise_memory_error(thread);
  return nothing;
}

}  // namespace minipy
