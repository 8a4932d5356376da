// tzinfo, whose subclasses say how local time differs from UTC, and timezone, with a fixed offset.
#include "Modules/datetime/datetime.h"
#include "Objects/dict.h"

namespace minipy::datetime {

Value utc;

namespace {

TimeZone& as_timezone(Value v) {
  return *v.as<TimeZone>();
}
TimeDelta& as_delta(Value v) {
  return *v.as<TimeDelta>();
}

bool is_less_than_a_day(const TimeDelta& offset) {
  return (offset.days == 0 || offset.days == -1) &&
         (offset.days == 0 || offset.seconds || offset.microseconds);
}

Value call_zone(Thread& thread, Value zone, const char* method, Value argument) {
  const Value offset = TRY(call_method(thread, zone, method, {argument}));
  if (offset.is_none()) return None;
  if (!is_delta(offset)) {
    return raise(thread, TypeError, "tzinfo.{}() must return None or a timedelta, not '{}'", method,
                 type_of(offset));
  }
  if (!is_less_than_a_day(as_delta(offset))) {
    return raise(thread, ValueError,
                 "offset must be a timedelta strictly between -timedelta(hours=24) and "
                 "timedelta(hours=24).");
  }
  return offset;
}

struct OffsetParts {
  char sign;
  int hours, minutes, seconds, microseconds;
};
OffsetParts parts_of(const TimeDelta& offset) {
  int64_t microseconds = static_cast<int64_t>(microseconds_of(offset));
  const char sign = microseconds < 0 ? '-' : '+';
  if (microseconds < 0) microseconds = -microseconds;
  const int seconds = static_cast<int>(microseconds / 1000000);
  return {sign, seconds / 3600, seconds / 60 % 60, seconds % 60,
          static_cast<int>(microseconds % 1000000)};
}

// "+01:00", with seconds and microseconds only where there are any.
std::string text_of_offset(const TimeDelta& offset, std::string_view separator) {
  const OffsetParts parts = parts_of(offset);
  const std::string between(separator);
  char text[48];
  std::snprintf(text, sizeof text, "%c%02d%s%02d", parts.sign, parts.hours, between.c_str(),
                parts.minutes);
  std::string result = text;
  if (parts.seconds || parts.microseconds) {
    std::snprintf(text, sizeof text, "%s%02d", between.c_str(), parts.seconds);
    result += text;
  }
  if (parts.microseconds) {
    std::snprintf(text, sizeof text, ".%06d", parts.microseconds);
    result += text;
  }
  return result;
}

// --- tzinfo ---

Value make_zone(Thread&, Type& type, const Value*, size_t, Value) {
  Object* zone = allocate_instance(type);
  return zone ? Value(zone) : Value();
}

template <const char* const& name>
Value not_implemented(Thread& thread, TimeZoneInfo&, Value) {
  return raise(thread, NotImplementedError, "a tzinfo subclass must implement {}()", name);
}
constexpr const char* kTzname = "tzname";
constexpr const char* kUtcoffset = "utcoffset";
constexpr const char* kDst = "dst";

// The standard algorithm of PEP 495's predecessor: dst() is looked at before and after moving to
// standard time, since a zone may change it in between.
Value from_utc(Thread& thread, TimeZoneInfo& self, Value argument) {
  if (!is_datetime(argument))
    return raise(thread, TypeError, "fromutc: argument must be a datetime");
  const DateTime& time = *argument.as<DateTime>();
  if (!(time.zone == Value(&self)))
    return raise(thread, ValueError, "fromutc: dt.tzinfo is not self");
  const Value offset = TRY(utc_offset(thread, time.zone, argument));
  if (offset.is_none())
    return raise(thread, ValueError, "fromutc: non-None utcoffset() result required");
  const Value saving = TRY(daylight_saving(thread, time.zone, argument));
  if (saving.is_none()) return raise(thread, ValueError, "fromutc: non-None dst() result required");
  const Value standard = TRY(subtract_deltas(thread, as_delta(offset), as_delta(saving)));
  const Value result = TRY(add_delta(thread, time, as_delta(standard), Sign::Plus));
  if (!is_datetime(result)) return result;
  const Value local = TRY(daylight_saving(thread, time.zone, result));
  if (local.is_none()) {
    return raise(thread, ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
  }
  if (microseconds_of(as_delta(local)) == 0) return result;
  return add_delta(thread, *result.as<DateTime>(), as_delta(local), Sign::Plus);
}

Value reduce_zone(Thread& thread, Value self) {
  Value arguments = empty_tuple();
  const Value get_arguments = TRY(get_attribute_or_unbound(thread, self, "__getinitargs__"));
  if (!get_arguments.is_unbound()) arguments = TRY(call(thread, get_arguments));
  const Value state = TRY(call_method(thread, self, "__getstate__"));
  return make_tuple({Value(&type_of(self)), arguments, state});
}

const MethodRow zone_info_methods[] = {
    method<not_implemented<kTzname>>("!tzname($self, dt, /)",
                                     "datetime -> string name of time zone."),
    method<not_implemented<kUtcoffset>>(
        "!utcoffset($self, dt, /)",
        "datetime -> timedelta showing offset from UTC, negative values\n"
        "indicating West of UTC"),
    method<not_implemented<kDst>>("!dst($self, dt, /)",
                                  "datetime -> DST offset as timedelta positive east of UTC."),
    method<from_utc>("!fromutc($self, dt, /)", "datetime in UTC -> datetime in local time."),
    method<reduce_zone>("!__reduce__($self, /)", "What pickle needs."),
};

// --- timezone ---

TimeZone* new_timezone(TimeDelta& offset, Value name) {
  TimeZone* zone = allocate<TimeZone>();
  zone->offset = &offset;
  zone->name = name;
  return zone;
}

const MethodRow timezone_row = constructor("timezone(offset, name=x)");

Value make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, timezone_row, arguments, count, keyword_names, values));
  if (!is_delta(values[0])) {
    return raise(thread, TypeError, "timezone() argument 1 must be datetime.timedelta, not {}",
                 argument_kind(values[0]));
  }
  if (!values[1].is_empty() && !is_str(values[1])) {
    return raise(thread, TypeError, "timezone() argument 2 must be str, not {}",
                 argument_kind(values[1]));
  }
  return make_timezone(thread, as_delta(values[0]), values[1]);
}

