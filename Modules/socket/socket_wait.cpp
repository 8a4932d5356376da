// Timeouts of sockets.
#include <poll.h>

#include <climits>
#include <cmath>
#include <ctime>

#include "Modules/socket/socket.h"

namespace minipy {

int64_t default_timeout = -1;

namespace {

int64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

}  // namespace

// Rounded up: who waits never wakes too early.
Result<int64_t> read_timeout(Thread& thread, Value value) {
  if (value.is_none()) return int64_t{-1};
  double seconds;
  if (is_instance(value, type_of_kind(Kind::Float))) {
    seconds = TRY(as_double(thread, value));
    if (std::isnan(seconds)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
  } else {
    const Value number = TRY(number_index(thread, value));
    const std::optional<int64_t> small = int_to_int64(number);
    if (!small || *small > INT64_MAX / 1000000000 || *small < INT64_MIN / 1000000000) {
      return raise(thread, OverflowError, "timestamp too large to convert to C _PyTime_t");
    }
    seconds = static_cast<double>(*small);
  }
  if (seconds < 0) return raise(thread, ValueError, "Timeout value out of range");
  const double nanoseconds = std::ceil(seconds * 1e9);
  if (nanoseconds >= 9.2e18) return raise(thread, OverflowError, "timestamp out of range for platform time_t");
  if (nanoseconds > 1e6 * INT_MAX) return raise(thread, OverflowError, "timeout doesn't fit into C timeval");
  return static_cast<int64_t>(nanoseconds);
}

Value timeout_value(int64_t timeout) {
  return timeout < 0 ? None : Value::from_double(static_cast<double>(timeout) / 1e9);
}

int64_t deadline_after(int64_t timeout) {
  int64_t end;
  if (timeout <= 0 || __builtin_add_overflow(now(), timeout, &end)) return INT64_MAX;
  return end;
}

Status wait_until_ready(Thread& thread, const Socket& socket, Wait wait, int64_t deadline) {
  for (;;) {
    int milliseconds = -1;
    if (socket.timeout >= 0) {
      const int64_t left = deadline - now();
      if (left < 0) return raise(thread, TimeoutError, "timed out");
      milliseconds = static_cast<int>(std::min<int64_t>((left + 999999) / 1000000, INT_MAX));
    }
    pollfd watched{socket.descriptor, static_cast<short>(wait == Wait::ForReading ? POLLIN : POLLOUT), 0};
    int count;
    {
      const WithoutGil guard(thread);
      count = poll(&watched, 1, milliseconds);
    }
    if (count > 0) return nothing;
    if (count == 0) return raise(thread, TimeoutError, "timed out");
    if (errno != EINTR) return raise_os_error(thread, errno);
    TRY(run_pending(thread));
  }
}

}  // namespace minipy
