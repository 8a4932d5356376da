// date, and what all types of the module share: checks, constructors, pickled state.
#include "Modules/datetime/datetime.h"
#include "Modules/datetime/time_fields.h"

#include <optional>

#include "Objects/dict.h"

namespace minipy::datetime {

// --- shared ---

Fields fields_of(const Date& date) {
  Fields fields{date.year, date.month, date.day};
  if (!is_datetime(&date)) return fields;
  const DateTime& time = static_cast<const DateTime&>(date);
  copy_time_fields(time, fields);
  return fields;
}

Status check_date(Thread& thread, int year, int month, int day) {
  if (year < kMinYear || year > kMaxYear)
    return raise(thread, ValueError, "year {} is out of range", year);
  if (month < 1 || month > 12) return raise(thread, ValueError, "month must be in 1..12");
  if (day < 1 || (day > 28 && day > days_in_month(year, month))) {
    return raise(thread, ValueError, "day is out of range for month");
  }
  return nothing;
}

Status check_time(Thread& thread, const Fields& f) {
  if (f.hour < 0 || f.hour > 23) return raise(thread, ValueError, "hour must be in 0..23");
  if (f.minute < 0 || f.minute > 59) return raise(thread, ValueError, "minute must be in 0..59");
  if (f.second < 0 || f.second > 59) return raise(thread, ValueError, "second must be in 0..59");
  if (f.microsecond < 0 || f.microsecond > 999999) {
    return raise(thread, ValueError, "microsecond must be in 0..999999");
  }
  if (f.fold != 0 && f.fold != 1) return raise(thread, ValueError, "fold must be either 0 or 1");
  return nothing;
}

void put_date_bytes(const Fields& f, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(f.year >> 8);
  bytes[1] = static_cast<uint8_t>(f.year);
  bytes[2] = static_cast<uint8_t>(f.month);
  bytes[3] = static_cast<uint8_t>(f.day);
}

void put_time_bytes(const Fields& f, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(f.hour);
  bytes[1] = static_cast<uint8_t>(f.minute);
  bytes[2] = static_cast<uint8_t>(f.second);
  bytes[3] = static_cast<uint8_t>(f.microsecond >> 16);
  bytes[4] = static_cast<uint8_t>(f.microsecond >> 8);
  bytes[5] = static_cast<uint8_t>(f.microsecond);
}

Fields fields_of_time_bytes(const uint8_t* bytes) {
  Fields f;
  f.fold = bytes[0] >> 7;
  f.hour = bytes[0] & 0x7F;
  f.minute = bytes[1];
  f.second = bytes[2];
  f.microsecond = bytes[3] << 16 | bytes[4] << 8 | bytes[5];
  return f;
}

// The fold of a datetime is in the month's byte.
Fields fields_of_bytes(const uint8_t* bytes) {
  Fields f = fields_of_time_bytes(bytes + kDateBytes);
  f.hour = bytes[kDateBytes];
  f.year = bytes[0] << 8 | bytes[1];
  f.fold = bytes[2] >> 7;
  f.month = bytes[2] & 0x7F;
  f.day = bytes[3];
  return f;
}

Result<std::optional<std::string>> pickled_state(Thread& thread, Value value, size_t size,
                                                 const char* what,
                                                 bool (*is_plausible)(std::string_view)) {
  if (is_bytes(value)) {
    const std::string_view contents = value.as<Bytes>()->view();
    if (contents.size() != size || !is_plausible(contents)) return std::optional<std::string>();
    return std::optional<std::string>(contents);
  }
  if (!is_str(value) || value.as<Str>()->length() != size) return std::optional<std::string>();
  const Str& text = *value.as<Str>();
  std::string contents;
  bool is_wide = false;
  for (size_t i = 0; i < size; ++i) {
    is_wide |= text.at(i) > 0xFF;
    contents += static_cast<char>(text.at(i));
  }
  if (!is_plausible(contents)) return std::optional<std::string>();
  if (!is_wide) return std::optional<std::string>(contents);
  return raise(thread, ValueError,
               "Failed to encode latin1 string when unpickling a {} object. "
               "pickle.load(data, encoding='latin1') is assumed.",
               what);
}

void add_constant(Kind kind, const char* name, Value value) {
  dict_set_str(type_dict(type_of_kind(kind)), intern(name), value);
}

namespace {

Date& as_date(Value v) {
  return *v.as<Date>();
}

// As the constructor does, without looking at the fields again.
Value new_date(const Fields& f, Type& type) {
  Date* date = &type == &type_of_kind(ModuleKind::Date) ? allocate_leaf<Date>()
                                                        : allocate_instance_as<Date>(type);
  if (!date) return error;
  date->cached_hash = 0;
  date->year = static_cast<uint16_t>(f.year);
  date->month = static_cast<uint8_t>(f.month);
  date->day = static_cast<uint8_t>(f.day);
  date->hour = date->minute = date->second = date->fold = 0;
  date->microsecond = 0;
  return Value(date);
}

}  // namespace

Value make_date(Thread& thread, int year, int month, int day, Type& type) {
  TRY(check_date(thread, year, month, day));
  return new_date({year, month, day}, type);
}

Value construct_date(Thread& thread, Type& type, int year, int month, int day) {
  if (&type == &type_of_kind(ModuleKind::Date)) return make_date(thread, year, month, day);
  if (&type == &type_of_kind(ModuleKind::DateTime))
    return make_datetime(thread, {year, month, day});
  return call(thread, Value(&type),
              {Value::from_int(year), Value::from_int(month), Value::from_int(day)});
}

namespace {

// --- construction ---

bool is_plausible_state(std::string_view state) {
  const auto month = static_cast<uint8_t>(state[2]);
  return month >= 1 && month <= 12;
}

const MethodRow date_row = constructor("(year, month, day)");

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (count == 1 && keyword_names.is_empty()) {
    const auto state =
        TRY(pickled_state(thread, arguments[0], kDateBytes, "date", is_plausible_state));
    if (state) {
      const auto* bytes = reinterpret_cast<const uint8_t*>(state->data());
      return new_date({bytes[0] << 8 | bytes[1], bytes[2], bytes[3]}, type);
    }
  }
  Value bound[3];
  const Value* values = arguments;
  if (count != 3 || !keyword_names.is_empty()) {
    TRY(bind(thread, date_row, arguments, count, keyword_names, bound));
    values = bound;
  }
  const int year = TRY(argument_int(thread, values[0]));
  const int month = TRY(argument_int(thread, values[1]));
  const int day = TRY(argument_int(thread, values[2]));
  return make_date(thread, year, month, day, type);
}

Value today(Thread& thread, Type& type) {
  const Value now = TRY(call(thread, TRY(import_attribute(thread, "time", "time"))));
  return call_method(thread, Value(&type), "fromtimestamp", {now});
}

Value from_timestamp(Thread& thread, Type& type, Value timestamp) {
  const Timestamp time = TRY(timestamp_argument(thread, timestamp, Rounding::Floor));
  const YearMonthDay date = TRY(local_date_of(thread, time));
  return construct_date(thread, type, date.year, date.month, date.day);
}

Value from_ordinal(Thread& thread, Type& type, int ordinal) {
  if (ordinal < 1) return raise(thread, ValueError, "ordinal must be >= 1");
  const YearMonthDay date = date_of_ordinal(ordinal);
  return construct_date(thread, type, date.year, date.month, date.day);
}

Value from_iso_format(Thread& thread, Type& type, Value value) {
  if (!is_str(value)) return raise(thread, TypeError, "fromisoformat: argument must be str");
  const std::string text = to_utf8(value.as<Str>());
  YearMonthDay date{};
  const bool has_length = text.size() == 7 || text.size() == 8 || text.size() == 10;
  if (!has_length || !parse_iso_date(text, text.size(), date))
    return raise_invalid_isoformat(thread, value);
  return construct_date(thread, type, date.year, date.month, date.day);
}

Result<int> iso_component(Thread& thread, Value value) {
  Result<int> number = argument_int(thread, value);
  if (!number.failed() || !catch_exception(thread, OverflowError)) return number;
  return raise(thread, ValueError, "ISO calendar component out of range");
}

Value from_iso_calendar(Thread& thread, Type& type, Value year, Value week, Value day) {
  IsoDate iso;
  iso.year = TRY(iso_component(thread, year));
  iso.week = TRY(iso_component(thread, week));
  iso.weekday = TRY(iso_component(thread, day));
  YearMonthDay date{};
  switch (date_of_iso(iso, date)) {
    case IsoError::None:
      return construct_date(thread, type, date.year, date.month, date.day);
    case IsoError::Year:
      return raise(thread, ValueError, "Year is out of range: {}", iso.year);
    case IsoError::Week:
      return raise(thread, ValueError, "Invalid week: {}", iso.week);
    case IsoError::Weekday:
      return raise(thread, ValueError, "Invalid day: {} (range is [1, 7])", iso.weekday);
  }
  MP_UNREACHABLE();
}

// --- methods ---

Fields date_fields(const Date& date) {
  return {date.year, date.month, date.day};
}

Value ctime(Date& self) {
  return ctime_text(date_fields(self));
}

Value strftime(Thread& thread, Value self, Value format) {
  const Str* text = TRY(str_argument(thread, "strftime", format));
  const Value tuple = TRY(call_method(thread, self, "timetuple"));
  return format_with(thread, *text, tuple, Fields{}, self);
}

Value time_tuple(Thread& thread, Date& self) {
  return struct_time(thread, date_fields(self), -1);
}

Value iso_calendar(Thread& thread, Date& self) {
  return make_iso_calendar_date(thread, iso_date(self.year, self.month, self.day));
}
Value iso_format(Date& self) {
  return make_str(date_text(self));
}
int iso_weekday(Date& self) {
  return weekday(self.year, self.month, self.day) + 1;
}
int64_t to_ordinal(Date& self) {
  return ordinal_of(self.year, self.month, self.day);
}
int plain_weekday(Date& self) {
  return weekday(self.year, self.month, self.day);
}

Result<int> changed(Thread& thread, Value value, int old) {
  return value.is_empty() ? Result<int>(old) : argument_int(thread, value);
}

Value replace(Thread& thread, Date& self, Value year, Value month, Value day) {
  const int new_year = TRY(changed(thread, year, self.year));
  const int new_month = TRY(changed(thread, month, self.month));
  const int new_day = TRY(changed(thread, day, self.day));
  return make_date(thread, new_year, new_month, new_day, type_of(&self));
}

Value reduce(Date& self) {
  uint8_t bytes[kDateBytes];
  put_date_bytes(date_fields(self), bytes);
  const Value state = make_bytes({reinterpret_cast<const char*>(bytes), kDateBytes});
  return make_tuple({Value(&type_of(&self)), make_tuple({state})});
}

int year(Date& self) {
  return self.year;
}
int month(Date& self) {
  return self.month;
}
int day(Date& self) {
  return self.day;
}

// --- slots ---

Value repr_slot(Thread&, Value self) {
  const Date& date = as_date(self);
  std::string text(type_of(self).name_view());
  text += "(" + std::to_string(date.year) + ", " + std::to_string(date.month) + ", " +
          std::to_string(date.day) + ")";
  return make_str(text);
}
Value str_slot(Thread& thread, Value self) {
  return call_method(thread, self, "isoformat");
}

int compare_dates(const Date& left, const Date& right) {
  if (left.year != right.year) return left.year < right.year ? -1 : 1;
  if (left.month != right.month) return left.month < right.month ? -1 : 1;
  return left.day < right.day ? -1 : left.day > right.day;
}

Value compare_slot(Thread&, Value left, Value right, CompareOp op) {
  if (!is_date(right)) return NotImplemented;
  return compare_result(compare_dates(as_date(left), as_date(right)), op);
}

Result<int64_t> hash_slot(Thread&, Value self) {
  Date& date = as_date(self);
  if (date.cached_hash == 0) {
    uint8_t bytes[kDateBytes];
    put_date_bytes(date_fields(date), bytes);
    date.cached_hash = hash_bytes(bytes, kDateBytes);
  }
  return date.cached_hash;
}

Value moved(Thread& thread, Value self, int64_t days) {
  const Date& date = as_date(self);
  const int64_t ordinal = ordinal_of(date.year, date.month, date.day) + days;
  if (ordinal < 1 || ordinal > kMaxOrdinal)
    return raise(thread, OverflowError, "date value out of range");
  const YearMonthDay result = date_of_ordinal(static_cast<int>(ordinal));
  return construct_date(thread, type_of(self), result.year, result.month, result.day);
}

Value add(Thread& thread, Value left, Value right) {
  if (is_datetime(left) || is_datetime(right)) return NotImplemented;
  if (is_delta(left)) std::swap(left, right);
  if (!is_date(left) || !is_delta(right)) return NotImplemented;
  return moved(thread, left, right.as<TimeDelta>()->days);
}

Value subtract(Thread& thread, Value left, Value right) {
  if (is_datetime(left) || is_datetime(right) || !is_date(left)) return NotImplemented;
  if (is_delta(right)) return moved(thread, left, -int64_t{right.as<TimeDelta>()->days});
  if (!is_date(right)) return NotImplemented;
  return make_delta(thread, to_ordinal(as_date(left)) - to_ordinal(as_date(right)), 0, 0);
}

const MethodRow methods[] = {
    class_method<from_timestamp>("fromtimestamp($type, timestamp, /)",
                                 "The local date of a POSIX timestamp.\n\n"
                                 "It may be out of the range of the platform's localtime()."),
    class_method<from_ordinal>("!fromordinal($type, ordinal, /)",
                               "int -> date corresponding to a proleptic Gregorian ordinal."),
    class_method<from_iso_format>("!fromisoformat($type, string, /)",
                                  "str -> Construct a date from a string in ISO 8601 format."),
    class_method<from_iso_calendar>("!fromisocalendar($type, year, week, day)",
                                    "The date of an ISO year, week number and weekday."),
    class_method<today>(
        "!today($type, /)",
        "Current date or datetime: same as self.__class__.fromtimestamp(time.time())."),
    method<ctime>("!ctime($self, /)", "Return ctime() style string."),
    method<strftime>("!strftime($self, format)", "format -> strftime() style string."),
    method<format_object>("!__format__($self, spec, /)", "Formats self with strftime."),
    method<time_tuple>("!timetuple($self, /)",
                       "Return time tuple, compatible with time.localtime()."),
    method<iso_calendar>("!isocalendar($self, /)",
                         "Return a named tuple containing ISO year, week number, and weekday."),
    method<iso_format>("!isoformat($self, /)", "Return string in ISO 8601 format, YYYY-MM-DD."),
    method<iso_weekday>("!isoweekday($self, /)",
                        "The day of the week, Monday being 1 and Sunday 7."),
    method<to_ordinal>("!toordinal($self, /)",
                       "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1."),
    method<plain_weekday>("!weekday($self, /)",
                          "The day of the week, Monday being 0 and Sunday 6."),
    method<replace>("!replace($self, year=x, month=x, day=x)",
                    "Return date with new specified fields."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    getter<year>("year", nullptr),
    getter<month>("month", nullptr),
    getter<day>("day", nullptr),
};

// --- IsoCalendarDate ---

const MethodRow iso_row = constructor("IsoCalendarDate(year, week, weekday)");

Value make_iso(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(bind(thread, iso_row, arguments, count, keyword_names, values));
  IsoDate iso;
  iso.year = TRY(argument_int(thread, values[0]));
  iso.week = TRY(argument_int(thread, values[1]));
  iso.weekday = TRY(argument_int(thread, values[2]));
  return make_iso_calendar_date(thread, iso);
}

template <size_t i>
Value iso_part(Value self) {
  return self.as<Tuple>()->items[i];
}

Value repr_iso(Thread& thread, Value self) {
  const Value* parts = self.as<Tuple>()->items;
  return format_message(thread, "{}(year={}, week={}, weekday={})",
                        {type_of(self), parts[0], parts[1], parts[2]});
}

// A plain tuple once it has travelled.
Value reduce_iso(Value self) {
  return make_tuple(
      {Value(&type_of_kind(Kind::Tuple)), make_tuple({make_tuple(self.as<Tuple>()->items, 3)})});
}

const MethodRow iso_methods[] = {
    method<reduce_iso>("!__reduce__($self, /)", "What pickle needs."),
    getter<iso_part<0>>("year", nullptr),
    getter<iso_part<1>>("week", nullptr),
    getter<iso_part<2>>("weekday", nullptr),
};

}  // namespace

Value make_iso_calendar_date(Thread&, const IsoDate& iso) {
  Type& type = type_of_kind(ModuleKind::IsoCalendarDate);
  Tuple* tuple = allocate_instance_as<Tuple>(type, 3 * sizeof(Value));
  if (!tuple) return error;
  tuple->size = 3;
  tuple->items[0] = Value::from_int(iso.year);
  tuple->items[1] = Value::from_int(iso.week);
  tuple->items[2] = Value::from_int(iso.weekday);
  return Value(tuple);
}

void define_date_types() {
  define_type(ModuleKind::Date, {.doc = "date(year, month, day) --> date object",
                                 .instance_bytes = sizeof(Date),
                                 .flags = Type::kBaseType | Type::kImmutable | Type::kLeaf,
                                 .slots = {.repr = repr_slot,
                                           .str = str_slot,
                                           .hash = hash_slot,
                                           .compare = compare_slot,
                                           .make = make,
                                           .add = add,
                                           .subtract = subtract},
                                 .methods = methods});
  define_type(ModuleKind::IsoCalendarDate,
              {.doc = "What isocalendar() of dates gives.\n\n"
                      "It is a tuple of the ISO year, the week number and the weekday.",
               .instance_bytes = sizeof(Tuple),
               .flags = Type::kImmutable | Type::kVariableSize,
               .slots = {.repr = repr_iso, .make = make_iso},
               .methods = iso_methods,
               .item_size = sizeof(Value)});
}

Status add_date_constants(Thread& thread) {
  add_constant(ModuleKind::Date, "min", TRY(make_date(thread, kMinYear, 1, 1)));
  add_constant(ModuleKind::Date, "max", TRY(make_date(thread, kMaxYear, 12, 31)));
  add_constant(ModuleKind::Date, "resolution", TRY(make_delta(thread, 1, 0, 0)));
  return nothing;
}

}  // namespace minipy::datetime
