"""Sorting: numbers, strings, tuples, objects by key, with namedtuples and dataclasses."""
from collections import namedtuple
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter

Point = namedtuple("Point", "x y label")


@dataclass(order=True)
class Job:
    priority: int
    name: str = field(compare=False)
    cost: float = 0.0


def run(size):
    state, values = 1, []
    for _ in range(size):
        state = state * 48271 % 0x7FFFFFFF
        values.append(state)
    numbers = sorted(values)
    floats = sorted(value / 7 for value in values)
    strings = sorted(map(str, values), reverse=True)
    points = sorted((Point(v % 50, v % 31, str(v)) for v in values), key=attrgetter("y", "x"))
    jobs = sorted(Job(v % 20, f"job{v}", v / 3) for v in values)
    pairs = sorted(((v % 10, v) for v in values), key=itemgetter(1))
    mixed = sorted(numbers[: size // 2] + numbers[::2], key=lambda v: -v)
    return numbers[3], round(floats[5], 3), strings[2], points[7].label, jobs[11].priority, pairs[0], mixed[1]


SIZE = 8000
EXPECTED = (248479, 80141.286, '999552017', '956272252', 0, (1, 48271), 2145217489)
