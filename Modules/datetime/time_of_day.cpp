// time: hours to microseconds, with or without a time zone.
#include <optional>

#include "Modules/datetime/datetime.h"
#include "Modules/datetime/time_fields.h"

namespace minipy::datetime {

Fields fields_of(const TimeOfDay& time) {
  Fields fields;
  copy_time_fields(time, fields);
  return fields;
}

int compare_times(const Fields& left, const Fields& right) {
  const int64_t x =
      int64_t{left.hour * 3600 + left.minute * 60 + left.second} * 1000000 + left.microsecond;
  const int64_t y =
      int64_t{right.hour * 3600 + right.minute * 60 + right.second} * 1000000 + right.microsecond;
  return x < y ? -1 : x > y;
}

Result<int> fold_argument(Thread& thread, Value fold) {
  const int number = TRY(argument_int(thread, fold));
  if (number == 0 || number == 1) return number;
  return raise(thread, ValueError, "fold must be either 0 or 1");
}

namespace {

TimeOfDay& as_time(Value v) {
  return *v.as<TimeOfDay>();
}
TimeDelta& as_delta(Value v) {
  return *v.as<TimeDelta>();
}

Value new_time(const Fields& f, Type& type) {
  const bool is_plain = &type == &type_of_kind(ModuleKind::TimeOfDay);
  TimeOfDay* time = is_plain ? allocate<TimeOfDay>() : allocate_instance_as<TimeOfDay>(type);
  if (!time) return error;
  time->hour = static_cast<uint8_t>(f.hour);
  time->minute = static_cast<uint8_t>(f.minute);
  time->second = static_cast<uint8_t>(f.second);
  time->microsecond = f.microsecond;
  time->fold = static_cast<uint8_t>(f.fold);
  time->zone = f.zone;
  return Value(time);
}

bool is_plausible_state(std::string_view state) {
  return (state[0] & 0x7F) < 24;
}

const MethodRow time_row =
    constructor("(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)");

Value make_slot(Thread& thread, Type& type, const Value* arguments, size_t count,
                Value keyword_names) {
  if (count >= 1 && count <= 2 && keyword_names.is_empty()) {
    const auto state =
        TRY(pickled_state(thread, arguments[0], kTimeBytes, "time", is_plausible_state));
    if (state) {
      Fields fields = fields_of_time_bytes(reinterpret_cast<const uint8_t*>(state->data()));
      if (count == 2) fields.zone = arguments[1];
      if (!fields.zone.is_none() && !is_zone(fields.zone))
        return raise(thread, TypeError, "bad tzinfo state arg");
      return new_time(fields, type);
    }
  }
  Value values[6];
  TRY(bind(thread, time_row, arguments, count, keyword_names, values));
  Fields fields;
  fields.hour = TRY(argument_int(thread, values[0]));
  fields.minute = TRY(argument_int(thread, values[1]));
  fields.second = TRY(argument_int(thread, values[2]));
  fields.microsecond = TRY(argument_int(thread, values[3]));
  fields.zone = values[4];
  fields.fold = TRY(argument_int(thread, values[5]));
  return make_time(thread, fields, type);
}

Value from_iso_format(Thread& thread, Type& type, Value value) {
  if (!is_str(value)) return raise(thread, TypeError, "fromisoformat: argument must be str");
  const std::string text = to_utf8(value.as<Str>());
  Fields fields;
  if (!TRY(parse_iso_time(thread, text, text.starts_with('T'), fields)))
    return raise_invalid_isoformat(thread, value);
  if (&type == &type_of_kind(ModuleKind::TimeOfDay)) return make_time(thread, fields);
  return call(thread, Value(&type),
              {Value::from_int(fields.hour), Value::from_int(fields.minute),
               Value::from_int(fields.second), Value::from_int(fields.microsecond), fields.zone});
}

// --- methods ---

Value iso_format(Thread& thread, TimeOfDay& self, Value timespec) {
  if (!timespec.is_empty() && !is_str(timespec)) {
    return raise(thread, TypeError, "isoformat() argument 1 must be str, not {}",
                 argument_kind(timespec));
  }
  const std::string text = TRY(time_text(thread, fields_of(self), timespec));
  return make_str(text + TRY(offset_text(thread, self.zone, None, ":")));
}

Value strftime(Thread& thread, TimeOfDay& self, Value format) {
  const Str* text = TRY(str_argument(thread, "strftime", format));
  // Python's strftime() insists on a date.
  const int values[] = {1900, 1, 1, self.hour, self.minute, self.second, 0, 1, -1};
  Tuple* tuple = allocate_tuple(9);
  for (size_t i = 0; i < 9; ++i) tuple->items[i] = Value::from_int(values[i]);
  return format_with(thread, *text, tuple, fields_of(self), None);
}

Value offset_of(Thread& thread, TimeOfDay& self) {
  return utc_offset(thread, self.zone, None);
}
Value name_of(Thread& thread, TimeOfDay& self) {
  return zone_name(thread, self.zone, None);
}
Value saving_of(Thread& thread, TimeOfDay& self) {
  return daylight_saving(thread, self.zone, None);
}

Status change(Thread& thread, int& field, Value value) {
  if (!value.is_empty()) field = TRY(argument_int(thread, value));
  return nothing;
}

Value replace(Thread& thread, TimeOfDay& self, Value hour, Value minute, Value second,
              Value microsecond, Value zone, Value fold) {
  Fields fields = fields_of(self);
  TRY(change(thread, fields.hour, hour));
  TRY(change(thread, fields.minute, minute));
  TRY(change(thread, fields.second, second));
  TRY(change(thread, fields.microsecond, microsecond));
  if (!zone.is_empty()) fields.zone = zone;
  if (!fold.is_empty()) fields.fold = TRY(fold_argument(thread, fold));
  return make_time(thread, fields, type_of(&self));
}

Value state_of(const TimeOfDay& self, int protocol) {
  uint8_t bytes[kTimeBytes];
  put_time_bytes(fields_of(self), bytes);
  if (protocol > 3 && self.fold) bytes[0] |= 0x80;
  const Value state = make_bytes({reinterpret_cast<const char*>(bytes), kTimeBytes});
  return self.zone.is_none() ? make_tuple({state}) : make_tuple({state, self.zone});
}
Value reduce_extended(TimeOfDay& self, int protocol) {
  return make_tuple({Value(&type_of(&self)), state_of(self, protocol)});
}
Value reduce(TimeOfDay& self) {
  return reduce_extended(self, 2);
}


// --- slots ---

Value repr_slot(Thread& thread, Value self) {
  const Fields fields = fields_of(as_time(self));
  return finish_repr(thread, std::string(type_of(self).name_view()) + "(" + repr_of_time(fields),
                     fields);
}
Value str_slot(Thread& thread, Value self) {
  return call_method(thread, self, "isoformat");
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_time(right)) return NotImplemented;
  const TimeOfDay &x = as_time(left), &y = as_time(right);
  Value x_offset = None, y_offset = None;
  if (!(x.zone == y.zone)) {
    x_offset = TRY(utc_offset(thread, x.zone, None));
    y_offset = TRY(utc_offset(thread, y.zone, None));
  }
  if (x_offset == y_offset) return compare_result(compare_times(fields_of(x), fields_of(y)), op);
  if (x_offset.is_none() || y_offset.is_none()) {
    if (op == CompareOp::Equal) return False;
    if (op == CompareOp::NotEqual) return True;
    return raise(thread, TypeError, "can't compare offset-naive and offset-aware times");
  }
  const auto in_utc = [](const TimeOfDay& t, Value offset) {
    return int64_t{t.hour * 3600 + t.minute * 60 + t.second} * 1000000 + t.microsecond -
           static_cast<int64_t>(microseconds_of(as_delta(offset)));
  };
  const int64_t difference = in_utc(x, x_offset) - in_utc(y, y_offset);
  return compare_result(difference < 0 ? -1 : difference > 0, op);
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  TimeOfDay& time = as_time(self);
  if (time.cached_hash != 0) return time.cached_hash;
  const Value offset = TRY(utc_offset(thread, time.zone, None));
  if (offset.is_none()) {
    uint8_t bytes[kTimeBytes];
    put_time_bytes(fields_of(time), bytes);
    return time.cached_hash = hash_bytes(bytes, kTimeBytes);
  }
  const int seconds = time.hour * 3600 + time.minute * 60 + time.second;
  const Value since_midnight = TRY(make_delta(thread, 0, seconds, time.microsecond));
  return time.cached_hash = TRY(hash(
             thread, TRY(subtract_deltas(thread, as_delta(since_midnight), as_delta(offset)))));
}

const MethodRow methods[] = {
    method<iso_format>("!isoformat($self, timespec=x)",
                       "ISO 8601 text: HH[:MM[:SS[.mmm[uuu]]]][+HH:MM].\n\n"
                       "timespec says what is shown: 'auto', 'hours', 'minutes', 'seconds',\n"
                       "'milliseconds' or 'microseconds'."),
    method<strftime>("!strftime($self, format)", "format -> strftime() style string."),
    method<format_object>("!__format__($self, spec, /)", "Formats self with strftime."),
    method<offset_of>("!utcoffset($self, /)", "Return self.tzinfo.utcoffset(self)."),
    method<name_of>("!tzname($self, /)", "Return self.tzinfo.tzname(self)."),
    method<saving_of>("!dst($self, /)", "Return self.tzinfo.dst(self)."),
    method<replace>(
        "!replace($self, hour=x, minute=x, second=x, microsecond=x, tzinfo=x, *, fold=x)",
        "Return time with new specified fields."),
    class_method<from_iso_format>("!fromisoformat($type, string, /)",
                                  "string -> time from a string in ISO 8601 format"),
    method<reduce_extended>("!__reduce_ex__($self, protocol, /)", "What pickle needs."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    getter<get_hour<TimeOfDay>>("hour", nullptr),
    getter<get_minute<TimeOfDay>>("minute", nullptr),
    getter<get_second<TimeOfDay>>("second", nullptr),
    getter<get_microsecond<TimeOfDay>>("microsecond", nullptr),
    getter<get_zone<TimeOfDay>>("tzinfo", nullptr),
    getter<get_fold<TimeOfDay>>("fold", nullptr),
};

}  // namespace

Value make_time(Thread& thread, const Fields& fields, Type& type) {
  TRY(check_time(thread, fields));
  TRY(check_zone(thread, fields.zone));
  return new_time(fields, type);
}

void define_time_type() {
  define_type(
      ModuleKind::TimeOfDay,
      {.doc = "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n"
              "Everything may be left out. tzinfo is None or an instance of a tzinfo subclass;\n"
              "the others are ints.",
       .instance_bytes = sizeof(TimeOfDay),
       .flags = Type::kBaseType | Type::kImmutable,
       .slots = {.repr = repr_slot,
                 .str = str_slot,
                 .hash = hash_slot,
                 .compare = compare_slot,
                 .make = make_slot},
       .methods = methods});
}

Status add_time_constants(Thread& thread) {
  Fields last;
  last.hour = 23;
  last.minute = last.second = 59;
  last.microsecond = 999999;
  add_constant(ModuleKind::TimeOfDay, "min", TRY(make_time(thread, Fields{})));
  add_constant(ModuleKind::TimeOfDay, "max", TRY(make_time(thread, last)));
  add_constant(ModuleKind::TimeOfDay, "resolution", TRY(make_delta(thread, 0, 0, 1)));
  return nothing;
}

}  // namespace minipy::datetime
