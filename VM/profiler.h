// Profilers written in C++: as a thread's profile function, an object of that kind is told what
// runs without a frame object and without a call of Python.
#pragma once

#include "Objects/object.h"
#include "Objects/thread.h"

namespace minipy {

enum class ProfileEvent { Call, Return, NativeCall, NativeReturn };

struct NativeProfiler {
  Kind kind = Kind::Object;  // of the profilers
  // `what` is the code object, or the callable that is no Python function.
  void (*notify)(Thread& thread, Value profiler, ProfileEvent event, Value what) = nullptr;
};
extern NativeProfiler native_profiler;  // filled by the module

}  // namespace minipy
