// select: waiting for file descriptors: select(), poll objects, epoll objects.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <unistd.h>

#include <climits>
#include <cmath>
#include <ctime>
#include <vector>

#include "Modules/descriptors.h"
#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"
#include "Objects/container_support.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// ---- time ----

int64_t now_in_nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

// A time in units of `unit` nanoseconds, rounded away from zero: who waits never wakes too early.
Result<int64_t> nanoseconds(Thread& thread, Value value, int64_t unit, const char* wrong_type) {
  if (value.is_double() || is_instance(value, type_of_kind(Kind::Float))) {
    const double units = TRY(as_double(thread, value));
    if (std::isnan(units)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
    const double exact = units * static_cast<double>(unit);
    const double rounded = exact >= 0 ? std::ceil(exact) : std::floor(exact);
    if (!(std::fabs(rounded) < 9.2e18)) return raise(thread, OverflowError, "timestamp out of range for platform time_t");
    return static_cast<int64_t>(rounded);
  }
  if (!is_index(value)) return raise(thread, TypeError, "{}", wrong_type);
  const Value number = TRY(number_index(thread, value));
  const std::optional<int64_t> units = int_to_int64(number);
  int64_t result;
  if (!units || __builtin_mul_overflow(*units, unit, &result)) {
    return raise(thread, OverflowError, "timestamp too large to convert to C _PyTime_t");
  }
  return result;
}

// A wait with an end: forever if `timeout` is negative.
class Deadline {
 public:
  explicit Deadline(int64_t timeout) : timeout_(timeout), end_(timeout < 0 ? 0 : saturated_end(timeout)) {}
  bool is_forever() const { return timeout_ < 0; }
  int64_t left() const {  // nanoseconds, not negative
    if (is_forever()) return -1;
    const int64_t left = end_ - now_in_nanoseconds();
    return left > 0 ? left : 0;
  }
  int milliseconds_left() const {
    const int64_t rest = left();
    if (rest < 0) return -1;
    const int64_t milliseconds = (rest + 999999) / 1000000;
    return milliseconds > INT_MAX ? INT_MAX : static_cast<int>(milliseconds);
  }

 private:
  static int64_t saturated_end(int64_t timeout) {
    int64_t end;
    return __builtin_add_overflow(now_in_nanoseconds(), timeout, &end) ? INT64_MAX : end;
  }
  int64_t timeout_, end_;
};

// Calls wait() without the GIL until it does something else than being interrupted by a signal.
template <typename F>
Result<int> wait_for(Thread& thread, F&& wait) {
  for (;;) {
    int count;
    {
      const WithoutGil guard(thread);
      count = wait();
    }
    if (count >= 0) return count;
    if (errno != EINTR) return raise_os_error(thread, errno);
    TRY(run_pending(thread));
  }
}

// ---- select() ----

struct Watched {
  List* objects;
  std::vector<int> descriptors;
  fd_set set;
};

Status read_watched(Thread& thread, Value sequence, Watched& watched, int& highest) {
  if (!is_list(sequence) && !is_tuple(sequence) && !type_of(sequence).slots.iterate && !is_sequence(sequence)) {
    return raise(thread, TypeError, "arguments 1-3 must be sequences");
  }
  // fileno() may change the list: what it has shrunk to counts.
  const List& given = is_list(sequence) ? *sequence.as<List>() : *TRY(list_of(thread, sequence));
  watched.objects = make_list();
  for (size_t i = 0; i < given.size; ++i) {
    const Value object = given.at(i);
    TRY(list_append(thread, *watched.objects, object));
    const int descriptor = TRY(descriptor_argument(thread, object));
    if (descriptor >= FD_SETSIZE) return raise(thread, ValueError, "filedescriptor out of range in select()");
    if (watched.descriptors.size() >= FD_SETSIZE) return raise(thread, ValueError, "too many file descriptors in select()");
    watched.descriptors.push_back(descriptor);
    highest = std::max(highest, descriptor);
  }
  return nothing;
}

fd_set* fill_set(Watched& watched) {
  FD_ZERO(&watched.set);
  for (const int descriptor : watched.descriptors) FD_SET(descriptor, &watched.set);
  return watched.descriptors.empty() ? nullptr : &watched.set;
}

Value ready_ones(Thread& thread, Watched& watched, bool is_any) {
  List* ready = make_list();
  for (size_t i = 0; is_any && i < watched.descriptors.size(); ++i) {
    if (FD_ISSET(watched.descriptors[i], &watched.set)) TRY(list_append(thread, *ready, watched.objects->at(i)));
  }
  return ready;
}

Value select_function(Thread& thread, Value readers, Value writers, Value exceptional, Value timeout) {
  int64_t wait = -1;
  if (!timeout.is_none()) {
    wait = TRY(nanoseconds(thread, timeout, 1000000000, "timeout must be a float or None"));
    if (wait < 0) return raise(thread, ValueError, "timeout must be non-negative");
  }
  Watched watched[3];
  int highest = -1;
  TRY(read_watched(thread, readers, watched[0], highest));
  TRY(read_watched(thread, writers, watched[1], highest));
  TRY(read_watched(thread, exceptional, watched[2], highest));
  const Deadline deadline(wait);
  const int count = TRY(wait_for(thread, [&] {
    const int64_t left = (deadline.left() + 999) / 1000;
    timeval limit{left / 1000000, left % 1000000};
    fd_set* sets[3];
    for (int i = 0; i < 3; ++i) sets[i] = fill_set(watched[i]);
    return select(highest + 1, sets[0], sets[1], sets[2], deadline.is_forever() ? nullptr : &limit);
  }));
  const Value first = TRY(ready_ones(thread, watched[0], count > 0));
  const Value second = TRY(ready_ones(thread, watched[1], count > 0));
  return make_tuple({first, second, TRY(ready_ones(thread, watched[2], count > 0))});
}

// ---- poll objects ----

struct Poll : Object {
  static constexpr Kind kKind = ModuleKind::SelectPoll;
  Dict* events;  // descriptor -> mask
  bool is_running;
};

Value make_poll() {
  auto* made = allocate<Poll>();
  made->events = make_dict();
  return made;
}

Result<int> event_mask(Thread& thread, Value value) {
  if (!is_any_int(value)) return raise(thread, TypeError, "an integer is required");
  if (int_sign(value) < 0) return raise(thread, ValueError, "value must be positive");
  const std::optional<int64_t> mask = int_to_int64(value);
  if (!mask || *mask > USHRT_MAX) return raise(thread, OverflowError, "Python int too large for C unsigned short");
  return static_cast<int>(*mask);
}

Status poll_register(Thread& thread, Poll& self, Value file, Value mask_value) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const int mask = mask_value.is_empty() ? POLLIN | POLLPRI | POLLOUT : TRY(event_mask(thread, mask_value));
  return dict_set(thread, *self.events, make_int(descriptor), make_int(mask));
}
Status poll_modify(Thread& thread, Poll& self, Value file, Value mask_value) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const int mask = TRY(event_mask(thread, mask_value));
  if (TRY(dict_get(thread, *self.events, make_int(descriptor))).is_unbound()) return raise_os_error(thread, ENOENT);
  return dict_set(thread, *self.events, make_int(descriptor), make_int(mask));
}
Status poll_unregister(Thread& thread, Poll& self, Value file) {
  const Value descriptor = make_int(TRY(descriptor_argument(thread, file)));
  if (!TRY(dict_delete(thread, *self.events, descriptor))) return raise_key_error(thread, descriptor);
  return nothing;
}

