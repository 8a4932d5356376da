"""Float and complex arithmetic: how fast the points of a grid escape."""


def escape_time(x, y, limit):
    a = b = 0.0
    for i in range(limit):
        a, b = a * a - b * b + x, 2 * a * b + y
        if a * a + b * b > 4.0:
            return i
    return limit


def escape_time_complex(c, limit):
    z = 0j
    for i in range(limit):
        z = z * z + c
        if abs(z) > 2.0:
            return i
    return limit


def run(size):
    total = 0
    for row in range(size):
        for column in range(size):
            x, y = 3.0 * column / size - 2.0, 2.0 * row / size - 1.0
            total += escape_time(x, y, 50)
            if row % 4 == 0:
                total += escape_time_complex(complex(x, y), 50)
    return total


SIZE = 100
EXPECTED = 207395
