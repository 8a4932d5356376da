// Dates and times as text: ISO 8601 both ways, repr, ctime and strftime.
#include <algorithm>

#include "Modules/datetime/datetime.h"
#include "Objects/slot_trampolines.h"

namespace minipy::datetime {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Exactly `count` digits at `place`, which moves behind them.
bool parse_digits(const char*& place, int count, int& value) {
  value = 0;
  for (int i = 0; i < count; ++i, ++place) {
    if (!is_digit(*place)) return false;
    value = value * 10 + (*place - '0');
  }
  return true;
}

enum class Parsed { Whole, Rest, Malformed };

// HH[:?MM[:?SS[.f+]]]. `end` is where the time should stop; what stands there decides on Rest.
Parsed parse_clock(const char* place, const char* end, int& hour, int& minute, int& second,
                   int& microsecond) {
  hour = minute = second = microsecond = 0;
  int* const parts[] = {&hour, &minute, &second};
  bool has_separator = true;
  for (int i = 0; i < 3; ++i) {
    if (!parse_digits(place, 2, *parts[i])) return Parsed::Malformed;
    const char next = *place++;
    if (i == 0) has_separator = next == ':';
    if (place >= end) return next != '\0' ? Parsed::Rest : Parsed::Whole;
    if (has_separator && next == ':') continue;
    if (next == '.' || next == ',') break;
    if (has_separator) return Parsed::Malformed;
    --place;
  }
  const int digits = static_cast<int>(std::min<ptrdiff_t>(end - place, 6));
  if (!parse_digits(place, digits, microsecond)) return Parsed::Malformed;
  for (int i = digits; i < 6; ++i) microsecond *= 10;
  while (is_digit(*place)) ++place;  // beyond microseconds
  return *place != '\0' ? Parsed::Rest : Parsed::Whole;
}

bool is_clock_text(const std::string_view timespec, const char* name) {
  return timespec == name;
}

}  // namespace

// --- parsing ---

bool parse_iso_date(const std::string& text, size_t length, YearMonthDay& date) {
  const char* place = text.c_str();
  const char* const end = place + length;
  if (!parse_digits(place, 4, date.year)) return false;
  const bool has_separator = *place == '-';
  if (has_separator) ++place;
  if (*place == 'W') {
    IsoDate iso{date.year, 0, 1};
    ++place;
    if (!parse_digits(place, 2, iso.week)) return false;
    if (place < end) {
      if (has_separator && *place++ != '-') return false;
      if (!parse_digits(place, 1, iso.weekday)) return false;
    }
    return date_of_iso(iso, date) == IsoError::None;
  }
  if (!parse_digits(place, 2, date.month)) return false;
  if (has_separator && *place++ != '-') return false;
  return parse_digits(place, 2, date.day) && place == end;
}

Result<bool> parse_iso_time(Thread& thread, const std::string& text, size_t start, Fields& fields) {
  const char* const begin = text.c_str() + start;
  const char* const end = text.c_str() + text.size();
  const char* zone = begin;
  while (zone < end && *zone != '+' && *zone != '-' && *zone != 'Z') ++zone;
  const Parsed clock =
      parse_clock(begin, zone, fields.hour, fields.minute, fields.second, fields.microsecond);
  if (clock == Parsed::Malformed) return false;
  if (zone == end) return clock == Parsed::Whole;
  if (*zone == 'Z') {
    fields.zone = utc;
    return zone[1] == '\0';
  }
  int hour, minute, second, microsecond;
  if (parse_clock(zone + 1, end, hour, minute, second, microsecond) != Parsed::Whole) return false;
  const int sign = *zone == '-' ? -1 : 1;
  const int seconds = sign * (hour * 3600 + minute * 60 + second);
  if (seconds == 0) {
    fields.zone = utc;
    return true;
  }
  const Value offset = TRY(make_delta(thread, 0, seconds, sign * microsecond));
  fields.zone = TRY(make_timezone(thread, *offset.as<TimeDelta>()));
  return true;
}

// Where the date ends. What stands there may be anything, so the date's own form has to tell:
//   YYYY-MM-DD 10   YYYYMMDD 8   YYYY-Www 8   YYYYWww 7   YYYY-Www-d 10   YYYYWwwd 8
size_t iso_separator(const std::string& text) {
  const size_t size = text.size();
  if (size == 7) return 7;
  if (text[4] == '-') {
    if (text[5] != 'W') return 10;
    if (size < 8) return npos;
    if (size == 8 || text[8] != '-') return 8;
    if (size == 9) return npos;
    // A hyphen at 8 may be the separator: then digits of an hour follow.
    return size > 10 && is_digit(text[10]) ? 8 : 10;
  }
  if (text[4] != 'W') return 8;
  size_t end = 7;
  while (end < size && is_digit(text[end])) ++end;
  if (end < 9) return end;
  return end % 2 == 0 ? 7 : 8;  // the digits of a time come in pairs
}

Failure raise_invalid_isoformat(Thread& thread, Value text) {
  return raise(thread, ValueError, "Invalid isoformat string: {}", Repr{text});
}

// --- formatting ---

