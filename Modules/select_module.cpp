// select: waiting for several files at once.
#include <errno.h>
#include <limits.h>
#include <sys/select.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

struct Watched {
  std::vector<int> descriptors;
  GcVector objects;
  fd_set set;
};

Status read_files(Thread& thread, Value sequence, Watched& watched, int& highest) {
  FD_ZERO(&watched.set);
  if (!is_list(sequence) && !is_tuple(sequence)) {
    const Value iterator = iterate(thread, sequence);
    if (iterator.is_empty()) {
      if (!catch_exception(thread, TypeError)) return error;
      return raise(thread, TypeError, "arguments 1-3 must be sequences");
    }
    sequence = iterator;
  }
  List* items = TRY(list_of(thread, sequence));
  for (size_t i = 0; i < items->size; ++i) {
    const Value item = items->at(i);
    const int descriptor = TRY(descriptor_argument(thread, item));
    if (descriptor >= FD_SETSIZE) return raise(thread, ValueError, "filedescriptor out of range in select()");
    if (descriptor > highest) highest = descriptor;
    FD_SET(descriptor, &watched.set);
    watched.descriptors.push_back(descriptor);
    watched.objects.push_back(item);
  }
  return nothing;
}

Value ready_files(Thread& thread, const Watched& watched, const fd_set& ready) {
  List* list = make_list();
  for (size_t i = 0; i < watched.descriptors.size(); ++i) {
    if (FD_ISSET(watched.descriptors[i], &ready)) TRY(list_append(thread, *list, watched.objects[i]));
  }
  return list;
}

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Value wait_for_files(Thread& thread, Value reading, Value writing, Value exceptional, Value timeout) {
  double deadline = -1;
  if (!timeout.is_none()) {
    if (!is_float(timeout) && !is_index(timeout)) {
      return raise(thread, TypeError, "timeout must be a float or None");
    }
    const double seconds = TRY(as_double(thread, timeout));
    if (std::isnan(seconds)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
    if (seconds < 0) return raise(thread, ValueError, "timeout must be non-negative");
    deadline = now() + seconds;
  }
  Watched watched[3];
  int highest = -1;
  TRY(read_files(thread, reading, watched[0], highest));
  TRY(read_files(thread, writing, watched[1], highest));
  TRY(read_files(thread, exceptional, watched[2], highest));
  for (;;) {
    fd_set ready[3] = {watched[0].set, watched[1].set, watched[2].set};
    timeval left{};
    if (deadline >= 0) {
      const double seconds = std::max(deadline - now(), 0.0);
      left.tv_sec = static_cast<time_t>(seconds);
      left.tv_usec = static_cast<suseconds_t>((seconds - std::floor(seconds)) * 1e6);
    }
    int count;
    {
      const WithoutGil guard(thread);
      count = select(highest + 1, &ready[0], &ready[1], &ready[2], deadline >= 0 ? &left : nullptr);
    }
    if (count < 0 && errno == EINTR) {
      TRY(run_pending(thread));
      continue;
    }
    if (count < 0) return raise_os_error(thread, errno);
    Value lists[3];
    for (size_t i = 0; i < 3; ++i) lists[i] = TRY(ready_files(thread, watched[i], ready[i]));
    return make_tuple(lists, 3);
  }
}

const MethodRow functions[] = {
    function<wait_for_files>("select($module, rlist, wlist, xlist, timeout=None, /)",
                             "Wait until some files are ready; the three lists of those that are."),
};

Status initialize(Thread&, Module& module) {
  module_add(module, "error", &OSError);
  module_add(module, "PIPE_BUF", make_int(PIPE_BUF));
  return nothing;
}

}  // namespace

const ModuleSpec select_module = {
    .name = "select",
    .doc = "Waiting for several files at once.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
