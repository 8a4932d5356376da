# itertools and collections.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


import operator
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from itertools import *

print(list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], operator.mul, initial=2)), list(chain("ab", [1])))
# expect: [1, 3, 6] [2, 2, 4, 12] ['a', 'b', 1]
print(list(combinations("abcd", 2)), list(combinations_with_replacement("ab", 2)))
# expect: [('a', 'b'), ('a', 'c'), ('a', 'd'), ('b', 'c'), ('b', 'd'), ('c', 'd')] [('a', 'a'), ('a', 'b'), ('b', 'b')]
print(list(permutations("abc", 2)), list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()))
# expect: [('a', 'b'), ('a', 'c'), ('b', 'a'), ('b', 'c'), ('c', 'a'), ('c', 'b')] [('a', 1), ('a', 2), ('b', 1), ('b', 2)] [('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')] [()]
print(list(compress("abc", [1, 0, 1])), list(islice(count(3, 2), 3)), list(islice(cycle("ab"), 5)))
# expect: ['a', 'c'] [3, 5, 7] ['a', 'b', 'a', 'b', 'a']
print(list(dropwhile(lambda x: x < 2, [1, 2, 1])), list(takewhile(lambda x: x < 2, [1, 2, 1])), list(filterfalse(None, [0, 1])))
# expect: [2, 1] [1] [0]
print([(k, list(g)) for k, g in groupby("aabbb")], list(islice("abcdef", 1, 5, 2)), list(pairwise("abc")))
# expect: [('a', ['a', 'a']), ('b', ['b', 'b', 'b'])] ['b', 'd'] [('a', 'b'), ('b', 'c')]
print(list(repeat(1, 3)), list(starmap(pow, [(2, 3)])), list(zip_longest("ab", [1], fillvalue=0)))
# expect: [1, 1, 1] [8] [('a', 1), ('b', 0)]
first, second = tee(range(100))
print(sum(first), sum(second), count(3), count(1, 2), repeat(1, 2), repeat(5))
# expect: 4950 4950 count(3) count(1, 2) repeat(1, 2) repeat(5)
show(lambda: combinations([1], -1))
# expect: ValueError r must be non-negative
show(lambda: islice([1], -1))
# expect: ValueError Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.
show(lambda: product([1], repeat=-1))
# expect: ValueError repeat argument cannot be negative
show(lambda: count("a"))
# expect: TypeError a number is required
show(lambda: permutations([1], "a"))
# expect: TypeError Expected int as r
show(lambda: zip_longest([1], fillvalu=1))
# expect: TypeError zip_longest() got an unexpected keyword argument
show(lambda: cycle())
# expect: TypeError cycle expected 1 argument, got 0
show(lambda: count(5, 2).__reduce__())
# expect: (<class 'itertools.count'>, (5, 2))
ring = deque([1, 2, 3], maxlen=3)
ring.append(4)
ring.appendleft(0)
print(ring, ring[0], len(ring))
# expect: deque([0, 2, 3], maxlen=3) 0 3
ring.rotate(1)
print(ring)
# expect: deque([3, 0, 2], maxlen=3)
show(lambda: ring.insert(0, 1))
# expect: IndexError deque already at its maximum size
show(lambda: deque().pop())
# expect: IndexError pop from an empty deque
ring.extend([7, 8])
print(ring, 7 in ring, ring.index(7), ring.count(7), list(reversed(ring)))
# expect: deque([2, 7, 8], maxlen=3) True 1 1 [8, 7, 2]
ring.remove(7)
print(ring, ring.copy(), ring == ring.copy(), ring + ring, ring * 2)
# expect: deque([2, 8], maxlen=3) deque([2, 8], maxlen=3) True deque([8, 2, 8], maxlen=3) deque([8, 2, 8], maxlen=3)
show(lambda: deque([], -1))
# expect: ValueError maxlen must be non-negative
show(lambda: ring[9])
# expect: IndexError deque index out of range
show(lambda: ring.remove(77))
# expect: ValueError 77 is not in deque
many = deque(range(1000))
for _ in range(300):
    many.append(many.popleft())
many.rotate(-5)
print(many[0], many[-1], len(many))
# expect: 305 304 1000
lists = defaultdict(list)
lists[1].append(2)
print(lists, lists.copy(), lists | {3: 4})
# expect: defaultdict(<class 'list'>, {1: [2]}) defaultdict(<class 'list'>, {1: [2]}) defaultdict(<class 'list'>, {1: [2], 3: 4})
show(lambda: defaultdict(1))
# expect: TypeError first argument must be callable or None
show(lambda: defaultdict()[3])
# expect: KeyError 3
ordered = OrderedDict(a=1, b=2, c=3)
ordered.move_to_end("a")
print(ordered, list(ordered), ordered.popitem(last=False), ordered.keys())
# expect: OrderedDict([('c', 3), ('a', 1)]) ['b', 'c', 'a'] ('b', 2) odict_keys(['c', 'a'])
print(ordered == {"a": 1, "c": 3}, ordered == OrderedDict([("a", 1), ("c", 3)]))
# expect: True False
ordered.move_to_end("a", last=False)
print(ordered, list(reversed(ordered)), ordered.pop("a"), ordered.pop("zz", 5), ordered | {"k": 1})
# expect: OrderedDict([('c', 3)]) ['c', 'a'] 1 5 OrderedDict([('c', 3), ('k', 1)])
show(lambda: OrderedDict().popitem())
# expect: KeyError 'dictionary is empty'
counted = Counter("hello")
print(counted, counted.most_common(1), counted + counted)
# expect: Counter({'l': 2, 'h': 1, 'e': 1, 'o': 1}) [('l', 2)] Counter({'l': 4, 'h': 2, 'e': 2, 'o': 2})
Point = namedtuple("Point", "x y")
point = Point(1, 2)
print(point, point.x, point._replace(x=5), Point.x)
# expect: Point(x=1, y=2) 1 Point(x=5, y=2) _tuplegetter(0, 'Alias for field number 0')
show(lambda: point.z)
# expect: AttributeError 'Point' object has no attribute 'z'
print(ChainMap({"a": 1}, {"b": 2})["b"])
# expect: 2
