# A slice that is only made to be stored serves again; one that somebody else has does not.
import gc


class Keeper(list):
    def __setitem__(self, key, value):
        self.kept = getattr(self, "kept", []) + [value]


class Odd:
    def __getitem__(self, key):
        return shared


shared = [7, 8, 9]


def flips(deck):
    count = 0
    while deck[0]:
        top = deck[0]
        deck[: top + 1] = deck[top::-1]
        count += 1
    return count, deck


def copies(n):
    results = []
    for i in range(n):
        a = list(range(i % 7))
        b = a[:]
        b[1:1] = a[:2]
        b[:] = b[::-1]
        c = b[2:] = a[:3]
        b[len(b):] = d = a[1:]
        keeper = Keeper([1, 2, 3])
        keeper[0:1] = a[:2]
        keeper[0:1] = a[1:3]
        odd = Odd()
        b[:0] = odd[1:2]
        b[3:] = [x for x in a[::2]]
        e = ["text", i]
        e[1:] = e[:1]
        f = [1.5, 2.5] * (i % 3)
        f[:1] = e[0:2]
        b[0:1] = (a[:1] if i % 2 else a[1:])
        results.append((a, b, c, d, keeper.kept, e, f))
    return results


print(flips([3, 4, 1, 5, 2, 0]), flips([5, 4, 3, 2, 1, 0]))
for _ in range(3):
    found = copies(300)
print(found[0], found[5], found[-1], shared)
print(hash(repr(found)) == hash(repr(copies(300))))


def wrong(a):
    try:
        a[::2] = a[:1]
    except ValueError as error:
        return str(error)
    return a


print(wrong([1, 2]), wrong([1, 2, 3, 4]), [wrong([1] * (i % 4)) for i in range(3000)][-4:])


def suspended():
    a = [1, 2, 3]
    a[:(yield 1)] = a[1:]
    yield a


def seen():
    g = suspended()
    next(g)
    lists = [o for o in gc.get_objects() if type(o) is list and o == [2, 3]]
    return g.send(2), lists[:1]


print([seen()[0] for _ in range(3)])
# expect: (2, [0, 2, 3, 4, 1, 5]) (1, [0, 1, 2, 3, 4, 5])
# expect: ([], [8, 9], [], [], [[], []], ['text', 'text'], ['text', 'text']) ([0, 1, 2, 3, 4], [0, 8, 9, 0, 2, 4], [0, 1, 2], [1, 2, 3, 4], [[0, 1], [1, 2]], ['text', 'text'], ['text', 'text', 2.5, 1.5, 2.5]) ([0, 1, 2, 3, 4], [0, 8, 9, 0, 2, 4], [0, 1, 2], [1, 2, 3, 4], [[0, 1], [1, 2]], ['text', 'text'], ['text', 'text', 2.5, 1.5, 2.5]) [7, 8, 9]
# expect: True
# expect: [1, 2] attempt to assign sequence of size 1 to extended slice of size 2 [[], [1], [1, 1], 'attempt to assign sequence of size 1 to extended slice of size 2']
# expect: [[2, 3, 3], [2, 3, 3], [2, 3, 3]]
