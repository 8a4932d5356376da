// lock and RLock of _thread. A waiting thread lets others run, and the main thread serves signals.
#include <errno.h>
#define GC_THREADS
#include <gc/gc.h>
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <cmath>

#include "Modules/thread/thread.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "VM/threads.h"

namespace minipy {
namespace {

// All locks share a mutex and a condition for waiting. Taking a lock is one atomic exchange: threads that wait have no
// GIL, and may wake up just when another one asks.
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t released = PTHREAD_COND_INITIALIZER;

// In a forked child nobody else waits, nor holds the mutex.
void reset_after_fork() {
  pthread_mutex_init(&mutex, nullptr);
  pthread_cond_init(&released, nullptr);
}

struct ThreadLock : Object {
  static constexpr Kind kKind = ModuleKind::ThreadLock;
  std::atomic<bool> is_locked;
};

struct ThreadReentrantLock : Object {
  static constexpr Kind kKind = ModuleKind::ThreadReentrantLock;
  std::atomic<bool> is_locked;
  unsigned long owner;
  uint64_t count;
};

enum class Outcome { Acquired, TimedOut, Interrupted };

Outcome wait_for(Thread& thread, std::atomic<bool>& is_locked, double timeout) {
  if (timeout == 0) return Outcome::TimedOut;
  timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  // Signals interrupt the main thread's wait, so it looks every tenth of a second.
  const bool has_slices = is_main_thread(thread);
  const double slice = has_slices && (timeout < 0 || timeout > 0.1) ? 0.1 : timeout;
  if (slice > 0) {
    const double whole = std::floor(slice);
    deadline.tv_sec += static_cast<time_t>(std::min(whole, 4e9));
    deadline.tv_nsec += static_cast<long>((slice - whole) * 1e9);
    if (deadline.tv_nsec >= 1000000000) {
      deadline.tv_nsec -= 1000000000;
      ++deadline.tv_sec;
    }
  }
  Outcome outcome = Outcome::Acquired;
  {
    const WithoutGil guard(thread);
    pthread_mutex_lock(&mutex);
    while (is_locked.exchange(true)) {
      const int result = slice > 0 ? pthread_cond_timedwait(&released, &mutex, &deadline)
                                   : pthread_cond_wait(&released, &mutex);
      if (result == ETIMEDOUT) {
        outcome = has_slices && slice != timeout ? Outcome::Interrupted : Outcome::TimedOut;
        break;
      }
    }
    pthread_mutex_unlock(&mutex);
  }
  return outcome;
}

// The main thread waits while nobody allocates anything: a good time for a collection. What it waits for may be
// the end of an object that nobody uses any more: a socket whose other side reads until it is closed.
class IdleCollection {
 public:
  void begin_wait() { before_ = GC_get_bytes_since_gc(); }
  void end_wait(Thread& thread) {
    if (is_done_ || before_ == 0 || GC_get_bytes_since_gc() != before_ || GC_is_disabled()) return;
    is_done_ = true;
    gc_collect(thread);
  }

