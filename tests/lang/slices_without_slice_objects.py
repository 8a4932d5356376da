# Slices written in brackets, for builtin sequences and for classes that look at the slice.
a = list(range(10))
k = 4
print(a[2:5], a[:], a[::-1], a[k:], a[:k], a[::k], a[8:2:-2], a[5:2])  # expect: [2, 3, 4] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] [4, 5, 6, 7, 8, 9] [0, 1, 2, 3] [0, 4, 8] [8, 6, 4] []
a[:k + 1] = a[k::-1]
print(a)                                        # expect: [4, 3, 2, 1, 0, 5, 6, 7, 8, 9]
a[1:3] = "xyz"
print(a)                                        # expect: [4, 'x', 'y', 'z', 1, 0, 5, 6, 7, 8, 9]
a[::5] = None, True, 2.5
print(a)                                        # expect: [None, 'x', 'y', 'z', 1, True, 5, 6, 7, 8, 2.5]
del a[1:4], a[::-2]
print(a)                                        # expect: [None, True, 6, 8]
a[1:1] = a
a[5:] = a[:-5]
print(a)                                        # expect: [None, None, True, 6, 8, None, None, True]
t = (1, 2, 3, 4)
print(t[1:], t[:-1], t[::2], t[::-1], t[:0])    # expect: (2, 3, 4) (1, 2, 3) (1, 3) (4, 3, 2, 1) ()
s = "grüße\u20ac"
print(s[1:4], s[::-1], s[-2:], s[9:], b"bytes"[1:3], range(9)[2:4])  # expect: rüß €eßürg e€  b'yt' range(2, 4)


class Show:
    none = None

    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print(key, value)

    def __delitem__(self, key):
        print("del", key)


show = Show()
print(show[1:2], show[::], show[k:None:"x"], show[:, 1:])  # expect: slice(1, 2, None) slice(None, None, None) slice(4, None, 'x') (slice(None, None, None), slice(1, None, None))
show[1:2] = 3                                   # expect: slice(1, 2, None) 3
show[k::show[0]] = 3                            # expect: slice(4, None, 0) 3
del show[:5]                                    # expect: del slice(None, 5, None)


class Index:
    def __index__(self):
        a.clear()
        return 2


print(a[Index():], a)                           # expect: [] []
a[:] = range(5)
print(a[True:3], a[-10 ** 30:10 ** 30])         # expect: [1, 2] [0, 1, 2, 3, 4]
for bad in ("a[::0]", "a['x':]", "k[1:2]", "t[1:2].x", "show.none[:]"):
    try:
        eval(bad)
    except Exception as error:
        print(type(error).__name__, error)
# expect: ValueError slice step cannot be zero
# expect: TypeError slice indices must be integers or None or have an __index__ method
# expect: TypeError 'int' object is not subscriptable
# expect: AttributeError 'tuple' object has no attribute 'x'
# expect: TypeError 'NoneType' object is not subscriptable
try:
    a[::2] = [1]
except ValueError as error:
    print(error)                                # expect: attempt to assign sequence of size 1 to extended slice of size 3
try:
    a[1:2] = 5
except TypeError as error:
    print(error)                                # expect: can only assign an iterable
try:
    t[1:2] = 5
except TypeError as error:
    print(error)                                # expect: 'tuple' object does not support item assignment
try:
    del t[1:2]
except TypeError as error:
    print(error)                                # expect: 'tuple' object does not support item deletion
a[1:3] += [7, 8]
print(a)                                        # expect: [0, 1, 2, 7, 8, 3, 4]
