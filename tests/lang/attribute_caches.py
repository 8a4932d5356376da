# Attribute access that sees many classes, and members of __slots__, stays right when classes change.
class P:
    __slots__ = ("x", "y")
    def __init__(self, x): self.x = x
class Q:
    def __init__(self, x): self.x = x
class R(Q):
    def get(self): return "R"
class S:
    x = "class"
    def get(self): return "S"
def read(o): return o.x
objects = [P(1), Q(2), R(3), S(), P(4), Q(5)]
for _ in range(3):
    print([read(o) for o in objects])
# expect: [1, 2, 3, 'class', 4, 5]
# expect: [1, 2, 3, 'class', 4, 5]
# expect: [1, 2, 3, 'class', 4, 5]
def write(o, v): o.x = v
for _ in range(2):
    for o in objects: write(o, o.x * 2)
    print([read(o) for o in objects])
# expect: [2, 4, 6, 'classclass', 8, 10]
# expect: [4, 8, 12, 'classclassclassclass', 16, 20]
def unset(o):
    try: return o.y
    except AttributeError as e: return str(e)
p = P(1)
print(unset(p))
# expect: 'P' object has no attribute 'y'
p.y = 5
print(unset(p), unset(p))
# expect: 5 5
del p.y
print(unset(p))
# expect: 'P' object has no attribute 'y'
def call(o): return o.get()
many = [R(1), S(), R(2), S()]
print([call(o) for o in many])
# expect: ['R', 'S', 'R', 'S']
S.get = lambda self: "changed"
print([call(o) for o in many])
# expect: ['R', 'changed', 'R', 'changed']
many[0].get = lambda: "own"
print([call(o) for o in many])
# expect: ['own', 'changed', 'R', 'changed']
Q.x = property(lambda self: "property")
print([read(o) for o in objects])
# expect: [4, 'property', 'property', 'classclassclassclass', 16, 'property']
del Q.x
print([read(o) for o in objects])
# expect: [4, 8, 12, 'classclassclassclass', 16, 20]
class T(P): pass
t = T(7)
t.x, t.z = 8, 9
print(read(t), t.z, read(P(3)))
# expect: 8 9 3
