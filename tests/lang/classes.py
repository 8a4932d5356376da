# Classes: attributes, inheritance, descriptors, super(), metaclasses, and caches that must notice changes.
class A:
    kind = "a"
    def __init__(self, v): self.v = v
    def get(self): return self.v
    @property
    def double(self): return self.v * 2
    @double.setter
    def double(self, x): self.v = x // 2
    @classmethod
    def make(cls, v): return cls(v)
    @staticmethod
    def helper(x): return x + 1

class B(A):
    def __init__(self, v, w):
        super().__init__(v)
        self.w = w
    def get(self): return super().get(), self.w

def use(o):
    return o.get(), o.kind, o.double, o.v

for o in (A(1), B(2, 3), A(4), B(5, 6)):
    print(use(o))
# expect: (1, 'a', 2, 1)
# expect: ((2, 3), 'a', 4, 2)
# expect: (4, 'a', 8, 4)
# expect: ((5, 6), 'a', 10, 5)
print(A.make(3).v, A.helper(1), A(1).helper(2), B.kind)
# expect: 3 2 3 a
a = A(1)
a.double = 10
print(a.v, a.double)
# expect: 5 10
print(use(a))
# expect: (5, 'a', 10, 5)
A.get = lambda self: "patched"
print(use(a), use(B(1, 2)))
# expect: ('patched', 'a', 10, 5) (('patched', 2), 'a', 2, 1)
a.get = lambda: "own"
print(use(a))
# expect: ('own', 'a', 10, 5)
del a.get
print(use(a))
# expect: ('patched', 'a', 10, 5)
A.kind = "changed"
print(use(a))
# expect: ('patched', 'changed', 10, 5)
a.kind = "instance"
print(use(a))
# expect: ('patched', 'instance', 10, 5)
A.v = property(lambda self: "data descriptor")
print(use(a))
# expect: ('patched', 'instance', 'data descriptordata descriptor', 'data descriptor')
del A.v
print(use(a))
# expect: ('patched', 'instance', 10, 5)
A.double = 7
print(use(a))
# expect: ('patched', 'instance', 7, 5)

def grow(o):
    for i in range(100):
        setattr(o, "x%d" % i, i)
    return o.x50, o.x99, len(o.__dict__)
class G: pass
print(grow(G()), grow(G()))
# expect: (50, 99, 100) (50, 99, 100)
def loop_store(objects):
    for o in objects:
        o.p = 1
        o.q = 2
        o.p += 5
    return [(o.p, o.q) for o in objects]
print(loop_store([G() for _ in range(3)]))
# expect: [(6, 2), (6, 2), (6, 2)]
class S:
    __slots__ = ("a", "b")
def slots(o):
    o.a = 1
    try:
        o.c = 2
    except AttributeError as e:
        print(e)
    try:
        o.b
    except AttributeError as e:
        print(e)
    return o.a
print(slots(S()), slots(S()))
# expect: 'S' object has no attribute 'c'
# expect: 'S' object has no attribute 'b'
# expect: 'S' object has no attribute 'c'
# expect: 'S' object has no attribute 'b'
# expect: 1 1
class Fallback:
    def __getattr__(self, name): return "fallback " + name
f = Fallback()
for _ in range(3):
    print(f.missing)
    f.present = 1
    print(f.present)
    del f.present
# expect: fallback missing
# expect: 1
# expect: fallback missing
# expect: 1
# expect: fallback missing
# expect: 1
class Meta(type):
    def __new__(meta, name, bases, ns, **kw):
        cls = super().__new__(meta, name, bases, ns)
        cls.options = kw
        return cls
    def __init__(cls, name, bases, ns, **kw): pass
    @classmethod
    def __prepare__(meta, name, bases, **kw): return {"prepared": name}
    def __call__(cls, *args):
        print("calling", cls.__name__)
        return super().__call__(*args)
class M(metaclass=Meta, option=1):
    def __init__(self, x=0): self.x = x
print(M.options, M.prepared, M(5).x, type(M).__name__)
# expect: calling M
# expect: {'option': 1} M 5 Meta
class Base:
    def __init_subclass__(cls, **kw): print("subclass", cls.__name__, kw)
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name)
class Derived(Base, flag=True):
    attribute = Base()
# expect: set_name Derived attribute
# expect: subclass Derived {'flag': True}
class Descriptor:
    def __get__(self, instance, owner): return ("get", instance is None, owner.__name__)
    def __set__(self, instance, value): print("set", value)
    def __delete__(self, instance): print("delete")
class Holder: d = Descriptor()
h = Holder()
for _ in range(2):
    print(h.d, Holder.d)
    h.d = 5
    del h.d
# expect: ('get', False, 'Holder') ('get', True, 'Holder')
# expect: set 5
# expect: delete
# expect: ('get', False, 'Holder') ('get', True, 'Holder')
# expect: set 5
# expect: delete
class X:
    def m(self): return "X"
class Y(X):
    def m(self): return "Y" + super().m()
class Z(X):
    def m(self): return "Z" + super().m()
class W(Y, Z):
    def m(self): return "W" + super().m()
print(W().m(), [c.__name__ for c in W.__mro__])
# expect: WYZX ['W', 'Y', 'Z', 'X', 'object']
o = X()
def call_m(o): return o.m()
print(call_m(o))
# expect: X
o.__class__ = W
print(call_m(o))
# expect: WYZX
try:
    class Bad(int, str): pass
except TypeError as e:
    print(e)
# expect: multiple bases have instance lay-out conflict
try:
    class Conflict(M, metaclass=type("Other", (type,), {})): pass
except TypeError as e:
    print(e)
# expect: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases
class Count:
    total = 0
    def __init__(self):
        Count.total += 1
        self.number = Count.total
print([Count().number for _ in range(5)], Count.total)
# expect: [1, 2, 3, 4, 5] 5
def no_attribute(o):
    try: return o.nothing
    except AttributeError as e: return str(e)
print(no_attribute(5), no_attribute(A), no_attribute(a), no_attribute(None))
# expect: 'int' object has no attribute 'nothing' type object 'A' has no attribute 'nothing' 'A' object has no attribute 'nothing' 'NoneType' object has no attribute 'nothing'
class Entries:
    def __mro_entries__(self, bases): return (A,)
class FromEntries(Entries()): pass
print(FromEntries.__bases__[0].__name__, len(FromEntries.__orig_bases__))
# expect: A 1
