// _datetime: the types of the datetime module.
#include "Modules/datetime/datetime.h"
#include "Modules/native_modules.h"

namespace minipy {
namespace datetime {
namespace {

Status add_constants(Thread& thread) {
  TRY(add_delta_constants(thread));
  TRY(add_zone_constants(thread));
  TRY(add_date_constants(thread));
  TRY(add_time_constants(thread));
  return add_datetime_constants(thread);
}

Status initialize(Thread& thread, Module& module) {
  define_delta_type();
  define_zone_types();
  define_date_types();
  define_time_type();
  define_datetime_type();
  if (utc.is_empty()) TRY(add_constants(thread));  // a second import shares the types
  for (const Kind kind : {ModuleKind::Date, ModuleKind::DateTime, ModuleKind::TimeOfDay,
                          ModuleKind::TimeDelta, ModuleKind::TimeZoneInfo, ModuleKind::TimeZone}) {
    module_add_type(module, type_of_kind(kind));
  }
  module_add(module, "MINYEAR", Value::from_int(kMinYear));
  module_add(module, "MAXYEAR", Value::from_int(kMaxYear));
  module_add(module, "UTC", utc);
  return nothing;
}

}  // namespace
}  // namespace datetime

extern const ModuleSpec datetime_module{
    "_datetime", "Dates, times and time zones.", {}, datetime::initialize};

}  // namespace minipy
