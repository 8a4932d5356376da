# cProfile's profiler: who was called, how often, by whom.
import sys
from _lsprof import Profiler


def leaf(n):
    return len("x" * n)


def recursive(n):
    return n and recursive(n - 1)


def run():
    leaf(1)
    leaf(2)
    recursive(3)
    [].append(1)


def name(code):
    return code if isinstance(code, str) else code.co_name


ticks = iter(range(10_000))
profiler = Profiler(lambda: next(ticks), 1.0)
profiler.enable()
print(sys.getprofile() is profiler)  # expect: True
run()
profiler.disable()
print(sys.getprofile())  # expect: None
entries = {name(e.code): e for e in profiler.getstats()}
for which in ("run", "leaf", "recursive", "<built-in method builtins.len>", "<method 'append' of 'list' objects>"):
    e = entries[which]
    print(which, e.callcount, e.reccallcount, e.totaltime, e.inlinetime)
# expect: run 1 0 19.0 5.0
# expect: leaf 2 0 6.0 4.0
# expect: recursive 4 3 7.0 7.0
# expect: <built-in method builtins.len> 2 0 2.0 2.0
# expect: <method 'append' of 'list' objects> 1 0 1.0 1.0
print(sorted((name(c.code), c.callcount, c.reccallcount) for c in entries["run"].calls))
# expect: [("<method 'append' of 'list' objects>", 1, 0), ('leaf', 2, 0), ('recursive', 1, 0)]
profiler.clear()
print(profiler.getstats())  # expect: []
profiler.enable(subcalls=False, builtins=False)
leaf(1)
profiler.disable()
print([(name(e.code), e.calls) for e in profiler.getstats()])  # expect: [('leaf', None)]
