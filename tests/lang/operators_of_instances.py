# Special methods in Python that operators, comparisons, items, truth and len() call.
class Number:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Number(self.x + other.x) if isinstance(other, Number) else NotImplemented

    def __radd__(self, other):
        return "radd", other

    def __iadd__(self, other):
        self.x += 1
        return self

    def __sub__(self, other):
        return NotImplemented

    def __eq__(self, other):
        return self.x == other.x if isinstance(other, Number) else NotImplemented

    def __lt__(self, other):
        return self.x < other.x if isinstance(other, Number) else NotImplemented

    def __getitem__(self, key):
        return "item", key

    def __setitem__(self, key, value):
        self.last = key, value

    def __contains__(self, item):
        return item

    def __len__(self):
        return self.x

    def __neg__(self):
        return "neg"


class Positive(Number):
    def __radd__(self, other):
        return "first"

    def __bool__(self):
        return self.x > 2


class Right:
    def __rsub__(self, other):
        return "rsub"

    def __gt__(self, other):
        return "gt"

    def __eq__(self, other):
        return []


class Wrong:
    def __bool__(self):
        return 5

    def __len__(self):
        return -1

    def __lt__(self, other):
        raise KeyError("lt")


one, two = Number(1), Number(2)
print((one + two).x, one + Positive(3), 5 + one, one == two, one == 5, one != 5, one < two)
print(one - Right(), one < Right(), one == Right())
print("equal" if one == Right() else "not equal", "less" if one < Right() else "not less")
print(one[1], one["k"], 1 in one, [] in one, [] not in one, len(one), -one)
one[1] = 2
print(one.last, [1 if p else 0 for p in (Positive(1), Positive(3))], not Positive(1))
same = one
same += two
same_x = one
same_x -= Right()
print(same is one, same.x, same_x)


def refuses(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


refuses(lambda: one - two)
refuses(lambda: one < 5)
refuses(lambda: len(Wrong()))
refuses(lambda: not Wrong())
refuses(lambda: 1 if Wrong() else 2)
refuses(lambda: Wrong() < 1)


class Endless:
    def __add__(self, other):
        return self + other

    def __eq__(self, other):
        return self == other


for call in (lambda: Endless() + 1, lambda: Endless() == 1):
    try:
        call()
    except RecursionError:
        print("deep")


def steps():
    number = Number(4)
    yield (number + Number(5)).x
    yield number == Number(4)
    yield len(number)
    if number < Number(9):
        yield number[7]


print(list(steps()))
# expect: 3 first ('radd', 5) False False True True
# expect: rsub gt []
# expect: not equal less
# expect: ('item', 1) ('item', 'k') True False True 1 neg
# expect: (1, 2) [0, 1] True
# expect: True 2 rsub
# expect: TypeError unsupported operand type(s) for -: 'Number' and 'Number'
# expect: TypeError '<' not supported between instances of 'Number' and 'int'
# expect: ValueError __len__() should return >= 0
# expect: TypeError __bool__ should return bool, returned int
# expect: TypeError __bool__ should return bool, returned int
# expect: KeyError 'lt'
# expect: deep
# expect: deep
# expect: [9, True, 4, ('item', 7)]