 private:
  size_t before_ = 0;
  bool is_done_ = false;
};

Result<bool> acquire(Thread& thread, std::atomic<bool>& is_locked, double timeout) {
  if (!is_locked.exchange(true)) return true;
  timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  double left = timeout;
  IdleCollection idle;
  for (;;) {
    idle.begin_wait();
    const Outcome outcome = wait_for(thread, is_locked, left);
    if (outcome == Outcome::Acquired) return true;
    if (thread.pending.load()) TRY(run_pending(thread));
    if (outcome == Outcome::TimedOut) return false;
    idle.end_wait(thread);
    if (timeout < 0) continue;
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left = timeout - (static_cast<double>(now.tv_sec - start.tv_sec) +
                      static_cast<double>(now.tv_nsec - start.tv_nsec) * 1e-9);
    if (left <= 0) return false;
  }
}

void release(std::atomic<bool>& is_locked) {
  pthread_mutex_lock(&mutex);
  is_locked = false;
  pthread_cond_broadcast(&released);
  pthread_mutex_unlock(&mutex);
}

// --- lock ---

Value lock_acquire(Thread& thread, ThreadLock& self, bool blocking, Value timeout) {
  const double seconds = TRY(lock_timeout(thread, timeout, blocking));
  const bool is_acquired = TRY(acquire(thread, self.is_locked, seconds));
  // A signal that came meanwhile is served here, inside the caller's `try`, not wherever the next
  // call is.
  if (thread.pending.load() & Pending::kSignals) TRY(run_pending(thread));
  return Value::from_bool(is_acquired);
}
Status lock_release(Thread& thread, ThreadLock& self) {
  if (!self.is_locked) return raise(thread, RuntimeError, "release unlocked lock");
  release(self.is_locked);
  return nothing;
}
bool lock_locked(ThreadLock& self) {
  return self.is_locked;
}
Value lock_enter(Thread& thread, ThreadLock& self) {
  return Value::from_bool(TRY(acquire(thread, self.is_locked, -1)));
}
Status lock_exit(Thread& thread, ThreadLock& self, std::span<const Value>) {
  return lock_release(thread, self);
}
void lock_reinitialize(ThreadLock& self) {
  self.is_locked = false;
}

Value show_lock(Thread& thread, Value value) {
  const ThreadLock& self = *value.as<ThreadLock>();
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(value.object()));
  return format_message(
      thread, "<{} {} object at {}>",
      {self.is_locked ? "locked" : "unlocked", type_of(value), static_cast<const char*>(address)});
}

const MethodRow lock_rows[] = {
    method<lock_acquire>("!acquire($self, /, blocking=True, timeout=-1)",
                         "Take the lock; whether that succeeded."),
    method<lock_acquire>("!acquire_lock($self, /, blocking=True, timeout=-1)",
                         "The same, an old name."),
    method<lock_release>("!release($self)", "Give the lock back; any thread may."),
    method<lock_release>("!release_lock($self)", "The same, an old name."),
    method<lock_locked>("!locked($self)", "Whether the lock is taken."),
    method<lock_locked>("!locked_lock($self)", "The same, an old name."),
    method<lock_enter>("!__enter__($self)", "Take the lock."),
    method<lock_exit>("!__exit__($self, *args)", "Give the lock back."),
    method<lock_reinitialize>("!_at_fork_reinit($self)", ""),
};

// --- RLock ---

unsigned long caller() {
  return static_cast<unsigned long>(pthread_self());
}

Result<bool> take_again(Thread& thread, ThreadReentrantLock& self, double timeout) {
  if (self.is_locked && self.owner == caller()) {
    ++self.count;
    return true;
  }
  if (!TRY(acquire(thread, self.is_locked, timeout))) return false;
  self.owner = caller();
  self.count = 1;
  return true;
}
Value rlock_acquire(Thread& thread, ThreadReentrantLock& self, bool blocking, Value timeout) {
  const double seconds = TRY(lock_timeout(thread, timeout, blocking));
  return Value::from_bool(TRY(take_again(thread, self, seconds)));
}
Status rlock_release(Thread& thread, ThreadReentrantLock& self) {
  if (!self.is_locked || self.owner != caller())
    return raise(thread, RuntimeError, "cannot release un-acquired lock");
  if (--self.count == 0) {
    self.owner = 0;
    release(self.is_locked);
  }
  return nothing;
}
Value rlock_enter(Thread& thread, ThreadReentrantLock& self) {
  return Value::from_bool(TRY(take_again(thread, self, -1)));
}
Status rlock_exit(Thread& thread, ThreadReentrantLock& self, std::span<const Value>) {
  return rlock_release(thread, self);
}
bool rlock_is_owned(ThreadReentrantLock& self) {
  return self.is_locked && self.owner == caller();
}
Value rlock_release_save(Thread& thread, ThreadReentrantLock& self) {
  if (!self.is_locked || self.count == 0)
    return raise(thread, RuntimeError, "cannot release un-acquired lock");
  const Value state = make_tuple({make_uint(self.count), make_uint(self.owner)});
  self.count = 0;
  self.owner = 0;
  release(self.is_locked);
  return state;
}
Status rlock_acquire_restore(Thread& thread, ThreadReentrantLock& self, Value state) {
  if (!is_tuple(state) || state.as<Tuple>()->size != 2)
    return raise(thread, TypeError, "a pair is required");
  const auto count = int_to_uint64(TRY(number_index(thread, state.as<Tuple>()->items[0])));
  const auto owner = int_to_uint64(TRY(number_index(thread, state.as<Tuple>()->items[1])));
  TRY(acquire(thread, self.is_locked, -1));
  self.count = count.value_or(1);
  self.owner = owner.value_or(0);
  return nothing;
}
void rlock_reinitialize(ThreadReentrantLock& self) {
  self.is_locked = false;
  self.owner = 0;
  self.count = 0;
}
Value rlock_recursion_count(ThreadReentrantLock& self) {
  return self.is_locked && self.owner == caller() ? make_uint(self.count) : make_int(0);
}

Value show_rlock(Thread& thread, Value value) {
  const ThreadReentrantLock& self = *value.as<ThreadReentrantLock>();
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(value.object()));
  return format_message(
      thread, "<{} {} object owner={} count={} at {}>",
      {self.is_locked ? "locked" : "unlocked", type_of(value), static_cast<int64_t>(self.owner),
       static_cast<int64_t>(self.count), static_cast<const char*>(address)});
}

