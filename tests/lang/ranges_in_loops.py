# Loops over range(...), which need no range, and over what else is called range.
def sums(*bounds):
    total = 0
    for i in range(*bounds):
        total += i
    return total


def three(a, b, c):
    return list(range(a, b, c)), [i for i in range(a, b, c)]


print([i for i in range(3)], [i for i in range(2, 4)], [i for i in range(0)], [i for i in range(5, 2)])  # expect: [0, 1, 2] [2, 3] [] []
print(three(0, 10, 3), three(10, 0, -4), three(0, -3, 1))  # expect: ([0, 3, 6, 9], [0, 3, 6, 9]) ([10, 6, 2], [10, 6, 2]) ([], [])
print(sums(4), sums(2, 4), sums(9, 0, -3))      # expect: 6 5 18
big = 2 ** 49 - 2
print([i for i in range(big, big + 4)])         # expect: [562949953421310, 562949953421311, 562949953421312, 562949953421313]
print([i for i in range(-big, big, big)])       # expect: [-562949953421310, 0]
print([i for i in range(True, 3)], [i for i in range(2 ** 70, 2 ** 70 + 1)])  # expect: [1, 2] [1180591620717411303424]


class Three:
    def __index__(self):
        return 3


print([i for i in range(Three())])              # expect: [0, 1, 2]
for bad in ((0, 1, 0), ("1",), (1.5,), (), (1, 2, 3, 4)):
    try:
        if len(bad) == 3:
            for i in range(bad[0], bad[1], bad[2]): pass
        elif len(bad) == 1:
            for i in range(bad[0]): pass
        elif bad:
            for i in range(1, 2, 3, 4): pass
        else:
            for i in range(): pass
    except Exception as error:
        print(type(error).__name__, error)
# expect: ValueError range() arg 3 must not be zero
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError 'float' object cannot be interpreted as an integer
# expect: TypeError range expected at least 1 argument, got 0
# expect: TypeError range expected at most 3 arguments, got 4


def shadowed(range):
    return [i for i in range(2)]


print(shadowed(lambda n: "ab" * n))             # expect: ['a', 'b', 'a', 'b']


def loop():
    for i in range(2):
        yield i


print(list(loop()))                             # expect: [0, 1]
range = lambda n: [n, n]
print(list(loop()))                             # expect: [2, 2]
del range
print(list(loop()))                             # expect: [0, 1]


# What is yielded stays in its variable, and what is sent in may go to the same one.
def echo(x):
    while True:
        x = yield x
        y = (yield x), x
        x, z = yield y


g = echo(1)
print(next(g), g.send(2), g.send(3), g.send("ab"), g.send(5))  # expect: 1 2 (3, 2) a 5


def pairs():
    a, b = 1, 2
    got = [(yield a), (yield b), (yield a + b)]
    a = yield got
    yield a, b


g = pairs()
print(next(g), g.send("x"), g.send("y"), g.send("z"), g.send("w"))  # expect: 1 2 3 ['x', 'y', 'z'] ('w', 2)


class Noisy:
    def __iter__(self): return self
    def __next__(self): return 1
    def close(self): print("closed")


def delegating():
    yield from Noisy()


g = delegating()
next(g)
g.close()                                       # expect: closed


def finishing():
    try:
        yield 1
    finally:
        print("finally")


g = finishing()
next(g)
g.close()                                       # expect: finally
