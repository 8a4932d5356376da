"""Closures, decorators, partial functions, keyword and default arguments."""
import functools


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **keywords):
        wrapper.calls += 1
        return function(*args, **keywords)

    wrapper.calls = 0
    return wrapper


@counted
def weighted(a, b=2, *rest, scale=1, **options):
    return (a + b + sum(rest)) * scale + len(options)


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value

    return composed


def make_counter(step):
    total = 0

    def count(times=1):
        nonlocal total
        total += step * times
        return total

    return count


@functools.lru_cache(maxsize=None)
def ways(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(amount - coins[0], coins) + ways(amount, coins[1:])


def run(size):
    weighted.calls = 0
    ways.cache_clear()
    pipeline = compose(lambda x: x + 1, functools.partial(pow, exp=2, mod=1009), lambda x: x * 3)
    counter = make_counter(3)
    total = 0
    for i in range(size):
        total += pipeline(i) + counter() + counter(times=2)
        total += weighted(i) + weighted(i, 3, 4, 5, scale=2) + weighted(a=i, key=1)
    return total, weighted.calls, ways(200, (50, 20, 10, 5, 2, 1))


SIZE = 20_000
EXPECTED = (4430858999, 60000, 69118)
