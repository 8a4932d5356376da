# What is called in machine code changes meanwhile: its code, its class, the global of its name.
def callee(x):
    return x + 1


def other(x):
    y = x * 2
    return y


def caller(n):
    total = 0
    for i in range(n):
        total += callee(i)
    return total


print(caller(1000), caller(10))
callee.__code__ = other.__code__
print(caller(10))
callee.__code__ = (lambda x, y=5: x - y).__code__
callee.__defaults__ = (7,)
print(caller(10))
callee = abs
print(caller(10))
callee = [10**20].count
print(caller(10))
callee = type("Callee", (), {"__init__": lambda self, x: None, "__radd__": lambda self, other: other + 3})
print(caller(10))
# expect: 500500 55
# expect: 90
# expect: -25
# expect: 45
# expect: 0
# expect: 30


class Base:
    def value(self):
        return 1

    def both(self):
        return self.value() + self.plain(4)

    @staticmethod
    def plain(x):
        return x


class Derived(Base):
    def value(self):
        return super().value() + 10


def sums(objects):
    return sum([each.both() for each in objects])


objects = [Base(), Derived()] * 500
print(sums(objects))
Base.value = lambda self: 100
print(sums(objects))
Base.plain = lambda self, x: -x
print(sums(objects))
objects[-1].value = lambda: 0.5
print(sums(objects))
# expect: 10000
# expect: 109000
# expect: 101000
# expect: 46250.0


def pairs(items):
    total = 0
    for i, (name, value) in enumerate(items):
        for key, number in value.items():
            total += number * (i % 3) if name != key else 1
        for a, b in zip(value, name):
            total += a == b
    return total


print(pairs([("a" * (i % 5), {"a": i, "aa": i + 1}) for i in range(2000)]))
# expect: 3200134
