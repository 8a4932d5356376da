# Calls whose callees machine code knows: what it knows may change under it.
import sys


def call_in_turn(function, change, rounds=3000):
    results = []
    for i in range(rounds):
        if i == rounds // 2:
            change()
        results.append(function(i))
    return results[0], results[rounds // 2 - 1], results[rounds // 2], results[-1], len(results)


def plain(a, b=2, c=3):
    return a, b, c


def keyword_only(a, *, k=1):
    return a, k


class Point:
    def __init__(self, x, y=5):
        self.x = x
        self.y = y


class Bare:
    pass


def other_init(self, x, y=7):
    self.x = -x
    self.y = y


def calls(i):
    p, q = Point(i), Point(y=i, x=1)
    return plain(i), plain(i, c=1), plain(c=i, a=1, b=0), keyword_only(i), keyword_only(i, k=i), p.x, p.y, q.x, q.y


def new_defaults():
    plain.__defaults__ = (20, 30)


def new_code():
    plain.__code__ = (lambda a, b, c: [c, b, a]).__code__


def new_keyword_defaults():
    keyword_only.__kwdefaults__ = {"k": "new"}


def new_init():
    Point.__init__ = other_init


def without_init():
    Point.__init__ = lambda self, x, y=1: setattr(self, "x", x) or setattr(self, "y", "lambda")


for change in new_defaults, new_code, new_keyword_defaults, new_init, without_init:
    print(change.__name__, call_in_turn(calls, change))


# In place, as its own dict says
def mutate():
    keyword_only.__kwdefaults__["k"] = "mutated"


print(call_in_turn(lambda i: keyword_only(i), mutate))


class Wrong:
    def __init__(self, answer):
        return answer


def wrong(i):
    try:
        return Wrong(None if i % 3 else i)
    except TypeError as error:
        return str(error)


print([w if isinstance(w, str) else type(w).__name__ for w in map(wrong, range(2500))][-6:])


class Dying:
    count = 0

    def __del__(self):
        Dying.count += 1


def make_dying():
    for _ in range(3000):
        Dying()


make_dying()
import gc
gc.collect()
gc.collect()
print(Dying.count > 2900)


class Deep:
    def __init__(self, n):
        self.next = Deep(n - 1) if n else None


def depth_of(n):
    try:
        deep = Deep(n)
    except RecursionError:
        return "too deep"
    count = 0
    while deep.next:
        count += 1
        deep = deep.next
    return count


sys.setrecursionlimit(600)
print([depth_of(n) for n in (100, 5000, 150, 2000, 100)], [depth_of(50) for _ in range(60)][-1])
sys.setrecursionlimit(1000)


# From a generator's frame, which has no room for others
def numbers(n):
    for i in range(n):
        yield plain(i, 1, 2)[0] + Point(i).x + keyword_only(k=i, a=2)[1] + len([j for j in range(i % 4)])


print(sum(numbers(4000)))


def late(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                yield plain(got, got, got)
    finally:
        print("closed", plain(1, 1, 1))


generator = late(5000)
total = 0
for value in generator:
    if isinstance(value, int) and value % 1000 == 999:
        print(generator.send(value))
    if value == 4500:
        generator.close()
print(next(generator, "at its end"))


def delegating(n):
    result = yield from inner(n)
    yield "result", result


def inner(n):
    for i in range(n):
        try:
            yield i
        except ValueError as error:
            yield str(error)
    return n


print([x for x in delegating(3000)][-1])
generator = delegating(3000)
print([next(generator) for _ in range(2500)][-1], generator.throw(ValueError("thrown")), next(generator))


# isinstance() remembers answers
class Base:
    pass


class Derived(Base):
    pass


class Stranger:
    pass


class Pretender:
    @property
    def __class__(self):
        return Base


class Child(Stranger, Bare):
    pass


child = Child()
objects = [Derived(), Stranger(), Pretender(), child, 5, "text", None, True]


def tests(i):
    return "".join("01"[isinstance(o, Base)] for o in objects) + "".join("01"[isinstance(o, (int, str))] for o in objects)


def new_bases():
    Child.__bases__ = (Base, Bare)


print(call_in_turn(tests, new_bases))


class Meta(type):
    answer = False

    def __instancecheck__(cls, instance):
        return cls.answer


class Checked(metaclass=Meta):
    pass


def set_answer():
    Meta.answer = True


print(call_in_turn(lambda i: (isinstance(i, Checked), isinstance(child, Checked)), set_answer))


# *args, and **kwargs that is passed on
def rest(a, *others, k=3, **names):
    return a, others, k, names


def passed_on(*args, **names):
    return rest(*args, **names)


class Collector:
    def __init__(self, *items):
        self.items = items


def collect(i):
    return passed_on(i, 1, 2), passed_on(i), passed_on(i, k=5), rest(i, 2, k=1), Collector(i, 2).items, Collector().items


def rest_changes():
    rest.__kwdefaults__ = {"k": "new"}


print(call_in_turn(collect, rest_changes))


def generator_of_rest(n):
    for i in range(n):
        yield passed_on(i, i, i)[1]


print(list(generator_of_rest(3000))[-1])
# expect: new_defaults (((0, 2, 3), (0, 2, 1), (1, 0, 0), (0, 1), (0, 0), 0, 5, 1, 0), ((1499, 2, 3), (1499, 2, 1), (1, 0, 1499), (1499, 1), (1499, 1499), 1499, 5, 1, 1499), ((1500, 20, 30), (1500, 20, 1), (1, 0, 1500), (1500, 1), (1500, 1500), 1500, 5, 1, 1500), ((2999, 20, 30), (2999, 20, 1), (1, 0, 2999), (2999, 1), (2999, 2999), 2999, 5, 1, 2999), 3000)
# expect: new_code (((0, 20, 30), (0, 20, 1), (1, 0, 0), (0, 1), (0, 0), 0, 5, 1, 0), ((1499, 20, 30), (1499, 20, 1), (1, 0, 1499), (1499, 1), (1499, 1499), 1499, 5, 1, 1499), ([30, 20, 1500], [1, 20, 1500], [1500, 0, 1], (1500, 1), (1500, 1500), 1500, 5, 1, 1500), ([30, 20, 2999], [1, 20, 2999], [2999, 0, 1], (2999, 1), (2999, 2999), 2999, 5, 1, 2999), 3000)
# expect: new_keyword_defaults (([30, 20, 0], [1, 20, 0], [0, 0, 1], (0, 1), (0, 0), 0, 5, 1, 0), ([30, 20, 1499], [1, 20, 1499], [1499, 0, 1], (1499, 1), (1499, 1499), 1499, 5, 1, 1499), ([30, 20, 1500], [1, 20, 1500], [1500, 0, 1], (1500, 'new'), (1500, 1500), 1500, 5, 1, 1500), ([30, 20, 2999], [1, 20, 2999], [2999, 0, 1], (2999, 'new'), (2999, 2999), 2999, 5, 1, 2999), 3000)
# expect: new_init (([30, 20, 0], [1, 20, 0], [0, 0, 1], (0, 'new'), (0, 0), 0, 5, 1, 0), ([30, 20, 1499], [1, 20, 1499], [1499, 0, 1], (1499, 'new'), (1499, 1499), 1499, 5, 1, 1499), ([30, 20, 1500], [1, 20, 1500], [1500, 0, 1], (1500, 'new'), (1500, 1500), -1500, 7, -1, 1500), ([30, 20, 2999], [1, 20, 2999], [2999, 0, 1], (2999, 'new'), (2999, 2999), -2999, 7, -1, 2999), 3000)
# expect: without_init (([30, 20, 0], [1, 20, 0], [0, 0, 1], (0, 'new'), (0, 0), 0, 7, -1, 0), ([30, 20, 1499], [1, 20, 1499], [1499, 0, 1], (1499, 'new'), (1499, 1499), -1499, 7, -1, 1499), ([30, 20, 1500], [1, 20, 1500], [1500, 0, 1], (1500, 'new'), (1500, 1500), 1500, 'lambda', 1, 'lambda'), ([30, 20, 2999], [1, 20, 2999], [2999, 0, 1], (2999, 'new'), (2999, 2999), 2999, 'lambda', 1, 'lambda'), 3000)
# expect: ((0, 'new'), (1499, 'new'), (1500, 'mutated'), (2999, 'mutated'), 3000)
# expect: ['Wrong', 'Wrong', "__init__() should return None, not 'int'", 'Wrong', 'Wrong', "__init__() should return None, not 'int'"]
# expect: True
# expect: [100, 'too deep', 150, 'too deep', 100] 50
# expect: 16010000
# expect: [999, 999, 999]
# expect: [1999, 1999, 1999]
# expect: [2999, 2999, 2999]
# expect: [3999, 3999, 3999]
# expect: closed [1, 1, 1]
# expect: at its end
# expect: ('result', 3000)
# expect: 2499 thrown 2500
# expect: ('1010000000001101', '1010000000001101', '1011000000001101', '1011000000001101', 3000)
# expect: ((False, False), (False, False), (True, True), (True, True), 3000)
# expect: (((0, (1, 2), 3, {}), (0, (), 3, {}), (0, (), 5, {}), (0, (2,), 1, {}), (0, 2), ()), ((1499, (1, 2), 3, {}), (1499, (), 3, {}), (1499, (), 5, {}), (1499, (2,), 1, {}), (1499, 2), ()), ((1500, (1, 2), 'new', {}), (1500, (), 'new', {}), (1500, (), 5, {}), (1500, (2,), 1, {}), (1500, 2), ()), ((2999, (1, 2), 'new', {}), (2999, (), 'new', {}), (2999, (), 5, {}), (2999, (2,), 1, {}), (2999, 2), ()), 3000)
# expect: (2999, 2999)
