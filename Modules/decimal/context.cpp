// Context: the settings, flags and traps of arithmetic; which one is current.
#include "Modules/decimal/decimal.h"
#include "Objects/dict.h"
#include "Objects/list.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

const char* const rounding_names[8] = {"ROUND_UP",        "ROUND_DOWN",    "ROUND_CEILING",
                                       "ROUND_FLOOR",     "ROUND_HALF_UP", "ROUND_HALF_DOWN",
                                       "ROUND_HALF_EVEN", "ROUND_05UP"};
ContextObject *default_context, *basic_context, *extended_context;

namespace {

Value context_variable;  // a ContextVar

// The context of the thread whose variable was looked up last, as long as nothing has changed.
struct LastLookup {
  Thread* thread;
  Value holder;  // the contextvars.Context
  uint64_t version;
  ContextObject* context;
};
LastLookup last_lookup;

void remember(Thread& thread, ContextObject& context) {
  last_lookup = {&thread, thread.context, thread.context_version, &context};
}

ContextObject& as_context(Value v) {
  return *v.as<ContextObject>();
}

// Everything but the mappings, which stay with their context.
void copy_settings(ContextObject& to, const ContextObject& from) {
  to.settings = from.settings;
  to.traps = from.traps;
  to.flags = from.flags;
  to.capitals = from.capitals;
}

Result<Value> variable(Thread& thread) {
  if (context_variable.is_empty()) {
    const Value type = TRY(import_attribute(thread, "_contextvars", "ContextVar"));
    context_variable = TRY(call(thread, type, {make_str("decimal_context")}));
  }
  return context_variable;
}

Result<ContextObject*> look_up_context(Thread& thread) {
  const Value found = TRY(call_method(thread, TRY(variable(thread)), "get", {None}));
  if (is_context(found)) {
    remember(thread, as_context(found));
    return &as_context(found);
  }
  ContextObject* fresh = copy_of(*default_context);
  if (!fresh) return error;
  fresh->flags = 0;
  TRY(set_current_context(thread, *fresh));
  return fresh;
}

}  // namespace

ContextObject* copy_of(const ContextObject& context) {
  ContextObject* copy = new_context();
  if (copy) copy_settings(*copy, context);
  return copy;
}

ContextObject* new_context(Type& type) {
  ContextObject* context = allocate_instance_as<ContextObject>(type);
  if (!context) return nullptr;
  context->settings = Settings();
  context->capitals = true;
  context->traps = (kAnyInvalid & ~kOutOfMemory) | kDivisionByZero | kOverflow;
  if (default_context) copy_settings(*context, *default_context);
  context->traps_mapping = Value(new_signals(*context, true));
  context->flags_mapping = Value(new_signals(*context, false));
  return context;
}

Result<ContextObject*> current_context(Thread& thread) {
  if (last_lookup.thread == &thread && last_lookup.version == thread.context_version &&
      last_lookup.holder == thread.context && !thread.context.is_empty()) [[likely]] {
    return last_lookup.context;
  }
  return look_up_context(thread);
}

Status set_current_context(Thread& thread, ContextObject& context) {
  TRY(call_method(thread, TRY(variable(thread)), "set", {Value(&context)}));
  remember(thread, context);
  return nothing;
}

Result<ContextObject*> context_argument(Thread& thread, Value value) {
  if (value.is_empty() || value.is_none()) return current_context(thread);
  if (is_context(value)) return &as_context(value);
  return raise(thread, TypeError, "optional argument must be a context");
}

Result<Rounding> rounding_argument(Thread& thread, Value value) {
  static Value names[std::size(rounding_names)];
  for (size_t i = 0; i < std::size(names); ++i) {
    if (names[i].is_empty()) names[i] = Value(intern(rounding_names[i]));
    if (names[i] == value) return static_cast<Rounding>(i);
  }
  if (is_str(value)) {
    for (size_t i = 0; i < std::size(rounding_names); ++i) {
      if (equal(value.as<Str>(), rounding_names[i])) return static_cast<Rounding>(i);
    }
  }
  return raise(thread, TypeError,
               "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, "
               "ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]");
}

// --- attributes ---

