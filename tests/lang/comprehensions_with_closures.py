"""Comprehensions with a closure reuse their function: cells are those of each call, and are not kept."""
import gc
import weakref


def recursive(n):
    k = n
    return [x + n for x in (recursive(n - 1)[0] if n else [0])], sum(x * n * k for x in range(3)), {x: k for x in "a"}


print(recursive(3))  # expect: ([6], 27, {'a': 3})


class Object:
    pass


def let_go():
    thing = Object()
    reference = weakref.ref(thing)
    [thing for _ in range(1)]
    set(thing for _ in range(1))
    return reference


reference = let_go()
gc.collect()
print(reference())  # expect: None


def generators(n):
    return [(x + n + i for x in range(2)) for i in range(2)]


first, second = generators(10)
print(next(first), list(second), list(first), first.__qualname__)
# expect: 11 [11, 12] [12] generators.<locals>.<listcomp>.<genexpr>

code = compile("def f(a):\n  return [a + x + G for x in (1, 2)]\n", "f", "exec")
ones, tens = {"G": 1}, {"G": 10}
exec(code, ones)
exec(code, tens)
print(ones["f"](0), tens["f"](0), ones["f"](5))  # expect: [2, 3] [11, 12] [7, 8]


def unbound():
    try:
        [later for _ in range(1)]
    except NameError as error:
        print(error)
    later = 1


unbound()  # expect: cannot access free variable 'later' where it is not associated with a value in enclosing scope


def failing(n):
    try:
        return [1 // (n - x) for x in range(3)]
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_next.tb_frame
        return frame.f_code.co_name, sorted(frame.f_locals)


print(failing(1), failing(5))  # expect: ('<listcomp>', ['.0', 'n', 'x']) [0, 0, 0]


class Here:
    def method(self):
        return [__class__.__name__ + str(i) for i in range(2)]


print(Here().method(), Here().method())  # expect: ['Here0', 'Here1'] ['Here0', 'Here1']
