// The operators and the methods of Decimal that are operations, and the type.
#include "Modules/decimal/operations.h"
#include "Modules/decimal/small_arithmetic.h"
#include "Objects/float.h"

namespace minipy::decimal {

namespace {

// --- operators ---

template <UnaryOperation operation>
Value unary_slot(Thread& thread, Value self) {
  ContextObject& context = *TRY(current_context(thread));
  return apply(thread, context, operation, as_decimal(self).view());
}

template <BinaryOperation operation>
Value binary_slot(Thread& thread, Value left, Value right) {
  Operand x, y;
  if (!x.set(left) || !y.set(right)) return NotImplemented;
  ContextObject& context = *TRY(current_context(thread));
  return apply(thread, context, operation, x.view(), y.view());
}

enum class Sum : uint8_t { Plus, Minus };
template <Sum sum>
Value sum_slot(Thread& thread, Value left, Value right) {
  Operand x, y;
  if (!x.set(left) || !y.set(right)) return NotImplemented;
  ContextObject& context = *TRY(current_context(thread));
  SmallNumber small;
  const bool y_negative = y.view().is_negative != (sum == Sum::Minus);
  if (add_small(small, x.view(), y.view(), y_negative, context.settings)) {
    return make_decimal(thread, small.view);
  }
  return apply(thread, context, sum == Sum::Plus ? add : subtract, x.view(), y.view());
}

// `small` is tried first; it answers when all digits fit into machine words.
template <auto small, BinaryOperation general>
Value product_slot(Thread& thread, Value left, Value right) {
  Operand x, y;
  if (!x.set(left) || !y.set(right)) return NotImplemented;
  ContextObject& context = *TRY(current_context(thread));
  SmallNumber result;
  uint32_t status = 0;
  if (small(result, x.view(), y.view(), context.settings, status)) {
    return finish(thread, context, result.view, status);
  }
  return apply(thread, context, general, x.view(), y.view());
}

Value divmod_slot(Thread& thread, Value left, Value right) {
  Operand x, y;
  if (!x.set(left) || !y.set(right)) return NotImplemented;
  ContextObject& context = *TRY(current_context(thread));
  Number quotient, rest;
  uint32_t status = 0;
  divide_with_remainder(quotient, rest, x.view(), y.view(), context.settings, status);
  TRY(signal(thread, context, status));
  const Value first = TRY(make_decimal(thread, quotient));
  return Value(make_tuple({first, TRY(make_decimal(thread, rest))}));
}

Value power_slot(Thread& thread, Value base, Value exponent, Value modulus) {
  Operand x, y, z;
  if (!x.set(base) || !y.set(exponent)) return NotImplemented;
  const bool is_modular = !modulus.is_empty() && !modulus.is_none();
  if (is_modular && !z.set(modulus)) return NotImplemented;
  ContextObject& context = *TRY(current_context(thread));
  Number result;
  uint32_t status = 0;
  if (is_modular) {
    power_modulo(result, x.view(), y.view(), z.view(), context.settings, status);
  } else {
    power(result, x.view(), y.view(), context.settings, status);
  }
  return finish(thread, context, result, status);
}

// --- comparison with all kinds of numbers ---

// Signals are raised for an order with a NaN, and for any comparison with a signaling one.
Value compare_numbers(Thread& thread, ContextObject& context, const View& left, const View& right,
                      CompareOp op) {
  const bool is_equality = op == CompareOp::Equal || op == CompareOp::NotEqual;
  if (left.is_nan() || right.is_nan()) {
    if (!is_equality || left.is_signaling() || right.is_signaling()) {
      TRY(signal(thread, context, Condition::kInvalidOperation));
    }
    return Value::from_bool(op == CompareOp::NotEqual);
  }
  const int order = compare_values(left, right);
  return compare_sizes(order > 0, order < 0, op);
}

// A comparison for equality with a float only sets the flag.
Value compare_with_float(Thread& thread, ContextObject& context, const View& left, double right,
                         CompareOp op) {
  if (op == CompareOp::Equal || op == CompareOp::NotEqual) {
    context.flags |= Condition::kFloatOperation;
  } else {
    TRY(signal(thread, context, Condition::kFloatOperation));
  }
  Number number;
  number_of_float(number, right);
  return compare_numbers(thread, context, left, number, op);
}

Result<bool> is_rational(Thread& thread, Value value) {
  static Value rational;
  if (rational.is_empty()) rational = TRY(import_attribute(thread, "numbers", "Rational"));
  return is_instance_of(thread, value, rational);
}

// Both sides are multiplied by the denominator, exactly.
Value compare_with_rational(Thread& thread, ContextObject& context, const View& left, Value right,
                            CompareOp op) {
  const Value numerator = TRY(get_attribute(thread, right, "numerator"));
  Operand above, below;
  if (!is_any_int(numerator)) {
    return raise(thread, TypeError, "numerator attribute must be an integer");
  }
  above.set(numerator);
  if (!left.is_finite()) return compare_numbers(thread, context, left, above.view(), op);
  const Value denominator = TRY(get_attribute(thread, right, "denominator"));
  if (!is_any_int(denominator)) {
    return raise(thread, TypeError, "denominator attribute must be an integer");
  }
  below.set(denominator);
  Number product;
  uint32_t status = 0;
  multiply(product, left, below.view(), kWidest, status);
  if (status & Condition::kOutOfMemory) return raise_memory_error(thread);
  return compare_numbers(thread, context, product, above.view(), op);
}

Value compare_slot(Thread& thread, Value self, Value other, CompareOp op) {
  ContextObject& context = *TRY(current_context(thread));
  const View left = as_decimal(self).view();
  Operand right;
  if (right.set(other)) return compare_numbers(thread, context, left, right.view(), op);
  if (is_float(other)) {
    return compare_with_float(thread, context, left, float_number(other), op);
  }
  if (has_kind(other, Kind::Complex)) {
    const Complex& number = *other.as<Complex>();
    if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
    if (number.imag != 0) return Value::from_bool(op == CompareOp::NotEqual);
    return compare_with_float(thread, context, left, number.real, op);
  }
  if (!TRY(is_rational(thread, other))) return NotImplemented;
  return compare_with_rational(thread, context, left, other, op);
}

// --- methods ---

Value method_with_context(Thread& thread, UnaryOperation operation, const Value* arguments,
                          size_t count, Value keyword_names) {
  Value value;
  TRY(parse_arguments(thread, std::array{"context"}, 0, arguments + 1, count - 1, keyword_names,
                      &value));
  ContextObject& context = *TRY(context_argument(thread, value));
  return apply(thread, context, operation, as_decimal(arguments[0]).view());
}

Value method_with_other(Thread& thread, BinaryOperation operation, const Value* arguments,
                        size_t count, Value keyword_names) {
  Value values[2];
  TRY(parse_arguments(thread, std::array{"other", "context"}, 1, arguments + 1, count - 1,
                      keyword_names, values));
  ContextObject& context = *TRY(context_argument(thread, values[1]));
  Operand other;
  TRY(other.set_or_raise(thread, values[0]));
  return apply(thread, context, operation, as_decimal(arguments[0]).view(), other.view());
}

template <UnaryOperation operation>
Value plain_method(Thread& thread, Decimal& self) {
  Number result;
  uint32_t status = 0;
  operation(result, self.view(), kWidest, status);
  return make_decimal(thread, result);
}

#define UNARY(name, function, doc)                                                                 \
  Value method_##name(Thread& thread, const Value* arguments, size_t count, Value keyword_names) { \
    return method_with_context(thread, function, arguments, count, keyword_names);                 \
  }
#define PLAIN_UNARY(name, function, doc)
#define BINARY(name, function, doc)                                                                \
  Value method_##name(Thread& thread, const Value* arguments, size_t count, Value keyword_names) { \
    return method_with_other(thread, function, arguments, count, keyword_names);                   \
  }
