# The C++ types of decimal: numbers.
import math
import pickle
from decimal import *
from fractions import Fraction

print(Decimal("1.50") + 3, Decimal(1) / 3, 7 // Decimal(2), divmod(Decimal("-7.5"), 2), 2 ** Decimal("0.5"))
# expect: 4.50 0.3333333333333333333333333333 3 (Decimal('-3'), Decimal('-1.5')) 1.414213562373095048801688724
print(Decimal((1, (1, 2, 3), -2)), Decimal(0.1), Decimal(" 1_000e-3 "), Decimal("-snan12"), Decimal(10**40) * 10**40)
# expect: -1.23 0.1000000000000000055511151231257827021181583404541015625 1.000 -sNaN12 1.000000000000000000000000000E+80
print(Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln(), Decimal(2).log10(), pow(Decimal(3), 100, 7))
# expect: 1.414213562373095048801688724 2.718281828459045235360287471 2.302585092994045684017991455 0.3010299956639811952137388947 4
print(Decimal("2.675").quantize(Decimal("0.01")), Decimal("2.675").quantize(Decimal(1), ROUND_UP), round(Decimal("2.5")))
# expect: 2.68 3 2
print(round(Decimal("-1.255"), 2), math.floor(Decimal("-0.5")), math.ceil(Decimal("0.5")), int(Decimal("-9.99e3")))
# expect: -1.26 -1 1 -9990
print(Decimal("1.5") == 1.5, Decimal("0.5") < Fraction(2, 3), Decimal(1) == 1 + 0j, hash(Decimal("1.0")) == hash(1))
# expect: True True True True
print(hash(Decimal("0.5")) == hash(0.5), Decimal("-1.25").as_integer_ratio(), Decimal("-0E+3").as_tuple())
# expect: True (-5, 4) DecimalTuple(sign=1, digits=(0,), exponent=3)
print(Decimal("123456789.125").to_eng_string(), Decimal("1.5E+10").to_eng_string(), Decimal("0E-7"), -Decimal(0))
# expect: 123456789.125 15E+9 0E-7 0
print(Decimal(1100).logical_xor(1010), Decimal(12345).rotate(-2), Decimal(12345).shift(-2), Decimal(5).scaleb(3))
# expect: 110 4500000000000000000000000123 123 5E+3
print(Decimal(1).next_plus(), Decimal(1).next_minus(), Decimal("inf").number_class(), Decimal(10).remainder_near(6))
# expect: 1.000000000000000000000000001 0.9999999999999999999999999999 +Infinity -2
print(Decimal(2).fma(3, 5), Decimal("nan").max(2), Decimal(3).compare_total(Decimal("3.0")), Decimal("1.20").normalize())
# expect: 11 2 1 1.2
for text in ("10.2f", "<+10", "^15,.3f", "+012.1e", "z.0f", "%", "é>9.2g", "08n"):
    print(format(Decimal("-1234.5678"), text), end=" ")
print()
# expect:   -1234.57 -1234.5678   -1,234.568    -000001.2e+3 -1235 -123456.78% éé-1.2e+3 -1234.5678 
print(pickle.loads(pickle.dumps(Decimal("1.20"))), repr(Decimal("Infinity")), f"{Decimal('0.1'):e}")
# expect: 1.20 Decimal('Infinity') 1e-1


class Money(Decimal):
    __slots__ = ("currency",)


price = Money("123456789012345678901234567890.25")
price.currency = "EUR"
print(repr(price), price.currency, type(price + 1) is Decimal, type(Money.from_float(0.5)) is Money)
# expect: Decimal('123456789012345678901234567890.25') EUR True True
for wrong in ("Decimal('x')", "Decimal(1) / 0", "Decimal(0) / 0", "Decimal(1) + 1.5", "Decimal([1])", "Decimal('nan') < 1",
              "int(Decimal('inf'))", "format(Decimal(1), 'd')", "Decimal(-1).sqrt()", "Decimal(1).exp(3)"):
    try:
        eval(wrong)
    except Exception as e:
        print(type(e).__name__, e)
# expect: InvalidOperation [<class 'decimal.ConversionSyntax'>]
# expect: DivisionByZero [<class 'decimal.DivisionByZero'>]
# expect: InvalidOperation [<class 'decimal.DivisionUndefined'>]
# expect: TypeError unsupported operand type(s) for +: 'decimal.Decimal' and 'float'
# expect: ValueError argument must be a sequence of length 3
# expect: InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: OverflowError cannot convert Infinity to integer
# expect: ValueError invalid format string
# expect: InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: TypeError optional argument must be a context
