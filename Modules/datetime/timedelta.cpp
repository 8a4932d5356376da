// timedelta: durations in days, seconds and microseconds.
#include <cmath>

#include "Modules/datetime/datetime.h"
#include "Objects/dict.h"
#include "Objects/float.h"

namespace minipy::datetime {

constexpr int kMaxDays = 999999999;

namespace {

TimeDelta& as_delta(Value v) {
  return *v.as<TimeDelta>();
}

// The remainder of a division that rounds down goes to `rest`.
template <typename T>
T floor_divide(T value, T by, T& rest) {
  T quotient = value / by;
  rest = value % by;
  if (rest < 0) {
    rest += by;
    --quotient;
  }
  return quotient;
}

Value new_delta(Thread& thread, Wide days, int32_t seconds, int32_t microseconds, Type& type) {
  if (days < INT32_MIN || days > INT32_MAX) {
    return raise(thread, OverflowError, "Python int too large to convert to C int");
  }
  if (days < -kMaxDays || days > kMaxDays) {
    return raise(thread, OverflowError, "days={}; must have magnitude <= {}",
                 static_cast<int64_t>(days), kMaxDays);
  }
  const bool is_plain = &type == &type_of_kind(ModuleKind::TimeDelta);
  TimeDelta* delta = is_plain ? allocate_leaf<TimeDelta>() : allocate_instance_as<TimeDelta>(type);
  if (!delta) return error;
  delta->cached_hash = 0;
  delta->days = static_cast<int32_t>(days);
  delta->seconds = seconds;
  delta->microseconds = microseconds;
  return Value(delta);
}

// Any int as a Wide; one of more than 120 bits as a number that is too large for any timedelta.
Wide wide_of(Value any_int) {
  if (any_int.is_int()) return any_int.as_int();
  if (any_int.is_bool()) return any_int.as_bool();
  const Int& number = *any_int.as<Int>();
  Wide magnitude = 0;
  if (int_bit_length(any_int) > 120) {
    magnitude = static_cast<Wide>(1) << 120;
  } else {
    for (size_t i = number.size(); i-- > 0;)
      magnitude = (magnitude << 64) | static_cast<Wide>(number.limbs()[i]);
  }
  return number.is_negative() ? -magnitude : magnitude;
}

Value int_of_wide(Wide value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return make_int(static_cast<int64_t>(value));
  const bool is_negative = value < 0;
  const auto magnitude = static_cast<unsigned __int128>(is_negative ? -value : value);
  const uint64_t limbs[] = {static_cast<uint64_t>(magnitude),
                            static_cast<uint64_t>(magnitude >> 64)};
  return make_int_from_limbs(limbs, 2, is_negative);
}

// --- construction ---

constexpr struct {
  const char* name;
  int64_t microseconds;
} kUnits[] = {
    {"microseconds", 1},
    {"milliseconds", 1000},
    {"seconds", 1000000},
    {"minutes", 60000000},
    {"hours", 3600000000},
    {"days", kMicrosecondsPerDay},
    {"weeks", 7 * kMicrosecondsPerDay},
};

// A sum of microseconds. The fractions of microseconds of floats are added up apart.
struct Sum {
  Wide whole = 0;
  double fraction = 0;

