// The parts of _thread, and what else waits for locks.
#pragma once

#include "Modules/arguments.h"
#include "VM/traceback_display.h"

namespace minipy {

void define_lock_types();  // locks.cpp, thread_local.cpp
void define_thread_local_type();
Value allocate_lock(Thread& thread);
Value set_sentinel(Thread& thread);
void release_sentinel(Thread& thread);
void release_thread_locals(Thread& thread);
Type& exception_arguments_type();

// Of the _signal module: the signal is handled at the main thread's next safe point.
void simulate_signal(int number);

// Seconds as a timeout: -1 waits for ever; "timeout value is too large".
Result<double> lock_timeout(Thread& thread, Value timeout, bool is_blocking);

}  // namespace minipy