Status check_argument(Thread& thread, const char* method, Value time) {
  if (time.is_none() || is_datetime(time)) return nothing;
  return raise(thread, TypeError, "{}(dt) argument must be a datetime instance or None, not {}",
               method, type_of(time));
}

Value text_of(const TimeZone& self) {
  if (!self.name.is_empty()) return self.name;
  if (Value(&self) == utc || microseconds_of(*self.offset) == 0) return make_str("UTC");
  return make_str("UTC" + text_of_offset(*self.offset, ":"));
}

Value name_of_zone(Thread& thread, TimeZone& self, Value time) {
  TRY(check_argument(thread, "tzname", time));
  return text_of(self);
}
Value offset_of_zone(Thread& thread, TimeZone& self, Value time) {
  TRY(check_argument(thread, "utcoffset", time));
  return Value(self.offset);
}
Value saving_of_zone(Thread& thread, TimeZone&, Value time) {
  TRY(check_argument(thread, "dst", time));
  return None;
}

Value from_utc_fixed(Thread& thread, TimeZone& self, Value argument) {
  if (!is_datetime(argument))
    return raise(thread, TypeError, "fromutc: argument must be a datetime");
  const DateTime& time = *argument.as<DateTime>();
  if (!(time.zone == Value(&self)))
    return raise(thread, ValueError, "fromutc: dt.tzinfo is not self");
  return add_delta(thread, time, *self.offset, Sign::Plus);
}

Value initial_arguments(TimeZone& self) {
  return self.name.is_empty() ? make_tuple({Value(self.offset)})
                              : make_tuple({Value(self.offset), self.name});
}

Value compare_slot(Thread&, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  if (!has_kind(right, ModuleKind::TimeZone)) return NotImplemented;
  return compare_result(compare_deltas(*as_timezone(left).offset, *as_timezone(right).offset), op);
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  return hash(thread, Value(as_timezone(self).offset));
}

