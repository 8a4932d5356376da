// The type int: constructor, operators, methods. Library reference, "Numeric types".
#include "Objects/format.h"
#include "Objects/bytes.h"
#include "Objects/float.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/type.h"

namespace minipy {
namespace {

// --- operators ---

template <Value (*operation)(Value, Value)>
Value pure_operator(Thread&, Value left, Value right) {
  if (!is_any_int(left) || !is_any_int(right)) return NotImplemented;
  return operation(left, right);
}

template <Value (*operation)(Thread&, Value, Value)>
Value fallible_operator(Thread& thread, Value left, Value right) {
  if (!is_any_int(left) || !is_any_int(right)) return NotImplemented;
  return operation(thread, left, right);
}

Value power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (!is_any_int(base) || !is_any_int(exponent)) return NotImplemented;
  if (!modulus.is_none() && !is_any_int(modulus)) return NotImplemented;
  if (!modulus.is_none() && int_is_zero(modulus)) {
    return raise(thread, ValueError, "pow() 3rd argument cannot be 0");
  }
  return int_power(thread, base, exponent, modulus);
}

Value compare_ints(Thread&, Value left, Value right, CompareOp op) {
  if (!is_any_int(left) || !is_any_int(right)) return NotImplemented;
  const int order = int_compare(left, right);
  switch (op) {
    case CompareOp::Less: return Value::from_bool(order < 0);
    case CompareOp::LessEqual: return Value::from_bool(order <= 0);
    case CompareOp::Equal: return Value::from_bool(order == 0);
    case CompareOp::NotEqual: return Value::from_bool(order != 0);
    case CompareOp::Greater: return Value::from_bool(order > 0);
    case CompareOp::GreaterEqual: return Value::from_bool(order >= 0);
  }
  MP_UNREACHABLE();
}

Result<int64_t> hash_slot(Thread&, Value self) { return int_hash(self); }
Result<bool> truth_slot(Thread&, Value self) { return !int_is_zero(self); }
Value repr_slot(Thread& thread, Value self) { return TRY(int_to_text(thread, self, 10)); }
Value negative(Thread&, Value self) { return int_negate(self); }
Value invert(Thread&, Value self) { return int_invert(self); }
Value absolute(Thread&, Value self) { return int_sign(self) < 0 ? int_negate(self) : exact_int(self); }
Value itself(Thread&, Value self) { return exact_int(self); }
Value to_float(Thread& thread, Value self) { return Value::from_double(TRY(int_to_double(thread, self))); }

// --- constructor ---

Value int_from_bytes_text(Thread& thread, Value object, int base) {
  if (has_kind(object, Kind::Bytes)) return int_from_text(thread, object.as<Bytes>()->view(), base, object);
  std::string copy;
  {
    BufferLease lease(thread);
    TRY(lease.acquire(object));
    copy = lease.view();
  }
  return int_from_text(thread, copy, base, make_bytes(copy));
}

Value with_base(Thread& thread, Value x, Value base_value) {
  const Value base_number = TRY(number_index(thread, base_value));
  const std::optional<int64_t> base = int_to_int64(base_number);
  if (!base || (*base != 0 && *base < 2) || *base > 36) {
    return raise(thread, ValueError, "int() base must be >= 2 and <= 36, or 0");
  }
  if (is_str(x)) return int_from_str(thread, *x.as<Str>(), static_cast<int>(*base), x);
  if (has_kind(x, Kind::Bytes) || has_kind(x, Kind::Bytearray)) {
    return int_from_bytes_text(thread, x, static_cast<int>(*base));
  }
  return raise(thread, TypeError, "int() can't convert non-string with explicit base");
}

// An instance of a subclass with the value of `number`.
Value instance_of_subclass(Thread& thread, Type& type, Value number) {
  const IntView view(number);
  Int* instance = allocate_instance_as<Int>(type, view.size() * 8);
  if (!instance) return raise_memory_error(thread);
  for (size_t i = 0; i < view.size(); ++i) instance->limbs()[i] = view.limb(i);
  instance->signed_size = view.is_negative() ? -static_cast<int64_t>(view.size()) : static_cast<int64_t>(view.size());
  return instance;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value number;
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  if (keywords == 0 && count == 1) {
    number = TRY(number_to_int(thread, arguments[0]));
  } else {
    if (count + keywords > 2) {
      return raise(thread, TypeError, "int() takes at most 2 arguments ({} given)", count + keywords);
    }
    const Value named_base = keyword_value("base", arguments, count, keyword_names);
    for (size_t i = 0; i < keywords; ++i) {
      const Str* name = keyword_names.as<Tuple>()->items[i].as<Str>();
      if (!equal(name, "base")) {
        return raise(thread, TypeError, "'{}' is an invalid keyword argument for int()", name);
      }
    }
    if (count == 2 && !named_base.is_empty()) {
      return raise(thread, TypeError, "argument for int() given by name ('base') and position (2)");
    }
    const Value base = count == 2 ? arguments[1] : named_base;
    if (count == 0) {
      if (!base.is_empty()) return raise(thread, TypeError, "int() missing string argument");
      number = Value::from_int(0);
    } else {
      number = TRY(with_base(thread, arguments[0], base));
    }
  }
  if (&type == &type_of_kind(Kind::Int)) return number;
  return instance_of_subclass(thread, type, number);
}

// --- methods ---

Value conjugate(Thread&, Value self) { return exact_int(self); }
int64_t bit_length(Value self) { return static_cast<int64_t>(int_bit_length(self)); }
int64_t bit_count(Value self) {
  const IntView view(self);
  return view.size() ? static_cast<int64_t>(mpn_popcount(view.limbs(), static_cast<mp_size_t>(view.size()))) : 0;
}

Result<bool> is_little_endian(Thread& thread, const Str& byte_order) {
  if (equal(&byte_order, "little")) return true;
  if (equal(&byte_order, "big")) return false;
  return raise(thread, ValueError, "byteorder must be either 'little' or 'big'");
}

Value to_bytes(Thread& thread, Value self, int64_t length, Str& byte_order, bool is_signed) {
  const bool little_endian = TRY(is_little_endian(thread, byte_order));
  if (length < 0) return raise(thread, ValueError, "length argument must be non-negative");
  Bytes* bytes = allocate_bytes(static_cast<size_t>(length));
  if (!bytes) return raise_memory_error(thread);
  TRY(int_to_bytes(thread, self, bytes->data(), static_cast<size_t>(length), little_endian, is_signed));
  return bytes;
}

// The bytes of bytes(object), for the object that is given to from_bytes.
Result<std::string> bytes_of(Thread& thread, Value object) {
  const Value method = TRY(lookup_special(thread, object, "__bytes__"));
  if (!method.is_unbound() && !has_kind(object, Kind::Bytes)) {
    const Value bytes = TRY(call(thread, method));
    if (!has_kind(bytes, Kind::Bytes)) {
      return raise(thread, TypeError, "__bytes__ returned non-bytes (type {})", type_of(bytes));
    }
    return std::string(bytes.as<Bytes>()->view());
  }
  if (supports_buffer(object)) {
    BufferLease lease(thread);
    TRY(lease.acquire(object));
    return std::string(lease.view());
  }
  if (is_str(object) || type_of(object).slots.iterate == nullptr) {
    if (is_str(object) || !is_sequence(object)) {
      return raise(thread, TypeError, "cannot convert '{}' object to bytes", type_of(object));
    }
  }
  std::string result;
  TRY(for_each(thread, object, [&](Value item) -> Status {
    const int64_t byte = TRY(index_as_int64(thread, item, nullptr));
    if (byte < 0 || byte > 255) return raise(thread, ValueError, "bytes must be in range(0, 256)");
    result.push_back(static_cast<char>(byte));
    return nothing;
  }));
  return result;
}

Value from_bytes(Thread& thread, Type& type, Value bytes, Str& byte_order, bool is_signed) {
  const bool little_endian = TRY(is_little_endian(thread, byte_order));
  Value number;
  if (is_exact(bytes, Kind::Bytes)) {
    const Bytes* exact = bytes.as<Bytes>();
    number = TRY(int_from_bytes(exact->data(), exact->size, little_endian, is_signed));
  } else {
    const std::string contents = TRY(bytes_of(thread, bytes));
    number = TRY(int_from_bytes(reinterpret_cast<const uint8_t*>(contents.data()), contents.size(), little_endian,
                                is_signed));
  }
  if (&type == &type_of_kind(Kind::Int)) return number;
  return call(thread, &type, {number});
}

Value as_integer_ratio(Value self) { return make_tuple({exact_int(self), Value::from_int(1)}); }

// round(self, digits): to a multiple of 10 ** -digits, half to even.
Value round_method(Thread& thread, Value self, Value digits) {
  if (digits.is_empty()) return exact_int(self);
  const Value places = TRY(number_index(thread, digits));
  if (int_sign(places) >= 0) return exact_int(self);
  const Value unit = TRY(int_power(thread, Value::from_int(10), int_negate(places), None));
  const Value rest = TRY(int_remainder(thread, self, unit));
  const Value lower = int_subtract(self, rest);
  const int order = int_compare(TRY(int_multiply(thread, rest, Value::from_int(2))), unit);
  bool up = order > 0;
  if (order == 0) {
    const Value quotient = TRY(int_floor_divide(thread, lower, unit));
    up = IntView(quotient).limb(0) & 1;
  }
  return up ? int_add(lower, unit) : lower;
}

Value get_new_arguments(Value self) { return make_tuple({exact_int(self)}); }

Value format_method(Thread& thread, Value self, Str& text) { return format_int(thread, self, &text); }

int64_t size_of(Value self) {  // what CPython's 30-bit digits would take
  return 24 + 4 * static_cast<int64_t>((int_bit_length(self) + 29) / 30);
}

Value zero(Value) { return Value::from_int(0); }
Value one(Value) { return Value::from_int(1); }
Value number_itself(Value self) { return exact_int(self); }

const MethodRow methods[] = {
    method<conjugate>("!conjugate($self, /)", "Returns self, the complex conjugate of any int."),
    method<bit_length>("bit_length($self, /)",
                       "How many bits the magnitude has in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6"),
    method<bit_count>("bit_count($self, /)",
                      "How many ones the binary form of the magnitude has (its population count).\n\n>>> (37).bit_count()\n3"),
    method<to_bytes>("to_bytes($self, /, length=1, byteorder='big', *, signed=False)",
                     "Return the integer as an array of bytes.\n\n"
                     "  length\n    How many bytes; OverflowError if they are too few.\n"
                     "  byteorder\n    'big' for the most significant byte first, 'little' for last.\n"
                     "  signed\n    Whether two's complement is used for negative numbers."),
    class_method<from_bytes>("from_bytes($type, /, bytes, byteorder='big', *, signed=False)",
                             "Return the integer that an array of bytes stands for.\n\n"
                             "  bytes\n    A bytes-like object or an iterable of small integers.\n"
                             "  byteorder\n    'big' for the most significant byte first, 'little' for last.\n"
                             "  signed\n    Whether two's complement is used."),
    method<as_integer_ratio>("as_integer_ratio($self, /)",
                             "Return a pair of integers whose ratio equals the number, the second positive.\n\n>>> (-7).as_integer_ratio()\n(-7, 1)"),
    method<number_itself>("!__trunc__($self, /)", "Truncating an integer gives itself."),
    method<number_itself>("!__floor__($self, /)", "The floor of an integer is itself."),
    method<number_itself>("!__ceil__($self, /)", "The ceiling of an integer is itself."),
    method<round_method>("__round__($self, ndigits=<unrepresentable>, /)",
                         "Round to a power of ten if ndigits is negative; the number itself otherwise."),
    method<get_new_arguments>("__getnewargs__($self, /)", ""),
    method<format_method>("__format__($self, format_spec, /)", ""),
    method<size_of>("__sizeof__($self, /)", "Returns size in memory, in bytes."),
    getter<number_itself>("real", "the real part of a complex number"),
    getter<zero>("imag", "the imaginary part of a complex number"),
    getter<number_itself>("numerator", "the numerator of a rational number in lowest terms"),
    getter<one>("denominator", "the denominator of a rational number in lowest terms"),
};

TypeSlots int_slots() {
  TypeSlots slots = {};
  slots.repr = repr_slot;
  slots.hash = hash_slot;
  slots.compare = compare_ints;
  slots.make = make;
  slots.add = pure_operator<int_add>;
  slots.subtract = pure_operator<int_subtract>;
  slots.multiply = fallible_operator<int_multiply>;
  slots.remainder = fallible_operator<int_remainder>;
  slots.divmod = fallible_operator<int_divmod>;
  slots.power = power;
  slots.negative = negative;
  slots.positive = itself;
  slots.absolute = absolute;
  slots.truth = truth_slot;
  slots.invert = invert;
  slots.left_shift = fallible_operator<int_left_shift>;
  slots.right_shift = fallible_operator<int_right_shift>;
  slots.bit_and = pure_operator<int_and>;
  slots.bit_xor = pure_operator<int_xor>;
  slots.bit_or = pure_operator<int_or>;
  slots.to_int = itself;
  slots.to_float = to_float;
  slots.floor_divide = fallible_operator<int_floor_divide>;
  slots.true_divide = fallible_operator<int_true_divide>;
  slots.index = itself;
  return slots;
}

// --- bool ---

Value bool_make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "bool", keyword_names));
  TRY(check_count(thread, "bool", count, 0, 1));
  return Value::from_bool(count && TRY(truth(thread, arguments[0])));
}

