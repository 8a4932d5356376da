// What the files of the _decimal module share: the objects, operands, and the signals of a context.
// Library reference, "decimal".
#pragma once

#include <optional>
#include <span>

#include "Modules/decimal/number.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"

namespace minipy::decimal {

// The limbs of a large coefficient follow the object; an instance of a subclass has them elsewhere.
struct Decimal : Object {
  static constexpr Kind kKind = ModuleKind::Decimal;
  static constexpr uint8_t kLimbsApart = kOwnFlagA;
  int64_t exponent;
  uint32_t digits;
  uint32_t limb_count : 29, is_negative : 1, special : 2;
  union {
    mp_limb_t first_limb;
    mp_limb_t* apart;  // a leaf buffer
  };

  const mp_limb_t* limbs() const { return has_flag(kLimbsApart) ? apart : &first_limb; }
  View view() const {
    return {
        {limbs(), limb_count}, digits, exponent, is_negative != 0, static_cast<Special>(special)};
  }
};

struct ContextObject : Object {
  static constexpr Kind kKind = ModuleKind::DecimalContext;
  Settings settings;
  uint32_t traps, flags;  // of Condition
  bool capitals;
  Value traps_mapping, flags_mapping;  // SignalDicts
};

struct Signals : Object {
  static constexpr Kind kKind = ModuleKind::DecimalSignals;
  ContextObject* context;  // nullptr: it belongs to none
  bool are_traps;

  uint32_t& mask() const { return are_traps ? context->traps : context->flags; }
};

struct ContextManager : Object {
  static constexpr Kind kKind = ModuleKind::DecimalContextManager;
  ContextObject *inner, *outer;
};

inline bool is_decimal(Value v) {
  return has_kind(v, ModuleKind::Decimal);
}
inline bool is_context(Value v) {
  return has_kind(v, ModuleKind::DecimalContext);
}
inline Decimal& as_decimal(Value v) {
  return *v.as<Decimal>();
}

// --- making (decimal_object.cpp) ---
Value make_decimal(Thread& thread, const View& number,
                   Type& type = type_of_kind(ModuleKind::Decimal));
// The result of an operation, once its conditions have been signalled.
Value finish(Thread& thread, ContextObject& context, const View& result, uint32_t status);
Value int_of_view(Thread& thread, const View& number);  // of an integer; MemoryError
// A Decimal or an int as an operand of arithmetic.
class Operand {
 public:
  Operand() = default;
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;
  bool set(Value value);                             // false if it is neither
  Status set_or_raise(Thread& thread, Value value);  // "conversion from str to Decimal is ..."
  const View& view() const { return view_; }
  Value as_decimal(Thread& thread) const;  // the Decimal itself, or a new one

 private:
  Value value_;
  View view_;
  mp_limb_t limb_ = 0;
};

// Is the value of an argument converted as it is, or rounded to the context?
enum class Conversion : uint8_t { Exact, ToContext };
Value decimal_of(Thread& thread, Type& type, Value value, ContextObject& context,
                 Conversion conversion);
Value decimal_of_float(Thread& thread, Type& type, Value number, ContextObject& context,
                       Conversion conversion);
void number_of_float(Number& result, double number);

// --- contexts (context.cpp) ---
Result<ContextObject*> current_context(Thread& thread);
Status set_current_context(Thread& thread, ContextObject& context);
// An argument that may be None or left out: the current context then.
Result<ContextObject*> context_argument(Thread& thread, Value value);
ContextObject* copy_of(const ContextObject& context);
ContextObject* new_context(Type& type = type_of_kind(ModuleKind::DecimalContext));
Result<Rounding> rounding_argument(Thread& thread, Value value);
// The parameters of Context() and of localcontext(). Empty values and None are left alone.
constexpr const char* kParameters[] = {"prec",     "rounding", "Emin",  "Emax",
                                       "capitals", "clamp",    "flags", "traps"};
constexpr size_t kParameterCount = std::size(kParameters);
Status apply_parameters(Thread& thread, ContextObject& context, const Value* values);
Status make_templates(Thread& thread);
extern ContextObject *default_context, *basic_context, *extended_context;
extern const char* const rounding_names[8];

// --- signals (signals.cpp) ---
// Sets the flags, and raises if one of them is trapped.
Status signal(Thread& thread, ContextObject& context, uint32_t status);
Status make_signals(Thread& thread, Module& module);
Value signal_list(uint32_t mask);         // the exception classes of the signals, as a list
std::string signal_names(uint32_t mask);  // "[Inexact, Rounded]"
Result<uint32_t> mask_of_list(Thread& thread, List& list);
Result<uint32_t> mask_of_dict(Thread& thread, Dict& dict);
Result<uint32_t> mask_argument(Thread& thread, Value value);  // a SignalDict or a dict
Signals* new_signals(ContextObject& context, bool are_traps);

// --- arguments as PyArg_ParseTupleAndKeywords takes them (arguments.cpp) ---
// `values` comes in the order of `names`, empty where there is none. Messages speak of "function".
Status parse_arguments(Thread& thread, std::span<const char* const> names, size_t required,
                       const Value* arguments, size_t count, Value keyword_names, Value* values);

// --- text ---
Value format_decimal(Thread& thread, Decimal& self, Value specification, Value locale);
Value text_of(const View& number, Notation notation, bool capitals);

// --- definitions ---
void define_decimal_type();
void define_context_type();
void define_context_manager_type();
void define_signals_type();
TypeSlots context_slots();
extern const std::span<const MethodRow> context_attributes;
extern const std::span<const MethodRow> context_functions;  // getcontext() and so on
TypeSlots decimal_slots();
extern const std::span<const MethodRow> decimal_conversions;
Status make_decimal_tuple(Thread& thread, Module& module);

}  // namespace minipy::decimal
