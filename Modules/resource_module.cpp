// resource: limits and use of resources.
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Type& usage_type() {
  static Type& type = make_struct_sequence_type(
      "resource.struct_rusage", "What getrusage() tells.",
      {{"ru_utime", "user time used"}, {"ru_stime", "system time used"}, {"ru_maxrss", "max. resident set size"},
       {"ru_ixrss", "shared memory size"}, {"ru_idrss", "unshared data size"}, {"ru_isrss", "unshared stack size"},
       {"ru_minflt", "page faults not requiring I/O"}, {"ru_majflt", "page faults requiring I/O"},
       {"ru_nswap", "number of swap outs"}, {"ru_inblock", "block input operations"},
       {"ru_oublock", "block output operations"}, {"ru_msgsnd", "IPC messages sent"},
       {"ru_msgrcv", "IPC messages received"}, {"ru_nsignals", "signals received"},
       {"ru_nvcsw", "voluntary context switches"}, {"ru_nivcsw", "involuntary context switches"}},
      16);
  return type;
}

Value get_usage(Thread& thread, int who) {
  rusage usage;
  if (getrusage(static_cast<__rusage_who_t>(who), &usage) != 0) {
    if (errno == EINVAL) return raise(thread, ValueError, "invalid who parameter");
    return raise_os_error(thread, errno);
  }
  const auto time = [](const timeval& t) {
    return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6);
  };
  const Value values[] = {time(usage.ru_utime),        time(usage.ru_stime),        make_int(usage.ru_maxrss),
                          make_int(usage.ru_ixrss),    make_int(usage.ru_idrss),    make_int(usage.ru_isrss),
                          make_int(usage.ru_minflt),   make_int(usage.ru_majflt),   make_int(usage.ru_nswap),
                          make_int(usage.ru_inblock),  make_int(usage.ru_oublock),  make_int(usage.ru_msgsnd),
                          make_int(usage.ru_msgrcv),   make_int(usage.ru_nsignals), make_int(usage.ru_nvcsw),
                          make_int(usage.ru_nivcsw)};
  return make_struct_sequence(usage_type(), values);
}

Value show_limit(const rlimit& limit) {
  return make_tuple({make_int(static_cast<int64_t>(limit.rlim_cur)), make_int(static_cast<int64_t>(limit.rlim_max))});
}

Result<rlimit> read_limit(Thread& thread, Value value) {
  const Tuple* pair = TRY(tuple_of(thread, value));
  if (pair->size != 2) return raise(thread, ValueError, "expected a tuple of 2 integers");
  rlimit limit;
  limit.rlim_cur = static_cast<rlim_t>(TRY(index_as_int64(thread, pair->items[0], &OverflowError)));
  limit.rlim_max = static_cast<rlim_t>(TRY(index_as_int64(thread, pair->items[1], &OverflowError)));
  return limit;
}

Status check_resource(Thread& thread, int resource) {
  if (resource >= 0 && resource < RLIM_NLIMITS) return nothing;
  return raise(thread, ValueError, "invalid resource specified");
}

Failure raise_limit_error(Thread& thread) {
  if (errno == EINVAL) return raise(thread, ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(thread, ValueError, "not allowed to raise maximum limit");
  return raise_os_error(thread, errno);
}

Value get_limit(Thread& thread, int resource) {
  TRY(check_resource(thread, resource));
  rlimit limit;
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return raise_os_error(thread, errno);
  return show_limit(limit);
}
Status set_limit(Thread& thread, int resource, Value limits) {
  TRY(check_resource(thread, resource));
  TRY(audit(thread, "resource.setrlimit", {make_int(resource), limits}));
  const rlimit limit = TRY(read_limit(thread, limits));
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return raise_limit_error(thread);
  return nothing;
}
Value process_limit(Thread& thread, int pid, int resource, Value limits) {
  TRY(check_resource(thread, resource));
  rlimit old, wanted;
  const bool sets = !limits.is_empty() && !limits.is_none();
  if (sets) wanted = TRY(read_limit(thread, limits));
  if (prlimit(pid, static_cast<__rlimit_resource>(resource), sets ? &wanted : nullptr, &old) != 0) {
    return raise_limit_error(thread);
  }
  return show_limit(old);
}
int page_size() { return getpagesize(); }

const MethodRow functions[] = {
    function<get_usage>("getrusage($module, who, /)", "What a process has used."),
    function<get_limit>("getrlimit($module, resource, /)", "The soft and the hard limit of a resource."),
    function<process_limit>("!prlimit($module, pid, resource, limits=None, /)", "Limits of another process."),
    function<set_limit>("setrlimit($module, resource, limits, /)", "Set them."),
    function<page_size>("getpagesize($module, /)", "Bytes in a page of memory."),
};

Status initialize(Thread&, Module& module) {
#define CONSTANT(name) module_add(module, #name, make_int(static_cast<int64_t>(name)));
  CONSTANT(RLIMIT_AS) CONSTANT(RLIMIT_CORE) CONSTANT(RLIMIT_CPU) CONSTANT(RLIMIT_DATA) CONSTANT(RLIMIT_FSIZE)
  CONSTANT(RLIMIT_MEMLOCK) CONSTANT(RLIMIT_MSGQUEUE) CONSTANT(RLIMIT_NICE) CONSTANT(RLIMIT_NOFILE)
  CONSTANT(RLIMIT_NPROC) CONSTANT(RLIMIT_OFILE) CONSTANT(RLIMIT_RSS) CONSTANT(RLIMIT_RTPRIO) CONSTANT(RLIMIT_RTTIME)
  CONSTANT(RLIMIT_SIGPENDING) CONSTANT(RLIMIT_STACK) CONSTANT(RLIM_INFINITY) CONSTANT(RUSAGE_CHILDREN)
  CONSTANT(RUSAGE_SELF) CONSTANT(RUSAGE_THREAD)
#undef CONSTANT
  module_add(module, "struct_rusage", &usage_type());
  module_add(module, "error", &OSError);
  return nothing;
}

}  // namespace

const ModuleSpec resource_module = {
    .name = "resource",
    .doc = "Limits and use of resources.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
