// What the files of the _datetime module share: layouts, construction, and the time zone protocol.
// Library reference, "datetime".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "Modules/datetime/calendar.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"

namespace minipy::datetime {

// Cached hashes: 0 is "not computed".
struct Date : Object {
  static constexpr Kind kKind = ModuleKind::Date;
  int64_t cached_hash;
  uint16_t year;
  uint8_t month, day;
  // Only of a DateTime:
  uint8_t hour, minute, second, fold;
  int32_t microsecond;
};
struct DateTime : Date {
  static constexpr Kind kKind = ModuleKind::DateTime;
  Value zone;  // a tzinfo or None
};
struct TimeOfDay : Object {
  static constexpr Kind kKind = ModuleKind::TimeOfDay;
  int64_t cached_hash;
  uint8_t hour, minute, second, fold;
  int32_t microsecond;
  Value zone;
};
struct TimeDelta : Object {
  static constexpr Kind kKind = ModuleKind::TimeDelta;
  int64_t cached_hash;
  int32_t days, seconds, microseconds;  // the latter two never negative

  int64_t whole_seconds() const { return int64_t{days} * kSecondsPerDay + seconds; }
};
struct TimeZoneInfo : Object {
  static constexpr Kind kKind = ModuleKind::TimeZoneInfo;
};
struct TimeZone : Object {
  static constexpr Kind kKind = ModuleKind::TimeZone;
  TimeDelta* offset;
  Value name;  // a str, or empty
};

inline bool is_datetime(Value v) {
  return has_kind(v, ModuleKind::DateTime);
}
inline bool is_date(Value v) {
  return has_kind(v, ModuleKind::Date) || is_datetime(v);
}
inline bool is_time(Value v) {
  return has_kind(v, ModuleKind::TimeOfDay);
}
inline bool is_delta(Value v) {
  return has_kind(v, ModuleKind::TimeDelta);
}
inline bool is_zone(Value v) {
  return is_subtype(type_of(v), type_of_kind(ModuleKind::TimeZoneInfo));
}

// The fields of a date and a time, as constructors take them.
struct Fields {
  int year = 1, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, microsecond = 0, fold = 0;
  Value zone = None;
};
Fields fields_of(const Date& date);  // of a DateTime too
Fields fields_of(const TimeOfDay& time);

// --- checks ---
Status check_date(Thread& thread, int year, int month, int day);
Status check_time(Thread& thread, const Fields& fields);
Status check_zone(Thread& thread, Value zone);  // None or a tzinfo
Result<int> fold_argument(Thread& thread, Value fold);

// --- making objects ---
// Of exactly the builtin type, or of a subclass without calling it.
Value make_date(Thread& thread, int year, int month, int day,
                Type& type = type_of_kind(ModuleKind::Date));
Value make_datetime(Thread& thread, const Fields& fields,
                    Type& type = type_of_kind(ModuleKind::DateTime));
Value new_datetime(const Fields& fields,
                   Type& type);  // the same for fields that are known to be right
Value make_time(Thread& thread, const Fields& fields,
                Type& type = type_of_kind(ModuleKind::TimeOfDay));
// As calling `type` does, which may be a subclass.
Value construct_date(Thread& thread, Type& type, int year, int month, int day);
Value construct_datetime(Thread& thread, Type& type, const Fields& fields);
Value make_iso_calendar_date(Thread& thread, const IsoDate& iso);

// --- timedelta (timedelta.cpp) ---
using Wide = __int128;  // microseconds of any number of days that fit an int64
Value make_delta(Thread& thread, int64_t days, int64_t seconds,
                 int64_t microseconds);  // normalises
Value delta_of_microseconds(Thread& thread, Wide microseconds,
                            Type& type = type_of_kind(ModuleKind::TimeDelta));
inline Wide microseconds_of(const TimeDelta& delta) {
  return static_cast<Wide>(delta.days) * kMicrosecondsPerDay + int64_t{delta.seconds} * 1000000 +
         delta.microseconds;
}
Value subtract_deltas(Thread& thread, const TimeDelta& left, const TimeDelta& right);
Value total_seconds(Thread& thread, TimeDelta& self);
int compare_deltas(const TimeDelta& left, const TimeDelta& right);

// --- time zones (timezone.cpp) ---
extern Value utc;                                                              // timezone.utc
Value make_timezone(Thread& thread, TimeDelta& offset, Value name = Value());  // checks the offset
// zone.utcoffset(argument) and zone.dst(argument): a TimeDelta or None.
Value utc_offset(Thread& thread, Value zone, Value argument);
Value daylight_saving(Thread& thread, Value zone, Value argument);
Value zone_name(Thread& thread, Value zone,
                Value argument);  // zone.tzname(argument): a str or None
// "+01:00" with `separator` between the parts; empty for no offset.
Result<std::string> offset_text(Thread& thread, Value zone, Value argument,
                                std::string_view separator);

// --- text (iso_format.cpp) ---
std::string date_text(const Date& date);
// "12:34:56.789012" in the form that `timespec` names; ValueError for an unknown one.
Result<std::string> time_text(Thread& thread, const Fields& fields, Value timespec);
std::string repr_of_time(const Fields& fields);  // "12, 34[, 56[, 7]]"
// Adds ", fold=1" and ", tzinfo=..." and the parenthesis.
Value finish_repr(Thread& thread, std::string text, const Fields& fields);
Value ctime_text(const Fields& fields);
Failure raise_invalid_isoformat(Thread& thread, Value text);
bool parse_iso_date(const std::string& text, size_t length, YearMonthDay& date);
// Reads the text from `start` on; false if it is malformed. `zone` comes as the parsed offset.
Result<bool> parse_iso_time(Thread& thread, const std::string& text, size_t start, Fields& fields);
size_t iso_separator(const std::string& text);

// time.strftime with %z, %Z and %f filled in. `argument` is what the zone's methods get.
Value format_with(Thread& thread, const Str& format, Value time_tuple, const Fields& fields,
                  Value argument);
Value struct_time(Thread& thread, const Fields& fields, int daylight_saving);
// format(x, specification): str(x) if it is empty, x.strftime(specification) otherwise.
Value format_object(Thread& thread, Value self, Value specification);
// A str argument: "strftime() argument 1 must be str, not int"
Result<Str*> str_argument(Thread& thread, const char* function, Value value);

// --- local time (local_time.cpp) ---
constexpr int64_t kEpoch =
    int64_t{719163} * kSecondsPerDay;  // 1970-01-01, in seconds since the day before year 1
enum class Clock { Local, Utc };
Result<int64_t> seconds_of_local(Thread& thread,
                                 const Fields& fields);  // of a naive local time, by its fold
int64_t plain_seconds(const Fields& fields);
enum class Rounding { Floor, HalfEven };
struct Timestamp {
  int64_t seconds;
  int microseconds;
};
Result<Timestamp> timestamp_argument(Thread& thread, Value value, Rounding rounding);
Timestamp timestamp_now();
Value datetime_of_timestamp(Thread& thread, Type& type, Clock clock, Timestamp timestamp,
                            Value zone);
Result<YearMonthDay> local_date_of(Thread& thread, Timestamp timestamp);
Value local_timezone_at(Thread& thread, int64_t timestamp);

// zone.fromutc(time), for a time of that zone.
Value move_from_utc(Thread& thread, Value time, Value zone);

// --- datetime (datetime_arithmetic.cpp) ---
enum class Sign { Plus = 1, Minus = -1 };
Value add_delta(Thread& thread, const DateTime& self, const TimeDelta& delta, Sign sign);
Value datetime_add(Thread& thread, Value left, Value right);
Value datetime_subtract(Thread& thread, Value left, Value right);
Value datetime_compare(Thread& thread, Value left, Value right, CompareOp op);
Result<int64_t> datetime_hash(Thread& thread, Value self);
Value as_time_zone(Thread& thread, DateTime& self, Value zone);
Value timestamp_of(Thread& thread, DateTime& self);

// bool of a comparison whose difference is `difference`.
Value compare_result(int difference, CompareOp op);
int compare_times(const Fields& left, const Fields& right);

// State for pickling: bytes of the fields, the fold in the top bit of byte `fold_byte` from
// protocol 4 on.
constexpr size_t kDateBytes = 4, kDateTimeBytes = 10, kTimeBytes = 6;
void put_date_bytes(const Fields& fields, uint8_t* bytes);  // kDateBytes
void put_time_bytes(const Fields& fields, uint8_t* bytes);  // kTimeBytes
Fields fields_of_bytes(const uint8_t* bytes);               // kDateTimeBytes
Fields fields_of_time_bytes(const uint8_t* bytes);
// The pickled state that a constructor's first argument may be, bytes or a Latin-1 str of Python 2;
// nullopt if it is none.
Result<std::optional<std::string>> pickled_state(Thread& thread, Value value, size_t size,
                                                 const char* what,
                                                 bool (*is_plausible)(std::string_view));

// --- definitions ---
void define_delta_type();
void define_zone_types();
void define_date_types();
void define_time_type();
void define_datetime_type();
Status add_delta_constants(Thread& thread);
Status add_zone_constants(Thread& thread);
Status add_date_constants(Thread& thread);
Status add_time_constants(Thread& thread);
Status add_datetime_constants(Thread& thread);
// A constant in the dict of a builtin type.
void add_constant(Kind kind, const char* name, Value value);

}  // namespace minipy::datetime
