# enumerate, zip, map, filter, reversed, iter.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


print(list(zip("ab", [1, 2])), list(map(str, [1, 2])), list(filter(None, [0, 1])), list(enumerate("ab", 5)), list(reversed([1, 2])))
# expect: [('a', 1), ('b', 2)] ['1', '2'] [1] [(5, 'a'), (6, 'b')] [2, 1]
print(list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(zip()), list(enumerate([1], 2**49)))
# expect: [11, 22] [] [(562949953421312, 1)]
show(lambda: list(zip([1], [1, 2], strict=True)))
# expect: ValueError zip() argument 2 is longer than argument 1
show(lambda: list(zip([1, 2], [1], strict=True)))
# expect: ValueError zip() argument 2 is shorter than argument 1
show(lambda: list(zip([1], [1], [1, 2], strict=True)))
# expect: ValueError zip() argument 3 is longer than arguments 1-2
show(lambda: zip([1], [1], [], foo=True))
# expect: TypeError 'foo' is an invalid keyword argument for zip()
show(lambda: map(1))
# expect: TypeError map() must have at least two arguments.
show(lambda: map(1, 2))
# expect: TypeError 'int' object is not iterable
show(lambda: filter(1))
# expect: TypeError filter expected 2 arguments, got 1
show(lambda: reversed({1}))
# expect: TypeError 'set' object is not reversible
show(lambda: enumerate())
# expect: TypeError enumerate() missing required argument 'iterable'
show(lambda: enumerate([], start="a"))
# expect: TypeError 'str' object cannot be interpreted as an integer
show(lambda: [x for x in 5])
# expect: TypeError 'int' object is not iterable
show(lambda: len(5))
# expect: TypeError object of type 'int' has no len()
show(lambda: 5 in 5)
# expect: TypeError argument of type 'int' is not iterable
show(lambda: next(5))
# expect: TypeError 'int' object is not an iterator


class Old:
    def __getitem__(self, index):
        if index > 3:
            raise IndexError
        return index * index


print(list(Old()), 9 in Old(), 5 in Old(), list(iter(Old())), list(iter(iter([1, 2, 0, 3]).__next__, 0)))
# expect: [0, 1, 4, 9] True False [0, 1, 4, 9] [1, 2]


class Broken:
    def __iter__(self):
        return 5


show(lambda: list(Broken()))
# expect: TypeError iter() returned non-iterator of type 'int'


class Hinting:
    def __iter__(self):
        return iter("abc")

    def __length_hint__(self):
        return -1


show(lambda: list(Hinting()))
# expect: ValueError __length_hint__() should return >= 0


def stopping(x):
    raise StopIteration


print(list(map(stopping, [1, 2])))
# expect: []
