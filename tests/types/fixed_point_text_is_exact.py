# format(x, ".nf") rounds the exact value of x, halves to even.
from fractions import Fraction
import random
import struct


def exact(value, precision):
    scaled = round(Fraction(abs(value)) * 10**precision)  # half to even
    digits = str(scaled).rjust(precision + 1, "0")
    sign = "-" if struct.pack(">d", value)[0] & 0x80 else ""
    return sign + (digits[:-precision] + "." + digits[-precision:] if precision else digits)


random.seed(5)
values = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 2.675, 1e22, 1e-7, 5e-324, 9.999999, 999999.5, 123456789.125, 1e15 + 0.5]
values += [random.uniform(-1000, 1000) for _ in range(300)]
values += [struct.unpack("<d", struct.pack("<Q", random.getrandbits(62)))[0] for _ in range(300)]
wrong = [(v, p) for v in values for p in (0, 1, 2, 3, 6, 12, 17, 18, 25) if format(v, f".{p}f") != exact(v, p)]
print(wrong)  # expect: []
print(f"{2.5:.0f} {3.5:.0f} {0.125:.2f} {1e16:.1f} {-0.001:.2f} {1/3:>10.3f}|{7:<6.1f}|")  # expect: 2 4 0.12 10000000000000000.0 -0.00      0.333|7.0   |
print("%5.1f %.3f %08.2f %+.1f" % (2.25, 1e-9, -3.14159, 9.95))  # expect:   2.2 0.000 -0003.14 +9.9
print(f"{1234567.891:,.2f} {0.5:%} {255:#x} {-255:08b} {42:^7}|{65:c} {10**20:,}")  # expect: 1,234,567.89 50.000000% 0xff -11111111   42   |A 100,000,000,000,000,000,000
print(1e16, 1e15, 123456.789, 1e-4, 1e-5, 0.1 + 0.2, -2.0, 5e-324, 100.0)  # expect: 1e+16 1000000000000000.0 123456.789 0.0001 1e-05 0.30000000000000004 -2.0 5e-324 100.0