namespace {

char* put_digits(char* out, int value, int count) {
  for (int i = count; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + count;
}

}  // namespace

std::string date_text(const Date& date) {
  char text[16];
  char* out = put_digits(text, date.year, date.year > 9999 ? 5 : 4);
  *out++ = '-';
  out = put_digits(out, date.month, 2);
  *out++ = '-';
  out = put_digits(out, date.day, date.day > 99 ? 3 : 2);
  return std::string(text, static_cast<size_t>(out - text));
}

Result<std::string> time_text(Thread& thread, const Fields& fields, Value timespec) {
  std::string_view wanted = "auto";
  std::string copy;
  if (!timespec.is_empty()) {
    copy = to_utf8(timespec.as<Str>());
    wanted = copy;
  }
  char text[16];
  char* out = put_digits(text, fields.hour, 2);
  if (is_clock_text(wanted, "hours")) return std::string(text, 2);
  *out++ = ':';
  out = put_digits(out, fields.minute, 2);
  if (is_clock_text(wanted, "minutes")) return std::string(text, 5);
  *out++ = ':';
  out = put_digits(out, fields.second, 2);
  const bool is_automatic = is_clock_text(wanted, "auto");
  if (is_clock_text(wanted, "seconds") || (is_automatic && fields.microsecond == 0))
    return std::string(text, 8);
  *out++ = '.';
  if (is_automatic || is_clock_text(wanted, "microseconds")) {
    put_digits(out, fields.microsecond, 6);
    return std::string(text, 15);
  }
  if (is_clock_text(wanted, "milliseconds")) {
    put_digits(out, fields.microsecond / 1000, 3);
    return std::string(text, 12);
  }
  return raise(thread, ValueError, "Unknown timespec value");
}

std::string repr_of_time(const Fields& fields) {
  std::string text = std::to_string(fields.hour) + ", " + std::to_string(fields.minute);
  if (fields.second || fields.microsecond) text += ", " + std::to_string(fields.second);
  if (fields.microsecond) text += ", " + std::to_string(fields.microsecond);
  return text;
}

Value finish_repr(Thread& thread, std::string text, const Fields& fields) {
  if (fields.fold) text += ", fold=1";
  if (fields.zone.is_none()) return make_str(text + ")");
  return format_message(thread, "{}, tzinfo={})", {std::string_view(text), Repr{fields.zone}});
}

Value ctime_text(const Fields& fields) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %04d",
                kDays[weekday(fields.year, fields.month, fields.day)], kMonths[fields.month - 1],
                fields.day, fields.hour, fields.minute, fields.second, fields.year);
  return make_str(text);
}

// --- strftime ---

namespace {

// An attribute of the time module, which is looked up once.
Value of_time_module(Thread& thread, const Str* name) {
  static Value module;
  if (module.is_empty()) module = TRY(import_module(thread, "time"));
  return get_attribute(thread, module, name);
}

}  // namespace

Value struct_time(Thread& thread, const Fields& f, int daylight_saving) {
  const Value type = TRY(of_time_module(thread, special_name<"struct_time">()));
  const int day_of_year = days_before_month(f.year, f.month) + f.day;
  const int numbers[] = {f.year,
                         f.month,
                         f.day,
                         f.hour,
                         f.minute,
                         f.second,
                         weekday(f.year, f.month, f.day),
                         day_of_year,
                         daylight_saving};
  Tuple* parts = allocate_tuple(9);
  for (size_t i = 0; i < 9; ++i) parts->items[i] = Value::from_int(numbers[i]);
  return call(thread, type, {parts});
}

Value format_with(Thread& thread, const Str& format, Value time_tuple, const Fields& fields,
                  Value argument) {
  const std::string text = TRY(to_utf8_strict(thread, &format));
  std::string prepared;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 == text.size()) {
      prepared += text[i];
      continue;
    }
    const char letter = text[++i];
    if (letter == 'z') {
      prepared += TRY(offset_text(thread, fields.zone, argument, ""));
    } else if (letter == 'Z') {
      const Value name = TRY(zone_name(thread, fields.zone, argument));
      if (name.is_none()) continue;
      const Value doubled =
          TRY(call_method(thread, name, "replace", {make_str("%"), make_str("%%")}));
      if (!is_str(doubled))
        return raise(thread, TypeError, "tzname.replace() did not return a string");
      prepared += TRY(to_utf8_strict(thread, doubled.as<Str>()));
    } else if (letter == 'f') {
      char digits[8];
      std::snprintf(digits, sizeof digits, "%06d", fields.microsecond);
      prepared += digits;
    } else {
      prepared += '%';
      prepared += letter;
    }
  }
  const Value strftime = TRY(of_time_module(thread, special_name<"strftime">()));
  return call(thread, strftime, {make_str(prepared), time_tuple});
}

Result<Str*> str_argument(Thread& thread, const char* function, Value value) {
  if (is_str(value)) return value.as<Str>();
  return raise(thread, TypeError, "{}() argument 1 must be str, not {}", function, argument_kind(value));
}

Value format_object(Thread& thread, Value self, Value specification) {
  const Str* text = TRY(str_argument(thread, "__format__", specification));
  if (text->length() == 0) return TRY(str(thread, self));
  return call_method(thread, self, "strftime", {specification});
}

}  // namespace minipy::datetime
