// _operator: the operators as functions; itemgetter, attrgetter, methodcaller.
#include "Modules/native_modules.h"
#include "Modules/operator_getters.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

bool is(Value a, Value b) { return a == b; }
bool is_not(Value a, Value b) { return a != b; }
Result<bool> negated_truth(Thread& thread, Value a) { return !TRY(truth(thread, a)); }
Value power(Thread& thread, Value a, Value b) { return number_power(thread, a, b, None); }
Value inplace_power(Thread& thread, Value a, Value b) { return number_inplace_power(thread, a, b, None); }

template <CompareOp op>
Value compare_by(Thread& thread, Value a, Value b) { return compare(thread, a, b, op); }

Value concatenate(Thread& thread, Value a, Value b) { return sequence_concatenate(thread, a, b); }
Value inplace_concatenate(Thread& thread, Value a, Value b) { return sequence_inplace_concatenate(thread, a, b); }

Status set(Thread& thread, Value object, Value key, Value value) { return set_item(thread, object, key, value); }
Status remove(Thread& thread, Value object, Value key) { return delete_item(thread, object, key); }

Value index_of(Thread& thread, Value sequence, Value wanted) {
  const Value iterator = TRY(iterate(thread, sequence, "argument of type '{}' is not iterable"));
  for (int64_t position = 0;; ++position) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return raise(thread, ValueError, "sequence.index(x): x not in sequence");
    if (TRY(is_equal(thread, item, wanted))) return make_int(position);
  }
}

Value count_of(Thread& thread, Value sequence, Value wanted) {
  const Value iterator = TRY(iterate(thread, sequence, "argument of type '{}' is not iterable"));
  for (int64_t count = 0;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return make_int(count);
    if (TRY(is_equal(thread, item, wanted))) ++count;
  }
}

Value hint(Thread& thread, Value object, Value fallback) {
  if (!is_any_int(fallback)) {
    return raise(thread, TypeError, "'{}' object cannot be interpreted as an integer", type_of(fallback));
  }
  const int64_t number = TRY(index_as_int64(thread, fallback, &OverflowError));
  return make_int(static_cast<int64_t>(TRY(length_hint(thread, object, static_cast<size_t>(number)))));
}

Value call_object(Thread& thread, Value object, std::span<const Value> arguments, Dict* keywords) {
  return call_with(thread, object, *make_tuple(arguments.data(), arguments.size()), keywords);
}

// Takes the same time wherever the first difference is.
bool same_bytes(std::string_view a, std::string_view b) {
  unsigned char difference = a.size() != b.size();
  const std::string_view other = a.size() == b.size() ? a : b;
  for (size_t i = 0; i < b.size(); ++i) difference |= static_cast<unsigned char>(other[i] ^ b[i]);
  return difference == 0;
}

