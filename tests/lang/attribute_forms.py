# One attribute instruction meets all places that an attribute can come from, and changes of these.
import types


class Field:
    """A data descriptor in Python."""

    def __get__(self, instance, owner):
        return "field"

    def __set__(self, instance, value):
        instance.log.append(("field", value))


class Base:
    data = "class data"
    field = Field()

    def __init__(self):
        self.log = []
        self.call = abs

    @staticmethod
    def static(x):
        return ("static", x)

    @classmethod
    def of_class(cls, x):
        return (cls.__name__, x)

    @property
    def size(self):
        return len(self.log)

    @size.setter
    def size(self, value):
        self.log.append(("size", value))


class Derived(Base):
    data = "derived data"

    @staticmethod
    def static(x):
        return ("derived static", x)


class Slots:
    __slots__ = ("data", "call", "static", "of_class")

    def __init__(self):
        self.data = "slot"
        self.call = str
        self.static = self.of_class = repr


module = types.ModuleType("module")
module.data, module.call, module.static, module.of_class = "module data", float, int, hex


def call_all(thing):
    return thing.call(-3), thing.static(-3), thing.of_class(-3), thing.data


base, derived, slots = Base(), Derived(), Slots()
for _ in range(3):
    results = [call_all(thing) for thing in (base, derived, slots, module, base)]
print(results[0])  # expect: (3, ('static', -3), ('Base', -3), 'class data')
print(results[1])  # expect: (3, ('derived static', -3), ('Derived', -3), 'derived data')
print(results[2])  # expect: ('-3', '-3', '-3', 'slot')
print(results[3])  # expect: (-3.0, -3, '-0x3', 'module data')


def of_class(cls):
    return cls.of_class(1), cls.static(2), cls.data


print([of_class(c) for c in (Base, Derived, Base, Derived)][2:])  # expect: [(('Base', 1), ('static', 2), 'class data'), (('Derived', 1), ('derived static', 2), 'derived data')]

for value in range(3):
    base.size = base.field = value
print(base.log, base.size, base.field)  # expect: [('size', 0), ('field', 0), ('size', 1), ('field', 1), ('size', 2), ('field', 2)] 6 field


def read(thing):
    return thing.data, thing.static(1), thing.of_class(2)


read(base), read(base)
Base.data = 1
Base.static = lambda self, x: ("now a method", x)
Base.of_class = staticmethod(lambda x: ("now static", x))
print(read(base))  # expect: (1, ('now a method', 1), ('now static', 2))
base.static = lambda x: ("own", x)
base.of_class = print
print(read(base)[:2])  # expect: 2
# expect: (1, ('own', 1))


def read_class(cls):
    return cls.data


for value in (5, property(), classmethod(type), 6):
    Base.data = value
    print(type(read_class(Base)).__name__)
# expect: int
# expect: property
# expect: method
# expect: int


class Late:
    pass


class Reader:
    late = Late()


reader = Reader()


def read_late():
    return reader.late


read_late(), read_late()
Late.__get__ = lambda self, instance, owner: "bound"
print(read_late())  # expect: bound
Late.__set__ = lambda self, instance, value: None
print(read_late(), read_late())  # expect: bound bound
reader.__dict__["late"] = "own"
print(read_late())  # expect: bound
del Late.__set__
print(read_late())  # expect: own


class Wide:
    pass


def widen():
    wide = Wide()
    wide.a = 1
    wide.b = 2.5
    wide.c = "c"
    wide.d = [4]
    wide.e = wide
    wide.f = 6
    return wide


print(sorted(widen().__dict__) == sorted(widen().__dict__), widen().f, widen().d)  # expect: True 6 [4]


def change_function(function, doc):
    before = function.__doc__
    function.__doc__ = doc
    return before, function.__doc__, function.__name__


print([change_function(of_class, doc) for doc in ("a", "b", None)])  # expect: [(None, 'a', 'of_class'), ('a', 'b', 'of_class'), ('b', None, 'of_class')]


class Failing:
    @property
    def x(self):
        raise ValueError("get")

    @x.setter
    def x(self, value):
        raise KeyError("set")


failing = Failing()
for _ in range(3):
    try:
        failing.x = 1
    except KeyError as error:
        print(error)
# expect: 'set'
# expect: 'set'
# expect: 'set'
failing.x  # raises: ValueError: get
