import math
from array import array
from itertools import chain


# Up to 32 items are collected before there is a list; then it grows.
for count in (0, 1, 31, 32, 33, 64, 65, 200):
    made = list(x for x in range(count))
    assert made == [*range(count)], count
    assert tuple(x for x in range(count)) == tuple(range(count)), count
    assert list(map(lambda a, b, c, d, e: (a, e), *[range(count)] * 5)) == [(i, i) for i in range(count)]
    assert list(chain("ab" * count, range(count))) == list("ab") * count + list(range(count))
    texts = ",".join(str(i) for i in range(count + 1)).split(",")
    assert texts == [str(i) for i in range(count + 1)], count
print("sizes")                                      # expect: sizes


class Hinted:
    def __init__(self, hint, count):
        self.hint, self.count = hint, count

    def __iter__(self):
        print("iter")
        return iter([object] * self.count)

    def __length_hint__(self):
        print("hint")
        return self.hint


print(len(list(Hinted(3, 40))))
# expect: iter
# expect: hint
# expect: 40
print(len(tuple(Hinted(1000, 2))))
# expect: iter
# expect: hint
# expect: 2
try:
    list(Hinted(-1, 0))
except ValueError as error:
    print(error)
# expect: iter
# expect: hint
# expect: __length_hint__() should return >= 0


def fails(count):
    yield from range(count)
    raise KeyError(count)


for count in (0, 5, 40):
    try:
        list(fails(count))
    except KeyError as error:
        print(error)
# expect: 0
# expect: 5
# expect: 40

# A list that is known already grows while it is read.
seen = []
def watch():
    for i in range(3):
        seen.append(len(grown))
        yield i
grown = []
grown.extend(watch())
grown.__init__(watch())
print(seen)                                         # expect: [0, 1, 2, 0, 1, 2]

# Copies are lists of their own, of numbers and of objects.
for original in ([], [1, 2, 3], ["a", None, 2.5], [[]] * 3):
    for copy in (original.copy(), original[:], list(original), original * 1, original + []):
        assert copy == original and copy is not original
        copy.append("more")
        assert len(copy) == len(original) + 1
print([1, 2, 3, 4][1:3], ["a", "b", "c"][:2], [1, 2][5:])  # expect: [2, 3] ['a', 'b'] []

print([math.comb(n, k) for n, k in ((0, 0), (5, 2), (67, 33), (67, 34), (67, 1), (68, 34), (3, 5))])
# expect: [1, 10, 14226520737620288370, 14226520737620288370, 67, 28453041475240576740, 0]
print(math.factorial(20), math.factorial(21))       # expect: 2432902008176640000 51090942171709440000

for typecode, inside, outside in (("b", (-128, 127), (-129, 128)), ("B", (0, 255), (-1, 256)),
                                  ("H", (0, 65535), (-1, 65536)), ("i", (-2**31, 2**31 - 1), (-2**31 - 1, 2**31)),
                                  ("I", (0, 2**32 - 1), (-1, 2**32)), ("Q", (0, 2**64 - 1), (-1, 2**64))):
    assert array(typecode, inside).tolist() == list(inside)
    for number in outside:
        try:
            array(typecode, [number])
        except OverflowError:
            pass
        else:
            print(typecode, number)
print(array("i", [True, False]).tolist())           # expect: [1, 0]
print(dict([("a", 1)] * 200 + [(1, "b")]), dict([["x", 1], "yz", (2, 3), (4, 5), (6, 7)]))
# expect: {'a': 1, 1: 'b'} {'x': 1, 'y': 'z', 2: 3, 4: 5, 6: 7}
print(("a" * 1000 + "b").count("a"), ("\u20ac" * 700).count("\u20ac"), "abca".count("a", 1))  # expect: 1000 700 1

# Dicts, their views and sets, with entries deleted, of numbers and of objects.
numbers = {i: -i for i in range(10)}
del numbers[3], numbers[0]
words = dict.fromkeys("abc", 1)
print(list(numbers), list(numbers.keys()), list(numbers.values()))
# expect: [1, 2, 4, 5, 6, 7, 8, 9] [1, 2, 4, 5, 6, 7, 8, 9] [-1, -2, -4, -5, -6, -7, -8, -9]
print(list(words), list(words.values()), list(words.items()), tuple(words.items()))
# expect: ['a', 'b', 'c'] [1, 1, 1] [('a', 1), ('b', 1), ('c', 1)] (('a', 1), ('b', 1), ('c', 1))
grown = [0]
grown.extend(words)
grown.extend(words.values())
grown.extend({}.items())
grown += {7}
grown += frozenset(["x"])
print(grown, sorted({3, 1, 2}), list(set()))        # expect: [0, 'a', 'b', 'c', 1, 1, 1, 7, 'x'] [1, 2, 3] []


class Counted(dict):
    def __iter__(self):
        return iter(["own", "order"])


print(list(Counted(a=1)), list(Counted(a=1).keys()), list(Counted(a=1).items()))
# expect: ['own', 'order'] ['a'] [('a', 1)]

# Sums go on from one kind of number to the next.
print(sum([1, 2, 2.5, True, 1]), sum((0.5, 0.25, 1)), sum([2**48, 2**48, 2**48, -2**48, 0.5]), sum([1, 2j, 3.0]))
# expect: 7.5 1.75 562949953421312.5 (4+2j)
print(sum(range(10)), sum([True, True]), sum([], 1.5), sum([float("inf"), -float("inf")]), sum([2**49 - 1, 1, 2**60]))
# expect: 45 2 1.5 nan 1153484454560268288
try:
    sum([1.5, "x"])
except TypeError as error:
    print(error)                                    # expect: unsupported operand type(s) for +: 'float' and 'str'

for text in ("", "ascii", "caf\xe9", "\u20ac uro", "\U0001f600!"):
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        assert text.encode(encoding).decode(encoding) == text, (text, encoding)
print("a\u20ac".encode("utf-16"), "a".encode("utf-32-be"), "\U0001f600".encode("utf-16-be"))
# expect: b'\xff\xfea\x00\xac ' b'\x00\x00\x00a' b'\xd8=\xde\x00'
try:
    "a\ud800".encode("utf-16")
except UnicodeEncodeError as error:
    print(error)
# expect: 'utf-16' codec can't encode character '\ud800' in position 1: surrogates not allowed

for count in (1, 32, 33, 100):
    data = b" ".join([b"%d" % i for i in range(count)])
    for made in (data.split(), data.split(b" "), data.rsplit(), data.rsplit(b" "), data.replace(b" ", b"\n").splitlines()):
        assert made == [b"%d" % i for i in range(count)], made
print(b" a  b ".split(), b"a,b,c".rsplit(b",", 1), bytearray(b"x y").split(None, 1))
# expect: [b'a', b'b'] [b'a,b', b'c'] [bytearray(b'x'), bytearray(b'y')]