Value poll_wait(Thread& thread, Poll& self, Value timeout) {
  int64_t wait = -1;
  if (!timeout.is_none()) {
    wait = TRY(nanoseconds(thread, timeout, 1000000, "timeout must be an integer or None"));
    if (wait / 1000000 > INT_MAX || wait / 1000000 < INT_MIN) return raise(thread, OverflowError, "timeout is too large");
  }
  if (self.is_running) return raise(thread, RuntimeError, "concurrent poll() invocation");
  std::vector<pollfd> watched;
  size_t position = 0;
  for (Value key, value; dict_next(*self.events, position, key, value);) {
    watched.push_back({static_cast<int>(key.as_int()), static_cast<short>(value.as_int()), 0});
  }
  const Deadline deadline(wait);
  self.is_running = true;
  const Result<int> count = wait_for(thread, [&] { return poll(watched.data(), watched.size(), deadline.milliseconds_left()); });
  self.is_running = false;
  if (count.failed()) return error;
  List* ready = make_list();
  for (const pollfd& one : watched) {
    if (!one.revents) continue;
    TRY(list_append(thread, *ready, make_tuple({make_int(one.fd), make_int(static_cast<uint16_t>(one.revents))})));
  }
  return ready;
}

const MethodRow poll_methods[] = {
    method<poll_modify>("modify($self, fd, eventmask, /)", "Change the events that are waited for at a registered descriptor."),
    method<poll_wait>("poll($self, timeout=None, /)", "Wait, at most timeout milliseconds, for events; a list of (fd, event) pairs."),
    method<poll_register>("register($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)", "Register a descriptor, or an object with fileno()."),
    method<poll_unregister>("unregister($self, fd, /)", "Take a descriptor out; KeyError if it is not registered."),
};