  bool is_absurd() const {
    return whole > (static_cast<Wide>(1) << 100) || whole < -(static_cast<Wide>(1) << 100);
  }
};

Status add_product(Thread& thread, Sum& sum, Wide number, int64_t factor) {
  Wide product;
  if (__builtin_mul_overflow(number, static_cast<Wide>(factor), &product) ||
      __builtin_add_overflow(sum.whole, product, &sum.whole) || sum.is_absurd()) {
    return raise(thread, OverflowError, "Python int too large to convert to C int");
  }
  return nothing;
}

Status add_component(Thread& thread, Sum& sum, const char* name, Value value, int64_t factor) {
  if (is_any_int(value)) return add_product(thread, sum, wide_of(value), factor);
  if (!is_float(value)) {
    return raise(thread, TypeError, "unsupported type for timedelta {} component: {}", name,
                 type_of(value));
  }
  double whole;
  const double number = float_number(value);
  double fraction = std::modf(number, &whole);
  TRY(add_product(thread, sum, wide_of(TRY(int_from_double(thread, whole))), factor));
  if (fraction == 0) return nothing;
  fraction = std::modf(fraction * static_cast<double>(factor), &whole);
  sum.whole += static_cast<Wide>(whole);
  sum.fraction += fraction;
  return nothing;
}

// To the nearest microsecond; of two the even one.
Wide rounded(const Sum& sum) {
  if (sum.fraction == 0) return sum.whole;
  double whole = std::round(sum.fraction);
  if (std::fabs(whole - sum.fraction) == 0.5) {
    const double is_odd = static_cast<double>(sum.whole & 1);
    whole = 2.0 * std::round((sum.fraction + is_odd) * 0.5) - is_odd;
  }
  return sum.whole + static_cast<Wide>(whole);
}

const MethodRow delta_row = constructor(
    "__new__(days=x, seconds=x, microseconds=x, milliseconds=x, minutes=x, hours=x, weeks=x)");

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[7];
  if (keyword_names.is_empty() && count <= 7) {
    std::copy(arguments, arguments + count, values);
  } else {
    TRY(bind(thread, delta_row, arguments, count, keyword_names, values));
  }
  // In the order of kUnits.
  const Value components[] = {values[2], values[3], values[1], values[4],
                              values[5], values[0], values[6]};
  Sum sum;
  for (size_t i = 0; i < std::size(kUnits); ++i) {
    if (components[i].is_empty()) continue;
    TRY(add_component(thread, sum, kUnits[i].name, components[i], kUnits[i].microseconds));
  }
  return delta_of_microseconds(thread, rounded(sum), type);
}

// --- arithmetic ---

Value add(Thread& thread, Value left, Value right) {
  if (!is_delta(left) || !is_delta(right)) return NotImplemented;
  const TimeDelta &x = as_delta(left), &y = as_delta(right);
  return make_delta(thread, int64_t{x.days} + y.days, int64_t{x.seconds} + y.seconds,
                    int64_t{x.microseconds} + y.microseconds);
}

Value subtract(Thread& thread, Value left, Value right) {
  if (!is_delta(left) || !is_delta(right)) return NotImplemented;
  return subtract_deltas(thread, as_delta(left), as_delta(right));
}

Value negative(Thread& thread, Value self) {
  const TimeDelta& x = as_delta(self);
  return make_delta(thread, -int64_t{x.days}, -int64_t{x.seconds}, -int64_t{x.microseconds});
}
Value positive(Thread& thread, Value self) {
  const TimeDelta& x = as_delta(self);
  return make_delta(thread, x.days, x.seconds, x.microseconds);
}
Value absolute(Thread& thread, Value self) {
  return as_delta(self).days < 0 ? negative(thread, self) : positive(thread, self);
}

Result<bool> is_nonzero(Thread&, Value self) {
  const TimeDelta& x = as_delta(self);
  return x.days != 0 || x.seconds != 0 || x.microseconds != 0;
}

// numerator / denominator to the nearest int; of two the even one.
Value divide_nearest(Thread& thread, Value numerator, Value denominator) {
  const Value pair = TRY(int_divmod(thread, numerator, denominator));
  const Value quotient = pair.as<Tuple>()->items[0], rest = pair.as<Tuple>()->items[1];
  const Value twice = int_add(rest, rest);
  const bool is_negative = int_sign(denominator) < 0;
  const int order = is_negative ? int_compare(denominator, twice) : int_compare(twice, denominator);
  const bool is_odd = !int_is_zero(int_and(quotient, Value::from_int(1)));
  return order > 0 || (order == 0 && is_odd) ? int_add(quotient, Value::from_int(1)) : quotient;
}

Value delta_of_int(Thread& thread, Value microseconds) {
  return delta_of_microseconds(thread, wide_of(microseconds));
}
Value int_of_delta(const TimeDelta& delta) {
  return int_of_wide(microseconds_of(delta));
}

// delta * number or delta / number, exactly, for a float.
enum class Ratio { Multiply, Divide };
Value scale_by_float(Thread& thread, const TimeDelta& delta, Value number, Ratio ratio) {
  const Value pair = TRY(call_method(thread, number, "as_integer_ratio"));
  const bool is_any_tuple = is_tuple(pair);
  if (is_any_tuple && pair.as<Tuple>()->size != 2) {
    return raise(thread, ValueError, "as_integer_ratio() must return a 2-tuple");
  }
  if (!is_any_tuple || !is_any_int(pair.as<Tuple>()->items[0]) ||
      !is_any_int(pair.as<Tuple>()->items[1])) {
    return raise(thread, TypeError,
                 "unexpected return type from as_integer_ratio(): expected tuple, got '{}'",
                 type_of(pair));
  }
  const Value* parts = pair.as<Tuple>()->items;
  const bool multiplies = ratio == Ratio::Multiply;
  const Value product = TRY(int_multiply(thread, int_of_delta(delta), parts[multiplies ? 0 : 1]));
  return delta_of_int(thread, TRY(divide_nearest(thread, product, parts[multiplies ? 1 : 0])));
}

Value multiply(Thread& thread, Value left, Value right) {
  if (!is_delta(left)) std::swap(left, right);
  if (is_float(right)) return scale_by_float(thread, as_delta(left), right, Ratio::Multiply);
  if (!is_any_int(right)) return NotImplemented;
  const Wide microseconds = microseconds_of(as_delta(left));
  Wide product;
  if (right.is_int() &&
      !__builtin_mul_overflow(microseconds, static_cast<Wide>(right.as_int()), &product)) {
    return delta_of_microseconds(thread, product);
  }
  return delta_of_int(thread, TRY(int_multiply(thread, int_of_wide(microseconds), right)));
}

Value floor_divide_slot(Thread& thread, Value left, Value right) {
  if (!is_delta(left)) return NotImplemented;
  const Value microseconds = int_of_delta(as_delta(left));
  if (is_delta(right)) return int_floor_divide(thread, microseconds, int_of_delta(as_delta(right)));
  if (!is_any_int(right)) return NotImplemented;
  return delta_of_int(thread, TRY(int_floor_divide(thread, microseconds, right)));
}

Value true_divide(Thread& thread, Value left, Value right) {
  if (!is_delta(left)) return NotImplemented;
  const Value microseconds = int_of_delta(as_delta(left));
  if (is_delta(right)) return int_true_divide(thread, microseconds, int_of_delta(as_delta(right)));
  if (is_float(right)) return scale_by_float(thread, as_delta(left), right, Ratio::Divide);
  if (!is_any_int(right)) return NotImplemented;
  return delta_of_int(thread, TRY(divide_nearest(thread, microseconds, right)));
}

Value remainder(Thread& thread, Value left, Value right) {
  if (!is_delta(left) || !is_delta(right)) return NotImplemented;
  if (microseconds_of(as_delta(right)) == 0)
    return raise(thread, ZeroDivisionError, "integer modulo by zero");
  return delta_of_int(thread, TRY(int_remainder(thread, int_of_delta(as_delta(left)),
                                                int_of_delta(as_delta(right)))));
}

Value divmod(Thread& thread, Value left, Value right) {
  if (!is_delta(left) || !is_delta(right)) return NotImplemented;
  const Value pair =
      TRY(int_divmod(thread, int_of_delta(as_delta(left)), int_of_delta(as_delta(right))));
  const Value rest = TRY(delta_of_int(thread, pair.as<Tuple>()->items[1]));
  return make_tuple({pair.as<Tuple>()->items[0], rest});
}

// --- comparison ---

Value compare_slot(Thread&, Value left, Value right, CompareOp op) {
  if (!is_delta(right)) return NotImplemented;
  return compare_result(compare_deltas(as_delta(left), as_delta(right)), op);
}

Value state_of(const TimeDelta& self) {
  return make_tuple({Value::from_int(self.days), Value::from_int(self.seconds),
                     Value::from_int(self.microseconds)});
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  TimeDelta& delta = as_delta(self);
  if (delta.cached_hash == 0) delta.cached_hash = TRY(hash(thread, state_of(delta)));
  return delta.cached_hash;
}

// --- text ---

Value repr_slot(Thread&, Value self) {
  const TimeDelta& delta = as_delta(self);
  const struct {
    const char* name;
    int32_t value;
  } parts[] = {
      {"days", delta.days}, {"seconds", delta.seconds}, {"microseconds", delta.microseconds}};
  std::string text(type_of(self).name_view());
  text += '(';
  bool is_first = true;
  for (const auto& part : parts) {
    if (part.value == 0) continue;
    if (!is_first) text += ", ";
    is_first = false;
    text += std::string(part.name) + "=" + std::to_string(part.value);
  }
  if (is_first) text += '0';
  return make_str(text + ")");
}

Value str_slot(Thread&, Value self) {
  const TimeDelta& delta = as_delta(self);
  char text[64] = "";
  if (delta.days) {
    std::snprintf(text, sizeof text, "%d day%s, ", delta.days,
                  delta.days == 1 || delta.days == -1 ? "" : "s");
  }
  const size_t used = std::strlen(text);
  const int minutes = delta.seconds / 60;
  std::snprintf(text + used, sizeof text - used, "%d:%02d:%02d", minutes / 60, minutes % 60,
                delta.seconds % 60);
  std::string result = text;
  if (delta.microseconds) {
    std::snprintf(text, sizeof text, ".%06d", delta.microseconds);
    result += text;
  }
  return make_str(result);
}

int days(TimeDelta& self) {
  return self.days;
}
int seconds(TimeDelta& self) {
  return self.seconds;
}
int microseconds(TimeDelta& self) {
  return self.microseconds;
}
Value reduce(TimeDelta& self) {
  return make_tuple({Value(&type_of(&self)), state_of(self)});
}

const MethodRow methods[] = {
    method<total_seconds>("!total_seconds($self, /)", "Total seconds in the duration."),
    method<reduce>("!__reduce__($self, /)", "What pickle needs."),
    member<days>("days", "Number of days."),
    member<seconds>("seconds", "Number of seconds (>= 0 and less than 1 day)."),
    member<microseconds>("microseconds", "Number of microseconds (>= 0 and less than 1 second)."),
};

}  // namespace

