// The environment variables and what the system says about itself.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <vector>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

struct NameRow {
  const char* name;
  int number;
};
const NameRow system_names[] = {
#define SYSTEM_NAME(name) {#name, _##name},
#define PATH_NAME(name)
#define TEXT_NAME(name)
#include "Modules/posix/configuration_names.def"
#undef SYSTEM_NAME
#undef PATH_NAME
#undef TEXT_NAME
};
const NameRow path_names[] = {
#define SYSTEM_NAME(name)
#define PATH_NAME(name) {#name, _##name},
#define TEXT_NAME(name)
#include "Modules/posix/configuration_names.def"
#undef SYSTEM_NAME
#undef PATH_NAME
#undef TEXT_NAME
};
const NameRow text_names[] = {
#define SYSTEM_NAME(name)
#define PATH_NAME(name)
#define TEXT_NAME(name) {#name, _##name},
#include "Modules/posix/configuration_names.def"
#undef SYSTEM_NAME
#undef PATH_NAME
#undef TEXT_NAME
};

Value dict_of(std::span<const NameRow> rows) {
  Dict* dict = make_dict();
  for (const NameRow& row : rows) dict_set_str(*dict, row.name, make_int(row.number));
  return dict;
}

Result<int> find_number(Thread& thread, Value name, std::span<const NameRow> rows) {
  if (is_any_int(name)) {
    const int64_t number = TRY(index_as_int64(thread, name, &OverflowError));
    if (number > INT_MAX || number < INT_MIN) {
      return raise(thread, OverflowError, "Python int too large to convert to C int");
    }
    return static_cast<int>(number);
  }
  if (!is_str(name)) {
    return raise(thread, TypeError, "configuration names must be strings or integers");
  }
  for (const NameRow& row : rows) {
    if (equal(name.as<Str>(), row.name)) return row.number;
  }
  return raise(thread, ValueError, "unrecognized configuration name");
}

Value system_limit(Thread& thread, Value name) {
  const int number = TRY(find_number(thread, name, system_names));
  errno = 0;
  const long value = sysconf(number);
  if (value == -1 && errno != 0) return raise_os_error(thread, errno);
  return make_int(value);
}
Value path_limit(Thread& thread, Value path_value, Value name) {
  const Path path = TRY(path_argument(thread, path_value, "pathconf", kOrDescriptor));
  const int number = TRY(find_number(thread, name, path_names));
  errno = 0;
  const long value = path.has_descriptor ? fpathconf(path.descriptor, number) : pathconf(path.c_str(), number);
  if (value == -1 && errno != 0) return raise_os_error(thread, errno, path.shown);
  return make_int(value);
}
Value descriptor_limit(Thread& thread, Value file, Value name) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  const int number = TRY(find_number(thread, name, path_names));
  errno = 0;
  const long value = fpathconf(descriptor, number);
  if (value == -1 && errno != 0) return raise_os_error(thread, errno);
  return make_int(value);
}
Value system_text(Thread& thread, Value name) {
  const int number = TRY(find_number(thread, name, text_names));
  errno = 0;
  std::vector<char> buffer(4096);
  const size_t size = confstr(number, buffer.data(), buffer.size());
  if (size == 0) {
    if (errno != 0) return raise_os_error(thread, errno);
    return None;
  }
  return from_filename({buffer.data(), size - 1});
}

// --- environment ---

Status put_variable(Thread& thread, Value name, Value value) {
  const std::string key = TRY(to_filename(thread, name));
  const std::string text = TRY(to_filename(thread, value));
  TRY(audit(thread, "os.putenv", {make_bytes(key), make_bytes(text)}));
  if (key.find('=') != std::string::npos) return raise(thread, ValueError, "illegal environment variable name");
  if (setenv(key.c_str(), text.c_str(), 1) != 0) return raise_os_error(thread, errno);
  return nothing;
}
Status remove_variable(Thread& thread, Value name) {
  const std::string key = TRY(to_filename(thread, name));
  TRY(audit(thread, "os.unsetenv", {make_bytes(key)}));
  if (unsetenv(key.c_str()) != 0) return raise_os_error(thread, errno);
  return nothing;
}

