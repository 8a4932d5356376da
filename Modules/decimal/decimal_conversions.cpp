// Decimals made into other objects: numbers, text, tuples.
#include <cmath>

#include "Modules/decimal/decimal.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/module.h"
#include "Objects/tuple.h"

namespace minipy::decimal {

namespace {

Value tuple_class;  // DecimalTuple

// "cannot convert NaN to integer"
Status check_finite(Thread& thread, const View& view, const char* wanted) {
  if (view.is_finite()) return nothing;
  if (view.is_nan()) return raise(thread, ValueError, "cannot convert NaN to {}", wanted);
  return raise(thread, OverflowError, "cannot convert Infinity to {}", wanted);
}

Value rounded_to_int(Thread& thread, const View& view, Rounding rounding) {
  TRY(check_finite(thread, view, "integer"));
  Settings settings;
  settings.rounding = rounding;
  Number whole;
  uint32_t status = 0;
  round_to_integral(whole, view, Report::Nothing, settings, status);
  return int_of_view(thread, whole);
}

template <Rounding rounding>
Value to_int(Thread& thread, Value self) {
  return rounded_to_int(thread, as_decimal(self).view(), rounding);
}

Result<double> double_of(Thread& thread, const View& view) {
  if (view.is_signaling()) {
    return raise(thread, ValueError, "cannot convert signaling NaN to float");
  }
  if (view.is_nan()) return view.is_negative ? -__builtin_nan("") : __builtin_nan("");
  if (view.is_infinite()) return view.is_negative ? -HUGE_VAL : HUGE_VAL;
  const std::optional<double> number = parse_float(to_text(view, Notation::Scientific, true));
  MP_ASSERT(number.has_value());
  return *number;
}

Value to_float(Thread& thread, Value self) {
  return make_float(TRY(double_of(thread, as_decimal(self).view())));
}
Value to_complex(Thread& thread, Value self) {
  return make_complex(TRY(double_of(thread, as_decimal(self).view())), 0);
}

// round(x) is an int, half-even; round(x, n) a Decimal, rounded as the context says.
Value round_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "Decimal.__round__", keyword_names));
  if (count > 2) {
    return raise(thread, TypeError, "function takes at most 1 argument ({} given)", count - 1);
  }
  const View view = as_decimal(arguments[0]).view();
  if (count == 1 || arguments[1].is_none()) {
    return rounded_to_int(thread, view, Rounding::HalfEven);
  }
  if (!is_any_int(arguments[1])) {
    return raise(thread, TypeError, "optional arg must be an integer");
  }
  const std::optional<int64_t> places = int_to_int64(arguments[1]);
  if (!places) {
    return raise(thread, OverflowError, "Python int too large to convert to C ssize_t");
  }
  ContextObject& context = *TRY(current_context(thread));
  Number result;
  View pattern;
  uint32_t status = 0;
  pattern.exponent = *places == INT64_MIN ? INT64_MAX : -*places;
  quantize(result, view, pattern, context.settings, status);
  return finish(thread, context, result, status);
}

// The numerator and the denominator in lowest terms: whatever of 2**n * 5**n divides the
// coefficient is taken out.
Value as_integer_ratio(Thread& thread, Decimal& self) {
  const View view = self.view();
  TRY(check_finite(thread, view, "integer ratio"));
  if (view.exponent >= 0 || view.is_zero()) {
    const Value whole = view.is_zero() ? Value::from_int(0) : TRY(int_of_view(thread, view));
    return Value(make_tuple({whole, Value::from_int(1)}));
  }
  if (!can_hold(-view.exponent)) return raise_memory_error(thread);
  const Value denominator =
      TRY(int_power(thread, Value::from_int(10), make_int(-view.exponent), None));
  View coefficient = view;
  coefficient.exponent = 0;
  const Value numerator = TRY(int_of_view(thread, coefficient));
  const Value gcd = TRY(import_attribute(thread, "math", "gcd"));
  const Value common = TRY(call(thread, gcd, {numerator, denominator}));
  const Value first = TRY(int_floor_divide(thread, numerator, common));
  return Value(make_tuple({first, TRY(int_floor_divide(thread, denominator, common))}));
}

// --- tuples ---

