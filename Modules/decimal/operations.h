// Operations on numbers as methods of Decimal, of Context, and as slots.
#pragma once

#include "Modules/decimal/decimal.h"

namespace minipy::decimal {

using UnaryOperation = void (*)(Number&, const View&, const Settings&, uint32_t&);
using BinaryOperation = void (*)(Number&, const View&, const View&, const Settings&, uint32_t&);

inline Value apply(Thread& thread, ContextObject& context, UnaryOperation operation,
                   const View& x) {
  Number result;
  uint32_t status = 0;
  operation(result, x, context.settings, status);
  return finish(thread, context, result, status);
}

inline Value apply(Thread& thread, ContextObject& context, BinaryOperation operation, const View& x,
                   const View& y) {
  Number result;
  uint32_t status = 0;
  operation(result, x, y, context.settings, status);
  return finish(thread, context, result, status);
}

// --- adaptors of the operations of number.h that take more ---

inline void copy_absolute(Number& result, const View& x, const Settings&, uint32_t&) {
  result.set(x.magnitude());
}
inline void copy_negated(Number& result, const View& x, const Settings&, uint32_t&) {
  result.set(x);
  result.is_negative = !x.is_negative;
}
inline void copy_with_sign_of(Number& result, const View& x, const View& y, const Settings&,
                              uint32_t&) {
  result.set(x);
  result.is_negative = y.is_negative;
}
inline void set_order(Number& result, int order) {
  result.set_small(order < 0, order != 0, 0);
}
inline void compare_by_total(Number& result, const View& x, const View& y, const Settings&,
                             uint32_t&) {
  set_order(result, compare_total(x, y));
}
inline void compare_by_total_magnitude(Number& result, const View& x, const View& y,
                                       const Settings&, uint32_t&) {
  set_order(result, compare_total(x.magnitude(), y.magnitude()));
}
template <Quiet quiet>
void compare_with(Number& result, const View& x, const View& y, const Settings& settings,
                  uint32_t& status) {
  compare(result, x, y, quiet, settings, status);
}
constexpr auto compare_quietly = compare_with<Quiet::Yes>;
constexpr auto compare_loudly = compare_with<Quiet::No>;
template <Logic logic>
void logical_with(Number& result, const View& x, const View& y, const Settings& settings,
                  uint32_t& status) {
  logical(result, x, y, logic, settings, status);
}
constexpr auto logical_and = logical_with<Logic::And>;
constexpr auto logical_or = logical_with<Logic::Or>;
constexpr auto logical_xor = logical_with<Logic::Xor>;
template <Choice choice, bool by_magnitude>
void choose_with(Number& result, const View& x, const View& y, const Settings& settings,
                 uint32_t& status) {
  choose(result, x, y, choice, by_magnitude, settings, status);
}
constexpr auto maximum = choose_with<Choice::Max, false>;
constexpr auto maximum_magnitude = choose_with<Choice::Max, true>;
constexpr auto minimum = choose_with<Choice::Min, false>;
constexpr auto minimum_magnitude = choose_with<Choice::Min, true>;
template <Report report>
void to_integral_with(Number& result, const View& x, const Settings& settings, uint32_t& status) {
  round_to_integral(result, x, report, settings, status);
}
constexpr auto to_integral_value = to_integral_with<Report::Nothing>;
constexpr auto to_integral_exact = to_integral_with<Report::Rounding>;

}  // namespace minipy::decimal
