// time: clocks, sleeping, broken-down times. Library reference, "time".
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <vector>

#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/memory_reserve.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {
namespace {

constexpr int64_t kSecond = 1000000000;

double read_clock(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
int64_t read_clock_ns(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}
#define CLOCK(name, id)                        \
  double name() { return read_clock(id); }     \
  Value name##_ns() { return make_int(read_clock_ns(id)); }
CLOCK(wall, CLOCK_REALTIME)
CLOCK(monotonic, CLOCK_MONOTONIC)
CLOCK(process, CLOCK_PROCESS_CPUTIME_ID)
CLOCK(thread_clock, CLOCK_THREAD_CPUTIME_ID)
#undef CLOCK

Value get_clock(Thread& thread, int clock) {
  timespec now;
  if (clock_gettime(clock, &now) != 0) return raise_os_error(thread, errno);
  return make_float(static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec));
}
Value get_clock_ns(Thread& thread, int clock) {
  timespec now;
  if (clock_gettime(clock, &now) != 0) return raise_os_error(thread, errno);
  return make_int(now.tv_sec * kSecond + now.tv_nsec);
}
Value get_resolution(Thread& thread, int clock) {
  timespec now;
  if (clock_getres(clock, &now) != 0) return raise_os_error(thread, errno);
  return make_float(static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec));
}