Value repr_slot(Thread& thread, Value self) {
  if (self == utc) return make_str("datetime.timezone.utc");
  const TimeZone& zone = as_timezone(self);
  if (zone.name.is_empty())
    return format_message(thread, "{}({})", {type_of(self), Repr{Value(zone.offset)}});
  return format_message(thread, "{}({}, {})",
                        {type_of(self), Repr{Value(zone.offset)}, Repr{zone.name}});
}

Value str_slot(Thread&, Value self) {
  return text_of(as_timezone(self));
}

const MethodRow timezone_methods[] = {
    method<name_of_zone>("!tzname($self, dt, /)",
                         "The name given to the constructor, or UTC and the offset."),
    method<offset_of_zone>("!utcoffset($self, dt, /)", "Return fixed offset."),
    method<saving_of_zone>("!dst($self, dt, /)", "Return None."),
    method<from_utc_fixed>("!fromutc($self, dt, /)", "datetime in UTC -> datetime in local time."),
    method<initial_arguments>("!__getinitargs__($self, /)", "pickle support"),
};

}  // namespace

Value make_timezone(Thread& thread, TimeDelta& offset, Value name) {
  if (name.is_empty() && microseconds_of(offset) == 0 && !utc.is_empty()) return utc;
  if (!is_less_than_a_day(offset)) {
    return raise(thread, ValueError,
                 "offset must be a timedelta strictly between -timedelta(hours=24) and "
                 "timedelta(hours=24), not {}.",
                 Repr{Value(&offset)});
  }
  return Value(new_timezone(offset, name));
}

Value utc_offset(Thread& thread, Value zone, Value argument) {
  if (zone.is_none()) return None;
  if (is_exact(zone, ModuleKind::TimeZone)) return Value(as_timezone(zone).offset);
  return call_zone(thread, zone, "utcoffset", argument);
}

Value daylight_saving(Thread& thread, Value zone, Value argument) {
  return zone.is_none() ? None : call_zone(thread, zone, "dst", argument);
}

Value zone_name(Thread& thread, Value zone, Value argument) {
  if (zone.is_none()) return None;
  const Value name = TRY(call_method(thread, zone, "tzname", {argument}));
  if (name.is_none() || is_str(name)) return name;
  return raise(thread, TypeError, "tzinfo.tzname() must return None or a string, not '{}'",
               type_of(name));
}

Result<std::string> offset_text(Thread& thread, Value zone, Value argument,
                                std::string_view separator) {
  const Value offset = TRY(utc_offset(thread, zone, argument));
  return offset.is_none() ? std::string() : text_of_offset(as_delta(offset), separator);
}

Status check_zone(Thread& thread, Value zone) {
  if (zone.is_none() || is_zone(zone)) return nothing;
  return raise(thread, TypeError,
               "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
               type_of(zone));
}

void define_zone_types() {
  define_type(ModuleKind::TimeZoneInfo, {.doc = "Abstract base class for time zone info objects.",
                                         .instance_bytes = sizeof(TimeZoneInfo),
                                         .flags = Type::kBaseType | Type::kImmutable,
                                         .slots = {.make = make_zone},
                                         .methods = zone_info_methods});
  define_type(ModuleKind::TimeZone, {.doc = "A tzinfo with a fixed offset from UTC.",
                                     .instance_bytes = sizeof(TimeZone),
                                     .flags = Type::kImmutable,
                                     .slots = {.repr = repr_slot,
                                               .str = str_slot,
                                               .hash = hash_slot,
                                               .compare = compare_slot,
                                               .make = make},
                                     .methods = timezone_methods});
}

Status add_zone_constants(Thread& thread) {
  TimeDelta& zero = as_delta(TRY(make_delta(thread, 0, 0, 0)));
  utc = Value(new_timezone(zero, Value()));
  add_constant(ModuleKind::TimeZone, "utc", utc);
  // The extremes are whole minutes short of a day.
  constexpr int64_t kLongest = kSecondsPerDay - 60;
  add_constant(ModuleKind::TimeZone, "min",
               new_timezone(as_delta(TRY(make_delta(thread, 0, -kLongest, 0))), Value()));
  add_constant(ModuleKind::TimeZone, "max",
               new_timezone(as_delta(TRY(make_delta(thread, 0, kLongest, 0))), Value()));
  return nothing;
}

}  // namespace minipy::datetime