Value delta_of_microseconds(Thread& thread, Wide microseconds, Type& type) {
  Wide rest;
  const Wide days = floor_divide<Wide>(microseconds, kMicrosecondsPerDay, rest);
  const int64_t in_day = static_cast<int64_t>(rest);
  return new_delta(thread, days, static_cast<int32_t>(in_day / 1000000),
                   static_cast<int32_t>(in_day % 1000000), type);
}

Value make_delta(Thread& thread, int64_t days, int64_t seconds, int64_t microseconds) {
  int64_t rest;
  seconds += floor_divide<int64_t>(microseconds, 1000000, rest);
  const auto whole_microseconds = static_cast<int32_t>(rest);
  days += floor_divide<int64_t>(seconds, kSecondsPerDay, rest);
  return new_delta(thread, days, static_cast<int32_t>(rest), whole_microseconds,
                   type_of_kind(ModuleKind::TimeDelta));
}

Value subtract_deltas(Thread& thread, const TimeDelta& x, const TimeDelta& y) {
  return make_delta(thread, int64_t{x.days} - y.days, int64_t{x.seconds} - y.seconds,
                    int64_t{x.microseconds} - y.microseconds);
}

int compare_deltas(const TimeDelta& left, const TimeDelta& right) {
  if (left.days != right.days) return left.days < right.days ? -1 : 1;
  if (left.seconds != right.seconds) return left.seconds < right.seconds ? -1 : 1;
  return left.microseconds < right.microseconds ? -1 : left.microseconds > right.microseconds;
}