#define CONTEXT_UNARY(name, function, doc)
#define CONTEXT_BINARY(name, function, doc)
#include "Modules/decimal/operations.def"

#define PREDICATE(name, expression, doc) \
  bool answer_##name(Decimal& self) {    \
    const View x = self.view();          \
    return expression;                   \
  }
#define CONTEXT_PREDICATE(name, expression, doc)                                                   \
  Value answer_##name(Thread& thread, const Value* arguments, size_t count, Value keyword_names) { \
    Value value;                                                                                   \
    TRY(parse_arguments(thread, std::array{"context"}, 0, arguments + 1, count - 1, keyword_names, \
                        &value));                                                                  \
    const Settings& settings = TRY(context_argument(thread, value))->settings;                     \
    const View x = as_decimal(arguments[0]).view();                                                \
    return Value::from_bool(expression);                                                           \
  }
#include "Modules/decimal/predicates.def"

Value fma(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(parse_arguments(thread, std::array{"other", "third", "context"}, 2, arguments + 1, count - 1,
                      keyword_names, values));
  ContextObject& context = *TRY(context_argument(thread, values[2]));
  Operand other, third;
  TRY(other.set_or_raise(thread, values[0]));
  TRY(third.set_or_raise(thread, values[1]));
  Number result;
  uint32_t status = 0;
  fused_multiply_add(result, as_decimal(arguments[0]).view(), other.view(), third.view(),
                     context.settings, status);
  return finish(thread, context, result, status);
}

Value number_class_method(Thread& thread, const Value* arguments, size_t count,
                          Value keyword_names) {
  Value value;
  TRY(parse_arguments(thread, std::array{"context"}, 0, arguments + 1, count - 1, keyword_names,
                      &value));
  const ContextObject& context = *TRY(context_argument(thread, value));
  return make_str(number_class(as_decimal(arguments[0]).view(), context.settings));
}

