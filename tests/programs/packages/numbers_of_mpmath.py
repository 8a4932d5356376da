"""mpmath: constants, functions, integrals, roots, matrices to many digits."""
from mpmath import mp, mpc, mpf, matrix, pi, e, zeta, gamma, quad, findroot, sin, exp, log, sqrt, besselj, nsum, inf, diff, taylor, polyroots, lu_solve, eig, identify, hyp2f1, ellipk, erf, lambertw, iv

for digits in 15, 50, 200:
    mp.dps = digits
    print(+pi, +e, zeta(3), gamma(mpf(1) / 3), sqrt(2), exp(mpc(1, 2)), log(mpf(7)), sep='\n')
mp.dps = 30
print(quad(lambda x: exp(-x ** 2), [-inf, inf]), findroot(lambda x: sin(x) - x / 2, 2), nsum(lambda n: 1 / n ** 2, [1, inf]))
print(besselj(0, 10), hyp2f1(1, 2, 3, mpf(1) / 4), ellipk(0.5), erf(1), lambertw(1), diff(sin, 1, 3), taylor(exp, 0, 5))
print(polyroots([1, 0, -2, 1]), lu_solve(matrix([[1, 2], [3, 4]]), matrix([5, 6])), identify(1.618033988749895))
print(eig(matrix([[2, 1], [1, 3]]))[0], iv.mpf([1, 2]) ** 2, mpf('1e-1000') * 3, mp.nstr(pi, 5), repr(mpf(1) / 3))
