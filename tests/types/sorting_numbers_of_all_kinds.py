big = 2**70
print(sorted([3, 2.5, big, -big, 1e300, 2, float("inf"), -0.5]) == [-big, -0.5, 2, 2.5, 3, big, 1e300, float("inf")])  # expect: True
print(sorted([big + 2, big, big + 1]) == [big, big + 1, big + 2])  # expect: True
print(sorted([1, 1.0, 0, 0.0], key=lambda x: x), sorted([2, 2.0, True]))  # expect: [0, 0.0, 1, 1.0] [True, 2, 2.0]
print(sorted([(big, "b"), (1.5, "z"), (big, "a")]) == [(1.5, "z"), (big, "a"), (big, "b")])  # expect: True
print(sorted([2**53 + 1, float(2**53)]) == [float(2**53), 2**53 + 1], sorted([5, 3.0, 4], reverse=True))  # expect: True [5, 4, 3.0]
nan = float("nan")
print(sorted([nan, 1, nan])[1], sorted([2, nan, 1, big])[0])  # expect: 1 2
for size in (0, 1, 2, 31, 32, 33, 64, 100):
    items = [(i * 7919 % 101, i) for i in range(size)]
    assert sorted(items, key=lambda pair: pair[0]) == sorted(items)
    assert [x for x, _ in sorted(items, key=lambda pair: -pair[0])] == sorted((x for x, _ in items), reverse=True)
try:
    sorted([1, "a", 2.0])
except TypeError as error:
    print(error)  # expect: '<' not supported between instances of 'str' and 'int'
