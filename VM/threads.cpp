#include "VM/threads.h"

#include <pthread.h>
#include <time.h>

#include <cerrno>
#include <cmath>

#include "Objects/gc.h"
#include "Objects/raise.h"
#include "Objects/thread_states.h"
#include "VM/run.h"

namespace minipy {

Status (*run_signal_handlers_hook)(Thread& thread) = nullptr;

namespace {

// One lock, one owner. A thread that has waited for the switch interval asks the owner to give way;
// the owner then waits until somebody else has had it.
struct Gil {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t released = PTHREAD_COND_INITIALIZER;
  pthread_cond_t switched = PTHREAD_COND_INITIALIZER;
  Thread* owner = nullptr;
  Thread* last_owner = nullptr;
  int waiting = 0;
  bool switch_requested = false;
};
Gil gil;
Thread* main_thread = nullptr;
double switch_interval = 0.005;

timespec deadline_after(double seconds) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const double whole = std::floor(seconds);
  now.tv_sec += static_cast<time_t>(whole);
  now.tv_nsec += static_cast<long>((seconds - whole) * 1e9);
  if (now.tv_nsec >= 1000000000) {
    now.tv_nsec -= 1000000000;
    ++now.tv_sec;
  }
  return now;
}

void give_way(Thread& thread) {
  pthread_mutex_lock(&gil.mutex);
  if (gil.waiting == 0) {
    gil.switch_requested = false;
    pthread_mutex_unlock(&gil.mutex);
    return;
  }
  gil.owner = nullptr;
  gil.switch_requested = false;
  pthread_cond_signal(&gil.released);
  while (gil.last_owner == &thread && gil.waiting > 0) {
    const timespec deadline = deadline_after(switch_interval);
    if (pthread_cond_timedwait(&gil.switched, &gil.mutex, &deadline) == ETIMEDOUT) break;
  }
  pthread_mutex_unlock(&gil.mutex);
  take_gil(thread);
}

// The reasons are taken before they are served: what comes up meanwhile waits for the next safe point. Tracing
// is no reason but a state.
Status serve_pending(Thread& thread) {
  const uint32_t reasons = thread.pending.fetch_and(kPendingTracing);
  if (reasons & Pending::kGilRequest) give_way(thread);
  if (reasons & Pending::kFinalizers) run_pending_finalizers(thread);
  if (reasons & Pending::kMemoryError) {
    request_pending(thread, reasons & (Pending::kSignals | Pending::kAsyncException));
    return raise_memory_error(thread);
  }
  if (reasons & Pending::kSignals) {
    if (!is_main_thread(thread)) {
      request_pending(*main_thread, Pending::kSignals);
    } else if (run_signal_handlers_hook) {
      if (reasons & Pending::kAsyncException) request_pending(thread, Pending::kAsyncException);
      TRY(run_signal_handlers_hook(thread));
    }
  }
  if (!thread.async_exception.is_empty()) {
    const Value exception = thread.async_exception;
    thread.async_exception = Value();
    return is_type(exception) ? raise_bare(thread, *exception.as<Type>()) : raise_exception(thread, exception);
  }
  return nothing;
}

}  // namespace

double get_switch_interval() { return switch_interval; }
void set_switch_interval(double seconds) { switch_interval = seconds; }

void take_gil(Thread& thread) {
  const int saved_errno = errno;
  pthread_mutex_lock(&gil.mutex);
  ++gil.waiting;
  while (gil.owner) {
    const timespec deadline = deadline_after(switch_interval);
    const Thread* owner = gil.owner;
    if (pthread_cond_timedwait(&gil.released, &gil.mutex, &deadline) == ETIMEDOUT && gil.owner == owner &&
        gil.owner) {
      gil.switch_requested = true;
      request_pending(*gil.owner, Pending::kGilRequest);
    }
  }
  --gil.waiting;
  gil.owner = &thread;
  gil.last_owner = &thread;
  pthread_cond_broadcast(&gil.switched);
  pthread_mutex_unlock(&gil.mutex);
  errno = saved_errno;
}

void release_gil(Thread& thread) {
  pthread_mutex_lock(&gil.mutex);
  if (gil.owner == &thread) {
    gil.owner = nullptr;
    pthread_cond_signal(&gil.released);
  }
  pthread_mutex_unlock(&gil.mutex);
}

bool has_gil(const Thread& thread) {
  pthread_mutex_lock(&gil.mutex);
  const bool is_owner = gil.owner == &thread;
  pthread_mutex_unlock(&gil.mutex);
  return is_owner;
}

void enter_thread(Thread& thread) {
  take_gil(thread);
  adopt_thread(thread);
}

// Others may look at the owner of the GIL as long as it is that.
void leave_thread(Thread& thread) {
  unlist_thread(thread);
  release_gil(thread);
  free_thread(thread);
}

// errno survives: callers look at it after the system call.
WithoutGil::WithoutGil(Thread& thread) : thread_(thread) {
  const int saved_errno = errno;
  release_gil(thread);
  errno = saved_errno;
}
WithoutGil::~WithoutGil() { take_gil(thread_); }

void initialize_threads(Thread& thread) {
  main_thread = &thread;
  thread.identifier = static_cast<unsigned long>(pthread_self());
  run_pending_hook = serve_pending;
  take_gil(thread);
}

bool is_main_thread(const Thread& thread) { return &thread == main_thread; }

// Only the calling thread lives on in the child.
void reset_threads_after_fork(Thread& thread) {
  pthread_mutex_init(&gil.mutex, nullptr);
  pthread_cond_init(&gil.released, nullptr);
  pthread_cond_init(&gil.switched, nullptr);
  gil.owner = &thread;
  gil.last_owner = &thread;
  gil.waiting = 0;
  gil.switch_requested = false;
  main_thread = &thread;
  for (Thread* each = first_thread; each;) {
    Thread* following = each->next;
    if (each != &thread) remove_thread(*each);
    each = following;
  }
  thread.next = nullptr;
  first_thread = &thread;
}

void request_signal_handling() {
  if (main_thread) request_pending(*main_thread, Pending::kSignals);
}

}  // namespace minipy
