// _lsprof: the profiler of cProfile, which counts and times calls. Library reference, "profile".
#include <cmath>
#include <ctime>

#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "VM/interface.h"
#include "VM/profiler.h"

namespace minipy {
namespace {

// What was called, or what one function called of it. Times are in ticks of the profiler's clock.
struct Entry {
  uintptr_t key;  // of the code object or of the native function
  Value shown;    // the code object, or text
  int64_t total, inlined, calls, recursive_calls;
  int64_t depth;               // of the calls that have not returned
  struct EntryTable* callees;  // by what was called from here; null if there are none
  Entry* next;                 // in the order of their first calls
};

// Entries by key: open addressing, and a list of them in order. Collected memory throughout.
struct EntryTable {
  Entry** slots;
  size_t capacity, count;
  Entry *first, *last;

  Entry* find(uintptr_t key) const {
    if (count == 0) return nullptr;
    for (size_t i = place(key);; i = (i + 1) & (capacity - 1)) {
      if (!slots[i] || slots[i]->key == key) return slots[i];
    }
  }

  Entry* add(uintptr_t key, Value shown) {
    if ((count + 1) * 2 > capacity) grow();
    auto* entry = static_cast<Entry*>(gc_allocate_scanned_buffer(sizeof(Entry)));
    entry->key = key;
    entry->shown = shown;
    store(entry);
    ++count;
    (last ? last->next : first) = entry;
    last = entry;
    return entry;
  }

