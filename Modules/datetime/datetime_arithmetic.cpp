// datetime: sums and differences, order, and moving between time zones.
#include "Modules/datetime/datetime.h"
#include "Objects/float.h"

namespace minipy::datetime {

namespace {

DateTime& as_datetime(Value v) {
  return *v.as<DateTime>();
}
TimeDelta& as_delta(Value v) {
  return *v.as<TimeDelta>();
}

int64_t day_number(const DateTime& t) {
  return ordinal_of(t.year, t.month, t.day);
}
int second_of_day(const DateTime& t) {
  return t.hour * 3600 + t.minute * 60 + t.second;
}

int compare_fields(const DateTime& left, const DateTime& right) {
  if (left.year != right.year) return left.year < right.year ? -1 : 1;
  if (left.month != right.month) return left.month < right.month ? -1 : 1;
  if (left.day != right.day) return left.day < right.day ? -1 : 1;
  return compare_times(fields_of(left), fields_of(right));
}

bool are_equal_offsets(Value left, Value right) {
  if (left == right) return true;
  return is_delta(left) && is_delta(right) && compare_deltas(as_delta(left), as_delta(right)) == 0;
}

// Both offsets from UTC; None for both if they have one zone.
struct Offsets {
  Value left = None, right = None;
};
Result<Offsets> offsets_of(Thread& thread, const DateTime& left, const DateTime& right) {
  if (left.zone == right.zone) return Offsets{};
  const Value left_offset = TRY(utc_offset(thread, left.zone, Value(&left)));
  return Offsets{left_offset, TRY(utc_offset(thread, right.zone, Value(&right)))};
}

// left - right, whose offsets are both known or both None.
Value difference(Thread& thread, const DateTime& left, const DateTime& right,
                 const Offsets& offsets) {
  Wide microseconds =
      static_cast<Wide>(day_number(left) - day_number(right)) * kMicrosecondsPerDay +
      int64_t{second_of_day(left) - second_of_day(right)} * 1000000 + left.microsecond -
      right.microsecond;
  if (is_delta(offsets.left))
    microseconds -=
        microseconds_of(as_delta(offsets.left)) - microseconds_of(as_delta(offsets.right));
  return delta_of_microseconds(thread, microseconds);
}

// PEP 495: a time whose offset depends on its fold equals none of another zone.
Result<bool> depends_on_fold(Thread& thread, const DateTime& time, Value offset) {
  Fields fields = fields_of(time);
  fields.fold = !fields.fold;
  const Value flipped = TRY(make_datetime(thread, fields));
  return !are_equal_offsets(TRY(utc_offset(thread, time.zone, flipped)), offset);
}

Result<bool> is_problematic(Thread& thread, const DateTime& left, const DateTime& right,
                            const Offsets& offsets) {
  if (TRY(depends_on_fold(thread, left, offsets.left))) return true;
  return depends_on_fold(thread, right, offsets.right);
}

}  // namespace

Value add_delta(Thread& thread, const DateTime& self, const TimeDelta& delta, Sign sign) {
  const int factor = static_cast<int>(sign);
  int microsecond = self.microsecond + factor * delta.microseconds;
  int second = second_of_day(self) + factor * delta.seconds;
  if (microsecond < 0 || microsecond >= 1000000) {
    const int carry = microsecond < 0 ? -1 : 1;
    microsecond -= carry * 1000000;
    second += carry;
  }
  int64_t day = int64_t{factor} * delta.days;  // so many days further
  if (second < 0 || second >= kSecondsPerDay) {
    const int carry = second < 0 ? (second < -kSecondsPerDay ? -2 : -1) : second / kSecondsPerDay;
    second -= carry * kSecondsPerDay;
    day += carry;
  }
  YearMonthDay date{self.year, self.month, self.day};
  if (date.day + day >= 1 && date.day + day <= 28) {
    date.day += static_cast<int>(day);
  } else if (day != 0) {
    day += day_number(self);
    if (day < 1 || day > kMaxOrdinal)
      return raise(thread, OverflowError, "date value out of range");
    date = date_of_ordinal(static_cast<int>(day));
  }
  const Fields fields{date.year,   date.month,  date.day, second / 3600, second / 60 % 60,
                      second % 60, microsecond, 0,        self.zone};
  Type& type = type_of(&self);
  if (&type == &type_of_kind(ModuleKind::DateTime)) return new_datetime(fields, type);
  return construct_datetime(thread, type, fields);
}

Value move_from_utc(Thread& thread, Value time, Value zone) {
  if (is_exact(zone, ModuleKind::TimeZone) && is_exact(time, ModuleKind::DateTime)) {
    return add_delta(thread, as_datetime(time), *zone.as<TimeZone>()->offset, Sign::Plus);
  }
  return call_method(thread, zone, "fromutc", {time});
}

Value datetime_add(Thread& thread, Value left, Value right) {
  if (is_delta(left)) std::swap(left, right);
  if (!is_datetime(left) || !is_delta(right)) return NotImplemented;
  return add_delta(thread, as_datetime(left), as_delta(right), Sign::Plus);
}

Value datetime_subtract(Thread& thread, Value left, Value right) {
  if (!is_datetime(left)) return NotImplemented;
  if (is_delta(right)) return add_delta(thread, as_datetime(left), as_delta(right), Sign::Minus);
  if (!is_datetime(right)) return NotImplemented;
  const Offsets offsets = TRY(offsets_of(thread, as_datetime(left), as_datetime(right)));
  if (offsets.left.is_none() != offsets.right.is_none()) {
    return raise(thread, TypeError, "can't subtract offset-naive and offset-aware datetimes");
  }
  return difference(thread, as_datetime(left), as_datetime(right), offsets);
}

Value datetime_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool is_equality = op == CompareOp::Equal || op == CompareOp::NotEqual;
  if (!is_datetime(right)) {
    if (!is_date(right)) return NotImplemented;
    // A datetime is a date, but never equal to one, and not comparable either.
    if (is_equality) return Value::from_bool(op == CompareOp::NotEqual);
    return raise(thread, TypeError, "can't compare {} to {}", type_of(left), type_of(right));
  }
  const DateTime &x = as_datetime(left), &y = as_datetime(right);
  if (x.zone == y.zone) return compare_result(compare_fields(x, y), op);
  const Offsets offsets = TRY(offsets_of(thread, x, y));
  if (offsets.left.is_none() != offsets.right.is_none()) {
    if (is_equality) return Value::from_bool(op == CompareOp::NotEqual);
    return raise(thread, TypeError, "can't compare offset-naive and offset-aware datetimes");
  }
  int order;
  if (are_equal_offsets(offsets.left, offsets.right)) {
    order = compare_fields(x, y);
  } else {
    const Value delta = TRY(difference(thread, x, y, offsets));
    const Wide microseconds = microseconds_of(as_delta(delta));
    order = microseconds < 0 ? -1 : microseconds > 0;
  }
  if (is_equality && order == 0 && TRY(is_problematic(thread, x, y, offsets))) order = 1;
  return compare_result(order, op);
}

