// Timestamps and the time zone of the system.
#include <cerrno>
#include <cmath>
#include <ctime>

#include "Modules/datetime/datetime.h"
#include "Objects/codecs.h"
#include "Objects/float.h"

namespace minipy::datetime {

namespace {

constexpr int64_t kLongestFold = 24 * 3600;

Status break_down(Thread& thread, Clock clock, int64_t timestamp, std::tm& parts) {
  const std::time_t time = timestamp;
  errno = 0;
  const bool is_done = clock == Clock::Local ? localtime_r(&time, &parts) : gmtime_r(&time, &parts);
  if (is_done) return nothing;
  return raise_os_error(thread, errno == 0 ? EINVAL : errno);
}

Result<int64_t> seconds_of_parts(Thread& thread, const std::tm& parts, int second) {
  const int year = parts.tm_year + 1900;
  if (year < kMinYear || year > kMaxYear)
    return raise(thread, ValueError, "year {} is out of range", year);
  Fields fields{year, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, second};
  return plain_seconds(fields);
}

// Local time at `seconds` of UTC, both counted from the day before year 1.
Result<int64_t> local_at(Thread& thread, int64_t seconds) {
  std::tm parts;
  TRY(break_down(thread, Clock::Local, seconds - kEpoch, parts));
  return seconds_of_parts(thread, parts, parts.tm_sec);
}

double round_half_even(double value) {
  double rounded = std::round(value);
  if (std::fabs(value - rounded) == 0.5) rounded = 2.0 * std::round(value / 2.0);
  return rounded;
}

}  // namespace

int64_t plain_seconds(const Fields& f) {
  return (ordinal_of(f.year, f.month, f.day) * 24 + f.hour) * 3600 + f.minute * 60 + f.second;
}

// Solves wanted = local_at(u) for u (PEP 495). Of two solutions the fold chooses, and where there
// is none, in the gap, it chooses the offset.
Result<int64_t> seconds_of_local(Thread& thread, const Fields& fields) {
  const int64_t wanted = plain_seconds(fields);
  const int64_t first_offset = TRY(local_at(thread, wanted)) - wanted;
  const int64_t first = wanted - first_offset;
  const int64_t at_first = TRY(local_at(thread, first));
  int64_t other_offset;
  if (at_first == wanted) {
    // A solution, but maybe not the one on the wanted side of a fold.
    const int64_t probe = fields.fold ? first + kLongestFold : first - kLongestFold;
    other_offset = TRY(local_at(thread, probe)) - probe;
    if (other_offset == first_offset) return first;
  } else {
    other_offset = at_first - first;
  }
  const int64_t second = wanted - other_offset;
  if (TRY(local_at(thread, second)) == wanted) return second;
  if (at_first == wanted) return first;
  return fields.fold ? std::min(first, second) : std::max(first, second);
}

Result<Timestamp> timestamp_argument(Thread& thread, Value value, Rounding rounding) {
  if (!is_float(value)) {
    const Value number = TRY(number_index(thread, value));
    const std::optional<int64_t> seconds = int_to_int64(number);
    if (!seconds) return raise(thread, OverflowError, "timestamp out of range for platform time_t");
    return Timestamp{*seconds, 0};
  }
  const double number = float_number(value);
  if (std::isnan(number)) return raise(thread, ValueError, "Invalid value NaN (not a number)");
  double whole;
  double fraction = std::modf(number, &whole);
  if (rounding == Rounding::Floor) {
    whole = std::floor(number);
    fraction = 0;
  } else {
    fraction = round_half_even(fraction * 1e6);
    if (fraction >= 1e6) {
      fraction -= 1e6;
      whole += 1;
    } else if (fraction < 0) {
      fraction += 1e6;
      whole -= 1;
    }
  }
  if (!(whole >= -0x1p63 && whole < 0x1p63)) {
    return raise(thread, OverflowError, "timestamp out of range for platform time_t");
  }
  return Timestamp{static_cast<int64_t>(whole), static_cast<int>(fraction)};
}

Timestamp timestamp_now() {
  std::timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec, static_cast<int>(now.tv_nsec / 1000)};
}

Result<YearMonthDay> local_date_of(Thread& thread, Timestamp timestamp) {
  std::tm parts;
  TRY(break_down(thread, Clock::Local, timestamp.seconds, parts));
  return YearMonthDay{parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
}

Value datetime_of_timestamp(Thread& thread, Type& type, Clock clock, Timestamp timestamp,
                            Value zone) {
  std::tm parts;
  TRY(break_down(thread, clock, timestamp.seconds, parts));
  Fields fields{parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min};
  fields.second = std::min(59, parts.tm_sec);  // leap seconds are not shown
  fields.microsecond = timestamp.microseconds;
  fields.zone = zone;
  if (zone.is_none() && clock == Clock::Local) {
    // The same local time a little earlier makes this the second one: then the clock was put back
    // between.
    const int64_t here = TRY(seconds_of_parts(thread, parts, fields.second));
    const int64_t probe = TRY(local_at(thread, kEpoch + timestamp.seconds - kLongestFold));
    const int64_t shift = here - probe - kLongestFold;
    if (shift < 0) fields.fold = TRY(local_at(thread, kEpoch + timestamp.seconds + shift)) == here;
  }
  return construct_datetime(thread, type, fields);
}

Value local_timezone_at(Thread& thread, int64_t timestamp) {
  std::tm parts;
  TRY(break_down(thread, Clock::Local, timestamp, parts));
  const Value offset = TRY(make_delta(thread, 0, parts.tm_gmtoff, 0));
  return make_timezone(thread, *offset.as<TimeDelta>(), from_filename(parts.tm_zone));
}

}  // namespace minipy::datetime
