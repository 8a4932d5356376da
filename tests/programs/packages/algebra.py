"""sympy: a session."""
from sympy import *

x, y, z = symbols('x y z')
n = symbols('n', integer=True, positive=True)
print(expand((x + y) ** 5), factor(x ** 4 - 1), simplify(sin(x) ** 2 + cos(x) ** 2), apart(1 / (x ** 3 - x)), together(1 / x + 1 / y))
print(diff(sin(x) * exp(x ** 2), x, 2), integrate(x ** 2 * exp(-x), (x, 0, oo)), integrate(1 / (x ** 4 + 1), x), limit(sin(x) / x, x, 0), series(exp(sin(x)), x, 0, 6))
print(solve(x ** 3 - 6 * x + 4, x), solve([x + y - 3, x * y - 2], [x, y]), solveset(sin(x), x, Interval(0, 10)), dsolve(Function('f')(x).diff(x, 2) + Function('f')(x)))
print(Matrix([[1, 2], [3, 4]]).inv(), Matrix([[2, 1], [1, 2]]).eigenvals(), Matrix(3, 3, lambda i, j: x ** (i * j)).det(), factorint(2 ** 64 - 1), nextprime(10 ** 12))
print(summation(1 / n ** 2, (n, 1, oo)), pi.evalf(60), Rational(1, 3) + Rational(1, 6), sqrt(8), (1 + I) ** 10, latex(Integral(x ** 2 / y, (x, 0, 1))), srepr(x + 1))
pprint(Integral(sqrt(1 / x), x) + Matrix([[x, 1 / y], [Rational(1, 2), z ** 2]]).det())
print(to_cnf((x | y) & ~z), satisfiable(x & ~y), groebner([x ** 2 + y, x * y - 1], x, y), laplace_transform(exp(-x), x, z)[0], Poly(x ** 3 + 2 * x, x).all_coeffs(), lambdify(x, x ** 2 + sin(x), 'math')(2))