namespace {

Result<int64_t> setting_value(Thread& thread, Value value) {
  if (!is_any_int(value)) return raise(thread, TypeError, "an integer is required");
  const std::optional<int64_t> number = int_to_int64(value);
  if (number) return *number;
  return raise(thread, OverflowError, "Python int too large to convert to C ssize_t");
}

Result<int64_t> setting_in_range(Thread& thread, Value value, int64_t least, int64_t most,
                                 const char* message) {
  const int64_t number = TRY(setting_value(thread, value));
  if (number < least || number > most) return raise(thread, ValueError, message);
  return number;
}

Status refuse_deletion(Thread& thread, Value value) {
  if (!value.is_empty()) return nothing;
  return raise(thread, AttributeError, "context attributes cannot be deleted");
}

Status set_prec(Thread& thread, Value self, Value value) {
  as_context(self).settings.precision = TRY(
      setting_in_range(thread, value, 1, kMaxPrecision, "valid range for prec is [1, MAX_PREC]"));
  return nothing;
}
Status set_emax(Thread& thread, Value self, Value value) {
  as_context(self).settings.max_exponent = TRY(
      setting_in_range(thread, value, 0, kMaxExponent, "valid range for Emax is [0, MAX_EMAX]"));
  return nothing;
}
Status set_emin(Thread& thread, Value self, Value value) {
  as_context(self).settings.min_exponent = TRY(
      setting_in_range(thread, value, kMinExponent, 0, "valid range for Emin is [MIN_EMIN, 0]"));
  return nothing;
}
Status set_capitals(Thread& thread, Value self, Value value) {
  as_context(self).capitals =
      TRY(setting_in_range(thread, value, 0, 1, "valid values for capitals are 0 or 1"));
  return nothing;
}
Status set_clamp(Thread& thread, Value self, Value value) {
  as_context(self).settings.clamp =
      TRY(setting_in_range(thread, value, 0, 1, "valid values for clamp are 0 or 1"));
  return nothing;
}
Status set_rounding(Thread& thread, Value self, Value value) {
  as_context(self).settings.rounding = TRY(rounding_argument(thread, value));
  return nothing;
}
Status set_traps(Thread& thread, Value self, Value value) {
  as_context(self).traps = TRY(mask_argument(thread, value));
  return nothing;
}
Status set_flags(Thread& thread, Value self, Value value) {
  as_context(self).flags = TRY(mask_argument(thread, value));
  return nothing;
}
// At construction a list of signals will do as well.
Status set_traps_or_list(Thread& thread, Value self, Value value) {
  if (!has_kind(value, Kind::List)) return set_traps(thread, self, value);
  as_context(self).traps = TRY(mask_of_list(thread, *value.as<List>()));
  return nothing;
}
Status set_flags_or_list(Thread& thread, Value self, Value value) {
  if (!has_kind(value, Kind::List)) return set_flags(thread, self, value);
  as_context(self).flags = TRY(mask_of_list(thread, *value.as<List>()));
  return nothing;
}

int64_t prec(ContextObject& self) {
  return self.settings.precision;
}
int64_t emax(ContextObject& self) {
  return self.settings.max_exponent;
}
int64_t emin(ContextObject& self) {
  return self.settings.min_exponent;
}
int capitals(ContextObject& self) {
  return self.capitals;
}
int clamp(ContextObject& self) {
  return self.settings.clamp;
}
Value rounding(ContextObject& self) {
  return Value(intern(rounding_names[static_cast<size_t>(self.settings.rounding)]));
}

// In the order of kParameters.
constexpr Status (*kSetters[])(Thread&, Value, Value) = {
    set_prec,     set_rounding, set_emin,          set_emax,
    set_capitals, set_clamp,    set_flags_or_list, set_traps_or_list};
static_assert(std::size(kSetters) == kParameterCount);

// flags and traps are no attributes of the class.
Value get_attribute_slot(Thread& thread, Value self, Value name) {
  if (is_str(name)) {
    if (equal(name.as<Str>(), "traps")) return as_context(self).traps_mapping;
    if (equal(name.as<Str>(), "flags")) return as_context(self).flags_mapping;
  }
  return generic_get_attribute(thread, self, name);
}

Status set_attribute_slot(Thread& thread, Value self, Value name, Value value) {
  TRY(refuse_deletion(thread, value));
  if (is_str(name)) {
    if (equal(name.as<Str>(), "traps")) return set_traps(thread, self, value);
    if (equal(name.as<Str>(), "flags")) return set_flags(thread, self, value);
  }
  return generic_set_attribute(thread, self, name, value);
}

// --- Context ---

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  return Value(new_context(type));
}

Status initialize_slot(Thread& thread, Value self, const Value* arguments, size_t count,
                       Value keyword_names) {
  Value values[kParameterCount];
  TRY(parse_arguments(thread, kParameters, 0, arguments, count, keyword_names, values));
  return apply_parameters(thread, as_context(self), values);
}

