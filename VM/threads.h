// Threads of the operating system that run Python, one at a time: the GIL.
#pragma once

#include "Objects/thread.h"

namespace minipy {

double get_switch_interval();
void set_switch_interval(double seconds);

void take_gil(Thread& thread);
void release_gil(Thread& thread);
bool has_gil(const Thread& thread);
// The first and the last thing that a thread does in Python; allocate_thread() has made its state.
void enter_thread(Thread& thread);
void leave_thread(Thread& thread);

// Lets others run while the calling thread waits in the system: no Python object may be touched
// inside. errno survives.
class WithoutGil {
 public:
  explicit WithoutGil(Thread& thread);
  ~WithoutGil();
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  Thread& thread_;
};

// What a safe point does when a bit of Thread::pending asks for it: run_pending_hook.
void initialize_threads(Thread& main_thread);
bool is_main_thread(const Thread& thread);
void reset_threads_after_fork(Thread& thread);

// Signals: `handlers` run at the main thread's safe points. Filled by the _signal module.
extern Status (*run_signal_handlers_hook)(Thread& thread);
void request_signal_handling();  // from a signal handler: async-signal-safe

}  // namespace minipy