Value as_tuple(Thread& thread, Decimal& self) {
  const View view = self.view();
  Value exponent = make_int(view.exponent);
  if (view.is_infinite()) exponent = Value(intern("F"));
  if (view.is_nan()) exponent = Value(intern(view.is_signaling() ? "N" : "n"));
  std::string digits = digits_of(view.coefficient);
  if (view.is_nan() && view.coefficient.is_zero()) digits.clear();
  Tuple* items = allocate_tuple(digits.size());
  if (!items) return raise_memory_error(thread);
  for (size_t i = 0; i < digits.size(); ++i) items->items[i] = Value::from_int(digits[i] - '0');
  return call(thread, tuple_class, {Value::from_int(view.is_negative), Value(items), exponent});
}

Value reduce(Thread& thread, Decimal& self) {
  const Value text = TRY(str(thread, Value(&self)));
  return Value(make_tuple({Value(&type_of(Value(&self))), Value(make_tuple({text}))}));
}

// --- text ---

Result<bool> uses_capitals(Thread& thread) {
  return TRY(current_context(thread))->capitals;
}

Value str_slot(Thread& thread, Value self) {
  const bool capitals = TRY(uses_capitals(thread));
  return text_of(as_decimal(self).view(), Notation::Scientific, capitals);
}

Value repr_slot(Thread& thread, Value self) {
  const bool capitals = TRY(uses_capitals(thread));
  return make_str("Decimal('" + to_text(as_decimal(self).view(), Notation::Scientific, capitals) +
                  "')");
}

Value to_eng_string(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value value;
  TRY(parse_arguments(thread, std::array{"context"}, 0, arguments + 1, count - 1, keyword_names,
                      &value));
  const ContextObject& context = *TRY(context_argument(thread, value));
  return text_of(as_decimal(arguments[0]).view(), Notation::Engineering, context.capitals);
}

Value format_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "Decimal.__format__", keyword_names));
  if (count == 1) return raise(thread, TypeError, "function takes at least 1 argument (0 given)");
  if (count > 3) {
    return raise(thread, TypeError, "function takes at most 2 arguments ({} given)", count - 1);
  }
  return format_decimal(thread, as_decimal(arguments[0]), arguments[1],
                        count == 3 ? arguments[2] : Value());
}

// --- hash ---

constexpr uint64_t kHashModulus = (uint64_t{1} << 61) - 1;

uint64_t multiply_modulo(uint64_t left, uint64_t right) {
  const Wide product = static_cast<Wide>(left) * right;
  const uint64_t sum =
      static_cast<uint64_t>(product & kHashModulus) + static_cast<uint64_t>(product >> 61);
  return sum >= kHashModulus ? sum - kHashModulus : sum;
}

uint64_t power_modulo(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = multiply_modulo(result, base);
    base = multiply_modulo(base, base);
  }
  return result;
}

// As of every number, modulo 2**61 - 1. A negative power of ten is one of the inverse of ten.
Result<int64_t> hash_slot(Thread& thread, Value self) {
  const View view = as_decimal(self).view();
  if (view.is_signaling()) return raise(thread, TypeError, "Cannot hash a signaling NaN value");
  if (view.is_nan()) return type_of_kind(Kind::Object).slots.hash(thread, self);
  if (view.is_infinite()) return view.is_negative ? -314159 : 314159;
  if (view.is_zero()) return 0;
  static const uint64_t kInverseOfTen = power_modulo(10, kHashModulus - 2);
  const uint64_t ten = view.exponent < 0 ? kInverseOfTen : 10;
  const auto places = static_cast<uint64_t>(view.exponent < 0 ? -view.exponent : view.exponent);
  const LimbView limbs = view.coefficient;
  const uint64_t rest = mpn_mod_1(limbs.limbs, static_cast<mp_size_t>(limbs.size), kHashModulus);
  const auto magnitude =
      static_cast<int64_t>(multiply_modulo(rest, power_modulo(ten, places % (kHashModulus - 1))));
  const int64_t hash = view.is_negative ? -magnitude : magnitude;
  return hash == -1 ? -2 : hash;
}

// --- small ones ---

int64_t adjusted(Decimal& self) {
  const View view = self.view();
  return view.is_finite() ? view.adjusted() : 0;
}

