# Each generator closes the one that it delegates to, or throws into it.
import sys


def delegate(iterator):
    yield from iterator


def suspended_chain():
    iterator = iter([1, 2])
    for _ in range(100_000):
        iterator = delegate(iterator)
    next(iterator)
    return iterator


def end(finish, *arguments):
    generator = suspended_chain()
    try:
        finish(generator, *arguments)
    except (RecursionError, ValueError):
        pass
    print(generator.gi_frame)


Generator = type(delegate(()))
if sys.implementation.name == "cpython":  # its stack would overflow
    suspended_chain = lambda: delegate(())
else:
    sys.setrecursionlimit(10**6)
end(Generator.close)              # expect: None
end(Generator.throw, ValueError)  # expect: None
