"""The forms of loops over strings, sets and zip() of three, and where they end."""
print([c for c in "abc"], [c for c in "aé"], [c for c in ""], [(a, b) for a, b in zip("xyz", "ab")])
# expect: ['a', 'b', 'c'] ['a', 'é'] [] [('x', 'a'), ('y', 'b')]
print(sorted(x for x in {3, 1, 2}), [x for x in frozenset()], sum(x for x in {1, 2.5}))  # expect: [1, 2, 3] [] 3.5

try:
    numbers = {1, 2}
    for x in numbers:
        numbers.add(x + 10)
except RuntimeError as error:
    print(error)  # expect: Set changed size during iteration

numbers = iter([1, 2, 3, 4, 5, 6, 7])
for a, b, c in zip(numbers, numbers, numbers):
    print(a, b, c)
# expect: 1 2 3
# expect: 4 5 6
print(list(numbers))  # expect: []
left = iter([1, 2, 3])
for a, b, c in zip(left, "ab", range(9)):
    print(a, b, c)
# expect: 1 a 0
# expect: 2 b 1
print(list(left))  # expect: []
for a, b, c in zip([1], (x for x in "g"), {"k": 0}):
    print(a, b, c)  # expect: 1 g k
try:
    for a, b, c in zip([1, 2], [3, 4], [5], strict=True):
        print(a, b, c)  # expect: 1 3 5
except ValueError as error:
    print(error)  # expect: zip() argument 3 is shorter than arguments 1-2
for i, c in enumerate("hé", 5):
    print(i, c)
# expect: 5 h
# expect: 6 é
for a, b in zip("ab"):  # raises: ValueError: not enough values to unpack (expected 2, got 1)
    pass
