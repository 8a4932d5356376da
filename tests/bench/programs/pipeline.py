"""Generators that feed one another, and itertools."""
import itertools


def numbers(count):
    value = 42
    for _ in range(count):
        value = value * 69069 + 1 & 0xFFFFFFFF
        yield value >> 8


def windows(values, size):
    values = iter(values)
    window = list(itertools.islice(values, size))
    for value in values:
        yield tuple(window)
        window.pop(0)
        window.append(value)


def averages(values):
    total = count = 0
    answer = None
    for value in values:
        total += value
        count += 1
        answer = total // count
        yield answer


def running_maximum():
    highest = value = yield
    while True:
        highest = max(highest, value)
        value = yield highest


def run(size):
    rising = sum(1 for a, b, c in windows(numbers(size), 3) if a < b < c)
    last = 0
    for last in averages(n for n in numbers(size) if n & 1):
        pass
    maximum = running_maximum()
    next(maximum)
    peaks = {maximum.send(n) for n in numbers(size)}
    groups = itertools.groupby(sorted(n % 97 for n in numbers(size)))
    sizes = [len(list(group)) for _, group in groups]
    pairs = sum(a * b for a, b in zip(itertools.accumulate(sizes), itertools.cycle([1, -1])))
    return rising, last, len(peaks), max(sizes), pairs


SIZE = 40_000
EXPECTED = (6637, 8392220, 14, 469, 20063)