Value repr_slot(Thread&, Value self) {
  const ContextObject& context = as_context(self);
  const Settings& settings = context.settings;
  return make_str(
      "Context(prec=" + std::to_string(settings.precision) +
      ", rounding=" + rounding_names[static_cast<size_t>(settings.rounding)] + ", Emin=" +
      std::to_string(settings.min_exponent) + ", Emax=" + std::to_string(settings.max_exponent) +
      ", capitals=" + (context.capitals ? "1" : "0") + ", clamp=" + (settings.clamp ? "1" : "0") +
      ", flags=" + signal_names(context.flags) + ", traps=" + signal_names(context.traps) + ")");
}

Value copy(ContextObject& self) {
  return Value(copy_of(self));
}

void clear_flags(ContextObject& self) {
  self.flags = 0;
}
void clear_traps(ContextObject& self) {
  self.traps = 0;
}
int64_t etiny(ContextObject& self) {
  return self.settings.tiny();
}
int64_t etop(ContextObject& self) {
  return self.settings.top();
}

Value reduce(Thread&, ContextObject& self) {
  const Settings& settings = self.settings;
  const Value arguments = Value(make_tuple(
      {make_int(settings.precision), rounding(self), make_int(settings.min_exponent),
       make_int(settings.max_exponent), Value::from_int(self.capitals),
       Value::from_int(settings.clamp), signal_list(self.flags), signal_list(self.traps)}));
  return Value(make_tuple({Value(&type_of(Value(&self))), arguments}));
}

Value create_decimal(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "create_decimal", keyword_names));
  if (count > 2) {
    return raise(thread, TypeError, "function takes at most 1 argument ({} given)", count - 1);
  }
  Type& type = type_of_kind(ModuleKind::Decimal);
  ContextObject& self = as_context(arguments[0]);
  const Value value = count == 2 ? arguments[1] : Value::from_int(0);
  return decimal_of(thread, type, value, self, Conversion::ToContext);
}

Value create_decimal_from_float(Thread& thread, ContextObject& self, Value number) {
  return decimal_of_float(thread, type_of_kind(ModuleKind::Decimal), number, self,
                          Conversion::ToContext);
}

const MethodRow attribute_rows[] = {
    getter<prec>("prec", nullptr, set_prec),
    getter<rounding>("rounding", nullptr, set_rounding),
    getter<emin>("Emin", nullptr, set_emin),
    getter<emax>("Emax", nullptr, set_emax),
    getter<capitals>("capitals", nullptr, set_capitals),
    getter<clamp>("clamp", nullptr, set_clamp),
    method<etiny>("Etiny($self, /)", "The exponent of the smallest subnormal number."),
    method<etop>("Etop($self, /)", "The largest exponent of a number that uses all digits."),
    method<copy>("copy($self, /)", "Another context with the same settings, flags and traps."),
    method<copy>("!__copy__($self, /)", nullptr),
    method<reduce>("!__reduce__($self, /)", nullptr),
    method<clear_flags>("clear_flags($self, /)", "Unset all flags."),
    method<clear_traps>("clear_traps($self, /)", "Trap no signal."),
    raw_method(create_decimal, "create_decimal($self, num=\"0\", /)",
               "A Decimal, rounded to this context."),
    method<create_decimal_from_float>("create_decimal_from_float($self, f, /)",
                                      "A Decimal of a float or an int, rounded to this context."),
};

}  // namespace

const std::span<const MethodRow> context_attributes = attribute_rows;

Status apply_parameters(Thread& thread, ContextObject& context, const Value* values) {
  for (size_t i = 0; i < kParameterCount; ++i) {
    if (values[i].is_empty() || values[i].is_none()) continue;
    TRY(kSetters[i](thread, Value(&context), values[i]));
  }
  return nothing;
}

TypeSlots context_slots() {
  return {.repr = repr_slot,
          .get_attribute = get_attribute_slot,
          .set_attribute = set_attribute_slot,
          .init = initialize_slot,
          .make = make};
}

Status make_templates(Thread& thread) {
  if (default_context) return nothing;
  ContextObject* templates[3];
  for (ContextObject*& made : templates) {
    made = new_context();
    if (!made) return raise_memory_error(thread);
  }
  for (ContextObject* nine_digits : {templates[1], templates[2]}) {
    nine_digits->settings.precision = 9;
    nine_digits->traps = 0;
  }
  templates[1]->settings.rounding = Rounding::HalfUp;
  templates[1]->traps =
      (kAnyInvalid & ~kOutOfMemory) | kDivisionByZero | kOverflow | kUnderflow | kClamped;
  default_context = templates[0];
  basic_context = templates[1];
  extended_context = templates[2];
  return nothing;
}

}  // namespace minipy::decimal
