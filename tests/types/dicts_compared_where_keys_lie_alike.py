# Comparing dicts: keys at the same places and at others, deleted entries, values that change a dict meanwhile.
from collections import OrderedDict

a = {i: str(i) for i in range(20)}
b = {i: str(i) for i in reversed(range(20))}
print(a == b, a == dict(a), a != b)                 # expect: True True False
del a[3], b[3]
print(a == b, {1: 2} == {1: 2, 3: 4})               # expect: True False
a[3], b[3] = 1, True
print(a == b, {1: "x"} == {1.0: "x"}, {1: "x"} == {True: "y"})  # expect: True True False
nan = float("nan")
print({nan: 1} == {nan: 1}, {1: nan} == {1: nan}, {nan: 1} == {float("inf"): 1})  # expect: True True False


class Odd:
    """Equal to everything, and changes the dict it is compared in."""

    def __init__(self, victim):
        self.victim = victim

    def __eq__(self, other):
        self.victim.clear()
        return True


for kind in (dict, OrderedDict):
    left, right = kind(), kind()
    for i in range(5):
        left[i], right[i] = Odd(right), i
    print(left == right)
# expect: False
# expect: False

x = OrderedDict((i, i) for i in range(5))
y = OrderedDict(x)
print(x == y)                                       # expect: True
y.move_to_end(2)
print(x == y, dict(x) == y, x == dict(y))           # expect: False True True
x.move_to_end(2)
print(x == y)                                       # expect: True
del x[0], y[0]
x[0] = y[0] = 9
print(x == y, x == OrderedDict(x), OrderedDict() == OrderedDict())  # expect: True True True
print(OrderedDict([(1, 1), (2, 2)]) == OrderedDict([(1.0, 1), (True + 1, 2)]))  # expect: True
