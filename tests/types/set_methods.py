# Library reference, Set Types.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


print({1, 2, 3} | {4}, {1, 2} & {2, 3}, {1, 2} - {2}, {1, 2} ^ {2, 3}, frozenset([1]))
# expect: {1, 2, 3, 4} {2} {1} {1, 3} frozenset({1})
print(hash(frozenset([1, 2, 3])), hash(frozenset()), hash((1, 2, 3)), hash(()), hash((1.5, (2,))))
# expect: -272375401224217160 133146708735736 529344067295497451 5740354900026072187 -8923588197413097357
digits = set(range(20))
digits.discard(3)
digits.remove(4)
print(digits, digits.pop(), len(digits))
# expect: {1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19} 0 17
show(lambda: digits.remove(100))
# expect: KeyError 100
show(lambda: digits.remove([]))
# expect: TypeError unhashable type: 'list'
show(lambda: set().pop())
# expect: KeyError 'pop from an empty set'
show(lambda: {1} | [2])
# expect: TypeError unsupported operand type(s) for |: 'set' and 'list'
show(lambda: set(1))
# expect: TypeError 'int' object is not iterable
show(lambda: set(1, 2))
# expect: TypeError set expected at most 1 argument, got 2
show(lambda: set(a=1))
# expect: TypeError set() takes no keyword arguments
print({1}.union([2], (3,)), {1, 2, 3}.intersection([1, 2], [2, 5]), {1, 2, 3}.difference([1], [2]), {1}.symmetric_difference([1, 4]))
# expect: {1, 2, 3} {2} {3} {4}
print({1} < {1, 2}, {1, 2} <= {1, 2}, {1} > {2}, {1}.issubset([1, 2]), {1, 2}.issuperset([1]), {1}.isdisjoint([2]), {1} == frozenset([1]))
# expect: True True False True True True True
changed = {1, 2, 3}
changed |= {4}
changed &= {2, 3, 4}
changed -= {4}
changed ^= {9}
print(sorted(changed), {frozenset([1])} == {frozenset([1])}, {1} in {frozenset([1])})
# expect: [2, 3, 9] True True


class Sub(set):
    pass


print(type(Sub([1]) | {2}), type(Sub([1]).copy()), Sub([1]), Sub())
# expect: <class 'set'> <class 'set'> Sub({1}) Sub()


def grow():
    numbers = {1}
    for number in numbers:
        numbers.add(number + 1)


show(grow)
# expect: RuntimeError Set changed size during iteration
print(list({i * 8 for i in range(12)}), [x for x in {-1, -2, 0, 1 << 40}])
# expect: [0, 32, 64, 8, 40, 72, 16, 48, 80, 24, 56, 88] [0, 1099511627776, -1, -2]
print({1, 1.0, True, 0, False}, len({float("inf"), 10**400}))
# expect: {0, 1} 2
