# Counters and other data of classes change under the instructions that read them.
class Base:
    count = 0


class Derived(Base):
    def read(self):
        return self.count


def run():
    base, derived, seen = Base(), Derived(), []
    for i in range(9):
        Base.count += 1
        seen.append((base.count, derived.count, Derived.count, derived.read()))
        if i == 3:
            Derived.count = 100
        elif i == 5:
            del Derived.count
        elif i == 7:
            Base.count = property(lambda self: "computed")
            return seen[3:], base.count, derived.read()


print(run())
Base.count = 3
print(Base().count, Derived().read(), Base.count)


class Meta(type):
    pass


class Counted(metaclass=Meta):
    total = 0


def count():
    seen = []
    for i in range(5):
        Counted.total += 1
        seen.append(Counted.total)
        if i == 2:
            Meta.total = property(lambda cls: 40, lambda cls, value: seen.append(("set", value)))
    return seen


print(count())


class Called:
    def __call__(self):
        return "called"


class Holder:
    action = 5

    def method(self):
        return 1


def act(holder):
    return holder.action


holder = Holder()
print(act(holder), act(holder))
Holder.action = Called()
print(act(holder)(), holder.action())
Holder.action = lambda self: "function"
print(act(holder)())


def method_of(holder):
    return holder.method


for _ in range(2):
    print(method_of(holder)(), method_of(holder) == method_of(holder))
holder.method = 7
print(method_of(holder))
del holder.method
Holder.method = lambda self: 2
print(method_of(holder)())
# expect: ([(4, 4, 4, 4), (5, 100, 100, 100), (6, 100, 100, 100), (7, 7, 7, 7), (8, 8, 8, 8)], 'computed', 'computed')
# expect: 3 3 3
# expect: [1, 2, 3, ('set', 41), 40, ('set', 41), 40]
# expect: 5 5
# expect: called called
# expect: function
# expect: 1 True
# expect: 1 True
# expect: 7
# expect: 2