Value environment_dict() {
  Dict* dict = make_dict();
  for (char** entry = environ; entry && *entry; ++entry) {
    const char* equals = strchr(*entry, '=');
    if (!equals) continue;
    const Value key = make_bytes({*entry, static_cast<size_t>(equals - *entry)});
    MUST(dict_set_default(current_thread(), *dict, key, make_bytes(equals + 1)), "bytes keys");
  }
  return dict;
}

// --- the system ---

Type& uname_type() {
  static Type& type = make_struct_sequence_type(
      "posix.uname_result", "What uname() tells.",
      {{"sysname", "operating system name"}, {"nodename", "name of machine on network (implementation-defined)"},
       {"release", "operating system release"}, {"version", "operating system version"},
       {"machine", "hardware identifier"}},
      5);
  return type;
}
Type& times_type() {
  static Type& type = make_struct_sequence_type(
      "posix.times_result", "What times() tells.",
      {{"user", "user time"}, {"system", "system time"}, {"children_user", "user time of children"},
       {"children_system", "system time of children"}, {"elapsed", "elapsed time since an arbitrary point in the past"}},
      5);
  return type;
}
Value system_names_result(Thread& thread) {
  utsname names;
  if (uname(&names) < 0) return raise_os_error(thread, errno);
  const Value values[] = {from_filename(names.sysname), from_filename(names.nodename), from_filename(names.release),
                          from_filename(names.version), from_filename(names.machine)};
  return make_struct_sequence(uname_type(), values);
}
Value process_times(Thread& thread) {
  tms times_used;
  const clock_t elapsed = times(&times_used);
  if (elapsed == static_cast<clock_t>(-1)) return raise_os_error(thread, errno);
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto seconds = [&](clock_t time) { return make_float(static_cast<double>(time) / ticks); };
  const Value values[] = {seconds(times_used.tms_utime), seconds(times_used.tms_stime), seconds(times_used.tms_cutime),
                          seconds(times_used.tms_cstime), seconds(elapsed)};
  return make_struct_sequence(times_type(), values);
}
Value error_text(int code) { return from_filename(strerror(code)); }
Value processor_count() {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? make_int(count) : None;
}
Value load_average(Thread& thread) {
  double loads[3];
  if (getloadavg(loads, 3) != 3) return raise(thread, OSError, "Load averages are unobtainable");
  return make_tuple({make_float(loads[0]), make_float(loads[1]), make_float(loads[2])});
}
Value terminal_path() {
  char buffer[L_ctermid];
  return from_filename(ctermid(buffer));
}

const MethodRow rows[] = {
    function<system_limit>("sysconf($module, name, /)", "A limit or option of the system."),
    function<path_limit>("pathconf($module, /, path, name)", "A limit of a file."),
    function<descriptor_limit>("fpathconf($module, fd, name, /)", "A limit of an open file."),
    function<system_text>("confstr($module, name, /)", "A text about the system."),
    function<put_variable>("putenv($module, name, value, /)", "Set an environment variable."),
    function<remove_variable>("unsetenv($module, name, /)", "Remove an environment variable."),
    function<system_names_result>("uname($module, /)", "Names of system and machine."),
    function<process_times>("times($module, /)", "Times that the process has used."),
    function<error_text>("strerror($module, code, /)", "The text of an error number."),
    function<processor_count>("cpu_count($module, /)", "The number of processors."),
    function<load_average>("getloadavg($module, /)", "The load of the last 1, 5 and 15 minutes."),
    function<terminal_path>("ctermid($module, /)", "The name of the controlling terminal."),
};

}  // namespace

void add_configuration_names(Module& module) {
  module_add(module, "sysconf_names", dict_of(system_names));
  module_add(module, "pathconf_names", dict_of(path_names));
  module_add(module, "confstr_names", dict_of(text_names));
  module_add(module, "environ", environment_dict());
  module_add(module, "uname_result", &uname_type());
  module_add(module, "times_result", &times_type());
}

std::span<const MethodRow> posix_environment_rows() { return rows; }

}  // namespace minipy
