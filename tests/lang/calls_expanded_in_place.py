# Calls with * and ** whose tuple and dict nobody sees.
def show(*args, **named):
    return args, named


def plain(a, b=2, *, c=3):
    return a, b, c


class Holder:
    def method(self, *args, **named):
        return args, named


pair, named = (1, 2), {"c": 5}
print(show(0, *pair), show(0, *pair, **named))  # expect: ((0, 1, 2), {}) ((0, 1, 2), {'c': 5})
print(show(1, 2, **named), show(*pair, x=1, **named))  # expect: ((1, 2), {'c': 5}) ((1, 2), {'x': 1, 'c': 5})
print(plain(7, *(8,), **named), plain(1, *[2], c=4))  # expect: (7, 8, 5) (1, 2, 4)
print(Holder().method(0, *pair, **named))  # expect: ((0, 1, 2), {'c': 5})
print(show(0, *pair, 9), show(*pair, *pair))  # expect: ((0, 1, 2, 9), {}) ((1, 2, 1, 2), {})

# Each part is evaluated in its turn.
items = [1, 2]
print(show(0, *items, k=items.pop()))  # expect: ((0, 1, 2), {'k': 2})
print(show(x := 1, *(x := 2,), x))  # expect: ((1, 2, 2), {})

# The dict of the callee is its own, the entries keep their order, and deleted ones are gone.
options = {"a": 1, "b": 2, "c": 3}
del options["a"]
inner = show(**options)[1]
inner["d"] = 4
print(options, inner)  # expect: {'b': 2, 'c': 3} {'b': 2, 'c': 3, 'd': 4}


def receive():
    first = yield
    print(show(1, *(yield 2), **(yield 3)), first)


running = receive()
next(running)
running.send(0)
running.send((7,))
try:
    running.send({"w": 1})  # expect: ((1, 7), {'w': 1}) 0
except StopIteration:
    pass

for call in (
    lambda: show(1, *5),
    lambda: show(*5),
    lambda: show(1, **5),
    lambda: show(**{1: 2}),
    lambda: plain(1, **{"a": 2}),
    lambda: plain(1, 2, 3, **{"zz": 2}),
    lambda: show(a=1, **{"a": 2}),
):
    try:
        call()
    except TypeError as error:
        print(error)
# expect: Value after * must be an iterable, not int
# expect: __main__.show() argument after * must be an iterable, not int
# expect: __main__.show() argument after ** must be a mapping, not int
# expect: keywords must be strings
# expect: plain() got multiple values for argument 'a'
# expect: plain() got an unexpected keyword argument 'zz'
# expect: __main__.show() got multiple values for keyword argument 'a'
