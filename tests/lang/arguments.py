# Binding of arguments, with every kind of parameter. Language reference 6.3.4.
def show(call):
    try:
        print(call())
    except TypeError as e:
        print(e)

def plain(a, b, c=3): return a, b, c
show(lambda: plain())
# expect: plain() missing 2 required positional arguments: 'a' and 'b'
show(lambda: plain(1))
# expect: plain() missing 1 required positional argument: 'b'
show(lambda: plain(1, 2))
# expect: (1, 2, 3)
show(lambda: plain(1, 2, 3, 4))
# expect: plain() takes from 2 to 3 positional arguments but 4 were given
show(lambda: plain(1, b=2, a=3))
# expect: plain() got multiple values for argument 'a'
show(lambda: plain(1, 2, d=3))
# expect: plain() got an unexpected keyword argument 'd'
show(lambda: plain(b=1, a=2))
# expect: (2, 1, 3)
def exactly(a): pass
show(lambda: exactly(1, 2))
# expect: exactly() takes 1 positional argument but 2 were given
show(lambda: exactly())
# expect: exactly() missing 1 required positional argument: 'a'
def none(): pass
show(lambda: none(1))
# expect: none() takes 0 positional arguments but 1 was given
def keyword_only(*, a, b=2, c): return a, b, c
show(lambda: keyword_only())
# expect: keyword_only() missing 2 required keyword-only arguments: 'a' and 'c'
show(lambda: keyword_only(a=1))
# expect: keyword_only() missing 1 required keyword-only argument: 'c'
show(lambda: keyword_only(a=1, c=2))
# expect: (1, 2, 2)
show(lambda: keyword_only(1, a=1, c=2))
# expect: keyword_only() takes 0 positional arguments but 1 positional argument (and 2 keyword-only arguments) were given
show(lambda: keyword_only(1, 2))
# expect: keyword_only() takes 0 positional arguments but 2 were given
def positional_only(a, b=1, /, c=2): return a, b, c
show(lambda: positional_only(a=1))
# expect: positional_only() got some positional-only arguments passed as keyword arguments: 'a'
show(lambda: positional_only(1, b=2))
# expect: positional_only() got some positional-only arguments passed as keyword arguments: 'b'
show(lambda: positional_only(1, 2, 3))
# expect: (1, 2, 3)
show(lambda: positional_only(1, c=2))
# expect: (1, 1, 2)
def positional_any(a, /, **kw): return a, kw
show(lambda: positional_any(1, a=2))
# expect: (1, {'a': 2})
def everything(a, /, b, *args, c, d=5, **kw): return a, b, args, c, d, kw
show(lambda: everything(1, 2, 3, 4, c=6, e=7))
# expect: (1, 2, (3, 4), 6, 5, {'e': 7})
show(lambda: everything(1, c=6))
# expect: everything() missing 1 required positional argument: 'b'
show(lambda: everything(1, 2, 3))
# expect: everything() missing 1 required keyword-only argument: 'c'
show(lambda: everything(*range(4), **{"c": 1, "z": 2}))
# expect: (0, 1, (2, 3), 1, 5, {'z': 2})
show(lambda: plain(*[1], *[2], **{"c": 1}, **{}))
# expect: (1, 2, 1)
show(lambda: plain(1, 2, **{"c": 1}, **{"c": 2}))
# expect: __main__.plain() got multiple values for keyword argument 'c'
show(lambda: plain(*5))
# expect: __main__.plain() argument after * must be an iterable, not int
show(lambda: plain(**5))
# expect: __main__.plain() argument after ** must be a mapping, not int
show(lambda: plain(1, **{2: 3}))
# expect: keywords must be strings
show(lambda: 5())
# expect: 'int' object is not callable
class C:
    def m(self, a, b=1): return a, b
    def __call__(self, *a, **k): return a, k
c = C()
show(lambda: c.m())
# expect: C.m() missing 1 required positional argument: 'a'
show(lambda: c.m(1, 2, 3))
# expect: C.m() takes from 2 to 3 positional arguments but 4 were given
show(lambda: C.m())
# expect: C.m() missing 2 required positional arguments: 'self' and 'a'
show(lambda: c(1, k=2))
# expect: ((1,), {'k': 2})
show(lambda: C(1))
# expect: C() takes no arguments
class D:
    def __init__(self, x): self.x = x
show(lambda: D())
# expect: D.__init__() missing 1 required positional argument: 'x'
show(lambda: D(1).x)
# expect: 1
show(lambda: D(1, 2))
# expect: D.__init__() takes 2 positional arguments but 3 were given
class E:
    def __init__(self): return 5
show(lambda: E())
# expect: __init__() should return None, not 'int'
m = c.m
show(lambda: m(1, b=2))
# expect: (1, 2)
show(lambda: [f(1) for f in (m, lambda a: a, str)])
# expect: [(1, 1), 1, '1']
def many(a, b, c, d, e): pass
show(lambda: many(1))
# expect: many() missing 4 required positional arguments: 'b', 'c', 'd', and 'e'
def mutable(a, acc=[]):
    acc.append(a)
    return acc
mutable(1)
show(lambda: mutable(2))
# expect: [1, 2]
mutable.__defaults__ = ([9],)
show(lambda: mutable(3))
# expect: [9, 3]