Value bool_repr(Thread&, Value self) { return intern(self.as_bool() ? "True" : "False"); }

Value bool_and(Thread&, Value left, Value right) {
  if (left.is_bool() && right.is_bool()) return Value::from_bool(left.as_bool() && right.as_bool());
  return is_any_int(left) && is_any_int(right) ? int_and(left, right) : NotImplemented;
}
Value bool_or(Thread&, Value left, Value right) {
  if (left.is_bool() && right.is_bool()) return Value::from_bool(left.as_bool() || right.as_bool());
  return is_any_int(left) && is_any_int(right) ? int_or(left, right) : NotImplemented;
}
Value bool_xor(Thread&, Value left, Value right) {
  if (left.is_bool() && right.is_bool()) return Value::from_bool(left.as_bool() != right.as_bool());
  return is_any_int(left) && is_any_int(right) ? int_xor(left, right) : NotImplemented;
}

}  // namespace

void define_int_types() {
  static const TypeSpec int_spec = {
      .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
      "An integer from a number or from text; 0 without arguments. A number is asked\n"
      "for __int__(); floats lose what is behind the point.\n\n"
      "Text (str, bytes, bytearray) is a literal in the given base, 2 to 36, with\n"
      "blanks around it and a sign if need be. Base 0 goes by the prefix:\n"
      ">>> int('0b100', base=0)\n4",
      .instance_bytes = sizeof(Int),
      .flags = Type::kBaseType | Type::kVariableSize | Type::kLeaf | Type::kLong |
      Type::kSelfPattern,
      .slots = int_slots(),
      .methods = methods,
      .item_size = 8};
  define_type(Kind::Int, int_spec);
  TypeSlots slots = {};
  slots.repr = bool_repr;
  slots.make = bool_make;
  slots.bit_and = bool_and;
  slots.bit_or = bool_or;
  slots.bit_xor = bool_xor;
  static const TypeSpec bool_spec = {
      .doc = "bool(x) -> bool\n\nTrue if x counts as true, else False. These two are the only\n"
      "instances, and bool cannot be subclassed.",
      .instance_bytes = sizeof(Int),
      .flags = Type::kLong | Type::kSelfPattern | Type::kVariableSize | Type::kLeaf,
      .slots = slots,
      .item_size = 8};
  define_type(Kind::Bool, bool_spec);
}

}  // namespace minipy
