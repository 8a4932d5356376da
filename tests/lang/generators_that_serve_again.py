"""The block of a finished generator may serve the next one, unless somebody has got hold of it."""
import gc
import inspect
import sys


def numbers(n):
    yield from range(n)


held = []


def seen():
    return [held.append(sys._getframe(0).f_locals[".0"]) or x for x in numbers(2)]


print(seen(), seen())  # expect: [0, 1] [0, 1]
print(held[0] is held[1], held[0] is held[2], list(held[0]))  # expect: True False []


class Tick:
    def __await__(self):
        yield "tick"


async def inner(n):
    try:
        await Tick()
        return n
    finally:
        print("inner", n)


async def outer():
    return await inner(1) + await inner(2)


task = outer()
print(task.send(None))  # expect: tick
first = task.cr_await
print(inspect.getcoroutinestate(first))  # expect: CORO_SUSPENDED
print(task.send(None))
# expect: inner 1
# expect: tick
print(first is task.cr_await, inspect.getcoroutinestate(first), first.cr_code is inner.__code__)  # expect: False CORO_CLOSED True
try:
    task.send(None)  # expect: inner 2
except StopIteration as stop:
    print(stop.value)  # expect: 3

task = outer()
task.send(None)
del task
gc.collect()  # expect: inner 1


def closing():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def leave_early():
    for x in closing():
        break


leave_early()
gc.collect()  # expect: closed
for i in range(2):
    for x in closing():
        pass
# expect: closed
# expect: closed


def countdown(n):
    if n:
        for x in countdown(n - 1):
            yield x + 1
    yield n


print(list(countdown(3)), sum(countdown(40)), list(countdown(3)))  # expect: [3, 3, 3, 3] 1640 [3, 3, 3, 3]
