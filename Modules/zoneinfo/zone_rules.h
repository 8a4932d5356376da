// The rule that a TZif file ends with, as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include <cstdint>
#include <string>

namespace minipy::zoneinfo {

// When in a year the clock changes, in local time.
struct YearlyChange {
  enum Form { kJulianDay, kDayOfYear, kWeekday } form = kDayOfYear;
  int month = 1, week = 1, day = 0;  // month and week only of kWeekday, whose day is 0 for Sunday
  int seconds = 2 * 3600;            // into the day

  int64_t seconds_since_epoch(int year) const;
};

struct PosixRule {
  std::string standard_name, saving_name;
  int standard_offset = 0, saving_offset = 0;  // seconds east of UTC
  bool has_saving = false;
  YearlyChange start, end;  // of the saving time
};

// nullptr, or what is wrong, in front of the text: "Invalid STD offset in".
const char* parse_posix_rule(const std::string& text, PosixRule& rule);

}  // namespace minipy::zoneinfo