// ---- epoll objects ----

struct Epoll : Object {
  static constexpr Kind kKind = ModuleKind::SelectEpoll;
  int64_t descriptor;  // -1 once closed
};

Value new_epoll(Thread& thread, int descriptor) {
  if (descriptor < 0) return raise_os_error(thread, errno);
  auto* made = initialize_header<Epoll>(gc_allocate_finalizable(sizeof(Epoll)), shape_of_kind(ModuleKind::SelectEpoll),
                                        ModuleKind::SelectEpoll, 0, Object::kFinalizable);
  made->descriptor = descriptor;
  return made;
}

const MethodRow epoll_row = constructor("epoll(sizehint=-1, flags=0)");

Value make_epoll(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, epoll_row, arguments, count, keyword_names, values));
  const int size_hint = TRY(argument_int(thread, values[0]));
  const int flags = TRY(argument_int(thread, values[1]));
  if (size_hint != -1 && size_hint <= 0) return raise(thread, ValueError, "negative sizehint");
  if (flags && flags != EPOLL_CLOEXEC) return raise(thread, OSError, "invalid flags");
  return new_epoll(thread, make_descriptor(thread, [] { return epoll_create1(EPOLL_CLOEXEC); }));
}
Value epoll_from_descriptor(Thread& thread, Type&, int descriptor) { return new_epoll(thread, descriptor); }

Status close_epoll(Thread& thread, Epoll& self) {
  if (self.descriptor < 0) return nothing;
  const int descriptor = static_cast<int>(self.descriptor);
  self.descriptor = -1;
  if (close(descriptor) < 0) return raise_os_error(thread, errno);
  return nothing;
}
void finalize_epoll(Thread&, Value self) {
  if (self.as<Epoll>()->descriptor >= 0) close(static_cast<int>(self.as<Epoll>()->descriptor));
  self.as<Epoll>()->descriptor = -1;
}

Result<int> open_descriptor(Thread& thread, Epoll& self) {
  if (self.descriptor < 0) return raise(thread, ValueError, "I/O operation on closed epoll object");
  return static_cast<int>(self.descriptor);
}
Result<int> epoll_fileno(Thread& thread, Epoll& self) { return open_descriptor(thread, self); }
bool epoll_closed(Epoll& self) { return self.descriptor < 0; }

Result<uint32_t> epoll_mask(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  return static_cast<uint32_t>(int_and(number, Value::from_int(0xFFFFFFFF)).as_int());
}
Status control(Thread& thread, Epoll& self, int operation, Value file, uint32_t events) {
  const int own = TRY(open_descriptor(thread, self));
  const int descriptor = TRY(descriptor_argument(thread, file));
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  int result;
  {
    const WithoutGil guard(thread);
    result = epoll_ctl(own, operation, descriptor, &event);
  }
  if (result < 0) return raise_os_error(thread, errno);
  return nothing;
}
Status epoll_register(Thread& thread, Epoll& self, Value file, Value mask) {
  const uint32_t events = mask.is_empty() ? EPOLLIN | EPOLLPRI | EPOLLOUT : TRY(epoll_mask(thread, mask));
  return control(thread, self, EPOLL_CTL_ADD, file, events);
}
Status epoll_modify(Thread& thread, Epoll& self, Value file, Value mask) {
  return control(thread, self, EPOLL_CTL_MOD, file, TRY(epoll_mask(thread, mask)));
}
Status epoll_unregister(Thread& thread, Epoll& self, Value file) { return control(thread, self, EPOLL_CTL_DEL, file, 0); }

