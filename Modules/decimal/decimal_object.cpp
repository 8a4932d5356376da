// Decimals made from other objects.
#include <cmath>

#include "Modules/decimal/decimal.h"
#include "Objects/float.h"
#include "Objects/int_limbs.h"
#include "Objects/list.h"
#include "Objects/number_text.h"

namespace minipy::decimal {

using namespace Condition;  // NOLINT: one table of names

namespace {

// The object without its coefficient; nullptr if there is no memory.
Decimal* allocate_decimal(Thread& thread, Type& type, size_t limb_count) {
  const size_t further = limb_count > 1 ? (limb_count - 1) * sizeof(mp_limb_t) : 0;
  if (&type == &type_of_kind(ModuleKind::Decimal)) {
    void* cell = gc_allocate_leaf(sizeof(Decimal) + further);
    if (cell) [[likely]] {
      return initialize_header<Decimal>(cell, shape_of_kind(Decimal::kKind), Decimal::kKind, 0);
    }
    raise_memory_error(thread);
    return nullptr;
  }
  Decimal* decimal = allocate_instance_as<Decimal>(type);
  if (!decimal || limb_count <= 1) return decimal;
  void* buffer = gc_allocate_leaf_buffer(limb_count * sizeof(mp_limb_t));
  if (!buffer) {
    raise_memory_error(thread);
    return nullptr;
  }
  decimal->flags |= Decimal::kLimbsApart;
  decimal->apart = static_cast<mp_limb_t*>(buffer);
  return decimal;
}

}  // namespace

Value make_decimal(Thread& thread, const View& number, Type& type) {
  const LimbView coefficient = number.coefficient;
  Decimal* decimal = allocate_decimal(thread, type, coefficient.size);
  if (!decimal) return error;
  decimal->exponent = number.exponent;
  decimal->digits = static_cast<uint32_t>(number.digits);
  decimal->limb_count = static_cast<uint32_t>(coefficient.size) & 0x1FFFFFFF;
  decimal->is_negative = number.is_negative;
  decimal->special = static_cast<uint8_t>(number.special) & 3;
  if (coefficient.size <= 1) {
    decimal->first_limb = coefficient.low();
  } else {
    std::copy(coefficient.limbs, coefficient.limbs + coefficient.size,
              decimal->has_flag(Decimal::kLimbsApart) ? decimal->apart : &decimal->first_limb);
  }
  return Value(decimal);
}

Value finish(Thread& thread, ContextObject& context, const View& result, uint32_t status) {
  if (status) TRY(signal(thread, context, status));
  return make_decimal(thread, result);
}

// --- operands ---

bool Operand::set(Value value) {
  if (is_decimal(value)) {
    value_ = value;
    view_ = decimal::as_decimal(value).view();
    return true;
  }
  if (!is_any_int(value)) return false;
  value_ = value;
  if (is_heap_int(value)) {
    const Int& number = *value.as<Int>();
    view_.coefficient = {as_limbs(number.limbs()), number.size()};
    view_.is_negative = number.is_negative();
  } else {
    const int64_t number = value.is_int() ? value.as_int() : value.as_bool();
    view_.is_negative = number < 0;
    limb_ = static_cast<mp_limb_t>(number < 0 ? -number : number);
    view_.coefficient = {&limb_, limb_ != 0};
  }
  view_.digits = count_digits(view_.coefficient);
  return true;
}

Status Operand::set_or_raise(Thread& thread, Value value) {
  if (set(value)) return nothing;
  return raise(thread, TypeError, "conversion from {} to Decimal is not supported", type_of(value));
}

Value Operand::as_decimal(Thread& thread) const {
  return is_decimal(value_) ? value_ : make_decimal(thread, view_);
}

Value int_of_view(Thread& thread, const View& number) {
  if (number.exponent == 0) {
    return make_int_from_limbs(number.coefficient.limbs, number.coefficient.size,
                               number.is_negative);
  }
  Natural whole(number.coefficient);
  if (number.exponent > 0 && !whole.is_zero()) {
    if (!can_hold(number.digits + number.exponent)) return raise_memory_error(thread);
    multiply_by_power(whole, number.exponent);
  } else {
    divide_by_power(whole, -number.exponent);
  }
  return make_int_from_limbs(whole.view().limbs, whole.size(), number.is_negative);
}

// --- numbers ---

// A double is an integer times a power of two; 2**-n is 5**n * 10**-n.
void number_of_float(Number& result, double number) {
  const bool is_negative = std::signbit(number);
  if (std::isnan(number)) return result.set_special(Special::QuietNaN, false);
  if (std::isinf(number)) return result.set_special(Special::Infinity, is_negative);
  int exponent;
  auto mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(std::fabs(number), &exponent), 53));
  exponent -= 53;
  result.set_zero(is_negative, 0);
  if (mantissa == 0) return;
  const int zeros = __builtin_ctzll(mantissa);
  mantissa >>= zeros;
  exponent += zeros;
  result.coefficient.set(mantissa);
  if (exponent >= 0) {
    result.coefficient.shift_bits_left(static_cast<size_t>(exponent));
  } else {
    Natural five(power_of_ten(-exponent));
    five.shift_bits_right(static_cast<size_t>(-exponent));
    result.coefficient.multiply(five);
    result.exponent = exponent;
  }
  result.count();
}