Value same(Value self) {
  return self;
}
bool is_canonical(Decimal&) {
  return true;
}
Value deep_copy(Value self, Value) {
  return self;
}
Value real(Thread&, Value self) {
  return self;
}
Value imaginary(Thread& thread, Value) {
  Number zero;
  return make_decimal(thread, zero);
}

Value radix(Thread& thread, Decimal&) {
  Number ten;
  ten.set_small(false, 10, 0);
  return make_decimal(thread, ten);
}

size_t size_of(Decimal& self) {
  const size_t further = self.limb_count > 1 ? (self.limb_count - 1) * sizeof(mp_limb_t) : 0;
  return sizeof(Decimal) + further;
}

Result<bool> truth_slot(Thread&, Value self) {
  return !as_decimal(self).view().is_zero();
}

// --- construction ---

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(parse_arguments(thread, std::array{"value", "context"}, 0, arguments, count, keyword_names,
                      values));
  ContextObject& context = *TRY(context_argument(thread, values[1]));
  const Value value = values[0].is_empty() ? Value::from_int(0) : values[0];
  return decimal_of(thread, type, value, context, Conversion::Exact);
}

Value from_float(Thread& thread, Type& type, Value number) {
  ContextObject& context = *TRY(current_context(thread));
  Type& plain = type_of_kind(ModuleKind::Decimal);
  const Value decimal = TRY(decimal_of_float(thread, plain, number, context, Conversion::Exact));
  return &type == &plain ? decimal : call(thread, Value(&type), {decimal});
}

const MethodRow conversion_rows[] = {
    class_method<from_float>("from_float($type, f, /)", "The Decimal equal to a float or an int."),
    raw_method(round_method, "__round__", nullptr),
    method<to_int<Rounding::Down>>("!__trunc__($self, /)", nullptr),
    method<to_int<Rounding::Floor>>("!__floor__($self, /)", nullptr),
    method<to_int<Rounding::Ceiling>>("!__ceil__($self, /)", nullptr),
    method<to_complex>("!__complex__($self, /)", nullptr),
    method<as_integer_ratio>("as_integer_ratio($self, /)",
                             "The numerator and the positive denominator in lowest terms."),
    method<as_tuple>("as_tuple($self, /)", "The sign, the digits and the exponent."),
    method<reduce>("!__reduce__($self, /)", nullptr),
    raw_method(to_eng_string, "to_eng_string($self, /, context=None)",
               "Text with an exponent that is a multiple of three."),
    raw_method(format_method, "__format__", nullptr),
    method<adjusted>("adjusted($self, /)", "The exponent of the first digit."),
    method<same>("canonical($self, /)", "The Decimal itself."),
    method<is_canonical>("is_canonical($self, /)", "True: every Decimal is canonical."),
    method<same>("conjugate($self, /)", "The Decimal itself."),
    method<same>("!__copy__($self, /)", nullptr),
    method<deep_copy>("!__deepcopy__($self, memo, /)", nullptr),
    method<radix>("radix($self, /)", "Ten."),
    method<size_of>("!__sizeof__($self, /)", nullptr),
    getter<real>("real", nullptr),
    getter<imaginary>("imag", nullptr),
};

}  // namespace

const std::span<const MethodRow> decimal_conversions = conversion_rows;

Value text_of(const View& number, Notation notation, bool capitals) {
  return make_str(to_text(number, notation, capitals));
}

TypeSlots decimal_slots() {
  return {.repr = repr_slot,
          .str = str_slot,
          .hash = hash_slot,
          .make = make,
          .to_int = to_int<Rounding::Down>,
          .to_float = to_float,
          .truth = truth_slot};
}

Status make_decimal_tuple(Thread& thread, Module& module) {
  if (tuple_class.is_empty()) {
    const Value factory = TRY(import_attribute(thread, "collections", "namedtuple"));
    tuple_class =
        TRY(call(thread, factory, {make_str("DecimalTuple"), make_str("sign digits exponent")}));
    TRY(set_attribute(thread, tuple_class, "__module__", make_str("decimal")));
  }
  module_add(module, "DecimalTuple", tuple_class);
  return nothing;
}

}  // namespace minipy::decimal