// Nanoseconds of a number of seconds, rounded away from zero as sleep() does.
Result<int64_t> nanoseconds(Thread& thread, Value value) {
  if (is_float(value)) {
    const double seconds = float_number(value);
    if (std::isnan(seconds)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
    const double scaled = seconds * 1e9;
    if (std::fabs(scaled) >= 9.2e18) {
      return raise(thread, OverflowError, "timestamp too large to convert to C _PyTime_t");
    }
    return static_cast<int64_t>(scaled >= 0 ? std::ceil(scaled) : std::floor(scaled));
  }
  const auto seconds = int_to_int64(TRY(number_index(thread, value)));
  if (!seconds || *seconds > INT64_MAX / kSecond || *seconds < INT64_MIN / kSecond) {
    return raise(thread, OverflowError, "timestamp too large to convert to C _PyTime_t");
  }
  return *seconds * kSecond;
}

Status set_clock(Thread& thread, int clock, Value value) {
  const int64_t wanted = TRY(nanoseconds(thread, value));
  const timespec time{wanted / kSecond, wanted % kSecond};
  if (clock_settime(clock, &time) != 0) return raise_os_error(thread, errno);
  return nothing;
}
Status set_clock_ns(Thread& thread, int clock, int64_t wanted) {
  const timespec time{wanted / kSecond, wanted % kSecond};
  if (clock_settime(clock, &time) != 0) return raise_os_error(thread, errno);
  return nothing;
}

// PEP 475: a signal whose handler does not raise does not shorten the sleep.
Status sleep_for(Thread& thread, Value value) {
  const int64_t wanted = TRY(nanoseconds(thread, value));
  if (wanted < 0) return raise(thread, ValueError, "sleep length must be non-negative");
  const int64_t deadline = read_clock_ns(CLOCK_MONOTONIC) + wanted;
  const timespec until{deadline / kSecond, deadline % kSecond};
  for (;;) {
    int failure;
    {
      const WithoutGil guard(thread);
      failure = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    }
    if (failure == 0) return run_pending(thread);
    if (failure != EINTR) return raise_os_error(thread, failure);
    TRY(run_pending(thread));
  }
}

Value clock_information(Thread& thread, Value name_value) {
  if (!is_str(name_value)) {
    return raise(thread, TypeError, "get_clock_info() argument 1 must be str, not {}", argument_kind(name_value));
  }
  struct Row {
    const char* name;
    const char* text;
    clockid_t clock;
    bool is_monotonic, is_adjustable;
  };
  static constexpr Row rows[] = {
      {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true},
      {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
      {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
      {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true, false},
      {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false}};
  for (const Row& row : rows) {
    if (!equal(name_value.as<Str>(), row.name)) continue;
    Dict* names = make_dict();
    dict_set_str(*names, "implementation", make_str(row.text));
    dict_set_str(*names, "monotonic", Value::from_bool(row.is_monotonic));
    dict_set_str(*names, "adjustable", Value::from_bool(row.is_adjustable));
    dict_set_str(*names, "resolution", TRY(get_resolution(thread, row.clock)));
    return call_with(thread, &type_of_kind(Kind::SimpleNamespace), *empty_tuple(), names);
  }
  return raise(thread, ValueError, "unknown clock");
}

Value cpu_clock_of(Thread& thread, Value identifier) {
  const auto target = int_to_uint64(TRY(number_index(thread, identifier)));
  clockid_t clock;
  const int failure = pthread_getcpuclockid(static_cast<pthread_t>(target.value_or(0)), &clock);
  if (failure != 0) return raise_os_error(thread, failure);
  return make_int(clock);
}

// --- broken-down times ---

Type& time_type() {
  static Type& type = make_struct_sequence_type(
      "time.struct_time", "What gmtime() and localtime() give.",
      {{"tm_year", "year, for example, 1993"}, {"tm_mon", "month of year, range [1, 12]"},
       {"tm_mday", "day of month, range [1, 31]"}, {"tm_hour", "hours, range [0, 23]"},
       {"tm_min", "minutes, range [0, 59]"}, {"tm_sec", "seconds, range [0, 61])"},
       {"tm_wday", "day of week, range [0, 6], Monday is 0"}, {"tm_yday", "day of year, range [1, 366]"},
       {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
       {"tm_zone", "abbreviation of timezone name"}, {"tm_gmtoff", "offset from UTC in seconds"}},
      9);
  return type;
}

Value show_time(const tm& t) {
  const Value values[] = {make_int(int64_t{t.tm_year} + 1900), make_int(t.tm_mon + 1), make_int(t.tm_mday),
                          make_int(t.tm_hour), make_int(t.tm_min), make_int(t.tm_sec),
                          make_int((t.tm_wday + 6) % 7), make_int(t.tm_yday + 1), make_int(t.tm_isdst),
                          make_str(t.tm_zone ? t.tm_zone : ""), make_int(t.tm_gmtoff)};
  return make_struct_sequence(time_type(), values);
}

Result<time_t> seconds_argument(Thread& thread, Value value) {
  if (value.is_empty() || value.is_none()) return ::time(nullptr);
  if (is_float(value)) {
    const double seconds = std::floor(float_number(value));
    if (std::isnan(seconds)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
    if (std::fabs(seconds) >= 9.2e18) {
      return raise(thread, OverflowError, "timestamp out of range for platform time_t");
    }
    return static_cast<time_t>(seconds);
  }
  const auto seconds = int_to_int64(TRY(number_index(thread, value)));
  if (!seconds) return raise(thread, OverflowError, "timestamp out of range for platform time_t");
  return *seconds;
}

Value utc_time(Thread& thread, Value seconds) {
  const time_t when = TRY(seconds_argument(thread, seconds));
  tm result;
  errno = 0;
  if (!gmtime_r(&when, &result)) return raise_os_error(thread, errno ? errno : EINVAL);
  return show_time(result);
}
Value local_time(Thread& thread, Value seconds) {
  const time_t when = TRY(seconds_argument(thread, seconds));
  tm result;
  errno = 0;
  if (!localtime_r(&when, &result)) return raise_os_error(thread, errno ? errno : EINVAL);
  return show_time(result);
}

Result<tm> read_time(Thread& thread, Value value, const char* function) {
  tm result{};
  if (!is_tuple(value)) return raise(thread, TypeError, "Tuple or struct_time argument required");
  const Tuple& items = *value.as<Tuple>();
  if (items.size != 9) return raise(thread, TypeError, "{}(): illegal time tuple argument", function);
  int64_t numbers[9];
  for (size_t i = 0; i < 9; ++i) {
    if (!is_index(items.items[i])) {
      return raise(thread, TypeError, "{}(): illegal time tuple argument", function);
    }
    numbers[i] = TRY(index_as_int64(thread, items.items[i], &OverflowError));
    if (numbers[i] > INT_MAX || numbers[i] < INT_MIN) {
      return raise(thread, OverflowError, numbers[i] > 0 ? "signed integer is greater than maximum"
                                                        : "signed integer is less than minimum");
    }
  }
  if (numbers[0] < int64_t{INT_MIN} + 1900) return raise(thread, OverflowError, "year out of range");
  result.tm_year = static_cast<int>(numbers[0] - 1900);
  result.tm_mon = static_cast<int>(numbers[1] - 1);
  result.tm_mday = static_cast<int>(numbers[2]);
  result.tm_hour = static_cast<int>(numbers[3]);
  result.tm_min = static_cast<int>(numbers[4]);
  result.tm_sec = static_cast<int>(numbers[5]);
  result.tm_wday = static_cast<int>((numbers[6] + 1) % 7);
  result.tm_yday = static_cast<int>(numbers[7] - 1);
  result.tm_isdst = static_cast<int>(numbers[8]);
  if (is_instance(value, time_type())) {
    const Value zone = TRY(get_attribute(thread, value, "tm_zone"));
    const Value offset = TRY(get_attribute(thread, value, "tm_gmtoff"));
    if (is_str(zone)) result.tm_zone = reinterpret_cast<const char*>(intern(zone.as<Str>())->latin1());
    if (offset.is_int()) result.tm_gmtoff = offset.as_int();
  }
  return result;
}

// strftime() and asctime() look names up by these, so they must be in range; zeros are let pass.
Status check_time(Thread& thread, tm& t) {
  if (t.tm_mon == -1) t.tm_mon = 0;
  if (t.tm_mday == 0) t.tm_mday = 1;
  if (t.tm_yday == -1) t.tm_yday = 0;
  if (t.tm_mon < 0 || t.tm_mon > 11) return raise(thread, ValueError, "month out of range");
  if (t.tm_mday < 0 || t.tm_mday > 31) return raise(thread, ValueError, "day of month out of range");
  if (t.tm_hour < 0 || t.tm_hour > 23) return raise(thread, ValueError, "hour out of range");
  if (t.tm_min < 0 || t.tm_min > 59) return raise(thread, ValueError, "minute out of range");
  if (t.tm_sec < 0 || t.tm_sec > 61) return raise(thread, ValueError, "seconds out of range");
  if (t.tm_wday < 0) return raise(thread, ValueError, "day of week out of range");
  if (t.tm_yday < 0 || t.tm_yday > 365) return raise(thread, ValueError, "day of year out of range");
  return nothing;
}

Result<tm> time_or_now(Thread& thread, Value value, const char* function) {
  if (!value.is_empty()) return read_time(thread, value, function);
  const time_t now = ::time(nullptr);
  tm result;
  localtime_r(&now, &result);
  return result;
}

Value as_text(const tm& t) {
  static const char* const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char buffer[96];
  snprintf(buffer, sizeof buffer, "%s %s%3d %.2d:%.2d:%.2d %lld", days[t.tm_wday], months[t.tm_mon], t.tm_mday,
           t.tm_hour, t.tm_min, t.tm_sec, 1900LL + t.tm_year);
  return make_str(buffer);
}
Value show_as_text(Thread& thread, Value value) {
  tm t = TRY(time_or_now(thread, value, "asctime"));
  TRY(check_time(thread, t));
  return as_text(t);
}
Value show_seconds(Thread& thread, Value seconds) {
  const time_t when = TRY(seconds_argument(thread, seconds));
  tm result;
  errno = 0;
  if (!localtime_r(&when, &result)) return raise_os_error(thread, errno ? errno : EINVAL);
  return as_text(result);
}

Value make_seconds(Thread& thread, Value value) {
  tm t = TRY(read_time(thread, value, "mktime"));
  t.tm_wday = -1;
  const time_t seconds = mktime(&t);
  if (seconds == -1 && t.tm_wday == -1) return raise(thread, OverflowError, "mktime argument out of range");
  return make_float(static_cast<double>(seconds));
}

Value format_time(Thread& thread, Value format, Value value) {
  if (!is_str(format)) {
    return raise(thread, TypeError, "strftime() argument 1 must be str, not {}", argument_kind(format));
  }
  tm t = TRY(time_or_now(thread, value, "strftime"));
  TRY(check_time(thread, t));
  t.tm_isdst = std::clamp(t.tm_isdst, -1, 1);
  if (!may_take(format.as<Str>()->length() * 80)) return raise_memory_error(thread);
  const std::string text = to_utf8(format.as<Str>());
  if (text.find('\0') != std::string::npos) return raise(thread, ValueError, "embedded null character");
  // The marker tells an empty result from one that did not fit.
  const std::string marked = "x" + text;
  std::vector<char> buffer(marked.size() * 16 + 256);
  size_t size;
  while ((size = strftime(buffer.data(), buffer.size(), marked.c_str(), &t)) == 0) buffer.resize(buffer.size() * 2);
  const std::string_view result(buffer.data() + 1, size - 1);
  return from_filename(result);
}

Value parse_time(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Value parse = TRY(import_attribute(thread, "_strptime", "_strptime_time"));
  return call(thread, parse, arguments, count, keyword_names);
}

// --- the time zone ---

void add_zone(Module& module) {
  constexpr time_t kYear = (365 * 24 + 6) * 3600;
  const time_t now = ::time(nullptr);
  const time_t january = now / kYear * kYear;
  tm winter, summer;
  localtime_r(&january, &winter);
  const time_t july = january + kYear / 2;
  localtime_r(&july, &summer);
  const std::string winter_name = winter.tm_zone ? winter.tm_zone : "   ";
  const std::string summer_name = summer.tm_zone ? summer.tm_zone : "   ";
  const bool is_south = winter.tm_gmtoff > summer.tm_gmtoff;
  const tm& standard = is_south ? summer : winter;
  const tm& daylight_time = is_south ? winter : summer;
  module_add(module, "timezone", make_int(-standard.tm_gmtoff));
  module_add(module, "altzone", make_int(-daylight_time.tm_gmtoff));
  module_add(module, "daylight", make_int(winter.tm_gmtoff != summer.tm_gmtoff));
  module_add(module, "tzname", make_tuple({from_filename(is_south ? summer_name : winter_name),
                                           from_filename(is_south ? winter_name : summer_name)}));
}

Module* time_module_object = nullptr;
void read_zone() {
  tzset();
  if (time_module_object) add_zone(*time_module_object);
}

const MethodRow functions[] = {
    function<wall>("!time($module)", "time() -> floating point number\n\nSeconds since 1970."),
    function<wall_ns>("!time_ns($module)", "time_ns() -> int\n\nNanoseconds since 1970."),
    function<monotonic>("!monotonic($module)", "monotonic() -> float\n\nA clock that never goes back."),
    function<monotonic_ns>("!monotonic_ns($module)", "monotonic_ns() -> int\n\nThe same in nanoseconds."),
    function<monotonic>("!perf_counter($module)", "perf_counter() -> float\n\nA clock for measuring."),
    function<monotonic_ns>("!perf_counter_ns($module)", "perf_counter_ns() -> int\n\nThe same in nanoseconds."),
    function<process>("!process_time($module)", "process_time() -> float\n\nProcessor time of the process."),
    function<process_ns>("!process_time_ns($module)", "process_time_ns() -> int\n\nThe same in nanoseconds."),
    function<thread_clock>("!thread_time($module)", "thread_time() -> float\n\nProcessor time of the thread."),
    function<thread_clock_ns>("!thread_time_ns($module)", "thread_time_ns() -> int\n\nThe same in nanoseconds."),
    function<get_clock>("!clock_gettime($module, clk_id, /)", "clock_gettime(clk_id) -> float\n\nReads a clock."),
    function<get_clock_ns>("!clock_gettime_ns($module, clk_id, /)", "clock_gettime_ns(clk_id) -> int"),
    function<get_resolution>("!clock_getres($module, clk_id, /)", "clock_getres(clk_id) -> floating point number"),
    function<set_clock>("!clock_settime($module, clk_id, time, /)", "clock_settime(clk_id, time)\n\nSets a clock."),
    function<set_clock_ns>("!clock_settime_ns($module, clk_id, time, /)", "clock_settime_ns(clk_id, time)"),
    function<sleep_for>("!sleep($module, seconds, /)", "sleep(seconds)\n\nWait; fractions of seconds count."),
    function<clock_information>("!get_clock_info($module, name, /)", "get_clock_info(name: str) -> dict"),
    function<cpu_clock_of>("!pthread_getcpuclockid($module, thread_id, /)", "The clock of a thread's time."),
    function<utc_time>("!gmtime($module, seconds=None, /)", "gmtime([seconds]) -> struct_time in UTC"),
    function<local_time>("!localtime($module, seconds=None, /)", "localtime([seconds]) -> struct_time"),
    function<show_as_text>("!asctime($module, tuple=<now>, /)", "asctime([tuple]) -> string"),
    function<show_seconds>("!ctime($module, seconds=None, /)", "ctime(seconds) -> string"),
    function<make_seconds>("!mktime($module, tuple, /)", "mktime(tuple) -> floating point number"),
    function<format_time>("!strftime($module, format, tuple=<now>, /)", "strftime(format[, tuple]) -> string"),
    raw_function(parse_time, "strptime", "strptime(string, format) -> struct_time"),
    function<read_zone>("!tzset($module)", "tzset()\n\nRead the time zone from the environment again."),
};

Status initialize(Thread&, Module& module) {
#define CONSTANT(name) module_add(module, #name, make_int(name));
  CONSTANT(CLOCK_REALTIME) CONSTANT(CLOCK_MONOTONIC) CONSTANT(CLOCK_MONOTONIC_RAW) CONSTANT(CLOCK_PROCESS_CPUTIME_ID)
  CONSTANT(CLOCK_THREAD_CPUTIME_ID) CONSTANT(CLOCK_BOOTTIME) CONSTANT(CLOCK_TAI)
#undef CONSTANT
  module_add(module, "_STRUCT_TM_ITEMS", make_int(11));
  module_add(module, "struct_time", &time_type());
  time_module_object = &module;
  tzset();
  add_zone(module);
  return nothing;
}

}  // namespace

extern const ModuleSpec time_module = {
    .name = "time",
    .doc = "Clocks, sleeping, and times of day.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
