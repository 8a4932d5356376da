# Library reference, Mapping Types: dict and its views.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


table = {"a": 1, 2: 3, None: 4, 1.5: 6, (1, 2): 7}
print(table, table["a"], table[(1, 2)], table.get(9), len(table), list(table), list(table.values()), list(table.items()))
# expect: {'a': 1, 2: 3, None: 4, 1.5: 6, (1, 2): 7} 1 7 None 5 ['a', 2, None, 1.5, (1, 2)] [1, 3, 4, 6, 7] [('a', 1), (2, 3), (None, 4), (1.5, 6), ((1, 2), 7)]
show(lambda: table["zz"])
# expect: KeyError 'zz'
show(lambda: table[[]])
# expect: TypeError unhashable type: 'list'
table[1] = 2
table[True] = 5
table[1.0] = 6
print(table)
# expect: {'a': 1, 2: 3, None: 4, 1.5: 6, (1, 2): 7, 1: 6}
for i in range(100):
    table[i] = i
for i in range(0, 100, 3):
    del table[i]
print(len(table), table.popitem(), list(table)[-3:], 50 in table, 51 in table)
# expect: 70 (98, 98) [94, 95, 97] True False
big = {str(i): i for i in range(1000)}
print(sum(big[str(i)] for i in range(1000)), "1000" in big)
# expect: 499500 False
for i in range(0, 1000, 2):
    del big[str(i)]
big["0"] = "again"
print(len(big), list(big)[:3], list(big)[-1], next(reversed(big)))
# expect: 501 ['1', '3', '5'] 0 0
print({**{"a": 1}, "b": 2}, {"a": 1} | {"b": 2}, {"a": 1}.__or__(5))
# expect: {'a': 1, 'b': 2} {'a': 1, 'b': 2} NotImplemented
show(lambda: dict([1]))
# expect: TypeError cannot convert dictionary update sequence element #0 to a sequence
show(lambda: dict([(1, 2, 3)]))
# expect: ValueError dictionary update sequence element #0 has length 3; 2 is required
show(lambda: dict(1))
# expect: TypeError 'int' object is not iterable
show(lambda: dict({}, {}))
# expect: TypeError dict expected at most 1 argument, got 2
show(lambda: {}.update(1, 2))
# expect: TypeError update expected at most 1 argument, got 2
show(lambda: {}.popitem())
# expect: KeyError 'popitem(): dictionary is empty'
show(lambda: {}.pop(1))
# expect: KeyError 1
show(lambda: {}.pop())
# expect: TypeError pop expected at least 1 argument, got 0
print({}.pop(1, 2), {1: 2}.setdefault(1, 5), {}.setdefault(1), dict(a=1, b=2), dict([(1, 2)], c=3), dict.fromkeys("ab", 0))
# expect: 2 2 None {'a': 1, 'b': 2} {1: 2, 'c': 3} {'a': 0, 'b': 0}
print({1: 2} == {1: 2.0}, {1: 2} != {1: 3}, {1: 2} == 5)
# expect: True True False
show(lambda: {} < {})
# expect: TypeError '<' not supported between instances of 'dict' and 'dict'


class Defaulting(dict):
    def __missing__(self, key):
        return key * 2


print(Defaulting()[4], Defaulting.fromkeys("a"), type(Defaulting().copy()))
# expect: 8 {'a': None} <class 'dict'>


def grow():
    table = {1: 1}
    for key in table:
        table[key + 1] = 1


show(grow)
# expect: RuntimeError dictionary changed size during iteration
loop = {}
loop["me"] = loop
print(loop)
# expect: {'me': {...}}
view = {"a": 1, "b": 2}
print(view.keys(), view.values(), view.items(), view.keys().mapping)
# expect: dict_keys(['a', 'b']) dict_values([1, 2]) dict_items([('a', 1), ('b', 2)]) {'a': 1, 'b': 2}
print(sorted(view.keys() & {"a", "x"}), sorted(view.keys() | ["z"]), sorted(view.keys() ^ {"a", "q"}), view.keys() - {"a"})
# expect: ['a'] ['a', 'b', 'z'] ['b', 'q'] {'b'}
print(view.keys() == {"a", "b"}, view.items() >= {("a", 1)}, view.keys().isdisjoint("xy"), ("a", 1) in view.items(), list(reversed(view.items())))
# expect: True True True True [('b', 2), ('a', 1)]


class Moody:
    """Changes the dict while it is being compared."""

    def __init__(self, victim):
        self.victim = victim

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.victim.clear()
        return False


prey = {}
prey[Moody(prey)] = 1
prey[Moody(prey)] = 2
print(len(prey))
# expect: 1
small = {i: i for i in range(8)}
for i in range(50):
    small[i + 8] = small.pop(i)
print(list(small.items()))
# expect: [(50, 2), (51, 3), (52, 4), (53, 5), (54, 6), (55, 7), (56, 0), (57, 1)]
