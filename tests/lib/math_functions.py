# math.
import math


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: (math.gcd(12,18), math.lcm(4,6), math.factorial(20), math.comb(5,2), math.perm(5,2), math.isqrt(99)))  # expect: (6, 12, 2432902008176640000, 10, 20, 9)
show(lambda: math.sqrt(-1))  # expect: ValueError: math domain error
show(lambda: math.log(0))  # expect: ValueError: math domain error
show(lambda: math.log(10**400))  # expect: 921.0340371976182
show(lambda: math.log2(2**1000))  # expect: 1000.0
show(lambda: math.exp(1000))  # expect: OverflowError: math range error
show(lambda: (math.floor(2.5), math.ceil(2.5), math.trunc(2.5)))  # expect: (2, 3, 2)
show(lambda: math.floor('a'))  # expect: TypeError: must be real number, not str
show(lambda: math.trunc('a'))  # expect: TypeError: type str doesn't define __trunc__ method
show(lambda: math.fsum([.1]*10))  # expect: 1.0
show(lambda: math.hypot(3,4))  # expect: 5.0
show(lambda: math.dist([1,2],[4,6]))  # expect: 5.0
show(lambda: math.isclose(1,1+1e-10))  # expect: True
show(lambda: math.prod([1,2,3]))  # expect: 6
show(lambda: math.gamma(5))  # expect: 24.0
show(lambda: math.ldexp(1,5))  # expect: 32.0
show(lambda: math.frexp(8))  # expect: (0.5, 4)
show(lambda: math.modf(2.5))  # expect: (0.5, 2.0)
show(lambda: math.pow(2,3))  # expect: 8.0
show(lambda: math.fmod(5,3))  # expect: 2.0
show(lambda: math.remainder(5,3))  # expect: -1.0
show(lambda: math.nextafter(1,2))  # expect: 1.0000000000000002
show(lambda: math.ulp(1))  # expect: 2.220446049250313e-16
show(lambda: math.factorial(-1))  # expect: ValueError: factorial() not defined for negative values
show(lambda: math.factorial(1.5))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: math.comb(-1,2))  # expect: ValueError: n must be a non-negative integer
show(lambda: math.sqrt('a'))  # expect: TypeError: must be real number, not str
show(lambda: math.atan2(1,2))  # expect: 0.4636476090008061
show(lambda: math.log(8,2))  # expect: 3.0
show(lambda: math.log())  # expect: TypeError: math.log requires 1 to 2 arguments
show(lambda: math.hypot(1,2,3,4))  # expect: 5.477225575051661
show(lambda: math.cbrt(27))  # expect: 3.0000000000000004
show(lambda: math.sin(math.inf))  # expect: ValueError: math domain error
