"""Calls of a small recursive function."""


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def run(size):
    return fibonacci(size)


SIZE = 27
EXPECTED = 196418
