// Signals: the exceptions for exceptional conditions, and the mappings of a context that say which
// of them have happened and which raise.
#include "Modules/decimal/decimal.h"
#include "Objects/dict.h"
#include "Objects/list.h"
#include "Objects/module.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

// Exception classes. The first nine are signals, in the order of the mappings; what follows are
// conditions that are shown in the arguments of an InvalidOperation.
enum : size_t { kSignalCount = 9, kInvalidPlace = 0, kFirstCondition = 9, kClassCount = 13 };

struct SignalRow {
  const char* name;
  uint32_t mask;
  int bases[3];  // places of rows, or the following
};
constexpr int kNoBase = -1, kRootBase = -2, kZeroDivisionBase = -3, kTypeErrorBase = -4;
constexpr SignalRow kRows[kClassCount] = {
    {"InvalidOperation", kAnyInvalid & ~kOutOfMemory, {kRootBase, kNoBase, kNoBase}},
    {"FloatOperation", kFloatOperation, {kRootBase, kTypeErrorBase, kNoBase}},
    {"DivisionByZero", kDivisionByZero, {kRootBase, kZeroDivisionBase, kNoBase}},
    {"Overflow", kOverflow, {6, 7, kNoBase}},
    {"Underflow", kUnderflow, {6, 7, 5}},
    {"Subnormal", kSubnormal, {kRootBase, kNoBase, kNoBase}},
    {"Inexact", kInexact, {kRootBase, kNoBase, kNoBase}},
    {"Rounded", kRounded, {kRootBase, kNoBase, kNoBase}},
    {"Clamped", kClamped, {kRootBase, kNoBase, kNoBase}},
    {"ConversionSyntax", kConversionSyntax, {kInvalidPlace, kNoBase, kNoBase}},
    {"DivisionImpossible", kDivisionImpossible, {kInvalidPlace, kNoBase, kNoBase}},
    {"DivisionUndefined", kDivisionUndefined, {kInvalidPlace, kZeroDivisionBase, kNoBase}},
    {"InvalidContext", kInvalidContext, {kInvalidPlace, kNoBase, kNoBase}},
};
// Bases are made before what is derived from them.
constexpr size_t kOrderOfMaking[kClassCount] = {0, 1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12};

Value root_class;  // DecimalException
Value classes[kClassCount];
Value signals_class;     // SignalDict
Value signals_iterated;  // a tuple of the signals

// The order of the conditions' bits, in which text shows them.
constexpr size_t kOrderOfNames[kSignalCount] = {8, 0, 2, 6, 1, 3, 7, 5, 4};

constexpr const char* kBadSignal =
    "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   "
    "Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]";

Result<uint32_t> mask_of_signal(Thread& thread, Value signal) {
  for (size_t i = 0; i < kSignalCount; ++i) {
    if (classes[i] == signal) return kRows[i].mask;
  }
  return raise(thread, KeyError, kBadSignal);
}

// The classes of all that happened; of the invalid ones the conditions.
Value condition_list(uint32_t status) {
  GcVector found;
  if (status & kInvalidOperation) found.push_back(classes[kInvalidPlace]);
  for (size_t i = kFirstCondition; i < kClassCount; ++i) {
    if (status & kRows[i].mask) found.push_back(classes[i]);
  }
  for (size_t i = 1; i < kSignalCount; ++i) {
    if (status & kRows[i].mask) found.push_back(classes[i]);
  }
  return Value(make_list(found.begin(), found.size()));
}

}  // namespace

Status signal(Thread& thread, ContextObject& context, uint32_t status) {
  context.flags |= status & ~kOutOfMemory;
  if (status & kOutOfMemory) [[unlikely]]
    return raise_memory_error(thread);
  const uint32_t trapped = status & context.traps;
  if (!trapped) [[likely]]
    return nothing;
  for (size_t i = 0; i < kSignalCount; ++i) {
    if (kRows[i].mask & trapped) {
      return raise_value(thread, *classes[i].as<Type>(), condition_list(trapped));
    }
  }
  MP_UNREACHABLE();
}

