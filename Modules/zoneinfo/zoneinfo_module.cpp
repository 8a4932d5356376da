// _zoneinfo: time zones of the IANA database. Library reference, "zoneinfo"; RFC 8536 for the
// files.
#include <algorithm>
#include <vector>

#include "Modules/datetime/datetime.h"
#include "Modules/zoneinfo/zone_rules.h"
#include "Objects/list.h"
#include "Objects/module.h"

namespace minipy {
namespace zoneinfo {
namespace {

using datetime::DateTime;
using datetime::TimeDelta;

// What the clock shows from a transition on.
struct LocalTime {
  Value offset, saving;  // timedeltas
  Value name;
  int64_t seconds;  // the offset in seconds
};

// From the last transition on: one local time, or two that change each year.
struct YearlyRule {
  LocalTime standard, saving;
  int64_t difference;
  YearlyChange start, end;

  bool is_saving(int64_t start_time, int64_t end_time, int64_t at) const {
    if (start_time < end_time) return at >= start_time && at < end_time;
    return at < end_time || at >= start_time;
  }
  // `at` is local time. The fold chooses the side of gaps and overlaps.
  const LocalTime& at_local(int64_t at, int year, bool fold) const {
    int64_t start_time = start.seconds_since_epoch(year), end_time = end.seconds_since_epoch(year);
    if (fold == (difference >= 0)) {
      end_time -= difference;
    } else {
      start_time += difference;
    }
    return is_saving(start_time, end_time, at) ? saving : standard;
  }
  const LocalTime& at_utc(int64_t at, int year, bool& fold) const {
    const int64_t start_time = start.seconds_since_epoch(year) - standard.seconds;
    const int64_t end_time = end.seconds_since_epoch(year) - saving.seconds;
    const int64_t overlap = difference > 0 ? end_time : start_time;
    fold = at >= overlap && at < overlap + (difference > 0 ? difference : -difference);
    return is_saving(start_time, end_time, at) ? saving : standard;
  }
};

// The contents of a file, in collected memory.
struct Transitions {
  LocalTime* types;  // the local times of the file, which others point into
  size_t count;
  int64_t* utc;       // when, in UTC
  int64_t* local[2];  // in local time, for fold 0 and 1
  LocalTime** after;  // what then
  LocalTime* before;  // in front of all transitions
  LocalTime* fixed;   // behind all transitions, without a rule
  YearlyRule* rule;   // or null
  bool is_fixed_offset;
};

struct ZoneInfo : Object {
  static constexpr Kind kKind = ModuleKind::ZoneInfo;
  Value key;        // None for one from a file
  Value file_repr;  // empty for one with a key
  Transitions* data;
  bool is_from_cache;
};
ZoneInfo& as_zone(Value v) {
  return *v.as<ZoneInfo>();
}

// --- loading ---

template <typename T>
T* allocate_array(size_t count) {
  return static_cast<T*>(gc_allocate_scanned_buffer(std::max<size_t>(count, 1) * sizeof(T)));
}

Status fill_local_time(Thread& thread, LocalTime& time, int64_t seconds, int64_t saving,
                       Value name) {
  time.offset = TRY(datetime::make_delta(thread, 0, seconds, 0));
  time.saving = TRY(datetime::make_delta(thread, 0, saving, 0));
  time.name = name;
  time.seconds = seconds;
  return nothing;
}

// Columns of the file's tables, as _common.load_data() gives them.
struct FileTables {
  const Tuple *indices, *times, *offsets, *is_saving, *names;
  Value rule;

