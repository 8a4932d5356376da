# What machine code lets C++ do in place, and the loops and functions next to it, with what they seldom meet.
class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return ("add", self.value, other)

    def __radd__(self, other):
        return ("radd", self.value, other)

    def __contains__(self, item):
        return item == self.value

    def __lt__(self, other):
        return self.value < getattr(other, "value", other)

    def __gt__(self, other):
        return self.value > getattr(other, "value", other)

    def __setitem__(self, key, value):
        self.value = (key, value)


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def arithmetic(a, b):
    return a + b, a - b, a * b, a // b, a % b, a & b, a | b, a ^ b, a << b, a >> b, ~a


def sums(a, b):
    c = a + b
    a += b
    return c, a


def membership(item, container):
    return item in container, item not in container


def extremes(a, b, c):
    return min(a, b), max(a, b), min(a, b, c), max(a, b, c)


def store(container, key, value):
    container[key] = value
    return container


def numbered(items):
    found = []
    for i, item in enumerate(items, 2**47 - 2):
        found.append((i, item))
    return found


def zipped(a, b):
    found = []
    for x, y in zip(a, b):
        found.append((x, y))
        if len(found) == 2 and isinstance(a, list):
            a.append(9)
    return found


def over(iterable):
    found = []
    for item in iterable:
        found.append(item)
    return found


class Stops:
    def __init__(self):
        self.asked = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.asked += 1
        if self.asked % 3 == 0:
            raise StopIteration
        return self.asked


def mapped(stops):
    found = []
    for item in map(abs, stops):
        found.append(item)
    return found, stops.asked


def yields(items):
    for item in items:
        yield item
    return "end"


def drain(generator):
    items = []
    try:
        while True:
            items.append(next(generator))
    except StopIteration as stop:
        items.append(stop.value)
    return items


class Point:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    @property
    def bad(self):
        return self.missing


def both(point):
    return point.x, point.x + 1


big = 2**50 - 1
values = [3, -7, big, -big, 2**70, 1.5, "text", (1, 2), [3], True, None, Number(4)]
for turn in range(3):
    lines = []
    for a in values[:5] + [True, 1.5]:
        for b in (2, 7, -3, 0, 2**66, 1.5):
            if b in (2**66,) and isinstance(a, int):
                lines.append(attempt(sums, a, b))
            else:
                lines.append(attempt(arithmetic, a, b))
    for a in values:
        for b in values:
            lines.append(attempt(sums, list(a) if isinstance(a, list) else a, b))
            lines.append(attempt(membership, a, b))
            lines.append(attempt(extremes, a, b, 3))
            lines.append(type(attempt(store, a if not isinstance(a, list) else [1, 2], b, 1)).__name__)
    for container in ("text", "", {1: 2}, {1, 2}, frozenset([3]), b"abc", range(4), [1.0], (None,), {1: 2}.keys()):
        for item in (1, "t", "te", "", b"a", 97, None, [1], 3.0):
            lines.append(attempt(membership, item, container))
    for items in ([1, 2, 3, 4], (1, 2), "ab", {5: 6}, [], iter([7]), Stops()):
        lines.append(attempt(numbered, items))
    for a, b in (([1, 2, 3], [4, 5]), ([1, 2], (3, 4, 5)), ((1,), "ab"), ([], [1]), (Stops(), [1, 2, 3]), ([1, 2, 3], "abcdef")):
        lines.append(attempt(zipped, a, b))
    same = iter([1, 2, 3, 4, 5])
    lines.append(attempt(zipped, same, same))
    for iterable in ("añ", {1, 2}, {3: 4}, {5: 6}.values(), {7: 8}.items(), b"ab", Stops(), iter(int, 0), map(str, [1]), 5):
        lines.append(attempt(over, iterable))
    stops = Stops()
    lines += [attempt(mapped, stops), attempt(mapped, stops)]
    lines += [drain(yields("ab")), sum(yields([1, 2, 3])), list(yields(())), drain(yields(x for x in range(3)))]
    lines += [both(Point(3)), both(Point(2.5)), attempt(both, Point("a")), attempt(lambda: Point(1).bad)]
    for i in range(40):
        lines.append(sorted([Point(3), Point(1), Point(i)], key=lambda point: point.x)[0].x)
    text = repr([repr(line).replace(" at 0x", "@").split("@")[0] for line in lines])
    print(len(lines), len(text), sum(ord(c) * (i % 97) for i, c in enumerate(text)))
# expect: 782 32525 118861775
# expect: 782 32781 120529582
# expect: 782 32781 120529582
