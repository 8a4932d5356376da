# Classes with __getattr__, and metaclasses: what is there is cached, what is not is asked for each time.
import enum


class Proxy:
    shared = "class"

    def __init__(self, target):
        self.target = target
        self.asked = 0

    def __getattr__(self, name):
        if name == "target" or name.startswith("__"):
            raise AttributeError(name)
        self.__dict__["asked"] += 1
        return ("asked", name, self.target)

    def method(self):
        return ("method", self.target)

    @classmethod
    def of_class(cls):
        return cls.__name__

    @staticmethod
    def static():
        return "static"

    @property
    def fails(self):
        raise AttributeError("from the property")

    @property
    def works(self):
        return self.target


class Slots:
    __slots__ = ("a", "b")

    def __getattr__(self, name):
        return "no " + name


class Meta(type):
    def __getattr__(cls, name):
        return f"{cls.__name__} asked for {name}"


class Thing(metaclass=Meta):
    value = 1

    def method(self):
        return self.value


class Other(Thing):
    pass


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def use(p):
    return p.target, p.shared, p.missing, p.method(), p.of_class(), p.static(), p.fails, p.works, p.gone()[0] if False else 0


def use_slots(s):
    return s.a, s.b


def use_class(c):
    return c.value, c.absent, c.method


proxy = Proxy(5)
for turn in range(30):
    result = use(proxy)
print(result, proxy.asked)
Proxy.missing = "there now"
print(use(proxy)[2])
del Proxy.missing
print(use(proxy)[2], proxy.asked)
proxy.missing = "own"
print(use(proxy)[2])
del proxy.missing
print(use(proxy)[2])
slots = Slots()
for turn in range(30):
    first = use_slots(slots)
slots.a = 1
print(first, use_slots(slots))
del slots.a
print(use_slots(slots))
for turn in range(30):
    shown = use_class(Thing)[:2], use_class(Other)[:2]
print(shown)
Thing.value = 2
Other.value = 3
print(use_class(Thing)[:2], use_class(Other)[:2])
del Other.value
print(use_class(Other)[:2])
Meta.value = property(lambda cls: "from the metaclass")
print(use_class(Thing)[:2])
del Meta.value
print(use_class(Thing)[:2])
Meta.__getattribute__ = lambda cls, name: "all"
print(use_class(Thing))
del Meta.__getattribute__
print(use_class(Thing)[:2])
Proxy.__getattribute__ = lambda self, name: "all"
print(proxy.target, proxy.shared)
del Proxy.__getattribute__
print(proxy.target, proxy.shared)


def colours():
    return Colour.RED, Colour.BLUE.value, Colour.RED is Colour(1)


for turn in range(30):
    colours()
print(colours())
try:
    Colour.GREEN
except AttributeError as error:
    print(error)
try:
    Colour.RED = 5
except AttributeError as error:
    print(error)
# expect: (5, 'class', ('asked', 'missing', 5), ('method', 5), 'Proxy', 'static', ('asked', 'fails', 5), 5, 0) 60
# expect: there now
# expect: ('asked', 'missing', 5) 63
# expect: own
# expect: ('asked', 'missing', 5)
# expect: ('no a', 'no b') (1, 'no b')
# expect: ('no a', 'no b')
# expect: ((1, 'Thing asked for absent'), (1, 'Other asked for absent'))
# expect: (2, 'Thing asked for absent') (3, 'Other asked for absent')
# expect: (2, 'Other asked for absent')
# expect: ('from the metaclass', 'Thing asked for absent')
# expect: (2, 'Thing asked for absent')
# expect: ('all', 'all', 'all')
# expect: (2, 'Thing asked for absent')
# expect: all all
# expect: 5 class
# expect: (<Colour.RED: 1>, 2, True)
# expect: GREEN
# expect: cannot reassign member 'RED'
