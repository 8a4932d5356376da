// What datetime.datetime and datetime.time have in common: the fields of a time of day, as they are
// read, copied and shown as attributes. `Timed` is DateTime or TimeOfDay.
#pragma once

#include "Modules/datetime/datetime.h"

namespace minipy::datetime {

template <typename Timed>
void copy_time_fields(const Timed& time, Fields& fields) {
  fields.hour = time.hour;
  fields.minute = time.minute;
  fields.second = time.second;
  fields.microsecond = time.microsecond;
  fields.fold = time.fold;
  fields.zone = time.zone;
}

template <typename Timed>
int get_hour(Timed& self) {
  return self.hour;
}
template <typename Timed>
int get_minute(Timed& self) {
  return self.minute;
}
template <typename Timed>
int get_second(Timed& self) {
  return self.second;
}
template <typename Timed>
int get_microsecond(Timed& self) {
  return self.microsecond;
}
template <typename Timed>
Value get_zone(Timed& self) {
  return self.zone;
}
template <typename Timed>
int get_fold(Timed& self) {
  return self.fold;
}

}  // namespace minipy::datetime
