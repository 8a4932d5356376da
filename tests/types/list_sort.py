# Sorting: stable, whatever the items; errors; changes while sorting.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


import random

# The order of equal items stays, whatever the comparison that was picked.
random.seed(5)
for make in (
    lambda i: random.randrange(50),
    lambda i: random.random(),
    lambda i: str(random.randrange(50)),
    lambda i: chr(0x4E00 + random.randrange(50)),
    lambda i: (random.randrange(5), str(i)),
    lambda i: i // 3 if i % 100 else -1,
    lambda i: random.choice([1, 2.5, True]),
):
    data = [make(i) for i in range(700)]
    expected = []
    for item in data[:60]:
        place = len(expected)
        while place and item < expected[place - 1]:
            place -= 1
        expected.insert(place, item)
    print(sorted(data[:60]) == expected)
    by_key = sorted(range(700), key=data.__getitem__)
    print(all((data[a], a) < (data[b], b) for a, b in zip(by_key, by_key[1:])), [data[i] for i in by_key] == sorted(data))
    backwards = sorted(range(700), key=data.__getitem__, reverse=True)
    print(all(data[a] > data[b] or data[a] == data[b] and a < b for a, b in zip(backwards, backwards[1:])))
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
# expect: True
# expect: True True
# expect: True
print(sorted(["b", "a", "C"], key=str.lower), sorted("hello", reverse=True))
# expect: ['a', 'b', 'C'] ['o', 'l', 'l', 'h', 'e']
show(lambda: sorted([3, "a"]))
# expect: TypeError '<' not supported between instances of 'str' and 'int'
show(lambda: [1, 2].sort(lambda x: x))
# expect: TypeError sort() takes no positional arguments
mixed = [3, 2, "x", 1]
show(mixed.sort)
# expect: TypeError '<' not supported between instances of 'str' and 'int'
print(sorted(mixed, key=str))
# expect: [1, 2, 3, 'x']


def meddle(x):
    victim.append(x)
    return x


victim = [2, 1, 3]
show(lambda: victim.sort(key=meddle))
# expect: ValueError list modified during sort
print(victim)
# expect: [1, 2, 3]


class Failing:
    def __lt__(self, other):
        raise ZeroDivisionError("no order")


show(lambda: sorted([Failing(), Failing()]))
# expect: ZeroDivisionError no order
show(lambda: [].sort(key=1))
# expect: None
show(lambda: [1].sort(key=1))
# expect: TypeError 'int' object is not callable
