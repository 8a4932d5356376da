"""A tour of the language: what it prints is the same under every Python 3.11."""

import collections
import contextlib
import functools
import itertools
import json
import re
import sys
import textwrap

import shapes
import words


def section(title):
    print(f"\n-- {title} ".ljust(61, "-"))


def show_numbers():
    section("numbers")
    print("2**200 =", 2**200)
    print("1/3 =", 1 / 3, " 1e16 =", 1e16, " round(2.675, 2) =", round(2.675, 2))
    print(f"{1234567.891:,.2f} {255:#x} {0.1:.20f} {complex(1, -2)}")
    print("digits of pi:", "".join(map(str, itertools.islice(pi_digits(), 40))))


def pi_digits():
    """The decimal digits of pi, one by one (Gibbons' spigot)."""
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < m * t:
            yield m
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = (
                q * k, (2 * q + r) * x, t * x, k + 1,
                (q * (7 * k + 2) + r * x) // (t * x), x + 2,
            )


def show_classes():
    section("classes")
    drawing = shapes.Drawing(shapes.Circle(1), shapes.Rectangle(3, 4), shapes.Square(2))
    for shape in sorted(drawing, key=lambda each: each.area):
        print(f"{shape!r:24} area {shape.area:6.2f}  {shapes.describe(shape)}")
    print("kinds:", ", ".join(shapes.Shape.kinds))


def show_text():
    section("text")
    counts = words.count(words.TEXT)
    for word, count in counts.most_common(4):
        print(f"{word:<10}{'*' * count} {count}")
    print(textwrap.fill(words.swap_case_of_vowels(words.TEXT), 60))
    print(re.sub(r"(\w+), (\w+)", r"\2 \1", "Lovelace, Ada"))
    print(json.dumps({"naïve": [1, 2.5, None, True], "key": {"a": []}}, indent=None))


def show_functions():
    section("functions")

    @functools.lru_cache(maxsize=None)
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    print("fibonacci(90) =", fibonacci(90))
    print("primes:", list(itertools.islice(primes(), 12)))

    def spread(first, /, *rest, sep=" ", **named):
        return sep.join(map(str, [first, *rest, *named.items()]))

    print(spread(1, 2, 3, sep="|", x=4))
    print([(x, y) for x in range(4) if x % 2 for y in "ab"], {n % 3 for n in range(9)})


def primes():
    composites = {}
    for number in itertools.count(2):
        factors = composites.pop(number, None)
        if factors is None:
            yield number
            composites[number * number] = [number]
            continue
        for prime in factors:
            composites.setdefault(number + prime, []).append(prime)


@contextlib.contextmanager
def noted(name):
    print("enter", name)
    try:
        yield name
    finally:
        print("leave", name)


def show_errors():
    section("errors")
    with contextlib.suppress(ZeroDivisionError), noted("division"):
        print(1 // 0)
    try:
        {}["missing"]
    except KeyError as error:
        print("KeyError:", error)
    try:
        raise ExceptionGroup("several", [ValueError(1), TypeError("two")])
    except* ValueError as group:
        print("values:", group.exceptions)
    except* TypeError as group:
        print("types:", group.exceptions)


class Pause:
    """Awaiting it gives the other tasks a turn."""

    def __await__(self):
        yield


async def produce(name, count):
    for number in range(count):
        await Pause()
        yield f"{name}{number}"


async def consume(name, count, log):
    async for item in produce(name, count):
        log.append(item)
    return count


def run_together(*tasks):
    """The smallest of event loops: every task one step, in turn."""
    queue = collections.deque(tasks)
    results = []
    while queue:
        task = queue.popleft()
        try:
            task.send(None)
        except StopIteration as stop:
            results.append(stop.value)
        else:
            queue.append(task)
    return results


def show_coroutines():
    section("coroutines")
    log = []
    print(run_together(consume("a", 2, log), consume("b", 3, log)), log)


def main():
    print("Python", ".".join(map(str, sys.version_info[:2])))
    show_numbers()
    show_classes()
    show_text()
    show_functions()
    show_errors()
    show_coroutines()


if __name__ == "__main__":
    main()
