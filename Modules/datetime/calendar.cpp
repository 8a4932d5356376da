#include "Modules/datetime/calendar.h"

namespace minipy::datetime {

namespace {
constexpr int kDaysBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr int kDaysIn[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr int kDaysIn4Years = 1461, kDaysIn100Years = 36524, kDaysIn400Years = 146097;

int64_t days_before_year(int64_t year) {
  const int64_t y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}
}  // namespace

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
  return month == 2 && is_leap(year) ? 29 : kDaysIn[month];
}

int days_before_month(int year, int month) {
  return kDaysBefore[month] + (month > 2 && is_leap(year));
}

int64_t ordinal_of(int year, int month, int day) {
  return days_before_year(year) + days_before_month(year, month) + day;
}

// Peels off cycles of 400, 100, 4 and 1 years. The last day of the longer cycles falls one year too
// late.
YearMonthDay date_of_ordinal(int ordinal) {
  int n = ordinal - 1;
  int year = n / kDaysIn400Years * 400 + 1;
  n %= kDaysIn400Years;
  const int centuries = n / kDaysIn100Years;
  n %= kDaysIn100Years;
  const int fours = n / kDaysIn4Years;
  n %= kDaysIn4Years;
  const int ones = n / 365;
  n %= 365;
  year += centuries * 100 + fours * 4 + ones;
  if (ones == 4 || centuries == 4) return {year - 1, 12, 31};
  int month = (n + 50) >> 5;  // right or one too large
  if (days_before_month(year, month) > n) --month;
  return {year, month, n - days_before_month(year, month) + 1};
}

int weekday(int year, int month, int day) {
  return static_cast<int>((ordinal_of(year, month, day) + 6) % 7);
}

// The first ISO week is the one with the year's first Thursday.
int iso_first_monday(int year) {
  const int first_day = static_cast<int>(ordinal_of(year, 1, 1));
  const int first_weekday = (first_day + 6) % 7;
  const int monday = first_day - first_weekday;
  return first_weekday > 3 ? monday + 7 : monday;
}

IsoDate iso_date(int year, int month, int day) {
  const int today = static_cast<int>(ordinal_of(year, month, day));
  int monday = iso_first_monday(year);
  if (today < monday) {
    monday = iso_first_monday(--year);
  } else if (today >= iso_first_monday(year + 1)) {
    monday = iso_first_monday(++year);
  }
  return {year, (today - monday) / 7 + 1, (today - monday) % 7 + 1};
}

IsoError date_of_iso(const IsoDate& iso, YearMonthDay& date) {
  if (iso.year < kMinYear || iso.year > kMaxYear) return IsoError::Year;
  if (iso.week < 1 || iso.week > 53) return IsoError::Week;
  if (iso.week == 53) {
    const int first = weekday(iso.year, 1, 1);
    if (first != 3 && !(first == 2 && is_leap(iso.year))) return IsoError::Week;
  }
  if (iso.weekday < 1 || iso.weekday > 7) return IsoError::Weekday;
  const int ordinal = iso_first_monday(iso.year) + (iso.week - 1) * 7 + iso.weekday - 1;
  // The first days of ISO year 1 may lie in year 0, whose date is built to be refused later.
  date = ordinal >= 1 ? date_of_ordinal(ordinal) : YearMonthDay{0, 12, 31 + ordinal};
  return IsoError::None;
}

}  // namespace minipy::datetime
