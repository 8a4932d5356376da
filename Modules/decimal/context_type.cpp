// The methods of Context that are operations, and the type.
#include "Modules/decimal/operations.h"

namespace minipy::decimal {

namespace {

template <UnaryOperation operation>
Value unary(Thread& thread, ContextObject& self, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  return apply(thread, self, operation, x.view());
}

// Methods with two operands and more get their arguments as they come.
Status take_operands(Thread& thread, const char* name, const Value* arguments, size_t count,
                     Value keyword_names, std::span<Operand> operands) {
  TRY(check_no_keywords(thread, name, keyword_names));
  if (count - 1 != operands.size()) {
    return raise(thread, TypeError, "function takes exactly {} arguments ({} given)",
                 operands.size(), count - 1);
  }
  for (size_t i = 0; i < operands.size(); ++i) {
    TRY(operands[i].set_or_raise(thread, arguments[i + 1]));
  }
  return nothing;
}

Value apply_binary(Thread& thread, const char* name, BinaryOperation operation,
                   const Value* arguments, size_t count, Value keyword_names) {
  Operand operands[2];
  TRY(take_operands(thread, name, arguments, count, keyword_names, operands));
  return apply(thread, *arguments[0].as<ContextObject>(), operation, operands[0].view(),
               operands[1].view());
}

#define UNARY(name, function, doc)
#define PLAIN_UNARY(name, function, doc)
#define BINARY(name, function, doc)                                                                \
  Value binary_##name(Thread& thread, const Value* arguments, size_t count, Value keyword_names) { \
    return apply_binary(thread, #name, function, arguments, count, keyword_names);                 \
  }
#define CONTEXT_UNARY(name, function, doc)
#define CONTEXT_BINARY BINARY
#include "Modules/decimal/operations.def"

template <bool (*predicate)(const View& x, const Settings& settings)>
Value ask(Thread& thread, ContextObject& self, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  return Value::from_bool(predicate(x.view(), self.settings));
}

#define PREDICATE(name, expression, doc)               \
  bool answer_##name(const View& x, const Settings&) { \
    return expression;                                 \
  }
#define CONTEXT_PREDICATE(name, expression, doc)                \
  bool answer_##name(const View& x, const Settings& settings) { \
    return expression;                                          \
  }
#include "Modules/decimal/predicates.def"

Value divide_with_rest(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Operand operands[2];
  TRY(take_operands(thread, "divmod", arguments, count, keyword_names, operands));
  ContextObject& self = *arguments[0].as<ContextObject>();
  Number quotient, rest;
  uint32_t status = 0;
  divide_with_remainder(quotient, rest, operands[0].view(), operands[1].view(), self.settings,
                        status);
  TRY(signal(thread, self, status));
  const Value first = TRY(make_decimal(thread, quotient));
  return Value(make_tuple({first, TRY(make_decimal(thread, rest))}));
}

Value fma(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Operand operands[3];
  TRY(take_operands(thread, "fma", arguments, count, keyword_names, operands));
  ContextObject& self = *arguments[0].as<ContextObject>();
  Number result;
  uint32_t status = 0;
  fused_multiply_add(result, operands[0].view(), operands[1].view(), operands[2].view(),
                     self.settings, status);
  return finish(thread, self, result, status);
}

Value power_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(parse_arguments(thread, std::array{"a", "b", "modulo"}, 2, arguments + 1, count - 1,
                      keyword_names, values));
  ContextObject& self = *arguments[0].as<ContextObject>();
  Operand operands[3];
  TRY(operands[0].set_or_raise(thread, values[0]));
  TRY(operands[1].set_or_raise(thread, values[1]));
  const bool is_modular = !values[2].is_empty() && !values[2].is_none();
  if (is_modular) TRY(operands[2].set_or_raise(thread, values[2]));
  Number result;
  uint32_t status = 0;
  if (is_modular) {
    power_modulo(result, operands[0].view(), operands[1].view(), operands[2].view(), self.settings,
                 status);
  } else {
    power(result, operands[0].view(), operands[1].view(), self.settings, status);
  }
  return finish(thread, self, result, status);
}

