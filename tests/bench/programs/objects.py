"""Special methods in Python: containers, iteration, comparison, hashing, attributes made on demand."""


class Fraction:
    __slots__ = ("top", "bottom")

    def __init__(self, top, bottom=1):
        a, b = top, bottom
        while b:
            a, b = b, a % b
        self.top, self.bottom = top // a, bottom // a

    def __add__(self, other):
        return Fraction(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __mul__(self, other):
        return Fraction(self.top * other.top, self.bottom * other.bottom)

    def __lt__(self, other):
        return self.top * other.bottom < other.top * self.bottom

    def __eq__(self, other):
        return self.top == other.top and self.bottom == other.bottom

    def __hash__(self):
        return hash((self.top, self.bottom))

    def __bool__(self):
        return self.top != 0

    def __str__(self):
        return f"{self.top}/{self.bottom}"


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __len__(self):
        return len(self.coefficients)

    def __getitem__(self, i):
        return self.coefficients[i]

    def __iter__(self):
        return iter(self.coefficients)

    def __contains__(self, value):
        return value in self.coefficients

    def __call__(self, x):
        total = Fraction(0)
        for coefficient in reversed(self.coefficients):
            total = total * x + coefficient
        return total


class Lazy:
    def __init__(self):
        self.made = 0

    def __getattr__(self, name):
        if not name.startswith("value_"):
            raise AttributeError(name)
        self.made += 1
        value = Fraction(int(name[6:]), 7)
        setattr(self, name, value)
        return value


def run(size):
    lazy = Lazy()
    total = Fraction(0)
    polynomial = Polynomial(*(Fraction(i, i + 1) for i in range(6)))
    for i in range(size):
        total = total + getattr(lazy, f"value_{i % 50}") * Fraction(1, i % 9 + 1)
        if i % 10 == 0:
            total = total + polynomial(Fraction(1, i % 5 + 2))
            total = Fraction(total.top % 1000003, total.bottom % 10007 + 1)
    unique = {Fraction(i % 12, i % 8 + 1) for i in range(size)}
    return str(total), lazy.made, len(unique), str(max(unique)), Fraction(1, 2) in polynomial, hasattr(lazy, "other")


SIZE = 14_000
EXPECTED = ('38385203/909720', 50, 23, '8/1', True, False)