Value signal_list(uint32_t mask) {
  GcVector found;
  for (size_t i = 0; i < kSignalCount; ++i) {
    if (mask & kRows[i].mask) found.push_back(classes[i]);
  }
  return Value(make_list(found.begin(), found.size()));
}

std::string signal_names(uint32_t mask) {
  std::string text = "[";
  for (const size_t i : kOrderOfNames) {
    if (!(mask & kRows[i].mask)) continue;
    if (text.size() > 1) text += ", ";
    text += kRows[i].name;
  }
  return text + "]";
}

// --- masks from Python ---

Result<uint32_t> mask_of_list(Thread& thread, List& list) {
  uint32_t mask = 0;
  for (size_t i = 0; i < list.size; ++i) mask |= TRY(mask_of_signal(thread, list.at(i)));
  return mask;
}

Result<uint32_t> mask_of_dict(Thread& thread, Dict& dict) {
  if (dict.count != kSignalCount) return raise(thread, KeyError, "invalid signal dict");
  uint32_t mask = 0;
  size_t position = 0;
  Value key, value;
  while (dict_next(dict, position, key, value)) {
    const uint32_t one = TRY(mask_of_signal(thread, key));
    if (TRY(truth(thread, value))) mask |= one;
  }
  return mask;
}

Result<uint32_t> mask_argument(Thread& thread, Value value) {
  if (has_kind(value, ModuleKind::DecimalSignals)) {
    const Signals& signals = *value.as<Signals>();
    if (!signals.context) return raise(thread, ValueError, "invalid signal dict");
    return signals.mask();
  }
  if (is_dict(value)) return mask_of_dict(thread, *value.as<Dict>());
  return raise(thread, TypeError, "argument must be a signal dict");
}

// --- SignalDict ---

namespace {

Result<Signals*> with_context(Thread& thread, Value self) {
  Signals& signals = *self.as<Signals>();
  if (!signals.context) return raise(thread, ValueError, "invalid signal dict");
  return &signals;
}

Value get_item_slot(Thread& thread, Value self, Value key) {
  const Signals& signals = *TRY(with_context(thread, self));
  const uint32_t mask = TRY(mask_of_signal(thread, key));
  return Value::from_bool(signals.mask() & mask);
}

Status set_item_slot(Thread& thread, Value self, Value key, Value value) {
  const Signals& signals = *TRY(with_context(thread, self));
  if (value.is_empty()) return raise(thread, ValueError, "signal keys cannot be deleted");
  const uint32_t mask = TRY(mask_of_signal(thread, key));
  if (TRY(truth(thread, value))) {
    signals.mask() |= mask;
  } else {
    signals.mask() &= ~mask;
  }
  return nothing;
}

Result<size_t> length_slot(Thread& thread, Value self) {
  TRY(with_context(thread, self));
  return size_t{kSignalCount};
}

Value iterate_slot(Thread& thread, Value self) {
  TRY(with_context(thread, self));
  return iterate(thread, signals_iterated);
}

Value repr_slot(Thread& thread, Value self) {
  const Signals& signals = *TRY(with_context(thread, self));
  const uint32_t mask = signals.mask();
  StrBuilder text;
  for (size_t i = 0; i < kSignalCount; ++i) {
    text.append(i ? ", " : "{");
    text.append(TRY(repr(thread, classes[i])));
    text.append(mask & kRows[i].mask ? ":True" : ":False");
  }
  text.append("}");
  return Value(TRY(text.finish(thread)));
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  const Signals& signals = *TRY(with_context(thread, left));
  uint32_t mask;
  if (has_kind(right, ModuleKind::DecimalSignals)) {
    mask = TRY(with_context(thread, right))->mask();
  } else if (is_dict(right)) {
    const Result<uint32_t> of_dict = mask_of_dict(thread, *right.as<Dict>());
    if (of_dict.failed()) {
      if (!catch_exception(thread, KeyError)) return error;
      return NotImplemented;
    }
    mask = of_dict.value();
  } else {
    return NotImplemented;
  }
  uint32_t all = 0;
  for (size_t i = 0; i < kSignalCount; ++i) {
    const bool mine = signals.mask() & kRows[i].mask, other = mask & kRows[i].mask;
    all |= mine != other;
  }
  return Value::from_bool((all == 0) == (op == CompareOp::Equal));
}

Value copy(Thread& thread, Value self) {
  const Signals& signals = *TRY(with_context(thread, self));
  Dict* dict = make_dict();
  for (size_t i = 0; i < kSignalCount; ++i) {
    TRY(dict_set(thread, *dict, classes[i], Value::from_bool(signals.mask() & kRows[i].mask)));
  }
  return Value(dict);
}

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  return Value(allocate_instance_as<Signals>(type));
}