Value total_seconds(Thread& thread, TimeDelta& self) {
  return int_true_divide(thread, int_of_delta(self), Value::from_int(1000000));
}

Value compare_result(int difference, CompareOp op) {
  return compare_sizes(difference > 0, difference < 0, op);
}

void define_delta_type() {
  define_type(ModuleKind::TimeDelta,
              {.doc = "A duration: the difference between two dates or times.\n\n"
                      "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, "
                      "hours=0, weeks=0)\n\n"
                      "All arguments may be left out. They may be ints or floats, and negative.",
               .instance_bytes = sizeof(TimeDelta),
               .flags = Type::kBaseType | Type::kImmutable | Type::kLeaf,
               .slots = {.repr = repr_slot,
                         .str = str_slot,
                         .hash = hash_slot,
                         .compare = compare_slot,
                         .make = make,
                         .add = add,
                         .subtract = subtract,
                         .multiply = multiply,
                         .remainder = remainder,
                         .divmod = divmod,
                         .floor_divide = floor_divide_slot,
                         .true_divide = true_divide,
                         .negative = negative,
                         .positive = positive,
                         .absolute = absolute,
                         .truth = is_nonzero},
               .methods = methods});
}

Status add_delta_constants(Thread& thread) {
  add_constant(ModuleKind::TimeDelta, "resolution", TRY(make_delta(thread, 0, 0, 1)));
  add_constant(ModuleKind::TimeDelta, "min", TRY(make_delta(thread, -kMaxDays, 0, 0)));
  add_constant(ModuleKind::TimeDelta, "max",
               TRY(make_delta(thread, kMaxDays, kSecondsPerDay - 1, 999999)));
  return nothing;
}

}  // namespace minipy::datetime
