#include "Modules/zoneinfo/zone_rules.h"

#include "Modules/datetime/calendar.h"

namespace minipy::zoneinfo {

namespace {

constexpr int64_t kEpochOrdinal = 719163;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class RuleParser {
 public:
  RuleParser(const char* text, PosixRule& rule) : at_(text), rule_(rule) {}

  const char* parse() {
    if (!parse_name(rule_.standard_name)) return "Invalid STD format in";
    if (!parse_offset(rule_.standard_offset)) return "Invalid STD offset in";
    if (*at_ == '\0') return nullptr;
    if (!parse_name(rule_.saving_name)) return "Invalid DST format in";
    rule_.has_saving = true;
    rule_.saving_offset = rule_.standard_offset + 3600;
    if (*at_ != ',' && !parse_offset(rule_.saving_offset)) return "Invalid DST offset in";
    for (YearlyChange* change : {&rule_.start, &rule_.end}) {
      if (*at_ != ',') return "Missing transition rules in TZ string:";
      ++at_;
      if (!parse_change(*change)) return "Malformed transition rule in TZ string:";
    }
    return *at_ == '\0' ? nullptr : "Extraneous characters at end of TZ string:";
  }

 private:
  bool parse_name(std::string& name) {
    if (*at_ != '<') {
      while (is_letter(*at_)) name += *at_++;
      return !name.empty();
    }
    for (++at_; is_letter(*at_) || is_digit(*at_) || *at_ == '+' || *at_ == '-';) name += *at_++;
    return *at_++ == '>';
  }

  // Between `least` and `most` digits.
  bool parse_number(int least, int most, int& value) {
    int digits = 0;
    value = 0;
    for (; digits < most && is_digit(*at_); ++digits) value = value * 10 + (*at_++ - '0');
    return digits >= least;
  }

  // [+-]hh[:mm[:ss]]
  bool parse_time(int most_digits, int& seconds) {
    int sign = 1, hours, minutes = 0, rest = 0;
    if (*at_ == '+' || *at_ == '-') sign = *at_++ == '-' ? -1 : 1;
    if (!parse_number(1, most_digits, hours)) return false;
    if (*at_ == ':') {
      ++at_;
      if (!parse_number(2, 2, minutes)) return false;
      if (*at_ == ':') {
        ++at_;
        if (!parse_number(2, 2, rest)) return false;
      }
    }
    seconds = sign * (hours * 3600 + minutes * 60 + rest);
    return true;
  }

  // POSIX counts to the west.
  bool parse_offset(int& offset) {
    int seconds;
    if (!parse_time(2, seconds) || seconds > 24 * 3600 || seconds < -24 * 3600) return false;
    offset = -seconds;
    return true;
  }

  bool parse_change(YearlyChange& change) {
    if (*at_ == 'M') {
      ++at_;
      change.form = YearlyChange::kWeekday;
      if (!parse_number(1, 2, change.month) || *at_++ != '.') return false;
      if (!parse_number(1, 1, change.week) || *at_++ != '.') return false;
      if (!parse_number(1, 1, change.day)) return false;
      if (change.month < 1 || change.month > 12 || change.week < 1 || change.week > 5 ||
          change.day > 6)
        return false;
    } else {
      change.form = *at_ == 'J' ? YearlyChange::kJulianDay : YearlyChange::kDayOfYear;
      if (*at_ == 'J') ++at_;
      if (!parse_number(1, 3, change.day)) return false;
      if (change.day > 365 || (change.form == YearlyChange::kJulianDay && change.day < 1))
        return false;
    }
    if (*at_ != '/') return true;
    ++at_;
    return parse_time(2, change.seconds);
  }

  const char* at_;
  PosixRule& rule_;
};

}  // namespace

int64_t YearlyChange::seconds_since_epoch(int year) const {
  const int64_t before_year = datetime::ordinal_of(year, 1, 1) - kEpochOrdinal;
  int64_t days;
  if (form == kWeekday) {
    // Week 1 has the month's first such day, week 5 the last one, whichever that is.
    const int first = (datetime::weekday(year, month, 1) + 1) % 7;  // Sunday is 0
    int month_day = ((day - first) % 7 + 7) % 7 + 1 + (week - 1) * 7;
    if (month_day > datetime::days_in_month(year, month)) month_day -= 7;
    days = before_year + datetime::days_before_month(year, month) + month_day - 1;
  } else {
    // A Julian day never counts February 29th. The other form should count from 0, but CPython's
    // does not.
    days = before_year + day - 1;
    if (form == kJulianDay && day >= 59 && datetime::is_leap(year)) ++days;
  }
  return days * 86400 + seconds;
}

const char* parse_posix_rule(const std::string& text, PosixRule& rule) {
  return RuleParser(text.c_str(), rule).parse();
}

}  // namespace minipy::zoneinfo
