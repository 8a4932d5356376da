// The scheduler: policies, priorities, processors.
#include <sched.h>

#include "Modules/posix/posix.h"
#include "Objects/container_support.h"
#include "Objects/set.h"

namespace minipy {
namespace {

const MethodRow parameter_row = constructor("sched_param(sched_priority)");

// Takes the field itself, not a sequence as other such types do.
Value make_parameter(Thread& thread, Type& type, const Value* arguments, size_t count,
                     Value keyword_names) {
  Value priority;
  TRY(bind(thread, parameter_row, arguments, count, keyword_names, &priority));
  return make_struct_sequence(type, &priority);
}

Type& parameter_type() {
  static Type* type = [] {
    Type& made = make_struct_sequence_type("posix.sched_param",
                                           "sched_param(sched_priority)\n--\n\nOf a policy.",
                                           {{"sched_priority", "the scheduling priority"}}, 1);
    made.slots.make = make_parameter;
    return &made;
  }();
  return *type;
}

Value highest(Thread& thread, int policy) {
  return integer(TRY(checked_call(thread, [&] { return sched_get_priority_max(policy); })));
}
Value lowest(Thread& thread, int policy) {
  return integer(TRY(checked_call(thread, [&] { return sched_get_priority_min(policy); })));
}
Value get_policy(Thread& thread, int pid) {
  return integer(TRY(checked_call(thread, [&] { return sched_getscheduler(pid); })));
}
Status set_policy(Thread& thread, int pid, int policy, Value value) {
  const sched_param wanted = TRY(scheduling_parameter(thread, value));
  return done_call(thread, [&] { return sched_setscheduler(pid, policy, &wanted); });
}
Value get_parameter(Thread& thread, int pid) {
  sched_param found;
  TRY(checked_call(thread, [&] { return sched_getparam(pid, &found); }));
  const Value values[] = {make_int(found.sched_priority)};
  return make_struct_sequence(parameter_type(), values);
}
Status set_parameter(Thread& thread, int pid, Value value) {
  const sched_param wanted = TRY(scheduling_parameter(thread, value));
  return done_call(thread, [&] { return sched_setparam(pid, &wanted); });
}
Value slice(Thread& thread, int pid) {
  timespec interval;
  TRY(checked_call(thread, [&] { return sched_rr_get_interval(pid, &interval); }));
  return make_float(static_cast<double>(interval.tv_sec) +
                    1e-9 * static_cast<double>(interval.tv_nsec));
}
Status yield_now(Thread& thread) {
  return done_call(thread, [&] { return sched_yield(); });
}
Value get_processors(Thread& thread, int pid) {
  cpu_set_t processors;
  TRY(checked_call(thread, [&] { return sched_getaffinity(pid, sizeof processors, &processors); }));
  Set* set = make_set();
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &processors)) TRY(set_add(thread, *set, make_int(i)));
  }
  return set;
}
Status set_processors(Thread& thread, int pid, Value mask) {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  const Value iterator = TRY(iterate(thread, mask));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) break;
    if (!is_any_int(item))
      return raise(thread, TypeError, "expected an iterator of ints, but iterator yielded {}",
                   type_of(item));
    const int64_t number = TRY(index_as_int64(thread, item, &OverflowError));
    if (number < 0) return raise(thread, ValueError, "negative CPU number");
    if (number >= CPU_SETSIZE) return raise(thread, OverflowError, "CPU number too large");
    CPU_SET(static_cast<int>(number), &processors);
  }
  return done_call(thread, [&] { return sched_setaffinity(pid, sizeof processors, &processors); });
}

const MethodRow rows[] = {
    function<highest>("sched_get_priority_max($module, /, policy)",
                      "The highest priority of a policy."),
    function<lowest>("sched_get_priority_min($module, /, policy)",
                     "The lowest priority of a policy."),
    function<get_policy>("sched_getscheduler($module, pid, /)", "The policy of a process."),
    function<set_policy>("sched_setscheduler($module, pid, policy, param, /)", "Set it."),
    function<get_parameter>("sched_getparam($module, pid, /)", "The priority of a process."),
    function<set_parameter>("sched_setparam($module, pid, param, /)", "Set it."),
    function<slice>("sched_rr_get_interval($module, pid, /)", "The time slice in seconds."),
    function<yield_now>("sched_yield($module, /)", "Let others run."),
    function<get_processors>("sched_getaffinity($module, pid, /)", "The processors it may run on."),
    function<set_processors>("sched_setaffinity($module, pid, mask, /)", "Set them."),
};

}  // namespace

Result<sched_param> scheduling_parameter(Thread& thread, Value value) {
  if (!is_instance(value, parameter_type())) return raise(thread, TypeError, "must have a sched_param object");
  const int64_t priority = TRY(index_as_int64(thread, value.as<Tuple>()->items[0], &OverflowError));
  if (priority != static_cast<int>(priority)) return raise(thread, OverflowError, "sched_priority out of range");
  sched_param result{};
  result.sched_priority = static_cast<int>(priority);
  return result;
}

void add_scheduling_types(Module& module) {
  module_add(module, "sched_param", &parameter_type());
}

std::span<const MethodRow> posix_scheduling_rows() {
  return rows;
}

}  // namespace minipy