Value same_quantum_method(Thread& thread, const Value* arguments, size_t count,
                          Value keyword_names) {
  Value values[2];
  TRY(parse_arguments(thread, std::array{"other", "context"}, 1, arguments + 1, count - 1,
                      keyword_names, values));
  TRY(context_argument(thread, values[1]));
  Operand other;
  TRY(other.set_or_raise(thread, values[0]));
  return Value::from_bool(same_quantum(as_decimal(arguments[0]).view(), other.view()));
}

Status override_rounding(Thread& thread, Settings& settings, Value rounding) {
  if (!rounding.is_empty() && !rounding.is_none()) {
    settings.rounding = TRY(rounding_argument(thread, rounding));
  }
  return nothing;
}

Value quantize_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(parse_arguments(thread, std::array{"exp", "rounding", "context"}, 1, arguments + 1, count - 1,
                      keyword_names, values));
  ContextObject& context = *TRY(context_argument(thread, values[2]));
  Settings settings = context.settings;
  TRY(override_rounding(thread, settings, values[1]));
  Operand pattern;
  TRY(pattern.set_or_raise(thread, values[0]));
  Number result;
  uint32_t status = 0;
  quantize(result, as_decimal(arguments[0]).view(), pattern.view(), settings, status);
  return finish(thread, context, result, status);
}

template <Report report>
Value to_integral(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(parse_arguments(thread, std::array{"rounding", "context"}, 0, arguments + 1, count - 1,
                      keyword_names, values));
  ContextObject& context = *TRY(context_argument(thread, values[1]));
  Settings settings = context.settings;
  TRY(override_rounding(thread, settings, values[0]));
  Number result;
  uint32_t status = 0;
  round_to_integral(result, as_decimal(arguments[0]).view(), report, settings, status);
  return finish(thread, context, result, status);
}

constexpr const char* kRoundingDoc = "The nearest whole number, no flags set.";

const MethodRow own_rows[] = {
#define UNARY(name, function, doc) raw_method(method_##name, #name "($self, /, context=None)", doc),
#define PLAIN_UNARY(name, function, doc) method<plain_method<function>>(#name "($self, /)", doc),
#define BINARY(name, function, doc) \
  raw_method(method_##name, #name "($self, /, other, context=None)", doc),
#define CONTEXT_UNARY(name, function, doc)
#define CONTEXT_BINARY(name, function, doc)
#include "Modules/decimal/operations.def"
#define PREDICATE(name, expression, doc) method<answer_##name>(#name "($self, /)", doc),
#define CONTEXT_PREDICATE(name, expression, doc) \
  raw_method(answer_##name, #name "($self, /, context=None)", doc),
#include "Modules/decimal/predicates.def"
    raw_method(fma, "fma($self, /, other, third, context=None)",
               "self * other + third, rounded once."),
    raw_method(number_class_method, "number_class($self, /, context=None)",
               "A name for the kind of number."),
    raw_method(same_quantum_method, "same_quantum($self, /, other, context=None)",
               "Have both the same exponent, or are both NaNs or infinite?"),
    raw_method(quantize_method, "quantize($self, /, exp, rounding=None, context=None)",
               "The number with the exponent of exp."),
    raw_method(to_integral<Report::Nothing>, "to_integral($self, /, rounding=None, context=None)",
               kRoundingDoc),
    raw_method(to_integral<Report::Nothing>,
               "to_integral_value($self, /, rounding=None, context=None)", kRoundingDoc),
    raw_method(to_integral<Report::Rounding>,
               "to_integral_exact($self, /, rounding=None, context=None)",
               "The nearest whole number; tells when it is another one."),
};

TypeSlots all_slots() {
  TypeSlots slots = decimal_slots();
  slots.compare = compare_slot;
  slots.add = sum_slot<Sum::Plus>;
  slots.subtract = sum_slot<Sum::Minus>;
  slots.multiply = product_slot<multiply_small, multiply>;
  slots.remainder = binary_slot<remainder>;
  slots.divmod = divmod_slot;
  slots.power = power_slot;
  slots.floor_divide = binary_slot<divide_to_integer>;
  slots.true_divide = product_slot<divide_small, divide>;
  slots.negative = unary_slot<minus>;
  slots.positive = unary_slot<plus>;
  slots.absolute = unary_slot<absolute>;
  return slots;
}

}  // namespace

void define_decimal_type() {
  // The rows of two files are one table.
  static MethodRow rows[std::size(own_rows) + 32];
  MP_ASSERT(decimal_conversions.size() <= 32);
  const auto end = std::copy(decimal_conversions.begin(), decimal_conversions.end(),
                             std::copy(std::begin(own_rows), std::end(own_rows), rows));
  define_type(ModuleKind::Decimal,
              {.doc = "Decimal(value=\"0\", context=None)\n--\n\n"
                      "Construct a new Decimal object: a floating-point number in base ten.\n\n"
                      "value may be a string, a tuple, a number or another Decimal.",
               .instance_bytes = sizeof(Decimal),
               .flags = Type::kBaseType | Type::kImmutable | Type::kLeaf,
               .slots = all_slots(),
               .methods = std::span<const MethodRow>(rows, static_cast<size_t>(end - rows))});
}

}  // namespace minipy::decimal