Value same_quantum_method(Thread& thread, const Value* arguments, size_t count,
                          Value keyword_names) {
  Operand operands[2];
  TRY(take_operands(thread, "same_quantum", arguments, count, keyword_names, operands));
  return Value::from_bool(same_quantum(operands[0].view(), operands[1].view()));
}

Value apply_context(Thread& thread, ContextObject& self, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  Number result;
  uint32_t status = 0;
  result.set(x.view());
  finalize(result, self.settings, status);
  return finish(thread, self, result, status);
}

Value canonical(Thread& thread, ContextObject&, Value value) {
  if (!is_decimal(value)) return raise(thread, TypeError, "argument must be a Decimal");
  return value;
}

Value is_canonical(Thread& thread, ContextObject&, Value value) {
  if (!is_decimal(value)) return raise(thread, TypeError, "argument must be a Decimal");
  return True;
}

Value copy_decimal(Thread& thread, ContextObject&, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  return x.as_decimal(thread);
}

Value number_class_method(Thread& thread, ContextObject& self, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  return make_str(number_class(x.view(), self.settings));
}

template <Notation notation>
Value text(Thread& thread, ContextObject& self, Value value) {
  Operand x;
  TRY(x.set_or_raise(thread, value));
  return text_of(x.view(), notation, self.capitals);
}

Value radix(Thread& thread, ContextObject&) {
  Number ten;
  ten.set_small(false, 10, 0);
  return make_decimal(thread, ten);
}

const MethodRow own_rows[] = {
#define UNARY(name, function, doc) method<unary<function>>(#name "($self, x, /)", doc),
#define PLAIN_UNARY UNARY
#define BINARY(name, function, doc) raw_method(binary_##name, #name "($self, x, y, /)", doc),
#define CONTEXT_UNARY UNARY
#define CONTEXT_BINARY BINARY
#include "Modules/decimal/operations.def"
#define PREDICATE(name, expression, doc) method<ask<answer_##name>>(#name "($self, x, /)", doc),
#define CONTEXT_PREDICATE PREDICATE
#include "Modules/decimal/predicates.def"
    raw_method(divide_with_rest, "divmod($self, x, y, /)", "The pair (x // y, x % y)."),
    raw_method(fma, "fma($self, x, y, z, /)", "x * y + z, rounded once."),
    raw_method(power_method, "power($self, /, a, b, modulo=None)", "a ** b, or a ** b % modulo."),
    raw_method(same_quantum_method, "same_quantum($self, x, y, /)",
               "Have both the same exponent, or are both NaNs or infinite?"),
    method<apply_context>("!_apply($self, x, /)", nullptr),
    method<canonical>("canonical($self, x, /)", "The Decimal itself."),
    method<is_canonical>("is_canonical($self, x, /)", "True: every Decimal is canonical."),
    method<copy_decimal>("copy_decimal($self, x, /)", "The Decimal, or a Decimal of an int."),
    method<number_class_method>("number_class($self, x, /)", "A name for the kind of number."),
    method<text<Notation::Scientific>>("to_sci_string($self, x, /)", "Text, as str() gives it."),
    method<text<Notation::Engineering>>("to_eng_string($self, x, /)",
                                        "Text with an exponent that is a multiple of three."),
    method<radix>("radix($self, /)", "Ten."),
};

}  // namespace

void define_context_type() {
  // The rows of two files are one table.
  static MethodRow rows[std::size(own_rows) + 32];
  MP_ASSERT(context_attributes.size() <= 32);
  const auto end = std::copy(context_attributes.begin(), context_attributes.end(),
                             std::copy(std::begin(own_rows), std::end(own_rows), rows));
  define_type(ModuleKind::DecimalContext,
              {.doc = "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, "
                      "clamp=None, flags=None, traps=None)\n--\n\n"
                      "Precision, exponents, rounding and traps of Decimal arithmetic.\n\n"
                      "What is not given comes from DefaultContext.",
               .instance_bytes = sizeof(ContextObject),
               .flags = Type::kBaseType | Type::kImmutable,
               .slots = context_slots(),
               .methods = std::span<const MethodRow>(rows, static_cast<size_t>(end - rows))});
}

}  // namespace minipy::decimal