 private:
  size_t place(uintptr_t key) const {
    return (key >> 4) * 0x9E3779B97F4A7C15u >> 32 & (capacity - 1);
  }
  void store(Entry* entry) {
    size_t i = place(entry->key);
    while (slots[i]) i = (i + 1) & (capacity - 1);
    slots[i] = entry;
  }
  void grow() {
    capacity = capacity ? capacity * 2 : 8;
    slots = static_cast<Entry**>(gc_allocate_scanned_buffer(capacity * sizeof(Entry*)));
    for (Entry* entry = first; entry; entry = entry->next) store(entry);
  }
};

// A call that has not returned.
struct Activation {
  Entry* entry;
  Activation* caller;
  int64_t start, spent_in_callees;
};

struct Profiler : Object {
  static constexpr Kind kKind = ModuleKind::LsProfiler;
  EntryTable entries;
  Activation* current;
  Activation* spare;  // for reuse, linked by `caller`
  Value timer;        // or empty: the system's clock
  double unit;        // seconds a tick of `timer`; 0: it gives seconds
  bool counts_subcalls, counts_natives;
};
Profiler& as_profiler(Value v) {
  return *v.as<Profiler>();
}

constexpr double kNanosecond = 1e-9;

int64_t ticks_of(Thread& thread, const Profiler& self, Value reading) {
  if (self.unit > 0) {
    const Result<int64_t> number = argument_int64(thread, reading);
    return number.failed() ? 0 : number.value();
  }
  const Result<double> seconds = as_double(thread, reading);
  return seconds.failed() ? 0 : static_cast<int64_t>(std::floor(seconds.value() / kNanosecond));
}

int64_t read_clock(Thread& thread, Profiler& self) {
  if (self.timer.is_empty()) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
  }
  const Value pending = take_exception(thread);
  const Value reading = call(thread, self.timer);
  const int64_t ticks = reading.is_empty() ? 0 : ticks_of(thread, self, reading);
  if (has_exception(thread)) write_unraisable(thread, self.timer);
  thread.exception = pending;
  return ticks;
}

// --- calls and returns ---

// How a native function is shown; nothing of it is kept alive.
Value text_of(Thread& thread, Value callable) {
  if (!is_exact(callable, Kind::BuiltinFunction)) {
    const Result<Str*> shown = repr(thread, callable);
    return shown.failed() ? Value() : Value(shown.value());
  }
  const BuiltinFunction& function = *callable.as<BuiltinFunction>();
  const Str* name = intern(name_of(*function.row));
  const bool is_bound = !function.self.is_empty() && !has_kind(function.self, Kind::Module);
  if (is_bound) {
    const Value method = lookup_in_type(type_of(function.self), name);
    if (!method.is_unbound()) {
      const Result<Str*> shown = repr(thread, method);
      if (!shown.failed()) return Value(shown.value());
      take_exception(thread);
    }
  }
  Value module = function.module;
  if (has_kind(function.self, Kind::Module)) {
    module = dict_get_str(*function.self.as<Module>()->dict, "__name__");
  }
  if (!is_str(module)) return format_message(thread, "<built-in method {}>", {name});
  return format_message(thread, "<built-in method {}.{}>", {module, name});
}

uintptr_t key_of(Value what) {
  if (has_kind(what, Kind::BuiltinFunction))
    return reinterpret_cast<uintptr_t>(what.as<BuiltinFunction>()->row);
  if (has_kind(what, Kind::MethodDescriptor))
    return reinterpret_cast<uintptr_t>(what.as<Descriptor>()->row);
  return what.bits();
}

void enter_call(Thread& thread, Profiler& self, Value what, bool is_native) {
  const uintptr_t key = key_of(what);
  Entry* entry = self.entries.find(key);
  if (!entry) {
    Value shown = what;
    if (is_native) {
      const Value pending = take_exception(thread);
      shown = text_of(thread, what);
      take_exception(thread);
      thread.exception = pending;
    }
    entry = self.entries.add(key, shown.is_empty() ? None : shown);
  }
  Activation* activation = self.spare;
  if (activation) {
    self.spare = activation->caller;
  } else {
    activation = static_cast<Activation*>(gc_allocate_scanned_buffer(sizeof(Activation)));
  }
  *activation = {entry, self.current, 0, 0};
  self.current = activation;
  ++entry->depth;
  if (self.counts_subcalls && activation->caller) {
    Entry& caller = *activation->caller->entry;
    if (!caller.callees) {
      caller.callees = static_cast<EntryTable*>(gc_allocate_scanned_buffer(sizeof(EntryTable)));
    }
    Entry* callee = caller.callees->find(key);
    if (!callee) callee = caller.callees->add(key, entry->shown);
    ++callee->depth;
  }
  activation->start = read_clock(thread, self);
}

void count_call(Entry& entry, int64_t total, int64_t inlined) {
  if (--entry.depth == 0) {
    entry.total += total;
  } else {
    ++entry.recursive_calls;
  }
  entry.inlined += inlined;
  ++entry.calls;
}

void end_current(Thread& thread, Profiler& self) {
  Activation* activation = self.current;
  const int64_t total = read_clock(thread, self) - activation->start;
  const int64_t inlined = total - activation->spent_in_callees;
  Activation* caller = activation->caller;
  self.current = caller;
  count_call(*activation->entry, total, inlined);
  if (caller) {
    caller->spent_in_callees += total;
    Entry* callee = self.counts_subcalls && caller->entry->callees
                        ? caller->entry->callees->find(activation->entry->key)
                        : nullptr;
    if (callee) count_call(*callee, total, inlined);
  }
  activation->entry = nullptr;
  activation->caller = self.spare;
  self.spare = activation;
}

void leave_call(Thread& thread, Profiler& self, Value what) {
  if (!self.current) return;
  if (self.entries.find(key_of(what))) {
    end_current(thread, self);
  } else {
    self.current = self.current->caller;
  }
}

void notify(Thread& thread, Value profiler, ProfileEvent event, Value what) {
  Profiler& self = as_profiler(profiler);
  switch (event) {
    case ProfileEvent::Call:
      return enter_call(thread, self, what, false);
    case ProfileEvent::Return:
      return leave_call(thread, self, what);
    case ProfileEvent::NativeCall:
      if (self.counts_natives) enter_call(thread, self, what, true);
      return;
    case ProfileEvent::NativeReturn:
      if (self.counts_natives) leave_call(thread, self, what);
      return;
  }
}

// --- the type ---

const MethodRow profiler_row =
    constructor("Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)");

Value make_profiler(Thread&, Type& type, const Value*, size_t, Value) {
  Profiler* self = allocate_instance_as<Profiler>(type);
  return self ? Value(self) : Value();
}

Status initialize_profiler(Thread& thread, Value value, const Value* arguments, size_t count,
                           Value keyword_names) {
  Value values[4];
  TRY(bind(thread, profiler_row, arguments, count, keyword_names, values));
  const double unit = TRY(as_double(thread, values[1]));
  const bool subcalls = TRY(truth(thread, values[2])), builtins = TRY(truth(thread, values[3]));
  Profiler& self = as_profiler(value);
  self.timer = values[0].is_none() ? Value() : values[0];
  self.unit = unit;
  self.counts_subcalls = subcalls;
  self.counts_natives = builtins;
  return nothing;
}

Status enable(Thread& thread, Profiler& self, Value subcalls, Value builtins) {
  if (!subcalls.is_empty()) self.counts_subcalls = TRY(truth(thread, subcalls));
  if (!builtins.is_empty()) self.counts_natives = TRY(truth(thread, builtins));
  set_profile_function(thread, Value(&self));
  return nothing;
}

// Calls that have not returned end here.
void disable(Thread& thread, Profiler& self) {
  set_profile_function(thread, None);
  while (self.current) end_current(thread, self);
}

void clear(Profiler& self) {
  self.entries = EntryTable{};
  self.current = self.spare = nullptr;
}

Type& entry_type() {
  static Type& type =
      make_struct_sequence_type("_lsprof.profiler_entry", nullptr,
                                {{"code", "code object or built-in function name"},
                                 {"callcount", "how many times this was called"},
                                 {"reccallcount", "how many times called recursively"},
                                 {"totaltime", "total time in this entry"},
                                 {"inlinetime", "inline time in this entry (not in subcalls)"},
                                 {"calls", "details of the calls"}},
                                6);
  return type;
}
Type& callee_type() {
  static Type& type =
      make_struct_sequence_type("_lsprof.profiler_subentry", nullptr,
                                {{"code", "called code object or built-in function name"},
                                 {"callcount", "how many times this is called"},
                                 {"reccallcount", "how many times this is called recursively"},
                                 {"totaltime", "total time spent in this call"},
                                 {"inlinetime", "inline time (not in further subcalls)"}},
                                5);
  return type;
}

void fill_row(Value* row, const Entry& entry, double tick) {
  row[0] = entry.shown;
  row[1] = make_int(entry.calls);
  row[2] = make_int(entry.recursive_calls);
  row[3] = make_float(tick * static_cast<double>(entry.total));
  row[4] = make_float(tick * static_cast<double>(entry.inlined));
}

Value statistics(Thread& thread, Profiler& self) {
  const double tick = !self.timer.is_empty() && self.unit > 0 ? self.unit : kNanosecond;
  List* result = make_list();
  for (const Entry* entry = self.entries.first; entry; entry = entry->next) {
    if (entry->calls == 0) continue;
    Value row[6];
    fill_row(row, *entry, tick);
    row[5] = None;
    if (entry->callees) {
      List* callees = make_list();
      for (const Entry* callee = entry->callees->first; callee; callee = callee->next) {
        if (callee->calls == 0) continue;
        Value callee_row[5];
        fill_row(callee_row, *callee, tick);
        TRY(list_append(thread, *callees, make_struct_sequence(callee_type(), callee_row)));
      }
      row[5] = callees;
    }
    TRY(list_append(thread, *result, make_struct_sequence(entry_type(), row)));
  }
  return Value(result);
}

const MethodRow profiler_methods[] = {
    method<statistics>(
        "getstats($self, /)",
        "list of profiler_entry objects.\n\n"
        "Each has code (a code object or the name of a built-in function), callcount,\n"
        "reccallcount (calls while it was running already), totaltime, inlinetime\n"
        "(without what it called) and calls: None, or the same of what it called."),
    method<enable>(
        "!enable($self, subcalls=x, builtins=x)",
        "Start collecting. subcalls: also count by caller; builtins: also count native functions."),
    method<disable>("!disable($self, /)", "Stop collecting profiling information."),
    method<clear>("!clear($self, /)", "Clear all profiling information collected so far."),
};

Status initialize(Thread&, Module& module) {
  define_type(
      ModuleKind::LsProfiler,
      {.doc = "Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\n"
              "Counts and times calls. timer gives the time, in seconds or in ints of timeunit\n"
              "seconds each; without one the clock of the system is used.",
       .instance_bytes = sizeof(Profiler),
       .flags = Type::kBaseType,
       .slots = {.init = initialize_profiler, .make = make_profiler},
       .methods = profiler_methods});
  native_profiler = {ModuleKind::LsProfiler, notify};
  module_add_type(module, type_of_kind(ModuleKind::LsProfiler));
  module_add(module, "profiler_entry", Value(&entry_type()));
  module_add(module, "profiler_subentry", Value(&callee_type()));
  return nothing;
}

}  // namespace

extern const ModuleSpec lsprof_module{"_lsprof", "Fast profiler", {}, initialize};

}  // namespace minipy