// Equal times of different zones hash alike: by their distance from the beginning, in UTC.
Result<int64_t> datetime_hash(Thread& thread, Value self) {
  DateTime& time = as_datetime(self);
  if (time.cached_hash != 0) return time.cached_hash;
  Value unfolded = self;
  if (time.fold) {
    Fields fields = fields_of(time);
    fields.fold = 0;
    unfolded = TRY(make_datetime(thread, fields));
  }
  const Value offset = TRY(utc_offset(thread, time.zone, unfolded));
  if (offset.is_none()) {
    uint8_t bytes[kDateTimeBytes];
    put_date_bytes(fields_of(time), bytes);
    put_time_bytes(fields_of(time), bytes + kDateBytes);
    return time.cached_hash = hash_bytes(bytes, kDateTimeBytes);
  }
  const Value elapsed =
      TRY(make_delta(thread, day_number(time), second_of_day(time), time.microsecond));
  const int64_t result =
      TRY(hash(thread, TRY(subtract_deltas(thread, as_delta(elapsed), as_delta(offset)))));
  return time.cached_hash = result;
}

Value timestamp_of(Thread& thread, DateTime& self) {
  if (self.zone.is_none()) {
    const int64_t seconds = TRY(seconds_of_local(thread, fields_of(self)));
    return make_float(static_cast<double>(seconds - kEpoch) + self.microsecond / 1e6);
  }
  Fields epoch{1970, 1, 1};
  epoch.zone = utc;
  const Value start = TRY(make_datetime(thread, epoch));
  const Value elapsed = TRY(datetime_subtract(thread, Value(&self), start));
  return total_seconds(thread, as_delta(elapsed));
}

namespace {

// The system's zone at a naive local time.
Value system_zone_of(Thread& thread, const DateTime& time) {
  const int64_t seconds = TRY(seconds_of_local(thread, fields_of(time)));
  return local_timezone_at(thread, seconds - kEpoch);
}

}  // namespace

Value as_time_zone(Thread& thread, DateTime& self, Value zone) {
  TRY(check_zone(thread, zone));
  const Value naive_zone = self.zone.is_none() ? TRY(system_zone_of(thread, self)) : self.zone;
  if (naive_zone == zone) return Value(&self);
  Value offset = TRY(utc_offset(thread, naive_zone, Value(&self)));
  if (offset.is_none()) {
    // A zone that does not know: as if there were none.
    const Value system_zone = TRY(system_zone_of(thread, self));
    if (system_zone == zone) return Value(&self);
    offset = TRY(utc_offset(thread, system_zone, Value(&self)));
  }
  const Value moved = TRY(add_delta(thread, self, as_delta(offset), Sign::Minus));
  if (!is_datetime(moved)) return moved;
  Fields fields = fields_of(as_datetime(moved));
  fields.zone = utc;
  if (zone.is_none()) zone = TRY(local_timezone_at(thread, plain_seconds(fields) - kEpoch));
  as_datetime(moved).zone = zone;
  return move_from_utc(thread, moved, zone);
}

}  // namespace minipy::datetime
