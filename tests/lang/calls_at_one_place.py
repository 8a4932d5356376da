# One call instruction meets all kinds of callables in turn, and each kind again after another one.
import functools
import math


class Plain:
    pass


class Point:
    def __init__(self, x=0):
        self.x = x

    def __call__(self, x):
        return x + 1

    def method(self, x):
        return x + 2

    @classmethod
    def class_method(cls, x):
        return x + 3

    @staticmethod
    def static_method(x):
        return x + 4


class Made(list):
    def __init__(self, x):
        super().__init__([x])


class Odd:
    def __new__(cls, x):
        return x


def simple(x):
    return x


def with_default(x, y=5):
    return x + y


def with_rest(*args, **kwargs):
    return args, kwargs


def keyword_only(x, *, scale=10):
    return x * scale


def generator(callables, x):
    for f in callables:
        yield f(x)


point = Point()
callables = [simple, with_default, with_rest, keyword_only, point, point.method, Point.class_method,
             Point.static_method, functools.partial(with_default, y=1), Point, Made, Odd, abs, float, str, type,
             math.sqrt, [].append, {4: 5}.get, len and (lambda x: x * 2)]


def show(value):
    return value.x if isinstance(value, Point) else value


expected = [show(f(4)) for f in callables]
print(expected)  # expect: [4, 9, ((4,), {}), 40, 5, 6, 7, 8, 5, 4, [4], 4, 4, 4.0, '4', <class 'int'>, 2.0, None, 5, 8]
print([show(f(4)) for f in callables[::-1]] == expected[::-1])  # expect: True
print([show(v) for v in generator(callables, 4)] == expected)  # expect: True


def length(f, x):
    return f(x)


print([length(f, x) for f, x in [(len, "abc"), (len, [1]), (len, {1: 2}), (len, {3, 4}), (abs, -3), (len, b"12")]])  # expect: [3, 1, 1, 2, 3, 2]
print([isinstance(x, c) for x, c in [(1, int), (True, int), (point, Point), (point, Made), (1, (str, int)), (Made(1), list)]])  # expect: [True, True, True, False, True, True]


def call_method(f):
    return f.method(1) if not isinstance(f, str) else f.upper()


Plain.method = lambda self, x: x
math.method = math.sqrt
odd = Plain()
odd.method = abs
print([call_method(f) for f in [point, Plain(), "a", odd, math, "b", point]])  # expect: [3, 1, 'A', 1, 1.0, 'B', 3]


class Changing:
    def __init__(self):
        self.x = 1


def make():
    return Changing().x


first = make()
Changing.__init__ = lambda self: setattr(self, "x", 2)
second = make()
Changing.__new__ = lambda cls: Point(3)
third = make()
print(first, second, third)  # expect: 1 2 3

print([f() for f in [Plain, dict, Point] * 2][1])  # expect: {}
Plain(1)  # raises: TypeError: Plain() takes no arguments
