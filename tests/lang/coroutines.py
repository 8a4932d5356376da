# Coroutines and asynchronous generators, driven by hand. PEP 492, 525, 530.
import types
@types.coroutine
def suspend(value):
    return (yield value)
def drive(coroutine, answers=()):
    answers = iter(answers)
    sent, seen = None, []
    try:
        while True:
            seen.append(coroutine.send(sent))
            sent = next(answers, None)
    except StopIteration as stop:
        return seen, stop.value
async def leaf(n):
    got = await suspend(n)
    return (n, got)
async def root():
    first = await leaf(1)
    second = await leaf(2)
    return first, second
print(drive(root(), "ab"))
# expect: ([1, 2], ((1, 'a'), (2, 'b')))
class Awaitable:
    def __await__(self):
        x = yield "from await"
        return ("awaited", x)
async def awaiting(): return await Awaitable()
print(drive(awaiting(), [5]))
# expect: (['from await'], ('awaited', 5))
async def bad(): return await 5
try:
    drive(bad())
except TypeError as e:
    print(e)
# expect: object int can't be used in 'await' expression
class Manager:
    async def __aenter__(self):
        await suspend("enter")
        return "resource"
    async def __aexit__(self, kind, value, tb):
        await suspend(("exit", kind and kind.__name__))
        return True
async def managed():
    async with Manager() as m:
        await suspend(m)
        raise ValueError
    return "after"
print(drive(managed()))
# expect: (['enter', 'resource', ('exit', 'ValueError')], 'after')
async def numbers(n):
    try:
        for i in range(n):
            await suspend(("working", i))
            yield i
    finally:
        print("numbers done")
async def consume():
    total = 0
    async for x in numbers(3):
        total += x
    else:
        total += 100
    return total, [x async for x in numbers(2) if x], {x: y async for x in numbers(1) for y in "a"}
print(drive(consume()))
# expect: numbers done
# expect: numbers done
# expect: numbers done
# expect: ([('working', 0), ('working', 1), ('working', 2), ('working', 0), ('working', 1), ('working', 0)], (103, [1], {0: 'a'}))
async def leave():
    agen = numbers(5)
    async for x in agen:
        break
    await agen.aclose()
    return "left"
print(drive(leave()))
# expect: numbers done
# expect: ([('working', 0)], 'left')
async def echo():
    got = None
    while True:
        try:
            got = yield got
        except ValueError as e:
            got = ("caught", str(e))
async def talk():
    e = echo()
    out = [await e.asend(None), await e.asend(1), await e.athrow(ValueError("v")), await e.asend(2)]
    await e.aclose()
    try:
        await e.asend(3)
    except StopAsyncIteration:
        out.append("stopped")
    return out
print(drive(talk()))
# expect: ([], [None, 1, ('caught', 'v'), 2, 'stopped'])
async def thrown():
    try:
        await suspend("waiting")
    except KeyError as e:
        return ("thrown", e.args)
c = thrown()
print(c.send(None), c.cr_await is not None, c.cr_running, c.cr_suspended)
# expect: waiting True False True
try:
    c.throw(KeyError("k"))
except StopIteration as e:
    print(e.value)
# expect: ('thrown', ('k',))
try:
    c.send(None)
except RuntimeError as e:
    print(e)
# expect: cannot reuse already awaited coroutine
c = thrown()
try:
    c.send(1)
except TypeError as e:
    print(e)
# expect: can't send non-None value to a just-started coroutine
c.close()
async def not_iterable():
    async for x in [1]: pass
try:
    drive(not_iterable())
except TypeError as e:
    print(e)
# expect: 'async for' requires an object with __aiter__ method, got list
async def stop(): raise StopIteration(1)
try:
    drive(stop())
except RuntimeError as e:
    print(e)
# expect: coroutine raised StopIteration
async def nested(n):
    if n == 0: return await suspend("bottom")
    return 1 + await nested(n - 1)
print(drive(nested(50), [7]))
# expect: (['bottom'], 57)
