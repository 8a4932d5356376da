// abs bin chr divmod hash hex id oct ord pow round sum. Library reference, "Built-in Functions".
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/iteration.h"
#include "Objects/list.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Value absolute(Thread& thread, Value number) { return number_absolute(thread, number); }

Result<Str*> in_base(Thread& thread, Value number, int base) {
  const Value index = TRY(number_index(thread, number));
  return int_to_text(thread, index, base, true);
}
Result<Str*> binary(Thread& thread, Value number) { return in_base(thread, number, 2); }
Result<Str*> octal(Thread& thread, Value number) { return in_base(thread, number, 8); }
Result<Str*> hexadecimal(Thread& thread, Value number) { return in_base(thread, number, 16); }

Value character(Thread& thread, int code) {
  if (code < 0 || code > 0x10FFFF) return raise(thread, ValueError, "chr() arg not in range(0x110000)");
  return make_character(static_cast<char32_t>(code));
}

Value ordinal(Thread& thread, Value object) {
  size_t size;
  if (is_str(object)) {
    size = object.as<Str>()->length();
    if (size == 1) return make_int(object.as<Str>()->at(0));
  } else if (has_kind(object, Kind::Bytes)) {
    size = object.as<Bytes>()->size;
    if (size == 1) return make_int(object.as<Bytes>()->data()[0]);
  } else if (has_kind(object, Kind::Bytearray)) {
    size = object.as<Bytearray>()->size;
    if (size == 1) return make_int(object.as<Bytearray>()->data()[0]);
  } else {
    return raise(thread, TypeError, "ord() expected string of length 1, but {} found", type_of(object));
  }
  return raise(thread, TypeError, "ord() expected a character, but string of length {} found", size);
}

Value divide_with_remainder(Thread& thread, Value x, Value y) { return number_divmod(thread, x, y); }
Value power(Thread& thread, Value base, Value exponent, Value modulus) {
  return number_power(thread, base, exponent, modulus);
}
Result<int64_t> hash_value(Thread& thread, Value object) { return hash(thread, object); }
// Objects go by address; ints and floats, which have none, by the bits of their Value.
Value identity(Thread& thread, Value object) {
  const Value number = make_uint(object.bits());
  TRY(audit(thread, "builtins.id", {number}));
  return number;
}

Value round_number(Thread& thread, Value number, Value digits) {
  const Value method = TRY(lookup_special(thread, number, "__round__"));
  if (method.is_unbound()) {
    return raise(thread, TypeError, "type {} doesn't define __round__ method", type_of(number));
  }
  if (digits.is_none()) return call(thread, method);
  return call(thread, method, {digits});
}

// What lists, tuples and ranges have ready is added in a register, up to the first item that is no plain number of the kind.
Value sum_ready_numbers(Value iterator, Value total) {
  if (!iterator.is_object()) return total;
  Value item;
  if (total.is_int()) {
    int64_t sum = total.as_int();
    while (peek_item(iterator, item) && item.is_int() && Value::fits_int(sum + item.as_int())) {
      sum += item.as_int();
      take_item(iterator);
    }
    return Value::from_int(sum);
  }
  if (!total.is_double()) return total;
  double sum = total.as_double();
  while (peek_item(iterator, item) && item.is_double()) {
    sum += item.as_double();
    take_item(iterator);
  }
  return make_float(sum);
}

// Adds ints and floats without looking up operators; stops at the first item of another type,
// which is left in `item`.
Value sum_plain_numbers(Thread& thread, Value iterator, Value total, Value& item) {
  total = sum_ready_numbers(iterator, total);
  while (total.is_int()) {
    item = TRY(next_item(thread, iterator));
    if (item.is_int()) {
      total = make_int(total.as_int() + item.as_int());
    } else if (item.is_bool()) {
      total = make_int(total.as_int() + item.as_bool());
    } else if (item.is_double()) {
      total = make_float(static_cast<double>(total.as_int()) + item.as_double());
    } else {
      return total;
    }
  }
  total = sum_ready_numbers(iterator, total);
  while (total.is_double()) {
    item = TRY(next_item(thread, iterator));
    if (item.is_double()) {
      total = make_float(total.as_double() + item.as_double());
    } else if (item.is_int()) {
      total = make_float(total.as_double() + static_cast<double>(item.as_int()));
    } else {
      return total;
    }
  }
  item = TRY(next_item(thread, iterator));
  return total;
}

Value sum(Thread& thread, Value iterable, Value start) {
  const Value iterator = TRY(iterate(thread, iterable));
  if (is_str(start)) return raise(thread, TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
  if (has_kind(start, Kind::Bytes)) {
    return raise(thread, TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
  }
  if (has_kind(start, Kind::Bytearray)) {
    return raise(thread, TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
  }
  Value total = start;
  for (;;) {
    Value item;
    total = TRY(sum_plain_numbers(thread, iterator, total, item));
    if (item.is_unbound()) return total;
    total = TRY(number_add(thread, total, item));
  }
}

const MethodRow rows[] = {
    function<absolute>("abs($module, x, /)", "The absolute value of a number."),
    function<binary>("bin($module, number, /)", "An integer in binary.\n\n   >>> bin(-5)\n   '-0b101'"),
    function<character>("chr($module, i, /)", "The character with the code point i."),
    function<divide_with_remainder>("divmod($module, x, y, /)", "The pair (x // y, x % y)."),
    function<hash_value>("hash($module, obj, /)", "The hash of an object: equal ones have equal hashes."),
    function<hexadecimal>("hex($module, number, /)", "An integer in hexadecimal.\n\n   >>> hex(254)\n   '0xfe'"),
    function<identity>("id($module, obj, /)", "A number that no other object alive has."),
    function<octal>("oct($module, number, /)", "An integer in octal.\n\n   >>> oct(65)\n   '0o101'"),
    function<ordinal>("ord($module, c, /)", "The code point of a character."),
    function<power>("pow($module, /, base, exp, mod=None)", "base ** exp, modulo mod if that is given."),
    function<round_number>("round($module, /, number, ndigits=None)",
                           "Round to a number of decimal digits; to an int without."),
    function<sum>("sum($module, iterable, /, start=0)", "The sum of the items and of start."),
};

}  // namespace

std::span<const MethodRow> number_function_rows() { return rows; }

}  // namespace minipy
