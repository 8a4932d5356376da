// What to do where the process has no descriptors left.
#pragma once

#include <cerrno>

#include "Objects/gc.h"
#include "Objects/thread.h"

namespace minipy {

// Descriptors of files and sockets that nobody has closed come back when the collector finds those. CPython, which
// counts references, has none of them: so where they run out, a collection comes first. True if it is worth another try.
inline bool collect_lost_descriptors(Thread& thread, int error_number) {
  if (error_number != EMFILE && error_number != ENFILE) return false;
  return gc_collect(thread) > 0;
}

// The descriptor that `call` makes, or a negative number with errno.
template <typename F>
int make_descriptor(Thread& thread, F&& call) {
  const int descriptor = call();
  if (descriptor >= 0) return descriptor;
  const int error_number = errno;
  if (collect_lost_descriptors(thread, error_number)) return call();
  errno = error_number;
  return descriptor;
}

}  // namespace minipy
