// The proleptic Gregorian calendar as arithmetic, and ISO 8601 weeks. No Python here.
#pragma once

#include <cstdint>

namespace minipy::datetime {

constexpr int kMinYear = 1, kMaxYear = 9999;
constexpr int kMaxOrdinal = 3652059;  // of 9999-12-31
constexpr int kSecondsPerDay = 24 * 3600;
constexpr int64_t kMicrosecondsPerDay = int64_t{kSecondsPerDay} * 1000000;

struct YearMonthDay {
  int year, month, day;
};

bool is_leap(int year);
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int64_t ordinal_of(int year, int month, int day);  // 1 for 0001-01-01
YearMonthDay date_of_ordinal(int ordinal);         // from 1 on
int weekday(int year, int month, int day);         // Monday is 0

int iso_first_monday(int year);  // the ordinal of the Monday that starts the ISO year
struct IsoDate {
  int year, week, weekday;
};
IsoDate iso_date(int year, int month, int day);

enum class IsoError { None, Year, Week, Weekday };
IsoError date_of_iso(const IsoDate& iso, YearMonthDay& date);

}  // namespace minipy::datetime
