# Shared ones come first, then the youngest; and the shared one is found however many others there are.
import gc
import time
import weakref


class Target:
    pass


class Reference(weakref.ref):
    pass


def order(*makers):
    target = Target()
    references = [make(target) for make in makers]
    place = {id(reference): i for i, reference in enumerate(references)}
    print([place[id(reference)] for reference in weakref.getweakrefs(target)], place[id(target.__weakref__)])


def called(target):
    return weakref.ref(target, lambda reference: None)


order(called, weakref.ref)                                   # expect: [1, 0] 1
order(called, called, called)                                # expect: [2, 1, 0] 2
order(Reference, called, weakref.proxy, Reference)           # expect: [2, 3, 1, 0] 2
order(weakref.proxy, Reference, called, weakref.ref)         # expect: [3, 0, 2, 1] 3
order(Reference, weakref.ref, called, weakref.proxy)         # expect: [1, 3, 2, 0] 1

target = Target()
calls = []
many = [weakref.ref(target, calls.append) for _ in range(20_000)]
start = time.process_time()
for _ in range(20_000):
    weakref.ref(target)
print(time.process_time() - start < 3)                       # expect: True
print(weakref.getweakrefcount(target) in (20_000, 20_001))   # expect: True
del target
gc.collect()
print(len(calls), calls[0] is many[-1], calls[-1] is many[0])  # expect: 20000 True True
