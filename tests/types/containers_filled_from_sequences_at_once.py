from collections import deque


class Grower:
    """Its hash lengthens the list that a set is made of."""

    def __init__(self, items):
        self.items = items

    def __hash__(self):
        if len(self.items) < 4:
            self.items.append(len(self.items))
        return 7


items = [1]
items.append(Grower(items))
print(len(set(items)), len(items), set([1, True, 1.0, "a", b"a", None, (1, 2), (1.0, 2)]) == {1, "a", b"a", None, (1, 2)})
# expect: 3 3 True
print(list(set(range(100))) == list(range(100)), list(frozenset([9, 1, 17, 33])), len(set(["x"] * 50 + list(range(50)))))
# expect: True [9, 33, 1, 17] 51
try:
    {1, 2}.update([3, []])
except TypeError as error:
    print(error)    # expect: unhashable type: 'list'

for source in [], [1], list(range(8)), tuple("abcdefghi"), [None] * 100:
    queue = deque(source)
    queue.appendleft("first")
    queue.append("last")
    print(len(queue), queue[0], queue[-1], queue[len(queue) // 2], list(queue)[1:-1] == list(source))
# expect: 2 first last last True
# expect: 3 first last 1 True
# expect: 10 first last 4 True
# expect: 11 first last e True
# expect: 102 first last None True
print(deque([1, 2, 3], 2), deque((1, 2), maxlen=0), deque([]))
# expect: deque([2, 3], maxlen=2) deque([], maxlen=0) deque([])
queue = deque()
iterator = iter(queue)
queue.extend([1, 2])
try:
    next(iterator)
except RuntimeError as error:
    print(error)    # expect: deque mutated during iteration