const MethodRow rlock_rows[] = {
    method<rlock_acquire>("!acquire($self, /, blocking=True, timeout=-1)",
                          "Take the lock, once more if it is ours."),
    method<rlock_release>("!release($self)", "Give it back once."),
    method<rlock_is_owned>("!_is_owned($self)", "Whether this thread holds the lock."),
    method<rlock_acquire_restore>("!_acquire_restore($self, state, /)", "Take the lock as often as _release_save() gave it up."),
    method<rlock_release_save>("!_release_save($self)", "Give the lock up altogether; what _acquire_restore() needs."),
    method<rlock_enter>("!__enter__($self)", "Take the lock."),
    method<rlock_exit>("!__exit__($self, *args)", "Give it back once."),
    method<rlock_reinitialize>("!_at_fork_reinit($self)", ""),
    method<rlock_recursion_count>("!_recursion_count($self)", ""),
};

Value make_rlock(Thread&, Type& type, const Value*, size_t, Value) {
  return allocate_instance(type);
}

}  // namespace

Result<double> lock_timeout(Thread& thread, Value timeout, bool is_blocking) {
  double seconds = -1;
  if (!timeout.is_empty()) seconds = TRY(as_double(thread, timeout));
  if (std::isnan(seconds)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
  if (!is_blocking && seconds != -1)
    return raise(thread, ValueError, "can't specify a timeout for a non-blocking call");
  if (seconds < 0 && seconds != -1)
    return raise(thread, ValueError, "timeout value must be a non-negative number");
  if (seconds > 9223372036.0) return raise(thread, OverflowError, "timeout value is too large");
  return is_blocking ? seconds : 0.0;
}

Value allocate_lock(Thread&) {
  auto* lock = allocate<ThreadLock>();
  return lock;
}

// The lock that threading waits for when it joins a thread; one for each thread at most.
Value set_sentinel(Thread& thread) {
  if (thread.dictionary.is_empty()) thread.dictionary = make_dict();
  const Value lock = allocate_lock(thread);
  dict_set_str(*thread.dictionary.as<Dict>(), "__sentinel__", lock);
  return lock;
}

void release_sentinel(Thread& thread) {
  if (thread.dictionary.is_empty()) return;
  const Value lock = dict_get_str(*thread.dictionary.as<Dict>(), "__sentinel__");
  if (has_kind(lock, ModuleKind::ThreadLock)) release(lock.as<ThreadLock>()->is_locked);
}

void define_lock_types() {
  static bool is_defined = false;
  if (is_defined) return;
  is_defined = true;
  pthread_atfork(nullptr, nullptr, reset_after_fork);
  TypeSpec lock;
  lock.doc = "Either taken or free; made by allocate_lock().";
  lock.instance_bytes = sizeof(ThreadLock);
  lock.flags = Type::kHasWeakReferences | Type::kDisallowInstantiation;
  lock.methods = lock_rows;
  lock.slots.repr = show_lock;
  define_type(ModuleKind::ThreadLock, lock);
  TypeSpec reentrant;
  reentrant.doc = "A lock that its owner may take again.";
  reentrant.instance_bytes = sizeof(ThreadReentrantLock);
  reentrant.flags = Type::kHasWeakReferences | Type::kBaseType;
  reentrant.methods = rlock_rows;
  reentrant.slots.repr = show_rlock;
  reentrant.slots.make = make_rlock;
  define_type(ModuleKind::ThreadReentrantLock, reentrant);
  define_thread_local_type();
}

}  // namespace minipy
