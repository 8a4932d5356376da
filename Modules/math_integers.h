// The functions of math that work on integers.
#pragma once

#include <span>

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;

Value math_factorial(Thread&, Value n);
Value math_gcd(Thread&, std::span<const Value> integers);
Value math_lcm(Thread&, std::span<const Value> integers);
Value math_isqrt(Thread&, Value n);
Value math_perm(Thread&, Value n, Value k);
Value math_comb(Thread&, Value n, Value k);

}  // namespace minipy
