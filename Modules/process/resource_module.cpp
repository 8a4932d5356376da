// resource: limits and use of resources.
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Type* usage_type;  // resource.struct_rusage

Value seconds(const timeval& time) {
  return Value::from_double(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6);
}

Value get_usage(Thread& thread, int who) {
  rusage usage;
  if (getrusage(static_cast<__rusage_who>(who), &usage) < 0) {
    if (errno == EINVAL) return raise(thread, ValueError, "invalid who parameter");
    return raise_os_error(thread, errno);
  }
  const Value fields[] = {
      seconds(usage.ru_utime),    seconds(usage.ru_stime),    make_int(usage.ru_maxrss),  make_int(usage.ru_ixrss),
      make_int(usage.ru_idrss),   make_int(usage.ru_isrss),   make_int(usage.ru_minflt),  make_int(usage.ru_majflt),
      make_int(usage.ru_nswap),   make_int(usage.ru_inblock), make_int(usage.ru_oublock), make_int(usage.ru_msgsnd),
      make_int(usage.ru_msgrcv),  make_int(usage.ru_nsignals), make_int(usage.ru_nvcsw),  make_int(usage.ru_nivcsw)};
  return make_struct_sequence(*usage_type, fields);
}

Status check_resource(Thread& thread, int resource) {
  if (resource < 0 || resource >= RLIMIT_NLIMITS) return raise(thread, ValueError, "invalid resource specified");
  return nothing;
}
Value limit_pair(const rlimit& limit) {
  return make_tuple({make_int(static_cast<int64_t>(limit.rlim_cur)), make_int(static_cast<int64_t>(limit.rlim_max))});
}

Result<rlim_t> limit_value(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  const std::optional<int64_t> small = int_to_int64(number);
  if (!small) return raise(thread, OverflowError, "Python int too large to convert to C long");
  return static_cast<rlim_t>(*small);
}
Result<rlimit> limit_argument(Thread& thread, Value limits) {
  const Tuple& pair = *TRY(tuple_of(thread, limits));
  if (pair.size != 2) return raise(thread, ValueError, "expected a tuple of 2 integers");
  rlimit limit;
  limit.rlim_cur = TRY(limit_value(thread, pair.items[0]));
  limit.rlim_max = TRY(limit_value(thread, pair.items[1]));
  return limit;
}

Value get_limit(Thread& thread, int resource) {
  TRY(check_resource(thread, resource));
  rlimit limit;
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) < 0) return raise_os_error(thread, errno);
  return limit_pair(limit);
}

Status set_limit(Thread& thread, int resource, Value limits) {
  TRY(audit(thread, "resource.setrlimit", {make_int(resource), limits}));
  TRY(check_resource(thread, resource));
  const rlimit limit = TRY(limit_argument(thread, limits));
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0) return nothing;
  if (errno == EINVAL) return raise(thread, ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(thread, ValueError, "not allowed to raise maximum limit");
  return raise_os_error(thread, errno);
}

Value process_limit(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "resource.prlimit", keyword_names));
  if (count < 2 || count > 3) return raise(thread, TypeError, "resource.prlimit requires 2 to 3 arguments");
  const int pid = TRY(argument_int(thread, arguments[0]));
  const int resource = TRY(argument_int(thread, arguments[1]));
  TRY(audit(thread, "resource.prlimit", {arguments[0], arguments[1], count == 3 ? arguments[2] : None}));
  TRY(check_resource(thread, resource));
  rlimit old_limit, new_limit;
  const bool changes = count == 3 && !arguments[2].is_none();
  if (changes) new_limit = TRY(limit_argument(thread, arguments[2]));
  if (prlimit(pid, static_cast<__rlimit_resource>(resource), changes ? &new_limit : nullptr, &old_limit) < 0) {
    if (errno == EINVAL) return raise(thread, ValueError, "current limit exceeds maximum limit");
    return raise_os_error(thread, errno);
  }
  return limit_pair(old_limit);
}

int64_t page_size() { return sysconf(_SC_PAGESIZE); }

const MethodRow functions[] = {
    function<page_size>("getpagesize($module, /)", ""),
    function<get_limit>("getrlimit($module, resource, /)", ""),
    function<get_usage>("getrusage($module, who, /)", ""),
    raw_function(process_limit, "prlimit", "prlimit(pid, resource, [limits])"),
    function<set_limit>("setrlimit($module, resource, limits, /)", ""),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
#define C(name) {#name, static_cast<int64_t>(name)},
    C(RLIMIT_CPU) C(RLIMIT_FSIZE) C(RLIMIT_DATA) C(RLIMIT_STACK) C(RLIMIT_CORE) C(RLIMIT_NOFILE) C(RLIMIT_OFILE) C(RLIMIT_AS)
    C(RLIMIT_RSS) C(RLIMIT_NPROC) C(RLIMIT_MEMLOCK) C(RLIMIT_MSGQUEUE) C(RLIMIT_NICE) C(RLIMIT_RTPRIO) C(RLIMIT_RTTIME)
    C(RLIMIT_SIGPENDING) C(RUSAGE_SELF) C(RUSAGE_CHILDREN) C(RUSAGE_THREAD) C(RLIM_INFINITY)
#undef C
};

Status initialize(Thread&, Module& module) {
  usage_type = &make_struct_sequence_type(
      "resource.struct_rusage", "What getrusage() returns: a tuple with names.",
      {{"ru_utime", "user time used"}, {"ru_stime", "system time used"}, {"ru_maxrss", "max. resident set size"},
       {"ru_ixrss", "shared memory size"}, {"ru_idrss", "unshared data size"}, {"ru_isrss", "unshared stack size"},
       {"ru_minflt", "page faults not requiring I/O"}, {"ru_majflt", "page faults requiring I/O"},
       {"ru_nswap", "number of swap outs"}, {"ru_inblock", "block input operations"},
       {"ru_oublock", "block output operations"}, {"ru_msgsnd", "IPC messages sent"}, {"ru_msgrcv", "IPC messages received"},
       {"ru_nsignals", "signals received"}, {"ru_nvcsw", "voluntary context switches"},
       {"ru_nivcsw", "involuntary context switches"}},
      16);
  module_add_type(module, *usage_type);
  module_add(module, "error", &OSError);
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec resource_module = {"resource", nullptr, functions, initialize};

}  // namespace minipy
