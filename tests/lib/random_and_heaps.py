# _random gives CPython's numbers; _heapq keeps heaps.
import _heapq
import _random

generator = _random.Random(42)
print(generator.random())  # expect: 0.6394267984578837
print(generator.getrandbits(70), generator.getrandbits(5), generator.getrandbits(0))  # expect: 327273841618135227089 7 0
state = generator.getstate()
drawn = [generator.random() for _ in range(1000)]
generator.setstate(state)
print(drawn == [generator.random() for _ in range(1000)], len(state))  # expect: True 625
print(_random.Random(2**100).random())  # expect: 0.7586581712996778

heap = [5, 3, 8, 1]
_heapq.heapify(heap)
print(heap[0], [_heapq.heappop(heap) for _ in range(4)])  # expect: 1 [1, 3, 5, 8]
print(_heapq.heappushpop([1, 5], 3), _heapq.heapreplace([1, 5], 0))  # expect: 1 1
try:
    _heapq.heappush(5, 1)
except TypeError as e:
    print(e)  # expect: heappush() argument 1 must be list, not int
