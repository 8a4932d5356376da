// Shared by the files of float and complex.
#pragma once

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;

// Floor division: x == quotient * y + remainder, the remainder having the sign of y. y is not 0.
struct FloatDivision {
  double quotient, remainder;
};
FloatDivision float_divide(double x, double y);
// OverflowError: (34, 'Numerical result out of range')
Failure raise_range_error(Thread&);
Value complex_power(Thread&, double real, double imag, double exponent_real, double exponent_imag);

}  // namespace minipy
