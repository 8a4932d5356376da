// datetime: construction, parts, text, pickling. Its arithmetic is in datetime_arithmetic.cpp.
#include <optional>

#include "Modules/datetime/datetime.h"
#include "Modules/datetime/time_fields.h"

namespace minipy::datetime {

Value new_datetime(const Fields& f, Type& type) {
  const bool is_plain = &type == &type_of_kind(ModuleKind::DateTime);
  DateTime* time = is_plain ? allocate<DateTime>() : allocate_instance_as<DateTime>(type);
  if (!time) return error;
  time->year = static_cast<uint16_t>(f.year);
  time->month = static_cast<uint8_t>(f.month);
  time->day = static_cast<uint8_t>(f.day);
  time->hour = static_cast<uint8_t>(f.hour);
  time->minute = static_cast<uint8_t>(f.minute);
  time->second = static_cast<uint8_t>(f.second);
  time->fold = static_cast<uint8_t>(f.fold);
  time->microsecond = f.microsecond;
  time->zone = f.zone;
  return Value(time);
}

namespace {

DateTime& as_datetime(Value v) {
  return *v.as<DateTime>();
}

// --- construction ---

bool is_plausible_state(std::string_view state) {
  const int month = state[2] & 0x7F;
  return month >= 1 && month <= 12;
}

const MethodRow datetime_row = constructor(
    "(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, "
    "fold=0)");

Value make_slot(Thread& thread, Type& type, const Value* arguments, size_t count,
                Value keyword_names) {
  if (count >= 1 && count <= 2 && keyword_names.is_empty()) {
    const auto state =
        TRY(pickled_state(thread, arguments[0], kDateTimeBytes, "datetime", is_plausible_state));
    if (state) {
      Fields fields = fields_of_bytes(reinterpret_cast<const uint8_t*>(state->data()));
      if (count == 2) fields.zone = arguments[1];
      if (!fields.zone.is_none() && !is_zone(fields.zone))
        return raise(thread, TypeError, "bad tzinfo state arg");
      return new_datetime(fields, type);
    }
  }
  Value values[9];
  if (keyword_names.is_empty() && count >= 3 && count <= 8) {
    std::fill(values + 3, values + 9, Value::from_int(0));
    values[7] = None;
    std::copy(arguments, arguments + count, values);
  } else {
    TRY(bind(thread, datetime_row, arguments, count, keyword_names, values));
  }
  Fields fields;
  int* const numbers[] = {&fields.year,   &fields.month,  &fields.day,        &fields.hour,
                          &fields.minute, &fields.second, &fields.microsecond};
  for (size_t i = 0; i < std::size(numbers); ++i)
    *numbers[i] = TRY(argument_int(thread, values[i]));
  fields.zone = values[7];
  fields.fold = TRY(argument_int(thread, values[8]));
  return make_datetime(thread, fields, type);
}

Value moved_to_zone(Thread& thread, Value time, Value zone) {
  return zone.is_none() ? time : move_from_utc(thread, time, zone);
}

Value now(Thread& thread, Type& type, Value zone) {
  TRY(check_zone(thread, zone));
  const Clock clock = zone.is_none() ? Clock::Local : Clock::Utc;
  return moved_to_zone(
      thread, TRY(datetime_of_timestamp(thread, type, clock, timestamp_now(), zone)), zone);
}

Value utc_now(Thread& thread, Type& type) {
  return datetime_of_timestamp(thread, type, Clock::Utc, timestamp_now(), None);
}

Value from_timestamp(Thread& thread, Type& type, Value timestamp, Value zone) {
  TRY(check_zone(thread, zone));
  const Timestamp time = TRY(timestamp_argument(thread, timestamp, Rounding::HalfEven));
  const Clock clock = zone.is_none() ? Clock::Local : Clock::Utc;
  return moved_to_zone(thread, TRY(datetime_of_timestamp(thread, type, clock, time, zone)), zone);
}

Value utc_from_timestamp(Thread& thread, Type& type, Value timestamp) {
  const Timestamp time = TRY(timestamp_argument(thread, timestamp, Rounding::HalfEven));
  return datetime_of_timestamp(thread, type, Clock::Utc, time, None);
}

Value parse_time(Thread& thread, Type& type, Value text, Value format) {
  const Value arguments[] = {text, format};
  for (size_t i = 0; i < 2; ++i) {
    if (is_str(arguments[i])) continue;
    return raise(thread, TypeError, "strptime() argument {} must be str, not {}", i + 1,
                 argument_kind(arguments[i]));
  }
  const Value parser = TRY(import_attribute(thread, "_strptime", "_strptime_datetime"));
  return call(thread, parser, {Value(&type), text, format});
}

Value combine(Thread& thread, Type& type, Value date, Value time, Value zone) {
  if (!is_date(date)) {
    return raise(thread, TypeError, "combine() argument 1 must be datetime.date, not {}",
                 argument_kind(date));
  }
  if (!is_time(time)) {
    return raise(thread, TypeError, "combine() argument 2 must be datetime.time, not {}",
                 argument_kind(time));
  }
  Fields fields = fields_of(*time.as<TimeOfDay>());
  const Date& day = *date.as<Date>();
  fields.year = day.year;
  fields.month = day.month;
  fields.day = day.day;
  if (!zone.is_empty()) fields.zone = zone;
  return construct_datetime(thread, type, fields);
}

Value from_iso_format(Thread& thread, Type& type, Value value) {
  if (!is_str(value)) return raise(thread, TypeError, "fromisoformat: argument must be str");
  const std::string text = to_utf8(value.as<Str>());
  if (text.size() < 7) return raise_invalid_isoformat(thread, value);
  const size_t separator = iso_separator(text);
  YearMonthDay date{};
  if (separator == npos || !parse_iso_date(text, separator, date))
    return raise_invalid_isoformat(thread, value);
  Fields fields{date.year, date.month, date.day};
  if (text.size() > separator + 1) {
    // The separator is one character, however many bytes that are.
    const auto lead = static_cast<uint8_t>(text[separator]);
    const size_t width = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    const size_t start = separator + width;
    if (start > text.size() || !TRY(parse_iso_time(thread, text, start, fields))) {
      return raise_invalid_isoformat(thread, value);
    }
  }
  return construct_datetime(thread, type, fields);
}

// --- parts ---

Value date_part(Thread& thread, DateTime& self) {
  return make_date(thread, self.year, self.month, self.day);
}

Value time_part_with(Thread& thread, const DateTime& self, Value zone) {
  Fields fields = fields_of(self);
  fields.zone = zone;
  return make_time(thread, fields);
}
Value time_part(Thread& thread, DateTime& self) {
  return time_part_with(thread, self, None);
}
Value time_part_and_zone(Thread& thread, DateTime& self) {
  return time_part_with(thread, self, self.zone);
}

Value time_tuple(Thread& thread, DateTime& self) {
  int flag = -1;
  const Value saving = TRY(daylight_saving(thread, self.zone, Value(&self)));
  if (!saving.is_none()) flag = microseconds_of(*saving.as<TimeDelta>()) != 0;
  return struct_time(thread, fields_of(self), flag);
}

Value utc_time_tuple(Thread& thread, DateTime& self) {
  Fields fields = fields_of(self);
  const Value offset = TRY(utc_offset(thread, self.zone, Value(&self)));
  if (!offset.is_none()) {
    const Value moved = TRY(add_delta(thread, self, *offset.as<TimeDelta>(), Sign::Minus));
    if (is_datetime(moved)) fields = fields_of(as_datetime(moved));
  }
  return struct_time(thread, fields, 0);
}

Value offset_of(Thread& thread, DateTime& self) {
  return utc_offset(thread, self.zone, Value(&self));
}
Value name_of(Thread& thread, DateTime& self) {
  return zone_name(thread, self.zone, Value(&self));
}
Value saving_of(Thread& thread, DateTime& self) {
  return daylight_saving(thread, self.zone, Value(&self));
}

Status change(Thread& thread, int& field, Value value) {
  if (!value.is_empty()) field = TRY(argument_int(thread, value));
  return nothing;
}

Value replace(Thread& thread, DateTime& self, Value year, Value month, Value day, Value hour,
              Value minute, Value second, Value microsecond, Value zone, Value fold) {
  Fields fields = fields_of(self);
  TRY(change(thread, fields.year, year));
  TRY(change(thread, fields.month, month));
  TRY(change(thread, fields.day, day));
  TRY(change(thread, fields.hour, hour));
  TRY(change(thread, fields.minute, minute));
  TRY(change(thread, fields.second, second));
  TRY(change(thread, fields.microsecond, microsecond));
  if (!zone.is_empty()) fields.zone = zone;
  if (!fold.is_empty()) fields.fold = TRY(fold_argument(thread, fold));
  return make_datetime(thread, fields, type_of(&self));
}

// --- text ---

Value iso_format(Thread& thread, DateTime& self, Value separator, Value timespec) {
  char32_t between = 'T';
  if (!separator.is_empty()) {
    if (!is_str(separator) || separator.as<Str>()->length() != 1) {
      return raise(thread, TypeError, "isoformat() argument 1 must be a unicode character, not {}",
                   argument_kind(separator));
    }
    between = separator.as<Str>()->at(0);
  }
  if (!timespec.is_empty() && !is_str(timespec)) {
    return raise(thread, TypeError, "isoformat() argument 2 must be str, not {}",
                 argument_kind(timespec));
  }
  const std::string date = date_text(self);
  const std::string time = TRY(time_text(thread, fields_of(self), timespec));
  const std::string offset = TRY(offset_text(thread, self.zone, Value(&self), ":"));
  if (between < 0x80) return make_str(date + static_cast<char>(between) + time + offset);
  StrBuilder text;
  text.append(std::string_view(date));
  text.append(between);
  text.append(std::string_view(time));
  text.append(std::string_view(offset));
  return Value(TRY(text.finish(thread)));
}

Value ctime(DateTime& self) {
  return ctime_text(fields_of(self));
}

Value repr_slot(Thread& thread, Value self) {
  const Fields fields = fields_of(as_datetime(self));
  std::string text(type_of(self).name_view());
  text += "(" + std::to_string(fields.year) + ", " + std::to_string(fields.month) + ", " +
          std::to_string(fields.day) + ", " + repr_of_time(fields);
  return finish_repr(thread, text, fields);
}

Value str_slot(Thread& thread, Value self) {
  return call_method(thread, self, "isoformat", {make_character(' ')});
}

Value strftime(Thread& thread, Value self, Value format) {
  const Str* text = TRY(str_argument(thread, "strftime", format));
  const Value tuple = TRY(call_method(thread, self, "timetuple"));
  return format_with(thread, *text, tuple, fields_of(as_datetime(self)), self);
}

// --- pickling ---

Value state_of(const DateTime& self, int protocol) {
  uint8_t bytes[kDateTimeBytes];
  const Fields fields = fields_of(self);
  put_date_bytes(fields, bytes);
  put_time_bytes(fields, bytes + kDateBytes);
  if (protocol > 3 && self.fold) bytes[2] |= 0x80;
  const Value state = make_bytes({reinterpret_cast<const char*>(bytes), kDateTimeBytes});
  return self.zone.is_none() ? make_tuple({state}) : make_tuple({state, self.zone});
}
Value reduce_extended(DateTime& self, int protocol) {
  return make_tuple({Value(&type_of(&self)), state_of(self, protocol)});
}
Value reduce(DateTime& self) {
  return reduce_extended(self, 2);
}


const MethodRow methods[] = {
    class_method<now>("now($type, /, tz=None)",
                      "The current time.\n\n  tz\n    Timezone object.\n\n"
                      "Local time without a zone, and none attached."),
    class_method<utc_now>("!utcnow($type, /)",
                          "Return a new datetime representing UTC day and time."),
    class_method<from_timestamp>("!fromtimestamp($type, timestamp, tz=None)",
                                 "timestamp[, tz] -> tz's local time from POSIX timestamp."),
    class_method<utc_from_timestamp>("!utcfromtimestamp($type, timestamp, /)",
                                     "Construct a naive UTC datetime from a POSIX timestamp."),
    class_method<parse_time>(
        "!strptime($type, string, format, /)",
        "string, format -> new datetime parsed from a string (like time.strptime())."),
    class_method<combine>("!combine($type, date, time, tzinfo=x)",
                          "date, time -> datetime with same date and time fields"),
    class_method<from_iso_format>("!fromisoformat($type, string, /)",
                                  "string -> datetime from a string in ISO 8601 format"),
    method<date_part>("!date($self, /)", "Return date object with same year, month and day."),
    method<time_part>("!time($self, /)", "Return time object with same time but with tzinfo=None."),
    method<time_part_and_zone>("!timetz($self, /)",
                               "Return time object with same time and tzinfo."),
    method<ctime>("!ctime($self, /)", "Return ctime() style string."),
    method<time_tuple>("!timetuple($self, /)",
                       "Return time tuple, compatible with time.localtime()."),
    method<timestamp_of>("!timestamp($self, /)", "Return POSIX timestamp as float."),
    method<utc_time_tuple>("!utctimetuple($self, /)",
                           "Return UTC time tuple, compatible with time.localtime()."),
    method<iso_format>(
        "!isoformat($self, sep=x, timespec=x)",
        "ISO 8601 text: YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
        "sep stands between date and time. timespec says how much of the time is shown:\n"
        "'auto', 'hours', 'minutes', 'seconds', 'milliseconds' or 'microseconds'."),
    method<strftime>("!strftime($self, format)", "format -> strftime() style string."),
    method<offset_of>("!utcoffset($self, /)", "Return self.tzinfo.utcoffset(self)."),
    method<name_of>("!tzname($self, /)", "Return self.tzinfo.tzname(self)."),
    method<saving_of>("!dst($self, /)", "Return self.tzinfo.dst(self)."),
    method<replace>(
        "!replace($self, year=x, month=x, day=x, hour=x, minute=x, second=x, microsecond=x, "
        "tzinfo=x, *, fold=x)",
        "Return datetime with new specified fields."),
    method<as_time_zone>("!astimezone($self, tz=None)",
                         "tz -> convert to local time in new timezone tz\n"),
    method<reduce_extended>("!__reduce_ex__($self, protocol, /)", "What pickle needs."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    getter<get_hour<DateTime>>("hour", nullptr),
    getter<get_minute<DateTime>>("minute", nullptr),
    getter<get_second<DateTime>>("second", nullptr),
    getter<get_microsecond<DateTime>>("microsecond", nullptr),
    getter<get_zone<DateTime>>("tzinfo", nullptr),
    getter<get_fold<DateTime>>("fold", nullptr),
};

}  // namespace

Value make_datetime(Thread& thread, const Fields& fields, Type& type) {
  TRY(check_date(thread, fields.year, fields.month, fields.day));
  TRY(check_time(thread, fields));
  TRY(check_zone(thread, fields.zone));
  return new_datetime(fields, type);
}

Value construct_datetime(Thread& thread, Type& type, const Fields& f) {
  if (&type == &type_of_kind(ModuleKind::DateTime)) return make_datetime(thread, f);
  const Value made =
      TRY(call(thread, Value(&type),
               {Value::from_int(f.year), Value::from_int(f.month), Value::from_int(f.day),
                Value::from_int(f.hour), Value::from_int(f.minute), Value::from_int(f.second),
                Value::from_int(f.microsecond), f.zone}));
  if (f.fold && is_datetime(made)) as_datetime(made).fold = 1;
  return made;
}

void define_datetime_type() {
  define_type(
      ModuleKind::DateTime,
      {.doc = "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n"
              "The date must be given. tzinfo is None or an instance of a tzinfo subclass; the\n"
              "others are ints.",
       .instance_bytes = sizeof(DateTime),
       .flags = Type::kBaseType | Type::kImmutable,
       .slots = {.repr = repr_slot,
                 .str = str_slot,
                 .hash = datetime_hash,
                 .compare = datetime_compare,
                 .make = make_slot,
                 .add = datetime_add,
                 .subtract = datetime_subtract},
       .methods = methods});
}

Status add_datetime_constants(Thread& thread) {
  Fields last{kMaxYear, 12, 31, 23, 59, 59, 999999};
  add_constant(ModuleKind::DateTime, "min", TRY(make_datetime(thread, Fields{})));
  add_constant(ModuleKind::DateTime, "max", TRY(make_datetime(thread, last)));
  add_constant(ModuleKind::DateTime, "resolution", TRY(make_delta(thread, 0, 0, 1)));
  return nothing;
}

}  // namespace minipy::datetime