  int64_t index(size_t i) const { return indices->items[i].as_int(); }
  int64_t time(size_t i) const { return int_to_int64(times->items[i]).value_or(0); }
  int64_t offset(int64_t type) const { return offsets->items[type].as_int(); }
  bool saves(int64_t type) const { return is_saving->items[type].as_int() != 0; }
};

Result<FileTables> read_tables(Thread& thread, Value file) {
  const Value load = TRY(import_attribute(thread, "zoneinfo._common", "load_data"));
  const Tuple* parts = TRY(tuple_of(thread, TRY(call(thread, load, {file}))));
  if (parts->size != 6) return raise(thread, ValueError, "Invalid data result type");
  const Tuple* columns[5];
  for (size_t i = 0; i < 5; ++i) {
    columns[i] = TRY(tuple_of(thread, parts->items[i]));
    for (const Value item : columns[i]->view()) {
      if (i < 4 && !(i == 1 ? is_any_int(item) : item.is_int())) {
        return raise(thread, ValueError, "Invalid data result type");
      }
    }
  }
  const FileTables tables{columns[0], columns[1], columns[2],
                          columns[3], columns[4], parts->items[5]};
  const size_t types = tables.offsets->size;
  bool is_sound = tables.indices->size == tables.times->size && types == tables.is_saving->size &&
                  types == tables.names->size;
  for (size_t i = 0; i < tables.indices->size && is_sound; ++i) {
    is_sound = tables.index(i) >= 0 && static_cast<size_t>(tables.index(i)) < types;
  }
  if (!is_sound)
    return raise(thread, ValueError, "Invalid transition index found while reading TZif: {}",
                 types);
  return tables;
}

// How far each local time is from standard time. The file only says whether it is saving time, so
// its neighbours among the transitions have to tell.
void infer_savings(const FileTables& tables, int64_t* savings) {
  const auto types = static_cast<int64_t>(tables.offsets->size);
  int64_t wanted = 0, found = 0;
  for (int64_t i = 0; i < types; ++i) wanted += tables.saves(i);
  const size_t count = tables.indices->size;
  for (size_t i = 1; i < count && found < wanted; ++i) {
    const int64_t type = tables.index(i);
    if (!tables.saves(type) || savings[type] != 0) continue;
    int64_t saving = 0;
    const int64_t previous = tables.index(i - 1);
    if (!tables.saves(previous)) saving = tables.offset(type) - tables.offset(previous);
    if (saving == 0 && i + 1 < count) {
      const int64_t next = tables.index(i + 1);
      if (tables.saves(next)) continue;
      saving = tables.offset(type) - tables.offset(next);
    }
    if (saving != 0) {
      ++found;
      savings[type] = saving;
    }
  }
  if (found == wanted) return;
  for (int64_t i = 0; i < types; ++i) {
    if (tables.saves(i) && savings[i] == 0) savings[i] = 3600;  // the best guess
  }
}

void fill_times(const FileTables& tables, LocalTime* types, Transitions& data) {
  data.count = tables.indices->size;
  data.utc = static_cast<int64_t*>(gc_allocate_leaf_buffer(8 * data.count + 8));
  for (int64_t*& local : data.local)
    local = static_cast<int64_t*>(gc_allocate_leaf_buffer(8 * data.count + 8));
  data.after = allocate_array<LocalTime*>(data.count);
  const bool has_several = tables.offsets->size > 1;
  for (size_t i = 0; i < data.count; ++i) {
    const int64_t type = tables.index(i), time = tables.time(i);
    const int64_t before = i > 0 ? tables.offset(tables.index(i - 1)) : tables.offset(0);
    const int64_t after = i > 0 || has_several ? tables.offset(type) : before;
    data.utc[i] = time;
    data.local[0][i] = time + std::max(before, after);
    data.local[1][i] = time + std::min(before, after);
    data.after[i] = &types[type];
  }
}

Status fill_rule(Thread& thread, Transitions& data, Value value) {
  const std::string text =
      is_bytes(value) ? std::string(value.as<Bytes>()->view()) : to_utf8(value.as<Str>());
  PosixRule rule;
  if (const char* problem = parse_posix_rule(text, rule)) {
    return raise(thread, ValueError, "{} {}", problem, Repr{value});
  }
  if (!rule.has_saving) {
    data.fixed = allocate_array<LocalTime>(1);
    return fill_local_time(thread, *data.fixed, rule.standard_offset, 0,
                           make_str(rule.standard_name));
  }
  data.rule = allocate_array<YearlyRule>(1);
  data.rule->difference = rule.saving_offset - rule.standard_offset;
  data.rule->start = rule.start;
  data.rule->end = rule.end;
  TRY(fill_local_time(thread, data.rule->standard, rule.standard_offset, 0,
                      make_str(rule.standard_name)));
  return fill_local_time(thread, data.rule->saving, rule.saving_offset, data.rule->difference,
                         make_str(rule.saving_name));
}

Result<bool> are_equal(Thread& thread, const LocalTime& left, const LocalTime& right) {
  return TRY(is_equal(thread, left.offset, right.offset)) &&
         TRY(is_equal(thread, left.saving, right.saving)) &&
         TRY(is_equal(thread, left.name, right.name));
}

Result<Transitions*> load(Thread& thread, Value file) {
  const FileTables tables = TRY(read_tables(thread, file));
  const size_t count = tables.offsets->size;
  LocalTime* types = allocate_array<LocalTime>(count);
  std::vector<int64_t> savings(count, 0);
  infer_savings(tables, savings.data());
  auto* data = allocate_array<Transitions>(1);
  data->types = types;
  for (size_t i = 0; i < count; ++i) {
    TRY(fill_local_time(thread, types[i], tables.offset(static_cast<int64_t>(i)), savings[i],
                        tables.names->items[i]));
  }
  fill_times(tables, types, *data);
  for (size_t i = 0; i < count && !data->before; ++i) {
    if (!tables.saves(static_cast<int64_t>(i))) data->before = &types[i];
  }
  if (!data->before && data->count) data->before = data->after[0];
  const bool has_rule = !tables.rule.is_none() && TRY(truth(thread, tables.rule));
  if (has_rule) {
    TRY(fill_rule(thread, *data, tables.rule));
  } else if (count == 0) {
    return raise(thread, ValueError, "No time zone information found.");
  } else {
    data->fixed = data->count ? data->after[data->count - 1] : &types[count - 1];
  }
  data->is_fixed_offset =
      count <= 1 && data->fixed && (count == 0 || TRY(are_equal(thread, types[0], *data->fixed)));
  return data;
}

// --- finding the local time ---

int64_t local_seconds(const DateTime& time) {
  return datetime::ordinal_of(time.year, time.month, time.day) * 86400 - datetime::kEpoch +
         time.hour * 3600 + time.minute * 60 + time.second;
}

// nullptr: nothing is known without a time.
const LocalTime* find_local(const Transitions& data, const DateTime* time) {
  if (!time) return data.is_fixed_offset ? data.fixed : nullptr;
  const int64_t at = local_seconds(*time);
  const int64_t* local = data.local[time->fold];
  if (data.count && at < local[0]) return data.before;
  if (data.count == 0 || at > local[data.count - 1]) {
    return data.rule ? &data.rule->at_local(at, time->year, time->fold) : data.fixed;
  }
  return data.after[std::upper_bound(local, local + data.count, at) - local - 1];
}

const LocalTime& find_utc(const Transitions& data, int64_t at, int year, bool& fold) {
  fold = false;
  if (data.count && at < data.utc[0]) return *data.before;
  if (data.count == 0 || at > data.utc[data.count - 1]) {
    if (data.rule) return data.rule->at_utc(at, year, fold);
    if (data.count == 0) return *data.fixed;
  }
  const auto next =
      static_cast<size_t>(std::upper_bound(data.utc, data.utc + data.count, at) - data.utc);
  const LocalTime& now = *data.after[next - 1];
  const LocalTime& previous = next >= 2 ? *data.after[next - 2] : *data.before;
  fold = previous.seconds - now.seconds > at - data.utc[next - 1];
  return now;
}

template <Value LocalTime::*part>
Value part_at(Thread& thread, ZoneInfo& self, Value time) {
  if (!time.is_none() && !datetime::is_datetime(time)) {
    return raise(thread, AttributeError, "'{}' object has no attribute 'toordinal'", type_of(time));
  }
  const LocalTime* found = find_local(*self.data, time.is_none() ? nullptr : time.as<DateTime>());
  return found ? found->*part : None;
}

Value from_utc(Thread& thread, ZoneInfo& self, Value argument) {
  if (!datetime::is_datetime(argument))
    return raise(thread, TypeError, "fromutc: argument must be a datetime");
  const DateTime& time = *argument.as<DateTime>();
  if (!(time.zone == Value(&self)))
    return raise(thread, ValueError, "fromutc: dt.tzinfo is not self");
  bool fold;
  const LocalTime& local = find_utc(*self.data, local_seconds(time), time.year, fold);
  const Value moved =
      TRY(datetime::add_delta(thread, time, *local.offset.as<TimeDelta>(), datetime::Sign::Plus));
  if (!fold) return moved;
  if (is_exact(moved, ModuleKind::DateTime)) {
    moved.as<DateTime>()->fold = 1;
    return moved;
  }
  const Value replace = TRY(get_attribute(thread, moved, "replace"));
  const Value one = Value::from_int(1);
  return call(thread, replace, &one, 0, make_tuple({intern("fold")}));
}

// --- construction, and the two caches ---

// Weak for as long as somebody has the zone, strong for the zones used last. A subclass has both as
// attributes of its own, made by __init_subclass__.
Value weak_cache;    // of ZoneInfo itself: a WeakValueDictionary
List* strong_cache;  // of ZoneInfo itself: (key, zone) pairs, the last used one in front
constexpr size_t kStrongCacheSize = 8;

bool is_base(const Type& type) {
  return &type == &type_of_kind(ModuleKind::ZoneInfo);
}

Value new_weak_cache(Thread& thread) {
  return call(thread, TRY(import_attribute(thread, "weakref", "WeakValueDictionary")));
}
Value weak_cache_of(Thread& thread, Type& type) {
  return is_base(type) ? weak_cache : get_attribute(thread, Value(&type), "_weak_cache");
}

Result<int64_t> strong_place(Thread& thread, Value key) {
  for (size_t i = 0; i < strong_cache->size; ++i) {
    if (TRY(is_equal(thread, strong_cache->at(i).as<Tuple>()->items[0], key)))
      return static_cast<int64_t>(i);
  }
  return -1;
}

Status forget_strong(Thread& thread, Value key) {
  const int64_t place = TRY(strong_place(thread, key));
  if (place >= 0 && static_cast<size_t>(place) < strong_cache->size) {
    list_remove_range(*strong_cache, static_cast<size_t>(place), static_cast<size_t>(place) + 1);
  }
  return nothing;
}

Status remember_strong(Thread& thread, Value key, Value zone) {
  TRY(forget_strong(thread, key));
  TRY(list_insert(thread, *strong_cache, 0, make_tuple({key, zone})));
  if (strong_cache->size > kStrongCacheSize)
    list_remove_range(*strong_cache, kStrongCacheSize, strong_cache->size);
  return nothing;
}

Value new_zone(Thread& thread, Type& type, Value file, Value key) {
  Transitions* data = TRY(load(thread, file));
  ZoneInfo* zone = allocate_instance_as<ZoneInfo>(type);
  if (!zone) return error;
  zone->key = key;
  zone->data = data;
  return Value(zone);
}

Value zone_of_key(Thread& thread, Type& type, Value key) {
  const Value path =
      TRY(call(thread, TRY(import_attribute(thread, "zoneinfo._tzpath", "find_tzfile")), {key}));
  Value file;
  if (path.is_none()) {
    file =
        TRY(call(thread, TRY(import_attribute(thread, "zoneinfo._common", "load_tzdata")), {key}));
  } else {
    file = TRY(call(thread, TRY(import_attribute(thread, "io", "open")), {path, make_str("rb")}));
  }
  const Value zone = new_zone(thread, type, file, key);
  const Value exception = take_exception(thread);
  const Value closed = call_method(thread, file, "close");
  if (!exception.is_empty()) return restore_exception(thread, exception);
  TRY(Value(closed));
  return zone;
}

const MethodRow zone_row = constructor("(key)");

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value key;
  TRY(bind(thread, zone_row, arguments, count, keyword_names, &key));
  if (is_base(type)) {
    const int64_t place = TRY(strong_place(thread, key));
    if (place >= 0) {
      const Value zone = strong_cache->at(static_cast<size_t>(place)).as<Tuple>()->items[1];
      if (place > 0) TRY(remember_strong(thread, key, zone));
      return zone;
    }
  }
  const Value cache = TRY(weak_cache_of(thread, type));
  Value zone = TRY(call_method(thread, cache, "get", {key, None}));
  if (zone.is_none()) {
    zone = TRY(zone_of_key(thread, type, key));
    as_zone(zone).is_from_cache = true;
    zone = TRY(call_method(thread, cache, "setdefault", {key, zone}));
  }
  if (is_base(type)) TRY(remember_strong(thread, key, zone));
  return zone;
}

Value without_cache(Thread& thread, Type& type, Value key) {
  return zone_of_key(thread, type, key);
}

Value from_file(Thread& thread, Type& type, Value file, Value key) {
  const Value zone = TRY(new_zone(thread, type, file, key));
  as_zone(zone).file_repr = Value(TRY(repr(thread, file)));
  return zone;
}

Status clear_cache(Thread& thread, Type& type, Value only_keys) {
  const Value cache = TRY(weak_cache_of(thread, type));
  if (only_keys.is_none()) {
    TRY(call_method(thread, cache, "clear"));
    if (is_base(type)) strong_cache = make_list();
    return nothing;
  }
  return for_each(thread, only_keys, [&](Value key) -> Status {
    if (is_base(type)) TRY(forget_strong(thread, key));
    TRY(call_method(thread, cache, "pop", {key, None}));
    return nothing;
  });
}

Status initialize_subclass(Thread& thread, Type& type) {
  return set_attribute(thread, Value(&type), "_weak_cache", TRY(new_weak_cache(thread)));
}

// --- pickling and text ---

Value reduce(Thread& thread, ZoneInfo& self) {
  if (!self.file_repr.is_empty()) {
    const Value pickling_error = TRY(import_attribute(thread, "pickle", "PicklingError"));
    return raise(thread, *pickling_error.as<Type>(),
                 "Cannot pickle a ZoneInfo file from a file stream.");
  }
  const Value constructor = TRY(get_attribute(thread, Value(&type_of(&self)), "_unpickle"));
  return make_tuple({constructor, make_tuple({self.key, Value::from_int(self.is_from_cache)})});
}

Value unpickle(Thread& thread, Type& type, Value key, bool is_from_cache) {
  return is_from_cache ? call(thread, Value(&type), {key}) : zone_of_key(thread, type, key);
}

Value repr_slot(Thread& thread, Value self) {
  const ZoneInfo& zone = as_zone(self);
  if (zone.key.is_none())
    return format_message(thread, "{}.from_file({})", {type_of(self), zone.file_repr});
  return format_message(thread, "{}(key={})", {type_of(self), Repr{zone.key}});
}
Value str_slot(Thread& thread, Value self) {
  if (as_zone(self).key.is_none()) return Value(TRY(repr(thread, self)));
  return Value(TRY(str(thread, as_zone(self).key)));
}

Value key_of(ZoneInfo& self) {
  return self.key;
}
Status refuse_setting(Thread& thread, Value, Value) {
  return raise(thread, AttributeError, "readonly attribute");
}

const MethodRow methods[] = {
    class_method<clear_cache>("!clear_cache($type, *, only_keys=None)",
                              "Clear the ZoneInfo cache."),
    class_method<without_cache>("!no_cache($type, key)",
                                "Get a new instance of ZoneInfo, bypassing the cache."),
    class_method<from_file>("!from_file($type, fobj, /, key=None)",
                            "Create a ZoneInfo file from a file object."),
    method<part_at<&LocalTime::offset>>("!utcoffset($self, dt, /)",
                                        "The difference from UTC at that local time."),
    method<part_at<&LocalTime::saving>>("!dst($self, dt, /)",
                                        "The difference from standard time at that local time."),
    method<part_at<&LocalTime::name>>("!tzname($self, dt, /)",
                                      "The abbreviation in use at that local time."),
    method<from_utc>("!fromutc($self, dt, /)", "The local time of a datetime in UTC."),
    method<reduce>("!__reduce__($self, /)", "Function for serialization with the pickle protocol."),
    class_method<unpickle>("!_unpickle($type, key, from_cache, /)",
                           "Private method used in unpickling."),
    class_method<initialize_subclass>("!__init_subclass__($type)",
                                      "Function to initialize subclasses."),
    member<key_of>("key", nullptr, refuse_setting),
};

Status initialize(Thread& thread, Module& module) {
  TRY(import_module(thread, "_datetime"));  // defines the base class
  TRY(import_module(thread, "zoneinfo._common"));
  if (weak_cache.is_empty()) weak_cache = TRY(new_weak_cache(thread));
  if (!strong_cache) strong_cache = make_list();
  define_type(ModuleKind::ZoneInfo, {.instance_bytes = sizeof(ZoneInfo),
                                     .flags = Type::kBaseType | Type::kHasWeakReferences,
                                     .slots = {.repr = repr_slot, .str = str_slot, .make = make},
                                     .methods = methods});
  module_add_type(module, type_of_kind(ModuleKind::ZoneInfo));
  return nothing;
}

}  // namespace
}  // namespace zoneinfo

extern const ModuleSpec zoneinfo_module{
    "_zoneinfo", "C implementation of the zoneinfo module", {}, zoneinfo::initialize};

}  // namespace minipy