namespace {

// Gives the number to the Python world: what cannot be held exactly is invalid.
Value finish_exact(Thread& thread, Type& type, Number& number, ContextObject& context,
                   uint32_t status) {
  finalize(number, kWidest, status);
  if (status & (kInexact | kRounded | kClamped)) set_invalid(number, kInvalidOperation, status);
  status &= kErrors;
  if (status) TRY(signal(thread, context, status));
  return make_decimal(thread, number, type);
}

Value finish_conversion(Thread& thread, Type& type, Number& number, ContextObject& context,
                        Conversion conversion) {
  uint32_t status = 0;
  if (conversion == Conversion::Exact) return finish_exact(thread, type, number, context, status);
  finalize(number, context.settings, status);
  if (status) TRY(signal(thread, context, status));
  return make_decimal(thread, number, type);
}

// A NaN whose payload is too long for the context cannot be made by rounding.
bool has_long_payload(const View& number, const Settings& settings) {
  return number.is_nan() && number.digits > settings.precision - settings.clamp;
}

Value of_text(Thread& thread, Type& type, std::string_view text, ContextObject& context,
              Conversion conversion) {
  Number number;
  uint32_t status = 0;
  if (!parse(number, text, status)) {
    set_invalid(number, kConversionSyntax, status);
  } else if (conversion == Conversion::ToContext && has_long_payload(number, context.settings)) {
    set_invalid(number, kConversionSyntax, status);
  }
  if (status) {
    TRY(signal(thread, context, status));
    return make_decimal(thread, number, type);
  }
  return finish_conversion(thread, type, number, context, conversion);
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

// The text as ASCII; of an exact conversion without the blanks around it and the underscores.
std::string plain_text(const Str* text, Conversion conversion) {
  std::string ascii = text->is_ascii() ? std::string(text->ascii_view()) : decimal_ascii(text);
  if (conversion == Conversion::ToContext) return ascii;
  while (!ascii.empty() && is_blank(ascii.back())) ascii.pop_back();
  size_t start = 0;
  while (start < ascii.size() && is_blank(ascii[start])) ++start;
  ascii.erase(0, start);
  std::erase(ascii, '_');
  return ascii;
}

Value of_str(Thread& thread, Type& type, const Str* text, ContextObject& context,
             Conversion conversion) {
  if (text->is_ascii()) {
    const std::string_view ascii = text->ascii_view();
    const bool is_plain = !ascii.empty() && !is_blank(ascii.front()) && !is_blank(ascii.back()) &&
                          ascii.find('_') == std::string_view::npos;
    if (is_plain) return of_text(thread, type, ascii, context, conversion);
  }
  return of_text(thread, type, plain_text(text, conversion), context, conversion);
}

Value of_int(Thread& thread, Type& type, Value value, ContextObject& context,
             Conversion conversion) {
  Operand operand;
  operand.set(value);
  if (conversion == Conversion::Exact && operand.view().digits <= kMaxDigits) {
    return make_decimal(thread, operand.view(), type);
  }
  Number number;
  number.set(operand.view());
  return finish_conversion(thread, type, number, context, conversion);
}

// --- tuples ---

Result<int64_t> c_long(Thread& thread, Value number, const char* c_type) {
  const std::optional<int64_t> value = int_to_int64(number);
  if (!value) {
    return raise(thread, OverflowError, "Python int too large to convert to C {}", c_type);
  }
  return *value;
}

Failure raise_bad_digits(Thread& thread) {
  return raise(thread, ValueError, "coefficient must be a tuple of digits");
}

Result<std::string> digits_of_tuple(Thread& thread, Value value) {
  if (!is_tuple(value) && !has_kind(value, Kind::List)) return raise_bad_digits(thread);
  const Tuple& items = *TRY(tuple_of(thread, value));
  std::string digits;
  for (const Value item : items) {
    if (!is_any_int(item)) return raise_bad_digits(thread);
    const int64_t digit = TRY(c_long(thread, item, "long"));
    if (digit < 0 || digit > 9) return raise_bad_digits(thread);
    digits += static_cast<char>('0' + digit);
  }
  return digits;
}

// What stands before and behind the digits: "" and "E5", or "NaN" and "".
Result<std::pair<std::string, std::string>> around_digits(Thread& thread, Value exponent) {
  if (is_str(exponent)) {
    const Str* text = exponent.as<Str>();
    if (equal(text, "F")) return std::pair<std::string, std::string>("Inf", "");
    if (equal(text, "n")) return std::pair<std::string, std::string>("NaN", "");
    if (equal(text, "N")) return std::pair<std::string, std::string>("sNaN", "");
    return raise(thread, ValueError,
                 "string argument in the third position must be 'F', 'n' or 'N'");
  }
  if (!is_any_int(exponent)) return raise(thread, ValueError, "exponent must be an integer");
  const int64_t number = TRY(c_long(thread, exponent, "ssize_t"));
  return std::pair<std::string, std::string>("", "E" + std::to_string(number));
}

// (sign, digits, exponent), as as_tuple() gives it, is written as text first.
Value of_tuple(Thread& thread, Type& type, Value value, ContextObject& context,
               Conversion conversion) {
  const Tuple& items = *TRY(tuple_of(thread, value));
  if (items.size != 3) {
    return raise(thread, ValueError, "argument must be a sequence of length 3");
  }
  int64_t sign = 2;
  if (is_any_int(items.items[0])) sign = TRY(c_long(thread, items.items[0], "long"));
  if (sign != 0 && sign != 1) {
    return raise(thread, ValueError, "sign must be an integer with the value 0 or 1");
  }
  const auto [prefix, suffix] = TRY(around_digits(thread, items.items[2]));
  std::string digits = TRY(digits_of_tuple(thread, items.items[1]));
  if (prefix == "Inf") digits.clear();
  if (prefix.empty() && digits.empty()) digits = "0";
  const std::string text = (sign ? "-" : "") + prefix + digits + suffix;
  return of_text(thread, type, text, context, conversion);
}

Value of_decimal(Thread& thread, Type& type, Value value, ContextObject& context,
                 Conversion conversion) {
  const View view = as_decimal(value).view();
  if (conversion == Conversion::Exact) {
    const bool is_plain = &type == &type_of_kind(Decimal::kKind) && is_exact(value, Decimal::kKind);
    return is_plain ? value : make_decimal(thread, view, type);
  }
  Number number;
  if (has_long_payload(view, context.settings)) {
    uint32_t status = 0;
    set_invalid(number, kConversionSyntax, status);
    TRY(signal(thread, context, status));
  } else {
    number.set(view);
  }
  return finish_conversion(thread, type, number, context, conversion);
}

}  // namespace

Value decimal_of_float(Thread& thread, Type& type, Value value, ContextObject& context,
                       Conversion conversion) {
  if (is_any_int(value)) return of_int(thread, type, value, context, conversion);
  if (!is_float(value)) return raise(thread, TypeError, "argument must be int or float");
  Number number;
  number_of_float(number, float_number(value));
  return finish_conversion(thread, type, number, context, conversion);
}

Value decimal_of(Thread& thread, Type& type, Value value, ContextObject& context,
                 Conversion conversion) {
  if (is_str(value)) return of_str(thread, type, value.as<Str>(), context, conversion);
  if (is_any_int(value)) return of_int(thread, type, value, context, conversion);
  if (is_decimal(value)) return of_decimal(thread, type, value, context, conversion);
  if (is_tuple(value) || has_kind(value, Kind::List)) {
    return of_tuple(thread, type, value, context, conversion);
  }
  if (is_float(value)) {
    TRY(signal(thread, context, kFloatOperation));
    return decimal_of_float(thread, type, value, context, conversion);
  }
  return raise(thread, TypeError, "conversion from {} to Decimal is not supported", type_of(value));
}

}  // namespace minipy::decimal