Status initialize_slot(Thread&, Value, const Value*, size_t, Value) {
  return nothing;
}

const MethodRow methods[] = {
    method<copy>("!copy($self, /)", "The signals and their values, as a dict."),
};

// --- making the classes ---

Value base_class(int place) {
  switch (place) {
    case kRootBase:
      return root_class;
    case kZeroDivisionBase:
      return Value(&ZeroDivisionError);
    case kTypeErrorBase:
      return Value(&TypeError);
    default:
      return classes[place];
  }
}

Result<Value> make_exception_class(Thread& thread, const char* name, Value bases) {
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", make_str("decimal"));
  return TRY(call(thread, &type_of_kind(Kind::Type), {make_str(name), bases, contents}));
}

Status make_exception_classes(Thread& thread) {
  root_class = TRY(make_exception_class(thread, "DecimalException",
                                        Value(make_tuple({Value(&ArithmeticError)}))));
  for (const size_t place : kOrderOfMaking) {
    const SignalRow& row = kRows[place];
    Value bases[3];
    size_t count = 0;
    while (count < 3 && row.bases[count] != kNoBase) {
      bases[count] = base_class(row.bases[count]);
      ++count;
    }
    classes[place] = TRY(make_exception_class(thread, row.name, Value(make_tuple(bases, count))));
  }
  signals_iterated = Value(make_tuple(classes, kSignalCount));
  return nothing;
}

}  // namespace

Signals* new_signals(ContextObject& context, bool are_traps) {
  Signals* signals = allocate_instance_as<Signals>(*signals_class.as<Type>());
  signals->context = &context;
  signals->are_traps = are_traps;
  return signals;
}

Status make_signals(Thread& thread, Module& module) {
  if (signals_class.is_empty()) {
    TRY(make_exception_classes(thread));
    const Value mapping = TRY(import_attribute(thread, "collections.abc", "MutableMapping"));
    const Value bases =
        Value(make_tuple({Value(&type_of_kind(ModuleKind::DecimalSignals)), mapping}));
    signals_class = TRY(call(thread, Value(&type_of(mapping)),
                             {make_str("SignalDict"), bases, Value(make_dict())}));
  }
  module_add(module, "DecimalException", root_class);
  for (size_t i = 0; i < kClassCount; ++i) module_add(module, kRows[i].name, classes[i]);
  return nothing;
}

void define_signals_type() {
  define_type(ModuleKind::DecimalSignals, {.instance_bytes = sizeof(Signals),
                                           .flags = Type::kBaseType | Type::kImmutable,
                                           .slots = {.repr = repr_slot,
                                                     .hash = hash_not_implemented,
                                                     .compare = compare_slot,
                                                     .iterate = iterate_slot,
                                                     .init = initialize_slot,
                                                     .make = make,
                                                     .map_length = length_slot,
                                                     .map_item = get_item_slot,
                                                     .map_set_item = set_item_slot},
                                           .methods = methods});
}

}  // namespace minipy::decimal