Value epoll_poll(Thread& thread, Epoll& self, Value timeout, int most) {
  const int own = TRY(open_descriptor(thread, self));
  int64_t wait = -1;
  if (!timeout.is_none()) {
    wait = TRY(nanoseconds(thread, timeout, 1000000000, "timeout must be an integer or None"));
    if (wait / 1000000 > INT_MAX || wait / 1000000 < INT_MIN) return raise(thread, OverflowError, "timeout is too large");
  }
  if (most == -1) most = FD_SETSIZE - 1;
  else if (most < 1) return raise(thread, ValueError, "maxevents must be greater than 0, got {}", most);
  std::vector<epoll_event> events(static_cast<size_t>(most));
  const Deadline deadline(wait);
  const int count = TRY(wait_for(thread, [&] { return epoll_wait(own, events.data(), most, deadline.milliseconds_left()); }));
  List* ready = make_list();
  for (int i = 0; i < count; ++i) {
    TRY(list_append(thread, *ready, make_tuple({make_int(events[i].data.fd), make_int(events[i].events)})));
  }
  return ready;
}

Value enter_epoll(Thread& thread, Epoll& self) {
  TRY(open_descriptor(thread, self));
  return &self;
}
Value exit_epoll(Thread& thread, Value self, Value, Value, Value) { return call_method(thread, self, "close"); }

const MethodRow epoll_methods[] = {
    method<enter_epoll>("__enter__($self, /)", ""),
    method<exit_epoll>("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)", ""),
    method<close_epoll>("close($self, /)", "Close the descriptor of the epoll object itself."),
    method<epoll_fileno>("fileno($self, /)", "The descriptor of the epoll object itself."),
    class_method<epoll_from_descriptor>("fromfd($type, fd, /)", "An epoll object of an open descriptor."),
    method<epoll_modify>("modify($self, /, fd, eventmask)", "Change the events that are waited for at a registered descriptor."),
    method<epoll_poll>("poll($self, /, timeout=None, maxevents=-1)", "Wait, at most timeout seconds, for events; a list of (fd, events) pairs."),
    method<epoll_register>("register($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)", "Register a descriptor; OSError if it is registered already."),
    method<epoll_unregister>("unregister($self, /, fd)", "Take a descriptor out."),
    getter<epoll_closed>("closed", "True once the object is closed."),
};

// ---- the module ----

const MethodRow functions[] = {
    function<make_poll>("poll($module, /)", "A new poll object."),
    function<select_function>("select($module, rlist, wlist, xlist, timeout=None, /)",
                              "Wait, at most timeout seconds, until some descriptors are ready: to be read, to be written, with an\n"
                              "exceptional condition. Three lists of those that are."),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
#define C(name) {#name, name},
    C(POLLIN) C(POLLPRI) C(POLLOUT) C(POLLERR) C(POLLHUP) C(POLLNVAL) C(POLLRDNORM) C(POLLRDBAND) C(POLLWRNORM) C(POLLWRBAND)
    C(POLLMSG) C(POLLRDHUP) C(EPOLLIN) C(EPOLLOUT) C(EPOLLPRI) C(EPOLLERR) C(EPOLLHUP) C(EPOLLRDHUP) C(EPOLLONESHOT)
    C(EPOLLEXCLUSIVE) C(EPOLLRDNORM) C(EPOLLRDBAND) C(EPOLLWRNORM) C(EPOLLWRBAND) C(EPOLLMSG) C(EPOLL_CLOEXEC) C(PIPE_BUF)
#undef C
    {"EPOLLET", 0x80000000},
};

Status initialize(Thread&, Module& module) {
  TypeSpec poll_spec;
  poll_spec.instance_bytes = sizeof(Poll);
  poll_spec.flags = Type::kDisallowInstantiation;
  poll_spec.methods = poll_methods;
  define_type(ModuleKind::SelectPoll, poll_spec);
  TypeSpec epoll_spec;
  epoll_spec.doc = "select.epoll(sizehint=-1, flags=0)\n\nAn epoll object. Both arguments are without effect.";
  epoll_spec.instance_bytes = sizeof(Epoll);
  epoll_spec.slots.make = make_epoll;
  epoll_spec.slots.finalize = finalize_epoll;
  epoll_spec.methods = epoll_methods;
  module_add_type(module, define_type(ModuleKind::SelectEpoll, epoll_spec));
  module_add(module, "error", &OSError);
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec select_module = {"select", "Waiting for file descriptors.", functions, initialize};

}  // namespace minipy