Value compare_digest(Thread& thread, Value a, Value b) {
  if (is_str(a) && is_str(b)) {
    if (!a.as<Str>()->is_ascii() || !b.as<Str>()->is_ascii()) {
      return raise(thread, TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    return Value::from_bool(same_bytes(a.as<Str>()->ascii_view(), b.as<Str>()->ascii_view()));
  }
  if (!supports_buffer(a) || !supports_buffer(b)) {
    return raise(thread, TypeError, "unsupported operand types(s) or combination of types: '{}' and '{}'", type_of(a),
                 type_of(b));
  }
  BufferLease left(thread), right(thread);
  TRY(left.acquire(a));
  TRY(right.acquire(b));
  return Value::from_bool(same_bytes(left.view(), right.view()));
}

const MethodRow functions[] = {
    function<truth>("truth($module, a, /)", "Whether a is true."),
    function<contains>("contains($module, a, b, /)", "Same as b in a (note reversed operands)."),
    function<index_of>("indexOf($module, a, b, /)", "Return the first index of b in a."),
    function<count_of>("countOf($module, a, b, /)", "How many items in a are, or equal, b."),
    function<is>("is_($module, a, b, /)", "Same as a is b."),
    function<is_not>("is_not($module, a, b, /)", "Same as a is not b."),
    function<number_index>("index($module, a, /)", "Same as a.__index__()"),
    function<number_add>("add($module, a, b, /)", "Same as a + b."),
    function<number_subtract>("sub($module, a, b, /)", "Same as a - b."),
    function<number_multiply>("mul($module, a, b, /)", "Same as a * b."),
    function<number_matrix_multiply>("matmul($module, a, b, /)", "Same as a @ b."),
    function<number_floor_divide>("floordiv($module, a, b, /)", "Same as a // b."),
    function<number_true_divide>("truediv($module, a, b, /)", "Same as a / b."),
    function<number_remainder>("mod($module, a, b, /)", "Same as a % b."),
    function<number_negative>("neg($module, a, /)", "Same as -a."),
    function<number_positive>("pos($module, a, /)", "Same as +a."),
    function<number_absolute>("abs($module, a, /)", "Same as abs(a)."),
    function<number_invert>("inv($module, a, /)", "Same as ~a."),
    function<number_invert>("invert($module, a, /)", "Same as ~a."),
    function<number_left_shift>("lshift($module, a, b, /)", "Same as a << b."),
    function<number_right_shift>("rshift($module, a, b, /)", "Same as a >> b."),
    function<negated_truth>("not_($module, a, /)", "Same as not a."),
    function<number_bit_and>("and_($module, a, b, /)", "Same as a & b."),
    function<number_bit_xor>("xor($module, a, b, /)", "Same as a ^ b."),
    function<number_bit_or>("or_($module, a, b, /)", "Same as a | b."),
    function<number_inplace_add>("iadd($module, a, b, /)", "Same as a += b."),
    function<number_inplace_subtract>("isub($module, a, b, /)", "Same as a -= b."),
    function<number_inplace_multiply>("imul($module, a, b, /)", "Same as a *= b."),
    function<number_inplace_matrix_multiply>("imatmul($module, a, b, /)", "Same as a @= b."),
    function<number_inplace_floor_divide>("ifloordiv($module, a, b, /)", "Same as a //= b."),
    function<number_inplace_true_divide>("itruediv($module, a, b, /)", "Same as a /= b."),
    function<number_inplace_remainder>("imod($module, a, b, /)", "Same as a %= b."),
    function<number_inplace_left_shift>("ilshift($module, a, b, /)", "Same as a <<= b."),
    function<number_inplace_right_shift>("irshift($module, a, b, /)", "Same as a >>= b."),
    function<number_inplace_bit_and>("iand($module, a, b, /)", "Same as a &= b."),
    function<number_inplace_bit_xor>("ixor($module, a, b, /)", "Same as a ^= b."),
    function<number_inplace_bit_or>("ior($module, a, b, /)", "Same as a |= b."),
    function<concatenate>("concat($module, a, b, /)", "Same as a + b, for a and b sequences."),
    function<inplace_concatenate>("iconcat($module, a, b, /)", "Same as a += b, for a and b sequences."),
    function<get_item>("getitem($module, a, b, /)", "Same as a[b]."),
    function<set>("setitem($module, a, b, c, /)", "Same as a[b] = c."),
    function<remove>("delitem($module, a, b, /)", "Same as del a[b]."),
    function<power>("pow($module, a, b, /)", "Same as a ** b."),
    function<inplace_power>("ipow($module, a, b, /)", "Same as a **= b."),
    function<compare_by<CompareOp::Equal>>("eq($module, a, b, /)", "Same as a == b."),
    function<compare_by<CompareOp::NotEqual>>("ne($module, a, b, /)", "Same as a != b."),
    function<compare_by<CompareOp::Less>>("lt($module, a, b, /)", "Same as a < b."),
    function<compare_by<CompareOp::LessEqual>>("le($module, a, b, /)", "Same as a <= b."),
    function<compare_by<CompareOp::Greater>>("gt($module, a, b, /)", "Same as a > b."),
    function<compare_by<CompareOp::GreaterEqual>>("ge($module, a, b, /)", "Same as a >= b."),
    function<compare_digest>("_compare_digest($module, a, b, /)",
                             "Whether a and b are equal, in a time that does not tell where they differ.\n\n"
                             "Both are bytes-like, or both ASCII text."),
    function<hint>("length_hint($module, obj, default=0, /)",
                   "How many items obj probably has; default if it does not say."),
    function<call_object>("call($module, obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs)."),
};

Status initialize(Thread&, Module& module) {
  define_operator_getters();
  module_add_type(module, type_of_kind(ModuleKind::AttributeGetter));
  module_add_type(module, type_of_kind(ModuleKind::ItemGetter));
  module_add_type(module, type_of_kind(ModuleKind::MethodCaller));
  return nothing;
}

}  // namespace

extern const ModuleSpec operator_module = {"_operator", "The operators of Python as functions.", functions, initialize};

}  // namespace minipy
