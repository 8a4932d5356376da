# One loop over iterators of many kinds, which end, fail and change under way.
def total(iterable):
    seen = []
    for x in iterable:
        seen.append(x)
    return seen


def generator():
    yield 1
    yield 2


kinds = [[1, 2], (3, 4), range(2), {5: 6}, {5: 6}.values(), {7}, "ab", b"a", generator(), generator(), iter([8]),
         zip("a", "b"), enumerate("c"), map(str, [1]), reversed([1, 2]), [], (), {}, range(2 ** 70, 2 ** 70 + 1)]
for kind in kinds:
    print(total(kind), end=" ")
print()  # expect: [1, 2] [3, 4] [0, 1] [5] [6] [7] ['a', 'b'] [97] [1, 2] [1, 2] [8] [('a', 'b')] [(0, 'c')] ['1'] [2, 1] [] [] [] [1180591620717411303424] 


def pairs(iterable):
    seen = []
    for x, y in iterable:
        seen.append((x, y))
    return seen


it = iter(range(5))
one = iter([1, 2, 3])
for kind in [{1: 2, 3: 4}.items(), zip([1, 2], (3, 4)), zip(it, it), zip(one, [4]), enumerate([5, 6]), enumerate(zip("ab", "cd")),
             enumerate(generator(), 2 ** 49 - 1), enumerate("a", 2 ** 70), zip(generator(), range(9)), [(1, 2), "xy", [3, 4]], {1: 2}.items(),
             zip([1], [2], strict=True), {(1, 2): 3}]:
    print(pairs(kind), end=" ")
print(list(it), list(one))
# expect: [(1, 2), (3, 4)] [(1, 3), (2, 4)] [(0, 1), (2, 3)] [(1, 4)] [(0, 5), (1, 6)] [(0, ('a', 'c')), (1, ('b', 'd'))] [(562949953421311, 1), (562949953421312, 2)] [(1180591620717411303424, 'a')] [(1, 0), (2, 1)] [(1, 2), ('x', 'y'), (3, 4)] [(1, 2)] [(1, 2)] [(1, 2)] [] [3]


def failing(make):
    try:
        return pairs(make())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(failing(lambda: zip([1, 2], [3], strict=True)))    # expect: ValueError: zip() argument 2 is shorter than argument 1
print(failing(lambda: zip([1], [3, 4], strict=True)))    # expect: ValueError: zip() argument 2 is longer than argument 1
print(failing(lambda: zip([1], [3], [4])))               # expect: ValueError: too many values to unpack (expected 2)
print(failing(lambda: zip([1])))                         # expect: ValueError: not enough values to unpack (expected 2, got 1)
print(failing(lambda: enumerate(1 // x for x in [1, 0])))  # expect: ZeroDivisionError: integer division or modulo by zero

items = [1, 2]
for x in items:
    if len(items) < 5:
        items.append(x + len(items))
print(items)                                    # expect: [1, 2, 3, 5, 7]
for x in items:
    items.clear()
print(items)                                    # expect: []
iterator = iter(items)
print(total(iterator))                          # expect: []
items.append(1)
print(total(iterator))                          # expect: []

table = {1: 1, 2: 2, 3: 3}
for walk in (table, table.values(), table.items()):
    try:
        for x in walk:
            table[x] = table[len(table)] = 0
            table[str(len(table))] = 0
    except RuntimeError as error:
        print(error)                            # expect: dictionary changed size during iteration
# expect: dictionary changed size during iteration
# expect: dictionary changed size during iteration
table = dict.fromkeys(range(6))
del table[0], table[3]
for a, b in table.items():
    table[a] = a
print(total(table), pairs(table.items()))       # expect: [1, 2, 4, 5] [(1, 1), (2, 2), (4, 4), (5, 5)]
