# Data that a class inherits, read through the class; attributes that several shapes have in turn.
class Base:
    kind = 1


class Derived(Base):
    @classmethod
    def of(cls):
        return cls.kind


def run():
    seen = []
    for i in range(7):
        seen.append(Derived.of())
        if i == 1:
            Base.kind = "two"
        elif i == 2:
            Derived.kind = 3
        elif i == 3:
            del Derived.kind
        elif i == 4:
            Derived.__bases__ = (Other,)
        elif i == 5:
            Other.kind = property()
    return seen[:6], type(seen[6]).__name__


class Other(Base):
    kind = 10


print(run())  # expect: ([1, 1, 'two', 3, 'two', 10], 'property')


class Left:
    def __init__(self):
        self.a = 1

    def name(self):
        return "left"


class Right:
    side = "right"

    def __init__(self):
        self.b = 0
        self.a = 2

    def name(self):
        return self.side


def use(things):
    found = []
    for thing in things:
        thing.a += 1
        found.append((thing.a, thing.name()))
    return found


things = [Left(), Right(), Right()]
for _ in range(20):
    found = use(things)
print(found)  # expect: [(21, 'left'), (22, 'right'), (22, 'right')]
Right.side = "changed"
Left.name = lambda self: "replaced"
things[2].name = lambda: "own"
print(use(things))  # expect: [(22, 'replaced'), (23, 'changed'), (23, 'own')]
