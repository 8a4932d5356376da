# Keyword arguments in and out of order, defaults of both kinds, and what is wrong with calls.
def plain(a, b=2, c=3):
    return a, b, c


def only(a, /, b, *, c=5, d):
    return a, b, c, d


def many(a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10):
    return a, b, c, d, e, f, g, h, i, j


class Holder:
    def method(self, x=0, *, key=None):
        return x, key


for _ in range(2):
    print(plain(1, c=4), plain(b=1, a=2), plain(c=1, b=2, a=3), plain(1, 2, c=9))
    print(only(1, 2, d=3), only(1, b=2, d=3, c=4), Holder().method(key=1), Holder().method(4))
print(many(j=1, i=2, h=3, g=4, f=5, e=6, d=7, c=8, b=9, a=0), many(1, 2, h=0))
print(plain(**{"c": 1, "a": 2}), only(1, **{"d": 1, "b": 2}), Holder().method(*(3,), **{"key": 4}))
for call in (
    lambda: plain(c=1),
    lambda: plain(1, a=2),
    lambda: plain(1, z=2),
    lambda: only(1, 2),
    lambda: only(a=1, b=2, d=3),
    lambda: only(1, d=3),
    lambda: plain(1, 2, 3, 4),
    lambda: plain(1, 2, 3, c=4),
    lambda: Holder().method(1, 2, key=3),
):
    try:
        call()
    except TypeError as error:
        print(error)
plain.__defaults__ = (7,)
only.__kwdefaults__ = {"d": 1}
print(plain(1, c=2) if False else plain(1, 2), only(1, 2, c=3))
try:
    only(1, 2)
except TypeError as error:
    print(error)
only.__kwdefaults__["c"] = 0
print(only(1, 2))
# expect: (1, 2, 4) (2, 1, 3) (3, 2, 1) (1, 2, 9)
# expect: (1, 2, 5, 3) (1, 2, 4, 3) (0, 1) (4, None)
# expect: (1, 2, 4) (2, 1, 3) (3, 2, 1) (1, 2, 9)
# expect: (1, 2, 5, 3) (1, 2, 4, 3) (0, 1) (4, None)
# expect: (0, 9, 8, 7, 6, 5, 4, 3, 2, 1) (1, 2, 3, 4, 5, 6, 7, 0, 9, 10)
# expect: (2, 2, 1) (1, 2, 5, 1) (3, 4)
# expect: plain() missing 1 required positional argument: 'a'
# expect: plain() got multiple values for argument 'a'
# expect: plain() got an unexpected keyword argument 'z'
# expect: only() missing 1 required keyword-only argument: 'd'
# expect: only() got some positional-only arguments passed as keyword arguments: 'a'
# expect: only() missing 1 required positional argument: 'b'
# expect: plain() takes from 1 to 3 positional arguments but 4 were given
# expect: plain() got multiple values for argument 'c'
# expect: Holder.method() takes from 1 to 2 positional arguments but 3 positional arguments (and 1 keyword-only argument) were given
# expect: (1, 2, 7) (1, 2, 3, 1)
# expect: only() missing 1 required keyword-only argument: 'c'
# expect: (1, 2, 0, 1)
