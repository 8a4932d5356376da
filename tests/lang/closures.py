# Closures, cells, nonlocal and what they see. Language reference 4.2.
def counter():
    value = 0

    def bump(by=1):
        nonlocal value
        value += by
        return value
    return bump

bump = counter()
bump()
print(bump(), bump(by=5))
# expect: 2 7

def shared():
    items = []
    def add(x): items.append(x)
    def show(): return list(items)
    return add, show

add, show = shared()
add(1); add(2)
print(show())
# expect: [1, 2]

def unbound():
    def inner():
        return late
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    late = 3
    return inner()

print(unbound())
# expect: NameError cannot access free variable 'late' where it is not associated with a value in enclosing scope
# expect: 3

def deleted():
    x = 1
    def get(): return x
    del x
    try:
        return get()
    except NameError as e:
        return str(e)

print(deleted())
# expect: cannot access free variable 'x' where it is not associated with a value in enclosing scope

def local_unbound(flag):
    if flag:
        v = 1
    return v

print(local_unbound(True))
# expect: 1
try:
    local_unbound(False)
except UnboundLocalError as e:
    print(e)
# expect: cannot access local variable 'v' where it is not associated with a value

def argument_cell(a, b=2, *rest, k=4, **more):
    return lambda: (a, b, rest, k, more)

print(argument_cell(1)(), argument_cell(1, 3, 5, k=6, z=7)())
# expect: (1, 2, (), 4, {}) (1, 3, (5,), 6, {'z': 7})

x = "module"
class Scope:
    x = "class"
    def method(self):
        return x
    y = [x for _ in range(2)]

x = "module"
print(Scope().method(), Scope.y)
# expect: module ['module', 'module']

def class_in_function(x):
    class Inner:
        seen = x
        x = "own"
        other = x
    return Inner.seen, Inner.other

try:
    print(class_in_function("outer"))
except NameError as e:
    print(e)
# expect: ('module', 'own')

def adders():
    return [lambda n, i=i: n + i for i in range(3)], [lambda n: n + i for i in range(3)]

early, late = adders()
print([f(10) for f in early], [f(10) for f in late])
# expect: [10, 11, 12] [12, 12, 12]

def recursive():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    return fact(20)

print(recursive())
# expect: 2432902008176640000
a, b = 1, 2
a, b = b, a
print(a, b)
# expect: 2 1
def rotate(x, y, z):
    x, y, z = y, z, x
    return x, y, z
print(rotate(1, 2, 3))
# expect: (2, 3, 1)
def walrus(n):
    return (n, n := n + 1, n, [n := n + k for k in range(3)], n)
print(walrus(1))
# expect: (1, 2, 2, [2, 3, 5], 5)
def alias(x):
    return x, (x := x + 1), x
print(alias(1))
# expect: (1, 2, 2)
def chained(a, b, c):
    return a < b < c, a < b > c, a == b == c, not a < b
print(chained(1, 2, 3), chained(3, 2, 1), chained(1, 1, 1))
# expect: (True, False, False, False) (False, False, False, True) (False, False, True, True)
