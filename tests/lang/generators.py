# Generators: send, throw, close, delegation, their state. Language reference 6.2.9.
def simple():
    try:
        got = yield 1
        print("got", got)
        got = yield 2
        print("got", got)
    except KeyError as e:
        print("caught", e)
        yield "after"
    finally:
        print("cleanup")
    return "result"

g = simple()
print(next(g), g.send("a"), g.throw(KeyError("k")))
# expect: got a
# expect: caught 'k'
# expect: 1 2 after
try:
    next(g)
except StopIteration as e:
    print("value", e.value)
# expect: cleanup
# expect: value result
try:
    next(g)
except StopIteration as e:
    print("again", e.value)
# expect: again None

g = simple()
next(g)
g.close()
# expect: cleanup
g.close()

def delegating():
    result = yield from simple()
    print("result", result)
    yield from (10, 20)
    return 5

print(list(delegating()))
# expect: got None
# expect: got None
# expect: cleanup
# expect: result result
# expect: [1, 2, 10, 20]
d = delegating()
print(next(d), d.gi_yieldfrom is not None, d.send("x"))
# expect: got x
# expect: 1 True 2
print(d.throw(KeyError("deep")))
# expect: caught 'deep'
# expect: after
print(next(d), next(d))
# expect: cleanup
# expect: result result
# expect: 10 20
d.close()

def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("ignoring")
            yield 2

s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)
# expect: ignoring
# expect: generator ignored GeneratorExit

def wrong():
    yield 1
    raise StopIteration(3)

try:
    list(wrong())
except RuntimeError as e:
    print(e, repr(e.__cause__))
# expect: generator raised StopIteration StopIteration(3)

g = (x for x in range(3))
try:
    g.send(1)
except TypeError as e:
    print(e)
# expect: can't send non-None value to a just-started generator
print(list(g), list(g))
# expect: [0, 1, 2] []

def reenter():
    try:
        next(me)
    except ValueError as e:
        yield str(e)

me = reenter()
print(next(me))
# expect: generator already executing

def state():
    yield

s = state()
print(s.gi_running, s.gi_suspended, s.gi_frame is None)
# expect: False False False
next(s)
print(s.gi_running, s.gi_suspended, s.gi_frame.f_lineno > 0)
# expect: False True True
list(s)
print(s.gi_running, s.gi_suspended, s.gi_frame is None)
# expect: False False True

class Iterator:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration("end")
        return self.n
    def throw(self, *args):
        print("thrown", args)
        return "thrown result"
    def close(self): print("closed")

def over():
    value = yield from Iterator()
    return value

o = over()
print(next(o), o.throw(ValueError("v")), next(o))
# expect: thrown (ValueError('v'),)
# expect: 1 thrown result 2
o.close()
# expect: closed
def collect():
    r = yield from over()
    print("r", r)
print(list(collect()))
# expect: r end
# expect: [1, 2, 3]

def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(4)))
# expect: [1, 2, 1, 3, 1, 2, 1, 4, 1, 2, 1, 3, 1, 2, 1]

def handler_state():
    try:
        raise ValueError("inside")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            print("still", e)
h = handler_state()
next(h)
try:
    raise KeyError("outside")
except KeyError:
    list(h)
# expect: still inside
def infinite():
    n = 0
    while True:
        n += 1
        yield n
total = 0
for x in infinite():
    if x > 1000: break
    total += x
print(total)
# expect: 500500
a, *b = (c for c in "abc")
print(a, b, sum(i * i for i in range(10) if i % 2), max(len(w) for w in ("a", "bcd")))
# expect: a ['b', 'c'] 165 3
try:
    def f(): yield
    f().throw(TypeError, "text")
except TypeError as e:
    print("thrown", e)
# expect: thrown text
try:
    f().throw(5)
except TypeError as e:
    print(e)
# expect: exceptions must be classes or instances deriving from BaseException, not int
